"""Real mail servers on this machine: one takes what we send, one has what our people reply."""

from __future__ import annotations

import email.policy
import imaplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

USER, PASSWORD = "demouser", "demopass"
PATIENCE = 30  # seconds


class Outbox:
    """What a mail server was given, in order; `refuses` is what it says instead of taking it."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refuses = ""

    async def handle_DATA(  # noqa: N802 - what the server calls
        self, server: Any, session: Any, envelope: Any
    ) -> str:
        if self.refuses:
            return self.refuses
        said = message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(said, EmailMessage)
        self.mails.append(said)
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        return [each for each in self.mails if each["To"] == address]


@contextmanager
def smtp_server() -> Iterator[tuple[Outbox, int]]:
    """It wants a user and a password, as real ones do."""
    box, port = Outbox(), free_port()

    def knows(server: SMTP, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (b"concord", b"open sesame"))

    controller = Controller(
        box, hostname="127.0.0.1", port=port, authenticator=knows, auth_require_tls=False,
        auth_required=True,
    )  # fmt: skip
    controller.start()
    try:
        yield box, port
    finally:
        controller.stop()


@contextmanager
def imap_server() -> Iterator[int]:
    port = free_port()
    program = Path(sys.executable).with_name("pymap")
    command = [program, "--no-tls", "--host", "127.0.0.1", "--port", str(port), "dict"]
    with subprocess.Popen(
        [*command, "--demo-data"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            with opened(port) as box:  # what it comes with has been read
                box.store("1:*", "+FLAGS", "\\Seen")
            yield port
        finally:
            server.terminate()


@contextmanager
def opened(port: int) -> Iterator[imaplib.IMAP4]:
    box = _connected(port)
    box.login(USER, PASSWORD)
    box.select("INBOX")
    try:
        yield box
    finally:
        box.logout()


def put(port: int, message: EmailMessage | bytes) -> None:
    """A mail comes into the mailbox."""
    raw = message if isinstance(message, bytes) else message.as_bytes(policy=email.policy.SMTP)
    with opened(port) as box:
        box.append("INBOX", "", "", raw)


def unread(port: int) -> int:
    with opened(port) as box:
        return len(box.search(None, "UNSEEN")[1][0].split())


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _connected(port: int) -> imaplib.IMAP4:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return imaplib.IMAP4("127.0.0.1", port, timeout=PATIENCE)
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
