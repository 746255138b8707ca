"""Joining clusters along links: no chains of single links, no contradictions, no guesses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import combinations
from typing import Final, TypeVar
from uuid import UUID

from concord.customers.matching import weights
from concord.customers.matching.compare import Comparison, compare
from concord.customers.matching.contested import Contested, Held, Neighbours
from concord.customers.matching.features import Features
from concord.customers.matching.model import Model
from concord.customers.matching.shared import Shared
from concord.customers.matching.worth import worth_of
from concord.customers.resolve import Judged

_T = TypeVar("_T")
Pair = tuple[UUID, UUID]
Numbers = tuple[int, int]
# Of what joins without a person: a rival link that is not this much weaker makes a link a guess.
AMBIGUOUS_WITHIN: Final = 0.4

# What a shortened or mistyped name is objected to, and how alike it is to the whole one.
_SHORT_FORMS: Final = {"another word in the name", "name differs", "name is not the same"}
_ONE_NAME: Final = {"same", "native", "meaning", "near"}
Looked = Mapping[Pair, Comparison]  # what was compared


class Clusters:
    """The clusters as they are and, link by link, as they become.

    Inside, profiles are numbers in the order of their ids: to look up an id takes many times as
    long, and it is done by the thousand.
    """

    def __init__(
        self,
        members: Mapping[UUID, UUID],
        features: Mapping[UUID, Features],
        shared: Shared,
        judged: Mapping[Pair, Judged],
        model: Model,
        neighbours: Neighbours | None = None,
    ) -> None:
        self._ids = sorted(members.keys() | features.keys(), key=lambda each: each.int)
        self._numbers = {profile: at for at, profile in enumerate(self._ids)}
        self._features = [features.get(profile) for profile in self._ids]
        by_customer: dict[UUID, set[int]] = defaultdict(set)
        for profile, customer in members.items():
            by_customer[customer].add(self._numbers[profile])
        self._of = {number: some for some in by_customer.values() for number in some}
        self._shared = shared
        different = {pair: one for pair, one in judged.items() if one.verdict == "different"}
        self._different = set(self._numbered(different))
        self._model = model
        self._neighbours = neighbours or Neighbours()
        self._worth = worth_of(model)
        self._compared: dict[Numbers, Comparison] = {}

    def join(
        self, links: Mapping[Pair, Comparison], looked: Looked
    ) -> tuple[dict[Pair, Comparison], dict[Pair, Comparison]]:
        """Those of the links along which clusters join, and those for a person to look at.

        `looked` are all pairs looked at: those asked about tell who else it may be.
        """
        self._compared |= self._numbered(looked)
        contested = Contested(
            self._features,
            self._compared,
            self._comparison,
            self._parts,
            self._may_matter,
            self._neighbours,
        )
        numbered = self._numbered(links)
        rivals: dict[int, list[Numbers]] = defaultdict(list)
        for pair in numbered:
            for profile in pair:
                rivals[profile].append(pair)
        joined: dict[Pair, Comparison] = {}
        unsure: dict[Pair, Comparison] = {}
        for pair in sorted(numbered, key=lambda pair: (-numbered[pair].score, pair)):
            one, other = self._of[pair[0]], self._of[pair[1]]
            if one is other:
                continue
            link, named = numbered[pair], (self._ids[pair[0]], self._ids[pair[1]])
            held = (
                self._rival(pair, numbered, rivals)
                or contested.why(pair, link, one | other)
                or self._held(one, other)
            )
            if held:
                why, others = held
                unsure[named] = _held_back(link, why, tuple(self._ids[each] for each in others))
                continue
            joined[named] = link
            one |= other
            for profile in other:
                self._of[profile] = one
        return joined, unsure

    def of(self, profiles: Iterable[UUID]) -> list[set[UUID]]:
        """The clusters, as they are by now, that these profiles belong to; each once."""
        found = (self._of[self._numbers[profile]] for profile in profiles)
        each = {id(some): some for some in found}.values()
        return [{self._ids[number] for number in some} for some in each]

    def within(self, members: set[UUID]) -> tuple[dict[Pair, Comparison], set[Pair]]:
        """Every two of one customer compared; and those of them that contradict each other."""
        near = {self._numbers[profile] for profile in members}
        known = sorted(number for number in near if self._features[number])
        every: dict[Pair, Comparison] = {}
        against: set[Pair] = set()
        for pair in combinations(known, 2):
            named = self._ids[pair[0]], self._ids[pair[1]]
            every[named] = self._comparison(pair)
            if self._parts(pair, near):
                against.add(named)
        return every, against

    def _numbered(self, pairs: Mapping[Pair, _T]) -> dict[Numbers, _T]:
        """Those of which we know both."""
        at = self._numbers.get
        found = (((at(left), at(right)), one) for (left, right), one in pairs.items())
        return {
            (left, right): one
            for (left, right), one in found
            if left is not None and right is not None
        }

    def _held(self, one: set[int], other: set[int]) -> Held | None:
        """A member that contradicts one of the other side, or too few of them that agree."""
        if len(one) + len(other) > weights.CLUSTER_CAP:
            return "too many entries", ()
        crossing = sorted((min(a, b), max(a, b)) for a in one for b in other)
        if said := next((pair for pair in crossing if pair in self._different), None):
            return "said to be different", said
        compared = [self._comparison(pair) for pair in crossing if self._are_known(pair)]
        if apart := next((pair for pair in crossing if self._parts(pair, one | other)), None):
            return "two entries contradict", apart
        agreeing = sum(c.agrees or c.identified for c in compared)
        return None if agreeing * 2 >= len(compared) else ("few entries agree", ())

    def _rival(
        self,
        pair: Numbers,
        links: Mapping[Numbers, Comparison],
        rivals: Mapping[int, list[Numbers]],
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

    def _contradict(self, one: set[int], other: set[int], near: set[int]) -> bool:
        crossing = [(min(a, b), max(a, b)) for a in one for b in other]
        return any(pair in self._different or self._parts(pair, near) for pair in crossing)

    def _parts(self, pair: Numbers, near: set[int]) -> bool:
        """Whether the two contradict each other, and nothing near by explains it."""
        if not self._are_known(pair):
            return False
        comparison = self._comparison(pair)
        if not comparison.contradicts:
            return False
        return bool(set(comparison.vetoes) - _SHORT_FORMS) or not self._is_spelled_out(pair, near)

    def _is_spelled_out(self, pair: Numbers, near: set[int]) -> bool:
        """Whether two names that do not fit are short or mistyped forms of a third, a longer one.

        HANBIT PREC and Hanbit Precison differ; both are Hanbit Precision. The other way round it
        would explain away anything: HANBIT PREC is short for Hanbit Precast, too.
        """
        if any(self._known(profile).is_person for profile in pair):
            return False
        longest = max(map(self._length, pair))
        return any(
            full not in pair
            and self._length(full) >= longest
            and all(self._is_one_name(full, profile) for profile in pair)
            for full in near
            if self._features[full]
        )

    def _length(self, profile: int) -> int:
        names = self._known(profile).organisations
        return max((len("".join(name.glossed or name.words)) for name in names), default=0)

    def _is_one_name(self, one: int, other: int) -> bool:
        found = self._comparison((min(one, other), max(one, other)))
        return found.has("name", _ONE_NAME) and not found.vetoes

    def _may_matter(self, pair: Numbers) -> bool:
        if pair in self._compared:
            return True
        return self._worth.may_matter(self._known(pair[0]), self._known(pair[1]))

    def _comparison(self, pair: Numbers) -> Comparison:
        found = self._compared.get(pair)
        if found is None:
            left, right = self._known(pair[0]), self._known(pair[1])
            found = compare(left, right, self._shared.between(left, right), self._model)
            self._compared[pair] = found
        return found

    def _are_known(self, pair: Numbers) -> bool:
        return self._features[pair[0]] is not None and self._features[pair[1]] is not None

    def _known(self, profile: int) -> Features:
        found = self._features[profile]
        assert found is not None  # nobody asks of whom nothing is known
        return found


def _rivalry(link: Comparison) -> float:
    """In bits of the link's scale: learnt weights have another one than those set by hand."""
    return AMBIGUOUS_WITHIN * link.scale.automatic


def _held_back(link: Comparison, why: str, others: tuple[UUID, ...]) -> Comparison:
    """A link that joins nobody by itself, with the reason that its own evidence does not show."""
    return replace(link, vetoes=(*link.vetoes, why), others=others)
