"""The page of questions: it costs little, the next question is there before it is asked for, and
nobody judges twice or beside another."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.customers.cast import a_person, a_profile

from concord.customers import questions
from concord.customers.actions.matching import match_pending
from concord.customers.actions.weighing import weigh_pending
from concord.customers.models import Claim, Judgement
from concord.kernel.models import Role

pytestmark = pytest.mark.django_db
FIRMS = ("Lindqvist", "Bergman", "Sandberg", "Nyström", "Hallgren")
MOST_QUERIES = 16


def several_questions() -> list[questions.Question]:
    for n, firm in enumerate(FIRMS):
        a_profile(f"L{n}", "left", name=f"{firm} Mätteknik AB", city="Lund", country="SE")
        a_profile(f"R{n}", "right", name=f"{firm} Mätteknik", city="Lund", country="SE")
    match_pending()
    weigh_pending(1_000)
    found = questions.listed(99)
    assert len(found) == len(FIRMS)
    return found


def a_client(name: str = "Olga") -> Client:
    client = Client()
    person = a_person(name, Role.OFFICER)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_page_asks_the_database_little() -> None:
    several_questions()
    olga = a_client()
    olga.get("/review/")
    with CaptureQueriesContext(connection) as asked:
        assert olga.get("/review/").status_code == 200
    said = [" ".join(each["sql"].split())[:250] for each in asked.captured_queries]
    assert len(said) <= MOST_QUERIES, "\n".join(said)


def ahead_of(client: Client, page: object) -> object:
    """The question that the page holds ready behind the one that it shows."""
    return client.get(f"/review/ahead/?{page.context['ahead']}")  # type: ignore[attr-defined]


def asked_in(page: object) -> tuple[object, object]:
    question = page.context["shown"].question  # type: ignore[attr-defined]
    return question.one, question.other


def test_the_next_question_is_held_for_one_person_and_follows_the_decision() -> None:
    several_questions()
    olga, sam = a_client(), a_client("Sam")
    page = olga.get("/review/")
    following = ahead_of(olga, page)
    one, other = asked_in(page)
    assert asked_in(following) != (one, other)
    assert b"<html" not in following.content  # type: ignore[attr-defined]
    his = sam.get("/review/")
    assert asked_in(his) not in {(one, other), asked_in(following)}
    assert asked_in(ahead_of(sam, his)) not in {(one, other), asked_in(following), asked_in(his)}
    said = {"verdict": "different", "seen": page.context["shown"].seen}
    said["after"] = page.context["after"]
    further = olga.post(f"/review/{one}/{other}/verdict/", said, follow=True)
    assert asked_in(further) == asked_in(following)
    assert Claim.objects.filter(by__name="Olga").count() == 1
    assert Judgement.objects.exclude(by=None).count() == 1


def test_a_second_press_decides_nothing_and_the_last_has_none_behind_it() -> None:
    several_questions()
    olga = a_client()
    for _number in range(len(FIRMS) - 1):
        page = olga.get("/review/")
        one, other = asked_in(page)
        said = {"verdict": "different", "seen": page.context["shown"].seen}
        for _again in range(2):
            olga.post(f"/review/{one}/{other}/verdict/", said)
    assert Judgement.objects.exclude(by=None).count() == len(FIRMS) - 1
    page = olga.get("/review/")
    assert ahead_of(olga, page).status_code == 204  # type: ignore[attr-defined]
    member = Client()
    member.force_login(a_person("Al"), backend="django.contrib.auth.backends.ModelBackend")
    assert member.get("/review/ahead/").status_code == 403
