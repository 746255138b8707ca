"""Normal forms that nobody wrote yet: of a first load, or of code that is older than ours.

Matching writes those of whom it matches, and makes anew what it finds missing or out of date
without keeping it. This walks over all others, batch by batch, in the background.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from concord.customers.actions import membership
from concord.customers.actions.candidates import keep_forms
from concord.customers.matching import normal_form
from concord.customers.matching.features import made
from concord.customers.rows import fetch, from_json, together
from concord.kernel.beside import Beside
from concord.kernel.memory import uncollected

BATCH: Final = 2_000


@uncollected()
@transaction.atomic
def write_missing(after: UUID, until: UUID | None = None) -> UUID | None:
    """The next batch of those after that id; the last one it looked at, None at the end.

    Twice changes nothing. An erasure waits for us, and who is erased is not read any more.
    """
    together(membership.BEGIN_TO_ASK)
    rows = fetch(
        """
        SELECT p.id, p.kind, p.data, p.digest
        FROM customers_profile p
        WHERE p.id > %s AND p.id <= coalesce(%s, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
          AND p.withdrawn_at IS NULL AND NOT p.is_stub AND p.matched_at IS NOT NULL
          AND NOT EXISTS (
            SELECT FROM customers_normalform f
            WHERE f.profile_id = p.id AND f.digest = p.digest AND f.version = %s)
        ORDER BY p.id LIMIT %s
        """,
        [after, until, normal_form.version(), BATCH],
    )
    keep_forms(
        made(profile, kind, from_json(data), bytes(digest)) for profile, kind, data, digest in rows
    )
    return rows[-1][0] if len(rows) == BATCH else None


def write_all_missing(processes: int = 1) -> None:
    """All of them, in so many processes."""
    if processes == 1 or connection.in_atomic_block:
        _write_missing((UUID(int=0), UUID(int=(1 << 128) - 1)))
        return
    with Beside(processes) as beside:
        for _ in beside.each(_write_missing, _shares(4 * processes)):
            pass


def _shares(number: int) -> list[tuple[UUID, UUID]]:
    """About equal shares of all profiles, by the places where they are kept."""
    rows = fetch(
        """
        SELECT percentile_disc(%s::float8[]) WITHIN GROUP (ORDER BY id)
        FROM customers_profile TABLESAMPLE SYSTEM (1)
        """,
        [[at / number for at in range(1, number)]],
    )
    ends = [UUID(int=0), *(rows[0][0] or ()), UUID(int=(1 << 128) - 1)]
    return list(pairwise(ends))


def _write_missing(share: tuple[UUID, UUID]) -> None:
    after: UUID | None = share[0]
    while after is not None:
        after = write_missing(after, share[1])
