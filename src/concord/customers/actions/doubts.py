"""Put before a person what came to contradict its own customer.

Matching joins by itself, but never parts: a number mistyped in one system would else move records,
ids and answers overnight. A profile that changed so that it would not be joined today is asked
about; what a person knew when they said "the same" is not asked again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from uuid import UUID

from django.db import transaction

from concord.customers import doubts, restrictions
from concord.customers.actions import membership
from concord.customers.matching.compare import Comparison
from concord.customers.models import Judgement, Verdict
from concord.customers.rows import as_json, columns, fetch, run
from concord.kernel.time import now


@transaction.atomic
def look_again(changed: Collection[UUID]) -> int:
    """Ask about those of these profiles that do not fit their customer any more; how many pairs.

    A doubt that their change has settled is gone.
    """
    membership.begin_to_ask()
    found: dict[doubts.Pair, tuple[UUID, Comparison]] = {}
    for profiles in _customers_of(changed):
        contradicting = doubts.contradictions(set(profiles) & set(changed), profiles)
        known = _known(profiles) if contradicting else set()
        new = {
            pair: one
            for pair, one in contradicting.items()
            if not doubts.said_both(one.as_dict()) <= known
        }
        found |= {pair: (_doubted(pair, new, changed), one) for pair, one in new.items()}
    settled = _settled(changed, found)
    if not found and not settled:
        return 0
    members = membership.lock({profile for pair in (*found, *settled) for profile in pair})
    _forget(settled.values())
    return _put(found, members) if found else 0


def _customers_of(changed: Collection[UUID]) -> list[list[UUID]]:
    """The members of every customer of several profiles that one of these belongs to."""
    rows = fetch(
        """
        SELECT array_agg(profile_id ORDER BY profile_id) FROM customers_membership
        WHERE known_to IS NULL AND customer_id IN (
            SELECT customer_id FROM customers_membership
            WHERE known_to IS NULL AND profile_id = ANY(%s))
        GROUP BY customer_id HAVING count(*) > 1
        """,
        [list(changed)],
    )
    return [row[0] for row in rows]


def _known(profiles: list[UUID]) -> set[tuple[str, frozenset[str]]]:
    """What people knew to be contradicting when they said that these are one customer."""
    standing = membership.judgements_on(profiles).values()
    said = [each.id for each in standing if each.by_person and each.verdict == Verdict.SAME]
    evidence = Judgement.objects.filter(pk__in=said).values_list("evidence", flat=True)
    return set().union(*(doubts.said_both(each) for each in evidence))


def _doubted(pair: doubts.Pair, new: Iterable[doubts.Pair], changed: Collection[UUID]) -> UUID:
    """Of two the one that changed; of two that changed the one that fits fewer of the others."""
    against = Counter(profile for each in new for profile in each)
    return max(pair, key=lambda profile: (profile in changed, against[profile], profile))


def _settled(
    changed: Collection[UUID], found: Collection[doubts.Pair]
) -> dict[doubts.Pair, tuple[int, str]]:
    """What was asked of these before and is no doubt any more, with its evidence. It is forgotten
    behind the lock of the customers: who joins them has that first, and deletes questions then."""
    rows = fetch(
        """
        SELECT left_id, right_id, id, evidence::text FROM customers_pair p
        WHERE doubted_id IS NOT NULL AND NOT is_bridge AND (left_id = ANY(%s) OR right_id = ANY(%s))
          AND NOT EXISTS (SELECT FROM unnest(%s::uuid[], %s::uuid[]) AS n(l, r)
                          WHERE n.l = p.left_id AND n.r = p.right_id)
        """,
        [list(changed), list(changed), *columns(found, 2)],
    )
    return {(left, right): (pair, evidence) for left, right, pair, evidence in rows}


def _forget(settled: Collection[tuple[int, str]]) -> None:
    """Not what somebody has asked anew while we waited."""
    run(
        """
        DELETE FROM customers_pair p USING unnest(%s::bigint[], %s::text[]) AS n(id, evidence)
        WHERE p.id = n.id AND p.evidence = n.evidence::jsonb
          AND p.doubted_id IS NOT NULL AND NOT p.is_bridge
        """,
        columns(settled, 2),
    )


def _put(found: dict[doubts.Pair, tuple[UUID, Comparison]], members: membership.Members) -> int:
    """Only of those that still are one customer, now that nobody can move them."""
    gone = restrictions.unused_among(found)
    rows = [
        (*pair, doubted, one.score, as_json(one.as_dict()))
        for pair, (doubted, one) in sorted(found.items())
        if members[pair[0]] == members[pair[1]] and gone.isdisjoint(pair)
    ]
    return run(
        """
        INSERT INTO customers_pair (left_id, right_id, doubted_id, score, evidence, found_at)
        SELECT n.l, n.r, n.d, n.s, n.e::jsonb, %s
        FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::float8[], %s::text[])
          AS n(l, r, d, s, e)
        ON CONFLICT (left_id, right_id) DO UPDATE
            SET score = excluded.score, evidence = excluded.evidence,
                doubted_id = excluded.doubted_id, is_bridge = false
        """,
        [now(), *columns(rows, 5)],
    )
