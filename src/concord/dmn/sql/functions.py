"""The built-in functions that compile exactly."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from concord.dmn.feel import ast
from concord.dmn.sql import conditions
from concord.dmn.sql.terms import (
    NULL,
    Node,
    Term,
    all_of,
    any_of,
    binary,
    call,
    case,
    integer,
    is_null,
    null,
)

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
        long = of.long and not whole
        return compiler.number(node, call(function, of.sql), scale, nullable=of.nullable, long=long)

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
        of, places = _places(compiler, node)
        found = compiler.dialect.rounded(function, of.sql, places)
        return compiler.number(node, found, max(places, 0), nullable=of.nullable)

    return compile_


def _half(*, even: bool) -> Compile:
    """Rounded to the nearer one; of a tie to the even one, or down."""

    def compile_(compiler: SqlCompiler, node: ast.Call) -> Term:
        of, places = _places(compiler, node)
        dialect = compiler.dialect
        down, up = (
            compiler.number(node, dialect.rounded(how, of.sql, places), max(places, 0))
            for how in ("round down", "round half up")
        )
        unit = dialect.power_of_ten(-places)
        rest = binary(of.sql, "-", down.sql)
        is_tie = binary(binary(call("abs", rest), "*", integer(2)), "=", unit)
        if even:
            odd = call("mod", down.sql, binary(unit, "*", integer(2)))
            is_tie = all_of([is_tie, binary(odd, "=", integer(0))])
        found = case([(is_tie, down.sql)], up.sql)
        return compiler.number(node, found, max(places, 0), nullable=of.nullable)

    return compile_


def _places(compiler: SqlCompiler, node: ast.Call) -> tuple[Term, int]:
    """The number, and how many digits after the point are wanted."""
    of, scale = _args(compiler, node, "number", "number")
    most = compiler.dialect.most_places
    if not scale.constant or not -most <= int(scale.value) <= most:
        message = f"the scale must be a constant of at most {most}"
        raise compiler.refused(node.args[1], message)
    return of, int(scale.value)


def _substring(compiler: SqlCompiler, node: ast.Call) -> Term:
    """Positions that are constants: from the end where the first is negative."""
    of, *numbers = _args(compiler, node, *("string", "number", "number")[: len(node.args)])
    if not all(term.constant for term in numbers) or not numbers:
        raise compiler.refused(node, "positions in a string must be constants")
    first, *length = [term.value for term in numbers]
    start = int(first)
    if start == 0 or (length and length[0] < 1):
        return Term(compiler.dialect.cast(null(), "string"), "string")
    size = compiler.dialect.length_of(of.sql)
    begin = integer(start) if start > 0 else binary(size, "-", integer(-start - 1))
    part = call("substr", of.sql, begin, *(integer(int(each)) for each in length))
    return Term(case([(binary(size, ">=", integer(abs(start))), part)]), "string")


def _beside(*, before: bool) -> Compile:
    """What stands before or after a part; all of the string stands after an empty one."""

    def compile_(compiler: SqlCompiler, node: ast.Call) -> Term:
        of, part = _args(compiler, node, "string", "string")
        at = call("strpos", of.sql, part.sql)
        if before:
            found = call("substr", of.sql, integer(1), binary(at, "-", integer(1)))
        else:
            found = call("substr", of.sql, binary(at, "+", compiler.dialect.length_of(part.sql)))
        empty = compiler.literal(node, "").sql
        whole = empty if before else of.sql
        nothing = binary(part.sql, "=", empty)
        none = binary(at, "=", integer(0))
        unknown = [is_null(term.sql) for term in (of, part) if term.nullable]
        whens = [(any_of(unknown), null())] if unknown else []
        sql = case([*whens, (nothing, whole), (none, empty)], found)
        return Term(sql, "string", of.nullable or part.nullable)

    return compile_


def _list_contains(compiler: SqlCompiler, node: ast.Call) -> Term:
    """Among constants."""
    if len(node.args) != 2 or not isinstance(node.args[0], ast.ListLiteral):
        raise compiler.refused(node, "only a list of constants has an exact counterpart in SQL")
    of = compiler.term(node.args[1])
    items = [compiler.term(item) for item in node.args[0].items]
    if not all(item.constant for item in items):
        raise compiler.refused(node, "only a list of constants has an exact counterpart in SQL")
    found = [
        conditions.equality(compiler, node, "=", of, item, exact=True)
        for item in items
        if item.type in (of.type, NULL)
    ]
    return Term(any_of(found), "boolean", False)


def _parity(*, odd: bool) -> Compile:
    def compile_(compiler: SqlCompiler, node: ast.Call) -> Term:
        (of,) = _args(compiler, node, "number")
        rest = call("abs", call("mod", of.sql, integer(2)))
        return Term(binary(rest, "=", integer(int(odd))), "boolean", of.nullable)

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
        scale, long = max(term.scale for term in terms), any(term.long for term in terms)
        return Term(found, of, bool(checks), scale=scale, long=long)

    return compile_


def _modulo(compiler: SqlCompiler, node: ast.Call) -> Term:
    """As FEEL has it, with the sign of the divisor."""
    a, b = _args(compiler, node, "number", "number")
    divisor = call("nullif", b.sql, integer(0))
    if a.long or b.long:
        times = call("floor", compiler.dialect.division(a.sql, divisor))
        taken = compiler.dialect.in_digits(binary(b.sql, "*", times))
        return compiler.number(node, binary(a.sql, "-", taken), 0, long=True)
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
    "round half down": _half(even=False),
    "decimal": _half(even=True),
    "odd": _parity(odd=True),
    "even": _parity(odd=False),
    "modulo": _modulo,
    "min": _extreme("min"),
    "max": _extreme("max"),
    "string length": _length,
    "substring": _substring,
    "substring before": _beside(before=True),
    "substring after": _beside(before=False),
    "list contains": _list_contains,
    "contains": _strings(lambda compiler, a, b: compiler.dialect.contains(a, b)),
    "starts with": _strings(lambda compiler, a, b: call("starts_with", a, b)),
    "ends with": _strings(lambda compiler, a, b: compiler.dialect.ends_with(a, b)),
}
