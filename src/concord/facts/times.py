"""The two times of a derivation, and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from concord.kernel.time import now, zone


@dataclass(frozen=True, slots=True)
class When:
    """`as_of` is when it was so, `known_at` when we had been told (None: now)."""

    as_of: date
    known_at: datetime | None = None

    def knows(self, known_from: datetime, known_to: datetime | None) -> bool:
        """Whether something known from and to was known."""
        if self.known_at is None:
            return known_to is None
        return known_from <= self.known_at and (known_to is None or known_to > self.known_at)

    @property
    def day_over(self) -> datetime:
        """The first instant after the day `as_of` in the company's time zone."""
        return datetime.combine(self.as_of + timedelta(days=1), time(), tzinfo=zone())

    @property
    def looks_back(self) -> bool:
        """Whether the day was over when we knew: then a value must have been seen by its end."""
        return self.day_over <= (self.known_at or now())
