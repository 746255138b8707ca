"""What columns mean that usual systems export: their headers, with values of our own.

A line is a column, what it may be taken for (see `columns_of_real_files`) and its values. Empty
values are `_`. `EXPORTS` were looked at while the recogniser was written, `OTHERS` were written
before it and measured after.
"""

# ruff: noqa: E501 - tables read best in long lines

from __future__ import annotations

EXPORTS = {
    "sched_extract.txt": """
        customer record person appointment
        APPT_ID: r.key = 880001|880002|880003|880004
        MRN: c.key = MRN5550101|MRN5550102|MRN5550101|MRN5550104
        PAT_NAME: c.name = WALSH, ANNA B|ORTIZ, BEN|WALSH, ANNA B|KIM, IVY C
        DOB: c.birth_date = 03/14/1961|11/30/1988|03/14/1961|07/22/2009
        SEX: - = F|M|F|F
        HOME_PH: c.phones = (206) 555-0101|(206) 555-0102|(206) 555-0101|(206) 555-0104
        APPT_DT: r.due = 11/03/2026|11/04/2026|11/16/2026|11/19/2026
        APPT_TM: - = 0930|1015|1300|0745
        DUR_MIN: - = 15|30|15|60
        DEPT: - = CARD|ORTHO|CARD|PEDS
        PROVIDER: - r.owner = Lee, MD Grace|Patel, MD Jack|Lee, MD Grace|Brown, MD Ivy
        APPT_STATUS: r.status = SCHEDULED|NO SHOW|ARRIVED|CANCELED
    """,
    "zendesk_tickets.csv": """
        customer record person case
        Id: r.key = 35001|35002|35003|35004
        Requester: c.name = Anna Walsh|Ben Ortiz|Chloe Kim|Anna Walsh
        Requester id: c.key = 101|102|103|101
        Requester email: c.emails = a@acme.example|b@globex.example|c@acme.example|a@acme.example
        Status: r.status = Open|Pending|Solved|Closed
        Priority: r.set.priority - = Urgent|High|Normal|Low
        Assignee: r.owner = Nora Ashby|Nora Ashby|Nora Ashby|Nora Ashby
        Subject: r.subject = Printer jam|Login|Invoice copy|Printer jam again
        Created at: r.opened = 2026-10-03 10:15|2026-10-04 11:15|2026-10-05 08:15|2026-10-06 09:15
        Solved at: r.closed = _|_|2026-10-07 12:00|2026-10-08 12:00
        Organization: - = Acme Corp|Globex Inc.|Acme Corp|Acme Corp
    """,
    "magento_orders.csv": """
        customer record * order
        ID: r.key = 000010001|000010002|000010003|000010004
        Purchase Date: r.opened = Aug 5, 2026, 10:05:07 AM|Sep 12, 2026, 1:05:07 PM|Sep 13, 2026, 4:00:00 PM|Oct 1, 2026, 9:30:00 AM
        Bill-to Name: c.name = Anna Smith|Ben Lee|Anna Smith|Chloe Kim
        Grand Total (Base): r.amount = $1,160.00|$126.53|$89.00|$45.10
        Status: r.status = Complete|Processing|Canceled|Complete
        Customer Email: c.emails = anna@x.example|ben@x.example|anna.smith@y.example|chloe@x.example
    """,
    "pipedrive deals.csv": """
        customer record organisation deal
        Deal - ID: r.key = 1|2|3|4
        Deal - Title: r.subject = Acme deal|Globex deal|Hooli deal|Initech deal
        Deal - Status: r.status - = Open|Won|Lost|Open
        Deal - Value: r.amount = 1500|23000|900|4100
        Deal - Currency of Value: r.currency = EUR|EUR|EUR|EUR
        Deal - Organization: c.name = Acme Corp|Globex Inc.|Hooli|Initech
        Deal - Owner: r.owner = Owen Reyland|Owen Reyland|Owen Reyland|Owen Reyland
        Deal - Deal created: r.opened = 2026-01-10 10:00:00|2026-02-11 10:00:00|2026-03-12 10:00:00|2026-04-13 10:00:00
        Deal - Expected close date: r.due r.closed = 2026-06-10|2026-07-11|2026-08-12|2026-09-13
    """,
    "contas_a_receber.csv": """
        customer record organisation invoice
        Nº Nota: r.key = NF5001|NF5002|NF5003|NF5004
        CNPJ: c.tax_id = 11.222.333/0001-81|11.444.777/0001-61|11.222.333/0001-81|60.746.948/0001-12
        Razão Social: c.name = Comércio São João Ltda|Três Irmãos Ltda|Comércio São João Ltda|Ação Ltda
        Data de Emissão: r.opened = 15/03/2026|28/04/2026|02/05/2026|30/06/2026
        Vencimento: r.due = 15/04/2026|28/05/2026|02/06/2026|30/07/2026
        Data de Pagamento: r.closed = _|27/05/2026|_|_
        Valor: r.amount = R$ 1.234,56|R$ 98,70|R$ 12.000,00|R$ 450,10
        Situação: r.status = Em aberto|Pago|Vencido|Cancelado
        Forma de Pagamento: - = Boleto|Pix|Boleto|Pix
    """,
    "应收单.csv": """
        customer record organisation invoice
        单据编号: r.key = YS202600001|YS202600002|YS202600003|YS202600004
        客户编码: c.key = KH0001|KH0002|KH0001|KH0003
        客户名称: c.name = 上海精工机械有限公司|北京华信科技有限公司|上海精工机械有限公司|杭州丝绸厂
        业务日期: r.opened = 2026年3月15日|2026年4月2日|2026年5月9日|2026年6月30日
        到期日: r.due = 2026/4/15|2026/5/2|2026/6/9|2026/7/30
        价税合计: r.amount = ¥1,234.50|¥88.00|¥12,000.00|¥450.10
        单据状态: r.status - = 已审核|已关闭|未审核|已审核
        币别: r.currency = 人民币|人民币|人民币|人民币
    """,
    "factures_clients.csv": """
        customer record organisation invoice
        N° facture: r.key = FA-0001|FA-0002|FA-0003|FA-0004
        Code client: c.key = C0001|C0002|C0001|C0003
        Client: c.name = Société Dupont|Martin SARL|Société Dupont|Générale SA
        Date facture: r.opened = 12 mars 2026|3 avril 2026|1er août 2026|28 décembre 2026
        Échéance: r.due = 12 avril 2026|3 mai 2026|31 août 2026|28 février 2027
        Montant TTC: r.amount = 46 889,34 €|192,67 €|8 000,00 €|75,20 €
        Statut: r.status = Payée|Impayée|En retard|Payée
    """,
    "KNA1.csv": """
        customer organisation
        MANDT: - = 100|100|100|100
        KUNNR: c.key = 0000100045|0000100046|0000100047|0000100101
        LAND1: c.country = DE|AT|DE|CH
        NAME1: c.name = Hoffmann Werkzeuge GmbH|Alpin Technik KG|Brenner & Sohn|Zumstein AG
        NAME2: - = Werk 2|_|_|Zentrale
        ORT01: c.city = Essen|Graz|Kassel|Bern
        PSTLZ: c.postcode = 45127|8010|34117|3011
        REGIO: c.region = NW|ST|HE|BE
        STRAS: c.street = Hafenstr. 12|Ringweg 4|Am Markt 1|Spitalgasse 9
        TELF1: c.phones = 0201 8844-0|+43 316 8811|0561 77120|+41 31 312 00 11
        TELFX: - = 0201 8844-9|_|_|_
        STCD1: c.tax_id - = 111/222/33334|_|025/815/08151|_
        STCEG: c.tax_id = DE811907980|ATU33864707|DE129273398|_
        KTOKD: - c.segment = 0001|0001|0002|0001
        ERDAT: - = 20190402|20200711|20180203|20210930
        SPRAS: c.language = D|D|D|D
    """,
    "BSID offene Posten.csv": """
        record invoice
        BUKRS: - r.unit = 1000|1000|1000|2000
        KUNNR: r.customer c.key = 100045|100046|100045|100101
        BELNR: r.key = 1800004711|1800004712|1800004713|1800004790
        GJAHR: - = 2026|2026|2026|2026
        BUZEI: - = 001|001|001|001
        BLDAT: r.opened = 02.03.2026|05.03.2026|17.03.2026|21.03.2026
        BUDAT: - r.opened = 02.03.2026|06.03.2026|17.03.2026|21.03.2026
        WAERS: r.currency = EUR|EUR|EUR|CHF
        DMBTR: r.amount - = 1.190,00|250,40|89,90|1.001,00
        WRBTR: r.amount - = 1.190,00|250,40|89,90|980,00
        FAEDT: r.due = 01.04.2026|04.04.2026|16.04.2026|20.04.2026
        ZTERM: r.set.terms = Z030|Z030|Z030|Z014
        SGTXT: r.subject = Wartung März|Ersatzteile|Fracht|Messuhr
    """,
    "FBL5N.csv": """
        customer record organisation invoice
        KUNNR: c.key = 0000100045|0000100046|0000100045|0000100101
        NAME1: c.name = Hoffmann Werkzeuge GmbH|Alpin Technik KG|Hoffmann Werkzeuge GmbH|Zumstein AG
        BELNR: r.key = 1800004711|1800004712|1600004713|1800004790
        BLDAT: r.opened = 02.03.2026|05.03.2026|17.03.2026|21.03.2026
        FAEDT: r.due = 01.04.2026|04.04.2026|16.04.2026|20.04.2026
        WAERS: r.currency = EUR|EUR|EUR|CHF
        BETRG: r.amount = 1.190,00|250,40|89,90-|1.001,00
    """,
    "stripe invoices.csv": """
        record invoice
        id: - = in_1PaBcD2eZvKYlo2C|in_1PaBcE2eZvKYlo2D|in_1PaBcF2eZvKYlo2E|in_1PaBcG2eZvKYlo2F
        Customer: r.customer c.key = cus_9s6XKzkNRiz8i3|cus_9s6XGDTHzA66Po|cus_9s6XKzkNRiz8i3|cus_9s6XI9OFIdpjIg
        Amount Due: r.amount = 120.00|80.50|99.00|15.25
        Amount Paid: - = 120.00|0.00|0.00|15.25
        Currency: r.currency = usd|usd|usd|usd
        Date (UTC): r.opened = 2026-03-02 12:00|2026-03-03 09:30|2026-03-05 18:11|2026-03-08 07:45
        Due Date (UTC): r.due = 2026-04-02 12:00|2026-04-03 09:30|2026-04-05 18:11|2026-04-08 07:45
        Status: r.status = paid|open|void|paid
        Number: r.key = ABCD-0001|ABCD-0002|ABCD-0003|ABCD-0004
    """,
    "hubspot deals with what is expected.csv": """
        customer record organisation deal
        Record ID: r.key = 7000000001|7000000002|7000000003|7000000004
        Deal Name: r.subject = New line|Spare parts|Second hall|Audit
        Deal Stage: r.status = Appointment Scheduled|Closed Won|Contract Sent|Closed Lost
        Close Date: r.due = 2026-06-30 09:30|2026-03-01 10:00|2026-07-31 09:30|2026-02-11 12:15
        Amount: r.amount = 12000|800|45000|300
        Create Date: r.opened = 2026-01-10 08:15|2026-01-12 08:15|2026-02-01 08:15|2026-02-02 08:15
        Associated Company IDs: c.key = 9001|9002|9001|9003
        Associated Company: c.name = Orion GmbH|Lyra Ltd|Orion GmbH|Vega SA
    """,
    "zoho contacts.csv": """
        customer contact organisation
        Record Id: p.key = zcrm_4876876000001|zcrm_4876876000002|zcrm_4876876000003|zcrm_4876876000004
        First Name: p.given_name = Emma|Jack|Grace|Ivy
        Last Name: p.family_name = Brown|Lee|Kim|Nguyen
        Account Name: c.name = Orion GmbH|Lyra Ltd|Orion GmbH|Vega SA
        Account Name.id: c.key = zcrm_4876870000001|zcrm_4876870000002|zcrm_4876870000001|zcrm_4876870000003
    """,
    "orders_export_1.csv": """
        customer record line organisation order
        Name: r.key = #1001|#1001|#1002|#1003
        Email: c.emails = anna@x.example|anna@x.example|ben@x.example|eva@x.example
        Created at: r.opened = 2026-05-01 10:00:00 +0200|_|2026-05-02 10:00:00 +0200|2026-05-03 10:00:00 +0200
        Total: r.amount = 51.90|_|78.30|16.40
        Lineitem quantity: l.quantity = 2|4|1|3
        Lineitem name: l.product = Widget 4|Widget 2|Widget 3|Widget 1
        Lineitem price: l.unit_price = 10.00|7.98|78.30|5.47
        Billing Name: c.name = Anna Kim|_|Ben Lee|Eva Brown
    """,
    "facturas.csv": """
        customer record organisation invoice
        Nº factura: r.key = F-1|F-2|F-3|F-4
        Cliente: c.name = Talleres Ruiz S.L.|Gómez S.A.|Talleres Ruiz S.L.|Norte S.L.
        Fecha: r.opened = 03/04/2026|25/07/2026|05/11/2026|06/11/2026
        Vencimiento: r.due = 12/05/2026|24/11/2026|23/12/2026|24/12/2026
        Importe total: r.amount = 8.565,05 €|1.077,06 €|2.211,51 €|10,00 €
        Estado: r.status = Pagada|Pendiente|Pendiente|Pagada
    """,
    "invoices with a state.csv": """
        customer record organisation invoice
        Invoice no: r.key = Q1|Q2|Q3|Q4
        Customer no: c.key = C1|C2|C1|C3
        Customer: c.name = Orion Ltd|Lyra Ltd|Orion Ltd|Vega Ltd
        Due: r.due = 2026-03-01|2026-03-02|2026-03-09|2026-04-01
        Amount: r.amount = 100.00|200.50|300.00|12.00
        State: r.status = open|paid|paid|dunning
    """,
    "customers in a state.csv": """
        customer organisation
        Customer no: c.key = C1|C2|C3|C4
        Customer: c.name = Orion Ltd|Lyra Ltd|Argo Inc|Vega Ltd
        State: c.region = CA|TX|CA|NY
    """,
    "銷項發票.csv": """
        customer record organisation invoice
        發票號碼: r.key = AB10000001|AB10000002|AB10000003|AB10000004
        發票日期: r.opened = 115/03/01|115/03/02|115/03/09|115/04/01
        買方名稱: c.name = 大同機械有限公司|新光食品|大同機械有限公司|永豐餘商行
        客戶代號: c.key = C001|C002|C001|C003
        總計: r.amount = 62,147|71,338|38,568|9,000
        到期日: r.due = 115/04/01|115/04/02|115/04/09|115/05/01
        收款狀態: r.status = 已收|未收|未收|已收
    """,
    "請求書一覧.csv": """
        customer record organisation invoice
        請求書番号: r.key = S2001|S2002|S2003|S2004
        得意先コード: c.key = 1001|1002|1001|1003
        得意先名: c.name = 株式会社山田製作所|佐藤工業㈱|株式会社山田製作所|京都庵
        請求日: r.opened = 令和7年7月6日|令和7年9月14日|令和8年2月20日|令和元年5月1日
        支払期限: r.due = 令和7年8月6日|令和7年10月14日|令和8年3月20日|令和元年6月1日
        請求金額: r.amount = ¥850,724|¥802,572|¥79,822|¥5,000
        入金状況: r.status = 入金済|未入金|未入金|入金済
    """,
    "Aged debtors.csv": """
        customer record organisation invoice
        Account: c.key = A001|A002|A001|A003
        Customer name: c.name = Orion Ltd|Lyra Ltd|Orion Ltd|Vega Ltd
        Invoice no.: r.key = INV001|INV002|INV003|INV004
        Due date: r.due = 2026-03-01|2026-03-02|2026-03-09|2026-04-01
        Amount: - = 100.00|200.50|300.00|12.00
        Outstanding: r.amount = 0.00|200.50|150.00|0.00
    """,
    "tickets.csv": """
        customer record person case
        id: r.key = 1|2|3|4
        subject: r.subject = Machine stops|Needs oil|Lamp is out|Noise
        status: r.status = open|pending|solved|closed
        requester.id: c.key = 101|102|101|103
        requester.name: c.name = Anna Kim|Ben Lee|Anna Kim|Eva Brown
        organization: - = Orion GmbH|Lyra Ltd|Orion GmbH|Vega SA
        created_at: r.opened = 2026-05-01T10:00:00Z|2026-05-02T10:00:00Z|2026-05-03T10:00:00Z|2026-05-04T10:00:00Z
        solved_at: r.closed = _|_|2026-05-09T10:00:00Z|2026-05-08T10:00:00Z
    """,
    "DATEV Debitoren.csv": """
        customer organisation
        Konto: c.key = 10001|10002|10003|10004
        Name (Adressattyp Unternehmen): c.name = Müller GmbH|Krause KG|Otto Beck e.K.|Lindner AG
        Unternehmensgegenstand: - c.industry = Maschinenbau|Handel|Optik|Handel
        Anrede: - = Firma|Firma|Herr|Firma
        EU-Land: c.country - = DE|DE|DE|DE
        EU-UStID: c.tax_id = 129273398|136695976|811907980|_
        Straße: c.street = Hauptstr. 1|Weg 3|Gasse 77|Allee 14
        Postleitzahl: c.postcode = 50667|20095|01067|70173
        Ort: c.city = Köln|Hamburg|Dresden|Stuttgart
        Telefon: c.phones = 0221 4711|040 99881|0351 2211|0711 5533
        E-Mail: c.emails = info@mueller.example|post@krause.example|otto@beck.example|mail@lindner.example
        Internet: c.website = www.mueller.example|www.krause.example|_|www.lindner.example
        Fax: - = 0221 4712|_|_|_
        Zahlungsbedingung: - = 30|14|30|30
    """,
    "QuickBooks Customer Contact List.csv": """
        customer contact organisation
        Customer: c.name = Acme Tools, Inc.|Bay Optics LLC|Corner Bakery|Dunn & Sons
        Company: c.name - = Acme Tools, Inc.|Bay Optics LLC|_|Dunn & Sons
        First Name: p.given_name c.given_name = Ann|Bo|Cleo|Dan
        Last Name: p.family_name c.family_name = Abel|Burke|Cox|Dunn
        Main Email: c.emails p.emails = ann@acme.example|bo@bay.example|cleo@corner.example|dan@dunn.example
        Main Phone: c.phones p.phones = (415) 555-0101|(415) 555-0102|(415) 555-0103|(415) 555-0104
        Alt. Phone: c.phones p.phones - = (415) 555-0111|_|_|_
        Fax: - = (415) 555-0121|_|_|_
        Bill to: - c.address = 1 Pier, San Rafael, CA 94901|2 Hill Rd, Mill Valley, CA 94941|3 Oak, Napa, CA 94558|4 Elm, Novato, CA 94945
        Terms: - = Net 30|Net 15|Net 30|Net 30
        Customer Type: - c.kind c.segment = Commercial|Retail|Retail|Commercial
        Open Balance: - = 120.00|0.00|44.10|0.00
    """,
    "QuickBooks Open Invoices.csv": """
        customer record organisation invoice
        Date: r.opened = 03/14/2026|03/18/2026|03/22/2026|04/02/2026
        Transaction Type: - = Invoice|Invoice|Invoice|Invoice
        Num: r.key = 1001|1002|1003|1004
        Customer: c.name = Acme Tools, Inc.|Bay Optics LLC|Corner Bakery|Acme Tools, Inc.
        Terms: r.set.terms = Net 30|Net 15|Net 30|Net 30
        Due Date: r.due = 04/13/2026|04/02/2026|04/21/2026|05/02/2026
        Aging: - = 12|23|4|0
        Open Balance: r.amount - = 120.00|85.20|44.10|310.00
    """,
    "Xero Contacts.csv": """
        customer contact organisation
        *ContactName: c.name = Ridgeway University|City Limousines|Marine Systems|Young Bros
        AccountNumber: c.key = RID01|CIT02|MAR03|YOU04
        EmailAddress: c.emails p.emails = ap@ridgeway.example|pay@citylimo.example|ad@marine.example|yb@young.example
        FirstName: p.given_name c.given_name = Rae|Sal|Tim|Una
        LastName: p.family_name c.family_name = Adams|Brook|Cane|Day
        POAttentionTo: - = Accounts|_|_|_
        POAddressLine1: c.street = 1 Campus Way|9 Dock St|4 Bay Rd|77 Hill St
        POAddressLine2: - = Block B|_|_|_
        POCity: c.city = Oaktown|Ridge Heights|Pinehaven|Oaktown
        PORegion: c.region = Madeupville|Madeupville|Coastland|Madeupville
        POPostalCode: c.postcode = 90210|1246|2010|90211
        POCountry: c.country = New Zealand|New Zealand|Australia|New Zealand
        SAAddressLine1: - = 1 Campus Way|_|_|_
        SACity: - = Oaktown|_|_|_
        PhoneNumber: c.phones p.phones = 800 123400|800 124578|02 5550 1234|02 5550 9876
        FaxNumber: - = 800 123401|_|_|_
        MobileNumber: c.phones p.phones - = 021 555 123|_|_|_
        SkypeName: - = rae.a|_|_|_
        BankAccountNumber: - = 01-1234-5678-00|_|_|_
        TaxNumber: c.tax_id = 101-2-303|111-3-444|_|_
        AccountsReceivableTaxCodeName: - = 15% GST|15% GST|_|15% GST
        Website: c.website = https://ridgeway.example|https://citylimo.example|_|_
        Discount: - = 5|_|_|_
    """,
    "Xero SalesInvoices.csv": """
        customer record line organisation invoice
        *ContactName: c.name = Ridgeway University|City Limousines|City Limousines|Young Bros
        EmailAddress: c.emails = ap@ridgeway.example|pay@citylimo.example|pay@citylimo.example|yb@young.example
        *InvoiceNumber: r.key = INV-1|INV-2|INV-2|INV-3
        Reference: - = P/O 9711|Ref 1|Ref 1|_
        *InvoiceDate: r.opened = 2026-03-01|2026-03-04|2026-03-04|2026-03-09
        *DueDate: r.due = 2026-03-21|2026-03-24|2026-03-24|2026-03-29
        Total: - r.amount = 230.00|120.00|120.00|17.25
        InventoryItemCode: - l.product = GB1|TX|TS|BOOK
        *Description: l.product r.subject - = Golf balls|Taxi hire|Tyre set|Book
        *Quantity: l.quantity = 2|1|4|1
        *UnitAmount: l.unit_price = 100.00|60.00|15.00|15.00
        Discount: - = _|_|_|_
        *AccountCode: - = 200|200|200|260
        *TaxType: - = 15% GST on Income|15% GST on Income|15% GST on Income|15% GST on Income
        Currency: r.currency = NZD|NZD|NZD|NZD
    """,
    "stripe_unified_payments.csv": """
        record payment
        id: r.key = ch_1A|ch_1B|ch_1C|ch_1D
        Description: r.subject = Subscription update|Invoice 22|Subscription creation|_
        Seller Message: - = Payment complete.|Payment complete.|Payment complete.|Payment complete.
        Created (UTC): r.opened = 2026-01-04 10:11|2026-01-05 08:00|2026-01-09 17:31|2026-01-11 12:00
        Amount: r.amount = 40.00|12.50|99.00|40.00
        Amount Refunded: - = 0.00|0.00|0.00|40.00
        Currency: r.currency = usd|usd|eur|usd
        Converted Amount: - = 40.00|12.50|99.00|40.00
        Fee: - = 1.46|0.66|3.17|1.46
        Status: r.status = Paid|Paid|Paid|Refunded
        Customer ID: r.customer c.key = cus_A|cus_B|cus_C|cus_A
        Customer Email: - c.emails = a@aa.example|b@bb.example|c@cc.example|a@aa.example
        Card ID: - = card_1|card_2|card_3|card_1
        Invoice ID: - = in_1|in_2|in_3|_
    """,
    "hubspot-crm-exports-all-contacts.csv": """
        customer contact organisation
        Record ID: p.key = 101|151|201|251
        First Name: p.given_name = Ira|Joy|Kai|Lou
        Last Name: p.family_name = Ames|Bell|Cole|Dyer
        Email: p.emails = ira@nova.example|joy@orb.example|kai@pax.example|lou@nova.example
        Phone Number: p.phones = +1 312 555 0188|_|+44 20 7946 0001|_
        Contact owner: - = Nora Ashby|Nora Ashby|Ivo Lenz|Ivo Lenz
        Associated Company: c.name = Nova Labs|Orb Ltd|Pax plc|Nova Labs
        Associated Company IDs: c.key - = 9001|9002|9003|9001
        Job Title: p.title = Buyer|CFO|Engineer|Buyer
        Lead Status: - = Open|_|New|_
        Create Date: - = 2025-05-01 10:00|2025-06-02 11:11|2025-06-03 12:12|2025-07-04 09:30
        Last Activity Date: - = 2026-01-05 10:00|_|_|2026-02-01 08:00
        Marketing contact status: - = Marketing contact|Non-marketing contact|Marketing contact|Marketing contact
    """,
    "hubspot-crm-exports-all-deals.csv": """
        customer record organisation deal
        Record ID: r.key = 8801|8802|8803|8804
        Deal Name: r.subject = Nova - gauges|Orb - rental|Pax - renewal|Nova - spare parts
        Deal Stage: r.status = Closed won|Qualified to buy|Appointment scheduled|Closed lost
        Close Date: r.closed r.due = 2026-03-01 00:00|2026-04-01 00:00|2026-04-15 00:00|2026-02-11 00:00
        Deal owner: r.owner = Nora Ashby|Ivo Lenz|Nora Ashby|Ivo Lenz
        Amount: r.amount = 12000|800|4300|650
        Create Date: r.opened - = 2026-01-01 10:00|2026-01-02 11:11|2026-01-03 12:12|2026-01-04 09:30
        Associated Company: c.name = Nova Labs|Orb Ltd|Pax plc|Nova Labs
        Pipeline: - r.set.pipeline = Sales Pipeline|Sales Pipeline|Sales Pipeline|Sales Pipeline
        Deal Type: - = New Business|New Business|Existing Business|Existing Business
    """,
    "Account.csv": """
        customer organisation
        Id: c.key = 0015g00001A|0015g00001B|0015g00001C|0015g00001D
        IsDeleted: - = 0|0|0|0
        MasterRecordId: - = _|_|_|_
        Name: c.name = Edge Communications|Burlington Textiles|Dickenson plc|Grand Hotels
        Type: - c.kind c.segment = Customer - Direct|Customer - Direct|Customer - Channel|Customer - Direct
        ParentId: - = _|0015g00001A|_|_
        BillingStreet: c.street = 312 Constitution Place|525 S. Lexington Ave|1301 Hoch Drive|2334 N. Michigan Avenue
        BillingCity: c.city = Austin|Burlington|Lawrence|Chicago
        BillingState: c.region = TX|NC|KS|IL
        BillingPostalCode: c.postcode = 78767|27215|66045|60601
        BillingCountry: c.country = USA|USA|USA|USA
        ShippingStreet: - = 312 Constitution Place|_|1301 Hoch Drive|2334 N. Michigan Avenue
        ShippingCity: - = Austin|_|Lawrence|Chicago
        Phone: c.phones = (512) 757-6000|(336) 222-7000|(785) 241-6200|(312) 596-1000
        Fax: - = (512) 757-9000|_|(785) 241-6201|_
        AccountNumber: - c.ids c.key = CD451796|CD656092|CC634267|CD439877
        Website: c.website = http://edgecomm.example|www.burlington.example|dickenson.example|www.grandhotels.example
        Sic: - = 6576|546732|6752|2222
        Industry: c.industry = Electronics|Apparel|Consulting|Hospitality
        AnnualRevenue: - = 139000000|350000000|50000000|500000000
        NumberOfEmployees: - = 1000|9000|120|5600
        Description: c.notes - = Edge is a maker of things.|_|_|Chain of hotels.
        Rating: c.segment - = Hot|Warm|_|Warm
        OwnerId: - = 0055g000001|0055g000001|0055g000002|0055g000001
        CreatedDate: - = 2025-03-01T10:00:00.000Z|2025-03-01T10:00:01.000Z|2025-03-02T10:00:00.000Z|2025-03-02T10:00:00.000Z
        LastModifiedDate: - = 2026-03-01T10:00:00.000Z|2026-03-01T10:00:01.000Z|2026-03-02T10:00:00.000Z|2026-03-02T10:00:00.000Z
        SystemModstamp: - = 2026-03-01T10:00:00.000Z|2026-03-01T10:00:01.000Z|2026-03-02T10:00:00.000Z|2026-03-02T10:00:00.000Z
    """,
    "Contact.csv": """
        customer contact organisation
        Id: p.key = 0035g00001A|0035g00001B|0035g00001C|0035g00001D
        IsDeleted: - = 0|0|0|0
        AccountId: c.key = 0015g00001A|0015g00001B|0015g00001C|0015g00001C
        LastName: p.family_name = Gonzalez|Forbes|Rogers|Stumuller
        FirstName: p.given_name = Rose|Sean|Jack|Pat
        Salutation: - = Ms|Mr|Mr|Ms
        MailingStreet: - p.street c.street = 313 Constitution Place|_|525 S. Lexington|_
        MailingCity: - p.city c.city = Austin|_|Burlington|_
        MailingPostalCode: - p.postcode c.postcode = 78767|_|27215|_
        Phone: p.phones = (512) 757-6000|(512) 757-6000|(336) 222-7000|(014) 427-4427
        MobilePhone: p.phones - = (512) 757-9340|_|(336) 222-5000|_
        Email: p.emails = rose@edge.example|sean@edge.example|jrogers@burl.example|pat@pyramid.example
        Title: p.title = SVP, Procurement|CFO|VP, Facilities|SVP
        Department: - = Procurement|Finance|_|_
        LeadSource: - = Trade Show|Web|Web|_
        Birthdate: p.birth_date = 1963-10-16|_|1971-01-02|_
        OwnerId: - = 0055g000001|0055g000001|0055g000002|0055g000001
        LastModifiedDate: - = 2026-03-01T10:00:00.000Z|2026-03-01T10:00:01.000Z|2026-03-02T10:00:00.000Z|2026-03-02T10:00:00.000Z
    """,
    "Opportunity.csv": """
        record deal
        Id: r.key = 0065g00001A|0065g00001B|0065g00001C|0065g00001D
        IsDeleted: - = 0|0|0|0
        AccountId: r.customer c.key = 0015g00001A|0015g00001B|0015g00001C|0015g00001C
        Name: r.subject = Dickenson - generators|Edge - Emergency|Burlington weaving|Grand Hotels SLA
        StageName: r.status = Qualification|Closed Won|Closed Won|Id. Decision Makers
        Amount: r.amount = 15000|75000|235000|90000
        Probability: - r.set.probability = 10|100|100|60
        CloseDate: r.closed r.due = 2026-05-04|2026-02-21|2026-02-01|2026-06-01
        Type: - r.set.kind = New Customer|Existing Customer - Upgrade|New Customer|_
        LeadSource: - = Purchased List|_|Web|_
        IsClosed: - = 0|1|1|0
        OwnerId: - r.owner = 0055g000001|0055g000001|0055g000002|0055g000001
        CreatedDate: r.opened - = 2026-01-01T10:00:00.000Z|2026-01-02T10:00:01.000Z|2026-01-02T10:00:00.000Z|2026-01-02T10:00:00.000Z
    """,
    "zendesk tickets.csv": """
        customer record * case
        Id: r.key = 35436|35437|35438|35440
        Requester: c.name - = Ira Ames|Joy Bell|Kai Cole|Ira Ames
        Requester id: c.key - = 20978392|20978393|20978394|20978392
        Requester email: c.emails - = ira@nova.example|joy@orb.example|kai@pax.example|ira@nova.example
        Organization: c.name - = Nova Labs|Orb Ltd|Pax plc|Nova Labs
        Subject: r.subject = Gauge shows 0|Where is my parcel?|Invoice twice|Broken display
        Status: r.status = Open|Solved|Pending|Closed
        Priority: r.set.priority - = High|Normal|Low|Urgent
        Assignee: r.owner = Miriam|Lukas|Miriam|Lukas
        Group: - = Support|Support|Billing|Support
        Created at: r.opened = 2026-02-01 08:00:00|2026-02-02 09:10:00|2026-02-02 11:00:00|2026-02-03 10:00:00
        Updated at: - = 2026-02-01 08:30:00|2026-02-04 09:10:00|2026-02-03 11:00:00|2026-02-05 10:00:00
        Solved at: r.closed = _|2026-02-04 09:10:00|_|2026-02-05 10:00:00
        Satisfaction Score: - = Offered|Good|_|Good
    """,
    "거래처목록.csv": """
        customer organisation
        거래처코드: c.key = 00101|00102|00103|00104
        거래처명: c.name = (주)한빛정밀|대성기계|서울광학 주식회사|미래상사
        사업자등록번호: c.tax_id = 220-81-62517|124-81-00998|104-81-53190|120-81-47521
        대표자명: - p.name = 김영수|이정희|박민호|최은영
        업태: c.industry = 제조|도매|제조|서비스
        종목: c.industry - = 정밀기계|공구|렌즈|무역
        우편번호: c.postcode = 06164|08511|34012|48058
        주소: c.address c.street = 서울 강남구 테헤란로 12|서울 금천구 가산로 9|대전 유성구 대학로 99|부산 해운대구 센텀로 3
        전화번호: c.phones = 02-555-1234|02-866-1000|042-350-1111|051-747-2222
        팩스번호: - = 02-555-1235|_|_|_
        담당자명: - p.name = 정하나|_|윤서준|_
        담당자 휴대폰: - p.phones c.phones = 010-1234-5678|_|010-9876-5432|_
        담당자 이메일: p.emails c.emails = hana@hanbit.example|_|sj@optics.example|_
        계좌번호: - = 110-222-333333|_|_|_
        등록일: - = 2020-01-02|2021-05-06|2019-11-11|2022-03-04
        사용여부: - = Y|Y|N|Y
    """,
    "客戶資料.csv": """
        customer organisation
        客戶代號: c.key = C001|C002|C003|C004
        客戶簡稱: - c.name = 台精|宏光|大同五金|新竹
        客戶全名: c.name = 台中精密量測股份有限公司|宏光光學有限公司|大同五金行|新竹儀器股份有限公司
        統一編號: c.tax_id = 04595257|22099131|84149961|12345675
        負責人: - = 王大明|李小華|陳志強|林美玲
        聯絡人: - p.name = 張小姐|黃先生|吳小姐|周先生
        聯絡電話: c.phones p.phones = 04-2359-1234|02-2771-5678|07-331-2222|03-577-9999
        傳真: - = 04-2359-1235|_|_|_
        公司地址: c.address = 台中市西屯區工業區一路1號|台北市大安區忠孝東路2號|高雄市前鎮區中山路3號|新竹市東區園區二路4號
        送貨地址: - = 台中市西屯區工業區一路1號|_|_|_
        電子信箱: c.emails p.emails = tc@taijing.example|hk@hongguang.example|_|hs@hsinchu.example
        付款條件: - = 月結30天|月結60天|現金|月結30天
        業務員: - = 李文華|李文華|趙立|趙立
        建檔日期: - = 109/01/02|110/05/06|108/11/11|111/03/04
        備註: c.notes = _|年底盤點|_|_
    """,
    "contactos.csv": """
        customer person
        ID Cliente: c.key = 1|2|3|4
        Nombre: c.given_name = Ana|Luis|Marta|Pedro
        Apellidos: c.family_name = García López|Pérez|Ruiz|Sanz
        Correo electrónico: c.emails = ana@a.example|luis@b.example|marta@c.example|pedro@d.example
        Teléfono: c.phones = 912 345 678|+34 600 111 222|933 222 111|954 000 111
        Dirección: c.street c.address = Calle Mayor 1|Av. Sol 22|Plaza Nueva 3|Gran Vía 4
        Ciudad: c.city = Madrid|Málaga|Bilbao|Granada
        Código postal: c.postcode = 28013|29001|48001|18001
        Provincia: c.region = Madrid|Málaga|Bizkaia|Granada
        País: c.country = España|España|España|España
        Fecha de nacimiento: c.birth_date = 12/05/1980|30/11/1975|01/02/1990|23/07/1968
        Fecha de alta: - = 01/02/2020|15/03/2021|20/04/2022|13/05/2023
    """,
    "factures.csv": """
        customer record organisation invoice
        N° client: c.key = C-100|C-101|C-102|C-100
        Raison sociale: c.name = Dupont SARL|Lefèvre et Fils|Optique Moreau SAS|Dupont SARL
        N° facture: r.key = F2601|F2602|F2603|F2604
        Date de facture: r.opened = 13/01/2026|14/01/2026|20/01/2026|28/01/2026
        Date d'échéance: r.due = 12/02/2026|13/02/2026|19/02/2026|27/02/2026
        Montant TTC: r.amount = 1 200,00|350,50|99,90|640,00
        Montant HT: - = 1 000,00|292,08|83,25|533,33
        TVA: - = 200,00|58,42|16,65|106,67
        Date de règlement: r.closed = 10/02/2026|_|18/02/2026|_
        Devise: r.currency = EUR|EUR|EUR|EUR
    """,
    "顧客一覧.csv": """
        customer organisation
        顧客コード: c.key = K-001|K-002|K-003|K-004
        会社名: c.name = 株式会社東京計測|大阪光学株式会社|有限会社山田工業|名古屋精機
        担当者名: - p.name = 佐藤 花子|鈴木 一郎|_|田中 太郎
        郵便番号: c.postcode = 100-0001|530-0001|860-0001|450-0002
        都道府県: c.region = 東京都|大阪府|熊本県|愛知県
        住所: c.address c.street = 千代田区千代田1-1|大阪市北区梅田2-2|熊本市中央区3|名古屋市中村区名駅4
        電話番号: c.phones = 03-1234-5678|06-1234-5678|096-123-4567|052-123-4567
        FAX番号: - = 03-1234-5679|_|_|_
        メールアドレス: c.emails = info@tokyo.example|mail@osaka.example|_|seiki@nagoya.example
        登録日: - = 2020/01/05|2021/02/06|2022/03/07|2023/04/08
        備考: c.notes = _|優良|_|_
    """,
}

OTHERS = {
    "shopify customers_export.csv": """
        customer person
        Customer ID: c.key = 6001|6002|6003|6004
        First Name: c.given_name = Abe|Bea|Cy|Di
        Last Name: c.family_name = Hale|Inge|Jory|Kent
        Email: c.emails = abe@x.example|bea@y.example|cy@z.example|di@w.example
        Accepts Email Marketing: - = yes|no|yes|yes
        Default Address Company: - c.name = _|_|Zeta Ltd|_
        Default Address Address1: c.street = 1 First St|2 Second St|3 Third St|4 Fourth St
        Default Address Address2: - = Apt 4|_|_|_
        Default Address City: c.city = Toledo|Akron|Dayton|Lima
        Default Address Province Code: c.region = OH|OH|OH|OH
        Default Address Country Code: c.country = US|US|US|US
        Default Address Zip: c.postcode = 43604|44301|45402|45801
        Default Address Phone: c.phones - = _|+1 330 555 0101|_|_
        Phone: c.phones = +1 419 555 0100|_|+1 937 555 0102|_
        Total Spent: - = 99.10|12.00|0.00|310.50
        Total Orders: - = 2|1|0|5
        Note: c.notes = _|Gift wrap|_|_
        Tags: - = vip|_|_|wholesale
    """,
    "orders_export.csv": """
        customer record line * order
        Name: r.key = #1001|#1001|#1002|#1003
        Email: c.emails - = abe@x.example|abe@x.example|bea@y.example|cy@z.example
        Financial Status: r.status - = paid|paid|pending|refunded
        Paid at: r.closed - = 2026-01-02 10:00:00|2026-01-02 10:00:00|_|2026-01-09 10:00:00
        Fulfillment Status: r.status - = fulfilled|fulfilled|_|fulfilled
        Currency: r.currency = USD|USD|USD|USD
        Subtotal: - r.set.net = 90.00|90.00|12.00|40.00
        Shipping: - r.set.freight = 5.00|5.00|5.00|5.00
        Taxes: - r.set.tax = 6.30|6.30|0.84|2.80
        Total: r.amount - = 101.30|101.30|17.84|47.80
        Created at: r.opened = 2026-01-02 09:58:00|2026-01-02 09:58:00|2026-01-05 12:00:00|2026-01-08 13:13:00
        Lineitem quantity: l.quantity = 1|2|1|1
        Lineitem name: l.product = Mug|Cup|Plate|Bowl
        Lineitem price: l.unit_price = 30.00|30.00|12.00|40.00
        Lineitem sku: - l.key = M-1|C-2|P-3|B-4
        Billing Name: c.name = Abe Hale|Abe Hale|Bea Inge|Cy Jory
        Shipping City: - = Toledo|Toledo|Akron|Dayton
        Cancelled at: - = _|_|_|_
        Vendor: - = House|House|House|House
    """,
    "dynamics accounts.csv": """
        customer organisation
        (Do Not Modify) Account: - c.key = a1b2c3d4-0000-4000-8000-000000000001|a1b2c3d4-0000-4000-8000-000000000002|a1b2c3d4-0000-4000-8000-000000000003|a1b2c3d4-0000-4000-8000-000000000004
        (Do Not Modify) Modified On: - = 2026-01-01 10:00|2026-01-02 10:00|2026-01-03 10:00|2026-01-04 10:00
        Account Name: c.name = Fourth Coffee|Litware, Inc.|Adatum|Contoso Optics
        Main Phone: c.phones = 555-0150|555-0151|555-0152|555-0153
        Address 1: City: c.city = Renton|Dallas|Phoenix|Boise
        Address 1: Street 1: c.street = 100 Main St|22 Elm|9 Cactus Rd|5 Hill
        Address 1: ZIP/Postal Code: c.postcode = 98055|75201|85001|83702
        Address 1: Country/Region: c.country = U.S.|U.S.|U.S.|U.S.
        Primary Contact: - p.name = Yvonne McKay|Susanna Stubberod|Nancy Anderson|Maria Campbell
        Email (Primary Contact): c.emails p.emails - = yvonne@fc.example|susanna@lw.example|nancy@ad.example|maria@co.example
        Status: - = Active|Active|Active|Inactive
        Credit Limit: - = 10000|5000|20000|_
    """,
    "navision debitoren.csv": """
        customer organisation
        Nr.: c.key = D10000|D20000|D30000|D40000
        Name: c.name = Möbel-Meller KG|Autohaus Mielberg|Deerfield Graphics|Guildford Wasser
        Name 2: - = _|Filiale Süd|_|_
        Adresse: c.street c.address = Tischlerstr. 4-10|Hamburger Str. 91|Deerfield Road 10|Wasserweg 3
        PLZ-Code: c.postcode = 48436|22417|76133|80331
        Ort: c.city = Münster|Hamburg|Karlsruhe|München
        Länder-/Regionscode: c.country = DE|DE|DE|DE
        Telefonnr.: c.phones = 0251 998811|040 1122|0721 3344|089 5566
        Verkäufercode: - = PS|JR|PS|JR
        Kreditlimit (MW): - = 5000|0|1000|0
        Saldo (MW): - = 1.050,00|0,00|223,10|0,00
        Debitorenbuchungsgruppe: - = INLAND|INLAND|EU|INLAND
        Korrigiert am: - = 01.02.2026|02.02.2026|03.02.2026|04.02.2026
        Ansprechpartner: - p.name = Michael Lange|_|Kevin Wright|_
        USt-IdNr.: c.tax_id = DE129273398|DE136695976|_|DE811907980
    """,
    "jira_issues.csv": """
        record case
        Issue key: r.key = SUP-1|SUP-2|SUP-3|SUP-4
        Issue id: - = 10001|10002|10003|10004
        Summary: r.subject = Reader fails|Cannot sign in|Wrong unit|Add Korean
        Issue Type: - = Bug|Task|Bug|Story
        Status: r.status = To Do|In Progress|Done|To Do
        Priority: r.set.priority - = High|Medium|Low|Medium
        Assignee: r.owner = Li Na|Max|Li Na|_
        Reporter: - = Ann|Ann|Bo|Cy
        Created: r.opened = 2026-01-02 10:00|2026-01-03 10:00|2026-01-04 10:00|2026-01-05 10:00
        Updated: - = 2026-02-02 10:00|2026-02-03 10:00|2026-02-04 10:00|2026-02-05 10:00
        Resolved: r.closed = _|_|2026-02-04 10:00|_
        Due date: r.due = _|2026-03-01|_|_
        Customer: c.name = Hanbit|Hanbit|Adler|Orb
    """,
    "매출채권.csv": """
        customer record organisation invoice
        전표번호: r.key = 20260105-1|20260105-2|20260107-1|20260110-3
        전표일자: r.opened = 2026.01.05|2026.01.05|2026.01.07|2026.01.10
        거래처명: c.name = (주)한빛정밀|대성기계|서울광학|(주)한빛정밀
        사업자번호: c.tax_id = 220-81-62517|124-81-00998|104-81-53190|220-81-62517
        품목명: - r.set.product = 게이지|베어링|렌즈|게이지
        공급가액: - r.amount = 1,000,000|250,000|90,000|400,000
        부가세: - = 100,000|25,000|9,000|40,000
        합계금액: r.amount = 1,100,000|275,000|99,000|440,000
        수금예정일: r.due = 2026.02.05|2026.02.05|2026.02.07|2026.02.10
        수금일자: r.closed = _|2026.02.03|_|_
        미수잔액: - = 1,100,000|0|99,000|440,000
        영업담당자: r.owner = 김대리|박과장|김대리|김대리
        작성자: - = admin|admin|kim|admin
    """,
    "销售订单.csv": """
        customer record organisation order
        订单编号: r.key = SO001|SO002|SO003|SO004
        下单日期: r.opened = 2026-01-05|2026-01-06|2026-01-07|2026-01-08
        客户名称: c.name = 上海精密仪器有限公司|北京光学|广州机电公司|上海精密仪器有限公司
        客户编号: c.key = K01|K02|K03|K01
        联系人: - p.name = 王芳|李强|张伟|王芳
        联系电话: c.phones - = 021-55551234|010-66667777|020-88889999|021-55551234
        收货地址: - = 上海市浦东新区1号|北京市海淀区2号|广州市天河区3号|上海市浦东新区1号
        订单金额: r.amount = 1000.00|250.50|90.00|400.00
        币种: r.currency = CNY|CNY|CNY|CNY
        交货日期: r.due = 2026-02-05|2026-02-06|2026-02-07|2026-02-08
        发货日期: r.closed = 2026-02-04|_|2026-02-07|_
        订单状态: r.status = 已发货|处理中|已发货|处理中
        业务员: r.owner = 赵|钱|赵|孙
        创建人: - = admin|admin|admin|admin
        修改时间: - = 2026-01-06 10:00|2026-01-07 10:00|2026-01-08 10:00|2026-01-09 10:00
    """,
    "Clientes Sage.csv": """
        customer organisation
        Código: c.key = 430001|430002|430003|430004
        Razón social: c.name = Talleres Ruiz S.L.|Óptica Sol S.A.|Hermanos Vidal|Metal Norte S.L.
        CIF/NIF: c.tax_id = B58378431|A28017895|J99216582|B64717838
        Domicilio: c.street c.address = Pol. Ind. 4|Calle Luz 8|Ronda 15|Av. Mar 2
        C.P.: c.postcode = 08001|46001|41001|33201
        Población: c.city = Barcelona|Valencia|Sevilla|Gijón
        Provincia: c.region = Barcelona|Valencia|Sevilla|Asturias
        Teléfono 1: c.phones = 934 000 111|963 222 333|954 111 000|985 333 444
        Móvil: c.phones - = _|600 123 123|_|_
        Persona de contacto: - p.name = Jordi|Carmen|_|Iker
        Forma de pago: - = Transferencia|Recibo|Recibo|Transferencia
        Límite de crédito: - = 3000|6000|0|9000
        Fecha última compra: - = 03/02/2026|13/01/2026|30/12/2025|22/01/2026
    """,
    "kontakte_crm.csv": """
        customer contact organisation
        KontaktID: p.key = 1|2|3|4
        Firmenname: c.name = Adler GmbH|Berg AG|Citrus KG|Adler GmbH
        Kundennr: c.key = 500|501|502|500
        Anrede: - = Frau|Herr|Herr|Frau
        Vorname: p.given_name = Eva|Jan|Ole|Pia
        Nachname: p.family_name = Arndt|Busch|Carl|Dorn
        Position: p.title = Einkauf|Leitung|Werkstatt|Buchhaltung
        Telefon geschäftlich: p.phones = 030 1111|089 2222|040 3333|030 1112
        Mobiltelefon: p.phones - = 0170 1234567|_|_|0171 7654321
        E-Mail-Adresse: p.emails = eva@adler.example|jan@berg.example|ole@citrus.example|pia@adler.example
        Geburtsdatum: p.birth_date = 04.05.1980|_|17.09.1971|_
        Newsletter: - = ja|nein|nein|ja
        Erstellt am: - = 01.01.2024|02.02.2024|03.03.2024|04.04.2024
        Geändert von: - = mf|mf|nl|nl
    """,
    "odoo res.partner.csv": """
        customer *
        External ID: c.key - = res_partner_1|res_partner_2|res_partner_3|res_partner_4
        Display Name: c.name = Azure Interior|Deco Addict|Gemini Furniture|Ready Mat
        Is a Company: - c.kind = True|True|True|True
        Street: c.street = 4557 De Silva St|77 Santa Barbara Rd|317 Fairchild Dr|7500 W Linne Rd
        Street2: - = _|_|_|_
        City: c.city = Fremont|Pleasant Hill|Fairfield|Tracy
        State: c.region = California (US)|California (US)|California (US)|California (US)
        Zip: c.postcode = 94538|94523|94535|95304
        Country: c.country = United States|United States|United States|United States
        Tax ID: c.tax_id = US12345673|US12345675|US12345677|_
        Phone: c.phones = (870)-931-0505|(603)-996-3829|(941)-284-4875|(803)-873-6126
        Email: c.emails = azure@x.example|deco@x.example|gemini@x.example|ready@x.example
        Salesperson: - = Mitchell Admin|_|Mitchell Admin|_
        Created on: - = 2025-01-01 00:00:00|2025-01-01 00:00:00|2025-01-01 00:00:00|2025-01-01 00:00:00
    """,
    "CUSTMAST.csv": """
        customer organisation
        CUST_NO: c.key = 0010|0020|0030|0040
        CUST_NM: c.name = ALDER MFG CO|BIRCH OPTICAL INC|CEDAR SUPPLY LLC|DOGWOOD TOOL
        ADDR_LN_1: c.street = 1 MILL RD|22 LAKE ST|PO BOX 3|4 RIDGE
        ADDR_LN_2: - = _|STE 100|_|_
        CTY: c.city = AKRON|ERIE|TROY|LIMA
        ST_CD: c.region = OH|PA|NY|OH
        ZIP_CD: c.postcode = 44301|16501|12180|45801
        CNTRY_CD: c.country = US|US|US|US
        PHONE_NBR: c.phones = 330-555-0101|814-555-0102|518-555-0103|419-555-0104
        FAX_NBR: - = _|814-555-0112|_|_
        EMAIL_ADDR: c.emails = ap@alder.example|ap@birch.example|_|ap@dogwood.example
        CR_LMT_AMT: - = 5000|10000|2500|0
        LST_UPD_DT: - = 20260101|20260102|20260103|20260104
        LST_UPD_USR: - = JSM|JSM|KLM|JSM
        ACTV_FLG: - = Y|Y|N|Y
    """,
    "AR_AGING_DETAIL.csv": """
        customer record organisation invoice
        Cust#: c.key = 0010|0020|0030|0010
        Customer: c.name = Alder Mfg Co|Birch Optical Inc|Cedar Supply LLC|Alder Mfg Co
        Inv #: r.key = 55001|55002|55003|55004
        Inv Dt: r.opened = 01/15/2026|01/20/2026|01/28/2026|02/02/2026
        Due Dt: r.due = 02/14/2026|02/19/2026|02/27/2026|03/04/2026
        PO #: - = A-1|B-7|_|A-2
        Inv Amt: r.amount = 100.00|2,300.50|18.75|640.00
        Bal: - r.amount = 100.00|0.00|18.75|640.00
        Days PD: - = 12|0|3|0
        Cur: r.currency = USD|USD|USD|USD
    """,
}
