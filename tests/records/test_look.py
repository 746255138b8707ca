"""A first look at a file: columns recognised, rows read, answers true."""

import csv
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from concord.records.importing.cells import Compiler
from concord.records.importing.mapping import parse
from concord.records.importing.readers import Cell, Row
from concord.records.look import Role, Table, look, mapping_for, recognise
from concord.records.look import read_rows as read_file_rows
from concord.records.look.aging import buckets
from concord.records.look.columns import Recognised
from concord.records.look.opened import Said
from concord.records.look.rows import expressions
from concord.records.look.shapes import date_shape, number_shape

pytestmark = pytest.mark.django_db  # twins are weighed by the model in force

TODAY = date(2026, 11, 21)


def read_rows(known: Recognised, rows: Iterable[tuple[int, list[str]]]) -> Table:
    return read_file_rows(known, (Row(line, list(cells)) for line, cells in rows))


def titles(known: Recognised) -> dict[str, str]:
    return {role.value: known.header[index] for role, index in known.columns.items()}


def test_receivables_columns_are_recognised(shared: Path) -> None:
    with (shared / "data/receivables/invoices.csv").open(newline="") as file:
        header, *rows = csv.reader(file)
    known = recognise(header, rows[:200])
    assert known.kind == "receivables"
    assert titles(known) == {
        "customer_key": "customerID",
        "number": "invoiceNumber",
        "issued": "InvoiceDate",
        "due": "DueDate",
        "settled": "SettledDate",
        "amount": "InvoiceAmount",
        "disputed": "Disputed",
    }
    assert known.dates[Role.ISSUED].chosen == "%m/%d/%Y"
    assert not known.unsure


def test_late_customers_equal_those_of_plain_python(shared: Path) -> None:
    with (shared / "data/receivables/invoices.csv").open(newline="") as file:
        header, *rows = csv.reader(file)
    day = date(2013, 6, 30)
    expected: dict[str, Decimal] = defaultdict(Decimal)
    for row in (dict(zip(header, row, strict=True)) for row in rows):
        issued, due, settled = (
            datetime.strptime(row[c], "%m/%d/%Y").date()  # noqa: DTZ007
            for c in ("InvoiceDate", "DueDate", "SettledDate")
        )
        if issued <= day and due < day < settled:
            expected[row["customerID"]] += Decimal(row["InvoiceAmount"])
    found = look(read_rows(recognise(header, rows[:200]), enumerate(rows, 2)), TODAY, day)
    assert {c.customer: c.amount + c.disputed for c in found.late} == expected
    assert len(found.late) == 12
    assert sum(1 for c in found.late if not c.amount) == 8


def test_an_old_file_is_read_as_of_its_own_end(shared: Path) -> None:
    with (shared / "data/receivables/invoices.csv").open(newline="") as file:
        header, *rows = csv.reader(file)
    found = look(read_rows(recognise(header, rows[:200]), enumerate(rows, 2)), TODAY)
    assert found.as_of == date(2013, 12, 2)
    assert found.documents == 2466
    assert found.customers == 100


@pytest.mark.parametrize(
    ("paid", "issued", "as_of"),
    [
        ("2026-08-02", "2026-08-01", date(2026, 8, 1)),
        ("", "2026-08-01", TODAY),  # a list of what is open
        ("", "2025-08-01", date(2025, 8, 1)),
        ("2026-10-02", "2026-10-01", TODAY),
    ],
)
def test_as_of_when_a_file_is_read(paid: str, issued: str, as_of: date) -> None:
    header = ["Customer", "Invoice", "Invoice date", "Due date", "Paid on", "Amount"]
    row = ["A", "1", issued, issued, paid, "10"]
    assert look(read_rows(recognise(header, [row]), [(2, row)]), TODAY).as_of == as_of


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (
            ["Kunde", "Rechnung Nr", "Rechnungsdatum", "Fälligkeit", "Betrag", "Währung"],
            ["Müller GmbH", "R-1", "13.10.2026", "12.11.2026", "1.234,56", "EUR"],
        ),
        (
            ["거래처명", "계산서번호", "발행일", "만기일", "청구금액", "통화"],
            ["한빛정밀", "R-1", "2026-10-13", "2026-11-12", "1,234.56", "KRW"],
        ),
        (
            ["客戶名稱", "發票號碼", "發票日期", "到期日", "發票金額", "幣別"],
            ["台中精密", "R-1", "2026/10/13", "2026/11/12", "1,234.56", "TWD"],
        ),
    ],
)
def test_headers_in_other_languages(header: list[str], row: list[str]) -> None:
    known = recognise(header, [row])
    assert set(known.columns) == {
        Role.CUSTOMER_NAME, Role.NUMBER, Role.ISSUED, Role.DUE, Role.AMOUNT, Role.CURRENCY,
    }  # fmt: skip
    found = look(read_rows(known, [(2, row)]), TODAY)
    assert [(c.amount, c.days) for c in found.late] == [(Decimal("1234.56"), 9)]
    assert not found.paid_is_known


@pytest.mark.parametrize(
    ("header", "row", "kind"),
    [
        # QuickBooks, SAP, Xero, DATEV, an invoice ledger of Korea and one of Taiwan
        (
            "Customer:customer_name Num:number Date:issued Due Date:due Amount:amount"
            " Open Balance:balance",
            "Acme Tools, Inc.|31|05/15/2026|06/14/2026|$346.61|$0.00",
            "receivables",
        ),
        (
            "Customer:customer_key Name 1:customer_name Document Number:number"
            " Document Date:issued Net due date:due Clearing date:settled"
            " Amount in local currency:amount Local Currency:currency",
            "100045|Acme Tools|1800004711|2026-05-01|2026-06-01|2026-06-03|346.61|USD",
            "receivables",
        ),
        (
            "ContactName:customer_name InvoiceNumber:number InvoiceDate:issued DueDate:due"
            " Total:amount InvoiceAmountDue:balance Currency:currency",
            "Acme Tools|INV-1|2026-05-01|2026-06-01|346.61|346.61|NZD",
            "receivables",
        ),
        (
            "Konto:customer_key Kontobezeichnung:customer_name Rechnungsnr.:number"
            " Belegdatum:issued Fälligkeit:due Betrag:amount Offener Betrag:balance",
            "10001|Müller GmbH|R-1|01.05.2026|31.05.2026|1.234,50|0,00",
            "receivables",
        ),
        (
            "Debitor:customer_key Name:customer_name Rechnungsnummer:number Fällig am:due"
            " Betrag:amount",
            "70000|Müller GmbH|R-1|31.05.2026|1.234,50",
            "receivables",
        ),
        (
            "거래처코드:customer_key 거래처명:customer_name 세금계산서번호:number 작성일자:issued"
            " 결제예정일:due 합계금액:amount 미수금액:balance 입금일:settled",
            "C1|(주)한빛정밀|T1|2026년 5월 5일|2026년 6월 4일|4,233,900|0|2026년 6월 4일",
            "receivables",
        ),
        (
            "客戶編號:customer_key 客戶名稱:customer_name 發票號碼:number 發票日期:issued"
            " 到期日:due 金額:amount 未收金額:balance",
            "K0|台中精密量測|AB00|115/06/24|115/07/24|27446|0",
            "receivables",
        ),
        (
            "Order no:number Customer:customer_name Order date:issued"
            " Requested ship date:due Shipped on:shipped Amount:amount",
            "O0|Alder AG|2026-09-01|2026-10-01|2026-10-02|100",
            "orders",
        ),
    ],
)
def test_exports_of_usual_systems(header: str, row: str, kind: str) -> None:
    expected = dict(
        reversed(pair.split(":")) for pair in re.findall(r"[^:]+:[a-z_]+(?: |$)", header)
    )
    expected = {role.strip(): title for role, title in expected.items()}
    titled = list(expected.values())
    known = recognise(titled, [row.split("|")])
    assert titles(known) == expected
    assert known.kind == kind


def test_the_years_of_taiwan_are_read_and_kept() -> None:
    header = ["客戶名稱", "發票號碼", "發票日期", "到期日", "金額"]
    row = ["台中精密", "AB1", "115/06/24", "民國115年7月24日", "27,446"]
    known = recognise(header, [row])
    (read,) = read_rows(known, [(2, row)]).rows
    assert (read.issued, read.due) == (date(2026, 6, 24), date(2026, 7, 24))
    assert tomllib.loads(mapping_for(known, "TWD"))["defaults"]["date"] == ["roc"]


def test_dates_that_read_two_ways_are_said_and_can_be_corrected() -> None:
    header = ["Customer", "Invoice no", "Invoice date", "Due date", "Amount"]
    rows = [["A", "1", "03/04/2026", "05/06/2026", "10"]]
    known = recognise(header, rows)
    assert Role.DUE in known.unsure
    assert known.dates[Role.DUE].formats[:2] == ("%d/%m/%Y", "%m/%d/%Y")
    said = recognise(header, rows, date_formats={Role.DUE: "%m/%d/%Y", Role.ISSUED: "%m/%d/%Y"})
    assert Role.DUE not in said.unsure
    assert read_rows(said, [(2, rows[0])]).rows[0].due == date(2026, 5, 6)


def test_one_clear_date_column_decides_the_others() -> None:
    header = ["Customer", "Invoice no", "Invoice date", "Due date", "Amount"]
    known = recognise(header, [["A", "1", "03/04/2026", "05/30/2026", "10"]])
    assert known.dates[Role.ISSUED].chosen == "%m/%d/%Y"
    assert Role.ISSUED not in known.unsure


def test_a_corrected_column_moves_the_role() -> None:
    header = ["Customer", "Invoice no", "Invoice date", "Due date", "Net", "Gross"]
    rows = [["A", "1", "2026-01-01", "2026-02-01", "10", "12"]]
    known = recognise(header, rows, corrections={Role.AMOUNT: 4, Role.DUE: None})
    assert titles(known)["amount"] == "Net"
    assert Role.DUE not in known.columns


def test_unreadable_cells_are_said_with_line_and_column() -> None:
    header = ["Customer", "Invoice no", "Due date", "Amount"]
    good = ["A", "1", "2026-02-01", "10"]
    known = recognise(header, [good])
    table = read_rows(
        known,
        [(2, good), (3, ["", "2", "2026-02-01", "1"]), (4, ["B", "3", "31.02.2026", "1"]),
         (5, ["C", "4", "2026-02-01", "ten"]), (6, ["", "", "", ""])],
    )  # fmt: skip
    assert len(table.rows) == 1
    assert [(u.line, u.column, u.code) for u in table.unread] == [
        (3, "Customer", "customer"),
        (4, "Due date", "date"),
        (5, "Amount", "number"),
    ]


def test_late_and_still_supplied_counts_what_was_invoiced_after_the_oldest_due_date() -> None:
    header = ["Customer", "Invoice", "Invoice date", "Due date", "Paid on", "Amount"]
    rows = [
        ["Late", "1", "2026-08-01", "2026-09-01", "", "100"],
        ["Late", "2", "2026-09-01", "2026-12-01", "", "7"],  # on the day itself: not yet late
        ["Late", "3", "2026-10-01", "2026-12-01", "", "50"],
        ["Fine", "4", "2026-08-01", "2026-09-01", "2026-08-30", "900"],
    ]
    found = look(read_rows(recognise(header, rows), enumerate(rows, 2)), TODAY)
    (late,) = found.late_and_supplied
    assert (late.customer, late.amount, late.supplied_count, late.supplied_amount) == (
        "Late", Decimal(100), 1, Decimal(50),
    )  # fmt: skip
    assert [b.customer for b in found.best] == ["Fine"]


def test_twins_are_what_matching_joins_or_asks_about() -> None:
    header = ["Customer no", "Customer name", "E-mail", "Invoice", "Due date", "Amount"]
    names = {
        "00417": "Hanbit Precision Co., Ltd.",
        "K-9": "HANBIT PRECISION CO LTD",
        "70001": "Müller & Söhne GmbH",
        "70002": "Mueller und Soehne",
        "C12": "Aare Optik AG",
        "c-12": "Nordlicht Messtechnik",
        "77": "가나0상사",
        "78": "가나1상사",
        "79": "Plant 1",
        "80": "Plant 2",
        "81": "Firma 5888 A26 GmbH",
        "82": "Firma 58880 A260 GmbH",
    }
    rows = [
        [key, name, "", str(number), "2026-02-01", "1"]
        for number, (key, name) in enumerate(names.items())
    ]
    found = look(read_rows(recognise(header, rows), enumerate(rows, 2)), TODAY)
    assert {(t.left, t.right) for t in found.twins} == {("00417", "K-9"), ("70001", "70002")}


LEDGER = ["Customer", "Num", "Date", "Due Date", "Amount", "Open Balance"]
GOOD = ["Total Tools Ltd", "1", "01/31/2026", "02/28/2026", "$1,000.00", "$1,000.00"]


@pytest.mark.parametrize(
    "total",
    [
        ["Total", "", "", "", "$99,999.00", ""],
        ["", "", "", "TOTAL:", "99999", ""],
        ["Total for Acme Tools", "", "", "", "$99,999.00", "$0.00"],
        ["", "", "", "", "$99,999.00", "$0.00"],
        ["합계", "", "", "", "1", "1"],
        ["小計", "", "", "", "1", "1"],
        ["", "", "Total for Acme", "", "1", "1"],
        ["Summe Debitor 70000", "", "", "", "1", "1"],
    ],
)
def test_totals_are_no_customers(total: list[str]) -> None:
    known = recognise(LEDGER, [GOOD, total])
    table = read_rows(known, [(2, GOOD), (3, total)])
    assert [row.customer for row in table.rows] == ["Total Tools Ltd"]
    assert (table.totals, table.unread_count) == (1, 0)
    mapping = tomllib.loads(mapping_for(known, "USD", totals=table.total_names))
    for block in (*mapping["profile"], *mapping["record"]):
        assert block["when"]["column"] == "Num"
        assert block["when"]["empty"] is False


def test_a_row_that_says_nothing_is_left_out_and_said() -> None:
    known = recognise(LEDGER, [GOOD])
    table = read_rows(known, [(2, GOOD), (3, ["Printed by Ann", "", "", "", "", ""])])
    assert (len(table.rows), dict(table.unread_by)) == (1, {"nothing": 1})


@pytest.mark.parametrize(
    ("title", "cells", "house", "code", "assumed", "guessed"),
    [
        ("Amount", ["$1.00", "2"], "EUR", "USD", False, True),
        ("Amount", ["$1.00"], "TWD", "TWD", False, True),
        ("Amount", ["NT$1,000"], "EUR", "TWD", False, False),
        ("Amount", ["1.00 €", "(2.00 €)"], "USD", "EUR", False, False),
        ("Amount", ["₩1,000", "￦2,000"], "EUR", "KRW", False, False),
        ("Amount", ["¥1,000"], "EUR", "JPY", False, True),
        ("Amount (GBP)", ["1.00"], "EUR", "GBP", False, False),
        ("금액(원)", ["1,000"], "EUR", "KRW", False, False),
        ("Betrag in CHF", ["1,00"], "EUR", "CHF", False, False),
        ("Amount", ["1.00", "2.00"], "EUR", "EUR", True, False),
    ],
)
def test_in_which_currency_amounts_are(
    title: str, cells: list[str], house: str, code: str, assumed: bool, guessed: bool
) -> None:
    rows = [["A", str(place), "2026-02-01", cell] for place, cell in enumerate(cells)]
    known = recognise(["Customer", "Invoice", "Due date", title], rows)
    found = Said(house=house).currency_of(known)
    assert (found.code, found.is_assumed, found.is_guessed) == (code, assumed, guessed)
    assert Said(currency="SEK", house=house).currency_of(known).code == "SEK"


def test_an_amount_in_another_currency_than_the_others_is_left_out() -> None:
    header = ["Customer", "Invoice", "Due date", "Amount"]
    rows = [["A", str(n), "2026-02-01", sign + "5"] for n, sign in enumerate(["$", "$", "€"])]
    table = read_rows(recognise(header, rows), enumerate(rows, 2))
    assert [(u.line, u.column, u.code) for u in table.unread] == [(4, "Amount", "other_currency")]


@pytest.mark.parametrize(
    ("titles", "days"),
    [
        (["Customer", "Current", "1-30", "31-60", "61-90", ">90", "Total"], [0, 1, 31, 61, 91]),
        (["", "Current", "1 - 30", "31 - 60", "91 and over"], [0, 1, 31, 91]),
        (["Contact", "Current", "< 1 Month", "1 Month", "2 Months", "Older"], [0, 1, 30, 60, 61]),
        (["Kunde", "Nicht fällig", "1-30 Tage", "31-60 Tage", "über 60 Tage"], [0, 1, 31, 61]),
        (["거래처", "미도래", "1~30일", "31~60일", "60일 초과"], [0, 1, 31, 60]),
        (["客戶", "未到期", "逾期1-30天", "逾期31-60天", "60天以上"], [0, 1, 31, 60]),
        (["Customer", "0-30", "31-60", "60+ days"], [0, 31, 60]),
        (["Customer", "Route 1-30", "2026-01", "Total"], []),
    ],
)
def test_the_columns_of_an_aging_summary(titles: list[str], days: list[int]) -> None:
    assert [bucket.days for bucket in buckets(titles)] == days


def test_an_aging_summary_says_who_is_late_by_how_much() -> None:
    header = ["Customer", "Current", "1-30", "31-60", "61-90", ">90", "Total"]
    rows = [
        ["Acme Tools", "100.00", "0", "0", "250.00", "0", "350.00"],
        ["Blue Ridge", "0", "50.00", "0", "0", "1,000.00", "1,050.00"],
        ["Cedar", "7.00", "0", "0", "0", "0", "7.00"],
        ["Total", "107", "50", "0", "250", "1000", "1407"],
    ]
    known = recognise(header, rows)
    found = look(read_rows(known, enumerate(rows, 2)), TODAY)
    assert (found.kind, found.documents, found.late_count) == ("aging", 3, 2)
    assert found.totals == {"": Decimal(1300)}
    assert [(c.customer, c.overdue, c.oldest) for c in found.aged] == [
        ("Blue Ridge", Decimal(1050), ">90"),
        ("Acme Tools", Decimal(250), "61-90"),
        ("Cedar", Decimal(0), ""),
    ]


def test_orders_without_a_promise_are_unsent_and_not_late() -> None:
    header = ["Order ID", "Company", "Order date", "Ship date", "Total"]
    rows = [
        ["1", "Alder", "2026-11-01", "", "5"],
        ["2", "Alder", "2026-11-02", "2026-11-09", "5"],
        ["3", "Birke", "2026-11-05", "2026-11-09", "5"],
    ]
    found = look(read_rows(recognise(header, rows), enumerate(rows, 2)), TODAY)
    assert (found.promised_is_known, found.sent_is_known, found.unsent) == (False, True, 1)
    (late,) = found.late_orders
    assert (late.customer, late.waiting, late.worst_waiting_days) == ("Alder", 1, 20)


def test_days_late_are_those_of_the_fact() -> None:
    """A payment ten days early is in time: it does not make up for one that was late."""
    header = ["Customer", "Invoice", "Invoice date", "Due date", "Paid on", "Amount"]
    rows = [
        ["A", "1", "2026-08-01", "2026-09-01", "2026-08-22", "10"],
        ["A", "2", "2026-08-01", "2026-09-01", "2026-09-02", "10"],
        ["A", "3", "2026-08-01", "2026-09-01", "2026-09-01", "10"],
        ["A", "4", "2025-08-01", "2025-09-01", "2025-11-21", "10"],  # longer ago than a year
    ]
    found = look(read_rows(recognise(header, rows), enumerate(rows, 2)), TODAY, TODAY)
    assert [best.average_days for best in found.best] == [Decimal("0.3")]


@pytest.mark.parametrize(
    ("values", "example"),
    [
        (["1.234,56"], "1.234,56"),
        (["1,234.56"], "1,234.56"),
        (["12", "1234"], "1,234.56"),
        (["1.234", "5.000"], "1.234,56"),
        (["1.234", "5.00"], "1,234.56"),
        (["0,5"], "1.234,56"),
        (["1 234,50", "7"], "1 234,56"),
        (["1'234.50"], "1'234.56"),
        (["€ 1.234,50", "(12,00)", "3,00-", "12,00 EUR", "USD -5"], "1.234,56"),
        (["n/a"], None),
        (["1e5"], None),
        (["1,5", "2,5", "3,5", "4,5", "five"], "1.234,56"),
        (["1,5", "2,5", "3,5", "five", "six"], None),
        (["NT$1,234", "US$ 5.50", "₹ 7", "(kr 12.00)", "1,500원", "-S$3"], "1,234.56"),
        ([Decimal("1.5"), Decimal(2)], "1234.56"),
        ([True, False], None),
        ([], None),
    ],
)
def test_how_numbers_are_written(values: list[Cell], example: str | None) -> None:
    assert number_shape(values) == example


@pytest.mark.parametrize(
    ("values", "written"),
    [
        (["2026-01-05", "2026-12-31"], ()),
        (["2014-06-30 00:00:00.0000000"], ()),
        (["2026-1-5"], ("%Y-%m-%d",)),
        (["31/12/2026"], ("%d/%m/%Y",)),
        (["31/12/2026 14:30", "1/2/2026"], ("%d/%m/%Y", "%d/%m/%Y %H:%M")),
        (["13/01/2026", "01/02/2026", "02/01/2026", "03/01/2026", "31/02/2026"], ("%d/%m/%Y",)),
        (["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04", "2026-09-31"], ()),
        (["12/31/2026 2:30 PM"], ("%m/%d/%Y", "%m/%d/%Y %I:%M %p")),
        ([date(2026, 1, 5), None], ()),
        (["115/06/24", "115/12/31"], ("roc",)),
        (["1150624", "民國115年6月24日", "99/12/31"], ("roc",)),
    ],
)
def test_how_dates_are_written(values: list[Cell], written: tuple[str, ...]) -> None:
    shape = date_shape(values)
    assert shape is not None
    assert shape.written == written


@pytest.mark.parametrize(
    "values",
    [["soon"], ["31/12/2026", "5"], ["31/12/0026"], ["115/13/24"], ["15/06/24", "115/06/24"],
     [Decimal(1)], []],
)  # fmt: skip
def test_what_is_no_date(values: list[Cell]) -> None:
    assert date_shape(values) is None


def test_the_mapping_names_what_was_recognised(shared: Path) -> None:
    with (shared / "data/receivables/invoices.csv").open(newline="") as file:
        header, *rows = csv.reader(file)
    mapping = tomllib.loads(mapping_for(recognise(header, rows[:200]), "USD"))
    assert mapping["record"][0]["key"] == "invoiceNumber"
    assert mapping["record"][0]["set"]["disputed"]["column"] == "Disputed"
    assert mapping["defaults"]["date"] == ["%m/%d/%Y"]
    assert mapping["profile"][0]["key"] == "customerID"


@pytest.mark.django_db
def test_every_mapping_that_is_written_can_be_read(shared: Path) -> None:
    for name in ("receivables/invoices.csv", "adventureworks/salesorderheader.csv"):
        with (shared / "data" / name).open(newline="") as file:
            header, *rows = csv.reader(file)
        parse(mapping_for(recognise(header, rows[:200]), "USD"))


def test_a_look_and_an_import_read_a_cell_alike() -> None:
    """What a look understands goes into the mapping word by word: the import reads it as well."""
    header = ["Customer", "Invoice", "Invoice date", "Due date", "Amount", "Balance", "Disputed"]
    row = ["A", "1", "31/12/2025 14:30", "2026-01-30", "€ 1.234,50", "1,234.50", "strittig"]
    known = recognise(header, [row])
    (seen,) = read_rows(known, [(2, row)]).rows
    assert (seen.issued, seen.due) == (date(2025, 12, 31), date(2026, 1, 30))
    assert (seen.amount, seen.balance) == (Decimal("1234.50"), Decimal("1234.50"))
    assert seen.disputed

    mapping = tomllib.loads(mapping_for(known, "EUR"))
    (record,) = mapping["record"]
    assert record["opened"] == {
        "column": "Invoice date",
        "date": ["%d/%m/%Y", "%d/%m/%Y %H:%M"],
    }
    assert record["due"] == "Due date"
    assert record["amount"] == {"column": "Amount", "number": "1.234,56"}
    assert record["set"]["disputed"]["values"]["strittig"] is True
    said = {role.value: one for role, one in expressions(known).items()}
    read = Compiler(header, (), "").number_of(said["balance"])
    assert read([*row]) == Decimal("1234.50")
