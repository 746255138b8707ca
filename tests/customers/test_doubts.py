"""A profile that comes to contradict its own customer is asked about, never taken out by itself."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from tests.customers.cast import a_person, a_profile, customer_of
from tests.customers.test_judge import HANBIT, three_of_one
from tests.treatment.test_watches import in_a_thread, until_somebody_waits

from concord.customers import questions
from concord.customers.actions import doubts, membership
from concord.customers.actions.desk import correct
from concord.customers.actions.judgements import judge, keep, take_back
from concord.customers.actions.matching import match_pending
from concord.customers.actions.merge import unmerge
from concord.customers.models import Judgement, Pair
from concord.kernel.errors import Problem

pytestmark = pytest.mark.django_db

OTHER_NUMBER = "220-81-62517"


def says(key: str, source: str, **data: Any) -> UUID:
    """The source says something else of that customer, and it is matched again."""
    profile = a_profile(key, source, **HANBIT | data)
    match_pending()
    return profile


def doubted() -> dict[UUID, int]:
    """Each profile in doubt with how many others it contradicts."""
    return {
        question.other: len(question.pairs)
        for question in questions.listed(20)
        if question.is_doubt
    }


def test_another_tax_number_is_asked_about_and_the_customer_stays_whole() -> None:
    first, _, third = three_of_one()
    assert says("K-1", "shipping", tax_id=OTHER_NUMBER) == third
    assert doubted() == {third: 2}
    assert customer_of(third).id == first
    assert questions.waiting() == 1
    question = questions.following()
    assert question is not None
    assert (question.one, question.other, question.is_doubt) == (first, third, True)


def test_what_does_not_contradict_is_not_asked() -> None:
    three_of_one()
    says("K-1", "shipping", phones=["+82 2 555 0100"], city="Busan")
    assert questions.waiting() == 0


def test_a_change_back_settles_it() -> None:
    three_of_one()
    says("K-1", "shipping", tax_id=OTHER_NUMBER)
    says("K-1", "shipping")
    assert not Pair.objects.exists()


def test_kept_together_is_remembered_for_these_numbers_only() -> None:
    first, second, third = three_of_one()
    says("K-1", "shipping", tax_id=OTHER_NUMBER)
    kept = keep(third, a_person())
    assert questions.waiting() == 0
    says("K-1", "shipping", tax_id=OTHER_NUMBER, city="Incheon")
    assert questions.waiting() == 0
    says("C-1", "sales", tax_id=OTHER_NUMBER)  # the next system follows
    assert questions.waiting() == 0
    says("K-1", "shipping", tax_id="104-81-07107")
    assert doubted().keys() == {third}
    says("K-1", "shipping", tax_id=OTHER_NUMBER)
    says("C-1", "sales")
    assert questions.waiting() == 0
    take_back(kept, a_person("Bob"))
    assert doubted() == {third: 2}
    assert {customer_of(each).id for each in (first, second, third)} == {first}


def test_split_off_and_back_again() -> None:
    first, second, third = three_of_one()
    says("K-1", "shipping", tax_id=OTHER_NUMBER)
    before = list(Pair.objects.order_by("left", "right").values_list(*COLUMNS))
    split = unmerge(third, a_person())
    assert customer_of(third).id == third
    assert customer_of(second).id == first
    assert questions.waiting() == 0
    take_back(split, a_person("Bob"))
    assert customer_of(third).id == first
    assert list(Pair.objects.order_by("left", "right").values_list(*COLUMNS)) == before


COLUMNS = ("left", "right", "doubted", "score", "evidence", "found_at")


def test_a_persons_word_in_spite_of_a_contradiction_is_not_doubted() -> None:
    left = a_profile("1", name="Acme Tools", tax_id="GB123456789", country="GB")
    right = a_profile("2", "sales", name="Acme Tools", tax_id="GB987654321", country="GB")
    match_pending()
    judge(left, right, "same", a_person())
    a_profile("2", "sales", name="Acme Tools", tax_id="GB 987654321", country="GB", city="Leeds")
    match_pending()
    assert questions.waiting() == 0
    a_profile("2", "sales", name="Acme Tools", tax_id="GB555666777", country="GB")
    match_pending()
    assert doubted() == {right: 1}


def test_a_correction_by_hand_is_not_held_against_the_systems() -> None:
    _, second, _ = three_of_one()
    correct(second, "tax_id", OTHER_NUMBER, a_person())
    says("K-1", "shipping", city="Incheon")
    assert questions.waiting() == 0


def test_nobody_keeps_what_is_not_in_doubt() -> None:
    first, *_ = three_of_one()
    with pytest.raises(Problem, match="any more"):
        keep(first, a_person())
    assert not Judgement.objects.exclude(by=None).exists()


@pytest.mark.django_db(transaction=True)
def test_who_asks_anew_waits_for_the_customers_before_a_question_is_touched() -> None:
    """As who joins them does: else the two wait for each other, and the database ends one."""
    first, second, third = three_of_one()
    says("K-1", "shipping", tax_id=OTHER_NUMBER)
    assert doubted() == {third: 2}
    a_profile(
        "C-1", "sales", **HANBIT | {"tax_id": OTHER_NUMBER}
    )  # as K-1: another is in doubt now
    with transaction.atomic():
        membership.lock({first})
        asking = in_a_thread(lambda: doubts.look_again({second}))
        until_somebody_waits()
        Pair.objects.filter(left_id__in=(second, third), right_id__in=(second, third)).delete()
    asking.join()
    assert {(pair.left_id, pair.right_id) for pair in Pair.objects.all()} == {
        (min(first, other), max(first, other)) for other in (second, third)
    }
