"""What a newcomer does wrong: each slip is told, with its place and its mend."""

from __future__ import annotations

import pytest
from tests.dmn.drawn import decision, drawing, table

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
