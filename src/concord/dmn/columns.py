"""A table's column of conditions, cut into atoms: the smallest sets of values that no constant cell
of the column tells apart. Evaluation looks a value's atom up instead of trying every cell; the
analysis computes with atoms as if they were values.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from functools import cmp_to_key
from itertools import accumulate, pairwise
from operator import xor
from typing import Any

from concord.dmn.feel import ast
from concord.dmn.feel.operators import compare
from concord.dmn.feel.runtime import BudgetError, Code, Env, Run
from concord.dmn.feel.temporal import micros_of, offset_of
from concord.dmn.feel.values import DECIMAL, Range, Value, YearsMonths, is_number, kind

ORDERED = {
    "number",
    "date",
    "time",
    "date and time",
    "days and time duration",
    "years and months duration",
}
_BISECTABLE = (int, Decimal, dt.date, dt.timedelta, YearsMonths)
OTHER = "\x00other"  # a string that no cell names
DAY, MICROSECOND = dt.timedelta(days=1), dt.timedelta(microseconds=1)
_TIMELESS = frozenset({"today", "now"})


@dataclass(frozen=True, slots=True)
class Atom:
    """`kind` is FEEL's; a point has `low == high`; an open interval has ends, null for none.
    `other` stands for every value of the kind that no cell names. `sample` is one value of it. An
    atom of lists says of each member that cells name whether it is in them, and how many items
    there are (`low` to `high`); one that is `named` is the list itself."""

    kind: str
    sample: Value
    low: Value = None
    high: Value = None
    other: bool = False
    point: bool = True
    members: tuple[tuple[Value, bool], ...] = ()
    named: bool = False


_STEPS = 100_000  # what asking one constant cell may take


class Column:
    """The cells of one column. `masks[i]` are the rules, as bits, that hold for `atoms[i]`;
    `computed` are the rules whose cell is no constant test, with the cell's closure."""

    def __init__(self, trees: list[ast.UnaryTests | None], codes: list[Code]) -> None:
        self.codes = codes
        plain = [tree is not None and is_constant(tree) for tree in trees]
        self.computed = [(at, code) for at, code in enumerate(codes) if not plain[at]]
        self.always = sum(1 << at for at, tree in enumerate(trees) if tree and tree.any)
        self.always |= sum(1 << at for at, _ in self.computed)
        asked = [at for at, tree in enumerate(trees) if plain[at] and tree and not tree.any]
        self.constant = [(1 << at, codes[at]) for at in asked]
        constant = [tree for at in asked for tree in [trees[at]] if tree is not None]
        self.bounds = _bounds(constant)
        self._index(constant)

    def _index(self, trees: list[ast.UnaryTests]) -> None:
        """Masks by atom: of plain cells by where their constants stand, of others by asking the
        cells themselves about each atom's sample."""
        self.null_mask = self.mask_of(None)
        self.strings = {each: self.mask_of(each) for each in self.bounds.get("string", [])}
        self.other_string = self.mask_of(OTHER)
        self.truth = {each: self.mask_of(each) for each in (True, False)}
        self.sorted: dict[str, tuple[list[Value], list[int], list[int]]] = {}
        for name, bounds in self.bounds.items():
            if name in ORDERED and all(each.__class__ in _BISECTABLE for each in bounds):
                masks = self._masks(name, bounds, trees)
                self.sorted[name] = (bounds, masks[1::2], masks[::2])
        self.numbers = self.sorted.get("number")
        self.dates = self.sorted.get("date")

    def _masks(self, name: str, bounds: list[Value], trees: list[ast.UnaryTests]) -> list[int]:
        """The masks below, at, between and above the bounds, in order."""
        places = {bound: 2 * at + 1 for at, bound in enumerate(bounds)}
        changes = [0] * (2 * len(bounds) + 2)
        asked = []
        for (bit, code), tree in zip(self.constant, trees, strict=True):
            span = spans(tree, name, places)
            if span is None:
                asked.append((bit, code))
                continue
            for start, end in stretches(span):
                changes[start] ^= bit
                changes[end] ^= bit
        masks = list(accumulate(changes[:-1], xor, initial=0))[1:]
        gaps = gap_samples(bounds) if asked else []
        for at in range(len(masks)) if asked else ():
            sample = bounds[at // 2] if at % 2 else gaps[at // 2]
            masks[at] |= self.mask_of(sample, asked)
        return [mask | self.always for mask in masks]

    def mask_of(self, value: Value, cells: list[tuple[int, Code]] | None = None) -> int:
        """The rules whose constant cell holds for the value, asked one by one; one that takes too
        long holds for nothing."""
        mask = self.always
        env = Env(Run(), {"?": value})
        for bit, code in self.constant if cells is None else cells:
            env.run.steps = _STEPS
            with suppress(BudgetError):
                if code(env) is True:
                    mask |= bit
        return mask

    def lookup(self, value: Value) -> int:
        """The rules whose cell may hold: all that hold, and all that are computed."""
        cls = value.__class__
        if cls is str:
            return self.strings.get(value, self.other_string)
        if cls is int or cls is Decimal:
            index = self.numbers
        elif cls is bool:
            return self.truth[value]
        elif value is None:
            return self.null_mask
        elif cls is dt.date:
            index = self.dates
        else:
            index = self.sorted.get(kind(value))
        if index is None or cls not in _BISECTABLE:
            return self.mask_of(value)
        bounds, points, gaps = index
        at = bisect_left(bounds, value)
        if at < len(bounds) and bounds[at] == value:
            return points[at]
        return gaps[at]


def spans(tree: ast.UnaryTests, name: str, places: dict[Value, int]) -> int | None:
    """Where among the places (0 below all bounds, then at one, above it, and so on) the cell holds,
    as bits; null for a cell that has to be asked."""
    found, last = 0, 2 * len(places)
    for test in tree.tests:
        span = _span(test, name, places, last)
        if span is None:
            return None
        found |= span
    return (2 << last) - 1 & ~found if tree.negated else found


def _span(test: ast.Node, name: str, places: dict[Value, int], last: int) -> int | None:
    match test:
        case ast.Operator(op=op) if op in ("<", "<=", ">", ">="):
            value = constant_value(test.of)
            if kind(value) != name:
                return 0 if kind(value) in ORDERED else None
            at = places[value] + (op in ("<=", ">"))
            return (1 << at) - 1 if op in ("<", "<=") else (2 << last) - (1 << at)
        case ast.RangeLiteral():
            low, high = constant_value(test.low), constant_value(test.high)
            if kind(low) != name or kind(high) != name or compare(low, high) == 1:
                return None
            start = places[low] + (not test.low_closed)
            end = places[high] + test.high_closed
            return (1 << end) - (1 << start) if start < end else 0
        case ast.ListLiteral() | ast.And() | ast.Or() | ast.Comparison() | ast.Between() | ast.In():
            return None
    if any(isinstance(each, ast.Name) and each.name == "?" for each in ast.walk(test)):
        return None
    value = constant_value(test)
    if kind(value) == name:
        return 1 << places[value]
    return 0 if value is None or kind(value) in ORDERED or kind(value) == "string" else None


def stretches(bits: int) -> Iterator[tuple[int, int]]:
    """Runs of set bits, as first place and the one behind the last."""
    while bits:
        low = bits & -bits
        beyond = bits + low
        yield low.bit_length() - 1, (beyond & -beyond).bit_length() - 1
        bits &= beyond


def is_constant(tree: ast.Node) -> bool:
    """Whether the test says the same of a value in every evaluation, by comparing it with
    constants only."""
    if isinstance(tree, ast.UnaryTests):
        return tree.any or all(_is_constant_test(test) for test in tree.tests)
    return _is_literal(tree)


def _is_constant_test(test: ast.Node) -> bool:
    match test:
        case ast.Operator():
            return _is_bound(test.of)
        case ast.RangeLiteral():
            return _is_bound(test.low) and _is_bound(test.high)
        case ast.ListLiteral():
            return all(_is_constant_test(item) for item in test.items)
    return _is_literal(test) or _is_predicate(test)


def _is_bound(node: ast.Node) -> bool:
    """Whether values may be cut at it. Strings have an order, but are looked up by being equal."""
    return _is_literal(node) and kind(constant_value(node)) != "string"


def _is_predicate(test: ast.Node) -> bool:
    """Whether it is a condition that only compares the value under test, `?`, with constants."""
    match test:
        case ast.And() | ast.Or():
            return _is_predicate(test.left) and _is_predicate(test.right)
        case (
            ast.Comparison(left=ast.Name(name="?"), right=of)
            | ast.Comparison(left=of, right=ast.Name(name="?"))
        ):
            return _is_literal(of) if test.op in ("=", "!=") else _is_bound(of)
        case ast.Between(of=ast.Name(name="?")):
            return _is_bound(test.low) and _is_bound(test.high)
        case ast.In(of=ast.Name(name="?")):
            return all(_is_constant_test(each) for each in test.tests.tests)
        case ast.Call(function=ast.Name(name="not", builtin=True), args=(of,)):
            return _is_predicate(of)
    return False


def _is_literal(node: ast.Node) -> bool:
    return all(_is_plain(each) for each in ast.walk(node))


def is_timeless(node: ast.Node) -> bool:
    """Whether the expression has the same value in every evaluation, lists and contexts too."""
    for each in ast.walk(node):
        match each:
            case ast.ListLiteral() | ast.ContextLiteral() | ast.Entry() | ast.RangeLiteral():
                pass
            case _ if not _is_plain(each):
                return False
    return True


def asks_value_only(tree: ast.UnaryTests) -> bool:
    """Whether the cell asks, in whatever way, of the value under test alone."""
    return not any(
        isinstance(each, ast.Name)
        and each.name != "?"
        and (not each.builtin or each.name in _TIMELESS)
        for each in ast.walk(tree)
    )


def _is_plain(node: ast.Node) -> bool:
    match node:
        case ast.Literal() | ast.Negation() | ast.Arithmetic() | ast.Call():
            return True
        case ast.Name():
            return node.builtin and node.name not in _TIMELESS
    return False


def constant_value(node: ast.Node) -> Value:
    """The value of a constant expression; null where it takes too long, which is told when the
    cell is asked."""
    from concord.dmn.feel.evaluate import Compiler
    from concord.dmn.problems import Place

    if isinstance(node, ast.Literal):
        return node.value
    try:
        return Compiler(Place()).code(node)(Env(Run(), {}))
    except BudgetError:
        return None


def _bounds(trees: list[ast.UnaryTests]) -> dict[str, list[Value]]:
    """All constants that the cells compare with, by kind, without doubles and in order."""
    found: dict[str, list[Value]] = {}
    for tree in trees:
        for test in tree.tests:
            for value in _constants(test):
                if value is not None:
                    found.setdefault(kind(value), []).append(value)
    return {name: distinct(name, values) for name, values in found.items()}


def _constants(test: ast.Node) -> Iterator[Value]:
    match test:
        case ast.Operator():
            yield from _parts(constant_value(test.of))
        case ast.RangeLiteral():
            yield constant_value(test.low)
            yield constant_value(test.high)
        case ast.ListLiteral():
            for item in test.items:
                yield from _constants(item)
        case _ if _is_predicate(test):
            for child in test.children():
                yield from _predicate_constants(child)
        case _:
            yield from _parts(constant_value(test))


def _predicate_constants(node: ast.Node) -> Iterator[Value]:
    match node:
        case ast.Name():
            pass
        case ast.UnaryTests():
            for test in node.tests:
                yield from _constants(test)
        case _:
            yield from _constants(node)


def _parts(value: Value) -> Iterator[Value]:
    if value.__class__ is Range:
        yield from (value.low, value.high)
    else:
        yield value


def distinct(name: str, values: list[Value]) -> list[Value]:
    """The values of one kind without doubles, and in order where the kind has one."""
    if name not in ORDERED:
        return list(dict.fromkeys(values)) if name in ("string", "boolean") else values
    ordered = sorted(values, key=cmp_to_key(lambda a, b: compare(a, b) or 0))
    kept: list[Value] = []
    for value in ordered:
        if not kept or compare(kept[-1], value) != 0:
            kept.append(value)
    return kept


def bounds_of(columns: list[Column], name: str) -> list[Value]:
    """The bounds of one kind of several columns, in order and without doubles."""
    found = [each.bounds[name] for each in columns if name in each.bounds]
    return found[0] if len(found) == 1 else distinct(name, [each for own in found for each in own])


def gap_samples(bounds: list[Value]) -> list[Value]:
    """One value below all bounds, one between each two, one above all. Where nothing lies between
    two neighbours (two dates in a row) the sample is beyond them in order but is never reached."""
    samples: list[Value] = [_step(bounds[0], -1)]
    for low, high in pairwise(bounds):
        samples.append(between(low, high))
    samples.append(_step(bounds[-1], 1))
    return samples


def _step(value: Any, by: int) -> Value:
    match value:
        case int():
            return value + by
        case Decimal():
            beyond = DECIMAL.next_plus(value) if by > 0 else DECIMAL.next_minus(value)
            return (max if by > 0 else min)(beyond, DECIMAL.add(value, by))
        case dt.datetime():
            return _guarded(value, dt.timedelta(seconds=by))
        case dt.date():
            return _guarded(value, dt.timedelta(days=by))
        case dt.timedelta():
            return value + dt.timedelta(microseconds=by)
        case dt.time():
            return _clock(micros_of(value) + by, value)
    return YearsMonths(value.months + by)


def _clock(micros: int, like: dt.time) -> Value:
    """The time of day so many microseconds after midnight; null where the day has none."""
    if not 0 <= micros < DAY // MICROSECOND:
        return None
    moment = dt.datetime(1, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=micros)
    return moment.time().replace(tzinfo=like.tzinfo)


def _in_zone(value: dt.time, like: dt.time) -> dt.time:
    """The time on the other's clock, where both have an offset."""
    own, other = offset_of(value), offset_of(like)
    if own is None or other is None or own == other:
        return value
    shifted = dt.datetime.combine(dt.date(2000, 1, 1), value.replace(tzinfo=dt.UTC)) + other - own
    return shifted.time()


def _guarded(value: Any, by: dt.timedelta) -> Value:
    try:
        return value + by
    except OverflowError:
        return value


def between(low: Any, high: Any) -> Value:
    """A value between the two, or null where the type has none."""
    middle: Value = None
    if is_number(low):
        half = DECIMAL.divide(DECIMAL.subtract(Decimal(high), Decimal(low)), 2)
        middle = DECIMAL.add(Decimal(low), half)
    elif isinstance(low, YearsMonths):
        middle = YearsMonths((low.months + high.months) // 2)
    elif isinstance(low, dt.time):
        middle = _clock((micros_of(low) + micros_of(_in_zone(high, low))) // 2, low)
    elif isinstance(low, dt.date | dt.timedelta):
        middle = low + (high - low) / 2
    inside = middle is not None and compare(low, middle) == -1 and compare(middle, high) == -1
    return middle if inside else None
