"""What a customer is worth to us rests on what is known; unknown is not zero."""

from __future__ import annotations

import pytest
from tests.facts import builders as facts
from tests.treatment.cast import Cast, a_customer, an_invoice

from concord.customers.models import Customer, Profile
from concord.treatment.actions.decide import decide
from concord.treatment.answer import Answer


def ask(cast: Cast, customer: Customer) -> Answer:
    return decide(customer.id, "proposal", {}, asked_by=cast.alice, channel="page")


def paid(profile: Profile, *days: str) -> None:
    for day in days:
        an_invoice(profile, opened=day, due="2026-12-01", closed=day, amount="900")


def test_receivables_alone_say_who_is_dormant_and_who_is_excellent(cast: Cast) -> None:
    """No system tells of orders: who was invoiced bought something."""
    regular, one = a_customer("Regular GmbH")
    lately, two = a_customer("Lately GmbH")
    quiet, three = a_customer("Quiet GmbH")
    paid(one, "2025-03-01", "2026-03-01", "2026-06-01", "2026-09-01")
    paid(two, "2025-03-01", "2026-10-05")
    paid(three, "2025-03-01")
    answers = [ask(cast, each) for each in (regular, lately, quiet)]
    assert [(each.standing, each.value) for each in answers] == [
        ("excellent", "standard"),
        ("good", "standard"),
        ("good", "dormant"),
    ]
    assert [each.warnings for each in answers] == [(), (), ()]


def test_who_buys_is_counted_by_orders_where_they_are_told(cast: Cast) -> None:
    customer, profile = a_customer()
    paid(profile, "2025-03-01", "2026-03-01", "2026-06-01", "2026-09-01")
    facts.a_record(profile, "order", opened="2025-03-01", amount="900", currency="EUR")
    answer = ask(cast, customer)
    assert (answer.standing, answer.value) == ("good", "dormant")


@pytest.mark.parametrize("requested", ["proposal", "appointment"])
def test_where_nobody_tells_what_is_bought_nobody_is_called_dormant_or_new(
    cast: Cast, requested: str
) -> None:
    customer, _profile = a_customer()
    answer = decide(customer.id, requested, {}, asked_by=cast.alice, channel="page")
    assert (answer.act, answer.standing, answer.value) == ("go_ahead", "good", "standard")
    (warning,) = answer.warnings
    assert (warning.kind, warning.source, warning.ask) == ("unknown", "", None)
    assert set(warning.facts) == {
        "purchases_12_months",
        "revenue_12_months",
        "revenue_12_months_before",
    }
    assert "value.purchases_unknown" in {rule.id for rule in answer.why.rules}


def test_what_is_sent_in_for_calibration_is_no_return(cast: Cast) -> None:
    """Who is late with a little may send in an instrument, not give back what they do not need."""
    customer, profile = a_customer()
    an_invoice(profile, due="2026-11-10")
    acts = {}
    for reason in ("damaged", "defective", "wrong item", "calibration", "not needed"):
        said = {"reason": reason}
        answer = decide(customer.id, "goods_return", said, asked_by=cast.alice, channel="page")
        acts[reason] = (answer.act, answer.priority, answer.benefits)
    assert acts == {
        "damaged": ("go_ahead", 3, ("free return",)),
        "defective": ("go_ahead", 3, ("free return",)),
        "wrong item": ("go_ahead", 3, ("free return",)),
        "calibration": ("go_ahead", 4, ()),
        "not needed": ("decline", None, ()),
    }
