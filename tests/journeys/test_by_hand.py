"""What people type here: a customer, a call, a task, the stage of a deal."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import Enter
from tests.journeys.steps import card, heading, press, told

from concord.kernel import time
from concord.records.models import Record

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_new_customer_shows_who_it_may_be_already_and_gets_a_call_and_a_task(
    enter: Enter,
) -> None:
    page = enter("Elin Sandvall")
    page.get_by_role("link", name="Customers", exact=True).click()
    page.get_by_role("link", name="New customer").click()
    known = card(page, "Do we know them already?")
    page.get_by_label("Name", exact=True).press_sequentially("Lindqvist Instr")
    expect(known.get_by_role("link", name="Lindqvist Instrument AB")).to_be_visible()
    page.get_by_label("Name", exact=True).fill("Quarzwerk Süd")
    expect(known).to_contain_text("Nobody like this so far.")
    page.get_by_label("Phone").fill("+49 711 555 0142")
    page.get_by_role("button", name="Add this customer").click()
    expect(heading(page)).to_have_text("Quarzwerk Süd")

    log(page, "Call", "Asked for the catalogue\nCalls again in spring.")
    told(page, "Kept: Asked for the catalogue")
    log(page, "Task for me", "Send the catalogue", time.today().isoformat())
    told(page, "Kept: Send the catalogue")
    expect(page.locator("#timeline")).to_contain_text("Asked for the catalogue")
    call = Record.objects.get(type="call", subject="Asked for the catalogue")
    assert call.data["notes"] == "Asked for the catalogue\nCalls again in spring."

    page.get_by_role("link", name="Today").click()
    mine = card(page, "Waits for you")
    expect(mine).to_contain_text("Send the catalogue")
    mine.get_by_role("button", name="Done: Send the catalogue").click()
    told(page, "Done: Send the catalogue")
    expect(mine).not_to_contain_text("Send the catalogue")
    press(page, "z")
    told(page, "Open again: Send the catalogue")
    expect(card(page, "Waits for you")).to_contain_text("Send the catalogue")


def test_a_deal_is_moved_on_the_board_by_keyboard_and_back(enter: Enter) -> None:
    page = enter("Elin Sandvall")
    page.get_by_role("link", name="Work", exact=True).click()
    page.get_by_role("link", name="Deals").click()
    page.get_by_role("link", name="As a board").click()
    page.get_by_role("link", name="Mine").click()
    deal = page.locator("[data-ticket]").filter(has_text="Height gauges for hall 4")
    stage = page.locator("[data-lane]").filter(has=deal)
    expect(stage).to_have_attribute("data-lane", "proposal")
    deal.get_by_label("Stage of Height gauges for hall 4").focus()
    page.keyboard.press("ArrowDown")
    told(page, "“Height gauges for hall 4” is now at")
    expect(stage).to_have_attribute("data-lane", re.compile("^(?!proposal)"))
    moved = Record.objects.get(subject="Height gauges for hall 4")
    assert (moved.status, moved.closed_at) == (stage.get_attribute("data-lane"), None)
    page.locator("h1").click()
    press(page, "z")
    expect(stage).to_have_attribute("data-lane", "proposal")


def test_a_record_of_any_kind_is_opened_and_changed(enter: Enter) -> None:
    page = enter("Kim Ji-woo")
    page.goto("/customers/?text=Lindqvist")
    page.get_by_role("link", name="Lindqvist Instrument AB").first.click()
    due = time.today() + timedelta(days=3)
    press(page, "l")
    page.locator("#contact").get_by_role("link", name="Support case").click()
    page.get_by_label("What it is about").fill("Display flickers")
    page.get_by_label("Answer by").fill(due.isoformat())
    page.locator("main form button.main").click()
    expect(heading(page)).to_contain_text("Display flickers")
    assert Record.objects.get(subject="Display flickers").due_at == due


def log(page: Page, kind: str, text: str, due: str = "") -> None:
    press(page, "l")
    form = page.locator("#contact")
    form.get_by_label(kind, exact=True).check()
    form.get_by_label("What was said, or is to be done").fill(text)
    if due:
        form.get_by_label("By when (for a task)").fill(due)
    form.get_by_role("button", name="Keep").click()
