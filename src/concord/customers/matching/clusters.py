"""Joining clusters along links: no chains of single links, no contradictions, no guesses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import combinations
from typing import Final
from uuid import UUID

from concord.customers.matching import weights
from concord.customers.matching.compare import Comparison, compare
from concord.customers.matching.contested import Contested, Held
from concord.customers.matching.features import Features
from concord.customers.matching.model import Model
from concord.customers.matching.shared import Shared
from concord.customers.matching.worth import Worth
from concord.customers.resolve import Judged

Pair = tuple[UUID, UUID]
# Of what joins without a person: a rival link that is not this much weaker makes a link a guess.
AMBIGUOUS_WITHIN: Final = 0.4

# What a shortened or mistyped name is objected to, and how alike it is to the whole one.
_SHORT_FORMS: Final = {"another word in the name", "name differs", "name is not the same"}
_ONE_NAME: Final = {"same", "native", "meaning", "near"}
# What was compared; None of two whose comparing would change nothing.
Looked = Mapping[Pair, Comparison | None]


class Clusters:
    """The clusters as they are and, link by link, as they become."""

    def __init__(
        self,
        members: Mapping[UUID, UUID],
        features: Mapping[UUID, Features],
        shared: Shared,
        judged: Mapping[Pair, Judged],
        model: Model,
    ) -> None:
        by_customer: dict[UUID, set[UUID]] = defaultdict(set)
        for profile, customer in members.items():
            by_customer[customer].add(profile)
        self._of = {profile: by_customer[customer] for profile, customer in members.items()}
        self._features = features
        self._shared = shared
        self._judged = judged
        self._model = model
        self._worth = Worth(model)
        self._compared: dict[Pair, Comparison] = {}
        self._idle: set[Pair] = set()

    def join(
        self, links: Mapping[Pair, Comparison], looked: Looked
    ) -> tuple[dict[Pair, Comparison], dict[Pair, Comparison]]:
        """Those of the links along which clusters join, and those for a person to look at.

        `looked` are all pairs looked at: those asked about tell who else it may be.
        """
        self._compared |= {pair: one for pair, one in looked.items() if one}
        self._idle |= looked.keys() - self._compared.keys()
        contested = Contested(
            self._features, self._compared, self._comparison, self._parts, self._may_matter
        )
        rivals: dict[UUID, list[Pair]] = defaultdict(list)
        for pair in links:
            for profile in pair:
                rivals[profile].append(pair)
        joined: dict[Pair, Comparison] = {}
        unsure: dict[Pair, Comparison] = {}
        for pair in sorted(links, key=lambda pair: (-links[pair].score, pair)):
            one, other = self._of[pair[0]], self._of[pair[1]]
            if one is other:
                continue
            held = (
                self._rival(pair, links, rivals)
                or contested.why(pair, links[pair], one | other)
                or self._held(one, other)
            )
            if held:
                unsure[pair] = _held_back(links[pair], held)
                continue
            joined[pair] = links[pair]
            one |= other
            for profile in other:
                self._of[profile] = one
        return joined, unsure

    def of(self, profiles: Iterable[UUID]) -> list[set[UUID]]:
        """The clusters, as they are by now, that these profiles belong to; each once."""
        return list({id(found): found for found in map(self._of.__getitem__, profiles)}.values())

    def within(self, members: set[UUID]) -> tuple[dict[Pair, Comparison], set[Pair]]:
        """Every two of one customer compared; and those of them that contradict each other."""
        known = sorted(members & self._features.keys())
        every = {pair: self._comparison(pair) for pair in combinations(known, 2)}
        return every, {pair for pair in every if self._parts(pair, members)}

    def _held(self, one: set[UUID], other: set[UUID]) -> Held | None:
        """A member that contradicts one of the other side, or too few of them that agree."""
        if len(one) + len(other) > weights.CLUSTER_CAP:
            return "too many entries", ()
        crossing = sorted((min(a, b), max(a, b)) for a in one for b in other)
        if said := next(filter(self._is_different, crossing), None):
            return "said to be different", said
        compared = [self._comparison(p) for p in crossing if set(p) <= self._features.keys()]
        if apart := next((pair for pair in crossing if self._parts(pair, one | other)), None):
            return "two entries contradict", apart
        agreeing = sum(c.agrees or c.identified for c in compared)
        return None if agreeing * 2 >= len(compared) else ("few entries agree", ())

    def _rival(
        self, pair: Pair, links: Mapping[Pair, Comparison], rivals: Mapping[UUID, list[Pair]]
    ) -> Held | None:
        """Somebody to whom one side has as good a link, and who cannot be the other side."""
        if links[pair].identified:
            return None
        one, other = self._of[pair[0]], self._of[pair[1]]
        for side, facing in ((one, other), (other, one)):
            for rival in (rival for profile in side for rival in rivals[profile]):
                third = self._of[rival[0] if rival[1] in side else rival[1]]
                if third is one or third is other:
                    continue
                if links[rival].score < links[pair].score - _rivalry(links[pair]):
                    continue
                if self._contradict(third, facing, one | other | third):
                    return "fits another", (rival[0] if rival[1] in side else rival[1],)
        return None

    def _contradict(self, one: set[UUID], other: set[UUID], near: set[UUID]) -> bool:
        crossing = [(min(a, b), max(a, b)) for a in one for b in other]
        return any(self._is_different(pair) or self._parts(pair, near) for pair in crossing)

    def _parts(self, pair: Pair, near: set[UUID]) -> bool:
        """Whether the two contradict each other, and nothing near by explains it."""
        if not set(pair) <= self._features.keys():
            return False
        comparison = self._comparison(pair)
        if not comparison.contradicts:
            return False
        return bool(set(comparison.vetoes) - _SHORT_FORMS) or not self._is_spelled_out(pair, near)

    def _is_spelled_out(self, pair: Pair, near: set[UUID]) -> bool:
        """Whether two names that do not fit are short or mistyped forms of a third, a longer one.

        HANBIT PREC and Hanbit Precison differ; both are Hanbit Precision. The other way round it
        would explain away anything: HANBIT PREC is short for Hanbit Precast, too.
        """
        if any(self._features[profile].is_person for profile in pair):
            return False
        longest = max(map(self._length, pair))
        return any(
            full not in pair
            and self._length(full) >= longest
            and all(self._is_one_name(full, profile) for profile in pair)
            for full in near & self._features.keys()
        )

    def _length(self, profile: UUID) -> int:
        names = self._features[profile].organisations
        return max((len("".join(name.glossed or name.words)) for name in names), default=0)

    def _is_one_name(self, one: UUID, other: UUID) -> bool:
        found = self._comparison((min(one, other), max(one, other)))
        levels = {each.level for each in found.evidence if each.field == "name"}
        return bool(levels & _ONE_NAME) and not found.vetoes

    def _is_different(self, pair: Pair) -> bool:
        judged = self._judged.get(pair)
        return judged is not None and judged.verdict == "different"

    def _may_matter(self, pair: Pair) -> bool:
        if pair in self._compared or pair in self._idle:
            return pair in self._compared
        return self._worth.may_matter(self._features[pair[0]], self._features[pair[1]])

    def _comparison(self, pair: Pair) -> Comparison:
        found = self._compared.get(pair)
        if found is None:
            left, right = self._features[pair[0]], self._features[pair[1]]
            found = compare(left, right, self._shared.between(left, right), self._model)
            self._compared[pair] = found
        return found


def _rivalry(link: Comparison) -> float:
    """In bits of the link's scale: learnt weights have another one than those set by hand."""
    return AMBIGUOUS_WITHIN * link.scale.automatic


def _held_back(link: Comparison, held: Held) -> Comparison:
    """A link that joins nobody by itself, with the reason that its own evidence does not show."""
    why, others = held
    return replace(link, vetoes=(*link.vetoes, why), others=others)
