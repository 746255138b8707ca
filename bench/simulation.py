"""Who would be treated differently: a limit of our promise moved, over all customers.

`CONCORD_BENCH_CROWD` chooses another number than a million customers, with ten records each. Told
are the time, the customers a second, and which share of the work was the database's: of all that
the processors did, what was done for its processes.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import psutil

from bench.harness import Limits, Say
from bench.house import DAY, open_house, staff

CUSTOMERS: Final = int(os.environ.get("CONCORD_BENCH_CROWD", "1000000"))
WITHIN: Final = 60.0  # seconds, for a million
LIMIT: Final = "standing:standing.oldest_undisputed_overdue_days.in:30"


def measure(say: Say, customers: int = CUSTOMERS) -> dict[str, Any]:
    with open_house(say, customers):
        return measure_here(say, customers)


def measure_here(say: Say, customers: int) -> dict[str, Any]:
    """In the house that Django is set up over."""
    from concord.kernel import time as clock
    from concord.treatment.actions import simulations
    from concord.treatment.simulating import found

    staff()
    clock.today = lambda: DAY
    simulation = _begun()
    work = worked(lambda: simulations.work(simulation.pk))
    simulation.refresh_from_db()
    if simulation.problem or simulation.finished_at is None:
        raise AssertionError(simulation.problem or "it did not come to its end")
    begin = time.perf_counter()
    whole = found.matrix(simulation)
    reading = time.perf_counter() - begin
    if whole.everybody.customers != customers:
        raise AssertionError(f"{whole.everybody.customers} of {customers} customers")
    say(f"{customers:,} customers: {work}")
    say(f"{whole.touched.customers:,} would be treated differently; told in {reading:.3f} s")
    limits = Limits(say)
    of_a_million = 1e6 / customers * 1000
    limits.at_most(
        "a million customers", round(work.seconds * of_a_million), WITHIN * 1000,
        round(work.of_processors * of_a_million),
    )  # fmt: skip
    return {
        "customers": customers,
        **work.figures(),
        "customers_a_second": round(customers / work.seconds),
        "touched": whole.touched.customers,
        "conditions": simulation.conditions.count(),
        "reading_seconds": round(reading, 3),
        "limits": limits.kept,
    }


def _begun() -> Any:
    from concord.kernel.models import User
    from concord.treatment import policies
    from concord.treatment.actions import simulations
    from concord.treatment.models import PolicyVersion

    old = policies.in_force(DAY)
    base = PolicyVersion.objects.get(pk=old.version_id)
    sponsor = User.objects.get(email="s@example.com")
    go_on, simulations.go_on = simulations.go_on, lambda _each: None  # it is worked out here
    try:
        return simulations.begin(sponsor, "60 days", base, softer(old.model))
    finally:
        simulations.go_on = go_on


def softer(model: Any) -> str:
    """The policy with a later day from which on somebody is held."""
    from concord.treatment.promise import Reader, find_threshold, move

    limit = find_threshold(Reader(model, "en").sections(), LIMIT)
    xml: bytes = move(model, limit, "60").save()
    return xml.decode()


@dataclass(frozen=True)
class Work:
    """`seconds` by the clock; what the processors did, for us and for the database."""

    seconds: float
    ours: float
    database: float

    @property
    def of_processors(self) -> float:
        """Seconds that it takes where all processors are ours."""
        return (self.ours + self.database) / (os.cpu_count() or 1)

    @property
    def share(self) -> float:
        return self.database / max(self.ours + self.database, 1e-9)

    def figures(self) -> dict[str, float]:
        return {
            "seconds": round(self.seconds, 1),
            "work_seconds": round(self.ours + self.database, 1),
            "share_of_the_database": round(self.share, 3),
        }

    def __str__(self) -> str:
        return (
            f"{self.seconds:.1f} s, {self.ours + self.database:.1f} s of processors' work, "
            f"{self.share:.0%} of it the database's"
        )


def worked(call: Callable[[], object]) -> Work:
    begin, ours, theirs = time.perf_counter(), _ours(), _theirs()
    call()
    return Work(time.perf_counter() - begin, _ours() - ours, _theirs() - theirs)


def _ours() -> float:
    """Of this process and those that it waited for."""
    times = psutil.Process().cpu_times()
    return times.user + times.system + times.children_user + times.children_system


def _theirs() -> float:
    """Of the server and of all processes that it ever had and waited for."""
    from django.db import connection

    connection.ensure_connection()
    backend = psutil.Process(connection.connection.info.backend_pid)
    server = backend.parent()
    if server is None:
        return 0.0
    times = server.cpu_times()
    here = sum(sum(each.cpu_times()[:2]) for each in server.children())
    return times.children_user + times.children_system + here
