"""Record lists: filters, aggregates over them, and `some` and `every`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from concord.dmn.feel import ast
from concord.dmn.feel.values import kind
from concord.dmn.sql import Aggregate, ListSource
from concord.dmn.sql.terms import (
    Node,
    Term,
    all_of,
    binary,
    call,
    case,
    false,
    integer,
    is_false,
    is_null,
    is_true,
    null,
    true,
    verbatim,
)

if TYPE_CHECKING:
    from concord.dmn.sql.compiler import SqlCompiler

AGGREGATES = {
    "sum": ("number",),
    "mean": ("number",),
    "min": ("number", "date", "string"),
    "max": ("number", "date", "string"),
}


@dataclass(frozen=True, slots=True)
class Records:
    """A record list with the conditions on it. `present` are the fields that the conditions keep
    from being null."""

    name: str
    source: ListSource
    conditions: tuple[Node, ...]
    present: frozenset[str]


def records(compiler: SqlCompiler, node: ast.Node) -> Records | None:
    """The record list that the node picks, or null where it is none."""
    if isinstance(node, ast.Name) and node.name in compiler.schema.lists:
        return Records(node.name, compiler.schema.lists[node.name], (), frozenset())
    if not isinstance(node, ast.Filter):
        return None
    of = records(compiler, node.of)
    if of is None:
        return None
    if isinstance(node.condition, ast.Literal) and kind(node.condition.value) == "number":
        raise compiler.refused(node.condition, "records have no position in SQL")
    compiler.scopes.append(("", of.source))
    condition = compiler.condition(node.condition)
    compiler.scopes.pop()
    present = of.present | frozenset(present_fields(node.condition))
    return Records(of.name, of.source, (*of.conditions, condition), present)


def present_fields(node: ast.Node) -> Iterator[str]:
    """Fields that are not null wherever the condition holds."""
    match node:
        case ast.And():
            yield from present_fields(node.left)
            yield from present_fields(node.right)
        case ast.Comparison(op="!=", right=ast.Literal(value=None)):
            yield from _plain_name(node.left)
        case ast.Comparison(op="=", right=ast.Literal(value=value)) if value is not None:
            yield from _plain_name(node.left)
        case ast.Comparison(op="<" | "<=" | ">" | ">="):
            yield from _plain_name(node.left)
            yield from _plain_name(node.right)
        case ast.Between():
            yield from _plain_name(node.of)


def _plain_name(node: ast.Node) -> Iterator[str]:
    if isinstance(node, ast.Name):
        yield node.name


# Some and every -------------------------------------------------------------------------------


def quantified(compiler: SqlCompiler, node: ast.Quantified) -> Term:
    """`some` and `every` over one record list, three-valued as FEEL has it."""
    if len(node.domains) != 1 or node.domains[0].high is not None:
        raise compiler.refused(node, "only one record list can be gone through in SQL")
    domain = node.domains[0]
    of = records(compiler, domain.low)
    if of is None:
        raise compiler.refused(domain, "a record list is wanted here")
    compiler.scopes.append((domain.name, of.source))
    body = compiler.condition(node.body, exact=True)
    compiler.scopes.pop()
    settled = is_false(body) if node.every else is_true(body)
    hits = counted(compiler, of, settled)
    open_ = counted(compiler, of, is_null(body))
    first, last = (false(), true()) if node.every else (true(), false())
    none = integer(0)
    sql = case([(binary(hits, ">", none), first), (binary(open_, ">", none), null())], last)
    return Term(sql, "boolean")


# Aggregates -----------------------------------------------------------------------------------


def aggregate(compiler: SqlCompiler, node: ast.Call, name: str) -> Term | None:
    """The call as an aggregate over records, or null where its argument is no record list."""
    if len(node.args) != 1:
        return None
    of = node.args[0]
    if name == "count" and (distinct := _distinct_call(of)) is not None:
        return _count_distinct(compiler, distinct)
    found, value = _records_and_field(compiler, of)
    if found is None:
        return None
    if name == "count":
        return Term(compiler.dialect.integral(counted(compiler, found)), "number", False)
    if value is None:
        raise compiler.refused(node, f"'{name}' wants a field of the records")
    if name == "distinct values":
        return _distinct(compiler, found, value)
    if name not in AGGREGATES:
        raise compiler.refused(node, f"'{name}' over records has no exact counterpart in SQL")
    wanted = AGGREGATES[name]
    if value.type not in wanted:
        raise compiler.refused(node, f"'{name}' wants {' or '.join(wanted)}, not a {value.type}")
    if name == "mean":
        compiler.exactly(node, "division")
    return _poisoned(compiler, found, name, value, of)


def _distinct_call(node: ast.Node) -> ast.Call | None:
    match node:
        case ast.Call(function=ast.Name(name="distinct values"), args=(_,)):
            return node
    return None


def _records_and_field(compiler: SqlCompiler, node: ast.Node) -> tuple[Records | None, Term | None]:
    """`invoice[…].amount` or `invoice[…]`."""
    found = records(compiler, node)
    if found is not None or not isinstance(node, ast.Path):
        return found, None
    found = records(compiler, node.of)
    if found is None:
        return None, None
    compiler.scopes.append(("", found.source))
    value = compiler.name(ast.Name(node.name, start=node.start, end=node.end))
    compiler.scopes.pop()
    return found, value


def _poisoned(compiler: SqlCompiler, of: Records, name: str, value: Term, node: ast.Node) -> Term:
    """The aggregate; null where a value is null, as FEEL has it."""
    function = "sum" if name == "mean" else name
    each = compiler.dialect.ordered(value.sql, value.type)
    total = aggregated(compiler, of, call(function, each), (), value.type)
    if name == "mean":
        count = call("nullif", counted(compiler, of), integer(0))
        total = compiler.dialect.division(total, count)
    if _may_lack(of, value, node):
        missing = counted(compiler, of, is_null(value.sql))
        total = case([(binary(missing, "=", integer(0)), total)])
    if name != "sum":
        return Term(total, value.type, scale=value.scale, long=name == "mean")
    return compiler.number(node, total, value.scale)


def _may_lack(of: Records, value: Term, node: ast.Node) -> bool:
    field = node.name if isinstance(node, ast.Path) else ""
    return value.nullable and field not in of.present


def _distinct(compiler: SqlCompiler, of: Records, value: Term) -> Term:
    """In the order of its values, null last."""
    each = compiler.dialect.ordered(value.sql, value.type)
    function = compiler.dialect.distinct(each)
    kept = f"list<{value.type}>"
    found = aggregated(compiler, of, function, (), kept)
    empty = compiler.dialect.array((), value.type)
    return Term(call("coalesce", compiler.dialect.sorted(found), empty), kept, False)


def _count_distinct(compiler: SqlCompiler, node: ast.Call) -> Term | None:
    of, value = _records_and_field(compiler, node.args[0])
    if of is None or value is None:
        return None
    function = call("count", exp.Distinct(expressions=[value.sql]))
    count = aggregated(compiler, of, function, (), "number")
    if _may_lack(of, value, node.args[0]):
        missing = counted(compiler, of, is_null(value.sql))
        count = binary(
            count, "+", case([(binary(missing, ">", integer(0)), integer(1))], integer(0))
        )
    return Term(compiler.dialect.integral(count), "number", False)


def counted(compiler: SqlCompiler, of: Records, *more: Node) -> Node:
    return aggregated(compiler, of, call("count", exp.Star()), more, "number")


def aggregated(
    compiler: SqlCompiler, of: Records, function: Node, more: Sequence[Node], kept: str
) -> Node:
    """An aggregate over the records: a subquery, or the name of a grouped one."""
    only = [verbatim(of.source.only)] if of.source.only else []
    conditions = [*only, *of.conditions, *more]
    if not compiler.grouped:
        return _subquery(of.source, function, conditions)
    if conditions:
        where = exp.Where(this=_bare(all_of(conditions)))
        name = _name_of(compiler, of.name, exp.Filter(this=function, expression=where), kept)
    else:
        name = _name_of(compiler, of.name, function, kept)
    is_count = isinstance(function, exp.Anonymous) and function.this == "count"
    return call("coalesce", name, integer(0)) if is_count else name


def _bare(condition: Node) -> Node:
    """Without the outer parentheses."""
    return condition.this if isinstance(condition, exp.Paren) else condition


def _subquery(source: ListSource, function: Node, conditions: list[Node]) -> Node:
    where = [*([verbatim(source.correlate)] if source.correlate else []), *conditions]
    table = verbatim(f"{source.from_sql} {source.alias}")
    select = exp.Select(expressions=[function], from_=exp.From(this=table))
    if where:
        select.set("where", exp.Where(this=_bare(all_of(where))))
    return exp.Subquery(this=select)


def _name_of(compiler: SqlCompiler, list_: str, function: Node, kept: str) -> Node:
    text = compiler.text(function)
    for each in compiler.aggregates:
        if (each.list, each.text) == (list_, text):
            return verbatim(each.name)
    name = f"{compiler.prefix}_a{len(compiler.aggregates)}"
    compiler.aggregates.append(Aggregate(name, list_, text, kept))
    return verbatim(name)
