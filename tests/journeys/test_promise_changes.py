"""A change of our promise from its first key to its last exception, as the people of it live it.

The head of accounts edits a table by keyboard, sees the gap, closes it, proposes; the head of sales
objects; the sponsor simulates, answers, puts it in force from tomorrow; support reads it and
acknowledges. On the day the answer on the customer's page changes; support asks for an exception,
the customer officer grants it, it is used, and it ends by itself.
"""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.clock import stand_on
from tests.journeys.conftest import Enter
from tests.journeys.steps import (
    answer,
    ask,
    card,
    find,
    focused,
    heading,
    into_the_table,
    pick_language,
    told,
)
from tests.journeys.test_our_promise import HANBIT, lift_the_hold
from tests.journeys.worker import run_pending

from concord.kernel import time
from concord.kernel.models import Letter
from concord.treatment.actions.replay import replay_all
from concord.treatment.models import (
    Acknowledgement,
    ActedOtherwise,
    AnswerLog,
    Asking,
    PolicyInForce,
)
from concord.treatment.notices_asked import ASKED

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CHANGE = "We hold later, and look at smaller orders"


def test_a_change_of_our_promise_from_the_draft_to_the_end_of_an_exception(
    enter: Enter, scene: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lift_the_hold(scene)  # what is left is our rule: 30 days
    accounts, sales = enter("Tobias Brauer"), enter("Owen Reyland")
    begin_a_draft(accounts)
    close_a_gap(accounts)
    move_a_limit(accounts)
    propose(accounts)
    object_to_it(sales)

    sponsor, support = enter("Han So-yeon"), enter("Kim Ji-woo")
    pick_language(sponsor, "English")
    sponsor.get_by_role("link", name=CHANGE).first.click()
    simulate(sponsor)
    be_refused(sponsor)
    answer_the_objection(sponsor)
    put_in_force(sponsor)
    hear_of_it(sales)

    acknowledge(support)
    find(support, "한빛", HANBIT)
    ask(support, "Proposal or RFP")
    answer(support).get_by_role("button", name="Gauges").click()
    expect(answer(support).locator(".do")).to_contain_text("Pass them to Accounts.")
    tomorrow = time.today() + timedelta(days=1)
    stand_on(monkeypatch, tomorrow)
    find(support, "한빛", HANBIT)
    ask(support, "Proposal or RFP")
    expect(answer(support).locator(".do")).to_contain_text("Go ahead")

    order(support)
    expect(answer(support).locator(".do")).to_contain_text("Not yet")
    ask_for_an_exception(support)
    grant_it(enter("Miriam Feldkamp"))
    use_it(support)
    stand_on(monkeypatch, tomorrow + timedelta(days=4))
    order(support)  # the day after its last one: our promise holds again by itself
    expect(answer(support).locator(".do")).to_contain_text("Not yet")
    do_otherwise(support)
    said = AnswerLog.objects.filter(asked_by__name="Kim Ji-woo", request="proposal")
    assert set(said.values_list("policy__number", flat=True)) == {1, 2}
    assert all(each.identical for each in replay_all())


def begin_a_draft(page: Page) -> None:
    page.get_by_role("link", name="Our promise", exact=True).click()
    page.get_by_role("link", name="Drafts", exact=True).click()
    page.get_by_label("What is to change?").fill(CHANGE)
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text(CHANGE)


def close_a_gap(page: Page) -> None:
    """From the top of the page to a table without a gap, and no mouse."""
    into_the_table(page)
    go(page, 4, 3)
    expect(focused(page)).to_have_text("up to 10,000")
    page.keyboard.type("up to 5,000")
    page.keyboard.press("Enter")
    expect(page.locator(".findings")).to_contain_text("amount is over 5,000 and at most 10,000")
    behind_the_table(page, "Close this gap")
    expect(focused(page)).to_have_text("choose…")
    expect(page.locator(".findings")).to_contain_text("Rule 11 has no answer yet.")
    behind_the_table(page, "Same answer as rule 4")
    expect(page.get_by_text("Nothing is missing in this table")).to_be_visible()
    expect(page.get_by_text("All changes are saved.")).to_be_visible()


def move_a_limit(page: Page) -> None:
    """In another table: who is 31 days late is watched from now on, no longer on hold."""
    page.get_by_role("link", name="Who is in which standing").click()
    into_the_table(page)
    go(page, 4, 2)
    expect(focused(page)).to_have_text("above 30")
    page.keyboard.type("above 45")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing is missing in this table")).to_be_visible()
    expect(page.get_by_text("All changes are saved.")).to_be_visible()


def go(page: Page, down: int, right: int) -> None:
    for key in down * ["ArrowDown"] + right * ["ArrowRight"]:
        page.keyboard.press(key)


def behind_the_table(page: Page, button: str) -> None:
    """What the page offers is the next stop behind the last cell."""
    expect(page.get_by_role("button", name=button).first).to_be_visible()
    page.keyboard.press("Control+End")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text(button)
    page.keyboard.press("Enter")


def propose(page: Page) -> None:
    """Of the new rule nobody has said why: its cell is a link away."""
    page.get_by_role("link", name="Propose", exact=True).click()
    page.get_by_role("link", name="Write the reason").click()
    expect(focused(page)).to_have_count(1)
    page.keyboard.type("Whom we watch waits for Accounts.")
    page.keyboard.press("Enter")
    expect(page.get_by_text("All changes are saved.")).to_be_visible()
    page.get_by_role("link", name="Propose", exact=True).click()
    page.get_by_label("Why").fill("Two who were watched did not pay for small orders.")
    page.get_by_role("button", name="Propose").click()
    told(page, "Proposed: the sponsor is told.")


def object_to_it(page: Page) -> None:
    page.get_by_role("link", name="Our promise", exact=True).click()
    page.get_by_role("link", name="Proposals (1)").click()
    page.get_by_role("link", name=CHANGE).click()
    expect(heading(page)).to_have_text(CHANGE)
    page.get_by_role("link", name="Object").first.click()
    page.get_by_label("What is wrong with this rule").fill("We lose the small orders.")
    page.get_by_role("button", name="Object").click()
    told(page, "and you are told.")


def simulate(page: Page) -> None:
    page.get_by_role("button", name="Look at every customer").click()
    who = page.locator("#who").get_by_role("row").filter(has_text=HANBIT)
    expect(who).to_contain_text("Go ahead")
    assert PolicyInForce.objects.count() == 1  # looking changes nothing
    page.go_back()
    expect(heading(page)).to_have_text(CHANGE)


def be_refused(page: Page) -> None:
    """The objection has no answer yet."""
    force(page)
    expect(page.locator("main")).to_contain_text("There are objections without an answer.")
    assert PolicyInForce.objects.count() == 1


def answer_the_objection(page: Page) -> None:
    card(page, "Objections").get_by_role("link").first.click()
    page.get_by_label("The rule stays as it is").check()
    page.get_by_label("In words").fill("They cost us more than they brought.")
    page.get_by_role("button", name="Answer").click()
    told(page, "Answered; who objected is told.")
    page.get_by_role("link", name="To the proposal").click()


def put_in_force(page: Page) -> None:
    force(page)
    told(page, "In force: version 2 of our promise.")
    run_pending()


def force(page: Page) -> None:
    tomorrow = time.today() + timedelta(days=1)
    page.get_by_label("In force from").fill(tomorrow.isoformat())
    card(page, "Put in force").get_by_role("button", name="Put in force").click()


def hear_of_it(page: Page) -> None:
    """Who objected is told what became of it."""
    page.get_by_role("link", name="Today").click()
    expect(card(page, "You were told")).to_contain_text("the rule stays as it is")


def acknowledge(page: Page) -> None:
    page.get_by_role("link", name="Today").click()
    card(page, "Our promise changes").get_by_role("link", name="What changes for us").click()
    expect(heading(page)).to_have_text("What changes in our promise")
    expect(page.locator("main")).to_contain_text("Place an order")
    page.get_by_role("button", name="I have read it").click()
    told(page, "Noted: you have read it.")
    assert Acknowledgement.objects.get().user.name == "Kim Ji-woo"


def order(page: Page) -> None:
    """They ask for 8,000 again."""
    find(page, "한빛", HANBIT)
    ask(page, "Place an order")
    answer(page).get_by_label("What is the amount?").fill("8,000")
    answer(page).get_by_role("button", name="Answer").click()
    expect(answer(page).get_by_label("What is the amount?")).to_have_count(0)


def ask_for_an_exception(page: Page) -> None:
    answer(page).get_by_text("Ask for an exception").click()
    until = time.today() + timedelta(days=3)
    answer(page).get_by_label("Until").fill(until.isoformat())
    answer(page).get_by_role("textbox", name="Why").fill("Their line stands still.")
    answer(page).get_by_role("button", name="Ask for it").click()
    told(page, "Miriam Feldkamp")
    asking = Asking.objects.get()
    assert asking.named == ["sponsor", "officer", "manager of accounts"]
    assert Letter.objects.filter(kind=ASKED).count() == 3


def grant_it(page: Page) -> None:
    card(page, "Waits for you").get_by_role("link", name="Place an order").click()
    expect(heading(page)).to_have_text("Exception asked for")
    expect(card(page, "What is asked for")).to_contain_text("Their line stands still.")
    expect(page.locator("#outlook")).to_contain_text("Go ahead.")
    page.get_by_role("button", name="Grant it").click()
    told(page, "Granted: who asked is told.")
    expect(card(page, "What became of it")).to_contain_text("Miriam Feldkamp")


def use_it(page: Page) -> None:
    page.get_by_role("link", name="Today").click()
    page.get_by_role("link", name="Miriam Feldkamp grants your exception").click()
    expect(heading(page)).to_have_text("Exception asked for")
    order(page)
    expect(answer(page).locator(".do")).to_contain_text("Go ahead.")
    expect(answer(page)).to_contain_text("Granted by Miriam Feldkamp")
    expect(page.locator("#timeline")).to_contain_text("Exception granted")


def do_otherwise(page: Page) -> None:
    answer(page).get_by_text("I did otherwise").click()
    answer(page).get_by_label("What did you do, and why?").fill("Took it: they called at five.")
    answer(page).get_by_role("button", name="Write it down").click()
    told(page, "Written down.")
    assert ActedOtherwise.objects.get().answer is not None
    order(page)
    expect(answer(page).locator(".do")).to_contain_text("Not yet")
