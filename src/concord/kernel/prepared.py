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
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Final
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Model
from psycopg import Connection
from psycopg.sql import quote

from concord.kernel.literals import literal, text
from concord.kernel.pipeline import Pipeline, Rows, Statement

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

    def fetch(self, parameters: Mapping[str, Any]) -> Rows:
        """All of its rows."""
        return together((self, parameters))[0]

    def bound(self, raw: Connection[Any], parameters: Mapping[str, Any]) -> Statement:
        """With its parameters, to be sent: by its name where it was prepared."""
        values = [text(parameters[name]) for name in self.names]
        if self.is_prepared(raw):
            return Statement(self._called, values, is_name=True)
        return Statement(self._plain, values)

    def is_prepared(self, raw: Connection[Any]) -> bool:
        return self.name in _prepared.get(raw, ())

    def prepare(self, raw: Connection[Any]) -> None:
        """No query of the caller's: it is counted and timed nowhere."""
        if not PREPARES or self.is_prepared(raw):
            return
        types = ", ".join(self.types[name] for name in self.names)
        named = f"{self.name} {f'({types})' if types else ''}"
        with raw.cursor() as plain:
            plain.execute(f"PREPARE {named} AS {self._numbered()}")
        _prepared.setdefault(raw, set()).add(self.name)

    def shown(self, raw: Connection[Any], parameters: Mapping[str, Any]) -> str:
        """The same as SQL that can be run."""
        given = ", ".join(quote(literal(parameters[name]), raw) for name in self.names)
        return f"EXECUTE {self.name}{f'({given})' if given else ''}"

    @cached_property
    def _called(self) -> bytes:
        return self.name.encode()

    @cached_property
    def _plain(self) -> bytes:
        return self._numbered(lambda name: f"::{self.types[name]}").encode()

    def _numbered(self, cast: Callable[[str], str] = lambda name: "") -> str:
        """The statement with the places of its parameters by number, as the server reads it."""
        places = {name: f"${at}{cast(name)}" for at, name in enumerate(self.names, start=1)}
        return _PARAMETER.sub(lambda found: places[found[1]], self.sql).replace("%%", "%")


@dataclass(frozen=True)
class Plain:
    """A statement without a parameter and without a plan, as one of several (see `together`):
    SAVEPOINT, COMMIT."""

    sql: str

    def bound(self, raw: Connection[Any], parameters: Mapping[str, Any]) -> Statement:
        return Statement(self.sql.encode())

    def prepare(self, raw: Connection[Any]) -> None:
        """As it stands, it is never planned."""

    def shown(self, raw: Connection[Any], parameters: Mapping[str, Any]) -> str:
        return self.sql


def forget_prepared() -> None:
    """Of this connection: tables of the same names now lie over those that they were planned for,
    which the server does not see by itself. That tables are gone it does."""
    raw = connections[DEFAULT_DB_ALIAS].connection
    if _prepared.pop(raw, None):
        with raw.cursor() as plain:
            plain.execute("DEALLOCATE ALL")


Asked = tuple[Prepared | Plain, Mapping[str, Any]]


def together(*asked: Asked) -> list[Rows]:
    """Several statements in one round trip: the rows of each. Lists may be long.

    One after the other, in the transaction of the caller: each sees what those before it wrote,
    and what others committed before it began, as if it had been sent by itself.
    """
    if not asked:
        return []
    with under_way(*asked, are_all=True) as way:
        return way.rows(len(asked))


class UnderWay:
    """Statements that were sent, while one does something else: see `under_way`."""

    def __init__(self, raw: Connection[Any], pipeline: Pipeline) -> None:
        self._raw = raw
        self._pipeline = pipeline
        self.asked: list[Asked] = []
        self.is_over = False

    def then(self, *asked: Asked, are_last: bool = True) -> None:
        """What is done behind them. Nobody waits for it until the end, or until it asks for the
        `rows`; not where all of it `is_over`."""
        bound = [statement.bound(self._raw, parameters) for statement, parameters in asked]
        self.asked += asked
        self._pipeline.send(bound, are_last=are_last)

    def rows(self, number: int) -> list[Rows]:
        """Of the next so many statements, waited for."""
        return self._pipeline.read(number)

    def last(self, number: int) -> list[Rows]:
        """Of the last so many, when all before them are done, too."""
        rows = self._pipeline.read(self._pipeline.left)
        return rows[len(rows) - number :]

    def finish(self) -> None:
        """Wait for all of it: from here on something else may be asked of the database."""
        self.is_over = True
        self._pipeline.finish()


@contextmanager
def under_way(*asked: Asked, are_all: bool = False) -> Iterator[UnderWay]:
    """As `together`, while one does something else. Inside, nothing else is asked of the
    database; what was not waited for is done at its end, or its error raised."""
    own = connections[DEFAULT_DB_ALIAS]
    own.close_if_health_check_failed()
    own.ensure_connection()
    own.validate_no_broken_transaction()
    raw = own.connection
    with own.wrap_database_errors:
        for statement, _ in asked:
            statement.prepare(raw)
        begin = time.monotonic()
        with Pipeline(raw) as pipeline:
            way = UnderWay(raw, pipeline)
            try:
                way.then(*asked, are_last=are_all)
                yield way
            finally:
                if own.queries_logged:
                    own.queries_log.append(_logged(way, raw, time.monotonic() - begin))
        for statement, _ in way.asked[len(asked) :]:
            statement.prepare(raw)  # for the next time


def _logged(way: UnderWay, raw: Connection[Any], seconds: float) -> dict[str, str]:
    shown = "; ".join(statement.shown(raw, given) for statement, given in way.asked)
    return {"sql": shown, "time": f"{seconds:.3f}"}


@cache
def insertion(model: type[Model]) -> Prepared:
    """A statement that inserts one row, with a parameter for each column; JSON as text."""
    columns = {
        str(field.column): str(field.db_type(connection)) for field in model._meta.concrete_fields
    }
    places = ", ".join(f"%({column})s" for column in columns)
    sql = f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608 - names of our own
    return Prepared(sql, columns)
