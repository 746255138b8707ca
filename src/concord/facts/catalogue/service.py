"""What service and scheduling know: what stands at the customer, and who goes there."""

from typing import Final

from concord.facts.fact import Fact

FACTS: Final = (
    Fact(
        key="installed_products",
        words={"en": "Installed products", "ko": "설치 제품 수", "zh-hant": "已安裝產品數"},
        expression="count(installed_product[closed = null])",
        empty=0,
        department="support",
    ),
    Fact(
        key="products_in_warranty",
        words={
            "en": "Installed products under warranty",
            "ko": "보증 기간 내 설치 제품 수",
            "zh-hant": "保固期內的產品數",
        },
        expression="count(installed_product[closed = null and warranty_until >= today()])",
        empty=0,
        department="support",
    ),
    Fact(
        key="planned_visits",
        words={
            "en": "Planned visits and appointments",
            "ko": "예정된 방문 및 예약",
            "zh-hant": "已安排的拜訪與預約",
        },
        expression="count(visit[closed = null]) + count(appointment[closed = null])",
        empty=0,
        department="scheduling",
    ),
)
