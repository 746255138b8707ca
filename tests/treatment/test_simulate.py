"""Who would be treated differently: all customers in one query, exactly as one by one."""

from __future__ import annotations

from datetime import datetime, time
from itertools import product
from typing import Any
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from tests.facts import builders as facts
from tests.treatment.cast import TODAY, Cast, a_best_customer, a_customer, a_hold, an_invoice

from concord import dmn
from concord.customers.models import Customer
from concord.dmn.model import Model
from concord.facts.derive import derive
from concord.kernel.errors import Problem
from concord.treatment import policies
from concord.treatment.actions.decide import decide
from concord.treatment.policy_facts import policy_facts, read_by
from concord.treatment.promise import Reader, find_threshold, move
from concord.treatment.requests import BUILT_IN, RequestKind
from concord.treatment.simulate import compare
from concord.treatment.simulating.judged import Judge
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
    clock = datetime.combine(TODAY, time(12), ZoneInfo(settings.TIME_ZONE))
    each_value = {
        column.expression: tried([(old, name), (new, name)], column.expression, clock)
        for column in old.tables[name].inputs
        if column.expression not in said and column.expression not in ("standing", "value")
    }
    return [dict(zip(each_value, row, strict=True)) for row in product(*each_value.values())]


def differs(old: Model, new: Model, table: str, said: dict[str, Any], case: dict[str, Any]) -> bool:
    name = next(each.name for each in old.decisions if each.id == table)
    clock = datetime.combine(TODAY, time(12), ZoneInfo(settings.TIME_ZONE))
    one, other = (model.evaluate(name, said | case, clock).value for model in (old, new))
    return bool(one != other)


def a_table(cells: dict[str, list[str]], type: str = "number", extra: str = "") -> Model:
    """A decision "d" over fields of a type, a rule for each row of cells."""
    inputs = "".join(
        f'<inputData id="{each}" name="{each}"><variable name="{each}" typeRef="{type}"/>'
        "</inputData>" for each in cells
    )  # fmt: skip
    needs = "".join(
        f'<informationRequirement><requiredInput href="#{each}"/></informationRequirement>'
        for each in cells
    )
    columns = "".join(
        f'<input id="i_{each}"><inputExpression typeRef="{type}"><text>{each}{extra}</text>'
        "</inputExpression></input>" for each in cells
    )  # fmt: skip
    rules = "".join(
        f'<rule id="r{at}">'
        + "".join(f"<inputEntry><text>{escape(cell)}</text></inputEntry>" for cell in row)
        + f"<outputEntry><text>{at}</text></outputEntry></rule>"
        for at, row in enumerate(zip(*cells.values(), strict=True))
    )
    return dmn.load(
        '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="p" name="p"'
        f' namespace="urn:p">{inputs}<decision id="d" name="d">{needs}<decisionTable id="t"'
        f' hitPolicy="FIRST">{columns}<output id="o"/>{rules}</decisionTable></decision>'
        "</definitions>".encode()
    )


AT = datetime(2026, 11, 21, 12, tzinfo=ZoneInfo("UTC"))


@pytest.mark.parametrize(
    ("type", "cells", "values"),
    [
        ("number", ["> 1e6", "[10 * 1000..20000]", "< -5"],
         "-5.01 -5 -4.99 10000 10000.01 20000 20000.01 1000000 1000000.01"),
        ("number", ["5", "5.01"], "4.99 5 5.005 5.01 5.02"),
        ("date", ['< date("2026-03-01")', "> today()"],
         "2026-02-28 2026-03-01 2026-03-02 2026-11-20 2026-11-21 2026-11-22"),
        ("boolean", ["true", "-"], "False True"),
        ("string", ['"a b", "c"', 'contains(?, "d")'], "a b|c|d|something else"),
    ],
)  # fmt: skip
def test_what_is_tried_are_the_limits_that_the_rules_name(
    type: str, cells: list[str], values: str
) -> None:
    found = tried([(a_table({"x": cells}, type), "d")], "x", AT)
    assert found[0] is None
    assert [str(each) for each in found[1:]] == values.split("|" if "|" in values else " ")


@pytest.mark.parametrize(("cell", "extra"), [("string length(?) > 3", ""), ("> 5", " / 2")])
def test_what_cannot_be_tried_is_refused_with_its_place(cell: str, extra: str) -> None:
    with pytest.raises(Problem) as raised:
        tried([(a_table({"x": [cell]}, extra=extra), "d")], "x", AT)
    assert raised.value.place == ("d" if extra else "d, r0")
    assert (f"x{extra}" if extra else cell) in str(raised.value)


def test_too_many_cases_are_refused_before_any_is_tried(db: None) -> None:
    limits = [f"> {number}" for number in range(0, 50, 10)]
    model = a_table({f"x{at}": limits for at in range(4)})
    kind = RequestKind("d", {"en": "D"}, (), None, "", decision="d")
    with pytest.raises(Problem, match="x0, x1, x2, x3 have 20736 cases together"):
        Judge((model, model), [kind], TODAY)
