"""A quarter of an hour of stewardship by keyboard alone; and a merge that is seen and refused."""

from uuid import UUID

import pytest
from django.db import transaction
from playwright.sync_api import Page, Route, expect
from tests.customers.cast import a_profile
from tests.customers.test_review import FIRMS
from tests.customers.test_weak_bridges import two_pairs
from tests.journeys.conftest import Enter
from tests.journeys.steps import heading, press, told

from concord.customers import queries, questions
from concord.customers.actions.answers import ANSWERED
from concord.customers.actions.bridges import look_at_all
from concord.customers.actions.matching import match_pending
from concord.customers.actions.weighing import weigh_pending
from concord.customers.models import Customer, Judgement, SecondOpinion
from concord.customers.questions import Wanted
from concord.kernel.models import AuditEntry

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DECIDED = 30
TRADES = ("Mätteknik", "Svetsverkstad")


def waiting_questions() -> list[questions.Question]:
    """Enough to decide: what the demo left, and as many pairs of a new system as it takes."""
    for n, name in enumerate(f"{firm} {trade}" for firm in FIRMS[:18] for trade in TRADES):
        a_profile(f"L{n}", "left", name=f"{name} AB", city="Lund", country="SE")
        a_profile(f"R{n}", "right", name=name, city="Lund", country="SE")
    match_pending()
    weigh_pending(10_000)
    return questions.listed(1_000)


def test_a_quarter_of_an_hour_by_keyboard(enter: Enter) -> None:
    waiting = len(waiting_questions())
    assert waiting >= DECIDED + 6
    page = enter("Miriam Feldkamp")
    page.goto("/review/")
    customers = existing()

    for number in range(DECIDED - 1):
        decide(page, "d" if number % 3 else "s")
    expect(page.locator(".rail")).to_contain_text(str(waiting - DECIDED + 1))
    joined = customers - existing()
    assert joined > 0

    press(page, "e")
    expect(page.locator("#evidence")).to_be_focused()
    expect(page.locator("#consequences")).to_contain_text("What changes if they are joined")
    decide(page, "d")  # a merge that was seen and refused
    assert questions.waiting() <= waiting - DECIDED
    assert customers - existing() == joined

    after = ready(page)
    press(page, "u")
    told(page, "Taken back.")
    expect(page.locator("#decide")).not_to_have_attribute("action", after)
    undone = pair(page)
    decide(page, "n")
    told(page, "You are asked again tomorrow.")

    ready(page)
    press(page, "o")
    page.keyboard.type("The street is another one.")
    page.keyboard.press("Tab")
    page.keyboard.type("Owen")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    told(page, "Owen Reyland decides this.")
    assert SecondOpinion.objects.get().note == "The street is another one."
    assert pair(page) != undone

    ready(page)
    with transaction.atomic():
        two_pairs()
    look_at_all(UUID(int=0))
    press(page, "l")
    expect(heading(page)).to_have_text("Questions")
    press(page, "/")
    page.keyboard.type("Weak")
    expect(page.locator("#rows tbody tr")).to_have_count(1)
    for _ in range(4):  # past the other filters, to the row
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("Do these belong together?")
    expect(page.locator("#consequences")).to_contain_text("What changes if it is split off")
    [bridge] = questions.listed(5, wanted=Wanted(which="bridges"))
    press(page, "d")
    told(page, "This is a customer of its own now.")
    assert set(queries.member_ids(bridge.other)) == bridge.beyond
    assert Judgement.objects.filter(verdict="different").exclude(by=None).exists()


def test_the_next_pair_is_there_before_the_server_has_answered(enter: Enter) -> None:
    waiting_questions()
    page = enter("Miriam Feldkamp")
    page.goto("/review/")
    before, on_the_way = ready(page), list[Route]()
    page.route("**/verdict/", lambda route: on_the_way.append(route))
    press(page, "d")
    expect(page.locator("#decide")).not_to_have_attribute("action", before)
    following = pair(page)
    for key in "sd":  # pressed twice, or by mistake
        page.keyboard.press(key)
    assert pair(page) == following
    assert len(on_the_way) == 1
    on_the_way[0].continue_()
    told(page, "Two customers, for good.")
    assert ready(page) == following
    assert AuditEntry.objects.filter(action=ANSWERED).count() == 1
    page.unroute("**/verdict/")
    page.route("**/verdict/", lambda route: route.abort())
    press(page, "d")
    told(page, "The server cannot be reached.")
    assert ready(page) == following  # nothing was decided, and it is asked still


def test_a_merge_is_seen_and_refused(enter: Enter) -> None:
    one, other = Customer.objects.filter(merged_into=None, kind="organisation").order_by("id")[:2]
    page = enter("Miriam Feldkamp")
    page.goto(f"/customers/{one.pk}/members/")
    page.get_by_role("link", name="The same customer as …").click()
    page.get_by_label("Whom").fill(other.name)
    page.locator("#hits").get_by_role("link", name=other.name).first.click()
    expect(heading(page)).to_have_text("Join these two?")
    expect(page.locator("#consequences")).to_contain_text("Place an order")
    expect(page.locator(".bars").first).to_contain_text("Together")
    before = existing()
    page.get_by_role("link", name="Leave them apart").click()
    expect(heading(page)).to_have_text("Called in other systems")
    assert existing() == before


def ready(page: Page) -> str:
    """The question before us, once it may be decided and the one behind it is there."""
    expect(page.locator("#question")).not_to_have_attribute("aria-busy", "true")
    page.locator("template#ahead").wait_for(state="attached")
    return pair(page)


def decide(page: Page, key: str) -> None:
    before = ready(page)
    press(page, key)
    expect(page.locator("#decide")).not_to_have_attribute("action", before)


def pair(page: Page) -> str:
    """The address by which the question before us is decided."""
    return page.locator("#decide").get_attribute("action") or ""


def existing() -> int:
    return Customer.objects.filter(merged_into=None).count()
