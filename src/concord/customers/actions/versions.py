"""What profiles said before: kept when it changes, and what an undo goes back to."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from concord.customers.rows import columns, fetch, from_json, run
from concord.customers.said import digest


def keep(profiles: list[UUID], at: datetime) -> None:
    """What they say until now; their normal forms are theirs no more."""
    run(
        f"""
        WITH forgotten AS ({_FORGET})
        INSERT INTO customers_profileversion
            (profile_id, known_from, known_to, kind, data, pins, is_stub, import_id)
        SELECT id, known_from, greatest(known_from, coalesce(withdrawn_at, %(at)s)), kind, data,
               pins, is_stub, import_id
        FROM customers_profile WHERE id = ANY(%(profiles)s)
        """,  # noqa: S608 - our own
        {"profiles": profiles, "at": at},
    )


def forget_forms(profiles: list[UUID]) -> None:
    """To be said with each change of what they say: who comes in is compared with normal forms
    without a look at the words."""
    run(_FORGET, {"profiles": profiles})


# Whoever writes a form holds its profile (`candidates.ADD_FORMS`), as who changes that does: of two
# at once, one does not wait here.
_FORGET: Final = "DELETE FROM customers_normalform WHERE profile_id = ANY(%(profiles)s)"


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
