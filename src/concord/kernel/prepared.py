"""Statements that the server plans once a connection.

To plan a statement of several tables costs several times as much as to run it, and where its plan
does not depend on the values it may be kept. psycopg's own preparing is off (search needs a plan
for each value), so these statements are prepared by name. They are left alone behind a pooler that
hands out another server connection for each transaction: set CONCORD_PREPARE=0 there.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Final
from weakref import WeakKeyDictionary

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Model
from psycopg import Connection

PREPARES: Final = os.environ.get("CONCORD_PREPARE") != "0"
_PARAMETER: Final = re.compile(r"%\((\w+)\)s")
_prepared: Final[WeakKeyDictionary[Connection[Any], set[str]]] = WeakKeyDictionary()


class Prepared:
    """One statement with parameters `%(name)s`, whose SQL types are given by `types`."""

    def __init__(self, sql: str, types: Mapping[str, str]) -> None:
        self.sql = sql
        self.types = types
        self.names = tuple(dict.fromkeys(_PARAMETER.findall(sql)))
        said = f"{sql}{sorted(types.items())}"
        digest = hashlib.blake2b(said.encode(), digest_size=12).hexdigest()
        self.name = f"concord_{digest}"

    def fetch(self, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """All of its rows."""
        with connection.cursor() as cursor:
            self.execute(cursor, parameters)
            return list(cursor.fetchall())

    def execute(self, cursor: CursorWrapper, parameters: Mapping[str, Any]) -> None:
        if not PREPARES:
            cursor.execute(self.sql, parameters)
            return
        self._prepare()
        given = {name: parameters[name] for name in self.names}
        slots = ", ".join(f"%({name})s" for name in given)
        cursor.execute(f"EXECUTE {self.name}{f'({slots})' if given else ''}", given)

    def call(self, parameters: Mapping[str, Any]) -> tuple[str, list[Any]]:
        """The statement as one of several (see `together`), and its parameters in their order."""
        if not PREPARES:
            return self._plain, [parameters[name] for name in self._places]
        self._prepare()
        slots = ", ".join("%s" for _ in self.names)
        call = f"EXECUTE {self.name}{f'({slots})' if slots else ''}"
        return call, [parameters[name] for name in self.names]

    @cached_property
    def _places(self) -> list[str]:
        return _PARAMETER.findall(self.sql)

    @cached_property
    def _plain(self) -> str:
        return _PARAMETER.sub(lambda found: f"(%s)::{self.types[found[1]]}", self.sql)

    def _prepare(self) -> None:
        raw = connection.connection
        done = _prepared.setdefault(raw, set())
        if self.name in done:
            return
        places = {name: f"${at}" for at, name in enumerate(self.names, start=1)}
        text = _PARAMETER.sub(lambda found: places[found[1]], self.sql).replace("%%", "%")
        types = ", ".join(self.types[name] for name in self.names)
        # No query of the caller's: it is counted and timed nowhere.
        with connection.wrap_database_errors, raw.cursor() as plain:
            plain.execute(f"PREPARE {self.name} {f'({types})' if types else ''} AS {text}")
        done.add(self.name)


@dataclass(frozen=True)
class Savepoint:
    """`SAVEPOINT name` as one of several statements (see `together`)."""

    name: str

    def call(self, parameters: Mapping[str, Any]) -> tuple[str, list[Any]]:
        return f"SAVEPOINT {self.name}", []


Asked = tuple[Prepared | Savepoint, Mapping[str, Any]]


def together(*asked: Asked) -> list[list[tuple[Any, ...]]]:
    """Several statements in one round trip: the rows of each.

    One after the other, in the transaction of the caller: each sees what those before it wrote,
    and what others committed before it began, as if it had been sent by itself.
    """
    connection.ensure_connection()
    calls = [statement.call(parameters) for statement, parameters in asked]
    found: list[list[tuple[Any, ...]]] = []
    if not calls:
        return found
    with connection.cursor() as cursor:
        cursor.execute(
            "; ".join(call for call, _ in calls), [each for _, given in calls for each in given]
        )
        raw = cursor.cursor
        with connection.wrap_database_errors:
            for _ in calls:  # asked of the result itself: `description` builds each column anew
                has_rows = raw.pgresult is not None and raw.pgresult.nfields
                found.append(raw.fetchall() if has_rows else [])
                raw.nextset()
    return found


@cache
def insertion(model: type[Model]) -> Prepared:
    """A statement that inserts one row, with a parameter for each column; JSON as text."""
    columns = {
        str(field.column): str(field.db_type(connection)) for field in model._meta.concrete_fields
    }
    places = ", ".join(f"%({column})s" for column in columns)
    sql = f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608 - names of our own
    return Prepared(sql, columns)
