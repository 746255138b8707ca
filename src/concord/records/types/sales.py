"""What sales and order handling know: leads, deals, quotes, orders, contracts."""

from typing import Final

from concord.records.types.declaration import Field, FieldType, RecordType, Rule, Status, words
from concord.records.types.shared import CANCELLED, NOTES, OPEN

DEPARTMENT: Final = "sales"
PRODUCT: Final = Field("product", words("Product", "제품", "產品"), FieldType.PRODUCT)

LEAD = RecordType(
    key="lead",
    words=words("Lead", "잠재 고객", "潛在客戶"),
    plural=words("Leads", "잠재 고객", "潛在客戶"),
    icon="lead",
    department=DEPARTMENT,
    statuses=(
        Status("new", words("New", "신규", "新")),
        Status("contacted", words("Contacted", "연락함", "已聯絡")),
        Status("qualified", words("Qualified", "유망", "已確認"), closes=True),
        Status("dropped", words("Dropped", "중단", "已放棄"), closes=True),
    ),
    fields=(
        Field("origin", words("Came through", "유입 경로", "來源")),
        Field("interest", words("Interest", "관심 사항", "需求"), long=True),
        PRODUCT,
    ),
    shows=("opened", "origin", "owner", "status"),
    uses=("owner",),
    by_hand=True,
)

DEAL = RecordType(
    key="deal",
    words=words("Deal", "영업 기회", "商機"),
    plural=words("Deals", "영업 기회", "商機"),
    icon="deal",
    department=DEPARTMENT,
    statuses=(
        Status("prospecting", words("Prospecting", "발굴", "開發中")),
        Status("engaging", words("Engaging", "접촉 중", "洽談中")),
        Status("proposal", words("Proposal made", "제안", "已提案")),
        Status("negotiation", words("Negotiation", "협상", "議價中")),
        Status("won", words("Won", "성사", "成交"), closes=True),
        Status("lost", words("Lost", "실패", "未成交"), closes=True),
    ),
    fields=(
        PRODUCT,
        Field(
            "probability",
            words("Probability in %", "성사 확률(%)", "成交機率（%）"),
            FieldType.NUMBER,
            Rule.CURRENT,
        ),
        Field("pipeline", words("Pipeline", "영업 파이프라인", "銷售流程"), rule=Rule.CURRENT),
        Field("agent", words("Handled by", "담당 영업", "業務人員"), rule=Rule.CURRENT),
        Field("lost_because", words("Lost because", "실패 사유", "失敗原因"), rule=Rule.CURRENT),
        NOTES,
    ),
    shows=("opened", "due", "amount", "owner", "status"),
    columns={
        "status": words("Stage", "단계", "階段"),
        "due": words("Expected close", "예상 마감일", "預計成交日"),
        "amount": words("Value", "금액", "金額"),
    },
    rules={"due": Rule.CURRENT, "amount": Rule.CURRENT},
    uses=("due", "amount", "owner"),
    by_hand=True,
)

QUOTE = RecordType(
    key="quote",
    words=words("Quote", "견적", "報價單"),
    plural=words("Quotes", "견적", "報價單"),
    icon="quote",
    department=DEPARTMENT,
    statuses=(
        Status("draft", words("Draft", "초안", "草稿")),
        Status("sent", words("Sent", "발송", "已送出")),
        Status("accepted", words("Accepted", "수락", "已接受"), closes=True),
        Status("declined", words("Declined", "거절", "已婉拒"), closes=True),
        Status("expired", words("Expired", "기한 만료", "已過期"), closes=True),
    ),
    fields=(NOTES,),
    shows=("opened", "due", "amount", "status"),
    columns={"due": words("Valid until", "유효 기한", "有效期限")},
    rules={"amount": Rule.CURRENT},
    uses=("due", "amount", "owner"),
    by_hand=True,
)

ORDER = RecordType(
    key="order",
    words=words("Order", "주문", "訂單"),
    plural=words("Orders", "주문", "訂單"),
    icon="order",
    department=DEPARTMENT,
    statuses=(
        OPEN,
        Status("confirmed", words("Confirmed", "확정", "已確認")),
        Status("shipped", words("Shipped", "출하", "已出貨"), closes=True),
        Status("invoiced", words("Invoiced", "청구 완료", "已開票"), closes=True),
        CANCELLED,
    ),
    fields=(
        Field("reference", words("Customer's reference", "고객 참조 번호", "客戶參考號")),
        Field("net", words("Net", "공급가액", "未稅金額"), FieldType.MONEY),
        Field("tax", words("Tax", "세액", "稅額"), FieldType.MONEY),
        Field("freight", words("Freight", "운임", "運費"), FieldType.MONEY),
        Field("online", words("Ordered online", "온라인 주문", "線上訂購"), FieldType.BOOLEAN),
        Field("agent", words("Handled by", "담당 영업", "業務人員"), rule=Rule.CURRENT),
    ),
    shows=("opened", "due", "amount", "status"),
    columns={
        "opened": words("Ordered", "주문일", "下單日"),
        "due": words("Wanted by", "납기", "交期"),
        "closed": words("Fulfilled", "이행일", "完成日"),
    },
    uses=("due", "amount"),
)

CONTRACT = RecordType(
    key="contract",
    words=words("Contract", "계약", "合約"),
    plural=words("Contracts", "계약", "合約"),
    icon="contract",
    department=DEPARTMENT,
    statuses=(
        Status("running", words("Running", "유효", "生效中")),
        Status("ended", words("Ended", "종료", "已終止"), closes=True),
    ),
    fields=(
        Field("kind", words("Kind", "종류", "類別")),
        Field("level", words("Service level", "서비스 수준", "服務等級")),
        NOTES,
    ),
    shows=("opened", "due", "kind", "amount", "status"),
    columns={
        "opened": words("From", "시작일", "起始日"),
        "due": words("Runs until", "만료일", "到期日"),
        "closed": words("Ended", "종료일", "終止日"),
    },
    uses=("due", "amount"),
)

TYPES: Final = (LEAD, DEAL, QUOTE, ORDER, CONTRACT)
