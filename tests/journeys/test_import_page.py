"""Somebody who is no programmer brings an export with mistakes in it, mends them, and trusts it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import Enter
from tests.journeys.steps import card, heading
from tests.journeys.worker import run_pending

from concord.customers.models import Profile
from concord.kernel.models import Source
from concord.records.models import Import, Record

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

EXPORT = """\
Ausgabe Debitoren
Beleg;Kunde Nr;Firma;Belegdatum;Fällig;Betrag;Stand;Hinweis
R-1;D1;Nordwind Optik GmbH;03/04/2026;04/05/2026;1.234,50;O;gut
R-2;D2;Alder & Söhne KG;05/04/2026;06/05/2026;870,00;P;mittel
R-3;D2;Alder & Söhne KG;07/04/2026;08/05/2026;12,00;Z;gut
R-4;D3;Weststern AG;09/04/2026;31/06/2026;99,00;O;gut
"""


def test_a_whole_import_with_its_mistakes_mended(enter: Enter, tmp_path: Path) -> None:
    page = enter("Tobias Brauer")
    file = tmp_path / "offen-2026-06.csv"
    file.write_bytes(EXPORT.encode("cp1252"))
    bring(page, file)
    means = page.get_by_role("combobox")

    expect(page.get_by_label("Names of columns stand in line")).to_have_value("2")
    expect(page.get_by_label("Firma", exact=True)).to_have_value("customer.name")
    expect(page.get_by_label("Kunde Nr", exact=True)).to_have_value("customer.key")
    expect(row(page, "Kunde Nr")).to_contain_text("3 of 4 are different; several times: D2")
    expect(page.get_by_text("reads in two ways")).to_be_visible()
    beside = page.locator("#beside")
    expect(beside).to_contain_text("3 Apr")
    expect(beside).to_contain_text("“31/06/2026” is no date as expected")

    dates = page.locator("#dates")
    dates.select_option("%m/%d/%Y")
    expect(beside).to_contain_text("4 Mar")
    dates.select_option("%d/%m/%Y")
    expect(beside).to_contain_text("3 Apr")
    page.get_by_label("Hinweis", exact=True).select_option("customer.segment")  # a wrong guess
    expect(beside).to_contain_text("gut")
    page.get_by_label("Hinweis", exact=True).select_option("record.set.terms")
    expect(beside.get_by_text("Terms of payment").first).to_be_visible()
    expect(page.get_by_text("Nobody has said what these mean: Z.")).to_be_visible()
    page.get_by_label(re.compile(r"^Z 1×$")).select_option("written_off")
    expect(page.get_by_text("Nobody has said what these mean")).to_have_count(0)
    assert means.count() > 10

    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    run_pending()
    tried = card(page, "What would happen?")
    expect(tried).to_contain_text("1 × no date", timeout=20_000)
    expect(tried.locator("dl")).to_contain_text("would be rows to fix")
    assert (
        Source.objects.filter(key="factory").count(),
        Record.objects.filter(key="R-1").count(),
    ) == (0, 0)

    page.get_by_label("Name of the system").fill("Factory")
    page.get_by_role("button", name=re.compile("Import")).dblclick()
    expect(heading(page)).to_have_text("offen-2026-06.csv")
    expect(page.get_by_role("progressbar")).to_be_visible()
    the_server_is_away_for_a_while(page)
    run_pending()
    report = card(page, "What became of it")
    expect(report.locator("header")).to_contain_text("Done", timeout=20_000)
    imported = Import.objects.get(source__key="factory")
    assert (imported.counts["rows"]["created"], imported.counts["rows"]["rejected"]) == (3, 1)

    expect(report.get_by_role("link", name="See who is late")).to_be_visible()
    page.get_by_role("link", name="See these customers").click()
    expect(page.locator("#rows")).to_contain_text("Nordwind Optik GmbH")
    source = Source.objects.get(key="factory")
    assert Profile.objects.filter(source=source, is_stub=False).count() == 2
    assert Record.objects.get(source=source, key="R-3").status == "written_off"

    page.goto("/sources/factory/")
    with page.expect_download() as leaving:
        page.get_by_text("How its files are read").click()
        page.get_by_role("link", name="Download it").click()
    assert leaving.value.path().read_text("utf-8").startswith('source = "factory"')


def bring(page: Page, file: Path) -> None:
    page.goto("/sources/")
    page.get_by_role("link", name="Bring a file").first.click()
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Look at it").click()
    expect(heading(page)).to_have_text(file.name)


def the_server_is_away_for_a_while(page: Page) -> None:
    lost = page.get_by_text("No connection to the server at the moment.")
    page.route("**/sources/imports/**", lambda route: route.abort("connectionrefused"))
    expect(lost).to_be_visible()
    expect(page.locator(".is-error")).to_have_count(0)
    page.unroute("**/sources/imports/**")
    expect(page.get_by_text("The connection is back.")).to_be_visible()
    expect(lost).to_have_count(0)


def row(page: Page, column: str) -> object:
    return page.locator("#columns tbody tr").filter(has_text=column)
