"""What is to be done: lists of any record type, and boards by stage."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Final, Literal
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum, Window
from django.db.models.functions import RowNumber

from concord.customers.models import Membership
from concord.kernel.access import Viewer
from concord.kernel.models import Source
from concord.kernel.time import today
from concord.records import access, types
from concord.records.models import Record
from concord.records.queries import TimelineItem
from concord.records.queries.items import item
from concord.records.types import RecordType, Status

Who = Literal["mine", "department", "all"]

LANE: Final = 20  # cards of a lane; the list shows all
CLOSED_FOR: Final = timedelta(days=90)  # how long what is over stays on the board


@dataclass(frozen=True, slots=True)
class CustomerName:
    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Row:
    """A record of a list, with whose it is. `movable`: kept here, not in another system."""

    item: TimelineItem
    customer: CustomerName | None

    @property
    def subject(self) -> str:
        """What it is about, without the customer's name where that ends it: it stands beside."""
        about = self.item.subject
        if self.customer and about.endswith(self.customer.name):
            about = about.removesuffix(self.customer.name).rstrip(" :：·-–") or about
        return about

    @property
    def movable(self) -> bool:
        return self.item.source_key == Source.DESK


@dataclass(frozen=True, slots=True)
class Lane:
    """A stage of a board: its first cards, how many there are, and their money by currency."""

    status: Status
    rows: list[Row]
    count: int
    sums: list[tuple[Decimal, str]]

    @property
    def hidden(self) -> int:
        return self.count - len(self.rows)


def with_customers(items: Iterable[TimelineItem]) -> list[Row]:
    """The items with the customers they belong to now (one query)."""
    shown = list(items)
    members = Membership.objects.filter(
        profile_id__in={each.profile_id for each in shown}, known_to=None
    ).values_list("profile_id", "customer_id", "customer__name")
    names = {profile: CustomerName(customer, name) for profile, customer, name in members}
    return [Row(each, names.get(each.profile_id)) for each in shown]


def board(viewer: Viewer, declared: RecordType, who: Who) -> list[Lane]:
    """The lanes of a type's board in the order of its stages (three queries)."""
    records = _on_board(viewer, declared, who)
    ranked = records.annotate(
        place=Window(
            RowNumber(), partition_by="status", order_by=[F("due_at").asc(nulls_last=True), "id"]
        )
    ).filter(place__lte=LANE)
    cards = ranked.select_related("source", "unit", "owner").order_by("place")
    rows = with_customers(item(viewer, record) for record in cards)
    totals = list(
        records.order_by().values("status", "currency").annotate(n=Count("id"), sum=Sum("amount"))
    )
    return [
        Lane(
            status,
            [row for row in rows if row.item.status == status.key],
            sum(total["n"] for total in totals if total["status"] == status.key),
            [
                (total["sum"], total["currency"])
                for total in totals
                if total["status"] == status.key and total["sum"] and viewer.sees_money
            ],
        )
        for status in declared.statuses
    ]


def _on_board(viewer: Viewer, declared: RecordType, who: Who) -> QuerySet[Record]:
    fresh = Q(closed_at=None) | Q(closed_at__gte=today() - CLOSED_FOR)
    records = Record.objects.filter(
        access.listed(viewer), fresh, type=declared.key, withdrawn_at=None
    )
    if who == "mine":
        return records.filter(owner_id=viewer.user_id)
    if who == "department":
        return records.filter(owner__department__key=viewer.department)
    return records


def types_to_choose() -> list[RecordType]:
    """The types of which work is made: what people open here first, then all the others."""
    known = types.all_types()
    first = [known[key] for key in ("task", "case", "deal") if key in known]
    return [*first, *(each for each in known.values() if each not in first)]
