"""Pieces of SQL: a term with its FEEL type, and the few shapes of sqlglot's tree that are needed.

Operators are always set in parentheses: sqlglot writes a tree as it stands, and `a - (b - c)`
without them is another number. Functions are `Anonymous`, so that nothing is translated on the way:
what a dialect calls what is said in `dialects`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlglot import exp

from concord.dmn.feel.values import Value

Node = exp.Expr
DAYS = "days and time duration"
MONTHS = "years and months duration"
NULL = "null"


@dataclass(frozen=True, slots=True)
class Term:
    """A piece of SQL with its FEEL type; `value` where it is a constant. `scale` is how many digits
    a number may have after the point, for a dialect that has to know; a `long` one rests on a
    quotient, so that what is made of it is rounded to FEEL's 34 digits. `whole_days` is set for a
    duration that was got by subtracting dates."""

    sql: Node
    type: str
    nullable: bool = True
    value: Value = None
    constant: bool = False
    scale: int = 0
    whole_days: Node | None = None
    long: bool = False


def verbatim(text: str) -> Node:
    """SQL that the caller gave."""
    return exp.Var(this=text)


def integer(value: int) -> Node:
    return exp.Literal.number(value)


def null() -> Node:
    return exp.Null()


def true() -> Node:
    return exp.Boolean(this=True)


def false() -> Node:
    return exp.Boolean(this=False)


def call(name: str, *args: Node) -> Node:
    return exp.Anonymous(this=name, expressions=list(args))


_OPERATORS: dict[str, type[exp.Binary]] = {
    "+": exp.Add,
    "-": exp.Sub,
    "*": exp.Mul,
    "=": exp.EQ,
    "<>": exp.NEQ,
    "<": exp.LT,
    "<=": exp.LTE,
    ">": exp.GT,
    ">=": exp.GTE,
    "||": exp.DPipe,
    "is distinct from": exp.NullSafeNEQ,
    "is not distinct from": exp.NullSafeEQ,
}


def binary(left: Node, op: str, right: Node) -> Node:
    return exp.Paren(this=_OPERATORS[op](this=left, expression=right))


def quotient(left: Node, right: Node) -> Node:
    return exp.Div(this=left, expression=right, typed=True, safe=False)


def all_of(conditions: Sequence[Node]) -> Node:
    """Their conjunction; true for none."""
    return _joined(exp.And, conditions) or true()


def any_of(conditions: Sequence[Node]) -> Node:
    """Their disjunction; false for none."""
    return _joined(exp.Or, conditions) or false()


def _joined(connector: type[exp.Connector], conditions: Sequence[Node]) -> Node | None:
    if not conditions:
        return None
    whole = conditions[0]
    for each in conditions[1:]:
        whole = connector(this=whole, expression=each)
    return whole if len(conditions) == 1 else exp.Paren(this=whole)


def not_(condition: Node) -> Node:
    return exp.Paren(this=exp.Not(this=condition))


def is_null(of: Node) -> Node:
    return exp.Paren(this=exp.Is(this=of, expression=null()))


def is_not_null(of: Node) -> Node:
    return not_(exp.Is(this=of, expression=null()))


def is_true(condition: Node) -> Node:
    return exp.Paren(this=exp.Is(this=condition, expression=true()))


def is_false(condition: Node) -> Node:
    return exp.Paren(this=exp.Is(this=condition, expression=false()))


def case(whens: Iterable[tuple[Node, Node]], otherwise: Node | None = None) -> Node:
    ifs = [exp.If(this=condition, true=value) for condition, value in whens]
    return exp.Case(ifs=ifs, default=otherwise) if ifs else otherwise or null()


def column(name: str, table: str = "") -> Node:
    """A column that we named ourselves."""
    return exp.Column(
        this=exp.to_identifier(name), table=exp.to_identifier(table) if table else None
    )
