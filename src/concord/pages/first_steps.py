"""The first steps of a company that begins: what is done, what was found, what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db.models import Exists, Q

from concord.customers import access as customers_access
from concord.customers.models import Customer
from concord.kernel.access import Viewer
from concord.kernel.models import Role, User
from concord.kernel.time import today
from concord.pages import access
from concord.records import access as records_access
from concord.records.models import Import, ImportState, Record
from concord.records.queries.sources import rows_to_fix
from concord.treatment import access as treatment_access
from concord.treatment.models import PolicyInForce

MOST: Final = 100_000
_BEGINNERS: Final = [Role.ADMINISTRATOR, Role.SPONSOR]  # who is made in the terminal, not invited


@dataclass(frozen=True, slots=True)
class Found:
    """What the files brought: counts of what can be looked at now, each up to `MOST`."""

    customers: int
    late_invoices: int
    to_fix: int
    likely_duplicates: int


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """Which of the three steps are done, and which of them this viewer may take.

    `sponsors` are the names of those whose step the last one is; `command` makes one where there
    is none.
    """

    file_read: bool
    colleagues_here: bool
    promise_in_force: bool
    may_import: bool
    may_invite: bool
    may_decide: bool
    found: Found | None
    sponsors: list[str]
    command: str

    @property
    def next(self) -> str:
        """The step to take now: the first that is not done and that the viewer may take."""
        steps = [
            ("file", self.file_read, self.may_import),
            ("promise", self.promise_in_force, self.may_decide),
            ("people", self.colleagues_here, self.may_invite),
        ]
        return next((name for name, done, may in steps if may and not done), "")


def first_steps(viewer: Viewer) -> FirstSteps | None:
    """None once all are done, and for those who do not run the company. One query then."""
    if not viewer.runs_the_company:
        return None
    people = User.objects.filter(is_active=True, is_system=False)
    imports = Import.objects.filter(state=ImportState.DONE)
    file_read, colleagues, promise = User.objects.values_list(
        Exists(imports),
        Exists(people.exclude(role__in=_BEGINNERS)),
        Exists(PolicyInForce.objects.all()),
    ).get(pk=viewer.user_id)
    if file_read and colleagues and promise:
        return None
    return FirstSteps(
        file_read=file_read,
        colleagues_here=colleagues,
        promise_in_force=promise,
        may_import=records_access.may_import(viewer),
        may_invite=bool(access.roles_to_give(viewer)),
        may_decide=treatment_access.may_change_policy(viewer),
        found=_found(viewer) if file_read else None,
        sponsors=[str(each) for each in people.filter(role=Role.SPONSOR).order_by("name")[:3]],
        command=settings.COMMAND,
    )


def _found(viewer: Viewer) -> Found:
    records = Record.objects.filter(records_access.visible(viewer), withdrawn_at=None)
    late = Q(type="invoice", closed_at=None, due_at__lt=today())
    return Found(
        customers=Customer.objects.filter(merged_into=None, profile_count__gt=0)[:MOST].count(),
        late_invoices=records.filter(late)[:MOST].count(),
        to_fix=rows_to_fix(viewer),
        likely_duplicates=customers_access.waiting(viewer),
    )
