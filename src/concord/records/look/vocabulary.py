"""The words by which the columns of receivables and order exports are named, in many languages."""

# ruff: noqa: E501 - lists of words read best in long lines

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What a column can mean in a file of this kind."""

    CUSTOMER_KEY = "customer_key"
    CUSTOMER_NAME = "customer_name"
    NUMBER = "number"
    ISSUED = "issued"
    DUE = "due"
    SETTLED = "settled"
    SHIPPED = "shipped"
    AMOUNT = "amount"
    BALANCE = "balance"
    CURRENCY = "currency"
    DISPUTED = "disputed"
    EMAIL = "email"
    PHONE = "phone"
    TAX_ID = "tax_id"
    COUNTRY = "country"
    CITY = "city"


# The best word first: an "invoice amount" is rather the amount than a "tax amount".
ROLES: Final[Mapping[Role, tuple[str, ...]]] = {
    Role.NUMBER: (
        "invoice number", "invoice no", "invoice id", "invoice", "document number", "document no",
        "document", "doc no", "order number", "order no", "order id", "sales order id",
        "sales order", "reference", "bill no", "voucher", "rechnungsnummer", "rechnung nr",
        "belegnummer", "beleg", "auftragsnummer", "number", "no", "nr", "id",
        "송장번호", "청구번호", "계산서번호", "인보이스", "주문번호", "전표번호", "번호",
        "發票號碼", "發票", "发票号码", "发票", "訂單編號", "订单编号", "單號", "单号", "編號", "编号",
    ),
    Role.CUSTOMER_NAME: (
        "customer name", "company name", "client name", "debtor name", "account name", "bill to name",
        "customer", "company", "client", "debtor", "account", "buyer", "sold to", "bill to", "name",
        "kundenname", "kunde", "firma", "debitor",
        "고객명", "거래처명", "업체명", "회사명", "상호", "고객", "거래처",
        "客戶名稱", "客户名称", "公司名稱", "公司名称", "客戶", "客户", "買方", "买方", "名稱", "名称",
    ),
    Role.CUSTOMER_KEY: (
        "customer id", "customer number", "customer no", "customer code", "customer key",
        "debtor number", "debtor no", "debtor id", "account number", "account no", "account id",
        "account code", "client id", "client no", "client code", "company id", "business partner",
        "kundennummer", "kunden nr", "debitorennummer",
        "고객번호", "고객코드", "거래처코드", "거래처번호", "업체코드",
        "客戶編號", "客戶代碼", "客户编号", "客户代码", "客戶代號",
    ),
    Role.ISSUED: (
        "invoice date", "document date", "posting date", "issue date", "issued on", "issued",
        "billing date", "order date", "ordered on", "ordered", "order placed", "date",
        "rechnungsdatum", "belegdatum", "buchungsdatum", "auftragsdatum", "datum",
        "발행일", "송장일자", "청구일", "작성일", "주문일", "주문일자", "일자", "날짜",
        "發票日期", "发票日期", "開立日期", "訂單日期", "订单日期", "日期",
    ),
    Role.DUE: (
        "due date", "due on", "net due date", "payment due", "due", "maturity date", "promised date",
        "promise date", "promised", "required date", "delivery date", "ship by", "requested date",
        "fälligkeitsdatum", "fälligkeit", "fällig am", "fällig", "liefertermin",
        "만기일", "결제기한", "지급기한", "납기일", "납기", "기한",
        "到期日", "付款期限", "應付日期", "应付日期", "交貨日期", "交货日期",
    ),
    Role.SETTLED: (
        "settled date", "settled on", "settled", "paid date", "paid on", "payment date", "date paid",
        "cleared date", "clearing date", "clearing", "closed date", "receipt date", "paid",
        "bezahlt am", "zahlungsdatum", "ausgleichsdatum", "zahldatum",
        "결제일", "입금일", "수금일", "납부일", "지급일",
        "付款日期", "收款日期", "結清日期", "结清日期", "支付日期",
    ),
    Role.SHIPPED: (
        "ship date", "shipped date", "shipped on", "shipped", "dispatch date", "dispatched",
        "sent date", "delivered on", "delivered", "lieferdatum", "versanddatum", "versendet am",
        "출고일", "출하일", "배송일", "발송일", "出貨日期", "出货日期", "發貨日期", "发货日期",
    ),
    Role.AMOUNT: (
        "invoice amount", "gross amount", "total amount", "total due", "amount", "total", "gross",
        "net amount", "invoice total", "order total", "order amount", "value", "sum", "subtotal",
        "betrag", "bruttobetrag", "rechnungsbetrag", "summe",
        "청구금액", "송장금액", "합계금액", "주문금액", "금액", "합계",
        "發票金額", "发票金额", "總金額", "总金额", "金額", "金额", "合計", "合计",
    ),
    Role.BALANCE: (
        "outstanding amount", "outstanding", "open amount", "open balance", "balance due", "balance",
        "amount due", "remaining", "unpaid", "offener betrag", "offen", "saldo",
        "미수금", "잔액", "미결제금액", "미수잔액",
        "未付金額", "未付金额", "餘額", "余额", "未結金額",
    ),
    Role.CURRENCY: (
        "currency", "currency code", "curr", "cur", "währung", "통화", "화폐", "幣別", "币别",
        "貨幣", "货币", "幣種", "币种",
    ),
    Role.DISPUTED: (
        "disputed", "dispute", "in dispute", "contested", "complaint", "strittig", "reklamiert",
        "분쟁", "이의", "이의제기", "爭議", "争议",
    ),
    Role.EMAIL: (
        "email", "e mail", "mail", "email address", "이메일", "메일", "電子郵件", "电子邮件",
    ),
    Role.PHONE: ("phone", "telephone", "tel", "phone number", "mobile", "telefon",
                 "전화", "전화번호", "연락처", "電話", "电话"),
    Role.TAX_ID: ("tax id", "vat id", "vat number", "vat no", "tax number", "ust id",
                  "사업자등록번호", "사업자번호", "統一編號", "統編", "税号", "稅號"),
    Role.COUNTRY: ("country", "country code", "land", "국가", "나라", "國家", "国家"),
    Role.CITY: ("city", "town", "ort", "stadt", "도시", "시", "城市"),
}  # fmt: skip
