"""The world of `bench.kills` with long jobs: a first load matched all together, weights learnt, and
all looked at again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bench import kills
from bench.killing import Act

if TYPE_CHECKING:
    from concord.customers.models.identity_run import Task


def acts(folder: str) -> Sequence[Act]:
    rest = kills.acts(folder)
    return [
        Act("import", lambda: _bring_unmatched(Path(folder) / "january.csv")),
        Act("import", lambda: _bring_unmatched(Path(folder) / "crm.csv")),
        Act("first load", _first_load),
        Act("training", _learn),
        Act("looking again", _look_again),
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
    from concord.customers.models.identity_run import Task

    _run(Task.TRAIN)


def _look_again() -> None:
    from concord.customers.models.identity_run import Task

    _run(Task.LOOK_AGAIN)


def _run(task: Task) -> None:
    """Asked for once; a worker takes up what a killed one has left."""
    from concord.customers.actions import identity_runs
    from concord.customers.models import IdentityRun
    from concord.kernel.errors import Problem

    asked = IdentityRun.objects.filter(task=task).first()
    run = asked or identity_runs.ask(task, None)
    identity_runs.work(run.pk)
    run.refresh_from_db()
    if run.finished_at is None:
        raise Problem("It is still being worked on.", code="running")
