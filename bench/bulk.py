"""A first load of a million profiles matched, beside Splink called directly: `script/bench bulk`.

The same profiles, the same prepared columns, the same machine, one after the other. Splink: its own
standard comparisons, persons and companies each in a linker, dedupe only on DuckDB; `predict` and
clusters at a probability of 0.95, its training told apart. We: candidates, comparison, and what
joins; preparing the normal forms and writing to the database told apart. Both against the truth.
`CONCORD_BENCH_CROWD` chooses another number of profiles.
"""

from __future__ import annotations

import logging
import os
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from uuid import UUID

from bench.crowd import crowd_block
from bench.harness import Say

CROWD = int(os.environ.get("CONCORD_BENCH_CROWD", "1000000"))
ALLOWED = 1.3  # times what Splink takes
PERSON = ("given", "family", "birth", "email", "phone", "street", "postcode", "house")
FIRM = ("name", "tax_id", "email", "domain", "phone", "street", "postcode", "house", "city")


def measure(say: Say, profiles: int = CROWD) -> dict[str, Any]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concord.config.settings")
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        truth, prepared = _prepare(here, profiles, say)
        ours = _apart(_match, here, profiles)
        theirs = _apart(_splink, here, profiles)
    found = {
        "profiles": profiles,
        "prepare_seconds": prepared,
        "ours": ours | _judged(truth, ours.pop("joined")),
        "splink": theirs | _judged(truth, theirs.pop("joined")),
        "load": round(os.getloadavg()[0], 1),
    }
    match, direct = ours["match_seconds"], theirs["predict_and_cluster_seconds"]
    found["times_of_splink"] = round(match / direct, 2)
    found["times_of_splink_with_training"] = round(match / (direct + theirs["training_seconds"]), 2)
    for name in ("prepare_seconds", "times_of_splink", "times_of_splink_with_training"):
        say(f"{name}: {found[name]}")
    for name in ("ours", "splink"):
        say(f"{name}: {found[name]}")
    return found


def _prepare(folder: Path, profiles: int, say: Say) -> tuple[list[int], float]:
    """Who each number is, and how long all processors took for the normal forms of both."""
    from concord.customers.matching.bulk import PART

    begin = time.perf_counter()
    parts = [(folder, at // PART, min(PART, profiles - at)) for at in range(0, profiles, PART)]
    truth: list[int] = []
    with get_context("spawn").Pool(os.cpu_count()) as pool:
        for at, who in enumerate(pool.imap(prepare_part, parts)):
            truth += who
            if at % 20 == 0:
                say(f"prepared {len(truth):,} of {profiles:,}")
    return truth, round(time.perf_counter() - begin, 1)


def prepare_part(task: tuple[Path, int, int]) -> list[int]:
    import gc

    import pyarrow
    from pyarrow import parquet

    from concord.customers.matching import bulk, features

    gc.disable()
    folder, part, profiles = task
    told = crowd_block(part * bulk.PART, profiles)
    made = [
        features.made(UUID(int=part * bulk.PART + at), one.kind, one.data)
        for at, one in enumerate(told)
    ]
    bulk.write_part(folder, part, made)
    rows = [_columns(part * bulk.PART + at, of) for at, of in enumerate(made)]
    parquet.write_table(pyarrow.Table.from_pylist(rows), folder / f"{part}.plain")
    return [one.who for one in told]


def _columns(number: int, of: Any) -> dict[str, Any]:
    """What Splink compares: our normal forms, as plain columns."""
    from concord.customers.normal import phones

    person = of.people[0] if of.is_person else None
    firm = of.organisations[0] if of.organisations else None
    place = of.address
    return {
        "unique_id": number,
        "kind": of.kind,
        "given": " ".join(person.given) or None if person else None,
        "family": " ".join(person.family) or None if person else None,
        "name": " ".join(firm.words) or None if firm else None,
        "birth": of.birth_date.isoformat() if of.birth_date else None,
        "email": min(of.emails, default=None),
        "domain": min(of.domains, default=None),
        "phone": phones.tail(min(of.phones)) if of.phones else None,
        "tax_id": of.ids.get("tax_id"),
        "street": place.street or None if place else None,
        "house": place.house or None if place else None,
        "postcode": place.postcode or None if place else None,
        "city": place.city or None if place else None,
    }


def _apart(function: Callable[..., dict[str, Any]], *args: Any) -> dict[str, Any]:
    """In a process of its own, so that its memory is its own."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(_told, function, args).result()


def _told(function: Callable[..., dict[str, Any]], args: Sequence[Any]) -> dict[str, Any]:
    begin = time.process_time()
    return function(*args) | {
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "processor_seconds": round(time.process_time() - begin, 1),
    }


def _match(folder: Path, profiles: int) -> dict[str, Any]:
    """Candidates and comparison; then what joins, as connected pairs in the order of scores do."""
    from concord.customers.matching.model import shipped
    from concord.customers.matching.run import Run

    begin = time.perf_counter()
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
    _, asked = run.found()
    run.close()
    return {
        "joined": joined,
        "asked": asked,
        "candidates": candidates,
        "compared": compared,
        "match_seconds": round(time.perf_counter() - begin, 1),
        "candidates_seconds": round(found_at - begin, 1),
        "compare_seconds": round(compared_at - found_at, 1),
        "compare_processor_seconds": round(children, 1),
    }


def compare_slice(task: tuple[Path, int, list[tuple[int, int]]]) -> float:
    import gc

    from concord.customers.matching import bulk

    gc.disable()
    begin = time.process_time()
    bulk.compare_slice(*task)
    return time.process_time() - begin


def _splink(folder: Path, profiles: int) -> dict[str, Any]:
    import duckdb

    database = duckdb.connect(str(folder / "splink.duckdb"))
    total: Counter[str] = Counter()
    joined: list[list[int]] = []
    for kind in ("person", "organisation"):
        joined += _one_kind(database, folder, kind, total)
    return {"joined": joined} | {name: round(value, 1) for name, value in total.items()}


def _one_kind(database: Any, folder: Path, kind: str, total: Counter[str]) -> list[list[int]]:
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    columns = PERSON if kind == "person" else FIRM
    database.execute(
        f"CREATE TABLE {kind} AS SELECT unique_id, {', '.join(columns)} "
        f"FROM read_parquet('{folder}/*.plain') WHERE kind = '{kind}'"
    )
    shared = [cl.EmailComparison("email"), cl.ExactMatch("phone"), cl.ExactMatch("postcode"),
              cl.LevenshteinAtThresholds("street")]  # fmt: skip
    if kind == "person":
        own = [cl.ForenameSurnameComparison("given", "family"),
               cl.DateOfBirthComparison("birth", input_is_string=True)]  # fmt: skip
        rules = [("phone",), ("email",), ("birth",), ("given", "family"), ("house", "postcode"),
                 ("family", "postcode")]  # fmt: skip
        sessions = [("birth",), ("given", "family")]
    else:
        own = [cl.JaroWinklerAtThresholds("name"), cl.ExactMatch("tax_id"), cl.ExactMatch("domain")]
        rules = [("phone",), ("domain",), ("tax_id",), ("name",), ("house", "postcode"),
                 ("substr(name, 1, 8)", "city")]  # fmt: skip
        sessions = [("name",), ("phone",)]
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=own + shared,
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in rules],
        retain_matching_columns=False,
    )
    linker = Linker(DuckDBAPI(database).register(kind), settings, log_level=logging.ERROR)
    begin = time.perf_counter()
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in sessions:
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*rule))
    total["training_seconds"] += time.perf_counter() - begin
    begin = time.perf_counter()
    predicted = linker.inference.predict(threshold_match_probability=0.01)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, 0.95)
    total["predict_and_cluster_seconds"] += time.perf_counter() - begin
    rows = database.execute(
        f"SELECT list(unique_id) FROM {clusters.physical_name} GROUP BY cluster_id "
        "HAVING count(*) > 1"
    ).fetchall()
    return [row[0] for row in rows]


def _judged(truth: list[int], groups: list[list[int]]) -> dict[str, Any]:
    """Pairs within groups against the true ones."""
    found = Counter[bool]()
    for some in groups:
        known = Counter(truth[number] for number in some)
        right = sum(n * (n - 1) // 2 for n in known.values())
        found[True] += right
        found[False] += len(some) * (len(some) - 1) // 2 - right
    true = sum(n * (n - 1) // 2 for n in Counter(truth).values())
    return {
        "precision": round(found[True] / max(found.total(), 1), 5),
        "recall": round(found[True] / max(true, 1), 5),
    }


def main(arguments: list[str]) -> None:
    measure(print, int(arguments[0]) if arguments else CROWD)


if __name__ == "__main__":
    main(sys.argv[1:])
