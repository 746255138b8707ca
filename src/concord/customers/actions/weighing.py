"""Weigh the questions: what each would change is kept with its pairs, for the order of the queue.

A job does it after matching, after records or members of a party changed, and once a day; a page
only reads. Pairs are locked where nobody else has them, so that nobody who decides ever waits for
the weighing, nor the other way round.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from concord.customers import golden_rules, stakes
from concord.customers.actions.golden import members_of
from concord.customers.as_one import as_one
from concord.customers.golden import Said
from concord.customers.rows import as_json, columns, fetch, from_json, run
from concord.customers.stakes import Sides, Stake
from concord.customers.survivorship import Rules
from concord.kernel.models import Source
from concord.kernel.prepared import Asked, Prepared
from concord.kernel.time import now

BATCH: Final = 100  # pairs that are locked at once
DAILY: Final = timedelta(days=1)

Members = Mapping[UUID, Sequence[tuple[Said, bool]]]


@dataclass(slots=True)
class _Asked:
    """A question as it is weighed; `beyond` are the entries in doubt."""

    one: UUID
    other: UUID
    beyond: frozenset[UUID]
    pairs: list[int]


def weigh_pending(limit: int) -> int:
    """Weigh pairs that wait for it, then those that were weighed more than a day ago; how many."""
    done = 0
    while done < limit and (some := _weigh(min(BATCH, limit - done))):
        done += some
    return done


def weighing_again(profiles: Collection[UUID]) -> Asked:
    """Something changed of these: the questions about their customers are to be weighed anew."""
    return _WEIGH_AGAIN, {"profiles": list(profiles)}


_WEIGH_AGAIN: Final = Prepared(
    """
    UPDATE customers_pair p SET weighed_at = NULL
    WHERE p.weighed_at IS NOT NULL AND p.id IN (
        SELECT q.id
        FROM customers_membership m
        JOIN customers_membership f ON f.customer_id = m.customer_id AND f.known_to IS NULL
        CROSS JOIN LATERAL (
            SELECT id FROM customers_pair WHERE left_id = f.profile_id
            UNION ALL SELECT id FROM customers_pair WHERE right_id = f.profile_id) q
        WHERE m.profile_id = ANY(%(profiles)s) AND m.known_to IS NULL)
    """,
    {"profiles": "uuid[]"},
)


@transaction.atomic
def _weigh(limit: int) -> int:
    chosen = _waiting(limit)
    if not chosen:
        return 0
    _forget_gone(chosen)
    asked = list(_questions(chosen))
    members = members_of({each for one in asked for each in (one.one, one.other)})
    rules = golden_rules.in_force()
    sided = [(one, sides) for one in asked if (sides := _sides(one, members, rules))]
    found = stakes.weigh([sides for _, sides in sided])
    sources = dict(Source.objects.values_list("key", "pk"))
    spoken = {said.id: said.source for some in members.values() for said, _ in some}
    rows = [
        (pair, *_columns(sides, stake, [sources[spoken[each]] for each in sides.together.profiles]))
        for (one, sides), stake in zip(sided, found, strict=True)
        for pair in one.pairs
    ]
    _keep(rows, [pair for one in asked for pair in one.pairs])
    return len(chosen)


def _waiting(limit: int) -> list[int]:
    """Pairs that nobody has weighed, else those weighed longest ago, locked."""
    for where in ("weighed_at IS NULL", "weighed_at <= %(old)s"):
        rows = fetch(
            f"""
            SELECT id FROM customers_pair WHERE {where} ORDER BY weighed_at, id LIMIT %(limit)s
            FOR UPDATE SKIP LOCKED
            """,  # noqa: S608 - our own words
            {"limit": limit, "old": now() - DAILY},
        )
        if rows:
            return [row[0] for row in rows]
    return []


def _forget_gone(chosen: list[int]) -> None:
    """A source took back what is asked about just while it was being asked: nobody need answer."""
    run(
        """
        DELETE FROM customers_pair p USING customers_profile gone
        WHERE p.id = ANY(%s) AND gone.id IN (p.left_id, p.right_id)
          AND gone.withdrawn_at IS NOT NULL
        """,
        [chosen],
    )


def _questions(chosen: list[int]) -> Iterable[_Asked]:
    """The questions that these pairs are of, each with all of its pairs that are free."""
    rows = fetch(
        """
        WITH chosen AS (
            SELECT DISTINCT p.doubted_id,
                   CASE WHEN p.doubted_id IS NULL THEN least(l.customer_id, r.customer_id)
                        ELSE l.customer_id END AS one,
                   CASE WHEN p.doubted_id IS NULL THEN greatest(l.customer_id, r.customer_id)
                        ELSE p.doubted_id END AS other
            FROM customers_pair p
            JOIN customers_membership l ON l.profile_id = p.left_id AND l.known_to IS NULL
            JOIN customers_membership r ON r.profile_id = p.right_id AND r.known_to IS NULL
            WHERE p.id = ANY(%s)
        )
        SELECT c.one, c.other, c.doubted_id IS NOT NULL, q.id, q.evidence->'beyond'
        FROM chosen c
        JOIN customers_membership a ON a.customer_id = c.one AND a.known_to IS NULL
        JOIN customers_membership b ON b.customer_id = c.other AND b.known_to IS NULL
        JOIN customers_pair q ON q.left_id = least(a.profile_id, b.profile_id)
                             AND q.right_id = greatest(a.profile_id, b.profile_id)
        WHERE c.doubted_id IS NULL AND q.doubted_id IS NULL
        UNION ALL
        SELECT c.one, c.other, true, q.id, q.evidence->'beyond'
        FROM chosen c JOIN customers_pair q ON q.doubted_id = c.doubted_id
        """,
        [chosen],
    )
    free = _free(row[3] for row in rows)
    found: dict[tuple[UUID, UUID], _Asked] = {}
    for one, other, is_doubt, pair, beyond in rows:
        if pair not in free:
            continue
        far = {UUID(each) for each in from_json(beyond or "[]")} | ({other} if is_doubt else set())
        asked = found.setdefault((one, other), _Asked(one, other, frozenset(far), []))
        asked.pairs.append(pair)
    return found.values()


def _free(pairs: Iterable[int]) -> set[int]:
    """Those of the pairs that nobody else has locked; we have them now."""
    sql = "SELECT id FROM customers_pair WHERE id = ANY(%s) ORDER BY id FOR UPDATE SKIP LOCKED"
    return {row[0] for row in fetch(sql, [sorted(pairs)])}


def _sides(asked: _Asked, members: Members, rules: Rules) -> Sides | None:
    """None where nothing is left on one side: the question goes away by itself."""
    mine = list(members.get(asked.one, ()))
    if asked.beyond:
        left = [each for each in mine if each[0].id not in asked.beyond]
        right = [each for each in mine if each[0].id in asked.beyond]
        customers = [asked.one]
    else:
        left, right = mine, list(members.get(asked.other, ()))
        customers = [asked.one, asked.other]
    if not left or not right:
        return None
    return Sides(
        as_one(left, customers[:1], rules),
        as_one(right, customers[1:], rules),
        as_one(left + right, customers, rules),
    )


def _columns(sides: Sides, stake: Stake, sources: Iterable[int]) -> tuple[Any, ...]:
    listed = "{" + ",".join(map(str, sorted(set(sources)))) + "}"
    return stake.rank, as_json(stake.dump()), sides.together.kind, listed


def _keep(rows: Sequence[tuple[Any, ...]], pairs: Collection[int]) -> None:
    run(
        """
        UPDATE customers_pair p
        SET stake = n.stake, at_stake = n.said::jsonb, about = n.about,
            sources = n.sources::bigint[]
        FROM unnest(%s::bigint[], %s::float8[], %s::text[], %s::text[], %s::text[])
          AS n(id, stake, said, about, sources)
        WHERE p.id = n.id
        """,
        columns(rows, 5),
    )
    run("UPDATE customers_pair SET weighed_at = %s WHERE id = ANY(%s)", [now(), list(pairs)])
