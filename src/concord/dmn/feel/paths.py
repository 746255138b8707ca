"""What stands after a dot: entries of contexts, parts of dates, times, durations and ranges."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from concord.dmn.feel.runtime import Note, Run
from concord.dmn.feel.temporal import day_number, micros_of_duration, offset_of, split, zone_of
from concord.dmn.feel.values import FarDate, FarDateTime, Range, Value, YearsMonths, kind


def property_of(value: Value, name: str, run: Run, note: Note) -> Value:
    """The property, of each item for a list; null with a problem where there is none."""
    if value is None:
        return None
    if value.__class__ is list:
        run.spend(len(value))
        return [property_of(item, name, run, note) for item in value]
    if value.__class__ is dict:
        if name in value:
            return value[name]
        note(run, "property.unknown", f"there is no '{name}'{run.hint(name, value)}")
        return None
    parts = PROPERTIES.get(value.__class__, {})
    if name in parts:
        return parts[name](value)
    note(run, "property.unknown", f"a {kind(value)} has no '{name}'{run.hint(name, parts)}")
    return None


def weekday(date: Value) -> int:
    """1 for Monday to 7 for Sunday."""
    return (day_number(date) + 3) % 7 + 1


def _zone(value: Value) -> str | None:
    tz = zone_of(value)
    if isinstance(tz, ZoneInfo):
        return tz.key
    return "Z" if tz is dt.UTC else None


def _clock(moment: Value) -> dt.time:
    return split(moment)[1]


_DATE: dict[str, Callable[[Any], Value]] = {
    "year": lambda v: v.year,
    "month": lambda v: v.month,
    "day": lambda v: v.day,
    "weekday": weekday,
}
_TIME: dict[str, Callable[[Any], Value]] = {
    "hour": lambda v: v.hour,
    "minute": lambda v: v.minute,
    "second": lambda v: v.second,
    "time offset": offset_of,
    "timezone": _zone,
}
_DATE_TIME: dict[str, Callable[[Any], Value]] = {
    name: (lambda v, part=part: part(split(v)[0])) for name, part in _DATE.items()
} | {
    "hour": lambda v: _clock(v).hour,
    "minute": lambda v: _clock(v).minute,
    "second": lambda v: _clock(v).second,
    "time offset": offset_of,
    "timezone": _zone,
}


def _signed(value: dt.timedelta, unit: int, within: int) -> int:
    micros = micros_of_duration(value)
    part = abs(micros) // unit
    part = part % within if within else part
    return -part if micros < 0 else part


_DAYS_TIME: dict[str, Callable[[Any], Value]] = {
    "days": lambda v: _signed(v, 86_400_000_000, 0),
    "hours": lambda v: _signed(v, 3_600_000_000, 24),
    "minutes": lambda v: _signed(v, 60_000_000, 60),
    "seconds": lambda v: _signed(v, 1_000_000, 60),
}
_YEARS_MONTHS: dict[str, Callable[[Any], Value]] = {
    "years": lambda v: v.years,
    "months": lambda v: v.rest,
}
_RANGE: dict[str, Callable[[Any], Value]] = {
    "start": lambda v: v.low,
    "end": lambda v: v.high,
    "start included": lambda v: v.low_closed,
    "end included": lambda v: v.high_closed,
}
PROPERTIES: dict[type, dict[str, Callable[[Any], Value]]] = {
    dt.date: _DATE,
    FarDate: _DATE,
    dt.time: _TIME,
    dt.datetime: _DATE_TIME,
    FarDateTime: _DATE_TIME,
    dt.timedelta: _DAYS_TIME,
    YearsMonths: _YEARS_MONTHS,
    Range: _RANGE,
}
