"""Rows in bulk: many at once in one statement, for the paths where a row at a time is too slow."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection
from pydantic_core import to_json

_NOT_BARE: Final = re.compile(r'[\s{}"\\]')


def fetch(sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, _bound(parameters))
        return list(cursor.fetchall())


def run(sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> int:
    """The number of rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, _bound(parameters))
        return int(cursor.rowcount)


def copy(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Append rows by COPY. `table` and `columns` are our own names, never input."""
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as out,
    ):
        for row in rows:
            out.write_row(row)


def columns(rows: Iterable[Sequence[Any]], width: int) -> list[list[Any]]:
    """Rows turned into `width` lists, as `unnest` takes them."""
    turned = [list(column) for column in zip(*rows, strict=True)]
    return turned or [[] for _ in range(width)]


def _bound(parameters: Any) -> Any:
    if isinstance(parameters, Mapping):
        return {name: _literal(value) for name, value in parameters.items()}
    return [_literal(value) for value in parameters]


def _literal(value: Any) -> Any:
    """A list as the text of a PostgreSQL array: psycopg quotes item by item, thirty times slower.

    The text itself is quoted by psycopg; where SQL needs to know the type, it casts.
    """
    if not isinstance(value, list):
        return value
    return "{" + ",".join(map(_item, value)) + "}"


def _item(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, str):
        if "\\" in value:
            value = value.replace("\\", "\\\\")
        escaped = value.replace('"', '\\"')
        return f'"{escaped}"'
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, bytes):
        return f'"\\\\x{value.hex()}"'
    if isinstance(value, datetime):
        return f'"{value.isoformat()}"'
    return str(value)


def array(texts: Sequence[str]) -> str:
    """Texts as the text of a PostgreSQL array, for COPY and inside other arrays.

    Quoted where they must be: each layer around it would write the quotes twice as long.
    """
    joined = ",".join(texts)
    is_bare = joined.count(",") == len(texts) - 1 and "" not in texts
    if texts and (not is_bare or _NOT_BARE.search(joined) or "null" in joined.lower()):
        return str(_literal(list(texts)))
    return f"{{{joined}}}"


def as_json(value: Any) -> str:
    return to_json(value, fallback=str).decode()


def json_list(texts: Iterable[str]) -> str:
    """JSON texts as one, for `jsonb_array_elements`: nothing is quoted within quotes."""
    return f"[{','.join(texts)}]"


def from_json(value: Any) -> Any:
    """Django leaves jsonb of a raw query as text."""
    return json.loads(value) if isinstance(value, str) else value
