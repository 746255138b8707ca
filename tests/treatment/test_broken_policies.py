"""Six broken variants of the default policy, each found and told as a manager reads it."""

from __future__ import annotations

import pytest
from bench.broken_policies import VARIANTS, broken, found, told

from concord.treatment import law, policies

ENGLISH = {
    "a gap": "Place an order: No rule says what to do if standing is to be watched and an exception"
    " does not apply and amount is over 10,000 and at most 20,000.",
    "a conflict": "Place an order: Rules 4 and 5 contradict each other: if standing is to be"
    " watched and an exception does not apply and amount is over 5,000 and at most 10,000, the"
    " one says that what we do is not yet, who does it is accounts, the priority is nothing,"
    " the timing is today and the other that what we do is go ahead, who does it is sales, the"
    " priority is 4, the timing is in turn.",
    "a rule masked by the union of two others": "Which kind of customer: Rule 7 never comes into"
    " play: between them, rules 5 and 6 have always decided before it.",
    "an unreachable output": "Which kind of customer: Nobody ever gets this answer: kind of"
    " customer is dormant.",
    "a gap only at null": "Replacement part: No rule says what to do if standing is always pays and"
    " their work stands still is not known.",
}
KINDS = {
    "a gap": "gap",
    "a conflict": "conflict",
    "a rule masked by the union of two others": "dead",
    "an inversion across two tables": "inversion",
    "a gap only at null": "gap",
}


def test_each_is_found_and_the_default_policy_has_none() -> None:
    assert list(found()) == ["the default policy", *(variant.name for variant in VARIANTS)]


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_a_manager_reads_what_is_wrong(variant: object) -> None:
    sentences = told(variant)  # type: ignore[arg-type]
    if variant.name in ENGLISH:  # type: ignore[attr-defined]
        assert sentences[0] == ENGLISH[variant.name]  # type: ignore[attr-defined]
    assert len(sentences) % 3 == 0


def test_the_inversion_is_in_neither_table_alone() -> None:
    variant = next(each for each in VARIANTS if each.code == "table.inversion")
    model = broken(variant)
    finding = next(each for each in model.check() if each.code == variant.code)
    columns = {name for name, _ in finding.conditions}
    assert "purchases 12 months" in columns
    assert not columns & {"standing", "value"}


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_none_of_them_can_be_put_in_force(variant: object) -> None:
    kinds = {each.kind for each in law.check(broken(variant))}  # type: ignore[arg-type]
    assert KINDS.get(variant.name, "") in kinds or variant.code == "output.unused"  # type: ignore[attr-defined]


def test_what_a_change_changes() -> None:
    variant = VARIANTS[0]
    new = policies.default().with_cell(
        "place_order.table", "place_order.watch_large", "place_order.amount.in", "> 20000"
    )
    new = new.with_cell(
        "place_order.table", "place_order.watch_small", "place_order.amount.in", "<= 20000"
    )
    changes = new.differences(policies.default())
    assert changes
    for change in changes:
        assert change.place.decision == variant.table.replace("_", " ")
        assert dict(change.conditions)["amount"] == "(10000..20000]"
        assert [dict(each)["act"] for each in change.results] == ["not yet", "go ahead"]
