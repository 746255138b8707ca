"""Bring memberships in line with the judgements: the one place that merges and unmerges."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self
from uuid import UUID

from concord.customers import golden_rules
from concord.customers.actions.golden import (
    MEMBERS,
    Founding,
    Member,
    members_in,
    refresh,
    write,
)
from concord.customers.resolve import Judged, Pair, resolve, standing
from concord.customers.rows import Found, fetch, run, together
from concord.customers.survivorship import Rules
from concord.kernel import events
from concord.kernel.prepared import Asked, Plain, Prepared

Members = dict[UUID, UUID]  # profile to customer
_ASKING: Final = 0x41534B  # our advisory lock: shared by who writes questions about profiles
BEGIN_TO_ASK: Final = (  # see `begin_to_ask`; with other statements in one round trip
    Prepared("SELECT pg_advisory_xact_lock_shared(%(asking)s, 0)", {"asking": "int"}),
    {"asking": _ASKING},
)
# The profiles of the customers of these profiles, and of all whom judgements tie to them.
_CLOSURE: Final = """
    WITH RECURSIVE reach(profile_id) AS (
        SELECT unnest(%(profiles)s)
        UNION
        SELECT n.profile_id FROM reach r CROSS JOIN LATERAL (
            SELECT f.profile_id FROM customers_membership m
            JOIN customers_membership f ON f.customer_id = m.customer_id AND f.known_to IS NULL
            WHERE m.profile_id = r.profile_id AND m.known_to IS NULL
            UNION ALL SELECT j.right_id FROM customers_judgement j
            WHERE j.left_id = r.profile_id AND j.verdict = 'same'
            UNION ALL SELECT j.left_id FROM customers_judgement j
            WHERE j.right_id = r.profile_id AND j.verdict = 'same'
        ) n
    ), reached AS (
        SELECT m.profile_id, m.customer_id FROM reach r
        JOIN customers_membership m ON m.profile_id = r.profile_id AND m.known_to IS NULL
    )
"""
_REACHED: Final = Prepared(
    f"""
    {_CLOSURE}, told AS MATERIALIZED (
        SELECT set_config(
            'concord.reached', coalesce(array_agg(profile_id), '{{}}')::text, true
        ) FROM reached
    )
    SELECT profile_id, customer_id FROM reached, told
    """,  # noqa: S608 - our own
    {"profiles": "uuid[]"},
)
# The profiles that `lock_beside` reached, for the statements that it asks then: a setting of the
# transaction's own, so that they need not wait until we know them.
REACHED: Final = "unnest(current_setting('concord.reached')::uuid[]) AS reached(profile_id)"
_LOCK_REACHED: Final = Prepared(
    f"""
    {_CLOSURE}
    SELECT c.id FROM customers_customer c WHERE c.id IN (SELECT customer_id FROM reached)
    ORDER BY c.id FOR NO KEY UPDATE OF c
    """,  # noqa: S608 - our own
    {"profiles": "uuid[]"},
)
_SAVEPOINT: Final = "before_locking"


def begin_to_ask() -> None:
    """To be said by who writes what profiles said into questions, before it looks whether they may
    be asked about; until its transaction ends."""
    together(BEGIN_TO_ASK)


def wait_for_askers() -> None:
    """Who began to ask before now has written its questions: they are seen from here on."""
    fetch("SELECT pg_advisory_xact_lock(%s, 0)", [_ASKING])


def lock(profiles: Collection[UUID]) -> Members:
    """Lock the customers of the profiles, and all that standing judgements tie to them.

    In order of id, so that two merges never wait for each other; what moved while we waited is
    looked at again. Gives every profile of the locked customers with its customer.
    """
    return lock_beside(profiles)[0]


def lock_beside(
    profiles: Collection[UUID], *, first: Sequence[Asked] = (), then: Sequence[Asked] = ()
) -> tuple[Members, Found]:
    """The same in one round trip with what is asked before, and once they are locked, of REACHED:
    the rows of the latter."""
    while True:
        found = locked(together(*first, *locking(profiles), *then)[len(first) :])
        if found:
            return found
        give_back()


def locking(profiles: Collection[UUID]) -> list[Asked]:
    """The statements that lock them, for who asks more behind them: see `locked`."""
    reached = {"profiles": list(profiles)}
    return [(Plain(f"SAVEPOINT {_SAVEPOINT}"), {}), (_LOCK_REACHED, reached), (_REACHED, reached)]


def locked(found: Found) -> tuple[Members, Found] | None:
    """What `lock_beside` gives, of the rows of `locking` and of what was asked behind it. None
    where somebody moved while we waited: to be given back, and locked again."""
    _, customers, reached, *others = found
    members: Members = dict(reached)
    is_all = {row[0] for row in customers} == set(members.values())
    return (members, others) if is_all else None  # the savepoint ends with the transaction


def give_back() -> None:
    """What `locking` has locked."""
    run(f"ROLLBACK TO SAVEPOINT {_SAVEPOINT}")


def judgements_on(profiles: Collection[UUID]) -> dict[Pair, Judged]:
    """What holds between any two of the profiles."""
    [rows] = together((_JUDGED, {"profiles": list(profiles)}))
    return judged(rows)


def judged(rows: Iterable[tuple[Any, ...]]) -> dict[Pair, Judged]:
    return standing(Judged(*row) for row in rows)


_JUDGEMENTS: Final = """
    SELECT id, left_id, right_id, verdict, by_id IS NOT NULL, coalesce(score, 0),
           CASE verdict WHEN 'withdrawn' THEN (evidence->>'takes_back')::bigint END
    FROM customers_judgement
"""
_JUDGED: Final = Prepared(
    f"{_JUDGEMENTS} WHERE left_id = ANY(%(profiles)s) AND right_id = ANY(%(profiles)s)",
    {"profiles": "uuid[]"},
)


@dataclass(frozen=True, slots=True)
class Known:
    """What moving locked members asks of them: which judgements hold, what they say, and the rules
    by which their customers' rows are written."""

    holding: Mapping[Pair, Judged]
    rules: Rules
    said: Mapping[UUID, Member]

    @classmethod
    def read(cls, rows: Found) -> Self:
        """From the rows of TO_KNOW."""
        _, rules, judgements, members = rows
        said = {one[0].id: one for some in members_in(members).values() for one in some}
        return cls(judged(judgements), golden_rules.chosen(rules), said)

    def members(self, wanted: Members, customers: Collection[UUID]) -> dict[UUID, list[Member]]:
        """Those of these customers, where each profile is of the customer it is wanted in."""
        found: dict[UUID, list[Member]] = {customer: [] for customer in customers}
        for profile, customer in wanted.items():
            if customer in found:
                found[customer].append(self.said[profile])
        return found


# Asked of REACHED, beside other things, once they are locked.
TO_KNOW: Final[tuple[Asked, ...]] = (
    *golden_rules.TO_WRITE_BY,
    (
        Prepared(
            f"""
            {_JUDGEMENTS}
            WHERE left_id = ANY(ARRAY(SELECT profile_id FROM {REACHED}))
              AND right_id = ANY(ARRAY(SELECT profile_id FROM {REACHED}))
            """,  # noqa: S608 - our own
            {},
        ),
        {},
    ),
    (
        Prepared(f"{MEMBERS} AND m.profile_id IN (SELECT profile_id FROM {REACHED})", {}),  # noqa: S608 - our own
        {},
    ),
)


def bring_in_line(
    members: Members,
    at: datetime,
    known: Known | None = None,
    *,
    founding: Founding | None = None,
    first: Sequence[Asked] = (),
    then: Sequence[Asked] = (),
    meanwhile: Callable[[], object] = lambda: None,
) -> Found:
    """Move what the judgements moved among locked members, of whom it reads what the caller does
    not know; and write one whose customer is not written yet. `first` is done before, `then` at
    the end: the rows of the latter; `meanwhile` asks nothing of the database."""
    wanted = resolve(members, judgements_on(members) if known is None else known.holding)
    moved = {p: customer for p, customer in wanted.items() if members[p] != customer}
    if founding:
        first = [founding.written(wanted[founding.said.id]), *first]
    if not moved:
        meanwhile()
        return together(*first, *then)[len(first) :]
    events.records_changed(moved)
    touched = {members[p] for p in moved} | set(moved.values())
    leaving = {p: c for p, c in moved.items() if not founding or p != founding.said.id}
    if leaving:  # who is new was nowhere before, and nobody asks about them
        there = {p: customer for p, customer in wanted.items() if customer in touched}
        first = [
            *first,
            (_LEAVE, {"at": at, "profiles": list(leaving)}),
            (_JOIN, {"at": at} | _pairs_of(leaving)),
            (_REDIRECT, _pairs_of(there)),
        ]
        then = [(_DROP_ANSWERED, {"moved": list(leaving)}), *then]
    left = touched & set(wanted.values())
    if known is None:
        meanwhile()
        return refresh(left, at, first=first, then=then)
    members_of = known.members(wanted, left)
    return write(members_of, at, known.rules, first=first, then=then, meanwhile=meanwhile)


def _pairs_of(members: Members) -> dict[str, Any]:
    return {"profiles": list(members), "customers": list(members.values())}


_LEAVE: Final = Prepared(
    """
    UPDATE customers_membership SET known_to = greatest(known_from, %(at)s)
    WHERE known_to IS NULL AND profile_id = ANY(%(profiles)s)
    """,
    {"at": "timestamptz", "profiles": "uuid[]"},
)
_JOIN: Final = Prepared(
    """
    INSERT INTO customers_membership (profile_id, customer_id, known_from)
    SELECT n.profile, n.customer, %(at)s
    FROM unnest(%(profiles)s, %(customers)s) AS n(profile, customer)
    """,
    {"at": "timestamptz", "profiles": "uuid[]", "customers": "uuid[]"},
)
# An id that is nobody's any more names the customer that its profile belongs to.
_REDIRECT: Final = Prepared(
    """
    UPDATE customers_customer c
    SET merged_into_id = nullif(n.customer, c.id),
        search_tokens = CASE WHEN n.customer = c.id THEN c.search_tokens ELSE '{}' END
    FROM unnest(%(profiles)s, %(customers)s) AS n(profile, customer)
    WHERE c.id = n.profile AND c.merged_into_id IS DISTINCT FROM nullif(n.customer, c.id)
    """,
    {"profiles": "uuid[]", "customers": "uuid[]"},
)
# Two profiles of one customer are no question any more; nor are two whose customer was in doubt,
# once they are apart.
_DROP_ANSWERED: Final = Prepared(
    """
    DELETE FROM customers_pair p
    USING customers_membership l, customers_membership r
    WHERE p.id = ANY(ARRAY(
            SELECT id FROM customers_pair WHERE left_id = ANY(%(moved)s)
            UNION ALL SELECT id FROM customers_pair WHERE right_id = ANY(%(moved)s)))
      AND l.profile_id = p.left_id AND l.known_to IS NULL
      AND r.profile_id = p.right_id AND r.known_to IS NULL
      AND (l.customer_id = r.customer_id) = (p.doubted_id IS NULL)
    """,
    {"moved": "uuid[]"},
)
