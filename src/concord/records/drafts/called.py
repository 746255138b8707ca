"""What types of records are called: in the names of files and of columns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from concord.records import types
from concord.records.look import titles
from concord.records.look.columns import Recognised
from concord.records.look.vocabulary import Role

TRANSACTIONS: Final = frozenset({"transaction", "transactions", "txn", "trx", "payment"})
# What has numbers of its own, though a row about it names somebody.
_THINGS: Final = frozenset({
    "tracking", "response", "serial", "registration", "submission", "answer", "session", "event",
    "log", "entry", "line", "item", "message", "visit", "vehicle", "device", "asset", "machine",
    "equipment", "license", "licence", "policy", "transaction", "txn", "document", "booking",
    "reservation", "rma", "warranty", "claim", "meeting", "survey", "voucher", "attendee", "bill",
    "job", "work", "sendungsnummer", "seriennummer", "vin", "imei",
})  # fmt: skip
_WORK_ORDER: Final = re.compile(r"work[ _-]?orders?", re.IGNORECASE)
# What else types of records are called, in exports and in the names of their files.
_CALLED: Final[Mapping[str, str]] = {
    "invoice": "receivable receivables rechnung rechnungen ar facture factures factura"
    " facturas belnr 세금계산서 매출채권 미수금 發票 发票 應收帳款 请求书 請求書 posten",
    "payment": "charge charges receipt receipts zahlung zahlungen paiement pago 입금 수금 收款"
    " 入金",
    "order": "sales auftrag aufträge bestellung commande pedido 수주 발주 訂單 订单 受注 注文",
    "deal": "opportunity opportunities pipeline deals chance 영업기회 商機 商机 商談",
    "case": "ticket tickets issue issues incident incidents support 문의 접수 工單 工单 案件",
    "quote": "quotation quotations offer angebot devis presupuesto 견적 報價 报价 見積",
    "goods_return": "rma rmas return returns retoure retouren rücksendung 반품 退貨 退货 返品",
    "contract": "contracts subscription subscriptions abonnement abo abos 구독"
    " 訂閱 订阅 vertrag contrat contrato 계약 合約 合同 契約",
    "shipment": "shipments delivery deliveries lieferung sendung sendungen sendungs sendungsnummer"
    " tracking parcel parcels 출하 出貨單 发货单 出荷",
    "visit": "einsatz einsätze wartungseinsatz",
    "lead": "leads",
    "call": "calls 통화",
    "appointment": "appointments termin termine 예약 預約",
}


def type_of(known: Recognised, file_name: str, is_line: bool) -> str:
    if known.kind in {"receivables", "aging"}:
        return _of_another(known, file_name) or "invoice"
    told = (Role.NUMBER, Role.STATUS, Role.SUBJECT, Role.ISSUED, Role.AMOUNT, Role.OWNER)
    said = [known.header[known.columns[role]] for role in told if role in known.columns]
    for text in (stem(file_name), *said):
        if found := type_called(text):
            return found
    if TRANSACTIONS & set(titles.words_of(stem(file_name))) and not is_line:
        return "payment"
    if known.kind == "orders" or is_line:
        return "order"
    if known.columns.keys() & {Role.AMOUNT, Role.BALANCE}:
        return "order" if _is_booked(known) else "invoice"
    return "appointment" if _starts_and_ends(known) else "case"


def _is_booked(known: Recognised) -> bool:
    """Whether it is the number of a booking: what it costs may be paid long since."""
    number = known.columns.get(Role.NUMBER)
    words = set() if number is None else set(titles.read(known.header[number]).words)
    return bool({"booking", "reservation"} & words)


def _starts_and_ends(known: Recognised) -> bool:
    """Whether all that is told of what happened is from when to when: it has no subject."""
    has = known.columns
    if Role.SUBJECT in has or not {Role.ISSUED, Role.DUE} <= has.keys():
        return False
    start, end = (titles.read(known.header[has[role]]).words for role in (Role.ISSUED, Role.DUE))
    return "start" in start and "end" in end


def _of_another(known: Recognised, file_name: str) -> str:
    """What a pipeline or a contract is worth, and when it is expected or ends, has the columns of
    what is owed: its own number, or the name of the file, says what it is."""
    number = known.columns.get(Role.NUMBER)
    own = "" if number is None else type_called(known.header[number])
    named = type_called(stem(file_name))
    if own and named and own != named:
        return ""
    return "" if (own or named) in {"invoice", "order", "payment"} else own or named


def stem(file_name: str) -> str:
    return file_name.rsplit(".", 1)[0]


def is_called_itself(title: str, record_type: str) -> bool:
    """Whether a column is called like the records themselves: “Order” in a list of orders."""
    return " ".join(title.casefold().split()) in _names_of(record_type)


def _names_of(record_type: str) -> set[str]:
    declared = types.all_types()[record_type]
    names = {record_type.replace("_", " "), *declared.words.values(), *declared.plural.values()}
    names |= set(_CALLED.get(record_type, "").split())
    return {name for name in map(str.casefold, map(str, names)) if name}


def type_called(text: str) -> str:
    """The type of record that a text names, by its words, or in scripts without blanks within."""
    text = _WORK_ORDER.sub("visit", text)
    words = {*titles.words_of(text), *text.casefold().replace("_", " ").replace("-", " ").split()}
    for key in types.all_types():
        for name in _names_of(key):
            if (name in words) if name.isascii() else (len(name) > 1 and name in text.casefold()):
                return key
            if " " in name and f" {name} " in f" {' '.join(titles.words_of(text))} ":
                return key
    return ""


def may_be_a_customers(title: str) -> bool:
    """Whether a number may be that of a customer, and not of what happened, or of a thing."""
    return not (type_called(title) or _THINGS & set(titles.read(title).words))
