"""What profiles said before: kept when it changes, and what an undo goes back to."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from concord.customers.rows import columns, fetch, from_json, run
from concord.customers.said import digest


def keep(profiles: list[UUID], at: datetime) -> None:
    run(
        """
        INSERT INTO customers_profileversion
            (profile_id, known_from, known_to, kind, data, pins, is_stub, import_id)
        SELECT id, known_from, greatest(known_from, coalesce(withdrawn_at, %s)), kind, data, pins,
               is_stub, import_id
        FROM customers_profile WHERE id = ANY(%s)
        """,
        [at, profiles],
    )


def restore(pairs: list[tuple[UUID, int]], at: datetime) -> None:
    """Profiles become again what a version of theirs was."""
    if not pairs:
        return
    rows = fetch(
        """
        UPDATE customers_profile p
        SET kind = v.kind, data = v.data, pins = v.pins, is_stub = v.is_stub,
            import_id = v.import_id, known_from = greatest(p.known_from, %s),
            matched_at = CASE WHEN v.is_stub THEN %s::timestamptz END
        FROM unnest(%s::uuid[], %s::bigint[]) AS n(profile, version)
        JOIN customers_profileversion v ON v.id = n.version
        WHERE p.id = n.profile
        RETURNING p.id, p.kind, p.data, p.unit_id, p.pins, p.is_stub
        """,
        [at, at, *columns(pairs, 2)],
    )
    digests = [
        (row[0], b"" if row[5] else digest(row[1], from_json(row[2]), row[3], from_json(row[4])))
        for row in rows
    ]
    run(
        """
        UPDATE customers_profile p SET digest = n.digest
        FROM unnest(%s::uuid[], %s::bytea[]) AS n(id, digest) WHERE p.id = n.id
        """,
        columns(digests, 2),
    )
