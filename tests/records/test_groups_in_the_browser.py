"""Rows wrong alike, corrected by somebody who sees what comes of it before it happens."""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from tests.pages.test_accessibility import enter
from tests.records.builders import a_person, a_source, the
from tests.records.files import INVOICES, a_csv, an_import

from concord.kernel.models import Role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_group_is_corrected_for_good(
    live: str, browser_context: BrowserContext, page: Page, tmp_path: Path
) -> None:
    a_source(mapping=INVOICES)
    an_import(a_csv(tmp_path, *(f"R{n};D1;Hanbit;12/31/2025;1,00" for n in range(3))))
    enter(browser_context, live, a_person("Boss", Role.SPONSOR))
    page.goto(f"{live}/sources/rows/")
    page.get_by_role("link", name="Correct all").click()
    expect(page.get_by_label("It is a date, written otherwise")).to_be_checked()
    expect(page.locator("#preview")).to_contain_text("3 of 3 can be taken up.")
    expect(page.locator("#preview")).to_contain_text("31.12.2025")
    page.get_by_label("Another value instead").check()
    page.get_by_label("Instead of “12/31/2025” (3)").fill("never")
    expect(page.locator("#preview")).to_contain_text("0 of 3 can be taken up.")
    page.get_by_label("It is a date, written otherwise").check()
    expect(page.locator("#preview")).to_contain_text("3 of 3 can be taken up.")
    with page.expect_response("**/preview/"):  # the page is left when it has answered
        page.locator("#correction").get_by_label("For the next files too").first.check()
    page.get_by_role("button", name="Correct 3 rows").click()
    expect(page.locator("#mending")).to_contain_text("Kept in how the source is read")
    assert str(the("R2").opened_at) == "2025-12-31"
    assert '"%m/%d/%Y"' in a_source().mapping
