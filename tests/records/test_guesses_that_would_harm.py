"""Guesses that would do harm: each appointment a customer, namesakes joined, amounts lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from concord.records.drafts.guess import guess
from concord.records.drafts.plan import Plan
from concord.records.drafts.survey import survey

pytestmark = pytest.mark.django_db  # a company's own types of records are rows


def plan_of(folder: Path, name: str, *lines: str) -> Plan:
    path = folder / name / name
    path.parent.mkdir()
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return guess(survey(path), name).plan


def said(plan: Plan, column: str) -> str:
    return plan.uses[column].meaning if column in plan.uses else ""


def key_of(plan: Plan) -> str:
    fixed = next((one.text for one in plan.fixed if one.meaning == "customer.key"), "")
    return plan.column_of("customer.key") or fixed


@pytest.mark.parametrize(
    "title",
    ["Appointment ID", "Call ID", "Response ID", "Serial Number", "Tracking No", "Ticket"],
)
def test_the_number_of_what_happened_is_no_customers(title: str, tmp_path: Path) -> None:
    plan = plan_of(
        tmp_path,
        "list.csv",
        f"{title},First Name,Last Name,Email",
        "A-1001,Ann,Roe,ann@x.example",
        "A-1002,Bo,Dee,bo@y.example",
        "A-1003,Ann,Roe,ann@x.example",
    )
    assert said(plan, title) == ""
    assert key_of(plan) == "{Email}"


def test_namesakes_without_a_number_stay_apart(tmp_path: Path) -> None:
    head = "First Name,Last Name,Email,Date of birth"
    rows = "Ann,Roe,ann@x.example,1980-05-14", "Ann,Roe,roe@z.example,1991-01-02"
    assert key_of(plan_of(tmp_path, "all.csv", head, *rows)) == "{Email}"
    plan = plan_of(tmp_path, "some.csv", head, *rows, "Cy,Fox,,1977-03-04")
    assert key_of(plan) == "{First Name} {Last Name} {Date of birth} {Email}"


def test_several_who_write_for_one_company_are_one_customer(tmp_path: Path) -> None:
    plan = plan_of(
        tmp_path,
        "orders.csv",
        "Order No,Order Date,Company,Email,Total",
        "1,2026-01-05,Adler GmbH,eva@adler.example,10.50",
        "2,2026-01-06,Berg AG,jan@berg.example,11.50",
        "3,2026-01-07,Adler GmbH,pia@adler.example,12.50",
    )
    assert (said(plan, "Company"), key_of(plan)) == ("customer.name", "")


def test_what_an_account_stands_at_is_no_amount(tmp_path: Path) -> None:
    plan = plan_of(
        tmp_path,
        "statement.csv",
        "Date,Description,Debit,Credit,Balance",
        "01/05/2026,ACH DEPOSIT ALDER MFG,,1190.00,5190.00",
        "01/16/2026,CHECK 1021,220.00,,4970.00",
    )
    assert said(plan, "Balance") == ""


def test_the_last_row_of_an_aging_report_is_no_customer(tmp_path: Path) -> None:
    plan = plan_of(
        tmp_path,
        "aging.csv",
        "Customer,Current,1 - 30,31 - 60,61 - 90,91 and over,Total",
        "Alder Mfg Co,100.00,0.00,50.00,0.00,0.00,150.00",
        "Birch Optical Inc,0.00,20.00,0.00,0.00,5.00,25.00",
        "TOTAL,100.00,20.00,50.00,0.00,5.00,175.00",
    )
    assert plan.only
    assert (plan.only.column, plan.only.values) == ("Customer", ("TOTAL",))


def test_payments_of_one_invoice_are_several(tmp_path: Path) -> None:
    rows = (
        "Date,Name,Status,Currency,Gross,From Email Address,To Email Address,"
        "Transaction ID,Invoice Number",
        "01/16/2026,Bo Dee,Completed,USD,35.00,bo@y.example,shop@us.example,4AB12345CD678902E,5002",
        "01/17/2026,Bo Dee,Completed,USD,20.00,bo@y.example,shop@us.example,4AB12345CD678903E,5002",
    )
    plan = plan_of(tmp_path, "paypal transactions.csv", *rows)
    assert (plan.record_type, said(plan, "Transaction ID")) == ("payment", "record.key")
    assert said(plan, "To Email Address") == ""  # the shop's own: all would be joined by it
    plan = plan_of(
        tmp_path,
        "payments received.csv",
        "Payment Number,Payment Date,Customer Name,Invoice Number,Amount",
        "1,2026-01-05,Adler GmbH,INV-1,100.00",
        "2,2026-01-16,Berg AG,INV-2,25.50",
    )
    assert said(plan, "Payment Number") == "record.key"


def test_who_works_somewhere_is_told_from_the_company(tmp_path: Path) -> None:
    plan = plan_of(
        tmp_path,
        "contacts.csv",
        "Name,Company,Tel.,Mail",
        "Eva Arndt,Adler GmbH,030 1111111,eva@adler.example",
        "Jan Busch,Berg AG,089 2222222,jan@berg.example",
        "Pia Dorn,Adler GmbH,030 1111112,",
    )
    assert plan.parts == ("customer", "contact")
    assert [said(plan, one) for one in ("Name", "Company")] == ["contact.name", "customer.name"]
    fixed = {one.meaning: one.text for one in plan.fixed}
    assert fixed["contact.key"] == "{Company} {Name} {Mail}"


def test_persons_few_of_whom_say_a_company_are_the_customers(tmp_path: Path) -> None:
    plan = plan_of(
        tmp_path,
        "customer.csv",
        "CustomerId,FirstName,LastName,Company,Email",
        "1,Luís,Gonçalves,Embraer,luisg@embraer.example",
        "2,Leonie,Köhler,,leonekohler@surfeu.example",
        "3,François,Tremblay,,ftremblay@gmail.example",
    )
    assert (plan.parts, plan.kind) == (("customer",), "person")
    assert said(plan, "Company") == ""


def test_the_name_of_a_quote_is_no_customers(tmp_path: Path) -> None:
    plan = plan_of(
        tmp_path,
        "quotes.csv",
        "Quote ID,Name,Potential Customer,Total Amount,Status,Created On",
        "QUO-1,Sensors line 3,Fabrikam Inc,800.00,Won,1/14/2026",
        "QUO-2,Service,Contoso Ltd,90.00,Draft,1/15/2026",
    )
    assert said(plan, "Potential Customer") == "customer.name"
    assert said(plan, "Name") == "record.subject"


@pytest.mark.parametrize(
    ("title", "kind"), [("Contract Number", "contract"), ("Invoice Number", "invoice")]
)
def test_what_a_contract_is_worth_is_not_owed(title: str, kind: str, tmp_path: Path) -> None:
    plan = plan_of(
        tmp_path,
        "list.csv",
        f"{title},Account Name,Start Date,End Date,Amount,Currency",
        "C-1,Adler GmbH,2025-01-01,2026-12-31,12000,EUR",
        "C-2,Berg AG,2024-06-01,2025-05-31,5000,EUR",
    )
    assert plan.record_type == kind


def test_what_is_not_paid_is_not_taken_for_paid(tmp_path: Path) -> None:
    plan = plan_of(
        tmp_path,
        "invoices.csv",
        "Invoice No,Customer,Date,Due,Amount,Status",
        "1,Adler,2026-01-05,2026-02-05,10.50,ubetalt",
        "2,Berg,2026-01-06,2026-02-06,11.50,betalt",
        "3,Citrus,2026-01-07,2026-02-07,12.50,Nezaplaceno",
        "4,Dorn,2026-01-08,2026-02-08,13.50,unsettled",
        "5,Erle,2026-01-09,2026-02-09,14.50,settld",
    )
    assert dict(plan.uses["Status"].values or ()) == {
        "ubetalt": "open",
        "betalt": "paid",
        "Nezaplaceno": "open",
        "unsettled": "",
        "settld": "paid",
    }


def test_open_items_of_further_languages(tmp_path: Path) -> None:
    number, name, day, due, amount = (
        f"record.{one}" if one != "name" else "customer.name"
        for one in ("key", "name", "opened", "due", "amount")
    )
    heads = (
        "Fakturanr.;Kundenavn;Fakturadato;Forfaldsdato;Restbeløb",
        "Factuurnummer;Naam;Factuurdatum;Vervaldatum;Openstaand bedrag",
        "Numer faktury;Nabywca;Data wystawienia;Termin płatności;Pozostało do zapłaty",
        "Číslo faktury;Odběratel;Datum vystavení;Datum splatnosti;Celkem",
        "Fatura No;Cari Unvanı;Fatura Tarihi;Vade Tarihi;Kalan Tutar",
        "Ref. No.;Party's Name;Date;Due on;Pending Amount",
    )
    for n, head in enumerate(heads):
        rows = "F-1;Alfa;15.01.2026;14.02.2026;1.250,00", "F-2;Beta;16.01.2026;15.02.2026;300,50"
        plan = plan_of(tmp_path, f"{n}.csv", head, *rows)
        assert [said(plan, one) for one in head.split(";")] == [number, name, day, due, amount], (
            head
        )
        assert plan.record_type == "invoice"


def test_a_case_is_not_opened_when_its_product_was_bought(tmp_path: Path) -> None:
    plan = plan_of(
        tmp_path,
        "tickets.csv",
        "Ticket ID,Customer Name,Customer Email,Customer Gender,Date of Purchase,Ticket Status",
        "1,Marisa Obrien,allison@x.example,Other,2021-03-22,Open",
        "2,Jessica Rios,ashley@y.example,Female,2021-05-22,Closed",
    )
    assert (plan.record_type, plan.kind) == ("case", "person")
    assert said(plan, "Date of Purchase") == ""
    assert "record.closed" not in {one.meaning for one in plan.fixed}


def test_the_state_in_which_somebody_lives_is_no_status(tmp_path: Path) -> None:
    plan = plan_of(
        tmp_path,
        "superstore.csv",
        "Order ID,Order Date,Customer ID,Customer Name,State,Region,Total",
        "CA-1,11/18/2016,CG-1,Claire Gute,Kentucky,South,261.96",
        "CA-2,6/12/2016,DV-1,Darrin Van Huff,California,West,14.62",
    )
    assert said(plan, "State") in {"", "customer.region"}


def test_what_was_delivered_is_over_since_then(tmp_path: Path) -> None:
    plan = plan_of(
        tmp_path,
        "orders.csv",
        "order_id,customer_id,order_status,order_purchase_timestamp,"
        "order_delivered_customer_date,order_estimated_delivery_date",
        "A1,K1,delivered,2017-10-02 10:56:33,2017-10-10 21:25:13,2017-10-18 00:00:00",
        "A2,K2,processing,2018-07-24 20:41:37,,2018-08-13 00:00:00",
    )
    assert said(plan, "order_delivered_customer_date") == "record.closed"
    assert said(plan, "order_purchase_timestamp") == "record.opened"
    values = dict(plan.uses["order_status"].values or ())
    assert values == {"delivered": "shipped", "processing": "open"}


def test_paid_of_yes_and_no_is_the_status(tmp_path: Path) -> None:
    head = "Invoice,Client,Issued,Due,Total,Paid"
    rows = "1,Adler,2026-01-05,2026-02-05,10.50,Yes", "2,Berg,2026-01-16,2026-02-16,11.50,No"
    plan = plan_of(tmp_path, "invoices.csv", head, *rows)
    assert said(plan, "Paid") == "record.status"
    assert dict(plan.uses["Paid"].values or ()) == {"Yes": "paid", "No": "open"}
    assert ("record.closed", "{Due}") in [(one.meaning, one.text) for one in plan.fixed]
    amounts = [row.replace("Yes", "10.50").replace("No", "0.00") for row in rows]
    plan = plan_of(tmp_path, "amounts.csv", head, *amounts)
    assert said(plan, "Paid") != "record.status"
