"""Learn weights from the company's own profiles, and look at all profiles again: long work that a
person asks for and a worker does.

A run bears being killed at any point: training begins anew (from the same seed, so with the same
result) and keeps its model in one transaction with the run's end; looking again goes on after the
last profile that it put to matching. Asked to stop, it ends at the next step and leaves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django.models import ProcrastinateJob

from concord.customers.actions.identity_models import keep
from concord.customers.actions.matching import match
from concord.customers.matching.model import KINDS, Model, Scale, in_force, shipped
from concord.customers.models import IdentityRun, Judgement, Origin, Profile, Task
from concord.customers.rows import fetch
from concord.customers.training import report, sample
from concord.customers.training.estimate import Estimate, estimate
from concord.customers.training.learn import Row, learn
from concord.customers.training.sample import Sample
from concord.kernel import audit
from concord.kernel.errors import Problem
from concord.kernel.models import User
from concord.kernel.time import now

LOCK: Final = 0x6C6561  # with the run's number: one worker at a time
AT_ONCE: Final = 2_000  # profiles that are put to matching again in one go
DRAWN: Final = 80  # of a hundred parts of the bar; the rest are the sessions of Splink
SESSIONS: Final = 16  # that there may be, of both kinds


class _StoppedError(Exception):
    """Somebody asked for it."""


def ask(task: Task, by: User | None) -> IdentityRun:
    """Begin, or see to it that what was begun goes on; a double click is one run."""
    run = IdentityRun.objects.filter(task=task, finished_at=None).first() or begin(task, by)
    go_on(run)
    return run


def go_on(run: IdentityRun) -> None:
    """Hand it to a worker, unless one has it or will have it."""
    from concord.customers.jobs import identity_run

    if run.finished_at is not None:
        return
    jobs = ProcrastinateJob.objects.filter(task_name=identity_run.name, args={"run_id": run.pk})
    if not jobs.filter(status__in=("todo", "doing")).exists():
        identity_run.defer(run_id=run.pk)


@transaction.atomic
def stop(run: IdentityRun, by: User) -> None:
    """Let it end at the next step; one that ended is left as it is."""
    stopped = IdentityRun.objects.filter(pk=run.pk, finished_at=None, stopped_at=None)
    if stopped.update(stopped_by=by, stopped_at=now()):
        audit.record(by, "customers.stop_identity_run", "identity_run", run.pk)


def give_up(run: IdentityRun) -> None:
    """Of who worked on it here and does not any more."""
    _end(run, stopped_at=now())


def work(run_id: int, tell: Callable[[str, int], None] | None = None) -> None:
    """Do it, here and now; nothing to do where it ended or another worker has it.

    `tell` is told each step with the percent that are done, beside the row.
    """
    with _alone(run_id) as is_mine:
        run = IdentityRun.objects.select_related("by").get(pk=run_id)
        if not is_mine or run.finished_at is not None:
            return
        run.tell = tell
        try:
            with translation.override(run.by.language if run.by else "en"):
                (_train if run.task == Task.TRAIN else _look_again)(run)
        except _StoppedError:
            _end(run)
        except Problem as problem:
            _end(run, problem=str(problem))
        except Exception:
            _end(run, problem=_("Something went wrong here. Who runs this system sees what."))
            raise


def begin(task: Task, by: User | None) -> IdentityRun:
    try:
        with transaction.atomic():
            run = IdentityRun.objects.create(task=task, by=by, asked_at=now())
            audit.record(by, "customers.identity_run", "identity_run", run.pk, task=task)
            return run
    except IntegrityError:  # the other click of a double one
        return IdentityRun.objects.filter(task=task).latest("id")


@contextmanager
def _alone(run_id: int) -> Iterator[bool]:
    [(is_mine,)] = fetch("SELECT pg_try_advisory_lock(%s, %s)", [LOCK, run_id])
    try:
        yield is_mine
    finally:
        if is_mine:
            fetch("SELECT pg_advisory_unlock(%s, %s)", [LOCK, run_id])


def _end(run: IdentityRun, **columns: Any) -> None:
    if run.task == Task.LOOK_AGAIN:
        columns["judged_to"] = _last_judgement()
    IdentityRun.objects.filter(pk=run.pk, finished_at=None).update(finished_at=now(), **columns)


def _last_judgement() -> int:
    return Judgement.objects.aggregate(last=Max("id"))["last"] or 0


def _tell(run: IdentityRun, step: str, done: int, total: int, **columns: Any) -> None:
    """How far it is; raises where somebody asked to stop it."""
    mine: QuerySet[IdentityRun] = IdentityRun.objects.filter(pk=run.pk)
    mine.update(step=step, done=done, total=total, **columns)
    if run.tell is not None:
        run.tell(step, done * 100 // max(total, 1))
    if mine.exclude(stopped_at=None).exists():
        raise _StoppedError


# Training


def _train(run: IdentityRun) -> None:
    model = in_force()

    def drawn(done: int, total: int) -> None:
        _tell(run, "sample", done * DRAWN // max(total, 1), 100)

    samples = sample.draw(model, run.pk, drawn)
    sessions = 0

    def began(_fields: str) -> None:
        nonlocal sessions
        sessions += 1
        _tell(run, "estimate", DRAWN + min(sessions, SESSIONS) * (99 - DRAWN) // SESSIONS, 100)

    found: dict[str, Estimate] = {}
    scales: dict[str, Scale] = {}
    rows: dict[str, list[Row]] = {}
    for kind in KINDS:
        of = samples[kind]
        found[kind] = estimate(shipped().of(kind).weights, of.blocked, of.random, began)
        scales[kind], rows[kind] = learn(shipped().of(kind), model.of(kind), of, found[kind])
    if all(row.by_hand for kind in KINDS for row in rows[kind]):
        raise Problem(
            _("There are too few customers who stand in several entries to learn from."),
            mend=_("Bring in the other systems first; until then the weights that we ship hold."),
        )
    learnt = Model("", scales["person"], scales["organisation"])
    _tell(run, "report", 99, 100)
    _keep(run, model, learnt, samples, found, rows)


def _keep(
    run: IdentityRun,
    model: Model,
    learnt: Model,
    samples: dict[str, Sample],
    found: dict[str, Estimate],
    rows: dict[str, list[Row]],
) -> None:
    tried = [one for kind in KINDS for one in samples[kind].tried]
    said: dict[str, Any] = {
        "kinds": {kind: report.of_kind(samples[kind], found[kind], rows[kind]) for kind in KINDS},
        "unsettled": [
            kind for kind in KINDS if not all(each.settled for each in found[kind].sessions)
        ],
        "moved": report.moved(tried, model, learnt),
        "judged": report.agreement(sample.judged(), model, learnt),
        "seed": run.pk,
    }
    with transaction.atomic():
        mine = IdentityRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if mine.finished_at is not None:
            return
        kept = keep(
            learnt,
            run.by,
            base=model.version,
            origin=Origin.TRAINED,
            report=said,
            profiles=sum(each.profiles for each in samples.values()),
            pairs=sum(each.pairs for each in found.values()),
        )
        mine.model = kept
        mine.done = mine.total = 100
        mine.finished_at = now()
        mine.save(update_fields=["model", "done", "total", "finished_at"])


# Looking again


def _look_again(run: IdentityRun) -> None:
    """Put all profiles to matching by the model in force, some at a time.

    One that is marked to be matched and then left by a killed worker is matched by the next, as
    all that wait are.
    """
    if run.judged_from is None:  # killed and begun again, it still is one run
        run.judged_from = _last_judgement()
        run.save(update_fields=["judged_from"])
    every = Profile.objects.filter(withdrawn_at=None, is_stub=False)
    total, done = every.count(), run.done
    after = run.after or UUID(int=0)
    while some := list(
        every.filter(id__gt=after).order_by("id").values_list("id", flat=True)[:AT_ONCE]
    ):
        after = some[-1]
        done += len(some)
        with transaction.atomic():
            Profile.objects.filter(id__in=_free(some)).update(matched_at=None)
            _tell(run, "match", done, max(total, done), after=after)
        match(some)
    _end(run)


def _free(profiles: list[UUID]) -> list[UUID]:
    """Those that nobody changes just now: what is changed is matched anyway."""
    free = Profile.objects.select_for_update(skip_locked=True, no_key=True)
    return list(free.filter(id__in=profiles).order_by("id").values_list("id", flat=True))
