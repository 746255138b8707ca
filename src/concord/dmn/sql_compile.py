"""The compiler behind `concord.dmn.sql`: syntax tree in, terms of PostgreSQL out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from concord.dmn.columns import constant_value, is_constant
from concord.dmn.feel import ast
from concord.dmn.feel.expression import Expression
from concord.dmn.feel.temporal import micros_of_duration
from concord.dmn.feel.values import Value, YearsMonths, kind
from concord.dmn.problems import Place, Problem, SqlRefusedError, did_you_mean
from concord.dmn.sql import ARRAYS, DIALECTS, TYPES, Aggregate, Field, ListSource, Sql, SqlSchema

DAYS = "days and time duration"
MONTHS = "years and months duration"
NULL = "null"
DAY_MICROS = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Term:
    """A piece of SQL with its FEEL type; `value` where it is a constant."""

    sql: str
    type: str
    nullable: bool = True
    value: Value = None
    constant: bool = False


@dataclass(frozen=True, slots=True)
class Records:
    """A record list with the conditions on it."""

    name: str
    source: ListSource
    conditions: tuple[str, ...]
    present: frozenset[str]  # fields that the conditions keep from being null


class SqlCompiler:
    """Compiles one expression."""

    def __init__(
        self,
        expression: Expression,
        schema: SqlSchema,
        dialect: str,
        prefix: str,
        *,
        grouped: bool = False,
        params: dict[str, Any] | None = None,
    ) -> None:
        self.expression = expression
        self.schema = schema
        self.prefix = prefix
        self.grouped = grouped
        self.params: dict[str, Any] = {} if params is None else params
        self.binds: set[str] = set()
        self.aggregates: list[Aggregate] = []
        self.scopes: list[tuple[str, ListSource]] = []  # the variable, or "" in a filter
        if dialect not in DIALECTS:
            raise self.refused(expression.tree, f"'{dialect}' is no dialect that is compiled to")

    def sql(self, term: Term) -> Sql:
        return Sql(term.sql, self.params, term.type, frozenset(self.binds))

    def result(self) -> Term:
        """The whole expression; a duration cannot leave it."""
        term = self.term(self.expression.tree)
        if term.type in (DAYS, MONTHS):
            message = 'a duration cannot be the result; divide it by duration("P1D") for days'
            raise self.refused(self.expression.tree, message)
        return term

    def refused(self, node: ast.Node, message: str) -> SqlRefusedError:
        at = self.expression.place
        text = self.expression.text
        place = Place(at.decision, at.table, at.rule, at.column, text, node.start, node.end)
        return SqlRefusedError([Problem("sql.refused", message, place)])

    # Terms ------------------------------------------------------------------------------------

    def term(self, node: ast.Node) -> Term:
        """A value."""
        match node:
            case ast.Literal():
                return self.literal(node, node.value)
            case ast.ListLiteral():
                return self.array(node)
            case ast.Name() | ast.Path():
                return self.name(node)
            case ast.Arithmetic():
                return self.arithmetic(node)
            case ast.Negation():
                return self.negation(node)
            case ast.If():
                return self.if_(node)
            case ast.Call():
                return self.call(node)
            case ast.Quantified():
                return self.quantified(node)
            case ast.Comparison() | ast.And() | ast.Or() | ast.Between() | ast.In():
                return Term(self.condition(node, exact=True), "boolean")
        raise self.refused(node, "this has no exact counterpart in SQL")

    def literal(self, node: ast.Node, value: Value) -> Term:
        match value:
            case None:
                return Term("NULL", NULL, value=None, constant=True)
            case bool():
                return Term("TRUE" if value else "FALSE", "boolean", False, value, True)
            case int() | Decimal() | str() | dt.datetime() | dt.date():
                return self._bound(node, value)
            case dt.timedelta():
                micros = micros_of_duration(value)
                return Term(f"({micros}::numeric)", DAYS, False, value, True)
            case YearsMonths():
                return Term(f"make_interval(months => {value.months})", MONTHS, False, value, True)
        raise self.refused(node, f"a {kind(value)} has no exact counterpart in SQL")

    def array(self, node: ast.ListLiteral) -> Term:
        """A list of constants of one type; an empty one counts as strings."""
        if not all(is_constant(item) for item in node.items):
            raise self.refused(node, "only a list of constants has an exact counterpart in SQL")
        values = [constant_value(item) for item in node.items]
        kinds = {kind(value) for value in values} or {"string"}
        of = f"list<{kinds.pop()}>"
        if kinds or of not in ARRAYS:
            raise self.refused(node, "a list of several types has no exact counterpart in SQL")
        name = f"{self.prefix}_{len(self.params)}"
        self.params[name] = values
        return Term(f"%({name})s::{ARRAYS[of]}", of, False, values, True)

    def _bound(self, node: ast.Node, value: Value) -> Term:
        if isinstance(value, str) and "\x00" in value:
            raise self.refused(node, "PostgreSQL has no character 0")
        if isinstance(value, dt.datetime) and value.tzinfo is None:
            raise self.refused(
                node, "a date and time without a zone has no exact counterpart in SQL"
            )
        name = f"{self.prefix}_{len(self.params)}"
        self.params[name] = value
        of = kind(value)
        return Term(f"%({name})s::{TYPES[of]}", of, False, value, True)

    def name(self, node: ast.Name | ast.Path) -> Term:
        """A scalar, a field of the record at hand, or a property of a date."""
        found = self.resolve(node)
        if found is not None:
            self._known_type(node, found.type)
            return found
        if isinstance(node, ast.Path):
            if isinstance(node.of, ast.Name) and self.resolve(node.of) is None:
                raise self.unknown(node)
            return self.property(node)
        if node.builtin:
            raise self.refused(node, f"'{node.name}' cannot stand alone here")
        raise self.unknown(node)

    def unknown(self, node: ast.Node) -> SqlRefusedError:
        name = _dotted(node) or ""
        known = [*self.schema.scalars, *self.schema.lists, *self._fields()]
        return self.refused(node, f"'{name}' is not known here{did_you_mean(name, known)}")

    def _known_type(self, node: ast.Node, of: str) -> None:
        if of not in TYPES and not of.startswith("list<"):
            raise self.refused(node, f"a {of} has no exact counterpart in SQL")

    def _fields(self) -> Iterator[str]:
        for _, source in self.scopes:
            yield from source.fields

    def resolve(self, node: ast.Name | ast.Path) -> Term | None:
        path = _dotted(node)
        if path is None:
            return None
        for variable, source in reversed(self.scopes):
            name = _within(path, variable)
            if name is not None and name in source.fields:
                return _field(source.fields[name])
        return _field(self.schema.scalars[path]) if path in self.schema.scalars else None

    def property(self, node: ast.Path) -> Term:
        of = self.term(node.of)
        parts = {"year": "year", "month": "month", "day": "day", "weekday": "isodow"}
        if of.type != "date" or node.name not in parts:
            raise self.refused(node, f"'.{node.name}' has no exact counterpart in SQL here")
        return Term(f"extract({parts[node.name]} FROM {of.sql})", "number", of.nullable)

    def if_(self, node: ast.If) -> Term:
        condition = self.condition(node.condition)
        then, otherwise = self.term(node.then), self.term(node.otherwise)
        of = self.common(node, then, otherwise)
        text = f"(CASE WHEN {condition} THEN {then.sql} ELSE {otherwise.sql} END)"
        return Term(text, of, then.nullable or otherwise.nullable)

    def common(self, node: ast.Node, *terms: Term) -> str:
        """The one type of the terms; null goes with any."""
        types = {term.type for term in terms} - {NULL}
        if len(types) > 1:
            raise self.refused(node, f"{' and '.join(sorted(types))} do not go together in SQL")
        return types.pop() if types else NULL

    # Arithmetic -------------------------------------------------------------------------------

    def negation(self, node: ast.Negation) -> Term:
        of = self.term(node.of)
        if of.type not in ("number", DAYS):
            raise self.refused(node, f"a {of.type} has no negative")
        return Term(f"(- {of.sql})", of.type, of.nullable)

    def arithmetic(self, node: ast.Arithmetic) -> Term:
        left, right = self.term(node.left), self.term(node.right)
        nullable = left.nullable or right.nullable
        if left.type == right.type == "number":
            return self.numeric(node, left, right, nullable)
        if node.op in ("+", "-"):
            return self.shift(node, left, right, nullable)
        if left.type == DAYS and right.type == "number" and node.op == "*":
            self._whole(node, right)
            return Term(f"({left.sql} * {right.sql})", DAYS, nullable)
        if left.type == right.type == DAYS and node.op == "/":
            return self.quotient(left, right)
        raise self.wrong(node, node.op, left, right)

    def _whole(self, node: ast.Node, factor: Term) -> None:
        if not (factor.constant and factor.value == int(factor.value)):
            raise self.refused(node, "a duration is multiplied exactly only by a whole number")

    def wrong(self, node: ast.Node, op: str, left: Term, right: Term) -> SqlRefusedError:
        return self.refused(
            node, f"'{op}' with {left.type} and {right.type} has no counterpart in SQL"
        )

    def numeric(self, node: ast.Arithmetic, left: Term, right: Term, nullable: bool) -> Term:
        if node.op in ("+", "-", "*"):
            return Term(f"({left.sql} {node.op} {right.sql})", "number", nullable)
        if node.op == "/":
            return self.quotient(left, right)
        raise self.refused(node, f"'{node.op}' has no exact counterpart in SQL")

    def quotient(self, left: Term, right: Term) -> Term:
        """Forty digits after the point; a division by zero is null."""
        nullable = not (right.constant and right.value and not left.nullable)
        divisor = right.sql if right.constant and right.value else f"nullif({right.sql}, 0)"
        # The digits of numeric division follow the operands' scale, hence the zeros.
        text = f"trim_scale(({left.sql} + 0e-40) / {divisor})"
        return Term(text, "number", nullable)

    def shift(self, node: ast.Arithmetic, left: Term, right: Term, nullable: bool) -> Term:
        """Sums and differences of dates, durations and strings."""
        op, types = node.op, (left.type, right.type)
        if types == ("string", "string") and op == "+":
            return Term(f"({left.sql} || {right.sql})", "string", nullable)
        if types == (DAYS, DAYS):
            return Term(f"({left.sql} {op} {right.sql})", DAYS, nullable)
        if types == ("date", "date") and op == "-":
            text = f"(({left.sql} - {right.sql})::numeric * {DAY_MICROS})"
            return Term(text, DAYS, nullable)
        if types in ((DAYS, "date"), (MONTHS, "date")) and op == "+":
            left, right = right, left
        if left.type == "date" and right.type == DAYS:
            return self._days_later(node, left, right, nullable)
        if left.type == "date" and right.type == MONTHS:
            return Term(f"({left.sql} {op} {right.sql})::date", "date", nullable)
        raise self.wrong(node, op, left, right)

    def _days_later(self, node: ast.Arithmetic, date: Term, shift: Term, nullable: bool) -> Term:
        if not shift.constant:
            text = f"({date.sql} {node.op} ({shift.sql} / {DAY_MICROS})::integer)"
            if "numeric * 86400000000)" not in shift.sql:
                raise self.refused(node, "a date is moved exactly only by a constant duration")
            return Term(text, "date", nullable)
        days, rest = divmod(micros_of_duration(shift.value), DAY_MICROS)
        if rest:
            raise self.refused(node, "a date is moved exactly only by whole days")
        return Term(f"({date.sql} {node.op} {days})", "date", nullable)

    # Conditions -------------------------------------------------------------------------------

    def condition(self, node: ast.Node, *, exact: bool = False) -> str:
        """A condition. Where only its truth counts (a filter), an equality with a value that is
        never null may be SQL's; with `exact` false and null are told apart."""
        match node:
            case ast.And() | ast.Or():
                op = "AND" if isinstance(node, ast.And) else "OR"
                left = self.condition(node.left, exact=exact)
                right = self.condition(node.right, exact=exact)
                return f"({left} {op} {right})"
            case ast.Comparison():
                return self.comparison(node, exact=exact)
            case ast.Between():
                of, low, high = (self.term(each) for each in (node.of, node.low, node.high))
                above = self.ordered(node, ">=", of, low)
                return f"({above} AND {self.ordered(node, '<=', of, high)})"
            case ast.In():
                return self.in_(node, exact=exact)
            case ast.Call(function=ast.Name(name="not", builtin=True), args=(of_,)):
                return f"(NOT {self.condition(of_, exact=True)})"
        term = self.term(node)
        if term.type not in ("boolean", NULL):
            raise self.refused(node, f"a condition is true or false, not a {term.type}")
        return term.sql if term.type != NULL else "NULL::boolean"

    def comparison(self, node: ast.Comparison, *, exact: bool) -> str:
        left, right = self.term(node.left), self.term(node.right)
        if node.op in ("=", "!="):
            return self.equality(node, node.op, left, right, exact=exact)
        return self.ordered(node, node.op, left, right)

    def equality(self, node: ast.Node, op: str, left: Term, right: Term, *, exact: bool) -> str:
        negated = op == "!="
        if NULL in (left.type, right.type):
            other = right if left.type == NULL else left
            if other.type == NULL:
                return "FALSE" if negated else "TRUE"
            return f"({other.sql} IS {'NOT ' if negated else ''}NULL)"
        self.comparable(node, op, left, right)
        if not (left.nullable or right.nullable):
            return f"({left.sql} {'<>' if negated else '='} {right.sql})"
        if not exact and not negated and not (left.nullable and right.nullable):
            return f"({left.sql} = {right.sql})"
        return f"({left.sql} IS {'' if negated else 'NOT '}DISTINCT FROM {right.sql})"

    def comparable(self, node: ast.Node, op: str, left: Term, right: Term) -> None:
        if left.type != right.type or left.type.startswith("list<") or left.type == MONTHS:
            raise self.wrong(node, op, left, right)

    def ordered(self, node: ast.Node, op: str, left: Term, right: Term) -> str:
        if NULL in (left.type, right.type):
            return "NULL::boolean"
        self.comparable(node, op, left, right)
        if left.type == "boolean":
            raise self.wrong(node, op, left, right)
        collate = ' COLLATE "C"' if left.type == "string" else ""
        return f"({left.sql} {op} {right.sql}{collate})"

    def in_(self, node: ast.In, *, exact: bool) -> str:
        of = self.term(node.of)
        tests = [self.test(each, of, exact=exact) for each in node.tests.tests]
        return f"({' OR '.join(tests)})"

    def test(self, node: ast.Node, of: Term, *, exact: bool) -> str:
        match node:
            case ast.Operator(op=op) if op in ("=", "!="):
                return self.equality(node, op, of, self.term(node.of), exact=exact)
            case ast.Operator():
                return self.ordered(node, node.op, of, self.term(node.of))
            case ast.RangeLiteral():
                return self.within(node, of)
            case ast.ListLiteral() if node.items:
                tests = [self.test(each, of, exact=exact) for each in node.items]
                # An item that is null keeps `in` from nothing: FEEL asks for one that holds.
                return f"(({' OR '.join(tests)}) IS TRUE)"
        return self.equality(node, "=", of, self.term(node), exact=exact)

    def within(self, node: ast.RangeLiteral, of: Term) -> str:
        low, high = self.term(node.low), self.term(node.high)
        for end in (low, high):
            if not end.constant or end.value is None:
                raise self.refused(node, "a range compiles exactly only with constant ends")
        if self._backwards(low.value, high.value):
            raise self.refused(node, "the range ends before it begins")
        above = self.ordered(node, ">=" if node.low_closed else ">", of, low)
        below = self.ordered(node, "<=" if node.high_closed else "<", of, high)
        return f"({above} AND {below})"

    def _backwards(self, low: Value, high: Value) -> bool:
        from concord.dmn.feel.operators import compare

        return compare(low, high) not in (-1, 0)

    # Functions --------------------------------------------------------------------------------

    def call(self, node: ast.Call) -> Term:
        from concord.dmn.sql_functions import FUNCTIONS, aggregate

        if not isinstance(node.function, ast.Name) or not node.function.builtin or node.names:
            raise self.refused(
                node, "only built-in functions with arguments by position compile to SQL"
            )
        name = node.function.name
        if name == "not":
            return Term(self.condition(node, exact=True), "boolean")
        constant = self.constant_call(node, name)
        if constant is not None:
            return constant
        found = aggregate(self, node, name)
        if found is not None:
            return found
        if name not in FUNCTIONS:
            raise self.refused(node, f"'{name}' has no exact counterpart in SQL")
        return FUNCTIONS[name](self, node)

    def constant_call(self, node: ast.Call, name: str) -> Term | None:
        """`date("2026-11-21")`, `duration("P1D")` and their kind are values already."""
        if name not in ("date", "duration", "date and time", "time", "number"):
            return None
        if not all(isinstance(arg, ast.Literal) for arg in node.args):
            return None
        return self.literal(node, constant_value(node))

    def bind(self, name: str) -> None:
        self.binds.add(name)

    # Records ----------------------------------------------------------------------------------

    def records(self, node: ast.Node, variable: str = "") -> Records | None:
        """The record list that the node picks, or null where it is none."""
        if isinstance(node, ast.Name) and node.name in self.schema.lists:
            return Records(node.name, self.schema.lists[node.name], (), frozenset())
        if not isinstance(node, ast.Filter):
            return None
        of = self.records(node.of)
        if of is None:
            return None
        if isinstance(node.condition, ast.Literal) and kind(node.condition.value) == "number":
            raise self.refused(node.condition, "records have no position in SQL")
        self.scopes.append(("", of.source))
        term = self._filter_condition(node.condition)
        self.scopes.pop()
        present = of.present | frozenset(present_fields(node.condition))
        return Records(of.name, of.source, (*of.conditions, term), present)

    def _filter_condition(self, node: ast.Node) -> str:
        if isinstance(node, ast.Name | ast.Path | ast.Arithmetic | ast.Call):
            term = self.term(node)
            if term.type != "boolean":
                raise self.refused(node, f"a condition is true or false, not a {term.type}")
            return term.sql
        return self.condition(node)

    def quantified(self, node: ast.Quantified) -> Term:
        """`some` and `every` over one record list, three-valued as FEEL has it."""
        if len(node.domains) != 1 or node.domains[0].high is not None:
            raise self.refused(node, "only one record list can be gone through in SQL")
        domain = node.domains[0]
        records = self.records(domain.low)
        if records is None:
            raise self.refused(domain, "a record list is wanted here")
        self.scopes.append((domain.name, records.source))
        body = self.condition(node.body, exact=True)
        self.scopes.pop()
        settled = f"{body} IS {'FALSE' if node.every else 'TRUE'}"
        hits = self.aggregated(records, "count(*)", (settled,), "number")
        open_ = self.aggregated(records, "count(*)", (f"{body} IS NULL",), "number")
        first, last = ("FALSE", "TRUE") if node.every else ("TRUE", "FALSE")
        text = f"(CASE WHEN {hits} > 0 THEN {first} WHEN {open_} > 0 THEN NULL ELSE {last} END)"
        return Term(text, "boolean")

    def aggregated(self, records: Records, function: str, more: tuple[str, ...], of: str) -> str:
        """An aggregate over the records: a subquery, or the name of a grouped one."""
        only = (records.source.only,) if records.source.only else ()
        conditions = [*only, *records.conditions, *more]
        is_count = function.startswith("count(")
        if not self.grouped:
            return _subquery(records.source, function, conditions)
        text = _filtered(function, conditions)
        name = self._name_of(records.name, text, of)
        return f"coalesce({name}, 0)" if is_count else name

    def _name_of(self, list_: str, text: str, of: str) -> str:
        for each in self.aggregates:
            if (each.list, each.text) == (list_, text):
                return each.name
        name = f"{self.prefix}_a{len(self.aggregates)}"
        self.aggregates.append(Aggregate(name, list_, text, of))
        return name


def _subquery(source: ListSource, function: str, conditions: list[str]) -> str:
    where = [*([source.correlate] if source.correlate else []), *conditions]
    tail = f" WHERE {' AND '.join(where)}" if where else ""
    # Compiled terms and the schema's own SQL; every literal is bound.
    return f"(SELECT {function} FROM {source.from_sql} {source.alias}{tail})"  # noqa: S608


def _filtered(function: str, conditions: list[str]) -> str:
    tail = f" FILTER (WHERE {' AND '.join(conditions)})" if conditions else ""
    return f"{function}{tail}"


def _field(of: Field | tuple[str, str]) -> Term:
    field = of if isinstance(of, Field) else Field(*of)
    plain = field.sql.replace(".", "").replace('"', "").isidentifier()
    return Term(field.sql if plain else f"({field.sql})", field.type, field.nullable)


def _dotted(node: ast.Node) -> str | None:
    if isinstance(node, ast.Name):
        return node.name
    if isinstance(node, ast.Path):
        of = _dotted(node.of)
        return None if of is None else f"{of}.{node.name}"
    return None


def _within(path: str, variable: str) -> str | None:
    """The field that a path means in the scope of a record."""
    if variable:
        return path[len(variable) + 1 :] if path.startswith(f"{variable}.") else None
    return path[len("item.") :] if path.startswith("item.") else path


def present_fields(node: ast.Node) -> Iterator[str]:
    """Fields that are not null wherever the condition holds."""
    match node:
        case ast.And():
            yield from present_fields(node.left)
            yield from present_fields(node.right)
        case ast.Comparison(op="!=", right=ast.Literal(value=None)):
            yield from _plain_name(node.left)
        case ast.Comparison(op="!=" | "="):
            if (
                node.op == "="
                and isinstance(node.right, ast.Literal)
                and (node.right.value is not None)
            ):
                yield from _plain_name(node.left)
        case ast.Comparison():
            yield from _plain_name(node.left)
            yield from _plain_name(node.right)
        case ast.Between():
            yield from _plain_name(node.of)


def _plain_name(node: ast.Node) -> Iterator[str]:
    if isinstance(node, ast.Name):
        yield node.name
