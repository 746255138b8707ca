"""Bring memberships in line with the judgements: the one place that merges and unmerges."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from concord.customers.actions.golden import lock_customers, refresh
from concord.customers.actions.weighing import weigh_again
from concord.customers.resolve import Judged, Pair, resolve, standing
from concord.customers.rows import columns, fetch, run

Members = dict[UUID, UUID]  # profile to customer
_ASKING: Final = 0x41534B  # our advisory lock: shared by who writes questions about profiles


def begin_to_ask() -> None:
    """To be said by who writes what profiles said into questions, before it looks whether they may
    be asked about; until its transaction ends."""
    fetch("SELECT pg_advisory_xact_lock_shared(%s, 0)", [_ASKING])


def wait_for_askers() -> None:
    """Who began to ask before now has written its questions: they are seen from here on."""
    fetch("SELECT pg_advisory_xact_lock(%s, 0)", [_ASKING])


def lock(profiles: Collection[UUID]) -> Members:
    """Lock the customers of the profiles, and all that standing judgements tie to them.

    In order of id, so that two merges never wait for each other; what moved while we waited is
    looked at again. Gives every profile of the locked customers with its customer.
    """
    while True:
        savepoint = transaction.savepoint()
        before = _reach(profiles)
        lock_customers(set(before.values()))
        if _reach(profiles) == before:
            transaction.savepoint_commit(savepoint)
            return before
        transaction.savepoint_rollback(savepoint)


def _reach(profiles: Collection[UUID]) -> Members:
    members = _with_fellows(profiles)
    while True:
        tied = fetch(
            """
            SELECT left_id, right_id FROM customers_judgement
            WHERE verdict = 'same' AND (left_id = ANY(%(known)s) OR right_id = ANY(%(known)s))
            """,
            {"known": list(members)},
        )
        found = {profile for pair in tied for profile in pair} - members.keys()
        if not found:
            return members
        members |= _with_fellows(found)


def _with_fellows(profiles: Collection[UUID]) -> Members:
    """The members of all customers that the profiles belong to."""
    rows = fetch(
        """
        SELECT fellow.profile_id, fellow.customer_id
        FROM customers_membership fellow
        WHERE fellow.known_to IS NULL AND fellow.customer_id IN (
            SELECT customer_id FROM customers_membership
            WHERE known_to IS NULL AND profile_id = ANY(%s))
        """,
        [list(profiles)],
    )
    return dict(rows)


def judgements_on(profiles: Collection[UUID]) -> dict[Pair, Judged]:
    """What holds between any two of the profiles."""
    rows = fetch(
        """
        SELECT id, left_id, right_id, verdict, by_id IS NOT NULL, coalesce(score, 0),
               CASE verdict WHEN 'withdrawn' THEN (evidence->>'takes_back')::bigint END
        FROM customers_judgement WHERE left_id = ANY(%(some)s) AND right_id = ANY(%(some)s)
        """,
        {"some": list(profiles)},
    )
    return standing(Judged(*row) for row in rows)


def bring_in_line(members: Members, at: datetime) -> set[UUID]:
    """Move what the judgements moved among locked members; the customers that changed."""
    wanted = resolve(members, judgements_on(members))
    moved = {p: customer for p, customer in wanted.items() if members[p] != customer}
    if not moved:
        return set()
    run(
        """
        UPDATE customers_membership SET known_to = greatest(known_from, %s)
        WHERE known_to IS NULL AND profile_id = ANY(%s)
        """,
        [at, list(moved)],
    )
    run(
        """
        INSERT INTO customers_membership (profile_id, customer_id, known_from)
        SELECT n.profile, n.customer, %s FROM unnest(%s::uuid[], %s::uuid[]) AS n(profile, customer)
        """,
        [at, *columns(moved.items(), 2)],
    )
    touched = {members[p] for p in moved} | set(moved.values())
    _redirect({p: customer for p, customer in wanted.items() if customer in touched})
    alive = touched & set(wanted.values())
    refresh(alive, at)
    _drop_answered_pairs(moved)
    weigh_again(moved)
    return touched


def _redirect(wanted: Members) -> None:
    """An id that is nobody's any more names the customer that its profile belongs to."""
    run(
        """
        UPDATE customers_customer c
        SET merged_into_id = nullif(n.customer, c.id),
            search_tokens = CASE WHEN n.customer = c.id THEN c.search_tokens ELSE '{}' END
        FROM unnest(%s::uuid[], %s::uuid[]) AS n(profile, customer)
        WHERE c.id = n.profile AND c.merged_into_id IS DISTINCT FROM nullif(n.customer, c.id)
        """,
        columns(wanted.items(), 2),
    )


def _drop_answered_pairs(moved: Iterable[UUID]) -> None:
    """Two profiles of one customer are no question any more; nor are two whose customer was in
    doubt, once they are apart."""
    run(
        """
        DELETE FROM customers_pair p
        USING customers_membership l, customers_membership r
        WHERE (p.left_id = ANY(%(moved)s) OR p.right_id = ANY(%(moved)s))
          AND l.profile_id = p.left_id AND l.known_to IS NULL
          AND r.profile_id = p.right_id AND r.known_to IS NULL
          AND (l.customer_id = r.customer_id) = (p.doubted_id IS NULL)
        """,
        {"moved": list(moved)},
    )
