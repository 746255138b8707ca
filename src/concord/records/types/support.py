"""What support and service know: cases, and what stands at the customer."""

from typing import Final

from concord.records.types.declaration import (
    Choice,
    Field,
    FieldType,
    RecordType,
    Rule,
    Status,
    words,
)
from concord.records.types.shared import CLOSED, NOTES

DEPARTMENT: Final = "support"
PRODUCT: Final = Field("product", words("Product", "제품", "產品"), FieldType.PRODUCT)
SERIAL: Final = Field("serial", words("Serial number", "일련번호", "序號"))

CASE = RecordType(
    key="case",
    words=words("Support case", "지원 요청", "支援案件"),
    plural=words("Support cases", "지원 요청", "支援案件"),
    icon="case",
    department=DEPARTMENT,
    statuses=(
        Status("new", words("New", "신규", "新")),
        Status("working", words("Being worked on", "처리 중", "處理中")),
        Status("waiting", words("Waiting for the customer", "고객 회신 대기", "等待客戶回覆")),
        Status("solved", words("Solved", "해결", "已解決"), closes=True),
        CLOSED,
    ),
    fields=(
        Field(
            "severity",
            words("Severity", "심각도", "嚴重程度"),
            FieldType.CHOICE,
            Rule.CURRENT,
            choices=(
                Choice("critical", words("Critical", "긴급", "緊急")),
                Choice("high", words("High", "높음", "高")),
                Choice("normal", words("Normal", "보통", "一般")),
                Choice("low", words("Low", "낮음", "低")),
            ),
        ),
        Field("safety", words("Safety concern", "안전 우려", "安全疑慮"), FieldType.BOOLEAN),
        PRODUCT,
        SERIAL,
        Field(
            "description", words("What happened", "내용", "狀況說明"), rule=Rule.CURRENT, long=True
        ),
    ),
    shows=("opened", "severity", "due", "owner", "status"),
    columns={"due": words("Answer by", "답변 기한", "答覆期限")},
    rules={"due": Rule.CURRENT},
    uses=("due", "owner"),
    by_hand=True,
)

INSTALLED_PRODUCT = RecordType(
    key="installed_product",
    words=words("Installed product", "설치 제품", "已安裝產品"),
    plural=words("Installed products", "설치 제품", "已安裝產品"),
    icon="product",
    department=DEPARTMENT,
    statuses=(
        Status("in_use", words("In use", "사용 중", "使用中")),
        Status("retired", words("Retired", "폐기", "已停用"), closes=True),
    ),
    fields=(
        Field("product", words("Product", "제품", "產品"), FieldType.PRODUCT, required=True),
        SERIAL,
        Field("location", words("Where it stands", "설치 장소", "安裝地點"), rule=Rule.CURRENT),
        Field("warranty_until", words("Warranty until", "보증 기한", "保固期限"), FieldType.DATE),
        NOTES,
    ),
    shows=("product", "serial", "opened", "due", "status"),
    columns={
        "opened": words("Installed", "설치일", "安裝日"),
        "due": words("Service due", "정비 예정일", "保養到期日"),
        "closed": words("Retired", "폐기일", "停用日"),
    },
    rules={"due": Rule.CURRENT},
    by_hand=True,
)

TYPES: Final = (CASE, INSTALLED_PRODUCT)
