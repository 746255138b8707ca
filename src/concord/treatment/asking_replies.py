"""Answers by mail: the reply to a letter that asks for an exception.

It counts where it names the letter (In-Reply-To, References, or the link in what it quotes), comes
from the address of the person whom that letter was for, and says yes or no alone in its first
line. Quoted text and signatures are left out. All else from that person is answered by a mail that
says what is missing; of strangers and of machines nothing is heard.
"""

from __future__ import annotations

import hashlib
import html
import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Final
from uuid import UUID

from django.db import transaction

from concord.kernel import mail, mailbox
from concord.kernel.errors import Problem
from concord.kernel.models import User
from concord.treatment import asking_token
from concord.treatment.actions import asking_answers
from concord.treatment.models import Asking, Way

UNCLEAR: Final = "treatment.asking_unclear"
YES: Final = frozenset(
    {"yes", "예", "네", "승인", "승인합니다", "是", "好", "可以", "同意", "核准"}
)
NO: Final = frozenset({
    "no", "아니요", "아니오", "거절", "거절합니다", "否", "不", "不行", "不可以", "不同意", "拒絕",
})  # fmt: skip
_LONGEST_HTML: Final = 400_000  # characters that are looked at; a reply stands at the beginning
_LONGEST: Final = 100_000  # of its text
_LONGEST_LINE: Final = 400  # by which a quoted mail is known
_AROUND: Final = " \t\u3000.,!:;。，！：；、\"'“”「」*_"
# Where the quoted mail begins, as mail programs write it.
_QUOTED: Final = re.compile(
    r"^(>|On .{4,200}wrote:\s*$|.{0,80}\d{4}.{0,120}(작성|寫道|wrote)\s*[:：]\s*$"
    r"|-{2,}\s*(Original Message|원본 메시지|原始郵件).*|_{10,}|From: .+|보낸 사람: .+|寄件者: .+)"
)
_SIGNATURE: Final = re.compile(r"^(--\s*$|Sent from my |나의 .{1,20}에서 보냄|從我的.{1,20}傳送)")
# A tag has no other within, and an end: what strangers write costs no more the longer it is.
_TAG: Final = re.compile(r"<(br|/p|/div|/tr)\b[^<>]{0,200}>", re.IGNORECASE)
_ANY_TAG: Final = re.compile(r"<[^<>]{0,2000}>")
_HIDDEN: Final = re.compile(
    r"<(style|script|head|blockquote)\b.*?(</\1>|\Z)", re.IGNORECASE | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Said:
    """`yes` is None where the first line is neither; `rest` is what was written after it."""

    yes: bool | None
    rest: str = ""


def take(message: EmailMessage) -> bool:
    """Deal with a mail that answers a letter of ours, inside the caller's transaction."""
    sender = parseaddr(str(message.get("From", "")))[1].replace("\x00", "")
    named = _named(message, sender)
    if named is None:
        return False
    asking = Asking.objects.filter(pk=named[0]).first()
    person = User.objects.select_related("department").filter(pk=named[1], is_active=True).first()
    if asking is None or person is None or sender.casefold() != person.email.casefold():
        return True  # a stranger with somebody's letter, or somebody who has left
    if not _is_of_a_machine(message):
        _answer(asking, person, said(_text(message)), _digest(message))
    return True


def said(text: str) -> Said:
    """What a reply says, without what it quotes and the signature."""
    own = _own(text)
    first, _line, rest = own.partition("\n")
    word = first.strip(_AROUND).casefold()
    if word in NO:
        return Said(False, rest.strip())
    # A second line of the same paragraph may take the yes back: "yes, / but only until Friday".
    if word in YES and not rest.partition("\n")[0].strip():
        return Said(True, rest.strip())
    return Said(None)


def _answer(asking: Asking, person: User, reply: Said, digest: str) -> None:
    if not asking_answers.is_enough_by_mail(asking):
        _not_done(asking, person, "sponsor", digest)
    elif reply.yes is None:
        _not_done(asking, person, "words", digest)
    elif not reply.yes and not reply.rest:
        _not_done(asking, person, "reason", digest)
    else:
        try:
            with transaction.atomic():
                _do(asking, person, reply)
        except Problem:
            _not_done(asking, person, "refused", digest)


def _do(asking: Asking, person: User, reply: Said) -> None:
    if reply.yes:
        asking_answers.grant(person, asking.pk, way=Way.MAIL, note=reply.rest)
    else:
        asking_answers.decline(person, asking.pk, reply.rest[:1000], way=Way.MAIL)


def _not_done(asking: Asking, person: User, why: str, digest: str) -> None:
    mail.send(person, UNCLEAR, f"{asking.pk.hex}:{why}:{digest}")


def _named(message: EmailMessage, sender: str) -> tuple[UUID, int] | None:
    """The letter that it answers. What strangers write below the headers is not looked at."""
    headers = f"{message.get('In-Reply-To', '')} {message.get('References', '')}"
    if found := asking_token.find(headers):
        return found
    is_ours = User.objects.filter(email__iexact=sender, is_active=True, is_system=False).exists()
    return asking_token.find(_text(message)) if is_ours else None


def _is_of_a_machine(message: EmailMessage) -> bool:
    automatic = str(message.get("Auto-Submitted", "no")).strip().casefold()
    bulk = str(message.get("Precedence", "")).strip().casefold() in ("bulk", "list", "junk")
    return automatic != "no" or bulk or "X-Autoreply" in message


def _text(message: EmailMessage) -> str:
    """The text of a mail; of one that has only HTML, its text; empty where it cannot be read."""
    try:
        part = message.get_body(preferencelist=("plain", "html"))
        text = "" if part is None else str(part.get_content())
        is_html = part is not None and part.get_content_type() == "text/html"
    except mailbox.UNREADABLE:
        return ""
    if is_html:
        text = _HIDDEN.sub("", text[:_LONGEST_HTML])
        text = html.unescape(_ANY_TAG.sub("", _TAG.sub("\n", text)))
    return text[:_LONGEST].replace("\r\n", "\n").replace("\x00", "")


def _own(text: str) -> str:
    lines: list[str] = []
    for line in text.split("\n"):
        begins = line[:_LONGEST_LINE]
        if _QUOTED.match(begins) or _SIGNATURE.match(begins):
            break
        lines.append(line.rstrip())
    return "\n".join(lines).strip()


def _digest(message: EmailMessage) -> str:
    named = f"{message.get('Message-ID', '')}{message.get('Date', '')}"
    return hashlib.sha256(named.encode(errors="replace")).hexdigest()[:12]
