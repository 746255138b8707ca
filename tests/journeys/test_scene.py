"""The README's scene: support, shipping and a script ask about Hanbit and get one answer; Accounts
books the payment; all read "go ahead", and the person who waited is told.
"""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import Enter, email
from tests.journeys.steps import answer, ask, card, find, told
from tests.journeys.worker import run_pending

from concord.config import command
from concord.demo.manifest import MAPPINGS
from concord.kernel.actions import api_keys
from concord.kernel.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SAFE = {"safety_concern": "no"}
SHIP = {"order": "48211@sales"}


def test_one_answer_for_everybody_until_the_payment_and_after_it(
    enter: Enter, house: str, scene: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = Script(house, capsys)
    support, shipping = enter("Kim Ji-woo"), enter("Grace Whitlock")

    ask_engineering(support)
    expect(answer(support)).to_contain_text("Not yet. Pass them to Accounts.")
    expect(answer(support).get_by_role("list", name="Why")).to_contain_text("Hold set by accounts")
    expect(card(support, "Facts")).to_contain_text("31 days")
    expect(card(support, "Facts")).to_contain_text("18,400 EUR")
    expect(answer(support).locator("blockquote")).to_contain_text("회계")
    asked = script.asks("engineering_question", SAFE)
    assert (asked["act"], asked["to"]["department"]) == ("pass_on", "accounts")
    assert treatment(support) == asked["id"]

    ship_the_order(shipping)
    expect(answer(shipping)).to_contain_text("Not yet. Pass them to Accounts.")
    expect(answer(shipping)).to_contain_text("Hold set by accounts")
    expect(shipping.locator("main")).not_to_contain_text("18,400")
    assert treatment(shipping) == script.asks("ship_order", SHIP)["id"]
    answer(shipping).get_by_role("button", name="Tell me when it clears").click()
    told(shipping, "You will be told as soon as it clears.")
    shipping.goto("/")
    expect(card(shipping, "You wait for")).to_contain_text("Hanbit Precision")

    the_next_morning(scene)
    run_pending()

    shipping.reload()
    expect(card(shipping, "You wait for")).not_to_contain_text("Hanbit Precision")
    card(shipping, "You were told").get_by_role("link", name="Ship an order").click()
    expect(shipping.get_by_text("Go ahead", exact=False).first).to_be_visible()
    ship_the_order(shipping)
    expect(answer(shipping)).to_contain_text("Go ahead")
    ask_engineering(support)
    expect(answer(support)).to_contain_text("Go ahead")
    asked = script.asks("engineering_question", SAFE)
    assert (asked["act"], asked["id"]) == ("go_ahead", treatment(support))
    assert script.asks("ship_order", SHIP)["act"] == "go_ahead"


class Script:
    """What asks without a person: the address with a key, and the command line."""

    def __init__(self, house: str, capsys: pytest.CaptureFixture[str]) -> None:
        administrator = User.objects.get(email=email("n.ashby"))
        desk = User.objects.create_user("desk@system.invalid", name="Desk", is_system=True)
        self.key = api_keys.create(administrator, desk, "Desk", ["treatments:write"])[1]
        self.house, self.capsys = house, capsys

    def asks(self, request: str, fields: Mapping[str, str]) -> dict[str, Any]:
        """The answer of both, which is one."""
        by_address, by_command = self.address(request, fields), self.command(request, fields)
        own = {"answer_id", "at"}
        assert {k: v for k, v in by_address.items() if k not in own} == {
            k: v for k, v in by_command.items() if k not in own
        }
        return by_address

    def address(self, request: str, fields: Mapping[str, str]) -> dict[str, Any]:
        body = {"customer": "00417@accounting", "request": request, "fields": dict(fields)}
        call = urllib.request.Request(
            f"{self.house}/api/v1/treatments",
            json.dumps(body).encode(),
            {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(call) as response:
            assert response.status == 201
            said: dict[str, Any] = json.load(response)
        return said

    def command(self, request: str, fields: Mapping[str, str]) -> dict[str, Any]:
        self.capsys.readouterr()
        given = [f"--field={name}={value}" for name, value in fields.items()]
        told = ["--as", email("kim.jiwoo"), "--json"]
        assert command.main(
            ["decide", "--customer", "00417@accounting", "--request", request, *given, *told]
        ) == 0  # fmt: skip
        said: dict[str, Any] = json.loads(self.capsys.readouterr().out)
        return said


def the_next_morning(scene: Path) -> None:
    """What accounting exports is imported by the command of docs/demo.md."""
    for part in ("payments", "invoices", "allocations", "holds"):
        name = f"accounting-{part}"
        arguments = ["--source", "accounting", "--mapping", str(MAPPINGS / f"{name}.toml")]
        assert command.main(["import", str(scene / f"{name}.csv"), *arguments]) == 0


def ask_engineering(page: Page) -> None:
    """Two characters find Hanbit; it comes with an engineering question; nobody can get hurt."""
    open_hanbit(page)
    ask(page, "Engineering question")
    answer(page).get_by_role("button", name="No").click()
    expect(answer(page).get_by_role("link", name="In the log")).to_be_visible()


def ship_the_order(page: Page) -> None:
    open_hanbit(page)
    ask(page, "Ship an order")
    answer(page).get_by_text("With details").click()
    answer(page).get_by_label("Order").select_option(label="Order 48211")
    answer(page).get_by_role("button", name="Ask again").click()
    expect(page).to_have_url(re.compile("order="))
    expect(answer(page).get_by_role("link", name="In the log")).to_be_visible()


def open_hanbit(page: Page) -> None:
    page.goto("/")
    find(page, "한빛", "Hanbit Precision Co., Ltd.")


def treatment(page: Page) -> str:
    """The id of the treatment that the page's answer has in the log."""
    link = answer(page).get_by_role("link", name="In the log").get_attribute("href")
    beside = page.context.new_page()
    beside.goto(str(link))
    shown = beside.locator("dt:text-is('Treatment') + dd").get_attribute("title")
    beside.close()
    return str(shown)
