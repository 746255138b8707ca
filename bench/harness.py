"""What the figures share: how they tell how far they are, and how they count time.

A figure is a module `bench/NAME.py` whose docstring's first line is its title, with one function
`measure(say) -> dict` that returns what it found (numbers, or dicts and lists of them) and raises
where a thing that must hold does not. `script/bench NAME` prints it, `script/accept` stores it.
A database of its own comes from `bench.database.scratch_database`.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

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
