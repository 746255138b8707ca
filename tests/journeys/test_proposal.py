"""A manager proposes, a colleague objects, the sponsor answers and publishes for tomorrow; the
department is briefed and acknowledges; on the day the answer changes.
"""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.clock import stand_on
from tests.journeys.conftest import Enter
from tests.journeys.steps import answer, ask, card, find, heading, pick_language, told
from tests.journeys.test_our_promise import HANBIT, lift_the_hold
from tests.journeys.worker import Worker

from concord.kernel import time
from concord.kernel.models import User
from concord.treatment import policies
from concord.treatment.actions import drafts
from concord.treatment.models import Acknowledgement, PolicyDraft, PolicyInForce
from concord.treatment.promise import Reader, find_threshold, move

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LIMIT = "standing:standing.oldest_undisputed_overdue_days.in:30"


def test_from_a_proposal_to_another_answer_on_the_day(
    enter: Enter, scene: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lift_the_hold(scene)  # what is left is our rule: 30 days
    draft = a_draft("Owen Reyland")
    manager = enter("Owen Reyland")
    manager.goto(f"/promise/drafts/{draft.pk}/")
    manager.get_by_role("link", name="Propose", exact=True).click()
    manager.get_by_label("What changes").fill("A month and a half before we hold")
    manager.get_by_label("Why").fill("Hanbit has always paid in the end.")
    manager.get_by_role("button", name="Propose").click()
    told(manager, "Proposed: the sponsor is told.")
    proposal = manager.url

    member = enter("Kim Ji-woo")
    member.goto(proposal)
    member.get_by_role("link", name="Object").first.click()
    member.get_by_label("What is wrong with this rule").fill("We wait too long for our money.")
    member.get_by_role("button", name="Object").click()
    told(member, "and you are told.")

    sponsor = enter("Han So-yeon")
    pick_language(sponsor, "English")
    sponsor.goto(proposal)
    tomorrow = time.today() + timedelta(days=1)
    sponsor.get_by_label("In force from").fill(tomorrow.isoformat())
    publish = card(sponsor, "Put in force").get_by_role("button", name="Put in force")
    publish.click()
    expect(sponsor.locator("main")).to_contain_text("There are objections without an answer.")
    assert PolicyInForce.objects.count() == 1
    card(sponsor, "Objections").get_by_role("link").first.click()
    sponsor.get_by_label("The rule stays as it is").check()
    sponsor.get_by_label("In words").fill("Two weeks more cost us nothing last year.")
    sponsor.get_by_role("button", name="Answer").click()
    told(sponsor, "Answered; who objected is told.")
    sponsor.get_by_role("link", name="To the proposal").click()
    sponsor.get_by_label("In force from").fill(tomorrow.isoformat())
    publish.click()
    told(sponsor, "In force: version 2 of our promise.")
    worker = Worker()
    worker.start()
    worker.finish()

    member.goto("/")
    card(member, "Our promise changes").get_by_role("link", name="What changes for us").click()
    expect(heading(member)).to_have_text("What changes in our promise")
    expect(member.locator("main")).to_contain_text("Who is in which standing")
    member.get_by_role("button", name="I have read it").click()
    told(member, "Noted: you have read it.")
    assert Acknowledgement.objects.get().user.name == "Kim Ji-woo"

    find(member, "한빛", HANBIT)
    ask(member, "Proposal or RFP")
    answer(member).get_by_role("button", name="Gauges").click()
    expect(answer(member).locator(".do")).to_contain_text("Pass them to Accounts.")
    stand_on(monkeypatch, tomorrow)
    find(member, "한빛", HANBIT)
    ask(member, "Proposal or RFP")
    expect(answer(member).locator(".do")).to_contain_text("Go ahead")


def a_draft(name: str) -> PolicyDraft:
    """The longer limit, as a file that a manager brought."""
    by = User.objects.get(name=name)
    draft = drafts.begin(by, "Six weeks")
    model = drafts.model_of(draft)
    limit = find_threshold(Reader(policies.in_force(time.today()).model, "en").sections(), LIMIT)
    xml = move(model, limit, "45").save().decode()
    drafts.change(by, draft.pk, [{"kind": "file", "xml": xml}])
    return draft
