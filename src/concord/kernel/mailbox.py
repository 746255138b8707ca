"""The mailbox that our people reply to: what lies unread is handed to whom it concerns, and marked.

Any mailbox that speaks IMAP will do; `CONCORD_MAIL_IN` names it. Each mail is dealt with once,
whatever is killed between: that it was is a row (`ReadMail`) of the same transaction.
"""

from __future__ import annotations

import hashlib
import imaplib
import logging
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import transaction

from concord.kernel import time
from concord.kernel.models import ReadMail

Take = Callable[[EmailMessage], bool]
LARGEST: Final = 1_000_000  # bytes: a reply is short
LONGEST_HEADER: Final = 2_000  # characters; the parser's time grows with their square
MOST_PARTS: Final = 30  # that have parts; each line might end any of those that are open
MOST_DASHES: Final = 1_000  # lines that might end a part
AT_ONCE: Final = 200  # mails of one look
TIMEOUT: Final = 30  # seconds
KEPT: Final = timedelta(days=90)  # how long it is known that a mail was read

# What the parser of headers raises at a mail that was made to break it, or broke on its way.
UNREADABLE: Final = (MessageError, LookupError, ValueError, ArithmeticError, AttributeError,
                     NameError, TypeError, AssertionError, RecursionError)  # fmt: skip
# The headers that anybody here reads.
HEADERS: Final = (
    "Message-ID", "From", "Date", "In-Reply-To", "References", "Auto-Submitted", "Precedence",
)  # fmt: skip

logger = logging.getLogger(__name__)
_takers: list[Take] = []


def register(take: Take) -> None:
    """`take` deals with a mail, in a transaction; True where it was its own."""
    if take not in _takers:
        _takers.append(take)


def is_named() -> bool:
    return bool(settings.MAIL_IN)


def look() -> int:
    """Deal with what lies unread; how many mails there were.

    Raises what the mail server says. A mail that nobody can read is flagged in the mailbox, for a
    person to look at. One that fails otherwise stays unread and holds up no other; its error is
    raised once all had their turn.
    """
    read, wrong = 0, []
    with _opened() as box:
        for number, raw in _unread(box):
            try:
                _once(*_parsed(raw))
            except UnreadableError as error:
                logger.warning("a mail cannot be read, and is flagged in the mailbox: %s", error)
                box.store(number, "+FLAGS", "(\\Seen \\Flagged)")
                read += 1
                continue
            except Exception as error:
                logger.exception("a mail could not be dealt with")
                wrong.append(error)
                continue
            box.store(number, "+FLAGS", "\\Seen")
            read += 1
    ReadMail.objects.filter(at__lt=time.now() - KEPT).delete()
    if wrong:
        raise ExceptionGroup(f"{len(wrong)} mails could not be dealt with", wrong)
    return read


@contextmanager
def _opened() -> Iterator[imaplib.IMAP4]:
    """The mailbox; without TLS only where the address says `imap`, for a server on this machine."""
    where = urlsplit(settings.MAIL_IN)
    host, secure = where.hostname or "localhost", where.scheme == "imaps"
    if secure:
        context = ssl.create_default_context()
        box: imaplib.IMAP4 = imaplib.IMAP4_SSL(
            host, where.port or 993, ssl_context=context, timeout=TIMEOUT
        )
    else:
        box = imaplib.IMAP4(host, where.port or 143, timeout=TIMEOUT)
    try:
        box.login(unquote(where.username or ""), unquote(where.password or ""))
        box.select(unquote(where.path.strip("/")) or "INBOX")
        yield box
    finally:
        box.logout()


def _unread(box: imaplib.IMAP4) -> Iterator[tuple[str, bytes]]:
    _said, [numbers] = box.search(None, "UNSEEN")
    for number in (numbers or b"").decode().split()[:AT_ONCE]:
        _said, parts = box.fetch(number, f"(BODY.PEEK[]<0.{LARGEST}>)")
        raw = next((part[1] for part in parts if isinstance(part, tuple)), b"")
        yield number, raw


class _Bounded(EmailPolicy):
    """As mails are read everywhere, but headers are cut before they are looked into."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:LONGEST_HEADER]


class UnreadableError(Exception):
    """A mail whose headers nobody can read."""


def _parsed(raw: bytes) -> tuple[EmailMessage, str]:
    """The mail, whose HEADERS can be read, and what it is known by. Raises `UnreadableError`."""
    if raw.lower().count(b"multipart/") > MOST_PARTS or raw.count(b"\n--") > MOST_DASHES:
        raise UnreadableError("it has too many parts")
    try:
        message: Any = message_from_bytes(raw, policy=_Bounded())
        said = {name: str(message.get(name, "")) for name in HEADERS}
    except UNREADABLE as error:
        raise UnreadableError(repr(error)[:200]) from error
    named = said["Message-ID"].encode(errors="replace") or raw
    return message, hashlib.sha256(named + said["From"].encode(errors="replace")).hexdigest()


@transaction.atomic
def _once(message: EmailMessage, digest: str) -> None:
    if ReadMail.objects.get_or_create(digest=digest, defaults={"at": time.now()})[1]:
        any(take(message) for take in _takers)
