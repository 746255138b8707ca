"""A customer drawn as the entries and links that hold it together, the weak one in the middle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol
from uuid import UUID

from concord.customers.matching.compare import Comparison

WIDTH: Final = 680
LEFT, RIGHT = 250, 430  # where the two columns stand
FIRST, STEP = 28, 46
MOST: Final = 8  # entries of one side that are drawn; all of them stand in the list beside
LONGEST: Final = 30  # letters of a name in the picture

Pair = tuple[UUID, UUID]


class Named(Protocol):
    """What is drawn of an entry."""

    @property
    def name(self) -> str: ...
    @property
    def source(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Dot:
    """An entry; `label_x` and `anchor` say where its words stand, outside of the links."""

    x: int
    y: int
    name: str
    source: str
    label_x: int
    anchor: str


@dataclass(frozen=True, slots=True)
class Line:
    """A link as the path of an SVG; `is_weak` is the one in question."""

    path: str
    is_weak: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """`hidden`: entries that are not drawn."""

    width: int
    height: int
    dots: list[Dot]
    lines: list[Line]
    hidden: int


def picture(
    left: Mapping[UUID, Named],
    right: Mapping[UUID, Named],
    compared: Mapping[Pair, Comparison],
    link: Pair,
) -> Picture:
    """The entries on either side of `link`; `compared` has every two that were compared."""
    columns = [_chosen(some, link) for some in (left, right)]
    height = FIRST + STEP * max(map(len, columns))
    dots: dict[UUID, Dot] = {}
    for x, keys, names in zip((LEFT, RIGHT), columns, (left, right), strict=True):
        top = FIRST + STEP * (max(map(len, columns)) - len(keys)) // 2
        for n, key in enumerate(keys):
            dots[key] = _dot(names[key], x, top + STEP * n)
    held = [pair for pair, one in compared.items() if one.agrees or one.identified]
    lines = [_line(dots[a], dots[b], is_weak=False) for a, b in held
             if {a, b} <= dots.keys() and {a, b} != set(link)]  # fmt: skip
    if set(link) <= dots.keys():
        lines.append(_line(dots[link[0]], dots[link[1]], is_weak=True))
    return Picture(WIDTH, height, list(dots.values()), lines, len(left) + len(right) - len(dots))


def _chosen(side: Iterable[UUID], link: Sequence[UUID]) -> list[UUID]:
    """The ends of the link in any case, then the oldest."""
    return sorted(sorted(side, key=lambda key: (key not in link, key))[:MOST])


def _dot(named: Named, x: int, y: int) -> Dot:
    is_left = x == LEFT
    name = named.name if len(named.name) <= LONGEST else f"{named.name[: LONGEST - 1]}…"
    return Dot(
        x, y, name, named.source, x - 14 if is_left else x + 14, "end" if is_left else "start"
    )


def _line(one: Dot, other: Dot, *, is_weak: bool) -> Line:
    """Straight across; of one side in a bow towards the middle, so that none hides another."""
    if one.x != other.x:
        return Line(f"M{one.x} {one.y}L{other.x} {other.y}", is_weak)
    reach = min(16 + abs(one.y - other.y) // 2, 80) * (1 if one.x == LEFT else -1)
    middle = (one.y + other.y) // 2
    return Line(f"M{one.x} {one.y}Q{one.x + reach} {middle} {other.x} {other.y}", is_weak)
