"""What a pattern is compiled to: instructions, and how pieces of program are put together."""

from __future__ import annotations

MAX_PROGRAM = 5_000  # instructions

CHAR, SPLIT, JUMP, SAVE, BEGIN, END, SAME, MATCH = range(8)
Instruction = tuple[int, object, object]


class PatternError(ValueError):
    """The pattern or the replacement is none that XPath has. `work` is what it took to find out."""

    def __init__(self, message: str, work: int = 0) -> None:
        super().__init__(message)
        self.work = work


def moved(body: list[Instruction], by: int) -> list[Instruction]:
    """The instructions with their jumps shifted."""
    moved: list[Instruction] = []
    for op, a, b in body:
        if op == SPLIT:
            moved.append((op, a + by, b + by))  # type: ignore[operator]
        elif op == JUMP:
            moved.append((op, a + by, None))  # type: ignore[operator]
        else:
            moved.append((op, a, b))
    return moved


def loop(body: list[Instruction], lazy: bool) -> list[Instruction]:
    after = len(body) + 2
    split = (SPLIT, after, 1) if lazy else (SPLIT, 1, after)
    return [split, *moved(body, 1), (JUMP, 0, None)]


def maybe(body: list[Instruction], lazy: bool) -> list[Instruction]:
    after = len(body) + 1
    split = (SPLIT, after, 1) if lazy else (SPLIT, 1, after)
    return [split, *moved(body, 1)]


def bounded(body: list[Instruction]) -> None:
    if len(body) > MAX_PROGRAM:
        raise PatternError("the pattern is too large")
