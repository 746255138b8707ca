"""Numbers by which somebody is registered: tax, register, passport, licence."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final

from stdnum import get_cc_module

_APART = re.compile(r"[^0-9A-Z]+")
_PLACEHOLDERS: Final = frozenset(
    {"NONE", "NULL", "UNKNOWN", "UNBEKANNT", "PENDING", "APPLIEDFOR", "NOTAVAILABLE", "EXEMPT"}
    | {"NICHTVORHANDEN", "TEST", "DUMMY", "XXXX", "078051120", "219099999", "111223333"}
)
_IN_ORDER: Final = ("01234567890123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
SHORTEST: Final = 4
_register: Final = cache(get_cc_module)  # it looks for the file of a missing one each time


@lru_cache(65_536)
def number(text: str) -> str:
    """Letters and figures alone; "" for what is filled in where there is none."""
    compact = _APART.sub("", text.upper())
    return "" if len(compact) < SHORTEST or is_filler(compact) else compact


def is_filler(compact: str) -> bool:
    """Whether it is no number but what is typed where one is wanted: 99999999, 000-00-0001."""
    figures = compact.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return (
        compact in _PLACEHOLDERS
        or len(set(compact)) == 1
        or len(set(figures)) == 1  # DE000000000
        or set(figures[:-1]) == {"0"}  # 000-00-0001
        or (len(compact) > SHORTEST and any(compact in some for some in _IN_ORDER))
    )


@lru_cache(65_536)
def tax_id(text: str, country: str = "") -> str:
    """A tax number without spaces, dots and the letters of its country."""
    compact = number(text)
    module = _register(country.lower(), "vat") if country and compact else None
    if module is not None and module.is_valid(compact):
        compact = number(str(module.compact(compact)))
    return compact.removeprefix(country) if country else compact


def shape(compact: str) -> str:
    """Two numbers of one shape are of one register: `DE129273398` and `HRB4711` are not."""
    return "".join("9" if c.isdigit() else "A" for c in compact)


def near(left: str, right: str) -> bool:
    """One slip apart: one figure wrong, or two neighbours exchanged."""
    if len(left) != len(right) or len(left) < 7:
        return False
    wrong = [place for place, (a, b) in enumerate(zip(left, right, strict=True)) if a != b]
    if len(wrong) == 1:
        return True
    exchanged = len(wrong) == 2 and wrong[1] == wrong[0] + 1
    return exchanged and left[wrong[0]] == right[wrong[1]] and left[wrong[1]] == right[wrong[0]]
