"""How an import is doing, who was joined by it, and where one goes from it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from django.urls import reverse
from django.utils.translation import gettext as _

from concord.customers.rows import fetch, run
from concord.records.models import Import, ImportState

LATE: Final = "type=invoice&state=late&who=all"
OBSERVED: Final = 20.0  # seconds after which a pace is measured anew
ENOUGH: Final = 3.0  # seconds before it says anything


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast an import goes, as the page itself has seen it: `since` so many rows at such a time.

    `rate` is in rows a second, `left` in seconds; None until there is something to say.
    """

    rows: int
    since: float
    rate: int | None = None
    left: int | None = None

    @classmethod
    def of(cls, imported: Import, seen: Mapping[str, str]) -> Self:
        """By what the page saw when it asked before."""
        now, done = time.time(), imported.rows_done
        try:
            rows, since = int(seen.get("rows", "")), float(seen.get("since", ""))
        except ValueError:
            return cls(done, now)
        took = now - since
        if not 0 < took < 4 * OBSERVED or rows > done:
            return cls(done, now)
        if took < ENOUGH or rows == done:
            return cls(rows, since)
        rate = (done - rows) / took
        left = imported.rows_total and max(0, round((imported.rows_total - done) / rate))
        if took > OBSERVED:
            return cls(done, now, round(rate), left)
        return cls(rows, since, round(rate), left)

    @property
    def minutes(self) -> int | None:
        return None if self.left is None else -(-self.left // 60)


@dataclass(frozen=True, slots=True)
class Step:
    """Where one goes from an import."""

    words: str
    address: str


def next_steps(imported: Import) -> list[Step]:
    """What there is to do with what came in, the most pressing first."""
    if imported.state != ImportState.DONE:
        return []
    steps = []
    joined = imported.counts.get("customers", {})
    if joined.get("asked"):
        steps.append(Step(_("Say who is who"), reverse("customers:review")))
    if "records" in imported.counts and _has_invoices(imported):
        steps.append(Step(_("See who is late"), f"{reverse('work:list')}?{LATE}"))
    steps.append(
        Step(
            _("See these customers"),
            f"{reverse('customers:list')}?system={imported.source.key}",
        )
    )
    return steps


def _has_invoices(imported: Import) -> bool:
    return bool(
        fetch(
            "SELECT 1 FROM records_record WHERE import_id = %s AND type = 'invoice'"
            " AND withdrawn_at IS NULL LIMIT 1",
            [imported.pk],
        )
    )


def count_joined(imported: Import) -> None:
    """Keep with its counts how many of its customers other systems knew, and are asked about."""
    [(joined, asked)] = fetch(
        """
        SELECT
            count(*) FILTER (WHERE EXISTS (
                SELECT FROM customers_membership mine
                JOIN customers_membership fellow ON fellow.customer_id = mine.customer_id
                  AND fellow.known_to IS NULL AND fellow.profile_id <> mine.profile_id
                WHERE mine.profile_id = p.id AND mine.known_to IS NULL)),
            count(*) FILTER (WHERE EXISTS (
                SELECT FROM customers_pair WHERE left_id = p.id AND doubted_id IS NULL
                UNION ALL
                SELECT FROM customers_pair WHERE right_id = p.id AND doubted_id IS NULL))
        FROM customers_profile p
        WHERE p.import_id = %s AND p.withdrawn_at IS NULL AND NOT p.is_stub
        """,
        [imported.pk],
    )
    run(
        "UPDATE records_import SET counts = jsonb_set(counts, '{customers}',"
        " jsonb_build_object('joined', %s::int, 'asked', %s::int)) WHERE id = %s",
        [joined, asked, imported.pk],
    )
