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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Final
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.utils import CursorWrapper
from django.db.models import Model
from psycopg import Connection

from concord.kernel.literals import literal

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
        self._prepare(connection.connection)
        given = {name: parameters[name] for name in self.names}
        slots = ", ".join(f"%({name})s" for name in given)
        cursor.execute(f"EXECUTE {self.name}{f'({slots})' if given else ''}", given)

    def call(self, raw: Connection[Any]) -> tuple[str, Sequence[str]]:
        """The statement as one of several (see `together`), and its parameters in their order."""
        if not PREPARES:
            return self._plain, self._places
        self._prepare(raw)
        return self._call, self.names

    @cached_property
    def _call(self) -> str:
        slots = ", ".join("%s" for _ in self.names)
        return f"EXECUTE {self.name}{f'({slots})' if slots else ''}"

    @cached_property
    def _places(self) -> list[str]:
        return _PARAMETER.findall(self.sql)

    @cached_property
    def _plain(self) -> str:
        return _PARAMETER.sub(lambda found: f"(%s)::{self.types[found[1]]}", self.sql)

    def _prepare(self, raw: Connection[Any]) -> None:
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

    def call(self, raw: Connection[Any]) -> tuple[str, Sequence[str]]:
        return f"SAVEPOINT {self.name}", ()


Asked = tuple[Prepared | Savepoint, Mapping[str, Any]]


def together(*asked: Asked) -> list[list[tuple[Any, ...]]]:
    """Several statements in one round trip: the rows of each. Lists may be long.

    One after the other, in the transaction of the caller: each sees what those before it wrote,
    and what others committed before it began, as if it had been sent by itself.
    """
    found: list[list[tuple[Any, ...]]] = []
    if not asked:
        return found
    own = connections[DEFAULT_DB_ALIAS]
    own.ensure_connection()
    calls: list[str] = []
    given: list[Any] = []
    for statement, parameters in asked:
        call, names = statement.call(own.connection)
        calls.append(call)
        given += [literal(parameters[name]) for name in names]
    with own.cursor() as cursor:
        cursor.execute("; ".join(calls), given)
        raw = cursor.cursor
        with own.wrap_database_errors:
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
