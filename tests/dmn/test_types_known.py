"""What is known before anything is evaluated: types of expressions, and what can never be right."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.dmn.drawn import decision, drawing, literal, one_table, table
from tests.dmn.test_hostile import calls, operations

from concord import dmn
from concord.dmn.feel.infer import infer
from concord.dmn.feel.types import Type
from concord.dmn.feel.values import Value, kind
from concord.dmn.typecheck import type_problems

NAMES = {
    "n": "number",
    "s": "string",
    "b": "boolean",
    "d": "date",
    "m": "date and time",
    "t": "time",
    "y": "years and months duration",
    "p": "days and time duration",
    "l": "list<number>",
    "r": "range<number>",
    "c": "context<a: number, b c: list<context<d: string>>>",
    "anything": "Any",
    "f": "function<number> -> string",
}

KNOWN = [
    ("1 + n", "number"),
    ("s + s", "string"),
    ("d + y", "date"),
    ("p + m", "date and time"),
    ("t + p", "time"),
    ("y + y", "years and months duration"),
    ("d - m", "days and time duration"),
    ("t - t", "days and time duration"),
    ("d - p", "date"),
    ("2 * p", "days and time duration"),
    ("p * 2", "days and time duration"),
    ("y / 2", "years and months duration"),
    ("y / y", "number"),
    ("-n", "number"),
    ("-p", "days and time duration"),
    ("anything + 1", "Any"),
    ('p + duration("P1D")', "Any"),
    ("n > 1", "boolean"),
    ("n between 1 and 2", "boolean"),
    ("b and n in [1..2]", "boolean"),
    ("n instance of string", "boolean"),
    ("if b then 1 else null", "number"),
    ('if b then 1 else "a"', "Any"),
    ("[1, null, 2]", "list<number>"),
    ("[null]", "list<Null>"),
    ("[]", "list<Any>"),
    ('{a: 1, b: a, "c d": s}', "context<a: number, b: number, c d: string>"),
    ("c.a", "number"),
    ("c.b c.d", "list<string>"),
    ("{}.a", "Any"),
    ("d.year", "number"),
    ("t.time offset", "days and time duration"),
    ("m.timezone", "string"),
    ("r.start", "number"),
    ("r.start included", "boolean"),
    ("l[1]", "number"),
    ("l[-1]", "number"),
    ("l[item > 1]", "list<number>"),
    ("l[n]", "Any"),
    ("c.b c[d = s].d", "list<string>"),
    ("r[1]", "range<number>"),
    ("[n..5]", "range<number>"),
    ("(> d)", "range<date>"),
    ("for i in l return i > 1", "list<boolean>"),
    ("for i in r, j in 1..i return [j]", "list<list<number>>"),
    ("for i in n return i", "list<number>"),
    ("some i in l satisfies i > 1", "boolean"),
    ("sum(l)", "number"),
    ("max(n, 2)", "Any"),
    ("reverse(l)", "list<number>"),
    ("string length(s)", "number"),
    ("append(list: l, item: 1)", "list<Any>"),
    ("(function(a: number) a + 1)(2)", "number"),
    ("(function() 1)()", "number"),
    ("f(1)", "string"),
    ("anything(1)", "Any"),
    ("sum", "Any"),
    ("null", "Null"),
    ("null.a", "Any"),
    ("f.a", "Any"),
]


def known(text: str) -> dmn.Expression:
    return dmn.parse(text, NAMES, fields=["a", "b c", "d"])


@pytest.mark.parametrize(("text", "wanted"), KNOWN)
def test_type(text: str, wanted: str) -> None:
    from concord.dmn.feel.expression import read_type

    expression = known(text)
    names = {name: read_type(of) for name, of in NAMES.items()}
    found, problems = infer(expression.tree, names, expression.place)
    assert (str(found), problems) == (wanted, [])


NEVER = [
    ("n + s", "type", "n + s", "'+' does not go with number and string"),
    ("1 + (b * 2)", "type", "b * 2", "'*' does not go with boolean and number"),
    ("d + d", "type", "d + d", "'+' does not go with date and date"),
    ("p - d", "type", "p - d", "'-' does not go with days and time duration and date"),
    ("y / p", "type", "y / p", None),
    ("n / y", "type", "n / y", None),
    ("t + y", "type", "t + y", None),
    ("-s", "type", "-s", "a string has no negative"),
    ("n = s", "type", "n = s", "number and string cannot be compared"),
    ("b < b", "type", "b < b", "boolean and boolean cannot be compared"),
    ("n between 1 and s", "type", "s", None),
    ("n in (1, s)", "type", "s", "number and string cannot be compared"),
    ("n in > s", "type", "> s", None),
    ("n in [d..d]", "type", "[d..d]", None),
    ("n and b", "type", "n", "a side of 'and' is true or false, not a number"),
    ("b or s", "type", "s", "a side of 'or' is true or false, not a string"),
    ("if n then 1 else 2", "type", "n", "the condition is true or false, not a number"),
    ("every i in l satisfies i", "type", "i", None),
    ("l[s]", "type", "s", "a filter is a condition or a place, not a string"),
    ("[n..s]", "type", "[n..s]", None),
    ("for i in n..s return i", "type", "i in n..s", None),
    ("c.x", "property.unknown", "c.x", None),
    ("d.yaer", "property.unknown", "d.yaer", "a date has no 'yaer'; did you mean 'year'?"),
    ("n.a", "property.unknown", "n.a", "a number has no 'a'"),
    ("c.b c.x", "property.unknown", "c.b c.x", None),
    ('@"2026-02-30"', "literal", '@"2026-02-30"', "that is no date, time or duration"),
    ("abs(s)", "arguments", "abs(s)", None),
    ("abs()", "arguments", "abs()", None),
    ("abs(n: 1, m: 2)", "arguments", "abs(n: 1, m: 2)", None),
    ("append()", "arguments", "append()", None),
    ("count(lst: l)", "arguments", "count(lst: l)", "it is called as count(list: list)"),
    ("contains(string: n, match: s)", "arguments", "contains(string: n, match: s)", None),
    ("n(1)", "arguments", "n(1)", "a number cannot be called"),
    ("(function(a) a)(1, 2)", "arguments", None, "1 arguments are wanted (a), not 2"),
    ("(function(abc) 1)(abd: 2)", "arguments", None, "the parameters are abc; did you mean 'abc'?"),
    ("(function(a: number) a)(s)", "arguments", None, "'a' must be a number, not a string"),
    ("function(a) external {java: {}}", "function.external", None, None),
    ("amount > 1", "name.unknown", "amount", "'amount' is not known"),
    ("anythin", "name.unknown", "anythin", "'anythin' is not known; did you mean 'anything'?"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code", "part", "message"), NEVER)
def test_what_can_never_be_right(
    text: str, code: str, part: str | None, message: str | None
) -> None:
    (problem,) = known(text).check(NAMES)
    assert problem.code == code
    if part:
        line, carets = problem.place.caret().split("\n")
        assert line[carets.index("^") : len(carets)] == part or part in text
        assert text[problem.place.start : problem.place.end].strip("()") == part.strip("()")
    assert message in (None, problem.message)


@pytest.mark.parametrize(
    "text",
    [
        "n = null", "l = [1]", "sum(n)", "abs([1])", "date and time(d, t)", "anything.a.b",
        "years and months duration(d, m)", "anything[a > s]", "c.b c[d = s]", "l in [[1], [2]]",
        "n in l", "n in ([1], 2)", "b in (n > 1)", "n in (n > 1, null)", 'abs(duration("P1D"))',
        "if null then 1 else 2", "not(anything)", "f(x: 1)",
    ],
)  # fmt: skip
def test_what_may_be_right_is_no_problem(text: str) -> None:
    assert known(text).check(NAMES) == []


def test_without_types_no_name_is_unknown() -> None:
    assert known("anything + 1").check() == []
    assert known("anything + 1").check({"anything": Type("number")}) == []


def test_a_type_that_is_none_is_refused() -> None:
    with pytest.raises(dmn.FeelSyntaxError, match="'nummer' is no known type"):
        known("n").check({"n": "nummer"})


def agrees(value: Value, of: Type) -> bool:
    if value is None or of.name == "Any":
        return True
    if of.name == "duration":
        return kind(value).endswith("duration")
    if of.name == "list" and isinstance(value, list):
        return all(agrees(item, of.of or Type("Any")) for item in value)
    return kind(value) == of.name


@settings(max_examples=300, deadline=None)
@given(st.one_of(calls(), operations()))
def test_a_value_is_of_the_type_that_was_known(text: str) -> None:
    expression = dmn.parse(text)
    of, _ = infer(expression.tree, {}, expression.place)
    assert agrees(expression.evaluate(), of)


# In models ------------------------------------------------------------------------------------


def told(model: dmn.Model) -> list[tuple[str, str, str]]:
    return [(each.code, str(each.place), each.message) for each in type_problems(model.compiled)]


def test_a_cell_against_its_column() -> None:
    model = one_table({"n": "number"}, [['"a"', "1"], ["[1..5]", "2"], ["? > 5", "3"]])
    assert told(model) == [
        (
            "type",
            "decision 'answer', rule 1, column 'n'",
            "number and string cannot be compared",
        )
    ]
    assert type_problems(model.compiled)[0].place.caret() == '"a"\n^^^'


def test_an_output_against_its_column_and_what_is_computed_in_it() -> None:
    text = drawing(
        {"n": "number"},
        decision(
            "answer",
            '<decisionTable id="t"><input id="i"><inputExpression typeRef="string"><text>n</text>'
            '</inputExpression></input><output id="o" name="o" typeRef="number">'
            "<defaultOutputEntry><text>0</text></defaultOutputEntry></output>"
            '<rule id="r"><inputEntry><text>-</text></inputEntry>'
            '<outputEntry><text>"a"</text></outputEntry></rule>'
            '<rule id="q"><inputEntry><text>-</text></inputEntry>'
            '<outputEntry><text>n + "a"</text></outputEntry></rule></decisionTable>',
            ["input n"],
        ),
    )
    assert told(dmn.load(text)) == [
        ("type", "decision 'answer', rule 1, column 'o'", "a number is wanted here, not a string"),
        ("type", "decision 'answer', rule 2, column 'o'", "'+' does not go with number and string"),
        (
            "type",
            "decision 'answer', column 'n'",
            "the column is a string, what it asks for a number",
        ),
    ]  # fmt: skip


def test_a_broken_column_is_told_once() -> None:
    logic = table({"n + ": "number"}, [["1", "1"]])
    model = dmn.load(drawing({"n": "number"}, decision("answer", logic, ["input n"])))
    assert told(model) == []
    assert {problem.code for problem in model.compiled.problems} == {"syntax.end"}


def test_a_decision_against_what_it_is_declared_to_be() -> None:
    model = dmn.load(
        drawing({"n": "number"}, decision("answer", literal("n > 1"), ["input n"], "string"))
    )
    assert told(model) == [("type", "decision 'answer'", "a string is wanted here, not a boolean")]
    assert model.check()[0].code == "type"


def test_a_call_of_a_knowledge_model_against_its_parameters() -> None:
    function = (
        '<businessKnowledgeModel id="k" name="twice"><variable name="twice" typeRef="number"/>'
        '<encapsulatedLogic><formalParameter name="of" typeRef="number"/>'
        "<literalExpression><text>of * 2</text></literalExpression></encapsulatedLogic>"
        '</businessKnowledgeModel><businessKnowledgeModel id="e" name="empty"/>'
    )
    needs = (
        '<knowledgeRequirement><requiredKnowledge href="#k"/></knowledgeRequirement>'
        '<knowledgeRequirement><requiredKnowledge href="#e"/></knowledgeRequirement>'
    )
    logic = decision("answer", needs + literal('twice("a") + empty(1)'))
    assert told(dmn.load(drawing({}, function, logic))) == [
        ("arguments", "decision 'answer'", "'of' must be a number, not a string")
    ]


def test_entries_of_a_context_are_known_below_it() -> None:
    entries = "".join(
        f'<contextEntry><variable name="{name}" typeRef="{of}"/>'
        f"<literalExpression><text>{text}</text></literalExpression></contextEntry>"
        for name, of, text in [("a", "string", '"x"'), ("b", "number", "a + 1")]
    )
    model = dmn.load(drawing({}, decision("answer", f"<context>{entries}</context>")))
    assert told(model) == [("type", "decision 'answer'", "'+' does not go with string and number")]
