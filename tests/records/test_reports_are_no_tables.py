"""Reports that are made to be read by people: the draft says what they are and what to export."""

from __future__ import annotations

from pathlib import Path

import pytest

from concord.records.drafts.form import wrongs
from concord.records.drafts.guess import guess
from concord.records.drafts.survey import survey

pytestmark = pytest.mark.django_db

BALANCE_DETAIL = """\
Tessmar Instruments,,,,,
Customer Balance Detail,,,,,
"As of November 22, 2026",,,,,

Date,Transaction Type,Num,Due Date,Amount,Open Balance
Amy's Bird Sanctuary,,,,,
09/12/2026,Invoice,1021,10/12/2026,459.00,239.00
10/02/2026,Invoice,1040,11/02/2026,85.00,85.00
Total for Amy's Bird Sanctuary,,,,$544.00,$324.00
Bill's Windsurf Shop,,,,,
08/15/2026,Invoice,1027,09/14/2026,85.00,85.00
Total for Bill's Windsurf Shop,,,,$85.00,$85.00
TOTAL,,,,$629.00,$409.00
"""
PRINTED = """\
CUST    NAME                      DUE         BALANCE
10001   Hanbit Precision          2026-10-01  1234.50
10002   Osborne & Sons            2026-10-04    85.00
10003   Fenster Gruber            2026-11-02   712.00
"""
LIST = """\
Date,Num,Name,Due Date,Amount,Open Balance
09/12/2026,1021,Amy's Bird Sanctuary,10/12/2026,459.00,239.00
08/15/2026,1027,Bill's Windsurf Shop,09/14/2026,85.00,85.00
"""


def said_of(folder: Path, text: str, name: str) -> list[str]:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    found = survey(path)
    return [str(one.problem) for one in wrongs(guess(found, name).plan, found) if not one.is_hint]


def test_what_a_report_is_and_what_to_export_instead(tmp_path: Path) -> None:
    [said] = said_of(tmp_path, BALANCE_DETAIL, "Customer Balance Detail.csv")
    assert "customers stand as headings above their rows (“Amy's Bird Sanctuary”, “Bill" in said
    assert "names the customer in each row" in said


def test_a_printed_list_is_told_from_a_table(tmp_path: Path) -> None:
    [said] = said_of(tmp_path, PRINTED, "debtors.txt")
    assert "set apart by spaces" in said
    assert "CSV or as an Excel workbook" in said


def test_a_list_that_names_the_customer_in_each_row_is_no_report(tmp_path: Path) -> None:
    assert said_of(tmp_path, LIST, "invoices.csv") == []
