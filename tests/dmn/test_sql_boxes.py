"""Contexts, conditionals and knowledge models in a database: the answers and rules of Python."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from tests.dmn.databases import Database, DuckDb, Postgres, plain, same
from tests.dmn.drawn import decision, drawing, literal, table
from tests.dmn.sql_profile import entry, invocation

from concord import dmn

INPUTS = {"n": "number", "m": "number", "b": "boolean", "s": "string"}
ROWS: list[dict[str, Any]] = [
    {"n": n, "m": m, "b": b, "s": s}
    for n in (None, Decimal("-1"), Decimal("2.5"), Decimal(7))
    for m in (None, Decimal(3))
    for b, s in ((True, "한빛"), (False, ""), (None, None))
]


def knowledge(
    name: str, params: dict[str, str], logic: str, *, knows: str = "", of: str = ""
) -> str:
    """A knowledge model; `of` is what its function gives."""
    given = "".join(
        f'<formalParameter name="{each}" typeRef="{type_}"/>' for each, type_ in params.items()
    )
    requires = (
        f'<knowledgeRequirement><requiredKnowledge href="#{knows}"/></knowledgeRequirement>'
        if knows
        else ""
    )
    type_ref = f' typeRef="{of}"' if of else ""
    return (
        f'<businessKnowledgeModel id="{name}" name="{name}"><variable name="{name}"/>'
        f"<encapsulatedLogic{type_ref}>{given}{logic}</encapsulatedLogic>{requires}"
        "</businessKnowledgeModel>"
    )


def conditional(condition: str, then: str, otherwise: str) -> str:
    return (
        f"<conditional><if>{literal(condition)}</if><then>{then}</then>"
        f"<else>{otherwise}</else></conditional>"
    )


LEVEL = table({"x": "number"}, [["< 2", '"low"'], ["[2..5]", '"middle"'], ["> 6", '"high"']])
BOTH = table({"x": "number"}, [["< 5", "1"], ["-", "x"]], policy="COLLECT", aggregation="SUM")
MODELS = (
    knowledge("twice", {"x": "number"}, literal("x * 2"), of="number"),
    knowledge("more", {"x": "number", "y": "number"}, literal("twice(x) + y"), knows="twice"),
    knowledge("level", {"x": "number"}, LEVEL),
    knowledge("both", {"x": "number"}, BOTH),
    knowledge("pair", {"x": "number"}, f"<context>{entry('a', literal('x + 1'))}"
              f"{entry('b', literal('a / 3'))}</context>"),
    knowledge("loop", {"x": "number"}, literal("loop(x)")),
    knowledge("when", {"x": "number"}, conditional("x > 2", invocation("level", x="x"),
                                                   literal('"none"')), knows="level"),
    knowledge("any", {"x": ""}, literal("x")),
    knowledge("two", {"x": "number"}, f"<context>{entry('a', literal('x'))}</context>"),
    knowledge("java", {}, literal("1")).replace("Logic>", 'Logic kind="Java">', 1),
)  # fmt: skip


def model(logic: str, of: str = "", types: str = "") -> dmn.Model:
    known = "".join(
        f'<knowledgeRequirement><requiredKnowledge href="#{name}"/></knowledgeRequirement>'
        for name in ("twice", "more", "level", "both", "pair", "loop", "when", "java", "two", "any")
    )
    above = decision("above", literal("n * 10"), ["input n"], "number")
    needs = [f"input {name}" for name in INPUTS]
    drawn = decision("answer", known + logic, [*needs, "above"], of)
    below = decision("below", literal("answer.b"), ["answer"])
    return dmn.load(drawing(INPUTS, *MODELS, above, drawn, below, types=types))


def context(*entries: tuple[str, str]) -> str:
    return f"<context>{''.join(entry(name, logic) for name, logic in entries)}</context>"


NESTED = context(("a", context(("p", literal("n")), ("q", literal("p + 1")))),
                 ("b", literal("a.q * 2")), ("s", literal("a.p")))  # fmt: skip
EXACT = {
    "twice(n) + twice(x: m)": literal("twice(n) + twice(x: m)"),
    "positions and names": literal("more(n, m) - more(y: n, x: m)"),
    "a parameter of any type": literal("if any(b) then any(s) else null"),
    "no position in a string": literal("substring(s, 0)"),
    "a condition": literal("twice(n) > 5 and b"),
    "a context": context(("b", literal("above + 1")), ("c", literal("b > 3"))),
    "within another": NESTED,
    "with a result": context(("a", literal("n + 1")), ("", literal("if b then a else null"))),
    "of a knowledge model": invocation("pair", x="above"),
    "an entry hides an input": context(("n", literal("m")), ("", literal("n + 1"))),
    "a conditional": conditional("b", literal("n"), literal("above / 7")),
    "of contexts": conditional("b", context(("b", literal("1"))), context(("b", literal("n")))),
    "a null": conditional("n = null", literal("null"), literal("null")),
    "a table": context(("l", LEVEL.replace(">x<", ">n<")), ("k", literal("l"))),
    "a table invoked": invocation("level", x="n"),
    "two times": context(("p", invocation("level", x="n")), ("q", invocation("level", x="m"))),
    "where it is asked": conditional("b", invocation("level", x="n"), invocation("level", x="m")),
    "asked within": conditional("b", invocation("when", x="n"), literal('"no"')),
    "added up": invocation("both", x="above"),
}


@pytest.fixture(params=["duckdb", "postgres"])
def database(request: pytest.FixtureRequest) -> Database:
    if request.param == "postgres":
        request.getfixturevalue("db")
    found = DuckDb() if request.param == "duckdb" else Postgres()
    found.table("inputs", INPUTS, ROWS)
    return found


def flat(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for each in value.values():
            yield from flat(each)
    else:
        yield value


def test_boxes(database: Database) -> None:
    for name, logic in EXACT.items():
        if database.name == "duckdb" and ("/" in logic.replace("</", "") or "pair" in logic):
            continue
        found = model(logic)
        sql = found.sql("answer", database.name, keep=["id"])
        rows = database.rows(f"SELECT * FROM ({sql.text}) x ORDER BY id", sql.params)
        for row, (_, *cells) in zip(ROWS, rows, strict=True):
            result = found.evaluate("answer", row)
            wanted = list(flat(result.value))
            told = re.findall(r'"matched (\w+)"', sql.text)
            rules = [[r.index for r in result.matched if r.decision == each] for each in told]
            values, matched = cells[: len(wanted)], cells[len(wanted) :]
            assert all(map(same, map(plain, values), wanted)), (name, row, values, wanted)
            assert matched == rules, (name, row)


def test_columns_are_named_by_their_place() -> None:
    sql = model(NESTED).sql("answer", "duckdb")
    database = DuckDb()
    database.table("inputs", INPUTS, ROWS)
    columns = database.connection.execute(sql.text, sql.params).description
    assert [each[0] for each in columns] == ["a.p", "a.q", "b", "s"]


def test_a_decision_sees_into_a_context(database: Database) -> None:
    found = model(NESTED)
    sql = found.sql("below", database.name, keep=["id"])
    rows = database.rows(f"SELECT * FROM ({sql.text}) x ORDER BY id", sql.params)
    assert [plain(value) for _, value in rows] == [
        found.evaluate("below", row).value for row in ROWS
    ]


PAIR = (
    '<itemDefinition name="pair of"><itemComponent name="b"><typeRef>number</typeRef>'
    "</itemComponent></itemDefinition>"
    '<itemDefinition name="few"><typeRef>number</typeRef><allowedValues><text>&lt; 5</text>'
    "</allowedValues></itemDefinition>"
)


@pytest.mark.parametrize(
    ("logic", "of", "message"),
    [
        (literal("loop(n)"), "", "'loop' calls itself"),
        (literal("level(n)"), "", "'level' asks a table: call it in an invocation"),
        (literal("two(n)"), "", "'two' gives a context"),
        (literal("twice(n, m)"), "", "'twice' wants x"),
        (literal("twice(y: n)"), "", "'twice' wants x"),
        (literal("twice(s)"), "", "'x' must be a number, not a string"),
        (literal('twice(["a"])'), "", "'x' is not known to be a number"),
        (invocation("twice", x="n").replace("twice", "nobody"), "", "no knowledge model"),
        (invocation("java"), "", "'java' is no knowledge model"),
        (f"<invocation>{literal('twice')}<binding><parameter name='x'/>"
         f"{context(('a', literal('n')))}</binding></invocation>", "", "not known to be a number"),
        (conditional("n", literal("1"), literal("2")), "", "a condition is true or false"),
        (conditional("b", literal("n"), literal("s")), "", "number and string do not go together"),
        (conditional("b", context(("a", literal("n"))), literal("n")), "", "the same entries"),
        (context(("b", literal("n"))), "number", "several outputs are no number"),
        (context(("b", literal("s"))), "pair of", "not known to be a pair of"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("dialect", ["postgres", "duckdb"])
def test_what_is_refused(logic: str, of: str, message: str, dialect: str) -> None:
    with pytest.raises(dmn.SqlRefusedError, match=message) as refused:
        model(logic, of, PAIR).sql("answer", dialect)
    assert refused.value.problems[0].place.decision


def test_a_context_of_its_type_compiles() -> None:
    assert model(context(("b", literal("n"))), "pair of", PAIR).sql("answer").text


@pytest.fixture
def postgres(db: None) -> Postgres:
    """The one that divides."""
    found = Postgres()
    found.table("inputs", INPUTS, ROWS)
    return found


def test_a_division_has_the_digits_of_feel(postgres: Postgres) -> None:
    """A third of one, three times, is not one; an even digit stays before a single 5."""
    odd, even = "1234567890123456789012345678901235", "1234567890123456789012345678901233"
    pairs = [("1", "3"), ("-2", "3"), (odd, "2"), (even, "2"), ("7e-20", "3"), ("6e30", "7"),
             ("1", "0"), ("10", "4")]  # fmt: skip
    rows = [{"n": Decimal(n), "m": Decimal(m), "b": None, "s": None} for n, m in pairs]
    postgres.table("inputs", INPUTS, rows)
    for text in ("n / m", "n / m * m - n", "modulo(n / m + 1, 1)", "-(n / m) + min(n / m, 1)",
                 "if n / m * 3 = 1 then 1 else abs(n / m) - 1", "floor(n / m) + n"):  # fmt: skip
        found = dmn.load(drawing(INPUTS, decision("answer", literal(text), ["input n", "input m"])))
        sql = found.sql("answer", keep=["id"])
        asked = postgres.rows(f"SELECT * FROM ({sql.text}) x ORDER BY id", sql.params)
        wanted = [found.evaluate("answer", row).value for row in rows]
        assert [plain(value) for _, value in asked] == wanted, text


def test_quotients_are_added_up_with_the_digits_of_feel(postgres: Postgres) -> None:
    rules = [["-", "n / 3"], ["-", "n / 7"], ["> 1", "1000"]]
    logic = table({"n": "number"}, rules, policy="COLLECT", aggregation="SUM")
    found = dmn.load(drawing(INPUTS, decision("answer", logic, ["input n"])))
    sql = found.sql("answer", keep=["id"])
    asked = postgres.rows(f"SELECT * FROM ({sql.text}) x ORDER BY id", sql.params)
    assert [value for _, value, _ in asked] == [found.evaluate("answer", r).value for r in ROWS]


def test_names_and_values_of_any_kind_are_no_sql(database: Database) -> None:
    name = '50% "off"; --'
    written = name.replace('"', "&quot;")
    logic = context((written, literal("n + 1")), ("it's %(x)s $p_0", literal('"%s\'; DROP"')))
    found = model(logic)
    sql = found.sql("answer", database.name, keep=["id"])
    rows = database.rows(f"SELECT * FROM ({sql.text}) x ORDER BY id", sql.params)
    for row, (_, value, text) in zip(ROWS, rows, strict=True):
        wanted = found.evaluate("answer", row).value
        assert [plain(value), text] == [wanted[name], "%s'; DROP"]


def test_computed_results_are_ranked_by_the_output_that_lists_values(database: Database) -> None:
    rules = [["-", "n", '"x"'], ["> 1", "m", '"y"'], ["-", "3", "s"], ["< 5", "2.5", '"z"']]
    for policy in ("PRIORITY", "OUTPUT ORDER"):
        logic = table({"n": "number"}, rules, policy=policy, outputs=("one", "two"),
                      allowed={"one": "3, null, 2.5"})  # fmt: skip
        found = model(logic)
        sql = found.sql("answer", database.name, keep=["id"])
        rows = database.rows(f"SELECT * FROM ({sql.text}) x ORDER BY id", sql.params)
        for row, (_, one, two, _) in zip(ROWS, rows, strict=True):
            value = found.evaluate("answer", row).value
            results = value if isinstance(value, list) else [value]
            given = [
                plain(each) if isinstance(value, list) else [plain(each)] for each in (one, two)
            ]
            assert given == [[each[name] for each in results] for name in ("one", "two")], row


def test_a_decision_that_is_not_there(database: Database) -> None:
    with pytest.raises(KeyError, match="there is no decision 'answr'"):
        model(literal("n")).sql("answr", database.name)


@pytest.mark.parametrize("default", ["[]", "[7, 2.5]"])
@pytest.mark.parametrize("cells", [[], ["> 3"]])
def test_a_list_is_given_where_no_rule_holds(
    database: Database, cells: list[str], default: str
) -> None:
    logic = table({"n": "number"}, [[cell, "n"] for cell in cells], policy="COLLECT",
                  defaults={"result": default})  # fmt: skip
    found = model(logic)
    sql = found.sql("answer", database.name, keep=["id"])
    rows = database.rows(f"SELECT * FROM ({sql.text}) x ORDER BY id", sql.params)
    assert [plain(value) for _, value, _ in rows] == [
        found.evaluate("answer", row).value for row in ROWS
    ]
