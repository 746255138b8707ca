"""A whole graph in PostgreSQL: the answers and the matched rules of Python."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.dmn.drawn import decision, drawing, literal, table

from concord import dmn

TODAY = dt.date(2026, 11, 21)
CLOCK = dt.datetime(2026, 11, 21, 9, tzinfo=dt.UTC)
INPUTS = {"s t": "string", "n": "number", "b": "boolean", "d": "date"}
SQL_TYPES = {"number": "numeric", "date": "date", "string": "text", "boolean": "boolean"}
CELLS = {
    "s t": ["-", '"a"', '"a", "한빛"', 'not("a")', "null", 'not("a", null)', '"%s"'],
    "n": ["-", "< 2", ">= 2", "[1..3)", "2", "null", "not(1, 3)", "> 1, null", "? = 2 or ? > 3"],
    "b": ["-", "true", "false", "null", "not(true)"],
    "d": [
        "-",
        "< today()",
        '@"2026-01-02"',
        '>= @"2026-01-02", null',
        '[@"2026-01-01"..@"2026-12-31"]',
    ],
}
VALUES: dict[str, list[Any]] = {
    "s t": [None, "a", "b", "한빛", "%s"],
    "n": [None, Decimal(0), Decimal(1), Decimal("2.5"), Decimal(2), Decimal(4)],
    "b": [None, True, False],
    "d": [None, TODAY, dt.date(2026, 1, 2), dt.date(2025, 12, 31)],
}
LEVELS = ['"low"', '"middle"', '"high"']


@st.composite
def first_tables(draw: st.DrawFn) -> str:
    rule = st.tuples(*(st.sampled_from(CELLS[name]) for name in INPUTS), st.sampled_from(LEVELS))
    allowed = {"result": '"high", "middle", "low"'}
    if draw(st.booleans()):
        allowed["s t"] = '"a", "b"'
    return table(
        INPUTS,
        draw(st.lists(rule, max_size=5)),
        policy=draw(st.sampled_from(["UNIQUE", "ANY", "FIRST", "PRIORITY"])),
        allowed=allowed,
        defaults=draw(st.sampled_from([{}, {"result": '"middle"'}])),
    )


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
        policy=draw(st.sampled_from(["UNIQUE", "FIRST"])),
        outputs=("amount", "word"),
    )


def model_of(first: str, second: str) -> dmn.Model:
    inputs = [f"input {name}" for name in INPUTS]
    return dmn.load(
        drawing(
            INPUTS,
            decision("answer", second, ["level", "twice", "input n"]),
            decision("level", first, inputs, "string"),
            decision("twice", literal("n * 2"), ["input n"], "number"),
        )
    )


@pytest.fixture
def rows(db: None) -> list[dict[str, Any]]:
    rows = [
        {"s t": s, "n": n, "b": b, "d": d}
        for s in VALUES["s t"]
        for n in VALUES["n"]
        for b in VALUES["b"]
        for d in VALUES["d"]
    ]
    columns = ", ".join(f'"{name}" {SQL_TYPES[of]}' for name, of in INPUTS.items())
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE inputs (id int, {columns}) ON COMMIT DROP")
        cursor.executemany(
            "INSERT INTO inputs VALUES (%s, %s, %s, %s, %s)",
            [(at, *row.values()) for at, row in enumerate(rows)],
        )
    return rows


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(first_tables(), second_tables())
def test_graph_parity(rows: list[dict[str, Any]], first: str, second: str) -> None:
    model = model_of(first, second)
    compiled = model.sql("answer", keep=["i.id"])
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(compiled.text + " ORDER BY i.id", {**compiled.params, "today": TODAY})
        got = cursor.fetchall()
    assert len(got) == len(rows)
    for row, (_, amount, word, matched) in zip(rows, got, strict=True):
        result = model.evaluate("answer", row, clock=CLOCK)
        wanted = result.value or {"amount": None, "word": None}
        assert {"amount": amount, "word": word} == wanted
        told: dict[str, list[int]] = {"level": [], "answer": []}
        for rule in result.matched:
            told[rule.decision].append(rule.index)
        assert _parsed(matched) == told


def _parsed(matched: Any) -> Any:
    import json

    return json.loads(matched) if isinstance(matched, str) else matched


def test_a_list_of_constants_is_an_array(db: None) -> None:
    logic = table({"n": "number"}, [["> 1", '["a", "b"]'], ["<= 1", "[]"]])
    model = dmn.load(drawing({"n": "number"}, decision("answer", logic, ["input n"])))
    sql = model.sql("answer", source="(SELECT 2 AS x UNION ALL SELECT 0)", columns={"n": "i.x"})
    with connection.cursor() as cursor:
        cursor.execute(sql.text, sql.params)
        assert sorted(row[0] for row in cursor.fetchall()) == [[], ["a", "b"]]


@pytest.mark.parametrize("policy", ["RULE ORDER", "COLLECT", "OUTPUT ORDER"])
def test_policies_that_give_lists_are_refused(policy: str) -> None:
    logic = table({"n": "number"}, [["> 1", "1"]], policy=policy)
    model = dmn.load(drawing({"n": "number"}, decision("answer", logic, ["input n"])))
    with pytest.raises(dmn.SqlRefusedError, match="hit policy"):
        model.sql("answer")
