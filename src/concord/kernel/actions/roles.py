"""What a person may do here: given by the database, which looks at who gives it."""

from django.db import transaction
from django.utils.translation import gettext as _

from concord.kernel import proof
from concord.kernel.errors import Problem
from concord.kernel.models import Role, User


@transaction.atomic
def give(by: User, person: User, role: Role, password: str = "") -> None:
    """`person` has `role` from now on; the database's function writes the audit's line.

    To make a sponsor, or one no longer, takes a sponsor's own `password`. Raises `Problem`, and
    changes nothing, where the database refuses.
    """
    proof.call(
        "SELECT give_role(%s, %s, %s, %s)",
        by.pk,
        person.pk,
        role.value,
        proof.of(by, password) if Role.SPONSOR in (role, person.role) else None,
        refused=Problem(
            _("You may not give this role to this person, or take theirs away."),
            place=person.name,
            mend=_("A sponsor is made by a sponsor, all others by an administrator as well."),
            code="forbidden",
        ),
    )
    person.role = role
