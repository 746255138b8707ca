"""The published profile says what the compiler does, and what it calls exact is."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.dmn import sql_profile
from tests.dmn.databases import CLOCK, TODAY, Database, DuckDb, Postgres, plain, same

from concord import dmn

PAGE = Path(__file__).resolve().parents[2] / "docs" / "sql-profile.md"
FIELDS = {"amount": "number", "due": "date", "kind": "string"}
INVOICES = [
    {"amount": Decimal("120.50"), "due": dt.date(2026, 1, 31), "kind": "한빛"},
    {"amount": Decimal("-3"), "due": TODAY, "kind": "a"},
    {"amount": None, "due": None, "kind": "a"},
]
CUSTOMERS: list[dict[str, Any]] = [
    {"n": Decimal("2.345"), "m": Decimal("-2"), "s": "a한", "t": "a", "b": True,
     "d": dt.date(2026, 3, 31), "e": dt.date(2024, 2, 29)},
    {"n": Decimal(1), "m": Decimal(0), "s": "", "t": "李", "b": False, "d": TODAY, "e": TODAY},
    dict.fromkeys(["n", "m", "s", "t", "b", "d", "e"]),
]  # fmt: skip
EXACT = [
    text
    for texts in sql_profile.EXAMPLES.values()
    for text in texts
    if "moment" not in text and text != "now()"
]


def test_the_page_is_what_the_compiler_says() -> None:
    _, _, written = PAGE.read_text(encoding="utf-8").partition("that is exact.\n\n")
    assert written.rstrip() == "\n".join(sql_profile.tables()).rstrip()


@pytest.fixture(params=["duckdb", "postgres"])
def database(request: pytest.FixtureRequest) -> Database:
    if request.param == "postgres":
        request.getfixturevalue("db")
    return DuckDb() if request.param == "duckdb" else Postgres()


def test_each_exact_example_is(database: Database) -> None:
    names = [*sql_profile.NAMES, "invoice"]
    simple = {name: of for name, of in sql_profile.NAMES.items() if name != "moment"}
    rows = [{**row, "customer": at} for at in (0, 2) for row in INVOICES]
    database.table("customers", simple, CUSTOMERS)
    database.table("invoices", {**FIELDS, "customer": "number"}, rows)
    schema = sql_profile.schema("c.id")
    asked = 0
    for text in EXACT:
        expression = dmn.parse(text, names, fields=sql_profile.FIELDS)
        try:
            sql = expression.sql(schema, database.name)
        except dmn.SqlRefusedError:
            continue
        found = database.rows(
            f"SELECT {sql.text} FROM customers c ORDER BY id",
            {**sql.params, "today": TODAY, "now": CLOCK},
        )
        for at, (customer, (value,)) in enumerate(zip(CUSTOMERS, found, strict=True)):
            invoices = INVOICES if at in (0, 2) else []
            right = expression.evaluate({**customer, "invoice": invoices}, clock=CLOCK)
            got, wanted = (in_order(each) for each in (plain(value), right))
            assert same(got, wanted), (text, customer, got, wanted)
        asked += 1
    assert asked > 40


def in_order(value: Any) -> Any:
    """Records have no order, so what is gathered from them has none: null goes last."""
    if not isinstance(value, list):
        return value
    kept = [each for each in value if each is not None]
    return sorted(kept) + [None] * (len(value) - len(kept))


def test_each_box_that_is_exact_is(database: Database) -> None:
    database.table("inputs", sql_profile.BOXED, CUSTOMERS)
    asked = 0
    for logic in sql_profile.BOXES.values():
        model = sql_profile.box_model(logic)
        try:
            sql = model.sql("answer", database.name, keep=["id"])
        except dmn.SqlRefusedError:
            continue
        found = database.rows(f"SELECT * FROM ({sql.text}) x ORDER BY id", sql.params)
        for customer, (_, *cells) in zip(CUSTOMERS, found, strict=True):
            row = {name: customer[name] for name in sql_profile.BOXED}
            result = model.evaluate("answer", row)
            wanted = (
                list(result.value.values()) if isinstance(result.value, dict) else [result.value]
            )
            rules = [] if "level" not in logic else [[each.index for each in result.matched]]
            assert [plain(each) for each in cells] == [*wanted, *rules], (logic, row)
        asked += 1
    assert asked == 7
