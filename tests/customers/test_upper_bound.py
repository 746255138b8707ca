"""What bulk matching does not compare could not have been asked about: its bound is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from bench.crowd import told_of
from tests.customers.truth import truthset

from concord.customers.matching import blocking, bulk
from concord.customers.matching.compare import compare
from concord.customers.matching.features import Features, made
from concord.customers.matching.model import Model, Scale, shipped
from concord.customers.matching.run import Run
from concord.customers.matching.shared import Shared
from concord.customers.matching.terms import Terms

TELLING = Terms({"given": {"maria": -9.0}, "family": {"gim": -3.0}, "word": {}},
                {"given": -12.0, "family": -12.0, "word": -12.0}, -16.0)  # fmt: skip


def survivors(folder: Path, features: Sequence[Features], model: Model) -> set[tuple[int, int]]:
    """The pairs that bulk matching would compare."""
    folder.mkdir()
    bulk.write_part(folder, 0, features)
    run = Run(folder, len(features))
    try:
        run.others()
        run.share(model)
        run.candidates(model)
        return {pair for some in run.slices() for pair in some}
    finally:
        run.close()


def wanted(features: Sequence[Features], model: Model) -> set[tuple[int, int]]:
    """The pairs that are joined or asked about, of all that share a key of few."""
    holders: dict[int, list[int]] = {}
    for number, of in enumerate(features):
        for key in blocking.keys(of):
            holders.setdefault(key, []).append(number)
    pairs = {pair for some in holders.values() if len(some) <= 60 for pair in combinations(some, 2)}
    named = {key: [features[n].id for n in some] for key, some in holders.items() if len(some) > 1}
    shared = Shared.among({of.id: of for of in features}, named)
    return {
        (one, other)
        for one, other in pairs
        if _is_wanted(features[one], features[other], shared, model)
    }


def _is_wanted(one: Features, other: Features, shared: Shared, model: Model) -> bool:
    found = compare(one, other, shared.between(one, other), model)
    return found.is_automatic or found.is_for_review


def numbered(said: Sequence[tuple[str, Mapping[str, Any]]]) -> list[Features]:
    return [made(UUID(int=number), kind, data) for number, (kind, data) in enumerate(said)]


def lower(model: Model, review: float) -> Model:
    for kind in ("person", "organisation"):
        model = model.with_thresholds(kind, review + 3, review)
    return model


def telling(model: Model) -> Model:
    return Model(model.version, *(_telling(scale) for scale in (model.person, model.organisation)))


def _telling(of: Scale) -> Scale:
    return Scale(of.kind, of.weights, of.automatic, of.review, of.odds, TELLING)


MODELS = {
    "shipped": shipped(),
    "low": lower(shipped(), -2.0),
    "rare names": telling(shipped()),
}


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_of_a_crowd_nobody_is_missed(tmp_path: Path, model: Model) -> None:
    features = numbered([(one.kind, one.data) for who in range(300) for one in told_of(who)])
    found, must = survivors(tmp_path / "run", features, model), wanted(features, model)
    assert len(must) > 100
    assert must <= found


def test_of_the_truth_set_nobody_is_missed(tmp_path: Path, shared: Path) -> None:
    said, _ = truthset(shared / "data" / "truthset")
    features = numbered([(one.kind, one.data) for some in said.values() for one in some])
    for review in (4.5, -8.0):
        model = lower(shipped(), review)
        assert wanted(features, model) <= survivors(tmp_path / str(review), features, model)


ODD: list[dict[str, Any]] = [
    {
        "name": "Kim Min-su",
        "name_native": "김민수",
        "phones": ["02-123"],
        "birth_date": "0170-01-02",
    },
    {"name": "김민수", "phones": ["0123"], "birth_date": "1970-02-01"},
    {
        "given_name": "Bob",
        "family_name": "Smith Jr",
        "ids": {"passport": "X12345", "card": "99881"},
    },
    {"given_name": "B", "family_name": "Smith", "ids": {"pass": "X12354", "card": "99881"}},
    {"given_name": "Smith", "family_name": "Robert", "ids": {"card": "99881"}},
    {"name": "Иван Петров", "emails": ["ivan@example.org"]},
    {"name": "Ivan Petrov", "emails": ["ivan+a@example.org"], "address": "ul. Lenina 5, 10100"},
    {"given_name": "Susan Meyer", "family_name": "Thomas", "street": "128", "address": "321"},
    {"given_name": "Susan", "family_name": "Meyer", "street": "321", "address": "128"},
    {"name": "", "emails": ["ivan@example.org"], "tax_id": "12345678901"},
    {"family_name": "O'Neill", "tax_id": "1234567890X", "postcode": "10100", "city": "Praha"},
    {"family_name": "ONeil", "tax_id": "1234567980X", "postcode": "10110", "city": "Praha 1"},
]


def test_of_odd_ones_nobody_is_missed(tmp_path: Path) -> None:
    kinds = ("person", "organisation")
    said = [(kinds[at % 7 == 3], one) for at, one in enumerate(ODD * 2)]
    said += [("organisation", one) for one in ODD]
    features = numbered(said)
    for review in (4.5, -20.0):
        model = lower(shipped(), review)
        must = wanted(features, model)
        assert len(must) > 20
        assert must <= survivors(tmp_path / str(review), features, model)
