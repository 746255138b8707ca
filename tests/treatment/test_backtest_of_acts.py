"""A back-test in the database says of each act what judging it alone says."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db import transaction
from tests.facts import builders as facts
from tests.treatment.cast import TODAY, Cast, a_customer, a_hold, an_invoice
from tests.treatment.test_simulations import without_cells

from concord.customers.models import Customer
from concord.treatment import policies
from concord.treatment.actions import lifts
from concord.treatment.backtesting.months import Backtester, spans
from concord.treatment.keeping.acts import acts
from concord.treatment.keeping.judging import days
from concord.treatment.models import Lift
from concord.treatment.policies import Policy

SINCE = date(2026, 9, 15)


def a_busy_autumn(cast: Cast, seed: int) -> None:
    """Orders, shipments and quotes of two units beside invoices, holds, disputes, an exception and
    money in a currency that nobody has a rate for, up to today."""
    chance = random.Random(seed)

    def day() -> str:
        return (SINCE - timedelta(days=40) + timedelta(days=chance.randrange(108))).isoformat()

    for number in range(6):
        customer, profile = a_customer(f"Customer {number}")
        for _each in range(chance.randrange(5)):
            opened = day()
            due = (date.fromisoformat(opened) + timedelta(days=20)).isoformat()
            paid = chance.choice([None, due, TODAY.isoformat()])
            an_invoice(profile, opened=opened, due=due, closed=paid,
                       amount=str(chance.choice([50, 5000, 90000])),
                       currency=chance.choice(["EUR", "EUR", "EUR", "USD"]),
                       unit=chance.choice([None, "gauges", "sensors"]),
                       data={"disputed": chance.random() < 0.2})  # fmt: skip
        if chance.random() < 0.4:
            a_hold(profile, opened=day(), unit=chance.choice([None, "gauges"]))
        for _each in range(4):
            unit = chance.choice([None, "gauges", "sensors"])
            amount = chance.choice([None, "50", "20000"])
            order = facts.a_record(
                profile, "order", opened=day(), currency="EUR", amount=amount, unit=unit
            )
            if chance.random() < 0.6:
                facts.a_record(profile, "shipment", opened=day(), closed=day(), parent=order)
            if chance.random() < 0.4:
                an_invoice(profile, opened=day(), due="2026-11-01", parent=order)
        facts.a_record(profile, "quote", opened=day(), amount="700", currency="EUR")
        facts.a_record(profile, "appointment", opened=TODAY.isoformat())
        if number == 0:
            lifts.grant(cast.sarah, customer.pk, "place_order", TODAY + timedelta(days=3), "Fine.")
            Lift.objects.update(starts_on=SINCE)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_act_is_judged_as_alone(cast: Cast, seed: int) -> None:
    a_busy_autumn(cast, seed)
    assert Customer.objects.count() == 6
    old = policies.in_force(TODAY).model
    models = (old, without_cells(old, seed))
    tester = Backtester(models)
    found: Counter[tuple[object, ...]] = Counter()
    for span in spans(SINCE, TODAY):
        for each in tester.month(*span):
            found[each.first, each.request, each.before, each.after] += each.sum.acts
    assert found == Counter(one_by_one(models))
    assert sum(found.values()) > 20
    assert {key[2] for key in found} == {"go_ahead", "held", "cannot_judge"}


def one_by_one(models: tuple[object, object]) -> Iterator[tuple[object, ...]]:
    policies_ = [Policy(0, at, f"tried {at}", model) for at, model in enumerate(models)]  # type: ignore[arg-type]
    with transaction.atomic():
        every = list(acts(SINCE, TODAY))
    for day in days(every):
        one, other = ([said(each.verdict) for each in day.judged(policy)] for policy in policies_)
        for act, before, after in zip(day.acts, one, other, strict=True):
            yield act.on.replace(day=1), act.request, before, after


def said(verdict: str) -> str:
    return {"cannot_say": "cannot_judge", "deviated": "held"}.get(verdict, "go_ahead")


def test_what_became_of_an_act_by_its_invoice(cast: Cast) -> None:
    """Only a payment on time is one; what is open and not due is nobody's loss yet, and a cancelled
    invoice or return says nothing."""
    _, profile = a_customer("Open GmbH")

    def order(**invoice: str | None) -> None:
        taken = facts.a_record(profile, "order", opened="2026-11-01", amount="7", currency="EUR")
        if invoice:
            an_invoice(profile, opened="2026-11-02", parent=taken, **invoice)

    order(due="2026-11-10", closed="2026-11-10")
    order(due="2026-11-10", closed="2026-11-11")
    order(due="2026-11-10")
    order(due=TODAY.isoformat())
    order(due="2026-12-31")
    order(due="2026-11-10", status="cancelled")
    order(due="2026-11-10", closed="2026-11-10", status="cancelled")
    order(due=None, closed="2026-11-10")
    order()
    paid = facts.a_record(profile, "order", opened="2026-11-01", amount="7", currency="EUR")
    an_invoice(profile, opened="2026-11-02", due="2026-11-10", closed="2026-11-09", parent=paid)
    facts.a_record(profile, "goods_return", opened="2026-11-12", parent=paid, status="cancelled")
    model = policies.in_force(TODAY).model
    found: Counter[str] = Counter()
    for each in Backtester((model, model)).month(date(2026, 11, 1), TODAY):
        found[each.became] += each.sum.acts
    assert found == {
        "paid": 2, "paid_late": 1, "never_paid": 1, "not_due": 2, "nobody_knows": 4,
    }  # fmt: skip
