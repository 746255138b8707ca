"""What the rows of a file are: a customer, a person who works there, something that happened …"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from concord.records import types
from concord.records.drafts import values
from concord.records.drafts.plan import Plan
from concord.records.drafts.survey import Survey
from concord.records.importing.values import text_of
from concord.records.look import titles
from concord.records.look.columns import Recognised
from concord.records.look.content import is_firm
from concord.records.look.vocabulary import Role

PERSON: Final = frozenset({Role.GIVEN_NAME, Role.FAMILY_NAME, Role.BIRTH_DATE, Role.PERSON_KEY})
_ENDED: Final = frozenset({Role.DUE, Role.SETTLED, Role.SHIPPED})
_HAPPENED: Final = _ENDED | {Role.ISSUED, Role.AMOUNT, Role.BALANCE}
_TOLD: Final = frozenset({Role.STATUS, Role.SUBJECT})
_NAMED: Final = frozenset({Role.CUSTOMER_NAME, Role.TAX_ID, Role.EMAIL, Role.NAME_NATIVE})
_ABOUT: Final = PERSON | frozenset({
    Role.STREET, Role.CITY, Role.POSTCODE, Role.REGION, Role.ADDRESS, Role.PHONE, Role.EMAIL,
    Role.TAX_ID, Role.WEBSITE, Role.INDUSTRY, Role.SEGMENT, Role.REGISTRATION_ID, Role.NAME_NATIVE,
    Role.KIND, Role.COUNTRY,
})  # fmt: skip
_WHOSE: Final = frozenset({Role.CUSTOMER_KEY, Role.CUSTOMER_NAME, Role.PERSON_NAME})
_PERSONS: Final = frozenset({"patient", "requester"})
_COMPANIES: Final = frozenset({"company", "firma", "organization", "organisation", "account"})
_NAMES: Final = frozenset({"name", "full name", "display name"})
_TRANSACTIONS: Final = frozenset({"transaction", "transactions", "txn", "trx", "payment"})
# What has numbers of its own, though a row about it names somebody.
_THINGS: Final = frozenset({
    "tracking", "response", "serial", "registration", "submission", "answer", "session", "event",
    "log", "entry", "line", "item", "message", "visit", "vehicle", "device", "asset", "machine",
    "equipment", "license", "licence", "policy", "transaction", "txn", "document", "booking",
    "reservation", "rma", "warranty", "claim", "meeting", "survey", "voucher", "attendee", "bill",
    "job", "work", "sendungsnummer", "seriennummer", "vin", "imei",
})  # fmt: skip
_NUMBERED: Final = re.compile(r"#?[A-Z]{0,5}[-_/]?\d+")
MUCH: Final = 4  # columns about a customer make the row one, though something has a date beside
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
    "contract": "contracts subscription subscriptions abonnement abo abos 구독 訂閱 订阅 vertrag contrat contrato 계약 合約 合同 契約",
    "shipment": "shipments delivery deliveries lieferung sendung 출하 出貨單 发货单 出荷",
    "lead": "leads",
    "call": "calls 통화",
    "appointment": "appointments termin termine 예약 預約",
}


def shape(known: Recognised, survey: Survey, file_name: str) -> Plan:
    """The parts of a plan, and what its customers and records are; none for a catalogue."""
    has = known.columns.keys()
    is_line = _is_line(known)
    is_record = _is_record(known) and not (is_line and not has & (_HAPPENED - {Role.AMOUNT}))
    if not (is_record or is_line) and _is_catalogue(known, survey):
        return Plan(parts=())
    is_named = bool(has & (_NAMED | PERSON | {Role.PERSON_NAME})) or not (is_record or is_line)
    parts = ["customer"] if is_named and (is_record or not is_line) else []
    person = bool(has & PERSON) or _is_who_works_there(known)
    kind = "organisation"
    if "customer" in parts and not is_record:
        if person and works_somewhere(known, survey):
            parts.append("contact")
        elif person or is_a_persons(known, survey):
            kind = "person"
    elif "customer" in parts and _is_of_persons(known):
        kind = "person"
    parts += ["record"] if is_record else []
    parts += ["line"] if is_line else []
    several = is_record or is_line
    first = ["customer"] if "customer" in parts and (several or "contact" in parts) else []
    first += ["record"] if is_line and is_record else []
    return Plan(
        parts=tuple(parts),
        kind=kind,
        record_type=_type(known, file_name, is_line) if several else "invoice",
        partial=("customer",) if several and "customer" in parts else (),
        first=tuple(first),
    )


def renamed(known: Recognised, survey: Survey, file_name: str = "") -> Recognised:
    """What columns are by those beside them: the “Name” of a deal is what it is about."""
    columns = dict(known.columns)
    _own_number(columns, known, survey, file_name)
    _numbered_name(columns, known, survey)
    _by_those_beside(columns, known, survey)
    _whose_name(columns, known, survey)
    _who_works_there(columns, known, survey)
    name = columns.get(Role.CUSTOMER_NAME)
    if name is not None and Role.SUBJECT not in columns and _is_record(known):
        is_other = Role.CUSTOMER_KEY in columns and not is_named_firm(known, survey)
        if is_other and _is_generic(known, Role.CUSTOMER_NAME) and Role.NUMBER in columns:
            columns[Role.SUBJECT] = columns.pop(Role.CUSTOMER_NAME)
    for role, other in ((Role.GIVEN_NAME, Role.FAMILY_NAME), (Role.FAMILY_NAME, Role.GIVEN_NAME)):
        is_alone = role in columns and other not in columns and Role.CUSTOMER_NAME not in columns
        if is_alone and titles.read(known.header[columns[role]]).is_generic:
            columns[Role.CUSTOMER_NAME] = columns.pop(role)
    return replace(known, columns=columns)


def _own_number(
    columns: dict[Role, int], known: Recognised, survey: Survey, file_name: str
) -> None:
    """Of charges, “Invoice ID” is another's number where “id” is their own; and of transactions,
    where two are of one invoice."""
    number = columns.get(Role.NUMBER)
    if number is None:
        return
    of, is_of = _type_called(known.header[number]), _type_called(_stem(file_name))
    is_others = bool(of and is_of and of != is_of)
    for place, column in enumerate(survey.columns):
        if place in columns.values() or not column.is_unique or column.filled < survey.rows:
            continue
        said = titles.read(column.name)
        own = _type_called(column.name)
        is_number = said.scores.get(Role.NUMBER, 0) >= titles.SURE
        is_first = place == 0 and said.is_generic and Role.NUMBER in said.scores
        if is_others and ((is_number and own == is_of) or is_first):
            columns[Role.NUMBER] = place
            return
        is_transactions = _TRANSACTIONS & set(said.words) and is_number
        if is_transactions and not survey.columns[number].is_unique:
            columns[Role.NUMBER] = place
            return


def _numbered_name(columns: dict[Role, int], known: Recognised, survey: Survey) -> None:
    """The “Name” of an order may be #1001."""
    if Role.NUMBER in columns or columns.keys().isdisjoint(_HAPPENED):
        return
    taken = columns.values()
    for place, name in enumerate(known.header):
        said = titles.read(name)
        if place not in taken and said.is_generic and Role.CUSTOMER_NAME in said.scores:
            texts = survey.texts(place)
            if texts and all(map(_NUMBERED.fullmatch, texts)):
                columns[Role.NUMBER] = place
                return


def _by_those_beside(columns: dict[Role, int], known: Recognised, survey: Survey) -> None:
    """A “State” of words for a status is no region; the name beside “requester.id” is
    that of the requester; what was paid is not what an invoice that says what is due is of."""
    state = columns.get(Role.REGION, columns.get(Role.STATUS))
    if (
        state is not None
        and {Role.REGION, Role.STATUS} <= titles.read(known.header[state]).scores.keys()
    ):
        texts = survey.texts(state)
        is_status = 2 * sum(map(values.is_status, texts)) > len(texts)
        role, other = (Role.STATUS, Role.REGION) if is_status else (Role.REGION, Role.STATUS)
        if role not in columns:
            columns[role] = columns.pop(other)
    of, dot, _key = known.header[columns.get(Role.CUSTOMER_KEY, 0)].rpartition(".")
    if Role.CUSTOMER_KEY in columns and dot and f"{of}.name" in known.header:
        columns[Role.CUSTOMER_NAME] = known.header.index(f"{of}.name")
    _name_of_the_key(columns, known)
    amount = columns.get(Role.AMOUNT)
    is_paid = amount is not None and "paid" in titles.read(known.header[amount]).words
    if is_paid and Role.BALANCE in columns:
        del columns[Role.AMOUNT]


def _name_of_the_key(columns: dict[Role, int], known: Recognised) -> None:
    """Beside “Requester id” the customer is the “Requester”, not the “Organization”."""
    if not {Role.CUSTOMER_KEY, Role.CUSTOMER_NAME} <= columns.keys():
        return
    of = titles.read(known.header[columns[Role.CUSTOMER_KEY]]).words[:-1]
    for place, name in enumerate(known.header):
        said = titles.read(name)
        if of and said.words in {of, (*of, "name")} and Role.CUSTOMER_NAME in said.scores:
            columns[Role.CUSTOMER_NAME] = place
            return


def _whose_name(columns: dict[Role, int], known: Recognised, survey: Survey) -> None:
    """A “contact name” that is not the person's own beside it is the customer's."""
    place = columns.get(Role.PERSON_NAME)
    if place is None or not {Role.GIVEN_NAME, Role.FAMILY_NAME} <= columns.keys():
        return
    said = titles.read(known.header[place]).scores
    if Role.CUSTOMER_NAME in columns or Role.CUSTOMER_NAME not in said:
        return
    family = columns[Role.FAMILY_NAME]
    rows = [row for row in survey.sample if max(place, family) < len(row)]
    same = sum(text_of(row[family]) in text_of(row[place]) for row in rows if text_of(row[family]))
    if 2 * same < len(rows):
        columns[Role.CUSTOMER_NAME] = columns.pop(Role.PERSON_NAME)


def _who_works_there(columns: dict[Role, int], known: Recognised, survey: Survey) -> None:
    """The “Name” beside a “Company” is that of who works there."""
    company = columns.get(Role.CUSTOMER_NAME)
    if company is None or not columns.keys().isdisjoint({Role.PERSON_NAME, *_HAPPENED}):
        return
    if not _COMPANIES & set(titles.read(known.header[company]).words):
        return
    for place, title in enumerate(known.header):
        if place in columns.values() or " ".join(titles.read(title).words) not in _NAMES:
            continue
        texts = survey.texts(place)
        if texts and not any(map(is_firm, texts)) and all(map(_is_wordy, texts)):
            columns[Role.PERSON_NAME] = place
            return


def _is_who_works_there(known: Recognised) -> bool:
    place = known.columns.get(Role.PERSON_NAME, -1)
    if place < 0 or Role.CUSTOMER_NAME not in known.columns:
        return False
    return " ".join(titles.read(known.header[place]).words) in _NAMES


def _is_wordy(text: str) -> bool:
    return any(map(str.isalpha, text)) and not any(map(str.isdecimal, text))


def works_somewhere(known: Recognised, survey: Survey) -> bool:
    """Whether persons stand there with whom they work for."""
    has = known.columns.keys()
    if Role.KIND in has:
        return False  # either of both a row
    if Role.CUSTOMER_NAME in has:
        return not _is_generic(known, Role.CUSTOMER_NAME) or is_named_firm(known, survey)
    return Role.CUSTOMER_KEY in has and bool(has & {Role.PERSON_KEY, Role.NUMBER})


def is_a_persons(known: Recognised, survey: Survey) -> bool:
    """Whether the one name that is there is a person's."""
    has = known.columns.keys()
    return Role.PERSON_NAME in has and Role.CUSTOMER_NAME not in has and Role.TAX_ID not in has


def _is_of_persons(known: Recognised) -> bool:
    """Whether what happened, happened with persons: with patients, or who have a birthday."""
    has = known.columns.keys()
    if Role.BIRTH_DATE in has and not has & {Role.CUSTOMER_NAME, Role.TAX_ID}:
        return True
    whose = [known.columns[role] for role in _WHOSE & has]
    return any(_PERSONS & set(titles.read(known.header[place]).words) for place in whose)


def is_a_firms(title: str, survey: Survey) -> bool:
    """Whether it is the name of companies: of which several mailboxes may write."""
    if _COMPANIES & set(titles.read(title).words):
        return True
    texts = survey.texts(survey.header.index(title))
    return sum(map(is_firm, texts)) * 4 > len(texts)


def may_be_a_customers(title: str) -> bool:
    """Whether a number may be that of a customer, and not of what happened, or of a thing."""
    return not (_type_called(title) or _THINGS & set(titles.read(title).words))


def is_named_firm(known: Recognised, survey: Survey) -> bool:
    texts = survey.texts(known.columns[Role.CUSTOMER_NAME])
    return bool(texts) and sum(map(is_firm, texts)) * 4 > len(texts)


def _is_record(known: Recognised) -> bool:
    has = known.columns.keys()
    happened = has & _HAPPENED
    is_much = len(has & _ABOUT) >= MUCH
    if Role.NUMBER in has and not _is_generic(known, Role.NUMBER):
        return bool(happened or has & _TOLD)
    if is_much or Role.BIRTH_DATE in has:
        return bool(has & _ENDED) and len(happened) > 1
    return len(happened) > 1 or (
        Role.NUMBER in has and bool(happened) and bool(has & _TOLD)
    )  # fmt: skip


def _is_line(known: Recognised) -> bool:
    has = known.columns.keys()
    goods = has & {Role.PRODUCT, Role.UNIT_PRICE}
    numbered = has & {Role.LINE_NUMBER, Role.QUANTITY}
    return Role.NUMBER in has and bool(numbered) and (bool(goods) or len(numbered) == 2)


def _is_catalogue(known: Recognised, survey: Survey) -> bool:
    """Whether the file lists products, countries, agents …: nothing that is a customer."""
    has = known.columns.keys()
    if has & {Role.CUSTOMER_KEY, Role.EMAIL, Role.PHONE, Role.TAX_ID, *PERSON}:
        return False
    if Role.CUSTOMER_NAME in has and not _is_generic(known, Role.CUSTOMER_NAME):
        return False
    return bool(survey.columns) and titles.catalogued(survey.columns[0].name)


def _is_generic(known: Recognised, role: Role) -> bool:
    return titles.read(known.header[known.columns[role]]).is_generic


def _type(known: Recognised, file_name: str, is_line: bool) -> str:
    if known.kind in {"receivables", "aging"} and not _is_deals(known, file_name):
        return "invoice"
    told = (Role.NUMBER, Role.STATUS, Role.SUBJECT, Role.ISSUED, Role.AMOUNT, Role.OWNER)
    said = [known.header[known.columns[role]] for role in told if role in known.columns]
    for text in (_stem(file_name), *said):
        if found := _type_called(text):
            return found
    if _TRANSACTIONS & set(titles.words_of(_stem(file_name))) and not is_line:
        return "payment"
    if known.kind == "orders" or is_line:
        return "order"
    return "invoice" if known.columns.keys() & {Role.AMOUNT, Role.BALANCE} else "case"


def _is_deals(known: Recognised, file_name: str) -> bool:
    """What a pipeline is worth, and when it is expected, has the columns of what is owed."""
    number = known.columns.get(Role.NUMBER)
    own = "" if number is None else known.header[number]
    return _type_called(own) == _type_called(_stem(file_name)) == "deal"


def _stem(file_name: str) -> str:
    return file_name.rsplit(".", 1)[0]


def is_called_itself(title: str, record_type: str) -> bool:
    """Whether a column is called like the records themselves: “Order” in a list of orders."""
    return " ".join(title.casefold().split()) in _names_of(record_type)


def _names_of(record_type: str) -> set[str]:
    declared = types.all_types()[record_type]
    names = {record_type.replace("_", " "), *declared.words.values(), *declared.plural.values()}
    names |= set(_CALLED.get(record_type, "").split())
    return {name for name in map(str.casefold, map(str, names)) if name}


def _type_called(text: str) -> str:
    """The type of record that a text names, by its words, or in scripts without blanks within."""
    words = {*titles.words_of(text), *text.casefold().replace("_", " ").replace("-", " ").split()}
    for key in types.all_types():
        for name in _names_of(key):
            if (name in words) if name.isascii() else (len(name) > 1 and name in text.casefold()):
                return key
            if " " in name and f" {name} " in f" {' '.join(titles.words_of(text))} ":
                return key
    return ""
