"""Who a person is to us: all ids and profiles; and which of their values are theirs alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from concord.customers.models import Customer, Membership, Profile, ProfileVersion
from concord.customers.normal.text import is_cjk, plain
from concord.customers.queries import current
from concord.customers.rights.registry import Person
from concord.customers.search import by_name, by_tokens, token_sets

_DIGITS: Final = re.compile(r"\d")
_SAID: Final = ("name", "name_native", "name_latin", "street", "address", "tax_id",
                "registration_id")  # fmt: skip


def person_of(customer_id: UUID) -> Person:
    """The customer of that id as they are today."""
    return _person(current(customer_id).id)


def persons_of(customer_ids: Iterable[UUID]) -> Person:
    """Several customers as one: the first id, and all that is kept of any of them."""
    found = [person_of(each) for each in dict.fromkeys(customer_ids)]
    return Person(
        found[0].id,
        tuple(sorted({each for one in found for each in one.customers})),
        tuple(sorted({each for one in found for each in one.profiles})),
    )


def _person(customer_id: UUID) -> Person:
    members = Membership.objects.filter(customer_id=customer_id, known_to=None)
    profiles = sorted(members.values_list("profile_id", flat=True))
    merged = Customer.objects.filter(merged_into=customer_id).values_list("id", flat=True)
    return Person(customer_id, (customer_id, *sorted(merged)), tuple(profiles))


def parted(person: Person) -> list[Customer]:
    """Customers with profiles that once were this customer's, and are not any more."""
    then = Membership.objects.filter(
        customer_id__in=person.customers, known_to__isnull=False
    ).exclude(profile_id__in=person.profiles)
    now = Membership.objects.filter(profile_id__in=then.values("profile_id"), known_to=None)
    customers = Customer.objects.filter(id__in=now.values("customer_id"), merged_into=None)
    return list(customers.filter(profile_count__gt=0).order_by("name_norm", "id"))


def words_of(person: Person) -> tuple[str, ...]:
    """Their values, as written, the longest first."""
    said = {word for data in _data(person) for word in _words(data)}
    return tuple(sorted(filter(_tells, said), key=lambda word: (-len(word), word)))


def own_words(person: Person) -> tuple[str, ...]:
    """Those by which no other customer is found: a name that another one bears too, or the
    switchboard, is looked for nowhere else."""
    return tuple(word for word in words_of(person) if not _is_anothers(word, person))


def keys_of(person: Person) -> Mapping[int, tuple[str, ...]]:
    keys: dict[int, tuple[str, ...]] = {}
    rows = Profile.objects.filter(id__in=person.profiles).values_list("source_id", "key")
    for source, key in rows:
        keys[source] = (*keys.get(source, ()), key)
    return keys


def _data(person: Person) -> Iterator[Mapping[str, Any]]:
    yield from Profile.objects.filter(id__in=person.profiles).values_list("data", flat=True)
    versions = ProfileVersion.objects.filter(profile_id__in=person.profiles)
    yield from versions.values_list("data", flat=True)


def _words(data: Mapping[str, Any]) -> Iterator[str]:
    for name in _SAID:
        if data.get(name):
            yield str(data[name])
    for name in ("name", "name_latin"):
        yield from _turned(str(data.get(name) or ""))
    for name in ("phones", "emails"):
        yield from map(str, data.get(name, ()))
    yield from map(str, data.get("ids", {}).values())
    given, family = str(data.get("given_name") or ""), str(data.get("family_name") or "")
    if given and family:
        yield from (f"{given} {family}", f"{family} {given}")


def _turned(name: str) -> Iterator[str]:
    """A name with its last word first, as lists have it; a comma between them does not matter."""
    first, _, last = name.strip().rpartition(" ")
    if first and not is_cjk(name):
        yield f"{last} {first.rstrip(',')}"


def _tells(word: str) -> bool:
    """Whether a text that has this word speaks of them: “Kim” or “12” does not say it."""
    if "@" in word or len(_DIGITS.findall(word)) >= 6:
        return True
    if is_cjk(word):
        return len(word) >= 3
    return len(word) >= 6 and " " in word


def _is_anothers(word: str, person: Person) -> bool:
    rows = dict(by_name(plain(word), 20))
    for wanted in token_sets(word, plain(word)):
        rows |= by_tokens(wanted)
    return bool(rows.keys() - set(person.customers))
