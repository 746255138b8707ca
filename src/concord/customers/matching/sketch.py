"""A sketch of a profile: what tells cheaply how alike two may be, at most (see `bound`).

Columns of DuckDB. Texts stand beside sets of 64 bits, so that most pairs are told apart by a look
at two numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final
from zlib import crc32

from concord.customers.matching.features import Features
from concord.customers.normal import ids, phones
from concord.customers.normal.korean import sound
from concord.customers.normal.names import PersonName
from concord.customers.normal.nicknames import LINES
from concord.customers.normal.text import is_cjk

# What is known of a profile, and of each name of a person; the tables of a run.
SIDES: Final = {
    "n": "UINTEGER", "person": "BOOLEAN", "odd": "BOOLEAN", "called": "UTINYINT",
    "birth": "VARCHAR", "mail": "BOOLEAN", "phone": "BOOLEAN", "short": "BOOLEAN",
    "domain": "BOOLEAN", "country": "VARCHAR", "tax": "VARCHAR", "tax_shape": "VARCHAR",
    "reg": "VARCHAR", "reg_shape": "VARCHAR", "schemes": "VARCHAR[]", "ids": "VARCHAR[]",
    "placed": "BOOLEAN", "numbers": "VARCHAR", "numbers_set": "UBIGINT", "words": "UTINYINT",
    "street": "VARCHAR", "street_set": "UBIGINT", "postcode": "VARCHAR", "city": "BOOLEAN",
}  # fmt: skip
NAMES: Final = {
    "n": "UINTEGER", "native": "VARCHAR", "is_unread": "BOOLEAN", "is_open": "BOOLEAN",
    "given": "VARCHAR", "given_sound": "VARCHAR", "given_set": "UBIGINT",
    "first": "VARCHAR", "first_sound": "VARCHAR", "first_set": "UBIGINT",
    "family": "VARCHAR", "family_sound": "VARCHAR", "family_set": "UBIGINT",
    "kin": "VARCHAR", "kin_set": "UBIGINT", "given_bit": "UBIGINT",
    "lines": "VARCHAR", "lines_set": "UBIGINT",
    "words": "VARCHAR", "words_set": "UBIGINT", "more": "UTINYINT",
}  # fmt: skip


def side(number: int, of: Features) -> tuple[Any, ...]:
    """A row of SIDES."""
    place = of.address
    tax, reg = of.ids.get("tax_id"), of.ids.get("registration_id")
    others = [scheme for scheme in of.ids if scheme.startswith("id ")]
    return (
        number,
        of.is_person,
        any(name.generation for name in of.people) and not of.is_person,
        sum(bool(name.words) for name in of.people),
        of.birth_date and of.birth_date.isoformat().replace("-", ""),
        bool(of.emails),
        bool(of.phones),
        any(len(number) < phones.SHORTEST for number in of.phones),
        bool(of.domains),
        of.country or None,
        tax,
        tax and ids.shape(tax),
        reg,
        reg and ids.shape(reg),
        others or None,
        [f"{scheme} {of.ids[scheme]}" for scheme in others] or None,
        place is not None,
        *(_several(place.numbers) if place else (None, 0)),
        min(len(place.words), 255) if place else 0,
        place.street if place else "",
        letters(place.street) if place else 0,
        (place.postcode or None) if place else None,
        bool(place and place.city),
    )


def names(number: int, of: Features) -> Iterable[tuple[Any, ...]]:
    """Rows of NAMES: of a person, those that can be compared."""
    return [_name(number, name) for name in of.people if name.words] if of.is_person else []


def _name(number: int, name: PersonName) -> tuple[Any, ...]:
    given, family = "".join(name.given), "".join(name.family)
    first = name.given[0] if name.given else ""
    lines = [str(line) for line in LINES.get(first, ())]
    words = set(name.words)
    return (
        number,
        name.native if is_cjk(name.native) else None,
        bool(name.native) and not is_cjk(name.native),
        not given or not family,
        *(given, sound(given), letters(given)),
        *(first, sound(first), letters(first)),
        *(family, sound(family), letters(family)),
        *_several({*name.families, *name.family, family} - {""}),
        any_of([given]),
        *_several(lines),
        *_several(words),
        min(len(words), 255),
    )


def _several(texts: Iterable[str]) -> tuple[str | None, int]:
    """Texts without blanks as one, each between blanks, and as a set of bits."""
    found = sorted(texts)
    return (f" {' '.join(found)} " if found else None), any_of(found)


@lru_cache(65_536)
def letters(text: str) -> int:
    """The letters of a text as a set of 64 bits: two that differ in many are not alike."""
    found = 0
    for letter in text:
        found |= 1 << (ord(letter) & 63)
    return found


def any_of(texts: Iterable[str]) -> int:
    """Texts as a set of 64 bits: without one in common, none of them is the same."""
    found = 0
    for text in texts:
        found |= 1 << (crc32(text.encode()) & 63)
    return found
