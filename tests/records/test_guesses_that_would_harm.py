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
