"""Asking: one question where something is missing, the answer, and what stands around it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from tests.pages import scene
from tests.treatment.cast import Cast

from concord.customers.models import Customer
from concord.kernel.models import Notification, User
from concord.records.models import Record
from concord.treatment.actions import decide
from concord.treatment.models import AnswerLog, Concern, HandOver, Watch

SignIn = Callable[[User], Client]
HTMX = {"HX-Request": "true"}


def ask(customer: Customer, request: str, rest: str = "") -> str:
    return f"/customers/{customer.pk}/ask/{request}/{rest}"


def test_a_missing_field_is_asked_and_then_answered(
    cast: Cast, hanbit: Customer, sign_in: SignIn
) -> None:
    client = sign_in(cast.alice)
    asked = client.get(ask(hanbit, "complaint"), headers=HTMX).content.decode()
    assert "Could somebody get hurt?" in asked
    assert 'name="safety_concern" value="yes"' in asked
    response = client.get(ask(hanbit, "complaint", "?safety_concern=yes"), headers=HTMX)
    assert response.context["answer"].state == "answered"
    assert response.context["answer"].act == "escalate"
    assert AnswerLog.objects.filter(request="complaint", channel="page").count() == 2


def test_the_answer_says_what_to_do_what_to_say_and_why(
    cast: Cast, hanbit: Customer, sign_in: SignIn
) -> None:
    shown = sign_in(cast.alice).get(ask(hanbit, "ship_order"), headers=HTMX).content.decode()
    assert "Not yet. Pass them to Accounts." in shown
    assert '<blockquote id="words" lang="ko">' in shown
    assert "회계팀" in shown
    assert "Hold set by accounts" in shown
    assert "approved by Sarah" in shown
    assert "<html" not in shown


def test_a_value_that_is_none_is_said_beside_the_field(
    cast: Cast, hanbit: Customer, sign_in: SignIn
) -> None:
    response = sign_in(cast.alice).get(ask(hanbit, "place_order", "?amount=lots"), headers=HTMX)
    assert response.status_code == 422
    assert response["HX-Retarget"] == "#toasts"
    assert "lots" in response.content.decode()


def test_parameters_of_others_are_left_alone(cast: Cast, hanbit: Customer, sign_in: SignIn) -> None:
    response = sign_in(cast.alice).get(ask(hanbit, "ship_order", "?utm_source=mail&cursor="))
    assert response.status_code == 200


def test_hand_over_gives_a_task_once(cast: Cast, hanbit: Customer, sign_in: SignIn) -> None:
    client = sign_in(cast.alice)
    answer = client.get(ask(hanbit, "ship_order")).context["answer"]
    said = {"answer": str(answer.answer_id), "note": "He waits on the phone."}
    done = client.post(ask(hanbit, "ship_order", "hand-over/"), said, headers=HTMX)
    client.post(ask(hanbit, "ship_order", "hand-over/"), said, headers=HTMX)
    assert "Bob has it now, as a task." in done.content.decode()
    task = Record.objects.get(type="task")
    assert (task.owner, HandOver.objects.count()) == (cast.bob, 1)
    assert "He waits on the phone." in task.data["notes"]
    mine = sign_in(cast.bob).get("/").content.decode()
    assert task.subject in mine


def test_the_same_answer_is_written_down_once_however_often_the_page_is_loaded(
    cast: Cast, hanbit: Customer, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in(cast.alice)
    for _each in range(3):
        answer = client.get(ask(hanbit, "ship_order")).context["answer"]
    client.post(ask(hanbit, "ship_order", "hand-over/"), {})  # of what was only shown: the same
    assert AnswerLog.objects.get().pk == answer.answer_id
    client.get(ask(hanbit, "ship_order", "?amount=5"))  # another question
    sign_in(cast.bob).get(ask(hanbit, "ship_order"))  # another person is told
    assert AnswerLog.objects.count() == 3
    client = sign_in(cast.alice)
    again = client.get(ask(hanbit, "ship_order")).context["answer"]  # after something else: anew
    assert AnswerLog.objects.latest("id").pk == again.answer_id != answer.answer_id
    monkeypatch.setattr(decide, "AGAIN", timedelta(0))  # and later it is asked anew
    client.get(ask(hanbit, "ship_order"))
    assert AnswerLog.objects.count() == 5


def test_an_answer_that_was_only_shown_is_given_by_handing_it_over(
    cast: Cast, hanbit: Customer, sign_in: SignIn
) -> None:
    client = sign_in(cast.alice)
    client.post(ask(hanbit, "ship_order", "hand-over/"), {})
    assert AnswerLog.objects.get().request == "ship_order"
    assert HandOver.objects.get().to == cast.bob


def test_tell_me_when_it_clears_and_not_any_more(
    cast: Cast, hanbit: Customer, sign_in: SignIn
) -> None:
    client = sign_in(cast.alice)
    told = client.post(ask(hanbit, "ship_order", "watch/"), {}, headers=HTMX).content.decode()
    watch = Watch.objects.get()
    assert f'action="/watches/{watch.pk}/end/"' in told
    assert "You will be told when it clears" in told
    assert "한빛정밀" in client.get("/").content.decode()
    shown = client.get(ask(hanbit, "ship_order")).content.decode()
    assert "You will be told when it clears" in shown
    assert "Tell me when it clears" not in shown  # it is taken
    assert "Tell me when it clears" in client.get(ask(hanbit, "place_order")).content.decode()
    assert "Tell me when it clears" in (
        sign_in(cast.bob).get(ask(hanbit, "ship_order")).content.decode()
    )
    ended = sign_in(cast.alice).post(f"/watches/{watch.pk}/end/")
    assert ended["Location"] == f"/customers/{hanbit.pk}/"
    watch.refresh_from_db()
    assert watch.ended_at is not None
    assert "Tell me when it clears" in client.get(ask(hanbit, "ship_order")).content.decode()


def test_nobody_ends_the_waiting_of_another(cast: Cast, hanbit: Customer, sign_in: SignIn) -> None:
    sign_in(cast.alice).post(ask(hanbit, "ship_order", "watch/"), {})
    watch = Watch.objects.get()
    sign_in(cast.bob).post(f"/watches/{watch.pk}/end/")
    watch.refresh_from_db()
    assert watch.ended_at is None


def test_this_is_wrong_reaches_an_owner_with_a_deadline(
    cast: Cast, hanbit: Customer, sign_in: SignIn
) -> None:
    client = sign_in(cast.alice)
    said = {"kind": "rule", "text": "They paid this morning."}
    done = client.post(ask(hanbit, "ship_order", "concern/"), said, headers=HTMX)
    concern = Concern.objects.get()
    assert (concern.owner, concern.text) == (cast.sarah, "They paid this morning.")
    assert "Sarah looks into it" in done.content.decode()
    assert Notification.objects.get().user == cast.sarah
    assert "They paid this morning." in sign_in(cast.sarah).get("/").content.decode()


def test_a_forged_answer_is_no_answer(cast: Cast, hanbit: Customer, sign_in: SignIn) -> None:
    client = sign_in(cast.alice)
    for forged in ("not-an-id", "01a1ffa0-4a9d-79b3-ba89-2f17647e6cd1"):
        response = client.post(ask(hanbit, "ship_order", "hand-over/"), {"answer": forged})
        assert response.status_code == 404
    assert not HandOver.objects.exists()


def test_asking_begins_with_whom(cast: Cast, hanbit: Customer, sign_in: SignIn) -> None:
    client = sign_in(cast.alice)
    assert "Who is it about?" in client.get("/ask/").content.decode()
    hits = client.get("/ask/?q=한빛", headers=HTMX).content.decode()
    assert f'href="/customers/{hanbit.pk}/#answer"' in hits
    assert "Nobody was found" in client.get("/ask/?q=zzzz", headers=HTMX).content.decode()


def test_a_clear_answer_offers_no_waiting(cast: Cast, sign_in: SignIn) -> None:
    customer = scene.crowd(1, cast)[0]
    shown = sign_in(cast.alice).get(ask(customer, "appointment"), headers=HTMX).content.decode()
    assert "Go ahead" in shown
    assert "Tell me when it clears" not in shown


def test_the_amount_of_the_order_asked_about_is_not_shown_to_who_sees_no_money(
    cast: Cast, hanbit: Customer, sign_in: SignIn
) -> None:
    order = Record.objects.get(type="order", key="48211")
    for person, is_seen in ((cast.alice, True), (cast.charlie, False)):
        shown = sign_in(person).get(ask(hanbit, "ship_order", f"?order={order.pk}"))
        page = shown.content.decode()
        assert ("12800.5" in page or "12,800.5" in page) == is_seen
    answers = AnswerLog.objects.values_list("treatment_id", flat=True)
    assert (len(answers), len(set(answers))) == (2, 1)


def test_what_is_of_business_units_is_not_shown_to_who_sees_some_of_them(
    cast: Cast, hanbit: Customer, sign_in: SignIn
) -> None:
    def facts() -> dict[str, str]:
        page = sign_in(cast.alice).get(f"/customers/{hanbit.pk}/")
        return {each.fact.key: each.shown for each in page.context["facts"]}

    asked = ("overdue_undisputed", "oldest_undisputed_overdue_days")
    assert [facts()[key] for key in asked] == ["18,400 EUR", "50 days"]
    cast.alice.units.set([cast.gauges])
    assert [facts()[key] for key in asked] == ["hidden", "hidden"]
