"""Candidates: who may be the same customer as these profiles, because they share a blocking key.

Who matches claims the keys (sorted, by advisory locks) and writes them before it looks, so that of
two imports at once the later one sees the earlier one's profiles. With the keys are written the
normal forms, by which the profiles will be compared with those that come later.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from concord.customers.actions import membership
from concord.customers.matching import blocking, model, normal_form, weights
from concord.customers.matching.features import Features, features
from concord.customers.matching.model import Model
from concord.customers.matching.shared import Shared
from concord.customers.rows import columns, copy, copy_lines, run, together
from concord.kernel.prepared import Asked, Prepared

STRIPES: Final = 64  # advisory locks: a batch has thousands of keys, a server room for fewer locks
LOCK_SPACE: Final = 0x636F6E63
FEW: Final = 20  # profiles whose keys are sent with what else is asked; those of more go by COPY
Pair = tuple[UUID, UUID]
Holders = dict[int, tuple[UUID, ...]]

SAID: Final = Prepared(
    """
    SELECT p.id, p.known_from::text, p.kind, p.data, p.digest, f.form
    FROM customers_profile p
    LEFT JOIN customers_normalform f
      ON f.profile_id = p.id AND f.digest = p.digest AND f.version = %(version)s
    WHERE p.id = ANY(%(profiles)s) AND p.withdrawn_at IS NULL AND NOT p.is_stub
    """,
    {"profiles": "uuid[]", "version": "int"},
)
# The same of those who are asked about beside these, and of those who live in their houses: they
# may be whoever these are. In a house of very many, nobody is looked for.
BESIDE: Final = Prepared(
    """
    SELECT p.id, p.known_from::text, p.kind, p.data, p.digest, f.form
    FROM customers_profile p
    LEFT JOIN customers_normalform f
      ON f.profile_id = p.id AND f.digest = p.digest AND f.version = %(version)s
    WHERE p.withdrawn_at IS NULL AND NOT p.is_stub AND p.id IN (
        SELECT right_id FROM customers_pair
        WHERE left_id = ANY(%(profiles)s) AND doubted_id IS NULL
        UNION
        SELECT left_id FROM customers_pair
        WHERE right_id = ANY(%(profiles)s) AND doubted_id IS NULL
        UNION
        SELECT unnest(living.here)
        FROM unnest(%(houses)s) AS h(key) CROSS JOIN LATERAL (
            SELECT array_agg(profile_id) AS here FROM (
                SELECT profile_id FROM customers_blockkey b WHERE b.key = h.key
                ORDER BY profile_id LIMIT %(most)s
            ) sharing
        ) living
        WHERE cardinality(living.here) < %(most)s)
    """,
    {"profiles": "uuid[]", "version": "int", "houses": "bigint[]", "most": "int"},
)
LOCK: Final = Prepared(
    """
    SELECT pg_advisory_xact_lock(%(space)s, stripe)
    FROM (SELECT unnest(%(stripes)s) AS stripe ORDER BY 1) claimed
    """,
    {"space": "int", "stripes": "int[]"},
)
KNOWN: Final = Prepared(
    """
    SELECT profile_id FROM customers_blockkey WHERE profile_id = ANY(%(profiles)s)
    UNION SELECT profile_id FROM customers_normalform WHERE profile_id = ANY(%(profiles)s)
    """,
    {"profiles": "uuid[]"},
)
ADD_KEYS: Final = Prepared(
    """
    INSERT INTO customers_blockkey (key, profile_id)
    SELECT * FROM unnest(%(keys)s, %(of)s) ON CONFLICT (key, profile_id) DO NOTHING
    """,
    {"keys": "bigint[]", "of": "uuid[]"},
)
ADD_FORMS: Final = Prepared(
    """
    INSERT INTO customers_normalform (profile_id, version, digest, form)
    SELECT * FROM unnest(%(of)s, %(versions)s, %(digests)s, %(forms)s)
    ON CONFLICT (profile_id) DO UPDATE
        SET version = excluded.version, digest = excluded.digest, form = excluded.form
    """,
    {"of": "uuid[]", "versions": "int[]", "digests": "bytea[]", "forms": "text[]"},
)
# Who shares each key; one too many where so many have it that it says nothing. A key that one
# profile alone has is not among them.
HOLDERS: Final = Prepared(
    """
    SELECT k.key, holders.profiles::text
    FROM unnest(%(keys)s) AS k(key)
    CROSS JOIN LATERAL (
        SELECT array_agg(profile_id) AS profiles FROM (
            SELECT profile_id FROM customers_blockkey b WHERE b.key = k.key
            ORDER BY profile_id LIMIT %(most)s
        ) sharing
    ) holders
    WHERE cardinality(holders.profiles) > 1
    """,
    {"keys": "bigint[]", "most": "int"},
)


@dataclass(slots=True)
class Batch:
    """What is matched in one go.

    `since` is when each profile came to say what it said when we looked: what changes meanwhile is
    not matched. `features` are those of the profiles and of whom they may be, `seen` the same as
    `since` of all of these.
    """

    since: dict[UUID, str] = field(default_factory=dict)
    features: dict[UUID, Features] = field(default_factory=dict)
    shared: Shared = field(default_factory=Shared)
    model: Model = field(default_factory=model.in_force)
    again: Collection[UUID] = ()  # those that were matched before, and said something else then
    seen: dict[UUID, str] = field(default_factory=dict)


@transaction.atomic(savepoint=False)
def claim(profiles: list[UUID]) -> tuple[Batch, set[Pair]]:
    """Write the blocking keys of the profiles and find who shares one: the pairs to compare."""
    _, in_force, rows = together(membership.BEGIN_TO_ASK, model.IN_FORCE, asked(profiles))
    batch, keys = _read(model.chosen(in_force), rows)
    batch.again, holders = _claim(batch, keys)
    return batch, _find(batch, keys, holders)


@transaction.atomic
def announce(profiles: list[UUID]) -> None:
    """Write the blocking keys of profiles that are matched later: who is matched before them sees
    them, and what they say."""
    _, in_force, rows = together(membership.BEGIN_TO_ASK, model.IN_FORCE, asked(profiles))
    batch, keys = _read(model.chosen(in_force), rows)
    write_keys(keys, batch.features)


def look(profiles: list[UUID]) -> tuple[Batch, set[Pair]]:
    """The same without claiming or writing anything: for who only compares."""
    in_force, rows = together(model.IN_FORCE, asked(profiles))
    batch, keys = _read(model.chosen(in_force), rows)
    return batch, _find(batch, keys, _holders(_all(keys)))


def _read(in_force: Model, rows: Sequence[Any]) -> tuple[Batch, dict[UUID, set[int]]]:
    batch = Batch(model=in_force)
    for profile, known_from, of in map(featured, rows):
        batch.since[profile] = batch.seen[profile] = known_from
        batch.features[profile] = of
    return batch, {profile: blocking.keys(of) for profile, of in batch.features.items()}


def _all(keys: Mapping[UUID, set[int]]) -> set[int]:
    return set[int]().union(*keys.values())


def _find(batch: Batch, keys: Mapping[UUID, set[int]], holders: Holders) -> set[Pair]:
    groups = {id(some): some for some in holders.values() if len(some) <= weights.BLOCK_CAP}
    strangers = set[UUID]().union(*groups.values()) - batch.features.keys()
    for profile, known_from, of in said(strangers):
        batch.seen[profile] = known_from
        batch.features[profile] = of
    batch.shared = Shared.among(batch.features, holders)
    return _pairs(keys, groups.values(), batch.features)


def said(profiles: Collection[UUID]) -> Iterator[tuple[UUID, str, Features]]:
    """What these profiles say now, and since when."""
    if profiles:
        [rows] = together(asked(profiles))
        yield from map(featured, rows)


def asked(profiles: Collection[UUID]) -> Asked:
    """The same as one of several statements: `featured` reads its rows."""
    return SAID, {"profiles": list(profiles), "version": normal_form.version()}


def asked_beside(profiles: Collection[UUID], known: Mapping[UUID, Features]) -> Asked:
    """The same of those with whom questions about these are open, and of who lives with those of
    them that are known."""
    houses = {key for at in profiles if at in known for key in blocking.house(known[at])}
    return BESIDE, {
        "profiles": list(profiles),
        "version": normal_form.version(),
        "houses": sorted(map(blocking.hashed, houses)),
        "most": weights.BLOCK_CAP + 1,
    }


def featured(row: tuple[Any, ...]) -> tuple[UUID, str, Features]:
    profile, known_from, kind, data, digest, form = row
    return profile, known_from, features(profile, kind, data, bytes(digest), form)


def _claim(batch: Batch, keys: Mapping[UUID, set[int]]) -> tuple[set[UUID], Holders]:
    """Keys claimed and written, and who shares them; few in one round trip."""
    every = sorted(_all(keys))
    if len(keys) > FEW:
        return write_keys(keys, batch.features), _holders(every)
    _, known, _, _, rows = together(
        _locking(every),
        (KNOWN, {"profiles": list(keys)}),
        (ADD_KEYS, dict(zip(("keys", "of"), columns(_flat(keys), 2), strict=True))),
        (ADD_FORMS, _forms(_with_keys(keys, batch.features))),
        (HOLDERS, {"keys": every, "most": weights.BLOCK_CAP + 1}),
    )
    again = {row[0] for row in known}
    if again:
        _forget_others({profile: keys[profile] for profile in again})
    return again, _grouped(rows)


def write_keys(
    keys: Mapping[UUID, set[int]], known: Mapping[UUID, Features] = MappingProxyType({})
) -> set[UUID]:
    """Claim and write the keys of profiles, and of those that are given the normal forms; must be
    in a transaction. Who would write the same key of the same profile waits for our lock, and then
    sees ours.

    Gives the profiles that had keys before.
    """
    _, rows = together(_locking(_all(keys)), (KNOWN, {"profiles": list(keys)}))
    again = {row[0] for row in rows}
    if again:
        _write_again({profile: keys[profile] for profile in again}, known)
    fresh = {profile: some for profile, some in keys.items() if profile not in again}
    lines = sorted((key, profile.hex) for profile, some in fresh.items() for key in some)
    copy_lines("customers_blockkey", ("key", "profile_id"), (f"{key}\t{who}" for key, who in lines))
    copy(
        "customers_normalform",
        ("profile_id", "version", "digest", "form"),
        map(_form, _with_keys(fresh, known)),
    )
    return again


def _locking(keys: Collection[int]) -> Asked:
    return LOCK, {"space": LOCK_SPACE, "stripes": sorted({key % STRIPES for key in keys})}


def _flat(keys: Mapping[UUID, set[int]]) -> Iterator[tuple[int, UUID]]:
    return ((key, profile) for profile, some in keys.items() for key in some)


def _form(of: Features) -> tuple[UUID, int, bytes, str]:
    """A row of the normal forms."""
    return of.id, normal_form.version(), of.digest, normal_form.dump(of)


def _forms(known: Iterable[Features]) -> dict[str, Any]:
    rows = columns(map(_form, known), 4)
    return dict(zip(("of", "versions", "digests", "forms"), rows, strict=True))


def keep_forms(known: Iterable[Features]) -> None:
    """Must be in a transaction in which one `begin_to_ask` before they were read."""
    together((ADD_FORMS, _forms(known)))


def _with_keys(keys: Mapping[UUID, set[int]], known: Mapping[UUID, Features]) -> Iterator[Features]:
    """Of those without a key nobody ever asks."""
    return (known[profile] for profile, some in keys.items() if some and profile in known)


def _write_again(keys: Mapping[UUID, set[int]], known: Mapping[UUID, Features]) -> None:
    """The keys and forms of profiles that had some."""
    _forget_others(keys)
    together(
        (ADD_KEYS, dict(zip(("keys", "of"), columns(_flat(keys), 2), strict=True))),
        (ADD_FORMS, _forms(_with_keys(keys, known))),
    )


def _forget_others(keys: Mapping[UUID, set[int]]) -> None:
    """The keys that these profiles do not have any more are taken away."""
    flat = columns(_flat(keys), 2)
    run(
        """
        DELETE FROM customers_blockkey b
        WHERE b.profile_id = ANY(%s)
          AND NOT EXISTS (SELECT FROM unnest(%s::bigint[], %s::uuid[]) AS n(key, profile)
                          WHERE n.profile = b.profile_id AND n.key = b.key)
        """,
        [list(keys), *flat],
    )


def _holders(keys: Collection[int]) -> Holders:
    [rows] = together((HOLDERS, {"keys": sorted(keys), "most": weights.BLOCK_CAP + 1}))
    return _grouped(rows)


def _grouped(rows: Iterable[tuple[Any, ...]]) -> Holders:
    """Keys of the same holders share one tuple: two profiles of one customer have most of theirs
    in common."""
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
