"""The names in scope, found in the text by the longest match, spaces and signs included."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from concord.dmn.feel.lexer import IDENTIFIER, KEYWORDS, PART, SPACE, name_parts

_NAME = ""  # the key under which a name's last word has the whole name


class Names:
    """A set of names, as a tree by their words and signs for the parser."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.all: dict[str, None] = {}
        self._tree: dict[str, Any] = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        if name in self.all:
            return
        self.all[name] = None
        parts = name_parts(name)
        if parts:
            branch = self._tree
            for part in parts:
                branch = branch.setdefault(part, {})
            branch.setdefault(_NAME, name)

    def longest(self, text: str, position: int) -> tuple[str, int] | None:
        """The longest name that stands at the position, and where it ends."""
        best: tuple[str, int] | None = None
        branch: dict[str, Any] | None = self._tree
        found = PART.match(text, position)
        while found and (branch := branch.get(found[0])):  # type: ignore[union-attr]
            end = found.end()
            if _NAME in branch:
                best = branch[_NAME], end
            space = SPACE.match(text, end)
            found = PART.match(text, space.end() if space else end)
        return best


@lru_cache(maxsize=64)
def names_of(names: tuple[str, ...]) -> Names:
    """The same names for one expression after the other; nobody may add to them."""
    return Names(names)


def is_name(text: str) -> bool:
    """Whether an expression can speak of it (DMN 1.5, 10.3.1.2, rules 27 to 30)."""
    whole = "".join(name_parts(text)) == "".join(text.split())
    return whole and text not in KEYWORDS and IDENTIFIER.match(text) is not None
