"""What a newcomer does wrong: each slip is told, with its place and its mend."""

from __future__ import annotations

import datetime as dt
import pickle
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.dmn.drawn import MODEL, decision, drawing, literal, one_table, table

from concord import dmn
from concord.dmn.__main__ import main

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


# Loading ----------------------------------------------------------------------------------------


def a_folder(folder: Path, location: str, **files: int) -> dmn.Model:
    """`main.dmn` that imports `lib`, beside files that have its namespace and give a number."""
    for name, value in files.items():
        file = drawing({}, decision("base", literal(str(value))))
        file = file.replace(b"urn:drawn", b"urn:lib")
        (folder / f"{name}.dmn").write_bytes(file)
    needs = (
        '<informationRequirement><requiredDecision href="urn:lib#base"/></informationRequirement>'
    )
    text = f'<import name="lib" namespace="urn:lib" {location} importType="{MODEL}"/>'
    main = drawing({}, text + decision("main", needs + literal("lib.base + 1")))
    (folder / "main.dmn").write_bytes(main)
    return dmn.load(folder / "main.dmn")


def told(problems: Iterable[dmn.Problem]) -> list[tuple[str, str]]:
    return [(each.severity, str(each)) for each in problems]


def test_an_import_is_taken_by_its_location(tmp_path: Path) -> None:
    model = a_folder(tmp_path, 'locationURI="lib.dmn"', a_old=99, lib=1)
    assert model.evaluate("main", {}).value == 2
    assert model.problems == ()


@pytest.mark.parametrize(
    ("location", "severity", "why"),
    [
        ("", "hint", "no location is given"),
        ('locationURI="no.dmn"', "warning", "its location 'no.dmn' does not lead to it"),
    ],
)
def test_the_only_file_of_the_namespace_is_taken_and_told(
    tmp_path: Path, location: str, severity: str, why: str
) -> None:
    model = a_folder(tmp_path, location, lib=1)
    assert model.evaluate("main", {}).value == 2
    taken = f"the import 'lib': {why}; 'lib.dmn' is taken by its namespace"
    assert told(model.problems) == [(severity, taken)]


def test_of_several_files_of_the_namespace_none_is_taken(tmp_path: Path) -> None:
    model = a_folder(tmp_path, 'locationURI="no.dmn"', a_old=99, lib=1)
    assert model.evaluate("main", {}).value is None
    assert told(model.problems)[0] == (
        "error",
        "the import 'lib': its location 'no.dmn' does not lead to it; "
        "'a_old.dmn', 'lib.dmn' have its namespace: say which as locationURI",
    )


def test_an_import_that_is_nowhere(tmp_path: Path) -> None:
    model = a_folder(tmp_path, "")
    assert told(model.problems)[0] == (
        "error",
        "the import 'lib': no file beside this one has the namespace 'urn:lib'",
    )
    again = dmn.load((tmp_path / "main.dmn").read_bytes())
    assert told(again.problems)[0] == (
        "error",
        "the import 'lib': no model of the namespace 'urn:lib'; "
        "load the model from its file, or give what it imports as `imports`",
    )


def test_a_file_of_another_namespace_is_not_what_is_imported(tmp_path: Path) -> None:
    (tmp_path / "other.dmn").write_bytes(drawing({}, decision("base", literal("7"))))
    model = a_folder(tmp_path, 'locationURI="other.dmn"', lib=1)
    assert model.evaluate("main", {}).value == 2


def test_what_is_broken_in_an_import_names_its_file(tmp_path: Path) -> None:
    (tmp_path / "lib.dmn").write_text("<definitions")
    with pytest.raises(dmn.ModelError, match=r"^lib\.dmn: line 1, column 1: the XML is broken"):
        a_folder(tmp_path, 'locationURI="lib.dmn"')


def test_other_files_that_are_imported_are_not_read() -> None:
    schema = '<import name="s" namespace="urn:s" importType="http://www.w3.org/2001/XMLSchema"/>'
    assert dmn.load(drawing({}, schema)).problems == ()


def test_a_model_with_errors_is_not_loaded_strictly() -> None:
    file = drawing({"x": "nmber"}, decision("answer", literal("x +"), ["input x"]))
    assert [each.code for each in dmn.load(file).problems] == ["type.unknown", "syntax.end"]
    with pytest.raises(dmn.ModelError) as refused:
        dmn.load(file, strict=True)
    assert refused.value.problems == dmn.load(file).problems
    assert dmn.load(drawing({"x": "number"}), strict=True).problems == ()


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (None, "a model is loaded from a path or from bytes, not from a NoneType"),
        ("<definitions/>", "this is no path but a file's text: give it as bytes, text.encode()"),
    ],
)
def test_what_is_no_file(source: Any, message: str) -> None:
    with pytest.raises(dmn.ArgumentError) as refused:
        dmn.load(source)
    assert str(refused.value) == message
    assert isinstance(refused.value, TypeError)


# Arguments --------------------------------------------------------------------------------------


class Colour(Enum):
    RED = 1


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"a": Decimal("1e9999")}, "'a': a number is beyond 34 digits and an exponent of 6144"),
        ({"a": 10**7000}, "'a': a number is beyond 34 digits and an exponent of 6144"),
        ({"a": -(10**7000)}, "'a': a number is beyond 34 digits and an exponent of 6144"),
        ({"a": float("nan")}, "'a': nan is not a number that FEEL has"),
        ({"a": {"b": [1, Colour.RED]}}, "'a.b[1]': Colour is no type that FEEL has; there are str"),
        ([1], "values are given by name, as a dict, not as a list"),
    ],
)
def test_what_is_given_and_no_value_is_told(given: Any, message: str) -> None:
    table = one_table({"a": "number"}, [["> 5", '"x"'], ["-", '"y"']], policy="FIRST")
    calls = [
        lambda: dmn.parse("a", ["a"]).evaluate(given),
        lambda: dmn.parse_unary("a", ["a"]).matches(1, given),
        lambda: table.evaluate("answer", given),
    ]
    for call in calls:
        with pytest.raises(dmn.ArgumentError) as refused:
            call()
        assert str(refused.value).startswith(message)


@pytest.mark.parametrize("clock", [dt.date(2026, 1, 1), "2026", lambda: 7])
def test_a_clock_that_is_none(clock: Any) -> None:
    for text in ("now()", "today()"):
        with pytest.raises(dmn.ArgumentError, match="the clock is or gives a datetime, not a"):
            dmn.parse(text).evaluate(clock=clock)


def test_what_is_no_text() -> None:
    nothing: Any = None
    with pytest.raises(dmn.ArgumentError, match="an expression is text, a str, not a NoneType"):
        dmn.parse(nothing)


def test_a_name_that_there_is_not() -> None:
    model = one_table({"x": "number"}, [["-", "1"]])
    told = "there is no decision 'answr'; did you mean 'answer'?"
    calls = [
        lambda: model.evaluate("answr", {}),
        lambda: model.decision("answr"),
        lambda: model.sql("answr"),
        lambda: model.differences(model, "answr"),
    ]
    for call in calls:
        with pytest.raises(dmn.UnknownNameError) as refused:
            call()
        assert str(refused.value) == told
        assert isinstance(refused.value, KeyError)
    with pytest.raises(dmn.UnknownNameError, match="there is no decision 'x'; there are 'answer'"):
        model.evaluate("x", {})
    with pytest.raises(dmn.UnknownNameError, match="there is no column 'in'; did you mean 'in1'"):
        model.with_cell("table", "r1", "in", "1")


def test_what_is_given_and_unknown_is_told() -> None:
    model = one_table({"age": "number"}, [["> 5", '"x"'], ["-", '"y"']], policy="FIRST")
    result = model.evaluate("answer", {"age": 7, "agee": 8})
    assert result.value == "x"
    assert told(result.problems) == [
        (
            "warning",
            "decision 'answer': 'agee' was given, but nothing is called so; did you mean 'age'?",
        )
    ]
    assert model.evaluate("answer", {"age": 7}).problems == ()


def test_what_another_decision_needs_may_be_given() -> None:
    logic = table({"a": ""}, [["1", "2"]])
    model = dmn.load(
        drawing(
            {"a": "number", "b": "number"},
            decision("one", logic, ["input a"]),
            decision("two", literal("b"), ["input b"]),
        )
    )
    assert model.evaluate("one", {"a": 1, "b": 2}).problems == ()


def test_a_function_without_all_its_arguments_says_so() -> None:
    function = (
        '<businessKnowledgeModel id="k" name="rate"><encapsulatedLogic><formalParameter name="n"/>'
        "<literalExpression><text>n * 2</text></literalExpression></encapsulatedLogic>"
        "</businessKnowledgeModel>"
    )
    model = dmn.load(drawing({}, function))
    assert model.evaluate("rate", {"n": 2}).value == 4
    assert [each.message for each in model.evaluate("rate", {}).problems] == ["'n' was not given"]


# Pickling ---------------------------------------------------------------------------------------


def again(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))


def test_a_model_that_was_used_is_pickled(tmp_path: Path) -> None:
    model = a_folder(tmp_path, "", lib=1)
    assert model.evaluate("main", {}).value == 2
    copy = again(model)
    assert copy.evaluate("main", {}).value == 2
    assert (copy.save(), copy.problems) == (model.save(), model.problems)


def test_an_answer_is_pickled_with_what_explains_it() -> None:
    rules = [["> 5", '"x"', "much"], ["-", '"y"', "rest"]]
    model = one_table({"age": "number"}, rules, policy="FIRST", annotations=["why"])
    for inputs in ({"age": 7}, {"age": 7.5, "agee": 8}):
        result = model.evaluate("answer", inputs)
        copy = again(result)
        assert repr(copy) == repr(result)
        assert copy.matched == result.matched
        assert copy.matched[0].annotation == "much"
        assert copy.explanation == result.explanation
        assert copy.decisions == {"answer": "x"}
        assert dmn.answer_sentences(model, copy) == dmn.answer_sentences(model, result)


def test_expressions_and_tests_are_pickled() -> None:
    types = (
        '<itemDefinition name="small"><typeRef>number</typeRef><allowedValues><text>[0..9]</text>'
    )
    types += "</allowedValues></itemDefinition>"
    named = dmn.load(drawing({}, types=types)).compiled.types.named
    expression = dmn.parse("(full name) instance of small", (n for n in ["full name"]), types=named)
    copy = again(expression)
    assert copy == expression
    assert [copy.evaluate({"full name": each}) for each in (3, 12)] == [True, False]
    assert again(dmn.parse_unary("> my x", ["my x"])).matches(3, {"my x": 2})
    assert again(named["small"]).allowed(12) is False


def test_problems_survive_being_raised_in_another_process() -> None:
    with pytest.raises(dmn.FeelSyntaxError) as refused:
        dmn.parse("1 +")
    copy = again(refused.value)
    assert (copy.problems, str(copy)) == (refused.value.problems, str(refused.value))


# Misfits ----------------------------------------------------------------------------------------

PERSON = """<itemDefinition name="Pct"><typeRef>number</typeRef>
  <allowedValues><text>[0..100]</text></allowedValues></itemDefinition>
<itemDefinition name="Person"><itemComponent name="age"><typeRef>number</typeRef></itemComponent>
  <itemComponent name="shares" isCollection="true"><typeRef>Pct</typeRef></itemComponent>
</itemDefinition>"""


@pytest.mark.parametrize(
    ("of", "given", "message"),
    [
        ("Person", {"age": "3", "shares": []},
         "a Person is wanted: 'age' is a string, not a number"),
        ("Person", {"age": 3}, "a Person is wanted: 'shares' is missing"),
        ("Person", {"age": 3, "shares": [1, 101]},
         "a Person is wanted: 'shares[2]' is 101, none of [0..100]"),
        ("Person", 7, "a Person is wanted, not this number"),
        ("Pct", 101, "a Pct is wanted: 101 is none of [0..100]"),
        ("Pct", "a", "a Pct is wanted, not this string"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named(of: str, given: Any, message: str) -> None:
    model = dmn.load(drawing({"p": of}, decision("d", literal("p"), ["input p"]), types=PERSON))
    assert [str(each) for each in model.evaluate("d", {"p": given}).problems] == [
        f"input 'p': {message}"
    ]


def test_a_name_that_two_have_is_asked_of_neither() -> None:
    logic = table({"a": ""}, [["-", "1"]]), table({"a": ""}, [["-", "2"]])
    two = decision("d", logic[0], ["input a"]), decision("d", logic[1], ["input a"])
    model = dmn.load(drawing({"a": "number"}, two[0], two[1].replace('id="d"', 'id="e"')))
    told = "two elements are called 'd': give each a name of its own"
    assert [(each.code, each.message) for each in model.problems] == [
        ("model.duplicate-name", told)
    ]
    result = model.evaluate("d", {"a": 1})
    assert (result.value, [each.message for each in result.problems]) == (None, [told])


def test_a_decision_called_as_an_input_is_not_the_input() -> None:
    model = dmn.load(drawing({"d": "number"}, decision("d", literal("7"), ["input d"])))
    result = model.evaluate("d", {"d": 1})
    assert result.value is None
    assert [each.code for each in result.problems] == ["model.duplicate-name"]


# The rest ---------------------------------------------------------------------------------------


def test_a_description_of_a_rule_is_an_annotation() -> None:
    """Where Camunda's tools keep their annotations."""
    file = drawing({"x": "number"}, decision("d", table({"x": ""}, [["-", "1"]]), ["input x"]))
    text = b'<rule id="r1"><description>As agreed in May</description>'
    (rule,) = dmn.load(file.replace(b'<rule id="r1">', text)).evaluate("d", {"x": 1}).matched
    assert rule.annotations == {"description": "As agreed in May"}
    assert rule.annotation == "As agreed in May"


def test_an_evaluation_of_a_model_has_a_budget() -> None:
    model = dmn.load(drawing({}, decision("d", literal("count(for i in 1..1000 return i)"))))
    assert model.evaluate("d", {}).value == 1000
    stopped = model.evaluate("d", {}, steps=100)
    assert (stopped.value, [each.code for each in stopped.problems]) == (None, ["budget"])


def test_what_sql_is_told_and_is_not_there() -> None:
    model = one_table({"age": "number"}, [["-", "1"]])
    with pytest.raises(dmn.UnknownNameError, match="there is no input 'agee'; did you mean 'age'"):
        model.sql("answer", columns={"agee": "i.a"})
    with pytest.raises(dmn.ArgumentError, match=r"`keep` is a list of names, as in \['id'\]"):
        model.sql("answer", keep="id")


def test_a_language_that_there_is_not() -> None:
    model = one_table({"age": "number"}, [["-", "1"]])
    french: Any = "fr"
    with pytest.raises(dmn.UnknownNameError, match="no language 'fr'; there are 'en', 'ko'"):
        dmn.rule_sentence(model.tables["answer"], model.tables["answer"].rules[0], french)


def test_a_folder_without_cases_has_not_passed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["tck", str(tmp_path)]) == 2
    assert "no case of the kit stands here" in capsys.readouterr().err


def test_a_file_in_another_encoding() -> None:
    text = '<?xml version="1.0" encoding="EUC-KR"?><definitions/>'
    with pytest.raises(dmn.ModelError, match="the file says that it is in 'EUC-KR': save it as"):
        dmn.load(text.encode("euc-kr"))


def test_a_broken_cell_does_not_compute() -> None:
    rules = [["> 1", '"a"'], ["> (", '"b"'], ["x * 2", '"c"'], [">", '"d"']]
    model = one_table({"x": "number"}, rules, policy="FIRST")
    (hint,) = [each for each in model.check() if each.code == "check.computed"]
    told = "rule 3 computes and rules 2 and 4 have broken cells"
    assert hint.message == f"the column 'x' cannot be judged exactly: {told}"


def test_a_file_that_cannot_be_used_is_named_before_its_decision(tmp_path: Path) -> None:
    logic = table({"x": "number"}, RULES, policy="FRIST")
    file = drawing({"x": "number"}, decision("price", logic, ["input x"]))
    (tmp_path / "shop.dmn").write_bytes(file)
    with pytest.raises(dmn.ModelError, match=r"^shop\.dmn, decision 'price': 'FRIST' is no hit"):
        dmn.load(tmp_path / "shop.dmn")


@pytest.mark.parametrize("cell", ["n > 1", "c", "not(c)", "n > 1, c", "not(n > 1, c)", "1 < 2"])
@pytest.mark.parametrize("b", [None, True, False])
def test_a_computed_truth_is_the_same_in_the_database(cell: str, b: bool | None) -> None:
    inputs = {"n": "number", "b": "boolean", "c": "boolean"}
    needs = [f"input {name}" for name in inputs]
    model = dmn.load(drawing(inputs, decision("d", table({"b": ""}, [[cell, '"x"']]), needs)))
    sql = model.sql("d", "duckdb")
    with duckdb.connect() as connection:
        connection.execute("create table inputs (n decimal(10, 2), b boolean, c boolean)")
        rows = [(n, b, c) for n in (None, 0, 2) for c in (None, True, False)]
        connection.executemany("insert into inputs values (?, ?, ?)", rows)
        told = connection.execute(sql.text, sql.params).fetchall()
    results = [model.evaluate("d", dict(zip(inputs, row, strict=True))) for row in rows]
    assert told == [(each.value, [rule.index for rule in each.matched]) for each in results]


def test_many_threads_use_a_model_from_its_first_evaluation_on() -> None:
    rules = [["> 5", '"x"'], ["-", '"y"']]
    for _ in range(10):
        model = one_table({"age": "number"}, rules, policy="FIRST")
        with ThreadPoolExecutor(8) as threads:
            found = list(threads.map(partial(answer_of, model), range(40)))
        assert found == ["y"] * 6 + ["x"] * 34


def answer_of(model: dmn.Model, age: int) -> Any:
    return model.evaluate("answer", {"age": age}).value
