"""Hit policies, defaults, priorities, and what an evaluation tells."""

from __future__ import annotations

from typing import Any

import pytest
from tests.dmn.drawn import decision, drawing, one_table, table

from concord import dmn

RULES = [[">= 10", '"high"'], [">= 5", '"middle"'], ["-", '"low"']]
RANKED = {"allowed": {"result": '"low", "middle", "high"'}}


def answer(model: dmn.Model, x: Any) -> Any:
    return model.evaluate("answer", {"x": x}).value


@pytest.mark.parametrize(
    ("policy", "more", "values"),
    [
        ("UNIQUE", {}, {12: None, 7: None, 1: "low", None: "low"}),
        ("ANY", {}, {12: None, 1: "low"}),
        ("FIRST", {}, {12: "high", 7: "middle", 1: "low", None: "low"}),
        ("PRIORITY", RANKED, {12: "low", 7: "low"}),
        ("RULE ORDER", {}, {12: ["high", "middle", "low"], 1: ["low"]}),
        ("OUTPUT ORDER", RANKED, {12: ["low", "middle", "high"], 7: ["low", "middle"]}),
        ("COLLECT", {"aggregation": "COUNT"}, {12: 3, 7: 2, 1: 1}),
        ("COLLECT", {"aggregation": "MAX"}, {12: "middle", 1: "low"}),
    ],
)
def test_hit_policy(policy: str, more: dict[str, Any], values: dict[Any, Any]) -> None:
    model = one_table({"x": "number"}, RULES, policy=policy, **more)
    assert {x: answer(model, x) for x in values} == values


def test_unique_names_the_rules_that_clash() -> None:
    result = one_table({"x": "number"}, RULES).evaluate("answer", {"x": 7})
    assert [problem.code for problem in result.problems] == ["table.unique"]
    assert "rules 2, 3" in result.problems[0].message
    assert [rule.index for rule in result.matched] == [2, 3]


def test_sum_of_collected_numbers() -> None:
    rules = [["> 0", "1.5"], ["> 5", "2"]]
    model = one_table({"x": "number"}, rules, policy="COLLECT", aggregation="SUM")
    assert str(answer(model, 6)) == "3.5"


def test_default_outputs() -> None:
    model = one_table({"x": "number"}, [["> 0", '"up"']], defaults={"result": '"none"'})
    assert [answer(model, x) for x in (1, 0)] == ["up", "none"]


def test_several_outputs_are_a_context() -> None:
    rules = [["-", '"go ahead"', "1"]]
    model = one_table({"x": "number"}, rules, outputs=("act", "priority"))
    assert answer(model, 1) == {"act": "go ahead", "priority": 1}


def test_a_value_outside_the_allowed_ones_has_no_answer() -> None:
    model = one_table({"x": "string"}, [["-", "1"]], allowed={"x": '"a", "b"'})
    result = model.evaluate("answer", {"x": "c"})
    assert result.value is None
    assert [problem.code for problem in result.problems] == ["input.allowed"]
    assert answer(model, "a") == 1


def test_annotations_come_with_the_matched_rule() -> None:
    model = one_table({"x": "number"}, [["-", "1", "because", "때문에"]], annotations=("en", "ko"))
    (matched,) = model.evaluate("answer", {"x": 1}).matched
    assert (matched.decision, matched.rule_id, matched.index) == ("answer", "r1", 1)
    assert matched.annotations == {"en": "because", "ko": "때문에"}


def test_graph_explains_itself_in_order() -> None:
    first = table({"x": "number"}, [[">= 10", '"high"'], ["< 10", '"low"']])
    second = table({"level": "string"}, [['"high"', "1"], ['"low"', "2"]])
    model = dmn.load(
        drawing(
            {"x": "number"},
            decision("order", second, ["level"]),
            decision("level", first, ["input x"]),
        )
    )
    result = model.evaluate("order", {"x": 3})
    assert result.value == 2
    assert result.decisions == {"level": "low", "order": 2}
    assert [(step.decision, step.inputs, step.output) for step in result.explanation] == [
        ("level", {"x": 3}, "low"),
        ("order", {"level": "low"}, 2),
    ]
    assert [(rule.decision, rule.index) for rule in result.matched] == [("level", 2), ("order", 2)]


def test_a_decision_given_as_input_is_not_evaluated() -> None:
    first = table({"x": "number"}, [["-", '"high"']])
    second = table({"level": "string"}, [['"high"', "1"], ['"low"', "2"]])
    drawn = drawing(
        {"x": "number"}, decision("level", first, ["input x"]), decision("o", second, ["level"])
    )
    assert dmn.load(drawn).evaluate("o", {"level": "low"}).value == 2


def test_a_missing_input_is_told() -> None:
    result = one_table({"x": "number"}, [["null", '"ask"']]).evaluate("answer", {})
    assert result.value == "ask"
    assert [problem.code for problem in result.problems] == ["input.missing"]


def test_broken_cell_never_holds_and_is_told_with_its_place() -> None:
    model = one_table({"x": "number"}, [["> ", '"a"'], ["-", '"b"']], policy="FIRST")
    result = model.evaluate("answer", {"x": 1})
    assert result.value == "b"
    (problem,) = model.compiled.problems
    assert (problem.code, problem.place.rule, problem.place.column) == ("syntax.end", "1", "x")


def test_several_outputs_cannot_be_aggregated() -> None:
    model = one_table({"x": "number"}, [["-", "1", "2"]], policy="COLLECT", aggregation="SUM",
                      outputs=("one", "two"))  # fmt: skip
    result = model.evaluate("answer", {"x": 1})
    assert (result.value, [each.code for each in result.problems]) == (None, ["table.aggregate"])


def test_a_column_of_a_type_converts_what_it_looks_at() -> None:
    logic = table({"x": "Any"}, [["1", "x"], ["-", "[2]"]], policy="FIRST")
    clause = "<inputExpression><text>x</text>"
    logic = logic.replace(clause, clause.replace(">", ' typeRef="number">', 1))
    logic = logic.replace('name="result"', 'name="result" typeRef="number"')
    model = dmn.load(drawing({"x": "Any"}, decision("answer", logic, ["input x"])))
    assert [answer(model, x) for x in ([1], 3, None, "a")] == [1, 2, 2, 2]


def test_a_column_without_an_expression_is_told() -> None:
    logic = table({"x": "number"}, [["-", "1"]]).replace("<text>x</text>", "<text></text>")
    model = dmn.load(drawing({"x": "number"}, decision("answer", logic, ["input x"])))
    assert [each.code for each in model.compiled.problems] == ["model.missing"]


def test_output_values_that_do_not_parse_rank_nothing() -> None:
    model = one_table({"x": "number"}, RULES, policy="PRIORITY", allowed={"result": '"low" and'})
    assert answer(model, 12) == "high"


def test_the_first_annotation_is_the_rule_s_own() -> None:
    model = one_table({"x": "number"}, [["-", "1", "because"]], annotations=("en",))
    assert model.evaluate("answer", {"x": 1}).matched[0].annotation == "because"


def test_a_decision_that_is_given_is_not_answered_directly() -> None:
    model = one_table({"x": "number"}, [["-", "1"]])
    assert model.evaluate("answer", {"x": 1, "answer": 5}).value == 5


@pytest.mark.parametrize(("policy", "wanted"), [("FIRST", "b"), ("RULE ORDER", ["b", "c", "d"])])
def test_cells_that_compute_are_asked_of_the_rules_that_are_left(policy: str, wanted: Any) -> None:
    rules = [["> x", '"a"'], ["<= x", '"b"'], ["1", '"c"'], ["? = x", '"d"'], ["? > 5 + x", '"e"']]
    model = one_table({"x": "number"}, rules, policy=policy)
    assert answer(model, 1) == wanted
