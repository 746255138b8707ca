"""Five minutes to something useful: a file of one's own, what is true in it, kept as a source;
then an export with bad rows, which are fixed, and an import that is taken back.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import Enter
from tests.journeys.steps import card, heading, told
from tests.journeys.worker import Worker, run_pending

from concord.kernel.time import today
from concord.records.models import Import, Record

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

COUNTED = ("with something new", "with something changed", "known already", "for nothing here",
           "rejected, kept among the rows to fix")  # fmt: skip
GOOD = "Invoice,Customer,Date,Due,Paid,Amount"


def test_read_who_is_late_and_keep_the_file_as_a_source(enter: Enter, shared: Path) -> None:
    file = shared / "data" / "receivables" / "invoices.csv"
    page = enter("Tobias Brauer")
    drop(page, file)
    expect(heading(page)).to_have_text("invoices.csv")
    page.get_by_label("As of").fill("2013-06-30")
    page.get_by_role("button", name="Read again").click()

    late = card(page, "Who is late")
    expect(late.locator(".do")).to_have_text(re.compile(r"259\.47 EUR\s+overdue, from 4 customers"))
    expect(late).to_contain_text("8 more only through disputed invoices")
    expect(late.locator("tbody tr")).to_have_count(12)

    page.get_by_label("Currency, where the file says none").fill("USD")
    page.get_by_role("button", name="Read again").click()
    expect(late.locator(".do")).to_contain_text("259.47 USD")
    page.get_by_label("Disputed").select_option(label="not in this file")
    expect(late).not_to_contain_text("only through disputed")
    expect(late.locator(".do")).to_contain_text("from 12 customers")
    page.get_by_label("Disputed").select_option(label="Disputed")
    expect(late.locator(".do")).to_contain_text("from 4 customers")

    page.get_by_role("button", name="Keep as a source").click()
    page.get_by_role("dialog").get_by_label("Name of the system").fill("Factoring")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    worker = Worker()
    worker.start()
    expect(card(page, "What became of it").locator("header")).to_contain_text(
        "Done", timeout=60_000
    )
    worker.finish()
    expect(page.get_by_role("progressbar")).to_have_count(0)
    counts = read_counts(page)
    assert counts["Rows read"] == 2466
    assert sum(counts[name] for name in COUNTED) == counts["Rows read"]
    assert counts["rejected, kept among the rows to fix"] == 0
    assert Record.objects.filter(type="invoice", source__key="factoring").count() == 2466


def test_a_large_file_is_read_by_the_worker_while_the_page_waits(
    enter: Enter, tmp_path: Path
) -> None:
    """The answer comes by itself; another understanding is another answer; then the list leaves."""
    page = enter("Tobias Brauer")
    issued, due = today() - timedelta(days=110), today() - timedelta(days=80)
    lines = (f"A-{n},Kunde {n % 50},{issued},{due},,{n}.50" for n in range(14_000))
    drop(page, a_file(tmp_path / "ledger.csv", *lines))
    expect(heading(page)).to_have_text("ledger.csv")
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(card(page, "Your file is being read")).to_contain_text("It waits for its turn")
    worker = Worker()
    worker.start()
    late = card(page, "Who is late")
    expect(late.locator(".do")).to_contain_text("98,000,000 EUR", timeout=60_000)
    worker.finish()
    expect(page.get_by_role("progressbar")).to_have_count(0)
    expect(late.locator("tbody tr").first).to_contain_text("80 days")
    expect(late).to_contain_text("The first 20 of 50, most owed first.")

    page.get_by_label("Due or promised on").select_option(label="Date")
    expect(page.get_by_role("progressbar")).to_be_visible()
    run_pending()
    expect(late.locator("tbody tr").first).to_contain_text("110 days", timeout=20_000)
    with page.expect_download() as leaving:
        late.get_by_role("link", name="Download the list").click()
    assert len(leaving.value.path().read_text("utf-8-sig").splitlines()) == 51


def test_rows_to_fix_are_fixed_and_the_import_is_undone(enter: Enter, tmp_path: Path) -> None:
    page = enter("Tobias Brauer")
    keep(page, a_file(tmp_path / "books.csv", "A-1,Alder & Söhne,2026-09-01,2026-10-01,,1200.00"))
    bad = a_file(
        tmp_path / "books-2.csv",
        "A-1,Alder & Söhne,2026-09-01,2026-10-01,2026-11-02,1200.00",
        "A-2,Birke AG,2026-09-05,2026-10-05,,870.50",
        "A-3,Birke AG,2026-09-31,2026-10-30,,99.00",
        "A-4,Eiche KG,2026-10-01,2026-10-31,,twelve",
    )
    page.goto("/sources/books/")
    page.locator("input[type=file]").set_input_files(bad)
    page.get_by_role("button", name="Import").click()
    run_pending()
    page.reload()
    counts = read_counts(page)
    assert counts["Rows read"] == 4
    assert [counts[name] for name in COUNTED] == [1, 1, 0, 0, 2]
    address = page.url

    page.get_by_role("link", name="2 rows to fix").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    row = page.locator("tbody tr").filter(has_text="twelve")
    expect(row).to_contain_text("Amount")
    row.get_by_role("link").click()
    expect(heading(page)).to_have_text("Line 5")
    page.get_by_label("Amount").fill("12.00")
    page.get_by_role("button", name="Take it up").click()
    told(page, "The row is taken up.")
    expect(page.locator("tbody tr")).to_have_count(1)
    assert Record.objects.get(key="A-4").amount == 12

    page.goto(address)
    page.get_by_role("link", name="Undo this import").click()
    dialog = page.locator("#undoing")
    expect(dialog).to_contain_text("Undo this import?")
    dialog.get_by_role("button", name="Undo this import").click()
    told(page, "What it said counts no more. What others said later stays.")
    run_pending()
    expect(card(page, "What became of it")).to_contain_text("by Tobias Brauer")
    alive = Record.objects.filter(source__key="books", withdrawn_at=None)
    assert list(alive.values_list("key", "closed_at")) == [("A-1", None)]


def drop(page: Page, file: Path) -> None:
    page.goto("/sources/look/")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Read it").click()


def keep(page: Page, file: Path) -> None:
    drop(page, file)
    page.get_by_role("button", name="Keep as a source").click()
    page.get_by_role("button", name="Keep it").click()
    run_pending()
    assert Import.objects.latest("pk").state == "done"


def a_file(path: Path, *rows: str) -> Path:
    path.write_text("\n".join((GOOD, *rows, "")), encoding="utf-8")
    return path


def read_counts(page: Page) -> dict[str, int]:
    facts = card(page, "What became of it").locator("dl")
    names = facts.locator("dt").all_inner_texts()
    numbers = facts.locator("dd").all_inner_texts()
    return {name: int(number.replace(",", "")) for name, number in zip(names, numbers, strict=True)}
