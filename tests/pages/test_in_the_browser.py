"""What a person does with the keyboard: find, ask, hand over, move a card, take it back."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from tests.pages.test_accessibility import enter
from tests.treatment.cast import Cast

from concord.customers.models import Customer
from concord.kernel.models import User
from concord.records.actions.desk import open_record
from concord.records.models import Record
from concord.treatment.models import HandOver, Watch

pytestmark = pytest.mark.browser
expect.set_options(timeout=20_000)  # the first answer compiles the policy


def test_find_by_two_characters_ask_and_hand_over(
    live: str, browser_context: BrowserContext, page: Page, cast: Cast, hanbit: Customer
) -> None:
    enter(browser_context, live, cast.alice)
    page.goto(live)
    page.keyboard.press("Control+k")
    page.keyboard.insert_text("한빛")
    expect(page.locator("#find-results [role=option]").first).to_have_attribute(
        "aria-selected", "true"
    )
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("한빛정밀")
    page.wait_for_load_state()  # the keys are heard once the page's scripts have run
    page.keyboard.press("2")  # ship an order
    expect(page).to_have_url(re.compile(r"/ask/ship_order/"))
    expect(page.locator("#answer .do")).to_have_text("Not yet. Pass them to Accounts.")
    current = page.locator(".requests a[aria-current]")
    expect(current).to_have_count(1)
    expect(current).to_contain_text("Ship an order")
    page.get_by_text("Hand over", exact=True).click()
    page.get_by_label("A word for Bob").fill("He waits on the phone.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("Bob has it now, as a task.")
    assert HandOver.objects.get().to == cast.bob


def test_a_question_is_answered_by_a_key_and_waiting_is_undone(
    live: str, browser_context: BrowserContext, page: Page, cast: Cast, hanbit: Customer
) -> None:
    enter(browser_context, live, cast.alice)
    page.goto(f"{live}/customers/{hanbit.pk}/ask/engineering_question/")
    expect(page.locator("#answer")).to_contain_text("Could somebody get hurt?")
    page.keyboard.press("n")
    expect(page.locator("#answer .do")).to_have_text("Not yet. Pass them to Accounts.")
    page.get_by_role("button", name="Tell me when it clears").click()
    expect(page.locator("#toasts")).to_contain_text("You will be told")
    page.keyboard.press("z")
    expect(page.locator("#toasts")).to_contain_text("You will not be told.")
    assert Watch.objects.get().ended_at is not None


def test_a_card_moves_by_keyboard_and_by_hand(
    live: str, browser_context: BrowserContext, page: Page, cast: Cast, hanbit: Customer
) -> None:
    deal = open_record(cast.alice, "deal", hanbit.pk, subject="12 gauges")
    enter(browser_context, live, cast.alice)
    page.goto(f"{live}/work/board/")
    page.get_by_label("Stage of 12 gauges").select_option("engaging")
    lane = page.locator('[data-lane="engaging"]')
    expect(lane).to_contain_text("12 gauges")
    page.locator(f"#ticket-{deal.pk}").drag_to(page.locator('[data-lane="negotiation"]'))
    expect(page.locator('[data-lane="negotiation"]')).to_contain_text("12 gauges")
    assert Record.objects.get(pk=deal.pk).status == "negotiation"


def test_lists_go_by_j_k_and_enter(
    live: str, browser_context: BrowserContext, page: Page, cast: Cast, hanbit: Customer
) -> None:
    for subject in ("First", "Second"):
        open_record(cast.alice, "task", hanbit.pk, subject=subject, owner_id=cast.alice.pk)
    enter(browser_context, live, cast.alice)
    page.goto(f"{live}/work/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    marked = page.locator('[data-list] > [aria-current="true"]')
    expect(marked).to_contain_text("Second")
    page.keyboard.press("k")
    expect(marked).to_contain_text("First")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/records/\d+/"))


def test_help_theme_and_language(
    live: str, browser_context: BrowserContext, page: Page, cast: Cast
) -> None:
    enter(browser_context, live, cast.alice)
    page.goto(live)
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#help")).to_be_hidden()
    page.locator("details.person summary").click()
    page.locator("#theme-rail").select_option("dark")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.locator(".rail").get_by_role("button", name="한국어").click()
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    expect(page.get_by_role("heading", level=1)).to_have_text("오늘")
    assert User.objects.get(pk=cast.alice.pk).language == "ko"


def test_a_lost_server_is_said_and_nothing_typed_is_lost(
    live: str, browser_context: BrowserContext, cast: Cast, hanbit: Customer
) -> None:
    page = browser_context.new_page()  # its console tells of the lost connection
    enter(browser_context, live, cast.alice)
    page.goto(f"{live}/customers/{hanbit.pk}/ask/ship_order/")
    page.get_by_text("This is wrong", exact=True).click()
    page.get_by_label("Say it in a sentence").fill("They paid.")
    page.route("**/concern/", lambda route: route.abort())
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#toasts")).to_contain_text("The server cannot be reached")
    expect(page.get_by_label("Say it in a sentence")).to_have_value("They paid.")
