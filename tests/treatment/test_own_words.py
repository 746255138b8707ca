"""Sentences and extras of a company's own: in the policy's file, in answers, in what changes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import translation
from tests.kernel.application import as_application
from tests.treatment.cast import TODAY, Cast, a_customer
from tests.treatment.proposing import seen
from tests.treatment.test_proposal_pages import client_of

from concord import dmn
from concord.dmn.model import Model
from concord.dmn.older import as_1_3
from concord.kernel.access import viewer_of
from concord.kernel.errors import Problem
from concord.treatment import brought, changes, law, own_words, policies, queries
from concord.treatment.actions import briefings, draft_undo, drafts, proposals
from concord.treatment.actions import own_words as keeping
from concord.treatment.actions.decide import decide
from concord.treatment.actions.drafts import OverlapError
from concord.treatment.actions.own_facts import key_of
from concord.treatment.actions.replay import replay
from concord.treatment.answer import Answer
from concord.treatment.examples import without_any
from concord.treatment.grid.sheet import Sheet
from concord.treatment.models import AnswerLog, PolicyDraft
from concord.treatment.serial import answer_json
from concord.treatment.vocabulary import speaker
from concord.treatment.workbook.talk import Talk
from concord.treatment.workbook.write import workbook

pytestmark = pytest.mark.django_db
RULE, TABLE = "place_order.in_turn", "place_order.table"
SAID = {"en": "We are glad of your order. {who} calls you {when}.",
        "ko": "주문해 주셔서 기쁩니다. {who}에서 {when} 전화드리겠습니다."}  # fmt: skip
COFFEE = ({"en": "Coffee on us", "ko": "커피 쿠폰"}, {"ko": "커피를 보내 드립니다."})
CELLS = {"say.out": '"glad"', "benefits.out": '["coffee"]', "en": "We are glad."}


def cells(said: dict[str, str] = CELLS, rule: str = RULE) -> dict[str, Any]:
    named = {key if len(key) == 2 else f"place_order.{key}": text for key, text in said.items()}
    return {"kind": "cells", "table": TABLE,
            "cells": [{"rule": rule, "column": key, "text": text}
                      for key, text in named.items()]}  # fmt: skip


@pytest.fixture
def draft(cast: Cast) -> PolicyDraft:
    """A draft whose rule for orders says "glad" and grants coffee."""
    made = drafts.begin(cast.bob, "In our own words")
    keeping.keep_sentence(cast.bob, made.pk, "glad", SAID, is_new=True)
    keeping.keep_benefit(cast.bob, made.pk, "coffee", *COFFEE, is_new=True)
    drafts.change(cast.bob, made.pk, [cells()])
    made.refresh_from_db()
    return made


def in_force(cast: Cast, draft: PolicyDraft, days: int = 0) -> None:
    proposal = proposals.propose(cast.bob, draft.pk, "Our own words", "Ours.", TODAY)
    from_date = TODAY + timedelta(days=days)
    proposals.publish_proposal(cast.sarah, proposal.pk, from_date, "Agreed.", seen())


def ask(cast: Cast, customer: Any) -> Answer:
    return decide(customer.pk, "place_order", {}, asked_by=cast.alice, channel="page")


def test_a_rule_says_it_in_the_customers_and_the_readers_language_for_good(
    cast: Cast, draft: PolicyDraft
) -> None:
    with as_application():
        in_force(cast, draft)
    customer, _profile = a_customer(language="ko")
    answer = ask(cast, customer)
    assert answer.say["en"] == (
        "We are glad of your order. Our Sales team calls you in turn. 커피를 보내 드립니다."
    )
    assert answer.say["ko"].startswith("주문해 주셔서 기쁩니다. 저희 영업팀에서 순서대로 전화")
    assert answer.say["zh-hant"].startswith("We are glad of your order.")  # nobody has said it
    viewer = viewer_of(cast.alice)
    shown = {key: queries.present(viewer, answer, key) for key in ("en", "ko")}
    assert (shown["en"].benefits, shown["ko"].benefits) == (("Coffee on us",), ("커피 쿠폰",))
    assert answer_json(answer)["benefit_words"][0]["zh-hant"] == "Coffee on us"
    # A later version says it otherwise; what was answered keeps its words, and replays.
    later = drafts.begin(cast.bob, "Otherwise")
    keeping.keep_sentence(cast.bob, later.pk, "glad", {"en": "Thanks. {who} calls."}, is_new=False)
    keeping.keep_benefit(cast.bob, later.pk, "coffee", {"en": "Tea"}, {"en": "Tea."}, is_new=False)
    in_force(cast, later)
    assert ask(cast, customer).say["en"] == "Thanks. Our Sales team calls. Tea."
    entry = AnswerLog.objects.get(pk=answer.answer_id)
    then = queries.present(viewer, queries.restore(entry))
    assert (then.say_here, then.benefits) == (answer.say["en"], ("Coffee on us",))
    assert all(replay(each).identical for each in AnswerLog.objects.all())
    page = client_of(cast.alice).get(f"/answers/{answer.answer_id}/").content.decode()
    assert "We are glad of your order." in page


def test_what_changes_is_said_on_the_proposal_and_in_briefings(
    cast: Cast, draft: PolicyDraft
) -> None:
    old, new = policies.default(), drafts.model_of(draft)
    told = {each.title: each.sentences for each in changes.between(old, new, "en")}
    assert told["Place an order"][0].endswith(
        "before: the extra is nothing, what is said is “Thank you for your order. … will take care "
        "of it ….”; now: the extra is coffee on us, what is said is “We are glad of your order. … "
        "calls you ….”."
    )
    assert told["Our own words"] == (
        "New: “We are glad of your order. {who} calls you {when}.”", "New: “커피를 보내 드립니다.”",
    )  # fmt: skip
    # What is said otherwise in one language is told to whoever reads another, and new names too.
    other = own_words.changed(new, "sentence", "glad", {"said": {**SAID, "ko": "그래요."}})
    other = own_words.changed(
        other, "benefit", "coffee", {"called": {"en": "Tea"}, "said": COFFEE[1]}
    )
    assert list(changes.between(new, other, "en")[0].sentences) == [
        "한국어: “그래요.” instead of “주문해 주셔서 기쁩니다. {who}에서 {when} 전화드리겠습니다.”",
        "“Tea” instead of “Coffee on us”",
        "한국어: “Tea” instead of “커피 쿠폰”",
    ]
    alone, _back = dmn.edit.edited(new, cells({"benefits.out": "[]"}))
    [said] = changes.between(old, alone, "ko")[0].sentences
    assert "“주문해 주셔서 기쁩니다. …에서 … 전화드리겠습니다.”" in said
    proposal = proposals.propose(cast.bob, draft.pk, "Our own words", "Ours.", TODAY)
    page = client_of(cast.charlie).get(f"/promise/proposals/{proposal.pk}/").content.decode()
    assert "what is said otherwise" in page
    made = proposals.publish_proposal(cast.sarah, proposal.pk, TODAY, "Agreed.", seen())
    briefed = briefings.write(made.pk)
    assert {each.department.key for each in briefed} >= {"sales", "shipping"}
    mine = next(each for each in briefed if each.department_id == cast.charlie.department_id)
    page = client_of(cast.charlie).get(f"/promise/briefings/{mine.pk}/").content.decode()
    assert "We are glad of your order." in page


def test_the_grid_offers_them_and_reads_them_back(cast: Cast, draft: PolicyDraft) -> None:
    with translation.override("ko"):
        sheet = Sheet(drafts.model_of(draft), "place order", "ko")
        row = next(each for each in sheet.rows({RULE}))
        shown = {cell.column.name: cell.shown for cell in row.cells}
    assert shown["say"] == "주문해 주셔서 기쁩니다. …에서 … 전화드리겠습니다."
    assert (shown["benefits"], "커피 쿠폰" in row.outcome) == ("커피 쿠폰", True)
    assert sheet.by_id["place_order.benefits.out"].options["coffee"] == "커피 쿠폰"


def test_files_keep_them(cast: Cast, draft: PolicyDraft) -> None:
    model = drafts.model_of(draft)
    for again in (dmn.load(model.save()), dmn.load(as_1_3(model)), without_any(model)):
        assert own_words.of(again) == own_words.of(model)
    assert law.check(dmn.load(model.save())) == []
    for talk in (None, Talk(model, "en"), Talk(model, "ko")):
        data = workbook(model, speaker("en", model), "", talk)
        assert brought.changes_of("policy.xlsx", data, model) == []


@pytest.mark.parametrize(
    ("key", "said", "wrong"),
    [
        ("Glad", {"en": "Thanks."}, "small letters"),
        ("take_order", {"en": "Thanks."}, "means something else"),
        ("amount", {"en": "Thanks."}, "means something else"),
        ("glad", {"en": "Thanks."}, "of this key already"),
        ("more", {"en": " ", "fr": "Merci."}, "one language at least"),
        ("more", {"en": "x" * 601}, "more than 600"),
        ("more", {"en": "Thanks, {name}."}, "“{name}” cannot be filled in"),
        ("more", {"ko": "{when"}, "“{” cannot be filled in"),
        ("more", {"en": "Half \ud800"}, "cannot be written"),
    ],
)
def test_what_nobody_could_say_is_refused(
    cast: Cast, draft: PolicyDraft, key: str, said: dict[str, str], wrong: str
) -> None:
    with pytest.raises(Problem, match=wrong):
        keeping.keep_sentence(cast.bob, draft.pk, key, said, is_new=True)
    with pytest.raises(Problem, match="cannot be filled in"):  # an extra stands alone
        keeping.keep_benefit(
            cast.bob, draft.pk, "more", {"en": "More"}, {"en": "{who} calls."}, is_new=True
        )
    with pytest.raises(Problem) as refused:
        keeping.keep_sentence(cast.alice, draft.pk, "more", {"en": "Thanks."}, is_new=True)
    assert refused.value.code == "forbidden"


def test_what_a_rule_uses_stays_and_the_rules_are_named(cast: Cast, draft: PolicyDraft) -> None:
    page, client = f"/promise/drafts/{draft.pk}/words/", client_of(cast.bob)
    for kind, key in (("sentence", "glad"), ("benefit", "coffee")):
        with pytest.raises(Problem, match="Place an order, rule 10"):
            keeping.remove(cast.bob, draft.pk, kind, key)
    refused = client.post(f"{page}removal/", {"of": "sentence", "key": "glad"})
    assert (refused.status_code, "rule 10" in refused.content.decode()) == (422, True)
    assert f"?table=place_order&amp;rule={RULE}" in client.get(page).content.decode()
    drafts.change(cast.bob, draft.pk, [cells({"say.out": '"take_order"', "benefits.out": "[]"})])
    for _click in range(2):
        client.post(f"{page}removal/", {"of": "sentence", "key": "glad"})
        client.post(f"{page}removal/", {"of": "benefit", "key": "coffee"})
    draft.refresh_from_db()
    assert own_words.of(drafts.model_of(draft)) == own_words.OwnWords()
    assert "extensionElements" not in draft.xml
    # A rule that says what nobody has written is found.
    broken = drafts.model_of(draft)
    broken = broken.with_cell(TABLE, RULE, "place_order.say.out", '"glad"')
    assert [(each.kind, each.rules) for each in law.check(broken)] == [("word", (RULE,))]


def test_what_a_file_brings_is_held_to_the_same(cast: Cast, draft: PolicyDraft) -> None:
    model = drafts.model_of(draft)
    for kind, key, said in (
        ("sentence", "glad", {"said": {"en": "{nobody} calls."}}),
        ("benefit", "coffee", {"called": {"en": "More"}, "said": {"en": "{who} calls."}}),
    ):
        stray = own_words.changed(model, kind, key, said)
        assert [(each.kind, each.rules) for each in law.check(stray)] == [("word", (RULE,))]
    wrong: list[tuple[Any, Any]] = [("nonsense", "x"), (["sentence"], "x"), ("sentence", ["x"])]
    for of, name in wrong:
        change = {"kind": "words", "of": of, "key": name, "said": {"said": {"en": "Hi."}}}
        with pytest.raises(Problem, match="no change of a policy"):
            drafts.change(cast.bob, draft.pk, [change])


def test_on_the_page_they_are_made_changed_and_taken_back(cast: Cast) -> None:
    draft = drafts.begin(cast.bob, "Words")
    before: Model = drafts.model_of(draft)
    page, client = f"/promise/drafts/{draft.pk}/words/", client_of(cast.bob)
    sent = {"of": "sentence", "said-en": "We miss you.", "seen": "0"}
    for _click in range(2):  # a double click
        assert client.post(page, sent)["Location"] == page
    refused = client.post(page, sent | {"said-en": "We miss you. {nobody}", "key": "other"})
    assert (refused.status_code, "{nobody}" in refused.content.decode()) == (422, True)
    assert ">said-en<" not in refused.content.decode()  # the key of a field is no heading
    form = client.get(page, {"of": "sentence", "changes": "we_miss_you"}).content.decode()
    assert ">We miss you.</textarea>" in form
    changed = {"of": "sentence", "changes": "we_miss_you", "said-ko": "그립습니다.", "seen": "1"}
    assert client.post(page, changed).status_code == 302
    draft.refresh_from_db()
    assert own_words.of(drafts.model_of(draft)).sentences["we_miss_you"]["en"] == "그립습니다."
    with pytest.raises(OverlapError):  # who looked before does not write over it
        keeping.keep_sentence(
            cast.olga, draft.pk, "we_miss_you", {"en": "Hello."}, is_new=False, seen=1
        )
    for _edit in range(2):
        draft_undo.undo(cast.bob, draft.pk, uuid4())
    draft.refresh_from_db()
    assert drafts.model_of(draft).save() == before.save()
    assert client_of(cast.alice).get(page).status_code == 403


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("Thank you, {who} packs your order.", "thank_you_packs_your_order"),
        (
            "Thank you, {who} packs all of your orders today, gladly",
            "thank_you_packs_all_your_orders_today",
        ),
        ("A" * 50, "a" * 40),
        ("24 hours", "hours"),
        ("{who}", ""),
    ],
)
def test_a_key_is_made_of_whole_words_and_of_none_that_is_filled_in(said: str, key: str) -> None:
    assert key_of({"en": said}, 40) == key
