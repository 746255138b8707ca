"""Phones, mailboxes and domains that so many have that they are nobody's own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from concord.customers.matching import blocking, weights
from concord.customers.matching.features import Features
from concord.customers.normal import phones
from concord.customers.normal.korean import sound

_T = TypeVar("_T")


@dataclass(slots=True)
class Shared:
    """Values shared among persons, and among organisations: a company's switchboard is its own,
    though all its people have it."""

    people: set[str] = field(default_factory=set)
    organisations: set[str] = field(default_factory=set)

    def between(self, left: Features, right: Features) -> set[str]:
        return self.people if left.is_person and right.is_person else self.organisations

    @classmethod
    def among(
        cls,
        features: Mapping[UUID, Features],
        holders: Mapping[int, Collection[UUID]],
        asked: Collection[Features],
    ) -> Shared:
        """Of all that is known; `holders` are of the blocking keys of those who are `asked` about,
        so that what none of those has is shared among none."""
        held = many(holders, asked)
        return cls.of(features, held, asked) if held else cls()

    @classmethod
    def of(
        cls,
        features: Mapping[UUID, Features],
        held: Mapping[str, Collection[UUID]],
        asked: Collection[Features],
    ) -> Shared:
        """The same of keys that `many` hold."""
        found, values = cls(), _values(asked, held)
        crowds = {key for key, having in held.items() if len(having) > weights.BLOCK_CAP}
        for key, some in (_values(features.values(), crowds) if crowds else {}).items():
            values[key] |= some  # nobody knows who else has it
        for key, having in held.items():
            known = [of for each in having if (of := features.get(each)) is not None]
            values[key].update(*_values(known, {key}).values())
            people = {identity(of) for of in known if of.is_person} - {""}
            if key in crowds or len(people) > weights.SHARED_BY:
                found.people |= values[key]
            organisations = {identity(of) for of in known if not of.is_person} - {""}
            if key in crowds or len(organisations) > weights.SHARED_BY:
                found.organisations |= values[key]
        return found


def _values(known: Iterable[Features], keys: Collection[str]) -> dict[str, set[str]]:
    """What those have who share one of these keys."""
    found: dict[str, set[str]] = defaultdict(set)
    for of in known:
        for value, key in contacts(of):
            if key in keys:
                found[key].add(value)
    return found


def many(
    holders: Mapping[int, Collection[_T]], asked: Iterable[Features]
) -> dict[str, Collection[_T]]:
    """Keys of theirs that more have than a household has people, and who has each."""
    keys = {key for of in asked for _, key in contacts(of)}
    held = {key: holders.get(blocking.hashed(key), ()) for key in keys}
    return {key: having for key, having in held.items() if len(having) > weights.SHARED_BY}


def contacts(of: Features) -> set[tuple[str, str]]:
    """Each value with the blocking key that its holders share."""
    return (
        {(number, f"phone {phones.tail(number)}") for number in of.phones}
        | {(mailbox, f"email {mailbox}") for mailbox in of.emails}
        | {(site, f"domain {site}") for site in of.domains}
    )


def identity(of: Features) -> str:
    """Roughly who it is: profiles of one customer have one, in spite of their spellings."""
    for person in of.people:
        if person.words:
            return f"{person.words[0][0]} {sound(person.words[-1])[:3]}"
    for name in of.organisations:
        words = name.glossed or name.words
        if words:
            return sound(words[0])[:3]
    return ""
