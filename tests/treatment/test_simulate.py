"""Who would be treated differently: all customers in one query, exactly as one by one."""

from __future__ import annotations

from datetime import datetime, time
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from tests.facts import builders as facts
from tests.treatment.cast import TODAY, Cast, a_best_customer, a_customer, a_hold, an_invoice

from concord.customers.models import Customer
from concord.dmn.model import Model
from concord.facts.derive import derive
from concord.treatment import policies
from concord.treatment.actions.decide import decide
from concord.treatment.policy_facts import policy_facts, read_by
from concord.treatment.promise import Reader, find_threshold, move
from concord.treatment.requests import BUILT_IN
from concord.treatment.simulate import compare
from concord.treatment.tried import tried

DAYS = "standing:standing.oldest_undisputed_overdue_days.in:30"
LIMITS = (
    ("standing:standing.overdue", "100000"),
    ("standing:standing.overdue", "10"),
    ("value:", "1000000"),
    ("place_order:", "1"),
    ("discount:discount", "1"),
)


def everybody() -> None:
    """Somebody of every kind; Mirae owes little for long, Daesung much for long."""
    for number, (due, amount) in enumerate(
        [("2026-11-10", "50"), ("2026-09-01", "50"), ("2026-09-01", "5000"), ("2026-12-01", "5000")]
    ):
        _, profile = a_customer(f"Debtor {number}")
        an_invoice(profile, due=due, amount=amount)
    _, held = a_customer("Held")
    a_hold(held)
    _, both = a_customer("Held and late")
    a_hold(both)
    an_invoice(both, due="2026-09-01", amount="9000")
    _, disputed = a_customer("Disputes")
    an_invoice(disputed, due="2026-09-01", amount="9000", data={"disputed": True})
    _, foreign = a_customer("Owes in a currency without a rate")
    an_invoice(foreign, due="2026-09-01", amount="9000", currency="USD")
    a_customer("Nothing is known of them")
    a_best_customer()
    _, critical = a_customer("Critical")
    facts.a_record(critical, "case", opened_at="2026-11-01", data={"severity": "critical"})


@pytest.mark.parametrize(("limit", "number"), LIMITS)
def test_all_at_once_is_as_one_by_one(cast: Cast, limit: str, number: str) -> None:
    everybody()
    old = policies.in_force(TODAY).model
    known = (each for section in Reader(old, "en").sections() for each in section.thresholds)
    new = move(old, next(each for each in known if each.key.startswith(limit)), number)
    found = compare(old, new, TODAY)
    assert found.customers == Customer.objects.count()
    expected = {each.name: requests for each in Customer.objects.all()
                if (requests := one_by_one(old, new, each))}  # fmt: skip
    assert expected
    assert len(expected) < found.customers
    assert {each.name: {c.request for c in each.changes} for each in found.named} == expected
    assert found.touched == len(expected)


def test_a_change_is_shown_as_the_customers_page_answers_where_nothing_was_said(
    cast: Cast,
) -> None:
    """The page has one question first for who is watched; the new limit holds them."""
    customer, profile = a_customer("Late Ltd")
    an_invoice(profile, due="2026-10-30")  # 22 days
    old = policies.in_force(TODAY).model
    days = find_threshold(Reader(old, "en").sections(), DAYS)
    (touched,) = compare(old, move(old, days, "20"), TODAY).named
    change = next(each for each in touched.changes if each.request == "place_order")
    shown = decide(customer.id, "place_order", {}, asked_by=cast.alice, channel="page")
    assert (shown.state, change.before.act, change.after.act) == ("asks", "ask", "pass_on")
    assert change.before.rule == shown.why.rules[0].id == "place_order.watch_ask"


def one_by_one(old: Model, new: Model, customer: Customer) -> set[str]:
    """The requests that the engine itself answers differently in some case."""
    keys = read_by(old, new)
    known = policy_facts(keys, derive(customer.id, as_of=TODAY, keys=keys))
    said = {key.replace("_", " "): fact.value for key, fact in known.items()}
    said |= {"hold elsewhere": False, "overdue elsewhere": 0, "exception": False}
    tables = {kind.table for kind in BUILT_IN} | {"any_other"}
    return {table for table in tables if any(differs(old, new, table, said, case)
            for case in cases(old, new, table, said))}  # fmt: skip


def cases(old: Model, new: Model, table: str, said: dict[str, Any]) -> list[dict[str, Any]]:
    name = next(each.name for each in old.decisions if each.id == table)
    grids = [tried(model.tables[name]) for model in (old, new)]
    columns = [each.expression for each in old.tables[name].inputs]
    each_value = {
        column: {*grids[0][at], *grids[1][at]}
        for at, column in enumerate(columns)
        if column not in said and column not in ("standing", "value")
    }
    return [dict(zip(each_value, row, strict=True)) for row in product(*each_value.values())]


def differs(old: Model, new: Model, table: str, said: dict[str, Any], case: dict[str, Any]) -> bool:
    name = next(each.name for each in old.decisions if each.id == table)
    clock = datetime.combine(TODAY, time(12), ZoneInfo(settings.TIME_ZONE))
    one, other = (model.evaluate(name, said | case, clock).value for model in (old, new))
    return bool(one != other)
