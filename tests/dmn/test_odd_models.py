"""Models as other tools and hurried hands write them: read as they are meant, or told."""

from __future__ import annotations

import datetime as dt
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from concord import dmn
from concord.dmn.feel.names import Names
from concord.dmn.feel.types import NUMBER, STRING
from concord.dmn.feel.unary import holds
from concord.dmn.scope import NameTypes

DMN = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def a_file(body: str, *, attributes: str = "", namespace: str = DMN, own: str = "urn:a") -> bytes:
    head = f'<definitions xmlns="{namespace}" name="m" namespace="{own}" {attributes}>'
    return f"{head}{body}</definitions>".encode()


def a_decision(text: str, *, name: str = "d", needs: str = "", type_: str = "") -> str:
    variable = f'<variable name="{name}" typeRef="{type_}"/>'
    logic = f"<literalExpression><text>{text}</text></literalExpression>"
    return f'<decision id="{name}" name="{name}">{variable}{needs}{logic}</decision>'


def needs(*hrefs: str, kind: str = "information", what: str = "Decision") -> str:
    return "".join(
        f'<{kind}Requirement><required{what} href="{href}"/></{kind}Requirement>' for href in hrefs
    )


def codes(problems: Any) -> list[str]:
    return [problem.code for problem in problems]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 <!-- one --> + 2", 3),
        ("<!-- first -->1<!-- last -->", 1),
        ("<![CDATA[if 1 < 2 then ]]>3 else 4", 3),
        ("\n  1 // a remark\n  + 1\n", 2),
        ("1 <b xmlns='urn:b'>+ <i>2</i></b> + 4", 7),
        ("1 &lt; 2 and 2 &gt; 1", True),
    ],
)
def test_all_of_a_text_is_read(text: str, value: Any) -> None:
    assert dmn.load(a_file(a_decision(text))).evaluate("d", {}).value == value


# What is no model, and what is none of ours ----------------------------------------------------


@pytest.mark.parametrize(
    ("namespace", "said"),
    [
        ("http://www.omg.org/spec/DMN/20151101/dmn.xsd", "it is DMN 1.1"),
        ("https://www.omg.org/spec/DMN/20240513/MODEL/", "it is DMN 1.6"),
        ("urn:other", "its namespace is 'urn:other'"),
        ("", "its namespace is missing"),
    ],
)
def test_another_namespace_is_named(namespace: str, said: str) -> None:
    with pytest.raises(dmn.ModelError, match=said):
        dmn.load(a_file(a_decision("1"), namespace=namespace))


@pytest.mark.parametrize(
    ("language", "own", "runs"),
    [
        ("", "", True),
        ("", "feel", True),
        ("http://www.omg.org/spec/FEEL/20140401", "", True),
        ("https://www.omg.org/spec/DMN/20191111/FEEL/", "", True),
        ("juel", "", False),
        ("", "groovy", False),
        ("groovy", "https://www.omg.org/spec/DMN/20230324/FEEL/", True),
    ],
)
def test_only_feel_is_run(language: str, own: str, runs: bool) -> None:
    body = a_decision("1 + 1").replace(
        "<literalExpression>", f'<literalExpression expressionLanguage="{own}">'
    )
    model = dmn.load(a_file(body, attributes=f'expressionLanguage="{language}"'))
    result = model.evaluate("d", {})
    assert result.value == (2 if runs else None)
    said = f"it is written in '{own or language}'; only FEEL is run here"
    assert [problem.message for problem in result.problems] == ([] if runs else [said])
    assert [problem.message for problem in model.check()] == ([] if runs else [said])


def test_a_column_in_another_language_is_told() -> None:
    table = (
        '<decisionTable><input><inputExpression expressionLanguage="juel"><text>x</text>'
        "</inputExpression></input><output/><rule><inputEntry><text>-</text></inputEntry>"
        "<outputEntry><text>1</text></outputEntry></rule></decisionTable>"
    )
    model = dmn.load(a_file(f'<decision id="d" name="d">{table}</decision>'))
    assert codes(model.evaluate("d", {}).problems) == ["model.missing"]


@pytest.mark.parametrize("kind", ["Java", "PMML"])
def test_a_knowledge_model_in_another_language_is_refused(kind: str) -> None:
    body = (
        f'<businessKnowledgeModel id="b" name="b"><encapsulatedLogic kind="{kind}">'
        '<formalParameter name="a"/><context/></encapsulatedLogic></businessKnowledgeModel>'
        + a_decision("b(1)", needs=needs("#b", kind="knowledge", what="Knowledge"))
    )
    model = dmn.load(a_file(body))
    for name in ("b", "d"):
        result = model.evaluate(name, {"a": 1} if name == "b" else {})
        assert (result.value, codes(result.problems)) == (None, ["function.external"])
    assert codes(model.check()) == ["function.external"]


# Types ------------------------------------------------------------------------------------------


def test_an_unknown_type_is_told_with_what_may_be_meant() -> None:
    item = '<itemDefinition name="tRisk"><typeRef>strng</typeRef></itemDefinition>'
    inputs = '<inputData id="x" name="x"><variable name="x" typeRef="tRsik"/></inputData>'
    model = dmn.load(a_file(item + inputs + a_decision("1", type_="nmber")))
    told = [problem.message for problem in model.check() if problem.code == "type.unknown"]
    assert told == [
        "the type 'strng' is not defined; did you mean 'string'?",
        "the type 'tRsik' is not defined; did you mean 'tRisk'?",
        "the type 'nmber' is not defined; did you mean 'number'?",
    ]


@pytest.mark.parametrize("name", ["integer", "long", "double", "feel:number", "number"])
def test_numbers_by_the_names_of_other_tools(name: str) -> None:
    given = f'<inputData id="x" name="x"><variable name="x" typeRef="{name}"/></inputData>'
    body = given + a_decision("x", needs=needs("#x", what="Input"))
    model = dmn.load(a_file(body))
    assert model.check() == []
    assert codes(model.evaluate("d", {"x": "1"}).problems) == ["type"]


def test_a_type_that_refers_to_itself_ends() -> None:
    item = (
        '<itemDefinition name="tNode"><itemComponent name="next"><typeRef>tNode</typeRef>'
        "</itemComponent></itemDefinition>"
    )
    model = dmn.load(a_file(item + a_decision("{next: {next: null}}", type_="tNode")))
    assert model.evaluate("d", {}).value == {"next": {"next": None}}
    assert codes(model.check()) == ["type.unknown"]


def test_types_that_hold_themselves_many_times() -> None:
    """Each level of the type would be ten times as large as the one above."""
    parts = "".join(
        f'<itemComponent name="c{at}"><typeRef>tNode</typeRef></itemComponent>' for at in range(10)
    )
    item = f'<itemDefinition name="tNode">{parts}</itemDefinition>'
    model = dmn.load(a_file(item + a_decision("1", type_="tNode")))
    assert codes(model.evaluate("d", {}).problems) == ["type"]


def test_types_that_rest_on_each_other_in_a_long_row() -> None:
    items = "".join(
        f'<itemDefinition name="t{at}"><typeRef>t{at + 1}</typeRef></itemDefinition>'
        for at in range(3_000)
    )
    last = '<itemDefinition name="t3000"><typeRef>number</typeRef></itemDefinition>'
    model = dmn.load(a_file(items + last + a_decision("1", type_="t0")))
    assert model.evaluate("d", {}).value == 1
    told = next(problem for problem in model.check() if problem.code == "type.unknown")
    assert told.message == "the type 't21' rests on more than 20 others in a row"


# Names ------------------------------------------------------------------------------------------


def test_two_decisions_of_one_name() -> None:
    two = a_decision("2", name="e").replace('name="e"', 'name="d"')
    assert codes(dmn.load(a_file(a_decision("1") + two)).check()) == ["model.duplicate-name"]


def test_a_decision_with_the_name_of_an_input() -> None:
    given = '<inputData id="x" name="d"/>'
    assert codes(dmn.load(a_file(given + a_decision("1"))).check()) == ["model.duplicate-name"]


def test_an_entry_that_stands_twice() -> None:
    entry = '<contextEntry><variable name="a"/><list/></contextEntry>'
    body = f'<decision id="d" name="d"><context>{entry}{entry}</context></decision>'
    assert codes(dmn.load(a_file(body)).check()) == ["context.duplicate"]


def test_an_input_that_is_called_nearly_so() -> None:
    body = '<inputData id="x" name="Age"/>' + a_decision("Age", needs=needs("#x", what="Input"))
    (problem,) = dmn.load(a_file(body)).evaluate("d", {"Agee": 1}).problems[:1]
    assert problem.message == "'Age' was not given; did you mean 'Agee'?"


def test_a_context_of_many_entries_takes_no_square_of_them() -> None:
    """Each sees those before it; an entry hides an outer name for those after it only."""
    count = 1_500
    entries = "".join(
        f'<contextEntry><variable name="e {at}"/><literalExpression><text>'
        f"{f'e {at - 1} + 1' if at else 'x'}</text></literalExpression></contextEntry>"
        for at in range(count)
    )
    given = '<inputData id="x" name="x"><variable name="x" typeRef="number"/></inputData>'
    hides = (
        '<contextEntry><variable name="x" typeRef="string"/><literalExpression><text>"a" + "b"'
        "</text></literalExpression></contextEntry><contextEntry><literalExpression>"
        f"<text>[e {count - 1}, x]</text></literalExpression></contextEntry>"
    )
    logic = f"<context>{entries}{hides}</context>"
    decision = f'<decision id="d" name="d">{needs("#x", what="Input")}{logic}</decision>'
    started = time.monotonic()
    model = dmn.load(a_file(given + decision))
    assert model.evaluate("d", {"x": 1}).value == [count, "ab"]
    assert model.check() == []
    assert time.monotonic() - started < 60  # a hang, not a figure


def test_what_comes_later_in_a_context_is_not_known_before() -> None:
    entries = "".join(
        f'<contextEntry><variable name="{name}"/><literalExpression><text>{text}</text>'
        "</literalExpression></contextEntry>"
        for name, text in (("a", "b + 1"), ("b", "1"))
    )
    body = f'<decision id="d" name="d"><context>{entries}</context></decision>'
    assert codes(dmn.load(a_file(body)).check()) == ["name.unknown"]


def test_more_text_than_anybody_writes_is_refused() -> None:
    body = a_decision(f'"{"a" * 90_000}"')
    many = "".join(body.replace('"d"', f'"d{at}"') for at in range(34))
    with pytest.raises(dmn.ModelError, match="longer than 3,000,000 characters"):
        dmn.load(a_file(many))


# Imports ----------------------------------------------------------------------------------------


def an_import(name: str) -> str:
    return (
        f'<import name="{name}" namespace="urn:{name}" locationURI="{name}.dmn" '
        f'importType="{DMN}"/>'
    )


def test_files_that_import_each_other(tmp_path: Path) -> None:
    (tmp_path / "a.dmn").write_bytes(a_file(an_import("b") + a_decision("1")))
    (tmp_path / "b.dmn").write_bytes(a_file(an_import("a") + a_decision("1"), own="urn:b"))
    with pytest.raises(dmn.ModelError, match=r"a\.dmn → b\.dmn → a\.dmn"):
        dmn.load(tmp_path / "a.dmn")


def test_what_many_import_is_read_and_compiled_once(tmp_path: Path) -> None:
    """Each of forty files imports the next two: a tree of them would have 2**40 leaves."""
    for at in range(40):
        below = "".join(an_import(f"n{each}") for each in (at + 1, at + 2) if each < 40)
        text = f"n{at + 1}.d + 1" if at < 39 else "1"
        needed = needs(f"urn:n{at + 1}#d") if at < 39 else ""
        file = a_file(below + a_decision(text, needs=needed), own=f"urn:n{at}")
        (tmp_path / f"n{at}.dmn").write_bytes(file)
    assert dmn.load(tmp_path / "n0.dmn").evaluate("d", {}).value == 40


@pytest.mark.parametrize("given", [5, {"z": 5}, None])
def test_an_import_with_the_name_of_an_input(tmp_path: Path, given: Any) -> None:
    (tmp_path / "b.dmn").write_bytes(a_file(a_decision("7"), own="urn:b"))
    body = (
        an_import("b")
        + '<inputData id="i" name="b"/>'
        + a_decision("b.d", needs=needs("#i", what="Input") + needs("urn:b#d"))
    )
    (tmp_path / "a.dmn").write_bytes(a_file(body))
    model = dmn.load(tmp_path / "a.dmn")
    assert model.evaluate("d", {"b": given}).value == 7
    assert given in (5, None, {"z": 5})
    assert codes(model.check()) == ["model.duplicate-name"]


def test_what_an_import_has_wrong_is_told(tmp_path: Path) -> None:
    (tmp_path / "b.dmn").write_bytes(a_file(a_decision("1 +"), own="urn:b"))
    (tmp_path / "a.dmn").write_bytes(a_file(an_import("b") + a_decision("1")))
    assert codes(dmn.load(tmp_path / "a.dmn").check()) == ["syntax.end"]


# Values -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("for i in 1..3 return partial", [[], [[]], [[], [[]]]]),
        ("for i in 1..3 return [count(partial)]", [[0], [1], [2]]),
        ("for i in 1..3 return {so far: partial}.so far", [[], [[]], [[], [[]]]]),
        ("for i in 1..4 return if i < 3 then 1 else partial[-1] + partial[-2]", [1, 1, 2, 3]),
        ("for i in 1..3 return partial[item > 5]", [[], [], []]),
    ],
)
def test_partial_results_are_those_there_were(text: str, value: Any) -> None:
    assert dmn.parse(text).evaluate() == value


def test_partial_results_in_a_boxed_for() -> None:
    loop = (
        '<for iteratorVariable="i"><in><literalExpression><text>1..3</text></literalExpression>'
        "</in><return><literalExpression><text>partial</text></literalExpression></return></for>"
    )
    body = f'<decision id="d" name="d">{loop}</decision>'.replace("1..3", "[1, 2, 3]")
    assert dmn.load(a_file(body)).evaluate("d", {}).value == [[], [[]], [[], [[]]]]


@pytest.mark.parametrize(
    ("text", "value", "told"),
    [
        ("none[i]", None, ["index"]),
        ("none[-i]", None, ["index"]),
        ("none[i > 0]", [], []),
        ("none[open]", [], []),
        ("none[item.a > 0]", [], []),
    ],
)
def test_an_empty_list_has_nothing_at_a_place(text: str, value: Any, told: list[str]) -> None:
    evaluated = dmn.parse(text, ["none", "i"]).evaluate_full({"none": [], "i": 1})
    assert (evaluated.value, codes(evaluated.problems)) == (value, told)


@pytest.mark.parametrize(
    "text",
    ['true and "a"', "1 and true", "false or 1", '"a" or null', 'not("a")', "all([true, 1])",
     'any(false, "a")'],
)  # fmt: skip
def test_what_is_neither_true_nor_false_is_told(text: str) -> None:
    evaluated = dmn.parse(text).evaluate_full()
    assert (evaluated.value, codes(evaluated.problems)) == (None, ["type"])


@pytest.mark.parametrize("text", ["true and null", "null or false", "not(null)", "all([null])"])
def test_null_is_no_problem(text: str) -> None:
    evaluated = dmn.parse(text).evaluate_full()
    assert (evaluated.value, codes(evaluated.problems)) == (None, [])


class Seoul(dt.tzinfo):
    """A zone as some libraries have it: without a name, and unknown without a date."""

    def utcoffset(self, moment: dt.datetime | None) -> dt.timedelta | None:
        return None if moment is None else dt.timedelta(hours=9)

    def dst(self, moment: dt.datetime | None) -> None:
        return None


def test_a_zone_without_a_name_is_its_offset() -> None:
    moment = dt.datetime(2026, 11, 23, 9, 30, tzinfo=Seoul())
    assert dmn.parse("string(x)", ["x"]).evaluate({"x": moment}) == "2026-11-23T09:30:00+09:00"
    assert dmn.parse("x.time offset", ["x"]).evaluate({"x": moment}) == dt.timedelta(hours=9)
    assert dmn.parse("string(x)", ["x"]).evaluate({"x": dt.time(9, 30, tzinfo=Seoul())}) == (
        "09:30:00"
    )


# Small rooms --------------------------------------------------------------------------------------


def test_names_and_their_types_in_layers() -> None:
    outer = NameTypes().inner({"a": STRING, "b": NUMBER})
    inner = outer.inner({}).grown("a", NUMBER)
    later = inner.grown("c", STRING).grown("c", NUMBER)
    assert dict(outer) == {"a": STRING, "b": NUMBER}
    assert (dict(inner), len(inner)) == ({"a": NUMBER, "b": NUMBER}, 2)
    assert dict(later) == {"a": NUMBER, "b": NUMBER, "c": STRING}
    assert "c" not in inner


def test_names_made_beforehand() -> None:
    assert dmn.parse("a b + c", Names(["a b", "c"])).evaluate({"a b": 1, "c": 2}) == 3
    assert dmn.parse("a b + c", [Names(["a b"]), "c"]).evaluate({"a b": 1, "c": 2}) == 3


def test_whole_and_broken_numbers_are_sorted_together() -> None:
    assert dmn.parse("sort([2, 0.5, 1])").evaluate() == [Decimal("0.5"), 1, 2]


@pytest.mark.parametrize(
    ("value", "wanted", "answer"), [(1, [1, 2], True), (3, [1, [2]], False), ([1], [1], True)]
)
def test_a_value_is_one_of_a_list(value: Any, wanted: Any, answer: bool) -> None:
    assert holds(value, wanted) is answer


@pytest.mark.parametrize(
    ("policy", "x", "value", "told"),
    [
        ('hitPolicy="COLLECT" aggregation="COUNT"', 9, 0, []),
        ('hitPolicy="COLLECT" aggregation="COUNT"', 1, 2, []),
        ('hitPolicy="COLLECT" aggregation="SUM"', 9, None, []),
        ('hitPolicy="COLLECT" aggregation="SUM"', 1, None, ["null"]),
        ('hitPolicy="RULE ORDER"', 9, [], []),
        ('hitPolicy="FIRST"', 9, None, []),
    ],
)
def test_what_a_policy_makes_of_nothing(policy: str, x: int, value: Any, told: list[str]) -> None:
    rules = "".join(
        f"<rule><inputEntry><text>1</text></inputEntry><outputEntry><text>{out}</text>"
        "</outputEntry></rule>"
        for out in ("5", "null")
    )
    table = (
        f"<decisionTable {policy}><input><inputExpression><text>x</text></inputExpression>"
        f"</input><output/>{rules}</decisionTable>"
    )
    need = needs("#x", what="Input")
    model = dmn.load(
        a_file(f'<inputData id="x" name="x"/><decision id="d" name="d">{need}{table}</decision>')
    )
    result = model.evaluate("d", {"x": x})
    assert (result.value, codes(result.problems)) == (value, told)


@pytest.mark.parametrize(("x", "value"), [(True, "yes"), (False, "no"), (None, "none")])
def test_a_column_of_truth(x: bool | None, value: str) -> None:
    rules = "".join(
        f"<rule><inputEntry><text>{cell}</text></inputEntry><outputEntry><text>{out}</text>"
        "</outputEntry></rule>"
        for cell, out in (("true", '"yes"'), ("false", '"no"'), ("null", '"none"'))
    )
    table = (
        '<decisionTable><input><inputExpression typeRef="boolean"><text>x</text>'
        f"</inputExpression></input><output/>{rules}</decisionTable>"
    )
    given = '<inputData id="x" name="x"><variable name="x" typeRef="boolean"/></inputData>'
    need = needs("#x", what="Input")
    model = dmn.load(a_file(f'{given}<decision id="d" name="d">{need}{table}</decision>'))
    assert model.evaluate("d", {"x": x}).value == value
