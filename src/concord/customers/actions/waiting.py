"""How many profiles wait to be matched: whether so many that they are matched together (`bulk`)."""

from __future__ import annotations

from typing import Final

from concord.customers.rows import fetch

WORTH: Final = 20_000  # waiting profiles from which on it is faster than one batch after the other
SHARE: Final = 50  # and at least one in so many of all: those that are matched are read, too
LOCK: Final = 0x62756C6B  # of who matches all that wait


def is_worth() -> bool:
    """Whether so many wait that they should be matched together, and nobody does so yet."""
    [(waiting,)] = fetch(
        """
        SELECT count(*) FROM (
            SELECT FROM customers_profile WHERE matched_at IS NULL AND withdrawn_at IS NULL LIMIT %s
        ) waiting
        """,
        [WORTH],
    )
    if waiting < WORTH or is_running():
        return False
    [(waiting, every)] = fetch(
        "SELECT count(*) FILTER (WHERE matched_at IS NULL), count(*) FROM customers_profile"
    )
    return bool(waiting * SHARE >= every)


def is_running() -> bool:
    """Whether somebody matches all that wait just now."""
    [(held,)] = fetch(
        "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = %s "
        "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))",
        [LOCK],
    )
    return bool(held)
