"""Which rules a column's value lets through, as bits: by hash or by bisection, never by scanning.

A column knows of each of its atoms which rules hold (`columns.Column`); here the way from a value
to its atom is made as short as the column's constants allow. Whole numbers need no decimal
arithmetic: the bounds are cut between whole numbers, so that one bisection of plain integers tells.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection
from decimal import Decimal
from math import floor
from typing import Any

from concord.dmn.columns import OTHER, Column
from concord.dmn.feel.types import Type
from concord.dmn.feel.values import DECIMAL, INT_LIMIT, Value

Lookup = Callable[[Value], int]
_DAY = dt.timedelta(days=1)
_BEYOND = 10**6144
_SAMPLES: dict[type, Value] = {int: 0, Decimal: 0, dt.date: dt.date(2000, 1, 1), str: OTHER}
_KINDS: dict[type, str] = {int: "number", Decimal: "number", dt.date: "date"}
PLAIN = frozenset({int, Decimal, str, bool, dt.date, type(None)})
CLASSES: dict[str, frozenset[type]] = {  # of values that are of the type as they stand
    "Any": PLAIN,
    "number": frozenset({int, Decimal, type(None)}),
    "string": frozenset({str, type(None)}),
    "boolean": frozenset({bool, type(None)}),
    "date": frozenset({dt.date, type(None)}),
}


def as_they_stand(of: Type) -> frozenset[type]:
    """The classes of values that the type takes without a look at them."""
    return CLASSES.get(of.name, _NONE) if of.allowed is None else _NONE


_NONE: frozenset[type] = frozenset()


class UnreadyError(Exception):
    """The value is none that is looked up as it was given."""


def lookup_of(column: Column, classes: Collection[type], otherwise: Lookup) -> Lookup:
    """The rules that may hold for a value of one of the classes (of `PLAIN`); a value of another
    class is handed to `otherwise`. May raise `TypeError` for a value that has no hash."""
    found = {each: _of_class(column, each, otherwise) for each in classes}
    only = set(found) - {type(None)}
    if only == {int, Decimal} and _is_direct(column):
        return _numbers(column, otherwise)
    if only == {str}:
        return _Strings(column, otherwise).__getitem__
    if only == {bool}:
        return _truth(column, otherwise)
    by_class = found.get
    return lambda value: by_class(value.__class__, otherwise)(value)


def unready(value: Value) -> int:
    raise UnreadyError


def _of_class(column: Column, cls: type, otherwise: Lookup) -> Lookup:
    if cls is type(None):
        return _same(column.null_mask)
    if cls is bool:
        return column.truth.__getitem__
    if cls is str:
        strings, other = column.strings.get, column.other_string
        return lambda value: strings(value, other)
    index = column.sorted.get(_KINDS[cls])
    if index is None:
        if _KINDS[cls] in column.bounds:
            return column.lookup
        return _same(column.mask_of(_SAMPLES[cls]))
    if cls is int:
        return _whole(column, index[0]) if _is_direct(column) else column.lookup
    if cls is Decimal:
        return _decimals(column, otherwise)
    return _dates(column, index[0])


def _same(mask: int) -> Lookup:
    return lambda value: mask


def _is_direct(column: Column) -> bool:
    """Whether whole numbers too long for 34 digits fall where their rounded ones do."""
    index = column.sorted.get("number")
    return index is not None and all(-INT_LIMIT < each < INT_LIMIT for each in index[0])


def _whole(column: Column, bounds: list[Value]) -> Lookup:
    cuts, masks = _whole_cuts(column, bounds)
    return lambda value: masks[bisect_right(cuts, value)]


def _whole_cuts(column: Column, bounds: list[Value]) -> tuple[list[int], Any]:
    """The whole numbers at which the rules change, and the rules below, between and above them;
    null, which no bits can be met with, for numbers that FEEL has not."""
    cuts: set[int] = set()
    for each in bounds:
        whole = floor(each)
        cuts |= {whole, whole + 1} if whole == each else {whole + 1}
    ordered = sorted(cuts)
    masks = [column.lookup(each) for each in (ordered[0] - 1, *ordered)]
    return [-_BEYOND, *ordered, _BEYOND], [None, *masks, None]


def _decimals(column: Column, otherwise: Lookup) -> Lookup:
    index = column.sorted["number"]
    bounds, points, gaps = [Decimal(each) for each in index[0]], index[1], index[2]
    count, plus = len(bounds), DECIMAL.plus

    def decimals(value: Decimal) -> int:
        rounded = plus(value)
        at = bisect_left(bounds, rounded)
        if at == count:
            return gaps[at] if value.is_finite() else otherwise(value)
        if bounds[at] == rounded:
            return points[at]
        return gaps[at] if at or value.is_finite() else otherwise(value)

    return decimals


def _numbers(column: Column, otherwise: Lookup) -> Lookup:
    cuts, masks = _whole_cuts(column, column.sorted["number"][0])
    decimals, null = _decimals(column, otherwise), column.null_mask

    def numbers(value: Value) -> Any:
        cls = value.__class__
        if cls is int:
            return masks[bisect_right(cuts, value)]
        if cls is Decimal:
            return decimals(value)
        return null if value is None else otherwise(value)

    return numbers


class _Strings(dict[Value, int]):
    """The rules by the strings that cells name, and for null."""

    def __init__(self, column: Column, otherwise: Lookup) -> None:
        super().__init__(column.strings)
        self[None] = column.null_mask
        self.other = column.other_string
        self.otherwise = otherwise

    def __missing__(self, value: Value) -> int:
        return self.other if value.__class__ is str else self.otherwise(value)


def _truth(column: Column, otherwise: Lookup) -> Lookup:
    yes, no, null = column.truth[True], column.truth[False], column.null_mask

    def truth(value: Value) -> int:
        if value is True:
            return yes
        if value is False:
            return no
        return null if value is None else otherwise(value)

    return truth


def _dates(column: Column, bounds: list[Value]) -> Lookup:
    cuts = sorted(set(bounds) | {each + _DAY for each in bounds if each < dt.date.max})
    below = cuts[0] - _DAY if cuts[0] > dt.date.min else cuts[0]
    masks = [column.lookup(each) for each in (below, *cuts)]
    return lambda value: masks[bisect_right(cuts, value)]
