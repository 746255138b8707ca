"""Drawings of a back-test: numbers for the templates, in units of the drawing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from concord.treatment.backtesting.sums import BECAME, Became, Cost, Month, Sum

WIDTH, HEIGHT = 640, 200
MOST_LABELS: Final = 6
STEPS: Final = 4
# By a dark and a light tone as well as by colour; the table beside them says each in words.
TONES: Final[dict[Became, str]] = {
    "paid": "go",
    "paid_late": "route",
    "never_paid": "stop",
    "returned": "first",
    "not_due": "none",  # nobody knows yet
    "nobody_knows": "none",
}


@dataclass(frozen=True, slots=True)
class Bars:
    """A month: what each of the two would have refused, as two bars side by side."""

    first: date
    before: Sum
    after: Sum
    left: float
    width: float
    before_top: float
    before_height: float
    after_top: float
    after_height: float
    label: bool

    @property
    def middle(self) -> float:
        return self.left + self.width

    @property
    def second(self) -> float:
        return self.left + self.width


@dataclass(frozen=True, slots=True)
class Level:
    amount: Decimal
    y: float


@dataclass(frozen=True, slots=True)
class Columns:
    bars: Sequence[Bars]
    levels: Sequence[Level]


def columns(months: Sequence[Month], in_money: bool) -> Columns:
    """What would have been refused, month by month, from nothing upwards."""

    def size(of: Sum) -> Decimal:
        return of.money if in_money else Decimal(of.acts)

    pairs = [(month, month.by("before")["held"], month.by("after")["held"]) for month in months]
    top = _round_up(max((size(s) for _m, *both in pairs for s in both), default=Decimal(0)))
    step = WIDTH / max(len(months), 1)
    every = -(-len(months) // MOST_LABELS)

    def height(of: Sum) -> float:
        return round(float(size(of) / top) * HEIGHT, 1)

    bars = [
        Bars(
            month.first, before, after, round(step * (at + 0.18), 1), round(step * 0.32, 1),
            round(HEIGHT - height(before), 1), height(before),
            round(HEIGHT - height(after), 1), height(after),
            (len(months) - 1 - at) % every == 0,
        )
        for at, (month, before, after) in enumerate(pairs)
    ]  # fmt: skip
    levels = [Level(top * at / STEPS, round(HEIGHT - HEIGHT * at / STEPS, 1))
              for at in range(STEPS + 1)]  # fmt: skip
    return Columns(bars, levels)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a bar of 640."""

    became: Became
    tone: str
    sum: Sum
    x: float
    width: float


def pieces(cost: Cost, whole: Decimal, in_money: bool) -> Iterator[Piece]:
    """What became of what was refused, as parts of a bar whose whole is `whole`."""
    x = 0.0
    for became in BECAME:
        of = cost.held[became]
        share = (of.money if in_money else Decimal(of.acts)) / whole if whole else Decimal(0)
        width = round(float(share) * WIDTH, 1)
        yield Piece(became, TONES[became], of, round(x, 1), width)
        x += width


def larger(costs: Iterable[Cost], in_money: bool) -> Decimal:
    return max((each.all.money if in_money else Decimal(each.all.acts) for each in costs),
               default=Decimal(0))  # fmt: skip


def _round_up(amount: Decimal) -> Decimal:
    """The next of 1, 2, 4 or 8 times a power of ten, of which a quarter is a round number."""
    if amount <= 0:
        return Decimal(4)
    power = Decimal(10) ** amount.adjusted()
    found = next((power * each for each in (1, 2, 4, 8) if power * each >= amount), power * 10)
    return max(found, Decimal(4))
