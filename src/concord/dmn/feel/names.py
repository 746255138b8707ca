"""The names in scope, found in the text by the longest match, spaces and signs included."""

from __future__ import annotations

from collections.abc import Iterable

from concord.dmn.feel.lexer import PART, PART_CHAR, SPACE, name_parts


class Names:
    """A set of names, indexed by their first word for the parser."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.all: dict[str, None] = {}
        self._by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        if name in self.all:
            return
        self.all[name] = None
        parts = name_parts(name)
        if parts:
            found = self._by_first.setdefault(parts[0], [])
            found.append((parts, name))
            found.sort(key=lambda each: -len(each[0]))

    def longest(self, text: str, position: int) -> tuple[str, int] | None:
        """The longest name that stands at the position, and where it ends."""
        first = PART.match(text, position)
        if not first:
            return None
        for parts, name in self._by_first.get(first[0], ()):
            end = _match(text, first.end(), parts)
            if end is not None:
                return name, end
        return None


def _match(text: str, position: int, parts: tuple[str, ...]) -> int | None:
    end = position
    for part in parts[1:]:
        found = SPACE.match(text, end)
        start = found.end() if found else end
        if not text.startswith(part, start):
            return None
        if start == end and PART_CHAR.match(part) and PART_CHAR.match(text[end - 1]):
            return None
        end = start + len(part)
    tail = text[end : end + 1]
    if tail and PART_CHAR.match(tail) and PART_CHAR.match(text[end - 1]):
        return None
    return end
