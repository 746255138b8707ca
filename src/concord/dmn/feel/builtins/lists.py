"""Lists. Positions count from 1, or from -1 at the end."""

from __future__ import annotations

import functools
from collections.abc import Callable
from decimal import ROUND_DOWN, Decimal

from concord.dmn.feel.builtins.registry import NullResultError, builtin, call_function
from concord.dmn.feel.operators import MAX_MONTHS, PLAIN, compare, equal
from concord.dmn.feel.runtime import LONG, Run
from concord.dmn.feel.temporal import make_duration, micros_of_duration
from concord.dmn.feel.values import DECIMAL, Function, Value, YearsMonths, is_number, kind, number

Number = int | Decimal


def takes_two(function: Function) -> bool:
    return len(function.params) == 2 or function.params == ("...",)


@builtin("list contains(list: list, element: any) -> boolean")
def list_contains(run: Run, items: list[Value], element: Value) -> bool:
    return any(equal(item, element, run.spend) is True for item in items)


@builtin("list replace(list: list, position: number, newItem: any) -> list")
def list_replace(run: Run, items: list[Value], position: Number, new: Value) -> list[Value]:
    at = _position(items, Decimal(position).to_integral_value(ROUND_DOWN))
    return [*items[:at], new, *items[at + 1 :]]


@builtin("list replace(list: list, match: function, newItem: any) -> list")
def list_replace_where(run: Run, items: list[Value], match: Function, new: Value) -> list[Value]:
    if not takes_two(match):
        raise NullResultError("the match function takes the item and the new item")
    answers = [call_function(run, match, [item, new]) for item in items]
    if any(answer.__class__ is not bool for answer in answers):
        raise NullResultError("the match function must give true or false")
    return [new if answer else item for item, answer in zip(items, answers, strict=True)]


@builtin("count(list: list) -> number")
def count(run: Run, items: list[Value]) -> int:
    return len(items)


def _least(run: Run, items: list[Value], sign: int) -> Value:
    best: Value = None
    for at, item in enumerate(items):
        order = 0 if not at else compare(item, best, run.spend)
        if item is None or order is None:
            raise NullResultError("the items have no order among each other", "type")
        if not at or order * sign < 0:
            best = item
    if compare(best, best) is None and best is not None:
        raise NullResultError(f"a {kind(best)} has no order", "type")
    return best


@builtin("min(c...: any)")
@builtin("min(list: list)")
def min_(run: Run, items: list[Value]) -> Value:
    return _least(run, items, 1)


@builtin("max(c...: any)")
@builtin("max(list: list)")
def max_(run: Run, items: list[Value]) -> Value:
    return _least(run, items, -1)


@builtin("sum(n...: any)")
@builtin("sum(list: list)")
def sum_(run: Run, items: list[Value]) -> Value:
    """Null for an empty list; an item that is null makes the sum null."""
    if not items:
        return None
    first = items[0].__class__
    if first is YearsMonths and all(item.__class__ is first for item in items):
        months = sum(item.months for item in items)
        return _long(YearsMonths(months) if abs(months) <= MAX_MONTHS else None)
    if kind(items[0]) == "days and time duration" and len({kind(item) for item in items}) == 1:
        return _long(make_duration(sum(micros_of_duration(item) for item in items)))
    total: Number = 0
    for item in _numbers(items):
        total = _plus(total, item)
    return total


def _long(duration: Value) -> Value:
    if duration is None:
        raise NullResultError("the sum is beyond the longest duration", "date.range")
    return duration


def _plus(a: Number, b: Number) -> Number:
    if a.__class__ is int and b.__class__ is int:
        return number(a + b)
    return DECIMAL.add(a, b)


def _numbers(items: list[Value]) -> list[Number]:
    if any(item is None for item in items):
        raise NullResultError("an item of the list is null", "null")
    if not all(is_number(item) for item in items):
        raise NullResultError("the list must hold numbers only", "type")
    return items


@builtin("product(n...: any) -> number")
@builtin("product(list: list) -> number")
def product(run: Run, items: list[Value]) -> Number | None:
    if not items:
        return None
    total: Number = 1
    for item in _numbers(items):
        total = number(total * item) if _whole(total, item) else DECIMAL.multiply(total, item)
    return total


def _whole(a: Value, b: Value) -> bool:
    return a.__class__ is int and b.__class__ is int


@builtin("mean(n...: any) -> number")
@builtin("mean(list: list) -> number")
def mean(run: Run, items: list[Value]) -> Number | None:
    total = sum_(run, _numbers(items))
    return None if total is None else DECIMAL.divide(total, len(items))


@builtin("median(n...: any) -> number")
@builtin("median(list: list) -> number")
def median(run: Run, items: list[Value]) -> Number | None:
    if not items:
        return None
    ordered = sorted(_numbers(items))
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return DECIMAL.divide(_plus(ordered[middle - 1], ordered[middle]), 2)


@builtin("stddev(n...: any) -> number")
@builtin("stddev(list: list) -> number")
def stddev(run: Run, items: list[Value]) -> Number | None:
    if len(_numbers(items)) < 2:
        raise NullResultError("a standard deviation needs at least two numbers")
    middle = mean(run, items)
    squares: Number = 0
    for item in items:
        away = DECIMAL.subtract(item, middle)
        squares = DECIMAL.add(squares, DECIMAL.multiply(away, away))
    return DECIMAL.sqrt(DECIMAL.divide(squares, len(items) - 1))


@builtin("mode(n...: any) -> list")
@builtin("mode(list: list) -> list")
def mode(run: Run, items: list[Value]) -> list[Value]:
    counts: dict[Number, int] = {}
    for item in _numbers(items):
        counts[item] = counts.get(item, 0) + 1
    most = max(counts.values(), default=0)
    return sorted(item for item, times in counts.items() if times == most)


@builtin("all(b...: any) -> boolean")
@builtin("all(list: list) -> boolean")
def all_(run: Run, items: list[Value]) -> bool | None:
    return _settled(items, False)


@builtin("any(b...: any) -> boolean")
@builtin("any(list: list) -> boolean")
def any_(run: Run, items: list[Value]) -> bool | None:
    return _settled(items, True)


def _settled(items: list[Value], by: bool) -> bool | None:
    """What one item settles; the opposite where all items say so."""
    if any(item is by for item in items):
        return by
    if all(item is (not by) for item in items):
        return not by
    odd = next((item for item in items if item is not None and item.__class__ is not bool), None)
    if odd is not None:
        raise NullResultError(f"an item is a {kind(odd)}, not true or false", "type")
    return None


@builtin("sublist(list: list, start position: number, length?: number?) -> list")
def sublist(
    run: Run, items: list[Value], start: Number, length: Number | None = None
) -> list[Value]:
    at = _position(items, start)
    if length is None:
        return items[at:]
    if length < 1 or at + int(length) > len(items):
        raise NullResultError("the list ends before that")
    return items[at : at + int(length)]


@builtin("append(list: list, item...: any) -> list")
def append(run: Run, items: list[Value], more: list[Value]) -> list[Value]:
    return [*items, *more]


@builtin("concatenate(list...: any) -> list")
def concatenate(run: Run, lists: list[Value]) -> list[Value]:
    joined: list[Value] = []
    for each in lists:
        if each is None:
            raise NullResultError("a list is null", "null")
        joined.extend(each if each.__class__ is list else [each])
    run.spend(len(joined))
    return joined


@builtin("insert before(list: list, position: number, newItem: any) -> list")
def insert_before(run: Run, items: list[Value], position: Number, new: Value) -> list[Value]:
    at = _position(items, position)
    return [*items[:at], new, *items[at:]]


@builtin("remove(list: list, position: number) -> list")
def remove(run: Run, items: list[Value], position: Number) -> list[Value]:
    at = _position(items, position)
    return items[:at] + items[at + 1 :]


def _position(items: list[Value], position: Number) -> int:
    place = int(position)
    if place != position or not 1 <= abs(place) <= len(items):
        raise NullResultError(f"there is no position {position} in a list of {len(items)}", "index")
    return place - 1 if place > 0 else len(items) + place


@builtin("reverse(list: list) -> list")
def reverse(run: Run, items: list[Value]) -> list[Value]:
    return items[::-1]


@builtin("index of(list: list, match: any) -> list")
def index_of(run: Run, items: list[Value], match: Value) -> list[Value]:
    return [at for at, item in enumerate(items, 1) if equal(item, match, run.spend) is True]


@builtin("union(list...: any) -> list")
def union(run: Run, lists: list[Value]) -> list[Value]:
    return _distinct(run, concatenate(run, lists))


@builtin("distinct values(list: list) -> list")
def distinct_values(run: Run, items: list[Value]) -> list[Value]:
    return _distinct(run, items)


def _distinct(run: Run, items: list[Value]) -> list[Value]:
    met = _Met(run)
    return [item for item in items if met.add(item)]


class _Met:
    """Items that were met; by their hash where Python compares as FEEL does."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.plain: set[Value] = set()
        self.others: list[Value] = []

    def __contains__(self, item: Value) -> bool:
        spend = self.run.spend
        if item.__class__ in PLAIN:
            spend(len(item) // LONG if item.__class__ is str else 0)
            return item in self.plain
        spend(1 + len(self.others) // 4)
        return any(equal(item, each, spend) is True for each in self.others)

    def add(self, item: Value) -> bool:
        """Whether it is new."""
        if item in self:
            return False
        if item.__class__ in PLAIN:
            self.plain.add(item)
        else:
            self.others.append(item)
        return True


@builtin("duplicate values(list: list) -> list")
def duplicate_values(run: Run, items: list[Value]) -> list[Value]:
    kept: list[Value] = []
    once, twice = _Met(run), _Met(run)
    for item in items:
        if once.add(item):
            kept.append(item)
        else:
            twice.add(item)
    return [item for item in kept if item in twice]


@builtin("flatten(list: list) -> list")
def flatten(run: Run, items: list[Value]) -> list[Value]:
    flat: list[Value] = []
    stack = [iter(items)]
    while stack:
        for item in stack[-1]:
            run.spend()
            if item.__class__ is list:
                stack.append(iter(item))
                break
            flat.append(item)
        else:
            stack.pop()
    return flat


@builtin("sort(list: list, precedes?: function?) -> list")
def sort(run: Run, items: list[Value], precedes: Function | None = None) -> list[Value]:
    if precedes is None and len({item.__class__ for item in items}) == 1 and _is_plain(items):
        _spend_on_strings(run, items)
        return sorted(items)
    before = _by_function(run, precedes) if precedes else _by_value(run)
    return sorted(items, key=functools.cmp_to_key(before))


def _is_plain(items: list[Value]) -> bool:
    return items[0].__class__ in PLAIN


def _spend_on_strings(run: Run, items: list[Value]) -> None:
    """Sorting compares each of them with some others."""
    if items[0].__class__ is str:
        run.spend(sum(map(len, items)) // LONG * len(items).bit_length())


def _by_value(run: Run) -> Callable[[Value, Value], int]:
    def order(a: Value, b: Value) -> int:
        found = compare(a, b, run.spend)
        run.spend()
        if found is None:
            raise NullResultError("the items have no order among each other", "type")
        return found

    return order


def _by_function(run: Run, precedes: Function) -> Callable[[Value, Value], int]:
    if not takes_two(precedes):
        raise NullResultError("the precedes function takes two items")

    def order(a: Value, b: Value) -> int:
        if call_function(run, precedes, [a, b]) is True:
            return -1
        return 1 if call_function(run, precedes, [b, a]) is True else 0

    return order
