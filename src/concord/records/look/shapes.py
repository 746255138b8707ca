"""How dates and numbers are written in a column, told from its values."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

Cell = str | int | float | Decimal | bool | date | datetime | list[str] | None

# Year first is unambiguous; of the two others the day-first one is tried first only to be dropped
# as soon as a value contradicts it.
DATE_FORMATS: Final = (
    "%Y-%m-%d",
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
_TIME_TAIL = re.compile(r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2}|AM|PM)?$", re.I)
_GROUPED_COMMA = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?")
_GROUPED_POINT = re.compile(r"[-+]?\d{1,3}(\.\d{3})+(,\d+)?")
_PLAIN_POINT = re.compile(r"[-+]?\d+(\.\d+)?")
_PLAIN_COMMA = re.compile(r"[-+]?\d+(,\d+)?")
_MONEY_MARKS = re.compile(r"[\s\u00a0\u202f'’]|[€$£¥₩]|\b(?:EUR|USD|KRW|TWD|CNY|JPY|GBP|CHF|NT)\b")


@dataclass(frozen=True, slots=True)
class DateShape:
    """The formats that fit every value; more than one means that the column cannot tell.

    `said` is the one that a person chose of them.
    """

    formats: tuple[str, ...]
    is_typed: bool = False  # the cells are dates already (a spreadsheet's)
    said: str = ""

    @property
    def chosen(self) -> str:
        return self.said or (self.formats[0] if self.formats else "")

    @property
    def is_ambiguous(self) -> bool:
        return len(self.formats) > 1 and not self.said


def date_shape(values: Iterable[Cell]) -> DateShape | None:
    """The ways in which all non-empty `values` read as dates; None where they are no dates."""
    texts: list[str] = []
    typed = False
    for value in values:
        if isinstance(value, date):
            typed = True
        elif isinstance(value, str) and value.strip():
            texts.append(without_time(value))
        elif value not in (None, ""):
            return None
    if not texts:
        return DateShape((), True) if typed else None
    fitting = tuple(f for f in DATE_FORMATS if all(_reads(text, f) for text in texts))
    return DateShape(fitting, typed) if fitting else None


def read_date(value: Cell, form: str) -> date | None:
    """The date that `value` writes in `form`; None for an empty cell.

    Raises ValueError when it writes none.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = without_time(str(value)) if value is not None else ""
    if not text:
        return None
    if not form:
        raise ValueError(text)
    return datetime.strptime(text, form).date()  # noqa: DTZ007 - a date has no zone


def number_is_european(values: Sequence[Cell]) -> bool | None:
    """True when the comma is the decimal mark, False when the point is; None for no numbers."""
    texts = [_MONEY_MARKS.sub("", v) for v in values if isinstance(v, str) and v.strip()]
    if not texts:
        numbers = [v for v in values if isinstance(v, int | float | Decimal)]
        return False if numbers else None
    if all(_PLAIN_POINT.fullmatch(t) or _GROUPED_COMMA.fullmatch(t) for t in texts):
        # Only "1.234" in a whole column: three digits behind each point is grouping, not pence.
        dotted = [t for t in texts if "." in t]
        only_grouped = dotted and all(_GROUPED_POINT.fullmatch(t) for t in texts if "." in t)
        return bool(only_grouped and not any("," in t for t in texts))
    if all(_PLAIN_COMMA.fullmatch(t) or _GROUPED_POINT.fullmatch(t) for t in texts):
        return True
    return None


def read_number(value: Cell, *, european: bool) -> Decimal | None:
    """The number that `value` writes; None for an empty cell, ValueError for what is none."""
    if value is None or isinstance(value, bool):
        if value is None:
            return None
        raise ValueError(str(value))
    if isinstance(value, int | float | Decimal):
        return Decimal(str(value))
    text = _MONEY_MARKS.sub("", str(value))
    if not text:
        return None
    negative = (text.startswith("(") and text.endswith(")")) or text.endswith("-")
    text = text.strip("()-") if negative else text
    text = text.replace(".", "").replace(",", ".") if european else text.replace(",", "")
    if not _PLAIN_POINT.fullmatch(text):
        raise ValueError(str(value))
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(str(value)) from error
    return -number if negative else number


def without_time(text: str) -> str:
    """A date-time's date part, as text."""
    return _TIME_TAIL.sub("", text.strip())


def _reads(text: str, form: str) -> bool:
    try:
        found = datetime.strptime(text, form)  # noqa: DTZ007
    except ValueError:
        return False
    return 1900 <= found.year <= 2200
