"""What shipping knows: goods on their way out and back."""

from typing import Final

from concord.records.types.declaration import Field, FieldType, RecordType, Rule, Status, words
from concord.records.types.shared import CANCELLED

DEPARTMENT: Final = "shipping"

SHIPMENT = RecordType(
    key="shipment",
    words=words("Shipment", "출하", "出貨"),
    plural=words("Shipments", "출하", "出貨"),
    icon="shipment",
    department=DEPARTMENT,
    statuses=(
        Status("planned", words("Planned", "예정", "待出貨")),
        Status("packed", words("Packed", "포장 완료", "已包裝")),
        Status("sent", words("Sent", "발송", "已出貨"), closes=True),
        Status("delivered", words("Delivered", "배송 완료", "已送達"), closes=True),
        CANCELLED,
    ),
    fields=(
        Field("order_number", words("Order number", "주문 번호", "訂單編號")),
        Field("carrier", words("Carrier", "운송사", "承運商")),
        Field("tracking", words("Tracking number", "송장 번호", "追蹤號碼"), rule=Rule.CURRENT),
        Field(
            "delivered_on",
            words("Delivered on", "배송일", "送達日"),
            FieldType.DATE,
            Rule.DATED,
            dated_by="delivered_on",
        ),
    ),
    shows=("opened", "due", "closed", "status"),
    columns={
        "opened": words("Requested", "요청일", "申請日"),
        "due": words("Promised", "약속일", "承諾日"),
        "closed": words("Sent", "발송일", "出貨日"),
    },
)

GOODS_RETURN = RecordType(
    key="goods_return",
    words=words("Goods return", "반품", "退貨"),
    plural=words("Goods returns", "반품", "退貨"),
    icon="return",
    department=DEPARTMENT,
    statuses=(
        Status("announced", words("Announced", "접수", "已申請")),
        Status("received", words("Received", "입고", "已收到")),
        Status("credited", words("Credited", "환급 완료", "已退款"), closes=True),
        Status("refused", words("Refused", "거절", "已拒絕"), closes=True),
    ),
    fields=(
        Field("reason", words("Reason", "사유", "原因"), long=True),
        Field("order_number", words("Order number", "주문 번호", "訂單編號")),
        Field("product", words("Product", "제품", "產品"), FieldType.PRODUCT),
    ),
    shows=("opened", "product", "reason", "status"),
    uses=("due", "amount"),
    by_hand=True,
)

TYPES: Final = (SHIPMENT, GOODS_RETURN)
