"""What a newcomer does wrong: each slip is told, with its place and its mend."""

from __future__ import annotations

import pytest
from tests.dmn.drawn import decision, drawing, one_table, table

from concord import dmn

RULES = [["> 1", "1.5"], ["-", "2"]]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("sum", "'sum' is no aggregation of the standard; did you mean 'SUM'?"),
        ("AVG", "'AVG' is no aggregation of the standard; there are SUM, COUNT, MIN, MAX"),
    ],
)
def test_an_aggregation_that_is_none_is_refused(written: str, told: str) -> None:
    logic = table({"x": "number"}, RULES, policy="COLLECT", aggregation=written)
    with pytest.raises(dmn.ModelError) as refused:
        dmn.load(drawing({"x": "number"}, decision("price", logic, ["input x"])))
    assert str(refused.value) == f"decision 'price': {told}"
    assert refused.value.problems[0].code == "model.aggregation"


def test_a_hit_policy_that_is_none_names_its_decision() -> None:
    logic = table({"x": "number"}, RULES, policy="FRIST")
    with pytest.raises(dmn.ModelError) as refused:
        dmn.load(drawing({"x": "number"}, decision("price", logic, ["input x"])))
    told = "'FRIST' is no hit policy of the standard; did you mean 'FIRST'?"
    assert str(refused.value) == f"decision 'price': {told}"


def test_of_a_long_line_what_is_around_the_place_is_shown() -> None:
    text = f"{'1 + ' * 500}) + {'2 + ' * 500}3"
    with pytest.raises(dmn.FeelSyntaxError) as refused:
        dmn.parse(text)
    _, line, carets = str(refused.value).split("\n")
    assert len(line) <= 102
    assert line[carets.index("^")] == ")"
    assert carets.strip() == "^"


def test_of_a_long_string_no_more_carets_are_shown_than_text() -> None:
    with pytest.raises(dmn.FeelSyntaxError) as refused:
        dmn.parse('"' + "a" * 7_000)
    _, line, carets = str(refused.value).split("\n")
    assert len(carets) < len(line) <= 101


def test_a_long_name_is_quoted_by_its_ends() -> None:
    (problem,) = dmn.parse("a" * 90_000).check({})
    assert len(problem.message) < 100


FAILING = ["1/0", "[5..1]", 'date("2026-02-30")', "yes", "not(1/0)", "!= 1/0", "[1/0]", "= 1/0"]


@pytest.mark.parametrize("cell", FAILING)
def test_a_cell_that_failed_holds_for_nothing(cell: str) -> None:
    tests = dmn.parse_unary(cell)
    assert [tests.matches(value) for value in (None, 3, "a")] == [False] * 3


def test_a_condition_that_is_unknown_is_not_the_value_null() -> None:
    for cell in ("a > 3", "a > 3 and a < 5", "a between 3 and 5", "not(a > 3)", "a in (> 3)"):
        assert dmn.parse_unary(f"({cell})", ["a"]).matches(None, {"a": None}) is False
    assert dmn.parse_unary("b", ["b"]).matches(None, {"b": None})  # a value that is null, as asked


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("1/0", "division.zero"),
        ("[5..1]", "range"),
        ("yes", "name.unknown"),
        ("(1", "syntax.missing"),
    ],
)
@pytest.mark.parametrize("x", [1, 9, None])
def test_a_broken_cell_is_told_in_every_answer_of_its_table(
    cell: str, code: str, x: int | None
) -> None:
    model = one_table({"x": "number"}, [["< 5", '"low"'], [cell, '"never"']], policy="FIRST")
    result = model.evaluate("answer", {"x": x})
    assert result.value == ("low" if x == 1 else None)
    told = {problem.code: str(problem.place) for problem in result.problems}
    assert told == {code: "decision 'answer', rule 2, column 'x'"}
    assert (code, "error") in {(each.code, each.severity) for each in model.check()}


def test_a_rule_with_too_few_cells_never_holds() -> None:
    whole = drawing(
        {"x": "number"}, decision("answer", table({"x": "number"}, [["1", '"a"']]), ["input x"])
    )
    model = dmn.load(whole.replace(b"<inputEntry><text>1</text></inputEntry>", b""))
    result = model.evaluate("answer", {"x": 1})
    assert (result.value, [each.code for each in result.problems]) == (None, ["table.cells"])


def test_a_value_of_another_kind_than_all_cells_is_told() -> None:
    model = one_table({"x": "Any"}, [["> 3", '"high"'], ["-", '"any"']], policy="FIRST")
    result = model.evaluate("answer", {"x": "5"})
    assert result.value == "any"
    (problem,) = result.problems
    assert str(problem) == (
        "decision 'answer', column 'x': the column's cells ask for a number, not for this string"
    )
    assert model.evaluate("answer", {"x": 5}).problems == ()
    assert model.evaluate("answer", {"x": None}).problems == ()
