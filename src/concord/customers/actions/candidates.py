"""Candidates: who may be the same customer as these profiles, because they share a blocking key.

Who matches claims the keys (sorted, by advisory locks) and writes them before it looks, so that of
two imports at once the later one sees the earlier one's profiles. With the keys are written the
normal forms, by which the profiles will be compared with those that come later.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import transaction

from concord.customers.actions import membership
from concord.customers.actions.golden import Founding
from concord.customers.actions.membership import REACHED
from concord.customers.matching import blocking, model, normal_form, weights
from concord.customers.matching.contested import Neighbours
from concord.customers.matching.features import Features, features
from concord.customers.matching.model import Model
from concord.customers.matching.shared import Shared
from concord.customers.rows import Found, Rows, columns, copy_lines, run, together
from concord.kernel.memory import uncollected
from concord.kernel.prepared import Asked, Prepared

STRIPES: Final = 64  # advisory locks: a batch has thousands of keys, a server room for fewer locks
LOCK_SPACE: Final = 0x636F6E63
FEW: Final = 20  # profiles whose keys are sent with what else is asked; those of more go by COPY
Pair = tuple[UUID, UUID]
Holders = dict[int, tuple[UUID, ...]]

# What profiles say: `featured` reads its rows.
_SAID: Final = """
    SELECT p.id, p.known_from::text, p.kind, p.data, p.digest, f.form
    FROM customers_profile p
    LEFT JOIN customers_normalform f
      ON f.profile_id = p.id AND f.digest = p.digest AND f.version = %(version)s
    WHERE p.withdrawn_at IS NULL AND NOT p.is_stub
"""
SAID: Final = Prepared(
    f"{_SAID} AND p.id = ANY(%(profiles)s)",
    {"profiles": "uuid[]", "version": "int"},
)
# Those of REACHED that are not known, those who are asked about beside them, and those who live in
# the houses of them that are known: they may be whoever these are. In a house of very many, nobody
# is looked for.
BESIDE: Final = Prepared(
    f"""
    WITH known AS (SELECT * FROM unnest(%(known)s, %(houses)s) AS k(profile_id, house)),
         r AS (SELECT reached.profile_id, k.profile_id IS NOT NULL AS is_known, k.house
               FROM {REACHED} LEFT JOIN known k USING (profile_id))
    {_SAID} AND p.id IN (
        SELECT profile_id FROM r WHERE NOT is_known
        UNION
        SELECT right_id FROM customers_pair
        WHERE left_id = ANY(ARRAY(SELECT profile_id FROM r)) AND doubted_id IS NULL
        UNION
        SELECT left_id FROM customers_pair
        WHERE right_id = ANY(ARRAY(SELECT profile_id FROM r)) AND doubted_id IS NULL
        UNION
        SELECT unnest(living.here)
        FROM (SELECT DISTINCT house FROM r WHERE house IS NOT NULL) h CROSS JOIN LATERAL (
            SELECT array_agg(profile_id) AS here FROM (
                SELECT profile_id FROM customers_blockkey b WHERE b.key = h.house
                ORDER BY profile_id LIMIT %(most)s
            ) sharing
        ) living
        WHERE cardinality(living.here) < %(most)s)
    """,  # noqa: S608 - our own
    {"known": "uuid[]", "houses": "bigint[]", "version": "int", "most": "int"},
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
# Not of who says something else by now, nor of whom somebody changes just now: the lock lasts until
# the form can be seen, and taken away with the next change.
ADD_FORMS: Final = Prepared(
    """
    INSERT INTO customers_normalform (profile_id, version, digest, form)
    SELECT standing.* FROM (
        SELECT n.profile_id, n.version, n.digest, n.form
        FROM unnest(%(of)s, %(versions)s, %(digests)s, %(forms)s)
            AS n(profile_id, version, digest, form)
        JOIN customers_profile p ON p.id = n.profile_id AND p.digest = n.digest
        WHERE p.withdrawn_at IS NULL AND NOT p.is_stub
        FOR SHARE OF p SKIP LOCKED
    ) standing
    ON CONFLICT (profile_id) DO UPDATE
        SET version = excluded.version, digest = excluded.digest, form = excluded.form
    """,
    {"of": "uuid[]", "versions": "int[]", "digests": "bytea[]", "forms": "text[]"},
)
# Who shares each key; one too many where so many have it that it says nothing. A key that no more
# than `least` have is not among them: that of one profile alone, its own.
HELD: Final = """
    SELECT k.key, holders.profiles
    FROM unnest(%(keys)s) AS k(key)
    CROSS JOIN LATERAL (
        SELECT array_agg(profile_id) AS profiles FROM (
            SELECT profile_id FROM customers_blockkey b WHERE b.key = k.key
            ORDER BY profile_id LIMIT %(most)s
        ) sharing
    ) holders
    WHERE cardinality(holders.profiles) > %(least)s
"""
# Who they are; of a key that says nothing nobody asks.
LISTED: Final = "CASE WHEN cardinality(profiles) < %(most)s THEN profiles::text ELSE '' END"
TOO_MANY: Final = tuple(UUID(int=at) for at in range(weights.BLOCK_CAP + 1))
_SHARING: Final = {"least": 1, "most": weights.BLOCK_CAP + 1}
HOLDERS: Final = Prepared(
    f"SELECT key, {LISTED} FROM ({HELD}) held",  # noqa: S608 - our own
    {"keys": "bigint[]", "least": "int", "most": "int"},
)
# The same, and what those say who share a key that says something, but for these themselves: see
# `found_around`.
AROUND: Final = Prepared(
    f"""
    WITH held AS MATERIALIZED ({HELD})
    SELECT key, {LISTED}, NULL, NULL, NULL, NULL, NULL, NULL FROM held
    UNION ALL
    SELECT NULL, NULL, said.* FROM (
        {_SAID} AND p.id <> ALL(%(profiles)s) AND p.id IN (
            SELECT unnest(profiles) FROM held WHERE cardinality(profiles) < %(most)s)
    ) said(profile, since, kind, data, digest, form)
    """,  # noqa: S608 - our own
    {
        "keys": "bigint[]", "least": "int", "most": "int", "profiles": "uuid[]", "version": "int",
    },
)  # fmt: skip


class Ahead(NamedTuple):
    """The customers of one link were locked before all links were known: the rows of
    `joining.locking_along`, and those of `joining.standing` of the others, where there are any."""

    locked: Found
    standing: Found


@dataclass(slots=True)
class Batch:
    """What is matched in one go.

    `since` is when each profile that is to be marked as matched came to say what it said when we
    looked: what changes meanwhile is not matched. `features` are those of the profiles and of whom
    they may be, `seen` the same as `since` of all of these; it is empty where their digests tell
    what they said, and they are not told yet what that is word for word (see `Features.tell`).
    """

    since: dict[UUID, str] = field(default_factory=dict)
    features: dict[UUID, Features] = field(default_factory=dict)
    shared: Shared = field(default_factory=Shared)
    model: Model = field(default_factory=model.in_force)
    again: set[UUID] = field(default_factory=set)  # were matched before, and said something else
    seen: dict[UUID, str] = field(default_factory=dict)
    neighbours: Neighbours = field(default_factory=Neighbours)
    ahead: Ahead | None = None
    founding: Founding | None = None  # of the one that is new, until its customer is written


@dataclass(frozen=True, slots=True)
class Announced:
    """Profiles that are matched later. `since` is when those of whom keys are written came to say
    what the keys are of, `again` are those who had some before."""

    profiles: list[UUID]
    since: Mapping[UUID, str] = field(default_factory=dict)
    again: Collection[UUID] = ()


@transaction.atomic(savepoint=False)
def claim(announced: Announced) -> tuple[Batch, set[Pair]]:
    """Write the blocking keys of the profiles that are not written, and find who shares one: the
    pairs to compare."""
    batch, keys = _read(announced.profiles)
    new = {who: some for who, some in keys.items() if announced.since.get(who) != batch.since[who]}
    batch.again, holders, strangers = _claim(batch, keys, new)
    batch.again |= keys.keys() & announced.again
    return batch, find(batch, keys, holders, strangers)


@uncollected()
@transaction.atomic
def announce(profiles: list[UUID]) -> Announced:
    """Write the blocking keys of profiles that are matched later: who is matched before them sees
    them, and what they say."""
    batch, keys = _read(profiles)
    return Announced(profiles, batch.since, write_keys(keys, batch.features))


def look(profiles: list[UUID]) -> tuple[Batch, set[Pair]]:
    """The same without claiming or writing anything: for who only compares."""
    batch, keys = _read(profiles, to_ask=False)
    return batch, find(batch, keys, *_around(keys))


def _read(profiles: list[UUID], *, to_ask: bool = True) -> tuple[Batch, dict[UUID, set[int]]]:
    first = [membership.BEGIN_TO_ASK] if to_ask else []
    *_, in_force, rows = together(*first, model.IN_FORCE, asked(profiles))
    batch = Batch(model=model.chosen(in_force))
    for profile, known_from, of in map(featured, rows):
        batch.since[profile] = batch.seen[profile] = known_from
        batch.features[profile] = of
    return batch, {profile: blocking.keys(of) for profile, of in batch.features.items()}


def _all(keys: Mapping[UUID, set[int]]) -> set[int]:
    return set[int]().union(*keys.values())


def _around(keys: Mapping[UUID, set[int]]) -> tuple[Holders, Rows]:
    """Who shares a key, and the rows of what strangers among them say."""
    holders = _holders(_all(keys))
    few = {some for some in holders.values() if len(some) <= weights.BLOCK_CAP}
    strangers = set[UUID]().union(*few) - keys.keys()
    return holders, together(asked(strangers))[0] if strangers else []


def find(
    batch: Batch, keys: Mapping[UUID, set[int]], holders: Holders, strangers: Rows
) -> set[Pair]:
    """The pairs to compare, of who shares a key with whom and what strangers say."""
    groups = {id(some): some for some in holders.values() if len(some) <= weights.BLOCK_CAP}
    _meet(batch, strangers)
    asked = [batch.features[profile] for profile in keys]
    batch.shared = Shared.among(batch.features, holders, asked)
    return _pairs(keys, groups.values(), batch.features)


def _meet(batch: Batch, strangers: Rows) -> None:
    for profile, known_from, of in map(featured, strangers):
        batch.seen[profile] = known_from
        batch.features[profile] = of


def said(profiles: Collection[UUID]) -> Iterator[tuple[UUID, str, Features]]:
    """What these profiles say now, and since when."""
    if profiles:
        [rows] = together(asked(profiles))
        yield from map(featured, rows)


def asked(profiles: Collection[UUID]) -> Asked:
    """The same as one of several statements: `featured` reads its rows."""
    return SAID, {"profiles": list(profiles), "version": normal_form.version()}


def asked_beside(known: Mapping[UUID, Features]) -> Asked:
    """The same of those whom `membership.lock_beside` reaches and who are not known, of those with
    whom questions about them are open, and of who lives with those of them that are known."""
    houses = (next(map(blocking.hashed, blocking.house(of)), None) for of in known.values())
    return BESIDE, {
        "known": list(known),
        "houses": list(houses),
        "version": normal_form.version(),
        "most": weights.BLOCK_CAP + 1,
    }


def featured(row: tuple[Any, ...]) -> tuple[UUID, str, Features]:
    profile, known_from, kind, data, digest, form = row
    return profile, known_from, features(profile, kind, data, bytes(digest), form)


def _claim(
    batch: Batch, keys: Mapping[UUID, set[int]], new: Mapping[UUID, set[int]]
) -> tuple[set[UUID], Holders, Rows]:
    """New keys claimed and written: who of those had some before; and of all, who shares them, and
    what strangers among those say. Of few in one round trip."""
    if not new or len(keys) > FEW:
        return write_keys(new, batch.features) if new else set(), *_around(keys)
    _, known, _, _, around = together(
        locking(_all(new)),
        (KNOWN, {"profiles": list(new)}),
        _adding(new),
        (ADD_FORMS, _forms(_with_keys(new, batch.features))),
        asked_around(list(keys), _all(keys)),
    )
    again = {row[0] for row in known}
    if again:
        _forget_others({profile: keys[profile] for profile in again})
    return again, *found_around(around)


def asked_around(profiles: list[UUID], keys: Collection[int]) -> Asked:
    """Who shares these keys of the profiles, and what strangers among them say."""
    return AROUND, of_keys(keys) | _SHARING | {"profiles": profiles}


def of_keys(keys: Collection[int]) -> dict[str, Any]:
    return {"keys": sorted(keys), "version": normal_form.version()}


def found_around(rows: Rows) -> tuple[Holders, Rows]:
    """The same of its rows: a row with a key says who shares it, one without what a stranger says
    (see `featured`)."""
    held = [(row[0], row[1]) for row in rows if row[0] is not None]
    strangers = [row[2:] for row in rows if row[0] is None]
    return _grouped(held, {row[0].hex: row[0] for row in strangers}), strangers


def write_keys(
    keys: Mapping[UUID, set[int]], known: Mapping[UUID, Features] = MappingProxyType({})
) -> set[UUID]:
    """Claim and write the keys of profiles, and of those that are given the normal forms; must be
    in a transaction. Who would write the same key of the same profile waits for our lock, and then
    sees ours.

    Gives the profiles that had keys before.
    """
    _, rows = together(locking(_all(keys)), (KNOWN, {"profiles": list(keys)}))
    again = {row[0] for row in rows}
    if again:
        known_before = {profile: keys[profile] for profile in again}
        _forget_others(known_before)
        together(_adding(known_before))
    fresh = {profile: some for profile, some in keys.items() if profile not in again}
    lines = sorted((key, profile.hex) for profile, some in fresh.items() for key in some)
    copy_lines("customers_blockkey", ("key", "profile_id"), (f"{key}\t{who}" for key, who in lines))
    if known:
        keep_forms(_with_keys(keys, known))
    return again


def locking(keys: Collection[int]) -> Asked:
    """The claim on keys, held until the transaction ends."""
    return LOCK, {"space": LOCK_SPACE, "stripes": sorted({key % STRIPES for key in keys})}


def _flat(keys: Mapping[UUID, set[int]]) -> Iterator[tuple[int, UUID]]:
    return ((key, profile) for profile, some in keys.items() for key in some)


def _adding(keys: Mapping[UUID, set[int]]) -> Asked:
    return ADD_KEYS, dict(zip(("keys", "of"), columns(_flat(keys), 2), strict=True))


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
    [rows] = together((HOLDERS, {"keys": sorted(keys)} | _SHARING))
    return _grouped(rows)


def _grouped(
    rows: Iterable[tuple[Any, ...]], known: Mapping[str, UUID] = MappingProxyType({})
) -> Holders:
    """Keys of the same holders share one tuple: two profiles of one customer have most of theirs
    in common; of a key of too many, nobody looks who they are. `known` are ids that were read
    already, by their digits."""
    groups = {
        text: tuple([known.get(each) or UUID(each) for each in _digits(text)])
        for text in {row[1] for row in rows} - {""}
    }
    groups[""] = TOO_MANY
    return {key: groups[text] for key, text in rows}


def _digits(text: str) -> list[str]:
    return text[1:-1].replace("-", "").split(",")


def _pairs(
    keys: Collection[UUID], groups: Iterable[tuple[UUID, ...]], known: Collection[UUID]
) -> set[Pair]:
    """Any two of a group (each in the order of ids) of whom one at least is looked at now."""
    pairs: set[Pair] = set()
    for sharing in groups:
        there = [profile for profile in sharing if profile in known]
        for at, one in enumerate(there):
            if one in keys:
                pairs.update([(other, one) for other in there[:at]])
                pairs.update([(one, other) for other in there[at + 1 :]])
    return pairs


def shared_among(known: Mapping[UUID, Features]) -> Shared:
    """What of these is nobody's own, without claiming anything: for who only compares."""
    holders = _holders(set[int]().union(*map(blocking.keys, known.values())))
    few = {some for some in holders.values() if len(some) <= weights.BLOCK_CAP}
    strangers = set[UUID]().union(*few) - known.keys()
    every = dict(known) | {profile: of for profile, _, of in said(strangers)}
    return Shared.among(every, holders, known.values())
