"""Who works where: a person is added, chosen among those we know, ended and brought back."""

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import Enter
from tests.journeys.steps import card, find, heading, press, told

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_people_are_added_ended_and_brought_back(enter: Enter) -> None:
    page = enter("Elin Sandvall")
    find(page, "한빛", "Hanbit Precision Co., Ltd.")
    card(page, "People").get_by_role("link", name="Add a person").click()
    known = card(page, "Do we know them already?")
    page.get_by_label("Name", exact=True).press_sequentially("David Oh")
    expect(known.get_by_role("link", name="David Oh", exact=True)).to_be_visible()
    page.get_by_label("Name", exact=True).fill("Quentin Marlowe")
    expect(known).to_contain_text("Nobody like this so far.")
    page.get_by_label("Position").fill("Head of quality")
    page.get_by_role("button", name="Add this person").click()
    told(page, "Quentin Marlowe works at Hanbit Precision Co., Ltd. now.")
    expect(card(page, "People")).to_contain_text("Quentin Marlowe Head of quality")

    end(page, "Quentin Marlowe")
    told(page, "Ended. What was before stays readable.")
    expect(card(page, "People")).not_to_contain_text("Quentin Marlowe")
    press(page, "z")
    told(page, "Taken back.")
    expect(card(page, "People")).to_contain_text("Quentin Marlowe")

    card(page, "People").get_by_role("link", name="Quentin Marlowe").click()
    expect(heading(page)).to_have_text("Quentin Marlowe")
    card(page, "Where they work").get_by_role("link", name="Add a relationship").click()
    page.get_by_label("Whom").press_sequentially("Lindqvist")
    page.get_by_role("radio", name="Lindqvist Instrument AB").first.check()
    page.get_by_role("button", name="Keep").click()
    told(page, "Kept: Lindqvist Instrument AB.")
    expect(card(page, "Where they work")).to_contain_text("Lindqvist Instrument AB")


def end(page: Page, name: str) -> None:
    card(page, "People").get_by_role("link", name="Change").click()
    row = page.locator("#related li").filter(has_text=name)
    row.get_by_text("Ended").first.click()
    row.get_by_role("button", name="It has ended").click()
