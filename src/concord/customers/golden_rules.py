"""The rules in force for which value is shown: asked of the database, kept in the process.

Which rules hold is asked each time (one row by its index), so that a worker and the process beside
notice a change at once; the rules themselves never change under their number.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from concord.customers.rows import together
from concord.customers.survivorship import SHIPPED, Rules
from concord.kernel.prepared import Asked, Prepared

LOCK: Final = 0x676F6C64  # of PostgreSQL's advisory locks
_IN_FORCE: Final = Prepared(
    """
    SELECT id, rules::text FROM customers_goldenrules WHERE in_force_at IS NOT NULL
    ORDER BY in_force_at DESC, id DESC LIMIT 1
    """,
    {},
)
_HOLD: Final = Prepared("SELECT pg_advisory_xact_lock_shared(%(lock)s)", {"lock": "bigint"})
# Asked by who writes values: then nobody puts others in force until the transaction ends. What is
# written is by the rules that hold then, or comes before all is written anew
# (`actions.golden_settings`). The rows of the second are for `chosen`.
TO_WRITE_BY: Final[tuple[Asked, Asked]] = (_HOLD, {"lock": LOCK}), (_IN_FORCE, {})


def in_force() -> Rules:
    """By which values are chosen now, to show what they would be."""
    [rows] = together((_IN_FORCE, {}))
    return chosen(rows)


def chosen(rows: Sequence[tuple[Any, ...]]) -> Rules:
    """The rules of the rows that were found in force."""
    return _rules(*rows[0]) if rows else SHIPPED


@lru_cache(8)
def _rules(version: int, said: str) -> Rules:
    from concord.customers.rows import from_json

    return Rules.from_dict(version, from_json(said))
