"""Around an answer: hand over, tell me when it clears, this is wrong, an exception."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from tests.facts import builders as facts
from tests.treatment.cast import TODAY, Cast, a_customer, a_hold, an_invoice

from concord.kernel.errors import Problem
from concord.kernel.models import Notification, User
from concord.records.actions import desk
from concord.records.models import Record
from concord.treatment import notices
from concord.treatment.actions import concerns, hand_over, lifts, watches
from concord.treatment.actions.decide import decide
from concord.treatment.answer import Answer
from concord.treatment.models import Concern, Lift, Watch


def ask(cast: Cast, customer: object, request: str = "proposal", **fields: object) -> Answer:
    return decide(customer.id, request, fields, asked_by=cast.alice, channel="page")  # type: ignore[attr-defined]


def held(cast: Cast) -> tuple[Answer, object, object]:
    customer, profile = a_customer()
    hold = a_hold(profile)
    return ask(cast, customer), customer, hold


def test_a_hand_over_is_a_task_with_question_facts_and_words(cast: Cast) -> None:
    answer, _customer, _hold = held(cast)
    assert answer.answer_id is not None
    made = hand_over.hand_over(cast.alice, answer.answer_id, note="He calls again at four.")
    task = Record.objects.get(type="task")
    assert (made.task_id, made.to, task.owner, task.due_at) == (task.pk, cast.bob, cast.bob, TODAY)
    assert task.subject == "Proposal or RFP: Hanbit Precision"
    assert task.data["priority"] == "urgent"
    assert task.data["notes"] == "He calls again at four."
    assert Notification.objects.filter(user=cast.bob).count() == 1


def test_whoever_reads_a_handed_over_task_sees_of_the_answer_what_they_may(
    cast: Cast, client: Client
) -> None:
    """The task keeps a reference, so that no amount is written where everybody may read it."""
    customer, profile = a_customer()
    a_hold(profile)
    an_invoice(profile, amount="18400", due="2026-10-21")
    answer = ask(cast, customer, "complaint", safety_concern="no", product="Gauge 7")
    assert answer.answer_id is not None
    made = hand_over.hand_over(cast.alice, answer.answer_id, note="He calls again at four.")
    log = reverse("treatment:logged", args=[answer.answer_id])

    def page(user: User) -> str:
        client.force_login(user)
        text = client.get(reverse("records:record", args=[made.task_id])).content.decode()
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)) + (log if log in text else "")

    for user in (cast.bob, cast.charlie):
        text = page(user)
        assert "He calls again at four." in text
        assert "Complaint · Asked by Alice" in text
        assert "Not yet. Pass them to Accounts." in text
        assert "Safety concern no Product Gauge 7" in text
        assert answer.say["en"] in text
        assert "Hold set by accounts: yes" in text
        assert "Oldest overdue invoice, disputes aside: 31 days" in text
    assert "Overdue, disputed amounts aside: 18,400 EUR" in page(cast.bob)
    assert "Overdue, disputed amounts aside: hidden" in page(cast.charlie)
    assert "18,400" not in page(cast.charlie)
    assert page(cast.bob).endswith(log)  # it was given to him
    assert not page(cast.charlie).endswith(log)


def test_an_order_that_the_question_was_about_goes_along(cast: Cast, client: Client) -> None:
    customer, profile = a_customer()
    a_hold(profile)
    order = facts.a_record(profile, "order", key="A-1077", amount="250", currency="EUR")
    answer = ask(cast, customer, "ship_order", order=str(order.pk))
    assert answer.answer_id is not None
    made = hand_over.hand_over(cast.alice, answer.answer_id)
    for user, amount in ((cast.bob, "<dd>250 EUR</dd>"), (cast.charlie, "<dd>hidden</dd>")):
        client.force_login(user)
        text = client.get(reverse("records:record", args=[made.task_id])).content.decode()
        assert f'<a href="{reverse("records:record", args=[order.pk])}">A-1077</a>' in text
        assert amount in text


def test_a_task_of_its_own_shows_no_answer(cast: Cast, client: Client) -> None:
    customer, _ = a_customer()
    task = desk.open_record(cast.bob, "task", customer.pk, subject="Call them")
    client.force_login(cast.bob)
    text = client.get(reverse("records:record", args=[task.pk])).content.decode()
    assert "handed-do" not in text


def test_a_double_click_hands_over_once(cast: Cast) -> None:
    answer, _customer, _hold = held(cast)
    assert answer.answer_id is not None
    first = hand_over.hand_over(cast.alice, answer.answer_id)
    assert hand_over.hand_over(cast.alice, answer.answer_id).pk == first.pk
    assert Record.objects.filter(type="task").count() == 1


def test_the_same_answer_asked_again_is_no_other_task_unless_there_is_more_to_say(
    cast: Cast,
) -> None:
    answer, customer, _hold = held(cast)
    assert answer.answer_id is not None
    first = hand_over.hand_over(cast.alice, answer.answer_id)
    again = ask(cast, customer, answer.request, **answer.fields)
    assert again.id == answer.id
    assert again.answer_id is not None
    assert hand_over.hand_over(cast.alice, again.answer_id).pk == first.pk
    assert hand_over.hand_over(cast.alice, again.answer_id, note="They rang.").pk != first.pk
    assert Record.objects.filter(type="task").count() == 2


def test_a_question_is_not_handed_over(cast: Cast) -> None:
    customer, _ = a_customer()
    answer = ask(cast, customer, "complaint")
    assert answer.answer_id is not None
    with pytest.raises(Problem, match="answer the question"):
        hand_over.hand_over(cast.alice, answer.answer_id)


def test_who_stopped_waiting_is_not_told(cast: Cast) -> None:
    answer, _customer, hold = held(cast)
    assert answer.answer_id is not None
    watch = watches.watch(cast.alice, answer.answer_id)
    watches.end(cast.bob, watch.pk)
    assert watches.waiting().count() == 1  # it is Alice's
    watches.end(cast.alice, watch.pk)
    facts.change(hold, facts.noon("2026-11-20"), closed_at=date(2026, 11, 20))  # type: ignore[arg-type]
    assert watches.clear() == 0
    assert Notification.objects.count() == 0


def test_a_clear_answer_cannot_be_waited_for(cast: Cast) -> None:
    customer, _ = a_customer()
    answer = ask(cast, customer)
    assert answer.answer_id is not None
    with pytest.raises(Problem, match="clear already"):
        watches.watch(cast.alice, answer.answer_id)


@pytest.mark.parametrize(
    ("kind", "owner", "deadline"),
    [
        ("data", "bob", date(2026, 11, 24)),  # the owner of the source
        ("rule", "sarah", date(2026, 11, 27)),
        ("special", "olga", date(2026, 11, 23)),  # whom the policy names for exceptions
    ],
)
def test_this_is_wrong_gets_an_owner_a_deadline_and_a_reply(
    cast: Cast, kind: str, owner: str, deadline: date
) -> None:
    answer, _customer, _hold = held(cast)
    assert answer.answer_id is not None
    concern = concerns.object_to(cast.alice, answer.answer_id, kind, "They paid on Friday.")
    assert (concern.owner, concern.deadline) == (getattr(cast, owner), deadline)
    assert concerns.object_to(cast.alice, answer.answer_id, kind, "They paid on Friday.") == concern
    assert Notification.objects.get().user == concern.owner
    with pytest.raises(Problem) as refused:
        concerns.reply(cast.charlie, concern.pk, "No.")
    assert refused.value.code == "forbidden"
    concerns.reply(concern.owner, concern.pk, "You are right, booked.")
    told = Notification.objects.get(user=cast.alice)
    assert told.kind == (notices.OBJECTION_ENDED if kind == "rule" else notices.REPLY)
    with pytest.raises(Problem) as again:
        concerns.reply(concern.owner, concern.pk, "Second thoughts.")
    assert again.value.code == "conflict"
    said = Concern.objects.get()
    assert said.reply == "You are right, booked."
    assert said.outcome == ("kept" if kind == "rule" else "")


def test_whom_the_policy_names_grants_an_exception(cast: Cast) -> None:
    answer, customer, _hold = held(cast)
    until = date(2026, 11, 27)
    with pytest.raises(Problem) as refused:
        lifts.grant(cast.bob, customer.id, "proposal", until, "An old friend.")  # type: ignore[attr-defined]
    assert refused.value.code == "forbidden"
    lift = lifts.grant(cast.olga, customer.id, "proposal", until, "A tender until Friday.")  # type: ignore[attr-defined]
    after = ask(cast, customer)
    assert (after.act, after.priority) == ("go_ahead", 4)
    assert after.id != answer.id
    assert after.exemption is not None
    assert (after.exemption.ends_on, after.exemption.granted_by) == (until, "Olga")
    assert ask(cast, customer, "appointment").act == "pass_on"
    lifts.withdraw(cast.olga, lift.pk)
    assert ask(cast, customer).id == answer.id


def test_accounts_grants_what_is_about_money_and_only_the_sponsor_a_price(cast: Cast) -> None:
    customer, _ = a_customer()
    until = date(2026, 11, 27)
    lifts.grant(
        cast.bob, customer.id, "ship_order", until, "Paid by cheque today.", amount=Decimal(500)
    )
    for user in (cast.bob, cast.olga, cast.alice):
        with pytest.raises(Problem):
            lifts.grant(user, customer.id, "discount", until, "An old friend.")
    lifts.grant(cast.sarah, customer.id, "discount", until, "A framework contract.")
    assert Lift.objects.count() == 2


def test_an_exception_ends_by_itself(cast: Cast) -> None:
    answer, customer, _hold = held(cast)
    lifts.grant(cast.olga, customer.id, "proposal", TODAY, "For today.")  # type: ignore[attr-defined]
    later = decide(
        customer.id,  # type: ignore[attr-defined]
        "proposal",
        {},
        as_of=date(2026, 11, 22),
        asked_by=cast.alice,
        channel="page",
    )
    assert later.act == answer.act == "pass_on"


def test_what_was_answered_to_others_is_neither_handed_over_nor_watched(cast: Cast) -> None:
    """Charlie has not asked, was not given it, and does not run the company."""
    answer, _customer, _hold = held(cast)
    assert answer.answer_id is not None
    for act in (hand_over.hand_over, watches.watch):
        with pytest.raises(Problem, match="no such answer"):
            act(cast.charlie, answer.answer_id)
    with pytest.raises(Problem, match="no such answer"):
        concerns.object_to(cast.charlie, answer.answer_id, "data", "No.")
    assert (Record.objects.filter(type="task").exists(), Watch.objects.exists()) == (False, False)
    assert concerns.object_to(cast.olga, answer.answer_id, "data", "No.").raised_by == cast.olga
