"""The mail servers, each named by one address with user and password, as databases are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

PRINTED: Final = "django.core.mail.backends.console.EmailBackend"
SENT: Final = "django.core.mail.backends.smtp.EmailBackend"
PORTS: Final = {"smtps": 465, "smtp+tls": 587, "smtp": 25}


@dataclass(frozen=True, slots=True)
class Outgoing:
    """`tls` from the first byte, `starttls` after greeting; neither on one machine alone."""

    backend: str = PRINTED
    host: str = "localhost"
    port: int = 25
    user: str = ""
    password: str = ""
    tls: bool = False
    starttls: bool = False


def outgoing(address: str) -> Outgoing:
    """`smtps://user:password@host`, `smtp+tls://…` (STARTTLS, the usual one) or `smtp://host`.

    Raises `ValueError` for another; it never shows the address, which holds a password.
    """
    if not address:
        return Outgoing()
    where = urlsplit(address)
    if where.scheme not in PORTS or not where.hostname:
        raise ValueError("CONCORD_MAIL_OUT begins with smtps://, smtp+tls:// or smtp:// and a host")
    return Outgoing(
        SENT,
        where.hostname,
        where.port or PORTS[where.scheme],
        unquote(where.username or ""),
        unquote(where.password or ""),
        where.scheme == "smtps",
        where.scheme == "smtp+tls",
    )


def incoming(address: str) -> str:
    """`imaps://user:password@host/INBOX` (`imap://` on one machine alone), or nothing.

    Raises `ValueError` for another; it never shows the address, which holds a password.
    """
    where = urlsplit(address)
    if address and (where.scheme not in ("imap", "imaps") or not where.hostname):
        raise ValueError("CONCORD_MAIL_IN begins with imaps:// and a host")
    return address
