"""Splink called directly on a crowd, as somebody who knows it would: what bulk is held to.

Its own comparisons, persons and companies each in a linker, on DuckDB with all processors. Trained
as its guide has it: the share of matches by sure rules, `u` by random pairs, `m` in two sessions
that between them cover all comparisons. Nothing is kept that is not asked for.
"""

from __future__ import annotations

import logging
import time
import warnings
from collections import defaultdict
from pathlib import Path
from typing import Any

COLUMNS = {
    "person": ("given", "family", "birth", "email", "phone", "street", "postcode", "house"),
    "organisation": (
        *("name", "tax_id", "email", "domain", "phone", "street", "postcode", "house", "city"),
    ),
}
RULES = {
    "person": (("phone",), ("email",), ("birth",), ("given", "family"), ("house", "postcode"),
               ("family", "postcode")),
    "organisation": (("phone",), ("domain",), ("tax_id",), ("name",), ("house", "postcode"),
                     ("substr(name, 1, 8)", "city")),
}  # fmt: skip
SURE = {
    "person": (("given", "family", "birth"), ("email", "birth")),
    "organisation": (("tax_id",), ("name", "domain")),
}
SESSIONS = {"person": (("birth",), ("given", "family")), "organisation": (("name",), ("tax_id",))}


def match(folder: Path) -> dict[str, Any]:
    import duckdb

    database = duckdb.connect(str(folder / "splink.duckdb"))
    total: dict[str, float] = defaultdict(float)
    joined: list[list[int]] = []
    for kind in COLUMNS:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            joined += _one_kind(database, folder, kind, total)
    database.close()
    return {"joined": joined} | {name: round(value, 1) for name, value in total.items()}


def _one_kind(database: Any, folder: Path, kind: str, total: dict[str, float]) -> list[list[int]]:
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    database.execute(
        f"CREATE TABLE {kind} AS SELECT unique_id, {', '.join(COLUMNS[kind])} "
        f"FROM read_parquet('{folder}/*.plain') WHERE kind = '{kind}'"
    )
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=_comparisons(kind),
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in RULES[kind]],
        retain_matching_columns=False,
    )
    linker = Linker(DuckDBAPI(database).register(kind), settings, log_level=logging.ERROR)
    begin, begun = time.perf_counter(), time.process_time()
    sure: list[Any] = [block_on(*rule) for rule in SURE[kind]]
    linker.training.estimate_probability_two_random_records_match(sure, recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in SESSIONS[kind]:
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*rule))
    trained_at, worked = time.perf_counter(), time.process_time()
    predicted = linker.inference.predict(threshold_match_probability=0.01)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, 0.95)
    total["training_seconds"] += trained_at - begin
    total["predict_and_cluster_seconds"] += time.perf_counter() - trained_at
    total["training_processor_seconds"] += worked - begun
    total["predict_and_cluster_processor_seconds"] += time.process_time() - worked
    [(pairs,)] = database.execute(f"SELECT count(*) FROM {predicted.physical_name}").fetchall()
    total["predicted_pairs"] += pairs
    rows = database.execute(
        f"SELECT list(unique_id) FROM {clusters.physical_name} GROUP BY cluster_id "
        "HAVING count(*) > 1"
    ).fetchall()
    return [row[0] for row in rows]


def _comparisons(kind: str) -> list[Any]:
    import splink.comparison_library as cl

    shared = [cl.EmailComparison("email"), cl.ExactMatch("phone"), cl.ExactMatch("postcode"),
              cl.LevenshteinAtThresholds("street")]  # fmt: skip
    if kind == "person":
        return [
            cl.ForenameSurnameComparison("given", "family"),
            cl.DateOfBirthComparison("birth", input_is_string=True),
            *shared,
        ]
    return [
        cl.JaroWinklerAtThresholds("name"),
        cl.ExactMatch("tax_id"),
        cl.ExactMatch("domain"),
        *shared,
    ]
