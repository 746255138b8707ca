"""Phones, mailboxes and domains that so many have that they are nobody's own."""

from __future__ import annotations

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

    @staticmethod
    def may_be_any(holders: Mapping[int, Collection[_T]], asked: Iterable[Features]) -> bool:
        """Whether `among` looks at what is known at all."""
        return bool(_of_many(holders, asked))

    @classmethod
    def among(
        cls,
        features: Mapping[UUID, Features],
        holders: Mapping[int, Collection[UUID]],
        asked: Iterable[Features],
    ) -> Shared:
        """Of all that is known; `holders` are of the blocking keys of those who are `asked` about,
        so that what none of those has is shared among none."""
        found, many = cls(), _of_many(holders, asked)
        if not many:
            return found
        values = {value for of in features.values() for value in contacts(of) if value[1] in many}
        for value, key in values:
            having = many[key]
            if len(having) > weights.BLOCK_CAP:
                found.people.add(value)
                found.organisations.add(value)
                continue
            people: set[str] = set()
            organisations: set[str] = set()
            for profile in having:
                of = features.get(profile)
                if of is not None:
                    (people if of.is_person else organisations).add(identity(of))
            if len(people - {""}) > weights.SHARED_BY:
                found.people.add(value)
            if len(organisations - {""}) > weights.SHARED_BY:
                found.organisations.add(value)
        return found


def _of_many(
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
