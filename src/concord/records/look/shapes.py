"""How dates and numbers are written in a column, told from its values.

What is told is what a mapping says of them, and `importing.values` reads by it: a look at a file
and its import understand a cell in the same way.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from concord.records.importing.readers import Cell
from concord.records.importing.values import PLAIN, as_date, date_reader, number_reader, text_of

ISO_FORMAT: Final = "%Y-%m-%d"
# Year first is unambiguous; of the two others the day-first one is tried first only to be dropped
# as soon as a value contradicts it.
DATE_FORMATS: Final = (
    ISO_FORMAT,
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y%m%d",
    "%d.%m.%Y",
    "%d.%m.%y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%d-%m-%y",
    "%m-%d-%y",
    "%d %b %Y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%b %d, %Y",
    "%Y年%m月%d日",
    "%Y년 %m월 %d일",
    "%Y. %m. %d.",
    "%Y. %m. %d",
)
_TIME_TAIL: Final = re.compile(
    r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2}|AM|PM)?$", re.I
)
_CLOCKS: Final = ("%H:%M", "%H:%M:%S", "%H:%M:%S.%f")
_TAILS: Final = (
    *(f"{gap}{clock}{zone}" for gap in (" ", "T") for clock in _CLOCKS for zone in ("", "%z")),
    " %I:%M %p",
    " %I:%M:%S %p",
)
# The usual ways to write a number, the likeliest first.
NUMBERS_WRITTEN: Final = (
    "1,234.56",
    "1.234,56",
    "1 234,56",
    "1'234.56",
    "1’234.56",
    "1 234.56",
)


@dataclass(frozen=True, slots=True)
class DateShape:
    """The formats that fit every value; more than one means that the column cannot tell.

    `said` is the one that a person chose of them, `tails` are the times of day behind the dates.
    """

    formats: tuple[str, ...]
    is_typed: bool = False  # the cells are dates already (a spreadsheet's)
    said: str = ""
    tails: tuple[str, ...] = ()
    is_iso: bool = False

    @property
    def chosen(self) -> str:
        return self.said or (self.formats[0] if self.formats else "")

    @property
    def is_ambiguous(self) -> bool:
        return len(self.formats) > 1 and not self.said

    @property
    def written(self) -> tuple[str, ...]:
        """The formats as a mapping names them; none for ISO, which needs no word."""
        if not self.chosen or (self.is_iso and self.chosen == ISO_FORMAT):
            return ()
        return (self.chosen, *(f"{self.chosen}{tail}" for tail in self.tails))


def date_shape(values: Iterable[Cell]) -> DateShape | None:
    """The ways in which all non-empty `values` read as dates; None where they are no dates."""
    texts: set[str] = set()
    typed = False
    for value in values:
        if isinstance(value, date):
            typed = True
        elif isinstance(value, str) and value.strip():
            texts.add(value.strip())
        elif value not in (None, ""):
            return None
    if not texts:
        return DateShape((), True) if typed else None
    days = {_TIME_TAIL.sub("", text) for text in texts}
    tails = _tails({found[0] for text in texts if (found := _TIME_TAIL.search(text))})
    is_iso = _all_read(texts, date_reader(()))
    if tails is None and not is_iso:
        return None
    fitting = tuple(form for form in DATE_FORMATS if _all_read(days, date_reader((form,))))
    return DateShape(fitting, typed, "", tails or (), is_iso) if fitting else None


def number_shape(values: Sequence[Cell]) -> str | None:
    """An example of how all non-empty `values` are written as numbers, None for no numbers."""
    texts = [text for value in values if isinstance(value, str) and (text := value.strip())]
    if any(isinstance(v, bool | date | list) for v in values):
        return None
    if not texts:
        return PLAIN if any(isinstance(v, Decimal) for v in values) else None
    fitting = [example for example in NUMBERS_WRITTEN if _all_numbers(texts, example)]
    if not fitting:
        return None
    # Only "1.234" in a whole column: three digits behind each point are grouping, not pence.
    points_group = any("." in text for text in texts) and not any("," in text for text in texts)
    return "1.234,56" if points_group and "1.234,56" in fitting else fitting[0]


def _tails(found: set[str]) -> tuple[str, ...] | None:
    """How the times of day are written; None where one is written in no known way."""
    needed: dict[str, None] = {}
    for text in sorted(found):
        fits = [t for t in _TAILS if _reads(f"2000-01-01{text}", date_reader((ISO_FORMAT + t,)))]
        if not fits:
            return None
        needed[fits[0]] = None
    return tuple(needed)


def _all_read(texts: Iterable[str], read: Callable[[str], date]) -> bool:
    return all(_reads(text, read) for text in texts)


def _reads(text: str, read: Callable[[str], date]) -> bool:
    try:
        found = as_date(read(text))
    except (ValueError, OverflowError):
        return False
    return 1900 <= found.year <= 2200


def _all_numbers(texts: Sequence[str], example: str) -> bool:
    read = number_reader(example)
    try:
        for text in texts:
            read(text_of(text))
    except ValueError:
        return False
    return True
