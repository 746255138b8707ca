"""A phone number is wrong: corrected by hand, and what the systems say stays readable."""

import pytest
from playwright.sync_api import expect
from tests.journeys.conftest import Enter
from tests.journeys.steps import card, find, heading, told

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_correct_a_phone_number_and_see_who_says_what(enter: Enter) -> None:
    page = enter("Elin Sandvall")
    find(page, "718-2040", "Hanbit Precision Co., Ltd.")
    card(page, "How to reach them").get_by_role("link", name="718-2040").click()
    expect(heading(page)).to_have_text("Phone")
    said = card(page, "Who says what").locator("tbody tr")
    expect(said).to_have_count(6)
    expect(said.filter(has_text="Accounting")).to_contain_text("+82 (0)32 7182040")

    card(page, "What is right").get_by_label("Phone").fill("032-718-2099")
    page.get_by_role("button", name="Correct it").click()
    told(page, "Corrected. What the systems said stays readable here.")
    expect(said).to_have_count(7)
    mine = said.filter(has_text="032-718-2099")
    expect(mine).to_contain_text("by hand")
    expect(mine).to_contain_text("Elin Sandvall")
    expect(mine).to_contain_text("today")
    for system in ("Accounting", "Sales", "Support", "Shipping", "Engineering", "Scheduling"):
        expect(said.filter(has_text=system)).to_contain_text("still")

    page.get_by_role("link", name="Hanbit Precision Co., Ltd.").click()
    expect(card(page, "How to reach them")).to_contain_text("032-718-2099")
    expect(card(page, "How to reach them")).not_to_contain_text("718-2040")
    find(page, "718-2099", "Hanbit Precision Co., Ltd.")
