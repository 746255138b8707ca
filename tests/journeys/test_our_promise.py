"""The sponsor moves a limit, sees by name who would be treated differently, puts it in force; the
answer changes. A manager cannot.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import Enter
from tests.journeys.steps import answer, ask, card, find, heading, pick_language, told

from concord.config import command
from concord.demo.manifest import MAPPINGS
from concord.treatment.models import PolicyInForce

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HANBIT = "Hanbit Precision Co., Ltd."
LIMIT = "standing:standing.oldest_undisputed_overdue_days.in:30"


def test_the_sponsor_moves_a_limit_and_the_answer_changes(enter: Enter, scene: Path) -> None:
    lift_the_hold(scene)  # what is left is our rule: 30 days
    support = enter("Kim Ji-woo")
    find(support, "한빛", HANBIT)
    ask(support, "Proposal or RFP")
    answer(support).get_by_role("button", name="Gauges").click()
    expect(answer(support)).to_contain_text("Not yet. Pass them to Accounts.")
    answer(support).get_by_role("list", name="Why").get_by_role("link").last.click()
    expect(heading(support)).to_have_text("Our promise")

    page = enter("Han So-yeon")
    pick_language(page, "English")
    page.get_by_role("link", name="Our promise", exact=True).click()
    page.get_by_role("link", name="Change Oldest overdue invoice, disputes aside 30").click()
    page.get_by_label("New limit").fill("45")
    page.get_by_role("button", name="Who would be treated differently?").click()
    row = page.locator("tbody tr").filter(has_text=HANBIT)
    expect(row).to_contain_text("Proposal or RFP: Pass on → Go ahead")
    assert PolicyInForce.objects.count() == 1  # looking changes nothing
    page.get_by_label("Why").fill("Hanbit has always paid in the end.")
    page.get_by_role("button", name="Put in force").click()
    told(page, "In force: version 2 of our promise.")
    expect(card(page, "Versions")).to_contain_text("Hanbit has always paid in the end.")

    find(support, "한빛", HANBIT)
    ask(support, "Proposal or RFP")
    expect(answer(support).locator(".do")).to_contain_text("Go ahead")


def test_a_manager_reads_and_cannot_change(enter: Enter, house: str) -> None:
    page = enter("Owen Reyland")
    page.get_by_role("link", name="Our promise", exact=True).click()
    expect(heading(page)).to_have_text("Our promise")
    expect(card(page, "Place an order").get_by_role("link", name="Change")).to_have_count(0)
    assert page.goto(f"/promise/change/?limit={LIMIT}").status == 403  # type: ignore[union-attr]
    assert send(page, house).status == 403
    assert PolicyInForce.objects.count() == 1


def send(page: Page, house: str):  # type: ignore[no-untyped-def]
    """The form of the sponsor, sent by somebody else."""
    (token,) = (each for each in page.context.cookies() if each["name"] == "csrftoken")
    said = {"limit": LIMIT, "number": "45", "seen": "1", "from_date": "2026-12-01", "reason": "x"}
    return page.request.post(
        f"{house}/promise/change/",
        form=said,
        headers={"X-CSRFToken": token["value"], "Referer": house},
    )


def lift_the_hold(scene: Path) -> None:
    mapping = str(MAPPINGS / "accounting-holds.toml")
    file = str(scene / "accounting-holds.csv")
    assert command.main(["import", file, "--source", "accounting", "--mapping", mapping]) == 0
