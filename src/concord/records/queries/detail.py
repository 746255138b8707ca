"""One record with all that hangs on it: versions, links, children, lines, allocations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

from django.db.models import Q

from concord.customers.models import Customer, Membership
from concord.kernel.access import Viewer
from concord.kernel.time import today
from concord.records import access, types
from concord.records.models import Allocation, Record, RecordLine, RecordLink
from concord.records.queries.balances import outstanding
from concord.records.queries.items import TimelineItem, item

MOST = 200  # of each part; a page that needs more is a list of its own


@dataclass(frozen=True, slots=True)
class Linked:
    role: str
    outward: bool
    item: TimelineItem


@dataclass(frozen=True, slots=True)
class Settled:
    """Part of a payment that settles part of an invoice: seen from either side."""

    other: TimelineItem
    amount: Decimal | None
    at: date


@dataclass(frozen=True, slots=True)
class Change:
    """What a later word changed: column or field, the value before, the value after."""

    known_from: datetime
    fields: list[tuple[str, object, object]]


@dataclass(frozen=True, slots=True)
class Detail:
    record: Record
    item: TimelineItem
    customer: Customer
    may_change: bool
    parent: TimelineItem | None
    children: list[TimelineItem]
    linked: list[Linked]
    lines: list[RecordLine]
    settled: list[Settled]
    outstanding: Decimal | None
    changes: list[Change]


def detail(viewer: Viewer, record_id: int) -> Detail | None:
    """None where there is no such record or the viewer may not see it."""
    record = (
        Record.objects.select_related("source", "unit", "owner", "profile")
        .filter(access.visible(viewer), pk=record_id, withdrawn_at=None)
        .first()
    )
    if record is None:
        return None
    declared = types.get(record.type)
    related = _related(viewer, record)
    shown = {other.pk: item(viewer, other) for other in related.records}
    return Detail(
        record=record,
        item=item(viewer, record),
        customer=_customer(record.profile_id),
        may_change=access.may_change(viewer, record, declared),
        parent=shown.get(record.parent_id or 0),
        children=[shown[other.pk] for other in related.records if other.parent_id == record.pk],
        linked=[
            Linked(link.role, link.from_record_id == record.pk, shown[other])
            for link in related.links
            if (other := _other(record.pk, link.from_record_id, link.to_record_id)) in shown
        ],
        lines=_lines(viewer, record),
        settled=[
            Settled(shown[other], a.amount if viewer.sees_money else None, a.at)
            for a in related.allocations
            if (other := _other(record.pk, a.payment_id, a.invoice_id)) in shown
        ],
        outstanding=_outstanding(viewer, record),
        changes=_changes(viewer, record),
    )


@dataclass(frozen=True, slots=True)
class _Related:
    links: list[RecordLink]
    allocations: list[Allocation]
    records: list[Record]


def _related(viewer: Viewer, record: Record) -> _Related:
    links = list(
        RecordLink.objects.filter(
            Q(from_record=record) | Q(to_record=record), known_to=None
        ).order_by("id")[:MOST]
    )
    allocations = list(
        Allocation.objects.filter(Q(payment=record) | Q(invoice=record), known_to=None).order_by(
            "at", "id"
        )[:MOST]
    )
    ids = {end for link in links for end in (link.from_record_id, link.to_record_id)}
    ids |= {end for a in allocations for end in (a.payment_id, a.invoice_id)}
    ids |= {record.parent_id} if record.parent_id else set()
    others = (
        Record.objects.select_related("source", "unit", "owner")
        .filter(access.visible(viewer), Q(pk__in=ids) | Q(parent=record), withdrawn_at=None)
        .exclude(pk=record.pk)
        .order_by("opened_at", "id")[: 3 * MOST]
    )
    return _Related(links, allocations, list(others))


def _other(own: int, one: int, two: int) -> int:
    return two if one == own else one


def _customer(profile_id: UUID) -> Customer:
    return (
        Membership.objects.select_related("customer")
        .get(profile_id=profile_id, known_to=None)
        .customer
    )


def _lines(viewer: Viewer, record: Record) -> list[RecordLine]:
    lines = list(record.lines.filter(known_to=None).order_by("id")[:MOST])
    if not viewer.sees_money:
        for line in lines:
            line.unit_price = line.amount = None
    return lines


def _outstanding(viewer: Viewer, record: Record) -> Decimal | None:
    if record.type != "invoice" or not viewer.sees_money:
        return None
    return outstanding([record.pk], today()).get(record.pk)


SHOWN_COLUMNS = (
    "subject", "opened_at", "due_at", "closed_at", "status", "amount", "currency", "owner_id",
)  # fmt: skip


def _changes(viewer: Viewer, record: Record) -> list[Change]:
    """What changed from each known state to the next one, the latest change first."""
    states = [*record.versions.order_by("known_from")[:MOST], record]
    declared = types.get(record.type)
    hidden = (
        set() if viewer.sees_money else {"amount", *(f.key for f in declared.fields if f.is_money)}
    )
    changes: list[Change] = []
    for before, after in pairwise(states):
        fields: list[tuple[str, object, object]] = [
            (name, getattr(before, name), getattr(after, name))
            for name in SHOWN_COLUMNS
            if getattr(before, name) != getattr(after, name)
        ]
        fields += [
            (key, before.data.get(key), after.data.get(key))
            for key in sorted(before.data.keys() | after.data.keys())
            if before.data.get(key) != after.data.get(key)
        ]
        known = [field for field in fields if field[0] not in hidden]
        if known:
            changes.append(Change(after.known_from, known))
    return changes[::-1]
