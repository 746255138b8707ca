"""What a fact's expression is made of: aggregates over record lists, and what joins them.

`sum(invoice[due < today() and outstanding > 0].outstanding) / 1000` has one aggregate: `sum` of
`outstanding` over `invoice` under two conditions. Both ways of deriving, in SQL and in Python,
need this reading to say what a value rests on and when it is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from concord import dmn
from concord.dmn.feel import ast
from concord.facts import lists
from concord.kernel.errors import Problem

FUNCTIONS = frozenset({"count", "sum", "min", "max", "mean", "distinct values"})


@dataclass(frozen=True, slots=True)
class Condition:
    """One of the conditions, joined by "and", that pick records of a list."""

    tree: ast.Node
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """`function(list[conditions].field)`; `field` is empty for a count of whole records.

    `decides`: it stands in the condition of an `if`; it says which side counts, and is not counted.
    """

    function: str
    list: str
    conditions: tuple[Condition, ...]
    field: str
    decides: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field that it reads."""
        used = [field for each in self.conditions for field in each.fields]
        return tuple(dict.fromkeys([*used, *([self.field] if self.field else [])]))


@dataclass(frozen=True, slots=True)
class Reading:
    """An expression and its aggregates in the order of the text."""

    expression: dmn.Expression
    aggregates: tuple[Aggregate, ...]
    attributes: tuple[str, ...]  # of the customer


@lru_cache(maxsize=1024)
def read(text: str) -> Reading:
    """The reading of an expression; Problem for what no fact can be, with its place."""
    names = (*lists.list_names(), lists.CUSTOMER)
    try:
        expression = dmn.parse(text, names, fields=lists.field_names())
    except dmn.FeelSyntaxError as error:
        raise Problem(str(error), place=text) from error
    reader = _Reader(text)
    reader.walk(expression.tree)
    return Reading(expression, tuple(reader.aggregates), tuple(dict.fromkeys(reader.attributes)))


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.aggregates: list[Aggregate] = []
        self.attributes: list[str] = []

    def walk(self, node: ast.Node, decides: bool = False) -> None:
        match node:
            case ast.If():
                self.walk(node.condition, True)
                self.walk(node.then, decides)
                self.walk(node.otherwise, decides)
            case ast.Call(function=ast.Name(name=name, builtin=True), args=(of,)) if (
                name in FUNCTIONS and _list_under(of)
            ):
                self.aggregates.append(self.aggregate(name, node, decides))
            case ast.Path(of=ast.Name(name=lists.CUSTOMER), name=attribute):
                self.attributes.append(attribute)
            case ast.Name(name=name, builtin=False):
                raise self.refused(
                    node, f"“{name}” must stand inside {', '.join(sorted(FUNCTIONS))}."
                )
            case _:
                for child in node.children():
                    self.walk(child, decides)

    def aggregate(self, function: str, node: ast.Call, decides: bool) -> Aggregate:
        of: ast.Node = node.args[0]
        field = ""
        if isinstance(of, ast.Path):
            field = of.name
            of = of.of
        if (function == "count") == bool(field):
            raise self.refused(node, f"{function} needs {'records' if field else 'a field'}.")
        conditions: list[Condition] = []
        while isinstance(of, ast.Filter):
            conditions[:0] = [self.condition(each) for each in _conjuncts(of.condition)]
            of = of.of
        if not isinstance(of, ast.Name):
            raise self.refused(of, "A record list is wanted here.")
        read = Aggregate(function, of.name, tuple(conditions), field, decides)
        lists.record_list(of.name)
        for name in read.fields:
            lists.field_of(of.name, name)  # refuses what the list does not have
        return read

    def condition(self, node: ast.Node) -> Condition:
        fields: dict[str, None] = {}
        for each in ast.walk(node):
            match each:
                case ast.Name(name=name, builtin=False):
                    fields[name] = None
                case ast.Filter() | ast.For() | ast.Quantified() | ast.FunctionDefinition():
                    raise self.refused(each, "A condition looks at one record only.")
        return Condition(node, tuple(fields))

    def refused(self, node: ast.Node, message: str) -> Problem:
        place = dmn.Place(text=self.text, start=node.start, end=node.end)
        return Problem(message, place=place.caret())


def _list_under(node: ast.Node) -> bool:
    if isinstance(node, ast.Path):
        node = node.of
    while isinstance(node, ast.Filter):
        node = node.of
    return isinstance(node, ast.Name) and not node.builtin


def _conjuncts(node: ast.Node) -> Iterator[ast.Node]:
    if isinstance(node, ast.And):
        yield from _conjuncts(node.left)
        yield from _conjuncts(node.right)
    else:
        yield node
