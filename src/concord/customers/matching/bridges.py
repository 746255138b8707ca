"""Weak bridges: one link alone holds a customer together, and it is not strong enough for that.

Connected components over-merge: A is B, B is C, and C is nobody's. Joining asks for more than one
link (see `clusters`), but what was joined changes: systems correct themselves, a new model weighs
otherwise, a member leaves. So customers are looked at again, as graphs of their members.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from concord.customers.matching.compare import Comparison
from concord.customers.resolve import Judged

Pair = tuple[UUID, UUID]
MARGIN: Final = 3.0  # bits: a link this much above "the same without a person" holds alone


@dataclass(frozen=True, slots=True)
class Bridge:
    """The link `pair`, and what lies on either side of it; `far` does not have the oldest member.

    `against` is how many pairs across it contradict each other.
    """

    pair: Pair
    comparison: Comparison
    near: frozenset[UUID]
    far: frozenset[UUID]
    against: int

    @property
    def end(self) -> UUID:
        """The end of the link on the far side."""
        return next(profile for profile in self.pair if profile in self.far)


def weakest_bridge(
    compared: Mapping[Pair, Comparison],
    against: Collection[Pair],
    judged: Mapping[Pair, Judged],
) -> Bridge | None:
    """The weakest of the weak bridges between the profiles of one customer; None for none.

    `compared` has every two of them, `against` are those that contradict each other. A bridge is
    weak where pairs across it contradict each other, or where it would hardly hold by itself and
    more than two hang on it. Where a person said that any two across it are the same, it holds.
    """
    links = _links(compared, judged)
    found = [
        bridge
        for pair in links
        if (bridge := _bridge(pair, links, compared[pair], against)) is not None
        and not _is_said(bridge, judged)
        and _is_weak(bridge)
    ]
    return min(
        found, key=lambda each: (-each.against, each.comparison.score, each.pair), default=None
    )


def _links(compared: Mapping[Pair, Comparison], judged: Mapping[Pair, Judged]) -> set[Pair]:
    """What speaks for one customer: agreement, or that somebody (or a model) said so."""
    agreeing = {pair for pair, one in compared.items() if one.agrees or one.identified}
    said = {pair for pair, one in judged.items() if one.verdict == "same" and pair in compared}
    return agreeing | said


def _bridge(
    pair: Pair, links: Collection[Pair], comparison: Comparison, against: Collection[Pair]
) -> Bridge | None:
    """The bridge that this link is; None where there is another way around it."""
    beside: dict[UUID, set[UUID]] = defaultdict(set)
    for one, other in links:
        if (one, other) != pair:
            beside[one].add(other)
            beside[other].add(one)
    here = _reached(pair[0], beside)
    if pair[1] in here:
        return None
    there = _reached(pair[1], beside)
    near, far = (here, there) if min(here | there) in here else (there, here)
    parted = sum((a in near and b in far) or (a in far and b in near) for a, b in against)
    return Bridge(pair, comparison, frozenset(near), frozenset(far), parted)


def _reached(start: UUID, beside: Mapping[UUID, set[UUID]]) -> set[UUID]:
    seen, waiting = {start}, [start]
    while waiting:
        fresh = beside.get(waiting.pop(), set()) - seen
        seen |= fresh
        waiting.extend(fresh)
    return seen


def _is_said(bridge: Bridge, judged: Mapping[Pair, Judged]) -> bool:
    return any(
        one.by_person
        and one.verdict == "same"
        and (pair[0] in bridge.near) != (pair[1] in bridge.near)
        for pair, one in judged.items()
        if set(pair) <= bridge.near | bridge.far
    )


def _is_weak(bridge: Bridge) -> bool:
    if bridge.against:
        return True
    automatic = bridge.comparison.scale.automatic
    is_alone = len(bridge.near) + len(bridge.far) == 2
    return bridge.comparison.score < (automatic if is_alone else automatic + MARGIN)
