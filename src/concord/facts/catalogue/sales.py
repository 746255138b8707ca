"""What sales knows: orders, deals, contracts, how long and how well we know each other."""

from typing import Final

from concord.facts.fact import Fact

FACTS: Final = (
    Fact(
        key="customer_since",
        words={"en": "Customer since", "ko": "거래 시작일", "zh-hant": "成為客戶日期"},
        expression="min(trade[opened != null].opened)",
        type="date",
        department="sales",
        shown="date",
    ),
    Fact(
        key="key_account",
        words={"en": "Key account", "ko": "핵심 고객", "zh-hant": "重要客戶"},
        expression='customer.segment = "key"',
        type="boolean",
        empty=False,
        department="sales",
        shown="yes_no",
    ),
    Fact(
        key="orders_12_months",
        words={
            "en": "Orders in the last 12 months",
            "ko": "최근 12개월 주문 수",
            "zh-hant": "近 12 個月訂單數",
        },
        expression='count(order[opened > today() - duration("P1Y")])',
        empty=0,
        everyday=True,
        department="sales",
    ),
    Fact(
        key="purchases_12_months",
        words={
            "en": "Purchases in the last 12 months (orders, else invoices)",
            "ko": "최근 12개월 구매 건수(주문, 없으면 청구서)",
            "zh-hant": "近 12 個月購買次數（訂單，無訂單則計發票）",
        },
        expression=(
            'if count(order) > 0 then count(order[opened > today() - duration("P1Y")])'
            ' else count(invoice[opened > today() - duration("P1Y")])'
        ),
        empty=0,
        everyday=True,
        department="sales",
    ),
    Fact(
        key="order_amount_12_months",
        words={
            "en": "Ordered in the last 12 months",
            "ko": "최근 12개월 주문 금액",
            "zh-hant": "近 12 個月訂購金額",
        },
        expression='sum(order[opened > today() - duration("P1Y")].amount)',
        empty=0,
        everyday=True,
        department="sales",
        shown="money",
    ),
    Fact(
        key="open_orders_amount",
        words={"en": "Open orders", "ko": "미완료 주문 금액", "zh-hant": "未完成訂單金額"},
        expression="sum(order[closed = null].amount)",
        empty=0,
        unit=True,
        everyday=True,
        department="sales",
        shown="money",
    ),
    Fact(
        key="open_deals_amount",
        words={"en": "Open deals", "ko": "진행 중인 영업 기회 금액", "zh-hant": "進行中商機金額"},
        expression="sum(deal[closed = null and amount != null].amount)",
        empty=0,
        department="sales",
        shown="money",
    ),
    Fact(
        key="won_deals_12_months",
        words={
            "en": "Deals won in the last 12 months",
            "ko": "최근 12개월 수주 건수",
            "zh-hant": "近 12 個月成交商機數",
        },
        expression='count(deal[closed > today() - duration("P1Y") and status = "won"])',
        empty=0,
        department="sales",
    ),
    Fact(
        key="open_quotes",
        words={"en": "Open quotes", "ko": "유효한 견적 수", "zh-hant": "待回覆報價數"},
        expression="count(quote[closed = null])",
        empty=0,
        department="sales",
    ),
    Fact(
        key="contracts_in_force",
        words={"en": "Contracts in force", "ko": "유효한 계약 수", "zh-hant": "有效合約數"},
        expression="count(contract[closed = null and (due = null or due >= today())])",
        empty=0,
        department="sales",
    ),
    Fact(
        key="days_since_contact",
        words={
            "en": "Days since the last contact",
            "ko": "최근 연락 후 경과 일수",
            "zh-hant": "距上次聯繫天數",
        },
        expression="min(contact[opened != null].age)",
        department="sales",
        shown="days",
    ),
    Fact(
        key="group_revenue_12_months",
        words={
            "en": "Invoiced to the whole group in the last 12 months",
            "ko": "그룹 전체 최근 12개월 청구 금액",
            "zh-hant": "集團整體近 12 個月開立發票金額",
        },
        expression='sum(invoice[opened > today() - duration("P1Y")].amount)',
        empty=0,
        scope="group",
        everyday=True,
        department="sales",
        shown="money",
    ),
)
