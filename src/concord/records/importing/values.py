"""Reading single values: numbers and dates as a company writes them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from concord.kernel.errors import Problem
from concord.kernel.time import zone
from concord.records.importing.eras import ERAS
from concord.records.importing.months import in_english
from concord.records.importing.readers import Cell

PLAIN: Final = "1234.56"
ISO: Final = "2026-12-31"
_FIRST_DAY: Final = date(1899, 12, 30)  # day 0 of Excel's calendar after its leap year that was not
_NO_LEAP_DAY: Final = 60  # Excel's 29 February 1900, a day that never was
_FIRST_DAY_OF_1904: Final = date(1904, 1, 1)  # day 0 where a workbook counts from 1904
_SERIAL: Final = re.compile(r"(\d{1,7})(?:\.\d+)?", re.ASCII)
OWN_FORMATS: Final = frozenset({"excel", "excel1904", *ERAS})
_DIRECTIVE: Final = re.compile(r"%(.?)", re.DOTALL)
_READ: Final = frozenset("aAbBdfGHIjmMpSuUVwWyYzZ%")  # by strptime, the same on every machine
_ZEROS: Final = re.compile(
    r"0{1,4}([-./年]?)0{1,2}([-./月]?)0{1,4}日?(?:[ T]00:00(?::00(?:\.0+)?)?)?"
)
NO_END: Final = date(9999, 12, 31)
# What stands beside an amount, and the currencies that it may mean: the likeliest first.
CURRENCY_SIGNS: Final[Mapping[str, tuple[str, ...]]] = {
    "NT$": ("TWD",), "US$": ("USD",), "HK$": ("HKD",), "AU$": ("AUD",), "A$": ("AUD",),
    "CA$": ("CAD",), "C$": ("CAD",), "NZ$": ("NZD",), "S$": ("SGD",), "R$": ("BRL",),
    "$": ("USD", "TWD", "HKD", "CAD", "AUD", "SGD", "NZD", "MXN"),
    "€": ("EUR",), "£": ("GBP",), "₩": ("KRW",), "￦": ("KRW",), "원": ("KRW",),
    "¥": ("JPY", "CNY"), "￥": ("JPY", "CNY"), "円": ("JPY",), "元": ("TWD", "CNY", "HKD"),
    "圓": ("TWD", "HKD"), "₹": ("INR",), "฿": ("THB",), "₫": ("VND",), "₺": ("TRY",),
    "₱": ("PHP",), "zł": ("PLN",), "Kč": ("CZK",), "kr": ("SEK", "NOK", "DKK"),
    # Where ASCII has a backslash, the letters of Windows in Japan and Korea have their sign.
    "\\": ("JPY", "KRW"),
    "NTD": ("TWD",), "NT": ("TWD",), "RMB": ("CNY",), "CN¥": ("CNY",), "Fr.": ("CHF",),
}  # fmt: skip
CURRENCY_CODES: Final = (
    "EUR", "USD", "KRW", "TWD", "CNY", "JPY", "GBP", "CHF", "HKD", "AUD", "CAD", "NZD", "SGD",
    "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "BGN", "INR", "THB", "VND", "MYR", "IDR",
    "PHP", "BRL", "MXN", "TRY", "ZAR", "AED", "SAR", "ILS",
)  # fmt: skip
_SIGN: Final = "|".join(
    re.escape(sign) for sign in sorted([*CURRENCY_SIGNS, *CURRENCY_CODES], key=len, reverse=True)
)
_CURRENCY: Final = re.compile(rf"^(?:{_SIGN})\s*(?=[-+(\d.,])|\s*(?:{_SIGN})$")
_APOSTROPHES: Final = frozenset("'’‘ʼ`´")
_ONE_APOSTROPHE: Final = dict.fromkeys(map(ord, _APOSTROPHES), "'")
_UNSEEN: Final = frozenset("\u200e\u200f\u061c\u200b")  # marks of direction, a space of no width
_YES: Final = frozenset({"true", "yes", "y", "1", "t", "x", "ja", "예", "네", "是", "有"})
_NO: Final = frozenset({"false", "no", "n", "0", "f", "nein", "아니요", "아니오", "否", "無"})


class CellError(Exception):
    """A value that is not as expected: a code of `reasons`, the column, the value, details."""

    def __init__(self, code: str, column: str = "", value: Cell = "", **detail: object) -> None:
        super().__init__(code)
        self.code = code
        self.column = column
        self.value = text_of(value)
        self.detail = {"column": column, "value": self.value} | detail


def text_of(cell: Cell) -> str:
    """A cell as text: numbers plainly, dates in ISO form, without spaces around."""
    match cell:
        case str():
            return cell.strip()
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case Decimal():
            return format(cell, "f")
        case list():
            return ", ".join(cell)
        case _:
            return cell.isoformat()


def currency_sign(text: str) -> str:
    """The sign or code of a currency beside an amount (`$` of `$1,234.00`); "" where none is."""
    bare = text.strip().strip("()").strip().lstrip("-+").rstrip("-")
    found = _CURRENCY.search(bare) if not bare.isdigit() else None
    return found[0].strip() if found else ""


def number_reader(example: str) -> Callable[[str], Decimal]:
    """Reads numbers that look like the example, `"1.234,56"`; raises ValueError for others.

    A currency sign, a minus behind and accounting's parentheses are understood.
    """
    group, point = marks_of_number(example or PLAIN)
    whole = rf"[0-9]{{1,3}}(?:{re.escape(group)}[0-9]{{3}})+|[0-9]+" if group else "[0-9]+"
    shape = re.compile(rf"^(?:{whole})?(?:{re.escape(point)}[0-9]*)?$")

    def read(text: str) -> Decimal:
        if not (shape.match(text) and text[0] != point):
            return read_signed(text)
        bare = text.replace(group, "") if group else text
        return Decimal(bare.replace(point, ".") if point != "." else bare)

    def read_signed(text: str) -> Decimal:
        bare = _in_western_digits(text, group, point).strip()
        minus = bare.startswith("(") and bare.endswith(")")
        bare = _CURRENCY.sub("", bare.strip("()") if minus else bare)
        if bare.endswith("-"):
            bare = "-" + bare[:-1]
        if bare.startswith(("-", "+")):
            minus, bare = minus != (bare[0] == "-"), bare[1:]
        bare = _CURRENCY.sub("", bare.strip())
        if not shape.match(bare) or not any(c.isdigit() for c in bare):
            raise ValueError(text)
        if group:
            bare = bare.replace(group, "")
        try:
            found = Decimal(bare.replace(point, "."))
        except InvalidOperation:
            raise ValueError(text)
        return -found if minus else found

    return read


def numbers_reader(examples: Sequence[str]) -> Callable[[str], Decimal]:
    """Reads numbers that look like one of the examples, tried in order; raises ValueError."""
    readers = [number_reader(example) for example in examples]
    if len(readers) == 1:
        return readers[0]

    def read(text: str) -> Decimal:
        for reader in readers:
            try:
                return reader(text)
            except ValueError:
                continue
        raise ValueError(text)

    return read


def _in_western_digits(text: str, group: str, point: str) -> str:
    """Full-width, Arabic and other digits as 0 to 9, and the signs between them as usual."""
    plain = unicodedata.normalize("NFKC", text.replace("−", "-"))
    if group in _APOSTROPHES:
        plain = plain.translate(_ONE_APOSTROPHE).replace("'", group)
    if plain.isascii():
        return plain
    plain = plain.replace("٬", group).replace("٫", point)  # as Arabic writes thousands and decimals
    return "".join(
        str(unicodedata.decimal(c)) if c.isdecimal() else c for c in plain if c not in _UNSEEN
    )


def marks_of_number(example: str) -> tuple[str, str]:
    """The group mark ("" for none) and the decimal mark of an example number."""
    marks = [c for c in example.replace("\u00a0", " ").replace("\u202f", " ") if not c.isdigit()]
    if len(marks) == 2 and marks[0] != marks[1] and marks[1] in ".,":
        return marks[0], marks[1]
    if len(marks) == 1 and marks[0] in ".,":
        return "", marks[0]
    if not marks:
        return "", "."
    raise Problem(
        _("“%(example)s” is no example of a number.") % {"example": example},
        place="number",
        mend=_("Write one with thousands and decimals, such as 1.234,56 or 1,234.56 or 1234.56."),
        code="mapping",
    )


def doubtful_number(point: str) -> re.Pattern[str]:
    """Numbers whose three decimals may be a group of thousands: 1.234 where the point is `.`"""
    return re.compile(rf"\D*[1-9]\d{{0,2}}{re.escape(point)}\d{{3}}\D*")


def may_have_thousands(texts: Iterable[str], point: str) -> bool:
    """Whether nothing among these numbers shows that the point stands before decimals (12.5,
    1234.567), or something speaks against it (1.234,56). Where there are none: no."""
    p, other = re.escape(point), "," if point == "." else r"\."
    shows = re.compile(rf"(?:.*{p}(?:\d{{1,2}}|\d{{4,}})|\D*(?:0|\d{{4,}}){p}\d{{3}})\D*")
    against = re.compile(rf".*{p}\d{{3}}{other}\d{{1,2}}\D*")
    doubt = False
    shown = False
    for text in texts:
        if against.fullmatch(text):
            return True
        shown = shown or shows.fullmatch(text) is not None
        doubt = True
    return doubt and not shown


def date_reader(formats: tuple[str, ...]) -> Callable[[str], datetime | date]:
    """Reads dates by the first format that fits; without formats, ISO. Raises ValueError.

    "excel" stands for the day numbers of a spreadsheet ("excel1904" where it counts from 1904, as
    those of old Macs do), "roc" and "wareki" for years that are
    counted from an era (`eras`): 115/06/24, 令和8年6月24日.
    Where a format has `%b`, the month may be written out, in any language of `months`.
    Two digits of a year mean the past hundred years' one where the other would lie more than
    twenty years ahead.
    """

    @lru_cache(maxsize=16384)
    def read(text: str) -> datetime | date:
        if not formats:
            return _iso(text)
        for one in formats:
            if one in {"excel", "excel1904"}:
                if serial := _SERIAL.fullmatch(text):
                    return _of_serial(int(serial[1]), one)
                continue
            if one in ERAS:
                if day := ERAS[one](text):
                    return day
                continue
            try:
                dated = in_english(text) if "%b" in one else text
                found = datetime.strptime(dated, one)  # noqa: DTZ007 - zoned by its reader
            except ValueError:
                continue
            return _this_century(found) if "%y" in one else found
        raise ValueError(text)

    return read


def is_date_format(text: str) -> bool:
    """Whether `date_reader` can read by it: one of our own, or what strptime knows, each once."""
    if text in OWN_FORMATS:
        return True
    directives = [one for one in _DIRECTIVE.findall(text) if one != "%"]
    once = len(directives) == len(set(directives))
    return bool(directives) and once and set(directives) <= _READ


def says_no_date(text: str) -> bool:
    """Zeros in the place of a date, as databases and ledgers write that there is none."""
    return text[:1] == "0" and _ZEROS.fullmatch(text) is not None


def _of_serial(days: int, calendar: str) -> date:
    if calendar == "excel1904":
        return _FIRST_DAY_OF_1904 + timedelta(days=days)
    if days in {0, _NO_LEAP_DAY}:
        raise ValueError(days)
    return _FIRST_DAY + timedelta(days=days + (days < _NO_LEAP_DAY))


def _iso(text: str) -> datetime | date:
    if len(text) == 10:
        return date.fromisoformat(text)
    if len(text) < 10 or text[4:5] != "-":
        raise ValueError(text)
    return datetime.fromisoformat(text)


def _this_century(found: datetime) -> datetime:
    limit = datetime.now(tz=found.tzinfo).year + 20
    return found.replace(year=found.year - 100) if found.year > limit else found


def company_zone() -> ZoneInfo:
    return zone()


def as_date(found: datetime | date) -> date:
    """A business date: of an instant, the company's calendar day."""
    if isinstance(found, datetime):
        return found.astimezone(company_zone()).date() if found.tzinfo else found.date()
    return found


def as_moment(found: datetime | date) -> datetime:
    if not isinstance(found, datetime):
        found = datetime(found.year, found.month, found.day)  # noqa: DTZ001 - zoned below
    return found if found.tzinfo else found.replace(tzinfo=company_zone())


def as_boolean(text: str) -> bool | None:
    """True or false as people write it; None where it is neither."""
    folded = text.casefold()
    return True if folded in _YES else False if folded in _NO else None
