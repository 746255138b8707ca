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


def tail(national: str) -> str:
    """What two spellings of one number share at least: the key by which they find each other."""
    return national[-SHORTEST:]
