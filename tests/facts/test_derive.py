"""What each kind of fact comes to, in exact values, for one customer and for all."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from pytest_django import DjangoAssertNumQueries
from tests.facts.builders import (
    DAY,
    a_customer,
    a_profile,
    a_record,
    a_source,
    a_unit,
    allocate,
    change,
    link,
    move,
    noon,
    part_of,
    withdraw,
)

from concord.customers.models import Customer
from concord.facts.catalogue import FACTS
from concord.facts.derive import derive, derive_all, derive_each, evidence_ids
from concord.facts.fact import UNKNOWN, Fact, Value
from concord.facts.plain import derive_python
from concord.kernel.errors import Problem
from concord.kernel.models import Company, ExchangeRate
from concord.kernel.time import now

pytestmark = pytest.mark.django_db


def the(key: str, customer_id: UUID, as_of: str, known_at: str = "", unit: str = "") -> Value:
    """The fact, which derive for one, derive for all and plain Python must agree on."""
    when = {
        "as_of": date.fromisoformat(as_of),
        "known_at": noon(known_at) if known_at else None,
        "unit": unit or None,
    }
    value = derive(customer_id, keys=[key], **when)[key].value
    assert dict(derive_all(keys=[key], **when))[customer_id][key] == value
    assert derive_python(customer_id, keys=[key], **when)[key] == value
    return value


def test_a_customer_without_records_has_every_empty_value() -> None:
    customer = a_customer(a_profile("Hanbit"))
    assert the("overdue_undisputed", customer.id, "2024-05-01") == 0
    assert the("hold_set_by_accounting", customer.id, "2024-05-01") is False
    assert the("units_on_hold", customer.id, "2024-05-01") == []
    assert the("customer_since", customer.id, "2024-05-01") is None


def test_where_nobody_tells_of_orders_they_are_unknown_not_none() -> None:
    """Only receivables were imported: who was invoiced bought something."""
    profile, other = a_profile("Hanbit"), a_profile("Maum")
    customer, neighbour = a_customer(profile), a_customer(other)
    everyday = ("orders_12_months", "purchases_12_months", "revenue_12_months", "open_shipments")
    for key in everyday:
        assert the(key, customer.id, "2024-05-01") is UNKNOWN
    told = derive(customer.id, as_of=date(2024, 5, 1), keys=everyday)
    assert {each.reasons for each in told.values()} == {("untold",)}
    a_record(profile, "invoice", opened="2024-04-01", amount="100", known_from=noon("2024-04-02"))
    assert the("orders_12_months", customer.id, "2024-05-01") is UNKNOWN
    assert the("purchases_12_months", customer.id, "2024-05-01") == 1
    assert the("purchases_12_months", neighbour.id, "2024-05-01") == 0  # told of others: known
    assert the("revenue_12_months", neighbour.id, "2024-05-01") == 0
    assert the("purchases_12_months", customer.id, "2024-03-31") is UNKNOWN  # not yet, of anybody
    assert the("revenue_12_months", customer.id, "2024-05-01", known_at="2024-04-01") is UNKNOWN
    order = a_record(other, "order", opened="2024-04-20", known_from=noon("2024-04-21"))
    assert the("orders_12_months", customer.id, "2024-05-01") == 0
    assert the("orders_12_months", neighbour.id, "2024-05-01") == 1
    assert the("purchases_12_months", customer.id, "2024-05-01") == 1  # invoices stand in
    withdraw(order, noon("2024-04-25"))
    assert the("orders_12_months", neighbour.id, "2024-05-01") is UNKNOWN
    assert the("orders_12_months", neighbour.id, "2024-05-01", known_at="2024-04-22") == 1


def test_a_hold_is_nothing_that_every_company_has() -> None:
    customer = a_customer(a_profile("Hanbit"))
    assert not FACTS["hold_set_by_accounting"].everyday
    assert the("hold_set_by_accounting", customer.id, "2024-05-01") is False


def test_overdue_counts_what_is_due_before_the_day_and_not_yet_settled() -> None:
    profile = a_profile("Hanbit")
    customer = a_customer(profile)
    a_record(
        profile, "invoice", opened="2024-01-01", due="2024-01-31", closed="2024-03-01", amount="100"
    )
    assert the("overdue_amount", customer.id, "2024-01-31") == 0
    assert the("overdue_amount", customer.id, "2024-02-01") == 100
    assert the("oldest_undisputed_overdue_days", customer.id, "2024-02-29") == 29
    assert the("overdue_amount", customer.id, "2024-03-01") == 0
    assert the("outstanding_balance", customer.id, "2023-12-31") == 0


def test_an_allocation_reduces_what_is_outstanding_from_its_date_on() -> None:
    profile = a_profile("Hanbit")
    customer = a_customer(profile)
    invoice = a_record(profile, "invoice", opened="2024-01-01", due="2024-01-31", amount="100")
    allocate(invoice, "60.50", "2024-03-01")
    allocate(
        invoice, "10", "2024-03-05", known_to=noon("2024-03-06"), known_from=noon("2024-03-05")
    )
    assert the("outstanding_balance", customer.id, "2024-02-29") == 100
    assert the("outstanding_balance", customer.id, "2024-03-01") == Decimal("39.50")
    assert the("outstanding_balance", customer.id, "2024-03-05") == Decimal("39.50")
    assert the("outstanding_balance", customer.id, "2024-03-05", "2024-03-05") == Decimal("29.50")


@pytest.mark.parametrize("how", ["flag", "parent", "link", "link back"])
def test_a_disputed_invoice_is_not_overdue_for_a_hold(how: str) -> None:
    profile = a_profile("Hanbit")
    customer = a_customer(profile)
    flag = {"disputed": True} if how == "flag" else {}
    invoice = a_record(
        profile, "invoice", opened="2024-01-01", due="2024-01-31", amount="100", **flag
    )
    if how != "flag":
        parent = {"parent": invoice} if how == "parent" else {}
        dispute = a_record(
            profile,
            "dispute",
            opened="2024-02-10",
            closed="2024-03-10",
            status="rejected",
            **parent,
        )
        if how == "link":
            link(dispute, invoice)
        if how == "link back":
            link(invoice, dispute, "disputed_in")
        assert the("overdue_undisputed", customer.id, "2024-02-09") == 100
        assert the("overdue_undisputed", customer.id, "2024-03-10") == 100
    assert the("overdue_undisputed", customer.id, "2024-02-20") == 0
    assert the("oldest_undisputed_overdue_days", customer.id, "2024-02-20") == 0
    assert the("overdue_amount", customer.id, "2024-02-20") == 100
    assert the("disputed_amount", customer.id, "2024-02-20") == 100


def test_a_hold_of_one_unit_is_no_hold_of_another_and_one_without_unit_is_everybodys() -> None:
    profile = a_profile("Hanbit")
    customer = a_customer(profile)
    hold = a_record(profile, "credit_hold", opened="2024-01-01", unit="gauges", status="in_force")
    a_record(profile, "credit_hold", opened="2024-06-01", status="in_force")
    assert the("hold_set_by_accounting", customer.id, "2024-02-01") is True
    assert the("hold_set_by_accounting", customer.id, "2024-02-01", unit="gauges") is True
    assert the("hold_set_by_accounting", customer.id, "2024-02-01", unit="sensors") is False
    assert the("hold_set_by_accounting", customer.id, "2024-06-01", unit="sensors") is True
    assert the("units_on_hold", customer.id, "2024-06-01", unit="sensors") == ["gauges"]
    change(hold, noon("2024-02-10"), closed_at=date(2024, 2, 10), status="lifted")
    assert the("hold_set_by_accounting", customer.id, "2024-02-09") is True
    assert the("hold_set_by_accounting", customer.id, "2024-02-10") is False
    assert the("hold_set_by_accounting", customer.id, "2024-02-10", "2024-02-09") is True


def test_units_without_records_of_the_customer_stand_once() -> None:
    profile = a_profile("Hanbit")
    customer = a_customer(profile)
    for number in range(30):
        a_unit(f"unit-{number}")
    a_record(profile, "credit_hold", opened="2024-01-01", unit="unit-7", status="in_force")
    each = derive_each(customer.id, as_of=date(2024, 2, 1), keys=["hold_set_by_accounting"])
    assert {unit: said["hold_set_by_accounting"].value for unit, said in each.items()} == {
        "unit-7": True,
        "": False,
    }


def test_a_field_that_is_only_observed_is_unknown_before_its_first_observation() -> None:
    profile = a_profile("Hanbit")
    customer = a_customer(profile)
    case = a_record(
        profile, "case", opened="2024-01-10", severity="normal", known_from=noon("2024-02-01")
    )
    change(case, noon("2024-02-20"), data={"severity": "critical"})
    assert the("open_critical_cases", customer.id, "2024-01-09") == 0
    assert the("open_critical_cases", customer.id, "2024-01-31") is UNKNOWN
    assert derive(customer.id, as_of=date(2024, 1, 31))["open_critical_cases"].reasons == (
        "unobserved",
    )
    assert the("open_cases", customer.id, "2024-01-31") == 1
    assert the("open_critical_cases", customer.id, "2024-02-01") == 0
    assert the("open_critical_cases", customer.id, "2024-02-20") == 1
    assert the("open_critical_cases", customer.id, "2024-02-20", "2024-02-10") == 0
    assert the("open_critical_cases", customer.id, "2024-01-15", "2024-01-20") == 0


def test_what_is_unknown_but_cannot_matter_leaves_the_fact_known() -> None:
    profile = a_profile("Hanbit")
    customer = a_customer(profile)
    a_record(
        profile,
        "case",
        opened="2024-01-10",
        closed="2024-01-12",
        severity="critical",
        known_from=noon("2024-02-01"),
    )
    assert the("open_critical_cases", customer.id, "2024-01-11") is UNKNOWN
    assert the("open_critical_cases", customer.id, "2024-01-12") == 0


def test_a_closed_record_has_the_status_that_it_was_closed_with() -> None:
    profile = a_profile("Hanbit")
    customer = a_customer(profile)
    a_record(profile, "deal", opened="2024-01-10", closed="2024-03-01", status="won", amount="5")
    assert the("won_deals_12_months", customer.id, "2024-02-01") == 0
    assert the("won_deals_12_months", customer.id, "2024-03-01") == 1


def test_amounts_are_converted_at_the_rate_of_their_day_and_never_summed_without_one() -> None:
    Company.objects.create(id=1, currency="EUR")
    ExchangeRate.objects.create(currency="USD", on=date(2024, 1, 1), rate=Decimal("0.90"))
    ExchangeRate.objects.create(currency="USD", on=date(2024, 6, 1), rate=Decimal("0.95"))
    profile = a_profile("Hanbit")
    customer = a_customer(profile)
    for opened in ("2024-05-31", "2024-06-01"):
        a_record(profile, "invoice", opened=opened, amount="100", currency="USD")
    a_record(profile, "invoice", opened="2024-06-02", amount="1", currency="EUR")
    a_record(profile, "invoice", opened="2024-06-02", amount="2")
    assert the("revenue_12_months", customer.id, "2024-06-30") == 188
    assert the("outstanding_balance", customer.id, "2024-06-30") == 188
    a_record(profile, "invoice", opened="2023-12-31", amount="7", currency="USD")
    assert the("outstanding_balance", customer.id, "2024-06-30") is UNKNOWN
    value = derive(customer.id, as_of=date(2024, 6, 30))["outstanding_balance"]
    assert (value.state, value.reasons) == ("unknown", ("no_rate",))


def test_an_open_invoice_without_an_amount_is_not_taken_for_nothing() -> None:
    profile = a_profile("Hanbit")
    customer = a_customer(profile)
    a_record(profile, "invoice", opened="2024-01-01", due="2024-01-31", amount=None)
    assert the("overdue_undisputed", customer.id, "2024-01-31") == 0
    assert the("overdue_undisputed", customer.id, "2024-02-01") is UNKNOWN
    assert derive(customer.id, as_of=date(2024, 2, 1))["overdue_undisputed"].reasons == ("missing",)


def test_how_somebody_pays_is_measured_on_what_was_settled_in_the_last_year() -> None:
    profile = a_profile("Hanbit")
    customer = a_customer(profile)
    for opened, due, closed in (
        ("2022-01-01", "2022-01-31", "2022-12-31"),  # settled too long ago
        ("2023-06-01", "2023-07-01", "2023-07-11"),
        ("2023-07-01", "2023-07-31", "2023-07-15"),
        ("2023-08-01", "2023-08-31", "2023-09-01"),
        ("2024-01-01", "2024-01-31", None),
    ):
        a_record(profile, "invoice", opened=opened, due=due, closed=closed, amount="10")
    assert the("average_days_late", customer.id, "2024-02-01") == Decimal("3.7")
    assert the("average_days_to_pay", customer.id, "2024-02-01") == Decimal("28.3")
    assert the("paid_late_share", customer.id, "2024-02-01") == Decimal("66.7")
    assert the("average_days_late", customer.id, "2021-01-01") is None


def test_balances_count_where_no_invoice_is_known() -> None:
    profile, other = a_profile("Hanbit"), a_profile("Hanbit 2")
    customer = a_customer(profile, other)
    for opened, amount in (("2024-01-31", "50"), ("2024-02-29", "70")):
        a_record(
            profile,
            "balance",
            opened=opened,
            closed=opened,
            amount=amount,
            overdue="5.5",
            credit_limit="1000",
        )
    a_record(other, "balance", opened="2024-01-15", closed="2024-01-15", amount="1")
    assert the("outstanding_balance", customer.id, "2024-02-01") == 51
    assert the("outstanding_balance", customer.id, "2024-03-01") == 71
    assert the("overdue_undisputed", customer.id, "2024-03-01") == Decimal("5.5")
    assert the("credit_limit", customer.id, "2024-03-01") == 1000
    a_record(profile, "invoice", opened="2024-03-02", amount="10")
    assert the("outstanding_balance", customer.id, "2024-03-02") == 10


def test_a_group_counts_the_records_of_all_that_belong_together_on_the_day() -> None:
    mother, daughter, niece = a_profile("Mother"), a_profile("Daughter"), a_profile("Niece")
    customers = [a_customer(each) for each in (mother, daughter, niece)]
    part_of(daughter, mother, valid_to=date(2024, 6, 1))
    part_of(niece, daughter)
    for profile, amount in ((mother, "1"), (daughter, "10"), (niece, "100")):
        a_record(profile, "invoice", opened="2024-01-01", due="2024-01-31", amount=amount)
    key = "group_outstanding_balance"
    assert [the(key, each.id, "2024-03-01") for each in customers] == [111, 111, 111]
    assert [the(key, each.id, "2024-06-01") for each in customers] == [1, 110, 110]
    assert the("outstanding_balance", customers[0].id, "2024-03-01") == 1


def test_a_group_that_goes_in_a_circle_ends() -> None:
    a, b = a_profile("A"), a_profile("B")
    customers = [a_customer(a), a_customer(b)]
    part_of(a, b)
    part_of(b, a)
    for profile in (a, b):
        a_record(profile, "invoice", opened="2024-01-01", due="2024-01-31", amount="5")
    assert [the("group_outstanding_balance", c.id, "2024-03-01") for c in customers] == [10, 10]


def test_a_withdrawn_record_is_known_only_until_it_was_withdrawn() -> None:
    profile = a_profile("Hanbit")
    customer = a_customer(profile)
    invoice = a_record(
        profile, "invoice", opened="2024-01-01", amount="9", known_from=noon("2024-01-02")
    )
    withdraw(invoice, noon("2024-01-10"))
    assert the("outstanding_balance", customer.id, "2024-01-20") == 0
    assert the("outstanding_balance", customer.id, "2024-01-20", "2024-01-05") == 9
    assert the("outstanding_balance", customer.id, "2024-01-20", "2024-01-10") == 0
    assert the("outstanding_balance", customer.id, "2024-01-20", "2024-01-01") == 0
    change(invoice, noon("2024-01-15"), amount=Decimal(8))
    assert the("outstanding_balance", customer.id, "2024-01-20", "2024-01-12") == 0
    assert the("outstanding_balance", customer.id, "2024-01-20") == 8


def test_a_merge_moves_the_facts_and_the_past_keeps_who_was_who() -> None:
    left, right = a_profile("Left"), a_profile("Right")
    customers = [a_customer(each) for each in (left, right)]
    for profile in (left, right):
        a_record(profile, "invoice", opened="2024-01-01", amount="5")
    move(right, customers[0].id, noon("2024-02-01"))
    customers[1].merged_into = customers[0]
    customers[1].save()
    assert the("outstanding_balance", customers[0].id, "2024-03-01") == 10
    assert the("outstanding_balance", customers[0].id, "2024-03-01", "2024-01-15") == 5
    redirected = derive(customers[1].id, as_of=date(2024, 3, 1), keys=["outstanding_balance"])
    assert redirected["outstanding_balance"].value == 10


def test_the_last_contact_and_the_first_trade_look_at_several_kinds_of_records() -> None:
    profile = a_profile("Hanbit")
    customer = a_customer(profile, segment="key")
    a_record(profile, "call", opened="2024-01-05")
    a_record(profile, "meeting", opened="2024-01-20")
    a_record(profile, "order", opened="2023-11-02", amount="3")
    a_record(profile, "invoice", opened="2023-11-03", amount="3")
    assert the("days_since_contact", customer.id, "2024-01-31") == 11
    assert the("days_since_contact", customer.id, "2024-01-05") == 0
    assert the("customer_since", customer.id, "2024-01-31") == date(2023, 11, 2)
    assert the("key_account", customer.id, "2024-01-31") is True


def test_an_attribute_names_the_source_whose_value_survived_and_when_it_spoke() -> None:
    spoke = noon("2024-01-30")
    sales, desk = a_source("sales", last_spoke_at=spoke), a_source("desk")
    profiles = [a_profile("1", a_source("books")), a_profile("2", sales), a_profile("3", desk)]
    customer = a_customer(*profiles)
    typed = noon("2024-01-09")

    def told(source: str) -> tuple[object, tuple[str, ...], object]:
        value = {"value": "key", "source": source, "at": typed.isoformat()}
        Customer.objects.filter(pk=customer.pk).update(golden={"segment": value})
        found = derive(customer.pk, as_of=date(2024, 1, 31), keys=["key_account"])["key_account"]
        return found.value, found.sources, found.oldest_word

    assert told("sales") == (True, ("sales",), spoke)
    assert told("desk") == (True, ("desk",), typed)  # a person speaks once
    assert told("gone") == (True, (), None)
    Customer.objects.filter(pk=customer.pk).update(golden={})
    found = derive(customer.pk, keys=["key_account"])["key_account"]
    assert (found.value, found.sources, found.state) == (False, (), "known")


def test_who_told_the_attribute_and_kept_silent_for_too_long_makes_the_fact_old() -> None:
    quiet = a_source("sales", last_spoke_at=noon("2024-01-01"), fresh_within=timedelta(days=2))
    customer = a_customer(a_profile("1", quiet))
    value = {"value": "key", "source": "sales", "at": noon("2023-01-01").isoformat()}
    Customer.objects.filter(pk=customer.pk).update(golden={"segment": value})
    found = derive(customer.pk, as_of=date(2024, 1, 31), keys=["key_account"])["key_account"]
    assert (found.value, found.state, found.late_sources) == (True, "stale", ("sales",))


def test_a_payment_that_was_taken_back_settles_nothing() -> None:
    profile = a_profile("Hanbit")
    customer = a_customer(profile)
    invoice = a_record(profile, "invoice", opened="2024-01-01", amount="100")
    allocation = allocate(invoice, "100", "2024-02-01")
    withdraw(allocation.payment, noon("2024-02-10"))
    assert the("outstanding_balance", customer.id, "2024-02-20") == 100
    assert the("outstanding_balance", customer.id, "2024-02-20", "2024-02-05") == 0


def test_what_is_said_at_midnight_belongs_to_the_new_day() -> None:
    profile = a_profile("Hanbit")
    customer = a_customer(profile)
    midnight = datetime(2024, 2, 1, tzinfo=UTC)
    case = a_record(
        profile, "case", opened="2024-01-10", severity="normal", known_from=midnight - 9 * DAY
    )
    change(case, midnight, data={"severity": "critical"})
    assert the("open_critical_cases", customer.id, "2024-01-31") == 0
    assert the("open_critical_cases", customer.id, "2024-02-01") == 1
    late = a_record(profile, "case", opened="2024-01-10", severity="critical", known_from=midnight)
    assert the("open_critical_cases", customer.id, "2024-01-31") is UNKNOWN
    withdraw(late, midnight + DAY)
    assert the("open_critical_cases", customer.id, "2024-01-31") == 0


def test_a_stale_source_is_named_and_its_silence_counts_too() -> None:
    today = now().date()
    fresh = a_source("shop", last_spoke_at=now() - timedelta(hours=1))
    late = a_source(
        "books", last_spoke_at=now() - timedelta(days=3), fresh_within=timedelta(days=1)
    )
    profile, other = a_profile("Hanbit", late), a_profile("Hanbit", fresh)
    customer = a_customer(profile, other)
    a_record(other, "order", opened=today, amount="5")
    a_record(a_profile("Somebody else", late), "invoice", opened=today, amount="5")
    facts = derive(customer.id)
    overdue, orders = facts["overdue_undisputed"], facts["orders_12_months"]
    assert (overdue.state, overdue.value) == ("stale", 0)
    assert (overdue.sources, overdue.late_sources) == (("books",), ("books",))
    assert overdue.oldest_word == late.last_spoke_at
    assert (orders.state, orders.value, orders.records) == ("known", 1, 1)
    assert orders.sources == ("shop",)
    then = derive(customer.id, as_of=today - timedelta(days=30))["overdue_undisputed"]
    assert then.state == "known"  # the source has spoken since that day


def test_evidence_is_the_records_that_the_fact_rests_on() -> None:
    profile = a_profile("Hanbit")
    customer = a_customer(profile)
    rests = a_record(profile, "invoice", opened="2024-01-01", due="2024-01-31", amount="5")
    a_record(profile, "invoice", opened="2024-01-01", due="2024-03-31", amount="5")
    a_record(profile, "order", opened="2024-01-01", due="2024-01-31", amount="5")
    fact, day = FACTS["overdue_undisputed"], date(2024, 2, 15)
    assert evidence_ids(customer.id, fact, as_of=day) == [rests.id]


def test_one_round_trip_for_one_and_one_query_for_all(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    customers = []
    for n in range(20):
        profile = a_profile(f"Hanbit {n}")
        customers.append(a_customer(profile))
        a_record(profile, "invoice", opened="2024-01-01", amount="5")
    derive(customers[0].id)  # the sources are remembered from here on
    with django_assert_num_queries(1):
        derive(customers[1].id)
    with django_assert_num_queries(1):
        assert len(list(derive_all())) == 20


def test_an_unknown_fact_or_customer_is_said() -> None:
    with pytest.raises(Problem, match="no such customer"):
        derive(UUID(int=1))
    with pytest.raises(Problem, match="no fact “overdo”"):
        derive(a_customer(a_profile("Hanbit")).id, keys=["overdo"])


@pytest.mark.parametrize(
    ("condition", "value"),
    [
        ('severity != "low" and due < today()', UNKNOWN),  # the first holds, the second may
        ('severity = "low" and due < today()', 0),  # the first fails: no matter what is unknown
        ('severity = "low" or due < today()', UNKNOWN),
        ('severity != "low" or due < today()', 1),  # the first holds: it is counted anyway
    ],
)
def test_doubt_follows_and_and_or(
    monkeypatch: pytest.MonkeyPatch, condition: str, value: Value
) -> None:
    fact = Fact(
        key="tried", words={"en": "T"}, expression=f"count(case[{condition}])", department="support"
    )
    monkeypatch.setitem(FACTS, "tried", fact)
    profile = a_profile("Hanbit")
    customer = a_customer(profile)
    # Its severity was never said, which is known; when it is due was first seen in February.
    a_record(profile, "case", opened="2024-01-10", due="2024-01-20", known_from=noon("2024-02-01"))
    assert the("tried", customer.id, "2024-01-25") == value
