"""What is open with a customer: the records of some types that nobody has closed."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from concord.customers.rows import fetch
from concord.kernel.access import Viewer
from concord.records import types

_OPEN = """
    SELECT id FROM records_record
    WHERE profile_id = ANY(%(members)s) AND type = ANY(%(types)s)
      AND closed_at IS NULL AND withdrawn_at IS NULL
      AND (type || ' ' || status) <> ALL(%(closing)s)
      AND (%(units)s::bigint[] IS NULL OR unit_id IS NULL OR unit_id = ANY(%(units)s))
    ORDER BY due_at, opened_at DESC, id DESC LIMIT %(limit)s
"""


def open_ids(viewer: Viewer, members: Sequence[UUID], keys: Sequence[str], limit: int) -> list[int]:
    """The ids of the records of these types and profiles that are open, what is due first at the
    top; a status that closes counts as closed. One query."""
    closing = [
        f"{key} {status.key}" for key in keys for status in types.get(key).statuses if status.closes
    ]
    rows = fetch(
        _OPEN,
        {
            "members": list(members),
            "types": list(keys),
            "closing": closing,
            "units": None if viewer.unit_ids is None else sorted(viewer.unit_ids),
            "limit": limit,
        },
    )
    return [row[0] for row in rows]
