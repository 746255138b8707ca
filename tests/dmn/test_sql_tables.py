"""A whole graph in a database: the answers and matched rules of Python, for every hit policy."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.dmn.databases import CLOCK, MORE, TODAY, Database, DuckDb, Postgres, plain, same
from tests.dmn.drawn import decision, drawing, literal, table

from concord import dmn

INPUTS = {"s t": "string", "n": "number", "b": "boolean", "d": "date"}
CELLS = {
    "s t": ["-", '"a"', '"a", "한빛"', 'not("a")', "null", 'not("a", null)', '"%s"', '"李", null',
            '> "a"', '["a".."b"]'],
    "n": ["-", "< 2", ">= 2", "[1..3)", "2", "null", "not(1, 3)", "> 1, null", "? = 2 or ? > 3",
          "0.01, 2.5", "(-1..0]", "n * 2", "if b then 2 else null", "not(if b then 1 else null)"],
    "b": ["-", "true", "false", "null", "not(true)", "n > 1", "not(n > 1)", "n > 1, false",
          "b", "[true]", "[n > 1, null]", 'd > @"2026-01-02"', "not(b or n > 1)", "? in (n > 1)",
          "if n > 2 then true else null", "if b then null else null", "? = (n > 1)", "n in [0..2]"],
    "d": ["-", "< today()", '@"2026-01-02"', '>= @"2026-01-31", null', 'not(@"2024-02-29")',
          '[@"2026-01-01"..@"2026-12-31"]', '? - duration("P1M") = @"2026-02-28"'],
}  # fmt: skip
VALUES: dict[str, list[Any]] = {
    "s t": [None, "a", "b", "한빛", "%s", "", "李"],
    "n": [None, Decimal(0), Decimal(1), Decimal("2.5"), Decimal(2), Decimal(4), Decimal("0.01")],
    "b": [None, True, False],
    "d": [None, TODAY, dt.date(2026, 1, 2), dt.date(2025, 12, 31), dt.date(2024, 2, 29),
          dt.date(2026, 3, 31), dt.date(2026, 3, 28)],
}  # fmt: skip
ROWS = [
    {name: random.Random(seed * 4 + at).choice(values) for at, (name, values) in
     enumerate(VALUES.items())}
    for seed in range(150)
] + [dict.fromkeys(VALUES)]  # fmt: skip
RANKED = {
    "string": ['"low"', '"middle"', '"high"', '"한빛"', "null"],
    "number": ["1", "2.50", "-0.01", "null", "100"],
}
COMPUTED = {"number": ["n + 1", "n * n - 0.5", "if b then n else 0"], "string": ["s t"],
            "date": ['d + duration("P1M")', 'd - duration("P1Y1M")', "d"],
            "boolean": ["b", "n > 1"]}  # fmt: skip
CONSTANT = RANKED | {"date": ['@"2026-01-31"', "null"], "boolean": ["true", "false", "null"]}
POLICIES = ["UNIQUE", "ANY", "FIRST", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT",
            "COLLECT SUM", "COLLECT MIN", "COLLECT MAX", "COLLECT COUNT"]  # fmt: skip
LISTS = ("RULE ORDER", "OUTPUT ORDER", "COLLECT")


@st.composite
def tables(draw: st.DrawFn) -> tuple[str, dict[str, bool]]:
    """A table of any hit policy, and its outputs: whether each is a list."""
    policy, _, aggregation = draw(st.sampled_from(POLICIES)).partition(" ")
    if policy in ("RULE", "OUTPUT"):
        policy, aggregation = f"{policy} {aggregation}", ""
    names = ["one"] if aggregation else draw(st.sampled_from([["one"], ["one", "two"]]))
    cells, allowed, defaults = [], {}, {}
    for name in names:
        kinds = ["number"] if aggregation == "SUM" else ["number", "string"]
        if policy not in ("PRIORITY", "OUTPUT ORDER") and not aggregation:
            kinds += ["date", "boolean"]
        of = draw(st.sampled_from(kinds))
        cells.append(st.sampled_from([*CONSTANT[of], *COMPUTED[of]]))
        if policy in ("PRIORITY", "OUTPUT ORDER"):
            allowed[name] = ", ".join(draw(st.permutations(RANKED[of])))
        if not (policy in LISTS and not aggregation):
            if draw(st.booleans()):
                kind = "number" if aggregation == "COUNT" else of
                defaults[name] = draw(st.sampled_from(CONSTANT[kind]))
        elif len(names) == 1 and of == "number" and draw(st.booleans()):
            defaults[name] = draw(st.sampled_from(["[]", "[2.5]", "[1, -0.01]"]))
    if draw(st.booleans()):
        allowed["s t"] = '"a", "b", "한빛"'
    rule = st.tuples(*(st.sampled_from(CELLS[name]) for name in INPUTS), *cells)
    rules = draw(st.lists(rule, max_size=5))
    text = table(INPUTS, rules, policy=policy, outputs=names, aggregation=aggregation,
                 allowed=allowed, defaults=defaults)  # fmt: skip
    return text, dict.fromkeys(names, policy in LISTS and not aggregation)


def model_of(first: str, second: str = "") -> dmn.Model:
    inputs = [f"input {name}" for name in INPUTS]
    more = [
        decision("answer", second, ["level", "twice", "input n"]),
        decision("twice", literal("n * 2"), ["input n"], "number"),
    ]
    return dmn.load(drawing(INPUTS, decision("level", first, inputs), *(more if second else [])))


def asked(database: Database, model: dmn.Model, name: str) -> list[tuple[Any, ...]]:
    compiled = model.sql(name, database.name, keep=["id"])
    text = f"SELECT * FROM ({compiled.text}) x ORDER BY id"
    return database.rows(text, {**compiled.params, "today": TODAY, "now": CLOCK})


def check(database: Database, model: dmn.Model, name: str, outputs: dict[str, bool],
          told: list[str], rows: list[dict[str, Any]] = ROWS) -> None:  # fmt: skip
    """Python's answer for each row is the database's: values, types and matched rules."""
    got = asked(database, model, name)
    assert len(got) == len(rows)
    for row, (_, *cells) in zip(rows, got, strict=True):
        result = model.evaluate(name, row, clock=CLOCK)
        wanted = list(columns(result.value, outputs))
        values, matched = cells[: len(outputs)], cells[len(outputs) :]
        for value, right in zip(values, wanted, strict=True):
            assert same(plain(value), right), (row, value, right)
        rules = {each: [r.index for r in result.matched if r.decision == each] for each in told}
        assert matched == list(rules.values()), row


def columns(value: Any, outputs: dict[str, bool]) -> list[Any]:
    """Python's value as columns: of a list of contexts a list of each."""
    if len(outputs) == 1:
        return [value]
    if value is None:
        return [None] * len(outputs)
    if isinstance(value, list):
        return [[each[name] for each in value] for name in outputs]
    return [value[name] for name in outputs]


@pytest.fixture(params=["duckdb", "postgres"])
def database(request: pytest.FixtureRequest) -> Database:
    if request.param == "postgres":
        request.getfixturevalue("db")
    found = DuckDb() if request.param == "duckdb" else Postgres()
    found.table("inputs", INPUTS, ROWS)
    return found


QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=30 * MORE, deadline=None, suppress_health_check=QUIET)
@given(tables())
def test_a_table_of_any_hit_policy(database: Database, drawn: tuple[str, dict[str, bool]]) -> None:
    text, outputs = drawn
    check(database, model_of(text), "level", outputs, ["level"])


FIXED = [
    ["-", ">= 2", "-", "-"],
    ['"a", null', "? = 2 or ? > 3", "-", "-"],
    ["-", "-", "true", "-"],
]


SHAPES = ["constant", "strings", "computed", "two outputs", "default", "no rules", "allowed"]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("policy", POLICIES)
def test_every_hit_policy(policy: str, shape: str) -> None:
    """The same on any day: what hypothesis may not come to."""
    kind, _, aggregation = policy.partition(" ") if policy.startswith("COLL") else (policy, "", "")
    names = ["one", "two"] if shape == "two outputs" else ["one"]
    values = {"one": ["2.5", "1", "-"], "two": ['"b"', '"b"', '"a"']}
    if shape == "computed":
        values["one"] = ["n + 1", "2.5", "n"]
    if shape == "strings":
        values["one"] = values["two"]
    allowed = {"s t": '"a", "b"'} if shape == "allowed" else {}
    rules = [[*cells, *(values[name][at] for name in names)] for at, cells in enumerate(FIXED)]
    default = "[7, 1]" if kind in LISTS and not aggregation else "7"
    ranked = {"one": '2.5, 1, null, "a"', "two": '"a", "b"'}
    logic = table(INPUTS, [] if shape == "no rules" else rules, policy=kind, outputs=names,
                  aggregation=aggregation,
                  allowed=allowed | {name: ranked[name] for name in names},
                  defaults={"one": default} if shape == "default" else {})  # fmt: skip
    outputs = dict.fromkeys(names, kind in LISTS and not aggregation)
    refused = {
        "two outputs": bool(aggregation),
        "strings": aggregation == "SUM",
    }
    database = DuckDb()
    database.table("inputs", INPUTS, ROWS[:30])
    if refused.get(shape):
        with pytest.raises(dmn.SqlRefusedError):
            model_of(logic).sql("level", "duckdb")
    else:
        check(database, model_of(logic), "level", outputs, ["level"], ROWS[:30])


@st.composite
def second_tables(draw: st.DrawFn) -> str:
    rule = st.tuples(
        st.sampled_from(["-", '"low"', '"high", null', 'not("low")']),
        st.sampled_from(["-", "> 1", "null"]),
        st.sampled_from(["n + 1", "0", "null", "twice"]),
        st.sampled_from(['"x"', '"y"']),
    )
    return table(
        {"level": "string", "twice": "number"},
        draw(st.lists(rule, min_size=1, max_size=4)),
        policy=draw(st.sampled_from(["UNIQUE", "FIRST", "ANY"])),
        outputs=("amount", "word"),
    )


@st.composite
def first_tables(draw: st.DrawFn) -> str:
    levels = st.sampled_from(['"low"', '"middle"', '"high"'])
    rule = st.tuples(*(st.sampled_from(CELLS[name]) for name in INPUTS), levels)
    policy = draw(st.sampled_from(["UNIQUE", "ANY", "FIRST", "PRIORITY"]))
    allowed = {"result": '"high", "middle", "low"'}
    return table(INPUTS, draw(st.lists(rule, max_size=5)), policy=policy, allowed=allowed)


@settings(max_examples=15 * MORE, deadline=None, suppress_health_check=QUIET)
@given(first_tables(), second_tables())
def test_a_graph_of_tables_and_an_expression(database: Database, first: str, second: str) -> None:
    outputs = {"amount": False, "word": False}
    check(database, model_of(first, second), "answer", outputs, ["level", "answer"])


def test_a_list_of_constants_is_an_array(database: Database) -> None:
    logic = table({"n": "number"}, [["> 1", '["a", "b"]'], ["<= 1", "[]"]])
    model = dmn.load(drawing({"n": "number"}, decision("answer", logic, ["input n"])))
    source = "(SELECT 2 AS x UNION ALL SELECT 0)"
    sql = model.sql("answer", database.name, source=source, columns={"n": "i.x"})
    assert sorted(row[0] for row in database.rows(sql.text, sql.params)) == [[], ["a", "b"]]


def test_a_number_that_duckdb_would_round_is_an_error_there() -> None:
    database = DuckDb()
    model = dmn.load(drawing({"n": "number"}, decision("answer", literal("n + 1"), ["input n"])))
    source = "(SELECT 0.12345678901::DECIMAL(12, 11) AS n)"
    sql = model.sql("answer", "duckdb", source=source)
    with pytest.raises(Exception, match="more than ten digits after the point"):
        database.rows(sql.text, sql.params)


@pytest.mark.parametrize("policy", ["FIRST", "COLLECT", "COLLECT SUM", "COLLECT MAX", "ANY"])
def test_duckdb_drops_no_digit_where_numbers_of_different_shape_meet(policy: str) -> None:
    """There a list of a DECIMAL(38, 0) and a DECIMAL(38, 37) has no digits after the point."""
    database = DuckDb()
    source = "(SELECT 0.1234567891::DECIMAL(28, 10) AS n, 7::HUGEINT AS m)"
    hit, _, aggregation = policy.partition(" ")
    rules = [["> 1", "0"], ["-", "n * n"], ["< 1", "0.12345678901234567891"], ["-", "m"]]
    if policy == "ANY":
        rules = [["-", "n * n"], ["-", "n * n + 0"]]
    logic = table({"n": "number"}, rules, policy=hit, aggregation=aggregation)
    needs = ["input n", "input m"]
    model = dmn.load(drawing({"n": "number", "m": "number"}, decision("answer", logic, needs)))
    sql = model.sql("answer", "duckdb", source=source)
    ((value, _),) = database.rows(sql.text, sql.params)
    given_row = {"n": Decimal("0.1234567891"), "m": 7}
    assert same(plain(value), model.evaluate("answer", given_row).value)


def test_duckdb_refuses_more_digits_than_meet_exactly() -> None:
    needs = ["input n"]
    model = dmn.load(drawing({"n": "number"}, decision("answer", literal("n * n * n"), needs)))
    with pytest.raises(dmn.SqlRefusedError, match="more than 20 digits after the point"):
        model.sql("answer", "duckdb")
