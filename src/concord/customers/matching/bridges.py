"""Weak bridges: one link alone holds a customer together, and it is not strong enough for that.

Connected components over-merge: A is B, B is C, and C is nobody's. Joining asks for more than one
link (see `clusters`), but what was joined changes: systems correct themselves, a new model weighs
otherwise, a member leaves. So customers are looked at again, as graphs of their members.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from concord.customers.matching.compare import Comparison
from concord.customers.matching.model import Scale
from concord.customers.resolve import Judged

Pair = tuple[UUID, UUID]
MARGIN: Final = 3.0  # bits: a link this much above "the same without a person" holds alone


@dataclass(frozen=True, slots=True)
class Bridge:
    """The link `pair`, and what lies on either side of it; the oldest member is on the near one."""

    pair: Pair
    comparison: Comparison
    near: frozenset[UUID]
    far: frozenset[UUID]

    @property
    def end(self) -> UUID:
        """The end of the link on the far side."""
        return next(profile for profile in self.pair if profile in self.far)

    def parts(self, pair: Pair) -> bool:
        """Whether the two lie on different sides."""
        one, other = pair
        return (one in self.near and other in self.far) or (one in self.far and other in self.near)


def weakest_bridge(
    compared: Mapping[Pair, Comparison],
    against: Collection[Pair],
    judged: Mapping[Pair, Judged],
) -> Bridge | None:
    """The weakest of the weak bridges between the profiles of one customer; None for none.

    `compared` has every two of them, `against` are those that contradict each other. A bridge is
    weak where pairs across it contradict each other, or where it would hardly hold by itself and
    more than two hang on it. Where a person said that any two across it are the same, it holds, and
    what contradicts each other across it is no reason to part the others.
    """
    bridges = list(_bridges(_links(compared, judged), compared))
    said = [bridge for bridge in bridges if _is_said(bridge, judged)]
    left = [pair for pair in against if not any(bridge.parts(pair) for bridge in said)]
    weak = [
        (-count, bridge.comparison.score, bridge.pair, bridge)
        for bridge in bridges
        if bridge not in said and _is_weak(bridge, count := sum(map(bridge.parts, left)))
    ]
    return min(weak, key=lambda each: each[:3])[3] if weak else None


def _links(compared: Mapping[Pair, Comparison], judged: Mapping[Pair, Judged]) -> set[Pair]:
    """What speaks for one customer: agreement, or that somebody (or a model) said so."""
    agreeing = {pair for pair, one in compared.items() if one.agrees or one.identified}
    said = {pair for pair, one in judged.items() if one.verdict == "same" and pair in compared}
    return agreeing | said


def _bridges(links: Collection[Pair], compared: Mapping[Pair, Comparison]) -> Iterator[Bridge]:
    """The links without another way around them: each of them is in every tree over the links."""
    beside: dict[UUID, set[UUID]] = defaultdict(set)
    for one, other in links:
        beside[one].add(other)
        beside[other].add(one)
    for one, other in _tree(beside):
        pair = min(one, other), max(one, other)
        here = _reached(one, beside, pair)
        if other not in here:
            there = _reached(other, beside, pair)
            near, far = (here, there) if min(here | there) in here else (there, here)
            yield Bridge(pair, compared[pair], frozenset(near), frozenset(far))


def _tree(beside: Mapping[UUID, set[UUID]]) -> Iterator[Pair]:
    """Links enough to reach everybody who can be reached."""
    seen: set[UUID] = set()
    for start in sorted(beside):
        waiting = [] if start in seen else [start]
        seen.add(start)
        while waiting:
            here = waiting.pop()
            fresh = beside[here] - seen
            seen |= fresh
            waiting.extend(fresh)
            yield from ((here, there) for there in sorted(fresh))


def _reached(start: UUID, beside: Mapping[UUID, set[UUID]], without: Pair) -> set[UUID]:
    """Whom one gets to from here without that link."""
    seen, waiting = {start}, [start]
    while waiting:
        here = waiting.pop()
        fresh = beside[here] - seen
        if here in without:
            fresh -= set(without)
        seen |= fresh
        waiting.extend(fresh)
    return seen


def _is_said(bridge: Bridge, judged: Mapping[Pair, Judged]) -> bool:
    return any(
        one.by_person and one.verdict == "same" and bridge.parts(pair)
        for pair, one in judged.items()
    )


def _is_weak(bridge: Bridge, against: int) -> bool:
    if against:
        return True
    of_it = bridge.comparison
    return of_it.score < needed(of_it.scale, len(bridge.near) + len(bridge.far))


def needed(scale: Scale, members: int) -> float:
    """Bits from which on a link holds two sides of so many members together by itself."""
    return scale.automatic + (MARGIN if members > 2 else 0.0)
