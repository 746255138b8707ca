"""A scale made of what was estimated: weights, how telling names are, odds, thresholds.

What was hardly seen keeps the weight that was set by hand, in the proportion of those that were
learnt; no difference speaks for a pair, whatever the sample says: families and groups share more
than chance would have them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from math import log2
from statistics import median
from typing import Any, Final

from concord.customers.matching.model import Scale
from concord.customers.matching.soundness import DIFFERS
from concord.customers.matching.terms import Terms
from concord.customers.training.estimate import Estimate, Level
from concord.customers.training.sample import Sample

SMALLEST: Final = 300  # profiles of a kind: chance is not seen among fewer
ENOUGH: Final = 100  # pairs of one customer, without which nothing is learnt of a kind
FEW: Final = 20  # pairs at a level from which its weight is learnt
NAMES: Final = 1_000  # profiles, from which on it is learnt which names are common
USUAL: Final = (
    2.0,
    0.7,
)  # learnt by hand-set, of what speaks for and against, where few are learnt
FEWEST: Final = -10.0  # odds: as if there were thousands of customers, however few there are yet
MOST: Final = 20.0  # bits; nothing weighs more
LEAST: Final = -12.0
SURE: Final = 0.995  # that two are one: from here on without a person
ASKED: Final = 0.2  # from here on a person is asked
ROUNDS: Final = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One level in the report: what was seen, what it weighs now and weighed before, in bits."""

    field: str
    level: str
    m: float | None
    u: float | None
    pairs: int
    random: int
    bits: float
    was: float
    by_hand: bool

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def learn(by_hand: Scale, now: Scale, sample: Sample, found: Estimate) -> tuple[Scale, list[Row]]:
    """The learnt scale with its report; `by_hand` is the shipped one, `now` the one in force.

    Where nothing was learnt it is the shipped one as it is: half of either would fit neither.
    """
    every = [
        (name, level, seen)
        for name, levels in found.levels.items()
        for level, seen in levels.items()
    ]
    known = max((each.share * each.pairs for each in found.sessions), default=0.0)
    is_enough = sample.profiles >= SMALLEST and len(found.sessions) > 1 and known >= ENOUGH
    learnt = {
        (name, level): min(MOST, max(LEAST, seen.bits))
        for name, level, seen in every
        if is_enough and seen.bits is not None and seen.pairs >= FEW
    }
    stretch = _stretch(by_hand, learnt)
    rows = [_row(by_hand, now, learnt, stretch, *each) for each in every]
    if not learnt:
        return by_hand, rows
    weights: dict[str, dict[str, float]] = {}
    for row in rows:
        weights.setdefault(row.field, {})[row.level] = row.bits
    terms = _terms(sample, found)
    scale = replace(by_hand, weights=weights, terms=terms)
    odds = min(_odds(scale, sample), FEWEST)
    automatic = round(log2(SURE / (1 - SURE)) - odds, 2)
    review = round(log2(ASKED / (1 - ASKED)) - odds, 2)
    return replace(scale, odds=round(odds, 2), automatic=automatic, review=review), rows


def _stretch(by_hand: Scale, learnt: Mapping[tuple[str, str], float]) -> tuple[float, float]:
    """How much more what speaks for a pair, and what speaks against it, weighs by what was learnt
    than by hand: a level that was hardly seen keeps its proportion to the others."""
    found: tuple[list[float], list[float]] = [], []
    for (name, level), bits in learnt.items():
        hand = by_hand.weights[name][level]
        if abs(hand) >= 0.5 and bits * hand > 0:
            found[hand < 0].append(bits / hand)
    usual = USUAL
    return tuple(  # type: ignore[return-value]
        median(ratios) if len(ratios) >= 3 else default
        for ratios, default in zip(found, usual, strict=True)
    )


def _row(
    by_hand: Scale,
    now: Scale,
    learnt: Mapping[tuple[str, str], float],
    stretch: tuple[float, float],
    name: str,
    level: str,
    seen: Level,
) -> Row:
    bits = by_hand.weights[name][level]
    if learnt:
        bits = learnt.get((name, level), min(MOST, max(LEAST, bits * stretch[bits < 0])))
    if level in DIFFERS:
        bits = min(bits, 0.0)
    return Row(
        field=name,
        level=level,
        m=seen.m,
        u=seen.u,
        pairs=seen.pairs,
        random=seen.random,
        bits=round(bits, 2),
        was=now.weights[name][level],
        by_hand=(name, level) not in learnt,
    )


def _terms(sample: Sample, found: Estimate) -> Terms:
    """Of few names nobody can say which are rare."""
    expected = found.levels["name"]["same"].u
    if not expected or sample.profiles < NAMES:
        return Terms()
    return Terms.learnt(sample.terms, log2(expected))


def _odds(scale: Scale, sample: Sample) -> float:
    """log2 of how many pairs of all are one customer for each that is not: so many that the
    blocked ones, each with its probability, add up to them."""
    patterns = _patterns(sample)
    odds = log2(max(1, len(sample.blocked)) / 2 / sample.reach)
    for _ in range(ROUNDS):
        tried = replace(scale, odds=odds)
        expected = sum(
            times * tried.probability(scale.sum(found)) for found, times in patterns.items()
        )
        share = min(max(expected, 0.5) / sample.reach, 0.5)
        before, odds = odds, log2(share / (1 - share))
        if abs(before - odds) < 0.001:
            break
    return odds


def _patterns(sample: Sample) -> Mapping[tuple[tuple[str, str], ...], int]:
    counted: dict[tuple[tuple[str, str], ...], int] = {}
    columns = sample.blocked.columns
    for place in range(len(sample.blocked)):
        found = tuple(
            (name, level) for name in columns if (level := columns[name][place]) is not None
        )
        counted[found] = counted.get(found, 0) + 1
    return counted
