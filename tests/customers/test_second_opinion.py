"""Whoever is not sure lets somebody else decide, with a note; and hears what became of it."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.test import Client
from tests.customers.cast import a_person, customer_of
from tests.customers.test_claims import decide, shown, steward
from tests.customers.test_doubts import OTHER_NUMBER, says
from tests.customers.test_judge import three_of_one
from tests.customers.test_review import two

from concord.customers import questions
from concord.customers.actions import opinions
from concord.customers.actions.judgements import judge
from concord.customers.models import SecondOpinion
from concord.kernel import notify
from concord.kernel.errors import Problem
from concord.kernel.models import Notification, Role, User

pytestmark = pytest.mark.django_db


def ask(client: Client, left: UUID, right: UUID, of: User | None = None, note: str = "") -> None:
    given = {"of": str(of.pk) if of else "", "note": note}
    assert client.post(f"/review/{left}/{right}/opinion/", given).status_code == 302


def told(person: User) -> list[str]:
    rows = Notification.objects.filter(user=person).order_by("id")
    return [notify.sentence(each) for each in rows]


def test_it_goes_to_the_colleague_who_decides_and_the_asker_is_told() -> None:
    left, right = two(0)
    (olga, hers), (sam, his), (_, anns) = steward("Olga"), steward("Sam"), steward("Ann")
    ask(hers, left, right, sam, "Same city, but is it the same trade?")
    assert (shown(hers), shown(anns)) == (None, None)
    assert told(sam) == ["Olga asks you for a second opinion: Arvika Mätteknik AB."]
    page = his.get("/review/", {"which": "opinions"})
    assert page.context["shown"].question.one == left
    text = page.content.decode()
    assert "Olga asks Sam for a second opinion" in text
    assert "Same city, but is it the same trade?" in text
    decide(his, page.context["shown"].question, "different", reason="Two trades.")
    assert told(olga) == [
        "Sam has decided about Arvika Mätteknik AB: different customers. “Two trades.”"
    ]
    opinion = SecondOpinion.objects.get()
    assert (opinion.verdict, opinion.answer, opinion.answered_by) == (
        "different",
        "Two trades.",
        sam,
    )
    assert questions.waiting() == 0


def test_asked_of_anybody_it_comes_to_whoever_is_next_but_not_to_the_asker() -> None:
    left, right = two(0)
    (_, hers), (_, his) = steward("Olga"), steward("Sam")
    ask(hers, left, right)
    assert Notification.objects.count() == 0
    assert shown(hers) is None
    assert shown(his) == left
    page = his.get("/review/questions/", {"which": "opinions"})
    assert [row.question.one for row in page.context["page"].items] == [left]
    page = hers.get("/review/questions/", {"which": "asked"})
    assert [row.open_with for row in page.context["page"].items] == ["Sam"]
    assert hers.get("/review/questions/", {"which": "opinions"}).context["page"].items == []


def test_a_chain_of_two_shows_both_notes_and_tells_both() -> None:
    left, right = two(0)
    (olga, hers), (sam, his), (ann, anns) = steward("Olga"), steward("Sam"), steward("Ann")
    ask(hers, left, right, sam, "I wonder.")
    ask(his, left, right, ann, "So do I.")
    page = anns.get("/review/")
    text = page.content.decode()
    assert "I wonder." in text
    assert "So do I." in text
    decide(anns, page.context["shown"].question, "same")
    assert told(olga) == ["Ann has decided about Arvika Mätteknik AB: one customer."]
    assert told(sam)[1:] == ["Ann has decided about Arvika Mätteknik AB: one customer."]
    assert customer_of(right).id == left


def test_it_is_taken_back_and_asked_again_of_another() -> None:
    left, right = two(0)
    (_, hers), (sam, his), (ann, _) = steward("Olga"), steward("Sam"), steward("Ann")
    ask(hers, left, right, sam, "One")
    ask(hers, left, right, ann, "Two")
    opinion = SecondOpinion.objects.get()
    assert (opinion.of, opinion.note) == (ann, "Two")
    assert his.post(f"/review/opinions/{opinion.pk}/withdrawal/").status_code == 404
    page = hers.post(f"/review/opinions/{opinion.pk}/withdrawal/", follow=True)
    assert page.context["shown"].question.one == left
    assert page.context["opinions"] == []
    assert SecondOpinion.objects.get().verdict == ""


def test_nobody_is_asked_who_may_not_decide() -> None:
    left, right = two(0)
    (olga, hers) = steward("Olga")
    member, gone = a_person("Mia"), a_person("Gus", Role.OFFICER, is_active=False)
    for of in (member, gone, olga):
        given = {"of": str(of.pk)}
        assert hers.post(f"/review/{left}/{right}/opinion/", given).status_code == 404
        with pytest.raises(Problem, match="cannot give this second opinion"):
            opinions.ask(questions.listed(1)[0], olga, of)
    assert hers.post(f"/review/{left}/{right}/opinion/", {"of": "x"}).status_code == 404
    assert not SecondOpinion.objects.exists()


def test_a_colleague_who_has_left_leaves_it_to_anybody() -> None:
    left, right = two(0)
    (_, hers), (sam, _), (_, anns) = steward("Olga"), steward("Sam"), steward("Ann")
    ask(hers, left, right, sam)
    User.objects.filter(pk=sam.pk).update(is_active=False)
    assert shown(hers) is None
    assert shown(anns) == left


def test_it_stays_with_the_question_when_a_side_is_joined_to_another() -> None:
    (left, right), (third, _) = two(0), two(1)
    (olga, hers), (sam, his) = steward("Olga"), steward("Sam")
    ask(hers, left, right, sam, "Is it?")
    judge(left, third, "same", olga)
    moved = questions.between(customer_of(left).id, right)
    assert moved is not None
    assert [each.note for each in opinions.of_question(moved)] == ["Is it?"]
    page = his.get("/review/", {"which": "opinions"})
    assert page.context["shown"].question.other == right


def test_of_an_entry_in_doubt_too() -> None:
    first, _, third = three_of_one()
    says("K-1", "shipping", tax_id=OTHER_NUMBER)
    (olga, hers), (sam, his) = steward("Olga"), steward("Sam")
    ask(hers, first, third, sam, "A slip?")
    assert shown(hers) is None
    page = his.get("/review/", {"which": "opinions"})
    decide(his, page.context["shown"].question, "same", reason="A slip of the pen.")
    assert told(olga) == [
        "Sam has decided about Hanbit Precision Co., Ltd.: one customer. “A slip of the pen.”"
    ]
    assert customer_of(third).id == first
