"""Blocking keys: hashed values, some seven a profile, by which candidates are found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import Final

from concord.customers.matching.features import Features
from concord.customers.normal import emails, phones, spoken
from concord.customers.normal.addresses import Address
from concord.customers.normal.korean import sound
from concord.customers.normal.names import OrganisationName, PersonName

_UMLAUT = re.compile("([aou])e")
# What two profiles that share a key have in common by that alone, by the first word of the key.
FIELDS: Final[Mapping[str, frozenset[str]]] = {
    "phone": frozenset({"phone"}),
    "email": frozenset({"email", "domain"}),
    "domain": frozenset({"email", "domain"}),
    "tax_id": frozenset({"tax_id"}),
    "registration_id": frozenset({"registration_id"}),
    "id": frozenset({"id"}),
    "native": frozenset({"name"}),
    "name": frozenset({"name"}),
    "company": frozenset({"name"}),
    "start": frozenset({"name"}),
    "born": frozenset({"name", "birth_date"}),
    "birth": frozenset({"birth_date"}),
    "lives": frozenset({"name", "address"}),
    "door": frozenset({"address"}),
    "house": frozenset({"address", "place"}),
    "near": frozenset({"name", "address", "place"}),
    "in": frozenset({"name", "place"}),
    "at": frozenset({"name", "place"}),
}


def families(left: Features, right: Features) -> frozenset[frozenset[str]]:
    """By which fields two profiles are candidates; empty where they are none."""
    common = set(named(left)).intersection(named(right))
    return frozenset(FIELDS[key.partition(" ")[0]] for key in common)


def keys(of: Features) -> set[int]:
    """Hashed, so that a table of them gives nothing away and all are eight bytes."""
    return {hashed(key) for key in named(of)}


@lru_cache(65_536)
def hashed(key: str) -> int:
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "big", signed=True)


def named(of: Features) -> Iterator[str]:
    for number in of.phones:
        yield f"phone {phones.tail(number)}"
    for mailbox in of.emails:
        yield f"email {mailbox}"
    for scheme, number in of.ids.items():
        yield f"{scheme} {number}"
    if of.is_person:
        yield from _of_person(of)
    else:
        yield from _of_organisation(of)


def called(of: Features) -> Iterator[str]:
    """The keys by which those of one name find each other: persons, and firms of a script."""
    for person in of.people:
        if person.native and of.is_person:
            yield f"native {person.native}"
        for whole in person.sounds:
            yield f"name {whole}"
    for firm in of.organisations:
        if firm.native:
            yield f"native {firm.native}"


def _of_person(of: Features) -> Iterator[str]:
    place = of.address
    yield from called(of)
    for name in of.people:
        if of.birth_date and name.family:
            yield f"born {of.birth_date.year} {_family(name)}"
        if place and place.house and name.words:
            for way in _ways(place):
                yield f"lives {place.house} {way[:4]} {_family(name)[:2]}"
    if of.birth_date:
        yield f"birth {of.birth_date.isoformat()}"
    yield from _near(of)
    if place and len(place.numbers) > 1:
        yield f"door {' '.join(sorted(place.numbers))}"  # in whichever script the street stands
    yield from house(of)


def house(of: Features) -> Iterator[str]:
    """The house that somebody lives in, where it is known."""
    place = of.address
    if place and place.house and place.postcode:
        yield f"house {place.house} {place.postcode}"


def _near(of: Features) -> Iterator[str]:
    """Beginnings of a word of the street, of the city and of one part of the name: of a card on
    which name, number and postcode all have a slip, some are whole."""
    place = of.address
    if place is None or not place.words:
        return
    city = place.city.replace(" ", "")[:4]
    ways = _ways(place)
    for name in of.people:
        for part in {_family(name), sound("".join(name.given))} - {""}:
            if city:
                for way in ways:
                    yield f"near {way[:4]} {city} {part[:3]}"
            if place.postcode:
                yield f"near {ways[0][:4]} {place.postcode} {part[:3]}"


def _family(name: PersonName) -> str:
    return spoken.family(name.given, name.family)


def _of_organisation(of: Features) -> Iterator[str]:
    yield from called(of)
    for mailbox in of.emails:
        if own := emails.domain(mailbox):
            yield f"domain {own}"
    for site in of.domains:
        yield f"domain {site}"
    place = of.address
    for name in of.organisations:
        yield from _of_name(name)
        first = _first(name)
        if place and first:
            if place.city:
                yield f"in {sound(place.city)} {first}"
            if place.postcode:
                yield f"at {place.postcode} {first[:4]}"
    yield from house(of)


def _of_name(name: OrganisationName) -> Iterator[str]:
    yield f"company {sound(name.joined)}"
    if (spelled := _UMLAUT.sub(r"\1", name.joined)) != name.joined:
        yield f"company {sound(spelled)}"  # Mueller und Soehne is Müller & Söhne
    if name.glossed:
        yield f"company {sound(''.join(name.glossed))}"
    start = name.words[:2]
    if len(start) == 2:
        yield f"start {sound(start[0])} {start[1][:3]}"
    if len(name.glossed) >= 2:
        yield f"start {sound(name.glossed[0])} {name.glossed[1][:3]}"


def _first(name: OrganisationName) -> str:
    words = name.glossed or name.words
    return sound(words[0]) if words else ""


def _ways(place: Address) -> list[str]:
    """The two longest words of a street: the others may stand in either of them, or be missing."""
    return sorted(place.words, key=lambda word: (-len(word), word))[:2]
