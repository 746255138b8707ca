"""Phone numbers: the national number, however the number was written."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final

import phonenumbers

SHORTEST: Final = 7  # figures: fewer are an extension
_DIGITS = re.compile(r"\D+")
_GROUP = re.compile(r"\([^()]+\)")
_PLAIN = re.compile(r"\+[0-9](?:[ ./()-]{0,3}[0-9])+")


@lru_cache(65_536)
def phone(text: str, country: str = "") -> str:
    """The national significant number, "" where there is none.

    A number without a country code is read as one of `country` (ISO alpha-2).
    """
    digits = _DIGITS.sub("", text)
    if not SHORTEST <= len(digits) <= 20 or _is_filler(digits):
        return ""
    national = _whole(text, digits) if text.startswith("+") else ""
    if not national:
        try:
            national = str(phonenumbers.parse(text, country or None).national_number)
        except phonenumbers.NumberParseException:
            return digits.lstrip("0")
    return national if len(national) >= SHORTEST else digits.lstrip("0")


def _is_filler(digits: str) -> bool:
    """Whether it is no number but what is typed where one is wanted: 000-0000000, 1234567890."""
    own = digits[-SHORTEST:]
    return len(set(own)) == 1 or (own in "01234567890" and digits[-10:] in "012345678901234567890")


def _whole(text: str, digits: str) -> str:
    """What the library reads of a number that comes whole and plainly, in a tenth of its time."""
    if not _PLAIN.fullmatch(text):
        return ""
    codes = _codes()
    code = next((digits[:size] for size in (1, 2, 3) if digits[:size] in codes), "")
    national = digits[len(code) :]
    is_plain = code and len(national) <= 17 and national[:1] not in codes[code]
    return national if is_plain else ""


@cache
def _codes() -> dict[str, frozenset[str]]:
    """By the code of a country the figures with which begins what may stand before a national
    number there (a 0, mostly); only of those where that is plain to see."""
    found = {}
    for code, (region, *_others) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items():
        said = phonenumbers.PhoneMetadata.metadata_for_region_or_calling_code(code, region)
        starts = _starts((said and said.national_prefix_for_parsing) or "0")
        if said and all(re.fullmatch("[0-9](?![?*{]).*", start) for start in starts):
            found[str(code)] = frozenset(start[0] for start in starts) | {"0"}
    return found


def _starts(pattern: str) -> list[str]:
    """What the regular expression may begin with: its alternatives, groups taken out."""
    while (less := _GROUP.sub("()", pattern)) != pattern:
        pattern = less
    return pattern.split("|")


@lru_cache(65_536)
def identity(text: str, country: str = "") -> tuple[str, str]:
    """What all spellings of one number share, its extension included, and the code of its country
    where that is written: another country may have the same number. ("", "") where there is none.
    """
    if not phone(text, country):
        return "", ""
    written = text.strip().removeprefix("(")
    is_whole = written.startswith(("+", "00"))
    try:
        parsed = phonenumbers.parse(re.sub("^00", "+", written), country or None)
    except phonenumbers.NumberParseException:
        return phone(text, country), ""
    number = f"{parsed.national_number} {parsed.extension or ''}".strip()
    return number, str(parsed.country_code) if is_whole else ""


def tail(national: str) -> str:
    """What two spellings of one number share at least: the key by which they find each other."""
    return national[-SHORTEST:]
