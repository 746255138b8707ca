"""A company's own facts in our promise: who makes them, what a draft's table sees of them, and that
nobody changes an answer of the sponsor's by changing a fact."""

from __future__ import annotations

from functools import reduce
from typing import Any

import pytest
from django.test import Client
from tests.facts import builders as facts
from tests.treatment.cast import TODAY, Cast, a_customer

from concord.dmn.edit import edited
from concord.dmn.model import Model
from concord.facts import form, own
from concord.facts.models import OwnFact
from concord.kernel.access import viewer_of
from concord.kernel.errors import Problem
from concord.kernel.models import AuditEntry, User
from concord.pages.customer import all_facts
from concord.treatment import new_columns, policies
from concord.treatment.actions import own_facts, publish
from concord.treatment.actions.decide import decide
from concord.treatment.actions.own_facts import Said
from concord.treatment.actions.replay import replay
from concord.treatment.models import AnswerLog
from concord.treatment.policy_facts import read_by

pytestmark = pytest.mark.django_db
WORDS = {"en": "Returns since spring", "ko": "봄 이후 반품", "zh-hant": "春季以來的退貨"}
SINCE_SPRING = {"of": "goods_return", "time": "opened", "within": "8", "per": "M"}
RETURNS = Said(WORDS, form.read(SINCE_SPRING))
KEY = "returns_since_spring"
NAME = "returns since spring"


def looked_at(model: Model) -> Model:
    """The policy in which a note goes to whom sends much back."""
    wanted = new_columns.changes(model, "side_note", NAME)
    after = reduce(lambda done, change: edited(done, change)[0], wanted, model)
    cells = [
        {"rule": "side_note.dispute", "column": "side_note.disputed_amount.in", "text": "-"},
        {"rule": "side_note.dispute", "column": f"side_note.{KEY}.in", "text": ">= 2"},
    ]
    return edited(after, {"kind": "cells", "table": "side_note.table", "cells": cells})[0]


def in_force(by: User) -> Model:
    version = publish.save_version(by, looked_at(policies.default()), "Returns count")
    publish.put_in_force(by, version, TODAY, "Who sends much back is asked first.")
    return policies.in_force(TODAY).model


def told(entry: AnswerLog) -> dict[str, Any]:
    return {each["key"]: each["value"] for each in entry.inputs["facts"]}


def test_who_drafts_makes_a_fact_and_every_draft_may_look_at_it(cast: Cast) -> None:
    made = own_facts.make(cast.bob, own_facts.key_of(WORDS), RETURNS)
    assert (made.key, made.number) == (KEY, 1)
    fact = own.refresh()[KEY]
    assert fact.expression == 'count(goods_return[opened > today() - duration("P8M")])'
    assert (fact.type, fact.shown, fact.empty, fact.department) == (
        "number",
        "count",
        0,
        "shipping",
    )
    profile = facts.a_profile("Hanbit")
    customer = facts.a_customer(profile)
    facts.a_record(profile, "goods_return", opened="2026-06-01")
    offered = new_columns.offers(
        policies.default(), "proposal", "봄 이후", viewer_of(cast.bob), customer
    )
    assert [(each.name, each.value) for each in offered] == [(NAME, "1")]
    shown = {each.fact.key: each.shown for each in all_facts(viewer_of(cast.bob), customer.pk)}
    assert shown[KEY] == "1"
    assert set(read_by(looked_at(policies.default()))) - set(read_by(policies.default())) == {KEY}
    entry = AuditEntry.objects.get(action="treatment.make_fact")
    assert (entry.by_id, entry.subject_id) == (cast.bob.pk, KEY)


@pytest.mark.parametrize("name", ["alice", "adam"])
def test_nobody_else_makes_one(cast: Cast, name: str) -> None:
    with pytest.raises(Problem, match="draft our promise"):
        own_facts.make(getattr(cast, name), KEY, RETURNS)
    assert not OwnFact.objects.exists()


@pytest.mark.parametrize(
    "key",
    [
        "overdue_amount", "standing", "hold_elsewhere", "amount", "reason", "invoice", "customer",
        "string_length", "count", "return_list", "best_of_all", "support_level", "proposal", "new",
        "Returns", "2_days", "", "a" * 61,
    ],
)  # fmt: skip
def test_a_key_that_means_something_is_refused(cast: Cast, key: str) -> None:
    with pytest.raises(Problem) as refused:
        own_facts.make(cast.bob, key, RETURNS)
    assert refused.value.place == "key"


def test_the_key_follows_from_the_english_words() -> None:
    assert own_facts.key_of({"en": "90 days of Returns, in the UK"}) == "days_returns_the_uk"
    assert own_facts.key_of({"ko": "반품"}) == ""


def test_a_change_is_a_new_version_and_the_same_again_is_none(cast: Cast) -> None:
    own_facts.make(cast.bob, KEY, RETURNS)
    with pytest.raises(Problem, match="means something else"):
        own_facts.make(cast.olga, KEY, RETURNS)
    assert own_facts.change(cast.bob, KEY, RETURNS, seen=1).number == 1
    fewer = Said(WORDS, form.read({"of": "goods_return", "state": "open"}))
    assert own_facts.change(cast.bob, KEY, fewer, seen=1).number == 2
    with pytest.raises(Problem, match="Somebody changed"):
        own_facts.change(cast.olga, KEY, RETURNS, seen=1)
    with pytest.raises(Problem, match="something else than before"):
        own_facts.change(cast.bob, KEY, Said(WORDS, formula="count(order) > 1"), seen=2)
    with pytest.raises(Problem, match="Say what it is called"):
        own_facts.change(cast.bob, KEY, Said({"en": " "}, fewer.form), seen=2)
    assert OwnFact.objects.count() == 2
    assert own.refresh()[KEY].expression == "count(goods_return[closed = null])"


def test_what_our_promise_looks_at_is_reckoned_as_the_sponsor_saw_it(cast: Cast) -> None:
    own_facts.make(cast.bob, KEY, RETURNS)
    assert own_facts.looked_at_by(KEY) == []
    in_force(cast.sarah)
    assert own_facts.looked_at_by(KEY) == [2]
    for by in (cast.bob, cast.sarah):
        with pytest.raises(Problem, match="stays as it is"):
            own_facts.change(by, KEY, Said(WORDS, form.read({"of": "goods_return"})), seen=1)
    called = Said({"en": "Returns"}, RETURNS.form)
    assert own_facts.change(cast.bob, KEY, called, seen=1).number == 2
    assert own.refresh()[KEY].words == {"en": "Returns"}


def test_an_answer_rests_on_it_and_is_the_same_when_it_is_replayed(cast: Cast) -> None:
    own_facts.make(cast.bob, KEY, RETURNS)
    model = in_force(cast.sarah)
    profile = facts.a_profile("Hanbit")
    customer = facts.a_customer(profile)
    for day in ("2026-06-01", "2026-07-01"):
        facts.a_record(profile, "goods_return", opened=day)
    answer = decide(customer, "appointment", {}, asked_by=cast.alice, channel="page")
    entry = AnswerLog.objects.get(pk=answer.answer_id)
    assert told(entry)[KEY] == {"number": "2"}
    assert KEY in read_by(model)
    own_facts.retire(cast.bob, KEY)
    own_facts.change(cast.bob, KEY, Said({"en": "Otherwise"}, RETURNS.form), seen=2)
    facts.a_record(profile, "goods_return", opened="2026-08-01")
    own.forget()  # another process, which has not heard of it
    assert replay(entry).identical
    # Retired or not, our promise goes on looking at it.
    later = decide(customer, "appointment", {}, asked_by=cast.alice, channel="page")
    assert told(AnswerLog.objects.get(pk=later.answer_id))[KEY] == {"number": "3"}


def test_what_is_retired_is_offered_no_more_until_it_is_again(cast: Cast) -> None:
    own_facts.make(cast.bob, KEY, RETURNS)
    assert own_facts.retire(cast.bob, KEY).number == 2
    assert own_facts.retire(cast.bob, KEY).number == 2
    viewer = viewer_of(cast.bob)
    assert new_columns.offers(policies.default(), "proposal", NAME, viewer, None) == []
    own_facts.retire(cast.bob, KEY, back=True)
    assert len(new_columns.offers(policies.default(), "proposal", NAME, viewer, None)) == 1


def test_by_form_on_the_page(cast: Cast, client: Client) -> None:
    customer, _profile = a_customer()
    client.force_login(cast.bob)
    said = SINCE_SPRING | {"how": "form", "who": customer.name}
    said |= {"words-en": WORDS["en"], "words-ko": WORDS["ko"]}
    htmx = {"HX-Request": "true", "HX-Target": "live"}
    live = client.post("/promise/facts/new/", said, headers=htmx)
    page = live.content.decode()
    assert customer.name in page
    assert "It rests on no record." in page
    assert "&lt;" not in page
    assert not OwnFact.objects.exists()
    saved = client.post("/promise/facts/new/", said | {"save": "1"})
    assert (saved.status_code, saved.headers["Location"]) == (302, "/promise/facts/")
    assert WORDS["en"] in client.get("/promise/facts/").content.decode()
    page = client.get(f"/promise/facts/{KEY}/").content.decode()
    assert 'name="seen" value="1"' in page
    assert '<option value="goods_return" selected>' in page
    again = client.post("/promise/facts/new/", said | {"save": "1"})
    assert again.status_code == 422
    assert WORDS["ko"] in again.content.decode()  # nothing that was typed is lost
    wrong = {"how": "formula", "formula": "sum(invoice.amount", "words-en": "Owed"}
    refused = client.post("/promise/facts/new/", wrong | {"save": "1"})
    assert refused.status_code == 422
    assert "is missing" in refused.content.decode()
    assert OwnFact.objects.count() == 1
