"""Against the known truth: nothing wrong joined by itself, most of the true pairs joined."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest
from tests.customers.cast import a_source
from tests.customers.demo import demo_profiles, demo_truth
from tests.customers.truth import measure, truthset

from concord.customers.actions.matching import match
from concord.customers.actions.profiles import receive
from concord.demo.generate import generate

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("together", [True, False], ids=["one import", "source by source"])
def test_three_systems_with_known_clusters(shared: Path, together: bool) -> None:
    said, clusters = truthset(shared / "data" / "truthset")
    waiting = []
    for name, profiles in said.items():
        waiting += [r.profile_id for r in receive(a_source(name), profiles)]
        if not together:
            match(waiting)
            waiting = []
    match(waiting)
    outcome = measure(clusters)
    print(f"\ntruth set: {outcome}")
    assert outcome.wrong == []
    assert outcome.recall >= 0.8
    assert outcome.missed == []  # the rest is asked of a person


def test_six_systems_of_the_demo_company(tmp_path: Path) -> None:
    generate(tmp_path, today=date(2026, 11, 21), customers=600, density=0.05, formats="csv")
    by_source = defaultdict(list)
    for source, profile in demo_profiles(tmp_path):
        by_source[source].append(profile)
    waiting = []
    for source, profiles in by_source.items():
        waiting += [r.profile_id for r in receive(a_source(source), profiles)]
    match(waiting)
    outcome = measure(demo_truth(tmp_path))
    print(f"\ndemo: {outcome}")
    assert outcome.wrong == []
    assert outcome.recall >= 0.8
