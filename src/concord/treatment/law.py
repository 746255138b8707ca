"""The law of publishing: no gap, no conflict, no dead rule, no inversion, no unknown word.

Proved by brute force: a table only tells values apart at the numbers and words that stand in its
cells, so trying one value at, below and above each of them tries everything. Each table is tried
over all combinations; since the ranked tables are each monotone, so is what they are chained to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise, product
from typing import Any, Final

from concord import dmn
from concord.dmn.model import DecisionTable, InputClause, Model
from concord.treatment import requests, sentences
from concord.treatment.treat import ACTS

NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")
STEP: Final = Decimal("0.01")
MOST: Final = 2_000_000  # combinations of one table; more is refused rather than half checked
EXAMPLES: Final = 5  # findings shown of one kind and table

# What is better, from worse to better; values in one tuple are equal.
STANDINGS: Final = (("on hold",), ("watch",), ("good",), ("excellent",))
VALUES: Final = (("standard", "new", "dormant"), ("growing",), ("key",))
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


def check(model: Model) -> list[Finding]:
    """Everything that forbids putting the model in force; an empty list if nothing does."""
    found: list[Finding] = []
    for table in model.tables.values():
        found += check_table(table)
    found += _missing_tables(model)
    return found


def check_table(table: DecisionTable) -> list[Finding]:
    """One table over every combination of values that it can tell apart."""
    grid = Grid(table)
    if grid.size > MOST:
        return [Finding("word", table.id, (), {}, f"{grid.size} combinations are too many")]
    found: dict[str, list[Finding]] = {}

    def add(finding: Finding) -> None:
        of_kind = found.setdefault(finding.kind, [])
        if len(of_kind) < EXAMPLES:
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
    for finding in _words(table):
        add(finding)
    return [finding for of_kind in found.values() for finding in of_kind]


class Grid:
    """A table's columns with the values worth trying, and which rules let each value through."""

    def __init__(self, table: DecisionTable) -> None:
        self.table = table
        self.columns = [
            _values(column, [rule.inputs[at] for rule in table.rules])
            for at, column in enumerate(table.inputs)
        ]
        self.bits = [
            [_mask(table, at, value) for value in values] for at, values in enumerate(self.columns)
        ]
        self.size = 1
        for values in self.columns:
            self.size *= len(values)

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


def _values(column: InputClause, cells: Sequence[str]) -> list[Any]:
    """The values that these cells can tell apart, unknown included where it can occur."""
    text = " ".join(cells)
    if column.type == "boolean":
        return [False, True, None] if column.expression != "exception" else [False, True]
    if column.type == "number":
        limits = sorted({Decimal(each) for each in NUMBER.findall(text)} or {Decimal(0)})
        near = {value + step for value in limits for step in (-STEP, 0, STEP)}
        return [*sorted(near), None]
    if column.allowed:
        words: list[Any] = list(re.findall(r'"([^"]*)"', column.allowed))
        return words if column.expression in ("standing", "value") else [*words, None]
    return [*dict.fromkeys(re.findall(r'"([^"]*)"', text)), "something else"]


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


def _words(table: DecisionTable) -> Iterator[Finding]:
    """Acts, sentences, urgencies and benefits that nobody could say."""
    for at, rule in enumerate(table.rules):
        said = _outputs(table, at)
        if "act" not in said:
            continue
        act = str(said["act"]).replace(" ", "_")
        if act == "ask":
            known = said["say"] in requests.QUESTIONS
        else:
            known = (
                act in ACTS
                and said["say"] in sentences.SENTENCES
                and said["urgency"] in sentences.URGENCIES
                and all(each in sentences.BENEFITS for each in said["benefits"] or ())
            )
        if not known:
            yield Finding("word", table.id, (rule.id,), {}, "a word that nobody can say")


def _missing_tables(model: Model) -> Iterator[Finding]:
    tables = {decision.id for decision in model.decisions}
    needed = [kind.table for kind in requests.BUILT_IN]
    for table in (*needed, requests.ANY_OTHER, "standing", "value", "side_note", "exception_by"):
        if table not in tables:
            yield Finding("gap", table, (), {}, "the table is missing")
