"""A person asks what is kept of them, gets it as a file, and then asks to be erased."""

import json

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import Enter
from tests.journeys.steps import card, find, heading, press, told
from tests.journeys.worker import run_pending

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NAME = "Anna Weissenfeld"


def test_a_persons_file_is_given_and_the_person_erased(enter: Enter) -> None:
    support = enter("Kim Ji-woo")
    support.goto("/customers/new/?kind=person")
    support.get_by_label("Name", exact=True).fill(NAME)
    support.get_by_role("button", name="Add").last.click()
    expect(heading(support)).to_have_text(NAME)
    support.get_by_role("link", name="Rights", exact=True).click()
    support.get_by_role("button", name="Take it down").click()
    told(support, "Taken down")

    page = enter("Miriam Feldkamp")
    find(page, NAME, NAME)
    page.get_by_role("link", name="Rights", exact=True).click()
    page.get_by_role("button", name="Make the file").click()
    expect(page.locator("#file")).to_contain_text("being put together")
    run_pending()
    with page.expect_download() as taken:
        page.get_by_role("link", name="For machines (JSON)").click()
    assert json.loads(taken.value.path().read_text())["name"] == NAME

    erase(page)
    press(page, "Control+k")
    page.keyboard.type("Weissenfeld")
    expect(page.get_by_role("listbox", name="What was found")).not_to_contain_text(NAME)


def erase(page: Page) -> None:
    page.get_by_role("link", name="Rights of this customer").click()
    page.get_by_role("link", name="See what would be erased").click()
    expect(card(page, "This goes")).to_contain_text("What each system says")
    page.get_by_label("Type the customer's name").fill("Somebody else")
    page.get_by_role("button", name="Erase them").click()
    expect(page.locator("main")).to_contain_text("This is not the customer's name.")
    page.get_by_label("Type the customer's name").fill(NAME)
    page.get_by_role("button", name="Erase them").click()
    expect(heading(page)).to_have_text("Erased on request")
    run_pending()
    expect(page.locator("#erasure")).to_contain_text("Nothing personal is kept")
