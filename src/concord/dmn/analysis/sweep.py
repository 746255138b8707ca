"""Boxes in a space of columns: where no rule holds, which rules hold together, what covers what.

A box is a set of classes for each column, as bits. A question about a box is answered by cutting it
until each piece is answered at once: no rule meets it, one rule covers it, all that meet it meet in
one point (after Calvanese et al., 'Semantics, analysis and simplification of DMN decision tables',
2018). They cut along one column after the other; here many rules are first cut where few of them
stand on both sides, which follows the shape of the table, and of few one after the other is taken
out. Neighbouring pieces are merged at the end.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import and_

from concord.dmn.columns import stretches

Box = tuple[int, ...]
MAX_PIECES = 100_000  # of one question; what is beyond is told as not judged
PLACE = 32  # bits for the number of a set of classes
FEW = 12  # rules: from here on one is taken out after the other


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
        found = list(self._gaps(self._begin(box or self.space, live)))
        for relation in self.relations:
            found = [part for each in found for part in relation.within(each)]
        return merged(found)

    def covered(self, box: Box, live: Iterable[int]) -> bool:
        """Whether the rules together cover all of the box that can arrive."""
        self._left = MAX_PIECES
        covered = not any(self.arrives(each) for each in self._gaps(self._begin(box, live)))
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
        found = [(1 << len(self.rules)) - 1] * len(self.rules)
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
        """The largest sets of rules, two or more, that hold at one point. Each is looked for within
        the box of its first rule, among the rules behind it that meet it: those with one of them,
        and those without it."""
        self._left = MAX_PIECES
        sets = _Sets()
        for first in live:
            stack = [(self.rules[first], 1 << first, near[first] >> (first + 1) << (first + 1))]
            while stack:
                box, base, more = stack.pop()
                if sets.has(base | more):
                    continue
                if self._meet(box, more):
                    sets.add(base | more)
                elif more and self._spend():
                    each = min(_bits(more), key=lambda rule: (near[rule] & more).bit_count())
                    inner = self._shared(box, each)
                    beside = more & near[each] & ~(1 << each)
                    beside = sum(1 << rule for rule in _bits(beside) if self._touch(inner, rule))
                    stack.append((box, base, more & ~(1 << each)))
                    stack.append((inner, base | 1 << each, beside))
        return sets.largest()

    def _shared(self, box: Box, rule: int) -> Box:
        return tuple(map(and_, box, self.rules[rule]))

    def _touch(self, box: Box, rule: int) -> bool:
        return all(map(and_, box, self.rules[rule]))

    def _meet(self, box: Box, more: int) -> bool:
        """Whether all of the rules hold at one point of the box that can arrive."""
        for rule in _bits(more):
            box = self._shared(box, rule)
            if not all(box):
                return False
        return self.arrives(box)

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

    def _gaps(self, piece: _Piece) -> Iterator[Box]:
        """The parts that no rule of the piece covers."""
        stack = [piece]
        while stack:
            each = stack.pop()
            if not each.rules:
                yield each.box
            elif 0 not in each.open and self._spend():
                stack += self._around(each) if len(each.rules) <= FEW else self._in_two(each)

    def _around(self, piece: _Piece) -> list[_Piece]:
        """What lies outside of the rule that covers most of the piece, column by column."""
        at = min(range(len(piece.rules)), key=lambda at: piece.open[at].bit_count())
        cells, parts = self.rules[piece.rules[at]], []
        for column in _bits(piece.open[at]):
            outside = piece.box[column] & ~cells[column]
            parts.append(self._part(piece, column, outside))
            piece = self._part(piece, column, piece.box[column] & cells[column])
        return parts[::-1]

    def _in_two(self, piece: _Piece) -> list[_Piece]:
        """Both sides of a cut through which few rules go, and that has about as many of them on one
        side as on the other."""
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
        above = piece.box[column] & ~below
        return [self._part(piece, column, above), self._part(piece, column, below)]

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

    def has(self, rules: int) -> bool:
        """Whether all of the rules lie in one of the sets."""
        fewest = min((self._of.get(rule, ()) for rule in _bits(rules)), key=len)
        return any(not rules & ~each for each in fewest)

    def add(self, rules: int) -> None:
        if rules & (rules - 1):
            self._all.append(rules)
            for rule in _bits(rules):
                self._of.setdefault(rule, []).append(rules)

    def largest(self) -> list[tuple[int, ...]]:
        kept = {
            rules
            for rules in self._all
            if not any(rules != each and not rules & ~each for each in self._of[_lowest(rules)])
        }
        return sorted(tuple(_bits(rules)) for rules in kept)


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
    """Boxes that differ in one column only become one. A box is worked with as one whole number: in
    each column a number for its set of classes."""
    if len(boxes) < 2:
        return list(boxes)
    numbers: dict[int, int] = {}
    width = len(boxes[0])
    rows = [0] * len(boxes)
    for at in reversed(range(width)):
        own = [numbers.setdefault(box[at], len(numbers)) for box in boxes]
        rows = [row << PLACE | number for row, number in zip(rows, own, strict=True)]
    column = quiet = 0
    while quiet < width:  # one round over all columns in which nothing is merged
        fewer = _merged_along(column * PLACE, rows, numbers)
        quiet = 0 if len(fewer) < len(rows) else quiet + 1
        rows = fewer
        column = (column + 1) % width
    sets, mask = list(numbers), (1 << PLACE) - 1
    shifts = [column * PLACE for column in range(width)]
    return [tuple([sets[row >> shift & mask] for shift in shifts]) for row in rows]


def _merged_along(shift: int, rows: list[int], numbers: dict[int, int]) -> list[int]:
    """The rows of which those that are the same but at the shift are one."""
    field, sets = (1 << PLACE) - 1 << shift, list(numbers)
    found: dict[int, int] = {}
    for row in rows:
        rest = row & ~field
        other = found.setdefault(rest, row)
        if other != row:
            bits = sets[(other ^ rest) >> shift] | sets[(row ^ rest) >> shift]
            number = numbers.setdefault(bits, len(numbers))
            if number == len(sets):
                sets.append(bits)
            found[rest] = rest | number << shift
    return list(found.values())
