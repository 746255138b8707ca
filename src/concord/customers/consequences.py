"""What a merge (or its undoing) changes beyond the values: facts, standing, treatments.

`customers` knows none of these: the apps above register who tells them, from the sides as they are
and as one (`AsOne`); nothing is written or locked for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from concord.customers.as_one import AsOne
from concord.kernel.access import Viewer

Group = Literal["facts", "standing", "answers"]


@dataclass(frozen=True, slots=True)
class View:
    """Who looks, and at what: `together` is as it would be, or (`is_one`) as it is by now."""

    viewer: Viewer
    left: AsOne
    right: AsOne
    together: AsOne
    is_one: bool = False

    @property
    def sides(self) -> tuple[AsOne, AsOne, AsOne]:
        return self.left, self.right, self.together


@dataclass(frozen=True, slots=True)
class Consequence:
    """One line, in the reader's words: each side alone, and both together.

    `tones` are the colours of the three, for what has some (`go`, `route`, `stop`, `first`).
    """

    group: Group
    label: str
    left: str
    right: str
    together: str
    tones: tuple[str, str, str] = ("", "", "")

    @property
    def left_changes(self) -> bool:
        return self.left != self.together

    @property
    def right_changes(self) -> bool:
        return self.right != self.together

    @property
    def changes(self) -> bool:
        return self.left_changes or self.right_changes


Teller = Callable[[View], Iterable[Consequence]]
_tellers: list[Teller] = []


def register(teller: Teller) -> None:
    if teller not in _tellers:
        _tellers.append(teller)


def consequences(view: View) -> list[Consequence]:
    """All lines: first those that change, each group in the order of who tells it."""
    found = [line for teller in _tellers for line in teller(view)]
    order = {"standing": 0, "answers": 1, "facts": 2}
    return sorted(found, key=lambda line: (order[line.group], not line.changes))
