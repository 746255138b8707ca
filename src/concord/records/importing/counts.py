"""The counts of an import: of its rows, and of what they gave.

Of the rows: `read = created + changed + unchanged + rejected + skipped`. A row counts by the most
that it did: created if anything in it was new, else changed, else unchanged; skipped if it gave
nothing (no block of the mapping was for it). A part that waits for its record is new.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

ROWS: Final = ("read", "created", "changed", "unchanged", "rejected", "skipped")
KINDS: Final = ("profiles", "records", "lines", "links", "allocations", "relationships")
OUTCOMES: Final = ("created", "changed", "unchanged", "waiting", "over")

Counts = dict[str, dict[str, int]]


def nothing() -> Counts:
    counts: Counts = {"rows": dict.fromkeys(ROWS, 0)}
    return counts


def count(counts: Counts, kind: str, outcome: str, number: int = 1) -> None:
    of_kind = counts.setdefault(kind, {})
    of_kind[outcome] = of_kind.get(outcome, 0) + number


def outcome_of_row(outcomes: Iterable[str]) -> str:
    found = set(outcomes)
    if not found:
        return "skipped"
    if found & {"created", "waiting"}:
        return "created"
    return "changed" if "changed" in found else "unchanged"


def adds_up(counts: Counts) -> bool:
    rows = counts["rows"]
    return rows["read"] == sum(rows[name] for name in ROWS[1:])
