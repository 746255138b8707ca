"""Two answers to one question, at once or one after the other: the first is heard, the second told.

The threads meet where both have read the question and nobody has answered it yet.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from tests.customers.cast import a_person, a_profile, customer_of
from tests.customers.test_claims import steward
from tests.customers.test_doubts import OTHER_NUMBER, says
from tests.customers.test_judge import three_of_one
from tests.customers.test_review import two

from concord.customers import questions
from concord.customers.actions import claims
from concord.customers.actions.answers import Changed, Decided, answer
from concord.customers.actions.judgements import take_back
from concord.customers.models import Judgement
from concord.customers.questions import Question
from concord.customers.views import same
from concord.kernel.models import Role

pytestmark = pytest.mark.django_db


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each of them gives, done in threads."""
    given: list[Any] = [None] * len(acts)

    def run(number: int) -> None:
        try:
            given[number] = acts[number]()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return given


def meeting(monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> None:
    """Two who come to `module.name` go on from there together."""
    met, function = threading.Barrier(2, timeout=30), getattr(module, name)

    def wait(*args: Any) -> Any:
        found = function(*args)
        met.wait()
        return found

    monkeypatch.setattr(module, name, wait)


def says_of(client: Client, left: UUID, right: UUID, verdict: str) -> Callable[[], str]:
    def post() -> str:
        response = client.post(f"/review/{left}/{right}/verdict/", {"verdict": verdict})
        return " ".join(map(str, get_messages(response.wsgi_request)))

    return post


@pytest.mark.django_db(transaction=True)
def test_of_two_stewards_the_first_is_heard_and_the_second_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    left, right = two(0)
    (_, olga), (_, sam) = steward("Olga"), steward("Sam")
    meeting(monkeypatch, claims, "others_claim")
    told = at_once(says_of(olga, left, right, "same"), says_of(sam, left, right, "different"))
    [judged] = Judgement.objects.exclude(by=None)
    heard = ["same", "different"].index(judged.verdict)
    assert (customer_of(right).pk == left) == (judged.verdict == "same")
    assert ["One customer now.", "Two customers, for good."][heard] in told[heard]
    assert f"{judged.by} has decided this meanwhile" in told[1 - heard]


@pytest.mark.django_db(transaction=True)
def test_a_double_click_is_one_answer_and_one_key_takes_it_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    left, right = two(0)
    _, olga = steward("Olga")
    again = Client()
    again.cookies = olga.cookies
    with monkeypatch.context() as clicking:
        meeting(clicking, claims, "others_claim")
        at_once(says_of(olga, left, right, "same"), says_of(again, left, right, "same"))
    assert customer_of(right).pk == left
    [last] = olga.session["judged"]
    olga.post(f"/review/judgements/{last}/withdrawal/")
    assert customer_of(right).pk == right


@pytest.mark.django_db(transaction=True)
def test_joined_by_hand_twice_at_once_is_joined_once(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = a_profile("1", name="Acme"), a_profile("2", "sales", name="Birch Foundry")
    clients = [steward(name)[1] for name in ("Olga", "Sam")]
    address = f"/customers/{one}/same/{other}/"
    seen = clients[0].get(address).context["shown"].seen
    meeting(monkeypatch, same, "by_hand")
    pages = at_once(*(lambda c=c: c.post(address, {"seen": seen}) for c in clients))
    assert sorted(page["Location"] for page in pages) == [f"/customers/{one}/", address]
    [judged] = Judgement.objects.all()
    take_back(judged, a_person("Ann", Role.OFFICER))
    assert customer_of(other).pk == other


@pytest.mark.parametrize("verdicts", [("different", "same"), ("same", "different")])
def test_an_old_page_does_not_overrule_what_was_said_since(verdicts: tuple[str, str]) -> None:
    question = _asked(*two(0))
    _answered_and_refused(question, verdicts)
    assert (customer_of(question.other).pk == question.one) == (verdicts[0] == "same")


@pytest.mark.parametrize("verdicts", [("different", "same"), ("same", "different")])
def test_nor_of_an_entry_in_doubt(verdicts: tuple[str, str]) -> None:
    first, _, third = three_of_one()
    says("K-1", "shipping", tax_id=OTHER_NUMBER)
    question = _asked(first, third)
    assert question.is_doubt
    _answered_and_refused(question, verdicts)
    assert (customer_of(third).pk == first) == (verdicts[0] == "same")


def test_what_was_shown_otherwise_is_not_answered() -> None:
    question = _asked(*two(0))
    with pytest.raises(Changed):
        answer(question, "same", a_person("Olga", Role.OFFICER), seen="something else")
    assert not Judgement.objects.exists()


def _asked(one: UUID, other: UUID) -> Question:
    question = questions.between(one, other)
    assert question is not None
    return question


def _answered_and_refused(question: Question, verdicts: tuple[str, str]) -> None:
    answer(question, verdicts[0], a_person("Olga", Role.OFFICER))
    with pytest.raises(Decided):
        answer(question, verdicts[1], a_person("Sam", Role.OFFICER))
    assert {each.verdict for each in Judgement.objects.exclude(by=None)} == {verdicts[0]}
