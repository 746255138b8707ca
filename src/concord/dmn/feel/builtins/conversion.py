"""From one type to another: `date`, `time`, `date and time`, `duration`, `number`, `string`,
`range`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal

from concord.dmn.feel.builtins.registry import NullResultError, builtin
from concord.dmn.feel.lexer import unescape
from concord.dmn.feel.operators import compare
from concord.dmn.feel.runtime import Run
from concord.dmn.feel.temporal import (
    combine,
    format_date,
    format_date_time,
    format_duration,
    format_time,
    make_date,
    parse_any,
    parse_date,
    parse_date_time,
    parse_duration,
    parse_time,
    split,
)
from concord.dmn.feel.values import (
    INT_LIMIT,
    FarDate,
    FarDateTime,
    Function,
    Range,
    Value,
    YearsMonths,
    number,
)
from concord.dmn.problems import quoted

Number = int | Decimal


def _known(value: Value, what: str) -> Value:
    if value is None:
        raise NullResultError(f"that is no {what}")
    return value


def _read(value: Value, text: str, what: str, *forms: str) -> Value:
    """The value, or why the text gives none: how it is written, or what it says."""
    if value is None:
        if _DIGIT.sub("0", text) in {_DIGIT.sub("0", form) for form in forms}:
            raise NullResultError(f"there is no {what} {quoted(text)}")
        written = " or ".join(forms)
        raise NullResultError(f"{quoted(text)} is no {what}, which is written {written}")
    return value


_DIGIT = re.compile(r"\d")


@builtin("date(from: string) -> date")
def date_from_text(run: Run, text: str) -> Value:
    return _read(parse_date(text), text, "date", "2026-11-21")


@builtin("date(from: date) -> date")
def date_from_date(run: Run, date: Value) -> Value:
    return date


@builtin("date(from: date and time) -> date")
def date_from_moment(run: Run, moment: Value) -> Value:
    return split(moment)[0]


@builtin("date(year: number, month: number, day: number) -> date")
def date_from_parts(run: Run, year: Number, month: Number, day: Number) -> Value:
    whole = [int(part) for part in (year, month, day)]
    if whole != [year, month, day]:
        raise NullResultError("the parts of a date are whole numbers")
    return _known(make_date(*whole), "date of the calendar")


@builtin("date and time(from: string) -> date and time")
def date_time_from_text(run: Run, text: str) -> Value:
    date = parse_date(text)
    if date is not None:
        return combine(date, dt.time())
    return _read(parse_date_time(text), text, "date and time", "2026-11-21T10:30:00")


@builtin("date and time(date: date, time: time) -> date and time")
def date_time_from_date(run: Run, date: Value, clock: dt.time) -> Value:
    return combine(date, clock)


@builtin("date and time(date: date and time, time: time) -> date and time")
def date_time_from_moment(run: Run, moment: Value, clock: dt.time) -> Value:
    return combine(split(moment)[0], clock)


@builtin("time(from: string) -> time")
def time_from_text(run: Run, text: str) -> Value:
    return _read(parse_time(text), text, "time", "10:30:00")


@builtin("time(from: date) -> time")
def time_from_date(run: Run, date: Value) -> Value:
    return dt.time(tzinfo=dt.UTC)


@builtin("time(from: date and time) -> time")
def time_from_moment(run: Run, moment: Value) -> Value:
    return split(moment)[1]


@builtin("time(from: time) -> time")
def time_from_time(run: Run, clock: dt.time) -> Value:
    return clock


@builtin(
    "time(hour: number, minute: number, second: number, offset?: days and time duration?) -> time"
)
def time_from_parts(
    run: Run, hour: Number, minute: Number, second: Number, offset: dt.timedelta | None = None
) -> Value:
    if int(hour) != hour or int(minute) != minute:
        raise NullResultError("hours and minutes are whole numbers")
    tz = None
    if offset is not None:
        if abs(offset) > dt.timedelta(hours=18):
            raise NullResultError("the offset is beyond 18 hours")
        tz = dt.timezone(offset) if offset else dt.UTC
    micros = int(Decimal(second).scaleb(6)) if -100 < second < 100 else -1
    if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= micros < 60_000_000):
        raise NullResultError("that is no time of the day")
    return dt.time(int(hour), int(minute), micros // 1_000_000, micros % 1_000_000, tzinfo=tz)


@builtin("duration(from: string) -> duration")
def duration(run: Run, text: str) -> Value:
    return _read(parse_duration(text), text, "duration", "P1DT2H", "P1Y2M")


_NUMBER = re.compile(r"-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,5})?", re.ASCII)


@builtin("number(from: string) -> number")
def number_from_text(run: Run, text: str) -> Value:
    return _parse_number(text)


@builtin("number(from: string, grouping separator: string?, decimal separator: string?) -> number")
def number_from_separated(run: Run, text: str, grouping: str | None, point: str | None) -> Value:
    if grouping not in (None, " ", ",", "."):
        raise NullResultError("the grouping separator is a space, a comma or a period")
    if point not in (None, ",", ".") or (grouping is not None and grouping == point):
        raise NullResultError("the decimal separator is the other one of comma and period")
    plain = text.replace(grouping, "") if grouping else text
    if point and point != ".":
        if "." in plain:
            raise NullResultError("that is no number")
        plain = plain.replace(point, ".")
    return _parse_number(plain)


def _parse_number(text: str) -> Value:
    if len(text) > 10_000 or not _NUMBER.fullmatch(text):
        raise NullResultError("that is no number")
    exact = number(Decimal(text))
    whole = text.lstrip("-").isdigit() and -INT_LIMIT < exact < INT_LIMIT
    return int(exact) if whole else exact


@builtin("string(from: any) -> string")
def string(run: Run, value: Value) -> str | None:
    """Strings stay as they are; inside lists and contexts they stand in quotes."""
    if value is None:
        return None
    return value if value.__class__ is str else text_of(run, value)


def text_of(run: Run, value: Value, depth: int = 0) -> str:
    """FEEL's text of a value, that of a literal where there is one."""
    run.spend(1 + len(value) // 10 if value.__class__ is str else 1)
    if depth > 100:
        raise NullResultError("nested deeper than 100 levels")
    match value:
        case str():
            escaped = value.replace("\\", "\\\\").replace('"', '\\"')
            return f'"{escaped}"'
        case list():
            return f"[{', '.join(text_of(run, item, depth + 1) for item in value)}]"
        case dict():
            run.spend(sum(map(len, value)) // 10)
            entries = (f"{key}: {text_of(run, each, depth + 1)}" for key, each in value.items())
            return f"{{{', '.join(entries)}}}"
        case Range():
            return _range_text(run, value)
        case Function():
            return f"function({', '.join(value.params)})"
    return _TEXT[value.__class__](value)


def _range_text(run: Run, value: Range) -> str:
    if value.op:
        return f"({value.op} {text_of(run, value.low if value.low is not None else value.high)})"
    low, high = (text_of(run, end) for end in (value.low, value.high))
    return f"{'[' if value.low_closed else '('}{low}..{high}{']' if value.high_closed else ')'}"


def number_text(value: Number) -> str:
    """Plain digits, without an exponent unless the number is far from 1."""
    if value.__class__ is int:
        return str(value)
    exponent = value.adjusted()  # type: ignore[union-attr]
    return f"{value:f}" if -20 < exponent < 40 else str(value)


_TEXT: dict[type, Callable[..., str]] = {
    type(None): lambda _: "null",
    bool: lambda value: "true" if value else "false",
    int: number_text,
    Decimal: number_text,
    dt.date: format_date,
    FarDate: format_date,
    dt.time: format_time,
    dt.datetime: format_date_time,
    FarDateTime: format_date_time,
    dt.timedelta: format_duration,
    YearsMonths: str,
}

_ENDS = re.compile(r"([\[(\]])(.*)\.\.(.*)([\])\[])", re.DOTALL)


@builtin("range(from: string) -> range")
def range_(run: Run, text: str) -> Range:
    """A range of literals: numbers, strings, dates, times, durations."""
    found = _ENDS.fullmatch(text.strip())
    if not found:
        raise NullResultError("a range is written [1..10], with (, ] or ) for open ends")
    opening, low_text, high_text, closing = found.groups()
    low, high = _end(low_text), _end(high_text)
    if (low is None and opening == "[") or (high is None and closing == "]"):
        raise NullResultError("an end without a value must be open")
    _check_ends(low, high)
    return Range(low, high, opening == "[", closing == "]")


def _check_ends(low: Value, high: Value) -> None:
    if low is None and high is None:
        raise NullResultError("a range needs an end")
    if low is None or high is None:
        return
    order = compare(low, high)
    if order is None or order > 0:
        raise NullResultError("the range ends before it begins, or its ends are of two types")


_QUOTED = re.compile(r'@?"((?:[^"\\]|\\.)*)"', re.DOTALL)
_CALL = re.compile(r'(date and time|date|time|duration)\(\s*"([^"\\]*)"\s*\)')
_PARSERS: dict[str, Callable[[str], Value]] = {
    "date": parse_date,
    "time": parse_time,
    "date and time": parse_date_time,
    "duration": parse_duration,
}


def _end(text: str) -> Value:
    plain = text.strip()
    if plain in ("", "null"):
        return None
    if found := _QUOTED.fullmatch(plain):
        inner = unescape(found[1])
        return inner if plain[0] == '"' else _known(parse_any(inner), "date, time or duration")
    if found := _CALL.fullmatch(plain):
        return _known(_PARSERS[found[1]](found[2]), found[1])
    return _parse_number(plain)


__all__ = ["number_text", "text_of"]
