"""Against the known truth: nothing wrong joined by itself, most of the true pairs joined."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.customers.cast import a_source
from tests.customers.truth import measure, truthset

from concord.customers.actions.matching import match
from concord.customers.actions.profiles import receive

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
