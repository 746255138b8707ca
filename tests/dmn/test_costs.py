"""What an evaluation costs: whatever takes long is charged to its budget, each in its own way."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from concord import dmn

MANY = "for i in 1..9000 return"
SCOPE: dict[str, Any] = {
    "s": "a" * 500_000 + "b",
    "t": "a" * 500_000 + "c",
    "l": list(range(20_000)),
    "m": list(range(20_000)),
    "c": {f"k{at}": at for at in range(20_000)},
    "wide": {"k" * 500_000: 1},
}
WIDE = "[" + ", ".join(["i * i"] * 2_000) + "]"


def codes(text: str, steps: int = 50_000) -> list[str]:
    evaluated = dmn.parse(text, SCOPE).evaluate_full(SCOPE, steps=steps)
    return [problem.code for problem in evaluated.problems]


@pytest.mark.parametrize(
    "text",
    [
        f"{MANY} s < t",
        f"{MANY} s = t",
        f"{MANY} s between t and t",
        f"{MANY} s in [t..t]",
        f"{MANY} s in (= t)",
        f"{MANY} s in (t, 1)",
        f"{MANY} ([s] = [t])",
        f"{MANY} [s] in [[t]]",
        f"{MANY} (= l) = (= m)",
        f"{MANY} l in (= m)",
        f"{MANY} before(s, t)",
        f"{MANY} before([s..s], [t..t])",
        f"{MANY} max(s, t)",
        f"sort({MANY} if even(i) then s else t)",
        f"distinct values({MANY} if even(i) then s else t)",
        f"duplicate values({MANY} if even(i) then s else t)",
        f"{MANY} string(wide)",
        f'{MANY} context put({{a: c}}, ["a", "b"], 1)',
        f"{MANY} log(i / 7)",
        f"{MANY} exp(i / 7000)",
        f"{MANY} (i / 7) ** 0.37",
        f'{MANY} replace("b", "a", s)',
        f'replace(s, "a()", "{"$1" * 4_000}")',
        f'matches(s, "[{"xyz" * 300}]")',
        f'matches(s, "{"()" * 300}z")',
        f'{MANY} matches("a", "((a{{1,99}}){{1,20}}){{2}}(" + string(i))',
        f"{MANY} {WIDE}",
        f"l[{WIDE} = 0]",
        f"some i in l satisfies {WIDE} = 0",
        f"{{f: function(i) {WIDE}, r: {MANY} f(i)}}.r",
    ],
)
def test_what_takes_long_is_charged(text: str) -> None:
    assert codes(text)[-1:] == ["budget"]


@pytest.mark.parametrize("n", [1, 3])
def test_short_values_cost_no_more_than_their_loop(n: int) -> None:
    """A step an item and a step a call: what is small is not charged for its size."""
    text = f"for i in 1..{n} return string length(string(i)) = 1 and i < 9"
    assert codes(text, steps=6 * n) == []


def test_a_constraint_is_paid_by_the_evaluation() -> None:
    items = (
        '<itemDefinition name="small"><typeRef>number</typeRef><allowedValues>'
        "<text>some i in 1..1000 satisfies i = ?</text></allowedValues></itemDefinition>"
        '<itemDefinition name="smalls" isCollection="true"><typeRef>small</typeRef>'
        "</itemDefinition>"
    )
    logic = "<literalExpression><text>for i in 1..2000 return 999</text></literalExpression>"
    model = dmn.load(
        '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="a" '
        f'namespace="b">{items}<decision id="d" name="d"><variable name="d" typeRef="smalls"/>'
        f"{logic}</decision></definitions>".encode()
    )
    assert [problem.code for problem in model.evaluate("d", {}).problems] == ["budget"]


def test_names_are_looked_for_a_few_times_only() -> None:
    looked = [f"k{at}x" for at in range(50)]
    text = f"[{', '.join(f'c.{name}' for name in looked)}]"
    evaluated = dmn.parse(text, ["c"]).evaluate_full(SCOPE)
    hinted = [problem for problem in evaluated.problems if "did you mean" in problem.message]
    assert (len(evaluated.problems), len(hinted)) == (50, 20)


def test_a_message_does_not_repeat_a_long_key() -> None:
    text = 'context put({}, [s, "a"], 1)'
    (problem,) = dmn.parse(text, ["s"]).evaluate_full(SCOPE).problems
    assert len(problem.message) < 100


@pytest.mark.parametrize(
    "text",
    [
        '(for i in 1..100 return if i = 1 then @"P1M" else partial[-1] + partial[-1])[-1]',
        '@"P1M" * 10 ** 30',
        '@"P1D" * 10 ** 20',
        '-duration("P999999999DT23H")',
        'sum(for i in 1..2 return @"P999999999D")',
        'sum(for i in 1..9 return @"P1M" * 9e23)',
        '@"P999999999999Y" - @"-P1M" * 10 ** 24',
    ],
)
def test_durations_end_somewhere(text: str) -> None:
    evaluated = dmn.parse(text).evaluate_full()
    assert evaluated.value is None
    assert "date.range" in {problem.code for problem in evaluated.problems}


def test_what_is_read_twice_is_not_read_twice_at_each_level() -> None:
    deep = "1 in (" * 24 + "1" + ") + 1" * 24
    assert dmn.parse(deep).evaluate() is False
    ranges = "1 in (" * 24 + "1" + "..2)" * 24
    assert dmn.parse(ranges).evaluate() is False


def test_names_beside_each_other() -> None:
    names = ["a", "a b", "a b-c", "a b - c d", "ab"]
    scope = dict.fromkeys(names, 0) | {"a b-c": 3, "a b": 2, "a": 1, "ab": 5}
    found = {text: dmn.parse(text, names).evaluate(scope) for text in
             ("a b-c", "a b - c", "a  b", "a", "ab", "a b -1", "a-a b")}  # fmt: skip
    assert found == {"a b-c": 3, "a b - c": 3, "a  b": 2, "a": 1, "ab": 5, "a b -1": 1, "a-a b": -1}


def a_model(body: str) -> dmn.Model:
    head = '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="a" '
    return dmn.load(f'{head} namespace="b">{body}</definitions>'.encode())


def test_a_table_that_is_asked_of_lists_is_paid_by_the_evaluation() -> None:
    cell = f"[{', '.join('1' * 400)}]"
    rules = "".join(
        f"<rule><inputEntry><text>{cell}</text></inputEntry><outputEntry><text>{at}</text>"
        "</outputEntry></rule>"
        for at in range(40)
    )
    table = (
        '<decisionTable hitPolicy="FIRST"><input><inputExpression><text>x</text>'
        f"</inputExpression></input><output/>{rules}</decisionTable>"
    )
    model = a_model(
        '<businessKnowledgeModel id="b" name="b"><encapsulatedLogic><formalParameter name="x"/>'
        f"{table}</encapsulatedLogic></businessKnowledgeModel>"
        '<decision id="d" name="d"><knowledgeRequirement><requiredKnowledge href="#b"/>'
        "</knowledgeRequirement><literalExpression><text>for i in 1..9000 return b([i, i])</text>"
        "</literalExpression></decision>"
    )
    stopped = model.evaluate("d", {}, steps=50_000)
    assert [problem.code for problem in stopped.problems] == ["budget"]
    assert model.evaluate("b", {"x": [1] * 400}).value == 0


@pytest.mark.parametrize(
    "cell",
    [
        "count(for i in 1..1000000000 return i)",
        "&gt; count(for i in 1..1000000000 return i)",
        "not(count(for i in 1..1000000000 return i))",
        f'matches("{"a" * 5_000}", "(a*)(a*)(a*)(a*)b\\1\\2\\3\\4c")',
    ],
)
@pytest.mark.parametrize("type_", ["number", "Any"])
def test_a_cell_that_nobody_can_answer_is_told_soon(cell: str, type_: str) -> None:
    table = (
        "<decisionTable><input><inputExpression><text>x</text></inputExpression></input><output/>"
        f"<rule><inputEntry><text>{cell}</text></inputEntry><outputEntry><text>1</text>"
        "</outputEntry></rule></decisionTable>"
    )
    needs = '<informationRequirement><requiredInput href="#x"/></informationRequirement>'
    model = a_model(
        f'<inputData id="x" name="x"><variable name="x" typeRef="{type_}"/></inputData>'
        f'<decision id="d" name="d">{needs}{table}</decision>'
    )
    for value in (1, True, [1]):
        result = model.evaluate("d", {"x": value}, steps=20_000)
        assert result.value is None
    assert {problem.code for problem in model.check()} & {"check.computed", "budget"}


def test_constraints_see_the_moment_of_the_evaluation() -> None:
    """The clock is read once, also where a constraint is the first to ask for it."""
    moments = iter(dt.datetime(2026, 11, 23, hour, tzinfo=dt.UTC) for hour in range(9, 12))
    item = (
        '<itemDefinition name="past"><typeRef>dateTime</typeRef><allowedValues>'
        "<text>? &lt; now()</text></allowedValues></itemDefinition>"
    )
    model = a_model(
        f'{item}<inputData id="x" name="x"><variable name="x" typeRef="past"/></inputData>'
        '<decision id="d" name="d"><informationRequirement><requiredInput href="#x"/>'
        "</informationRequirement><literalExpression><text>[x, now(), now()]</text>"
        "</literalExpression></decision>"
    )
    earlier, nine = (
        dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC),
    )
    answer = model.evaluate("d", {"x": earlier}, clock=lambda: next(moments))
    assert answer.value == [earlier, nine, nine]
