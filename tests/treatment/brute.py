"""A judge of the law of publishing that shares nothing with the engine's analysis: every
combination of the values that a table tells apart, tried one by one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise, product
from typing import Any, Final

from concord import dmn
from concord.dmn.model import DecisionTable, InputClause

NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")
STEP: Final = Decimal("0.01")
STANDINGS: Final = (("on hold",), ("watch",), ("good",), ("excellent",))
VALUES: Final = (("standard",), ("growing",), ("key",))
RANKED: Final[Mapping[str, str | tuple[tuple[Any, ...], ...]]] = {
    "hold set by accounting": ((True,), (False,)),
    "overdue undisputed": "lower",
    "oldest undisputed overdue days": "lower",
    "hold elsewhere": ((True,), (False,)),
    "overdue elsewhere": "lower",
    "average days late": "lower",
    "orders 12 months": "higher",
    "purchases 12 months": "higher",
    "revenue 12 months": "higher",
    "growth": "higher",
    "key account": ((False,), (True,)),
    "standing": STANDINGS,
    "value": VALUES,
}
SERVED: Final = {"go ahead": 2, "escalate": 2, "not yet": 1, "pass on": 0, "decline": 0}
NO_PRIORITY: Final = 99


@dataclass(frozen=True, slots=True)
class Finding:
    """Why a policy may not be put in force. `at` is a combination that shows it."""

    kind: str  # gap, conflict, dead, inversion, word
    table: str
    rules: tuple[str, ...]
    at: Mapping[str, Any]
    detail: str = ""


def check_table(table: DecisionTable) -> list[Finding]:
    """One table over every combination of values that it can tell apart."""
    grid = Grid(table)
    found: dict[str, list[Finding]] = {}

    def add(finding: Finding) -> None:
        of_kind = found.setdefault(finding.kind, [])
        of_kind.append(finding)

    outcomes: list[int] = []  # the rule that holds, by combination; -1 for a gap
    for place, mask in grid.masks():
        if not mask:
            add(Finding("gap", table.id, (), grid.values_at(place)))
        elif mask & (mask - 1) and table.hit_policy == "U":
            add(Finding("conflict", table.id, grid.rules(mask), grid.values_at(place)))
        outcomes.append((mask & -mask).bit_length() - 1)
    alive = set(outcomes)
    for at, rule in enumerate(table.rules):
        if at not in alive:
            add(Finding("dead", table.id, (rule.id,), {}))
    for finding in _inversions(grid, outcomes):
        add(finding)
    return [finding for of_kind in found.values() for finding in of_kind]


class Grid:
    """A table's columns with the values worth trying, and which rules let each value through."""

    def __init__(self, table: DecisionTable) -> None:
        self.table = table
        self.columns = tried(table)
        self.bits = [
            [_mask(table, at, value) for value in values] for at, values in enumerate(self.columns)
        ]

    def masks(self) -> Iterator[tuple[tuple[int, ...], int]]:
        """Every combination (an index a column) with the bits of the rules that match."""
        everything = (1 << len(self.table.rules)) - 1
        for place in product(*(range(len(values)) for values in self.columns)):
            mask = everything
            for column, at in zip(self.bits, place, strict=True):
                mask &= column[at]
            yield place, mask

    def rules(self, mask: int) -> tuple[str, ...]:
        return tuple(rule.id for at, rule in enumerate(self.table.rules) if mask >> at & 1)

    def values_at(self, place: Sequence[int]) -> dict[str, Any]:
        named = zip(self.table.inputs, self.columns, place, strict=True)
        return {column.expression: values[at] for column, values, at in named}

    def steps(self) -> Iterator[tuple[int, int, int, bool]]:
        """Every step to a better value: column, from, to, and whether the two are equally good."""
        for at, column in enumerate(self.table.inputs):
            ranked = RANKED.get(column.expression)
            if ranked is None:
                continue
            places = _in_order(self.columns[at], ranked)
            for worse, better in pairwise(places):
                yield at, worse[-1], better[0], False
            for equals in places:
                for one, other in pairwise(equals):
                    yield at, one, other, True

    def offset(self, column: int) -> int:
        """How far apart in `masks` two combinations are that differ by one in this column."""
        distance = 1
        for values in self.columns[column + 1 :]:
            distance *= len(values)
        return distance


def _mask(table: DecisionTable, column: int, value: Any) -> int:
    mask = 0
    for at, rule in enumerate(table.rules):
        text = rule.inputs[column].strip()
        if text in ("", "-") or dmn.parse_unary(text).matches(value):
            mask |= 1 << at
    return mask


def _in_order(values: Sequence[Any], ranked: str | tuple[tuple[Any, ...], ...]) -> list[list[int]]:
    """The places of the values from worse to better; equals stand together."""
    if isinstance(ranked, str):
        places = [at for at, value in enumerate(values) if value is not None]
        return [[at] for at in (places if ranked == "higher" else reversed(places))]
    grouped = [[at for at, value in enumerate(values) if value in group] for group in ranked]
    return [group for group in grouped if group]


def _inversions(grid: Grid, outcomes: Sequence[int]) -> Iterator[Finding]:
    """A step to a better value, all else equal, that makes the outcome worse."""
    ranks = [_rank(grid.table, at) for at in range(len(grid.table.rules))]
    sizes = [len(values) for values in grid.columns]
    for column, worse, better, equal in grid.steps():
        offset = grid.offset(column)
        for place, base in enumerate(outcomes):
            if place // offset % sizes[column] != worse:
                continue
            other = outcomes[place + (better - worse) * offset]
            if base < 0 or other < 0 or base == other:
                continue
            before, after = ranks[base], ranks[other]
            if before is None or after is None:
                continue
            if _worse(after, before) or (equal and _worse(before, after)):
                at = _place(place, sizes)
                rules = (grid.table.rules[base].id, grid.table.rules[other].id)
                title = grid.table.inputs[column].title
                yield Finding("inversion", grid.table.id, rules, grid.values_at(at), title)


Rank = tuple[int, int, frozenset[str]]


def _rank(table: DecisionTable, at: int) -> Rank | None:
    """How good an outcome is: served or not, how soon, with which benefits. None: a question."""
    said = _outputs(table, at)
    if "standing" in said:
        return _level(STANDINGS, said["standing"]), 0, frozenset()
    if "value" in said:
        return _level(VALUES, said["value"]), 0, frozenset()
    if said.get("act") not in SERVED:
        return None
    priority = said["priority"] if said["priority"] is not None else NO_PRIORITY
    return SERVED[said["act"]], -int(priority), frozenset(said["benefits"] or ())


def _worse(one: Rank, other: Rank) -> bool:
    """Whether `one` is worse than `other`; with equal service, missing benefits are worse."""
    return one[:2] < other[:2] or (one[:2] == other[:2] and not one[2] >= other[2])


def _level(levels: tuple[tuple[Any, ...], ...], value: Any) -> int:
    return next((at for at, level in enumerate(levels) if value in level), -1)


def _outputs(table: DecisionTable, at: int) -> dict[str, Any]:
    named = zip(table.outputs, table.rules[at].outputs, strict=True)
    return {output.name: dmn.parse(cell).evaluate() for output, cell in named}


def _place(place: int, sizes: Sequence[int]) -> tuple[int, ...]:
    found = []
    for size in reversed(sizes):
        place, at = divmod(place, size)
        found.append(at)
    return tuple(reversed(found))


def tried(table: DecisionTable) -> list[list[Any]]:
    """By column: below, at and above each number, each word, and unknown where that can be."""
    return [
        _values(column, [rule.inputs[at] for rule in table.rules])
        for at, column in enumerate(table.inputs)
    ]


def _values(column: InputClause, cells: Sequence[str]) -> list[Any]:
    text = " ".join(cells)
    if column.type == "boolean":
        return [False, True, None] if column.expression != "exception" else [False, True]
    if column.type == "number":
        limits = sorted({Decimal(each) for each in NUMBER.findall(text)} or {Decimal(0)})
        near = {value + step for value in limits for step in (-STEP, 0, STEP)}
        return [*sorted(near), None]
    if column.allowed:
        words: list[Any] = re.findall(r'"([^"]*)"', column.allowed)
        return words if column.expression in ("standing", "value") else [*words, None]
    return [*dict.fromkeys(re.findall(r'"([^"]*)"', text)), "something else"]
