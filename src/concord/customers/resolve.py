"""Resolve: which profiles are one customer, as a pure function of the judgements on them.

Of the judgements on one pair that nobody took back, the latest of a person holds, else the latest
of a model. `same` brings two profiles together unless somebody in the one group is `different`
from somebody in the other; the word of people comes first (the newest first), then the best
scores. A customer's id is that of its oldest profile.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

Pair = tuple[UUID, UUID]


@dataclass(frozen=True, slots=True)
class Judged:
    """A judgement as resolving needs it; `takes_back` is the id of the one it withdraws."""

    id: int
    left: UUID
    right: UUID
    verdict: str
    by_person: bool
    score: float = 0.0
    takes_back: int | None = None


def standing(judgements: Iterable[Judged]) -> dict[Pair, Judged]:
    """The judgement that holds on each pair on which one holds."""
    on: dict[Pair, list[Judged]] = defaultdict(list)
    for judged in sorted(judgements, key=lambda judged: judged.id):
        stack = on[judged.left, judged.right]
        if judged.verdict != "withdrawn":
            stack.append(judged)
        elif stack:
            gone = judged.takes_back or stack[-1].id
            stack[:] = [earlier for earlier in stack if earlier.id != gone]
    return {
        pair: max(stack, key=lambda judged: (judged.by_person, judged.id))
        for pair, stack in on.items()
        if stack
    }


def resolve(profiles: Iterable[UUID], holding: Mapping[Pair, Judged]) -> dict[UUID, UUID]:
    """The customer's id of every profile."""
    group = {profile: {profile} for profile in profiles}
    apart = defaultdict(set)
    for (left, right), judged in holding.items():
        if judged.verdict == "different":
            apart[left].add(right)
            apart[right].add(left)
    for judged in sorted(holding.values(), key=_strength):
        if judged.verdict != "same" or not {judged.left, judged.right} <= group.keys():
            continue
        one, other = group[judged.left], group[judged.right]
        if one is other or any(not apart[member].isdisjoint(other) for member in one):
            continue
        one |= other
        for member in other:
            group[member] = one
    return {profile: min(members) for profile, members in group.items()}


def _strength(judged: Judged) -> tuple[bool, float, float, int]:
    if judged.by_person:
        return False, -judged.id, 0.0, 0
    return True, 0.0, -judged.score, judged.id
