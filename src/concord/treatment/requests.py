"""What a customer may come with: nine kinds built in, a company's own as rows.

A request declares the fields that its treatment may depend on. None of them is required here: a
field that was not given is asked for when, and only when, the policy's path needs it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Literal

from django.utils.translation import gettext as _

from concord.kernel.errors import Problem
from concord.kernel.words import Words, say

FieldType = Literal["money", "percent", "number", "text", "boolean", "date", "choice", "unit"]
FieldValue = Decimal | str | bool | date | None
MAX_TEXT = 500
MAX_NUMBER = Decimal("1e15")
GROUPED: Final = re.compile(r"\d{1,3}(,\d{3})+(\.\d*)?")
TWO_WAYS: Final = re.compile(r"[1-9]\d{0,2}\.\d{3}")  # thirty, or thirty thousand


@dataclass(frozen=True, slots=True)
class RequestField:
    """One thing to know about a request. `asks` is the question that fills it.

    `money` is in the company's currency; `unit` holds the key of a business unit.
    """

    key: str
    words: Words
    type: FieldType
    asks: Words
    choices: Mapping[str, Words] | None = None


@dataclass(frozen=True, slots=True)
class RequestKind:
    """A kind of request. `about` names the record type that it can be about ("this order").

    `decision` is the id of the policy's table that answers it (none: its own key); a policy without
    that table answers by the one for any other request.
    """

    key: str
    words: Words
    fields: tuple[RequestField, ...]
    about: str | None
    department: str
    decision: str = ""

    @property
    def table(self) -> str:
        return self.decision or self.key

    def field(self, key: str) -> RequestField | None:
        return next((each for each in self.fields if each.key == key), None)


def words(en: str, ko: str, zh: str) -> Words:
    return {"en": en, "ko": ko, "zh-hant": zh}


UNIT: Final = RequestField(
    "unit",
    words("Business unit", "사업부", "事業單位"),
    "unit",
    words("Which business unit is it for?", "어느 사업부의 일입니까?", "這是哪個事業單位的業務？"),
)
AMOUNT: Final = RequestField(
    "amount",
    words("Amount", "금액", "金額"),
    "money",
    words("What is the amount?", "금액이 얼마입니까?", "金額是多少？"),
)
PRODUCT: Final = RequestField(
    "product",
    words("Product", "제품", "產品"),
    "text",
    words("Which product is it about?", "어떤 제품에 관한 것입니까?", "是關於哪項產品？"),
)
SAFETY: Final = RequestField(
    "safety_concern",
    words("Safety concern", "안전 우려", "安全疑慮"),
    "boolean",
    words(
        "Could somebody get hurt?",
        "사람이 다칠 위험이 있습니까?",
        "是否可能有人因此受傷？",
    ),
)
PERCENT: Final = RequestField(
    "percent",
    words("Discount, %", "할인율(%)", "折扣（%）"),
    "percent",
    words(
        "How much discount do they ask for, in percent?",
        "할인을 몇 퍼센트 요청합니까?",
        "對方希望折扣多少百分比？",
    ),
)
STANDSTILL: Final = RequestField(
    "standstill",
    words("Their work stands still", "고객 작업 중단", "客戶作業停擺"),
    "boolean",
    words(
        "Does their work stand still without the part?",
        "부품이 없어 고객의 작업이 멈춰 있습니까?",
        "少了這個零件，客戶的作業是否停擺？",
    ),
)
REASON: Final = RequestField(
    "reason",
    words("Reason", "사유", "原因"),
    "choice",
    words("Why do they send it back?", "반품하려는 이유가 무엇입니까?", "對方為什麼要退貨？"),
    {
        "wrong item": words("wrong item sent", "다른 제품이 배송됨", "寄錯商品"),
        "damaged": words("arrived damaged", "배송 중 파손", "到貨時已損壞"),
        "defective": words(
            "defective or under warranty", "불량 또는 보증 수리", "瑕疵或保固範圍內的故障"
        ),
        "not as ordered": words("not as ordered", "주문 사양과 다름", "與訂購規格不符"),
        "our mistake": words("another mistake of ours", "그 밖의 당사 과실", "其他我方疏失"),
        "calibration": words("for calibration or repair", "교정 또는 유상 수리", "送校正或維修"),
        "not needed": words("no longer needed", "더 이상 필요 없음", "不再需要"),
        "change of mind": words("change of mind", "단순 변심", "改變心意"),
    },
)
DAY: Final = RequestField(
    "date",
    words("Wished date", "희망 날짜", "希望日期"),
    "date",
    words("Which day do they wish?", "어느 날짜를 희망합니까?", "希望哪一天？"),
)

BUILT_IN: Final = (
    RequestKind(
        "place_order",
        words("Place an order", "주문하기", "下訂單"),
        (AMOUNT, UNIT),
        None,
        "sales",
    ),
    RequestKind(
        "ship_order",
        words("Ship an order", "주문 출하", "訂單出貨"),
        (AMOUNT, UNIT),
        "order",
        "shipping",
    ),
    RequestKind(
        "proposal",
        words("Proposal or RFP", "제안서 또는 RFP", "提案或 RFP"),
        (AMOUNT, UNIT),
        None,
        "sales",
    ),
    RequestKind(
        "engineering_question",
        words("Engineering question", "기술 문의", "技術諮詢"),
        (SAFETY, PRODUCT, UNIT),
        None,
        "engineering",
    ),
    RequestKind(
        "replacement_part",
        words("Replacement part", "교체 부품", "更換零件"),
        (STANDSTILL, PRODUCT, UNIT),
        None,
        "support",
    ),
    RequestKind(
        "goods_return",
        words("Goods return", "반품", "退貨"),
        (REASON, PRODUCT, UNIT),
        None,
        "support",
    ),
    RequestKind(
        "complaint",
        words("Complaint", "불만 접수", "客訴"),
        (SAFETY, PRODUCT, UNIT),
        None,
        "support",
    ),
    RequestKind(
        "discount",
        words("Discount", "할인", "折扣"),
        (PERCENT, UNIT),
        None,
        "sales",
    ),
    RequestKind(
        "appointment",
        words("Appointment", "방문 예약", "預約到訪"),
        (DAY, UNIT),
        None,
        "scheduling",
    ),
)
QUESTIONS: Final = {field.key: field.asks for kind in BUILT_IN for field in kind.fields}
_BY_KEY: Final = {kind.key: kind for kind in BUILT_IN}
ANY_OTHER: Final = "any_other"  # the policy's table for a company's own requests
FIELD_TYPES: Final = ("money", "percent", "number", "text", "boolean", "date", "choice", "unit")


def all_kinds() -> list[RequestKind]:
    """The built-in kinds in their order, then the company's own (one query)."""
    from concord.treatment.models import CustomRequest

    own = CustomRequest.objects.filter(retired_at=None).order_by("key")
    return [*BUILT_IN, *(from_declaration(row.key, row.declaration) for row in own)]


def kind(key: str) -> RequestKind:
    """The kind of that key; raises `Problem` with the known ones if there is none."""
    built_in = _BY_KEY.get(key)
    if built_in:
        return built_in
    from concord.treatment.models import CustomRequest

    row = CustomRequest.objects.filter(key=key, retired_at=None).first()
    if row:
        return from_declaration(row.key, row.declaration)
    raise Problem(
        _("There is no request “%(key)s”.") % {"key": key},
        place="request",
        mend=_("Known requests: %(keys)s.") % {"keys": ", ".join(each.key for each in all_kinds())},
        code="unknown-request",
    )


def named(key: str) -> RequestKind:
    """The kind of an answer that was given: also one that has been retired since."""
    from concord.treatment.models import CustomRequest

    if key in _BY_KEY:
        return _BY_KEY[key]
    row = CustomRequest.objects.filter(key=key).first()
    return (
        from_declaration(key, row.declaration)
        if row
        else RequestKind(key, {"en": key}, (), None, "")
    )


def from_declaration(key: str, declaration: Mapping[str, Any]) -> RequestKind:
    """A company's own request from its row; raises `Problem` where the declaration is wrong."""
    unknown = set(declaration) - {"words", "fields", "about", "department", "decision"}
    if unknown or not declaration.get("words") or not declaration.get("department"):
        raise Problem(
            _("The request “%(key)s” is not declared properly.") % {"key": key},
            place=", ".join(sorted(unknown)) or "words, department",
            mend=_("It needs words and department, and may have fields, about and decision."),
        )
    return RequestKind(
        key,
        declaration["words"],
        tuple(_field(key, each) for each in declaration.get("fields", ())),
        declaration.get("about"),
        declaration["department"],
        declaration.get("decision", ""),
    )


def _field(request: str, said: Mapping[str, Any]) -> RequestField:
    if not {"key", "words", "type", "asks"} <= set(said) or said["type"] not in FIELD_TYPES:
        raise Problem(
            _("A field of the request “%(key)s” is not declared properly.") % {"key": request},
            place=str(said.get("key", "")),
            mend=_("It needs key, words, asks and a type of: %(types)s.")
            % {"types": ", ".join(FIELD_TYPES)},
        )
    return RequestField(said["key"], said["words"], said["type"], said["asks"], said.get("choices"))


def read_fields(kind: RequestKind, given: Mapping[str, Any]) -> dict[str, FieldValue]:
    """The given fields as typed values; one that was left empty is None (not said).

    Raises `Problem` that names the field: an unknown one, or a value that is none of its type.
    """
    known = {each.key for each in kind.fields}
    unknown = sorted(set(given) - known)
    if unknown:
        raise Problem(
            _("“%(request)s” has no field “%(field)s”.")
            % {"request": say(kind.words), "field": unknown[0]},
            place=unknown[0],
            mend=_("Its fields: %(fields)s.") % {"fields": ", ".join(taken(kind))},
            code="unknown-field",
        )
    return {each.key: read_field(each, given.get(each.key)) for each in kind.fields}


def taken(kind: RequestKind) -> list[str]:
    """The keys of all that may be given: the record that it is about, and its fields."""
    about = [kind.about] if kind.about else []
    return [*about, *(each.key for each in kind.fields)]


def read_field(field: RequestField, raw: Any) -> FieldValue:
    """One value of its type. Text is read as a person or another system writes it."""
    text = raw.strip() if isinstance(raw, str) else raw
    if text is None or text == "":
        return None
    match field.type:
        case "money" | "number" | "percent":
            return _number(field, text)
        case "boolean":
            return _boolean(field, text)
        case "date":
            return _date(field, text)
        case "choice":
            if text not in (field.choices or {}):
                raise _wrong(field, raw, _("Choose one of: %s.") % ", ".join(field.choices or {}))
            return str(text)
        case _:
            if not isinstance(text, str) or len(text) > MAX_TEXT or "\x00" in text:
                raise _wrong(field, raw, _("Write up to %d characters.") % MAX_TEXT)
            return text


def read_amount(text: str) -> Decimal | None:
    """An amount as a person writes it (1,500 or 1 500); None where nothing was written."""
    return _number(AMOUNT, text.strip()) if text.strip() else None


def _number(field: RequestField, raw: Any) -> Decimal:
    mend = _("Write a number such as 12500.50.")
    if isinstance(raw, bool) or not isinstance(raw, str | int | float | Decimal):
        raise _wrong(field, raw, mend)
    refuse_two_ways(raw, field.key)
    try:
        value = Decimal(_ungrouped(str(raw)))
    except InvalidOperation:
        raise _wrong(field, raw, mend) from None
    if not value.is_finite() or abs(value) > MAX_NUMBER:
        raise _wrong(field, raw, mend)
    if value < 0:
        raise _wrong(field, raw, _("It cannot be below zero."))
    if field.type == "percent" and value > 100:
        raise _wrong(field, raw, _("It cannot be above 100."))
    return plain(value)


def refuse_two_ways(raw: object, place: str) -> None:
    """Raises `Problem` for a text like 30.000, which half of the world reads as thirty thousand."""
    text = raw.strip() if isinstance(raw, str) else ""
    if TWO_WAYS.fullmatch(text):
        raise Problem(
            _("“%(text)s” can be read in two ways.") % {"text": text},
            place=place,
            mend=_("Write %(thousands)s or %(decimal)s.")
            % {"thousands": text.replace(".", ""), "decimal": f"{plain(Decimal(text)):f}"},
            code="wrong-field",
        )


def _ungrouped(text: str) -> str:
    """Without groups of thousands: 20,000 as people write it; 12,5 stays, to be refused."""
    text = text.replace(" ", "").replace("\u00a0", "")
    return text.replace(",", "") if GROUPED.fullmatch(text) else text


def plain(value: Decimal) -> Decimal:
    """The same number in its one written form: 10, 10.0 and 1E+1 are all 10."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def _boolean(field: RequestField, raw: Any) -> bool:
    known = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    value = raw if isinstance(raw, bool) else known.get(str(raw).lower())
    if value is None:
        raise _wrong(field, raw, _("Say yes or no."))
    return value


def _date(field: RequestField, raw: Any) -> date:
    try:
        return raw if type(raw) is date else date.fromisoformat(str(raw))
    except ValueError:
        raise _wrong(field, raw, _("Write a date such as 2026-11-21.")) from None


def _wrong(field: RequestField, raw: Any, mend: str) -> Problem:
    shown = str(raw)[:80]
    return Problem(
        _("“%(value)s” is no value for “%(field)s”.") % {"value": shown, "field": say(field.words)},
        place=field.key,
        mend=mend,
        code="wrong-field",
    )
