"""The rounds of `for`, `some` and `every`: every combination of the domains' items."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from concord.dmn.feel.operators import compare
from concord.dmn.feel.runtime import Code, Env, Note
from concord.dmn.feel.temporal import date_of_day, day_number
from concord.dmn.feel.values import FarDate, Range, Value, is_number, kind

Domains = list[tuple[str, Code, Code | None]]


def combinations(domains: Domains, env: Env, note: Note) -> Iterator[Env] | None:
    """One `Env` a round, later domains seeing the names of earlier ones; null when the first
    domain cannot be gone through."""
    first = _items(domains[0], env, note)
    if first is None:
        return None
    return _rounds(domains, first, env, note)


def _rounds(domains: Domains, items: Iterable[Value], env: Env, note: Note) -> Iterator[Env]:
    name = domains[0][0]
    rest = domains[1:]
    for item in items:
        inner = env.inner({name: item})
        if not rest:
            yield inner
            continue
        env.run.spend()
        below = _items(rest[0], inner, note)
        if below is not None:
            yield from _rounds(rest, below, inner, note)


def _items(domain: tuple[str, Code, Code | None], env: Env, note: Note) -> Iterable[Value] | None:
    _, low, high = domain
    value = low(env)
    if high is not None:
        return _steps(value, high(env), env, note)
    if value.__class__ is list:
        return value
    if value.__class__ is Range:
        return _range(value, env, note)
    if value is None:
        return None
    return [value]


def _range(value: Range, env: Env, note: Note) -> Iterable[Value] | None:
    steps = _steps(value.low, value.high, env, note)
    if steps is None:
        return None
    return (
        step
        for step in steps
        if (value.low_closed or compare(step, value.low) != 0)
        and (value.high_closed or compare(step, value.high) != 0)
    )


def _steps(low: Value, high: Value, env: Env, note: Note) -> Iterable[Value] | None:
    """Whole steps from low to high, upwards or downwards: numbers by one, dates by a day."""
    if is_number(low) and is_number(high) and int(low) == low and int(high) == high:
        a, b = int(low), int(high)
        return range(a, b + 1) if a <= b else range(a, b - 1, -1)
    if all(each.__class__ in (dt.date, FarDate) for each in (low, high)):
        a, b = day_number(low), day_number(high)
        days = range(a, b + 1) if a <= b else range(a, b - 1, -1)
        return (date_of_day(day) for day in days)
    note(env.run, "iteration", f"no steps lead from a {kind(low)} to a {kind(high)}")
    return None
