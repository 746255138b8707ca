"""Who sees which rooms; and what an administrator sets up: people, and keys for systems."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.journeys.conftest import Enter, Person
from tests.journeys.steps import heading, pick_language, told

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DAILY = ["Today", "Customers", "Work"]
RUN = ["Our promise", "Did we keep our word", "Sources", "Review", "Answers", "Settings"]
RUN_WITH_RIGHTS = [*RUN[:4], "Rights of persons", *RUN[4:]]
CLOSED = ("/sources/", "/review/", "/settings/")


@pytest.mark.parametrize(
    ("name", "rooms"),
    [
        ("Han So-yeon", DAILY + RUN_WITH_RIGHTS),
        ("Miriam Feldkamp", DAILY + RUN_WITH_RIGHTS),
        ("Owen Reyland", DAILY + RUN),
        ("Kim Ji-woo", DAILY),
        ("Nora Ashby", DAILY + RUN_WITH_RIGHTS),
    ],
)
def test_a_role_sees_its_rooms_and_enters_no_others(
    enter: Enter, name: str, rooms: list[str]
) -> None:
    page = enter(name)
    if name == "Han So-yeon":
        pick_language(page, "English")
    links = page.get_by_role("navigation", name="Rooms").locator("ul.rooms a")
    shown = [text.split("\n")[0].strip() for text in links.all_inner_texts()]
    assert shown == rooms
    for address in links.evaluate_all("all => all.map(one => one.getAttribute('href'))"):
        response = page.goto(address)
        assert response is not None
        assert response.status == 200, address
    for address in CLOSED:
        response = page.goto(address)
        assert response is not None
        assert response.status == (200 if "Settings" in rooms else 403), address


def test_a_person_is_invited_and_comes_in(enter: Enter, chromium: Browser, house: str) -> None:
    page = enter("Nora Ashby")
    page.goto("/settings/")
    page.get_by_role("link", name="Invite a person").click()
    page.get_by_label("E-mail").fill("ruth.okafor@tessmar.example")
    page.get_by_label("Name", exact=True).fill("Ruth Okafor")
    page.get_by_label("Role").select_option(label="Member of staff")
    page.get_by_label("Department").select_option(label="Support")
    page.get_by_role("button", name="Invite").click()
    expect(heading(page)).to_have_text("Ruth Okafor is invited")
    link = page.locator("#link").inner_text()

    ruth = Person(chromium, house)
    ruth.page.goto(link)
    for field in ruth.page.locator("input[type=password]").all():
        field.fill("a-quiet-harbour-9")
    ruth.page.get_by_role("button", name="Change Password").click()
    expect(ruth.page.locator("input[type=password]")).to_have_count(0)
    ruth.page.goto("/account/login/")
    ruth.page.get_by_text("With e-mail and password").click()
    ruth.page.locator("input[name=login]").fill("ruth.okafor@tessmar.example")
    ruth.page.locator("input[name=password]").fill("a-quiet-harbour-9")
    ruth.page.get_by_role("button", name="Sign in").click()
    expect(heading(ruth.page)).to_have_text("Today")
    expect(ruth.page.get_by_text("Ruth Okafor").first).to_be_visible()
    ruth.page.goto(link)
    expect(ruth.page.locator("input[type=password]")).to_have_count(0)  # good once
    assert ruth.errors == []
    ruth.context.close()


def test_a_key_is_made_shown_once_and_revoked(enter: Enter, house: str) -> None:
    page = enter("Nora Ashby")
    page.goto("/settings/keys/")
    page.get_by_role("link", name="Make a key").click()
    page.get_by_label("What it is for").fill("Warehouse gate")
    for box in page.get_by_role("group", name="May").get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Make the key").click()
    key = page.locator("#key").inner_text()
    assert status_of(house, key) == 201
    page.get_by_role("link", name="Done").click()
    expect(page.locator("main")).not_to_contain_text(key)
    row(page).get_by_role("button", name="Revoke").click()
    told(page, "The key “Warehouse gate” opens nothing any more.")
    expect(row(page)).to_contain_text("revoked")
    assert status_of(house, key) == 401


def row(page: Page):  # type: ignore[no-untyped-def]
    return page.locator("tbody tr").filter(has_text="Warehouse gate")


def status_of(house: str, key: str) -> int:
    asked = {"customer": "00417@accounting", "request": "appointment", "fields": {}}
    call = urllib.request.Request(
        f"{house}/api/v1/treatments",
        json.dumps(asked).encode(),
        {"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(call) as response:
            return int(response.status)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code
