"""The id of a treatment names all that the answer says: other words, other id; same words, same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation
from tests.facts import builders as facts
from tests.treatment.cast import NOON, Cast, a_customer, a_hold, an_invoice

from concord.customers.models import Customer
from concord.kernel.models import Department, Source, User
from concord.treatment import queries, sentences
from concord.treatment.actions.decide import decide
from concord.treatment.actions.replay import replay_all
from concord.treatment.answer import Answer
from concord.treatment.models import AnswerLog
from concord.treatment.serial import answer_json


@pytest.fixture
def watched(cast: Cast) -> Customer:
    """Owes a little, so that they are reminded of an invoice by its number."""
    customer, profile = a_customer()
    an_invoice(profile, due="2026-11-10", disputed=False)
    return customer


def ask(cast: Cast, customer: Customer, request: str = "place_order", **fields: object) -> Answer:
    given = {"amount": "9"} | fields if request == "place_order" else fields
    return decide(customer.id, request, given, asked_by=cast.alice, channel="page")


def told(answer: Answer) -> dict[str, Any]:
    """What the answer says, without when it was asked and how fresh its evidence is."""
    said = answer_json(answer)
    for own in ("id", "answer_id", "at"):
        del said[own]
    for fact in said["why"]["facts"]:
        del fact["sources"], fact["oldest_word"]
    for warning in said["warnings"]:
        del warning["since"]
    return said


def bob_is_called_otherwise(cast: Cast) -> None:
    User.objects.filter(pk=cast.bob.pk).update(name="Robert")


def bob_leaves_and_another_one_comes(cast: Cast) -> None:
    User.objects.filter(pk=cast.bob.pk).update(is_active=False)
    User.objects.filter(pk=cast.alice.pk).update(department=cast.bob.department)


def the_department_is_called_otherwise(cast: Cast) -> None:
    Department.objects.filter(key="accounts").update(words={"en": "Finance"})


@pytest.mark.parametrize(
    "change",
    [bob_is_called_otherwise, bob_leaves_and_another_one_comes, the_department_is_called_otherwise],
)
def test_another_person_is_another_answer(cast: Cast, change: Callable[[Cast], None]) -> None:
    customer, profile = a_customer()
    a_hold(profile)
    before = ask(cast, customer, "proposal")
    change(cast)
    after = ask(cast, customer, "proposal")
    assert after.say != before.say
    assert after.id != before.id
    assert told(queries.restore(AnswerLog.objects.get(pk=before.answer_id))) == told(before)


def test_another_invoice_to_be_reminded_of_is_another_answer(cast: Cast, watched: Customer) -> None:
    before = ask(cast, watched)
    facts.Record.objects.filter(type="invoice").update(key="R-2")
    after = ask(cast, watched)
    assert "invoice R-2" in after.say["en"]
    assert after.id != before.id
    assert [fact.value for fact in after.why.facts] == [fact.value for fact in before.why.facts]


def test_the_language_in_which_they_are_spoken_to_belongs_to_the_answer(cast: Cast) -> None:
    customer, _ = a_customer(country="DE")
    before = ask(cast, customer, "proposal")
    customer.golden = {"language": {"value": "ko"}}
    customer.save()
    after = ask(cast, customer, "proposal")
    assert (before.language, after.language) == ("en", "ko")
    assert after.id != before.id


def test_the_language_of_who_asks_does_not(cast: Cast, watched: Customer) -> None:
    ids = set()
    for language in ("en", "ko", "zh-hant"):
        with translation.override(language):
            ids.add(ask(cast, watched).id)
    assert len(ids) == 1


def test_a_sentence_counts_by_its_key_not_by_how_it_is_worded(
    cast: Cast, watched: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = ask(cast, watched)
    worded = {**sentences.TEMPLATES, "take_order": dict.fromkeys(sentences.CODES, "Thanks.")}
    monkeypatch.setattr(sentences, "TEMPLATES", worded)
    after = ask(cast, watched)
    assert after.say != before.say
    assert after.id == before.id


def test_what_no_rule_looked_at_does_not_change_the_id(cast: Cast) -> None:
    customer, profile = a_customer()
    a_hold(profile)
    before = ask(cast, customer, "proposal")
    facts.a_record(profile, "case", opened_at="2026-11-01", data={"severity": "critical"})
    after = ask(cast, customer, "proposal")
    assert AnswerLog.objects.get(pk=after.answer_id).inputs != (
        AnswerLog.objects.get(pk=before.answer_id).inputs
    )
    assert (after.id, told(after)) == (before.id, told(before))


def test_whom_to_ask_about_a_doubtful_fact_is_said_as_it_was_then(
    cast: Cast, watched: Customer
) -> None:
    Source.objects.update(last_spoke_at=NOON - timedelta(days=9))
    before = ask(cast, watched)
    Source.objects.update(owner=cast.olga)
    after = ask(cast, watched)
    assert [each.ask and each.ask.name for each in (before.warnings[0], after.warnings[0])] == [
        "Bob", "Olga",
    ]  # fmt: skip
    assert after.id != before.id
    assert told(queries.restore(AnswerLog.objects.get(pk=before.answer_id))) == told(before)


def test_ids_are_equal_exactly_where_what_is_said_is(cast: Cast, watched: Customer) -> None:
    """Over many answers, asked by all, before and after changes of all that answers rest on."""
    held, profile = a_customer("Held")
    a_hold(profile, unit="gauges")
    changes: list[Callable[[Cast], None]] = [
        lambda cast: None,
        bob_is_called_otherwise,
        lambda cast: a_hold(profile, unit="sensors") and None,
        the_department_is_called_otherwise,
        lambda cast: Source.objects.update(last_spoke_at=NOON - timedelta(days=9)) and None,
    ]
    given: list[Answer] = []
    for change in changes:
        change(cast)
        for customer in (watched, held):
            for request, fields in (
                ("place_order", {"amount": "9"}),
                ("proposal", {}),
                ("proposal", {"unit": "gauges"}),
                ("complaint", {}),
                ("complaint", {"safety_concern": "yes"}),
            ):
                for user in (cast.alice, cast.charlie):
                    given.append(decide(customer.id, request, fields, asked_by=user, channel="api"))
    said = [(answer.id, str(told(answer))) for answer in given]
    assert len({id_ for id_, _ in said}) == len({words for _, words in said}) == len(set(said))
    assert 10 < len(set(said)) < len(said) / 2
    assert all(each.identical for each in replay_all())
