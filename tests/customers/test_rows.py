"""Rows written by COPY come back as they were, whatever stands in them."""

import random
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from concord.customers.rows import copy, copy_lines, fetch

pytestmark = pytest.mark.django_db

PIECES = (
    "",
    "\\",
    "\\N",
    "\\.",
    "\t",
    "\n",
    "\r\n",
    "\x1e",
    "\\x1e",
    "'",
    '"',
    "Zürich",
    "서울",
    "\\t",
)


@pytest.fixture
def table() -> str:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE copied (n int, a text, b text) ON COMMIT DROP")
    return "copied"


def test_any_text_comes_back(table: str) -> None:
    chance = random.Random(11)
    said: list[tuple[int, str | None, str | None]] = [
        (n, *("".join(chance.choices(PIECES, k=chance.randrange(4))) for _ in "ab"))
        for n in range(2000)
    ]
    said += [(2000 + n, piece, None) for n, piece in enumerate(PIECES)]
    copy(table, ("n", "a", "b"), said)
    assert fetch("SELECT n, a, b FROM copied ORDER BY n") == said


def test_values_of_every_type_come_back() -> None:
    row: tuple[Any, ...] = (
        True, 7, Decimal("-1234.5600"), 2.5, date(2024, 2, 29),
        datetime(2024, 2, 29, 12, 30, 1, 5, tzinfo=UTC), UUID(int=7), b"\x00\\\xff", None,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE kinds (a bool, b int, c numeric(20,4), d float8, e date,"
            " f timestamptz, g uuid, h bytea, i date) ON COMMIT DROP"
        )
    copy("kinds", tuple("abcdefghi"), [row])
    (back,) = fetch("SELECT * FROM kinds")
    assert back[:7] == row[:7]
    assert (bytes(back[7]), back[8]) == (row[7], None)


def test_nothing_is_copied_where_there_is_nothing(table: str) -> None:
    copy_lines(table, ("n", "a", "b"), [])
    assert fetch("SELECT count(*) FROM copied") == [(0,)]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([], "text"),
        (list(PIECES), "text"),
        (["a", "b,c", "{d}", "NULL", ""], "text"),
        (['a","b', "c"], "text"),
        (["a", None, "b"], "text"),
        ([1, -2, 2**40], "bigint"),
        ([1, None], "bigint"),
        ([UUID(int=1), UUID(int=2**127)], "uuid"),
        ([True, False], "bool"),
    ],
)
def test_a_list_of_any_kind_is_bound(values: list[Any], kind: str) -> None:
    assert fetch(f"SELECT %s::{kind}[]", [values]) == [(values,)]
