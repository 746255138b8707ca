"""The words by which the columns of exports are named, in many languages."""

# ruff: noqa: E501 - lists of words read best in long lines

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from concord.records.look.idioms import IDIOMS


class Role(StrEnum):
    """What a column can mean. A look asks for those of `LOOKED`; who brings a file in, for all."""

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
    # of the customer
    STREET = "street"
    POSTCODE = "postcode"
    REGION = "region"
    ADDRESS = "address"
    WEBSITE = "website"
    NAME_NATIVE = "name_native"
    NAME_LATIN = "name_latin"
    REGISTRATION_ID = "registration_id"
    INDUSTRY = "industry"
    SEGMENT = "segment"
    LANGUAGE = "language"
    NOTES = "notes"
    KIND = "kind"
    # of a person
    PERSON_KEY = "person_key"
    PERSON_NAME = "person_name"
    GIVEN_NAME = "given_name"
    FAMILY_NAME = "family_name"
    BIRTH_DATE = "birth_date"
    JOB_TITLE = "job_title"
    # of what happened
    STATUS = "status"
    SUBJECT = "subject"
    OWNER = "owner"
    TERMS = "terms"
    UNIT = "unit"
    # of its lines
    LINE_NUMBER = "line_number"
    PRODUCT = "product"
    QUANTITY = "quantity"
    UNIT_PRICE = "unit_price"


LOOKED: Final = tuple(Role)[:16]  # what answers a look: receivables, orders, an aging summary


# The best word first: an "invoice amount" is rather the amount than a "tax amount".
_WORDS: Final[Mapping[Role, tuple[str, ...]]] = {
    Role.NUMBER: (
        "invoice number", "invoice no", "invoice id", "invoice", "document number", "document no",
        "document", "doc no", "order number", "order no", "order id", "sales order id",
        "sales order", "reference", "bill no", "voucher", "rechnungsnummer", "rechnung nr",
        "belegnummer", "beleg", "auftragsnummer", "number", "no", "nr", "id",
        "송장번호", "청구번호", "계산서번호", "인보이스", "주문번호", "전표번호", "번호",
        "發票號碼", "發票", "发票号码", "发票", "訂單編號", "订单编号", "單號", "单号", "編號", "编号",
        "num", "invoice num", "inv no", "inv num", "inv number", "doc num", "transaction number",
        "transaction no", "trx number", "billing document", "bill number", "ref no", "assignment",
        "rechnungsnr", "rechnungs nr", "re nr", "belegnr", "beleg nr", "belegfeld 1", "auftragsnr", "auftrags nr",
        "zuordnung", "세금계산서번호", "전자세금계산서승인번호", "승인번호", "청구서번호", "거래명세서번호", "명세서번호",
        "문서번호", "관리번호", "수주번호", "발주번호", "일련번호", "發票號", "單據號碼", "憑單號碼", "銷貨單號", "帳款單號",
        "應收單號", "傳票號碼", "訂單號碼", "订单号", "发票编号", "ticket", "ticket id", "ticket number", "case number",
        "case id", "case no", "deal id", "quote number", "rechnung", "접수번호", "문의번호", "案件編號", "工單編號",
    ),
    Role.CUSTOMER_NAME: (
        "customer name", "company name", "client name", "debtor name", "account name", "bill to name",
        "customer", "company", "client", "debtor", "account", "buyer", "sold to", "bill to", "name",
        "kundenname", "kunde", "firma", "debitor",
        "고객명", "거래처명", "업체명", "회사명", "상호", "고객", "거래처",
        "客戶名稱", "客户名称", "公司名稱", "公司名称", "客戶", "客户", "買方", "买方", "名稱", "名称",
        "cust", "customer full name", "contact name", "contact", "bp name", "card name", "business partner name",
        "sold to name", "payer name", "name 1", "kontobezeichnung", "debitorenname", "debitor name", "kundin",
        "auftraggeber", "거래처상호", "상호명", "매출처명", "매출처", "업체", "공급받는자상호", "공급받는자", "구매자", "발주처",
        "買方名稱", "买方名称", "買受人名稱", "客戶簡稱", "客戶全名", "客戶全稱", "客户简称", "買受人", "廠商名稱", "公司", "戶名",
    ),
    Role.CUSTOMER_KEY: (
        "customer id", "customer number", "customer no", "customer code", "customer key",
        "debtor number", "debtor no", "debtor id", "account number", "account no", "account id",
        "account code", "client id", "client no", "client code", "company id", "business partner",
        "kundennummer", "kunden nr", "debitorennummer",
        "고객번호", "고객코드", "거래처코드", "거래처번호", "업체코드",
        "客戶編號", "客戶代碼", "客户编号", "客户代码", "客戶代號",
        "cust id", "cust no", "cust code", "cust number", "customer account", "customer ref", "bp code",
        "card code", "sold to party", "payer", "kundennr", "kunden nummer", "kdnr", "kd nr", "debitorennr",
        "debitoren nr", "debitornr", "debitor nr", "debitornummer", "debitorenkonto", "debitor kreditor",
        "debitoren kreditorennummer", "kreditorennummer", "kreditorennr", "kontonummer", "kontonr", "konto nr", "konto",
        "거래처id", "고객id", "매출처코드", "客戶碼", "客戶號", "客戶id", "客户编码", "客戶編碼",
    ),
    Role.ISSUED: (
        "invoice date", "document date", "posting date", "issue date", "issued on", "issued",
        "billing date", "order date", "ordered on", "ordered", "order placed", "date",
        "rechnungsdatum", "belegdatum", "buchungsdatum", "auftragsdatum", "datum",
        "발행일", "송장일자", "청구일", "작성일", "주문일", "주문일자", "일자", "날짜",
        "發票日期", "发票日期", "開立日期", "訂單日期", "订单日期", "日期",
        "inv date", "bill date", "doc date", "transaction date", "txn date", "trx date", "rechnungs datum", "re datum",
        "beleg datum", "bestelldatum", "작성일", "작성일자", "발행일자", "발급일자", "발급일", "청구일자", "전표일자", "거래일자",
        "거래일", "매출일자", "매출일", "공급일자", "수주일", "수주일자", "發票日", "單據日期", "立帳日期", "帳款日期", "銷貨日期",
        "單據日", "訂單日", "訂貨日期", "下單日期", "下单日期", "开票日期",
        "opened on", "opened", "created on", "created", "created at", "start date", "접수일", "접수일자", "建立日期", "受理日期",
    ),
    Role.DUE: (
        "due date", "due on", "net due date", "payment due", "due", "maturity date", "promised date",
        "promise date", "promised", "required date", "delivery date", "ship by", "requested date",
        "fälligkeitsdatum", "fälligkeit", "fällig am", "fällig", "liefertermin",
        "만기일", "결제기한", "지급기한", "납기일", "납기", "기한",
        "到期日", "付款期限", "應付日期", "应付日期", "交貨日期", "交货日期",
        "net due", "payment due date", "pay by", "due dt", "invoice due date", "expected payment date",
        "req deliv date", "req delivery date", "req ship date", "requested deliv date", "requested ship date", "requested delivery date", "requested delivery", "required ship date", "required delivery date",
        "promised ship date", "promised delivery date", "expected ship date", "expected delivery date", "expected delivery",
        "scheduled ship date", "scheduled delivery date", "planned ship date", "planned delivery date", "confirmed ship date",
        "confirmed delivery date", "estimated ship date", "estimated delivery date", "latest ship date", "ship by date",
        "deliver by", "need by date", "need by", "fällig zum", "faellig am", "faelligkeit", "faelligkeitsdatum",
        "nettofälligkeit", "zahlungsziel", "zahlbar bis", "fälligkeitstermin", "wunschlieferdatum", "wunschtermin",
        "zugesagter termin", "zugesagtes lieferdatum", "bestätigter liefertermin", "geplantes lieferdatum",
        "결제예정일", "결제 예정일자", "입금예정일", "수금예정일", "지급예정일", "납부기한", "납부예정일", "결제기일", "지급기일", "만기일자",
        "출고예정일", "출하예정일", "배송예정일", "납품예정일", "납품기한", "희망납기일", "납기일자", "납기예정일",
        "收款到期日", "付款到期日", "預計收款日", "預定收款日", "應收日期", "應收款日", "票據到期日", "到期日期", "應付款日",
        "預計出貨日", "預定出貨日", "預計出貨日期", "預定交貨日", "預計交貨日", "預交日", "預交日期", "交期", "需求日期", "要求交期",
        "预计发货日期", "到期日",
    ),
    Role.SETTLED: (
        "settled date", "settled on", "settled", "paid date", "paid on", "payment date", "date paid",
        "cleared date", "clearing date", "clearing", "closed date", "receipt date", "paid",
        "bezahlt am", "zahlungsdatum", "ausgleichsdatum", "zahldatum",
        "결제일", "입금일", "수금일", "납부일", "지급일",
        "付款日期", "收款日期", "結清日期", "结清日期", "支付日期",
        "payment received", "received on", "fully paid on", "last payment date", "clearing dt",
        "bezahlt", "bezahlt am", "ausgleich", "ausgeglichen am", "zahlungseingang", "zahlung am",
        "입금일자", "결제일자", "수금일자", "결제완료일", "납부일자", "收款日", "實收日期", "入帳日期", "入帳日", "沖帳日期", "沖銷日期",
        "付清日期", "付款日", "結清日", "到账日期", "收款时间", "closed", "closed on", "closed at", "완료일", "종료일", "結案日期",
    ),
    Role.SHIPPED: (
        "ship date", "shipped date", "shipped on", "shipped", "dispatch date", "dispatched",
        "sent date", "delivered on", "delivered", "lieferdatum", "versanddatum", "versendet am",
        "출고일", "출하일", "배송일", "발송일", "出貨日期", "出货日期", "發貨日期", "发货日期",
        "actual gi date", "gi date", "actual goods issue date", "actual ship date", "actual delivery date", "delivery date actual", "goods issue date",
        "tatsächliches lieferdatum", "warenausgang", "geliefert am", "출고일자", "출하일자", "배송일자", "발송일자", "납품일", "납품일자",
        "出貨日", "實際出貨日", "實際出貨日期", "出庫日期", "发货日",
    ),
    Role.AMOUNT: (
        "invoice amount", "gross amount", "total amount", "total due", "amount", "total", "gross",
        "net amount", "invoice total", "order total", "order amount", "value", "sum", "subtotal",
        "betrag", "bruttobetrag", "rechnungsbetrag", "summe",
        "청구금액", "송장금액", "합계금액", "주문금액", "금액", "합계",
        "發票金額", "发票金额", "總金額", "总金额", "金額", "金额", "合計", "合计",
        "amount in local currency", "amount in doc curr", "amount in document currency", "original amount", "inv amount",
        "gross total", "bill amount", "umsatz", "betrag in hauswährung", "gesamtbetrag", "gesamt", "brutto", "nettobetrag",
        "총금액", "총액", "공급대가", "매출금액", "매출액", "발행금액", "공급가액", "含稅金額", "含稅總額", "總計", "總額", "应收金额",
        "應收金額", "應收帳款", "價稅合計", "价税合计", "銷售額", "訂單金額", "订单金额", "未稅金額",
    ),
    Role.BALANCE: (
        "outstanding amount", "outstanding", "open amount", "open balance", "balance due", "balance",
        "amount due", "remaining", "unpaid", "offener betrag", "offen", "saldo",
        "미수금", "잔액", "미결제금액", "미수잔액",
        "未付金額", "未付金额", "餘額", "余额", "未結金額",
        "invoice amount due", "outstanding balance", "outstanding amt", "remaining amount", "remaining balance",
        "amount remaining", "unpaid amount", "unpaid balance", "open amt", "due amount", "amount outstanding", "total outstanding",
        "restbetrag", "op betrag", "offener posten", "offener saldo", "noch offen", "offene forderung", "offen eur",
        "미수금액", "미수액", "미입금액", "미입금", "미회수금액", "미수금잔액", "미납금액", "미결제액", "채권잔액",
        "未收金額", "未收款", "未收餘額", "未收帳款", "應收餘額", "應收帳款餘額", "未沖金額", "未沖銷金額", "未結餘額", "未清金額", "欠款",
        "未收金额", "未收款项", "欠款金额",
    ),
    Role.CURRENCY: (
        "currency", "currency code", "curr", "cur", "währung", "통화", "화폐", "幣別", "币别",
        "貨幣", "货币", "幣種", "币种",
        "document currency", "doc currency", "local currency", "invoice currency", "iso code",
        "belegwährung", "hauswährung", "wkz", "통화코드", "화폐단위", "幣別代碼",
    ),
    Role.DISPUTED: (
        "disputed", "dispute", "in dispute", "contested", "complaint", "strittig", "reklamiert",
        "분쟁", "이의", "이의제기", "爭議", "争议",
    ),
    Role.EMAIL: (
        "email", "e mail", "mail", "email address", "이메일", "메일", "電子郵件", "电子邮件",
    ),
    Role.PHONE: ("phone", "telephone", "tel", "phone number", "mobile", "telefon",
                 "전화", "전화번호", "연락처", "電話", "电话",
                 "mobile phone", "cell", "cell phone", "mobil", "handy", "telefonnummer", "휴대폰", "핸드폰", "휴대전화", "手機", "行動電話", "手机"),
    Role.TAX_ID: ("tax id", "vat id", "vat number", "vat no", "tax number", "ust id",
                  "사업자등록번호", "사업자번호", "統一編號", "統編", "税号", "稅號",
        "tax registration number", "gstin", "abn", "ustidnr", "ust idnr", "umsatzsteuer id", "steuernummer",
        "공급받는자등록번호", "공급받는자사업자등록번호", "統一編號統編", "買方統編", "買方統一編號", "客戶統編",
    ),
    Role.COUNTRY: ("country", "country code", "land", "국가", "나라", "國家", "国家"),
    Role.CITY: ("city", "town", "ort", "stadt", "도시", "시", "城市"),
    Role.STREET: ("street", "street address", "address line 1", "address 1", "address1", "addr1", "road", "straße", "strasse",
                  "str", "adresse 1", "도로명주소", "도로명", "街道", "街道地址", "路名"),
    Role.POSTCODE: ("postcode", "postal code", "zip code", "zip", "post code", "plz", "postleitzahl",
                    "우편번호", "郵遞區號", "邮政编码", "邮编"),
    Role.REGION: ("region", "state", "province", "county", "prefecture", "bundesland", "시도", "지역", "省", "縣市", "州"),
    Role.ADDRESS: ("address", "full address", "company address", "adresse", "anschrift",
                   "주소", "사업장주소", "사업장 소재지", "소재지", "地址", "公司地址", "通訊地址"),
    Role.WEBSITE: ("website", "web site", "homepage", "url", "web", "internet", "internetseite", "webseite",
                   "홈페이지", "웹사이트", "網站", "網址", "网站"),
    Role.NAME_NATIVE: ("native name", "name in native script", "local name", "korean name", "chinese name",
                       "한글명", "한글상호", "한글 이름", "中文名稱", "中文名", "中文公司名稱"),
    Role.NAME_LATIN: ("english name", "latin name", "name english", "name in english", "romanised name", "romanized name",
                      "영문명", "영문상호", "영문 이름", "英文名稱", "英文名", "英文公司名稱"),
    Role.REGISTRATION_ID: ("registration number", "company registration number", "commercial register", "company number",
                           "register number", "handelsregister", "handelsregisternummer", "hrb", "법인등록번호", "법인번호",
                           "登記號碼", "公司登記號碼", "注册号"),
    Role.INDUSTRY: ("industry", "sector", "branche", "업종", "업태", "산업", "종목", "產業", "行業", "产业", "行业"),
    Role.SEGMENT: ("segment", "customer segment", "customer group", "customer class", "class", "rating", "kundengruppe", "kundenklasse",
                   "등급", "고객등급", "거래처등급", "客戶等級", "等級", "客戶分類"),
    Role.LANGUAGE: ("language", "lang", "preferred language", "sprache", "언어", "語言", "语言"),
    Role.NOTES: ("notes", "note", "comment", "comments", "remarks", "remark", "notiz", "notizen", "bemerkung", "bemerkungen",
                 "비고", "메모", "적요", "備註", "备注", "附註"),
    Role.KIND: ("customer type", "account type", "party type", "person or company", "kundenart", "고객유형", "고객구분", "거래처구분",
                "客戶類型", "客戶類別"),
    Role.PERSON_KEY: ("contact id", "contact number", "contact no", "person id", "ansprechpartner nr", "kontakt id", "kontaktnummer",
                      "담당자코드", "담당자번호", "聯絡人編號", "聯絡人代碼"),
    Role.PERSON_NAME: ("contact name", "contact person", "full name", "contact", "person", "attention", "ansprechpartner", "kontaktperson",
                       "담당자명", "담당자", "담당자 이름", "대표자명", "이름", "성명", "聯絡人", "聯絡人姓名", "联系人", "姓名"),
    Role.GIVEN_NAME: ("first name", "given name", "forename", "firstname", "vorname", "rufname", "名字", "이름(명)"),
    Role.FAMILY_NAME: ("last name", "family name", "surname", "lastname", "nachname", "familienname", "姓氏", "성씨", "성"),
    Role.BIRTH_DATE: ("birth date", "date of birth", "birthday", "born", "dob", "geburtsdatum", "geburtstag",
                      "생년월일", "생일", "出生日期", "生日"),
    Role.JOB_TITLE: ("job title", "position", "function", "title", "role", "funktion", "stellung", "직책", "직위", "직함", "職稱", "職位", "职位"),
    Role.STATUS: ("status", "state of order", "order status", "invoice status", "payment status", "stage", "stufe", "zustand", "stand", "st",
                  "상태", "진행상태", "처리상태", "狀態", "状态", "進度"),
    Role.SUBJECT: ("subject", "description", "text", "title of case", "summary", "betreff", "beschreibung", "bezeichnung", "verwendungszweck",
                   "제목", "내용", "건명", "주제", "主旨", "摘要", "說明", "标题", "描述"),
    Role.OWNER: ("owner", "account manager", "sales rep", "salesperson", "sales person", "assigned to", "agent", "clerk", "sachbearbeiter",
                 "vertreter", "betreuer", "verkäufer", "영업담당", "영업담당자", "처리자", "業務員", "業務", "負責人", "承辦人"),
    Role.TERMS: ("terms", "payment terms", "terms of payment", "zahlungsziel", "zahlungsfrist", "zahlungsbedingungen", "zahlungsbedingung", "결제조건", "지급조건",
                 "付款條件", "收款條件"),
    Role.UNIT: ("business unit", "division", "unit", "bu", "plant", "geschäftsbereich", "sparte", "werk", "사업부", "사업장", "事業部", "事業單位"),
    Role.LINE_NUMBER: ("line number", "line no", "line", "item number", "pos", "position no", "positionsnummer", "posnr", "행번호", "순번", "라인",
                       "行號", "項次", "序號"),
    Role.PRODUCT: ("product", "product name", "item", "item name", "item description", "article", "artikel", "artikelbezeichnung", "material", "sku",
                   "품목", "품명", "제품", "제품명", "상품명", "品名", "產品", "產品名稱", "商品", "料號"),
    Role.QUANTITY: ("quantity", "qty", "order qty", "ordered quantity", "menge", "anzahl", "stück", "수량", "數量", "数量"),
    Role.UNIT_PRICE: ("unit price", "price", "price each", "list price", "einzelpreis", "stückpreis", "preis", "단가", "單價", "单价"),
}  # fmt: skip

ROLES: Final[Mapping[Role, tuple[str, ...]]] = {
    role: tuple(dict.fromkeys((*_WORDS.get(role, ()), *IDIOMS.get(role.value, ()))))
    for role in Role
}
