"""Who is looking. From a Viewer every app's `access.py` decides what is seen and may be done."""

from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery

from concord.kernel.models import Department, Role, User


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person or system that looks at something.

    `unit_ids` None means every business unit. `sees_money` False hides amounts in evidence and
    records; it never changes an answer.
    """

    user_id: int
    role: Role
    department: str | None
    unit_ids: frozenset[int] | None
    sees_money: bool
    language: str

    @property
    def runs_the_company(self) -> bool:
        """Whether the rooms under "How we run" are this person's."""
        return self.role in {Role.SPONSOR, Role.OFFICER, Role.MANAGER, Role.ADMINISTRATOR}


def viewer_of(user: User) -> Viewer:
    """The viewer that `user` is (one query for the units and the department)."""
    if user.department_id is None or User.department.is_cached(user):
        units = frozenset(user.units.values_list("id", flat=True))
    else:
        theirs = user.units.order_by().values("id")
        found = Department.objects.annotate(unit_ids=ArraySubquery(theirs))
        user.department = found.get(pk=user.department_id)
        units = frozenset(user.department.unit_ids)
    department = user.department
    return Viewer(
        user_id=user.pk,
        role=Role(user.role),
        department=department.key if department else None,
        unit_ids=units or None,
        sees_money=department is None or department.sees_money or user.role != Role.MEMBER,
        language=user.language,
    )
