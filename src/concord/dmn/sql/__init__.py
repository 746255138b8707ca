"""FEEL and DMN to SQL: the same answer in the database as in Python, or a refusal with its place.

An expression over record lists compiles in two ways:

* `expression_sql`: correlated subqueries, for one customer;
* `expression_aggregates`: aggregates with `FILTER` over one grouped scan, for all customers, and an
  expression over their names.

A decision with all that it needs compiles to one SELECT (`concord.dmn.sql.graph`). What compiles in
which dialect, and where FEEL and SQL part, is in docs/sql-profile.md, which a test holds against
the compiler. Literals are bound as parameters, never pasted; all else that is not exact is refused:
`SqlRefusedError`, whose problems carry the place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from concord.dmn.feel.expression import Expression


@dataclass(frozen=True, slots=True)
class Field:
    """A value in SQL: its text, its FEEL type, and whether it may be null."""

    sql: str
    type: str
    nullable: bool = True


@dataclass(frozen=True, slots=True)
class ListSource:
    """A record list in SQL: `FROM from_sql alias WHERE correlate`. `fields` are expressions over
    the alias; a field is a `Field` or `(sql, type)`. `only` is what makes a line of it one of this
    list, where one scan holds several lists."""

    alias: str
    from_sql: str
    fields: Mapping[str, Field | tuple[str, str]]
    correlate: str = ""
    only: str = ""


@dataclass(frozen=True, slots=True)
class SqlSchema:
    """What the names of an expression are in SQL. A scalar of a context is named with a dot,
    `customer.segment`."""

    scalars: Mapping[str, Field | tuple[str, str]] = field(default_factory=dict)
    lists: Mapping[str, ListSource] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sql:
    """SQL with named parameters as the dialect's driver takes them: `%(name)s` for PostgreSQL,
    `$name` for DuckDB. `binds` are the parameters that the caller must add: `today`, `now`."""

    text: str
    params: Mapping[str, Any]
    type: str
    binds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Aggregate:
    """An aggregate over one list: `SELECT <text> AS <name> FROM <list> GROUP BY …`."""

    name: str
    list: str
    text: str
    type: str


@dataclass(frozen=True, slots=True)
class Aggregates:
    """Aggregates, and the expression's text over their names and the scalars. A group without
    records has null aggregates; the text already takes a missing count as 0."""

    aggregates: tuple[Aggregate, ...]
    sql: Sql

    @property
    def text(self) -> str:
        return self.sql.text

    @property
    def params(self) -> Mapping[str, Any]:
        return self.sql.params


def expression_sql(
    expression: Expression, schema: SqlSchema, dialect: str = "postgres", *, prefix: str = "p"
) -> Sql:
    """The expression for one customer: lists are correlated subqueries. Parameters are named with
    the prefix, so that several expressions go into one statement. Raises `SqlRefusedError`."""
    from concord.dmn.sql.compiler import SqlCompiler

    compiler = SqlCompiler(expression, schema, dialect, prefix)
    term = compiler.result()
    return compiler.sql(term)


def expression_aggregates(
    expression: Expression, schema: SqlSchema, dialect: str = "postgres", *, prefix: str = "p"
) -> Aggregates:
    """The expression for all customers: its aggregates, named `<prefix>_a0`, …, and the text over
    them. Raises `SqlRefusedError`."""
    from concord.dmn.sql.compiler import SqlCompiler

    compiler = SqlCompiler(expression, schema, dialect, prefix, grouped=True)
    term = compiler.result()
    return Aggregates(tuple(compiler.aggregates), compiler.sql(term))
