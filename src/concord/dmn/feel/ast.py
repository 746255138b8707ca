"""The syntax tree: one frozen class a construct, each with its place in the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

from concord.dmn.feel.types import Type
from concord.dmn.feel.values import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """`start` and `end` are character offsets in the text."""

    start: int
    end: int

    def children(self) -> Iterator[Node]:
        """The nodes directly below."""
        for name in _fields(type(self)):
            yield from _nodes(getattr(self, name))


_FIELDS: dict[type[Node], tuple[str, ...]] = {}


def _fields(of: type[Node]) -> tuple[str, ...]:
    """The fields that may hold nodes; none of a literal, which most nodes are."""
    if of not in _FIELDS:
        names = (each.name for each in fields(of) if each.name not in ("start", "end"))
        _FIELDS[of] = () if of is Literal else tuple(names)
    return _FIELDS[of]


def _nodes(value: object) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _nodes(item)


@dataclass(frozen=True, slots=True)
class Literal(Node):
    value: Value


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A name; `builtin` when the scope has no such name and the standard does."""

    name: str
    builtin: bool = False


@dataclass(frozen=True, slots=True)
class Path(Node):
    of: Node
    name: str


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Negation(Node):
    of: Node


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class And(Node):
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Or(Node):
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Between(Node):
    of: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class In(Node):
    of: Node
    tests: UnaryTests


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    of: Node
    type: Type


@dataclass(frozen=True, slots=True)
class If(Node):
    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Domain(Node):
    """`name in low` or, with `high`, `name in low..high`."""

    name: str
    low: Node
    high: Node | None = None


@dataclass(frozen=True, slots=True)
class For(Node):
    domains: tuple[Domain, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    every: bool
    domains: tuple[Domain, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Parameter(Node):
    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class FunctionDefinition(Node):
    params: tuple[Parameter, ...]
    body: Node
    external: bool = False


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`names` is empty for arguments by position."""

    function: Node
    args: tuple[Node, ...]
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Filter(Node):
    of: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class ListLiteral(Node):
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Entry(Node):
    key: str
    value: Node


@dataclass(frozen=True, slots=True)
class ContextLiteral(Node):
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class RangeLiteral(Node):
    low: Node
    high: Node
    low_closed: bool
    high_closed: bool


@dataclass(frozen=True, slots=True)
class Operator(Node):
    """A comparison without its left side, `< 10`: a unary test, or a range as a value."""

    op: str
    of: Node


@dataclass(frozen=True, slots=True)
class UnaryTests(Node):
    """`any` is the dash; `negated` is `not(…)`."""

    tests: tuple[Node, ...]
    negated: bool = False
    any: bool = False


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, parents first."""
    stack = [node]
    while stack:
        each = stack.pop()
        yield each
        stack.extend(reversed(list(each.children())))
