"""More words by which columns are named: further languages, and the short names of systems."""

# ruff: noqa: E501 - lists of words read best in long lines

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

IDIOMS: Final[Mapping[str, tuple[str, ...]]] = {
    "number": (
        "单据编号", "單據編號", "单号",
        "appointment id", "appointment number", "appointment no", "booking id", "booking number", "booking reference", "nº nota", "número da nota", "nota fiscal", "nº nf", "nfe", "fatura", "nº fatura", "número do pedido", "nº do documento", "número do documento", "nº título",
        "lead number", "online order number",
        "belnr", "vbeln", "xblnr", "sales order", "order nbr", "invoice nbr", "doc nbr", "inv", "inv nbr", "issue key",
        "ticket no", "ticket key", "case key", "opportunity id", "opportunity number", "deal number", "transaction id", "txn id", "charge id",
        "payment id", "payment number", "contract number", "contract no", "contract id", "quote id", "quotation number", "lead id",
        "return number", "rma number", "rma no", "shipment number", "shipment id", "delivery note number", "lieferscheinnummer", "call id",
        "vertragsnummer", "angebotsnummer", "ticketnummer", "vorgangsnummer", "fallnummer", "record id", "row id", "rec id", "lfd nr", "external id",
        "numéro de facture", "n facture", "no facture", "numéro facture", "facture", "numéro de commande", "n commande", "numéro", "n pièce",
        "número de factura", "no factura", "nº factura", "factura", "número de pedido", "nº pedido", "número", "núm factura",
        "numero fattura", "n fattura", "número da fatura", "請求書番号", "請求番号", "伝票番号", "注文番号", "受注番号", "案件番号", "番号",
        "contract", "계약번호", "견적번호", "티켓번호", "거래번호", "출하번호", "合約編號", "報價單號", "出貨單號", "工单编号", "合同编号", "流水號", "流水号",
    ),
    "customer_name": (
        "deal organization", "razão social", "nome fantasia", "nome da empresa", "sacado",
        "organization", "organisation", "organization name", "organisation name", "associated company", "primary company", "business name",
        "trading name", "legal name", "display name", "name org", "primary name org", "name full", "primary name full", "party name", "store name",
        "shop name", "customer nm", "cust name", "cust nm", "billing name", "requester", "requester name", "debtor", "soldto", "bill to customer",
        "name 1", "kunnr name", "firmenname", "firmenbezeichnung", "unternehmen", "name adressattyp unternehmen", "kundenbezeichnung", "geschäftspartner",
        "raison sociale", "nom du client", "nom client", "client nom", "société", "nom société", "entreprise", "nom de la société", "dénomination",
        "razón social", "nombre del cliente", "nombre cliente", "nombre comercial", "empresa", "cliente", "nombre de la empresa", "denominación",
        "ragione sociale", "nome cliente", "nome do cliente", "顧客名", "会社名", "取引先名", "得意先名", "得意先", "取引先", "企業名", "請求先名",
        "거래처명칭", "법인명", "회사", "고객사", "고객사명", "사업체명", "상호(법인명)", "業主名稱", "往來對象", "单位名称", "企业名称", "客户全称", "购方名称", "往来单位",
        "customer company", "client company", "account holder",
    ),
    "customer_key": (
        "mrn", "medical record number", "medical record no", "patient id", "patient number", "patient no", "patientennummer", "patienten id", "환자번호", "病歷號", "病歷號碼", "código do cliente", "cód cliente", "id do cliente",
        "kunnr", "kunden id", "account name id", "company name id", "kunde nr", "kunde nummer", "kunde no", "kundencode", "customer nbr", "cust nbr", "cust num", "customer num", "client number", "client key", "client ref", "account nbr", "account ref",
        "account key", "sold to", "customer reference", "business partner no", "business partner number", "bp number", "partner id", "party id", "organization id",
        "organisation id", "requester id", "associated company ids", "associated company id", "company number internal", "store id", "debtor code", "debtor key",
        "business entity id", "entity id", "kto", "geschäftspartnernummer", "gp nr", "debitorenkontonummer", "member id", "membership number", "member number",
        "id client", "numéro client", "numéro de client", "n client", "no client", "code client", "compte client", "réf client",
        "id cliente", "código cliente", "código de cliente", "nº cliente", "número de cliente", "número cliente", "cod cliente",
        "codice cliente", "顧客コード", "顧客番号", "顧客id", "取引先コード", "得意先コード", "得意先番号", "会員番号",
        "거래처 no", "고객사코드", "회원번호", "회원id", "往來編號", "客户代号", "客户号", "会员编号", "會員編號",
    ),
    "issued": (
        "purchase date", "date of purchase", "purchased on", "业务日期", "业务时间", "業務日期",
        "data de emissão", "data emissão", "emissão", "data do pedido", "data da nota", "data do documento",
        "bldat", "erdat order", "create date", "created date", "audat", "invoice dt", "inv dt", "order dt", "doc dt", "created utc", "created date utc", "received at", "reported on", "logged on",
        "opened at", "open date", "opened date", "engage date", "date opened", "date created", "date issued", "sent at", "call date", "meeting date", "visit date",
        "contract date", "signed on", "quote date", "angebotsdatum", "vertragsdatum", "eröffnet am", "erfasst am", "gemeldet am", "ausgestellt am", "bestellt am",
        "date de facture", "date facture", "date de facturation", "date de commande", "date d'émission", "date pièce", "date de création", "date commande",
        "fecha de factura", "fecha factura", "fecha de emisión", "fecha emisión", "fecha de pedido", "fecha pedido", "fecha documento", "fecha",
        "data fattura", "data da fatura", "data documento", "請求日", "発行日", "注文日", "受注日", "伝票日付", "日付", "作成日", "登録日時",
        "접수일시", "등록일시", "주문일시", "계약일", "계약일자", "견적일자", "상담일", "통화일시", "下單時間", "下单时间", "合約日期", "合同日期", "制单日期", "创建时间", "受理时间", "開單日期",
    ),
    "due": (
        "appointment date", "appointment dt", "appointment", "appointment start", "scheduled for", "data vencimento", "vence em",
        "faedt", "zfbdt", "netdt", "due dt", "invoice due", "date due", "payment due dt", "promise dt", "need by dt", "expires on", "valid until", "end date", "expected close date", "target date",
        "fällig bis", "gültig bis", "zieldatum", "enddatum", "date d'échéance", "date échéance", "échéance", "date limite de paiement", "date de livraison prévue",
        "fecha de vencimiento", "fecha vencimiento", "vencimiento", "vence", "vto", "data scadenza", "scadenza", "data de vencimento", "vencimento",
        "支払期限", "支払期日", "入金予定日", "期日", "納期", "納品予定日", "回収予定日", "수금예정일자", "결제마감일", "완료예정일", "계약종료일", "收款期限", "预计收款日", "交货期", "付款到期日期", "截止日期",
    ),
    "settled": (
        "data de pagamento", "data do pagamento", "data de recebimento", "pago em", "data da baixa",
        "augdt", "paid dt", "paid at", "payment dt", "resolved", "resolved on", "resolved at", "solved at", "solved on", "solved", "completed", "completed at", "completed on", "close date", "closed dt",
        "date closed", "date resolved", "date solved", "cleared on", "cleared", "actual close date", "closing date", "erledigt am", "geschlossen am", "abgeschlossen am", "gelöst am", "beglichen am",
        "date de règlement", "date règlement", "date de paiement", "réglé le", "payé le", "date de clôture", "fecha de pago", "fecha pago", "fecha de cobro", "fecha cobro", "pagado el", "fecha de cierre",
        "data pagamento", "入金日", "支払日", "決済日", "完了日", "解決日", "처리완료일", "처리일", "종결일", "마감일", "해결일", "收款時間", "付款时间", "完成日期", "解决时间", "結案日", "关闭时间",
    ),
    "shipped": (
        "wadat", "ship dt", "shipped at", "dispatched on", "dispatched at", "fulfilled at", "delivered at", "date shipped", "versandt am", "date d'expédition", "date de livraison", "expédié le",
        "fecha de envío", "fecha envío", "fecha de entrega", "出荷日", "発送日", "納品日", "发货时间", "出货日", "발송일자", "출고일시",
    ),
    "amount": (
        "valor da nota", "valor bruto", "valor líquido", "valor do título", "total do pedido",
        "dmbtr", "wrbtr", "betrg", "netwr", "inv amt", "invoice amt", "order amt", "total amt", "amt", "total price", "grand total", "close value", "deal value", "deal amount", "contract value", "order value",
        "invoice value", "payment amount", "paid amount", "amount paid", "gross value", "umsatz brutto", "auftragswert", "endbetrag", "rechnungssumme", "gesamtsumme",
        "montant ttc", "montant", "total ttc", "montant total", "montant facture", "importe", "importe total", "total factura", "total con iva", "importo", "totale", "valor", "valor total",
        "請求金額", "合計金額", "税込金額", "売上金額", "受注金額", "총합계", "합계액", "계약금액", "결제금액", "견적금액", "거래금액", "含税金额", "合同金额", "合約金額", "收款金額", "开票金额", "付款金额",
    ),
    "balance": (
        "valor em aberto", "saldo em aberto", "saldo devedor", "em aberto", "valor a receber",
        "open bal", "bal", "bal due", "outstanding bal", "balance amt", "open amount lc", "restbetrag", "offener saldo", "noch offen", "saldo mw", "solde", "montant dû", "reste à payer", "restant dû",
        "saldo pendiente", "importe pendiente", "pendiente", "未払残高", "売掛残高", "残高", "未入金額", "미수액", "채권잔액", "외상잔액", "未收餘額", "应收余额", "未收金额", "欠款", "尚欠金額",
    ),
    "currency": (
        "waers", "waerk", "ccy", "cur", "curr", "curr cd", "currency cd", "fx", "devise", "monnaie", "moneda", "divisa", "valuta", "moeda", "通貨", "通貨コード", "화폐", "币种", "币别", "貨幣",
    ),
    "disputed": ("is disputed", "dispute flag", "litige", "en litige", "disputa", "en disputa", "係争中"),
    "email": (
        "correio eletrônico", "e mail do cliente",
        "main email", "primary email", "work email", "business email", "e mail adresse", "emailadresse", "mailadresse", "mail adresse", "email addr", "email id", "smtp addr", "contact email",
        "courriel", "adresse e mail", "adresse mail", "adresse email", "adresse électronique", "correo", "correo electrónico", "correo e", "dirección de correo", "indirizzo email", "posta elettronica",
        "メール", "メールアドレス", "eメール", "이메일주소", "전자우편", "메일주소", "電子信箱", "信箱", "電郵", "邮箱", "电子邮箱", "電子郵件地址", "e mail 1", "email 1",
    ),
    "phone": (
        "fone",
        "telf 1", "telf 2", "main phone", "work phone", "business phone", "home phone", "phone nbr", "phone no", "phone num", "tel no", "tel nbr", "tel number", "telephone number", "telephone no", "mobile number", "mobile no", "mobile nbr", "cell number", "contact number phone",
        "landline", "telefonnr", "telefon nr", "tel nr", "rufnummer", "mobiltelefon", "mobilnummer", "handynummer", "mobilfunk", "téléphone", "tél", "numéro de téléphone", "portable", "mobile phone number",
        "teléfono", "teléfono móvil", "móvil", "celular", "número de teléfono", "telefono", "cellulare", "telefone", "電話番号", "携帯", "携帯電話", "携帯番号", "연락전화", "대표전화", "회사전화", "전화 번호", "핸드폰번호", "휴대폰번호", "휴대전화번호", "대표번호",
        "聯絡電話", "連絡電話", "公司電話", "电话号码", "电话", "联系电话", "手机号", "手机号码", "手機號碼", "電話號碼", "行動", "市話",
    ),
    "tax_id": (
        "cpf", "cnpj cpf", "cpf cnpj",
        "stcd 1", "stceg", "vat", "vat reg no", "vat registration number", "tax reg no", "tax id number", "tax number", "tax identification number", "ein", "tin", "gst number", "gst no", "eu ust id", "ust id nr", "uid nummer", "umsatzsteuer identifikationsnummer",
        "steuer id", "numéro de tva", "n tva", "tva intracommunautaire", "n tva intracommunautaire", "cif", "nif", "cif nif", "nif cif", "rfc", "rut", "partita iva", "p iva", "codice fiscale", "cnpj",
        "사업자 등록번호", "사업자등록 번호", "사업자 번호", "사업자등록no", "統一編號 (統編)", "營利事業統一編號", "纳税人识别号", "統一社會信用代碼", "统一社会信用代码", "税务登记号", "インボイス番号", "適格請求書番号",
    ),
    "country": (
        "land 1", "ctry", "cntry", "country cd", "country name", "cntry cd", "country code 2", "iso country", "country iso", "country region", "country territory", "länder regionscode", "ländercode", "länderkennzeichen", "eu land", "pays", "code pays", "país", "pais", "paese", "国名", "国", "국가명", "국가코드", "國別", "国别", "國碼", "国家代码", "国家地区",
    ),
    "city": (
        "município",
        "ort 01", "ort 1", "cty", "city name", "suburb", "locality", "municipality", "city town", "wohnort", "ville", "commune", "localité", "ciudad", "población", "localidad", "municipio", "città", "cidade", "市区町村", "市町村", "市", "시군구", "구군", "城市名", "市區", "鄉鎮市區", "市鎮",
    ),
    "street": (
        "logradouro", "endereço",
        "stras", "street 1", "addr line 1", "addr ln 1", "address line", "address ln 1", "adr 1", "addr 1", "street name", "street and number", "street no", "street line 1", "street address 1", "strasse hausnummer", "straße und hausnummer", "straße nr", "anschrift 1",
        "rue", "adresse ligne 1", "voie", "adresse 1", "calle", "domicilio", "dirección 1", "via", "indirizzo", "rua", "morada", "番地", "町名番地", "住所1", "住所 1", "도로명 주소", "주소1", "주소 1", "기본주소", "地址1", "街道門牌", "详细地址",
    ),
    "postcode": (
        "pstlz", "zip cd", "postal cd", "post cd", "zip postal code", "postal zip code", "zip postcode", "plz code", "zipcode", "postalcode", "code postal", "cp", "c p", "código postal", "cod postal", "cap", "cep", "郵便番号", "〒", "우편 번호", "邮政编码", "郵遞區號 (zip)", "郵區", "邮编号码",
    ),
    "region": (
        "uf", "unidade federativa",
        "regio", "st cd", "state code", "state province", "province code", "province state", "state region", "state name", "st", "kanton", "région", "département", "province", "provincia", "estado", "comunidad autónoma", "regione", "都道府県", "県", "시도명", "광역시도", "省份", "省市", "縣市別", "region code",
    ),
    "address": (
        "addr", "addr full", "full addr", "bill address", "billing address", "bill to", "postal address", "mailing address", "street address full", "home address", "business address", "adresse complète", "dirección", "dirección completa", "direccion", "indirizzo completo", "endereço", "住所", "所在地", "주소지", "본점소재지", "회사주소", "사업장 주소", "公司地址", "聯絡地址", "營業地址", "登記地址", "联系地址", "注册地址", "公司住址",
    ),
    "website": (
        "web page", "webpage", "web address", "homepage url", "company url", "company website", "company domain name", "domain", "domain name", "internetadresse", "site web", "site internet", "página web", "sitio web", "web site url", "sito web", "ホームページ", "ウェブサイト", "웹 사이트", "홈페이지주소", "网址", "官網", "公司網站", "主页",
    ),
    "name_native": ("native name full", "name native", "name in local language", "local language name", "original name", "한글명칭", "국문명", "국문상호", "中文全名", "中文戶名"),
    "name_latin": ("name latin", "name eng", "english company name", "company name english", "company name in english", "영문 회사명", "영문회사명", "영문 상호", "영문성명", "英文戶名", "英文公司名", "英文名稱 (english)", "英語名", "ローマ字"),
    "registration_id": ("company reg no", "company registration no", "registration no", "reg no", "register no", "crn", "companies house number", "siret", "siren", "hrb nummer", "hr nummer", "registro mercantil", "法人番号", "법인 등록번호", "公司統編", "工商注册号"),
    "industry": ("industry name", "industry type", "sic description", "line of business", "business type industry", "branchenbezeichnung", "wirtschaftszweig", "secteur", "secteur d'activité", "activité", "sector de actividad", "actividad", "giro", "settore", "業種", "업종명", "사업분야", "行業別", "行业类别", "所属行业"),
    "segment": ("customer tier", "tier", "client segment", "account tier", "loyalty level", "customer grade", "grade", "abc class", "abc klasse", "kundenklassifizierung", "ktokd", "catégorie client", "segmento", "categoría cliente", "顧客ランク", "ランク", "고객 등급", "고객구분등급", "회원등급", "客户等级", "客户级别", "會員等級"),
    "language": ("spras", "language code", "locale", "correspondence language", "korrespondenzsprache", "langue", "idioma", "lingua", "言語", "사용언어", "语种"),
    "notes": ("remarks 1", "memo", "internal note", "internal notes", "customer notes", "kommentar", "anmerkung", "anmerkungen", "notes internes", "remarques", "commentaire", "commentaires", "observations", "observaciones", "notas", "comentarios", "note interne", "備考", "メモ", "특이사항", "비고란", "備註說明", "说明备注"),
    "kind": ("record type", "entity type", "party kind", "person type", "is person", "is a company", "is company", "person organisation", "individual or company", "account kind", "customer kind", "natural or legal person", "personenart", "privat firma", "type de client", "particulier entreprise", "tipo de cliente", "tipo cliente", "tipo de persona", "個人法人区分", "個人法人", "개인법인구분", "법인개인구분", "개인/법인", "個人或公司", "客户类型", "法人個人"),
    "person_key": ("contact key", "contact nbr", "contact code", "kontaktid", "ansprechpartner id", "id contact", "id contacto", "担当者コード", "联系人编号", "person number", "person no"),
    "person_name": (
        "patient name", "patient", "name of patient", "환자명", "病患姓名", "病人姓名", "deal contact person",
        "primary contact", "main contact", "key contact", "contact full name", "contact person name", "person name", "customer contact", "attn", "contact at customer", "personne de contact", "contact principal", "nom du contact", "interlocuteur", "persona de contacto", "contacto", "nombre de contacto", "nombre completo",
        "担当者", "担当者名", "ご担当者", "氏名", "お名前", "거래처담당자", "담당자성명", "담당자이름", "고객이름", "회원명", "연락 담당자", "聯絡人員", "聯繫人", "联络人", "主要聯絡人", "会员姓名", "會員姓名",
    ),
    "given_name": ("name first", "primary name first", "given names", "first nm", "fname", "f name", "first", "prénom", "nombre", "nombres", "nombre de pila", "nome", "名", "이름 (명)"),
    "family_name": ("name last", "primary name last", "family names", "last nm", "lname", "l name", "last", "sur name", "nom de famille", "nom", "apellido", "apellidos", "primer apellido", "cognome", "sobrenome", "姓", "성 (姓)"),
    "birth_date": ("birthdate", "birth dt", "d o b", "birth day", "date naissance", "date de naissance", "né le", "fecha de nacimiento", "fecha nacimiento", "f nacimiento", "data di nascita", "data de nascimento", "生年月日", "出生年月日", "生辰"),
    "job_title": ("job role", "job function", "job position", "occupation", "contact title", "designation", "berufsbezeichnung", "position im unternehmen", "poste", "fonction", "cargo", "puesto", "qualifica", "役職", "肩書", "직급", "직책명", "담당자 직책", "头衔", "職務"),
    "status": ("appointment status", "situação", "situação do pedido", "situação do título", "doc status", "ticket status", "case status", "deal stage", "sales stage", "opportunity stage", "stage name", "pipeline stage", "dealstage", "bill status", "financial status", "fulfillment status", "shipment status", "issue status", "auftragsstatus", "rechnungsstatus", "state", "statut", "état", "etat", "estado", "estado de pago", "estado del pago", "estado del pedido", "estado factura", "situación", "stato", "ステータス", "状況", "처리결과", "수금상태", "결제상태", "주문상태", "배송상태", "订单状态", "處理狀態", "付款狀態", "收款狀態", "收款情形", "收款状态", "付款状态", "入金状況", "支払状況", "入金ステータス", "訂單狀態", "案件狀態"),
    "subject": ("deal title", "sgtxt", "ticket subject", "case subject", "deal name", "opportunity name", "topic", "issue", "headline", "short text", "kurztext", "buchungstext", "vorgang", "objet", "libellé", "intitulé", "désignation", "asunto", "concepto", "descripción", "oggetto", "descrizione", "件名", "内容", "概要", "摘要說明", "件名 (subject)", "문의제목", "문의내용", "거래내용", "案由", "事由", "问题描述", "主题"),
    "owner": ("assignee", "responsible", "deal owner", "opportunity owner", "ticket owner", "case owner", "assigned agent", "sales agent", "sales rep name", "sales person id", "rep", "handled by", "zuständig", "bearbeiter", "verantwortlich", "verantwortlicher", "außendienst", "commercial", "vendeur", "responsable", "comercial", "vendedor", "agente", "担当営業", "営業担当", "영업사원", "담당영업", "처리담당자", "담당직원", "业务员", "销售员", "负责人", "經辦人", "客服人員"),
    "terms": ("zterm", "pmt terms", "payment term", "terms code", "credit terms", "zahlungskondition", "zahlungsziel tage", "conditions de paiement", "condiciones de pago", "plazo de pago", "支払条件", "결제 조건", "대금조건", "付款方式條件", "付款条件"),
    "unit": ("bukrs", "company code", "profit center", "cost centre", "business area", "operating unit", "legal entity", "buchungskreis", "사업장명", "사업부문", "部門別"),
    "line_number": ("posnr", "buzei", "line nbr", "ln", "line item", "line item number", "line item id", "line id", "item no line", "order line", "order line number", "order detail id", "sales order detail id", "invoice line", "detail id", "row number of order", "position", "ligne", "n ligne", "línea", "nº línea", "行番号", "明細番号", "품목순번", "明細行", "行号"),
    "product": ("matnr", "arktx", "item code", "item no", "item number", "product id", "product code", "product no", "product number", "part number", "part no", "article number", "artikelnummer", "artikel nr", "artnr", "inventory item code", "product sku", "line item name", "lineitem name", "line item", "produkt", "produktname", "ware", "produit", "référence article", "article", "producto", "artículo", "código artículo", "articolo", "商品名", "商品コード", "製品名", "품목명", "품번", "제품코드", "상품코드", "품목코드", "商品名称", "产品名称", "产品", "物料", "料件"),
    "quantity": ("menge", "kwmeng", "ordered qty", "qty ordered", "line qty", "lineitem quantity", "line item quantity", "units", "pcs", "pieces", "quantité", "qté", "cantidad", "cant", "uds", "quantità", "quantidade", "個数", "数", "주문수량", "訂購數量", "订购数量", "数目"),
    "unit_price": ("netpr", "price per unit", "unit cost price", "unit amount", "unit amt", "unit net price", "sales price", "sale price", "selling price", "price each", "lineitem price", "line item price", "line price", "verkaufspreis", "vk preis", "stückpreis netto", "prix unitaire", "prix", "pu", "precio", "precio unitario", "prezzo", "prezzo unitario", "preço", "単価", "판매단가", "销售单价", "售價"),
}  # fmt: skip
