"""Put weak bridges before a person: customers whose members one weak link alone holds together.

Looked for where matching has just joined, and over all customers by a job. Nothing is parted here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from functools import partial
from typing import Final
from uuid import UUID

from django.db import transaction

from concord.customers import restrictions
from concord.customers.actions import membership
from concord.customers.actions.candidates import said, shared_among
from concord.customers.matching import model
from concord.customers.matching.bridges import Bridge, Pair, weakest_bridge
from concord.customers.matching.clusters import Clusters
from concord.customers.matching.features import Features
from concord.customers.resolve import Judged
from concord.customers.rows import as_json, columns, fetch, run
from concord.kernel.deadlocks import despite_deadlocks
from concord.kernel.time import now

BATCH: Final = 500  # customers that are looked at in one go

# The members of these customers, of whom nobody is in doubt already.
_MEMBERS: Final = """
    SELECT m.customer_id, m.profile_id FROM customers_membership m
    WHERE m.known_to IS NULL AND m.customer_id = ANY(%s)
      AND NOT EXISTS (
        SELECT FROM customers_membership f
        JOIN customers_pair p ON p.doubted_id = f.profile_id AND NOT p.is_bridge
        WHERE f.customer_id = m.customer_id AND f.known_to IS NULL)
"""


def within(
    clusters: Clusters, links: Collection[Pair], judged: Mapping[Pair, Judged]
) -> dict[UUID, Bridge]:
    """The weak bridges where matching has just joined along these links, told by what it has
    compared: without a query."""
    found = {}
    for members in clusters.of(profile for pair in links for profile in pair):
        if len(members) > 2:  # two that were joined just now are held by that link
            bridge = weakest_bridge(*clusters.within(members), judged)
            if bridge is not None:
                found[min(members)] = bridge
    return found


def ask(found: Mapping[UUID, Bridge]) -> int:
    """Put them before a person, inside the transaction that joined; how many they are."""
    return _put(found, membership.lock(found)) if found else 0


def look_at_all(after: UUID, limit: int = BATCH) -> UUID | None:
    """Look at the next customers of several profiles; the last one's id, None at the end."""
    rows = fetch(
        """
        SELECT id FROM customers_customer
        WHERE merged_into_id IS NULL AND profile_count > 1 AND id > %s ORDER BY id LIMIT %s
        """,
        [after, limit],
    )
    if not rows:
        return None
    customers: list[UUID] = [row[0] for row in rows]
    despite_deadlocks(partial(_look, customers))
    return customers[-1]


def _look(customers: list[UUID]) -> int:
    if not customers:
        return 0
    of: dict[UUID, UUID] = {pid: customer for customer, pid in fetch(_MEMBERS, [customers])}
    features = {profile: one for profile, _, one in said(of)}
    found = _bridges(of, features) if features else {}
    with transaction.atomic():
        membership.begin_to_ask()
        strong = _strong(customers, found)
        if not found and not strong:
            return 0
        now_of = membership.lock({*found, *strong.values()})
        run("DELETE FROM customers_pair WHERE id = ANY(%s) AND is_bridge", [list(strong)])
        return _put(found, now_of)


def _bridges(of: Mapping[UUID, UUID], features: Mapping[UUID, Features]) -> dict[UUID, Bridge]:
    """The weakest bridge of each customer that has one."""
    judged = membership.judgements_on(of)
    clusters = Clusters(of, features, shared_among(features), judged, model.in_force())
    members: dict[UUID, set[UUID]] = defaultdict(set)
    for profile, customer in of.items():
        members[customer].add(profile)
    return {
        customer: bridge
        for customer, some in members.items()
        if (bridge := weakest_bridge(*clusters.within(some), judged)) is not None
    }


def _strong(customers: Collection[UUID], found: Mapping[UUID, Bridge]) -> dict[int, UUID]:
    """What was asked before and is no weak bridge any more, with whom it doubts. It is deleted
    behind the lock of the customers, as who joins them does."""
    kept = [bridge.pair for bridge in found.values()]
    rows = fetch(
        """
        SELECT p.id, p.doubted_id FROM customers_pair p, customers_membership m
        WHERE p.is_bridge AND m.profile_id = p.doubted_id AND m.known_to IS NULL
          AND m.customer_id = ANY(%s)
          AND NOT EXISTS (SELECT FROM unnest(%s::uuid[], %s::uuid[]) AS n(l, r)
                          WHERE n.l = p.left_id AND n.r = p.right_id)
        """,
        [list(customers), *columns(kept, 2)],
    )
    return dict(rows)


def _put(found: Mapping[UUID, Bridge], now_of: membership.Members) -> int:
    """Only of customers that still are what we looked at, now that nobody can change them."""
    if not found:
        return 0
    gone = restrictions.unused_among(bridge.pair for bridge in found.values())
    rows = [
        (
            *bridge.pair,
            bridge.end,
            bridge.comparison.score,
            as_json(bridge.comparison.as_dict() | {"beyond": sorted(map(str, bridge.far))}),
        )
        for customer, bridge in sorted(found.items())
        if {now_of.get(each) for each in bridge.near | bridge.far} == {customer}
        and gone.isdisjoint(bridge.pair)
    ]
    return run(
        """
        INSERT INTO customers_pair
            (left_id, right_id, doubted_id, score, evidence, found_at, is_bridge)
        SELECT n.l, n.r, n.d, n.s, n.e::jsonb, %s, true
        FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::float8[], %s::text[])
          AS n(l, r, d, s, e)
        ON CONFLICT (left_id, right_id) DO UPDATE
            SET score = excluded.score, evidence = excluded.evidence,
                doubted_id = excluded.doubted_id
            WHERE customers_pair.is_bridge
        """,
        [now(), *columns(rows, 5)],
    )
