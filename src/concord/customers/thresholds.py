"""The thresholds of matching, chosen by looking: what each would join, ask and leave.

A sample (`models.ScoreSample`) keeps how many pairs score how much, in steps of half a bit; from it
any two thresholds are judged at once, whatever the number of customers. What is expected is the
model's own probability, and beside it stands what people have judged of such pairs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from math import ceil, floor, sqrt
from typing import Any, Final, Self

from concord.customers.matching.compare import Comparison
from concord.customers.matching.model import Scale
from concord.ui import formats

STEP: Final = 0.5
LOWEST: Final = -10.0  # what scores less or more is counted at the end
HIGHEST: Final = 40.0
KEPT: Final = 4  # pairs of each step that can be looked at
WIDTH, HEIGHT = 1_000.0, 220.0  # of the drawing

_KEPT: Final = ("pairs", "judged", "judged_free", "some")
# May it be joined (nothing holds it back), may a person be asked: the four sorts of a step's pairs.
SORTS: Final = tuple(product((True, False), repeat=2))


@dataclass(slots=True)
class Sample:
    """By the lower end of each step: how many pairs of each of SORTS, what people judged ("same",
    "different"), and of that what nothing holds back; and some pairs by their profiles."""

    pairs: dict[float, list[int]] = field(default_factory=dict)
    judged: dict[float, list[int]] = field(default_factory=dict)
    judged_free: dict[float, list[int]] = field(default_factory=dict)
    some: dict[float, list[tuple[str, str]]] = field(default_factory=dict)

    def add(self, left: object, right: object, found: Comparison) -> None:
        at = step(found.score)
        sort = SORTS.index((may_join(found), found.answerable))
        self.pairs.setdefault(at, [0] * len(SORTS))[sort] += 1
        some = self.some.setdefault(at, [])
        if len(some) < KEPT:
            some.append((str(left), str(right)))

    def add_judged(self, found: Comparison, *, same: bool) -> None:
        for counted in [self.judged, *([self.judged_free] if may_join(found) else [])]:
            counted.setdefault(step(found.score), [0, 0])[0 if same else 1] += 1

    @property
    def total(self) -> int:
        return sum(map(sum, self.pairs.values()))

    def as_dict(self) -> dict[str, Any]:
        return {
            name: {str(at): value for at, value in sorted(getattr(self, name).items())}
            for name in _KEPT
        }

    @classmethod
    def from_dict(cls, said: Mapping[str, Any]) -> Self:
        return cls(*(
            {float(at): value for at, value in said.get(name, {}).items()}
            for name in _KEPT
        ))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What two thresholds come to, of all entries; None where there is nothing to tell it from.

    `precision`: of what is joined without a person, the share that is one customer. `found` and
    `found_with_people`: of all pairs of one customer, the share that is joined, or joined or asked
    about. `agreed` of `judged` pairs that people judged, and that would be joined, are the same.
    """

    joined: int
    asked: int
    precision: float | None
    found: float | None
    found_with_people: float | None
    agreed: int
    judged: int


def step(score: float) -> float:
    return min(max(floor(score / STEP) * STEP, LOWEST), HIGHEST)


def may_join(found: Comparison) -> bool:
    """Whatever the threshold: what contradicts, or agrees in a name alone, is never joined."""
    return not found.vetoes and found.is_backed


def outcome(sample: Sample, scale: Scale, automatic: float, review: float, times: float) -> Outcome:
    """`times`: how many pairs of all entries stand for one of the sample."""
    joined = asked = sure = perhaps = every = 0.0
    for at, counts in sample.pairs.items():
        probability = scale.probability(at + STEP / 2)
        every += probability * sum(counts)
        for count, (joins, asks) in zip(counts, SORTS, strict=True):
            if joins and at >= automatic:
                joined, sure = joined + count, sure + count * probability
            elif asks and at >= review:
                asked, perhaps = asked + count, perhaps + count * probability
    judged = [sum(column) for column in zip(*_from(sample.judged_free, automatic), strict=True)]
    same, different = judged or (0, 0)
    return Outcome(
        joined=round(joined * times),
        asked=round(asked * times),
        precision=sure / joined if joined else None,
        found=sure / every if every else None,
        found_with_people=(sure + perhaps) / every if every else None,
        agreed=same,
        judged=same + different,
    )


def _from(by_step: Mapping[float, list[int]], threshold: float) -> Iterator[list[int]]:
    return (value for at, value in by_step.items() if at >= threshold)


def scaled(drawn: int, every: int) -> float:
    """How many pairs one that is seen stands for: it is seen when either of its two was drawn."""
    if not drawn or drawn >= every:
        return 1.0
    return 1.0 / (1.0 - (1.0 - drawn / every) ** 2)


@dataclass(frozen=True, slots=True)
class Column:
    """A step of the drawing: its place, and the heights of what may be joined and what is held."""

    at: float
    pairs: int
    held: int
    probability: float
    same: int
    different: int
    zone: str  # joined, asked, apart
    x: float
    width: float
    y: float
    height: float
    held_y: float
    held_height: float

    @property
    def share(self) -> str:
        return share(self.probability)


def share(value: float | None) -> str:
    """As a person reads it: what is not all is never shown as all."""
    return "–" if value is None else f"{formats.number(floor(value * 1000) / 10)} %"


def columns(sample: Sample, scale: Scale, automatic: float, review: float) -> list[Column]:
    """From the lowest step that is taken to the highest; heights as square roots, so that few
    beside thousands are seen."""
    if not sample.pairs:
        return []
    low, high = bounds(sample, automatic, review)
    width = WIDTH / ((high - low) / STEP)
    most = sqrt(max(map(sum, sample.pairs.values())))
    found = []
    for number in range(int((high - low) / STEP)):
        at = low + number * STEP
        counts = sample.pairs.get(at, [0] * len(SORTS))
        held = sum(n for n, (joins, _) in zip(counts, SORTS, strict=True) if not joins)
        height = sqrt(sum(counts)) / most * HEIGHT
        held_height = height * held / sum(counts) if held else 0.0
        same, different = sample.judged.get(at, (0, 0))
        found.append(
            Column(
                at, sum(counts), held, scale.probability(at + STEP / 2), same, different,
                "joined" if at >= automatic else "asked" if at >= review else "apart",
                round(number * width, 1), round(max(width - 2, 1), 1),
                round(HEIGHT - height, 1), round(height, 1),
                round(HEIGHT - held_height, 1), round(held_height, 1),
            )
        )  # fmt: skip
    return found


def bounds(sample: Sample, automatic: float, review: float) -> tuple[float, float]:
    every = [*sample.pairs, step(automatic), step(review)]
    return min(every), max(every) + STEP


def place(sample: Sample, automatic: float, review: float, score: float) -> float:
    """Where a score stands in the drawing."""
    low, high = bounds(sample, automatic, review)
    return round((score - low) / (high - low) * WIDTH, 1)


@dataclass(frozen=True, slots=True)
class Tick:
    """A score at the foot of the drawing, and how probable it makes one customer."""

    score: float
    probability: float
    x: float


def ticks(sample: Sample, scale: Scale, automatic: float, review: float) -> list[Tick]:
    """Round scores, ten or so of them."""
    if not sample.pairs:
        return []
    low, high = bounds(sample, automatic, review)
    apart = 5.0 if high - low > 12 else 2.0
    first = ceil(low / apart)
    return [
        Tick(score, scale.probability(score), place(sample, automatic, review, score))
        for number in range(first, floor(high / apart) + 1)
        for score in (number * apart,)
    ]


def levels(sample: Sample) -> list[tuple[int, float]]:
    """Numbers of pairs at the side of the drawing, each with its height; three at most."""
    most = max(map(sum, sample.pairs.values()), default=0)
    power = 10 ** max(len(str(most)) - 1, 0)
    top = most // power * power
    found = sorted({top, top // 4, top // 20} - {0})
    return [(each, round(HEIGHT - sqrt(each / most) * HEIGHT, 1)) for each in found]
