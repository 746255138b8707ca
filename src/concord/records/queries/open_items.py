"""What is open with a customer: the records of some types that nobody has closed."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from concord.customers.rows import fetch
from concord.kernel.access import Viewer
from concord.records import types
from concord.records.models import Record
from concord.records.queries.items import TimelineItem, item

# Each profile's own index gives its records; the names of their sources are asked for only then.
_OPEN = """
    SELECT id FROM records_record
    WHERE profile_id = ANY(%(members)s) AND type = ANY(%(types)s)
      AND closed_at IS NULL AND withdrawn_at IS NULL
      AND (type || ' ' || status) <> ALL(%(closing)s)
      AND (%(units)s::bigint[] IS NULL OR unit_id IS NULL OR unit_id = ANY(%(units)s))
    ORDER BY due_at, opened_at DESC, id DESC LIMIT %(limit)s
"""


def open_items(
    viewer: Viewer, members: Sequence[UUID], keys: Sequence[str], limit: int
) -> list[TimelineItem]:
    """The records of these types and profiles that are open, what is due first at the top; a
    status that closes counts as closed. One query, and another where there are any."""
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
    if not rows:
        return []
    ids = [row[0] for row in rows]
    records = Record.objects.select_related("source", "unit", "owner").in_bulk(ids)
    return [item(viewer, records[each]) for each in ids]
