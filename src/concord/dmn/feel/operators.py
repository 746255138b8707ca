"""Equality, order and arithmetic of FEEL values (DMN 1.5, tables 42 to 55).

Each function gives null, with a problem noted, where the standard gives null for a wrong type;
null operands give null quietly.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from concord.dmn.feel.runtime import LONG, MAX_STRING, BudgetError, Note, Run
from concord.dmn.feel.temporal import (
    DAY,
    add_days,
    add_months,
    clock_of,
    combine,
    instant,
    make_duration,
    micros_of,
    micros_of_duration,
    moment_at,
    offset_of,
    split,
    zone_of,
)
from concord.dmn.feel.values import (
    DECIMAL,
    FarDate,
    FarDateTime,
    Range,
    Value,
    YearsMonths,
    kind,
    number,
)

Spend = Callable[[int], None]
_Seen = dict[tuple[int, int], bool | None]

_NONE = Decimal("NaN")
MAX_MONTHS = 10**24  # of a duration; of microseconds, Python ends earlier
POWER_STEPS = 20  # what a power of numbers that are not small costs
# Python compares these as FEEL does.
PLAIN: frozenset[Any] = frozenset({int, str, Decimal, dt.date, dt.timedelta, YearsMonths})
_NUMBERS: frozenset[Any] = frozenset({int, Decimal})
_DATES: frozenset[Any] = frozenset({dt.date, FarDate})
_MOMENTS: frozenset[Any] = frozenset({dt.datetime, FarDateTime})


def equal(a: Value, b: Value, spend: Spend | None = None) -> bool | None:
    """FEEL's `=`: two-valued with null; null for two different kinds of value. Lists and contexts
    inside each other are compared once for each pair; they and long strings are charged where
    `spend` is given."""
    ca = a.__class__
    if ca is b.__class__ and ca in PLAIN:
        if ca is str and spend is not None and len(a) > LONG:
            spend(len(a) // LONG)
        return bool(a == b)
    return _equal(a, b, None, spend)


def _equal(a: Value, b: Value, seen: _Seen | None, spend: Spend | None) -> bool | None:
    ca, cb = a.__class__, b.__class__
    if ca is cb and ca in PLAIN:
        return equal(a, b, spend)
    if a is None or b is None:
        return a is b
    ka = kind(a)
    if ka != kind(b):
        return None
    match ka:
        case "list" | "context":
            return a is b or _equal_parts(a, b, {} if seen is None else seen, spend)
        case "range":
            return _equal_ranges(a, b, seen, spend)
        case "date and time":
            if (zone_of(a) is None) != (zone_of(b) is None):
                return False
            return instant(a) == instant(b)
        case "time":
            return _time_key(a) == _time_key(b)
        case "function":
            return a is b
    return bool(a == b)


def _time_key(clock: dt.time) -> tuple[bool, int]:
    offset = offset_of(clock)
    if offset is None:
        return False, micros_of(clock)
    return True, micros_of(clock) - micros_of_duration(offset)


def _equal_parts(a: Any, b: Any, seen: _Seen, spend: Spend | None) -> bool | None:
    key = id(a), id(b)
    if key in seen:
        return seen[key]
    if spend is not None:
        spend(1 + len(a) // 4)
    pairs: Iterable[tuple[Value, Value]] = ()
    if len(a) != len(b):
        same: bool | None = False
    elif a.__class__ is list:
        pairs, same = zip(a, b, strict=True), True
    else:
        same = a.keys() == b.keys()
        pairs = ((value, b[name]) for name, value in a.items())
    seen[key] = same and _all(_equal(x, y, seen, spend) for x, y in pairs)
    return seen[key]


def _equal_ranges(a: Range, b: Range, seen: _Seen | None, spend: Spend | None) -> bool | None:
    if (a.low_closed, a.high_closed) != (b.low_closed, b.high_closed):
        return False
    if a.op != b.op:
        return False
    return _all(_equal(*ends, seen, spend) for ends in ((a.low, b.low), (a.high, b.high)))


def _all(results: Any) -> bool | None:
    answer: bool | None = True
    for result in results:
        if result is False:
            return False
        if result is None:
            answer = None
    return answer


def compare(a: Value, b: Value, spend: Spend | None = None) -> int | None:
    """-1, 0 or 1; null where there is no order between the two."""
    ca, cb = a.__class__, b.__class__
    if ca is str and spend is not None and len(a) > LONG:
        spend(len(a) // LONG)
    if not ((ca is cb and ca in PLAIN) or (ca in _NUMBERS and cb in _NUMBERS)):
        keys = _order_keys(a, b)
        if keys is None:
            return None
        a, b = keys
    return 0 if a == b else (-1 if a < b else 1)


def _order_keys(a: Value, b: Value) -> tuple[Any, Any] | None:
    ka, kb = kind(a), kind(b)
    if ka != kb:
        return None
    match ka:
        case "date":
            return (a.year, a.month, a.day), (b.year, b.month, b.day)
        case "date and time" if (zone_of(a) is None) == (zone_of(b) is None):
            return instant(a), instant(b)
        case "time" if (a.tzinfo is None) == (b.tzinfo is None):
            return _time_key(a), _time_key(b)
    return None


def in_range(value: Value, of: Range, spend: Spend | None = None) -> bool | None:
    """Whether the value lies in the range; null where it cannot be compared."""
    if of.op in ("=", "!="):
        same = equal(value, of.low, spend)
        return same if of.op == "=" or same is None else not same
    if value is None:
        return None
    above = below = True
    if of.low is not None:
        order = compare(value, of.low, spend)
        if order is None:
            return None
        above = order > 0 or (order == 0 and of.low_closed)
    elif of.op not in ("<", "<="):
        return None
    if of.high is not None:
        order = compare(value, of.high, spend)
        if order is None:
            return None
        below = order < 0 or (order == 0 and of.high_closed)
    elif of.op not in (">", ">="):
        return None
    return above and below


# Arithmetic -----------------------------------------------------------------------------------


def add(a: Value, b: Value, run: Run, note: Note) -> Value:
    ca, cb = a.__class__, b.__class__
    if ca in _NUMBERS and cb in _NUMBERS:
        return number(a + b) if ca is int and cb is int else _exact(DECIMAL.add, a, b, run, note)
    if a is None or b is None:
        return None
    if ca is str and cb is str:
        if len(a) + len(b) > MAX_STRING:
            raise BudgetError("the evaluation was stopped: a string grows too long")
        run.spend((len(a) + len(b)) // 100)
        return a + b
    if cb in _DATES or cb in _MOMENTS or cb is dt.time:
        a, b, ca, cb = b, a, cb, ca
    if cb is YearsMonths:
        if ca is YearsMonths:
            return _months(a.months + b.months, run, note)
        return _add_months(a, b.months, run, note)
    if cb is dt.timedelta:
        return _add_micros(a, micros_of_duration(b), run, note)
    return _no("+", a, b, run, note)


def subtract(a: Value, b: Value, run: Run, note: Note) -> Value:
    ca, cb = a.__class__, b.__class__
    if ca in _NUMBERS and cb in _NUMBERS:
        if ca is int and cb is int:
            return number(a - b)
        return _exact(DECIMAL.subtract, a, b, run, note)
    if a is None or b is None:
        return None
    if cb is YearsMonths:
        if ca is YearsMonths:
            return _months(a.months - b.months, run, note)
        return _add_months(a, -b.months, run, note)
    if cb is dt.timedelta:
        return _add_micros(a, -micros_of_duration(b), run, note)
    if (ca in _DATES or ca in _MOMENTS) and (cb in _DATES or cb in _MOMENTS):
        return _between(a, b, run, note)
    if ca is dt.time and cb is dt.time and (a.tzinfo is None) == (b.tzinfo is None):
        return make_duration(_time_key(a)[1] - _time_key(b)[1])
    return _no("-", a, b, run, note)


def _between(a: Value, b: Value, run: Run, note: Note) -> Value:
    """A date counts as its midnight in UTC."""
    first, second = (
        combine(each, dt.time(tzinfo=dt.UTC)) if each.__class__ in _DATES else each
        for each in (a, b)
    )
    if (zone_of(first) is None) != (zone_of(second) is None):
        return _no("-", a, b, run, note)
    return _far(make_duration(instant(first) - instant(second)), run, note)


def _months(months: int, run: Run, note: Note) -> Value:
    return _far(YearsMonths(months) if abs(months) <= MAX_MONTHS else None, run, note)


def _add_months(a: Value, months: int, run: Run, note: Note) -> Value:
    if a.__class__ in _DATES:
        return _far(add_months(a, months), run, note)
    if a.__class__ in _MOMENTS:
        date, clock = split(a)
        later = add_months(date, months)
        return _far(later and combine(later, clock), run, note)
    return _no("+", a, YearsMonths(months), run, note)


def _add_micros(a: Value, micros: int, run: Run, note: Note) -> Value:
    ca = a.__class__
    if ca is dt.timedelta:
        return _far(make_duration(micros_of_duration(a) + micros), run, note)
    if ca in _DATES:
        return _far(add_days(a, micros // DAY), run, note)
    if ca in _MOMENTS:
        return _far(moment_at(instant(a) + micros, zone_of(a)), run, note)
    if ca is dt.time:
        return clock_of((micros_of(a) + micros) % DAY, a.tzinfo)
    return _no("+", a, make_duration(micros), run, note)


def multiply(a: Value, b: Value, run: Run, note: Note) -> Value:
    ca, cb = a.__class__, b.__class__
    if ca in _NUMBERS and cb in _NUMBERS:
        if ca is int and cb is int:
            return number(a * b)
        return _exact(DECIMAL.multiply, a, b, run, note)
    if a is None or b is None:
        return None
    if ca in _NUMBERS:
        a, b, ca, cb = b, a, cb, ca
    if cb in _NUMBERS and ca in (YearsMonths, dt.timedelta):
        return _scale(a, DECIMAL.multiply, b, run, note)
    return _no("*", a, b, run, note)


def divide(a: Value, b: Value, run: Run, note: Note) -> Value:
    ca, cb = a.__class__, b.__class__
    if ca in _NUMBERS and cb in _NUMBERS:
        if not b:
            return _null("division.zero", "a division by zero", run, note)
        if ca is int and cb is int and not a % b:
            return a // b
        return _exact(DECIMAL.divide, a, b, run, note)
    if a is None or b is None:
        return None
    if ca in (YearsMonths, dt.timedelta) and cb in _NUMBERS:
        if not b:
            return _null("division.zero", "a division by zero", run, note)
        return _scale(a, DECIMAL.divide, b, run, note)
    if ca is cb and ca in (YearsMonths, dt.timedelta):
        x, y = (_length(each) for each in (a, b))
        return divide(x, y, run, note)
    return _no("/", a, b, run, note)


def power(a: Value, b: Value, run: Run, note: Note) -> Value:
    ca, cb = a.__class__, b.__class__
    if ca in _NUMBERS and cb in _NUMBERS:
        if ca is int and cb is int and 0 <= b <= 100 and abs(a) < 10**6:
            return number(a**b)
        run.spend(POWER_STEPS)
        return _exact(DECIMAL.power, a, b, run, note)
    if a is None or b is None:
        return None
    return _no("**", a, b, run, note)


def negate(a: Value, run: Run, note: Note) -> Value:
    match a:
        case None:
            return None
        case int() if a.__class__ is not bool:
            return -a
        case dt.timedelta():
            return _far(make_duration(-micros_of_duration(a)), run, note)
        case Decimal():
            return DECIMAL.minus(a)
        case YearsMonths():
            return YearsMonths(-a.months)
    return _null("type", f"a {kind(a)} has no negative", run, note)


def _length(value: YearsMonths | dt.timedelta) -> int:
    return value.months if isinstance(value, YearsMonths) else micros_of_duration(value)


def _scale(a: Value, by: Any, factor: Value, run: Run, note: Note) -> Value:
    """Durations are whole: months are cut off, microseconds too."""
    exact = _exact(by, Decimal(_length(a)), factor, run, note)
    if exact is None:
        return None
    if abs(exact) > MAX_MONTHS:
        return _far(None, run, note)
    if a.__class__ is YearsMonths:
        return YearsMonths(int(exact))
    return _far(make_duration(int(exact)), run, note)


def _exact(operation: Any, a: Value, b: Value, run: Run, note: Note) -> Decimal | None:
    try:
        result: Decimal = operation(a, b)
    except ArithmeticError:
        result = _NONE
    if result.is_finite():
        return result
    note(run, "number.range", "the result is no number of 34 digits")
    return None


def _far(value: Value, run: Run, note: Note) -> Value:
    if value is None:
        return _null("date.range", "the result is beyond the years ±999,999,999", run, note)
    return value


def _no(op: str, a: Value, b: Value, run: Run, note: Note) -> None:
    return _null("type", f"'{op}' does not go with {kind(a)} and {kind(b)}", run, note)


def _null(code: str, message: str, run: Run, note: Note) -> None:
    note(run, code, message)
