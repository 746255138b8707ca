"""Splink called directly on the Febrl sets, with the fields that we have: what we are held to."""

from __future__ import annotations

import logging
import warnings
from typing import Any
from uuid import UUID

from bench.febrl import Febrl, Pair

FIELDS = (
    "given_name", "surname", "street_number", "address_1", "address_2", "suburb", "postcode",
    "state", "date_of_birth",
)  # fmt: skip


def scores(febrl: Febrl, with_number: bool) -> dict[Pair, float]:
    """Match weights, in bits, of all pairs that Splink's own blocking finds."""
    import duckdb
    import pyarrow
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    fields = (*FIELDS, "soc_sec_id") if with_number else FIELDS
    database = duckdb.connect(":memory:", config={"threads": 2})
    api = DuckDBAPI(database)
    tables = []
    for side in sorted(set(febrl.side.values())):
        rows = [row for row in febrl.rows if febrl.side[row] == side]
        columns: dict[str, Any] = {"unique_id": [row.int for row in rows]}
        for name in fields:
            columns[name] = [febrl.rows[row][name] or None for row in rows]
        tables.append(
            api.register(
                pyarrow.table(columns),
                dataset_display_name=f"side_{side}",
                table_name=f"side_{side}",
            )
        )
    comparisons: list[Any] = [
        cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
        cl.NameComparison("surname").configure(term_frequency_adjustments=True),
        cl.LevenshteinAtThresholds("date_of_birth", [1, 2]),
        cl.LevenshteinAtThresholds("street_number", [1]),
        cl.JaroWinklerAtThresholds("address_1", [0.9, 0.8]),
        cl.JaroWinklerAtThresholds("suburb", [0.9, 0.8]).configure(term_frequency_adjustments=True),
        cl.LevenshteinAtThresholds("postcode", [1, 2]),
        cl.ExactMatch("state"),
    ]
    if with_number:
        comparisons.append(cl.LevenshteinAtThresholds("soc_sec_id", [1, 2]))
    rules: list[Any] = [
        block_on("given_name", "surname"), block_on("date_of_birth"),
        block_on("postcode", "surname"), block_on("postcode", "given_name"),
        block_on("suburb", "surname"), block_on("suburb", "given_name"),
        block_on("address_1", "street_number"), block_on("address_1", "suburb"),
        block_on("address_1", "given_name"), block_on("address_1", "surname"),
        block_on("suburb", "postcode"), block_on("address_1", "postcode"),
        block_on("address_2", "given_name"), block_on("address_2", "surname"),
        block_on("address_2", "postcode"), block_on("address_2", "suburb"),
        block_on("street_number", "surname"), block_on("street_number", "given_name"),
    ]  # fmt: skip
    if with_number:
        rules.append(block_on("soc_sec_id"))
    settings = SettingsCreator(
        link_type="link_only" if febrl.is_linked else "dedupe_only",
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=rules,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        linker = Linker(tables, settings, log_level=logging.ERROR)
        train = linker.training
        sure: list[Any] = [
            "l.given_name = r.given_name AND l.surname = r.surname "
            "AND l.date_of_birth = r.date_of_birth"
        ]
        train.estimate_probability_two_random_records_match(sure, recall=0.6)
        train.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
        for rule in (
            block_on("date_of_birth"),
            block_on("postcode"),
            block_on("given_name", "surname"),
        ):
            train.estimate_parameters_using_expectation_maximisation(rule)
        predicted = linker.inference.predict(threshold_match_weight=-20)
        found = predicted.as_record_list()
    database.close()
    return {
        _pair(one["unique_id_l"], one["unique_id_r"]): float(one["match_weight"]) for one in found
    }


def _pair(left: int, right: int) -> Pair:
    return UUID(int=min(left, right)), UUID(int=max(left, right))
