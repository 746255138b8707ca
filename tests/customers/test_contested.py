"""What is told of two in a few steps is what comparing them would tell."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

from bench.crowd import told_of
from tests.customers.test_upper_bound import ODD, numbered
from tests.customers.truth import truthset

from concord.customers.matching import contested
from concord.customers.matching.compare import compare
from concord.customers.matching.features import Features
from concord.customers.matching.model import shipped


def missed(features: Sequence[Features]) -> tuple[list[str], int]:
    """Pairs that contradict and are not looked at; and how many need not be."""
    missing, spared = [], 0
    people = [of for of in features if of.is_person]
    for one, other in combinations(people, 2):
        found = compare(one, other, (), shipped())
        if not contested._may_be_two(one, other):
            spared += 1
            if (
                found.contradicts
                or "suffix on one side" in found.vetoes
                or contested._is_reached_elsewhere(found)
            ):
                missing.append(f"{one.said} {other.said}")
        if not contested._is_of_its_own(one, other) and contested._is_hard(found):
            missing.append(f"hard: {one.said} {other.said}")
    return missing, spared


def test_of_a_crowd_nobody_is_missed() -> None:
    features = numbered([(one.kind, one.data) for who in range(150) for one in told_of(who)])
    missing, spared = missed(features)
    assert missing == []
    assert spared > 50


def test_of_the_truth_set_nobody_is_missed(shared: Path) -> None:
    said, _ = truthset(shared / "data" / "truthset")
    features = numbered([(one.kind, one.data) for some in said.values() for one in some])[:250]
    missing, spared = missed(features)
    assert missing == []
    assert spared > 100


def test_of_what_is_odd_nobody_is_missed() -> None:
    assert missed(numbered([("person", data) for data in ODD]))[0] == []
