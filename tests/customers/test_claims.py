"""Several stewards at once: each has a question of their own, and hears of what another decided."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from tests.customers.cast import a_person, customer_of
from tests.customers.test_review import two

from concord.customers import questions
from concord.customers.actions import claims
from concord.customers.actions.answers import answer
from concord.customers.models import Claim, Judgement, SetAside
from concord.customers.questions import Wanted
from concord.kernel.models import Role, User
from concord.kernel.time import now

pytestmark = pytest.mark.django_db


def steward(name: str) -> tuple[User, Client]:
    person = a_person(name, Role.OFFICER)
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return person, client


def shown(client: Client, **given: str) -> UUID | None:
    found = client.get("/review/", given).context.get("shown")
    return found.question.one if found else None


def decide(client: Client, question: questions.Question, said: str = "same", **more: str) -> str:
    address = f"/review/{question.one}/{question.other}/verdict/"
    return client.post(address, {"verdict": said, **more}, follow=True).content.decode()


def test_what_one_has_open_is_not_handed_to_another() -> None:
    made = {two(n)[0] for n in range(3)}
    (_, olga), (_, sam), (_, ann) = steward("Olga"), steward("Sam"), steward("Ann")
    assert {shown(olga), shown(sam), shown(ann)} == made
    first = shown(olga)
    assert shown(olga) == first  # again: it is hers
    (_, zoe) = steward("Zoe")
    assert shown(zoe) is None
    assert questions.waiting() == 3


def test_a_claim_ends_by_itself_and_with_the_page() -> None:
    two(0)
    (olga, hers), (_, his) = steward("Olga"), steward("Sam")
    opened = hers.get("/review/").context["opened"]
    assert shown(his) is None
    his.post(f"/review/claims/{opened.ticket}/release/")
    assert shown(his) is None  # it is not his to give up
    old = opened.ticket
    opened = hers.get("/review/").context["opened"]
    assert hers.post(f"/review/claims/{old}/release/").status_code == 204
    assert shown(his) is None  # an earlier page of the same question was left
    assert hers.post(f"/review/claims/{opened.ticket}/release/").status_code == 204
    assert shown(his) == opened.question.one
    Claim.objects.update(until=now() - timedelta(seconds=1))
    assert shown(hers) == opened.question.one
    assert [claim.by for claim in Claim.objects.all()] == [olga]


def test_opening_another_question_gives_up_the_one_before() -> None:
    (one, _), (other, _) = two(0), two(1)
    (_, hers) = steward("Olga")
    first, second = (questions.of_customer(each)[0] for each in (one, other))
    for question in (first, second):
        hers.get("/review/", {"one": question.one, "other": question.other})
    assert Claim.objects.get().one == second.one


def test_who_comes_by_a_link_is_told_who_has_it_and_decides_knowingly() -> None:
    left, right = two(0)
    (olga, hers), (_, his) = steward("Olga"), steward("Sam")
    question = hers.get("/review/").context["opened"].question
    page = his.get("/review/", {"one": left, "other": right})
    assert "Olga has this open" in page.content.decode()
    assert "Olga has this open just now." in decide(his, question)
    assert customer_of(right).id == right
    assert "One customer now." in decide(his, question, knows=str(olga.pk))
    assert customer_of(right).id == left


def test_who_is_second_hears_who_was_first_and_what_they_said() -> None:
    two(0)
    (_, hers), (_, his) = steward("Olga"), steward("Sam")
    question = hers.get("/review/").context["opened"].question
    assert "Two customers, for good." in decide(hers, question, "different")
    text = decide(his, question, "same")
    assert "Olga has decided this meanwhile: different customers." in text
    assert "This pair was decided meanwhile." in decide(hers, question)
    assert Judgement.objects.filter(verdict="same").count() == 0
    assert not Claim.objects.exists()


def test_not_now_keeps_it_from_me_until_tomorrow_and_from_nobody_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    left, right = two(0)
    (_, hers), (_, his) = steward("Olga"), steward("Sam")
    hers.post(f"/review/{left}/{right}/later/")
    page = hers.get("/review/")
    assert "What you set aside comes again tomorrow." in page.content.decode()
    assert shown(his) == left
    Claim.objects.all().delete()
    assert hers.get("/review/", {"which": "aside"}).context["shown"].question.one == left
    aside = SetAside.objects.get()
    assert timedelta(0) < aside.until - now() <= timedelta(days=1)
    monkeypatch.setattr("concord.customers.questions.now", lambda: aside.until + timedelta(hours=8))
    assert shown(hers) == left


def test_a_decision_forgets_claims_and_what_was_set_aside() -> None:
    two(0)
    (olga, _), (sam, _) = steward("Olga"), steward("Sam")
    [question] = questions.listed(1)
    until: datetime = claims.set_aside(question, sam)
    assert until > now()
    assert claims.claim(question, olga) is not None
    answer(question, "different", olga)
    assert (Claim.objects.count(), SetAside.objects.count()) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_open_it_at_once_one_has_it() -> None:
    two(0)
    people = [a_person(name, Role.OFFICER) for name in ("Olga", "Sam")]
    [question] = questions.listed(1)
    ready, tickets = threading.Barrier(2), []

    def open_it(person: User) -> None:
        ready.wait()
        tickets.append(claims.claim(question, person))
        connection.close()

    threads = [threading.Thread(target=open_it, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ticket is None for ticket in tickets) == [False, True]
    assert claims.claim(question, people[0]) or claims.claim(question, people[1])
    claims.release(uuid4(), people[0])
    assert Claim.objects.count() == 1
    holder = Claim.objects.get().by
    [free] = [person for person in people if person != holder]
    assert questions.following(wanted=Wanted(free.pk)) is None
