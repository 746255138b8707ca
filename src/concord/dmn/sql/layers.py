"""A SELECT in layers: each computes what rests on the layers below, once, and passes on what is
still needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlglot import exp

from concord.dmn.sql.dialects import Dialect
from concord.dmn.sql.terms import Node, Term, column, verbatim

TABLE = "t"


@dataclass
class Layers:
    """`levels[n]` are the columns that the nth layer computes, by our own names for them."""

    dialect: Dialect
    levels: list[dict[str, Node]] = field(default_factory=lambda: [{}])
    level_of: dict[str, int] = field(default_factory=dict)

    def given(self, sql: Node, of: str) -> Term:
        """A column of the source."""
        return self._named(Term(sql, of, scale=self.dialect.given_scale), 0)

    def add(self, term: Term) -> Term:
        """The term as a column, in the lowest layer where all that it looks at is there. What is a
        column or a constant already stays as it is."""
        if term.constant or isinstance(term.sql, exp.Column):
            return term
        below = [self.level_of[each.name] for each in term.sql.find_all(exp.Column)]
        return self._named(term, max(below, default=0) + 1)

    def _named(self, term: Term, level: int) -> Term:
        while len(self.levels) <= level:
            self.levels.append({})
        name = f"c{len(self.level_of)}"
        self.levels[level][name] = term.sql
        self.level_of[name] = level
        return replace(term, sql=column(name, TABLE))

    def select(self, source: str, wanted: Sequence[tuple[str, Node]]) -> Node:
        """The whole, with the wanted columns by the caller's names for them."""
        top = exp.Select(expressions=[_alias(node, name) for name, node in wanted])
        needed = _columns([node for _, node in wanted])
        layers: list[Mapping[str, Node]] = []
        for level in reversed(self.levels):
            own = {name: node for name, node in level.items() if name in needed}
            needed = (needed - own.keys()) | _columns(own.values())
            kept = {name: column(name, TABLE) for name in self.level_of if name in needed}
            layers.append(own | (kept if level is not self.levels[0] else {}))
        inner: Node = exp.From(this=verbatim(f"{source} i"))
        for columns in reversed(layers):
            inner = self._layer(columns, inner)
        top.set("from_", inner)
        return top

    def _layer(self, columns: Mapping[str, Node], below: Node) -> Node:
        """`FROM (SELECT … FROM below) AS t`."""
        picked = [_alias(node, name) for name, node in columns.items()]
        select = exp.Select(expressions=picked or [exp.Literal.number(1)], from_=below)
        if self.dialect.barrier:
            select.set("offset", exp.Offset(expression=exp.Literal.number(0)))
        alias = exp.TableAlias(this=exp.to_identifier(TABLE))
        return exp.From(this=exp.Subquery(this=select, alias=alias))


def _alias(node: Node, name: str) -> Node:
    return exp.Alias(this=node, alias=exp.to_identifier(name, quoted=True))


def _columns(nodes: Iterable[Node]) -> set[str]:
    return {each.name for node in nodes for each in node.find_all(exp.Column)}
