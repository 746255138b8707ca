"""The undo of an import's profiles: take back what it created, restore what it changed.

Rows are locked in the order of their ids, then customers in the order of theirs, as in
`actions.profiles`, so that nobody waits in a circle.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import transaction

from concord.customers.actions import versions
from concord.customers.actions.golden import lock_customers_of, refresh
from concord.customers.rows import fetch, run
from concord.kernel import audit
from concord.kernel.models import User
from concord.kernel.time import now


@dataclass(frozen=True, slots=True)
class Counts:
    """What an undo did to profiles."""

    withdrawn: int = 0
    restored: int = 0
    kept: int = 0  # something later had changed them


@transaction.atomic
def withdraw(
    import_id: int,
    by: User | None,
    *,
    needed: Collection[UUID] = (),
    undone: Collection[int] = (),
) -> Counts:
    """Undo an import's profiles: take back those it created, restore those it changed.

    What another import said later stays. `needed` and `undone` are as for `take_back`, which does
    the same to a part of them.
    """
    kept = _changed_later(import_id)
    counts = take_back(import_id, of_import(import_id), needed=needed, undone=undone)
    counts = replace(counts, kept=kept)
    if counts.withdrawn or counts.restored:
        audit.record(
            by, "customers.withdraw", "import", import_id,
            withdrawn=counts.withdrawn, restored=counts.restored, kept=counts.kept,
        )  # fmt: skip
    return counts


def of_import(import_id: int, after: UUID | None = None, most: int | None = None) -> list[UUID]:
    """The profiles whose present word is this import's, in the order of their ids: at most so many
    that come after one of them."""
    rows = fetch(
        """
        SELECT id FROM customers_profile
        WHERE import_id = %(import)s AND withdrawn_at IS NULL AND id > %(after)s
        ORDER BY id LIMIT %(most)s
        """,
        {"import": import_id, "after": after or UUID(int=0), "most": most},
    )
    return [row[0] for row in rows]


@transaction.atomic
def take_back(
    import_id: int,
    profiles: Collection[UUID],
    *,
    needed: Collection[UUID] = (),
    undone: Collection[int] = (),
) -> Counts:
    """Take back what an import said of these profiles; those it said nothing of stay as they are.

    `needed` are profiles on which something else still hangs (records of another import): instead
    of being taken back they become stubs that wait. `undone` are imports whose word counts no more:
    nothing is restored to what they said.
    """
    rows = _touched(import_id, profiles, undone)
    if not rows:
        return Counts()
    at = now()
    needed = set(needed)
    created = [row[0] for row in rows if row[1] is None and row[0] not in needed]
    emptied = [row[0] for row in rows if row[1] is None and row[0] in needed]
    restored = [(row[0], row[1]) for row in rows if row[1] is not None]
    versions.keep([*emptied, *(profile for profile, _ in restored)], at)
    run(
        "UPDATE customers_profile SET withdrawn_at = %s WHERE id = ANY(%s)",
        [at, created],
    )
    run(
        """
        UPDATE customers_profile
        SET data = '{}', digest = '', is_stub = TRUE, pins = '[]', import_id = NULL,
            known_from = greatest(known_from, %s), matched_at = %s
        WHERE id = ANY(%s)
        """,
        [at, at, emptied],
    )
    versions.restore(restored, at)
    customers = lock_customers_of([row[0] for row in rows])
    _forget_keys(created + emptied)
    refresh(customers, at)
    return Counts(withdrawn=len(created) + len(emptied), restored=len(restored))


@transaction.atomic
def let_go(profile_ids: Collection[UUID]) -> int:
    """Take back those of these profiles that are stubs of nobody's: nothing hangs on them."""
    at = now()
    rows = fetch(
        """
        UPDATE customers_profile SET withdrawn_at = %s
        WHERE id = ANY(%s) AND is_stub AND import_id IS NULL AND withdrawn_at IS NULL
        RETURNING id
        """,
        [at, list(profile_ids)],
    )
    gone = [row[0] for row in rows]
    if gone:
        customers = lock_customers_of(gone)
        _forget_keys(gone)
        refresh(customers, at)
    return len(gone)


def _touched(
    import_id: int, profiles: Collection[UUID], undone: Collection[int]
) -> list[tuple[UUID, int | None]]:
    """Those of these profiles whose present word is this import's, locked; each with the version
    before."""
    return fetch(
        """
        SELECT p.id, CASE WHEN v.known_to >= coalesce(followed.at, p.known_from) THEN v.id END
        FROM customers_profile p
        LEFT JOIN LATERAL (
            SELECT id, known_to FROM customers_profileversion v
            WHERE v.profile_id = p.id AND v.import_id IS DISTINCT FROM %(import)s
              AND coalesce(v.import_id <> ALL(%(undone)s::bigint[]), TRUE)
            ORDER BY v.id DESC LIMIT 1
        ) v ON TRUE
        LEFT JOIN LATERAL (
            SELECT min(known_from) AS at FROM customers_profileversion later
            WHERE later.profile_id = p.id AND later.id > v.id
        ) followed ON TRUE  -- a gap before it: the profile had been taken back at that time
        WHERE p.id = ANY(%(profiles)s) AND p.import_id = %(import)s AND p.withdrawn_at IS NULL
        ORDER BY p.id FOR NO KEY UPDATE OF p
        """,
        {"import": import_id, "undone": list(undone), "profiles": list(profiles)},
    )


def _changed_later(import_id: int) -> int:
    """How many profiles this import touched that something else has changed since."""
    rows = fetch(
        """
        SELECT count(DISTINCT v.profile_id)
        FROM customers_profileversion v JOIN customers_profile p ON p.id = v.profile_id
        WHERE v.import_id = %(import)s AND p.import_id IS DISTINCT FROM %(import)s
        """,
        {"import": import_id},
    )
    return int(rows[0][0])


def _forget_keys(profiles: list[UUID]) -> None:
    """What was taken back is nobody's candidate any more, nor anybody's question. Behind the lock
    of their customers, as matching joins: what it asked meanwhile is seen."""
    run("DELETE FROM customers_blockkey WHERE profile_id = ANY(%s)", [profiles])
    versions.forget_forms(profiles)
    run(
        """
        DELETE FROM customers_pair
        WHERE left_id = ANY(%(gone)s) OR right_id = ANY(%(gone)s)
        """,
        {"gone": profiles},
    )
