"""Numbers, durations and dates: what is added, multiplied, divided and moved exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from concord.dmn.feel import ast
from concord.dmn.feel.temporal import micros_of_duration
from concord.dmn.problems import SqlRefusedError
from concord.dmn.sql.dialects import integer_of
from concord.dmn.sql.terms import DAYS, MONTHS, Term, binary, call, integer

if TYPE_CHECKING:
    from concord.dmn.sql.compiler import SqlCompiler

DAY_MICROS = 86_400_000_000


def negation(compiler: SqlCompiler, node: ast.Negation) -> Term:
    of = compiler.term(node.of)
    if of.type not in ("number", DAYS):
        raise compiler.refused(node, f"a {of.type} has no negative")
    return Term(
        exp.Paren(this=exp.Neg(this=of.sql)), of.type, of.nullable, scale=of.scale, long=of.long
    )


def arithmetic(compiler: SqlCompiler, node: ast.Arithmetic) -> Term:
    left, right = compiler.term(node.left), compiler.term(node.right)
    nullable = left.nullable or right.nullable
    if left.type == right.type == "number":
        return _numeric(compiler, node, left, right, nullable)
    if node.op in ("+", "-"):
        return _shift(compiler, node, left, right, nullable)
    if left.type == DAYS and right.type == "number" and node.op == "*":
        if not (right.constant and right.value == int(right.value)):
            message = "a duration is multiplied exactly only by a whole number"
            raise compiler.refused(node, message)
        return Term(binary(left.sql, "*", right.sql), DAYS, nullable)
    if left.type == right.type == DAYS and node.op == "/":
        return _days_by_days(compiler, node, left, right)
    raise wrong(compiler, node, node.op, left, right)


def wrong(
    compiler: SqlCompiler, node: ast.Node, op: str, left: Term, right: Term
) -> SqlRefusedError:
    message = f"'{op}' with {left.type} and {right.type} has no counterpart in SQL"
    return compiler.refused(node, message)


def _numeric(
    compiler: SqlCompiler, node: ast.Arithmetic, left: Term, right: Term, nullable: bool
) -> Term:
    if node.op in ("+", "-", "*"):
        joined = max if node.op != "*" else int.__add__
        scale = joined(left.scale, right.scale)
        found, long = binary(left.sql, node.op, right.sql), left.long or right.long
        return compiler.number(node, found, scale, nullable=nullable, long=long)
    if node.op == "/":
        return _quotient(compiler, node, left, right)
    raise compiler.refused(node, f"'{node.op}' has no exact counterpart in SQL")


def _quotient(compiler: SqlCompiler, node: ast.Node, left: Term, right: Term) -> Term:
    """A division by zero is null."""
    compiler.exactly(node, "division")
    safe = right.constant and right.value
    divisor = right.sql if safe else call("nullif", right.sql, integer(0))
    nullable = not (safe and not left.nullable)
    return Term(compiler.dialect.division(left.sql, divisor), "number", nullable, long=True)


def _days_by_days(compiler: SqlCompiler, node: ast.Node, left: Term, right: Term) -> Term:
    """Whole days divided by one day are the days, in every dialect."""
    one_day = right.constant and micros_of_duration(right.value) == DAY_MICROS
    if one_day and left.whole_days is not None:
        return Term(left.whole_days, "number", left.nullable)
    return _quotient(compiler, node, left, right)


def _shift(
    compiler: SqlCompiler, node: ast.Arithmetic, left: Term, right: Term, nullable: bool
) -> Term:
    """Sums and differences of dates, durations and strings."""
    op, types = node.op, (left.type, right.type)
    if types == ("string", "string") and op == "+":
        return Term(binary(left.sql, "||", right.sql), "string", nullable)
    if types == (DAYS, DAYS):
        return Term(binary(left.sql, op, right.sql), DAYS, nullable)
    if types == ("date", "date") and op == "-":
        days = compiler.dialect.days_between(left.sql, right.sql)
        micros = binary(days, "*", integer(DAY_MICROS))
        return Term(micros, DAYS, nullable, whole_days=days)
    if types in ((DAYS, "date"), (MONTHS, "date")) and op == "+":
        left, right = right, left
    if left.type == "date" and right.type == DAYS:
        return _days_later(compiler, node, left, right, nullable)
    if left.type == "date" and right.type == MONTHS:
        later = compiler.dialect.months_later(left.sql, op, right.value.months)
        return Term(later, "date", nullable)
    raise wrong(compiler, node, op, left, right)


def _days_later(
    compiler: SqlCompiler, node: ast.Arithmetic, date: Term, shift: Term, nullable: bool
) -> Term:
    later = compiler.dialect.days_later
    if shift.whole_days is not None:
        return Term(later(date.sql, node.op, shift.whole_days), "date", nullable)
    if not shift.constant:
        raise compiler.refused(node, "a date is moved exactly only by a constant duration")
    days, rest = divmod(micros_of_duration(shift.value), DAY_MICROS)
    if rest:
        raise compiler.refused(node, "a date is moved exactly only by whole days")
    return Term(later(date.sql, node.op, integer_of(days)), "date", nullable)
