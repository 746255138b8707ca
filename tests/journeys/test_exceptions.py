"""A special case is said at the answer; whom our promise names grants an exception, and ends it."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from tests.journeys.conftest import Enter
from tests.journeys.steps import answer, ask, card, find, told

from concord.kernel import time
from concord.treatment.models import Lift

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_special_case_becomes_an_exception_and_is_taken_back(enter: Enter) -> None:
    support, officer = enter("Kim Ji-woo"), enter("Miriam Feldkamp")
    find(support, "한빛", "Hanbit Precision Co., Ltd.")
    ask(support, "Proposal or RFP")
    expect(answer(support)).to_contain_text("Not yet. Pass them to Accounts.")
    expect(answer(support).get_by_text("Grant an exception")).to_have_count(0)
    answer(support).get_by_text("This is wrong").click()
    support.get_by_label("It is a special case").check()
    support.get_by_label("Say it in a sentence").fill("The tender closes on Friday.")
    support.get_by_role("button", name="Send").click()
    told(support, "Miriam Feldkamp looks into it")

    officer.get_by_role("link", name="Today").click()
    officer.get_by_role("link", name="The tender closes on Friday.").click()
    officer.get_by_role("link", name="Grant an exception").click()
    expect(card(officer, "Who asks for it")).to_contain_text("The tender closes on Friday.")
    expect(officer.get_by_label("For which request")).to_have_value("proposal")
    changes = officer.locator("#outlook")
    expect(changes).to_contain_text("Go ahead.")
    officer.get_by_label("For which request").select_option(label="Engineering question")
    expect(changes).to_contain_text("One question first.")
    officer.get_by_label("For which request").select_option(label="Proposal or RFP")
    until = time.today() + timedelta(days=3)
    officer.get_by_label("Until").fill(until.isoformat())
    officer.get_by_label("Why").fill("Their bank confirms the transfer.")
    officer.get_by_label("Why").press("Control+Enter")
    told(officer, "Told of it: Kim Ji-woo.")
    expect(answer(officer)).to_contain_text("Go ahead.")
    expect(answer(officer)).to_contain_text("Their bank confirms the transfer.")

    support.get_by_role("link", name="Today").click()
    support.get_by_role("link", name="Miriam Feldkamp grants an exception").click()
    expect(answer(support)).to_contain_text("Go ahead.")
    expect(answer(support)).to_contain_text("Granted by Miriam Feldkamp")

    officer.get_by_role("link", name="Our promise").click()
    officer.get_by_role("link", name="Exceptions").click()
    row = officer.get_by_role("row").filter(has_text="Hanbit Precision")
    row.get_by_text("Take back").first.click()
    row.get_by_role("button", name="Take it back now").click()
    told(officer, "Taken back: our promise holds again for them.")
    assert Lift.objects.get().withdrawn_by_id is not None
    support.get_by_role("link", name="Today").click()
    expect(card(support, "You were told")).to_contain_text("took the exception back")
