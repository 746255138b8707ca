"""Choosing a password: a first one, a new one for a lost one, another one for the present one."""

from django.db import ProgrammingError, transaction
from django.utils.translation import gettext as _
from psycopg.errors import InsufficientPrivilege

from concord.kernel import audit, proof
from concord.kernel.errors import Problem
from concord.kernel.models import Role, User


@transaction.atomic
def choose(user: User, password: str) -> None:
    """A password for `user`, whatever the present one is. Raises `Problem` for a sponsor's."""
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(update_fields=["password"])
    except ProgrammingError as error:
        if isinstance(error.__cause__, InsufficientPrivilege):
            raise lost() from error
        raise
    audit.record(user, "person.password", "user", user.pk)


@transaction.atomic
def change(user: User, present: str, password: str) -> None:
    """Another password for the present one. Raises `Problem` where that is not it."""
    if user.role != Role.SPONSOR or not proof.is_asked_of(user):
        choose(user, password)
        return
    proven = proof.of(user, present)
    user.set_password(password)
    proof.call("SELECT change_password(%s, %s, %s)", user.pk, user.password, proven, refused=lost())


def lost() -> Problem:
    """Nobody but the sponsor changes a sponsor's password."""
    return Problem(
        _("A sponsor's password is changed for the present one alone."),
        mend=_(
            "If it is lost, whoever runs this machine sets another (concord password), or "
            "another sponsor takes the role away, makes a password link, and gives it again."
        ),
        code="forbidden",
    )
