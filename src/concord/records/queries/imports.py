"""How an import is doing, who was joined by it, and where one goes from it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from django.urls import reverse
from django.utils.translation import gettext as _

from concord.customers.rows import as_json, fetch, run
from concord.records.importing.replay import REPLAYED
from concord.records.importing.taking_back import PROFILES, RECORDS
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
    if joined.get("asked") or joined.get("asked_twice"):
        of_this = f"{reverse('customers:questions')}?source={imported.source_id}"
        steps.append(Step(_("Say who is who"), of_this))
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


@dataclass(frozen=True, slots=True)
class Goes:
    """What the undo of an import takes back: of how many it spoke last, and its rows to fix."""

    customers: int
    records: int
    mended: int
    waiting: int


def what_would_go(imported: Import) -> Goes:
    """As it is now; others may say something of the same until somebody undoes it."""
    rows = imported.rejections
    return Goes(
        PROFILES.size(imported.pk),
        RECORDS.size(imported.pk),
        mended=rows.filter(resolution=REPLAYED).count(),
        waiting=rows.filter(resolved_at=None).count(),
    )


def count_joined(imported: Import) -> None:
    """Keep with its counts who of it is whom: of its customers, how many are one with what is known
    from elsewhere (`joined`), about how many somebody is asked (`asked`), and the same of what
    stands twice in this very file: customers that are one (`twice`), questions (`asked_twice`).
    """
    [found] = fetch(
        """
        WITH ours AS (
            SELECT id FROM customers_profile
            WHERE import_id = %(import)s AND withdrawn_at IS NULL AND NOT is_stub
        )
        SELECT
            (SELECT count(*) FROM ours WHERE EXISTS (
                SELECT FROM customers_membership mine
                JOIN customers_membership fellow ON fellow.customer_id = mine.customer_id
                  AND fellow.known_to IS NULL AND fellow.profile_id <> mine.profile_id
                JOIN customers_profile other ON other.id = fellow.profile_id
                  AND other.import_id IS DISTINCT FROM %(import)s AND other.withdrawn_at IS NULL
                WHERE mine.profile_id = ours.id AND mine.known_to IS NULL)),
            (SELECT count(*) FROM ours WHERE EXISTS (
                SELECT FROM customers_pair JOIN customers_profile other ON other.id = right_id
                WHERE left_id = ours.id AND doubted_id IS NULL
                  AND other.import_id IS DISTINCT FROM %(import)s
                UNION ALL
                SELECT FROM customers_pair JOIN customers_profile other ON other.id = left_id
                WHERE right_id = ours.id AND doubted_id IS NULL
                  AND other.import_id IS DISTINCT FROM %(import)s)),
            (SELECT count(*) FROM (
                SELECT FROM ours JOIN customers_membership mine
                  ON mine.profile_id = ours.id AND mine.known_to IS NULL
                GROUP BY mine.customer_id HAVING count(*) > 1) one),
            (SELECT count(*) FROM customers_pair pair
             JOIN ours one ON one.id = pair.left_id JOIN ours other ON other.id = pair.right_id
             WHERE pair.doubted_id IS NULL)
        """,
        {"import": imported.pk},
    )
    counts = dict(zip(("joined", "asked", "twice", "asked_twice"), found, strict=True))
    run(
        "UPDATE records_import SET counts = jsonb_set(counts, '{customers}', %s::jsonb)"
        " WHERE id = %s",
        [as_json(counts), imported.pk],
    )
