"""What shipping knows: what went out, how late, and what came back."""

from typing import Final

from concord.facts.fact import Fact

FACTS: Final = (
    Fact(
        key="shipments_12_months",
        words={
            "en": "Shipments in the last 12 months",
            "ko": "최근 12개월 출하 건수",
            "zh-hant": "近 12 個月出貨次數",
        },
        expression='count(shipment[closed > today() - duration("P1Y") and status != "cancelled"])',
        empty=0,
        everyday=True,
        department="shipping",
    ),
    Fact(
        key="open_shipments",
        words={"en": "Shipments not yet sent", "ko": "미출하 건수", "zh-hant": "待出貨件數"},
        expression="count(shipment[closed = null])",
        empty=0,
        everyday=True,
        department="shipping",
    ),
    Fact(
        key="late_shipments_90_days",
        words={
            "en": "Late shipments, promised in the last 90 days",
            "ko": "최근 90일 지연 출하 건수",
            "zh-hant": "近 90 天延遲出貨次數",
        },
        expression=(
            'count(shipment[due >= today() - duration("P90D") and days_late > 0'
            ' and (closed = null or status != "cancelled")])'
        ),
        empty=0,
        everyday=True,
        department="shipping",
    ),
    Fact(
        key="returns_12_months",
        words={
            "en": "Goods returned in the last 12 months",
            "ko": "최근 12개월 반품 건수",
            "zh-hant": "近 12 個月退貨次數",
        },
        expression='count(goods_return[opened > today() - duration("P1Y")])',
        empty=0,
        department="shipping",
    ),
    Fact(
        key="open_returns",
        words={"en": "Returns in progress", "ko": "처리 중인 반품", "zh-hant": "處理中的退貨"},
        expression="count(goods_return[closed = null])",
        empty=0,
        department="shipping",
    ),
)
