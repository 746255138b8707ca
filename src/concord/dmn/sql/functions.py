"""The built-in functions that compile exactly."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from concord.dmn.feel import ast
from concord.dmn.sql.terms import Node, Term, any_of, binary, call, case, integer, is_null, null

if TYPE_CHECKING:
    from concord.dmn.sql.compiler import SqlCompiler

Compile = Callable[["SqlCompiler", ast.Call], Term]


def _args(compiler: SqlCompiler, node: ast.Call, *types: str) -> list[Term]:
    if len(node.args) != len(types):
        raise compiler.refused(node, f"{len(types)} arguments compile to SQL, not {len(node.args)}")
    terms = [compiler.term(arg) for arg in node.args]
    for term, wanted, arg in zip(terms, types, node.args, strict=True):
        if term.type != wanted:
            raise compiler.refused(arg, f"a {wanted} is wanted here, not a {term.type}")
    return terms


def _today(compiler: SqlCompiler, node: ast.Call) -> Term:
    _args(compiler, node)
    return compiler.bound_by_caller(node, "today", "date")


def _now(compiler: SqlCompiler, node: ast.Call) -> Term:
    _args(compiler, node)
    return compiler.bound_by_caller(node, "now", "date and time")


def _number_to_number(function: str, *, whole: bool = False) -> Compile:
    def compile_(compiler: SqlCompiler, node: ast.Call) -> Term:
        (of,) = _args(compiler, node, "number")
        scale = 0 if whole else of.scale
        return compiler.number(node, call(function, of.sql), scale, nullable=of.nullable)

    return compile_


def _length(compiler: SqlCompiler, node: ast.Call) -> Term:
    (of,) = _args(compiler, node, "string")
    return Term(compiler.dialect.length(of.sql), "number", of.nullable)


def _strings(build: Callable[[SqlCompiler, Node, Node], Node]) -> Compile:
    def compile_(compiler: SqlCompiler, node: ast.Call) -> Term:
        a, b = _args(compiler, node, "string", "string")
        return Term(build(compiler, a.sql, b.sql), "boolean", a.nullable or b.nullable)

    return compile_


def _rounded(function: str) -> Compile:
    def compile_(compiler: SqlCompiler, node: ast.Call) -> Term:
        of, scale = _args(compiler, node, "number", "number")
        whole = scale.constant and scale.value == int(scale.value)
        if not whole or abs(scale.value) > compiler.dialect.most_places:
            most = compiler.dialect.most_places
            message = f"the scale must be a whole constant of at most {most}"
            raise compiler.refused(node.args[1], message)
        places = int(scale.value)
        found = compiler.dialect.rounded(function, of.sql, places)
        return compiler.number(node, found, max(places, 0), nullable=of.nullable)

    return compile_


def _extreme(function: str) -> Compile:
    def compile_(compiler: SqlCompiler, node: ast.Call) -> Term:
        terms = [compiler.term(arg) for arg in node.args]
        of = compiler.common(node, *terms)
        if of not in ("number", "date") or len(terms) < 2:
            raise compiler.refused(node, "two or more numbers or dates are wanted here")
        found = compiler.dialect.extreme(function, [term.sql for term in terms])
        checks = [is_null(term.sql) for term in terms if term.nullable]
        if checks:
            found = case([(any_of(checks), null())], found)
        return Term(found, of, bool(checks), scale=max(term.scale for term in terms))

    return compile_


def _modulo(compiler: SqlCompiler, node: ast.Call) -> Term:
    """As FEEL has it, with the sign of the divisor."""
    a, b = _args(compiler, node, "number", "number")
    divisor = call("nullif", b.sql, integer(0))
    rest = binary(call("mod", a.sql, divisor), "+", divisor)
    return compiler.number(node, call("mod", rest, divisor), max(a.scale, b.scale))


FUNCTIONS: dict[str, Compile] = {
    "today": _today,
    "now": _now,
    "abs": _number_to_number("abs"),
    "floor": _number_to_number("floor", whole=True),
    "ceiling": _number_to_number("ceil", whole=True),
    "round half up": _rounded("round half up"),
    "round down": _rounded("round down"),
    "round up": _rounded("round up"),
    "modulo": _modulo,
    "min": _extreme("min"),
    "max": _extreme("max"),
    "string length": _length,
    "contains": _strings(lambda compiler, a, b: compiler.dialect.contains(a, b)),
    "starts with": _strings(lambda compiler, a, b: call("starts_with", a, b)),
    "ends with": _strings(lambda compiler, a, b: compiler.dialect.ends_with(a, b)),
}
