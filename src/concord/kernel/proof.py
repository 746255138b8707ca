"""The sponsor's proof: what nobody can say who does not know their password.

The application's login may not make a sponsor, change a sponsor's password or put a policy in
force. Functions of the owner do, and they ask for this proof and check it themselves; what that
holds against, and what not, stands in docs/adr/0005.
"""

from typing import Any

import psycopg
from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext as _
from psycopg import errors

from concord.kernel.errors import Problem
from concord.kernel.models import User
from concord.kernel.passwords import SealedPasswordHasher


def is_asked_of(user: User) -> bool:
    """Whether `user` has a password to prove it with; the demo's people have none."""
    return user.has_usable_password()


def of(user: User, password: str) -> bytes | None:
    """The proof that `user` gives by typing `password`; None of who has no password."""
    return SealedPasswordHasher().proof(password, user.password) if is_asked_of(user) else None


def call(statement: str, *parameters: object, refused: Problem) -> Any:
    """What a function of the owner gives. Raises `refused` where it refuses who asks.

    The parameters travel apart from the statement, which the same login could read elsewhere
    (`pg_stat_activity`) while it runs.
    """
    try:
        with transaction.atomic():
            connection.ensure_connection()
            with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
                row = cursor.execute(statement, parameters).fetchone()
                return row[0] if row else None
    except DatabaseError as error:
        match error.__cause__:
            case errors.InvalidPassword():
                raise wrong_password() from error
            case errors.InsufficientPrivilege():
                raise refused from error
            case errors.ObjectNotInPrerequisiteState():
                raise Problem(
                    _("A sponsor signs in with a password of their own."),
                    mend=_("Once they have chosen it, make them sponsor."),
                ) from error
        raise


def wrong_password() -> Problem:
    return Problem(
        _("This is not your password."),
        place=_("Your password"),
        mend=_("Type the one that you sign in with; nothing was changed."),
        code="password",
    )
