"""A company's own facts: a form becomes the formula that Concord's own facts are written in, and
every process knows the newest."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.clock import stand_on
from tests.facts.builders import a_customer, a_profile, a_record

from concord.facts import form, live, own, query
from concord.facts.derive import derive, derive_all
from concord.facts.fact import UNKNOWN, Fact
from concord.facts.models import OwnFact
from concord.facts.plain import derive_python
from concord.kernel.errors import Problem
from concord.kernel.models import User
from concord.kernel.time import now

DAY = date(2026, 11, 21)
BIG_RETURNS: dict[str, Any] = {
    "what": "sum",
    "of": "order",
    "field": "amount",
    "where": [{"field": "online", "is": "yes"}, {"field": "amount", "is": "from", "value": "10.5"}],
    "time": "opened",
    "within": "6",
    "per": "M",
}


@pytest.mark.parametrize(
    ("said", "formula"),
    [
        ({}, "count(invoice)"),
        ({"what": "any", "of": "case", "state": "open"}, "count(case[closed = null]) > 0"),
        (
            BIG_RETURNS,
            "sum(order[online = true and amount >= 10.5"
            ' and opened > today() - duration("P6M")].amount)',
        ),
        (
            {"what": "oldest", "of": "invoice", "field": "due", "state": "overdue"},
            "min(invoice[closed = null and due < today()].due)",
        ),
        (
            {"of": "certificate", "time": "due_next", "within": "60", "per": "D"},
            'count(certificate[due >= today() and due <= today() + duration("P60D")])',
        ),
        (
            {"of": "order", "where-0-field": "reference", "where-0-is": "is_not",
             "where-0-value": 'the "big" one\\'},
            'count(order[reference != "the \\"big\\" one\\\\"])',
        ),
        (
            {"what": "mean", "of": "shipment", "field": "days_late",
             "where-0-field": "delivered_on", "where-0-is": "unsaid"},
            "round half up(mean(shipment[delivered_on = null].days_late), 2)",
        ),
    ],
)  # fmt: skip
def test_a_form_is_a_formula(said: dict[str, Any], formula: str) -> None:
    chosen = form.read(said)
    assert form.formula(chosen) == formula
    assert form.read(chosen.as_json()) == chosen  # as it is kept


def test_a_form_is_told_in_words() -> None:
    assert form.told(form.read(BIG_RETURNS)) == (
        "the sum of Amount · Orders · opened in the last 6 months"
        " · Ordered online is so · Amount is from … on 10.5"
    )


def test_every_field_compares_in_every_way_that_is_offered() -> None:
    values = {"number": "3", "date": "2026-01-01"}
    for of in form.record_types():
        for field in form.fields_of(of).values():
            where = [
                {"field": field.name, "is": each, "value": values.get(field.type, "x")}
                for each in form.OPERATORS[field.type]
            ]
            fact = a_fact(form.formula(form.read({"of": of, "where": where})))
            assert query.type_of(fact, one=True) == "number"


def test_what_is_left_open_is_told_with_its_place() -> None:
    where = [{"field": "amount", "is": "above", "value": "much"}]
    with pytest.raises(Problem) as refused:
        form.formula(form.read({"of": "invoice", "where": where}))
    assert (refused.value.place, refused.value.mend) == (
        "Amount",
        "Write a number such as 12500.50.",
    )
    for within in ("", "0", "-1", "²", "99999"):
        with pytest.raises(Problem, match="How many days or months"):
            form.formula(form.read({"time": "opened", "within": within}))
    # Other records have other fields: what does not go with them is gone.
    assert form.read({"of": "note", "what": "sum", "field": "online", "where": where}).where != ()
    assert form.read({"of": "nothing", "where-0-field": "no"}) == form.FactForm()


@pytest.mark.parametrize(
    ("formula", "says"),
    [
        ("sum(invoice.amount", "is missing"),
        ("count(invoice[due > 5])", "date and number"),
        ("sum(invoice.status)", "wants number, not a string"),
    ],
)
def test_a_formula_that_is_none_is_told_with_its_place(formula: str, says: str) -> None:
    with pytest.raises(Problem, match=says) as refused:
        live.check(a_fact(formula))
    assert "^" in str(refused.value)


def test_a_constant_that_looks_like_a_column_stays_a_constant() -> None:
    fact = a_fact('if count(invoice) > 0 then "p_a0" else "none"')
    sql = query.statement(
        (fact,), query.scope_for((fact,), one=True, then=False, back=False), "all"
    )
    assert "'p_a0'" in sql.sql


@pytest.mark.django_db
def test_one_definition_for_one_and_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_on(monkeypatch, DAY)
    hanbit, minuet = a_profile("Hanbit"), a_profile("Minuet")
    ours, theirs = a_customer(hanbit), a_customer(minuet)
    order = {"type": "order", "opened": "2026-07-01"}
    kept = [a_record(hanbit, **order, amount=each, online=True) for each in ("10.5", "20")]
    a_record(hanbit, **order, amount="10.4", online=True)
    a_record(hanbit, **order, amount="99", online=False)
    a_record(hanbit, "order", opened="2026-05-21", amount="99", online=True)
    chosen = form.read(BIG_RETURNS)
    of, shown, empty = form.result(chosen)
    fact = a_fact(form.formula(chosen), type=of, shown=shown, empty=empty)
    found = live.of_customer(fact, ours.pk)
    assert (found.value, found.records) == (Decimal("30.5"), sorted(each.pk for each in kept))
    assert live.of_customer(fact, theirs.pk) == live.Live(0, [])
    assert live.of_all(fact) == live.Spread(
        2, False, 1, 0, Decimal("30.5"), Decimal("30.5"), Decimal("30.5")
    )
    keep("big_orders", fact)
    assert derive(ours.pk, as_of=DAY, keys=["big_orders"])["big_orders"].value == Decimal("30.5")
    assert dict(derive_all(as_of=DAY, keys=["big_orders"])) == {
        ours.pk: {"big_orders": Decimal("30.5")},
        theirs.pk: {"big_orders": 0},
    }
    assert derive_python(ours.pk, as_of=DAY, keys=["big_orders"]) == {"big_orders": Decimal("30.5")}


@pytest.mark.django_db
def test_what_is_not_known_is_told_as_that(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_on(monkeypatch, DAY)
    hanbit = a_profile("Hanbit")
    customer = a_customer(hanbit)
    a_record(hanbit, "order", opened="2026-07-01", amount=None)
    fact = a_fact("sum(order.amount)")
    assert live.of_customer(fact, customer.pk).value is UNKNOWN
    spread = live.of_all(fact)
    assert (spread.looked_at, spread.having, spread.unknown) == (1, 0, 1)


@pytest.mark.django_db
def test_a_sample_is_said_to_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        a_customer(a_profile(f"Hanbit {number}"))
    monkeypatch.setattr(live, "SAMPLE", live.SAMPLE.replace(f"LIMIT {live.ALL}", "LIMIT 2"))
    monkeypatch.setattr(live, "ALL", 2)
    spread = live.of_all(a_fact("count(order)"))
    assert (spread.looked_at, spread.is_sample, spread.having) == (2, True, 0)


@pytest.mark.django_db
def test_what_takes_too_long_is_stopped_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "SECONDS", 0.02)
    monkeypatch.setattr(live, "SAMPLE", "SELECT NULL::uuid, 0, pg_sleep(5){sample}")
    with pytest.raises(Problem, match="takes longer"):
        live.of_all(a_fact("count(order)"))
    assert OwnFact.objects.count() == 0  # the connection goes on


@pytest.mark.django_db
def test_the_newest_row_is_what_is_known(django_assert_num_queries: Any) -> None:
    assert "visits_paid" not in own.all_facts()
    row = keep("visits_paid", a_fact("count(visit)"))
    assert "visits_paid" not in own.all_facts()  # until somebody looks again
    with django_assert_num_queries(2):
        found = own.refresh()
    assert found["visits_paid"].expression == "count(visit)"
    assert own.refresh() is found
    with django_assert_num_queries(0):
        assert own.refresh(row.pk) is found
    keep("calls_paid", a_fact("count(call)"))
    later = own.refresh()
    assert later["visits_paid"] is found["visits_paid"]  # and so its SQL is kept
    keep("visits_paid", a_fact("count(visit[closed = null])", retired=True))
    assert own.refresh()["visits_paid"].expression == "count(visit[closed = null])"
    assert "visits_paid" in own.all_facts()
    assert [fact.key for fact in own.all_facts().offered() if fact.own] == ["calls_paid"]
    own.forget()
    assert own.fact("calls_paid").expression == "count(call)"  # of another process
    with pytest.raises(KeyError):
        own.fact("nothing")


def a_fact(expression: str, **said: Any) -> Fact:
    base: dict[str, Any] = {"key": "tried", "words": {"en": "Tried"}, "empty": 0}
    return Fact(**base | said, expression=expression, department="sales", own=True)


def keep(key: str, fact: Fact) -> OwnFact:
    by = User.objects.filter(is_active=True).first() or User.objects.create_user(
        "sarah@example.com", name="Sarah"
    )
    names = ("words", "expression", "type", "shown", "empty", "unit", "scope", "department")
    said = {name: getattr(fact, name) for name in names} | {"form": None, "retired": fact.retired}
    number = OwnFact.objects.filter(key=key).count() + 1
    return OwnFact.objects.create(
        key=key, number=number, declaration=said, made_by=by, made_at=now()
    )
