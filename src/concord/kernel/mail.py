"""Mail to our own people: made with what it is about, written and sent by a job, once a person.

An app registers who writes the letters of a kind. What a letter says is put into words when it is
sent, so nothing of it is kept. Sending twice after a kill gives the same Message-ID again, which
mail programs show once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formataddr
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import translation

from concord.kernel import time
from concord.kernel.models import Company, Letter, User

UNREACHABLE: Final = (".invalid",)  # systems and people without an address


@dataclass(frozen=True, slots=True)
class Written:
    """A letter in words. `name` is what its Message-ID begins with: a reply names it again.

    `answers` is the Message-ID of the mail that it is an answer to.
    """

    subject: str
    text: str
    name: str
    answers: str = ""
    headers: dict[str, str] = field(default_factory=dict)


Write = Callable[[Letter], Written | None]
_writers: dict[str, Write] = {}


def register(kind: str, write: Write) -> None:
    """`write` puts a letter into words in the active language; None: it need not go any more."""
    if _writers.get(kind, write) is not write:
        raise ValueError(f"letters of the kind {kind!r} are registered twice")
    _writers[kind] = write


def send(user: User, kind: str, key: str) -> None:
    """A letter to `user`, inside the caller's transaction; of one kind and key there is one."""
    from concord.kernel.jobs import send_letter

    if kind not in _writers:
        raise ValueError(f"letters of the kind {kind!r} are not registered")
    if not user.is_active or user.is_system or user.email.endswith(UNREACHABLE):
        return
    letter, made = Letter.objects.get_or_create(
        user=user, kind=kind, key=key, defaults={"created_at": time.now()}
    )
    if made:
        send_letter.defer(letter_id=letter.pk)


@transaction.atomic
def deliver(letter_id: int) -> bool:
    """Write the letter and hand it to the mail server; whether it went now.

    Raises what the mail server says (`OSError`, `smtplib.SMTPException`): the job tries again.
    """
    rows = Letter.objects.select_for_update(of=("self",)).select_related("user")
    letter = rows.filter(pk=letter_id, sent_at=None).first()
    if letter is None:
        return False
    written = None
    if letter.user.is_active:
        with translation.override(letter.user.language):
            written = _writers[letter.kind](letter)
    if written is not None:
        _message(letter, written).send()
    letter.sent_at = time.now()
    letter.save(update_fields=["sent_at"])
    return written is not None


def domain() -> str:
    """The domain that our mail comes from."""
    return str(settings.DEFAULT_FROM_EMAIL).rpartition("@")[2].strip(" >") or "localhost"


def address(path: str) -> str:
    """The whole address of a page, for a letter."""
    return f"{settings.ADDRESS.rstrip('/')}{path}"


def _message(letter: Letter, written: Written) -> EmailMessage:
    headers = {
        "Message-ID": f"<{written.name}@{domain()}>",
        "Auto-Submitted": "auto-generated",
        **written.headers,
    }
    if written.answers:
        headers |= {"In-Reply-To": written.answers, "References": written.answers}
        headers["Auto-Submitted"] = "auto-replied"
    return EmailMessage(
        subject=" ".join(written.subject.split()),
        body=written.text,
        from_email=formataddr((Company.load().name or "Concord", settings.DEFAULT_FROM_EMAIL)),
        to=[letter.user.email],
        headers=headers,
    )
