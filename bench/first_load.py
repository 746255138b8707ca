"""A whole first load matched, step by step, with the database: `script/bench first_load`.

What `bulk` measures is the middle of it. Before that each profile is read, brought to its normal
form and its keys are written; after that who joins is joined, who is not sure is asked about, and
all of it is written. Told are the profiles a second of each step and the memory of all our
processes; the database's is its own. `CONCORD_BENCH_FIRST_LOAD` chooses another number of profiles.
"""

from __future__ import annotations

import os
import sys
import time
from typing import Any

from bench.harness import Say
from bench.house import crowded_house
from bench.memory import Watch

PROFILES = int(os.environ.get("CONCORD_BENCH_FIRST_LOAD", "100000"))


def measure(say: Say, profiles: int = PROFILES) -> dict[str, Any]:
    with crowded_house(say, profiles, matched=False):
        from concord.customers.actions.bulk import match_all_waiting

        ended: dict[str, float] = {}
        begin, begun = time.perf_counter(), sum(os.times()[:4])
        with Watch() as watch:
            done = match_all_waiting(
                lambda step, done, total: ended.update({step: time.perf_counter()})
            )
        whole, worked = time.perf_counter() - begin, sum(os.times()[:4]) - begun
    found: dict[str, Any] = {
        "profiles": done.profiles,
        "joined": done.joined,
        "asked": done.to_review,
        "compared": done.compared,
    }
    for step in ("prepare", "compare", "settle"):
        seconds = ended.get(step, begin) - begin
        found[step] = {"seconds": round(seconds, 1), "a_second": round(profiles / seconds)}
        begin = ended.get(step, begin)
    found |= {
        "whole_seconds": round(whole, 1),
        "a_second": round(profiles / whole),
        "processor_seconds_of_ours": round(worked, 1),
        "megabytes": watch.most,
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
    }
    for name, value in found.items():
        say(f"{name}: {value}")
    return found


def main(arguments: list[str]) -> None:
    measure(print, int(arguments[0]) if arguments else PROFILES)


if __name__ == "__main__":
    main(sys.argv[1:])
