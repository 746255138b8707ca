"""Our promise in plain sentences: exact words, in three languages, for every rule."""

from __future__ import annotations

import re

import pytest
from django.utils import translation
from tests.treatment.cast import TODAY, Cast

from concord.treatment import policies, queries
from concord.treatment.actions.limits import move_limit
from concord.treatment.policy.reasons import NOTE, WHY
from concord.treatment.promise import PlainRule, Reader


def rules(language: str) -> dict[str, PlainRule]:
    with translation.override(language):
        sections = Reader(policies.in_force(TODAY).model, language).sections()
        return {rule.id: rule for section in sections for rule in section.rules}


@pytest.mark.parametrize(
    ("rule", "condition", "outcome"),
    [
        (
            "place_order.on_hold",
            "If the customer is on hold and no exception was granted",
            "Pass on: Accounts, today",
        ),
        (
            "place_order.watch_large",
            "If the customer is to be watched and no exception was granted and amount above"
            " 10,000 EUR",
            "Not yet: Accounts, today",
        ),
        (
            "place_order.best",
            "If the customer always pays and it is a key customer",
            "Go ahead: Sales, today, priority 1, A named contact, Reserved stock",
        ),
        (
            "place_order.in_turn",
            "If the customer is in good standing and it is not a key customer",
            "Go ahead: Sales, in turn, priority 3",
        ),
        ("complaint.safety", "If somebody could get hurt",
         "Take it now: Engineering, at once, priority 1"),
        ("standing.hold", "If accounts has set a hold", "on hold"),
        ("standing.good", "", "in good standing"),
        ("exception_by.price", "If request: Discount", "the sponsor"),
    ],
)  # fmt: skip
def test_a_rule_is_a_sentence(cast: Cast, rule: str, condition: str, outcome: str) -> None:
    said = rules("en")[rule]
    assert (said.condition, said.outcome) == (condition, outcome)


def test_every_rule_is_said_in_every_language(cast: Cast) -> None:
    english = rules("en")
    for language in ("ko", "zh-hant"):
        other = rules(language)
        assert set(other) == set(english)
        for key, rule in other.items():
            assert rule.reason != english[key].reason
            assert rule.outcome != english[key].outcome
            assert not rule.condition or rule.condition != english[key].condition


def test_the_sentences_say_it_naturally(cast: Cast) -> None:
    assert rules("ko")["place_order.on_hold"].condition == (
        "다음의 경우: 거래가 보류된 고객, 승인된 예외 없음"
    )
    assert rules("zh-hant")["place_order.on_hold"].condition == "若客戶已暫停往來且沒有例外"


HALF_WIDTH = re.compile(r"[,:;()]")
OUR_OWN = re.compile(r"\d,\d")  # digits of a number are grouped as everywhere


def test_chinese_has_its_own_punctuation(cast: Cast) -> None:
    said = rules("zh-hant")
    assert (
        said["place_order.best"].outcome
        == "可進行：業務部、於今日內、優先順序 1、專屬聯絡人、保留庫存"
    )
    assert said["exception_by.price"].condition == "若請求：折扣"
    assert "主管（會計部）" in said["exception_by.money"].outcome
    wrong = {
        key: text
        for key, rule in said.items()
        for text in (rule.condition, rule.outcome, rule.reason)
        if HALF_WIDTH.search(OUR_OWN.sub("", text))
    }
    assert wrong == {}


@pytest.mark.parametrize("language", ["ko", "zh-hant"])
def test_the_note_and_the_reason_of_the_first_version_are_said_in_every_language(
    cast: Cast, language: str
) -> None:
    (first,) = queries.versions()
    assert first.version.note_words == NOTE
    assert first.reason_words == {"en": "We begin with it."}  # as the sponsor wrote it
    first.reason = WHY[language]  # begun by somebody who reads another language
    assert first.reason_words == WHY


def test_a_rule_says_who_changed_it_last_and_why(cast: Cast) -> None:
    assert queries.changes(1) == {}
    reader = Reader(policies.in_force(TODAY).model, "en")
    (days,) = (
        limit
        for section in reader.sections()
        for limit in section.thresholds
        if (limit.table, limit.number) == ("standing", "30")
    )
    moved = move_limit(cast.sarah, days, "20", TODAY, "Twenty days is enough.", seen=1)
    assert moved.version.note_words == {
        "en": "Oldest overdue invoice, disputes aside: 30 → 20",
        "ko": "최장 연체 일수(이의 건 제외): 30 → 20",
        "zh-hant": "最久逾期天數（不含爭議）：30 → 20",
    }
    changes = queries.changes(moved.version.number)
    assert {row.reason for row in changes.values()} == {"Twenty days is enough."}
    assert "standing.overdue" in changes
    assert "place_order.best" not in changes
    assert queries.changes(1) == {}
