"""A group as a tree, by keyboard: looked at, a part moved from today on, and moved back."""

import pytest
from playwright.sync_api import expect
from tests.journeys.conftest import Enter
from tests.journeys.steps import card, find, press, told

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_part_is_moved_by_keyboard_and_taken_back(enter: Enter) -> None:
    page = enter("Nora Ashby")
    find(page, "한빛", "Hanbit Precision Co., Ltd.")
    card(page, "Their group").get_by_role("link", name="As a tree").click()
    tree = page.get_by_role("tree")
    top = tree.get_by_role("treeitem", name="Hanbit Precision Co., Ltd.", exact=True)
    part = tree.get_by_role("treeitem", name="Hanbit Precision Vietnam Co., Ltd.")
    top.focus()
    page.keyboard.press("ArrowLeft")
    expect(part).to_be_hidden()
    page.keyboard.press("ArrowRight")
    expect(part).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(part).to_be_focused()
    page.keyboard.press("c")
    page.get_by_label("Belongs to").press_sequentially("Lindqvist")
    page.get_by_role("radio", name="Lindqvist Instrument AB").first.check()
    page.get_by_label("Why").fill("Sold")
    page.get_by_role("button", name="Move it there").click()
    told(page, "Moved under Lindqvist Instrument AB. Until that day it stays where it was.")
    expect(part).to_be_hidden()
    press(page, "z")
    told(page, "Taken back.")
    expect(part).to_be_visible()
