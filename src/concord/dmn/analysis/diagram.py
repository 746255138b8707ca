"""Functions of many columns as decision diagrams: what comes out, by the class of each column.

A node asks one column and has a child for each of its classes; a leaf is what comes out. Equal
nodes are one, a node whose children are all the same is that child, and columns are asked in one
order: so two functions are the same exactly if they are the same node.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

from concord.dmn.analysis.sweep import merged

MAX_NODES = 200_000
LEAF = 1 << 30  # behind all columns
Restricted = tuple[tuple[int, int], ...]  # columns that matter, each with classes as bits


class TooLargeError(Exception):
    """There are more nodes than are looked at."""


@dataclass
class Diagrams:
    """All nodes of one analysis, by number. `widths` are the classes of each column."""

    widths: list[int] = field(default_factory=list)
    _columns: list[int] = field(default_factory=list)
    _children: list[tuple[int, ...]] = field(default_factory=list)
    _payloads: dict[int, Any] = field(default_factory=dict)
    _nodes: dict[Hashable, int] = field(default_factory=dict)
    _selected: dict[Hashable, int] = field(default_factory=dict)
    _leaves: dict[int, frozenset[int]] = field(default_factory=dict)
    _left: int = MAX_NODES

    def begin(self) -> None:
        """What follows may be as large as is looked at at once."""
        self._left = MAX_NODES

    def leaf(self, key: Hashable, payload: Any = None) -> int:
        """The leaf of that key; leaves of one key are one."""
        return self._add(LEAF, (), ("leaf", key), payload if payload is not None else key)

    def node(self, column: int, children: tuple[int, ...]) -> int:
        """The node that asks the column."""
        if children.count(children[0]) == len(children):
            return children[0]
        return self._add(column, children, (column, children), None)

    def _add(self, column: int, children: tuple[int, ...], key: Hashable, payload: Any) -> int:
        known = self._nodes.get(key)
        if known is not None:
            return known
        self._left -= 1
        if self._left < 0:
            raise TooLargeError
        made = len(self._columns)
        self._nodes[key] = made
        self._columns.append(column)
        self._children.append(children)
        if column == LEAF:
            self._payloads[made] = payload
        return made

    def column(self, node: int) -> int:
        """The column that the node asks; `LEAF` for none."""
        return self._columns[node]

    def children(self, node: int, column: int) -> tuple[int, ...]:
        """What follows for each class of the column, whether the node asks it or not."""
        if self._columns[node] == column:
            return self._children[node]
        return (node,) * self.widths[column]

    def payload(self, leaf: int) -> Any:
        return self._payloads[leaf]

    def leaves(self, node: int) -> frozenset[int]:
        """All that can come out."""
        if self._columns[node] == LEAF:
            return frozenset((node,))
        if node not in self._leaves:
            self._leaves[node] = frozenset().union(
                *(self.leaves(each) for each in dict.fromkeys(self._children[node]))
            )
        return self._leaves[node]

    def payloads(self, node: int) -> list[Any]:
        return [self._payloads[each] for each in sorted(self.leaves(node))]

    def select(self, by: int, then: Mapping[int, int]) -> int:
        """The function that is `then[leaf]` where `by` gives the leaf."""
        if self._columns[by] == LEAF:
            return then[by]
        then = {leaf: then[leaf] for leaf in self.leaves(by)}
        followers = set(then.values())
        if len(followers) == 1:
            return followers.pop()
        key = (by, tuple(sorted(then.items())))
        known = self._selected.get(key)
        if known is None:
            column = min(self._columns[by], *(self._columns[each] for each in followers))
            below = {leaf: self.children(each, column) for leaf, each in then.items()}
            known = self.node(
                column,
                tuple(
                    self.select(child, {leaf: each[at] for leaf, each in below.items()})
                    for at, child in enumerate(self.children(by, column))
                ),
            )
            self._selected[key] = known
        return known

    def relabelled(self, node: int, label: Callable[[Any], int]) -> int:
        """The function with another leaf for each payload."""
        return self.select(node, {each: label(self._payloads[each]) for each in self.leaves(node)})

    def boxes(self, node: int, leaf: int) -> list[Restricted]:
        """Where the leaf comes out, as boxes; neighbours are merged."""
        known: dict[int, tuple[Restricted, ...]] = {}
        return _joined(self._boxes(node, leaf, known))

    def _boxes(
        self, node: int, leaf: int, known: dict[int, tuple[Restricted, ...]]
    ) -> tuple[Restricted, ...]:
        if self._columns[node] == LEAF:
            return ((),) if node == leaf else ()
        if node not in known:
            column, groups = self._columns[node], dict[Restricted, int]()
            for at, child in enumerate(self._children[node]):
                if leaf in self.leaves(child):
                    for box in self._boxes(child, leaf, known):
                        groups[box] = groups.get(box, 0) | 1 << at
            full = (1 << self.widths[column]) - 1
            known[node] = tuple(
                box if bits == full else ((column, bits), *box) for box, bits in groups.items()
            )
            self._left -= len(known[node])
            if self._left < 0:
                raise TooLargeError
        return known[node]

    def holds(self, node: int, box: Mapping[int, int]) -> frozenset[int]:
        """What can come out within the box."""
        return frozenset(self._holds(node, box, {}))

    def _holds(self, node: int, box: Mapping[int, int], known: dict[int, set[int]]) -> set[int]:
        column = self._columns[node]
        if column == LEAF:
            return {node}
        if node not in known:
            wanted = box.get(column, -1)
            known[node] = set().union(
                *(
                    self._holds(child, box, known)
                    for at, child in enumerate(self._children[node])
                    if wanted >> at & 1
                )
            )
        return known[node]


def _joined(boxes: tuple[Restricted, ...]) -> list[Restricted]:
    """Boxes that differ in one column only become one."""
    columns = sorted({column for box in boxes for column, _ in box})
    whole = [tuple(dict(box).get(column, -1) for column in columns) for box in boxes]
    return [
        tuple((column, bits) for column, bits in zip(columns, box, strict=True) if bits != -1)
        for box in merged(whole)
    ]
