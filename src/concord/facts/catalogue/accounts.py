"""What accounts knows: what is owed, what is late, what is disputed, who is on hold."""

from typing import Final

from concord.facts.fact import Fact

FACTS: Final = (
    Fact(
        key="hold_set_by_accounting",
        words={
            "en": "Hold set by accounts",
            "ko": "회계팀이 설정한 거래 보류",
            "zh-hant": "會計設定的暫停往來",
        },
        expression="count(credit_hold[closed = null]) > 0",
        type="boolean",
        empty=False,
        unit=True,
        department="accounts",
        shown="yes_no",
    ),
    Fact(
        key="units_on_hold",
        words={
            "en": "Business units with a hold",
            "ko": "거래 보류 중인 사업부",
            "zh-hant": "已暫停往來的事業單位",
        },
        expression="distinct values(credit_hold[closed = null and unit != null].unit)",
        type="list<string>",
        empty=[],
        department="accounts",
        shown="units",
    ),
    Fact(
        key="outstanding_balance",
        words={"en": "Outstanding balance", "ko": "미수금 잔액", "zh-hant": "未結餘額"},
        expression=(
            "if count(invoice) > 0 then sum(invoice[outstanding > 0].outstanding)"
            " else sum(balance[latest].amount)"
        ),
        empty=0,
        unit=True,
        department="accounts",
        shown="money",
    ),
    Fact(
        key="reported_balance",
        words={
            "en": "Balance as reported",
            "ko": "통보된 잔액",
            "zh-hant": "系統回報的餘額",
        },
        expression="sum(balance[latest].amount)",
        unit=True,
        department="accounts",
        shown="money",
    ),
    Fact(
        key="overdue_amount",
        words={
            "en": "Overdue, disputed amounts included",
            "ko": "연체 금액(이의 금액 포함)",
            "zh-hant": "逾期金額（含爭議款項）",
        },
        expression=(
            "if count(invoice) > 0 then sum(invoice[due < today() and outstanding > 0].outstanding)"
            " else sum(balance[latest and overdue != null].overdue)"
        ),
        empty=0,
        unit=True,
        department="accounts",
        shown="money",
    ),
    Fact(
        key="overdue_undisputed",
        words={
            "en": "Overdue, disputed amounts aside",
            "ko": "연체 금액(이의 금액 제외)",
            "zh-hant": "逾期金額（不含爭議款項）",
        },
        expression=(
            "if count(invoice) > 0"
            " then sum(invoice[due < today() and outstanding > 0 and disputed = false].outstanding)"
            " else sum(balance[latest and overdue != null].overdue)"
        ),
        empty=0,
        unit=True,
        department="accounts",
        shown="money",
    ),
    Fact(
        key="oldest_undisputed_overdue_days",
        words={
            "en": "Oldest overdue invoice, disputes aside",
            "ko": "최장 연체 일수(이의 건 제외)",
            "zh-hant": "最久逾期天數（不含爭議）",
        },
        expression=(
            "max(invoice[due < today() and outstanding > 0 and disputed = false].days_late)"
        ),
        empty=0,
        unit=True,
        department="accounts",
        shown="days",
    ),
    Fact(
        key="overdue_invoices",
        words={
            "en": "Overdue invoices, disputes aside",
            "ko": "연체 청구서 수(이의 건 제외)",
            "zh-hant": "逾期發票數（不含爭議）",
        },
        expression="count(invoice[due < today() and outstanding > 0 and disputed = false])",
        empty=0,
        unit=True,
        department="accounts",
    ),
    Fact(
        key="disputed_amount",
        words={"en": "Disputed amount", "ko": "이의 제기 금액", "zh-hant": "爭議金額"},
        expression="sum(invoice[outstanding > 0 and disputed].outstanding)",
        empty=0,
        unit=True,
        department="accounts",
        shown="money",
    ),
    Fact(
        key="revenue_12_months",
        words={
            "en": "Invoiced in the last 12 months",
            "ko": "최근 12개월 청구 금액",
            "zh-hant": "近 12 個月開立發票金額",
        },
        expression='sum(invoice[opened > today() - duration("P1Y")].amount)',
        empty=0,
        everyday=True,
        department="accounts",
        shown="money",
    ),
    Fact(
        key="revenue_12_months_before",
        words={
            "en": "Invoiced in the 12 months before",
            "ko": "그 이전 12개월 청구 금액",
            "zh-hant": "再前 12 個月開立發票金額",
        },
        expression=(
            'sum(invoice[opened > today() - duration("P2Y")'
            ' and opened <= today() - duration("P1Y")].amount)'
        ),
        empty=0,
        everyday=True,
        department="accounts",
        shown="money",
    ),
    Fact(
        key="average_days_late",
        words={
            "en": "Average days late, invoices settled in 12 months",
            "ko": "평균 지연 일수(최근 12개월 결제 건)",
            "zh-hant": "平均逾期天數（近 12 個月已結清）",
        },
        expression=(
            'round half up(mean(invoice[closed > today() - duration("P1Y")'
            " and due != null].days_late), 1)"
        ),
        unit=True,
        department="accounts",
        shown="days",
    ),
    Fact(
        key="average_days_to_pay",
        words={
            "en": "Average days to pay, invoices settled in 12 months",
            "ko": "평균 결제 소요 일수(최근 12개월 결제 건)",
            "zh-hant": "平均付款天數（近 12 個月已結清）",
        },
        expression=(
            'round half up(mean(invoice[closed > today() - duration("P1Y")'
            " and opened != null].days_open), 1)"
        ),
        department="accounts",
        shown="days",
    ),
    Fact(
        key="paid_late_share",
        words={
            "en": "Share of invoices paid late in 12 months",
            "ko": "최근 12개월 기한 후 결제 비율",
            "zh-hant": "近 12 個月遲付發票比例",
        },
        expression=(
            'round half up(100 * count(invoice[closed > today() - duration("P1Y")'
            ' and days_late > 0]) / count(invoice[closed > today() - duration("P1Y")'
            " and due != null]), 1)"
        ),
        department="accounts",
        shown="percent",
    ),
    Fact(
        key="days_since_payment",
        words={
            "en": "Days since the last payment",
            "ko": "최근 입금 후 경과 일수",
            "zh-hant": "距上次付款天數",
        },
        expression="min(payment[opened != null].age)",
        department="accounts",
        shown="days",
    ),
    Fact(
        key="credit_limit",
        words={"en": "Credit limit", "ko": "여신 한도", "zh-hant": "信用額度"},
        expression="sum(balance[latest and credit_limit != null].credit_limit)",
        unit=True,
        department="accounts",
        shown="money",
    ),
    Fact(
        key="group_outstanding_balance",
        words={
            "en": "Outstanding balance of the whole group",
            "ko": "그룹 전체 미수금 잔액",
            "zh-hant": "集團整體未結餘額",
        },
        expression="sum(invoice[outstanding > 0].outstanding)",
        empty=0,
        scope="group",
        unit=True,
        department="accounts",
        shown="money",
    ),
    Fact(
        key="group_overdue_undisputed",
        words={
            "en": "Overdue in the whole group, disputed amounts aside",
            "ko": "그룹 전체 연체 금액(이의 금액 제외)",
            "zh-hant": "集團整體逾期金額（不含爭議款項）",
        },
        expression=(
            "sum(invoice[due < today() and outstanding > 0 and disputed = false].outstanding)"
        ),
        empty=0,
        scope="group",
        unit=True,
        department="accounts",
        shown="money",
    ),
)
