"""FEEL's types, what conforms to them, and the implicit conversions (DMN 1.5, 10.3.2.9)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, Protocol

from concord.dmn.feel.runtime import Run
from concord.dmn.feel.temporal import combine
from concord.dmn.feel.values import FarDate, Function, Range, Value, kind

_Seen = dict[tuple[int, int], bool]


class Allowed(Protocol):
    """Whether the value satisfies a constraint; at the expense of a run where one is given."""

    def __call__(self, value: Value, run: Run | None = None, /) -> bool: ...


@dataclass(frozen=True, slots=True)
class Type:
    """A type by name, with `of` for lists and ranges, `fields` for contexts, `params` and `of`
    for functions. `allowed` is a constraint of an item definition."""

    name: str
    of: Type | None = None
    fields: tuple[tuple[str, Type], ...] = ()
    params: tuple[Type, ...] = ()
    allowed: Allowed | None = field(default=None, compare=False)
    allowed_text: str = ""
    label: str = ""

    def __str__(self) -> str:
        if self.label:
            return self.label
        match self.name:
            case "list" | "range" if self.of is not None:
                return f"{self.name}<{self.of}>"
            case "context" if self.fields:
                inner = ", ".join(f"{name}: {each}" for name, each in self.fields)
                return f"context<{inner}>"
        return self.name


ANY = Type("Any")
NUMBER = Type("number")
STRING = Type("string")
BOOLEAN = Type("boolean")
DATE = Type("date")
TIME = Type("time")
DATE_TIME = Type("date and time")
YEARS_MONTHS = Type("years and months duration")
DAYS_TIME = Type("days and time duration")
DURATION = Type("duration")
LIST = Type("list", of=ANY)
CONTEXT = Type("context")
RANGE = Type("range", of=ANY)
FUNCTION = Type("function")
NULL = Type("Null")

SIMPLE = {
    each.name: each
    for each in (
        ANY, NUMBER, STRING, BOOLEAN, DATE, TIME, DATE_TIME, YEARS_MONTHS, DAYS_TIME,
        LIST, CONTEXT, RANGE, FUNCTION, NULL,
    )
} | {
    "dateTime": DATE_TIME,
    "yearMonthDuration": YEARS_MONTHS,
    "dayTimeDuration": DAYS_TIME,
    "days and time duration": DAYS_TIME,
    "years and months duration": YEARS_MONTHS,
}  # fmt: skip


def instance_of(value: Value, of: Type, run: Run | None = None) -> bool:
    """Whether the value is of the type, without any conversion."""
    if value is None:
        return of.name == "Null"
    return conforms(value, of, run)


def conforms(value: Value, to: Type, run: Run | None = None, seen: _Seen | None = None) -> bool:
    """Whether the value may stand where the type is asked for; null always may. A list that is in
    the value many times is looked at once for each type. What it costs is the run's."""
    if value is not None and not conforms_shape(value, to, run, seen):
        return False
    return to.allowed is None or to.allowed(value, run)


def conforms_shape(
    value: Value, to: Type, run: Run | None = None, seen: _Seen | None = None
) -> bool:
    """The same for a value that is not null, without the type's own constraint."""
    match to.name:
        case "Any":
            return True
        case "list" | "context":
            cls = list if to.name == "list" else dict
            return value.__class__ is cls and _conforms_parts(value, to, run, seen)
        case "range":
            return value.__class__ is Range and _range_of(value, to.of or ANY, run)
        case "function":
            return value.__class__ is Function and _function_like(value, to)
        case "duration":
            return kind(value).endswith("duration")
    return kind(value) == to.name


def _conforms_parts(value: Any, to: Type, run: Run | None, seen: _Seen | None) -> bool:
    if not to.fields and (to.of or ANY) is ANY:
        return True
    seen = {} if seen is None else seen
    key = id(value), id(to)
    if key not in seen:
        if run is not None:
            run.spend(1 + len(value) // 4)
        if value.__class__ is list:
            seen[key] = all(conforms(item, to.of or ANY, run, seen) for item in value)
        else:
            seen[key] = all(
                name in value and conforms(value[name], of, run, seen) for name, of in to.fields
            )
    return seen[key]


def _range_of(value: Range, of: Type, run: Run | None) -> bool:
    return all(end is None or conforms(end, of, run) for end in (value.low, value.high))


def _function_like(value: Function, to: Type) -> bool:
    if to.of is None:
        return True
    if value.params == ("...",):  # a function of the standard with several signatures
        return True
    if len(to.params) != len(value.params):
        return False
    types = value.types or (ANY,) * len(value.params)
    fits = all(narrower(wanted, own) for wanted, own in zip(to.params, types, strict=True))
    result = value.result
    return fits and (result is None or result is ANY or narrower(result, to.of))


def narrower(a: Type, b: Type) -> bool:
    """Whether every value of `a` is one of `b`."""
    if b.name == "Any" or a.name == "Null" or a == b:
        return True
    if a.name != b.name:
        return False
    match b.name:
        case "list" | "range":
            return narrower(a.of or ANY, b.of or ANY)
        case "context":
            own = dict(a.fields)
            return all(name in own and narrower(own[name], each) for name, each in b.fields)
        case "function":
            return b.of is None or (
                len(a.params) == len(b.params)
                and all(narrower(y, x) for x, y in zip(a.params, b.params, strict=True))
                and narrower(a.of or ANY, b.of)
            )
    return True


class Misfit:
    """The answer of `coerce` when nothing fits."""


MISFIT = Misfit()


def coerce(value: Value, to: Type, run: Run | None = None) -> Value | Misfit:
    """The value as the type wants it: itself, a list of one, the one of a list, a date as the
    midnight that it begins with; else `MISFIT`."""
    if to.name == "Any" and to.allowed is None:
        return value
    if conforms(value, to, run):
        return value
    if value.__class__ is list and len(value) == 1 and to.name != "list":
        return coerce(value[0], to, run) if value[0].__class__ is not list else MISFIT
    if to.name == "list" and value is not None and value.__class__ is not list:
        return [value] if conforms([value], to, run) else MISFIT
    if to.name == "date and time" and value.__class__ in (dt.date, FarDate):
        return combine(value, dt.time(tzinfo=dt.UTC))
    return MISFIT
