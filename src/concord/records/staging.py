"""Rows on their way in: a lock for each source, and temporary tables filled by COPY."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from django.db import connection

from concord.customers.rows import copy_lines

_LOCKS: Final = 0x5EC0  # our class of advisory locks: one lock for each source


def lock_sources(source_ids: Iterable[int]) -> None:
    """Until the transaction ends, nobody else receives or undoes what these sources say.

    Taken in the order of ids, so that two who need several do not wait in a circle.
    """
    with connection.cursor() as cursor:
        for source_id in sorted(set(source_ids)):
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCKS, source_id])


def stage(table: str, columns: Sequence[str], lines: Iterable[str]) -> None:
    """Fill a temporary table of this session (made at its first use) with nothing but `lines`.

    They are what `copy_line` writes of rows; `table` and `columns` (`"name type"`) are our own
    words, never input.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT to_regclass('pg_temp.{table}')")
        if cursor.fetchone()[0] is None:
            cursor.execute(f"CREATE TEMP TABLE {table} ({', '.join(columns)})")
        else:
            cursor.execute(f"TRUNCATE pg_temp.{table}")
        copy_lines(f"pg_temp.{table}", [column.split()[0] for column in columns], lines)
        cursor.execute(f"ANALYZE pg_temp.{table}")
