"""What accounting knows: money owed, money received, and who may not be supplied."""

from typing import Final

from concord.records.types.declaration import Field, FieldType, RecordType, Rule, Status, words
from concord.records.types.shared import CANCELLED, OPEN

DEPARTMENT: Final = "accounts"

INVOICE = RecordType(
    key="invoice",
    words=words("Invoice", "청구서", "發票"),
    plural=words("Invoices", "청구서", "發票"),
    icon="invoice",
    department=DEPARTMENT,
    statuses=(
        OPEN,
        Status("paid", words("Paid", "결제 완료", "已付清"), closes=True),
        Status("written_off", words("Written off", "대손 처리", "已沖銷"), closes=True),
        CANCELLED,
    ),
    fields=(
        # The source's own flag, without a date. A dispute with dates is a record of its own.
        Field("disputed", words("Disputed", "이의 제기", "有爭議"), FieldType.BOOLEAN),
        Field("terms", words("Terms of payment", "결제 조건", "付款條件")),
        Field("order_number", words("Order number", "주문 번호", "訂單編號")),
        Field("billing", words("Sent as", "발송 방식", "寄送方式")),
    ),
    shows=("opened", "due", "closed", "amount", "outstanding", "status"),
    columns={
        "opened": words("Issued", "발행일", "開立日"),
        "due": words("Due", "지급 기한", "到期日"),
        "closed": words("Settled", "결제일", "結清日"),
    },
    uses=("due", "amount"),
)

PAYMENT = RecordType(
    key="payment",
    words=words("Payment", "입금", "付款"),
    plural=words("Payments", "입금", "付款"),
    icon="payment",
    department=DEPARTMENT,
    statuses=(
        Status("received", words("Received", "입금 확인", "已收款"), closes=True),
        Status("announced", words("Announced", "입금 예정", "已通知")),
        Status("bounced", words("Bounced", "입금 취소", "退票"), closes=True),
    ),
    fields=(
        Field("method", words("Method", "결제 수단", "付款方式")),
        Field("reference", words("Reference", "참조 번호", "參考號")),
    ),
    shows=("opened", "amount", "status"),
    columns={"opened": words("Received", "입금일", "收款日")},
    uses=("amount",),
)

CREDIT_NOTE = RecordType(
    key="credit_note",
    words=words("Credit note", "대변 전표", "貸項通知單"),
    plural=words("Credit notes", "대변 전표", "貸項通知單"),
    icon="credit-note",
    department=DEPARTMENT,
    statuses=(
        OPEN,
        Status("applied", words("Applied", "적용 완료", "已沖抵"), closes=True),
        CANCELLED,
    ),
    fields=(Field("reason", words("Reason", "사유", "原因")),),
    shows=("opened", "amount", "status"),
    columns={"opened": words("Issued", "발행일", "開立日")},
    uses=("amount",),
)

CREDIT_HOLD = RecordType(
    key="credit_hold",
    words=words("Credit hold", "거래 보류", "暫停往來"),
    plural=words("Credit holds", "거래 보류", "暫停往來"),
    icon="hold",
    department=DEPARTMENT,
    statuses=(
        Status("in_force", words("In force", "적용 중", "生效中")),
        Status("lifted", words("Lifted", "해제", "已解除"), closes=True),
    ),
    fields=(
        Field("reason", words("Reason", "사유", "原因"), long=True),
        Field("set_by", words("Set by", "설정한 사람", "設定人")),
    ),
    shows=("opened", "closed", "unit", "reason", "status"),
    columns={
        "opened": words("Since", "시작일", "起始日"),
        "due": words("Review on", "재검토일", "複審日"),
        "closed": words("Lifted", "해제일", "解除日"),
    },
    rules={"due": Rule.CURRENT},
    by_hand=True,
    guarded=True,
)

DISPUTE = RecordType(
    key="dispute",
    words=words("Dispute", "이의", "爭議"),
    plural=words("Disputes", "이의", "爭議"),
    icon="dispute",
    department=DEPARTMENT,
    statuses=(
        OPEN,
        Status("accepted", words("Accepted", "수용", "已認可"), closes=True),
        Status("rejected", words("Rejected", "기각", "已駁回"), closes=True),
    ),
    fields=(
        Field("reason", words("Reason", "사유", "原因"), long=True),
        Field("invoice_number", words("Invoice number", "청구서 번호", "發票號碼")),
    ),
    shows=("opened", "closed", "amount", "owner", "status"),
    columns={
        "opened": words("Raised", "제기일", "提出日"),
        "due": words("Answer by", "답변 기한", "答覆期限"),
        "amount": words("Disputed amount", "이의 금액", "爭議金額"),
    },
    uses=("due", "amount", "owner"),
    by_hand=True,
)

BALANCE = RecordType(
    key="balance",
    words=words("Balance", "잔액", "餘額"),
    plural=words("Balances", "잔액", "餘額"),
    icon="balance",
    department=DEPARTMENT,
    # A snapshot of one day: over as soon as it is said.
    statuses=(Status("stated", words("Stated", "확인됨", "已列示"), closes=True),),
    fields=(
        Field("overdue", words("Of it overdue", "연체 금액", "其中逾期"), FieldType.MONEY),
        Field("credit_limit", words("Credit limit", "여신 한도", "信用額度"), FieldType.MONEY),
    ),
    shows=("opened", "amount", "overdue"),
    columns={"opened": words("As of", "기준일", "截至")},
    uses=("amount",),
)

TYPES: Final = (INVOICE, PAYMENT, CREDIT_NOTE, CREDIT_HOLD, DISPUTE, BALANCE)
