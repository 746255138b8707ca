"""Dates of birth as people write them."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Final

_MONTHS: Final = {
    "jan": 1,
    "feb": 2,
    "mar": 3,
    "apr": 4,
    "may": 5,
    "jun": 6,
    "jul": 7,
    "aug": 8,
    "sep": 9,
    "oct": 10,
    "nov": 11,
    "dec": 12,
}
# What systems write of whom they know no birthday: the first days of their calendars, and the last.
_NO_DAY: Final = frozenset(
    {(1, 1, 1), (1111, 11, 11), (1753, 1, 1), (1800, 1, 1), (1899, 12, 30), (1899, 12, 31)}
    | {(1900, 1, 1), (1901, 1, 1), (1970, 1, 1), (2099, 12, 31), (2999, 12, 31), (9999, 12, 31)}
)
_PARTS = re.compile(r"\d+|[A-Za-z]+")
_CENTURY: Final = 27  # a year of two figures from here on is one of the last century


@lru_cache(65_536)
def birth_date(text: str) -> date | None:
    """ISO, or one of the usual spellings; 3/4/1970 is read as in America (the swap is near)."""
    parts = _PARTS.findall(text.partition("T")[0])
    if len(parts) == 1 and len(parts[0]) == 8:
        parts = [parts[0][:4], parts[0][4:6], parts[0][6:]]
    if len(parts) < 3:
        return None
    parts = parts[:3]
    named = [part for part in parts if part[:3].lower() in _MONTHS]
    if named:
        day, year = (part for part in parts if part != named[0])
        return _date(year, str(_MONTHS[named[0][:3].lower()]), day)
    if len(parts[0]) == 4:
        return _date(*parts)
    first, second, year = parts
    if "." in text or (first.isdigit() and int(first) > 12):
        first, second = second, first
    return _date(year, first, second)


def _date(year: str, month: str, day: str) -> date | None:
    try:
        number = int(year)
        if len(year) <= 2:
            number += 1900 if number >= _CENTURY else 2000
        found = date(number, int(month), int(day))
        return None if (found.year, found.month, found.day) in _NO_DAY else found
    except ValueError:
        return None


def near(left: date, right: date) -> bool:
    """One slip apart: day and month swapped, or one figure wrong, or two neighbours exchanged."""
    if left.year == right.year and left.month == right.day and left.day == right.month:
        return True
    if left.year != right.year and left.month != right.month and left.day != right.day:
        return False  # two neighbours are of two parts at most: most dates are told apart by this
    a, b = (day.isoformat().replace("-", "") for day in (left, right))  # of any year eight figures
    wrong = [place for place in range(8) if a[place] != b[place]]
    if len(wrong) == 1:
        return True
    exchanged = len(wrong) == 2 and wrong[1] == wrong[0] + 1
    return exchanged and a[wrong[0]] == b[wrong[1]] and a[wrong[1]] == b[wrong[0]]
