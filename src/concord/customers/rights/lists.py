"""Reads: requests that wait, the log of one customer, who was erased."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.core.cache import caches

from concord.customers import access
from concord.customers.models import (
    Erasure,
    ErasurePlan,
    ErasureRun,
    Restriction,
    RightsEvent,
    RightsRequest,
)
from concord.customers.questions import RIGHTS
from concord.customers.rights.words import event
from concord.kernel.access import Viewer
from concord.kernel.time import today
from concord.ui.paging import Page, decode, encode

A_PAGE: Final = 50
SOON: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log, in words."""

    at: datetime
    what: str
    by: str
    note: str


def open_requests(cursor: str = "") -> Page[RightsRequest]:
    """By the day they are due."""
    rows = RightsRequest.objects.filter(closed_at=None).select_related("customer", "taken_by")
    if cursor:
        due, pk = decode(cursor, date, int)
        rows = rows.filter(due_on__gte=due).exclude(due_on=due, id__lte=pk)
    found = list(rows.order_by("due_on", "id")[: A_PAGE + 1])
    more = ""
    if len(found) > A_PAGE:
        last = found[A_PAGE - 1]
        more = encode(last.due_on.isoformat(), last.pk)
    return Page(found[:A_PAGE], more)


def restricted(most: int = 200) -> Sequence[Restriction]:
    """Who is stored and not used: nobody finds them by search, so they stand here."""
    rows = Restriction.objects.filter(lifted_at=None).select_related("customer", "by")
    return list(rows.order_by("until", "id")[:most])


def plans() -> Sequence[ErasurePlan]:
    """Erasures that wait for a second person."""
    return list(ErasurePlan.objects.select_related("customer", "by").order_by("at")[:50])


def latest_erasures(most: int = 20) -> Sequence[ErasureRun]:
    rows = ErasureRun.objects.select_related("erasure__by")
    return list(rows.order_by("-erasure_id")[:most])


def due_soon(viewer: Viewer) -> Sequence[RightsRequest]:
    """What is to be answered within a week or is late, for who answers it. One query at most."""
    if not access.may_handle_rights(viewer):
        return []
    rows = RightsRequest.objects.filter(closed_at=None, due_on__lte=today() + SOON)
    return list(rows.select_related("customer").order_by("due_on", "id")[:12])


def waiting(viewer: Viewer) -> int:
    """How many wait for an answer. Nothing is asked where Review has just counted its questions."""
    known = caches["process"].get(RIGHTS)
    if known is not None:
        caches["process"].delete(RIGHTS)
        return int(known)
    return RightsRequest.objects.filter(closed_at=None).count()


def log_of(customer_id: UUID, most: int = 100) -> list[Line]:
    """The latest lines, the newest first."""
    rows = RightsEvent.objects.filter(customer_id=customer_id).select_related("by", "request")
    return [
        Line(row.at, _said(row), row.by.name if row.by else "", row.note)
        for row in rows.order_by("-id")[:most]
    ]


def _said(row: RightsEvent) -> str:
    """What was done, and of what they had asked for."""
    what = event(row.what)
    return f"{what}: {row.request.get_right_display()}" if row.request else what


def erasure_of(customer_id: UUID) -> Erasure | None:
    return Erasure.objects.filter(customer_id=customer_id).order_by("-id").first()
