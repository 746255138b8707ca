"""What a check as a whole may cost: the steps of all cells that it asks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

STEPS = 10_000_000  # of one check, or of one comparison of two versions


class SpentError(Exception):
    """The budget is used up; what has been found is true, but not all."""


_left: ContextVar[list[int] | None] = ContextVar("left", default=None)


@contextmanager
def budget(steps: int | None = None) -> Iterator[None]:
    """All that is asked within shares one budget."""
    token = _left.set([STEPS if steps is None else steps])
    try:
        yield
    finally:
        _left.reset(token)


def spend(steps: int) -> None:
    """Count steps where a budget is in force. Raises `SpentError`."""
    left = _left.get()
    if left is None:
        return
    left[0] -= steps
    if left[0] < 0:
        raise SpentError
