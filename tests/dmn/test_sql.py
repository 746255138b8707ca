"""The same answer in PostgreSQL as in Python, or a refusal with its place."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.dmn.databases import CLOCK, MORE, TODAY, Database, DuckDb, Postgres, plain, same

from concord import dmn

TYPES = {"n": "number", "m": "number", "d": "date", "e": "date", "s": "string", "t": "string",
         "b": "boolean"}  # fmt: skip
NAMES = ["item1", "item2", "c"]
FIELDS = list(TYPES)


def fields(alias: str) -> dict[str, dmn.Field | tuple[str, str]]:
    return {name: (f"{alias}.{name}", of) for name, of in TYPES.items()}


SCHEMA = dmn.SqlSchema(
    scalars={f"c.{name}": (f"k.{name}", of) for name, of in TYPES.items()},
    lists={
        "item1": dmn.ListSource("r", "records", fields("r"), "r.customer = k.id"),
        "item2": dmn.ListSource("q", "others", fields("q"), "q.customer = k.id"),
    },
)


def parse(text: str) -> dmn.Expression:
    return dmn.parse(text, NAMES, fields=FIELDS)


# Random expressions ---------------------------------------------------------------------------

NUMBER_LITERALS = st.sampled_from(["0", "1", "-1", "2.5", "10", "0.01"])
DATE_LITERALS = st.sampled_from(
    ["today()", '@"2026-01-31"', '@"2024-02-29"', 'today() - duration("P1M")',
     '@"2026-03-31" - duration("P1M")', 'today() - duration("P30D")']
)  # fmt: skip
STRING_LITERALS = st.sampled_from(['"a"', '"A"', '"한빛"', '"%s"', '"o\'b"', '""'])


def numbers(of: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    base = st.one_of(of, NUMBER_LITERALS)
    return st.recursive(
        base,
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from(["+", "-", "*"]), inner).map(
                lambda each: f"({' '.join(each)})"
            ),
            inner.map(lambda each: f"abs({each})"),
            inner.map(lambda each: f"floor({each})"),
            inner.map(lambda each: f"round half up({each}, 1)"),
            inner.map(lambda each: f"round down({each}, 0)"),
            inner.map(lambda each: f"round up({each}, 1)"),
            inner.map(lambda each: f"ceiling({each})"),
            inner.map(lambda each: f"(- {each})"),
            st.tuples(inner, inner).map(lambda each: f"modulo({each[0]}, {each[1]})"),
            st.tuples(inner, inner).map(lambda each: f"max({each[0]}, {each[1]})"),
        ),
        max_leaves=3,
    )


def conditions(prefix: str) -> st.SearchStrategy[str]:
    """Conditions over fields that are called `<prefix>name`."""
    number = numbers(st.sampled_from([f"{prefix}n", f"{prefix}m"]))
    date = st.one_of(st.sampled_from([f"{prefix}d", f"{prefix}e"]), DATE_LITERALS)
    string = st.one_of(st.sampled_from([f"{prefix}s", f"{prefix}t"]), STRING_LITERALS)
    order = st.sampled_from(["<", "<=", ">", ">=", "=", "!="])
    simple = st.one_of(
        *(st.tuples(each, order, each).map(" ".join) for each in (number, date, string)),
        st.sampled_from([f"{prefix}{name} {op} null" for name in TYPES for op in ("=", "!=")]),
        st.just(f"{prefix}b"),
        st.sampled_from([f"{prefix}b = true", f"{prefix}b != false", f"not({prefix}b)"]),
        st.tuples(number, NUMBER_LITERALS, NUMBER_LITERALS).map(
            lambda each: f"{each[0]} between {each[1]} and {each[2]}"
        ),
        st.sampled_from(
            [f"{prefix}s in (\"a\", \"한빛\")", f"{prefix}n in [0..2.5)",
             f"{prefix}n in (< 0, > 1)",
             f"{prefix}s in (\"a\", null)", f"contains({prefix}s, \"a\")",
             f"starts with({prefix}s, {prefix}t)", f"ends with({prefix}s, \"빛\")",
             f"string length({prefix}s) > 1", f"{prefix}d.year = 2026", f"{prefix}d.weekday > 3",
             f"({prefix}d - {prefix}e) / duration(\"P1D\") > 10", f"{prefix}s + {prefix}t = \"aa\"",
             f"{prefix}d + duration(\"P1M\") > {prefix}e",
             f"{prefix}d - duration(\"P13M\") = {prefix}e",
             f"if {prefix}b then {prefix}n > 0 else {prefix}m > 0"]
        ),
    )  # fmt: skip
    return st.recursive(
        simple,
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(
                lambda each: f"({' '.join(each)})"
            ),
            inner.map(lambda each: f"not({each})"),
        ),
        max_leaves=3,
    )


LISTS = st.one_of(
    st.sampled_from(["item1", "item2"]),
    st.tuples(st.sampled_from(["item1", "item2"]), conditions("")).map(
        lambda each: f"{each[0]}[{each[1]}]"
    ),
)
AGGREGATES = st.one_of(
    LISTS.map(lambda each: f"count({each})"),
    st.tuples(
        st.sampled_from(["sum", "min", "max", "mean"]), LISTS, st.sampled_from(["n", "m"])
    ).map(lambda each: f"{each[0]}({each[1]}.{each[2]})"),
    st.tuples(LISTS, st.sampled_from(["n", "s"])).map(
        lambda each: f"count(distinct values({each[0]}.{each[1]}))"
    ),
    LISTS.map(lambda each: f'((today() - min({each}.d)) / duration("P1D"))'),
)
EXPRESSIONS = st.one_of(
    numbers(AGGREGATES),
    st.tuples(AGGREGATES, AGGREGATES).map(" / ".join),
    st.tuples(AGGREGATES, st.sampled_from([">", "<=", "="]), NUMBER_LITERALS).map(" ".join),
    st.tuples(st.sampled_from(["some", "every"]), LISTS, conditions("x.")).map(
        lambda each: f"{each[0]} x in {each[1]} satisfies {each[2]}"
    ),
    st.tuples(st.sampled_from(["min", "max"]), LISTS, st.sampled_from(["d", "s"])).map(
        lambda each: f"{each[0]}({each[1]}.{each[2]})"
    ),
    st.tuples(conditions("c."), AGGREGATES).map(lambda each: f"if {each[0]} then {each[1]} else 7"),
    conditions("c."),
)
VALUES = {
    "number": st.sampled_from([None, Decimal(0), Decimal(1), Decimal("2.5"), Decimal("-1.005")]),
    "date": st.sampled_from(
        [None, TODAY, dt.date(2026, 1, 31), dt.date(2024, 2, 29), dt.date(2026, 3, 31)]
    ),
    "string": st.sampled_from([None, "a", "A", "한빛", "", "%s", "李文華"]),
    "boolean": st.sampled_from([None, True, False]),
}
ROWS = st.lists(st.fixed_dictionaries({name: VALUES[of] for name, of in TYPES.items()}), max_size=4)
CUSTOMER = st.fixed_dictionaries({name: VALUES[of] for name, of in TYPES.items()})


@pytest.fixture(params=["duckdb", "postgres"])
def database(request: pytest.FixtureRequest) -> Database:
    if request.param == "postgres":
        request.getfixturevalue("db")
    return DuckDb() if request.param == "duckdb" else Postgres()


def fill(database: Database, rows: dict[str, list[dict[str, Any]]]) -> None:
    """All rows are the one customer's."""
    for name, each in rows.items():
        database.table(
            name, {**TYPES, "customer": "number"}, [{**row, "customer": 0} for row in each]
        )


def one(database: Database, sql: dmn.Sql) -> Any:
    """The value for one customer, by correlated subqueries."""
    return value(database, f"SELECT {sql.text} FROM customers k", sql.params)


def grouped(database: Database, compiled: dmn.Aggregates) -> Any:
    """The value for all customers, by one grouped scan a list."""
    scans = []
    for alias, source in (("g1", "item1"), ("g2", "item2")):
        own = [each for each in compiled.aggregates if each.list == source]
        columns = "".join(f", {each.text} AS {each.name}" for each in own)
        of = SCHEMA.lists[source]
        scans.append(
            f"LEFT JOIN (SELECT {of.alias}.customer{columns} FROM {of.from_sql} {of.alias}"
            f" GROUP BY {of.alias}.customer) {alias} ON {alias}.customer = k.id"
        )
    text = f"SELECT {compiled.text} FROM customers k {' '.join(scans)}"
    return value(database, text, compiled.params)


def value(database: Database, text: str, params: Any) -> Any:
    ((found,),) = database.rows(text, {**params, "today": TODAY, "now": CLOCK})
    return plain(found)


@settings(max_examples=80 * MORE, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(EXPRESSIONS, CUSTOMER, ROWS, ROWS)
@example("sum(item1.n)", dict.fromkeys(TYPES), [], [])
@example("sum(item1.n)", dict.fromkeys(TYPES), [dict.fromkeys(TYPES)], [])
@example("mean(item1[n != null].n)", dict.fromkeys(TYPES), [{**dict.fromkeys(TYPES), "n": 1}], [])
def test_parity(
    database: Database,
    text: str,
    customer: dict[str, Any],
    first: list[dict[str, Any]],
    second: list[dict[str, Any]],
) -> None:
    expression = parse(text)
    if database.name == "duckdb" and is_divided(text):
        with pytest.raises(dmn.SqlRefusedError, match="DuckDB divides decimals as doubles"):
            expression.sql(SCHEMA, "duckdb")
        return
    sql = expression.sql(SCHEMA, database.name)
    aggregates = expression.aggregates(SCHEMA, database.name)
    scope = {"c": customer, "item1": first, "item2": second}
    wanted = expression.evaluate(scope, clock=CLOCK)
    fill(database, {"customers": [customer], "records": first, "others": second})
    for got in (one(database, sql), grouped(database, aggregates)):
        assert same(got, wanted), (text, got, wanted)


def is_divided(text: str) -> bool:
    """Days by a day aside, which are whole."""
    return "mean(" in text or "/" in text.replace('/ duration("P1D")', "")


# What is compiled, and what is refused ---------------------------------------------------------


def test_a_filter_compiles_to_plain_conditions() -> None:
    compiled = parse('sum(item1[d < today() and n > 0 and s = "a"].n)').aggregates(SCHEMA)
    assert [(each.name, each.list, each.type) for each in compiled.aggregates] == [
        ("p_a0", "item1", "number")
    ]
    assert compiled.aggregates[0].text == (
        "SUM(r.n) FILTER(WHERE (r.d < CAST(%(today)s AS DATE)) AND (r.n > CAST(%(p_0)s AS DECIMAL))"
        " AND (r.s = CAST(%(p_1)s AS TEXT)))"
    )
    assert compiled.params == {"p_0": 0, "p_1": "a"}
    assert compiled.sql.binds == {"today"}


def test_equal_aggregates_are_computed_once() -> None:
    compiled = parse("count(item1) / count(item1)").aggregates(SCHEMA)
    assert len(compiled.aggregates) == 1


def test_literals_are_never_pasted() -> None:
    sql = parse("""c.s = "'; DROP TABLE customers; --" """).sql(SCHEMA)
    assert "DROP" not in sql.text
    assert sql.params == {"p_0": "'; DROP TABLE customers; --"}


def test_prefix_keeps_parameters_apart() -> None:
    sql = parse("count(item1[n > 3])").sql(SCHEMA, prefix="fact7")
    assert sql.params == {"fact7_0": 3}


REFUSED = [
    ("upper case(c.s)", "upper case(c.s)"),
    ("item1[1].n", "item1[1]"),
    ("c.n + c.s", "c.n + c.s"),
    ('c.n = "a"', 'c.n = "a"'),
    ("c.d - c.e", "c.d - c.e"),
    ("c.n ** 2", "c.n ** 2"),
    ("for x in item1 return x.n", "for x in item1 return x.n"),
    ("sum(item1)", "sum(item1)"),
    ("sum(item1.s)", "sum(item1.s)"),
    ("c.unknown", "c.unknown"),
    ("count(item1[q > 1])", "q"),
    ('c.d + duration("PT1H")', 'c.d + duration("PT1H")'),
    ("if c.n then 1 else 2", "c.n"),
    ('if c.b then 1 else "a"', 'if c.b then 1 else "a"'),
    ("{a: 1}", "{a: 1}"),
    ("c.n in [3..1]", "[3..1]"),
]


@pytest.mark.parametrize(("text", "place"), REFUSED, ids=[each[0] for each in REFUSED])
def test_what_has_no_exact_counterpart_is_refused(text: str, place: str) -> None:
    with pytest.raises(dmn.SqlRefusedError) as caught:
        parse(text).sql(SCHEMA)
    (problem,) = caught.value.problems
    at = problem.place
    assert (problem.code, at.text[at.start : at.end]) == ("sql.refused", place)


def test_another_dialect_is_refused() -> None:
    with pytest.raises(dmn.SqlRefusedError, match="no dialect"):
        parse("1").sql(SCHEMA, "oracle")


@pytest.mark.parametrize("function", ["floor(x)", "ceiling(x)", "round up(x, 1)",
                                      "round down(x, 1)", "abs(x)"])  # fmt: skip
def test_a_count_is_never_rounded_as_a_double(database: Database, function: str) -> None:
    fill(database, {"customers": [dict.fromkeys(TYPES)], "records": []})
    sql = parse(function.replace("x", "count(item1)") + " + c.n").sql(SCHEMA, database.name)
    typeof = "pg_typeof" if database.name == "postgres" else "typeof"
    kind = value(database, f"SELECT {typeof}({sql.text}) FROM customers k", sql.params)
    assert str(kind).partition("(")[0] in ("numeric", "DECIMAL")
