"""What DuckDB does otherwise, and what is not exact there."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sqlglot import exp

from concord.dmn.feel.values import Value
from concord.dmn.sql.postgres import Dialect, data_type, integer_of, scale_of
from concord.dmn.sql.terms import Node, binary, call, case, integer, is_not_null, is_null, null


class DuckDb(Dialect):
    """Numbers are decimals of at most 38 digits. Where two of different shape meet (in a CASE, a
    list, the greatest of several) DuckDB drops digits after the point if both do not fit into 38;
    so every number here has 18 digits before the point and at most 20 after it, and what has more
    is an error or refused, never another number."""

    name = "duckdb"
    types = {
        "number": "DECIMAL(28, 10)",
        "string": "VARCHAR",
        "boolean": "BOOLEAN",
        "date": "DATE",
    }
    inexact = {
        "division": "DuckDB divides decimals as doubles",
        "date and time": "DuckDB gives a moment without its zone",
    }
    most_places = 10
    most_scale = 20
    given_scale = 10
    barrier = False

    def name_of(self, name: str) -> str:
        return name

    def literal(self, name: str, value: Value, kind: str) -> Node:
        placeholder = self.placeholder(name)
        if kind != "number":
            return self.cast(placeholder, kind)
        return self.settled(placeholder, scale_of(value))

    def refuses(self, value: Value) -> str:
        is_number = isinstance(value, int | Decimal)
        if is_number and (abs(value) >= 10**18 or scale_of(value) > self.most_scale):
            return "in DuckDB a number has 18 digits before the point and 20 after it"
        return super().refuses(value)

    def given(self, node: Node, kind: str) -> Node:
        """A number with more than ten digits after the point is an error, it is not rounded."""
        if kind != "number":
            return self.cast(node, kind)
        cast = self.cast(node, kind)
        message = "a number has more than ten digits after the point"
        return case(
            [(is_null(node), null()), (binary(cast, "=", node), cast)],
            call("error", exp.Literal.string(message)),
        )

    def field(self, node: Node, kind: str) -> Node:
        return self.given(node, kind) if kind == "number" else node

    def typed(self, node: Node, kind: str) -> Node:
        return node if kind in ("number", "list<number>") else self.cast(node, kind)

    def settled(self, node: Node, scale: int) -> Node:
        return exp.Cast(this=node, to=data_type(f"DECIMAL({18 + scale}, {scale})", self.name))

    def ordered(self, node: Node, kind: str) -> Node:
        return node

    def integral(self, node: Node) -> Node:
        return self.settled(node, 0)

    def months_later(self, date: Node, op: str, months: int) -> Node:
        return self.cast(binary(date, op, call("to_months", integer_of(months))), "date")

    def days_between(self, later: Node, earlier: Node) -> Node:
        return self.integral(binary(later, "-", earlier))

    def rounded(self, function: str, of: Node, digits: int) -> Node:
        places = integer_of(digits)
        match function:
            case "round half up":
                return call("round", of, places)
            case "round down":
                return call("trunc", of, places)
        cut = call("trunc", of, places)
        unit = self.power_of_ten(-digits)
        above = case([(binary(of, ">", integer(0)), unit)], exp.Neg(this=unit))
        return exp.Paren(this=case([(binary(cut, "=", of), cut)], binary(cut, "+", above)))

    def power_of_ten(self, digits: int) -> Node:
        literal = exp.Literal.string(f"{Decimal(f'1e{digits}'):f}")
        return self.settled(literal, max(-digits, 0))

    def contains(self, of: Node, part: Node) -> Node:
        return call("contains", of, part)

    def ends_with(self, of: Node, part: Node) -> Node:
        return call("ends_with", of, part)

    def length_of(self, of: Node) -> Node:
        return call("length", of)

    def sorted(self, values: Node) -> Node:
        ways = (exp.Literal.string(each) for each in ("ASC", "NULLS LAST"))
        return call("list_sort", values, *ways)

    def numbers_held(self, items: Sequence[Node]) -> Node:
        each = exp.to_identifier("each_rule")
        kept = exp.Lambda(this=is_not_null(each), expressions=[each])
        return call("list_filter", self.rule_numbers(items), kept)

    def in_order(self, keys: Sequence[Node], width: int) -> Node:
        key = exp.to_identifier("rule_key")
        number = exp.Cast(this=call("mod", key, integer(width)), to=data_type("INTEGER", self.name))
        ordered = call("list_sort", self.numbers_held(keys))
        return call("list_transform", ordered, exp.Lambda(this=number, expressions=[key]))

    def has(self, array: Node, number: int) -> Node:
        return call("list_contains", array, integer(number))

    def count(self, array: Node) -> Node:
        return call("len", array)

    def picked(self, order: Node, values: Node) -> Node:
        at = exp.to_identifier("picked_at")
        value = self.item(values, at)
        return call("list_transform", order, exp.Lambda(this=value, expressions=[at]))
