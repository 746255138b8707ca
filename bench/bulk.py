"""A first load of a million profiles matched, beside Splink called directly: `script/bench bulk`.

The same profiles, the same normal forms prepared before, the same machine and all of its
processors, one after the other, each in a process of its own whose memory (and that of all
processes that it starts) is told. Splink: see `splink_in_bulk`. We: candidates, comparison, and
what joins, by weights in force, which were shipped or trained before: Splink needs its training
to predict, so both ratios are told, without it and with it. Told apart: preparing, which both need,
and what a whole first load takes, which writes to the database (`script/bench first_load`).
Both are held against the truth. `CONCORD_BENCH_CROWD` chooses another number of profiles,
`CONCORD_BENCH_PREPARED` a folder that keeps what was prepared for the next time.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from bench import splink_in_bulk
from bench.harness import Limits, Say
from bench.memory import apart
from bench.prepared import prepared, truth, working

CROWD = int(os.environ.get("CONCORD_BENCH_CROWD", "1000000"))
ALLOWED = 1.3  # times what Splink takes
TABLES = ("forms", "sides", "names", "words", "contacts", "keys")


def measure(say: Say, profiles: int = CROWD) -> dict[str, Any]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concord.config.settings")
    with prepared(profiles, say) as (folder, took):
        who = truth(folder)
        with working(folder, *TABLES) as here:
            ours = apart(_match, here, profiles)
        with working(folder, "plain") as here:
            theirs = apart(splink_in_bulk.match, here)
    found = {
        "profiles": profiles,
        "prepared": asdict(took),
        "ours": ours | _judged(who, ours.pop("joined")),
        "splink": theirs | _judged(who, theirs.pop("joined")),
    }
    for name, value in found.items():
        say(f"{name}: {value}")
    return found | {"limits": _held(say, ours, theirs)}


def _held(say: Say, ours: dict[str, Any], theirs: dict[str, Any]) -> list[dict[str, Any]]:
    """By the clock; by the processor's time, too, which a machine that others use leaves alone."""
    work = ours["match_processor_seconds"] / theirs["predict_and_cluster_processor_seconds"]
    say(f"by the processor's time {work:.2f} times Splink's predict and cluster")
    limits = Limits(say)
    match, direct = ours["match_seconds"], theirs["predict_and_cluster_seconds"]
    trained = direct + theirs["training_seconds"]
    limits.at_most_times("Splink's predict and cluster", round(match / direct, 2), ALLOWED)
    limits.at_most_times("the same with its training", round(match / trained, 2), ALLOWED)
    return limits.kept


def _match(folder: Path, profiles: int) -> dict[str, Any]:
    """Candidates and comparison; then what joins, as connected pairs."""
    from concord.customers.matching.model import shipped
    from concord.customers.matching.run import Run

    begin, begun = time.perf_counter(), time.process_time()
    run = Run(folder, profiles)
    run.others()
    run.share(shipped())
    candidates, compared = run.candidates(shipped())
    found_at = time.perf_counter()
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        children = sum(pool.map(compare_slice, ((folder, *s) for s in enumerate(run.slices()))))
    compared_at = time.perf_counter()
    root = run.components(profiles)
    groups: dict[int, list[int]] = {}
    for number in range(profiles):
        groups.setdefault(root(number), []).append(number)
    joined = [some for some in groups.values() if len(some) > 1]
    ended_at = time.perf_counter()
    worked = time.process_time() - begun
    joining, asked = run.found()
    run.close()
    return {
        "joined": joined,
        "joining_pairs": joining,
        "asked": asked,
        "candidates": candidates,
        "compared": compared,
        "match_seconds": round(ended_at - begin, 1),
        "candidates_seconds": round(found_at - begin, 1),
        "compare_seconds": round(compared_at - found_at, 1),
        "join_seconds": round(ended_at - compared_at, 1),
        "match_processor_seconds": round(worked + children, 1),
        "compare_processor_seconds": round(children, 1),
    }


def compare_slice(task: tuple[Path, int, list[tuple[int, int]]]) -> float:
    import gc

    from concord.customers.matching import bulk

    gc.disable()
    begin = time.process_time()
    bulk.compare_slice(*task)
    return time.process_time() - begin


def _judged(who: Sequence[int], groups: list[list[int]]) -> dict[str, Any]:
    """Pairs within groups against the true ones."""
    found = Counter[bool]()
    for some in groups:
        known = Counter(who[number] for number in some)
        right = sum(n * (n - 1) // 2 for n in known.values())
        found[True] += right
        found[False] += len(some) * (len(some) - 1) // 2 - right
    true = sum(n * (n - 1) // 2 for n in Counter(who).values())
    return {
        "precision": round(found[True] / max(found.total(), 1), 5),
        "recall": round(found[True] / max(true, 1), 5),
    }


def main(arguments: list[str]) -> None:
    measure(print, int(arguments[0]) if arguments else CROWD)


if __name__ == "__main__":
    main(sys.argv[1:])
