"""Rules as sentences that a manager reads."""

from __future__ import annotations

import pytest
from tests.dmn.drawn import one_table

from concord import dmn

INPUTS = {"standing": "string", "amount": "number", "safety": "boolean"}
WORDS = {
    "ko": {"standing": "신용 상태", "amount": "금액", "safety": "안전 우려", "result": "조치",
           "on hold": "거래 보류", "good": "양호", "go": "진행", "pass": "회계팀 이관"},
    "zh-hant": {"standing": "信用狀態", "amount": "金額", "safety": "安全疑慮", "result": "處置",
                "on hold": "暫停往來", "good": "良好", "go": "進行", "pass": "轉交會計"},
    "en": {"standing": "the standing", "amount": "the amount", "result": "the answer",
           "safety": "a safety concern"},
}  # fmt: skip

CASES = [
    (
        ['"on hold"', "> 10000", "-", '"pass"'],
        "If the standing is on hold and the amount is over 10,000, then the answer is pass.",
        "신용 상태가 거래 보류이고 금액이 10,000 초과이면, 조치는 회계팀 이관입니다.",
        "如果信用狀態為暫停往來，且金額超過 10,000，則處置為轉交會計。",
    ),
    (
        ['not("on hold")', "[1000..2500.5)", "true", '"go"'],
        "If the standing is not on hold and the amount is at least 1,000 and under 2,500.5"
        " and a safety concern applies, then the answer is go.",
        "신용 상태가 거래 보류가 아니고 금액이 1,000 이상 2,500.5 미만이고 안전 우려에 해당하면,"
        " 조치는 진행입니다.",
        "如果信用狀態不是暫停往來，且金額至少 1,000 且低於 2,500.5，且安全疑慮成立，則處置為進行。",
    ),
    (
        ['"good", "on hold"', "null", "false", '"go"'],
        "If the standing is good or on hold and the amount is not known and a safety concern does"
        " not apply, then the answer is go.",
        "신용 상태가 양호 또는 거래 보류이고 금액이 확인되지 않고 안전 우려에 해당하지 않으면,"
        " 조치는 진행입니다.",
        "如果信用狀態為良好或暫停往來，且金額未知，且安全疑慮不成立，則處置為進行。",
    ),
    (
        ["not(null)", "< 5, null", "-", '"go"'],
        "If the standing is known and the amount is under 5 or not known, then the answer is go.",
        "신용 상태가 확인되고 금액이 5 미만이거나 확인되지 않으면, 조치는 진행입니다.",
        "如果信用狀態已知，且金額低於 5 或未知，則處置為進行。",
    ),
    (
        ["-", "-", "-", '"go"'],
        "In every case, the answer is go.",
        "모든 경우에 조치는 진행입니다.",
        "在任何情況下，處置為進行。",
    ),
    (
        ["-", "> limit", "-", '"go"'],
        "If the amount meets “> limit”, then the answer is go.",
        "금액이 “> limit” 조건을 만족하면, 조치는 진행입니다.",
        "如果金額符合「> limit」，則處置為進行。",
    ),
]


@pytest.mark.parametrize(("cells", "en", "ko", "zh"), CASES, ids=[case[1][:40] for case in CASES])
def test_rule_sentence(cells: list[str], en: str, ko: str, zh: str) -> None:
    table = one_table(INPUTS, [cells]).tables["answer"]
    for language, wanted in (("en", en), ("ko", ko), ("zh-hant", zh)):
        words = WORDS[language]
        sentence = dmn.rule_sentence(
            table,
            table.rules[0],
            language,  # type: ignore[arg-type]
            lambda text, kind, words=words: words.get(text, text),
        )
        assert sentence == wanted
