"""Find by two characters, ask, give what is missing, hand over: at a desk and on a phone."""

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import PHONE, Enter
from tests.journeys.steps import answer, ask, card, find, heading, told

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HAETSAL = "Haetsal Automation Co., Ltd."


def test_ask_give_the_amount_and_hand_it_over(enter: Enter) -> None:
    page = enter("Kim Ji-woo")
    find(page, "햇살", HAETSAL)
    ask(page, "Place an order")
    expect(answer(page)).to_contain_text("Which business unit is it for?")
    answer(page).get_by_role("button", name="Gauges").click()
    give(page, "What is the amount?", "20,000")
    expect(answer(page).locator(".do")).to_contain_text("Not yet")
    expect(answer(page).locator("blockquote")).to_contain_text("회계")
    answer(page).get_by_text("In my language").click()
    expect(answer(page).get_by_text("will confirm it with you first")).to_be_visible()

    answer(page).get_by_text("Hand over", exact=True).click()
    answer(page).get_by_label("A word for Tobias Brauer").fill("They wait on the line.")
    answer(page).get_by_role("button", name="Hand it over").click()
    told(page, "Tobias Brauer has it now, as a task.")
    expect(answer(page).get_by_text("Hand over", exact=True)).to_have_count(0)

    colleague = enter("Tobias Brauer")
    expect(card(colleague, "Waits for you")).to_contain_text(f"Place an order {HAETSAL}")
    expect(card(colleague, "You were told")).to_contain_text("Kim Ji-woo")
    task = card(colleague, "Waits for you").get_by_role("link", name="Place an order")
    task.last.click()
    expect(heading(colleague)).to_contain_text(HAETSAL)
    expect(colleague.locator("main")).to_contain_text("They wait on the line.")


def test_a_phone_has_its_rooms_at_the_bottom_and_asks_as_well(enter: Enter) -> None:
    page = enter("Kim Ji-woo", viewport=PHONE, has_touch=True, is_mobile=True)
    rooms = page.get_by_role("navigation", name="Rooms")
    box = rooms.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] == pytest.approx(PHONE["height"], abs=1)
    assert box["width"] == PHONE["width"]

    page.get_by_role("link", name="Ask").first.tap()
    page.get_by_role("searchbox", name="Customer").fill("햇살")
    page.get_by_role("link", name=HAETSAL).tap()
    expect(heading(page)).to_have_text(HAETSAL)
    page.locator("#every-request").get_by_role("link", name="Place an order").tap()
    expect(answer(page)).to_contain_text("How we treat them now · Place an order")
    answer(page).get_by_role("button", name="Gauges").tap()
    give(page, "What is the amount?", "900")
    expect(answer(page)).to_contain_text("Go ahead")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    rooms.get_by_role("button", name="More").tap()
    expect(page.get_by_role("dialog")).to_contain_text("Kim Ji-woo")


def give(page: Page, question: str, amount: str) -> None:
    field = answer(page).get_by_label(question)
    field.fill(amount)
    answer(page).get_by_role("button", name="Answer").click()
