"""Inversions, and the difference of two versions, against brute force through the evaluator."""

from __future__ import annotations

import os
from functools import cache
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.dmn.drawn import decision, drawing, literal, one_table, table

from concord import dmn
from concord.dmn.analysis import order_of

EXAMPLES = int(os.environ.get("CONCORD_EXAMPLES", "20"))
CELLS = {
    "n": ["-", "< 1", ">= 1", "[1..2)", "> 2, null", "null"],
    "m": ["-", "< 1", ">= 1", "2", "null"],
    "b": ["-", "true", "false", "? = true", "null"],
    "first": ["-", '"x"', '"y"', 'not("x")', "null"],
}
SAMPLES: dict[str, list[Any]] = {
    "n": [None, 0, 1, 1.5, 2, 3],
    "m": [None, 0, 1, 1.5, 2, 3],
    "b": [None, True, False],
}
INPUTS = {"n": "number", "m": "number", "b": "boolean"}
RANKING = {"n": "higher", "b": "false < true", "answer": "3 < 2 < 1"}
POLICIES = ["UNIQUE", "ANY", "PRIORITY", "FIRST", "COLLECT"]


def rules(draw: st.DrawFn, columns: tuple[str, ...], outputs: list[str]) -> list[list[str]]:
    cells = [st.sampled_from(CELLS[column]) for column in columns]
    rule = st.tuples(*cells, st.sampled_from(outputs)).map(list)
    return draw(st.lists(rule, min_size=1, max_size=4))


@st.composite
def graphs(draw: st.DrawFn) -> tuple[dmn.Model, dmn.Model]:
    """Two versions of two tables, of which the second rests on the first."""
    policy = draw(st.sampled_from(POLICIES[:4]))
    names = [("n", "b"), ("first", "n", "m")]
    both = []
    for _ in range(2):
        above = table(
            {"n": "number", "b": "boolean"},
            rules(draw, names[0], ['"x"', '"y"', '"z"']),
            policy=policy,
            outputs=("first",),
            allowed={"first": '"x", "y", "z"'},
        )
        below = table(
            {"first": "string", "n": "number", "m": "number"},
            rules(draw, names[1], ["1", "2", "3", "null"]),
            policy=draw(st.sampled_from(["FIRST", "UNIQUE"])),
            outputs=("answer",),
        )
        drawn = (
            decision("first", above, ["input n", "input b"], "string"),
            decision("answer", below, ["first", "input n", "input m"], "number"),
        )
        both.append(dmn.load(drawing(INPUTS, *drawn)))
    return both[0], both[1]


def points(*names: str) -> list[dict[str, Any]]:
    return [
        dict(zip(names, row, strict=True)) for row in product(*(SAMPLES[name] for name in names))
    ]


def within(conditions: tuple[tuple[str, str], ...], point: dict[str, Any]) -> bool:
    return all(_test(test).matches(point[name]) for name, test in conditions)


_test = cache(dmn.parse_unary)


@settings(max_examples=EXAMPLES, deadline=None)
@given(graphs())
def test_differences_are_those_of_brute_force(both: tuple[dmn.Model, dmn.Model]) -> None:
    old, new = both
    for name in ("first", "answer"):
        found = new.differences(old, name)
        for point in points("n", "m", "b"):
            was, now = (model.evaluate(name, point).value for model in (old, new))
            told = [each for each in found if within(each.conditions, point)]
            assert len(told) == (was != now), (name, point, was, now, told)
            for each in told:
                assert [result[0][1] for result in each.results] == [was, now]


def better(worse: dict[str, Any], other: dict[str, Any]) -> bool:
    def at_least(name: str) -> bool:
        a, b = worse[name], other[name]
        if name == "m" or a is None or b is None:
            return bool(a == b and type(a) is type(b))
        return bool(a <= b)

    return all(at_least(name) for name in worse)


@settings(max_examples=EXAMPLES, deadline=None)
@given(graphs())
def test_inversions_are_those_of_brute_force(both: tuple[dmn.Model, dmn.Model]) -> None:
    model = both[0]
    answers = [(point, model.evaluate("answer", point).value) for point in points(*INPUTS)]
    is_there = {
        (before, after)
        for worse, before in answers
        for other, after in answers
        if before is not None and after is not None and after > before and better(worse, other)
    }
    # over the inputs alone: "first" has no order, so the second table by itself shows less
    found = [each for each in model.check(RANKING) if each.code == "table.inversion"]
    told = set()
    for each in found:
        assert isinstance(each, dmn.Finding)
        told.add(tuple(result[0][1] for result in each.results))
    alone = [each for each in found if any(name == "first" for name, _ in each.conditions)]
    if not alone:
        assert told == is_there
    for each in found:
        assert isinstance(each, dmn.Finding)
        if each in alone:
            continue
        worse = [(p, v) for p, v in answers if within(each.conditions, p)]
        others = [(p, v) for p, v in answers if within(each.other, p)]
        assert {value for _, value in worse} == {each.results[0][0][1]}
        assert {value for _, value in others} == {each.results[1][0][1]}
        assert any(better(p, q) for p, _ in worse for q, _ in others)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.data())
def test_inversions_of_one_table(data: st.DataObject) -> None:
    drawn = rules(data.draw, ("n", "m", "b"), ["1", "2", "3"])
    model = one_table(INPUTS, drawn, policy="FIRST")
    answers = [(point, model.evaluate("answer", point).value) for point in points(*INPUTS)]
    is_there = {
        (before, after)
        for worse, before in answers
        for other, after in answers
        if before is not None and after is not None and after > before and better(worse, other)
    }
    found = [each for each in model.check(RANKING) if each.code == "table.inversion"]
    assert {tuple(r[0][1] for r in each.results) for each in found} == is_there  # type: ignore[attr-defined]


def test_the_order_stands_in_the_file() -> None:
    space = 'xmlns:c="https://concord.example/dmn"'
    types = (
        f'<itemDefinition {space} c:better="last" name="grade"><typeRef>string</typeRef>'
        '<allowedValues><text>"bad", "good"</text></allowedValues></itemDefinition>'
    )
    logic = table({"grade": "string"}, [['"bad"', "1"], ['"good"', "2"]], outputs=("place",))
    logic = logic.replace('name="place"', f'name="place" {space} c:better="lower"')
    drawn = drawing({"grade": "grade"}, decision("answer", logic, ["input grade"]), types=types)
    model = dmn.load(drawn)
    (finding,) = model.check()
    assert finding.message == (
        'who is better is treated worse: place 1 when grade is "bad";'
        ' only place 2 when grade is "good"'
    )
    assert dmn.load(model.save()).check() == [finding]


@pytest.mark.parametrize(
    ("text", "worse", "other", "is_worse"),
    [
        ("higher", 1, 2, True),
        ("higher", 2, 2, False),
        ("lower", 1, 2, False),
        ("null < lower", None, 99, True),
        ('"a" < "b", "c"', "a", "c", True),
        ('"a" < "b", "c"', "b", "c", False),
        ('"a" < "b"', "a", "x", None),
        ("more", ["a"], ["a", "b"], True),
        ("more", ["a", "b"], ["b"], False),
        ("higher", "a", 1, None),
        ('"x < y" < "y"', "x < y", "y", True),
    ],
)
def test_orders(text: str, worse: Any, other: Any, is_worse: bool | None) -> None:
    assert order_of(text).worse(worse, other) is is_worse


def test_an_order_that_says_nothing_is_a_problem() -> None:
    model = one_table({"n": "number"}, [["-", "1"]])
    for text in ("amount < 3", "", "foo bar", '"a" <'):
        (problem,) = model.check({"n": text})
        assert problem.message.startswith(f"'{text}' says no order of values: higher, lower")


def test_what_only_one_version_has_and_what_is_written_otherwise() -> None:
    old = dmn.load(drawing({"n": "number"}, decision("a", literal("n + 1"), ["input n"])))
    new = dmn.load(
        drawing(
            {"n": "number"},
            decision("a", literal("n + 2"), ["input n"]),
            decision("b", literal("n"), ["input n"]),
        )
    )
    assert [(each.place.decision, each.code) for each in new.differences(old)] == [
        ("a", "meaning.text"),
        ("b", "meaning.only"),
    ]
    with pytest.raises(KeyError):
        new.differences(old, "c")


def chain(condition: str = "n > 1", limit: str = "2", type_: str = "number") -> dmn.Model:
    """An answer that rests on a table that rests on an expression and on a knowledge model."""
    knowledge = (
        '<businessKnowledgeModel id="f" name="f"><variable name="f"/><encapsulatedLogic>'
        f'<formalParameter name="v"/>{literal(f"v + {limit}")}'
        "</encapsulatedLogic></businessKnowledgeModel>"
    )
    chosen = decision("lit", literal(f'if {condition} then "x" else "y"'), ["input n"], "string")
    asks = '<knowledgeRequirement><requiredKnowledge href="#f"/></knowledgeRequirement></decision>'
    computed = decision("sum", literal("f(n)"), ["input n"]).replace("</decision>", asks)
    above = table({"lit": "", "sum": ""}, [['"x"', "> 5", "1"], ["-", "-", "2"]], policy="FIRST")
    below = table({"level": "", "lit": ""}, [["1", "-", "1"], ["-", '"y"', "2"]], policy="FIRST")
    drawn = (
        decision("level", above, ["lit", "sum"]),
        decision("answer", below, ["level", "lit"]),
    )
    return dmn.load(drawing({"n": type_}, knowledge, chosen, computed, *drawn))


def twice(limit: str, column: str = "double") -> dmn.Model:
    """An answer that rests on an input and on what is computed from it."""
    logic = table({"n": "", column: ""}, [["> 1", f"> {limit}", "1"], ["-", "-", "2"]],
                  policy="FIRST")  # fmt: skip
    above = decision("double", literal("n * 2"), ["input n"], "number")
    answer = decision("answer", logic, ["double", "input n"])
    return dmn.load(drawing({"n": "number"}, above, answer))


@pytest.mark.parametrize(
    ("column", "why"),
    [
        ("double", "'double' is computed"),
        ("n * 2", "these columns rest on the same input"),
    ],
)
def test_a_difference_that_may_never_be_says_so(column: str, why: str) -> None:
    (found,) = twice("3", column).differences(twice("2.5", column))
    assert found.message.endswith(f"{column} is (2.5..3]: was result 1, is result 2"
                                  f" (if that can be: {why})")  # fmt: skip
    told = [dmn.finding_sentence(found, language).split(".")[-2] for language in ("en", "ko")]
    assert told == [" This may never come up", " 이런 경우는 없을 수도 있습니다"]
    assert found.doubt


def test_a_difference_that_can_be_says_nothing_of_doubt() -> None:
    old, new = (
        one_table({"n": "number"}, [[f"> {limit}", "1"], ["-", "2"]], policy="FIRST")
        for limit in ("2.5", "3")
    )
    (found,) = new.differences(old)
    assert found.message == "when n is (2.5..3]: was result 1, is result 2"
    assert not found.doubt


def test_a_model_does_not_differ_from_itself() -> None:
    assert chain().differences(dmn.load(chain().save())) == []


@pytest.mark.parametrize(
    ("other", "named"),
    [
        (chain(condition="n > 2"), ["lit"]),
        (chain(limit="3"), ["f"]),
        (chain(type_="string"), ["n"]),
    ],
)
def test_what_is_compared_only_by_its_text_is_told_far_below_it(
    other: dmn.Model, named: list[str]
) -> None:
    told = [each for each in other.differences(chain(), "answer") if each.code == "meaning.text"]
    assert [each.message for each in told] == [
        f"it rests on '{name}', which is written differently" for name in named
    ]


def test_an_input_that_a_table_begins_to_look_at_is_no_difference() -> None:
    """Where another table looks at it already."""

    def two(also: str, cell: str) -> dmn.Model:
        low = table({"n": ""}, [["> 1", "1"], ["-", "2"]], policy="FIRST")
        columns = {"k": "", also: ""} if also else {"k": ""}
        cells = [["> 1", *([cell] if also else []), "1"], ["-", *(["-"] if also else []), "2"]]
        top = table(columns, cells, policy="FIRST")
        needs = ["input k", *([f"input {also}"] if also else [])]
        drawn = (decision("low", low, ["input n"]), decision("top", top, needs))
        return dmn.load(drawing({"n": "number", "k": "number"}, *drawn))

    assert two("n", "-").differences(two("", "")) == []
    told = two("n", "> 5").differences(two("", ""))
    assert {each.code for each in told} == {"meaning.changed"}


def test_a_choice_that_nobody_knows_is_named_with_the_conditions_that_rest_on_it() -> None:
    (finding,) = [
        each for each in chain(condition="n > 2").differences(chain(), "level")
        if each.code == "meaning.changed" and each.results[0][0][1] == 1
    ]  # fmt: skip
    assert 'lit is "x"' in finding.message


def test_a_table_that_is_not_judged_whole_is_told_what_can_arrive() -> None:
    first = table({"n": "number"}, [["(0..3]", '"z"'], ["-", '"y"']], policy="FIRST")
    cells = [['"z"', "< 1", "< n", "1"], ['"z"', ">= 1", "-", "2"]]
    second = table({"first": "", "n": "", "m": ""}, cells)
    drawn = (
        decision("first", first, ["input n"], "string"),
        decision("answer", second, ["first", "input n", "input m"]),
    )
    model = dmn.load(drawing({"n": "number", "m": "number"}, *drawn))
    gaps = [each.conditions for each in model.check() if each.code == "table.gap"]
    assert (("first", '"z"'), ("n", "< 1")) in gaps


@pytest.mark.parametrize("policy", ["FIRST", "COLLECT"])
def test_an_order_may_name_what_the_table_does_not(policy: str) -> None:
    """`"b"` is one of the others, `2` lies between the bounds."""
    model = one_table({"s": "string"}, [['"a"', "1"], ['not("a")', "2"]])
    found = model.check({"s": '"b" < "a"', "answer": "higher"})
    assert [each.code for each in found] == ["table.inversion"]
    model = one_table({"n": "number"}, [["< 5", "2"], [">= 5, null", "1"]])
    found = model.check({"n": "2 < 7", "answer": "higher"})
    assert [each.code for each in found] == ["table.inversion"]
    assert model.check({"n": "7 < 2", "answer": "higher"}) == []


LISTS = '<itemDefinition name="tags" isCollection="true"><typeRef>string</typeRef></itemDefinition>'


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.data())
def test_who_has_more_is_treated_better(data: st.DataObject) -> None:
    cells = ["-", 'list contains(?, "a")', 'list contains(?, "b")', "count(?) > 1", "count(?) = 0",
             'not(list contains(?, "a"))', '["a"]', "null", "count(?) <= 2"]  # fmt: skip
    rule = st.tuples(st.sampled_from(cells), st.sampled_from("123")).map(list)
    drawn = data.draw(st.lists(rule, min_size=1, max_size=4))
    model = one_table({"l": "tags"}, drawn, policy="FIRST", types=LISTS)
    lists = [list(each) for size in range(4) for each in product("abz", repeat=size)]
    answers = [(each, model.evaluate("answer", {"l": each}).value) for each in lists]
    is_there = {
        (before, after)
        for worse, before in answers
        for other, after in answers
        if None not in (before, after) and set(worse) <= set(other) and after < before
    }
    ranking = {"l": "more", "answer": "higher"}
    found = [each for each in model.check(ranking) if each.code == "table.inversion"]
    assert {tuple(r[0][1] for r in each.results) for each in found} == is_there  # type: ignore[attr-defined]


def choosing(text: str, cells: list[str], *, of: str = "") -> list[str]:
    """What is told of a table over an expression that rests on a table with two outputs."""
    first = table(
        {"n": "number"}, [["< 5", '"a"', "1"], [">= 5, null", '"b"', "2"]], outputs=("p", "k")
    )
    second = table({"lit": ""}, [[cell, str(at)] for at, cell in enumerate(cells)])
    drawn = (
        decision("first", first, ["input n"]),
        decision("lit", literal(text), ["first", "input n"], of),
        decision("answer", second, ["lit"], "number"),
    )
    return [each.message for each in dmn.load(drawing({"n": "number"}, *drawn)).check()]


@pytest.mark.parametrize(
    ("text", "cells", "found"),
    [
        ("first.p", ['"a"', '"b"'], []),
        ("if n > 3 then first.p else first.p", ['"a"', '"b"'], []),
        ('if n > 3 then first.p else "c"', ['"a"', '"b"'], ['no rule for: lit is "c"']),
        ("if n > 3 then (if n > 4 then 1 else 2) else first.k", ["1", "2"], []),
        ("if n > 3 then n else 2", ["2", "not(2)"], []),
        ("if n > 3 then 1 else n", ["1", "not(1)"], []),
        ("first.p + first.p", ['"aa"', 'not("aa")'], []),
    ],
)
def test_a_decision_that_chooses_gives_what_it_chooses_from(
    text: str, cells: list[str], found: list[str]
) -> None:
    assert choosing(text, cells) == found


@pytest.mark.parametrize(("text", "gap"), [("if then", "any value"), ("lit", "not given")])
def test_of_a_decision_that_cannot_be_read_anything_may_arrive(text: str, gap: str) -> None:
    told = choosing(text, ["null" if gap == "any value" else "not(null)"])
    assert f"no rule for: lit is {gap}" in told


def test_an_inversion_among_two_outputs_of_which_one_rule_gives_none() -> None:
    logic = table({"n": "number"}, [["< 5", "1", "2"], [">= 5", "2", "1"], ["> 9", "3", "3"]],
                  outputs=("p", "k"))  # fmt: skip
    model = dmn.load(drawing({"n": "number"}, decision("answer", logic, ["input n"])))
    found = model.check({"n": "lower", "answer.p": "higher", "answer.k": "higher"})
    (inversion,) = [each for each in found if each.code == "table.inversion"]
    assert isinstance(inversion, dmn.Finding)
    assert inversion.results == ((("p", 2), ("k", 1)), (("p", 1), ("k", 2)))


def test_a_value_that_a_table_refuses_gives_null_further_down() -> None:
    first = table({"n": "number"}, [["< 5, null", '"x"'], [">= 5", '"y"']])
    second = table({"first": ""}, [['"x"', "1"]], allowed={"first": '"x"'})
    third = table({"second": ""}, [["1", '"a"'], ["null", '"b"']])
    drawn = (
        decision("first", first, ["input n"], "string"),
        decision("second", second, ["first"], "number"),
        decision("answer", third, ["second"], "string"),
    )
    model = dmn.load(drawing({"n": "number"}, *drawn))
    assert [each.code for each in model.check()] == ["input.allowed"]
    (change,) = [
        each for each in dmn.load(drawing({"n": "number"}, drawn[0], drawn[1],
                                          decision("answer", table({"second": ""}, [["-", '"a"']]),
                                                   ["second"], "string"))
                                  ).differences(model, "answer")
        if each.code == "meaning.changed"
    ]  # fmt: skip
    assert change.conditions == (("n", ">= 5"),)
