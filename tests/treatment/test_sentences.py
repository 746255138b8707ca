"""What the customer is told: every sentence that the default policy can say, in every language."""

from __future__ import annotations

import re
from itertools import product

import pytest

from concord.dmn.model import Model
from concord.kernel.words import Words
from concord.treatment import law, policies, requests, sentences, treat
from concord.treatment.policy.trades import TRADES
from concord.treatment.sentences import CODES, Message

MODEL = policies.default()
DEPARTMENT = {"en": "sales", "ko": "영업팀", "zh-hant": "業務部"}
PEOPLE = ("", "owen Reyland")  # small letters, which a sentence must not begin with
BEGINS = re.compile(r"(?:^|[.!?] )(.)")


def said(model: Model) -> dict[tuple[str, str], Words]:
    """Rule and person: all that this rule can say."""
    found = {}
    tables = {table.id: table for table in model.tables.values()}
    for kind, name in product((*requests.BUILT_IN, None), PEOPLE):
        table = tables[f"{kind.table if kind else requests.ANY_OTHER}.table"]
        for at, rule in enumerate(table.rules):
            out = law._outputs(table, at)
            if out["act"] == "ask":
                continue
            who = {"department": DEPARTMENT, "name": name, "when": out["urgency"]}
            parts = [Message(out["say"], who), Message("first")]
            parts += [Message(f"benefit: {each}") for each in out["benefits"]]
            parts.append(Message("reminder", {"invoice": "R-1", "due": "2026-10-01"}))
            found[rule.id, name] = sentences.join([each.words() for each in parts])
    return found


SAID = said(MODEL)


def test_every_sentence_of_the_policy_is_tried() -> None:
    assert len(SAID) == 2 * len({rule for rule, _ in SAID}) > 100
    # every sentence that a rule can name is named by one, of some trade
    tables = [
        table
        for trade in TRADES.values()
        for table in trade.model.tables.values()
        if table.outputs[0].name == "act"
    ]
    named = {law._outputs(t, at)["say"] for t in tables for at in range(len(t.rules))}
    assert named - requests.QUESTIONS.keys() == (
        sentences.SENTENCES.keys() - {treat.RESTRICTED.say, "silent"}
    )


@pytest.mark.parametrize("trade", list(TRADES))
@pytest.mark.parametrize("code", CODES)
def test_no_sentence_begins_with_a_small_letter_and_no_place_stays_open(
    code: str, trade: str
) -> None:
    for rule, words in said(TRADES[trade].model).items():
        assert [each for each in BEGINS.findall(words[code]) if each.islower()] == [], rule
        assert "{" not in words[code], rule
        assert "  " not in words[code], rule


def test_only_heads_and_those_who_decide_are_named_by_the_department_alone() -> None:
    """The head of a person is nobody."""
    for (rule, name), words in SAID.items():
        alone = rule.startswith("discount.") and rule.endswith("_above")
        if alone or rule == "complaint.critical":
            assert "our sales team" in words["en"], rule
            assert "저희 영업팀" in words["ko"], rule
            assert "我們的業務部" in words["zh-hant"], rule
            assert "Reyland" not in "".join(words.values()), rule
        elif name and "{who}" in sentences.SENTENCES[_key(rule)]["en"]:
            assert "wen Reyland of sales" in words["en"], rule
            assert "영업팀(owen Reyland)" in words["ko"], rule
            assert "業務部的owen Reyland" in words["zh-hant"], rule


def _key(rule_id: str) -> str:
    for table in MODEL.tables.values():
        for at, rule in enumerate(table.rules):
            if rule.id == rule_id:
                return str(law._outputs(table, at)["say"])
    raise LookupError(rule_id)


def test_nobody_is_promised_a_day_that_may_be_a_sunday() -> None:
    """Whoever asks on a Saturday at ten in the evening is answered by the same words."""
    assert SAID["place_order.on_hold", ""]["en"].startswith(
        "Thank you for coming to us. Before we can go on, there is a point to settle with our "
        "accounts. Our sales team will speak with you today or on the next working day."
    )
    collected = {"en": "next collection", "ko": "다음 택배 집하", "zh-hant": "最近一班取件"}
    for code, words in collected.items():
        assert words in SAID["ship_order.best", ""][code]
    alone = {"en": r"today(?! or)", "ko": "오늘(?! 또는)", "zh-hant": "今[日天](?!或)"}
    for rule, words in SAID.items():
        for code, promise in alone.items():
            assert not re.search(promise, words[code]), rule


def test_a_discount_is_said_whoever_stands_there() -> None:
    for name in PEOPLE:
        assert SAID["discount.best_above", name]["en"].startswith(
            "Thank you for asking. The head of our sales team will decide on this and answer you "
            "today or on the next working day."
        )


def test_the_day_of_an_invoice_is_said_as_people_say_it() -> None:
    words = Message("reminder", {"invoice": "R-1", "due": "2026-10-01"}).words()
    assert words == {
        "en": "May we remind you of invoice R-1, which was due on 1 October 2026?",
        "ko": "결제 기한이 2026년 10월 1일이었던 청구서 R-1의 결제를 확인해 주시겠습니까?",
        "zh-hant": "另外提醒您，發票 R-1 的付款期限為 2026 年 10 月 1 日。",
    }


def test_only_who_waits_in_a_turn_comes_first() -> None:
    assert sentences.waits(sentences.SENTENCES["take_order"])
    assert not sentences.waits(sentences.SENTENCES["take_discount"])  # it is granted at once
