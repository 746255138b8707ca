"""The policies of four trades: lawful, whole, with reasons, and different where the trades are."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from tests.clock import stand_on
from tests.treatment.cast import NOON, TODAY, Cast, stands_on

from concord.kernel.models import Role, User
from concord.treatment import law, policies, requests
from concord.treatment.actions import drafts, publish
from concord.treatment.models import PolicyInForce
from concord.treatment.policy.reasons import words_of
from concord.treatment.policy.trades import TRADES
from concord.treatment.promise import Reader

# What a customer is, unless a test says otherwise: good, a standard customer, nothing open.
PLAIN: dict[str, Any] = {
    "hold set by accounting": False, "overdue undisputed": 0, "oldest undisputed overdue days": 0,
    "hold elsewhere": False, "overdue elsewhere": 0, "disputed amount": 0,
    "average days late": None, "revenue 12 months": 1000, "revenue 12 months before": 1000,
    "purchases 12 months": 1, "key account": False, "customer since": None,
    "open critical cases": 0, "request": "", "exception": False, "amount": None, "percent": None,
    "safety concern": None, "standstill": None, "reason": None, "on its way": None,
}  # fmt: skip
OWN: dict[str, dict[str, Any]] = {
    "maker": {},
    "wholesaler": {"credit limit": 1000, "outstanding balance": 0, "returns 12 months": 0},
    "services": {"late cases": 0},
    "software": {"contracts in force": 0},
}


def says(trade: str, request: str, **facts: Any) -> tuple[str, str]:
    """What is done and what is said, in a request's table."""
    model = TRADES[trade].model
    name = next(each.name for each in model.decisions if each.id == request)
    given = PLAIN | OWN[trade] | {key.replace("_", " "): value for key, value in facts.items()}
    result = model.evaluate(name, given, NOON)
    assert [p for p in result.problems if p.severity == "error"] == []
    return result.value["act"], result.value["say"]


@pytest.mark.parametrize("key", list(TRADES))
def test_each_keeps_the_law_and_gives_a_reason_in_three_languages(key: str) -> None:
    model = TRADES[key].model
    assert model.problems == ()
    assert law.check(model) == []
    for table in model.tables.values():
        assert table.annotations == ("en", "ko", "zh-hant")
        assert all(len(rule.annotations) == 3 and all(rule.annotations) for rule in table.rules)
    assert {kind.table for kind in requests.BUILT_IN} <= {each.id for each in model.decisions}
    assert set(TRADES[key].words) == set(TRADES[key].about) == {"en", "ko", "zh-hant"}
    assert all(text for said in (TRADES[key].words, TRADES[key].about) for text in said.values())


def test_the_maker_is_the_policy_that_concord_comes_with() -> None:
    assert TRADES["maker"].model.tables == policies.default().tables


def test_a_wholesaler_looks_at_the_amount_and_at_what_is_left_of_the_credit() -> None:
    assert says("maker", "place_order", amount=30000) == ("go ahead", "take_order")
    assert says("wholesaler", "place_order") == ("ask", "amount")
    assert says("wholesaler", "place_order", amount=25000) == ("go ahead", "take_order")
    assert says("wholesaler", "place_order", amount=25001) == ("not yet", "accounts_confirms")
    over = {"outstanding_balance": 1500}  # above the limit of 1,000: watched
    assert says("wholesaler", "place_order", amount=3000, **over)[0] == "not yet"
    assert says("wholesaler", "place_order", amount=2500, **over)[0] == "go ahead"
    assert says("wholesaler", "place_order", amount=3000, credit_limit=None, **over)[0] == (
        "go ahead"
    )
    back = {"reason": "not needed", "returns_12_months": 6}
    assert says("wholesaler", "goods_return", **back) == ("decline", "return_declined_often")
    assert says("wholesaler", "goods_return", **back | {"returns_12_months": 5})[0] == "go ahead"
    assert says("wholesaler", "goods_return", **back | {"reason": "damaged"})[0] == "go ahead"


def test_services_secure_a_new_customers_large_order_and_come_first_to_whom_they_kept_waiting() -> (
    None
):
    long = {"customer_since": TODAY.replace(year=2020)}
    first = {"purchases_12_months": 0}
    assert says("services", "place_order", **first) == ("ask", "amount")
    assert says("services", "place_order", amount=20001, **first)[0] == "not yet"
    assert says("services", "place_order", amount=20000, **first)[0] == "go ahead"
    assert says("services", "place_order", amount=20001)[0] == "go ahead"  # the second one
    assert says("services", "place_order", amount=20001, **first, **long)[0] == "go ahead"
    model = TRADES["services"].model
    for late, priority in ((0, 3), (1, 1)):
        given = PLAIN | {"late cases": late}
        assert model.evaluate("appointment", given, NOON).value["priority"] == priority
    assert says("services", "goods_return", reason="our mistake") == ("go ahead", "take_rework")
    assert says("services", "ship_order") == ("go ahead", "take_milestone")


def test_software_answers_by_the_level_of_support() -> None:
    model = TRADES["software"].model

    def asked(contracts: int | None, revenue: int = 1000, **facts: Any) -> dict[str, Any]:
        given = PLAIN | facts | {"contracts in force": contracts, "revenue 12 months": revenue}
        name = "replacement part" if "standstill" in facts else "engineering question"
        value = model.evaluate(name, given, NOON).value
        return {key: value[key] for key in ("priority", "urgency", "benefits")}

    assert asked(0) == {"priority": 3, "urgency": "in turn", "benefits": []}
    assert asked(2) == {"priority": 2, "urgency": "within two days", "benefits": []}
    assert asked(None) == asked(2)
    assert asked(2, 60000) == {"priority": 1, "urgency": "today", "benefits": ["direct line"]}
    assert asked(0, standstill=True) == {"priority": 2, "urgency": "today", "benefits": []}
    assert asked(2, 60000, standstill=True)["urgency"] == "at once"
    assert says("software", "place_order", amount=1) == ("go ahead", "take_subscription")
    assert says("software", "goods_return", reason="change of mind") == (
        "go ahead", "cancel_talk",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("trade", "ours", "service"),
    [("services", "take_rework", "take_other"), ("software", "take_refund", "take_incident")],
)
def test_an_exception_for_a_return_is_answered_by_its_reason(
    trade: str, ours: str, service: str
) -> None:
    held = {"hold_set_by_accounting": True}
    lifted = held | {"exception": True}
    assert says(trade, "goods_return", **held) == ("pass on", "accounts_first")
    assert says(trade, "goods_return", **lifted) == ("ask", "reason")
    for reason, say in (
        ("damaged", ours), ("change of mind", "cancel_talk"), ("calibration", service),
    ):  # fmt: skip
        assert says(trade, "goods_return", reason=reason, **lifted) == ("go ahead", say)


@pytest.mark.django_db
def test_they_are_read_as_sentences_in_each_language() -> None:
    for key, trade in TRADES.items():
        for language in ("en", "ko", "zh-hant"):
            sections = Reader(trade.model, language).sections()
            assert len(sections) == (15 if key == "software" else 14)
            assert all(rule.outcome not in ("", "–") for each in sections for rule in each.rules)
    level = Reader(TRADES["software"].model, "en").sections()[-1]
    assert (level.title, level.rules[1].outcome) == ("Which level of support", "highest")


def test_a_draft_begins_from_a_template_and_changes_nothing(client: Client, cast: Cast) -> None:
    client.force_login(cast.olga)
    read = client.get("/promise/templates/wholesaler/").content.decode()
    assert "credit left below 0" in read.lower()
    begun = client.post("/promise/templates/wholesaler/", {"name": "As a wholesaler"})
    draft = drafts.PolicyDraft.objects.get(name="As a wholesaler")
    assert begun["Location"] == f"/promise/drafts/{draft.pk}/"
    assert drafts.model_of(draft).tables == TRADES["wholesaler"].model.tables
    assert law.check(drafts.model_of(draft)) == []
    assert PolicyInForce.objects.count() == 1
    assert client.get("/promise/templates/bakery/").status_code == 404


def test_a_new_company_begins_with_the_policy_of_its_trade(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_on(monkeypatch, TODAY)
    stands_on(TODAY)
    sarah = User.objects.create_user("sarah@example.com", name="Sarah", role=Role.SPONSOR)
    client.force_login(sarah)
    page = client.get("/promise/?trade=software").content.decode()
    assert 'name="trade" value="software"' in page
    assert "Which level of support" in page
    publish.install_default(sarah, TODAY, "We sell software.", trade="software")
    in_force = policies.in_force(TODAY)
    assert in_force.model.tables == TRADES["software"].model.tables
    assert words_of(PolicyInForce.objects.get().version.note)["ko"] == "소프트웨어업"
