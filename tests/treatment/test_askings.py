"""An exception is asked for at an answer; amount and standing say who answers; all are told."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from tests.clock import stand_on
from tests.treatment.cast import TODAY, Cast, a_best_customer, a_customer, a_hold, an_invoice

from concord.customers.models import Customer
from concord.kernel import notify
from concord.kernel.errors import Problem
from concord.kernel.models import AuditEntry, Letter, Notification, User
from concord.treatment import lifts as reads
from concord.treatment.actions import acting, asking_answers, askings, lifts
from concord.treatment.actions.decide import decide
from concord.treatment.answer import Answer
from concord.treatment.models import ActedOtherwise, Asking, Lift, Verdict

FRIDAY = date(2026, 11, 27)
WHY = "The tender closes on Friday."


def on_hold(name: str = "Hanbit Precision") -> Customer:
    customer, profile = a_customer(name)
    a_hold(profile)
    return customer


def answered(by: User, customer: Customer, request: str = "ship_order", **fields: Any) -> Answer:
    return decide(customer.id, request, fields, asked_by=by, channel="page")


def asked(
    by: User, customer: Customer, request: str = "ship_order", amount: str | None = "500"
) -> Asking:
    fields = {"amount": amount} if amount else {}
    answer = answered(by, customer, request, **fields)
    assert answer.answer_id is not None
    return askings.ask(by, answer.answer_id, FRIDAY, WHY)


def told(person: User) -> list[str]:
    return [notify.sentence(each) for each in Notification.objects.filter(user=person)]


NAMED: list[tuple[str, str | None, str, list[str]]] = [
    ("ship_order", "10000", "on hold", ["sponsor", "officer", "manager of accounts"]),
    ("ship_order", "10000.01", "on hold", ["sponsor"]),
    ("ship_order", None, "on hold", ["sponsor"]),
    ("place_order", "10000.01", "watch", ["sponsor", "officer"]),
    ("replacement_part", None, "watch", ["sponsor", "officer"]),
    ("proposal", None, "on hold", ["sponsor", "officer"]),
    ("discount", None, "excellent", ["sponsor"]),
]


def test_amount_and_standing_say_who_may_grant(cast: Cast) -> None:
    for request, amount, standing, named in NAMED:
        wanted = Decimal(amount) if amount else None
        found = list(reads.who_may_grant(request, TODAY, wanted, standing))
        assert found == named, (request, amount, standing)


def test_all_whom_the_policy_names_are_told_on_the_page_and_by_mail(cast: Cast) -> None:
    asking = asked(cast.alice, on_hold())
    assert (asking.amount, asking.ends_on, asking.deadline) == (500, FRIDAY, date(2026, 11, 24))
    sentence = "Alice asks for an exception: Hanbit Precision, Ship an order."
    for person in (cast.sarah, cast.olga, cast.bob):
        assert told(person) == [sentence]
    assert told(cast.adam) == told(cast.charlie) == told(cast.alice) == []
    letters = Letter.objects.filter(kind="treatment.exception_asked")
    assert set(letters.values_list("user__name", flat=True)) == {"Sarah", "Olga", "Bob"}
    assert AuditEntry.objects.filter(action="treatment.ask_exception").count() == 1


def test_a_double_click_asks_once(cast: Cast) -> None:
    customer = on_hold()
    assert asked(cast.alice, customer) == asked(cast.alice, customer)
    assert Letter.objects.count() == Notification.objects.count() == 3


def test_asked_again_otherwise_the_new_asking_takes_the_place_of_the_first(
    cast: Cast, client: Client
) -> None:
    customer = on_hold()
    first = asked(cast.alice, customer, amount="500")
    client.force_login(cast.alice)
    answer = answered(cast.alice, customer, amount="800")
    address = f"/customers/{customer.pk}/ask/ship_order/exception/"
    form = {"answer": str(answer.answer_id), "ends_on": "2026-11-27", "reason": WHY}
    page = client.post(address, form, follow=True).content.decode()
    told = " ".join(re.findall(r"You asked before.*?<", page))
    assert ("500" in told, "800" in told) == (True, True), told
    again = Asking.objects.get(verdict="")
    first.refresh_from_db()
    assert (again.amount, first.amount, first.verdict) == (800, 500, Verdict.TAKEN_BACK)
    assert askings.asked_before(again) == first
    client.force_login(cast.bob)
    read = client.get(f"/promise/exceptions/asked/{again.pk}/").content.decode()
    assert "Asked before" in read
    with pytest.raises(Problem, match="no longer asked for"):
        asking_answers.grant(cast.bob, first.pk)
    assert asking_answers.grant(cast.bob, again.pk).lift == Lift.objects.get(amount=800)


def test_it_is_granted_up_to_its_amount_and_the_answer_is_another(cast: Cast) -> None:
    customer = on_hold()
    before = answered(cast.alice, customer, amount="500")
    asking = asked(cast.alice, customer)
    asking_answers.grant(cast.bob, asking.pk)
    asking.refresh_from_db()
    assert (asking.verdict, asking.answered_by, asking.way) == (Verdict.GRANTED, cast.bob, "page")
    lift = Lift.objects.get()
    assert (asking.lift, lift.amount, lift.ends_on, lift.reason) == (lift, 500, FRIDAY, WHY)
    assert told(cast.alice) == ["Bob grants your exception: Hanbit Precision, Ship an order."]
    after = answered(cast.charlie, customer, amount="500")
    assert (before.act, after.act) == ("pass_on", "go_ahead")
    assert answered(cast.charlie, customer, amount="500.01").act == "pass_on"
    asks = answered(cast.charlie, customer)  # nobody said how much
    assert (asks.state, asks.question and asks.question.field) == ("asks", "amount")


def test_at_its_end_the_answer_is_back(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    customer = on_hold()
    before = answered(cast.alice, customer, amount="500")
    asking_answers.grant(cast.bob, asked(cast.alice, customer).pk)
    stand_on(monkeypatch, FRIDAY)
    assert answered(cast.alice, customer, amount="500").act == "go_ahead"
    stand_on(monkeypatch, FRIDAY + timedelta(days=1))
    assert answered(cast.alice, customer, amount="500").act == before.act == "pass_on"


def test_who_is_not_named_neither_grants_nor_declines(cast: Cast) -> None:
    asking = asked(cast.alice, on_hold(), amount="20000")
    for person in (cast.alice, cast.adam, cast.bob, cast.olga):
        with pytest.raises(Problem, match="does not name you"):
            asking_answers.grant(person, asking.pk)
        with pytest.raises(Problem, match="does not name you"):
            asking_answers.decline(person, asking.pk, "No.")
    assert not Lift.objects.exists()
    asking.refresh_from_db()
    assert asking.verdict == ""
    assert asking_answers.grant(cast.sarah, asking.pk).verdict == Verdict.GRANTED


def test_it_is_declined_with_a_reason_once(cast: Cast) -> None:
    asking = asked(cast.alice, on_hold())
    with pytest.raises(Problem, match="needs a reason"):
        asking_answers.decline(cast.bob, asking.pk, " ")
    asking_answers.decline(cast.bob, asking.pk, "They owe us for March.")
    asking_answers.decline(cast.bob, asking.pk, "They owe us for March.")  # a double click
    with pytest.raises(Problem, match="answered before: declined"):
        asking_answers.grant(cast.olga, asking.pk)
    assert told(cast.alice) == ["Bob declines your exception: Hanbit Precision, Ship an order."]
    assert not Lift.objects.exists()


def test_it_lapses_after_its_day_and_no_sooner(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    asking = asked(cast.alice, on_hold())
    stand_on(monkeypatch, asking.deadline)
    assert askings.lapse() == 0
    stand_on(monkeypatch, asking.deadline + timedelta(days=1))
    assert (askings.lapse(), askings.lapse()) == (1, 0)
    asking.refresh_from_db()
    assert (asking.verdict, asking.answered_by) == (Verdict.LAPSED, None)
    assert told(cast.alice) == [
        "Nobody answered in time about your exception: Hanbit Precision, Ship an order."
    ]


def test_only_who_asked_takes_it_back(cast: Cast) -> None:
    asking = asked(cast.alice, on_hold())
    with pytest.raises(Problem, match="not yours"):
        askings.take_back(cast.bob, asking.pk)
    assert askings.take_back(cast.alice, asking.pk).verdict == Verdict.TAKEN_BACK
    with pytest.raises(Problem, match="answered before"):
        asking_answers.grant(cast.bob, asking.pk)


def test_an_exception_granted_by_hand_answers_who_asked_for_no_more(cast: Cast) -> None:
    customer = on_hold()
    small, large = asked(cast.alice, customer), asked(cast.charlie, customer, amount="900")
    lifts.grant(cast.olga, customer.pk, "ship_order", FRIDAY, "A word given.", amount=Decimal(500))
    small.refresh_from_db(), large.refresh_from_db()
    assert (small.verdict, large.verdict) == (Verdict.GRANTED, "")


def test_an_exception_answers_only_who_asked_for_days_that_it_has(cast: Cast) -> None:
    customer = on_hold()
    small, other = asked(cast.alice, customer), asked(cast.charlie, customer, amount="300")
    for starts, ends in ((TODAY, TODAY), (date(2026, 12, 1), date(2026, 12, 31))):
        lifts.grant(
            cast.olga, customer.pk, "ship_order", ends, "A word.", starts, amount=Decimal(500)
        )
    assert Asking.objects.filter(verdict="").count() == 2
    asking_answers.grant(cast.bob, other.pk, date(2026, 11, 25))  # fewer days than asked for
    assert set(Asking.objects.filter(verdict="")) == {small}
    whole = lifts.grant(
        cast.olga, customer.pk, "ship_order", FRIDAY, "A word.", amount=Decimal(500)
    )
    third = asked(cast.charlie, customer, amount="900")
    again = asked(cast.alice, customer, amount="800")
    both = lifts.grant(cast.sarah, customer.pk, "ship_order", FRIDAY, "All.")
    small.refresh_from_db()
    assert small.lift == whole
    assert list(both.askings.order_by("amount")) == [again, third]


def test_after_its_deadline_nobody_answers_and_it_is_asked_again(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = on_hold()
    asking = asked(cast.alice, customer)
    stand_on(monkeypatch, asking.deadline + timedelta(days=1))
    with pytest.raises(Problem, match="time to answer is over"):
        asking_answers.grant(cast.bob, asking.pk)
    with pytest.raises(Problem, match="time to answer is over"):
        asking_answers.decline(cast.bob, asking.pk, "No.")
    client.force_login(cast.bob)
    page = client.get(f"/promise/exceptions/asked/{asking.pk}/").content.decode()
    assert "The time to answer is over." in page
    assert "grant/" not in page
    again = asked(cast.alice, customer)
    asking.refresh_from_db()
    assert (asking.verdict, again.verdict, again != asking) == (Verdict.LAPSED, "", True)


def test_nobody_asks_for_what_would_change_nothing(cast: Cast) -> None:
    best, _ = a_best_customer()
    with pytest.raises(Problem, match="change nothing"):
        asked(cast.alice, best)
    with pytest.raises(Problem, match="grant this exception yourself"):
        asked(cast.bob, on_hold())
    assert not Asking.objects.exists()


def test_the_page_says_who_answers_and_lets_only_them(cast: Cast, client: Client) -> None:
    asking = asked(cast.alice, on_hold())
    at = f"/promise/exceptions/asked/{asking.pk}/"
    client.force_login(cast.charlie)
    page = client.get(at).content.decode()
    assert all(name in page for name in ("Sarah", "Olga", "Bob"))
    assert "grant/" not in page
    assert "hidden" in page  # Charlie sees no money
    assert client.post(f"{at}grant/", {"ends_on": FRIDAY}).status_code == 422
    client.force_login(cast.bob)
    assert "grant/" in client.get(at).content.decode()
    assert client.post(f"{at}refusal/", {"reason": ""}).status_code == 422
    answer = client.post(f"{at}grant/", {"ends_on": "2026-11-25"}, follow=True)
    assert "Granted: who asked is told." in answer.content.decode()
    assert Lift.objects.get().ends_on == date(2026, 11, 25)


def test_the_form_at_an_answer_asks(cast: Cast, client: Client) -> None:
    customer = on_hold()
    answer = answered(cast.alice, customer)
    client.force_login(cast.alice)
    at = f"/customers/{customer.pk}/ask/ship_order/exception/"
    said = {"answer": str(answer.answer_id), "ends_on": "2026-11-27", "reason": WHY}
    assert client.post(at, said | {"amount": "much"}).status_code == 422
    assert client.post(at, said | {"ends_on": ""}).status_code == 422
    assert client.post(at, said | {"amount": "1,500"}).status_code == 302
    assert Asking.objects.get().amount == 1500


def test_who_does_otherwise_says_why_and_the_answer_stays(cast: Cast, client: Client) -> None:
    customer = on_hold()
    answer = answered(cast.alice, customer, amount="500")
    assert answer.answer_id is not None
    with pytest.raises(Problem, match="says why"):
        acting.act_otherwise(cast.alice, answer.answer_id, "")
    first = acting.act_otherwise(cast.alice, answer.answer_id, "The lorry stood at the ramp.")
    again = acting.act_otherwise(cast.alice, answer.answer_id, "The lorry stood at the ramp.")
    assert first == again == ActedOtherwise.objects.get()
    assert (first.treatment_id, first.customer, first.request) == (
        answer.id, customer, "ship_order"
    )  # fmt: skip
    assert answered(cast.charlie, customer, amount="500").id == answer.id
    client.force_login(cast.bob)
    page = client.get(f"/answers/{answer.answer_id}/").content.decode()
    assert "The lorry stood at the ramp." in page
    with pytest.raises(Problem, match="no such answer"):  # Charlie was not given this one
        acting.act_otherwise(cast.charlie, answer.answer_id, "Why not.")


def test_a_large_amount_of_who_is_only_watched_is_for_the_officer_too(cast: Cast) -> None:
    customer, profile = a_customer("Late")
    an_invoice(profile, due="2026-11-10", amount="20000")
    asking = asked(cast.alice, customer, "place_order", "15000")
    assert asking.named == ["sponsor", "officer"]
