"""How large a value is. A list can hold the same list twice, that one another twice, and so on: a
few hundred bytes that nobody can compare, write or send item by item."""

from __future__ import annotations

from collections.abc import Collection

from concord.dmn.feel.runtime import BudgetError
from concord.dmn.feel.values import Range, Value

MAX_ITEMS = 1_000_000  # of a value that leaves the engine, all written out
MAX_NESTED = 100


_HOLDING = frozenset({list, dict, Range})


def _inner(value: Value) -> Collection[Value]:
    if value.__class__ is Range:
        return (value.low, value.high)
    return value.values() if value.__class__ is dict else value


def bounded(value: Value) -> Value:
    """The value, where it can be written out; else the evaluation is stopped."""
    if value.__class__ in _HOLDING:
        _measure(value, 0, {})
    return value


def _measure(value: Value, depth: int, seen: dict[int, tuple[int, int]]) -> tuple[int, int]:
    """Items, all written out, and levels."""
    if value.__class__ not in _HOLDING:
        return 1, 0
    known = seen.get(id(value))
    if known is None:
        if depth > MAX_NESTED:
            raise BudgetError("the evaluation was stopped: a value is nested too deep")
        parts = [_measure(item, depth + 1, seen) for item in _inner(value)]
        known = 1 + sum(part[0] for part in parts), 1 + max((part[1] for part in parts), default=0)
        seen[id(value)] = known
    if known[0] > MAX_ITEMS or depth + known[1] > MAX_NESTED + 1:
        raise BudgetError("the evaluation was stopped: a value grows too large")
    return known
