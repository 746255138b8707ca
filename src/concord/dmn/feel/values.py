"""FEEL's values. Plain Python wherever Python has the type; the few that it lacks stand here.

| FEEL | Python |
| --- | --- |
| number | `int`, or `Decimal` with 34 digits, half-even |
| string, boolean, null | `str`, `bool`, `None` |
| date, time, date and time | `date`, `time`, `datetime`; `FarDate`, `FarDateTime` beyond |
| days and time duration | `timedelta` |
| years and months duration | `YearsMonths` |
| list, context | `list`, `dict` |
| range, function | `Range`, `Function` |
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from typing import Any
from zoneinfo import ZoneInfo

from concord.dmn.problems import ArgumentError, quoted, wrong_argument

Value = Any

DECIMAL = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
INT_LIMIT = 10**34


@dataclass(frozen=True, slots=True, order=True)
class YearsMonths:
    """A duration of years and months, which has no length in days."""

    months: int

    @property
    def years(self) -> int:
        return int(self.months / 12)

    @property
    def rest(self) -> int:
        return self.months - self.years * 12

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        if not self.months:
            return "P0M"
        sign = "-" if self.months < 0 else ""
        return f"{sign}P{f'{years}Y' if years else ''}{f'{months}M' if months else ''}"


@dataclass(frozen=True, slots=True, order=True)
class FarDate:
    """A date outside Python's years 1 to 9999."""

    year: int
    month: int
    day: int


@dataclass(frozen=True, slots=True)
class FarDateTime:
    """A date and time outside Python's years; `clock` carries the offset or zone."""

    date: FarDate
    clock: dt.time


@dataclass(frozen=True, slots=True)
class Range:
    """An interval. `op` is set when it was written as a comparison, `(< 10)`; an end that the
    writer left out is null."""

    low: Value
    high: Value
    low_closed: bool
    high_closed: bool
    op: str = ""

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Function:
    """Something that can be called: `call(run, args)` with the arguments in order. It cannot be
    pickled."""

    params: tuple[str, ...]
    call: Callable[[Any, list[Value]], Value] = field(compare=False)
    types: tuple[Any, ...] = ()
    result: Any = None
    name: str = ""


KINDS: dict[type, str] = {
    type(None): "null",
    bool: "boolean",
    int: "number",
    Decimal: "number",
    str: "string",
    dt.date: "date",
    FarDate: "date",
    dt.time: "time",
    dt.datetime: "date and time",
    FarDateTime: "date and time",
    dt.timedelta: "days and time duration",
    YearsMonths: "years and months duration",
    list: "list",
    dict: "context",
    Range: "range",
    Function: "function",
}


def kind(value: Value) -> str:
    """FEEL's name of the value's type."""
    return KINDS.get(value.__class__, "unknown")


def is_number(value: Value) -> bool:
    cls = value.__class__
    return cls is int or cls is Decimal


def number(value: Any) -> int | Decimal:
    """The number within 34 digits; whole decimals of small size stay as they are."""
    if value.__class__ is int:
        return value if -INT_LIMIT < value < INT_LIMIT else DECIMAL.create_decimal(value)
    return DECIMAL.plus(value)


def from_python(value: Any, depth: int = 0) -> Value:
    """A caller's value as FEEL's: subclasses are reduced to their base, floats become decimals by
    their shortest form, tuples and sets become lists. Raises `ArgumentError` on anything else."""
    if value.__class__ in _READY:
        return value
    if depth > 100:
        raise wrong_argument("a value is nested deeper than 100 levels")
    try:
        return _from_python(value, depth)
    except ArithmeticError:
        raise wrong_argument("a number is beyond 34 digits and an exponent of 6144") from None


def given(names: Mapping[str, Any]) -> dict[str, Value]:
    """A caller's values by name. Raises `ArgumentError` that says where what is wrong stands."""
    return {name: given_as(name, value) for name, value in by_name(names).items()}


def by_name(names: Any) -> Mapping[str, Any]:
    """The same, where it is a mapping."""
    if isinstance(names, Mapping):
        return names
    what = type(names).__name__
    raise wrong_argument(f"values are given by name, as a dict, not as a {what}")


def given_as(name: str, value: Any) -> Value:
    """One of them."""
    try:
        return from_python(value)
    except ArgumentError as error:
        path = f"{name}{_wrong(value)}"
        raise wrong_argument(f"{quoted(path)}: {error}") from None


def _wrong(value: Any, depth: int = 0) -> str:
    """The way to the first part of the value that is none of FEEL's."""
    parts: Iterable[tuple[str, Any]] = ()
    if isinstance(value, Mapping):
        parts = ((f".{key}", item) for key, item in value.items())
    elif isinstance(value, list | tuple):
        parts = ((f"[{at}]", item) for at, item in enumerate(value))
    for step, item in parts if depth < _SHOWN else ():
        try:
            from_python(item)
        except ArgumentError:
            return f"{step}{_wrong(item, depth + 1)}"
    return ""


def _from_python(value: Any, depth: int) -> Value:
    match value:
        case int():
            return number(int(value))
        case float():
            exact = Decimal(repr(float(value)))
            if not exact.is_finite():
                raise wrong_argument(f"{value!r} is not a number that FEEL has")
            return exact
        case Decimal():
            if not value.is_finite():
                raise wrong_argument(f"{value!r} is not a number that FEEL has")
            return number(Decimal(value))
        case str():
            return str.__str__(value)
        case dt.datetime():
            return dt.datetime.combine(value.date(), value.timetz().replace(tzinfo=_zone(value)))
        case dt.time():
            return value.replace(tzinfo=_zone(value))
        case dt.date():
            return dt.date(value.year, value.month, value.day)
        case Mapping():
            return {str(key): from_python(item, depth + 1) for key, item in value.items()}
        case Sequence() | Set() if not isinstance(value, bytes | bytearray | memoryview):
            return [from_python(item, depth + 1) for item in value]
    raise wrong_argument(f"{type(value).__name__} is no type that FEEL has; there are {_TYPES}")


_TYPES = "str, bool, int, Decimal, date, time, datetime, timedelta, list, dict and None"
_SHOWN = 10  # levels of a value, in the way to what is wrong


def _zone(value: dt.datetime | dt.time) -> dt.tzinfo | None:
    """The zone, where it is one that can be named; else its offset at the moment."""
    tz = value.tzinfo
    if tz is None or tz.__class__ is dt.timezone or (isinstance(tz, ZoneInfo) and tz.key):
        return tz
    offset = value.utcoffset()
    return None if offset is None else dt.timezone(offset)


_READY = frozenset(
    {
        type(None),
        bool,
        str,
        dt.date,
        dt.timedelta,
        YearsMonths,
        FarDate,
        FarDateTime,
        Range,
        Function,
    }
)
