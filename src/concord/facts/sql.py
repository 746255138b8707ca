"""Conditions and outer expressions of facts as PostgreSQL, with the meaning that FEEL gives them.

FEEL's equality has two values (`null = null` is true, `5 = null` false), hence DISTINCT; division
is by `numeric` and by zero null; a date moves by months as in the standard. What has no exact
counterpart is refused with its place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from concord import dmn
from concord.dmn.feel import ast
from concord.facts.fact import Type
from concord.kernel.errors import Problem

Kind = Type | str  # a FEEL type, or "days" (a duration of whole days), "months", "null"
_ROUND: Final = {
    "round half up": "round({0}, {1})",
    "floor": "floor({0})",
    "ceiling": "ceil({0})",
    "abs": "abs({0})",
}


@dataclass(frozen=True, slots=True)
class Sql:
    """A piece of SQL and the type of its value."""

    text: str
    type: Kind


def literal(value: str) -> str:
    """A string of the expression as SQL; the parameters' sign is doubled."""
    return "'" + value.replace("'", "''").replace("%", "%%") + "'"


@dataclass(frozen=True)
class Scalar:
    """Compiles nodes that look at one line. `leaf` gives the SQL of what the caller knows (names
    of fields, an aggregate's column, an attribute), or None where the node is not the caller's."""

    text: str
    leaf: Callable[[ast.Node], Sql | None]

    def sql(self, node: ast.Node) -> Sql:
        known = self.leaf(node)
        if known is not None:
            return known
        match node:
            case ast.Literal():
                return self._literal(node)
            case ast.Comparison():
                return self._comparison(node.op, self.sql(node.left), self.sql(node.right), node)
            case ast.And() | ast.Or():
                word = "AND" if isinstance(node, ast.And) else "OR"
                left, right = self._boolean(node.left), self._boolean(node.right)
                return Sql(f"({left} {word} {right})", "boolean")
            case ast.Between():
                return self._between(node)
            case ast.In():
                return self._in(node)
            case ast.If():
                return self._if(node)
            case ast.Arithmetic():
                return self._arithmetic(node)
            case ast.Negation():
                return Sql(f"(- {self._of(node.of, 'number').text})", "number")
            case ast.Path(of=of, name="days"):
                return Sql(self._of(of, "days").text, "number")
            case ast.Call(function=ast.Name(name=name, builtin=True), args=args):
                return self._call(name, args, node)
        raise self.refused(node)

    def refused(self, node: ast.Node, why: str = "This has no exact counterpart in SQL.") -> Problem:
        return Problem(why, place=dmn.Place(text=self.text, start=node.start, end=node.end).caret())

    def _of(self, node: ast.Node, wanted: Kind) -> Sql:
        found = self.sql(node)
        if found.type not in (wanted, "null"):
            raise self.refused(node, f"A {wanted} is wanted here, not a {found.type}.")
        return found

    def _boolean(self, node: ast.Node) -> str:
        return self._of(node, "boolean").text

    def _literal(self, node: ast.Literal) -> Sql:
        match node.value:
            case None:
                return Sql("NULL", "null")
            case bool() as value:
                return Sql("true" if value else "false", "boolean")
            case int() | Decimal() as value:
                return Sql(format(value, "f") if isinstance(value, Decimal) else str(value), "number")
            case str() as value:
                return Sql(literal(value), "string")
            case date() as value if type(value) is date:
                return Sql(f"DATE '{value.isoformat()}'", "date")
            case dmn.YearsMonths() as value:
                return Sql(f"interval '{value.months} months'", "months")
            case timedelta() as value if not value % timedelta(days=1):
                return Sql(str(value.days), "days")
        raise self.refused(node)

    def _comparison(self, op: str, left: Sql, right: Sql, node: ast.Node) -> Sql:
        if "null" in (left.type, right.type):
            other = right if left.type == "null" else left
            tests = {"=": "IS NULL", "!=": "IS NOT NULL"}
            return Sql(f"({other.text} {tests[op]})" if op in tests else "NULL::boolean", "boolean")
        if left.type != right.type:
            raise self.refused(node, f"A {left.type} is never compared with a {right.type}.")
        signs = {"=": "IS NOT DISTINCT FROM", "!=": "IS DISTINCT FROM"}
        a, b = left.text, right.text
        if op not in signs and left.type == "string":
            a = f'{a} COLLATE "C"'
        return Sql(f"({a} {signs.get(op, op)} {b})", "boolean")

    def _between(self, node: ast.Between) -> Sql:
        of = self.sql(node.of)
        low = self._comparison(">=", of, self.sql(node.low), node)
        high = self._comparison("<=", of, self.sql(node.high), node)
        return Sql(f"({low.text} AND {high.text})", "boolean")

    def _in(self, node: ast.In) -> Sql:
        of, tests = self.sql(node.of), []
        for test in node.tests.tests:
            for each in test.items if isinstance(test, ast.ListLiteral) else (test,):
                op, right = (each.op, each.of) if isinstance(each, ast.Operator) else ("=", each)
                tests.append(self._comparison(op, of, self.sql(right), node).text)
        if node.tests.negated or node.tests.any or not tests:
            raise self.refused(node)
        return Sql(f"({' OR '.join(tests)})", "boolean")

    def _if(self, node: ast.If) -> Sql:
        then, otherwise = self.sql(node.then), self.sql(node.otherwise)
        kinds = {then.type, otherwise.type} - {"null"}
        if len(kinds) > 1:
            raise self.refused(node, "Both sides of an if must be of one type.")
        return Sql(
            f"CASE WHEN {self._boolean(node.condition)} THEN {then.text}"
            f" ELSE {otherwise.text} END",
            kinds.pop() if kinds else "null",
        )

    def _arithmetic(self, node: ast.Arithmetic) -> Sql:
        left, right = self.sql(node.left), self.sql(node.right)
        a, b = left.text, right.text
        match left.type, node.op, right.type:
            case "number", "/", "number":
                return Sql(f"({a}::numeric / nullif({b}, 0))", "number")
            case "number", "+" | "-" | "*", "number":
                return Sql(f"({a} {node.op} {b})", "number")
            case "date", "-", "date":
                return Sql(f"({a} - {b})", "days")
            case "date", "+" | "-", "days":
                return Sql(f"({a} {node.op} {b})", "date")
            case "date", "+" | "-", "months":
                return Sql(f"({a} {node.op} {b})::date", "date")
        raise self.refused(node, f"“{node.op}” does not go with {left.type} and {right.type}.")

    def _call(self, name: str, args: tuple[ast.Node, ...], node: ast.Node) -> Sql:
        match name, args:
            case "today", ():
                return Sql("%(as_of)s::date", "date")
            case "not", (of,):
                return Sql(f"(NOT {self._boolean(of)})", "boolean")
            case "duration" | "date", (ast.Literal(value=str() as text),):
                value = dmn.parse(f'{name}("{text}")').evaluate()
                return self._literal(ast.Literal(value, start=node.start, end=node.end))
            case "min" | "max", (_, _, *_):
                raise self.refused(node)
        if name in _ROUND:
            numbers = [self._of(arg, "number").text for arg in args]
            if len(numbers) == _ROUND[name].count("{"):
                return Sql(_ROUND[name].format(f"({numbers[0]})::numeric", *numbers[1:]), "number")
        raise self.refused(node)
