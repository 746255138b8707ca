"""The two databases that SQL is compiled for, as tests ask them."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import duckdb

from concord import dmn

TODAY = dt.date(2026, 11, 21)
CLOCK = dt.datetime(2026, 11, 21, 9, tzinfo=dt.UTC)
MORE = int(os.environ.get("CONCORD_PARITY", "1"))  # times as many examples


class DuckDb:
    """A database in memory."""

    name = "duckdb"
    types = {"number": "DECIMAL(18, 4)", "string": "VARCHAR", "boolean": "BOOLEAN", "date": "DATE"}

    def __init__(self) -> None:
        self.connection = duckdb.connect()
        self.connection.execute("SET threads = 1")

    def table(
        self, name: str, columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]]
    ) -> None:
        """`columns` are FEEL types by name; a row's number is its `id`."""
        declared = ", ".join(f'"{each}" {self.types[of]}' for each, of in columns.items())
        self.connection.execute(f"CREATE OR REPLACE TABLE {name} (id INTEGER, {declared})")
        marks = ", ".join("?" * (len(columns) + 1))
        for at, row in enumerate(rows):
            self.connection.execute(
                f"INSERT INTO {name} VALUES ({marks})", [at, *(row[each] for each in columns)]
            )

    def rows(self, text: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        used = set(re.findall(r"\$(\w+)", text))
        given = {name: value for name, value in params.items() if name in used}
        found: list[tuple[Any, ...]] = self.connection.execute(text, given).fetchall()
        return found


class Postgres:
    """The tests' database: tables live as long as the transaction."""

    name = "postgres"
    types = {"number": "numeric", "string": "text", "boolean": "boolean", "date": "date"}

    def table(
        self, name: str, columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]]
    ) -> None:
        from django.db import connection

        declared = ", ".join(f'"{each}" {self.types[of]}' for each, of in columns.items())
        marks = ", ".join(["%s"] * (len(columns) + 1))
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{name}")
            cursor.execute(f"CREATE TEMP TABLE {name} (id int, {declared}) ON COMMIT DROP")
            cursor.executemany(
                f"INSERT INTO {name} VALUES ({marks})",
                [(at, *(row[each] for each in columns)) for at, row in enumerate(rows)],
            )

    def rows(self, text: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        from django.db import connection, transaction

        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(text, dict(params))
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


Database = DuckDb | Postgres


def plain(value: Any) -> Any:
    """A database's value as FEEL has it."""
    if isinstance(value, Decimal):
        return dmn.number(value)
    return [plain(each) for each in value] if isinstance(value, list) else value


def same(a: Any, b: Any) -> bool:
    """Equal, and of one kind: `True` is not 1."""
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    return (bool(a == b) and type(a) is type(b)) or _numbers(a, b)


def _numbers(a: Any, b: Any) -> bool:
    return isinstance(a, int | Decimal) and isinstance(b, int | Decimal) and a == b
