"""What matching on line does not compare could not have been asked about, nor joined."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import pytest
from bench.crowd import told_of
from tests.customers.test_upper_bound import MODELS, ODD, compared, lower, numbered
from tests.customers.truth import truthset

from concord.customers.matching.features import Features
from concord.customers.matching.model import Model, shipped
from concord.customers.matching.worth import Worth


def missed(features: Sequence[Features], model: Model) -> tuple[set[tuple[int, int]], float]:
    """Pairs that matter and are not compared; and what share of all pairs is compared."""
    worth = Worth(model)
    mattering = compared(features, model).some
    missing = {
        (one, other)
        for one, other in mattering
        if not worth.may_matter(features[one], features[other])
    }
    every = list(combinations(features[:200], 2))
    return missing, sum(worth.may_matter(*pair) for pair in every) / len(every)


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_of_a_crowd_nobody_is_missed(model: Model) -> None:
    features = numbered([(one.kind, one.data) for who in range(200) for one in told_of(who)])
    missing, share = missed(features, model)
    assert missing == set()
    assert share < 0.55  # two fifths are of two kinds, and are compared


@pytest.mark.parametrize("review", [4.5, -8.0])
def test_of_the_truth_set_nobody_is_missed(shared: Path, review: float) -> None:
    said, _ = truthset(shared / "data" / "truthset")
    features = numbered([(one.kind, one.data) for some in said.values() for one in some])[:800]
    assert missed(features, lower(shipped(), review))[0] == set()


@pytest.mark.parametrize("kind", ["person", "organisation"])
@pytest.mark.parametrize("review", [4.5, -30.0])
def test_of_what_is_odd_nobody_is_missed(kind: str, review: float) -> None:
    features = numbered([(kind, data) for data in ODD])
    assert missed(features, lower(shipped(), review))[0] == set()


def test_a_namesake_with_another_mailbox_and_line_is_not_compared() -> None:
    one, namesake, same = numbered(
        [
            ("person", {"name": "Ann Moor", "phones": ["+44 20 5550101"], "emails": ["a@x.org"]}),
            ("person", {"name": "Ann Moor", "phones": ["+44 20 7771234"], "emails": ["b@y.org"]}),
            ("person", {"name": "Ann Moor", "phones": ["+44 20 5550101"], "emails": ["b@y.org"]}),
        ]
    )
    worth = Worth(shipped())
    assert not worth.may_matter(one, namesake)
    assert worth.may_matter(one, same)
