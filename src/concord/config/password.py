"""`concord password EMAIL`: set a person's password, or make the first administrator."""

from __future__ import annotations

import getpass
import sys
from argparse import ArgumentParser, Namespace

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from concord.config import database
from concord.config.setup import set_up
from concord.kernel.errors import Problem


def configure(parser: ArgumentParser) -> None:
    parser.add_argument("email", help="the e-mail address that the person signs in with")
    parser.add_argument(
        "--administrator",
        metavar="NAME",
        help="make this person an administrator of that name, if there is no such person yet",
    )
    parser.add_argument(
        "--stdin", action="store_true", help="read the password from the standard input"
    )


def run(options: Namespace) -> int:
    with database.running():
        set_up()
        set_password(options.email, options.administrator, from_stdin=options.stdin)
    return 0


def set_password(email: str, administrator: str | None = None, *, from_stdin: bool = False) -> None:
    """Ask for a password and set it; with a name, make the administrator who is not there yet."""
    from concord.kernel import audit
    from concord.kernel.models import Role, User

    user = User.objects.filter(email__iexact=email).first()
    if user is None and administrator is None:
        raise Problem(
            f"Nobody signs in as {email}.",
            mend="Check the address; to make an administrator of that address, add "
            "--administrator NAME.",
        )
    if user is None:
        user = User(email=_checked_email(email), name=administrator or "", role=Role.ADMINISTRATOR)
    password = _ask(from_stdin)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Problem(" ".join(error.messages), mend="Choose another password.") from error
    user.set_password(password)
    with transaction.atomic():
        user.save()
        audit.record(None, "password_set", "user", user.pk, by_command=True)


def _checked_email(email: str) -> str:
    try:
        validate_email(email)
    except ValidationError as error:
        raise Problem(f"{email!r} is not an e-mail address.") from error
    return email


def _ask(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    if not sys.stdin.isatty():
        raise Problem(
            "There is nobody here to type a password.",
            mend="Run this in a terminal, or give the password with --stdin.",
        )
    password = getpass.getpass("New password: ")
    if getpass.getpass("Again: ") != password:
        raise Problem("The two passwords differ.", mend="Try again.")
    return password
