"""Links that may lead to either of two: what several share says nothing about one of them.

Father and son of one name in one house, a company and its successor, the stores of one brand
behind one hotline: an entry that says no more than what they have in common may be any of them,
and two such entries may be one each. Such a link is for a person, however high it scores.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from itertools import chain, combinations
from typing import Final
from uuid import UUID

from concord.customers.matching import blocking, weights
from concord.customers.matching.compare import Comparison, name_level
from concord.customers.matching.features import Features
from concord.customers.matching.names import people_level
from concord.customers.normal import dates, phones

Pair = tuple[int, int]  # two profiles by their numbers, the lower one first
# Why a link joins nobody, as `customers.words` says it, and the entries because of which.
Held = tuple[str, tuple[int, ...]]
_ONE_NAME: Final = {"same", "native", "swapped", "meaning", "near", "misspelt", "variant", "alike"}
_UNREAD: Final = {"other script", "sound"}
CROWD: Final = 3  # pairs under one roof for each who may be meant
_SOFT: Final = {"name differs", "legal form differs", "country differs", "kind differs"}


class Neighbours:
    """Under which roofs profiles live, and how they are called: told once of each, and ahead of
    time where one waits for something else."""

    def __init__(self) -> None:
        self._roofs: dict[int, frozenset[str]] = {}
        self._called: dict[int, frozenset[str]] = {}

    def meet(self, some: Iterable[Features]) -> None:
        for of in some:
            self.roofs(of)
            self.called(of)

    def forget(self, profile: UUID) -> None:
        """It says something else by now."""
        self._roofs.pop(profile.int, None)
        self._called.pop(profile.int, None)

    def roofs(self, of: Features) -> frozenset[str]:
        found = self._roofs.get(of.id.int)
        if found is None:
            found = self._roofs[of.id.int] = frozenset(_roofs(of))
        return found

    def called(self, of: Features) -> frozenset[str]:
        found = self._called.get(of.id.int)
        if found is None:
            found = self._called[of.id.int] = frozenset(blocking.called(of))
        return found


class Contested:
    """Of profiles that are looked at together, each by its place in `features`; None of those of
    whom nothing is known. `parts(pair, near)` says whether two of them contradict each other and
    nothing near explains it, `matters(pair)` whether comparing them may show that they are one, or
    worth a question."""

    def __init__(
        self,
        features: Sequence[Features | None],
        compared: Mapping[Pair, Comparison],
        compare: Callable[[Pair], Comparison],
        parts: Callable[[Pair, set[int]], bool],
        matters: Callable[[Pair], bool],
        neighbours: Neighbours,
    ) -> None:
        self.features = {at: of for at, of in enumerate(features) if of is not None}
        self._compare = compare
        self._parts = parts
        self._matters = matters
        self._neighbours = neighbours
        self._perhaps: dict[int, set[int]] = defaultdict(set)
        for (one, other), comparison in compared.items():
            if _may_be(comparison):
                self._perhaps[one].add(other)
                self._perhaps[other].add(one)

    def why(self, pair: Pair, link: Comparison, sides: set[int]) -> Held | None:
        """`sides` are the profiles of both clusters that the link would join."""
        if link.identified:
            return None
        if self._is_one_of_many(pair, link):
            return "shared in many houses", ()
        two = self._either(sides)
        if two is None:
            return None
        return "two entries contradict" if set(two) <= sides else "may be either", two

    def _is_one_of_many(self, pair: Pair, link: Comparison) -> bool:
        """Whether a line, a mailbox or a domain that they share is had in many houses, and they
        are not said to be of one."""
        one, other = (self.features[profile] for profile in pair)
        if one.is_person or other.is_person:
            return False
        elsewhere = link.has("place", {"differs", "district"})
        if link.has("address", {"same"}) and not elsewhere:
            return False
        common = set(_lines(one)) & set(_lines(other))
        if not common:
            return False
        houses: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for of in self.features.values():
            if (place := of.address) and (house := place.house):
                for line in common.intersection(_lines(of)):
                    houses[line].add((house, place.postcode))
        return any(len(some) >= weights.SHARED_BY for some in houses.values())

    def _either(self, sides: set[int]) -> Pair | None:
        """Two of whom they may be, that contradict each other and live under one roof."""
        known = sides & self.features.keys()
        near = known.union(*(self._perhaps[profile] for profile in sides))
        firms = [profile for profile in known if not self.features[profile].is_person]
        housed = near & self._housed(firms) if firms else set[int]()
        near = near.union(*(self._perhaps[profile] for profile in housed))
        mates = self._mates(known) - near
        meant = _Meant(self, near & self.features.keys(), mates, sorted(known))
        pairs = self._under_one_roof(meant.candidates)
        # Of few, most do not contradict each other; of a crowd in one house, most are not meant.
        is_crowd = len(pairs) > CROWD * len(meant.candidates)
        for two in pairs:
            are_firms = not any(self.features[one].is_person for one in two)
            if (is_crowd or are_firms) and not all(map(meant.is_near, two)):
                continue
            near = meant.firms if are_firms else set()  # what may explain two names
            if self._are_two(two, near) and all(map(meant.is_near, two)):
                return two
        # Whose name is of a script that we read roughly or not at all: it may be theirs.
        for two in filter(mates.issuperset, pairs):
            if is_crowd and not all(map(meant.may_be_near, two)):
                continue
            if self._are_namesakes(two) and all(map(meant.may_be_near, two)):
                return two
        return None

    def _under_one_roof(self, profiles: Iterable[int]) -> list[Pair]:
        """Each two of them, in their order."""
        under: dict[str, list[int]] = defaultdict(list)
        for profile in sorted(profiles):
            for roof in self._neighbours.roofs(self.features[profile]):
                under[roof].append(profile)
        return sorted({two for some in under.values() for two in combinations(some, 2)})

    def _are_two(self, pair: Pair, near: set[int]) -> bool:
        """Whether they contradict each other; and where there is a junior, there was a senior."""
        one, other = (self.features[profile] for profile in pair)
        if one.is_person and other.is_person and not _may_be_two(one, other):
            return False
        if self._parts(pair, near):
            return True
        comparison = self._compare(pair)
        return "suffix on one side" in comparison.vetoes or _is_reached_elsewhere(comparison)

    def _are_namesakes(self, pair: Pair) -> bool:
        """Whether a number, a date or a generation parts two of one name."""
        if not _is_of_its_own(*(self.features[profile] for profile in pair)):
            return False
        comparison = self._compare(pair)
        return _is_hard(comparison) and comparison.has("name", _ONE_NAME)

    def is_near(self, mate: int, names: Mapping[int, str]) -> bool:
        """Whether it may be one of the sides, of which `names` says how alike they are called; or
        bears the name of one that it is not, and nothing but a slip in the name speaks against the
        other."""
        are_people = all(self.features[one].is_person for one in (mate, *names))
        if not are_people and any(self._is_beginning(mate, one) for one in names):
            return True
        if _ONE_NAME.isdisjoint(names.values()):
            return False
        born = self.features[mate].birth_date  # nothing explains away another birthday
        parted = {one for one in names if _is_another_birthday(born, self.features[one].birth_date)}
        pairs = {one: _ordered(mate, one) for one in names if one not in parted}
        if any(self._matters(pair) and _may_be(self._compare(pair)) for pair in pairs.values()):
            return True
        parted |= {one for one, pair in pairs.items() if self._are_numbered_apart(pair)}
        return len(parted) < len(names) and any(names[one] in _ONE_NAME for one in parted)

    def _are_numbered_apart(self, pair: Pair) -> bool:
        """Whether a number or a generation parts them: where none is another, there is nothing to
        compare."""
        one, other = (self.features[profile] for profile in pair)
        return _is_numbered_otherwise(one, other) and _is_hard(self._compare(pair))

    def _is_beginning(self, one: int, other: int) -> bool:
        """Whether the shorter name is as long as the field of a system, and how the other begins:
        words that tell a group's companies apart, and legal forms, stand at the end."""
        names = self.features[one].organisations + self.features[other].organisations
        if not names or not min(names, key=lambda name: len(name.joined)).is_full:
            return False
        comparison = self._compare(_ordered(one, other))
        begins = comparison.has("name", {"extended"} | _ONE_NAME)
        return begins and not any(map(_is_of_a_number, comparison.vetoes))

    def names(self, mate: int, sides: Iterable[int]) -> dict[int, str]:
        """The level of its name and that of each side, as comparing all of both would find it."""
        pairs = {one: _ordered(mate, one) for one in sides}
        return {one: name_level(*map(self.features.__getitem__, pairs[one])) for one in pairs}

    def _mates(self, profiles: Iterable[int]) -> set[int]:
        """All who share a roof or a name with one of them; one that very many share is none."""
        called = self._neighbours.called
        names = set(chain.from_iterable(called(self.features[profile]) for profile in profiles))
        each = ((at, called(of)) for at, of in self.features.items())
        return self._housed(profiles) | _sharing(names, each)

    def _housed(self, profiles: Iterable[int]) -> set[int]:
        roofs = self._neighbours.roofs
        wanted = set(chain.from_iterable(roofs(self.features[profile]) for profile in profiles))
        return _sharing(wanted, ((at, roofs(of)) for at, of in self.features.items()))


class _Meant:
    """Who may be meant beside the sides: those who are `near` already, and of their mates those who
    turn out to be."""

    def __init__(
        self, contested: Contested, near: set[int], mates: set[int], sides: Sequence[int]
    ) -> None:
        self._contested = contested
        self._near = near
        self._mates = mates
        self._sides = sides
        self._found: dict[int, bool] = {}
        self._names: dict[int, Mapping[int, str]] = {}

    @property
    def candidates(self) -> set[int]:
        return self._near | self._mates

    @cached_property
    def firms(self) -> set[int]:
        """The companies among them."""
        known = self._contested.features
        return {one for one in self.candidates if not known[one].is_person and self.is_near(one)}

    def is_near(self, one: int) -> bool:
        if one in self._near:
            return True
        found = self._found.get(one)
        if found is None:
            found = self._found[one] = self._contested.is_near(one, self._called(one))
        return found

    def may_be_near(self, one: int) -> bool:
        """Whether nobody can read that its name is another."""
        return not self.is_near(one) and not _UNREAD.isdisjoint(self._called(one).values())

    def _called(self, one: int) -> Mapping[int, str]:
        found = self._names.get(one)
        if found is None:
            found = self._names[one] = self._contested.names(one, self._sides)
        return found


def _sharing(wanted: set[str], having: Iterable[tuple[int, Iterable[str]]]) -> set[int]:
    """Who has one of those that are wanted, but for what very many have."""
    by_what: dict[str, list[int]] = defaultdict(list)
    for profile, some in having:
        for each in wanted.intersection(some):
            by_what[each].append(profile)
    return set(chain.from_iterable(s for s in by_what.values() if len(s) <= weights.BLOCK_CAP))


def _ordered(one: int, other: int) -> Pair:
    return (one, other) if one < other else (other, one)


def _may_be(comparison: Comparison) -> bool:
    """Whether it goes by the same name and a person would be asked at least."""
    if comparison.contradicts or not comparison.has("name", _ONE_NAME):
        return False
    return comparison.is_automatic or comparison.is_for_review


def _is_reached_elsewhere(comparison: Comparison) -> bool:
    """Whether two persons have neither a mailbox nor a phone in common, and nobody knows when they
    were born."""
    return all(comparison.has(field, {"differs"}) for field in ("phone", "email")) and (
        "nothing of their own agrees" in comparison.vetoes
    )


def _may_be_two(one: Features, other: Features) -> bool:
    """Whether anything of two persons may contradict: most of one name in one house are one, and
    that need not be weighed."""
    if _is_of_its_own(one, other) or people_level(one.people, other.people)[1]:
        return True
    is_reached = bool(one.phones and other.phones and one.emails and other.emails)
    return is_reached and one.emails.isdisjoint(other.emails)


def _is_of_its_own(one: Features, other: Features) -> bool:
    """Whether a number, a date or a generation of theirs is not the same."""
    is_other_day = _is_another_birthday(one.birth_date, other.birth_date)
    return is_other_day or _is_numbered_otherwise(one, other)


def _is_another_birthday(one: date | None, other: date | None) -> bool:
    if one is None or other is None or one == other:
        return False
    return not dates.near(one, other)


def _is_numbered_otherwise(one: Features, other: Features) -> bool:
    """Whether a number or a generation that both have is not the same."""
    if any(one.ids[scheme] != other.ids[scheme] for scheme in one.ids.keys() & other.ids.keys()):
        return True
    a, b = ({name.generation for name in of.people} - {""} for of in (one, other))
    return bool(a and b) and a.isdisjoint(b)


def _is_hard(comparison: Comparison) -> bool:
    """A number, a date or a generation parts them, not the spelling of their names."""
    return any(map(_is_of_a_number, comparison.vetoes))


def _is_of_a_number(veto: str) -> bool:
    return veto.endswith(" differs") and veto not in _SOFT


def _lines(of: Features) -> Iterator[str]:
    for number in of.phones:
        yield f"phone {phones.tail(number)}"
    for mailbox in of.emails:
        yield f"email {mailbox}"
    if not of.is_person:
        for site in of.domains:
            yield f"domain {site}"


def _roofs(of: Features) -> Iterator[str]:
    yield from _lines(of)
    place = of.address
    if place and (house := place.house):
        if place.postcode:
            yield f"house {house} {place.postcode}"
        for word in place.words:
            yield f"house {house} {word}"
