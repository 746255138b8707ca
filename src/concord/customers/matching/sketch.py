"""A sketch of a profile: what tells cheaply how alike two may be, at most (see `bound`).

Columns of DuckDB. Texts stand beside sets of bits, so that most pairs are told apart by a look
at two numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final
from zlib import crc32

from concord.customers.matching.features import Features
from concord.customers.normal import emails, ids, legal, phones
from concord.customers.normal.korean import sound
from concord.customers.normal.names import PersonName
from concord.customers.normal.nicknames import LINES
from concord.customers.normal.text import is_cjk

# What is known of a profile, and of each name of a person; the tables of a run.
SIDES: Final = {
    "n": "UINTEGER", "person": "BOOLEAN", "odd": "BOOLEAN",
    "people": "BOOLEAN", "alike": "VARCHAR", "alike_set": "BIGINT", "forms": "VARCHAR",
    "birth": "UINTEGER", "mail": "BOOLEAN", "role": "BOOLEAN",
    "phone": "BOOLEAN", "tel": "VARCHAR", "short": "BOOLEAN", "contacts": "BIGINT",
    "domain": "BOOLEAN", "country": "VARCHAR", "tax": "VARCHAR", "tax_shape": "VARCHAR",
    "reg": "VARCHAR", "reg_shape": "VARCHAR", "schemes": "VARCHAR[]", "ids": "VARCHAR[]",
    "placed": "BOOLEAN", "numbers": "VARCHAR", "numbers_set": "BIGINT", "words": "UTINYINT",
    "street": "VARCHAR", "street_set": "BIGINT", "postcode": "VARCHAR", "city": "BOOLEAN",
}  # fmt: skip
NAMES: Final = {
    "n": "UINTEGER", "native": "VARCHAR", "is_unread": "BOOLEAN", "is_open": "BOOLEAN",
    "given": "VARCHAR", "given_sound": "VARCHAR", "given_set": "BIGINT",
    "first": "VARCHAR", "first_sound": "VARCHAR", "first_set": "BIGINT",
    "middle": "VARCHAR", "middle_sound": "VARCHAR", "middle_set": "BIGINT",
    "family": "VARCHAR", "family_sound": "VARCHAR", "family_set": "BIGINT",
    "is_double": "BOOLEAN", "kin": "VARCHAR", "kin_set": "BIGINT", "given_bit": "BIGINT",
    "lines": "VARCHAR", "lines_set": "BIGINT",
    "words": "VARCHAR", "words_set": "BIGINT", "more": "UTINYINT",
}  # fmt: skip
WORDS: Final = {
    "n": "UINTEGER", "bit": "UINTEGER", "every": "UINTEGER",
    "is_open": "BOOLEAN", "is_told": "BOOLEAN",
    "start": "UINTEGER", "letters": "BIGINT", "size": "UTINYINT", "sound": "VARCHAR",
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
        bool(of.people),
        *_several(_alike(of)),
        " ".join(sorted(set[str]().union(*(name.forms for name in of.organisations)))) or None,
        of.birth_date and int(of.birth_date.isoformat().replace("-", ""), 16),
        bool(of.emails),
        any(map(emails.is_role, of.emails)),
        bool(of.phones),
        next(iter(of.phones)) if len(of.phones) == 1 else None,
        any(len(number) < phones.SHORTEST for number in of.phones),
        any_of([*map(phones.tail, of.phones), *of.emails, *of.domains]),
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


def _alike(of: Features) -> set[str]:
    """Whole names: two that have one in common agree in it, and nothing speaks against that.

    Nobody knows so of senior and junior, of two in one name, nor of a company whose name is cut.
    """
    if of.is_person:
        if any(name.generation or name.is_two for name in of.people):
            return set()
        return {_whole(name) for name in of.people} - {""}
    if any(name.cut for name in of.organisations):
        return set()
    return {name.joined for name in of.organisations if name.joined and not name.glossed}


def _whole(name: PersonName) -> str:
    if is_cjk(name.native):
        return name.native
    both = name.family and any(len(word) > 1 for word in name.given)
    return f"{'_'.join(name.given)},{'_'.join(name.family)}" if both else ""


def names(number: int, of: Features) -> Iterable[tuple[Any, ...]]:
    """Rows of NAMES: those that can be compared as a person's."""
    return [_name(number, name) for name in of.people if name.words]


def _name(number: int, name: PersonName) -> tuple[Any, ...]:
    given, family = "".join(name.given), "".join(name.family)
    first = name.given[0] if name.given else ""
    middle = name.given[1] if len(name.given) > 1 and name.given[1] not in LINES else ""
    lines = [str(line) for line in LINES.get(first, ())]
    words = set(name.words)
    return (
        number,
        name.native if is_cjk(name.native) else None,
        bool(name.native) and not is_cjk(name.native),
        not given or not family,
        *(given, sound(given), letters(given)),
        *(first, sound(first), letters(first)),
        *((middle, sound(middle), letters(middle)) if middle else (None, None, 0)),
        *(family, sound(family), letters(family)),
        len(name.family) > 1 or bool(name.family and name.family[0] in LINES),
        *_several({*name.families, *name.family, family} - {""}),
        any_of([given]),
        *_several(lines),
        *_several(words),
        min(len(words), 255),
    )


def words(number: int, of: Features) -> Iterable[tuple[Any, ...]]:
    """Rows of WORDS: of what is compared as a company's name each word, each of another meaning of
    it with the same bit, and all of them as one word with none.

    `every` are the bits of a name that must agree, all but those of countries and legal forms;
    `is_told`: it says a place or a part of a group, too. `is_open`: more may agree than words, in
    another script.
    """
    called = [name.words for name in of.organisations] or [name.words for name in of.people]
    own = called[0][:32] if called else ()
    meant = [legal.SYNONYMS.get(word, word) for word in own]
    every = sum(1 << at for at, word in enumerate(own) if word not in _BESIDE)
    is_told = not _TELLING.isdisjoint([*own, *meant])
    is_open = len(called) != 1 or not every or any(name.glossed for name in of.organisations)
    return [
        (number, bit, every, is_open, is_told, ord(word[0]), letters(word), min(len(word), 255),
         sound(word))
        for bit, word in [
            (0, "".join(own) or "-"),
            *{(1 << at, word) for some in (own, meant) for at, word in enumerate(some)},
        ]
    ]  # fmt: skip


_BESIDE: Final = frozenset({*legal.COUNTRY_WORDS, *legal.FORMS})
_TELLING: Final = (
    legal.COUNTRY_WORDS.keys() | legal.ENTITY_WORDS | legal.CITY_WORDS | legal.FORMS.keys()
)


def _several(texts: Iterable[str]) -> tuple[str | None, int]:
    """Texts without blanks as one, each between blanks, and as a set of bits."""
    found = sorted(texts)
    return (f" {' '.join(found)} " if found else None), any_of(found)


@lru_cache(65_536)
def letters(text: str) -> int:
    """The letters of a text as a set of bits: two that differ in many are not alike."""
    found = 0
    for letter in text:
        found |= 1 << ord(letter) % 61
    return found


def any_of(texts: Iterable[str]) -> int:
    """Texts as a set of bits: without one in common, none of them is the same."""
    found = 0
    for text in texts:
        found |= 1 << crc32(text.encode()) % 63
    return found
