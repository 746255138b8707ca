"""Reads that compose several apps: Today, find, and what the head of a page counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat, StrIndex

from concord.customers import access as customers_access
from concord.customers.models import Customer, Membership
from concord.customers.queries import Hit, nearly, search
from concord.kernel import notify
from concord.kernel.access import Viewer
from concord.kernel.models import Notification, Source
from concord.kernel.time import today
from concord.records import access as records_access
from concord.records import types
from concord.records.models import Record
from concord.records.queries import listing
from concord.records.queries.items import item
from concord.treatment import asked
from concord.treatment.models import AnswerLog, Asking, Concern, Watch
from concord.ui import rooms
from concord.ui.rooms import Room
from concord.work.queries import CustomerName, Row, with_customers

TASKS: Final = 12
TOLD: Final = 8
CHANGES: Final = 12
COLLEAGUES_TASKS: Final = 60  # of colleagues, by customer; the customer's page has all
MINE: Final = 400  # profiles of "my customers" that Today looks at
RECENT: Final = timedelta(days=14)
_OPEN_TASK: Final = Q(type="task", closed_at=None)


@dataclass(frozen=True, slots=True)
class Told:
    """Something this person was told, as a sentence."""

    notification: Notification
    sentence: str


@dataclass(frozen=True, slots=True)
class TaskGroup:
    """The open tasks that colleagues have with one customer of this person, the newest first."""

    customer: CustomerName
    tasks: list[Row]


@dataclass(frozen=True, slots=True)
class Today:
    """What a person finds in the morning. `more_tasks`: there are others behind those shown."""

    tasks: list[Row]
    more_tasks: bool
    concerns: list[Concern]
    askings: list[Asking]
    told: list[Told]
    waiting: list[Watch]
    changes: list[Row]
    colleagues: list[TaskGroup]


def unread(viewer: Viewer) -> int:
    """How many things this person was told and has not read."""
    return _told(viewer).count()


def _told(viewer: Viewer) -> QuerySet[Notification]:
    """What this person was told and has not read; of customers whose data is restricted it waits
    until that is lifted."""
    held = customers_access.held_back(viewer)
    theirs = Customer.objects.filter(Q(pk__in=held) | Q(merged_into__in=held))
    profiles = Membership.objects.filter(customer__in=held, known_to=None).values("profile_id")
    found = Notification.objects.filter(user_id=viewer.user_id, read_at=None).exclude(
        Exists(
            theirs.annotate(
                at=StrIndex(Cast(OuterRef("url"), TextField()), Cast("pk", TextField()))
            ).filter(at__gt=0)
        )
    )
    for address, rows in (
        ("/records/", Record.objects.filter(profile_id__in=profiles)),
        ("/answers/", AnswerLog.objects.filter(customer__in=held)),
        ("/promise/exceptions/asked/", Asking.objects.filter(customer__in=held)),
    ):
        url = Concat(Value(address), Cast("pk", TextField()), Value("/"), output_field=TextField())
        found = found.exclude(url__in=rows.annotate(leads_to=url).values("leads_to"))
    return found


def today_of(viewer: Viewer) -> Today:
    """Eleven queries, however much there is."""
    tasks = listing(viewer, "task", open=True, owner_id=viewer.user_id, order="due", limit=TASKS)
    recent = _recent(viewer)
    changes = [item(viewer, each) for each in recent.exclude(type="task")[:CHANGES]]
    others = [item(viewer, each) for each in recent.filter(_OPEN_TASK)[:COLLEAGUES_TASKS]]
    rows = with_customers([*tasks.items, *changes, *others])
    last = len(tasks) + len(changes)
    return Today(
        tasks=rows[: len(tasks)],
        more_tasks=bool(tasks.next),
        concerns=list(
            Concern.objects.filter(owner_id=viewer.user_id, replied_at=None)
            .exclude(answer__customer__in=customers_access.held_back(viewer))
            .select_related("answer__customer", "raised_by")
            .order_by("deadline", "id")[:TASKS]
        ),
        askings=asked.open_for(viewer, TASKS),
        told=[
            Told(each, notify.sentence(each))
            for each in _told(viewer).order_by("-created_at", "-id")[:TOLD]
        ],
        waiting=list(
            Watch.objects.filter(user_id=viewer.user_id, cleared_at=None, ended_at=None)
            .exclude(customer__in=customers_access.held_back(viewer))
            .select_related("customer", "answer")
            .order_by("-created_at")[:TOLD]
        ),
        changes=rows[len(tasks) : last],
        colleagues=_by_customer(rows[last:]),
    )


def _by_customer(rows: list[Row]) -> list[TaskGroup]:
    groups: dict[CustomerName, list[Row]] = {}
    for row in rows:
        if row.customer:
            groups.setdefault(row.customer, []).append(row)
    return [TaskGroup(customer, tasks) for customer, tasks in groups.items()]


def _recent(viewer: Viewer) -> QuerySet[Record]:
    """The latest records of customers of whom this person owns something open, by others."""
    mine = Record.objects.filter(
        owner_id=viewer.user_id, closed_at=None, withdrawn_at=None
    ).values_list("profile_id", flat=True)
    customers_of_mine = Membership.objects.filter(
        profile_id__in=set(mine[:MINE]), known_to=None
    ).values("customer_id")
    profiles = Membership.objects.filter(
        customer_id__in=customers_of_mine, known_to=None
    ).values_list("profile_id", flat=True)
    return (
        Record.objects.filter(
            records_access.listed(viewer),
            profile_id__in=list(profiles[:MINE]),
            opened_at__gte=today() - RECENT,
            opened_at__lte=today(),
            withdrawn_at=None,
        )
        .exclude(owner_id=viewer.user_id)
        .select_related("source", "unit", "owner")
        .order_by("-opened_at", "-id")
    )


@dataclass(frozen=True, slots=True)
class Found:
    """What a few characters lead to."""

    customers: list[Hit]
    records: list[Row]
    rooms: list[Room]
    may_be_new: bool = False  # nothing is called so, and it may be a customer's name

    def __bool__(self) -> bool:
        return bool(self.customers or self.records or self.rooms)


def find(viewer: Viewer, text: str, limit: int = 8) -> Found:
    """Customers by name, phone, e-mail or foreign key; records by their exact key; rooms."""
    asked = text.strip()
    if not asked:
        return Found([], [], [])
    folded = asked.casefold()
    found = Found(
        customers=search(viewer, asked, limit, nearly=False),
        records=_records_by_key(viewer, asked),
        rooms=[
            room for room in rooms.rooms_of(viewer) if str(room.label).casefold().startswith(folded)
        ],
    )
    if found:
        return found
    may_be_new = may_be_name(asked) and not rooms.is_called(folded)
    return Found(nearly(viewer, asked, limit), [], [], may_be_new)


def may_be_name(text: str) -> bool:
    """A number that nobody has is no new customer."""
    return any(map(str.isalpha, text))


def _records_by_key(viewer: Viewer, key: str) -> list[Row]:
    """Records of that very key: every source and type is named, so the unique index finds them."""
    if len(key) < 3 or len(key) > 255 or not any(c.isdigit() for c in key):
        return []
    sources = list(Source.objects.values_list("id", flat=True))
    found = Record.objects.filter(
        records_access.listed(viewer),
        source_id__in=sources,
        type__in=list(types.all_types()),
        key__in={key, key.upper()},
        withdrawn_at=None,
    ).select_related("source", "unit", "owner")
    return with_customers(item(viewer, record) for record in found[:5])
