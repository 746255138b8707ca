"""Addresses: numbers, words of the street, postcode and place."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from concord.customers.normal import listed, places
from concord.customers.normal.korean import sound
from concord.customers.normal.text import latin
from concord.kernel.values import value

_NUMBER = re.compile(r"\d+[a-z]?")
_JOINED = re.compile(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z]{2})")
# Words that say what sort of way it is: they are written short, long or not at all.
SORTS: Final = listed(
    """
    street st str strasse straat road rd avenue ave av lane ln drive dr
    boulevard blvd way place pl court ct square sq parkway pkwy highway hwy
    terrace ter circle cir crescent cres circuit cct close grove parade
    esplanade crossing loop trail mews plaza weg allee platz gasse rue via calle piazza
    ulica ul ro gil daero dong gu si do lu jie duan hao xiang nong qu shi unit
    apt apartment apartments appt suite ste floor fl building bldg bld house
    haus no num number po box post office p o north south east west n s e w
    the of and near
    """
)
_NOWHERE: Final = {"anytown", "anycity", "nowhere", "unknown", "unbekannt", "none", "na", "n a",
                   "test", "tbd", "musterstadt", "city", "town", "xxx"}  # fmt: skip
_NO_STREETS: Final = _NOWHERE | {"123 main st", "123 main street", "main st", "main street",
                                 "1 main st", "street", "address", "musterstrasse 1"}  # fmt: skip
_NO_CODES: Final = {"12345", "123456", "54321"}
_SHORT_ENDS: Final = ("strasse", "straat", "daero", "gasse", "platz", "allee", "str", "weg", "ro")


@value
class Address:
    numbers: frozenset[str]
    words: frozenset[str]
    postcode: str
    city: str
    street: str = ""  # its words in their order, joined
    house: str = ""  # the smallest number beside the postcode: how two spellings find each other


@lru_cache(65_536)
def address(street: str, city: str, postcode: str, whole: str) -> Address | None:
    """What can be compared of an address; None where there is nothing."""
    street, city, postcode = _without_fillers(street, city, postcode)
    street_words = _JOINED.sub(" ", latin(street)).split()
    whole_words = _JOINED.sub(" ", latin(whole)).split()
    code = re.sub(r"[^0-9a-z]", "", latin(postcode))
    if len(code) == 9 and code.isdigit():
        code = code[:5]  # ZIP+4
    if not code:
        code = _postcode(whole_words) or _postcode(street_words)
    numbers = frozenset(w for w in street_words + whole_words if _NUMBER.fullmatch(w)) - {code}
    stems = [stem for word in street_words + whole_words if (stem := _stem(word))]
    words = frozenset(stems)
    place = places.city(latin(city))
    if not (numbers or words or code or place):
        return None
    house = min(numbers, key=lambda number: (len(number), number), default="")
    return Address(numbers, words, code, place, "".join(stems), house)


def _without_fillers(street: str, city: str, postcode: str) -> tuple[str, str, str]:
    """Without what is typed where a form wants an address: 123 Main St, Anytown 12345."""
    code = latin(postcode)
    is_no_code = bool(code) and (len(set(code)) == 1 or code in _NO_CODES)
    is_no_street = latin(street) in _NO_STREETS and (not code or is_no_code)
    if latin(city) in _NOWHERE:
        is_no_street, is_no_code, city = True, True, ""
    return "" if is_no_street else street, city, "" if is_no_code and is_no_street else postcode


def _stem(word: str) -> str:
    """`Hardenbergstraße`, `Hardenbergstr.` and `Hardenberg Str` have one stem."""
    if word in SORTS or _NUMBER.fullmatch(word) or len(word) < 2:
        return ""
    for end in _SHORT_ENDS:
        if word.endswith(end) and len(word) - len(end) >= 3:
            word = word.removesuffix(end)
            break
    return sound(word)


def _postcode(words: list[str]) -> str:
    """A postcode that stands within a whole address: its last number of five or six figures."""
    found = [word for word in words if word.isdigit() and len(word) in {5, 6}]
    return found[-1] if found else ""
