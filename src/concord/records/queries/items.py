"""One record as a line of a list, redacted to what the viewer may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db.models import Model

from concord.kernel.access import Viewer
from concord.kernel.time import today
from concord.kernel.words import Words
from concord.records import access, types
from concord.records.models import Record
from concord.records.types import RecordType, Status

READ: Final = (
    *("type", "subject", "opened_at", "due_at", "closed_at", "status", "amount", "currency"),
    *("data", "profile_id", "source__key", "source__words", "unit__key", "unit__words"),
    *("owner__name", "owner__email"),
)  # what `item` reads


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """`amount` is None also where the viewer sees no money; then `amount_hidden` says so.

    `data` has the declared fields as Python values, without money where that is hidden.
    """

    id: int
    type: RecordType
    subject: str
    opened: date | None
    due: date | None
    closed: date | None
    status: str
    status_words: Words
    is_open: bool
    is_late: bool
    amount: Decimal | None
    amount_hidden: bool
    currency: str
    unit: str
    owner: str
    owner_id: int | None
    source: str
    source_key: str
    profile_id: UUID
    data: dict[str, Any]

    def column(self, name: str) -> Any:
        """A column or declared field by its name, for lists generated from the declaration."""
        return self.data[name] if name in self.data else getattr(self, name, None)


def items(viewer: Viewer, ids: Iterable[int]) -> dict[int, TimelineItem]:
    """Records as lines, by id. One query, none for no ids."""
    records = (
        Record.objects.select_related("source", "unit", "owner").only(*READ).in_bulk(list(ids))
    )
    return {key: item(viewer, record) for key, record in records.items()}


def item(viewer: Viewer, record: Record, on: date | None = None) -> TimelineItem:
    """Needs `source`, `unit` and `owner` selected."""
    declared = types.get(record.type)
    status = declared.status(record.status) or _implied(declared, record)
    hides = not access.sees_amounts(viewer)
    data = types.read_all(declared, record.data)
    if hides:
        data = {k: v for k, v in data.items() if not _is_money(declared, k)}
    is_open = record.closed_at is None and not (status and status.closes)
    return TimelineItem(
        id=record.pk,
        type=declared,
        subject=record.subject,
        opened=record.opened_at,
        due=record.due_at,
        closed=record.closed_at,
        status=record.status,
        status_words=status.words if status else _raw(record.status),
        is_open=is_open,
        is_late=is_open and record.due_at is not None and record.due_at < (on or today()),
        amount=None if hides else record.amount,
        amount_hidden=hides and record.amount is not None,
        currency=record.currency,
        unit=_name(record.unit),
        owner=_name(record.owner),
        owner_id=record.owner_id,
        source=str(record.source),
        source_key=record.source.key,
        profile_id=record.profile_id,
        data=data,
    )


def _implied(declared: RecordType, record: Record) -> Status | None:
    """The state that a source left unsaid, where being open or closed leaves but one.

    A type that only ever is in one state says nothing by it.
    """
    if record.status or len(declared.statuses) < 2:
        return None
    is_closed = record.closed_at is not None
    possible = [each for each in declared.statuses if each.closes is is_closed]
    return possible[0] if len(possible) == 1 else None


def _is_money(declared: RecordType, key: str) -> bool:
    found = declared.field(key)
    return found is not None and found.is_money


def _raw(status: str) -> Words:
    return {"en": status} if status else {}


def _name(thing: Model | None) -> str:
    return str(thing) if thing else ""
