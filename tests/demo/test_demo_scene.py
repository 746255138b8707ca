"""Hanbit Precision's scene and the rest of the cast, value by value."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.demo.exports import TODAY, Rows, read_csv

from concord.demo.manifest import Manifest

Read = Callable[[str], Rows]


def _amount(text: str) -> Decimal:
    return Decimal(text.replace(".", "").replace(",", "."))


def _day(text: str) -> date | None:
    day, month, year = text.split(".") if text else ("", "", "")
    return date(int(year), int(month), int(day)) if text else None


def _of(rows: Rows, column: str, value: str) -> Rows:
    return [row for row in rows if row[column] == value]


def _debtor(truth: Read, slug: str) -> str:
    (found,) = (row for row in truth("cast") if row["slug"] == slug)
    assert found["source"] == "accounting"
    return found["key"]


def test_hanbit_is_spelled_in_six_ways(rows: Read) -> None:
    def called(name: str, key: str, value: str, column: str) -> str:
        (row,) = _of(rows(name), key, value)
        return row[column]

    assert called("accounting-customers", "Debitor", "00417", "Name") == "HANBIT PREC CO"
    assert called("shipping-consignees", "Consignee No", "K30000", "Consignee") == "한빛정밀(주)"
    assert called("support-accounts", "account_id", "ACC-10000", "name") == "Hanbit Precision"
    assert called("engineering-accounts", "Code", "HBP", "Customer") == "HBP"
    assert called("scheduling-customers", "고객번호", "7-00000", "상호") == "한빛정밀"
    (sales,) = _of(rows("sales-companies"), "Account ID", "COM-001000")
    assert sales["Account Name"] == "Hanbit Precision Co., Ltd."
    assert sales["Local Name"] == "한빛정밀 주식회사"
    assert (sales["Tier"], sales["City"]) == ("Key account", "Incheon")


def test_hanbit_owes_one_invoice_for_31_days_and_paid_fourteen(rows: Read) -> None:
    invoices = _of(rows("accounting-invoices"), "Debitor", "00417")
    paid = [row for row in invoices if row["Ausgeglichen"]]
    (open_one,) = (row for row in invoices if not row["Ausgeglichen"])
    allocated = {row["Rechnung"]: row["Betrag"] for row in rows("accounting-allocations")}

    assert open_one["Rechnung"] == "11-0417"
    assert _amount(open_one["Betrag"]) == Decimal("18400.00")
    assert open_one["Währung"] == "EUR"
    assert _day(open_one["Fällig"]) == TODAY - timedelta(days=31)
    assert len(paid) == 14
    assert all(allocated[row["Rechnung"]] == row["Betrag"] for row in paid)
    assert "11-0417" not in allocated
    assert _late_on_average(paid) == Decimal("9.5")  # of those settled within a year
    assert _issued_within_a_year(invoices) == Decimal("214000.00")


def _late_on_average(paid: Rows) -> Decimal:
    days = []
    for row in paid:
        settled, due = _day(row["Ausgeglichen"]), _day(row["Fällig"])
        assert settled is not None
        assert due is not None
        if settled > TODAY - timedelta(days=365):
            days.append((settled - due).days)
    return Decimal(sum(days)) / len(days)


def _issued_within_a_year(invoices: Rows) -> Decimal:
    since = TODAY - timedelta(days=365)
    return sum(
        (_amount(row["Betrag"]) for row in invoices if (_day(row["Datum"]) or since) > since),
        Decimal(0),
    )


def test_hanbit_is_on_hold_and_its_order_waits(rows: Read) -> None:
    (hold,) = _of(rows("accounting-holds"), "Debitor", "00417")
    (order,) = _of(rows("sales-orders"), "Order Number", "48211")
    (shipment,) = _of(rows("shipping-shipments"), "Order Ref", "48211")

    assert _day(hold["Von"]) == TODAY - timedelta(days=1)
    assert (hold["Bis"], hold["Sparte"]) == ("", "")
    assert (order["Account ID"], order["Status"], order["Closed"]) == ("COM-001000", "Open", "")
    assert order["Total"] == "22,520.00"
    assert shipment["Shipment"] == "S-90412"
    assert (shipment["Promised"], shipment["Sent"]) == (TODAY.isoformat(), "")


def test_hanbit_asks_support_and_engineering(rows: Read) -> None:
    (case,) = _of(rows("support-cases"), "account_id", "ACC-10000")
    waiting = [
        row for row in rows("engineering-questions") if row["Code"] == "HBP" and not row["Answered"]
    ]
    people = _of(rows("sales-contacts"), "Account ID", "COM-001000")

    assert (case["case"], case["closed_at"]) == ("C-2210", "")
    assert case["subject"] == "When does order 48211 ship?"
    assert [row["No"] for row in waiting] == ["Q-1187"]
    assert [
        (p["Local Name"] or f"{p['First Name']} {p['Last Name']}", p["Title"]) for p in people
    ] == [
        ("박서연", "Purchasing"),
        ("David Oh", "Plant manager"),
    ]


def test_brenner_is_overdue_through_disputes_only(rows: Read, truth: Read) -> None:
    debtor = _debtor(truth, "brenner")
    disputes = _of(rows("accounting-disputes"), "Debitor", debtor)
    disputed = {row["Rechnung"] for row in disputes if not row["Bis"]}
    overdue = {
        row["Rechnung"]
        for row in _of(rows("accounting-invoices"), "Debitor", debtor)
        if not row["Ausgeglichen"] and (_day(row["Fällig"]) or TODAY) < TODAY
    }

    assert len(overdue) == 2
    assert overdue == disputed
    assert _of(rows("accounting-holds"), "Debitor", debtor) == []


def test_lindqvist_always_pays_in_time(rows: Read, truth: Read) -> None:
    debtor = _debtor(truth, "lindqvist")
    invoices = _of(rows("accounting-invoices"), "Debitor", debtor)

    assert len(invoices) > 25
    for row in invoices:
        assert (_day(row["Ausgeglichen"]) or TODAY) <= (_day(row["Fällig"]) or TODAY)
    assert _of(rows("accounting-disputes"), "Debitor", debtor) == []


def test_haetsal_is_held_in_one_unit_only(rows: Read, truth: Read) -> None:
    (hold,) = (
        row
        for row in _of(rows("accounting-holds"), "Debitor", _debtor(truth, "haetsal"))
        if not row["Bis"]
    )
    (account,) = (r for r in rows("sales-companies") if r["Account Name"].startswith("Haetsal"))
    waiting = [
        row["Business Unit"]
        for row in _of(rows("sales-orders"), "Account ID", account["Account ID"])
        if row["Status"] == "Open"
    ]

    assert hold["Sparte"] == "SEN"
    assert {"Gauges", "Sensors"} <= set(waiting)


def test_aldermoor_is_a_group_of_four(rows: Read, truth: Read) -> None:
    companies = [r for r in rows("sales-companies") if r["Account Name"].startswith("Aldermoor")]
    (parent,) = (row["Account ID"] for row in companies if not row["Parent ID"])

    assert [row["Parent ID"] for row in companies].count(parent) == 3
    assert sum(row["part_of"] == "cast-05" for row in truth("groups")) == 3


@pytest.mark.parametrize(
    ("slug", "source"), [("weserwerk", "sales"), ("malgeunmul", "shipping"), ("northgate", "sales")]
)
def test_the_three_duplicates_of_the_cast(truth: Read, slug: str, source: str) -> None:
    (entity,) = (row["entity"] for row in truth("cast") if row["slug"] == slug)

    assert sum((r["entity"], r["source"]) == (entity, source) for r in truth("truth")) == 2


def test_planted_shipments_and_no_others_left_during_a_hold(rows: Read, truth: Read) -> None:
    planted = {row["shipment"]: row for row in truth("planted")}
    entity = {(row["source"], row["key"]): row["entity"] for row in truth("truth")}
    holds: dict[str, list[tuple[date, date, str, str]]] = {}
    for row in rows("accounting-holds"):
        opened = _day(row["Von"])
        assert opened is not None
        span = (opened, _day(row["Bis"]) or date.max, row["Sparte"], row["Sperre"])
        holds.setdefault(entity["accounting", row["Debitor"]], []).append(span)

    found = {}
    for row in rows("shipping-shipments"):
        if not row["Sent"]:
            continue
        sent = date.fromisoformat(row["Sent"])
        for opened, closed, unit, number in holds.get(entity["shipping", row["Consignee No"]], ()):
            if opened <= sent < closed and unit[:1] in ("", row["BU"]):
                found[row["Shipment"]] = number

    assert 12 <= len(planted) <= 20
    assert found == {number: row["hold"] for number, row in planted.items()}


def test_the_scene_ends_with_a_payment(made: Manifest) -> None:
    def row(name: str) -> dict[str, str]:
        (found,) = read_csv(made.folder / "scene" / f"accounting-{name}.csv", "cp1252", ";")
        return found

    assert (row("invoices")["Rechnung"], row("invoices")["Ausgeglichen"]) == (
        "11-0417",
        "21.11.2026",
    )
    assert (row("payments")["Debitor"], row("payments")["Betrag"]) == ("00417", "18.400,00")
    assert (row("allocations")["Beleg"], row("allocations")["Art"]) == ("Z690417", "Z")
    assert (row("allocations")["Rechnung"], row("allocations")["Betrag"]) == (
        "11-0417",
        "18.400,00",
    )
    assert (row("holds")["Sperre"], row("holds")["Bis"]) == ("H-0000", "21.11.2026")
