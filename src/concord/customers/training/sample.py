"""What training looks at: pairs that may be one customer, and pairs drawn at random.

A sample of profiles is drawn by the database (repeatable by its seed); each is compared with all
that share a blocking key with it. Pairs at random are drawn among the same profiles. Nothing is
written and nothing is claimed; memory is bounded by the limits here.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from concord.customers.actions import candidates
from concord.customers.matching import blocking
from concord.customers.matching.compare import Levels, levels
from concord.customers.matching.features import Features, features
from concord.customers.matching.model import KINDS, PERSON, Model
from concord.customers.matching.shared import Shared
from concord.customers.matching.terms import organisation_parts, person_parts
from concord.customers.restrictions import PROFILES as RESTRICTED
from concord.customers.rows import fetch
from concord.customers.training.estimate import Seen

PROFILES: Final = 20_000  # that are looked at, of each kind
PAIRS: Final = 300_000  # that share a key, of each kind
AT_RANDOM: Final = 200_000  # pairs drawn at random, of each kind
COMPARED: Final = 5_000  # pairs that both models are tried on
BATCH: Final = 500
Progress = Callable[[int, int], None]  # done, of how many; may raise to end it


@dataclass(frozen=True, slots=True)
class Tried:
    """A pair that both models are tried on, as it was compared."""

    left: Features
    right: Features
    levels: Levels


@dataclass(slots=True)
class Sample:
    """What was seen of one kind. `all` are the profiles that there are, `near` how many of the
    pairs that share a key each looked-at profile stands for (see `reach`)."""

    kind: str
    all: int = 0
    profiles: int = 0
    blocked: Seen = field(default_factory=Seen)
    random: Seen = field(default_factory=Seen)
    tried: list[Tried] = field(default_factory=list)
    terms: dict[str, Counter[str]] = field(default_factory=dict)

    @property
    def reach(self) -> float:
        """Of how many pairs in all, alike or not, the blocked ones are the alike: each profile
        that was looked at with every other one."""
        others = max(self.all, self.profiles)
        return max(1.0, self.profiles * (others - 1) - self.profiles * (self.profiles - 1) / 2)

    def add(self, left: Features, right: Features, alike: Levels) -> None:
        if len(self.blocked) < PAIRS:
            self.blocked.add(alike, blocking.families(left, right))
        if len(self.tried) < COMPARED:
            self.tried.append(Tried(left, right, alike))

    def count(self, of: Features) -> None:
        """The parts of its names, for how telling an agreeing one is."""
        for part, word in set(_parts(of)):
            self.terms.setdefault(part, Counter())[word] += 1

    def draw(self, known: list[Features], shared: Shared, model: Model, seed: int) -> None:
        """Pairs at random; those that are plainly one customer tell nothing of chance."""
        if len(known) < 2:
            return
        every = len(known) * (len(known) - 1) // 2
        for left, right in _pairs(known, min(AT_RANDOM, every), every, random.Random(seed)):
            alike = levels(left, right, shared.between(left, right))
            scale = model.of(alike.kind)
            if alike.kind == self.kind and scale.sum(alike.found) < scale.review:
                self.random.add(alike)


def draw(model: Model, seed: int, progress: Progress) -> dict[str, Sample]:
    """The samples of persons and of organisations; `model` is the one in force."""
    samples = {kind: Sample(kind) for kind in KINDS}
    chosen: list[UUID] = []
    for kind, sample in samples.items():
        sample.all = _how_many(kind)
        chosen += _profiles(kind, sample.all, seed)
    order = random.Random(seed)
    order.shuffle(chosen)
    known: dict[str, list[Features]] = {kind: [] for kind in KINDS}
    everywhere = Shared()
    seen: set[tuple[UUID, UUID]] = set()
    for start in range(0, len(chosen), BATCH):
        progress(start, len(chosen))
        batch, pairs = candidates.look(chosen[start : start + BATCH])
        everywhere.people |= batch.shared.people
        everywhere.organisations |= batch.shared.organisations
        for profile in batch.since:
            of = batch.features[profile]
            samples[of.kind].count(of)
            samples[of.kind].profiles += 1
            known[of.kind].append(of)
        for pair in sorted(pairs - seen):
            left, right = (batch.features[profile] for profile in pair)
            alike = levels(left, right, batch.shared.between(left, right))
            samples[alike.kind].add(left, right, alike)
        seen |= pairs
    for kind, sample in samples.items():
        progress(len(chosen), len(chosen))
        sample.draw(known[kind], everywhere, model, seed)
    return samples


def judged(most: int = COMPARED) -> Iterator[tuple[Tried, str]]:
    """Pairs that people judged (the latest word on each), with what they said."""
    rows = fetch(
        """
        SELECT left_id, right_id, verdict FROM (
            SELECT DISTINCT ON (left_id, right_id) left_id, right_id, verdict, by_id, id
            FROM customers_judgement ORDER BY left_id, right_id, id DESC
        ) latest
        WHERE by_id IS NOT NULL AND verdict IN ('same', 'different')
        ORDER BY id DESC LIMIT %s
        """,
        [most],
    )
    known = _features({profile for row in rows for profile in row[:2]})
    shared = candidates.shared_among(known)
    for left, right, verdict in rows:
        if left in known and right in known:
            one, other = known[left], known[right]
            yield Tried(one, other, levels(one, other, shared.between(one, other))), verdict


def _features(profiles: Iterable[UUID]) -> dict[UUID, Features]:
    """What they say; nothing is learnt of who is restricted."""
    rows = fetch(
        f"""
        SELECT id, kind, data, digest FROM customers_profile
        WHERE id = ANY(%s) AND withdrawn_at IS NULL AND NOT is_stub
          AND id <> ALL(ARRAY({RESTRICTED}))
        """,  # noqa: S608 - no input in it
        [list(profiles)],
    )
    return {row[0]: features(row[0], row[1], row[2], bytes(row[3])) for row in rows}


def _how_many(kind: str) -> int:
    rows = fetch(
        """
        SELECT count(*) FROM customers_profile
        WHERE kind = %s AND withdrawn_at IS NULL AND NOT is_stub
        """,
        [kind],
    )
    return int(rows[0][0])


def _profiles(kind: str, how_many: int, seed: int) -> list[UUID]:
    """All of them, or a sample that the seed repeats; some more are drawn than are wanted."""
    percent = min(100.0, 120.0 * PROFILES / max(how_many, 1))
    rows = fetch(
        """
        SELECT id FROM customers_profile TABLESAMPLE BERNOULLI (%s) REPEATABLE (%s)
        WHERE kind = %s AND withdrawn_at IS NULL AND NOT is_stub ORDER BY id
        """,
        [percent, seed, kind],
    )
    found = [row[0] for row in rows]
    random.Random(seed).shuffle(found)
    return found[:PROFILES]


def _pairs(
    known: list[Features], wanted: int, every: int, order: random.Random
) -> Iterator[tuple[Features, Features]]:
    if wanted == every:
        for at, left in enumerate(known):
            for right in known[at + 1 :]:
                yield left, right
        return
    for _ in range(wanted):
        left, right = order.sample(known, 2)
        yield left, right


def _parts(of: Features) -> Iterator[tuple[str, str]]:
    for person in of.people if of.kind == PERSON else ():
        yield from person_parts(person)
    for name in of.organisations:
        yield from organisation_parts(name)
