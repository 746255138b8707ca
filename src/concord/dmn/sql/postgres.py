"""What PostgreSQL does, and what other dialects have in common with it: types and functions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect as SqlglotDialect

from concord.dmn.feel.values import Value
from concord.dmn.sql.terms import (
    Node,
    binary,
    call,
    integer,
    null,
    quotient,
)

KINDS = ("number", "string", "boolean", "date", "date and time")
LISTS = tuple(f"list<{kind}>" for kind in KINDS)


# Of a quotient `q`: one of few digits is exact. Any other is rounded by being written with 34; that
# rounds a half away from zero, so a single 5 more, behind an even digit, is cut off before.
_DIGITS = "replace(q::text, '.', '')"
_IS_TIE = (
    f"scale(q) > 0 AND right({_DIGITS}, 2) IN ('05', '25', '45', '65', '85')"
    f" AND length(ltrim({_DIGITS}, '-0')) = 35"
)
ROUNDED = (
    "CASE WHEN scale(q) <= 20 AND abs(q) < 1e14 THEN q"
    f" WHEN {_IS_TIE} THEN left(q::text, -1)::NUMERIC"
    f" ELSE trim_scale(to_char(q, '9.{'9' * 33}EEEE')::NUMERIC) END"
)


class Dialect:
    """PostgreSQL, and what others have in common with it."""

    name = "postgres"
    types: Mapping[str, str] = {
        "number": "NUMERIC",
        "string": "TEXT",
        "boolean": "BOOLEAN",
        "date": "DATE",
        "date and time": "TIMESTAMPTZ",
    }
    inexact: Mapping[str, str] = {}  # of what is refused, the reason
    most_places = 999  # that a rounding may have
    most_scale = 10**9  # digits after the point
    given_scale = 0  # of a number of the caller's
    barrier = True  # a subquery must be kept from being merged, else its terms are computed again

    def text(self, node: Node) -> str:
        """The tree as text. It is written as it stands: nothing is rewritten, so nothing is
        copied."""
        generator = SqlglotDialect.get_or_raise(self.name).generator(comments=False)
        return generator.generate(node, copy=False)

    def name_of(self, name: str) -> str:
        """An identifier's text in a statement with parameters, where a percent sign begins one."""
        return name.replace("%", "%%")

    def knows(self, kind: str) -> bool:
        """Whether values of the FEEL type can be kept and given back."""
        return kind.removeprefix("list<").removesuffix(">") in self.types

    def type(self, kind: str) -> exp.DataType:
        if kind in LISTS:
            return array_of(self.type(kind[5:-1]))
        return data_type(self.types[kind], self.name)

    def cast(self, node: Node, kind: str) -> Node:
        return exp.Cast(this=node, to=self.type(kind))

    def placeholder(self, name: str) -> Node:
        return exp.Placeholder(this=name)

    def literal(self, name: str, value: Value, kind: str) -> Node:
        """A bound constant."""
        return self.cast(self.placeholder(name), kind)

    def literal_micros(self, micros: int) -> Node:
        """The length of a duration."""
        return exp.Paren(this=self.integral(integer_of(micros)))

    def part(self, name: str, date: Node) -> Node:
        return self.integral(exp.Extract(this=exp.var(name), expression=date))

    def distinct(self, of: Node) -> Node:
        """The aggregate that gathers each value once."""
        return call("array_agg", exp.Distinct(expressions=[of]))

    def sorted(self, values: Node) -> Node:
        """What `distinct` gathered, in order, null last: here it is already."""
        return values

    def refuses(self, value: Value) -> str:
        """Why the constant cannot be bound, or nothing."""
        if isinstance(value, str) and "\x00" in value:
            return "PostgreSQL has no character 0"
        if isinstance(value, dt.datetime) and value.tzinfo is None:
            return "a date and time without a zone has no exact counterpart in SQL"
        return ""

    def given(self, node: Node, kind: str) -> Node:
        """A column of the caller's as a value of the type."""
        return self.cast(node, kind)

    def field(self, node: Node, kind: str) -> Node:
        """A caller's expression that is of the type already."""
        return node

    def typed(self, node: Node, kind: str) -> Node:
        """The node, which may be null alone, as a value of the type."""
        return self.cast(node, kind)

    def settled(self, node: Node, scale: int) -> Node:
        """A number that was computed, with so many digits after the point."""
        return node

    def ordered(self, node: Node, kind: str) -> Node:
        """The value as it is ordered: strings by code point."""
        if kind != "string":
            return node
        return exp.Collate(this=node, expression=exp.to_identifier("C", quoted=True))

    def integral(self, node: Node) -> Node:
        """A count as a number."""
        return self.cast(node, "number")

    def division(self, left: Node, right: Node) -> Node:
        """The quotient with FEEL's digits. It is computed with a hundred after the point: how many
        PostgreSQL gives follows the operands' scale."""
        zeros = exp.Cast(this=exp.Literal.string("0e-100"), to=self.type("number"))
        whole = exp.Paren(this=quotient(binary(left, "+", zeros), right))
        return self.in_digits(call("trim_scale", whole))

    def in_digits(self, number: Node) -> Node:
        """The number with FEEL's 34 digits, half-even."""
        below = exp.Select(expressions=[_named(number, "q")])
        below.set("offset", exp.Offset(expression=integer(0)))
        alias = exp.TableAlias(this=exp.to_identifier("quotient"))
        select = exp.Select(
            expressions=[exp.Var(this=ROUNDED)],
            from_=exp.From(this=exp.Subquery(this=below, alias=alias)),
        )
        return exp.Subquery(this=select)

    def months_later(self, date: Node, op: str, months: int) -> Node:
        interval = call(
            "make_interval", exp.Kwarg(this=exp.var("months"), expression=integer_of(months))
        )
        return self.cast(binary(date, op, interval), "date")

    def days_between(self, later: Node, earlier: Node) -> Node:
        return self.cast(binary(later, "-", earlier), "number")

    def days_later(self, date: Node, op: str, days: Node) -> Node:
        return binary(date, op, days)

    def rounded(self, function: str, of: Node, digits: int) -> Node:
        number = self.cast(of, "number")
        match function:
            case "round half up":
                found = call("round", number, integer_of(digits))
            case "round down":
                found = call("trunc", number, integer_of(digits))
            case _:
                up, down = (self.power_of_ten(each) for each in (digits, -digits))
                away = call("ceil", binary(call("abs", number), "*", up))
                found = binary(binary(call("sign", number), "*", away), "*", down)
        return call("trim_scale", found)

    def power_of_ten(self, digits: int) -> Node:
        return exp.Cast(this=exp.Literal.string(f"1e{digits}"), to=self.type("number"))

    def contains(self, of: Node, part: Node) -> Node:
        return binary(call("strpos", of, part), ">", integer(0))

    def ends_with(self, of: Node, part: Node) -> Node:
        return binary(call("right", of, call("char_length", part)), "=", part)

    def length(self, of: Node) -> Node:
        return self.integral(self.length_of(of))

    def length_of(self, of: Node) -> Node:
        """The length of a string, as a whole number of the database's own."""
        return call("char_length", of)

    # Arrays -----------------------------------------------------------------------------------

    def array(self, items: Sequence[Node], kind: str) -> Node:
        array = exp.Array(expressions=list(items))
        return self.typed(array, f"list<{kind}>") if items else self.cast(array, f"list<{kind}>")

    def numbers_held(self, items: Sequence[Node]) -> Node:
        """Rule numbers, without the nulls."""
        return call("array_remove", self.rule_numbers(items), null())

    def rule_numbers(self, items: Sequence[Node]) -> Node:
        integers = array_of(data_type("INTEGER", self.name))
        return exp.Cast(this=exp.Array(expressions=list(items)), to=integers)

    def joined(self, one: Node, other: Node) -> Node:
        """Both arrays, one after the other."""
        return binary(one, "||", other)

    def in_order(self, keys: Sequence[Node], width: int) -> Node:
        """The rules' numbers (keys modulo the width) in the order of their keys, without nulls."""
        key = exp.to_identifier("rule_key")
        alias = exp.TableAlias(this=exp.to_identifier("rule_keys"), columns=[key])
        each = exp.Unnest(expressions=[self.numbers_held(keys)], alias=alias)
        select = exp.Select(
            expressions=[call("mod", key, integer(width))], from_=exp.From(this=each)
        )
        select.set("order", exp.Order(expressions=[key]))
        return call("ARRAY", select)

    def has(self, array: Node, number: int) -> Node:
        return exp.Paren(this=exp.EQ(this=integer(number), expression=call("ANY", array)))

    def count(self, array: Node) -> Node:
        return call("cardinality", array)

    def item(self, array: Node, number: Node) -> Node:
        return exp.Bracket(this=exp.Paren(this=array), expressions=[number], offset=1)

    def picked(self, order: Node, values: Node) -> Node:
        """Of an array of values, those at the places that the other array names, in its order."""
        at, place = exp.to_identifier("picked_at"), exp.to_identifier("picked_in")
        alias = exp.TableAlias(this=exp.to_identifier("picked"), columns=[at, place])
        numbered = exp.Unnest(expressions=[order], alias=alias, offset=True)
        select = exp.Select(expressions=[self.item(values, at)], from_=exp.From(this=numbered))
        select.set("order", exp.Order(expressions=[place]))
        return call("ARRAY", select)

    def extreme(self, function: str, values: Sequence[Node]) -> Node:
        return call("LEAST" if function == "min" else "GREATEST", *values)


def _named(node: Node, name: str) -> Node:
    return exp.Alias(this=node, alias=exp.to_identifier(name))


@cache
def data_type(text: str, dialect: str) -> exp.DataType:
    return exp.DataType.build(text, dialect=dialect)


def array_of(inner: exp.DataType) -> exp.DataType:
    return exp.DataType(this=exp.DType.ARRAY, expressions=[inner], nested=True)


def scale_of(value: Any) -> int:
    """How many digits a number has after the point."""
    exponent = Decimal(value).as_tuple().exponent
    assert isinstance(exponent, int)
    return max(-exponent, 0)


def integer_of(value: int) -> Node:
    """A whole number that may be negative."""
    return integer(value) if value >= 0 else exp.Neg(this=integer(-value))
