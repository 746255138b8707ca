"""The log of answers lies in parts, one a month: which ids a month has, and which months are over.

An id (UUID version 7) begins with the milliseconds of its birth, so a span of time is a span of
ids, and the primary key alone finds the part.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

FLOOR: Final = 12  # months that are kept at least; the database holds it, too


def first_id(at: datetime) -> UUID:
    """The lowest id of those born from that moment on."""
    return UUID(int=int(at.timestamp() * 1000) << 80)


def born(answer_id: UUID) -> datetime:
    """When an id was given out."""
    return datetime.fromtimestamp((answer_id.int >> 80) / 1000, UTC)


def month_of(at: datetime) -> date:
    """The first day of its month, in UTC: months of the log know no other zone."""
    return at.astimezone(UTC).date().replace(day=1)


def later(month: date, count: int) -> date:
    """`count` months later (earlier, where it is negative)."""
    at = month.year * 12 + month.month - 1 + count
    return date(at // 12, at % 12 + 1, 1)


def over(first: date, kept: int, today: date) -> Iterator[date]:
    """The months from `first` on that are over, where `kept` whole months are kept."""
    month, last = first, later(today.replace(day=1), -max(kept, FLOOR))
    while month < last:
        yield month
        month = later(month, 1)
