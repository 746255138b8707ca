"""Tables of values: what stands in a column, and what it means here."""

# ruff: noqa: E501 - lists of words read best in long lines

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from concord.customers.models import Kind
from concord.kernel.models import Company, Unit
from concord.kernel.words import Words, say
from concord.records.drafts.meanings import declared_of
from concord.records.drafts.plan import Plan, Scalar, kind_of
from concord.records.importing.values import CURRENCY_SIGNS, as_boolean
from concord.records.look.currency import currency_of
from concord.records.types import RecordType

NEAR: Final = 85
# What systems call a status, beside the words that a type has for it.
_STATUSES: Final[Mapping[str, tuple[str, ...]]] = {
    "open": ("o", "offen", "new", "active", "in progress", "pending", "unpaid", "due", "outstanding", "overdue", "sent", "issued",
             "awaiting payment", "not paid", "partially paid", "partly paid", "partial", "teilbezahlt", "unbezahlt", "überfällig",
             "미결", "미수", "미납", "미입금", "부분입금", "일부입금", "진행", "진행중", "접수", "未付", "未付款", "未收", "未收款", "部分收款", "未結",
             "處理中", "進行中", "未入金", "未払い", "一部入金", "em aberto", "aberto", "vencido", "a receber", "pendiente", "impagada", "vencida", "impayée", "impayé", "en retard", "échue", "non payée", "en attente",
             "ubetalt", "obetald", "onbetaald", "niet betaald", "openstaand", "nieopłacona", "nieopłacone", "niezapłacona", "niezapłacone", "po terminie", "processing", "on hold", "backordered", "nezaplaceno", "neuhrazeno", "nezaplacená", "neuhrazená", "ödenmedi", "ödenmemiş", "gecikmiş", "vervallen", "forfalden", "da pagare", "non pagata", "non pagato", "scaduta", "past due"),
    "paid": ("p", "bezahlt", "settled", "cleared", "closed", "complete", "fully paid", "paid in full", "ausgeglichen", "완납", "결제", "수금완료", "입금완료", "입금",
             "已付", "已付款", "已收", "已收款", "結清", "入金済", "入金済み", "支払済", "支払済み", "pago", "paga", "quitado", "quitada", "recebido", "pagada", "pagado", "cobrada", "betalt", "betald", "betaald", "opłacona", "opłacone", "zapłacona", "zapłacone", "zaplaceno", "uhrazeno", "zaplacená", "uhrazená", "ödendi", "pagato", "saldata", "payée", "payé", "réglée"),
    "cancelled": ("c", "x", "storniert", "storno", "void", "voided", "canceled", "취소", "取消", "作廢", "キャンセル", "anulada", "cancelada", "cancelado", "anulado", "annulée"),
    "written_off": ("w", "abgeschrieben", "대손", "呆帳", "uncollectible", "bad debt", "incobrable"),
    "closed": ("c", "geschlossen", "done", "resolved", "finished", "complete", "completed", "완료", "종료", "完成", "結案", "關閉"),
    "shipped": ("s", "delivered", "fulfilled", "completed", "complete", "sent", "dispatched", "versandt", "geliefert", "출고", "출하", "已出貨"),
    "delivered": ("d", "geliefert", "zugestellt", "arrived", "배송완료", "납품완료", "已送達"),
    "working": ("in progress", "escalated", "in bearbeitung", "assigned", "처리중", "진행중", "進行中"),
    "waiting": ("pending", "on hold", "hold", "waiting on customer", "waiting for customer", "wartet", "보류", "대기", "等待中"),
    "solved": ("resolved", "fixed", "completed", "gelöst", "erledigt", "처리완료", "已處理"),
    "engaging": ("qualification", "qualified to buy", "needs analysis", "discovery", "demo scheduled", "appointment scheduled",
                 "presentation scheduled", "contact made"),
    "proposal": ("proposal", "proposal/price quote", "quote sent", "offer", "angebot", "angebot abgegeben"),
    "negotiation": ("negotiation/review", "negotiations started", "contract sent", "verhandlung"),
    "received": ("succeeded", "completed", "complete", "paid", "cleared", "eingegangen", "gutgeschrieben"),
    "bounced": ("failed", "denied", "declined", "reversed", "returned", "rücklastschrift"),
    "running": ("active", "activated", "in effect", "current", "trialing", "past due", "past_due", "laufend", "aktiv"),
    "ended": ("expired", "terminated", "canceled", "cancelled", "closed", "inactive", "beendet", "gekündigt", "abgelaufen"),
    "in_use": ("installed", "active", "in service", "deployed", "operational", "in betrieb"),
    "retired": ("obsolete", "scrapped", "decommissioned", "out of service", "disposed", "inactive", "ausgemustert"),
    "announced": ("requested", "authorized", "pending", "open", "new"),
    "credited": ("refunded", "closed"),
    "expired": ("abgelaufen",),
    "accepted": ("won", "approved", "angenommen", "signed"),
    "draft": ("entwurf", "new"),
    "declined": ("lost", "rejected", "abgelehnt"),
    "planned": ("scheduled", "booked", "confirmed", "dispatched", "active", "geplant", "예약", "예약됨", "已預約"),
    "sent": ("in transit", "in zustellung", "unterwegs", "shipped", "out for delivery"),
    "done": ("arrived", "completed", "attended", "checked out", "erledigt", "내원", "완료", "已到"),
    "missed": ("no show", "no-show", "noshow", "did not attend", "nicht erschienen", "노쇼", "爽約"),
    "won": ("closed won", "gewonnen", "수주", "成交"),
    "lost": ("closed lost", "verloren", "실주", "失敗"),
}  # fmt: skip
_ALL_STATUSES: Final = frozenset(
    word
    for key, words in _STATUSES.items()
    for word in (key, *words)
    if len(word) > 2 or not word.isascii()
)
# Currencies as people call them; the signs are those of amounts.
_CURRENCIES: Final[Mapping[str, tuple[str, ...]]] = {
    "EUR": ("euro", "euros", "유로", "歐元", "欧元", "ユーロ"),
    "USD": ("us dollar", "us dollars", "dollar", "달러", "미국 달러", "미국달러", "美元", "美金", "米ドル", "ドル"),
    "KRW": ("won", "korean won", "원", "원화", "한국 원", "韓元", "韩元", "韓幣", "ウォン"),
    "TWD": ("ntd", "nt$", "台幣", "新台幣", "新臺幣", "臺幣", "新台币", "대만 달러"),
    "CNY": ("rmb", "yuan", "renminbi", "人民币", "人民幣", "위안", "위안화"),
    "JPY": ("yen", "엔", "엔화", "日圓", "日幣", "日元", "日币", "日本円"),
    "HKD": ("港幣", "港币", "港元"),
    "GBP": ("pound", "pounds", "pound sterling", "pfund", "파운드", "英鎊", "英镑"),
    "CHF": ("swiss franc", "franken", "sfr", "스위스 프랑", "瑞士法郎"),
    "BRL": ("real", "reais"),
}  # fmt: skip
_PERSON: Final = ("p", "b2c", "privat", "private", "individual", "consumer", "개인", "個人", "个人")
_COMPANY: Final = (
    "o",
    "c",
    "b2b",
    "company",
    "business",
    "firma",
    "corporate",
    "법인",
    "기업",
    "사업자",
    "公司",
    "法人",
    "企業",
)


def targets(plan: Plan, meaning: str) -> list[tuple[str, str]]:
    """What the values of a column may become: (as a mapping writes it, in words); none: anything."""
    declared = declared_of(plan)
    match kind_of(plan, meaning):
        case "status":
            return [(status.key, say(status.words)) for status in declared.statuses]
        case "kind":
            return [(str(value), str(words)) for value, words in Kind.choices]
        case "boolean":
            return [("true", _("Yes")), ("false", _("No"))]
        case "choice":
            item = declared.field(meaning.removeprefix("record.set."))
            return [(choice.key, say(choice.words)) for choice in item.choices] if item else []
    if meaning.endswith(".unit"):
        return [(unit.key, str(unit)) for unit in Unit.objects.order_by("key")]
    return []


def guessed(plan: Plan, meaning: str, said: Iterable[str]) -> tuple[tuple[str, Scalar], ...] | None:
    """What the values of a column mean; "" where nobody can tell. None where they need no table."""
    texts = list(said)
    if meaning == "record.currency":
        return _currencies(texts)
    choices = targets(plan, meaning)
    keys = {key for key, _words in choices}
    if not choices or set(texts) <= keys:
        return None
    if keys == {"true", "false"} and all(as_boolean(text) is not None for text in texts):
        return None
    names = _names(declared_of(plan), meaning, choices)
    return tuple((text, as_written(plan, meaning, _nearest(text, names))) for text in texts)


def _currencies(texts: Sequence[str]) -> tuple[tuple[str, Scalar], ...] | None:
    """None where all are codes already, or nobody can tell any of them."""
    house = Company.load().currency
    codes = {name: code for code, names in _CURRENCIES.items() for name in names}
    found: dict[str, Scalar] = {}
    for text in texts:
        is_code = re.fullmatch("[A-Za-z]{3}", text) and text.casefold() not in codes
        sign = currency_of(text, "", house, False).code if text in CURRENCY_SIGNS else ""
        found[text] = text.upper() if is_code else codes.get(text.casefold(), sign)
    is_plain = all(text.upper() == code for text, code in found.items())
    return None if is_plain or not any(found.values()) else tuple(found.items())


def is_status(text: str) -> bool:
    """Whether systems call a status so, whatever it is the status of."""
    return text.casefold().strip() in _ALL_STATUSES


def as_written(plan: Plan, meaning: str, target: str) -> Scalar:
    if kind_of(plan, meaning) == "boolean" and target in {"true", "false"}:
        return target == "true"
    return target


def _names(
    declared: RecordType, meaning: str, choices: Sequence[tuple[str, str]]
) -> dict[str, str]:
    """Each spelling of a target with the target."""
    names: dict[str, str] = {}
    words: dict[str, Words] = {status.key: status.words for status in declared.statuses}
    for key, shown in choices:
        known = {"person": _PERSON, "organisation": _COMPANY}.get(key, _STATUSES.get(key, ()))
        if key == "new" and "open" not in words:
            known = ("open", "offen", "o", "접수", "미결")
        spelled = [key, key.replace("_", " "), shown, *known]
        if meaning == "record.status" and key in words:
            spelled += words[key].values()
        for one in spelled:
            names.setdefault(str(one).casefold(), key)
    return names


def _nearest(text: str, names: Mapping[str, str]) -> str:
    folded = text.casefold().strip()
    if folded in names:
        return names[folded]
    truth = as_boolean(text)
    if truth is not None and {"true", "false"} <= names.keys():
        return str(truth).lower()
    if len(folded) < 4:
        return ""
    # "onbetaald" is not "betaald", nor "inactive" active: what is denied begins in another way.
    alike = [name for name in names if name[:1] == folded[:1]]
    best = process.extractOne(folded, alike, scorer=fuzz.ratio, score_cutoff=NEAR)
    return names[best[0]] if best else ""
