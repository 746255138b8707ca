"""What support knows: what the customer waits for, and how bad it is."""

from typing import Final

from concord.facts.fact import Fact

FACTS: Final = (
    Fact(
        key="open_cases",
        words={"en": "Open support cases", "ko": "처리 중인 지원 요청", "zh-hant": "未結支援案件"},
        expression="count(case[closed = null])",
        empty=0,
        department="support",
    ),
    Fact(
        key="open_critical_cases",
        words={
            "en": "Open critical cases",
            "ko": "처리 중인 긴급 지원 요청",
            "zh-hant": "未結緊急案件",
        },
        expression='count(case[closed = null and severity = "critical"])',
        empty=0,
        department="support",
    ),
    Fact(
        key="open_safety_complaints",
        words={
            "en": "Open safety complaints",
            "ko": "처리 중인 안전 관련 불만",
            "zh-hant": "未結安全客訴",
        },
        expression="count(case[closed = null and safety])",
        empty=0,
        department="support",
    ),
    Fact(
        key="late_cases",
        words={
            "en": "Open cases past their promise",
            "ko": "답변 기한이 지난 지원 요청",
            "zh-hant": "逾時未答覆的案件",
        },
        expression="count(case[closed = null and due < today()])",
        empty=0,
        department="support",
    ),
    Fact(
        key="cases_12_months",
        words={
            "en": "Support cases in the last 12 months",
            "ko": "최근 12개월 지원 요청 수",
            "zh-hant": "近 12 個月支援案件數",
        },
        expression='count(case[opened > today() - duration("P1Y")])',
        empty=0,
        department="support",
    ),
)
