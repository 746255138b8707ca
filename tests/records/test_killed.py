"""Killed at random points, an import, an undo, a judgement ends as if nobody had been killed.

A small sample; `script/bench kills` does it a thousand times, and kills the database, too.
"""

from pathlib import Path

import pytest
from bench.kills import survive

from concord.records.importing import batches, undo


@pytest.mark.django_db(transaction=True)
def test_killed_at_random_points_everything_is_as_if_nobody_had_been(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (batches, undo):  # its worlds have small ones: here too, where they are planned
        monkeypatch.setattr(module, "SIZE", module.SIZE)
    figures = survive(lambda _: None, tmp_path, 15, seed="3", a_world=15)
    assert figures["kills"] == 15
    assert figures["worlds_that_ended_otherwise"] == 0
