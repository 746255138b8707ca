"""The timeline of a customer: records of every department, and what happened around answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from concord.records.queries.items import TimelineItem
from concord.records.queries.timeline import place_after
from concord.treatment.happened import Happened, happened
from concord.ui.paging import Page

Line = TimelineItem | Happened


def with_happened(customer_id: UUID, records: Page[TimelineItem], cursor: str) -> Page[Line]:
    """A page of records with what else happened in its days. One query more, and nothing is shown
    twice: a page has the days after its last one, up to that of the page before."""
    last = records.items[-1].opened if records.items else None
    if records.next and last is None:
        return Page(list(records.items), records.next)  # undated records come first
    before = place_after(cursor)[0] if cursor else None
    found = happened(customer_id, last if records.next else None, before)
    return Page(_merged(records.items, found), records.next)


def _merged(records: Sequence[TimelineItem], others: Sequence[Happened]) -> list[Line]:
    """Both by day, the latest first; undated records stay before all."""
    lines: list[Line] = [*others, *records]
    return sorted(lines, key=lambda line: line.opened or date.max, reverse=True)
