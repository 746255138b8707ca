"""What has no exact counterpart in a database is refused, with its place and a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.dmn.databases import DuckDb
from tests.dmn.drawn import decision, drawing, literal, one_table, table

from concord import dmn
from concord.dmn.__main__ import main
from concord.dmn.sql.postgres import ROUNDED

SCALARS = {
    "n": ("c.n", "number"), "s": ("c.s", "string"), "b": ("c.b", "boolean"), "d": ("c.d", "date"),
    "moment": ("c.m", "date and time"), "clock": ("c.t", "time"),
    "names": ("c.names", "list<string>"),
}  # fmt: skip
LISTS = {
    "item1": dmn.ListSource("r", "records", {"n": ("r.n", "number"), "s": ("r.s", "string"),
                                             "b": ("r.b", "boolean")}, "", "r.kind = 'x'")
}  # fmt: skip
SCHEMA = dmn.SqlSchema(SCALARS, LISTS)


def compiled(text: str, dialect: str = "postgres") -> dmn.Sql:
    return dmn.parse(text, [*SCALARS, "item1"], fields=["n", "s", "b", "year"]).sql(SCHEMA, dialect)


REFUSED = {
    "-s": "a string has no negative",
    "n + clock": "a time has no exact counterpart",
    's + duration("P1D")': "'+' with string and days and time duration",
    '(d - d) * n': "only by a whole number",
    '(d - d) * duration("P1D")': "has no counterpart",
    'd + (d - d) * 2': "only by a constant duration",
    's < "a" and b < true': "'<' with boolean and boolean",
    "s = n": "'=' with string and number",
    "names = names": "'=' with list<string>",
    "if n then 1 else 2": "a condition is true or false",
    "s in (1, 2)": "'=' with string and number",
    "n in [5..1]": "ends before it begins",
    'date and time("2026-11-21T09:00:00") < moment': "without a zone",
    '"a\\u0000" = s': "no character 0",
    "@\"P1M\" = @\"P1Y\"": "has no counterpart",
    "if b then @\"P1M\" else @\"P2M\"": "a duration of months",
    "@\"P1M\"": "a duration cannot be the result",
    "@\"10:00:00\"": "a time has no exact counterpart",
    '[1, "a"]': "several types",
    "[@\"P1D\"]": "several types",
    "count": "cannot stand alone",
    "nowhere": "'nowhere' is not known here",
    "n.year": "'.year' has no exact counterpart",
    "s.year.year": "'.year' has no exact counterpart",
    "nowhere.year": "'nowhere.year' is not known",
    "sort(names)": "'sort' has no exact counterpart",
    "abs(n: n)": "by position",
    "names(1)": "by position",
    "floor(n, 1)": "arguments compile",
    "today(1)": "arguments compile",
    "floor(s)": "a number is wanted here, not a string",
    "round up(n, n)": "must be a constant",
    "decimal(n, 1000)": "must be a constant",
    "substring(s, n)": "must be constants",
    "list contains([n], 1)": "only a list of constants",
    "list contains(s, 1)": "only a list of constants",
    "min(n)": "two or more",
    "max(s, s)": "two or more",
    "max(n, d)": "do not go together",
    "some x in names satisfies x > 1": "a record list is wanted",
    "some x in item1, y in item1 satisfies x.n = y.n": "only one record list",
    "some x in 1..3 satisfies x > 1": "only one record list",
    "sum(item1.b)": "wants number",
    "median(item1.n)": "'median' over records",
    "count(distinct values(names))": "has no exact counterpart",
    "count(names)": "'count' has no exact counterpart",
    "sum(names.n)": "has no exact counterpart",
    "sum(item1)": "wants a field",
    "count(item1[1])": "no position",
    "count(names[1])": "has no exact counterpart",
    "count(item1[n])": "a condition is true or false",
    "distinct values(item1)": "wants a field",
}  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
@pytest.mark.parametrize("dialect", ["postgres", "duckdb"])
def test_an_expression_is_refused(text: str, dialect: str) -> None:
    with pytest.raises(dmn.SqlRefusedError) as caught:
        compiled(text, dialect)
    (problem,) = caught.value.problems
    assert problem.code == "sql.refused"
    inexact = "moment" in text and dialect == "duckdb"
    wanted = "without its zone" if inexact and "zone" not in REFUSED[text] else REFUSED[text]
    assert wanted in problem.message
    assert "^" in problem.place.caret()


@pytest.mark.parametrize("text", ["1234567890123456789", "n + 0.123456789012345678901", "1 / 3"])
def test_duckdb_has_no_longer_numbers(text: str) -> None:
    with pytest.raises(dmn.SqlRefusedError, match="18 digits before the point"):
        compiled(text, "duckdb")
    compiled(text)


def test_a_list_without_conditions_is_counted_whole() -> None:
    schema = dmn.SqlSchema(lists={"item1": dmn.ListSource("r", "records", {})})
    expression = dmn.parse("count(item1)", ["item1"])
    assert expression.sql(schema).text == "CAST((SELECT COUNT(*) FROM records r) AS DECIMAL)"
    assert expression.aggregates(schema).aggregates[0].text == "COUNT(*)"


def test_what_a_condition_keeps_from_being_null_is_not_looked_for() -> None:
    text = 'sum(item1[n between 1 and 2].n) + count(distinct values(item1[s = "a"].s))'
    found = dmn.parse(text, ["item1"], fields=["n", "s"]).aggregates(SCHEMA)
    assert [each.text.partition("(")[0] for each in found.aggregates] == ["SUM", "COUNT"]
    assert (found.text, set(found.params.values())) == (found.sql.text, {1, 2, "a"})


@pytest.mark.parametrize(
    ("text", "sql"),
    [
        ("null = null", "TRUE"),
        ("count(item1[b])",
         "CAST((SELECT COUNT(*) FROM records r WHERE r.kind = 'x' AND r.b) AS DECIMAL)"),
        ("not(b) = true", "((NOT c.b) IS NOT DISTINCT FROM TRUE)"),
        ("count(item1[n + 1 > 2 and n < 3])",
         "CAST((SELECT COUNT(*) FROM records r WHERE r.kind = 'x' AND (((r.n + "
         "CAST(%(p_0)s AS DECIMAL)) > CAST(%(p_1)s AS DECIMAL))"
         " AND (r.n < CAST(%(p_2)s AS DECIMAL)))) AS DECIMAL)"),
        ("null != null", "FALSE"),
        ("n < null", "CAST(NULL AS BOOLEAN)"),
        ("null and b", "(CAST(NULL AS BOOLEAN) AND c.b)"),
        ("if null then null else null", "CASE WHEN CAST(NULL AS BOOLEAN) THEN NULL ELSE NULL END"),
        ("1 + 1 = 2", "(CAST(%(p_0)s AS DECIMAL) = CAST(%(p_1)s AS DECIMAL))"),
        ("[true, false]", "CAST(ARRAY[TRUE, FALSE] AS BOOLEAN[])"),
        ("[]", "CAST(ARRAY[] AS TEXT[])"),
        ("count(item1)", "CAST((SELECT COUNT(*) FROM records r WHERE r.kind = 'x') AS DECIMAL)"),
        ("min(1, 2)", "CAST(%(p_0)s AS DECIMAL)"),
        ("max(abs(2), n)", "CASE WHEN (c.n IS NULL) THEN NULL "
                           "ELSE GREATEST(CAST(%(p_0)s AS DECIMAL), c.n) END"),
        ("abs(-n)", "ABS((-c.n))"),
        ("d + @\"P1D\" * 2", "(c.d + 2)"),
        ("@\"P1M\" + d", "CAST((c.d + MAKE_INTERVAL(months => 1)) AS DATE)"),
        ("d - @\"-P1M\"", "CAST((c.d - MAKE_INTERVAL(months => -1)) AS DATE)"),
        ("d - @\"-P1D\"", "(c.d - -1)"),
        ("(d - d) / @\"P2D\" > 1", f"((SELECT {ROUNDED} FROM (SELECT"
         " TRIM_SCALE((((CAST((c.d - c.d) AS DECIMAL) * 86400000000)"
         " + CAST('0e-100' AS DECIMAL)) / (CAST(172800000000 AS DECIMAL)))) AS q OFFSET 0)"
         " AS quotient) > CAST(%(p_0)s AS DECIMAL))"),
        ("d - d + @\"P1D\" > @\"P3D\"", "(((CAST((c.d - c.d) AS DECIMAL) * 86400000000)"
         " + (CAST(86400000000 AS DECIMAL))) > (CAST(259200000000 AS DECIMAL)))"),
        ("max(today(), @\"2026-01-01\")",
         "GREATEST(CAST(%(today)s AS DATE), CAST(%(p_0)s AS DATE))"),
        ("s in ([\"a\", null])", "(((c.s = CAST(%(p_0)s AS TEXT)) OR (c.s IS NULL)) IS TRUE)"),
        ("s in (!= \"a\")", "(c.s IS DISTINCT FROM CAST(%(p_0)s AS TEXT))"),
        ("d + (d - d)", "(c.d + CAST((c.d - c.d) AS DECIMAL))"),
    ],
)  # fmt: skip
def test_an_expression_compiles(text: str, sql: str) -> None:
    assert compiled(text).text == sql


# Graphs ---------------------------------------------------------------------------------------

TYPES = """
<itemDefinition name="grade"><typeRef>string</typeRef>
<allowedValues><text>"a", "b"</text></allowedValues></itemDefinition>
<itemDefinition name="grades" isCollection="true"><typeRef>string</typeRef></itemDefinition>
<itemDefinition name="marks" isCollection="true"><typeRef>grade</typeRef></itemDefinition>
<itemDefinition name="anything"><typeRef>Any</typeRef>
<allowedValues><text>"x"</text></allowedValues></itemDefinition>
<itemDefinition name="pair">
<itemComponent name="one"><typeRef>number</typeRef></itemComponent>
<itemComponent name="two"><typeRef>Any</typeRef></itemComponent></itemDefinition>
<itemDefinition name="strict">
<itemComponent name="one"><typeRef>grade</typeRef></itemComponent></itemDefinition>
"""


def model(logic: str, of: str = "", given: str = "number") -> dmn.Model:
    return dmn.load(drawing({"x": given}, decision("answer", logic, ["input x"], of), types=TYPES))


RULE = [["-", "1"]]
WRONG_TABLES: dict[str, tuple[Any, str]] = {
    "several types": ([["-", "1"], ["-", '"a"']], "several types: number, string"),
    "a list of lists": ([["-", "[1]"]], "list of lists"),
    "a broken cell": ([["> ", "1"]], "the cell is no test"),
    "a broken output": ([["-", "1 +"]], "missing at the end"),
    "a name that is not there": ([["-", "y"]], "'y' is not known"),
    "another type": ([['"a"', "1"]], "'=' with number and string"),
}


@pytest.mark.parametrize("name", WRONG_TABLES)
def test_a_table_is_refused(name: str) -> None:
    rules, message = WRONG_TABLES[name]
    policy = "COLLECT" if "lists" in name else "FIRST"
    with pytest.raises(dmn.SqlRefusedError, match=message) as caught:
        one_table({"x": "number"}, rules, policy=policy).sql("answer")
    assert caught.value.problems[0].place.decision == "answer"


@pytest.mark.parametrize(
    ("policy", "more", "rules", "message"),
    [
        ("COLLECT SUM", {}, [["-", '"a"']], "strings cannot be aggregated by SUM"),
        ("COLLECT MAX", {}, [["-", "true"]], "booleans cannot be aggregated by MAX"),
        ("COLLECT MAX", {"defaults": {"result": '"a"'}}, RULE, "several types"),
        ("COLLECT COUNT", {"defaults": {"result": '"a"'}}, RULE, "the default is no number"),
        ("PRIORITY", {"allowed": {"result": "[1..2]"}}, [["-", "x"]], "ranked by a range"),
        ("COLLECT", {"defaults": {"result": "0"}}, RULE, "must be a list of the same type"),
    ],
)
def test_a_hit_policy_is_refused(
    policy: str, more: dict[str, Any], rules: list[list[str]], message: str
) -> None:
    kind, _, aggregation = policy.partition(" ")
    with pytest.raises(dmn.SqlRefusedError, match=message):
        one_table({"x": "number"}, rules, policy=kind, aggregation=aggregation, **more).sql(
            "answer"
        )


@pytest.mark.parametrize(
    ("logic", "of", "given", "message"),
    [
        (literal("x"), "string", "number", "a string is wanted, not a number"),
        (literal("x"), "grades", "string", "is wanted, not a string"),
        (literal('["a"]'), "marks", "string", "is wanted, not a list"),
        (table({"x": "string"}, RULE, allowed={"x": ">"}), "", "string", "missing at the end"),
        (literal("x"), "", "grades", "must have a simple type"),
        (literal("x +"), "", "number", "missing at the end"),
        ("<context><contextEntry><literalExpression><text>1</text></literalExpression>"
         "</contextEntry></context>", "string", "number", "a string is wanted, not a number"),
        (f"<list>{literal('x')}</list>", "", "number", "only tables, expressions, contexts"),
        (table({"x": "date"}, [["-", "1", "2"]], outputs=("one", "two")), "number", "date",
         "several outputs are no number"),
        (table({"x": "date"}, [["-", '"a"', "2"]], outputs=("one", "two")), "pair", "date",
         "not known to be"),
        (table({"x": "date"}, [["-", '"a"', "2"]], outputs=("one", "two")), "strict", "date",
         "not known to be"),
    ],
)  # fmt: skip
def test_a_decision_is_refused(logic: str, of: str, given: str, message: str) -> None:
    with pytest.raises(dmn.SqlRefusedError, match=message):
        model(logic, of, given).sql("answer")


@pytest.mark.parametrize(
    ("column", "of", "message"),
    [
        ("date and time", "date", "a date would be converted to date and time"),
        ("grades", "date", "would be converted to"),
    ],
)
def test_what_would_be_converted_is_refused(column: str, of: str, message: str) -> None:
    logic = table({"x": of}, RULE)
    expression = "<text>x</text></inputExpression>"
    typed = logic.replace(
        f"<inputExpression>{expression}", f'<inputExpression typeRef="{column}">{expression}'
    )
    with pytest.raises(dmn.SqlRefusedError, match=message):
        model(typed, given=of).sql("answer")
    typed = logic.replace('name="result"', f'name="result" typeRef="{column}"')
    typed = typed.replace("<text>1</text>", "<text>x</text>")
    with pytest.raises(dmn.SqlRefusedError, match=message):
        model(typed, given=of).sql("answer")


def test_a_rule_with_too_few_cells_is_refused() -> None:
    logic = table({"x": "number"}, RULE).replace("<inputEntry><text>-</text></inputEntry>", "")
    with pytest.raises(dmn.SqlRefusedError, match="not as many cells") as caught:
        model(logic).sql("answer")
    assert caught.value.problems[0].place.rule == "1"


@pytest.mark.parametrize(
    ("logic", "of", "given"),
    [
        (literal("x"), "grade", "grade"),
        (literal("x"), "anything", "string"),
        (literal('["a"]'), "grades", "string"),
        (literal("null"), "grades", "string"),
        (table({"x": "date"}, [["-", "1", "2"]], outputs=("one", "two")), "pair", "date"),
        (table({"x": "string"}, [["-", "null"]]), "grade", "string"),
        (table({"x": "string"}, RULE, allowed={"x": "-"}), "number", "string"),
        (table({"x": "string"}, []).replace('name="result"', 'name="result" typeRef="date"'),
         "date", "string"),
    ],
)  # fmt: skip
def test_a_decision_with_types_compiles(logic: str, of: str, given: str) -> None:
    found = model(logic, of, given)
    assert found.sql("answer").text.startswith("SELECT ")
    assert found.sql("answer", "duckdb").text.startswith("SELECT ")


def test_an_input_that_duckdb_has_not_is_refused() -> None:
    with pytest.raises(dmn.SqlRefusedError, match="without its zone"):
        model(literal("x"), given="date and time").sql("answer", "duckdb")


def test_a_dialect_that_nobody_knows_is_refused() -> None:
    with pytest.raises(dmn.SqlRefusedError, match="no dialect"):
        model(literal("x")).sql("answer", "oracle")


def test_names_are_quoted_as_the_dialect_wants() -> None:
    logic = literal("x")
    found = model(logic).sql("answer", keep=['50% "off"'])
    assert 'i."50%% ""off"""' in found.text
    assert 'i."50% ""off"""' in model(logic).sql("answer", "duckdb", keep=['50% "off"']).text


def test_a_function_is_no_decision_for_a_database() -> None:
    knowledge = (
        '<businessKnowledgeModel id="k" name="k"><variable name="k"/><encapsulatedLogic>'
        '<formalParameter name="y"/><literalExpression><text>y</text></literalExpression>'
        "</encapsulatedLogic></businessKnowledgeModel>"
    )
    found = dmn.load(drawing({"x": "number"}, knowledge, decision("answer", literal("x"))))
    with pytest.raises(dmn.SqlRefusedError, match="only decisions compile"):
        found.sql("k")


OTHER = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="o" name="other"
 namespace="urn:other"><inputData id="x" name="x"><variable name="x" typeRef="number"/></inputData>
 <decision id="twice" name="twice"><variable name="twice" typeRef="number"/><informationRequirement>
 <requiredInput href="#x"/></informationRequirement><literalExpression><text>x * 2</text>
 </literalExpression></decision></definitions>"""
MAIN = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="main"
 namespace="urn:main"><import name="o" namespace="urn:other" locationURI="other.dmn"
 importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>
 <decision id="answer" name="answer"><variable name="answer"/><informationRequirement>
 <requiredDecision href="urn:other#twice"/></informationRequirement><literalExpression>
 <text>o.twice + 1</text></literalExpression></decision></definitions>"""


def test_a_decision_of_an_import_compiles(tmp_path: Path) -> None:
    (tmp_path / "other.dmn").write_bytes(OTHER)
    (tmp_path / "main.dmn").write_bytes(MAIN)
    found = dmn.load(tmp_path / "main.dmn")
    sql = found.sql("answer", "duckdb", source="(SELECT 4 AS x)")
    assert (
        DuckDb().rows(sql.text, sql.params)[0][0] == found.evaluate("answer", {"x": 4}).value == 9
    )


# The command ----------------------------------------------------------------------------------


def test_the_command_prints_the_statement(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "model.dmn"
    logic = table({"x": "date"}, [["< today()", '"past"']])
    file.write_bytes(drawing({"x": "date"}, decision("answer", logic, ["input x"])))
    assert main(["sql", str(file), "--decision", "answer", "--dialect", "duckdb"]) == 0
    statement, *rest = capsys.readouterr().out.splitlines()
    assert statement.startswith("SELECT ")
    assert rest == ["-- p_0 = 'past'", "-- today is given by the caller"]
    assert main(["sql", str(file), "--decision", "anwser"]) == 2
    assert "did you mean 'answer'?" in capsys.readouterr().err


def test_the_command_says_what_it_refuses(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "model.dmn"
    file.write_bytes(drawing({"x": "number"}, decision("answer", literal("x / 2"), ["input x"])))
    assert main(["sql", str(file), "--decision", "answer", "--dialect", "duckdb"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "decision 'answer': DuckDB divides decimals as doubles", "x / 2", "^^^^^"
    ]  # fmt: skip


def test_a_table_that_cannot_be_run() -> None:
    logic = table({"x": "number"}, [["-"]], outputs=())
    with pytest.raises(dmn.SqlRefusedError, match="the table cannot be run"):
        model(logic).sql("answer")
