"""A scale made of what was estimated: weights, how telling names are, odds, thresholds.

Little that was seen moves the shipped scale little, much decides. A level that was hardly seen
keeps its proportion to those that were; no difference speaks for a pair, whatever the sample says:
families and groups share more than chance would have them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from math import log2
from statistics import median
from typing import Any, Final

from concord.customers.matching.model import Scale, Weights
from concord.customers.matching.soundness import DIFFERS
from concord.customers.matching.terms import Terms
from concord.customers.training.estimate import Estimate, Level
from concord.customers.training.sample import Sample

ENOUGH: Final = 500  # pairs of one customer, at which what is learnt weighs as much as by hand
FEW: Final = 20  # pairs at a level, at which its own weight counts as much as its place among all
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

    It lies between the shipped scale and what the sample alone says, limits as well as weights:
    a pair that both would join is joined, one that neither would join is not.
    """
    seen = {
        (name, level): (min(MOST, max(LEAST, each.bits)), each.pairs)
        for name, levels in found.levels.items()
        for level, each in levels.items()
        if each.bits is not None
    }
    trust = _trust(found) if seen else 0.0
    alone = _alone(by_hand, sample, found, _drawn(by_hand, seen)) if trust else by_hand
    scale = _between(by_hand, alone, trust)
    rows = [
        _row(scale, now, name, level, each)
        for name, levels in found.levels.items()
        for level, each in levels.items()
    ]
    return scale, rows


def _trust(found: Estimate) -> float:
    """From 0 to 1: how far from the shipped scale to what the sample says.

    A session does not see the fields by which its pairs were found: so many pairs of one customer
    count as a second session, of pairs found otherwise, has seen, too.
    """
    known = sorted((each.share * each.pairs for each in found.sessions), reverse=True)
    return known[1] / (known[1] + ENOUGH) if len(known) > 1 else 0.0


def _drawn(by_hand: Scale, seen: Mapping[tuple[str, str], tuple[float, int]]) -> Weights:
    """What was hardly seen is drawn to its proportion among those that were."""
    stretch = _stretch(by_hand, {at: bits for at, (bits, pairs) in seen.items() if pairs >= FEW})
    drawn: dict[str, dict[str, float]] = {}
    for name, levels in by_hand.weights.items():
        for level, hand in levels.items():
            usual = min(MOST, max(LEAST, hand * stretch[hand < 0]))
            bits, pairs = seen.get((name, level), (usual, 0))
            bits = (bits * pairs + usual * FEW) / (pairs + FEW)
            drawn.setdefault(name, {})[level] = min(bits, 0.0) if level in DIFFERS else bits
    return drawn


def _alone(by_hand: Scale, sample: Sample, found: Estimate, weights: Weights) -> Scale:
    """The scale as the sample says it, with limits by how many pairs of all are one customer."""
    scale = replace(by_hand, weights=weights, terms=_terms(sample, found))
    odds = min(_odds(scale, sample), FEWEST)
    automatic, review = (log2(share / (1 - share)) - odds for share in (SURE, ASKED))
    return replace(scale, odds=odds, automatic=automatic, review=review)


def _between(by_hand: Scale, alone: Scale, trust: float) -> Scale:
    def at(shipped: float, learnt: float) -> float:
        return round(shipped + (learnt - shipped) * trust, 2)

    return replace(
        by_hand,
        weights={
            name: {level: at(bits, alone.weights[name][level]) for level, bits in levels.items()}
            for name, levels in by_hand.weights.items()
        },
        terms=alone.terms.trusted(trust),
        odds=at(by_hand.odds, alone.odds),
        automatic=at(by_hand.automatic, alone.automatic),
        review=at(by_hand.review, alone.review),
    )


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


def _row(scale: Scale, now: Scale, name: str, level: str, seen: Level) -> Row:
    return Row(
        field=name,
        level=level,
        m=seen.m,
        u=seen.u,
        pairs=seen.pairs,
        random=seen.random,
        bits=scale.weights[name][level],
        was=now.weights[name][level],
        by_hand=seen.bits is None or seen.pairs < FEW,
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
