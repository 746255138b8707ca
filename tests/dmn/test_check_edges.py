"""Edges of the analysis: what is given up, what cannot be read, what seldom stands in a table."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from tests.dmn.drawn import decision, drawing, literal, one_table, table

from concord import dmn
from concord.dmn.analysis.diagram import Diagrams, TooLargeError
from concord.dmn.analysis.domain import parsed
from concord.dmn.analysis.reach import Reach
from concord.dmn.analysis.sweep import Relation, Sweep

N = {"n": "number"}
LISTS = (
    '<itemDefinition name="tags" isCollection="true"><typeRef>string</typeRef>{}</itemDefinition>'
)


def codes(model: dmn.Model, **ranking: str) -> list[str]:
    return [each.code for each in model.check(ranking)]


def two_tables(first: list[list[str]], second: list[list[str]], **more: Any) -> dmn.Model:
    above = table(N, first, **more)
    below = table({"first": "", "n": ""}, second, policy="FIRST")
    drawn = (
        decision("first", above, ["input n"]),
        decision("answer", below, ["first", "input n"], "number"),
    )
    return dmn.load(drawing(N, *drawn))


SECOND = [['"x"', "-", "1"], ["-", "> 3", "2"], ["-", "-", "3"]]
FIRST = [["< 5, null", '"x"'], [">= 5", '"y"']]


def test_inversions_that_grew_too_large_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["concord.dmn.analysis.inversions"], "MAX_PAIRS", 0)
    single = one_table(N, [["< 5, null", "1"], [">= 5", "2"]])
    assert codes(single, n="higher", answer="lower") == ["check.bounded"]
    both = two_tables(FIRST, SECOND)
    assert codes(both, n="higher", answer="lower").count("check.bounded") == 2


def test_what_arrives_together_grew_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("concord.dmn.analysis.reach.MAX_ROWS", 0)
    assert "check.bounded" in codes(two_tables(FIRST, SECOND))


def test_a_difference_that_grew_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = two_tables(FIRST, SECOND), two_tables(FIRST, SECOND[1:])
    monkeypatch.setattr("concord.dmn.analysis.diagram.MAX_NODES", 14)
    told = {each.code for each in new.differences(old, "answer")}
    assert "check.bounded" in told


def test_a_change_of_several_outputs() -> None:
    def model(amount: str) -> dmn.Model:
        logic = table(N, [["> 1", amount, '"a"']], outputs=("p", "k"))
        return dmn.load(drawing(N, decision("answer", logic, ["input n"])))

    (change,) = model("2").differences(model("1"))
    assert change.results == ((("p", 1), ("k", "a")), (("p", 2), ("k", "a")))


def test_inversions_of_a_table_with_two_outputs_and_a_gap() -> None:
    logic = table(N, [["< 5", "1", "2"], ["> 6", "2", "1"]], outputs=("p", "k"))
    model = dmn.load(drawing(N, decision("answer", logic, ["input n"])))
    ranking = {"n": "lower", "answer.p": "null < higher"}
    found = [each for each in model.check(ranking) if each.code == "table.inversion"]
    assert [each.results for each in found if isinstance(each, dmn.Finding)] == [
        ((("p", 2), ("k", 1)), (("p", 1), ("k", 2))),
        ((("p", 2), ("k", 1)), (("p", None), ("k", None))),
    ]


@pytest.mark.parametrize(
    ("allowed", "cells"),
    [
        ('<allowedValues><text>not("q")</text></allowedValues>', ['list contains(?, "a")']),
        ('<allowedValues><text>"a", "b"</text></allowedValues>', ['? = ["a"]', '"b"']),
        ('<allowedValues><text>["a".."b"]</text></allowedValues>', ['? = ["a"]', "count(?) > 1"]),
        ("", ['[["a"], ["b"]]', "? = null", "not(null)"]),
    ],
)
def test_lists_against_brute_force(allowed: str, cells: list[str]) -> None:
    rules = [[cell, str(at)] for at, cell in enumerate(cells)]
    model = one_table({"l": "tags"}, rules, policy="FIRST", types=LISTS.format(allowed))
    gaps = [each for each in model.check() if each.code.startswith("table.gap")]
    for value in (None, [], ["a"], ["b"], ["a", "b"], ["b", "b"]):
        held = model.evaluate("answer", {"l": value}).matched
        told = [g for g in gaps if all(dmn.parse_unary(t).matches(value) for _, t in g.conditions)]
        assert len(told) == (not held), (value, held, gaps)


def test_more_is_better_of_lists_that_other_lists_can_hold() -> None:
    model = one_table(
        {"l": "tags"}, [["count(?) = 1", "2"], ['["a", "b"]', "1"], ["-", "3"]],
        policy="FIRST", types=LISTS.format(""),
    )  # fmt: skip
    found = [each for each in model.check({"l": "more", "answer": "higher"})
             if each.code == "table.inversion"]  # fmt: skip
    pairs = {tuple(r[0][1] for r in each.results) for each in found}  # type: ignore[attr-defined]
    assert pairs == {(2, 1), (3, 1), (3, 2)}


def test_orders_of_decisions_stand_in_the_file() -> None:
    logic = table(N, [["< 5, null", "1"], [">= 5", "2"]])
    drawn = decision("answer", logic, ["input n"]).replace(
        "<decision ", '<decision xmlns:c="https://concord.example/dmn" c:better="lower" ', 1
    )
    data = drawing(N, drawn).replace(
        b"<inputData ", b'<inputData xmlns:c="https://concord.example/dmn" c:better="higher" ', 1
    )
    assert codes(dmn.load(data)) == ["table.inversion"]


def test_first_and_last_of_values_that_compute_say_nothing() -> None:
    model = one_table(N, [["-", "1"]], allowed={"n": "m + 1"})
    assert "table.inversion" not in codes(model, n="first", answer="higher")


def test_columns_that_rest_on_one_input_by_way_of_others() -> None:
    sums = decision("sum", literal("n + 1"), ["input n"], "number")
    more = decision("more", literal("sum * 2"), ["sum"], "number")
    logic = table({"more": "", "n * 3": "", "n >": ""}, [["> 1", "> 1", "-", "1"]])
    drawn = decision("answer", logic, ["more", "input n"])
    found = [each.message for each in dmn.load(drawing(N, sums, more, drawn)).check()]
    assert any("these columns rest on the same input" in each for each in found)


def test_an_output_that_cannot_be_read_is_not_known() -> None:
    assert "syntax.end" in codes(one_table(N, [["-", "1 +"]]))
    model = one_table(N, [["-", "-"]], allowed={"result": "1"})
    assert codes(model) == ["output.unused"]


def test_a_constraint_that_cannot_be_read_is_none() -> None:
    assert parsed("((") is None


def test_nothing_arrives_in_an_empty_box() -> None:
    sweep = Sweep((3, 3), [(1, 1)])
    assert not sweep.arrives((0, 3))
    assert sweep.arrives((1, 3))


@pytest.mark.parametrize(
    ("cell", "language", "sentence"),
    [
        ("null, 3", "en", "If x is 3 or not known, then r is 1."),
        ('list contains(?, "a"), null', "en", "If x includes a or is not known, then r is 1."),
        ('list contains(?, "a"), count(?) = 1', "en",
         "If x includes a or has exactly 1 entry, then r is 1."),
        ('? != "a" or ? = "b"', "ko", "x이(가) “? != \"a\" or ? = \"b\"” 조건을 만족하면,"
                                     " r은(는) 1입니다."),
        ('? != "a" and ? != "b"', "ko", "x이(가) a 아님 및 b 아님이면, r은(는) 1입니다."),
        ('> @"12:00:00"', "en", "If x is after 12:00:00, then r is 1."),
        (">", "en", "If x meets “>”, then r is 1."),
    ],
)  # fmt: skip
def test_rules_that_are_seldom_written(cell: str, language: Any, sentence: str) -> None:
    logic = one_table({"x": ""}, [[cell, "1"]], outputs=("r",)).tables["answer"]
    assert dmn.rule_sentence(logic, logic.rules[0], language) == sentence


def test_a_rule_masked_by_three_others() -> None:
    rules = [["< 1", "1"], ["[1..2]", "2"], ["> 2", "3"], ["> 9", "4"], ["[0..5]", "5"]]
    found = one_table(N, rules, policy="FIRST").check()
    masked = [each.rules for each in found if each.code == "rule.masked"]
    assert masked == [(4, 3), (5, 1, 2, 3)]


def test_rules_that_say_the_same_may_be_passed() -> None:
    rules = [["< 2", "1"], ["[1..4]", "1"], ["[3..5]", "1"]]
    found = one_table(N, rules, policy="RULE ORDER").check()
    assert [each.rules for each in found if each.code == "rule.merge"] == [(1, 3)]


def test_what_a_table_computes_may_be_anything() -> None:
    found = two_tables([["-", "n + 1"]], [["1", "-", "1"]]).check()
    assert [each.conditions for each in found] == [(("first", "< 1, > 1, null"),)]


def test_all_values_of_one_kind_in_a_column_of_several() -> None:
    rules = [['"a"', "-", "1"], ["< 5", "true", "2"], [">= 5", "true", "3"]]
    model = one_table({"x": "", "b": "boolean"}, rules)
    gaps = [each for each in model.check() if each.code.startswith("table.gap")]
    for x in (None, "a", "z", 1, 5, 9):
        for b in (None, True, False):
            held = model.evaluate("answer", {"x": x, "b": b}).matched
            point = {"x": x, "b": b}
            told = [
                gap
                for gap in gaps
                if all(dmn.parse_unary(test).matches(point[n]) for n, test in gap.conditions)
            ]
            assert len(told) == (not held), (point, gaps)


def test_the_words_of_outputs() -> None:
    logic = one_table({"x": ""}, [["-", "-"], ["-", "1 +"]], outputs=("r",)).tables["answer"]
    said = [dmn.rule_sentence(logic, rule) for rule in logic.rules]
    assert said[1] == "In every case, r is 1 +."


# What a check may cost ------------------------------------------------------------------------


def levels(limit: str = "5") -> dmn.Model:
    first = table({"n": "number"}, [[f"< {limit}", '"low"'], ["-", '"high"']], policy="FIRST")
    second = table({"level": "string", "n": "number"},
                   [['"low", "none"', "< 3, null", "2"], ['"high"', "-", "1"]])  # fmt: skip
    return dmn.load(
        drawing(
            {"n": "number"},
            decision("level", first, ["input n"], "string"),
            decision("answer", second, ["level", "input n"], "number"),
        )
    )


def told(problems: list[dmn.Problem]) -> list[str]:
    return [str(each) for each in problems if each.code != "check.bounded"]


def test_a_check_ends_where_its_budget_does(monkeypatch: pytest.MonkeyPatch) -> None:
    better = {"n": "higher", "answer": "higher"}
    whole = told(levels().check(better))
    bounded = 0
    for steps in range(200):
        monkeypatch.setattr("concord.dmn.analysis.costs.STEPS", steps)
        found = levels().check(better)
        if len(found) == len(told(found)):
            break
        bounded += 1
        assert set(told(found)) <= set(whole)
        assert any(each.message.startswith("not judged whole: asking") for each in found)
    assert bounded > 5
    assert told(found) == whole
    assert len(whole) > 2


def test_a_comparison_ends_where_its_budget_does(monkeypatch: pytest.MonkeyPatch) -> None:
    assert {each.code for each in levels("7").differences(levels())} == {"meaning.changed"}
    monkeypatch.setattr("concord.dmn.analysis.costs.STEPS", 0)
    found = levels("7").differences(levels())
    assert [(each.code, each.place.decision) for each in found] == [
        ("check.bounded", "level"),
        ("check.bounded", "answer"),
    ]


def test_a_cell_is_not_asked_where_it_computes(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long it would take: the check says that it cannot judge it."""
    monkeypatch.setattr("concord.dmn.analysis.costs.STEPS", 10)
    cells = [[f"count(for i in 1..90000{at} return i) > ?", str(at)] for at in range(20)]
    found = one_table({"n": "number"}, cells, policy="COLLECT").check()
    assert [each.code for each in found] == ["check.computed", "table.gap"]


# Rooms of the analysis that few tables enter --------------------------------------------------


def test_rules_of_which_no_two_arrive_together() -> None:
    apart = Relation((0, 1), frozenset({(0, 1), (1, 0)}))
    sweep = Sweep((3, 3), [(1, 3), (3, 1)], [apart])
    assert sweep.together([0, 1], sweep.neighbours()) == []
    assert Sweep((3, 3), [(1, 3), (3, 1)]).together([0, 1], [3, 3]) == [(0, 1)]


def test_a_search_for_rules_together_that_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = [(1, 7), (3, 1), (2, 2)]
    whole = Sweep((7, 7), rules)
    assert whole.together(range(3), whole.neighbours()) == [(0, 1)]
    monkeypatch.setattr("concord.dmn.analysis.sweep.MAX_PIECES", 0)
    crossed = Sweep((7, 7), [(3, 7), (1, 7), (2, 7)])
    assert crossed.together(range(3), crossed.neighbours()) == []
    assert crossed.bounded


def test_many_rules_that_ask_one_column_each() -> None:
    """More than are taken out one by one: the space is cut in two."""
    rules = [(1 << at, -1 & 0xFF) for at in range(7)] + [(0xFF, 1 << at) for at in range(7)]
    (gap,) = Sweep((0xFF, 0xFF), rules).gaps(range(14))
    assert gap == (0x80, 0x80)


def test_boxes_of_a_diagram_that_grew_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    diagrams = Diagrams([2, 2, 2])
    yes, no = diagrams.leaf("yes"), diagrams.leaf("no")
    last = diagrams.node(2, (yes, no))
    top = diagrams.node(0, (diagrams.node(1, (last, yes)), diagrams.node(1, (last, no))))
    assert diagrams.holds(top, {}) == {yes, no}
    assert diagrams.holds(top, {0: 1, 1: 2}) == {yes}
    assert diagrams.boxes(top, no) == [((1, 1), (2, 2)), ((0, 2), (1, 2))]
    monkeypatch.setattr("concord.dmn.analysis.diagram.MAX_NODES", 1)
    diagrams.begin()
    with pytest.raises(TooLargeError):
        diagrams.boxes(top, no)


def test_a_table_of_which_another_type_is_wanted_gives_null() -> None:
    above = table({"n": "number"}, [["< 5", '"low"'], ["-", "7"]], policy="FIRST")
    below = table({"level": ""}, [["null", "1"], ["7", "2"]])
    drawn = (
        decision("level", above, ["input n"], "number"),
        decision("answer", below, ["level"], "number"),
    )
    model = dmn.load(drawing({"n": "number"}, *drawn))
    assert [model.evaluate("answer", {"n": n}).value for n in (1, 9)] == [1, 2]
    assert [each.code for each in model.check() if each.place.decision == "answer"] == []


def test_nothing_that_arrives_is_allowed() -> None:
    above = table({"n": "number"}, [["< 5", '"low"'], ["-", '"high"']], policy="FIRST")
    below = table({"level": "", "n": ""}, [['"x"', "> 3", "1"]], allowed={"level": '"x"'})
    drawn = (
        decision("level", above, ["input n"], "string"),
        decision("answer", below, ["level", "input n"], "number"),
    )
    found = dmn.load(drawing({"n": "number"}, *drawn)).check()
    assert [each.message for each in found if each.code == "input.allowed"] == [
        '"low" can arrive, but is none of "x"',
        '"high" can arrive, but is none of "x"',
    ]


def test_what_is_drawn_to_a_decision_of_another_file_rests_on_nothing_here() -> None:
    logic = table({"n": "", "twice": ""}, [["> 4", "> 8", "1"], ["-", "-", "2"]], policy="ANY")
    drawn = (
        decision("twice", literal("n * 2"), ["input n", "elsewhere"], "number"),
        decision("answer", logic, ["twice", "input n"], "number"),
    )
    (found,) = (
        each
        for each in dmn.load(drawing({"n": "number"}, *drawn)).check()
        if each.code == "table.conflict"
    )
    assert found.severity == "warning"
    assert found.message.endswith("(if that can be: these columns rest on the same input)")


def test_of_rules_that_cover_another_none_is_told_to_spare() -> None:
    rules = [["< 1", "1"], ["[1..2)", "2"], [">= 2, null", "3"], ["5", "4"], ["-", "5"]]
    found = one_table(N, rules, policy="FIRST").check()
    assert [each.message for each in found if each.code == "rule.masked"] == [
        "rule 4 never applies: rule 3 covers all of it with another result",
        "rule 5 never applies: rules 1, 2 and 3 cover all of it with another result",
    ]


def test_a_table_is_taken_apart_without_a_check_around_it() -> None:
    model = levels()
    reach = Reach(model)
    answer = next(each for each in model.compiled.tables if each.place.decision == "answer")
    assert reach.values("level") == ["low", "high"]
    assert reach.sheet(answer).domains[0].exact


@pytest.mark.parametrize(
    ("allowed", "gaps"),
    [('"a"', []), ('starts with(?, "a")', ["table.gap"]), ('not("b")', ["table.gap"])],
)
def test_items_of_lists_are_known_where_they_are_listed(allowed: str, gaps: list[str]) -> None:
    items = (
        '<itemDefinition name="item"><typeRef>string</typeRef><allowedValues>'
        f"<text>{allowed}</text></allowedValues></itemDefinition>"
    )
    model = one_table(
        {"t": "tags"},
        [['list contains(?, "a")', "1"], ["count(?) = 0, null", "2"]],
        types=items + LISTS.format("").replace("string", "item"),
    )
    assert [each.code for each in model.check()] == gaps


def test_items_within_bounds_are_not_known_one_by_one() -> None:
    items = (
        '<itemDefinition name="item"><typeRef>number</typeRef><allowedValues>'
        "<text>[1..5]</text></allowedValues></itemDefinition>"
    )
    rules = [["list contains(?, 1)", "1"], ["count(?) = 0, null", "2"]]
    types = items + LISTS.format("").replace("string", "item")
    assert [each.code for each in one_table({"t": "tags"}, rules, types=types).check()] == [
        "table.gap"
    ]


def test_a_count_between_two_bounds_is_said_so() -> None:
    rules = [["count(?) < 2", "1"], ["count(?) > 4, null", "2"]]
    (gap,) = one_table({"t": "tags"}, rules, types=LISTS.format("")).check()
    assert gap.code == "table.gap"
    assert gap.conditions == (("t", "count(?) >= 2 and count(?) <= 4"),)
