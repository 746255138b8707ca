"""The states that a record had: kept when it changes, so that the past can be asked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from concord.customers.rows import run

# The columns of a record's state, as staged and as written, in one order.
STATE: Final = (
    "profile_id uuid",
    "parent_id bigint",
    "parent_ref text",
    "subject text",
    "opened_at date",
    "due_at date",
    "closed_at date",
    "status text",
    "amount numeric(20,4)",
    "currency text",
    "unit_id bigint",
    "owner_id bigint",
    "data jsonb",
    "digest bytea",
)
STATE_NAMES: Final = tuple(column.split()[0] for column in STATE)


def keep(ids: Iterable[int | None], at: datetime) -> None:
    """The states that were; a withdrawn row's last state became a version when it was taken back.

    A version is never empty: where two changes come within one instant, the later one is known
    a microsecond later.
    """
    names = ", ".join(STATE_NAMES)
    run(
        f"""
        INSERT INTO records_recordversion (record_id, {names}, import_id, known_from, known_to)
        SELECT id, {names}, import_id, known_from,
               greatest(%s, known_from + interval '1 microsecond')
        FROM records_record WHERE id = ANY(%s) AND withdrawn_at IS NULL
        """,  # noqa: S608 - our own column names
        [at, list(ids)],
    )


def restore(version_ids: Iterable[int], at: datetime) -> None:
    """Records become again what these versions were; their present state has been kept before.

    A parent that was not known then may be known by now.
    """
    assignments = ", ".join(f"{name} = v.{name}" for name in STATE_NAMES if name != "parent_id")
    run(
        f"""
        UPDATE records_record r
        SET {assignments}, import_id = v.import_id,
            known_from = greatest(%s, r.known_from + interval '1 microsecond'),
            parent_id = coalesce(v.parent_id, (
                SELECT p.id FROM records_record p
                WHERE v.parent_ref = p.source_id || ':' || p.type || ':' || p.key
                  AND p.source_id = nullif(split_part(v.parent_ref, ':', 1), '')::bigint
                  AND p.type = split_part(v.parent_ref, ':', 2)
            ))
        FROM records_recordversion v WHERE v.id = ANY(%s) AND r.id = v.record_id
        """,  # noqa: S608 - our own column names
        [at, list(version_ids)],
    )
