"""A scale made of what was estimated: weights, how telling names are, odds, thresholds.

What was hardly seen keeps the weight that was set by hand, and no difference speaks for a pair,
whatever the sample says: families and groups share more than chance would have them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from math import log2
from typing import Any, Final

from concord.customers.matching.model import Scale
from concord.customers.matching.soundness import DIFFERS
from concord.customers.matching.terms import Terms
from concord.customers.training.estimate import Estimate, Level
from concord.customers.training.sample import Sample

FEW: Final = 20  # pairs at a level from which its weight is learnt
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
    rows = [
        _row(by_hand, now, name, level, seen)
        for name, levels in found.levels.items()
        for level, seen in levels.items()
    ]
    if all(row.by_hand for row in rows):
        return by_hand, rows
    weights: dict[str, dict[str, float]] = {}
    for row in rows:
        weights.setdefault(row.field, {})[row.level] = row.bits
    expected = found.levels["name"]["same"].u
    terms = Terms.learnt(sample.terms, log2(expected)) if expected and sample.terms else Terms()
    scale = replace(by_hand, weights=weights, terms=terms)
    odds = _odds(scale, sample)
    automatic = round(log2(SURE / (1 - SURE)) - odds, 2)
    review = round(log2(ASKED / (1 - ASKED)) - odds, 2)
    return replace(scale, odds=round(odds, 2), automatic=automatic, review=review), rows


def _row(by_hand: Scale, now: Scale, name: str, level: str, seen: Level) -> Row:
    shipped = by_hand.weights[name][level]
    bits = seen.bits if seen.pairs >= FEW else None
    learnt = shipped if bits is None else round(min(MOST, max(LEAST, bits)), 2)
    if level in DIFFERS:
        learnt = min(learnt, 0.0)
    return Row(
        field=name,
        level=level,
        m=seen.m,
        u=seen.u,
        pairs=seen.pairs,
        random=seen.random,
        bits=learnt,
        was=now.weights[name][level],
        by_hand=bits is None,
    )


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
