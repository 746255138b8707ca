"""Which source tells of which record types: remembered for a minute, since it hardly changes."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Final

from django.db import connection

SECONDS = 60.0
# Leaps over the unique index from one (source, type) to the next: as many steps as there are pairs.
_PAIRS: Final = """
WITH RECURSIVE pairs AS (
  (SELECT source_id, type FROM records_record ORDER BY source_id, type LIMIT 1)
  UNION ALL
  SELECT n.source_id, n.type FROM pairs p CROSS JOIN LATERAL (
    SELECT r.source_id, r.type FROM records_record r
    WHERE (r.source_id, r.type) > (p.source_id, p.type)
    ORDER BY r.source_id, r.type LIMIT 1) n
)
SELECT source_id, type FROM pairs
"""

_known: dict[int, frozenset[str]] = {}
_until = 0.0


def types_of(sources: Iterable[int]) -> dict[int, frozenset[str]]:
    """The record types of which each source ever told anything."""
    wanted = list(sources)
    if time.monotonic() > _until or any(number not in _known for number in wanted):
        _learn(wanted)
    return {number: _known[number] for number in wanted}


def _learn(wanted: list[int]) -> None:
    global _until
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS)
        pairs = cursor.fetchall()
    found: dict[int, set[str]] = {number: set() for number in wanted}
    for number, type_key in pairs:
        found.setdefault(number, set()).add(type_key)
    _known.clear()
    _known.update({number: frozenset(types) for number, types in found.items()})
    _until = time.monotonic() + SECONDS
