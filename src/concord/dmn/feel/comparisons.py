"""The comparing operators as tests of two values."""

from __future__ import annotations

from collections.abc import Callable

from concord.dmn.feel.operators import Spend, compare, equal
from concord.dmn.feel.values import Value

Comparing = Callable[[Value, Value, Spend], bool | None]


def _not_equal(a: Value, b: Value, spend: Spend) -> bool | None:
    same = equal(a, b, spend)
    return None if same is None else not same


def _ordered(test: Callable[[int], bool]) -> Comparing:
    def ordered(a: Value, b: Value, spend: Spend) -> bool | None:
        order = compare(a, b, spend)
        return None if order is None else test(order)

    return ordered


COMPARISONS: dict[str, Comparing] = {
    "=": equal,
    "!=": _not_equal,
    "<": _ordered(lambda order: order < 0),
    "<=": _ordered(lambda order: order <= 0),
    ">": _ordered(lambda order: order > 0),
    ">=": _ordered(lambda order: order >= 0),
}
