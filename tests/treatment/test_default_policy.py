"""The default policy keeps the law: no gap, no conflict, no dead rule, no inversion."""

from __future__ import annotations

import random
from itertools import product
from typing import Any

import pytest
from tests.treatment import brute
from tests.treatment.brute import Grid

from concord.dmn.model import Model
from concord.treatment import law, policies, requests
from concord.treatment.policy import build
from concord.treatment.policy.reasons import REASONS

MODEL = policies.default()
TABLES = {table.id.removesuffix(".table"): table for table in MODEL.tables.values()}
NAMES = {decision.id: decision.name for decision in MODEL.decisions}


def test_the_file_is_what_the_builder_writes() -> None:
    assert build.PATH.read_text(encoding="utf-8") == build.build()


def test_it_keeps_the_law() -> None:
    assert law.check(MODEL) == []


def test_the_engine_finds_nothing_and_has_no_advice() -> None:
    assert [str(each) for each in MODEL.check()] == []


def test_brute_force_finds_nothing_either() -> None:
    assert [each for table in TABLES.values() for each in brute.check_table(table)] == []


def test_every_rule_has_a_stable_id_and_a_reason_in_three_languages() -> None:
    for key, table in TABLES.items():
        assert table.annotations == ("en", "ko", "zh-hant")
        ids = [rule.id for rule in table.rules]
        assert len(set(ids)) == len(ids)
        for rule in table.rules:
            assert rule.id.startswith(f"{key}.")
            assert all(reason.strip() for reason in rule.annotations)
    assert all(len(reason) == 3 for reason in REASONS.values())


@pytest.mark.parametrize("key", list(TABLES))
def test_the_proof_tries_what_the_engine_evaluates(key: str) -> None:
    """The rule that the brute force finds is the one that the engine takes."""
    table = TABLES[key]
    grid = Grid(table)
    places = list(grid.masks())
    random.Random(7).shuffle(places)
    for place, mask in places[:400]:
        values = grid.values_at(place)
        result = MODEL.evaluate(NAMES[key], values)
        expected = table.rules[(mask & -mask).bit_length() - 1].id
        assert [rule.rule_id for rule in result.matched if rule.decision == NAMES[key]] == [
            expected
        ], values


FACTS = {
    "hold set by accounting": [False, True],
    "overdue undisputed": [0, 101],
    "oldest undisputed overdue days": [0, 31],
    "hold elsewhere": [False],
    "overdue elsewhere": [0, 1],
    "average days late": [-1, 5],
    "purchases 12 months": [0, 3],
    "key account": [False],
    "revenue 12 months": [0, 25000, 100000],
    "revenue 12 months before": [10000],
    "open critical cases": [0],
}
BETTER = {
    "hold set by accounting": -1,
    "overdue undisputed": -1,
    "oldest undisputed overdue days": -1,
    "overdue elsewhere": -1,
    "average days late": -1,
    "purchases 12 months": 1,
    "revenue 12 months": 1,
}
FIELDS = {
    "place_order": {"amount": 20000},
    "ship_order": {"amount": 500, "on its way": False},
    "proposal": {},
    "engineering_question": {"safety concern": False},
    "replacement_part": {"standstill": True},
    "goods_return": {"reason": "change of mind"},
    "complaint": {"safety concern": False},
    "discount": {"percent": 4},
    "appointment": {},
}


@pytest.mark.parametrize("request_key", list(FIELDS))
def test_through_the_whole_graph_nobody_better_is_treated_worse(request_key: str) -> None:
    """Every pair of customers, one better or equal on every ranked fact; the graph as one."""
    outcomes = []
    for values in product(*FACTS.values()):
        facts = dict(zip(FACTS, values, strict=True))
        outcomes.append((facts, _rank(MODEL, request_key, facts)))
    for facts, rank in outcomes:
        for better, other in outcomes:
            if all((better[key] - facts[key]) * way >= 0 for key, way in BETTER.items()):
                assert other >= rank, (request_key, facts, better)


def _rank(model: Model, request_key: str, facts: dict[str, Any]) -> tuple[int, int]:
    inputs = facts | FIELDS[request_key] | {"exception": False, "customer since": None}
    said = model.evaluate(NAMES[request_key], inputs).value
    assert said["act"] != "ask"
    priority = 99 if said["priority"] is None else int(said["priority"])
    return brute.SERVED[said["act"]], -priority


@pytest.mark.parametrize(
    ("table", "rule", "column", "text", "kind"),
    [
        ("place_order", "watch_large", "amount.in", "> 20000", "gap"),
        ("place_order", "watch_large", "amount.in", "> 5000", "conflict"),
        ("standing", "good", "purchases_12_months.in", ">= 1", "gap"),
        ("value", "key", "revenue_12_months.in", ">= 10000", "dead"),
        ("place_order", "in_turn", "priority.out", "1", "inversion"),
        ("place_order", "best", "act.out", '"decline"', "inversion"),
        ("place_order", "best", "say.out", '"a_free_car"', "word"),
        ("place_order", "best", "benefits.out", '["a free car"]', "word"),
    ],
)
def test_what_breaks_the_law_is_found(
    table: str, rule: str, column: str, text: str, kind: str
) -> None:
    broken = MODEL.with_cell(f"{table}.table", f"{table}.{rule}", f"{table}.{column}", text)
    found = law.check(broken)
    assert kind in {finding.kind for finding in found}
    if kind != "word":
        name = next(each.name for each in broken.decisions if each.id == table)
        judged = brute.check_table(broken.tables[name])
        of_table = {each.kind for each in found if each.table == f"{table}.table"}
        assert of_table - {"word"} == {each.kind for each in judged}


@pytest.mark.parametrize("text", ["null, > 10000", "-", "> 5000 or ? = null"])
def test_a_rule_that_asks_for_what_is_known_is_found(text: str) -> None:
    """Whoever answers would be asked the same again, for ever."""
    table = next(each.name for each in MODEL.decisions if each.id == "place_order")
    (asking,) = (rule.id for rule in MODEL.tables[table].rules if '"ask"' in rule.outputs)
    broken = MODEL.with_cell("place_order.table", asking, "place_order.amount.in", text)
    found = [each for each in law.check(broken) if each.kind == "asks"]
    assert [(each.table, each.rules) for each in found] == [("place_order.table", (asking,))]
    assert "asks" in {each.kind for each in law.of_table(broken, table)}
    assert "asks" not in {each.kind for each in law.check(MODEL)}


def test_every_request_has_its_table_and_its_words() -> None:
    assert [kind.key for kind in requests.BUILT_IN] == list(FIELDS)
    for kind in requests.BUILT_IN:
        assert kind.table in TABLES
        for said in (kind.words, *(field.asks for field in kind.fields)):
            assert set(said) == {"en", "ko", "zh-hant"}
            assert all(said.values())
