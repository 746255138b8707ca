"""Who would be treated differently by a draft: begun, gone on with, stopped; nothing changes by it.

Few customers are looked at here and now, many by the worker, in parts. Two who ask for the same at
once have one simulation.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from time import monotonic
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django.models import ProcrastinateJob

from concord import dmn
from concord.customers.models import Customer
from concord.customers.rows import fetch, run
from concord.kernel import audit, time
from concord.kernel.beside import Beside
from concord.kernel.errors import Problem
from concord.kernel.lost import is_lost
from concord.kernel.models import User
from concord.treatment import access, policies
from concord.treatment.models import PolicyDraft, PolicyVersion, Simulation
from concord.treatment.simulating import parts

AT_ONCE: Final = 5_000  # customers that are looked at while somebody waits (some 0.3 s)
FEW_CASES: Final = 500  # of a condition: each takes a millisecond where nothing is alike
TOGETHER: Final = 50_000  # customers from which on a second process is worth its start
FRESH: Final = timedelta(minutes=5)  # a second look within these is the same one
KEPT: Final = timedelta(days=7)
LOCK: Final = 0x73696D  # with a hash of the id: one worker at a time


def begin(
    by: User, name: str, base: PolicyVersion, xml: str, draft: PolicyDraft | None = None
) -> Simulation:
    """Begin to look who would be treated differently by the policy `xml` than by `base`, or find
    who looks already; changes nothing. Raises `Problem` for everybody who may not draft."""
    access.check_drafter(by)
    found = begun(by, name, base, xml, draft)
    go_on(found)
    found.refresh_from_db()
    return found


def begun(
    by: User, name: str, base: PolicyVersion, xml: str, draft: PolicyDraft | None = None
) -> Simulation:
    """The same, not yet worked out: who calls it goes on with it."""
    said = {"base": base, "digest": policies.digest(xml.encode()), "as_of": time.today()}
    same = Simulation.objects.filter(**said)
    fresh = same.filter(finished_at__gte=time.now() - FRESH, problem="").order_by("-asked_at")
    found = fresh.first() or same.filter(finished_at=None).first()
    if found is None:
        found = _new(by, name=name[:200], xml=xml, draft=draft, **said)
    if found.stopped_at is not None:
        resume(by, found)
    return found


def go_on(simulation: Simulation) -> None:
    """See to it that it is worked out, whatever became of who began it."""
    if simulation.finished_at is not None or simulation.stopped_at is not None:
        return
    if _is_quick(simulation):
        work(simulation.pk)
        return
    from concord.treatment.jobs import simulate

    mine = {"simulation_id": str(simulation.pk)}
    jobs = ProcrastinateJob.objects.filter(task_name=simulate.name, args=mine)
    if not jobs.filter(status__in=("todo", "doing")).exists():
        simulate.defer(**mine)


def _is_quick(simulation: Simulation) -> bool:
    """Few customers and few cases; what cannot be tried says so at once."""
    if Customer.objects.all()[: AT_ONCE + 1].count() > AT_ONCE:
        return False
    try:
        return parts.cases(simulation) <= FEW_CASES
    except (Problem, dmn.DmnError):
        return True


@transaction.atomic
def stop(by: User, simulation: Simulation) -> None:
    """Let it end within a part; what is done stays, and it can be gone on with."""
    access.check_drafter(by)
    rows = Simulation.objects.filter(pk=simulation.pk, finished_at=None, stopped_at=None)
    if rows.update(stopped_by=by, stopped_at=time.now()):
        audit.record(by, "treatment.stop_simulation", "simulation", simulation.pk)


@transaction.atomic
def resume(by: User, simulation: Simulation) -> None:
    """Go on where it was stopped. Raises `Problem` where it is of another day: what is true of the
    customers has changed."""
    access.check_drafter(by)
    if simulation.as_of != time.today():
        raise Problem(
            _("This was looked at on another day; what is true of the customers has changed."),
            mend=_("Look again who would be treated differently."),
            code="conflict",
        )
    rows = Simulation.objects.filter(pk=simulation.pk, finished_at=None)
    if rows.exclude(stopped_at=None).update(stopped_by=None, stopped_at=None):
        audit.record(by, "treatment.resume_simulation", "simulation", simulation.pk)
        simulation.stopped_at = simulation.stopped_by = None


def work(simulation_id: UUID, seconds: float | None = None) -> bool:
    """Work it out, or for about so long; whether something is left. Nothing to do where it ended,
    was stopped or another worker has it.

    What goes wrong is said where the person waits, and raised if it is none of theirs.
    """
    with _alone(simulation_id) as is_mine:
        simulation = Simulation.objects.select_related("by").filter(pk=simulation_id).first()
        if not is_mine or simulation is None or simulation.finished_at is not None:
            return False
        if simulation.stopped_at is not None:
            return False
        try:
            with translation.override(simulation.by.language):
                return _work(simulation, seconds)
        except Problem as problem:
            _end(simulation_id, str(problem))
        except Exception as error:
            if not is_lost(error):  # the next worker goes on
                _end(simulation_id, _("This could not be worked out."))
            raise
        return False


def forget_old() -> None:
    """Those that are over, some days old and nobody's any more."""
    old = Simulation.objects.filter(asked_at__lt=time.now() - KEPT)
    for pk in old.values_list("pk", flat=True):
        with transaction.atomic():
            run("DELETE FROM treatment_simulatedcustomer WHERE simulation_id = %s", [pk])
            Simulation.objects.filter(pk=pk).delete()


def _work(simulation: Simulation, seconds: float | None) -> bool:
    until = None if seconds is None else monotonic() + seconds
    parts.check(simulation)
    parts.plan(simulation)
    left = simulation.parts.filter(done_at=None).order_by("first")
    todo = [(simulation.pk, number) for number in left.values_list("pk", flat=True)]
    for _done in _worked(todo):
        if parts.is_stopped(simulation.pk):
            return False
        if until is not None and monotonic() > until:
            break
    if left.exists():
        return until is not None and monotonic() > until
    _end(simulation.pk)
    return False


def _worked(todo: list[tuple[UUID, int]]) -> Iterator[None]:
    """Each part as it is done: many by as many processes as there are processors."""
    if len(todo) * parts.CUSTOMERS < TOGETHER:
        yield from map(parts.work, todo)
        return
    with Beside(os.cpu_count() or 1) as beside:
        yield from beside.each(parts.work, todo)


def _new(by: User, **said: object) -> Simulation:
    forget_old()
    try:
        with transaction.atomic():
            made = Simulation.objects.create(by=by, asked_at=time.now(), **said)
            audit.record(by, "treatment.simulate", "simulation", made.pk)
            return made
    except IntegrityError:  # the other click of a double one
        same = {key: said[key] for key in ("base", "digest", "as_of")}
        return Simulation.objects.filter(**same).latest("asked_at")


def _end(simulation_id: UUID, problem: str = "") -> None:
    rows = Simulation.objects.filter(pk=simulation_id, finished_at=None)
    rows.update(finished_at=time.now(), problem=problem)


@contextmanager
def _alone(simulation_id: UUID) -> Iterator[bool]:
    key = [LOCK, simulation_id.int & 0x7FFFFFFF]
    [(is_mine,)] = fetch("SELECT pg_try_advisory_lock(%s, %s)", key)
    try:
        yield is_mine
    finally:
        if is_mine:
            fetch("SELECT pg_advisory_unlock(%s, %s)", key)
