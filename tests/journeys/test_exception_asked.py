"""An exception is asked for at an answer, granted on its page, used, and ends by itself."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from tests.journeys.conftest import Enter
from tests.journeys.steps import answer, ask, card, find, heading, told

from concord.kernel import time
from concord.kernel.models import Letter
from concord.treatment.models import ActedOtherwise, Asking, Lift

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_exception_is_asked_for_granted_used_and_ends(enter: Enter) -> None:
    support, officer = enter("Kim Ji-woo"), enter("Miriam Feldkamp")
    find(support, "한빛", "Hanbit Precision Co., Ltd.")
    ask(support, "Proposal or RFP")
    expect(answer(support)).to_contain_text("Not yet. Pass them to Accounts.")
    answer(support).get_by_text("Ask for an exception").click()
    until = time.today() + timedelta(days=3)
    answer(support).get_by_label("Until").fill(until.isoformat())
    answer(support).get_by_role("textbox", name="Why").fill("The tender closes on Friday.")
    answer(support).get_by_role("button", name="Ask for it").click()
    told(support, "Miriam Feldkamp")
    asking = Asking.objects.get()
    assert (asking.named, Letter.objects.count()) == (["sponsor", "officer"], 2)

    officer.get_by_role("link", name="Today").click()
    card(officer, "Waits for you").get_by_role("link", name="Proposal or RFP").click()
    expect(heading(officer)).to_have_text("Exception asked for")
    expect(card(officer, "What is asked for")).to_contain_text("The tender closes on Friday.")
    expect(officer.locator("#outlook")).to_contain_text("Go ahead.")
    officer.get_by_role("button", name="Grant it").click()
    told(officer, "Granted: who asked is told.")
    expect(card(officer, "What became of it")).to_contain_text("Miriam Feldkamp")

    support.get_by_role("link", name="Today").click()
    support.get_by_role("link", name="Miriam Feldkamp grants your exception").click()
    expect(heading(support)).to_have_text("Exception asked for")
    find(support, "한빛", "Hanbit Precision Co., Ltd.")
    expect(support.locator("#timeline")).to_contain_text("Exception granted")
    ask(support, "Proposal or RFP")
    expect(answer(support)).to_contain_text("Go ahead.")
    expect(answer(support)).to_contain_text("Granted by Miriam Feldkamp")

    # The day after its last one: our promise holds again by itself.
    yesterday = time.today() - timedelta(days=1)
    Lift.objects.update(starts_on=yesterday, ends_on=yesterday)
    ask(support, "Proposal or RFP")
    expect(answer(support)).to_contain_text("Not yet. Pass them to Accounts.")
    answer(support).get_by_text("I did otherwise").click()
    answer(support).get_by_label("What did you do, and why?").fill("Sent it: they called at five.")
    answer(support).get_by_role("button", name="Write it down").click()
    told(support, "Written down.")
    assert ActedOtherwise.objects.get().answer is not None
    ask(support, "Proposal or RFP")
    expect(answer(support)).to_contain_text("Not yet. Pass them to Accounts.")
