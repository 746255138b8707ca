"""What is found in a table without running it; brute force over all cells is the judge."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.dmn.drawn import decision, drawing, literal, one_table, table

from concord import dmn


def findings(model: dmn.Model) -> list[tuple[str, tuple[int, ...], tuple[tuple[str, str], ...]]]:
    return [(each.code, each.rules, each.conditions) for each in model.check()]


def test_whole_table_has_no_finding() -> None:
    rules = [['"a"', "< 5", "1"], ['"a"', ">= 5, null", "2"], ['not("a")', "-", "3"]]
    assert one_table({"s": "string", "n": "number"}, rules).check() == []


def test_gap_is_told_in_the_words_of_the_table() -> None:
    rules = [['"a"', "< 5, null", "1"], ['not("a")', "-", "3"]]
    model = one_table({"s": "string", "n": "number"}, rules)
    (problem,) = model.check()
    assert problem.code == "table.gap"
    assert problem.message == 'no rule for: s is "a" and n is >= 5'
    assert problem.conditions == (("s", '"a"'), ("n", ">= 5"))


def test_neighbouring_gaps_are_one() -> None:
    model = one_table({"n": "number"}, [["< 0, null", "1"], ["> 10", "2"], ["[2..3]", "3"]])
    assert findings(model) == [("table.gap", (), (("n", "[0..2), (3..10]"),))]


def test_gap_only_at_null_is_a_warning() -> None:
    (problem,) = one_table({"n": "number"}, [["< 0", "1"], [">= 0", "2"]]).check()
    assert (problem.code, problem.severity) == ("table.gap-null", "warning")
    assert problem.message == "no rule for: n is not given"


def test_dates_have_no_gap_between_two_days() -> None:
    rules = [['<= @"2026-01-01"', "1"], ['>= @"2026-01-02", null', "2"]]
    assert one_table({"d": "date"}, rules).check() == []


def test_conflict_of_unique_rules() -> None:
    rules = [["< 5, null", "1"], [">= 3", "2"]]
    assert findings(one_table({"n": "number"}, rules)) == [
        ("table.conflict", (1, 2), (("n", "[3..5)"),))
    ]


def test_any_may_overlap_where_results_agree() -> None:
    rules = [["< 5, null", "1"], [">= 3", "1"], ["> 7", "2"]]
    assert findings(one_table({"n": "number"}, rules, policy="ANY")) == [
        ("table.conflict", (2, 3), (("n", "> 7"),))
    ]


def test_rule_masked_by_another_and_by_two_together() -> None:
    rules = [["< 5, null", "1"], ["< 3", "2"], [">= 5", "3"], ["[4..6]", "1"]]
    model = one_table({"n": "number"}, rules, policy="FIRST")
    messages = [problem.message for problem in model.check()]
    assert messages == [
        "rule 2 never applies: rule 1 covers all of it with another result",
        "rule 4 never applies: rules 1 and 3 cover all of it with another result",
    ]


def test_masked_by_priority() -> None:
    rules = [["< 5", '"low"'], ["-", '"high"']]
    model = one_table(
        {"n": "number"}, rules, policy="PRIORITY", allowed={"result": '"high", "low"'}
    )
    assert [(code, rules) for code, rules, _ in findings(model)] == [("rule.masked", (1, 2))]


def test_outputs_outside_and_unused() -> None:
    model = one_table({"n": "number"}, [["-", '"c"']], allowed={"result": '"a", "c"'})
    assert [problem.message for problem in model.check()] == ['no rule gives "a"']
    model = one_table({"n": "number"}, [["-", '"x"']], allowed={"result": '"x1"'})
    assert [problem.code for problem in model.check()] == ["output.allowed", "output.unused"]


def test_a_cell_that_nothing_can_meet() -> None:
    rules = [['"a", "b", null', "1"], ['"c"', "2"]]
    model = one_table({"s": "string"}, rules, allowed={"s": '"a", "b"'})
    assert [(code, rules) for code, rules, _ in findings(model)] == [("rule.dead", (2,))]


def test_syntax_and_unknown_names() -> None:
    model = one_table({"n": "number"}, [["> m", "1"], ["((", "2"]], policy="COLLECT")
    found = {(each.code, each.place.rule, each.place.column) for each in model.compiled.problems}
    assert found == {("name.unknown", "1", "n"), ("syntax.end", "2", "n")}


def test_what_cannot_arrive_is_no_gap() -> None:
    first = table({"n": "number"}, [["< 5, null", '"low"'], [">= 5", '"high"']])
    second = table({"level": "string"}, [['"low"', "1"], ['"high"', "2"]])
    drawn = (
        decision("level", first, ["input n"], "string"),
        decision("answer", second, ["level"], "number"),
    )
    assert dmn.load(drawing({"n": "number"}, *drawn)).check() == []
    text = 'if n > 5 then "high" else "low"'
    computed = decision("level", literal(text), ["input n"], "string")
    model = dmn.load(drawing({"n": "number"}, computed, drawn[1]))
    assert [problem.code for problem in model.check()] == ["table.gap"]
    assert model.check()[0].message == (
        'no rule for: level is other than "low", "high", or not given'
    )


def test_default_outputs_close_gaps() -> None:
    model = one_table({"n": "number"}, [["< 5", "1"]], defaults={"result": "0"})
    assert model.check() == []


def test_a_computed_cell_is_told() -> None:
    model = one_table({"n": "number", "m": "number"}, [["> m", "-", "1"], ["<= 0", "-", "2"]])
    codes = {problem.code: problem.severity for problem in model.check()}
    assert codes["check.computed"] == "hint"
    assert codes["table.gap"] == "warning"


# Brute force ----------------------------------------------------------------------------------

CELLS = {
    "string": ["-", '"a"', '"a", "b"', 'not("a")', "null", "not(null)", '"c", null'],
    "number": [
        "-",
        "< 2",
        ">= 2",
        "[1..3)",
        "2",
        "null",
        "not(1, 3)",
        "> 1, null",
        "? = 2 or ? > 3",
    ],
    "boolean": ["-", "true", "false", "null", "not(true)"],
    "date": ["-", '< @"2026-01-02"', '@"2026-01-02"', '>= @"2026-01-02", null'],
}
SAMPLES: dict[str, list[Any]] = {
    "string": [None, "a", "b", "c", "d"],
    "number": [None, 0, 1, 1.5, 2, 2.5, 3, 3.5, 4],
    "boolean": [None, True, False],
    "date": [None, "2026-01-01", "2026-01-02", "2026-01-03"],
}


@st.composite
def tables(draw: st.DrawFn) -> tuple[dict[str, str], list[list[str]]]:
    kinds = draw(st.lists(st.sampled_from(sorted(CELLS)), min_size=1, max_size=3))
    inputs = {f"c{at}": kind for at, kind in enumerate(kinds)}
    cells = [st.sampled_from(CELLS[kind]) for kind in kinds]
    rule = st.tuples(*cells, st.sampled_from(["1", "2"])).map(list)
    return inputs, draw(st.lists(rule, min_size=1, max_size=6))


def points(inputs: dict[str, str]) -> list[dict[str, Any]]:
    import datetime as dt

    values = [
        [dt.date.fromisoformat(v) if kind == "date" and v else v for v in SAMPLES[kind]]
        for kind in inputs.values()
    ]
    return [dict(zip(inputs, row, strict=True)) for row in product(*values)]


def holds(cell: str, value: Any) -> bool:
    return dmn.parse_unary(cell).matches(value)


@settings(max_examples=120, deadline=None)
@given(tables())
def test_findings_are_those_of_brute_force(drawn: tuple[dict[str, str], list[list[str]]]) -> None:
    inputs, rules = drawn
    matched = [
        (
            point,
            [
                at
                for at, rule in enumerate(rules, 1)
                if all(holds(cell, v) for cell, v in zip(rule, point.values(), strict=False))
            ],
        )
        for point in points(inputs)
    ]
    unique = one_table(inputs, rules).check()
    first = one_table(inputs, rules, policy="FIRST")
    gaps = [problem for problem in unique if problem.code.startswith("table.gap")]
    for point, held in matched:
        told = [gap for gap in gaps if _within(gap, point)]
        assert len(told) == (not held)
    clashes = {
        problem.rules for problem in unique if problem.code in ("table.overlap", "table.conflict")
    }
    assert clashes == {(a, b) for _, held in matched for a in held for b in held if a < b}
    alive = {held[0] for _, held in matched if held}
    told_dead = {p.rules[0] for p in first.check() if p.code in ("rule.masked", "rule.dead")}
    assert told_dead == set(range(1, len(rules) + 1)) - alive
    for point, held in matched:
        result = first.evaluate("answer", point)
        assert [rule.index for rule in result.matched] == held[:1]


def _within(gap: dmn.Problem, point: dict[str, Any]) -> bool:
    return all(holds(test, point[name]) for name, test in gap.conditions)


def test_a_policy_of_a_hundred_rules_is_swept_whole() -> None:
    rules = [
        [f'"{a}"', f"[{b}..{b + 1})", "-", "-", "true" if c else "false, null", "1"]
        for a in "abcde"
        for b in range(10)
        for c in (0, 1)
    ]
    inputs = {"s": "string", "n": "number", "x": "number", "y": "string", "t": "boolean"}
    model = one_table(inputs, rules, allowed={"s": '"a", "b", "c", "d", "e"'})
    assert len(rules) == 100
    assert [(p.code, p.conditions) for p in model.check()] == [
        ("table.gap", (("s", "not(null)"), ("n", "< 0, >= 10, null"))),
        ("table.gap-null", (("s", "null"),)),
    ]


def test_a_search_that_was_bounded_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("concord.dmn.analysis.MAX_STATES", 1)
    rules = [['"a"', "< 5", "1"], ['"b"', "> 7", "2"]]
    model = one_table({"s": "string", "n": "number"}, rules)
    assert "check.bounded" in [problem.code for problem in model.check()]
