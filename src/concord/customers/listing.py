"""All customers in the order of their names, a page at a time, and who waits for review."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from concord.customers import words
from concord.customers.restrictions import CUSTOMERS as RESTRICTED
from concord.customers.rows import fetch
from concord.customers.search import search
from concord.kernel.access import Viewer
from concord.ui.paging import Page, decode, encode

PAGE: Final = 50
_COLUMNS: Final = """
    c.id, c.kind, c.name, c.name_norm, c.golden->'city'->>'value', c.golden->'country'->>'value',
    c.golden->'segment'->>'value', c.profile_count, c.golden->'name_native'->>'value'
"""


@dataclass(frozen=True, slots=True)
class Row:
    id: UUID
    kind: str
    name: str
    place: str
    segment: str
    systems: int
    native: str = ""


def listing(
    viewer: Viewer,
    *,
    text: str = "",
    kind: str = "",
    segment: str = "",
    system: str = "",
    cursor: str = "",
    limit: int = PAGE,
) -> Page[Row]:
    """Customers by name; with a text, the best hits of the search (without further pages)."""
    where = ["c.merged_into_id IS NULL", "c.profile_count > 0", f"c.id <> ALL(ARRAY({RESTRICTED}))"]
    given: dict[str, Any] = {"limit": limit + 1}
    if kind:
        where.append("c.kind = %(kind)s")
        given["kind"] = kind
    if segment:
        where.append("c.golden->'segment'->>'value' = %(segment)s")
        given["segment"] = segment
    if system:
        where.append(
            """EXISTS (SELECT FROM customers_membership m
                       JOIN customers_profile p ON p.id = m.profile_id
                       JOIN kernel_source s ON s.id = p.source_id
                       WHERE m.customer_id = c.id AND m.known_to IS NULL
                         AND p.withdrawn_at IS NULL AND s.key = %(system)s)"""
        )
        given["system"] = system
    if text.strip():
        found = [hit.id for hit in search(viewer, text, limit)]
        where.append("c.id = ANY(%(found)s::uuid[])")
        given["found"] = found
        rows = {row[0]: row for row in _rows(where, given)}
        return Page([_row(rows[each]) for each in found if each in rows])
    if cursor:
        after, last = decode(cursor, str, UUID)
        where.append("(c.name_norm, c.id) > (%(after)s, %(last)s::uuid)")
        given |= {"after": after, "last": last}
    rows_ = _rows(where, given)
    shown = rows_[:limit]
    more = encode(shown[-1][3], str(shown[-1][0])) if len(rows_) > limit else ""
    return Page([_row(row) for row in shown], more)


def _rows(where: list[str], given: dict[str, Any]) -> list[tuple[Any, ...]]:
    return fetch(
        f"""
        SELECT {_COLUMNS} FROM customers_customer c WHERE {" AND ".join(where)}
        ORDER BY c.name_norm, c.id LIMIT %(limit)s
        """,  # noqa: S608 - conditions of our own, values bound
        given,
    )


def _row(row: Sequence[Any]) -> Row:
    native = row[8] if row[8] and row[8] != row[2] else ""
    place = ", ".join(filter(None, (row[4], words.country(row[5] or ""))))
    return Row(row[0], row[1], row[2], place, words.segment(row[6] or ""), row[7], native)


def segments() -> list[str]:
    """The segments that customers are in: an index skimmed from value to value."""
    rows = fetch(
        """
        WITH RECURSIVE skim AS (
            (SELECT golden->'segment'->>'value' AS value FROM customers_customer
             WHERE merged_into_id IS NULL AND golden->'segment'->>'value' IS NOT NULL
             ORDER BY golden->'segment'->>'value' LIMIT 1)
            UNION ALL
            SELECT (SELECT golden->'segment'->>'value' FROM customers_customer
                    WHERE merged_into_id IS NULL AND golden->'segment'->>'value' > skim.value
                    ORDER BY golden->'segment'->>'value' LIMIT 1)
            FROM skim WHERE skim.value IS NOT NULL
        )
        SELECT value FROM skim WHERE value IS NOT NULL LIMIT 50
        """
    )
    return [row[0] for row in rows]
