"""axe finds nothing on any page: at a desk in light, on a phone in dark; nothing overflows."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import BrowserContext, Page
from tests.pages import scene
from tests.treatment.cast import Cast
from tests.treatment.test_backtests import (  # noqa: F401  (a fixture)
    SINCE,
    UNTIL,
    orders,
    the_worker_comes,
    tried,
)

from concord.customers.models import Customer
from concord.kernel.models import User
from concord.treatment.actions import backtests, drafts, simulations
from concord.treatment.actions.lifts import grant

pytestmark = pytest.mark.browser
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


def enter(context: BrowserContext, live: str, person: User) -> None:
    client = Client()
    client.force_login(person, "django.contrib.auth.backends.ModelBackend")
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live}])


def check(page: Page, address: str) -> None:
    for size, scheme in ((DESK, "light"), (PHONE, "dark")):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.goto(address)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{address} {scheme}\n{found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


def test_rooms_of_everybody(
    live: str, browser_context: BrowserContext, page: Page, cast: Cast, hanbit: Customer
) -> None:
    scene.crowd(3, cast)
    enter(browser_context, live, cast.alice)
    for path in (
        "/",
        "/find?q=crowd",
        "/find?q=nobody-here",
        "/ask/?q=han",
        f"/customers/{hanbit.pk}/",
        f"/customers/{hanbit.pk}/ask/ship_order/",
        f"/customers/{hanbit.pk}/ask/complaint/",
        f"/customers/{hanbit.pk}/facts/",
        f"/customers/{hanbit.pk}/relations/new/?q=crowd&how=people",
        "/work/?who=all",
        "/work/?who=all&type=invoice&state=late",
        "/work/board/",
        "/nowhere/",
        "/settings/",
    ):
        check(page, live + path)


def test_exceptions(
    live: str, browser_context: BrowserContext, page: Page, cast: Cast, hanbit: Customer
) -> None:
    grant(cast.olga, hanbit.pk, "proposal", scene.today(), "A tender until tonight.")
    enter(browser_context, live, cast.olga)
    for path in (f"/customers/{hanbit.pk}/exceptions/new/", "/promise/exceptions/"):
        check(page, live + path)


def test_drafts(live: str, browser_context: BrowserContext, page: Page, cast: Cast) -> None:
    draft = drafts.begin(cast.olga, "Kinder to new customers")
    table = drafts.model_of(draft).tables["discount"]
    gone = {"kind": "delete", "table": table.id, "rules": [table.rules[0].id]}
    drafts.change(cast.olga, draft.pk, [gone])
    enter(browser_context, live, cast.olga)
    check(page, f"{live}/promise/drafts/")
    check(page, f"{live}/promise/drafts/{draft.pk}/?table=discount")
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    for column in ("standing.in", "percent.in", "act.out", "benefits.out"):
        page.locator(f"[data-grid] [data-column='discount.{column}']").first.dblclick()
        page.get_by_role("dialog").wait_for()
        found = Axe().run(page)
        assert found.violations_count == 0, f"{column}\n{found.generate_report()}"
        page.keyboard.press("Escape")


@pytest.mark.usefixtures("orders")
def test_a_draft_that_is_tried(
    live: str, browser_context: BrowserContext, page: Page, cast: Cast
) -> None:
    back = backtests.begin(cast.olga, tried(), SINCE, UNTIL)
    the_worker_comes()
    looked = simulations.begin(cast.olga, "Softer", back.base, back.xml)
    enter(browser_context, live, cast.olga)
    check(page, f"{live}/promise/backtests/{back.pk}/")
    assert "Oct 2026" in page.locator("svg.steps").inner_html()
    check(page, f"{live}/promise/simulations/{looked.pk}/")
    for path in ("/kept/", "/answers/"):
        check(page, live + path)


def test_settings(live: str, browser_context: BrowserContext, page: Page, cast: Cast) -> None:
    enter(browser_context, live, cast.adam)
    for path in (
        "",
        "people/new/",
        f"people/{cast.alice.pk}/",
        "departments/",
        "departments/sales/",
        "units/new/",
        "requests/",
        "requests/new/",
        "keys/",
        "keys/new/",
        "company/",
    ):
        check(page, f"{live}/settings/{path}")


def test_the_door(live: str, page: Page, cast: Cast) -> None:
    check(page, f"{live}/account/login/")
