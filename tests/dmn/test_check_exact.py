"""Each finding against brute force over all that a small table's cells can tell apart."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass
from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.dmn.drawn import one_table

from concord import dmn

STRINGS = (
    '<itemDefinition name="strings" isCollection="true"><typeRef>string</typeRef></itemDefinition>'
)
DAYS = dt.timedelta
CELLS: dict[str, list[str]] = {
    "string": ["-", '"a"', '"a", "b"', 'not("a")', "null", "not(null)", '"c", null', '? = "b"'],
    "number": [
        "-", "< 2", ">= 2", "[1..3)", "2", "null", "not(1, 3)", "> 1, null", "? = 2 or ? > 3",
        "(1..2], 4", "? between 1 and 3", "not([1..2])", "]1..3[",
    ],
    "boolean": ["-", "true", "false", "null", "not(true)", "? = true", "false, null"],
    "date": ["-", '< @"2026-01-02"', '@"2026-01-02"', '>= @"2026-01-02", null',
             'not(@"2026-01-01")'],
    "time": ["-", '< @"12:00:00"', '>= @"12:00:00"', '[@"10:00:00"..@"12:00:00"]', "null"],
    "days and time duration": ["-", '< @"P2D"', '[@"P1D"..@"P3D")', 'not(@"P2D"), null', "null"],
    "years and months duration": ["-", '< @"P2Y"', '>= @"P1Y", null', '@"P1Y"'],
    "strings": [
        "-", 'list contains(?, "a")', 'not(list contains(?, "b"))', "count(?) > 1", "null",
        'list contains(?, "a") or count(?) = 0', '["a", "b"]', 'count(?) <= 2, null',
        '? = []', 'not(list contains(?, "a")) and count(?) > 0',
    ],
}  # fmt: skip
SAMPLES: dict[str, list[Any]] = {
    "string": [None, "a", "b", "c", "d"],
    "number": [None, 0, 1, 1.5, 2, 2.5, 3, 3.5, 4, 5],
    "boolean": [None, True, False],
    "date": [None, *(dt.date(2026, 1, day) for day in (1, 2, 3)), dt.date(2025, 12, 31)],
    "time": [None, *(dt.time(hour) for hour in (9, 10, 11, 12, 13))],
    "days and time duration": [None, *(DAYS(hours=12 * each) for each in range(8))],
    "years and months duration": [None, *(dmn.YearsMonths(6 * each) for each in range(6))],
    "strings": [None, *([*each] for size in range(4) for each in product("abz", repeat=size))],
}
EXAMPLES = int(os.environ.get("CONCORD_EXAMPLES", "40"))
POLICIES = ["UNIQUE", "ANY", "PRIORITY", "FIRST", "RULE ORDER", "OUTPUT ORDER", "COLLECT"]


@dataclass(frozen=True)
class Drawn:
    """A table, and for each sample point the rules (from 1) that hold there."""

    inputs: dict[str, str]
    rules: list[list[str]]

    def model(self, policy: str, rules: list[list[str]] | None = None) -> dmn.Model:
        ranked = {"result": "1, 2"} if policy in ("PRIORITY", "OUTPUT ORDER") else None
        return one_table(
            self.inputs, rules or self.rules, policy=policy, allowed=ranked, types=STRINGS
        )

    def points(self) -> list[tuple[Any, ...]]:
        return list(product(*(SAMPLES[kind] for kind in self.inputs.values())))

    def held(self, point: tuple[Any, ...]) -> list[int]:
        return [
            at
            for at, rule in enumerate(self.rules, 1)
            if all(holds(cell, value) for cell, value in zip(rule, point, strict=False))
        ]

    def within(self, finding: dmn.Problem, point: tuple[Any, ...]) -> bool:
        values = dict(zip(self.inputs, point, strict=True))
        return all(holds(test, values[name]) for name, test in finding.conditions)


def holds(cell: str, value: Any) -> bool:
    key = (cell, repr(value))
    if key not in _HELD:
        _HELD[key] = _TESTS.setdefault(cell, dmn.parse_unary(cell)).matches(value)
    return _HELD[key]


_HELD: dict[tuple[str, str], bool] = {}
_TESTS: dict[str, dmn.UnaryTests] = {}


@st.composite
def tables(draw: st.DrawFn) -> Drawn:
    kinds = draw(st.lists(st.sampled_from(sorted(CELLS)), min_size=1, max_size=3))
    if "strings" in kinds:
        kinds = [*(kind for kind in kinds if kind != "strings"), "strings"][-2:]
    inputs = {f"c{at}": kind for at, kind in enumerate(kinds)}
    cells = [st.sampled_from(CELLS[kind]) for kind in kinds]
    rule = st.tuples(*cells, st.sampled_from(["1", "2"])).map(list)
    return Drawn(inputs, draw(st.lists(rule, min_size=1, max_size=6)))


def largest(sets: set[frozenset[int]]) -> set[tuple[int, ...]]:
    return {
        tuple(sorted(each))
        for each in sets
        if len(each) > 1 and not any(each < other for other in sets)
    }


@settings(max_examples=EXAMPLES, deadline=None)
@given(tables(), st.sampled_from(POLICIES))
def test_gaps(drawn: Drawn, policy: str) -> None:
    findings = drawn.model(policy).check()
    gaps = [each for each in findings if each.code.startswith("table.gap")]
    for point in drawn.points():
        told = [gap for gap in gaps if drawn.within(gap, point)]
        assert len(told) == (not drawn.held(point)), point


@settings(max_examples=EXAMPLES, deadline=None)
@given(tables())
def test_overlaps(drawn: Drawn) -> None:
    held = {frozenset(drawn.held(point)) for point in drawn.points()}
    codes = ("table.overlap", "table.conflict")
    told = [each for each in drawn.model("UNIQUE").check() if each.code in codes]
    assert sorted(each.rules for each in told) == sorted(largest(held))
    outputs = {at: rule[-1] for at, rule in enumerate(drawn.rules, 1)}
    for each in told:
        differ = len({outputs[rule] for rule in each.rules}) > 1
        assert each.code == ("table.conflict" if differ else "table.overlap")
        for point in drawn.points():
            assert drawn.within(each, point) == (set(each.rules) <= set(drawn.held(point)))
    any_ = [each.rules for each in drawn.model("ANY").check() if each.code in codes]
    assert sorted(any_) == sorted(each.rules for each in told if each.code == "table.conflict")


@settings(max_examples=EXAMPLES, deadline=None)
@given(tables())
def test_rules_that_never_apply(drawn: Drawn) -> None:
    first = drawn.model("FIRST")
    held = [each for each in map(drawn.held, drawn.points()) if each]
    never = {each.rules[0] for each in first.check() if each.code in ("rule.masked", "rule.dead")}
    assert never == set(range(1, len(drawn.rules) + 1)) - {each[0] for each in held}
    ranked = [min(each, key=lambda rule: (drawn.rules[rule - 1][-1], rule)) for each in held]
    priority = drawn.model("PRIORITY").check()
    never = {each.rules[0] for each in priority if each.code in ("rule.masked", "rule.dead")}
    assert never == set(range(1, len(drawn.rules) + 1)) - set(ranked)
    for finding in first.check():
        if finding.code == "rule.masked":
            masked, *covers = finding.rules
            for each in map(drawn.held, drawn.points()):
                assert masked not in each or set(each) & set(covers)
            for spare in covers:
                rest = set(covers) - {spare}
                assert any(
                    masked in each and not set(each) & rest
                    for each in map(drawn.held, drawn.points())
                )


@settings(max_examples=EXAMPLES, deadline=None)
@given(tables())
def test_rules_that_are_not_needed(drawn: Drawn) -> None:
    findings = drawn.model("ANY").check()
    spare = {each.rules[0] for each in findings if each.code == "rule.spare"}
    for held in map(drawn.held, drawn.points()):
        results = {drawn.rules[at - 1][-1] for at in held}
        left = {drawn.rules[at - 1][-1] for at in held if at not in spare}
        assert results == left


@settings(max_examples=EXAMPLES, deadline=None)
@given(tables(), st.sampled_from(POLICIES))
def test_rules_that_could_be_one(drawn: Drawn, policy: str) -> None:
    model = drawn.model(policy)
    columns = list(drawn.inputs)
    for finding in model.check():
        if finding.code == "rule.merge":
            kept, *gone = finding.rules
            tests = dict(finding.conditions)
            rules = [list(rule) for rule in drawn.rules]
            name = finding.place.column
            rules[kept - 1][columns.index(name)] = tests.get(name, "-")
            fewer = [rule for at, rule in enumerate(rules, 1) if at not in gone]
            merged = drawn.model(policy, fewer)
            for point in drawn.points():
                given = dict(zip(columns, point, strict=True))
                was = model.evaluate("answer", given).value
                now = merged.evaluate("answer", given).value
                assert (sorted(was) if policy == "COLLECT" and was else was) == (
                    sorted(now) if policy == "COLLECT" and now else now
                )


@settings(max_examples=EXAMPLES, deadline=None)
@given(tables())
def test_cells_that_do_nothing(drawn: Drawn) -> None:
    for finding in drawn.model("FIRST").check():
        if finding.code == "cell.dead":
            ((name, test),) = finding.conditions
            assert not any(holds(test, value) for value in SAMPLES[drawn.inputs[name]])
