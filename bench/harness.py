"""What the figures share: how they tell how far they are, and how they count time.

A figure is a module `bench/NAME.py` whose docstring's first line is its title, with one function
`measure(say) -> dict` that returns what it found (numbers, or dicts and lists of them) and raises
where a thing that must hold does not. `script/bench NAME` prints it, `script/accept` stores it.
A database of its own comes from `bench.database.scratch_database`.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psutil

CHECKOUT = Path(__file__).resolve().parents[1]
SHARED = CHECKOUT.parent / "shared"
Say = Callable[[str], None]


def timed(function: Callable[[], object]) -> float:
    """Seconds that one call takes."""
    begin = time.perf_counter()
    function()
    return time.perf_counter() - begin


def spread(seconds: Sequence[float]) -> dict[str, float]:
    """Median and p95 of several calls, in milliseconds."""
    ordered = sorted(seconds)
    p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return {
        "calls": len(ordered),
        "median_ms": round(statistics.median(ordered) * 1000, 3),
        "p95_ms": round(p95 * 1000, 3),
        "worst_ms": round(ordered[-1] * 1000, 3),
    }


def measured(
    call: Callable[[int], object],
    number: int,
    warm: int = 20,
    between: Callable[[], object] = lambda: None,
) -> dict[str, Any]:
    """`call(0)`, `call(1)` … in process: `number` of them timed after `warm` others.

    Median and p95 by the clock, and the most queries of a warm call. Beside them what was work and
    not waiting for a processor: ours a call (mean and p95) and the database's (mean);
    `work_p95_ms` adds up ours at p95 and the database's, near to the clock of a machine of one's
    own. `between` two calls nobody waits: what it took is told as `between_ms`, a call.
    """
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    most = 0
    for at in range(warm):
        with CaptureQueriesContext(connection) as asked:
            call(at)
        most = max(most, len(asked)) if at else 0  # the first one fills the caches
    seconds, ours, theirs, beside = [], [], server_seconds(), 0.0
    for at in range(warm, warm + number):
        begin, begun = time.perf_counter(), time.process_time()
        call(at)
        ours.append(time.process_time() - begun)
        seconds.append(time.perf_counter() - begin)
        begin = time.perf_counter()
        between()
        beside += time.perf_counter() - begin
    database = (server_seconds() - theirs) / number * 1000
    own = spread(ours)["p95_ms"]
    return spread(seconds) | {
        "cpu_ms": round(statistics.mean(ours) * 1000, 2),
        "cpu_p95_ms": own,
        "database_ms": round(database, 2),
        "work_p95_ms": round(own + database, 2),
        "between_ms": round(beside / number * 1000, 2),
        "queries": most,
    }


def server_seconds() -> float:
    """The processor's time of this connection's server process so far; 0 on another machine."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        try:
            times = psutil.Process(cursor.fetchone()[0]).cpu_times()
        except psutil.Error:
            return 0.0
    return float(times.user + times.system)


def server_clock() -> Callable[[], float]:
    """Tells the processor's time of this connection's server process so far, in seconds: to the
    nanosecond where the system keeps it so; 0 on another machine."""
    from django.db import connection

    connection.ensure_connection()
    told = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    if os.environ.get("DATABASE_URL") or not told.exists():
        return server_seconds
    return lambda: int(told.read_text().split()[0]) / 1e9


def taken_away() -> float:
    """Seconds so far in which the host of this machine ran others on our processors; 0 where the
    system does not say."""
    return float(getattr(psutil.cpu_times(), "steal", 0.0))


def shown(found: dict[str, Any]) -> str:
    """What `measured` found, as a line."""
    work = f"work {found['cpu_ms']} ms a call (p95 {found['cpu_p95_ms']} ms)"
    if "database_ms" in found:
        work += f" and {found['database_ms']} ms the database's, {found['queries']} queries"
    return f"median {found['median_ms']} ms, p95 {found['p95_ms']} ms; {work}"


class Limits:
    """What must hold, told with a verdict and how loaded the machine was; kept for the figure.

    A machine that others use too waits more than it works: there the verdict speaks of the
    machine, and the processor's time beside it of Concord.
    """

    def __init__(self, say: Say) -> None:
        self.say = say
        self.kept: list[dict[str, Any]] = []

    def at_most(self, what: str, found: float, limit: float, work: float | None = None) -> None:
        """Milliseconds by the clock; `work` is how many of them were work, not waiting."""
        self._tell(f"{what}, ms", found, f"at most {limit:,}", found <= limit, work)

    def at_most_times(self, what: str, found: float, limit: float) -> None:
        """How many times as long, or as much."""
        self._tell(f"{what}, times", found, f"at most {limit:,}", found <= limit, None)

    def at_least(self, what: str, found: float, limit: float) -> None:
        self._tell(f"{what} a second", found, f"at least {limit:,}", found >= limit, None)

    def _tell(self, what: str, found: float, limit: str, holds: bool, work: float | None) -> None:
        load = round(os.getloadavg()[0], 1)
        verdict = "holds" if holds else "missed"
        worked = f", of which work {work:,}" if work is not None else ""
        self.say(f"{what}: {found:,}{worked}; {limit}: {verdict} (load {load})")
        kept = {"what": what, "found": found, "limit": limit, "verdict": verdict, "load": load}
        self.kept.append(kept | ({} if work is None else {"work": work}))
