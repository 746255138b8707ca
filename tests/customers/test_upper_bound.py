"""What bulk matching does not compare could not have been asked about, or joins for sure."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple
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


class Zones(NamedTuple):
    """Pairs: of bulk matching those that it compares, and those that it joins without; of on-line
    matching those that it joins or asks about, and those that it joins."""

    some: set[tuple[int, int]]
    joined: set[tuple[int, int]]


def bound(folder: Path, features: Sequence[Features], model: Model) -> Zones:
    folder.mkdir()
    bulk.write_part(folder, 0, features)
    run = Run(folder, len(features))
    try:
        run.others()
        run.share(model)
        run.candidates(model)
        return Zones({pair for some in run.slices() for pair in some}, set(run.sure()))
    finally:
        run.close()


def compared(features: Sequence[Features], model: Model) -> Zones:
    """Of all pairs that share a key of few."""
    holders: dict[int, list[int]] = {}
    for number, of in enumerate(features):
        for key in blocking.keys(of):
            holders.setdefault(key, []).append(number)
    pairs = {pair for some in holders.values() if len(some) <= 60 for pair in combinations(some, 2)}
    named = {key: [features[n].id for n in some] for key, some in holders.items() if len(some) > 1}
    shared = Shared.among({of.id: of for of in features}, named, features)
    found = Zones(set(), set())
    for one, other in pairs:
        a, b = features[one], features[other]
        comparison = compare(a, b, shared.between(a, b), model)
        if comparison.is_automatic or comparison.is_for_review:
            found.some.add((one, other))
        if comparison.is_automatic:
            found.joined.add((one, other))
    return found


def holds(folder: Path, features: Sequence[Features], model: Model) -> tuple[Zones, Zones]:
    bounds, truly = bound(folder, features, model), compared(features, model)
    assert truly.some <= bounds.some | bounds.joined
    assert bounds.joined <= truly.joined
    return bounds, truly


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
    bounds, truly = holds(tmp_path / "run", features, model)
    assert len(truly.joined) > 100
    assert len(bounds.joined) > len(truly.joined) // 2


def test_of_the_truth_set_nobody_is_missed(tmp_path: Path, shared: Path) -> None:
    said, _ = truthset(shared / "data" / "truthset")
    features = numbered([(one.kind, one.data) for some in said.values() for one in some])
    for review in (4.5, -8.0):
        model = lower(shipped(), review)
        bounds, _ = holds(tmp_path / str(review), features, model)
        assert bounds.joined


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
        _, truly = holds(tmp_path / str(review), features, model)
        assert len(truly.some) > 20


FIRMS = """
    Hanbit Precision; HANBIT PREC; Hanbit Precision Co., Ltd.; Hanbit Prec. Vietnam; HBP;
    Hanbit; Hanbit Precision Machinery; Hanbitt Precison; Precision Hanbit; Hanbit Gauge;
    Hanbit Metrology; Hanbit Measurement; Hanbit Holding; Hanbit Precision Seoul; Taichung
    Precision Metrology; TPM; TAPRM; Taichung Prec Metr; Maschinenbau Keller;
    Kellermaschinenbau; Maschb. Keller GmbH; Keller; Keller AG; Keller Werkzeugbau; WZB
    Keller; Intl Mfg Svcs; International Manufacturing Services; Samsung Korea; Korea
    Samsung; Korea; Vietnam Trading; A26 Logistics; A260 Logistics; Key Stone; Keystone; Kie
    Stohn; 한빛정밀; 한빛정밀 주식회사; 한빛; Müller & Söhne; Mueller Soehne;
    Robert Smith; Smith, Robert; Bob Smyth; Plant 1 Foundry; Plant 2 Foundry;
    Optical Tooling; Optics Mould
"""
PEOPLE = """
    Robert Smith; Bob Smith; R. Smith; Smith Robert; Robert Smyth; Roberto Smith; Robbert
    Smith; Robert James Smith; Robert K. Smith; J. Smith; Susan Meyer; Susan Meyer Thomas;
    Susanne Maier; Thomas Susan; Sue Mayer; Kim Min-su; Kim Minsu; Minsu Kim; Min Ju Kim;
    Kim Min-joo; Lin Zhi-Ming; Lin Zhiming; Zhi Ming Lin; Keller Stefan; Stefanie Keller;
    Stefan Keller; Steffi Keler; Iwan Petrow; Ivan Petrov; Robert Smith Jr; Robert Smith Sr;
    Philip Fischer; Filip Vischer; Li Wei; Wei Li; Christopher Featherstonehaugh; Kristofer
    Fetherstonhaugh; Ryu Ji-yu; Ryu J. Su; Ryu Ji-su; Ryu Jisu; Maria Oconnor; Marie O'Connor
"""


@pytest.mark.parametrize("kind", ["person", "organisation"])
def test_of_names_that_are_hard_to_tell_apart_nobody_is_missed(tmp_path: Path, kind: str) -> None:
    names = [" ".join(name.split()) for name in (FIRMS if kind != "person" else PEOPLE).split(";")]
    beside = {"phones": ["+49 30 1234567"], "birth_date": "1970-05-17"}
    said = [(kind, {"name": name} | beside) for name in names]
    said += [("person", {"name": "Robert Keller"} | beside)]
    said += [("organisation", {"name": name} | beside) for name in ("Kim Min-su", "Bob Smith")]
    features = numbered(said)
    pruned = 0
    for review in (-9.0, 0.0, 6.0, 11.5):
        bounds, truly = holds(tmp_path / str(review), features, lower(shipped(), review))
        assert truly.some
        pruned += len(features) * (len(features) - 1) // 2 - len(bounds.some | bounds.joined)
    assert pruned > 500


FIELDS: dict[str, tuple[Any, Any]] = {
    "phones": (["+49 30 {:07d}"], ["+49 30 9{:06d}"]),
    "emails": (["{}@own{}.example"], ["other{}@another{}.example"]),
    "tax_id": ("DE1{:08d}", "DE2{:08d}"),
    "birth_date": ("1970-05-17", "1981-11-23"),
    "street": ("Acacia Avenue {}", "Birch Road 9{}"),
    "postcode": ("1{:04d}", "2{:04d}"),
    "country": ("DE", "FR"),
}


def told_twice(at: int, rng: random.Random) -> list[dict[str, Any]]:
    """One name twice, with a few fields that are the same or not."""
    letters = "".join("abcdefghij"[int(figure)] for figure in f"{at:03}")
    one: dict[str, Any] = {"name": f"Ast{letters}n Kreuzwell"}
    other = dict(one)
    for field in rng.sample(sorted(FIELDS), rng.randint(2, 4)):
        value, another = FIELDS[field]
        one[field] = _filled(value, at)
        other[field] = _filled(value if rng.random() < 0.6 else another, at)
    return [one, other]


def _filled(value: Any, at: int) -> Any:
    return [_filled(one, at) for one in value] if isinstance(value, list) else value.format(at, at)


@pytest.mark.parametrize("kind", ["person", "organisation"])
def test_nobody_joins_for_sure_whom_anything_forbids(tmp_path: Path, kind: str) -> None:
    rng = random.Random(7)
    features = numbered([(kind, one) for at in range(600) for one in told_twice(at, rng)])
    bounds, truly = holds(tmp_path / "run", features, shipped())
    assert len(truly.some) > len(truly.joined) > len(bounds.joined) > 50
