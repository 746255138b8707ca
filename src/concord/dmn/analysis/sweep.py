"""Boxes in a space of columns: where no rule holds, which rules hold together, what covers what.

A box is a set of classes for each column, as bits. A question about a box is answered by cutting it
until each piece is answered at once: no rule meets it, one rule covers it, all that meet it meet in
one point (after Calvanese et al., 'Semantics, analysis and simplification of DMN decision tables',
2018). They cut along one column after the other; here many rules are first cut where fewest of
them stand on both sides, which follows the shape of the table. Answers of neighbouring pieces are
merged on the way back.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from concord.dmn.columns import stretches

Box = tuple[int, ...]
MAX_PIECES = 100_000  # of one question; what is beyond is told as not judged
MAX_DEPTH = 300  # of cuts
FEW = 12  # rules: from here on along one column after the other


@dataclass(frozen=True, slots=True)
class Relation:
    """Columns whose values do not come together freely: `rows` are the classes that can."""

    columns: tuple[int, ...]
    rows: frozenset[tuple[int, ...]]

    def within(self, box: Box) -> list[Box]:
        """The parts of the box that can arrive."""
        wanted = [
            row
            for row in self.rows
            if all(box[column] >> at & 1 for column, at in zip(self.columns, row, strict=True))
        ]
        size = 1
        for column in self.columns:
            size *= box[column].bit_count()
        if len(wanted) == size:
            return [box]
        parts = [tuple(1 << at for at in row) for row in sorted(wanted)]
        return [self._put(box, part) for part in merged(parts)]

    def _put(self, box: Box, part: Box) -> Box:
        changed = list(box)
        for column, bits in zip(self.columns, part, strict=True):
            changed[column] = bits
        return tuple(changed)


@dataclass(slots=True)
class _Piece:
    """A box with the rules that meet it: for each the columns, as bits, that it does not cover."""

    box: Box
    rules: list[int]
    open: list[int]


@dataclass
class Sweep:
    """Questions about the rules of one table. `bounded` is set where one was given up."""

    space: Box
    rules: Sequence[Box]
    relations: Sequence[Relation] = ()
    bounded: bool = False
    _left: int = field(default=0, repr=False)

    def gaps(self, live: Iterable[int], box: Box | None = None) -> list[Box]:
        """The parts of the box (of all) that none of the rules covers, neighbours merged."""
        self._left = MAX_PIECES
        found = self._gaps(self._begin(box or self.space, live))
        for relation in self.relations:
            found = [part for each in found for part in relation.within(each)]
        return merged(found)

    def covered(self, box: Box, live: Iterable[int]) -> bool:
        """Whether the rules together cover all of the box that can arrive."""
        self._left = MAX_PIECES
        covered = not any(self.arrives(each) for each in self._holes(self._begin(box, live)))
        return covered and self._left >= 0

    def arrives(self, box: Box) -> bool:
        """Whether something in the box can arrive."""
        if not all(box):
            return False
        boxes = [box]
        for relation in self.relations:
            boxes = [part for each in boxes for part in relation.within(each)]
        return bool(boxes)

    def neighbours(self) -> list[int]:
        """For each rule, as bits, the rules that meet it somewhere, itself among them."""
        found = [-1] * len(self.rules)
        for column in range(len(self.space)):
            classes = self._by_class(column)
            known: dict[int, int] = {}
            for at, rule in enumerate(self.rules):
                cell = rule[column]
                if cell not in known:
                    known[cell] = _union(classes, cell)
                found[at] &= known[cell]
        return found

    def _by_class(self, column: int) -> list[int]:
        """The rules, as bits, by class of the column."""
        size = self.space[column].bit_length()
        changes = [0] * (size + 1)
        for at, rule in enumerate(self.rules):
            for start, end in stretches(rule[column]):
                changes[start] ^= 1 << at
                changes[end] ^= 1 << at
        found, now = [], 0
        for change in changes[:size]:
            now ^= change
            found.append(now)
        return found

    def together(self, live: Iterable[int], near: list[int]) -> list[tuple[int, ...]]:
        """The largest sets of rules, two or more, that hold at one point."""
        self._left = MAX_PIECES
        sets = _Sets()
        stack = [self._begin(self.space, live)]
        while stack:
            piece = stack.pop()
            mask = sum(1 << rule for rule in piece.rules)
            for at in reversed(range(len(piece.rules))):
                if near[piece.rules[at]] & mask == 1 << piece.rules[at]:
                    del piece.rules[at], piece.open[at]
            if len(piece.rules) < 2 or sets.has(piece.rules):
                continue
            if self._meet(piece):
                sets.add(piece.rules)
            elif any(piece.open) and self._spend():
                stack.extend(part for _, part in self._cut(piece)[1])
        return sets.largest()

    def _meet(self, piece: _Piece) -> bool:
        """Whether all of its rules hold at one point that can arrive."""
        shared = piece.box
        for rule in piece.rules:
            shared = tuple(a & b for a, b in zip(shared, self.rules[rule], strict=True))
            if not all(shared):
                return False
        return self.arrives(shared)

    # Cutting ----------------------------------------------------------------------------------

    def _begin(self, box: Box, live: Iterable[int]) -> _Piece:
        rules, opens = [], []
        for rule in live:
            missing = 0
            for column, (wanted, cell) in enumerate(zip(box, self.rules[rule], strict=True)):
                shared = wanted & cell
                if not shared:
                    break
                if shared != wanted:
                    missing |= 1 << column
            else:
                rules.append(rule)
                opens.append(missing)
        return _Piece(box, rules, opens)

    def _spend(self) -> bool:
        self._left -= 1
        self.bounded = self.bounded or self._left < 0
        return self._left >= 0

    def _gaps(self, piece: _Piece, depth: int = 0) -> list[Box]:
        if not piece.rules:
            return [piece.box]
        if 0 in piece.open or not self._spend():
            return []
        if depth > MAX_DEPTH:
            self.bounded = True
            return []
        column, parts = self._cut(piece)
        joined: dict[tuple[Box, Box], int] = {}
        for _, part in parts:
            for box in self._gaps(part, depth + 1):
                key = (box[:column], box[column + 1 :])
                joined[key] = joined.get(key, 0) | box[column]
        return [(*left, bits, *right) for (left, right), bits in joined.items()]

    def _holes(self, piece: _Piece) -> Iterator[Box]:
        stack = [piece]
        while stack:
            each = stack.pop()
            if not each.rules:
                yield each.box
            elif 0 not in each.open and self._spend():
                stack.extend(part for _, part in self._cut(each)[1])

    def _cut(self, piece: _Piece) -> tuple[int, list[tuple[int, _Piece]]]:
        """The column along which the piece is cut, and the parts."""
        if len(piece.rules) <= FEW:
            column, parts = self._apart(piece)
        else:
            column, parts = self._in_two(piece)
        return column, [(bits, self._part(piece, column, bits)) for bits in parts]

    def _apart(self, piece: _Piece) -> tuple[int, list[int]]:
        """Along the first column that matters, into what the rules tell apart there."""
        some = 0
        for missing in piece.open:
            some |= missing
        column = (some & -some).bit_length() - 1
        parts = [piece.box[column]]
        for rule, missing in zip(piece.rules, piece.open, strict=True):
            if missing >> column & 1:
                cell = self.rules[rule][column]
                parts = [half for part in parts for half in (part & cell, part & ~cell) if half]
        return column, parts

    def _in_two(self, piece: _Piece) -> tuple[int, list[int]]:
        """Where fewest rules stand on both sides, and about as many on one as on the other."""
        best, chosen = -1, (0, 0)
        some = 0
        for missing in piece.open:
            some |= missing
        for column in range(len(piece.box)):
            if not some >> column & 1:
                continue
            cost, place = self._place(piece, column)
            if best < 0 or cost < best:
                best, chosen = cost, (column, place)
        column, place = chosen
        below = piece.box[column] & (1 << place) - 1
        return column, [below, piece.box[column] & ~below]

    def _place(self, piece: _Piece, column: int) -> tuple[int, int]:
        """The best cut of the column: what it costs, and the first class above it."""
        wide = piece.box[column]
        lows, highs, places = [], [], set()
        for rule, missing in zip(piece.rules, piece.open, strict=True):
            if not missing >> column & 1:
                continue
            cell = self.rules[rule][column] & wide
            rest = wide & ~cell
            low, high = (cell & -cell).bit_length() - 1, cell.bit_length() - 1
            low_rest, high_rest = (rest & -rest).bit_length() - 1, rest.bit_length() - 1
            lows.append(low)
            highs.append(high)
            places.add(low if low > low_rest else low_rest)
            places.add((high if high < high_rest else high_rest) + 1)
        lows.sort()
        highs.sort()
        covering = len(piece.rules) - len(lows)
        best, chosen = -1, 0
        for place in places:
            left = covering + bisect_left(lows, place)
            right = covering + len(highs) - bisect_left(highs, place)
            cost = left * left + right * right
            if best < 0 or cost < best or (cost == best and place < chosen):
                best, chosen = cost, place
        return best, chosen

    def _part(self, piece: _Piece, column: int, bits: int) -> _Piece:
        box = (*piece.box[:column], bits, *piece.box[column + 1 :])
        rules, opens, closed = [], [], ~(1 << column)
        for rule, missing in zip(piece.rules, piece.open, strict=True):
            if missing >> column & 1:
                shared = self.rules[rule][column] & bits
                if not shared:
                    continue
                if shared == bits:
                    missing &= closed
            rules.append(rule)
            opens.append(missing)
        return _Piece(box, rules, opens)


class _Sets:
    """Sets of rules, of which those that lie in another one are not wanted."""

    def __init__(self) -> None:
        self._of: dict[int, list[int]] = {}
        self._all: list[int] = []

    def has(self, rules: Sequence[int]) -> bool:
        """Whether all of the rules lie in one of the sets."""
        wanted = sum(1 << rule for rule in rules)
        return any(not wanted & ~each for each in self._of.get(rules[0], ()))

    def add(self, rules: Sequence[int]) -> None:
        mask = sum(1 << rule for rule in rules)
        self._all.append(mask)
        for rule in rules:
            self._of.setdefault(rule, []).append(mask)

    def largest(self) -> list[tuple[int, ...]]:
        kept = {
            mask
            for mask in self._all
            if not any(mask != each and not mask & ~each for each in self._of[_lowest(mask)])
        }
        return sorted(tuple(_bits(mask)) for mask in kept)


def _lowest(mask: int) -> int:
    return (mask & -mask).bit_length() - 1


def _bits(mask: int) -> Iterator[int]:
    while mask:
        yield _lowest(mask)
        mask &= mask - 1


def _union(classes: Sequence[int], cell: int) -> int:
    found = 0
    for start, end in stretches(cell):
        for at in range(start, end):
            found |= classes[at]
    return found


def merged(boxes: Sequence[Box]) -> list[Box]:
    """Boxes that differ in one column only become one."""
    boxes, again = list(boxes), len(boxes) > 1
    while again:
        again = False
        for column in range(len(boxes[0])):
            groups: dict[tuple[Box, Box], int] = {}
            for box in boxes:
                key = (box[:column], box[column + 1 :])
                groups[key] = groups.get(key, 0) | box[column]
            if len(groups) < len(boxes):
                again = True
                boxes = [(*left, bits, *right) for (left, right), bits in groups.items()]
    return boxes
