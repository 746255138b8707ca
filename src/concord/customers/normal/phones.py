"""Phone numbers: the national number, however the number was written."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import phonenumbers

SHORTEST: Final = 7  # figures: fewer are an extension
_DIGITS = re.compile(r"\D+")


@lru_cache(65_536)
def phone(text: str, country: str = "") -> str:
    """The national significant number, "" where there is none.

    A number without a country code is read as one of `country` (ISO alpha-2).
    """
    digits = _DIGITS.sub("", text)
    if not SHORTEST <= len(digits) <= 20:
        return ""
    try:
        parsed = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        return digits.lstrip("0")
    national = str(parsed.national_number)
    return national if len(national) >= SHORTEST else digits.lstrip("0")


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
