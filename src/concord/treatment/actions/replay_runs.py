"""After an update: every logged answer is decided again, and what comes out otherwise is told.

A run belongs to an engine: the version of Concord and a digest of the code that decides. First a
sample of the latest answers, for an early word; then all, in the order of the log.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from time import monotonic
from typing import Final
from uuid import UUID

from django.db import transaction

from concord import dmn, treatment
from concord.kernel import audit, notify, time
from concord.kernel.models import Notification, Role, User
from concord.treatment.actions.replay import Replayed, replay
from concord.treatment.models import AnswerLog, ReplayDifference, ReplayRun
from concord.treatment.notices_of_log import REPLAY

SAMPLE: Final = 500
BATCH: Final = 200
# What an answer is made of, beside the engine itself: its inputs are stored, its words are not.
DECIDES: Final = ("treat", "identity", "inputs", "sentences", "values", "policies")


@lru_cache(maxsize=1)
def engine() -> str:
    """The engine of this process, such as `0.1.0 3fa94c21`: changed code is another one."""
    files = sorted(Path(dmn.__file__).parent.rglob("*.py"))
    files += [Path(treatment.__file__).parent / f"{name}.py" for name in DECIDES]
    found = hashlib.sha256()
    for file in files:
        found.update(file.read_bytes())
    return f"{version('concord')} {found.hexdigest()[:8]}"


def is_due() -> bool:
    """Whether this engine has not yet decided all logged answers again."""
    return not ReplayRun.objects.filter(engine=engine()).exclude(finished_at=None).exists()


def latest() -> ReplayRun | None:
    return ReplayRun.objects.order_by("-id").first()


def work(seconds: float | None = None) -> ReplayRun:
    """Take this engine's run to its end, or for so long; it goes on where it was, killed or not."""
    until = None if seconds is None else monotonic() + seconds
    run = ReplayRun.objects.get_or_create(engine=engine(), defaults={"started_at": time.now()})[0]
    if run.sampled_at is None:
        _sample(run)
    while _batch(run.pk) and (until is None or monotonic() < until):
        pass
    return ReplayRun.objects.get(pk=run.pk)


@transaction.atomic
def _sample(run: ReplayRun) -> None:
    _keep(run, map(replay, AnswerLog.objects.order_by("-id")[:SAMPLE]))
    run.sampled_at = time.now()
    run.save(update_fields=["sampled_at"])
    _tell(run)


@transaction.atomic
def _batch(run_id: int) -> bool:
    """The next answers; False at the end. The row's lock keeps a second worker waiting."""
    run = ReplayRun.objects.select_for_update().get(pk=run_id)
    if run.finished_at is not None:
        return False
    rows = AnswerLog.objects.order_by("id")
    rows = rows.filter(pk__gt=run.last) if run.last else rows
    found = [replay(answer) for answer in rows[:BATCH]]
    _keep(run, found)
    run.answers += sum(1 for each in found if not each.erased)
    run.erased += sum(1 for each in found if each.erased)
    if found:
        run.last = found[-1].answer.pk
    else:
        run.finished_at = time.now()
        audit.record(None, "treatment.replayed", "engine", run.engine, answers=run.answers,
                     differences=run.differences.count())  # fmt: skip
    run.save(update_fields=["answers", "erased", "last", "finished_at"])
    _tell(run)
    return bool(found)


def _keep(run: ReplayRun, found: Iterable[Replayed]) -> None:
    ReplayDifference.objects.bulk_create(
        [
            ReplayDifference(run=run, answer=each.answer.pk, parts=list(each.differences) or ["id"])
            for each in found
            if not each.identical and not each.erased
        ],
        ignore_conflicts=True,
    )


def _tell(run: ReplayRun) -> None:
    """Once a run, as soon as there is a difference: the sponsor and the administrators."""
    if not run.differences.exists():
        return
    url = f"/answers/replays/{run.pk}/"
    people = User.objects.filter(
        role__in=(Role.SPONSOR, Role.ADMINISTRATOR), is_active=True, is_system=False
    )
    told = Notification.objects.filter(kind=REPLAY, url=url).values("user_id")
    for person in people.exclude(pk__in=told):
        notify.tell(person, REPLAY, url, engine=run.engine)


def differing(run: ReplayRun, limit: int) -> list[tuple[UUID, list[str]]]:
    """The first answers that come out otherwise, the latest first, and in which parts."""
    rows = run.differences.order_by("-answer")
    return list(rows.values_list("answer", "parts")[:limit])
