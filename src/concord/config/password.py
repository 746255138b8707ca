"""`concord password EMAIL`: set a person's password, or make who comes first.

The first administrator and the first sponsor are made here, by whoever has the machine: on the
pages only a sponsor makes a sponsor.
"""

from __future__ import annotations

import getpass
import os
import sys
from argparse import ArgumentParser, Namespace

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import ProgrammingError, transaction
from psycopg.errors import InsufficientPrivilege

from concord.config import database
from concord.config.setup import set_up
from concord.kernel.errors import Problem


def configure(parser: ArgumentParser) -> None:
    parser.add_argument("email", help="the e-mail address that the person signs in with")
    made = parser.add_mutually_exclusive_group()
    for role in ("administrator", "sponsor"):
        made.add_argument(
            f"--{role}", metavar="NAME", help=f"make the {role} of that name, who is not here yet"
        )
    parser.add_argument(
        "--stdin", action="store_true", help="read the password from the standard input"
    )


def run(options: Namespace) -> int:
    # The application's role may not change a sponsor's password: whoever runs this machine may.
    os.environ["CONCORD_ROLE"] = "owner"
    with database.running():
        set_up()
        said = set_password(
            options.email,
            options.administrator or options.sponsor,
            "sponsor" if options.sponsor else "administrator",
            from_stdin=options.stdin,
        )
        print(said)  # noqa: T201
    return 0


def set_password(
    email: str, name: str | None = None, role: str = "administrator", *, from_stdin: bool = False
) -> str:
    """Ask for a password and set it; with a name, make the person of that role.

    Returns what was done, as a sentence.
    """
    from concord.kernel import audit
    from concord.kernel.actions import departments
    from concord.kernel.models import User

    user = User.objects.filter(email__iexact=email, is_system=False).first()
    if user is None and name is None:
        raise Problem(
            f"Nobody signs in as {email}.",
            mend="Check the address; to make an administrator of that address, add "
            "--administrator NAME.",
        )
    if user is not None and name is not None and user.role != role:
        raise Problem(
            f"{user.name} <{user.email}> is here already: {user.get_role_display()}.",
            mend=f"Set the password without --{role}; the role is changed in the settings.",
        )
    is_new = user is None
    if user is None:
        user = User(email=_checked_email(email), name=name or "", role=role)
    password = _ask(from_stdin)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Problem(" ".join(error.messages), mend="Choose another password.") from error
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
            departments.make_standard()
            audit.record(None, "password_set", "user", user.pk, by_command=True)
    except ProgrammingError as error:
        if not isinstance(error.__cause__, InsufficientPrivilege):
            raise
        raise Problem(
            "This login of the database may not make a sponsor or change a sponsor's password.",
            place="DATABASE_URL",
            mend="Run this with the login that owns the tables, as for concord migrate.",
        ) from error
    if is_new:
        return f"{user.name} <{user.email}> is here now: {user.get_role_display()}."
    return f"The new password of {user.name} <{user.email}> is set."


def _checked_email(email: str) -> str:
    try:
        validate_email(email)
    except ValidationError as error:
        raise Problem(f"{email!r} is not an e-mail address.") from error
    return email.lower()


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
