"""What people do again and again, by the words that they read."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect


def press(page: Page, key: str) -> None:
    """A key of the page: once it listens, which is after it has loaded, and not in the moment in
    which a question has just come before the person."""
    page.wait_for_load_state()
    expect(page.locator("#question[aria-busy]")).to_have_count(0)
    page.keyboard.press(key)


def find(page: Page, text: str, name: str) -> None:
    """From any page: Ctrl-K, a few characters, Enter; `name` comes first and opens."""
    press(page, "Control+k")
    page.keyboard.type(text)
    found = page.get_by_role("listbox", name="What was found")
    expect(found.get_by_role("option").first).to_contain_text(name)
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text(name)


def ask(page: Page, request: str) -> None:
    """On a customer's page: pick what they came with."""
    page.locator("#every-request").get_by_role("link", name=request).click()
    expect(answer(page)).to_contain_text(f"How we treat them now · {request}")


def answer(page: Page) -> Locator:
    return page.locator("#answer")


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def card(page: Page, title: str) -> Locator:
    """The part of a page under that title."""
    return page.locator(".card").filter(has=page.get_by_role("heading", name=title, exact=True))


def told(page: Page, text: str) -> Locator:
    """What the page says has just been done, once it says so."""
    toast = page.locator("#toasts").get_by_text(text)
    expect(toast).to_be_visible()
    return toast


def pick_language(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.locator(".rail").get_by_role("button", name=name).click()


def into_the_table(page: Page) -> None:
    """From the top of a draft's page into its table, by keyboard."""
    page.wait_for_load_state()
    for key in ("Tab", "Tab", "Enter"):
        page.keyboard.press(key)
    expect(focused(page)).to_have_count(1)


def focused(page: Page) -> Locator:
    """The cell of a draft's table that has the focus."""
    return page.locator("[data-grid] td:focus")
