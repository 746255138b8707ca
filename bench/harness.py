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


def measured(call: Callable[[int], object], number: int, warm: int = 20) -> dict[str, Any]:
    """`call(0)`, `call(1)` … in process: `number` of them timed after `warm` others.

    Median and p95 by the clock; beside them the processor's time of this process a call, which
    says how much was work and how much waiting, and the most queries of a warm call.
    """
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    most, seconds = 0, []
    for at in range(warm):
        with CaptureQueriesContext(connection) as asked:
            call(at)
        most = max(most, len(asked)) if at else 0  # the first one fills the caches
    begun = time.process_time()
    for at in range(warm, warm + number):
        begin = time.perf_counter()
        call(at)
        seconds.append(time.perf_counter() - begin)
    cpu = (time.process_time() - begun) / number * 1000
    return spread(seconds) | {"cpu_ms": round(cpu, 2), "queries": most}


def shown(found: dict[str, Any]) -> str:
    """What `spread` or `measured` found, as a line."""
    line = f"median {found['median_ms']} ms, p95 {found['p95_ms']} ms"
    if "cpu_ms" in found:
        line += f", processor {found['cpu_ms']} ms a call"
    return line + (f", {found['queries']} queries" if "queries" in found else "")


class Limits:
    """What must hold, told with a verdict and how loaded the machine was; kept for the figure.

    A machine that others use too waits more than it works: there the verdict speaks of the
    machine, and the processor's time beside it of Concord.
    """

    def __init__(self, say: Say) -> None:
        self.say = say
        self.kept: list[dict[str, Any]] = []

    def at_most(self, what: str, found: float, limit: float, unit: str = "ms") -> None:
        self._tell(what, found, f"at most {limit:,} {unit}", found <= limit)

    def at_least(self, what: str, found: float, limit: float, unit: str = "a second") -> None:
        self._tell(what, found, f"at least {limit:,} {unit}", found >= limit)

    def _tell(self, what: str, found: float, limit: str, holds: bool) -> None:
        load = round(os.getloadavg()[0], 1)
        verdict = "holds" if holds else "missed"
        self.say(f"{what}: {found:,} of {limit}: {verdict} (load {load}, {os.cpu_count()} cores)")
        self.kept.append(
            {"what": what, "found": found, "limit": limit, "verdict": verdict, "load": load}
        )
