"""What can arrive in a table's columns, by what the decisions before it give."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from concord.dmn import model as m
from concord.dmn.analysis.diagram import LEAF, TooLargeError
from concord.dmn.analysis.domain import Domain
from concord.dmn.analysis.graph import Given, Graph, Seen, can_be_null
from concord.dmn.analysis.sheet import Sheet, column_domain
from concord.dmn.analysis.sweep import Relation
from concord.dmn.feel.values import Value
from concord.dmn.tables import CompiledTable

MAX_ROWS = 20_000  # combinations of columns that rest on the same inputs


class Reach:
    """What arrives anywhere in a model."""

    def __init__(self, model: m.Model) -> None:
        self.model = model
        self.graph = Graph(model)

    def sheet(self, table: CompiledTable) -> Sheet:
        """The table as boxes over what can arrive."""
        domains = []
        for at, clause in enumerate(table.table.inputs):
            nullable = can_be_null(self.model, clause.expression)
            only = self.values(clause.expression)
            domains.append(column_domain(table, at, only, nullable=nullable))
        relations, related = self._together(table, domains)
        sheet = Sheet(table, domains, relations, related)
        above = {clause.expression for clause in table.table.inputs}
        sheet.loose = bool(above & self.graph.too_large)
        return sheet

    def values(self, expression: str) -> list[Value] | None:
        """The values that a decision can have, or null where that is not known."""
        node = self._above(expression)
        if node is None:
            return None
        given: list[Given] = self.graph.diagrams.payloads(node)
        return [each.value for each in given]

    def _above(self, expression: str) -> int | None:
        return self.graph.decision(expression)

    # Columns that rest on the same inputs ------------------------------------------------------

    def _together(
        self, table: CompiledTable, domains: list[Domain]
    ) -> tuple[list[Relation], list[frozenset[int]]]:
        inputs = [self._inputs(clause.expression) for clause in table.table.inputs]
        exact = [at for at, domain in enumerate(domains) if not domain.computed]
        groups = _groups({at: inputs[at] for at in exact})
        relations = [each for group in groups for each in self._relation(table, domains, group)]
        related = [
            frozenset(pair)
            for pair in combinations(range(len(domains)), 2)
            if self.graph.bases[0].related(inputs[pair[0]], inputs[pair[1]])
        ]
        return relations, related

    def _inputs(self, expression: str) -> frozenset[str]:
        """The expressions that decide what the column sees."""
        node = self._above(expression)
        if node is None:
            return frozenset((expression,))
        found, stack, done = set(), [node], set()
        diagrams = self.graph.diagrams
        while stack:
            each = stack.pop()
            column = diagrams.column(each)
            if each in done or column == LEAF:
                continue
            done.add(each)
            found.add(self.graph.variables[column].expression)
            stack.extend(diagrams.children(each, column))
        return frozenset(found)

    def _relation(
        self, table: CompiledTable, domains: list[Domain], group: list[int]
    ) -> Iterator[Relation]:
        """The combinations of the columns' classes that can arrive."""
        diagrams = self.graph.diagrams
        diagrams.begin()
        try:
            node = diagrams.leaf(("row", ()), ())
            for at in group:
                node = self._joined(node, table, at, domains[at])
        except TooLargeError:
            self.graph.too_large |= {table.table.inputs[at].expression for at in group}
            return
        rows = frozenset(row for row in diagrams.payloads(node) if None not in row)
        if rows:
            yield Relation(tuple(group), rows)

    def _joined(self, node: int, table: CompiledTable, at: int, domain: Domain) -> int:
        diagrams = self.graph.diagrams
        classes = {(mask, domain.is_null(k)): k for k, mask in enumerate(domain.masks)}
        seen = self.graph.seen(table, at)
        then = {}
        for leaf in diagrams.leaves(node):
            row = diagrams.payload(leaf)

            def label(saw: Seen, row: tuple[int | None, ...] = row) -> int:
                key = (*row, None if saw.refused else classes.get((saw.mask, saw.null)))
                return diagrams.leaf(("row", key), key)

            then[leaf] = diagrams.relabelled(seen, label)
            if len(diagrams.leaves(then[leaf])) * len(then) > MAX_ROWS:
                raise TooLargeError
        return diagrams.select(node, then)


def _groups(inputs: dict[int, frozenset[str]]) -> list[list[int]]:
    """Columns that share an input, two or more, together with those that share one with them."""
    groups: list[tuple[set[int], set[str]]] = []
    for at, names in inputs.items():
        columns, all_names, rest = {at}, set(names), []
        for group in groups:
            if group[1] & all_names:
                columns |= group[0]
                all_names |= group[1]
            else:
                rest.append(group)
        groups = [*rest, (columns, all_names)]
    return [sorted(columns) for columns, _ in groups if len(columns) > 1]
