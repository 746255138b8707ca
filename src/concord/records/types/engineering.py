"""What engineering knows: the questions put to it, and what it certified."""

from typing import Final

from concord.records.types.declaration import Field, FieldType, RecordType, Rule, Status, words

DEPARTMENT: Final = "engineering"
PRODUCT: Final = Field("product", words("Product", "제품", "產品"), FieldType.PRODUCT)

ENGINEERING_QUESTION = RecordType(
    key="engineering_question",
    words=words("Engineering question", "기술 문의", "技術諮詢"),
    plural=words("Engineering questions", "기술 문의", "技術諮詢"),
    icon="question",
    department=DEPARTMENT,
    statuses=(
        Status("asked", words("Asked", "접수", "已提出")),
        Status("studied", words("Being studied", "검토 중", "研究中")),
        Status("answered", words("Answered", "답변 완료", "已答覆"), closes=True),
        Status("declined", words("Declined", "거절", "已婉拒"), closes=True),
    ),
    fields=(
        PRODUCT,
        Field("question", words("Question", "문의 내용", "問題"), long=True),
        Field("answer", words("Answer", "답변", "答覆"), rule=Rule.CURRENT, long=True),
        Field("safety", words("Safety concern", "안전 우려", "安全疑慮"), FieldType.BOOLEAN),
    ),
    shows=("opened", "product", "due", "owner", "status"),
    columns={"due": words("Answer by", "답변 기한", "答覆期限")},
    rules={"due": Rule.CURRENT},
    uses=("due", "owner"),
    by_hand=True,
)

CERTIFICATE = RecordType(
    key="certificate",
    words=words("Certificate", "교정 성적서", "校正證書"),
    plural=words("Certificates", "교정 성적서", "校正證書"),
    icon="certificate",
    department=DEPARTMENT,
    statuses=(
        Status("valid", words("Valid", "유효", "有效")),
        Status("expired", words("Expired", "만료", "已過期"), closes=True),
        Status("revoked", words("Revoked", "철회", "已撤銷"), closes=True),
    ),
    fields=(
        PRODUCT,
        Field("serial", words("Serial number", "일련번호", "序號")),
        Field("standard", words("Standard", "규격", "標準")),
    ),
    shows=("opened", "product", "serial", "due", "status"),
    columns={
        "opened": words("Issued", "발행일", "核發日"),
        "due": words("Valid until", "유효 기한", "有效期限"),
    },
)

TYPES: Final = (ENGINEERING_QUESTION, CERTIFICATE)
