"""How points and ranges lie to each other (DMN 1.5, table 78), and `range`."""

from __future__ import annotations

from collections.abc import Callable

from concord.dmn.feel.builtins.registry import NullResultError, builtin
from concord.dmn.feel.operators import compare
from concord.dmn.feel.runtime import Run
from concord.dmn.feel.values import Range, Value


def _order(a: Value, b: Value) -> int:
    order = compare(a, b)
    if order is None:
        raise NullResultError("the values cannot be compared", "type")
    return order


def _range(value: Value) -> Range:
    """The value as a range; a point is the closed range of itself."""
    if value.__class__ is not Range:
        return Range(value, value, True, True)
    if value.low is None or value.high is None:
        raise NullResultError("the range has an open end")
    return value


def _low(a: Range, b: Range) -> int:
    """Which begins earlier."""
    return _order(a.low, b.low) or (b.low_closed - a.low_closed)


def _high(a: Range, b: Range) -> int:
    """Which ends later."""
    return _order(a.high, b.high) or (a.high_closed - b.high_closed)


def _before(a: Range, b: Range) -> bool:
    order = _order(a.high, b.low)
    return order < 0 or (order == 0 and not (a.high_closed and b.low_closed))


def _meets(a: Range, b: Range) -> bool:
    return a.high_closed and b.low_closed and _order(a.high, b.low) == 0


def _overlaps_before(a: Range, b: Range) -> bool:
    return _low(a, b) < 0 and not _before(a, b) and _high(a, b) <= 0


def _includes(a: Range, b: Range) -> bool:
    return _low(a, b) <= 0 and _high(a, b) >= 0


def _starts(a: Range, b: Range) -> bool:
    return _low(a, b) == 0 and _high(a, b) <= 0


def _finishes(a: Range, b: Range) -> bool:
    return _high(a, b) == 0 and _low(a, b) >= 0


_NAMES = {  # by what may be a point (p) and what must be a range (r)
    "pp": ("point1 point2", "point range", "range point", "range1 range2"),
    "pr": ("point range", "range1 range2"),
    "rp": ("range point", "range1 range2"),
    "rr": ("range1 range2",),
}


def _relation(
    name: str, test: Callable[[Range, Range], bool], wants: str, *, swap: bool = False
) -> None:
    """`wants` says of each argument whether it may be a point (p), must be a range (r)."""

    def relation(run: Run, a: Value, b: Value) -> bool | None:
        for value, want in zip((a, b), wants, strict=True):
            if value is None:
                return None
            if want == "r" and value.__class__ is not Range:
                raise NullResultError(f"{name} wants a range there", "type")
        x, y = _range(a), _range(b)
        return test(y, x) if swap else test(x, y)

    for names in _NAMES[wants]:
        first, second = names.split()
        builtin(f"{name}({first}: any, {second}: any) -> boolean")(relation)


_relation("before", _before, "pp")
_relation("after", _before, "pp", swap=True)
_relation("meets", _meets, "rr")
_relation("met by", _meets, "rr", swap=True)
_relation("overlaps", lambda a, b: not (_before(a, b) or _before(b, a)), "rr")
_relation("overlaps before", _overlaps_before, "rr")
_relation("overlaps after", _overlaps_before, "rr", swap=True)
_relation("finishes", _finishes, "pr")
_relation("finished by", _finishes, "rp", swap=True)
_relation("includes", _includes, "rp")
_relation("during", _includes, "pr", swap=True)
_relation("starts", _starts, "pr")
_relation("started by", _starts, "rp", swap=True)
_relation("coincides", lambda a, b: _low(a, b) == 0 == _high(a, b), "pp")
