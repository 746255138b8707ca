"""Rows in bulk: many at once in one statement, for the paths where a row at a time is too slow."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, Final
from uuid import UUID

from django.db import connection
from psycopg import Cursor
from pydantic_core import from_json as _from_json
from pydantic_core import to_json

from concord.kernel.literals import bound, literal
from concord.kernel.prepared import together as together  # beside the others of its kind

_NOT_BARE: Final = re.compile(r'[\s{}"\\]')
_NULL: Final = "\x1e"  # hardly a text has this character
SPLIT: Final = r"E'\x1e'"  # the same in SQL
_ESCAPED: Final = str.maketrans(
    {"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r", _NULL: rf"\{_NULL}"}
)
_LINES: Final = 10_000
Rows = list[tuple[Any, ...]]
Found = list[Rows]  # of several statements


def fetch(sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, bound(parameters))
        return list(cursor.fetchall())


def run(sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> int:
    """The number of rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, bound(parameters))
        return int(cursor.rowcount)


def run_beside(sql: str, parameters: Sequence[Any] | Mapping[str, Any]) -> int:
    """As `run`, for megabytes: they go beside the statement, so that nobody quotes and reads them
    as a part of it. What has a type by its place alone, such as `%s::uuid[]`, may stand there."""
    connection.ensure_connection()
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        cursor.execute(sql, bound(parameters), prepare=False)
        return int(cursor.rowcount)


def copy(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Append rows by COPY. `table` and `columns` are our own names, never input."""
    copy_lines(table, columns, map(copy_line, rows))


def copy_lines(table: str, columns: Sequence[str], lines: Iterable[str]) -> None:
    """Append rows that `copy_line` has written."""
    left = iter(lines)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN (NULL '{_NULL}')") as out,
    ):
        while chunk := list(islice(left, _LINES)):
            out.write("\n".join(chunk) + "\n")


def copy_line(row: Sequence[Any]) -> str:
    """A row as a line of COPY's text format: psycopg's `write_row` takes three times as long.

    A row has seldom a character that must be escaped: one look at the whole line says so.
    """
    texts = [
        _NULL if value is None else value if type(value) is str else _text(value) for value in row
    ]
    line = "\t".join(texts)
    if (
        line.count("\t") != len(texts) - 1
        or "\\" in line
        or "\n" in line
        or "\r" in line
        or line.count(_NULL) != texts.count(_NULL)
        or _NULL in row
    ):
        return "\t".join(
            _NULL if value is None else text.translate(_ESCAPED)
            for value, text in zip(row, texts, strict=True)
        )
    return line


def _text(value: Any) -> str:
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    return str(value)


def columns(rows: Iterable[Sequence[Any]], width: int) -> list[list[Any]]:
    """Rows turned into `width` lists, as `unnest` takes them."""
    turned = [list(column) for column in zip(*rows, strict=True)]
    return turned or [[] for _ in range(width)]


def array(texts: Sequence[str]) -> str:
    """Texts as the text of a PostgreSQL array, for COPY and inside other arrays.

    Quoted where they must be: each layer around it would write the quotes twice as long.
    """
    joined = ",".join(texts)
    is_bare = joined.count(",") == len(texts) - 1 and "" not in texts
    if texts and (not is_bare or _NOT_BARE.search(joined) or "null" in joined.lower()):
        return str(literal(list(texts)))
    return f"{{{joined}}}"


def as_json(value: Any) -> str:
    return to_json(value, fallback=str).decode()


def split(jsons: Sequence[str]) -> str:
    """JSON texts as one, for `string_to_table(%s, SPLIT)`: it only cuts, where an array is full of
    escapes, and where `jsonb_array_elements` first reads all as one document. JSON itself never
    has the character: it writes it as an escape."""
    return _NULL.join(jsons)


def from_json(value: Any) -> Any:
    """Django leaves jsonb of a raw query as text."""
    return _from_json(value, cache_strings="keys") if isinstance(value, str) else value
