"""One expression to SQL: what each part of its syntax tree becomes, with its type."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from concord.dmn.columns import constant_value, is_constant
from concord.dmn.feel import ast
from concord.dmn.feel.expression import Expression
from concord.dmn.feel.temporal import micros_of_duration
from concord.dmn.feel.values import Value, YearsMonths, kind
from concord.dmn.problems import Place, Problem, SqlRefusedError, did_you_mean
from concord.dmn.sql import (
    Aggregate,
    Field,
    ListSource,
    Sql,
    SqlSchema,
    arithmetic,
    conditions,
    records,
)
from concord.dmn.sql.dialects import DIALECTS, LISTS, Dialect, scale_of
from concord.dmn.sql.functions import FUNCTIONS
from concord.dmn.sql.terms import (
    DAYS,
    MONTHS,
    NULL,
    Node,
    Term,
    case,
    false,
    null,
    true,
    verbatim,
)

Inlined = Callable[[list[Term], Sequence[str]], Term]
PARTS = {"year": "year", "month": "month", "day": "day", "weekday": "isodow"}


class SqlCompiler:
    """Compiles one expression. `terms` are names that are SQL already, `functions` what is put in
    the place of a call; `scopes` are the record
    lists that are gone through, with the variable of each, or "" in a filter."""

    def __init__(
        self,
        expression: Expression,
        schema: SqlSchema,
        dialect: str,
        prefix: str,
        *,
        grouped: bool = False,
        params: dict[str, Any] | None = None,
        terms: Mapping[str, Term] | None = None,
        functions: Mapping[str, Inlined] | None = None,
    ) -> None:
        self.expression = expression
        self.schema = schema
        self.prefix = prefix
        self.grouped = grouped
        self.terms = terms or {}
        self.functions = functions or {}
        self.params: dict[str, Any] = {} if params is None else params
        self.binds: set[str] = set()
        self.aggregates: list[Aggregate] = []
        self.scopes: list[tuple[str, ListSource]] = []
        if dialect not in DIALECTS:
            raise self.refused(expression.tree, f"'{dialect}' is no dialect that is compiled to")
        self.dialect: Dialect = DIALECTS[dialect]

    def text(self, node: Node) -> str:
        """The tree as the dialect's SQL."""
        return self.dialect.text(node)

    def sql(self, term: Term) -> Sql:
        return Sql(self.text(term.sql), self.params, term.type, frozenset(self.binds))

    def result(self) -> Term:
        """The whole expression; a duration cannot leave it."""
        term = self.term(self.expression.tree)
        if term.type in (DAYS, MONTHS):
            message = 'a duration cannot be the result; divide it by duration("P1D") for days'
            raise self.refused(self.expression.tree, message)
        return term

    def condition(self, node: ast.Node, *, exact: bool = False) -> Node:
        """See `conditions.condition`."""
        return conditions.condition(self, node, exact=exact)

    def refused(self, node: ast.Node, message: str) -> SqlRefusedError:
        at = self.expression.place
        text = self.expression.text
        place = Place(at.decision, at.table, at.rule, at.column, text, node.start, node.end)
        return SqlRefusedError([Problem("sql.refused", message, place)])

    def exactly(self, node: ast.Node, what: str) -> None:
        """Refuse what the dialect does not do exactly."""
        if what in self.dialect.inexact:
            raise self.refused(node, self.dialect.inexact[what])

    # Terms ------------------------------------------------------------------------------------

    def term(self, node: ast.Node) -> Term:
        """A value. What is constant is computed by FEEL itself."""
        match node:
            case ast.Literal():
                return self.literal(node, node.value)
            case ast.Arithmetic() | ast.Negation() | ast.Call() if is_constant(node):
                return self.literal(node, constant_value(node))
            case ast.ListLiteral():
                return self.array(node)
            case ast.Name() | ast.Path():
                return self.name(node)
            case ast.Arithmetic():
                return arithmetic.arithmetic(self, node)
            case ast.Negation():
                return arithmetic.negation(self, node)
            case ast.If():
                return self.if_(node)
            case ast.Call():
                return self.call(node)
            case ast.Quantified():
                return records.quantified(self, node)
            case ast.Comparison() | ast.And() | ast.Or() | ast.Between() | ast.In():
                return Term(self.condition(node, exact=True), "boolean")
        raise self.refused(node, "this has no exact counterpart in SQL")

    def literal(self, node: ast.Node, value: Value) -> Term:
        match value:
            case None:
                return Term(null(), NULL, value=None, constant=True)
            case bool():
                return Term(true() if value else false(), "boolean", False, value, True)
            case int() | Decimal() | str() | dt.datetime() | dt.date():
                return self._bound(node, value)
            case dt.timedelta():
                micros = self.dialect.literal_micros(micros_of_duration(value))
                return Term(micros, DAYS, False, value, True)
            case YearsMonths():
                return Term(null(), MONTHS, False, value, True)
        raise self.refused(node, f"a {kind(value)} has no exact counterpart in SQL")

    def array(self, node: ast.ListLiteral) -> Term:
        """A list of constants of one type; an empty one counts as strings."""
        if not all(is_constant(item) for item in node.items):
            raise self.refused(node, "only a list of constants has an exact counterpart in SQL")
        values = [constant_value(item) for item in node.items]
        kinds = {kind(value) for value in values} or {"string"}
        of = f"list<{kinds.pop()}>"
        if kinds or of not in LISTS or not self.dialect.knows(of):
            raise self.refused(node, "a list of several types has no exact counterpart in SQL")
        items = [self._bound(node, value).sql for value in values]
        return Term(self.dialect.array(items, of[5:-1]), of, False, values, True)

    def _bound(self, node: ast.Node, value: Value) -> Term:
        of = kind(value)
        reason = self.dialect.refuses(value)
        if reason:
            raise self.refused(node, reason)
        self.exactly(node, of)
        if isinstance(value, bool):
            return self.literal(node, value)
        name = f"{self.prefix}_{len(self.params)}"
        self.params[name] = value
        scale = scale_of(value) if of == "number" else 0
        return Term(self.dialect.literal(name, value, of), of, False, value, True, scale)

    def number(
        self, node: ast.Node, sql: Node, scale: int, *, nullable: bool = True, long: bool = False
    ) -> Term:
        """A number that was computed; of a `long` one and others it is one more."""
        most = self.dialect.most_scale
        if scale > most:
            raise self.refused(node, f"the result may have more than {most} digits after the point")
        if long:
            return Term(self.dialect.in_digits(sql), "number", nullable, long=True)
        return Term(self.dialect.settled(sql, scale), "number", nullable, scale=scale)

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
        known = [*self.terms, *self.schema.scalars, *self.schema.lists, *self._fields()]
        return self.refused(node, f"'{name}' is not known here{did_you_mean(name, known)}")

    def _known_type(self, node: ast.Node, of: str) -> None:
        self.exactly(node, of)
        if not self.dialect.knows(of):
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
                return self.field(source.fields[name])
        if path in self.terms:
            return self.terms[path]
        return self.field(self.schema.scalars[path]) if path in self.schema.scalars else None

    def field(self, of: Field | tuple[str, str]) -> Term:
        field = of if isinstance(of, Field) else Field(*of)
        plain = field.sql.replace(".", "").replace('"', "").isidentifier()
        sql = verbatim(field.sql if plain else f"({field.sql})")
        given = self.dialect.field(sql, field.type)
        return Term(given, field.type, field.nullable, scale=self.dialect.given_scale)

    def property(self, node: ast.Path) -> Term:
        of = self.term(node.of)
        if of.type != "date" or node.name not in PARTS:
            raise self.refused(node, f"'.{node.name}' has no exact counterpart in SQL here")
        return Term(self.dialect.part(PARTS[node.name], of.sql), "number", of.nullable)

    def if_(self, node: ast.If) -> Term:
        condition = self.condition(node.condition)
        then, otherwise = self.term(node.then), self.term(node.otherwise)
        of = self.common(node, then, otherwise)
        sql = case([(condition, then.sql)], otherwise.sql)
        nullable, scale = then.nullable or otherwise.nullable, max(then.scale, otherwise.scale)
        return Term(sql, of, nullable, scale=scale, long=then.long or otherwise.long)

    def common(self, node: ast.Node, *terms: Term) -> str:
        """The one type of the terms; null goes with any."""
        types = {term.type for term in terms} - {NULL}
        if len(types) > 1:
            raise self.refused(node, f"{' and '.join(sorted(types))} do not go together in SQL")
        of = types.pop() if types else NULL
        if of == MONTHS:
            raise self.refused(node, "a duration of months has no exact counterpart in SQL here")
        return of

    # Functions --------------------------------------------------------------------------------

    def call(self, node: ast.Call) -> Term:
        called = self.functions.get(_dotted(node.function) or "")
        if called is not None:
            return called([self.term(arg) for arg in node.args], node.names)
        if not isinstance(node.function, ast.Name) or not node.function.builtin or node.names:
            raise self.refused(
                node, "only built-in functions with arguments by position compile to SQL"
            )
        name = node.function.name
        if name == "not":
            return Term(self.condition(node, exact=True), "boolean")
        found = records.aggregate(self, node, name)
        if found is not None:
            return found
        if name not in FUNCTIONS:
            raise self.refused(node, f"'{name}' has no exact counterpart in SQL")
        return FUNCTIONS[name](self, node)

    def bound_by_caller(self, node: ast.Node, name: str, of: str) -> Term:
        """`today()` and `now()`."""
        self.exactly(node, of)
        self.binds.add(name)
        return Term(self.dialect.cast(self.dialect.placeholder(name), of), of, False)


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
