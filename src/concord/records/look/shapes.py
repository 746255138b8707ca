"""How dates and numbers are written in a column, told from its values.

What is told is what a mapping says of them, and `importing.values` reads by it: a look at a file
and its import understand a cell in the same way.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Final

from concord.records.importing.eras import ERAS
from concord.records.importing.readers import Cell
from concord.records.importing.values import PLAIN, as_date, date_reader, number_reader

FEW: Final = 20  # values that leave out the formats which fit none of them
ISO_FORMAT: Final = "%Y-%m-%d"
ROC: Final = "roc"  # Taiwan's years: 115/06/24
WAREKI: Final = "wareki"  # Japan's: 令和8年6月24日
# A year below 100 could be any: Taiwan's is told by three digits, or where it is named.
_ROC_YEAR: Final = re.compile(r"\d{3}\D|\d{7}$|(?:中華)?民[國国]")
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
    ROC,
    WAREKI,
)
_TIME_TAIL: Final = re.compile(
    r"(?:,\s|[T\s])\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2}|AM|PM)?$", re.I
)
_CLOCKS: Final = ("%H:%M", "%H:%M:%S", "%H:%M:%S.%f")
_TAILS: Final = (
    *(f"{gap}{clock}{zone}" for gap in (" ", "T") for clock in _CLOCKS for zone in ("", "%z")),
    " %I:%M %p",
    " %I:%M:%S %p",
    ", %I:%M %p",
    ", %I:%M:%S %p",
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
    """The formats that fit the values; more than one means that the column cannot tell.

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
        if self.chosen in ERAS:
            return (self.chosen,)
        return (self.chosen, *(f"{self.chosen}{tail}" for tail in self.tails))


def date_shape(values: Iterable[Cell], is_named: bool = False) -> DateShape | None:
    """The ways in which the non-empty `values` read as dates, but for a few that are wrong in any.

    None where they are no dates. Where the title already names dates, a third of them is enough.
    """
    texts: list[str] = []
    typed = others = 0
    for value in values:
        match value:
            case date():
                typed += 1
            case str():
                texts += [text] if (text := value.strip()) else []
            case None:
                pass
            case _:
                others += 1
    if typed and _enough(typed, typed + len(texts) + others, is_named):
        return DateShape((), True)
    if not _mostly_digits(texts, others, is_named):
        return None
    days = [_TIME_TAIL.sub("", text) for text in texts]
    fitting = _fitting(
        days,
        {form: _reader_of(form) for form in DATE_FORMATS},
        len(texts) + others,
        is_named,
    )
    if not fitting:
        return None
    is_iso = _count(texts, partial(_reads, read=date_reader(()))) == _count(
        days, partial(_reads, read=date_reader((fitting[0],)))
    )
    return DateShape(fitting, bool(typed), "", _tails(texts), is_iso)


def number_shape(values: Sequence[Cell], is_named: bool = False) -> str | None:
    """An example of how the non-empty `values` are written as numbers, but for a few that are none.

    None where they are no numbers. Where the title names an amount, a third of them is enough.
    """
    texts = [text for value in values if isinstance(value, str) and (text := value.strip())]
    typed = sum(isinstance(value, Decimal) for value in values)
    others = sum(isinstance(value, bool | date | list) for value in values)
    if typed and _enough(typed, typed + len(texts) + others, is_named):
        return PLAIN
    if not _mostly_digits(texts, others, is_named):
        return None
    readers = {example: number_reader(example) for example in NUMBERS_WRITTEN}
    fitting = _fitting(
        texts,
        {form: partial(_is_number, read=read) for form, read in readers.items()},
        len(texts) + others,
        is_named,
    )
    if not fitting:
        return None
    # Only "1.234" in a whole column: three digits behind each point are grouping, not pence.
    points_group = any("." in text for text in texts) and not any("," in text for text in texts)
    return "1.234,56" if points_group and "1.234,56" in fitting else fitting[0]


def _mostly_digits(texts: Sequence[str], others: int, is_named: bool) -> bool:
    """The quick way out: most columns have neither dates nor numbers."""
    return _enough(_count(texts, _has_digits), len(texts) + others, is_named)


def _fitting(
    texts: Sequence[str], forms: Mapping[str, Callable[[str], bool]], of: int, is_named: bool
) -> tuple[str, ...]:
    """The forms that fit most texts, if that is nearly all `of` the values."""
    likely = {form: fits for form, fits in forms.items() if _count(texts[:FEW], fits)}
    counts = {form: _count(texts, fits) for form, fits in likely.items()}
    most = max(counts.values(), default=0)
    if not _enough(most, of, is_named):
        return ()
    return tuple(form for form, count in counts.items() if count == most)


def _enough(count: int, of: int, is_named: bool) -> bool:
    """All of a column's values but one, or a fifth: these are rows to fix, not another column."""
    if is_named:
        return count > 0 and of <= 3 * count
    return 0 < count == of or (count > 1 and of - count <= max(1, of // 5))


def _has_digits(text: str) -> bool:
    return any(map(str.isdigit, text))


def _count(texts: Sequence[str], fits: Callable[[str], bool]) -> int:
    return sum(map(fits, texts))


def _tails(texts: Sequence[str]) -> tuple[str, ...]:
    """How the times of day behind the dates are written, as far as we know such a way."""
    needed: dict[str, None] = {}
    for text in sorted({found[0] for text in texts if (found := _TIME_TAIL.search(text))}):
        for tail in _TAILS:
            if _reads(f"2000-01-01{text}", date_reader((ISO_FORMAT + tail,))):
                needed[tail] = None
                break
    return tuple(needed)


def _is_number(text: str, read: Callable[[str], Decimal]) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True


def _reader_of(form: str) -> Callable[[str], bool]:
    read = partial(_reads, read=date_reader((form,)))
    return read if form != ROC else lambda text: bool(_ROC_YEAR.match(text)) and read(text)


def _reads(text: str, read: Callable[[str], date]) -> bool:
    try:
        found = as_date(read(text))
    except (ValueError, OverflowError):
        return False
    return 1900 <= found.year <= 2200
