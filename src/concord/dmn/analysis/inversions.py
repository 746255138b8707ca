"""Who is better and is treated worse: two conditions, the second at least as good as the first in
every ranked input and the same in all others, with a worse result.

Each table is looked at over its own columns, then over the inputs of the whole graph. All pairs are
judged, by going through both conditions side by side in a decision diagram; a pair of nodes is
judged once, and left at once where no pair of their results could be one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import compress

from concord.dmn.analysis.diagram import LEAF, Diagrams, TooLargeError
from concord.dmn.analysis.domain import Domain
from concord.dmn.analysis.finding import Conditions, Finding, Results
from concord.dmn.analysis.graph import Composition, Given, Graph, frozen, seen_by
from concord.dmn.analysis.ranking import Order, Ranking
from concord.dmn.analysis.reach import Reach
from concord.dmn.analysis.sheet import Sheet, say
from concord.dmn.analysis.words import literal
from concord.dmn.feel.values import Value
from concord.dmn.tables import CompiledTable

MAX_PAIRS = 300_000
MAX_TOLD = 20  # of one table
NEVER = "never"  # a leaf: cannot arrive


def inversions(reach: Reach, sheets: Sequence[Sheet], ranking: Ranking) -> Iterator[Finding]:
    """All inversions of a model. A table in whose own columns there is one is not told again over
    the inputs of the graph."""
    told: set[str] = set()
    for sheet in sheets:
        outputs = output_orders(sheet.table, ranking)
        if not outputs or not _is_whole(reach, sheet):
            continue
        found = list(_of_table(reach, sheet, outputs, ranking))
        if any(each.code == "table.inversion" for each in found):
            told.add(sheet.table.place.decision)
        yield from found
    for sheet in sheets:
        outputs = output_orders(sheet.table, ranking)
        if outputs and _is_whole(reach, sheet) and not told & _above(reach, sheet):
            yield from _of_graph(reach, sheet, outputs, ranking)


def output_orders(table: CompiledTable, ranking: Ranking) -> list[tuple[str, Order]]:
    """The ranked outputs of the table, the most important first."""
    decision, found = table.place.decision, []
    for name in table.names:
        order = ranking.get(f"{decision}.{name}")
        if order is None and len(table.names) == 1:
            order = ranking.get(decision)
        if order is not None:
            found.append((name, order))
    return found


def _is_whole(reach: Reach, sheet: Sheet) -> bool:
    """Whether the table is a decision by itself and judged by its cells alone."""
    return reach.graph.table(sheet.table.place.decision) is sheet.table


def _above(reach: Reach, sheet: Sheet) -> set[str]:
    """The table and all tables that it rests on."""
    found, stack = set(), [sheet.table.place.decision]
    while stack:
        name = stack.pop()
        table = reach.graph.table(name)
        if table is not None and name not in found:
            found.add(name)
            stack += [clause.expression for clause in table.table.inputs]
    return found


@dataclass
class Pairs:
    """All pairs of conditions in one function."""

    diagrams: Diagrams
    node: int
    domains: Sequence[Domain]
    steps: dict[int, list[tuple[int, int]]]  # of ranked columns: from which class to which
    names: Sequence[str]
    outputs: Sequence[tuple[str, Order]]
    left: int = field(default_factory=lambda: MAX_PAIRS)
    _bad: dict[tuple[int, int], bool] = field(default_factory=dict)
    _may: dict[tuple[frozenset[int], frozenset[int]], bool] = field(default_factory=dict)
    _done: set[tuple[int, int]] = field(default_factory=set)

    def found(self) -> Iterator[tuple[dict[int, tuple[int, int]], Given, Given]]:
        """Of each two results one example: by column the worse and the better customer's class."""
        for path, one, other in self._search(self.node, self.node, {}):
            yield path, self.diagrams.payload(one), self.diagrams.payload(other)

    def _search(
        self, one: int, other: int, path: dict[int, tuple[int, int]]
    ) -> Iterator[tuple[dict[int, tuple[int, int]], int, int]]:
        if (one, other) in self._done or not self._may_be(one, other):
            return
        self._done.add((one, other))
        self.left -= 1
        if self.left < 0:
            raise TooLargeError
        column = min(self.diagrams.column(one), self.diagrams.column(other))
        if column == LEAF:
            yield path, one, other
            return
        here, there = self.diagrams.children(one, column), self.diagrams.children(other, column)
        seen: set[tuple[int, int]] = set()
        for a, b in self.pairs(column):
            pair = (here[a], there[b])
            if pair not in seen:
                seen.add(pair)
                yield from self._search(*pair, {**path, column: (a, b)})

    def pairs(self, column: int) -> list[tuple[int, int]]:
        known = self.steps.get(column)
        if known is None:
            known = [(at, at) for at in range(self.diagrams.widths[column])]
            self.steps[column] = known
        return known

    def _may_be(self, one: int, other: int) -> bool:
        key = (self.diagrams.leaves(one), self.diagrams.leaves(other))
        if key not in self._may:
            self._may[key] = any(self.is_bad(a, b) for a in key[0] for b in key[1])
        return self._may[key]

    def is_bad(self, one: int, other: int) -> bool:
        """Whether the better customer's result, the second, is worse."""
        key = (one, other)
        if key not in self._bad:
            before, after = self.diagrams.payload(one), self.diagrams.payload(other)
            self._bad[key] = (
                one != other
                and isinstance(before, Given)
                and isinstance(after, Given)
                and before.known
                and after.known
                and self._is_worse(after.value, before.value)
            )
        return self._bad[key]

    def _is_worse(self, one: Value, other: Value) -> bool:
        for name, order in self.outputs:
            a, b = self.output(one, name), self.output(other, name)
            if order.worse(a, b):
                return True
            if order.worse(a, b) is None or order.worse(b, a):
                return False
        return False

    def output(self, value: Value, name: str) -> Value:
        if len(self.names) == 1:
            return value
        return value.get(name) if isinstance(value, dict) else None

    def widened(self, path: dict[int, tuple[int, int]]) -> tuple[dict[int, int], dict[int, int]]:
        """The example as boxes: as wide as both results stay the same for every pair in them."""
        worse = {column: 1 << a for column, (a, _) in path.items()}
        better = {column: 1 << b for column, (_, b) in path.items()}
        results = self.diagrams.holds(self.node, worse), self.diagrams.holds(self.node, better)
        for column, (a, b) in path.items():
            if a == b:
                for at in range(self.diagrams.widths[column]):
                    self._grow(worse, better, column, at, at, results)
            else:
                for one, other in self.pairs(column):
                    if (one == a) != (other == b):
                        self._grow(worse, better, column, one, other, results)
        return worse, better

    def _grow(
        self,
        worse: dict[int, int],
        better: dict[int, int],
        column: int,
        one: int,
        other: int,
        results: tuple[frozenset[int], frozenset[int]],
    ) -> None:
        wider = {**worse, column: worse[column] | 1 << one}
        best = {**better, column: better[column] | 1 << other}
        both = wider[column] & best[column]
        apart = worse[column] != better[column]
        if apart and (both or not self._ordered(column, wider[column], best[column])):
            return
        holds = self.diagrams.holds
        if holds(self.node, wider) == results[0] and holds(self.node, best) == results[1]:
            worse[column], better[column] = wider[column], best[column]

    def _ordered(self, column: int, worse: int, better: int) -> bool:
        """Whether every class of the one is at most as good as every class of the other."""
        steps = set(self.pairs(column))
        width = range(self.diagrams.widths[column])
        return all(
            (a, b) in steps for a in width if worse >> a & 1 for b in width if better >> b & 1
        )


def _of_table(
    reach: Reach, sheet: Sheet, outputs: Sequence[tuple[str, Order]], ranking: Ranking
) -> Iterator[Finding]:
    """Over the table's own columns."""
    own = Graph(reach.model)
    own.diagrams.widths = [len(domain.classes) for domain in sheet.domains]
    selectors = []
    for at, domain in enumerate(sheet.domains):
        leaves = []
        for k in range(len(domain.classes)):
            seen = seen_by(sheet.table, at, domain.sample(k))
            leaves.append(own.diagrams.leaf(("seen", seen), seen))
        selectors.append(own.diagrams.node(at, tuple(leaves)))
    try:
        rules = (1 << len(sheet.boxes)) - 1
        node = Composition(own, sheet.table, selectors, rules=True).node(0, rules)
        for relation in sheet.relations:
            arrive = _trie(own.diagrams, relation.columns, relation.rows)
            yes, never = own.diagrams.leaf(("arrives",)), own.diagrams.leaf(NEVER)
            node = own.diagrams.select(arrive, {yes: node, never: never})
        expressions = [clause.expression for clause in sheet.table.table.inputs]
        yield from _told(sheet, own.diagrams, node, sheet.domains, expressions, outputs, ranking)
    except TooLargeError:
        yield _too_large(sheet)


def _trie(diagrams: Diagrams, columns: tuple[int, ...], rows: frozenset[tuple[int, ...]]) -> int:
    """Whether a combination of the columns is among the rows."""
    if not columns:
        return diagrams.leaf(("arrives",)) if rows else diagrams.leaf(NEVER)
    children = []
    for at in range(diagrams.widths[columns[0]]):
        rest = frozenset(row[1:] for row in rows if row[0] == at)
        children.append(_trie(diagrams, columns[1:], rest) if rest else diagrams.leaf(NEVER))
    return diagrams.node(columns[0], tuple(children))


def _of_graph(
    reach: Reach, sheet: Sheet, outputs: Sequence[tuple[str, Order]], ranking: Ranking
) -> Iterator[Finding]:
    """Over the inputs of the whole graph."""
    graph = reach.graph
    above = [graph.decision(clause.expression) for clause in sheet.table.table.inputs]
    if all(node is None for node in above):
        return
    try:
        graph.diagrams.begin()
        node = graph.function(sheet.table, rules=True)
        names = [domain.expression.partition("\x00")[0] for domain in graph.variables]
        yield from _told(sheet, graph.diagrams, node, graph.variables, names, outputs, ranking)
    except TooLargeError:
        yield _too_large(sheet)


def _too_large(sheet: Sheet) -> Finding:
    message = "not all was judged: the search for customers who are better and treated worse grew"
    return sheet.finding("check.bounded", f"{message} too large", "hint")


def _told(
    sheet: Sheet,
    diagrams: Diagrams,
    node: int,
    domains: Sequence[Domain],
    expressions: Sequence[str],
    outputs: Sequence[tuple[str, Order]],
    ranking: Ranking,
) -> Iterator[Finding]:
    steps = {
        at: ranking[expression].steps(domains[at])
        for at, expression in enumerate(expressions)
        if expression in ranking and domains[at].atoms
    }
    pairs = Pairs(diagrams, node, domains, steps, sheet.table.names, outputs)
    for number, (path, before, after) in enumerate(pairs.found()):
        if number == MAX_TOLD:
            yield sheet.finding("check.bounded", "there are more inversions than these", "hint")
            return
        worse, better = pairs.widened(path)
        yield _inversion(sheet, domains, (worse, better), (before, after))


def _inversion(
    sheet: Sheet,
    domains: Sequence[Domain],
    boxes: tuple[dict[int, int], dict[int, int]],
    given: tuple[Given, Given],
) -> Finding:
    worse, better = (_conditions(domains, box) for box in boxes)
    results = _apart(*(_results(sheet, each) for each in given))
    said = [", ".join(f"{name} {literal(value)}" for name, value in each) for each in results]
    message = (
        f"who is better is treated worse: {said[0]} when {say(worse)};"
        f" only {said[1]} when {say(better)}"
    )
    rules = (*given[0].rules, *given[1].rules)
    return sheet.finding(
        "table.inversion", message, rules=rules, conditions=worse, other=better, results=results
    )


def _conditions(domains: Sequence[Domain], box: dict[int, int]) -> Conditions:
    return tuple(
        (domains[column].title, domains[column].text(bits))
        for column, bits in sorted(box.items())
        if bits != domains[column].all() and domains[column].atoms
    )


def _apart(one: Results, other: Results) -> tuple[Results, Results]:
    """The outputs in which the two differ."""
    differ = [frozen(a[1]) != frozen(b[1]) for a, b in zip(one, other, strict=True)]
    return tuple(compress(one, differ)), tuple(compress(other, differ))


def _results(sheet: Sheet, given: Given) -> Results:
    titles = sheet.table.table.result_titles
    if len(titles) == 1:
        return ((titles[0], given.value),)
    values = given.value if isinstance(given.value, dict) else {}
    return tuple(
        (title, values.get(name)) for title, name in zip(titles, sheet.table.names, strict=True)
    )
