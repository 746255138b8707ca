"""What engineering knows: questions that wait for it, and certificates that run out."""

from typing import Final

from concord.facts.fact import Fact

FACTS: Final = (
    Fact(
        key="open_engineering_questions",
        words={
            "en": "Open engineering questions",
            "ko": "처리 중인 기술 문의",
            "zh-hant": "未結技術諮詢",
        },
        expression="count(engineering_question[closed = null])",
        empty=0,
        department="engineering",
    ),
    Fact(
        key="oldest_engineering_question_days",
        words={
            "en": "Oldest open engineering question",
            "ko": "가장 오래된 기술 문의 경과 일수",
            "zh-hant": "最久未結技術諮詢天數",
        },
        expression="max(engineering_question[closed = null and opened != null].age)",
        empty=0,
        department="engineering",
        shown="days",
    ),
    Fact(
        key="certificates_due_60_days",
        words={
            "en": "Certificates that run out within 60 days",
            "ko": "60일 이내 만료되는 교정 성적서",
            "zh-hant": "60 天內到期的校正證書",
        },
        expression=(
            "count(certificate[closed = null and due >= today()"
            ' and due <= today() + duration("P60D")])'
        ),
        empty=0,
        department="engineering",
    ),
)
