"""The rules in force for which value is shown: asked of the database, kept in the process.

Which rules hold is asked each time (one row by its index), so that a worker and the process beside
notice a change at once; the rules themselves never change under their number.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from concord.customers.rows import fetch
from concord.customers.survivorship import SHIPPED, Rules

LOCK: Final = 0x676F6C64  # of PostgreSQL's advisory locks
_IN_FORCE: Final = """
    (SELECT id, rules::text FROM customers_goldenrules WHERE in_force_at IS NOT NULL
     ORDER BY in_force_at DESC, id DESC LIMIT 1)
"""


def in_force() -> Rules:
    """By which values are chosen now, to show what they would be."""
    rows = fetch(_IN_FORCE)
    return _rules(*rows[0]) if rows else SHIPPED


def to_write_by() -> Rules:
    """The same, and nobody puts others in force until this transaction ends: what it writes is by
    the rules that hold then, or comes before all is written anew (`actions.golden_settings`)."""
    fetch("SELECT pg_advisory_xact_lock_shared(%s)", [LOCK])
    return in_force()


@lru_cache(8)
def _rules(version: int, said: str) -> Rules:
    from concord.customers.rows import from_json

    return Rules.from_dict(version, from_json(said))
