"""Lists of one type of record: what is open, what is late, what is mine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from django.db.models import F, Q, QuerySet

from concord.kernel.access import Viewer
from concord.kernel.time import today
from concord.records import access
from concord.records.models import Record
from concord.records.queries.items import TimelineItem, item
from concord.records.queries.timeline import place_after
from concord.records.types import get
from concord.ui.paging import Page, encode

Order = Literal["opened", "due"]


def listing(
    viewer: Viewer,
    type: str,
    *,
    status: str | Sequence[str] | None = None,
    open: bool | None = None,
    late: bool | None = None,
    owner_id: int | None = None,
    owner_department: str | None = None,
    profile_ids: Sequence[UUID] | None = None,
    order: Order = "opened",
    cursor: str | None = None,
    limit: int = 50,
) -> Page[TimelineItem]:
    """Records of one type that the viewer sees in lists, by cursor.

    `order` is "opened" (the latest first) or "due" (the most pressing first, undated last).
    """
    declared = get(type)
    records = Record.objects.filter(
        access.listed(viewer), type=declared.key, withdrawn_at=None
    ).select_related("source", "unit", "owner")
    closing = [s.key for s in declared.statuses if s.closes]
    is_over = Q(closed_at__isnull=False) | Q(status__in=closing)
    if status is not None:
        records = records.filter(status__in=[status] if isinstance(status, str) else status)
    if open is not None:
        records = records.exclude(is_over) if open else records.filter(is_over)
    if late:
        records = records.exclude(is_over).filter(due_at__lt=today())
    if owner_id is not None:
        records = records.filter(owner_id=owner_id)
    if owner_department is not None:
        records = records.filter(owner__department__key=owner_department)
    if profile_ids is not None:
        records = records.filter(profile_id__in=profile_ids)
    records = _ordered(records, order, cursor)
    rows = list(records[: limit + 1])
    shown = rows[:limit]
    return Page(
        [item(viewer, record) for record in shown],
        _place(shown[-1], order) if len(rows) > limit else "",
    )


def _ordered(records: QuerySet[Record], order: Order, cursor: str | None) -> QuerySet[Record]:
    if order == "due":
        records = records.order_by(F("due_at").asc(nulls_last=True), "id")
        if not cursor:
            return records
        due, record_id = place_after(cursor)
        if due is None:
            return records.filter(due_at=None, id__gt=record_id)
        return records.filter(Q(due_at__gt=due) | Q(due_at=due, id__gt=record_id) | Q(due_at=None))
    records = records.order_by("-opened_at", "-id")
    if not cursor:
        return records
    opened, record_id = place_after(cursor)
    if opened is None:
        return records.filter(Q(opened_at=None, id__lt=record_id) | Q(opened_at__isnull=False))
    return records.filter(Q(opened_at__lt=opened) | Q(opened_at=opened, id__lt=record_id))


def _place(record: Record, order: Order) -> str:
    day = record.due_at if order == "due" else record.opened_at
    return encode(day.isoformat() if day else None, record.pk)
