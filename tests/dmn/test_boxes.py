"""Boxed expressions, functions, services and imports of a model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.dmn.drawn import MODEL, decision, drawing, literal, table

from concord import dmn


def answer(logic: str, inputs: dict[str, str] | None = None, **given: Any) -> dmn.Result:
    needs = [f"input {name}" for name in inputs or {}]
    model = dmn.load(drawing(inputs or {}, decision("answer", logic, needs)))
    return model.evaluate("answer", given)


def codes(result: dmn.Result) -> list[str]:
    return [problem.code for problem in result.problems]


def box(tag: str, text: str) -> str:
    return f"<{tag}>{literal(text)}</{tag}>"


# Boxes (DMN 1.5, 7.3 and 10.2) ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "value", "problems"),
    [("x > 1", "a", []), ("x > 5", "b", []), ("null", "b", []), ("x", None, ["type"])],
)
def test_conditional(condition: str, value: str | None, problems: list[str]) -> None:
    parts = box("if", condition) + box("then", '"a"') + box("else", '"b"')
    result = answer(f"<conditional>{parts}</conditional>", {"x": "number"}, x=2)
    assert (result.value, codes(result)) == (value, problems)


@pytest.mark.parametrize(
    ("of", "match", "value"),
    [
        ("[1, 2, 3]", "item > 1", [2, 3]),
        ("[{a: 1}, {a: 2}]", "a > 1", [{"a": 2}]),
        ("[1, 2, 3]", "2", 2),
        ("5", "item > 1", [5]),
        ("null", "true", None),
        ("[1]", '"a"', None),
        ("[1, null]", "item > 0", [1]),
    ],
)
def test_filter(of: str, match: str, value: Any) -> None:
    result = answer(f"<filter>{box('in', of)}{box('match', match)}</filter>")
    assert result.value == value


@pytest.mark.parametrize(
    ("kind", "of", "body", "value"),
    [
        ("for", "[1, 2]", "i * 2", [2, 4]),
        ("for", "[1, 2, 3]", "if i = 1 then 1 else partial[-1] + i", [1, 3, 6]),
        ("for", "null", "i", None),
        ("some", "[1, 2]", "i > 1", True),
        ("some", "[1, 2]", "i > 2", False),
        ("some", "[1, null]", "i > 2", None),
        ("some", "null", "true", None),
        ("every", "[1, 2]", "i > 0", True),
        ("every", "[1, 2]", "i > 1", False),
        ("every", "[1]", '"a"', None),
        ("every", "[]", "false", True),
    ],
)
def test_iteration(kind: str, of: str, body: str, value: Any) -> None:
    inner = "return" if kind == "for" else "satisfies"
    result = answer(f'<{kind} iteratorVariable="i">{box("in", of)}{box(inner, body)}</{kind}>')
    assert result.value == value


def test_list_and_relation() -> None:
    assert answer(f"<list>{literal('1')}{literal('1 + 1')}</list>").value == [1, 2]
    columns = '<column name="a"/><column name="b  c"/>'
    row = f"<row>{literal('1')}{literal('2')}</row>"
    assert answer(f"<relation>{columns}{row}</relation>").value == [{"a": 1, "b c": 2}]
    short = answer(f"<relation>{columns}<row>{literal('1')}</row></relation>")
    assert (short.value, codes(short)) == (None, ["model.missing"])


def entry(name: str, text: str, of: str = "") -> str:
    variable = f'<variable name="{name}" typeRef="{of}"/>' if name else ""
    return f"<contextEntry>{variable}{literal(text)}</contextEntry>"


def test_context_sees_what_stands_above_and_its_last_entry_is_its_value() -> None:
    entries = entry("net", "100") + entry("with tax", "net * 1.1", "number")
    result = answer(f"<context>{entries}</context>")
    assert {name: float(value) for name, value in result.value.items()} == {
        "net": 100,
        "with tax": 110,
    }
    assert answer(f"<context>{entries}{entry('', 'with tax - net')}</context>").value == 10


def test_entry_of_another_type_is_null_with_a_problem() -> None:
    result = answer(f"<context>{entry('a', '1', 'string')}</context>")
    assert (result.value, codes(result)) == ({"a": None}, ["type"])


def function(params: str, body: str, kind: str = "FEEL", of: str = "") -> str:
    formal = "".join(f'<formalParameter name="{each}" typeRef="number"/>' for each in params)
    return f'<functionDefinition kind="{kind}" typeRef="{of}">{formal}{literal(body)}</functionDefinition>'  # noqa: E501


def invocation(called: str, *bindings: tuple[str, str]) -> str:
    bound = "".join(
        f'<binding><parameter name="{name}"/>{literal(text)}</binding>' for name, text in bindings
    )
    return f"<invocation>{literal(called)}{bound}</invocation>"


@pytest.mark.parametrize(
    ("bindings", "value", "problems"),
    [
        ([("a", "5"), ("b", "3")], 2, []),
        ([("b", "3"), ("a", "5")], 2, []),
        ([("a", "5")], None, ["arguments"]),
        ([("a", "5"), ("c", "3")], None, ["arguments"]),
        ([("a", '"x"'), ("b", "3")], None, ["type"]),
    ],
)
def test_function_and_invocation(
    bindings: list[tuple[str, str]], value: int | None, problems: list[str]
) -> None:
    defined = (
        f'<contextEntry><variable name="f"/>{function("ab", "a - b")}</contextEntry>'
        f"<contextEntry>{invocation('f', *bindings)}</contextEntry>"
    )
    result = answer(f"<context>{defined}</context>")
    assert (result.value, codes(result)) == (value, problems)


def test_result_of_a_function_of_another_type_is_null_with_a_problem() -> None:
    defined = f'<contextEntry><variable name="f"/>{function("a", "a", of="string")}</contextEntry>'
    result = answer(f"<context>{defined}{entry('', 'f(1)')}</context>")
    assert (result.value, codes(result)) == (None, ["type"])


def test_function_calls_itself() -> None:
    body = function("n", "if n = 0 then 0 else n + sum up(n - 1)")
    defined = f'<contextEntry><variable name="sum up"/>{body}</contextEntry>'
    assert answer(f"<context>{defined}{entry('', 'sum up(4)')}</context>").value == 10
    deep = answer(f"<context>{defined}{entry('', 'sum up(4000)')}</context>")
    assert (deep.value, codes(deep)) == (None, ["budget"])


def test_what_is_no_function_cannot_be_invoked() -> None:
    result = answer(invocation("1", ("a", "5")))
    assert (result.value, codes(result)) == (None, ["type"])


@pytest.mark.parametrize("kind", ["Java", "PMML"])
def test_other_functions_are_refused_before_and_in_evaluation(kind: str) -> None:
    logic = function("a", "{java: {}}", kind)
    model = dmn.load(drawing({}, decision("answer", logic)))
    assert [(each.code, each.message) for each in model.compiled.problems] == [
        ("function.external", f"{kind} functions are not run here")
    ]
    assert codes(model.evaluate("answer", {})) == ["function.external"]


@pytest.mark.parametrize(
    ("logic", "message"),
    [
        ("", "there is no decision logic"),
        (literal(""), "the expression is empty"),
        ("<decisionTable><input/><output/></decisionTable>", "the column has no input expression"),
    ],
)
def test_logic_that_is_not_there(logic: str, message: str) -> None:
    result = answer(logic)
    assert result.value is None
    assert (codes(result), result.problems[0].message) == (["model.missing"], message)


def plain_table(columns: str, rules: str = "", policy: str = "FIRST") -> str:
    return f'<decisionTable hitPolicy="{policy}">{columns}{rules}</decisionTable>'


RULE = f"<rule>{''.join(f'<outputEntry><text>{n}</text></outputEntry>' for n in (1, 2))}</rule>"


@pytest.mark.parametrize(
    ("logic", "value", "problems"),
    [
        (plain_table('<output name="a"/>'), None, []),
        (plain_table('<output name="a"/><output name="b"/>', RULE), {"a": 1, "b": 2}, []),
        (plain_table('<output name="a"/><output name="a"/>', RULE), None, ["table.outputs"]),
        (plain_table("", RULE), None, ["table.outputs"]),
    ],
)
def test_table_with_few_columns(logic: str, value: Any, problems: list[str]) -> None:
    result = answer(logic)
    assert (result.value, codes(result)) == (value, problems)
    model = dmn.load(drawing({}, decision("answer", logic)))
    assert {each.code for each in model.check()} >= set(problems)


@pytest.mark.parametrize("of", ["(> 1)", "[1..2]", "[[1], {a: (< 2)}]"])
def test_a_decision_that_gives_a_range_is_checked_as_any_other(of: str) -> None:
    upstream = decision(
        "range", table({"n": "number"}, [["1", of]], defaults={"result": of}), ["input n"]
    )
    logic = decision("answer", table({"range": "Any"}, [["-", "1"]]), ["range"])
    model = dmn.load(drawing({"n": "number"}, upstream, logic))
    assert model.evaluate("answer", {"n": 1}).value == 1
    assert [each for each in model.check() if each.severity == "error"] == []


# Knowledge models, services, graphs -----------------------------------------------------------


def knowledge(name: str, params: dict[str, str], body: str, needs: str = "", of: str = "") -> str:
    formal = "".join(f'<formalParameter name="{n}" typeRef="{t}"/>' for n, t in params.items())
    return (
        f'<businessKnowledgeModel id="{name}" name="{name}">'
        f'<variable name="{name}" typeRef="{of}"/>{needs}<encapsulatedLogic>'
        f"{formal}{literal(body)}</encapsulatedLogic>"
        "</businessKnowledgeModel>"
    )


def knows(name: str) -> str:
    return f'<knowledgeRequirement><requiredKnowledge href="#{name}"/></knowledgeRequirement>'


def test_knowledge_models_call_each_other_and_can_be_asked_by_name() -> None:
    twice = knowledge("twice", {"n": "number"}, "n * 2")
    four = knowledge("four times", {"n": "number"}, "twice(twice(n))", knows("twice"), "number")
    logic = decision("answer", knows("four times") + literal("four times(n: 3)"))
    model = dmn.load(drawing({}, twice, four, logic))
    assert model.evaluate("answer", {}).value == 12
    assert model.evaluate("four times", {"n": 5}).value == 20
    assert codes(model.evaluate("four times", {"n": "x"})) == ["type"]


def test_result_of_a_knowledge_model_is_of_its_type() -> None:
    wrong = knowledge("wrong", {}, '"a"', of="number")
    model = dmn.load(drawing({}, wrong, decision("answer", knows("wrong") + literal("wrong()"))))
    result = model.evaluate("answer", {})
    assert (result.value, codes(result)) == (None, ["type"])


def test_a_knowledge_model_without_logic() -> None:
    empty = '<businessKnowledgeModel id="e" name="e"/>'
    model = dmn.load(drawing({}, empty))
    result = model.evaluate("e", {})
    assert (result.value, codes(result)) == (None, ["model.missing"])


def service(*refs: tuple[str, str]) -> str:
    inner = "".join(f'<{tag} href="#{ref}"/>' for tag, ref in refs)
    return f'<decisionService id="s" name="service">{inner}</decisionService>'


def graph() -> list[str]:
    return [
        decision("base", literal("amount * 2"), ["input amount"]),
        decision("top", literal("base + 1"), ["base"]),
        decision("other", literal("base - 1"), ["base"]),
    ]


def test_service_with_encapsulated_and_with_given_decisions() -> None:
    whole = service(
        ("outputDecision", "top"), ("encapsulatedDecision", "base"), ("inputData", "input amount")
    )
    caller = decision("caller", knows("s") + literal("service(5)"))
    model = dmn.load(drawing({"amount": "number"}, *graph(), whole, caller))
    assert model.evaluate("service", {"amount": 10}).value == 21
    assert model.evaluate("caller", {}).value == 11
    given = service(("outputDecision", "top"), ("inputDecision", "base"))
    model = dmn.load(drawing({"amount": "number"}, *graph(), given))
    assert model.evaluate("service", {"base": 100, "amount": 1}).value == 101


def test_service_with_two_outputs_gives_both_by_name() -> None:
    two = service(
        ("outputDecision", "top"), ("outputDecision", "other"), ("inputData", "input amount")
    )
    model = dmn.load(drawing({"amount": "number"}, *graph(), two))
    assert model.evaluate("service", {"amount": 10}).value == {"top": 21, "other": 19}


def test_references_to_what_is_not_there_are_problems() -> None:
    broken = service(("outputDecision", "nowhere"))
    logic = decision("answer", literal("1"), ["nothing"])
    model = dmn.load(drawing({}, broken, logic))
    assert [(each.code, str(each.place)) for each in model.compiled.problems] == [
        ("model.reference", "decision service 'service'"),
        ("model.reference", "decision 'answer'"),
    ]
    assert model.evaluate("answer", {}).value == 1


def test_a_decision_that_requires_itself_is_told() -> None:
    parts = [
        decision("a", literal("b"), ["b"]),
        decision("b", literal("a"), ["a"]),
        decision("c", literal("a"), ["a"]),
        decision("d", literal("1")),
    ]
    model = dmn.load(drawing({}, *parts))
    found = [problem for problem in model.check() if problem.code == "model.cycle"]
    assert [str(problem.place) for problem in found] == ["decision 'a'", "decision 'b'"]
    assert codes(model.evaluate("c", {})) == ["model.cycle", "model.cycle"]
    assert codes(model.evaluate("d", {})) == []


def test_a_decision_given_as_an_input_is_not_evaluated() -> None:
    model = dmn.load(drawing({"amount": "number"}, *graph()))
    result = model.evaluate("top", {"base": 7})
    assert (result.value, codes(result)) == (8, [])


def test_what_was_not_given_or_is_of_another_type_is_null_with_a_problem() -> None:
    model = dmn.load(drawing({"amount": "number"}, *graph()))
    missing, wrong = model.evaluate("base", {}), model.evaluate("base", {"amount": "a"})
    assert (missing.value, codes(missing)) == (None, ["input.missing"])
    assert (wrong.value, codes(wrong)) == (None, ["type"])


def test_unknown_decision_and_values_that_feel_has_not() -> None:
    model = dmn.load(drawing({"amount": "number"}, *graph()))
    with pytest.raises(KeyError):
        model.evaluate("nothing", {})
    with pytest.raises(KeyError):
        model.decision("nothing")
    assert model.decision("top").name == "top"
    with pytest.raises(TypeError, match="object"):
        model.evaluate("top", {"amount": object()})


# Imports --------------------------------------------------------------------------------------


def importing(tmp_path: Path, importer: str, location: str = "base.dmn") -> dmn.Model:
    base = drawing(
        {"amount": "number"},
        *graph(),
        knowledge("twice", {"n": "number"}, "n * 2"),
        types='<itemDefinition name="small"><typeRef>number</typeRef>'
        "<allowedValues><text>[0..9]</text></allowedValues></itemDefinition>",
    )
    (tmp_path / "base.dmn").write_bytes(base)
    (tmp_path / "top.dmn").write_text(
        f'<definitions xmlns="{MODEL}" name="top" namespace="urn:top"><import name="base" '
        f'namespace="urn:drawn" locationURI="{location}" importType="{MODEL}"/>'
        f"{importer}</definitions>"
    )
    return dmn.load(tmp_path / "top.dmn")


def required(what: str, ref: str) -> str:
    kind = "knowledge" if what == "requiredKnowledge" else "information"
    return f'<{kind}Requirement><{what} href="urn:drawn#{ref}"/></{kind}Requirement>'


@pytest.mark.parametrize("location", ["base.dmn", "elsewhere.dmn", ""])
def test_decisions_and_functions_of_an_import(tmp_path: Path, location: str) -> None:
    needs = required("requiredDecision", "top") + required("requiredKnowledge", "twice")
    logic = decision("answer", needs + literal("base.twice(base.top)"))
    model = importing(tmp_path, logic, location)
    assert model.evaluate("answer", {"amount": 10}).value == 42
    assert model.evaluate("answer", {"base.amount": 10, "amount": 99}).value == 42


def test_types_of_an_import(tmp_path: Path) -> None:
    model = importing(tmp_path, decision("answer", literal("12"), of="base.small"))
    result = model.evaluate("answer", {})
    assert (result.value, codes(result)) == (None, ["type"])


def test_an_import_that_is_not_there(tmp_path: Path) -> None:
    logic = decision("answer", required("requiredDecision", "top") + literal("1"))
    text = drawing({}, logic).replace(
        b"<decision", b'<import name="b" namespace="urn:x"/><decision'
    )
    (tmp_path / "alone.dmn").write_bytes(text)
    model = dmn.load(tmp_path / "alone.dmn")
    assert [problem.code for problem in model.problems] == ["model.import", "model.reference"]


def test_a_model_given_to_load_is_not_looked_for(tmp_path: Path) -> None:
    importing(tmp_path, decision("answer", literal("1")))
    known = dmn.load(drawing({}, decision("x", literal("1"))))
    assert dmn.load(tmp_path / "top.dmn", [known]).imported == (known,)


# Problems name their place --------------------------------------------------------------------


def test_a_problem_in_a_cell_names_rule_and_column_with_a_caret() -> None:
    logic = table({"x": "number"}, [["1", "1"], ["> 1", '2 + x + "a"']])
    result = answer(logic, {"x": "number"}, x=5)
    (problem,) = result.problems
    assert str(problem) == (
        "decision 'answer', table 'answer', rule 2, column 'result': "
        "'+' does not go with number and string\n"
        '2 + x + "a"\n'
        "^^^^^^^^^^^"
    ).replace("table 'answer', ", "")


def test_an_unknown_name_in_a_condition_names_what_was_meant() -> None:
    logic = table({"amount": "number"}, [["> amuont", "1"]])
    model = dmn.load(drawing({"amount": "number"}, decision("a", logic, ["input amount"])))
    (problem,) = [each for each in model.check() if each.code == "name.unknown"]
    assert problem.message == "'amuont' is not known; did you mean 'amount'?"
    assert (problem.place.rule, problem.place.column) == ("1", "amount")
    assert problem.place.caret() == "> amuont\n  ^^^^^^"
