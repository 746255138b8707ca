"""The built-in functions that compile to PostgreSQL exactly, and the aggregates."""

from __future__ import annotations

from collections.abc import Callable

from concord.dmn.feel import ast
from concord.dmn.sql_compile import Records, SqlCompiler, Term

Compile = Callable[[SqlCompiler, ast.Call], Term]


def aggregate(compiler: SqlCompiler, node: ast.Call, name: str) -> Term | None:
    """The call as an aggregate over records, or null where its argument is no record list."""
    if len(node.args) != 1:
        return None
    of = node.args[0]
    if name == "count" and _is_call(of, "distinct values"):
        return _count_distinct(compiler, of)  # type: ignore[arg-type]
    records, value = _records_and_field(compiler, of)
    if records is None:
        return None
    if name == "count":
        return Term(compiler.aggregated(records, "count(*)", (), "number"), "number", False)
    if value is None:
        raise compiler.refused(node, f"'{name}' wants a field of the records")
    if name == "distinct values":
        return _distinct(compiler, records, value)
    if name not in _AGGREGATES:
        raise compiler.refused(node, f"'{name}' over records has no exact counterpart in SQL")
    wanted = _AGGREGATES[name]
    if value.type not in wanted:
        raise compiler.refused(node, f"'{name}' wants {' or '.join(wanted)}, not a {value.type}")
    return _poisoned(compiler, records, name, value, of)


_AGGREGATES = {
    "sum": ("number",),
    "mean": ("number",),
    "min": ("number", "date", "string"),
    "max": ("number", "date", "string"),
}


def _is_call(node: ast.Node, name: str) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.function, ast.Name)
        and node.function.name == name
        and len(node.args) == 1
    )


def _records_and_field(compiler: SqlCompiler, node: ast.Node) -> tuple[Records | None, Term | None]:
    """`invoice[…].amount` or `invoice[…]`."""
    records = compiler.records(node)
    if records is not None:
        return records, None
    if not isinstance(node, ast.Path):
        return None, None
    records = compiler.records(node.of)
    if records is None:
        return None, None
    compiler.scopes.append(("", records.source))
    field = ast.Name(node.name, start=node.start, end=node.end)
    value = compiler.name(field)
    compiler.scopes.pop()
    return records, value


def _poisoned(
    compiler: SqlCompiler, records: Records, name: str, value: Term, node: ast.Node
) -> Term:
    """The aggregate; null where a value is null, as FEEL has it."""
    text = f'{value.sql} COLLATE "C"' if value.type == "string" else value.sql
    function = {"mean": "sum"}.get(name, name)
    total = compiler.aggregated(records, f"{function}({text})", (), value.type)
    if name == "mean":
        count = compiler.aggregated(records, "count(*)", (), "number")
        total = f"trim_scale(({total} + 0e-40) / nullif({count}, 0))"
    field = node.name if isinstance(node, ast.Path) else ""
    if value.nullable and field not in records.present:
        missing = compiler.aggregated(records, "count(*)", (f"{value.sql} IS NULL",), "number")
        total = f"(CASE WHEN {missing} = 0 THEN {total} END)"
    return Term(total, value.type)


def _distinct(compiler: SqlCompiler, records: Records, value: Term) -> Term:
    collate = ' COLLATE "C"' if value.type == "string" else ""
    text = f"array_agg(DISTINCT {value.sql}{collate})"
    found = compiler.aggregated(records, text, (), f"list<{value.type}>")
    return Term(f"coalesce({found}, '{{}}')", f"list<{value.type}>", False)


def _count_distinct(compiler: SqlCompiler, node: ast.Call) -> Term | None:
    records, value = _records_and_field(compiler, node.args[0])
    if records is None or value is None:
        return None
    text = compiler.aggregated(records, f"count(DISTINCT {value.sql})", (), "number")
    field = node.args[0].name if isinstance(node.args[0], ast.Path) else ""
    if value.nullable and field not in records.present:
        missing = compiler.aggregated(records, "count(*)", (f"{value.sql} IS NULL",), "number")
        text = f"({text} + (CASE WHEN {missing} > 0 THEN 1 ELSE 0 END))"
    return Term(text, "number", False)


# Scalar functions -----------------------------------------------------------------------------


def _args(compiler: SqlCompiler, node: ast.Call, *types: str) -> list[Term]:
    if len(node.args) != len(types):
        raise compiler.refused(node, f"{len(types)} arguments compile to SQL, not {len(node.args)}")
    terms = [compiler.term(arg) for arg in node.args]
    for term, wanted, arg in zip(terms, types, node.args, strict=True):
        if term.type != wanted:
            raise compiler.refused(arg, f"a {wanted} is wanted here, not a {term.type}")
    return terms


def _nullable(*terms: Term) -> bool:
    return any(term.nullable for term in terms)


def _today(compiler: SqlCompiler, node: ast.Call) -> Term:
    compiler.bind("today")
    return Term("%(today)s::date", "date", False)


def _now(compiler: SqlCompiler, node: ast.Call) -> Term:
    compiler.bind("now")
    return Term("%(now)s::timestamptz", "date and time", False)


def _one(template: str, argument: str, result: str) -> Compile:
    def compile_(compiler: SqlCompiler, node: ast.Call) -> Term:
        (of,) = _args(compiler, node, argument)
        return Term(template.format(of.sql), result, of.nullable)

    return compile_


def _two(template: str, types: tuple[str, str], result: str) -> Compile:
    def compile_(compiler: SqlCompiler, node: ast.Call) -> Term:
        a, b = _args(compiler, node, *types)
        return Term(template.format(a.sql, b.sql), result, _nullable(a, b))

    return compile_


def _rounded(template: str) -> Compile:
    def compile_(compiler: SqlCompiler, node: ast.Call) -> Term:
        of, scale = _args(compiler, node, "number", "number")
        whole = scale.constant and scale.value == int(scale.value)
        if not whole or not -1000 < scale.value < 1000:
            raise compiler.refused(node.args[1], "the scale must be a whole constant")
        digits = int(scale.value)
        text = template.format(
            x=f"{of.sql}::numeric", n=digits, up=f"1e{digits}", down=f"1e{-digits}"
        )
        return Term(f"trim_scale({text})", "number", of.nullable)

    return compile_


def _extreme(function: str) -> Compile:
    def compile_(compiler: SqlCompiler, node: ast.Call) -> Term:
        terms = [compiler.term(arg) for arg in node.args]
        of = compiler.common(node, *terms)
        if of not in ("number", "date") or len(terms) < 2:
            raise compiler.refused(node, "two or more numbers or dates are wanted here")
        values = ", ".join(term.sql for term in terms)
        checks = [f"{term.sql} IS NULL" for term in terms if term.nullable]
        text = f"{function}({values})"
        if checks:
            text = f"(CASE WHEN {' OR '.join(checks)} THEN NULL ELSE {text} END)"
        return Term(text, of, bool(checks))

    return compile_


def _modulo(compiler: SqlCompiler, node: ast.Call) -> Term:
    a, b = _args(compiler, node, "number", "number")
    divisor = f"nullif({b.sql}, 0)"
    return Term(f"mod(mod({a.sql}, {divisor}) + {divisor}, {divisor})", "number")


# A count is a bigint, whose rounding would be a double: hence the casts.
FUNCTIONS: dict[str, Compile] = {
    "today": _today,
    "now": _now,
    "abs": _one("abs({})", "number", "number"),
    "floor": _one("floor({}::numeric)", "number", "number"),
    "ceiling": _one("ceil({}::numeric)", "number", "number"),
    "round half up": _rounded("round({x}, {n})"),
    "round down": _rounded("trunc({x}, {n})"),
    "round up": _rounded("sign({x}) * ceil(abs({x}) * {up}) * {down}"),
    "modulo": _modulo,
    "min": _extreme("LEAST"),
    "max": _extreme("GREATEST"),
    "string length": _one("char_length({})::numeric", "string", "number"),
    "contains": _two("(strpos({}, {}) > 0)", ("string", "string"), "boolean"),
    "starts with": _two("starts_with({}, {})", ("string", "string"), "boolean"),
    "ends with": _two("(right({0}, char_length({1})) = {1})", ("string", "string"), "boolean"),
}
