"""FEEL to PostgreSQL: the same answer in the database as in Python, or a refusal with its place.

An expression over record lists compiles in two ways:

* `expression_sql`: correlated subqueries, for one customer;
* `expression_aggregates`: aggregates with `FILTER` over one grouped scan, for all customers, and an
  expression over their names.

The profile, where FEEL and SQL part:

* Equality knows null: `a = null` is `IS NULL`, `a != b` is `IS DISTINCT FROM`. A condition that is
  null does not hold, in a filter as in `WHERE`.
* An aggregate follows FEEL: over no records `sum`, `min`, `max` and `mean` are null and `count` is
  0; one null among the values makes the result null (SQL would skip it). Say
  `invoice[amount != null].amount` to skip nulls; the check is left out where a condition rules
  nulls out. What an empty list means is the caller's to say (`coalesce`).
* Numbers are `numeric`. A quotient has 40 digits after the point; `dmn.number` brings what the
  database gives to FEEL's 34 digits.
* Strings are ordered by code point (`COLLATE "C"`).
* `today()` and `now()` are the parameters `today` (date) and `now` (timestamptz), bound by the
  caller. Literals are bound as parameters too, never pasted.
* A duration of days is counted in microseconds inside an expression; divide it by
  `duration("P1D")` for days. It cannot be a result.
* `distinct values` gives an array in the order of its values.

All else is refused: `SqlRefusedError`, whose problems carry the place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from concord.dmn.feel.expression import Expression

TYPES = {
    "number": "numeric",
    "string": "text",
    "boolean": "boolean",
    "date": "date",
    "date and time": "timestamptz",
}
ARRAYS = {f"list<{name}>": f"{of}[]" for name, of in TYPES.items()}
DIALECTS = ("postgres",)


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
    """SQL with named parameters in psycopg's style, `%(name)s`. `binds` are the parameters that the
    caller must add: `today`, `now`."""

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
    from concord.dmn.sql_compile import SqlCompiler

    compiler = SqlCompiler(expression, schema, dialect, prefix)
    term = compiler.result()
    return compiler.sql(term)


def expression_aggregates(
    expression: Expression, schema: SqlSchema, dialect: str = "postgres", *, prefix: str = "p"
) -> Aggregates:
    """The expression for all customers: its aggregates, named `<prefix>_a0`, …, and the text over
    them. Raises `SqlRefusedError`."""
    from concord.dmn.sql_compile import SqlCompiler

    compiler = SqlCompiler(expression, schema, dialect, prefix, grouped=True)
    term = compiler.result()
    return Aggregates(tuple(compiler.aggregates), compiler.sql(term))
