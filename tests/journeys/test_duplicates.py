"""A pair that may be one customer is decided by keyboard, and the decision taken back."""

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import Enter
from tests.journeys.steps import heading, press, told

from concord.customers import questions
from concord.customers.models import Customer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_different_same_and_back_again_by_keyboard(enter: Enter) -> None:
    page = enter("Miriam Feldkamp")
    page.get_by_role("link", name="Review").click()
    expect(heading(page)).to_have_text("Is this one customer?")
    waiting, customers, pair = questions.waiting(), existing(), sides(page)

    press(page, "d")
    told(page, "Two customers, for good.")
    assert questions.waiting() == waiting - 1
    assert existing() == customers
    press(page, "u")
    told(page, "Taken back.")
    assert sides(page) == pair

    press(page, "s")
    told(page, "One customer now.")
    assert existing() == customers - 1
    press(page, "u")
    told(page, "Taken back.")
    assert sides(page) == pair
    assert existing() == customers

    asked = page.locator("#decide").get_attribute("action") or ""
    press(page, "n")
    expect(page.locator("#decide")).not_to_have_attribute("action", asked)
    expect(page.locator(".question-of-two")).to_be_focused()


def sides(page: Page) -> list[str]:
    links = page.locator("table.compare a.name")
    expect(links).to_have_count(2)
    return links.all_inner_texts()


def existing() -> int:
    return Customer.objects.filter(merged_into=None).count()
