"""Conditions: three-valued logic, comparisons and tests, as FEEL has them with null."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlglot import exp

from concord.dmn.feel import ast
from concord.dmn.feel.operators import compare
from concord.dmn.feel.unary import is_condition, uses_input
from concord.dmn.sql.arithmetic import wrong
from concord.dmn.sql.terms import (
    MONTHS,
    NULL,
    Node,
    Term,
    all_of,
    any_of,
    binary,
    false,
    is_not_null,
    is_null,
    is_true,
    not_,
    null,
    true,
)

if TYPE_CHECKING:
    from concord.dmn.sql.compiler import SqlCompiler


def condition(compiler: SqlCompiler, node: ast.Node, *, exact: bool = False) -> Node:
    """A condition. Where only its truth counts (a filter), an equality with a value that is
    never null may be SQL's; with `exact` false and null are told apart."""
    match node:
        case ast.And() | ast.Or():
            joined = all_of if isinstance(node, ast.And) else any_of
            return joined([condition(compiler, side, exact=exact) for side in _sides(node)])
        case ast.Comparison():
            left, right = compiler.term(node.left), compiler.term(node.right)
            if node.op in ("=", "!="):
                return equality(compiler, node, node.op, left, right, exact=exact)
            return ordered(compiler, node, node.op, left, right)
        case ast.Between():
            of, low, high = (compiler.term(each) for each in (node.of, node.low, node.high))
            above = ordered(compiler, node, ">=", of, low)
            return all_of([above, ordered(compiler, node, "<=", of, high)])
        case ast.In():
            of = compiler.term(node.of)
            return any_of([test(compiler, each, of, exact=exact) for each in node.tests.tests])
        case ast.Call(function=ast.Name(name="not", builtin=True), args=(of_,)):
            return not_(condition(compiler, of_, exact=True))
    term = compiler.term(node)
    if term.type not in ("boolean", NULL):
        raise compiler.refused(node, f"a condition is true or false, not a {term.type}")
    return term.sql if term.type != NULL else unknown(compiler)


def _sides(node: ast.And | ast.Or) -> Iterator[ast.Node]:
    """All that `and` joins, or `or`, without nesting."""
    for side in (node.left, node.right):
        if type(side) is type(node):
            yield from _sides(side)
        else:
            yield side


def unknown(compiler: SqlCompiler) -> Node:
    """Neither true nor false."""
    return compiler.dialect.cast(null(), "boolean")


def equality(
    compiler: SqlCompiler, node: ast.Node, op: str, left: Term, right: Term, *, exact: bool
) -> Node:
    negated = op == "!="
    if NULL in (left.type, right.type):
        other = right if left.type == NULL else left
        if other.type == NULL:
            return false() if negated else true()
        return is_not_null(other.sql) if negated else is_null(other.sql)
    _comparable(compiler, node, op, left, right)
    if not (left.nullable or right.nullable):
        return binary(left.sql, "<>" if negated else "=", right.sql)
    if not exact and not negated and not (left.nullable and right.nullable):
        return binary(left.sql, "=", right.sql)
    distinct = "is distinct from" if negated else "is not distinct from"
    return binary(left.sql, distinct, right.sql)


def ordered(compiler: SqlCompiler, node: ast.Node, op: str, left: Term, right: Term) -> Node:
    if NULL in (left.type, right.type):
        return unknown(compiler)
    _comparable(compiler, node, op, left, right)
    if left.type == "boolean":
        raise wrong(compiler, node, op, left, right)
    return binary(left.sql, op, compiler.dialect.ordered(right.sql, right.type))


def _comparable(compiler: SqlCompiler, node: ast.Node, op: str, left: Term, right: Term) -> None:
    if left.type != right.type or left.type.startswith("list<") or left.type == MONTHS:
        raise wrong(compiler, node, op, left, right)


def test(compiler: SqlCompiler, node: ast.Node, of: Term, *, exact: bool) -> Node:
    """One unary test of the value."""
    match node:
        case ast.Operator(op=op) if op in ("=", "!="):
            return equality(compiler, node, op, of, compiler.term(node.of), exact=exact)
        case ast.Operator():
            return ordered(compiler, node, node.op, of, compiler.term(node.of))
        case ast.RangeLiteral():
            return _within(compiler, node, of)
        case ast.ListLiteral() if node.items:
            tests = [_item(compiler, each, of) for each in node.items]
            # An item that is null keeps `in` from nothing: FEEL asks for one that holds.
            return is_true(any_of(tests))
    wanted = compiler.term(node)
    equal = equality(compiler, node, "=", of, wanted, exact=exact)
    if is_condition(node) and of.nullable and wanted.nullable:  # unknown is no null to be equal to
        return all_of([is_not_null(wanted.sql), equal])
    return equal


def _item(compiler: SqlCompiler, node: ast.Node, of: Term) -> Node:
    """One item of a list: a condition that is unknown is a null in it like any other."""
    if is_condition(node):
        return equality(compiler, node, "=", of, compiler.term(node), exact=False)
    return test(compiler, node, of, exact=False)


def cell(compiler: SqlCompiler, node: ast.Node, of: Term) -> Node:
    """One test of a cell, of which only the truth counts. One that computes true from other things
    holds for null, too."""
    if uses_input(node):
        return condition(compiler, node)
    found = test(compiler, node, of, exact=False)
    if of.type != "boolean" or not of.nullable or isinstance(node, _ASK):
        return found
    computed = compiler.term(node)
    if computed.type != "boolean":
        return found
    return any_of([found, all_of([is_null(of.sql), computed.sql])])


_ASK = (ast.Literal, ast.Operator, ast.RangeLiteral, ast.ListLiteral)  # about the value itself


def one_of(compiler: SqlCompiler, nodes: list[ast.Node], of: Term) -> Node | None:
    """Several equal tests with constants as one `IN`, or null where they are not."""
    if len(nodes) < 2 or not all(isinstance(node, ast.Literal) for node in nodes):
        return None
    terms = [compiler.term(node) for node in nodes]
    if any(term.type != of.type or term.type == NULL for term in terms):
        return None
    return exp.Paren(this=exp.In(this=of.sql, expressions=[term.sql for term in terms]))


def _within(compiler: SqlCompiler, node: ast.RangeLiteral, of: Term) -> Node:
    low, high = compiler.term(node.low), compiler.term(node.high)
    for end in (low, high):
        if not end.constant or end.value is None:
            raise compiler.refused(node, "a range compiles exactly only with constant ends")
    if compare(low.value, high.value) not in (-1, 0):
        raise compiler.refused(node, "the range ends before it begins")
    above = ordered(compiler, node, ">=" if node.low_closed else ">", of, low)
    return all_of([above, ordered(compiler, node, "<=" if node.high_closed else "<", of, high)])
