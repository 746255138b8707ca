"""What to say to the customer, in three languages; nothing that no rule grants.

A rule of the policy names a sentence (`say`), how soon (`urgency`) and the benefits; the sentence
that is said is put together from exactly these. `{who}` is the department that answers, with a
person where one is known; `{team}` is the department alone, for what not just anybody in it does;
`{when}` is the rule's urgency.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from concord.kernel.words import LANGUAGES, Words

CODES: Final = tuple(code for code, _ in LANGUAGES)


def words(en: str, ko: str, zh: str) -> Words:
    return {"en": en, "ko": ko, "zh-hant": zh}


SENTENCES: Final[Mapping[str, Words]] = {
    "accounts_first": words(
        "Thank you for coming to us. Before we can go on, there is a point to settle with our "
        "accounts. {who} will speak with you {when}.",
        "문의해 주셔서 감사합니다. 진행에 앞서 회계 관련하여 확인할 사항이 있습니다. "
        "{who}에서 {when} 연락드리겠습니다.",
        "感謝您與我們聯繫。在繼續辦理之前，有一項帳務事宜需要先確認。{who}將{when}與您聯絡。",
    ),
    "accounts_confirms": words(
        "Thank you, we have noted this. For this amount, {who} will confirm it with you first, "
        "{when}.",
        "감사합니다. 요청을 접수했습니다. 이 금액의 경우 {who}에서 먼저 확인한 뒤 {when} "
        "연락드리겠습니다.",
        "謝謝您，我們已經記下。此金額須由{who}先行確認，並{when}與您聯絡。",
    ),
    "shipment_continues": words(
        "Your shipment is on its way to you.",
        "주문하신 제품은 배송 중입니다.",
        "您的貨品正在運送途中。",
    ),
    "safety_first": words(
        "Thank you for telling us. Safety comes first: {who} will take care of it {when}. "
        "Please do not use the instrument until we have spoken.",
        "알려 주셔서 감사합니다. 안전이 가장 중요합니다. {who}에서 {when} 조치하겠습니다. "
        "저희와 통화하실 때까지 기기를 사용하지 마십시오.",
        "感謝您告知我們。安全第一：{who}將{when}處理。在我們與您通話之前，請勿使用該儀器。",
    ),
    "take_order": words(
        "Thank you for your order. {who} will take care of it {when}.",
        "주문해 주셔서 감사합니다. {who}에서 {when} 처리하겠습니다.",
        "感謝您的訂單。{who}將{when}為您處理。",
    ),
    "take_shipment": words(
        "Your order can be shipped. {who} will prepare it {when}.",
        "주문하신 제품을 출하할 수 있습니다. {who}에서 {when} 준비하겠습니다.",
        "您的訂單可以出貨。{who}將{when}安排。",
    ),
    "take_proposal": words(
        "Thank you for asking us. {who} will start on your proposal {when}.",
        "제안을 요청해 주셔서 감사합니다. {who}에서 {when} 작성을 시작하겠습니다.",
        "感謝您邀請我們提案。{who}將{when}開始準備。",
    ),
    "take_engineering": words(
        "Thank you for your question. {who} will look into it {when}.",
        "문의해 주셔서 감사합니다. {who}에서 {when} 검토하겠습니다.",
        "感謝您的提問。{who}將{when}為您了解。",
    ),
    "take_part": words(
        "We will send you the part. {who} will take care of it {when}.",
        "부품을 보내 드리겠습니다. {who}에서 {when} 처리하겠습니다.",
        "我們會安排寄出零件。{who}將{when}處理。",
    ),
    "take_return": words(
        "You may send it back. {who} will arrange the return with you {when}.",
        "반품하실 수 있습니다. {who}에서 {when} 반품 절차를 안내해 드리겠습니다.",
        "您可以退回商品。{who}將{when}為您安排退貨。",
    ),
    "take_service": words(
        "You may send it in. {who} will arrange the calibration or repair with you {when}.",
        "제품을 보내 주시면 됩니다. {who}에서 {when} 교정 또는 수리 절차를 안내해 드리겠습니다.",
        "您可以將儀器寄回。{who}將{when}為您安排校正或維修。",
    ),
    "return_declined": words(
        "We are sorry that we cannot take it back while an invoice is open. {who} will be "
        "glad to talk it over with you.",
        "죄송하지만 미결제 청구서가 있는 동안에는 반품을 받을 수 없습니다. {who}에서 상담해 "
        "드리겠습니다.",
        "很抱歉，在帳款未結清期間無法受理退貨。{who}很樂意與您說明。",
    ),
    "take_complaint": words(
        "We are sorry about this, and thank you for telling us. {who} will look into it {when}.",
        "불편을 드려 죄송합니다. 알려 주셔서 감사합니다. {who}에서 {when} 확인하겠습니다.",
        "造成您的不便，我們深感抱歉，也感謝您告知。{who}將{when}為您了解。",
    ),
    "complaint_escalated": words(
        "We are sorry about this. Somebody from {team} who can decide will speak with you {when}.",
        "불편을 드려 죄송합니다. {team} 책임자가 {when} 직접 연락드리겠습니다.",
        "對此我們深感抱歉。{team}負責人將{when}與您聯絡。",
    ),
    "take_discount": words(
        "We are glad to grant you this discount.",
        "요청하신 할인을 적용해 드리겠습니다.",
        "我們很樂意給您這項折扣。",
    ),
    "discount_to_head": words(
        "Thank you for asking. The head of {team} will decide on this and answer you {when}.",
        "문의해 주셔서 감사합니다. {team} 책임자가 결정하여 {when} 답변드리겠습니다.",
        "感謝您的詢問。此事將由{team}主管決定，並{when}回覆您。",
    ),
    "discount_after_payment": words(
        "We are glad to talk about prices once what is open has been settled. {who} will help "
        "you with it {when}.",
        "미결제 건이 정리되는 대로 가격을 협의하겠습니다. {who}에서 {when} 도와드리겠습니다.",
        "待未結事項處理完畢，我們很樂意洽談價格。{who}將{when}協助您。",
    ),
    "take_appointment": words(
        "We are glad to come. {who} will agree on a day with you {when}.",
        "기꺼이 방문하겠습니다. {who}에서 {when} 일정을 잡아 드리겠습니다.",
        "我們很樂意前往。{who}將{when}與您約定日期。",
    ),
    "restricted": words(
        "Thank you for coming to us. {who} will speak with you {when}.",
        "문의해 주셔서 감사합니다. {who}에서 {when} 연락드리겠습니다.",
        "感謝您與我們聯繫。{who}將{when}與您聯絡。",
    ),
    "silent": words(
        "Thank you for coming to us. {who} will decide this and speak with you {when}.",
        "문의해 주셔서 감사합니다. {who}에서 결정하여 {when} 연락드리겠습니다.",
        "感謝您與我們聯繫。{who}會作出決定，並{when}與您聯絡。",
    ),
    # Of trades that send no parcels, and of one to whom too many come back.
    "return_declined_often": words(
        "We are sorry that we cannot take it back this time, since much has come back already. "
        "{who} will be glad to talk it over with you.",
        "죄송하지만 이미 반품이 많아 이번에는 받을 수 없습니다. {who}에서 상담해 드리겠습니다.",
        "很抱歉，由於先前退貨較多，這次無法受理。{who}很樂意與您說明。",
    ),
    "take_milestone": words(
        "The next step of your project can begin. {who} will agree on it with you {when}.",
        "프로젝트의 다음 단계를 시작할 수 있습니다. {who}에서 {when} 협의하겠습니다.",
        "您專案的下一個階段可以開始。{who}將{when}與您約定。",
    ),
    "take_rework": words(
        "We will put it right. {who} will arrange it with you {when}.",
        "바로잡아 드리겠습니다. {who}에서 {when} 조치하겠습니다.",
        "我們會改正。{who}將{when}為您安排。",
    ),
    "cancel_talk": words(
        "Thank you for telling us. {who} will go through it with you {when}.",
        "알려 주셔서 감사합니다. {who}에서 {when} 함께 검토하겠습니다.",
        "感謝您告知。{who}將{when}與您逐項確認。",
    ),
    "safety_stop": words(
        "Thank you for telling us. Safety comes first: {who} will take care of it {when}. "
        "Please stop there until we have spoken.",
        "알려 주셔서 감사합니다. 안전이 가장 중요합니다. {who}에서 {when} 조치하겠습니다. "
        "저희와 통화하실 때까지 작업을 멈춰 주십시오.",
        "感謝您告知我們。安全第一：{who}將{when}處理。在我們與您通話之前，請先停止作業。",
    ),
    "security_first": words(
        "Thank you for telling us. This comes before everything else: {who} will take care of it "
        "{when}.",
        "알려 주셔서 감사합니다. 무엇보다 먼저 {who}에서 {when} 조치하겠습니다.",
        "感謝您告知。此事優先於一切：{who}將{when}處理。",
    ),
    "take_incident": words(
        "Thank you for telling us. {who} will look into it {when}.",
        "알려 주셔서 감사합니다. {who}에서 {when} 확인하겠습니다.",
        "感謝您告知。{who}將{when}為您查明。",
    ),
    "take_subscription": words(
        "Thank you for choosing us. {who} will set it up for you {when}.",
        "선택해 주셔서 감사합니다. {who}에서 {when} 준비해 드리겠습니다.",
        "感謝您選擇我們。{who}將{when}為您設定。",
    ),
    "take_activation": words(
        "Your licences can be activated. {who} will do it {when}.",
        "라이선스를 활성화할 수 있습니다. {who}에서 {when} 처리하겠습니다.",
        "您的授權可以啟用。{who}將{when}處理。",
    ),
    "take_refund": words(
        "We will make it good. {who} will arrange the refund {when}.",
        "보상해 드리겠습니다. {who}에서 {when} 환불을 처리하겠습니다.",
        "我們會負責補償。{who}將{when}辦理退款。",
    ),
    "take_other": words(
        "Thank you for coming to us. {who} will take care of it {when}.",
        "문의해 주셔서 감사합니다. {who}에서 {when} 처리하겠습니다.",
        "感謝您與我們聯繫。{who}將{when}處理。",
    ),
}

URGENCIES: Final[Mapping[str, Words]] = {
    "at once": words("at once", "즉시", "立即"),
    "today": words("today", "오늘 중으로", "於今日內"),
    "within two days": words("within two working days", "영업일 2일 이내에", "於兩個工作天內"),
    "in turn": words("in turn", "순서대로", "依序"),
}
# As it is said to the customer: whoever asks on a Saturday night must not be promised that day.
WHEN: Final[Mapping[str, Words]] = {
    **URGENCIES,
    "today": words(
        "today or on the next working day",
        "오늘 또는 다음 영업일에",
        "於今日或下一個工作天",
    ),
}

BENEFITS: Final[Mapping[str, tuple[Words, Words]]] = {
    # what it is called, and how it is said to the customer
    "named contact": (
        words("A named contact", "전담 담당자", "專屬聯絡人"),
        words(
            "One person looks after all of it for you.",
            "전담 담당자 한 명이 모든 과정을 맡습니다.",
            "全程由同一位聯絡人負責。",
        ),
    ),
    "reserved stock": (
        words("Reserved stock", "우선 확보 재고", "保留庫存"),
        words(
            "We set the goods aside for you.",
            "해당 제품을 고객님을 위해 확보해 두겠습니다.",
            "我們會為您保留貨品。",
        ),
    ),
    "same-day shipping": (
        words("Same-day shipping", "당일 출하", "當日出貨"),
        words(
            "It leaves us with the next collection.",
            "다음 택배 집하 때 바로 출하합니다.",
            "將隨最近一班取件出貨。",
        ),
    ),
    "site visit": (
        words("A visit on site", "현장 방문", "到場拜訪"),
        words(
            "We will gladly visit you on site.",
            "원하시면 현장을 방문하겠습니다.",
            "我們很樂意到現場了解。",
        ),
    ),
    "loan device": (
        words("A loan device", "대여 기기", "借用設備"),
        words(
            "Until then we lend you a device.",
            "그동안 사용하실 대여 기기를 제공합니다.",
            "在此期間我們提供借用設備。",
        ),
    ),
    "free return": (
        words("A free return", "무료 반품", "免費退貨"),
        words("The return costs you nothing.", "반품 비용은 없습니다.", "退貨不收任何費用。"),
    ),
    "direct line": (
        words("A direct line to our engineers", "기술팀 직통 연락", "工程師專線"),
        words(
            "You may speak with our engineers directly.",
            "기술팀과 바로 통화하실 수 있습니다.",
            "您可以直接與工程師聯繫。",
        ),
    ),
    "choice of date": (
        words("First choice of the date", "일정 우선 선택", "優先選擇日期"),
        words(
            "You have the first choice of dates.",
            "날짜를 먼저 선택하실 수 있습니다.",
            "您可以優先選擇日期。",
        ),
    ),
}

FIRST: Final = words("You come first.", "가장 먼저 처리해 드립니다.", "我們優先為您處理。")
REMINDER: Final = words(
    "May we remind you of invoice {invoice}, which was due on {due}?",
    "결제 기한이 {due}이었던 청구서 {invoice}의 결제를 확인해 주시겠습니까?",
    "另外提醒您，發票 {invoice} 的付款期限為 {due}。",
)
# A word to ourselves, never said to the customer.
DISPUTE: Final = words(
    "Part of their balance is disputed. Do not ask for it: {who} looks after it.",
    "잔액 일부에 이의가 제기되어 있습니다. 결제를 요청하지 마세요. {who}에서 담당합니다.",
    "部分款項有爭議，請勿催款，由{who}負責處理。",
)
OF_DEPARTMENT: Final = words(
    "{name} of {department}", "{department}({name})", "{department}的{name}"
)
OUR_DEPARTMENT: Final = words("our {department} team", "저희 {department}", "我們的{department}")

TEMPLATES: Final[Mapping[str, Words]] = {
    **SENTENCES,
    **{f"benefit: {key}": said for key, (_called, said) in BENEFITS.items()},
    "first": FIRST,
    "reminder": REMINDER,
    "dispute": DISPUTE,
}
PLACE: Final = re.compile(r"\{(\w+)\}")
PEOPLE: Final = frozenset({"who", "team"})  # what begins a sentence begins with a capital
BEGINS: Final = re.compile(r"(?:^|[.!?] )$")
MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
LANGUAGE_OF_COUNTRY: Final = {"KR": "ko", "TW": "zh-hant", "HK": "zh-hant", "MO": "zh-hant"}


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence by its key and what is filled in: what is said, whatever the language.

    `department` (words) and `name` (may be empty) make `{who}` and `{team}`; `when` is the key of
    an urgency, `due` an ISO date. `own` is the sentence itself where it is none of Concord's.
    """

    key: str
    args: Mapping[str, str | Words] = field(default_factory=dict)

    def dump(self) -> list[Any]:
        """As JSON; equal messages give equal JSON."""
        args = self.args.items()
        return [self.key, {k: v if isinstance(v, str) else dict(v) for k, v in args}]

    def words(self) -> Words:
        """The sentence in every language."""
        values = dict(self.args)
        own = values.pop("own", None)
        if "department" in values:
            department, name = values.pop("department"), str(values.pop("name"))
            values["team"] = fill(OUR_DEPARTMENT, department=department)
            values["who"] = fill(OF_DEPARTMENT, name=name, department=department)
            if not name:
                values["who"] = values["team"]
        if "when" in values:
            values["when"] = WHEN.get(str(values["when"]), WHEN["in turn"])
        if "due" in values:
            values["due"] = _day(date.fromisoformat(str(values["due"])))
        return fill(own if isinstance(own, Mapping) else TEMPLATES[self.key], **values)


def _day(day: date) -> Words:
    """A day as it is said in each language."""
    return words(
        f"{day.day} {MONTHS[day.month - 1]} {day.year}",
        f"{day.year}년 {day.month}월 {day.day}일",
        f"{day.year} 年 {day.month} 月 {day.day} 日",
    )


def waits(template: Words) -> bool:
    """Whether the sentence says when: only then is there somebody to come before."""
    return "{when}" in template["en"]


def fill(template: Words, **values: Words | str) -> Words:
    """The template in every language; a value that is words gives that language's."""
    return {code: _fill(template[code], code, values) for code in CODES}


def _fill(template: str, code: str, values: Mapping[str, Words | str]) -> str:
    def put(found: re.Match[str]) -> str:
        value = values.get(found[1], found[0])
        text = value if isinstance(value, str) else value.get(code) or value.get("en", "")
        if found[1] in PEOPLE and BEGINS.search(template[: found.start()]):
            return capital(text)
        return text

    # In one pass rather than by str.format: a name with braces must stay a name.
    return PLACE.sub(put, template)


def capital(text: str) -> str:
    """As it begins a sentence; scripts without capitals stay as they are."""
    return text[:1].upper() + text[1:]


def outline(template: str) -> str:
    """A sentence with what is filled in left out, in quotes, as it is told of a rule."""
    return f"“{PLACE.sub('…', template)}”"


def join(sentences: Sequence[Words]) -> Words:
    """Sentences one after the other."""
    return {code: _space(code).join(each[code] for each in sentences) for code in CODES}


def listed(items: Sequence[Words]) -> Words:
    """One after the other in a sentence, in quotes: what it is called may hold a comma."""
    marks = {"zh-hant": ("、", "「{}」")}
    return {
        code: comma.join(quoted.format(each.get(code) or each["en"]) for each in items)
        for code in CODES
        for comma, quoted in [marks.get(code, (", ", "“{}”"))]
    }


def after(first: str, second: str, language: str) -> str:
    """Two sentences of one language, one after the other."""
    return first + _space(language) + second


def _space(language: str) -> str:
    return "" if language == "zh-hant" else " "  # Chinese sentences need none between them


def language_of(attributes: Mapping[str, str]) -> str:
    """In which of our languages a customer is spoken to, by their golden attributes."""
    said = attributes.get("language", "").lower().replace("_", "-")
    if said.startswith("ko"):
        return "ko"
    if said.startswith("zh"):
        return "zh-hant"
    if said:
        return "en"
    return LANGUAGE_OF_COUNTRY.get(attributes.get("country", "").upper(), "en")
