"""Runs a pattern's program: all threads go through the text together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from concord.dmn.feel.regex.program import (
    BEGIN,
    END,
    JUMP,
    MATCH,
    SAME,
    SAVE,
    SPLIT,
    Instruction,
)

REFERRING = 5  # steps of a thread in a pattern with back-references

Spend = Callable[[int], None]
Saved = tuple[int, ...]
Thread = tuple[int, Saved]


@dataclass(frozen=True, slots=True)
class Match:
    """`spans[0]` is the whole match, the others the groups; -1 for a group left out."""

    spans: tuple[tuple[int, int], ...]


class Pattern:
    """A compiled pattern."""

    def __init__(
        self, program: list[Instruction], groups: int, multiline: bool, heaviest: int = 1
    ) -> None:
        self.program = program
        self.groups = groups
        self.multiline = multiline
        self.refers = any(op == SAME for op, _, _ in program)
        self.work = len(program)  # what it took to compile it
        self.heaviest = heaviest  # tests of one character
        self.saving = 1 + groups // 20

    def search(self, text: str, spend: Spend, start: int = 0) -> Match | None:
        """The leftmost match at or after `start`, with Perl's preferences."""
        saves = (-1,) * (2 * self.groups + 2)
        if self.refers:
            saves = (*saves, 0)  # how much of a back-reference has been read
        threads: list[Thread] = []
        best: Saved | None = None
        for position in range(start, len(text) + 1):
            seen: set[int | Thread] = set()
            current: list[Thread] = []
            for pc, saved in threads:
                self._follow(pc, saved, text, position, seen, current)
                if self.refers:
                    spend(REFERRING)
            if best is None:
                self._follow(0, saves, text, position, seen, current)
            spend(1 + (len(seen) * self.saving + len(current) * self.heaviest) // 8)
            threads, found = self._step(current, text, position)
            best = found if found is not None else best
            if best is not None and not threads:
                break
        if best is None:
            return None
        spans = ((best[at], best[at + 1]) for at in range(0, 2 * self.groups + 2, 2))
        return Match(tuple(spans))

    def _step(
        self, current: list[Thread], text: str, position: int
    ) -> tuple[list[Thread], Saved | None]:
        ahead: list[Thread] = []
        char = text[position] if position < len(text) else None
        for pc, saved in current:
            op, test, fold = self.program[pc]
            if op == MATCH:
                return ahead, saved
            if op == SAME:
                thread = _same(pc, saved, test, fold, text, char)  # type: ignore[arg-type]
                ahead += [thread] if thread else []
            elif char is not None and test(char):  # type: ignore[operator]
                ahead.append((pc + 1, saved))
        return ahead, None

    def _follow(
        self,
        pc: int,
        saved: Saved,
        text: str,
        position: int,
        seen: set[int | Thread],
        into: list[Thread],
    ) -> None:
        """Add the thread and all that it reaches without reading, in order of preference."""
        stack = [(pc, saved)]
        while stack:
            pc, saved = stack.pop()
            key = (pc, saved) if self.refers else pc
            if key in seen:
                continue
            seen.add(key)
            op, a, b = self.program[pc]
            if op == JUMP:
                stack.append((a, saved))  # type: ignore[arg-type]
            elif op == SPLIT:
                stack.append((b, saved))  # type: ignore[arg-type]
                stack.append((a, saved))  # type: ignore[arg-type]
            elif op == SAVE:
                slot: int = a  # type: ignore[assignment]
                stack.append((pc + 1, (*saved[:slot], position, *saved[slot + 1 :])))
            elif op in (BEGIN, END):
                if self._at_edge(op, text, position):
                    stack.append((pc + 1, saved))
            elif op == SAME and saved[2 * a] >= saved[2 * a + 1]:  # type: ignore[operator]
                stack.append((pc + 1, saved))  # a group that is empty, or was left out
            else:
                into.append((pc, saved))

    def _at_edge(self, op: int, text: str, position: int) -> bool:
        if op == BEGIN:
            return position == 0 or (self.multiline and text[position - 1] == "\n")
        return position == len(text) or (self.multiline and text[position] == "\n")

    def finditer(self, text: str, spend: Spend) -> Iterator[Match]:
        """All matches that do not overlap."""
        position = 0
        while position <= len(text):
            found = self.search(text, spend, position)
            if found is None:
                return
            yield found
            start, end = found.spans[0]
            position = end if end > start else end + 1


def _same(
    pc: int, saved: Saved, group: int, fold: bool, text: str, char: str | None
) -> Thread | None:
    """The thread one character further in its back-reference, where that is the same."""
    begin, end, done = saved[2 * group], saved[2 * group + 1], saved[-1]
    wanted = text[begin + done]
    if char is None or not (char == wanted or (fold and char.lower() == wanted.lower())):
        return None
    if begin + done + 1 == end:
        return pc + 1, (*saved[:-1], 0)
    return pc, (*saved[:-1], done + 1)
