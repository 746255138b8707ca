"""Match: find for profiles the customers that they are, after their import has committed.

Step by step, each its own transaction: claim the blocking keys (sorted, by advisory locks) and
write them, so that of two imports at once the later one sees the earlier one's profiles; compare
the candidates; join what is the same, in the order of the scores; put what is not sure before a
person. A profile is marked as matched at the end, so that what was killed in between is done
again.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final, Self
from uuid import UUID

from django.db import connection, transaction

from concord.customers.actions import doubts, membership
from concord.customers.matching import blocking, model, weights
from concord.customers.matching.clusters import Clusters
from concord.customers.matching.compare import Comparison, compare
from concord.customers.matching.features import Features, features
from concord.customers.matching.model import Model
from concord.customers.matching.shared import Shared
from concord.customers.models import Verdict
from concord.customers.rows import as_json, columns, copy, copy_lines, fetch, run
from concord.kernel.beside import Beside
from concord.kernel.memory import uncollected
from concord.kernel.time import now

BATCH: Final = 1_000
AT_ONCE: Final = 16 * BATCH
BEHIND: Final = 8  # batches that may wait for the second process before its caller helps
WORTH_TWO: Final = 4  # batches: a second process takes as long to start as we for one of them
STRIPES: Final = 64  # advisory locks: a batch has thousands of keys, a server room for fewer locks
LOCK_SPACE: Final = 0x636F6E63
Pair = tuple[UUID, UUID]
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Matched:
    """How many profiles were looked at, pairs joined, and pairs put before a person."""

    profiles: int = 0
    joined: int = 0
    to_review: int = 0

    def __add__(self, other: Matched) -> Matched:
        return Matched(
            self.profiles + other.profiles,
            self.joined + other.joined,
            self.to_review + other.to_review,
        )


@dataclass(slots=True)
class _Batch:
    """`since` is what each profile said when we looked: what changes meanwhile is not matched."""

    since: dict[UUID, str] = field(default_factory=dict)
    features: dict[UUID, Features] = field(default_factory=dict)
    pairs: set[Pair] = field(default_factory=set)
    shared: Shared = field(default_factory=Shared)
    model: Model = field(default_factory=model.in_force)
    again: Collection[UUID] = ()  # those that were matched before, and said something else then


def match(profile_ids: Iterable[UUID]) -> Matched:
    """Match these profiles against all. Call after commit; may be repeated without harm."""
    with Matching() as matching:
        matching.add(profile_ids)
        return matching.finish()


def match_pending(limit: int | None = None) -> Matched:
    """Match all profiles that wait, the oldest first (those of a killed import, too)."""
    total = Matched()
    while (limit is None or total.profiles < limit) and (
        found := _match_waiting(None if limit is None else limit - total.profiles)
    ).profiles:
        total += found
    return total


def _match_waiting(limit: int | None) -> Matched:
    """Those that wait now, once through."""
    after, left = UUID(int=0), limit
    with Matching() as matching:
        while left is None or left > 0:
            rows = fetch(
                """
                SELECT id FROM customers_profile
                WHERE matched_at IS NULL AND withdrawn_at IS NULL AND id > %s ORDER BY id LIMIT %s
                """,
                [after, AT_ONCE if left is None else min(AT_ONCE, left)],
            )
            if not rows:
                break
            matching.add(row[0] for row in rows)
            after, left = rows[-1][0], None if left is None else left - len(rows)
        return matching.finish()


class Matching:
    """Matches what it is given while its caller goes on, as an import does with its next rows.

    A second process works on what waits; the caller helps where that falls behind, and at the end.
    Within a transaction of the caller, whose rows nobody else sees, the caller does it all.
    """

    def __init__(self) -> None:
        self._waiting: deque[list[UUID]] = deque()
        self._beside = Beside()
        self._pool = ThreadPoolExecutor(1, "match")
        self._other: Future[Matched] | None = None
        self._matched = Matched()

    def add(self, profile_ids: Iterable[UUID]) -> None:
        """These have been committed (or are of the caller's transaction), and are to be matched."""
        wanted = list(dict.fromkeys(profile_ids))
        self._waiting.extend(
            wanted[start : start + BATCH] for start in range(0, len(wanted), BATCH)
        )
        if connection.in_atomic_block:
            self._help(0)
            return
        if self._other is not None and self._other.done():
            self._collect()
        if self._other is None and len(self._waiting) >= WORTH_TWO:
            self._other = self._pool.submit(_match_beside, self._waiting, self._beside)
        self._help(BEHIND)

    def finish(self) -> Matched:
        """All that was added is matched; how much it was."""
        self._help(0)
        self._collect()
        self._help(0)  # what the other process left when it was killed
        return self._matched

    def _help(self, until: int) -> None:
        while len(self._waiting) > until and (batch := _next(self._waiting)):
            self._matched += _match(batch)

    def _collect(self) -> None:
        if self._other is not None:
            other, self._other = self._other, None
            self._matched += other.result()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._waiting.clear()  # after an error, the other one stops, too
        self._pool.shutdown()
        self._beside.close()


def _match_beside(waiting: deque[list[UUID]], beside: Beside) -> Matched:
    matched = Matched()
    while batch := _next(waiting):
        try:
            matched += beside.call(_match, batch)
        except BrokenProcessPool:
            logger.warning("The process that matched beside this one was ended; this one goes on.")
            waiting.append(batch)
            break
    return matched


def _next(waiting: deque[list[UUID]]) -> list[UUID] | None:
    """Two threads take from it, each batch goes to one of them."""
    try:
        return waiting.popleft()
    except IndexError:
        return None


@uncollected()
def _match(profiles: list[UUID]) -> Matched:
    batch = _claim(profiles)
    comparisons = {pair: _compared(batch, pair) for pair in batch.pairs}
    automatic = {pair: one for pair, one in comparisons.items() if one.is_automatic}
    review = {pair: one for pair, one in comparisons.items() if one.is_for_review}
    if batch.again:
        doubts.look_again(batch.again)
    with transaction.atomic():
        joined, unsure = _join(batch, automatic)
        asked = _ask(review | unsure)
        _mark(batch)
    return Matched(len(profiles), joined, asked)


def _compared(batch: _Batch, pair: Pair) -> Comparison:
    left, right = (batch.features[profile] for profile in pair)
    return compare(left, right, batch.shared.between(left, right), batch.model)


# Candidates


@transaction.atomic
def _claim(profiles: list[UUID]) -> _Batch:
    """Write the blocking keys of the profiles and find who shares one."""
    batch = _Batch()
    for profile, known_from, of in _said(profiles):
        batch.since[profile] = known_from
        batch.features[profile] = of
    keys = {profile: blocking.keys(of) for profile, of in batch.features.items()}
    every = set[int]().union(*keys.values())
    _lock(every)
    batch.again = _write(keys)
    holders = _holders(every)
    groups = {id(some): some for some in holders.values() if len(some) <= weights.BLOCK_CAP}
    strangers = set[UUID]().union(*groups.values()) - batch.features.keys()
    batch.features |= {profile: of for profile, _, of in _said(strangers)}
    batch.pairs = _pairs(keys, groups.values(), batch.features)
    batch.shared = Shared.among(batch.features, holders)
    return batch


def _said(profiles: Collection[UUID]) -> Iterator[tuple[UUID, str, Features]]:
    """What these profiles say now, and since when."""
    rows = fetch(
        """
        SELECT id, kind, data, digest, known_from::text FROM customers_profile
        WHERE id = ANY(%s) AND withdrawn_at IS NULL AND NOT is_stub
        """,
        [list(profiles)],
    )
    for profile, kind, data, digest, known_from in rows:
        yield profile, known_from, features(profile, kind, data, bytes(digest))


def _lock(keys: Collection[int]) -> None:
    fetch(
        """
        SELECT pg_advisory_xact_lock(%s, stripe)
        FROM (SELECT unnest(%s::int[]) AS stripe ORDER BY 1) claimed
        """,
        [LOCK_SPACE, sorted({key % STRIPES for key in keys})],
    )


def _write(keys: Mapping[UUID, set[int]]) -> set[UUID]:
    """Who would write the same key of the same profile waits for our lock, and then sees ours.

    Gives the profiles that had keys before.
    """
    sql = "SELECT DISTINCT profile_id FROM customers_blockkey WHERE profile_id = ANY(%s)"
    known = {row[0] for row in fetch(sql, [list(keys)])}
    if known:
        _rewrite({profile: keys[profile] for profile in known})
    fresh = {profile: some for profile, some in keys.items() if profile not in known}
    lines = sorted((key, profile.hex) for profile, some in fresh.items() for key in some)
    copy_lines("customers_blockkey", ("key", "profile_id"), (f"{key}\t{who}" for key, who in lines))
    return known


def _rewrite(keys: Mapping[UUID, set[int]]) -> None:
    """The keys of profiles that had some: those that they do not have any more are taken away."""
    flat = columns(((key, profile) for profile, some in keys.items() for key in some), 2)
    run(
        """
        DELETE FROM customers_blockkey b
        WHERE b.profile_id = ANY(%s)
          AND NOT EXISTS (SELECT FROM unnest(%s::bigint[], %s::uuid[]) AS n(key, profile)
                          WHERE n.profile = b.profile_id AND n.key = b.key)
        """,
        [list(keys), *flat],
    )
    run(
        """
        INSERT INTO customers_blockkey (key, profile_id)
        SELECT * FROM unnest(%s::bigint[], %s::uuid[])
        ON CONFLICT (key, profile_id) DO NOTHING
        """,
        flat,
    )


def _holders(keys: Collection[int]) -> dict[int, tuple[UUID, ...]]:
    """Who shares each key; one too many where so many have it that it says nothing.

    A key that one profile alone has is not among them. Keys of the same holders share one tuple:
    two profiles of one customer have most of theirs in common.
    """
    rows = fetch(
        """
        SELECT k.key, holders.profiles::text
        FROM unnest(%s::bigint[]) AS k(key)
        CROSS JOIN LATERAL (
            SELECT array_agg(profile_id) AS profiles FROM (
                SELECT profile_id FROM customers_blockkey b WHERE b.key = k.key
                ORDER BY profile_id LIMIT %s
            ) sharing
        ) holders
        WHERE cardinality(holders.profiles) > 1
        """,
        [sorted(keys), weights.BLOCK_CAP + 1],
    )
    groups = {text: tuple(map(UUID, text[1:-1].split(","))) for text in {row[1] for row in rows}}
    return {key: groups[text] for key, text in rows}


def _pairs(
    keys: Collection[UUID], groups: Iterable[tuple[UUID, ...]], known: Collection[UUID]
) -> set[Pair]:
    """Any two of a group (each in the order of ids) of whom one at least is looked at now."""
    pairs: set[Pair] = set()
    for sharing in groups:
        there = [profile for profile in sharing if profile in known]
        pairs.update(p for p in combinations(there, 2) if p[0] in keys or p[1] in keys)
    return pairs


# Joining


def _join(batch: _Batch, automatic: dict[Pair, Comparison]) -> tuple[int, dict[Pair, Comparison]]:
    """Join clusters along the automatic links that hold; the links that do not go to a person."""
    if not automatic:
        return 0, {}
    members = membership.lock({profile for pair in automatic for profile in pair})
    fellows = members.keys() - batch.features.keys()
    batch.features |= {profile: of for profile, _, of in _said(fellows)}
    judged = membership.judgements_on(members)
    clusters = Clusters(members, batch.features, batch.shared, judged, batch.model)
    links, unsure = clusters.join(automatic)
    _judge(links, batch.model.version)
    membership.bring_in_line(members, now())
    return len(links), unsure


def _judge(links: dict[Pair, Comparison], version: str) -> None:
    at, same = now(), Verdict.SAME.value
    copy(
        "customers_judgement",
        ("left_id", "right_id", "verdict", "model", "score", "evidence", "reason", "at"),
        (
            (left, right, same, version, one.score, as_json(one.as_dict()), "", at)
            for (left, right), one in sorted(links.items(), key=_in_order)
        ),
    )


def _in_order(of_pair: tuple[Pair, Comparison]) -> tuple[int, int]:
    """UUIDs as numbers: comparing them themselves takes ten times as long."""
    (left, right), _ = of_pair
    return left.int, right.int


def _ask(pairs: dict[Pair, Comparison]) -> int:
    """Put pairs before a person: not those of one customer, nor those that were judged."""
    if not pairs:
        return 0
    rows = [
        (*pair, one.score, as_json(one.as_dict()))
        for pair, one in sorted(pairs.items(), key=_in_order)
    ]
    return run(
        """
        INSERT INTO customers_pair (left_id, right_id, score, evidence, found_at)
        SELECT n.l, n.r, n.s, n.e::jsonb, %s
        FROM unnest(%s::uuid[], %s::uuid[], %s::float8[], %s::text[]) AS n(l, r, s, e)
        JOIN customers_membership ml ON ml.profile_id = n.l AND ml.known_to IS NULL
        JOIN customers_membership mr ON mr.profile_id = n.r AND mr.known_to IS NULL
        WHERE ml.customer_id <> mr.customer_id AND NOT EXISTS (
            SELECT FROM customers_membership fl
            JOIN customers_membership fr
              ON fr.customer_id = mr.customer_id AND fr.known_to IS NULL
            JOIN customers_judgement j
              ON j.left_id = least(fl.profile_id, fr.profile_id)
             AND j.right_id = greatest(fl.profile_id, fr.profile_id)
            WHERE fl.customer_id = ml.customer_id AND fl.known_to IS NULL
              AND j.verdict = 'different'
              AND NOT EXISTS (
                SELECT FROM customers_judgement later
                WHERE later.left_id = j.left_id AND later.right_id = j.right_id
                  AND later.id > j.id))
        ON CONFLICT (left_id, right_id) DO UPDATE
            SET score = excluded.score, evidence = excluded.evidence
        """,
        [now(), *columns(rows, 4)],
    )


def _mark(batch: _Batch) -> None:
    """What somebody changes just now waits to be matched again anyway: we do not wait for it."""
    run(
        """
        UPDATE customers_profile p SET matched_at = %s
        FROM (
            SELECT q.id FROM customers_profile q
            JOIN unnest(%s::uuid[], %s::timestamptz[]) AS n(id, since)
              ON q.id = n.id AND q.known_from = n.since
            ORDER BY q.id FOR NO KEY UPDATE OF q SKIP LOCKED
        ) free
        WHERE p.id = free.id
        """,
        [now(), *columns(batch.since.items(), 2)],
    )
