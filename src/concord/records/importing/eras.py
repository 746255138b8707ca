"""Dates whose years are counted from an era: Taiwan's Republic, Japan's emperors."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

# Three digits since 2011: 115/06/24, 1150624, 民國115年6月24日.
_ROC: Final = re.compile(
    r"(?:中華)?(?:民國|民国)?\s*(\d{2,3})"
    r"(?:\s*[年/.\-]\s*(\d{1,2})\s*[月/.\-]\s*(\d{1,2})\s*日?|(\d\d)(\d\d))"
)
_ROC_BEGAN: Final = 1911
# 令和6年5月1日, R06.05.01; 元 is the first year.
_WAREKI: Final = re.compile(
    r"(令和|平成|昭和|大正|明治|[RHSTM])\s*(\d{1,2}|元)"
    r"\s*[年/.\-]\s*(\d{1,2})\s*[月/.\-]\s*(\d{1,2})\s*日?"
)
_BEGAN: Final = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867}
_LETTERS: Final = dict(zip("RHSTM", _BEGAN, strict=True))


def _roc(text: str) -> date | None:
    found = _ROC.fullmatch(text)
    if not found:
        return None
    year, month, day = (int(part) for part in found.groups() if part)
    return date(year + _ROC_BEGAN, month, day)


def _wareki(text: str) -> date | None:
    found = _WAREKI.fullmatch(text)
    if not found:
        return None
    era, year, month, day = found.groups()
    began = _BEGAN[_LETTERS.get(era, era)]
    return date(began + (1 if year == "元" else int(year)), int(month), int(day))


def as_roc(day: date) -> str:
    return f"{day.year - _ROC_BEGAN}/{day:%m/%d}"


def as_wareki(day: date) -> str:
    """The day in the era of its year; of a year in which one ended, in the one that began."""
    era, began = next((e, y) for e, y in _BEGAN.items() if day.year > y)
    return f"{era}{day.year - began}年{day.month}月{day.day}日"


# Each reads a date (None for what is none, ValueError for a day that there is not) …
ERAS: Final[Mapping[str, Callable[[str], date | None]]] = {"roc": _roc, "wareki": _wareki}
# … and writes one.
WRITTEN: Final[Mapping[str, Callable[[date], str]]] = {"roc": as_roc, "wareki": as_wareki}
