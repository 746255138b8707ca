"""The world of `bench.kills` with long jobs: a first load matched all together, weights learnt."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench import kills
from bench.killing import Act


def acts(folder: str) -> Sequence[Act]:
    rest = kills.acts(folder)
    return [
        lambda: _bring_unmatched(Path(folder) / "january.csv"),
        lambda: _bring_unmatched(Path(folder) / "crm.csv"),
        _first_load,
        _learn,
        *rest[2:],
    ]


def _bring_unmatched(path: Path) -> None:
    kills.bring(path, match=False)


def _first_load() -> None:
    """Until nobody waits: a killed run's lock lives as long as its connection."""
    from concord.customers.actions.bulk import match_all_waiting
    from concord.customers.models import Profile
    from concord.kernel.errors import Problem

    match_all_waiting()
    if Profile.objects.filter(matched_at=None, withdrawn_at=None, is_stub=False).exists():
        raise Problem("It is still being matched.", code="running")


def _learn() -> None:
    from concord.customers.actions import identity_runs
    from concord.customers.models import IdentityRun
    from concord.kernel.errors import Problem

    run = IdentityRun.objects.first() or identity_runs.ask(_training(), None)
    identity_runs.work(run.pk)
    run.refresh_from_db()
    if run.finished_at is None:
        raise Problem("It is still being learnt.", code="running")


def _training() -> Any:
    from concord.customers.models.identity_run import Task

    return Task.TRAIN
