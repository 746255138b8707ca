"""Candidates: who may be the same customer as these profiles, because they share a blocking key.

Who matches claims the keys (sorted, by advisory locks) and writes them before it looks, so that of
two imports at once the later one sees the earlier one's profiles.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final
from uuid import UUID

from django.db import transaction

from concord.customers.matching import blocking, model, weights
from concord.customers.matching.features import Features, features
from concord.customers.matching.model import Model
from concord.customers.matching.shared import Shared
from concord.customers.rows import columns, copy_lines, fetch, run

STRIPES: Final = 64  # advisory locks: a batch has thousands of keys, a server room for fewer locks
LOCK_SPACE: Final = 0x636F6E63
Pair = tuple[UUID, UUID]


@dataclass(slots=True)
class Batch:
    """What is matched in one go.

    `since` is what each profile said when we looked: what changes meanwhile is not matched.
    `features` are those of the profiles and of whom they may be. `seen` is what all of these said
    where it was looked at long ago: a first load takes minutes.
    """

    since: dict[UUID, str] = field(default_factory=dict)
    features: dict[UUID, Features] = field(default_factory=dict)
    shared: Shared = field(default_factory=Shared)
    model: Model = field(default_factory=model.in_force)
    again: Collection[UUID] = ()  # those that were matched before, and said something else then
    seen: dict[UUID, str] = field(default_factory=dict)


@transaction.atomic
def claim(profiles: list[UUID]) -> tuple[Batch, set[Pair]]:
    """Write the blocking keys of the profiles and find who shares one: the pairs to compare."""
    batch, keys = _read(profiles)
    batch.again = write_keys(keys)
    return batch, _find(batch, keys)


def look(profiles: list[UUID]) -> tuple[Batch, set[Pair]]:
    """The same without claiming or writing anything: for who only compares."""
    batch, keys = _read(profiles)
    return batch, _find(batch, keys)


def _read(profiles: list[UUID]) -> tuple[Batch, dict[UUID, set[int]]]:
    batch = Batch()
    for profile, known_from, of in said(profiles):
        batch.since[profile] = known_from
        batch.features[profile] = of
    return batch, {profile: blocking.keys(of) for profile, of in batch.features.items()}


def _find(batch: Batch, keys: Mapping[UUID, set[int]]) -> set[Pair]:
    holders = _holders(set[int]().union(*keys.values()))
    groups = {id(some): some for some in holders.values() if len(some) <= weights.BLOCK_CAP}
    strangers = set[UUID]().union(*groups.values()) - batch.features.keys()
    batch.features |= {profile: of for profile, _, of in said(strangers)}
    batch.shared = Shared.among(batch.features, holders)
    return _pairs(keys, groups.values(), batch.features)


def said(profiles: Collection[UUID]) -> Iterator[tuple[UUID, str, Features]]:
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


def write_keys(keys: Mapping[UUID, set[int]]) -> set[UUID]:
    """Claim and write the keys of profiles; must be in a transaction. Who would write the same key
    of the same profile waits for our lock, and then sees ours.

    Gives the profiles that had keys before.
    """
    _lock(set[int]().union(*keys.values()))
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


def shared_among(known: Mapping[UUID, Features]) -> Shared:
    """What of these is nobody's own, without claiming anything: for who only compares."""
    holders = _holders(set[int]().union(*map(blocking.keys, known.values())))
    few = {some for some in holders.values() if len(some) <= weights.BLOCK_CAP}
    strangers = set[UUID]().union(*few) - known.keys()
    return Shared.among(dict(known) | {profile: of for profile, _, of in said(strangers)}, holders)
