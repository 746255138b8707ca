"""Drawings of shares with their intervals: numbers for the templates, in units of the drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from concord.treatment.keeping.overview import Month
from concord.treatment.keeping.share import Tally

WIDTH, HEIGHT = 640, 200
FLOORS: Final = (95, 90, 80, 50, 0)  # where the axis may begin, of a hundred
MOST_LABELS: Final = 6


@dataclass(frozen=True, slots=True)
class Point:
    """A month: its middle, its share and the bounds of it; `label` where there is place for one."""

    first: date
    tally: Tally
    x: float
    y: float | None
    top: float
    bottom: float
    label: bool


@dataclass(frozen=True, slots=True)
class Level:
    of_100: int
    y: float


@dataclass(frozen=True, slots=True)
class Trend:
    """`line` are the points of the shares, without a gap where a month has none."""

    points: Sequence[Point]
    levels: Sequence[Level]
    line: str
    floor: int


def trend(months: Sequence[Month]) -> Trend:
    """The months side by side, upwards from the highest floor under most of what is to be seen."""
    seen = [month for month in months if month.tally.judged]
    lowest = min((month.tally.share or 0 for month in seen), default=0)
    floor = next(each for each in FLOORS if each <= max(lowest - 1, 0))
    step = WIDTH / max(len(months), 1)
    every = -(-len(months) // MOST_LABELS)

    def y(of_100: float) -> float:
        return round(HEIGHT * (100 - max(of_100, floor)) / (100 - floor), 1)

    points = []
    for at, month in enumerate(months):
        low, high = month.tally.between
        share = month.tally.share
        points.append(
            Point(
                month.first,
                month.tally,
                round(step * (at + 0.5), 1),
                None if share is None else y(share),
                y(high),
                y(low),
                (len(months) - 1 - at) % every == 0,
            )
        )
    levels = [Level(each, y(each)) for each in range(100, floor - 1, (floor - 100) // 5)]
    line = " ".join(f"{point.x},{point.y}" for point in points if point.y is not None)
    return Trend(points, levels, line, floor)


@dataclass(frozen=True, slots=True)
class Bar:
    """A share of a hundred as a bar of 200, with its interval."""

    width: float
    low: float
    high: float


def bar(tally: Tally) -> Bar | None:
    if tally.share is None:
        return None
    low, high = tally.between
    return Bar(round(2 * tally.share, 1), round(2 * low, 1), round(2 * high, 1))
