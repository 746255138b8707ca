"""A manager changes the rules like a spreadsheet, by keyboard alone; two do it at once."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.journeys.conftest import Enter
from tests.journeys.steps import focused, into_the_table

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_table_is_changed_by_keyboard_and_by_two_at_once(enter: Enter) -> None:
    page = enter("Owen Reyland")
    page.goto("/promise/drafts/")
    page.get_by_label("What is to change?").fill("More trust")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("More trust")
    grid = page.get_by_role("grid", name="Place an order")
    into_the_table(page)
    go_to(page, grid, "above 10,000")
    page.keyboard.type("above 20,000")
    page.keyboard.press("Enter")
    new_rule(page, grid)
    a_range(page, grid)

    # Two rows as Excel copies them.
    go_to(page, grid, "above 20,000")
    paste(page, "above 30,000\nup to 30,000")
    expect(grid.get_by_text("above 30,000", exact=True)).to_be_visible()
    expect(grid.get_by_text("up to 30,000", exact=True)).to_be_visible()
    page.keyboard.press("Control+z")
    expect(grid.get_by_text("up to 10,000", exact=True)).to_be_visible()
    page.keyboard.press("Control+y")
    expect(grid.get_by_text("up to 30,000", exact=True)).to_be_visible()
    page.keyboard.press("Control+z")
    expect(grid.get_by_text("above 20,000", exact=True)).to_be_visible()

    signed_out(page, grid)
    two_at_once(enter, page, grid)


def new_rule(page: Page, grid: Locator) -> None:
    """A rule below, its answer by a few letters; of keys that are pressed fast none is lost."""
    page.keyboard.press("Control+Enter")
    expect(focused(page)).to_have_text("any")
    page.keyboard.press("ArrowRight")
    expect(focused(page)).to_have_text("choose…")
    page.keyboard.type("go ah")
    page.keyboard.press("Tab")
    expect(focused(page)).to_have_text("choose…")  # the next one: who does it
    said = page.locator("[data-grid-said]")
    expect(said).to_contain_text("Rule 6: In all other cases")
    for _ in range(3):
        page.keyboard.press("Alt+ArrowUp")
    expect(said).to_contain_text("Rule 3: In all other cases")
    for _ in range(5):
        page.keyboard.press("Control+z")
    expect(grid.locator("tbody tr")).to_have_count(10)


def a_range(page: Page, grid: Locator) -> None:
    """Which ends belong to a range is chosen, and stays so when one of its numbers changes."""
    go_to(page, grid, "above 20,000")
    form = page.locator("[data-editor]")
    for most in ("30,000", "40,000"):
        page.keyboard.press("Enter")
        if most == "30,000":
            form.get_by_role("combobox").select_option("above …, up to …")
        form.get_by_role("textbox").last.fill(most)
        page.keyboard.press("Enter")
        page.keyboard.press("ArrowUp")
        expect(focused(page)).to_have_text(f"above 20,000, up to {most}")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(grid.get_by_text("above 20,000", exact=True)).to_be_visible()


def signed_out(page: Page, grid: Locator) -> None:
    """The sign-in ends while Owen works; he signs in again in another tab, and nothing is lost."""
    expect(page.get_by_text("All changes are saved.")).to_be_visible()
    page.context.clear_cookies(name="sessionid")
    go_to(page, grid, "above 20,000")
    page.keyboard.type("above 18,000")
    page.keyboard.press("Enter")
    expect(page.get_by_text("You are signed out")).to_be_visible()
    tab = page.context.new_page()
    tab.goto("/account/login/")
    tab.get_by_role("button", name="Owen Reyland").click()
    tab.wait_for_url("**/")
    tab.close()
    expect(page.get_by_text("All changes are saved.")).to_be_visible()
    page.reload()
    go_to(page, grid, "above 18,000")

    # What the server could not take opens again with what was typed.
    page.route("**/edits/", lambda route: route.fulfill(status=500, body="no"))
    page.keyboard.type("above 20,000")
    page.keyboard.press("Enter")
    editor = page.get_by_role("dialog", name="Edit: Rule 4, Amount, EUR")
    expect(editor.get_by_role("alert")).to_contain_text("That did not work.")
    expect(grid.get_by_text("above 18,000", exact=True)).to_be_visible()
    page.unroute("**/edits/")
    page.keyboard.press("Enter")
    expect(grid.get_by_text("above 20,000", exact=True)).to_be_visible()
    expect(page.get_by_text("All changes are saved.")).to_be_visible()


def two_at_once(enter: Enter, page: Page, grid: Locator) -> None:
    """Miriam changes a cell that Owen looks at; he is told, and decides whose stays."""
    expect(page.get_by_text("All changes are saved.")).to_be_visible()
    other = enter("Miriam Feldkamp")
    other.goto(page.url)
    theirs = other.get_by_role("grid", name="Place an order")
    go_to(page, grid, "above 20,000")
    page.keyboard.press("Enter")  # Owen has the cell open
    editor = page.get_by_role("dialog", name="Edit: Rule 4, Amount, EUR")
    expect(editor).to_be_visible()
    go_to(other, theirs, "above 20,000")
    other.keyboard.type("> 25000")
    other.keyboard.press("Enter")
    expect(theirs.get_by_text("above 25,000", exact=True)).to_be_visible()
    page.keyboard.type("> 22000")
    page.keyboard.press("Enter")
    clash = page.get_by_role("alertdialog")
    expect(clash).to_contain_text("Miriam Feldkamp has changed the same in the meantime")
    expect(clash).to_contain_text("now it is “above 25,000”. You wrote “> 22000”.")
    clash.get_by_role("button", name="Keep mine").press("Enter")
    expect(grid.get_by_text("above 22,000", exact=True)).to_be_visible()
    expect(other.get_by_text("Owen Reyland changed rule 4.")).to_be_visible()
    expect(theirs.get_by_text("above 22,000", exact=True)).to_be_visible()


def go_to(page: Page, grid: Locator, text: str) -> None:
    """To the first cell that says so, by the arrows alone."""
    expect(grid.get_by_text(text, exact=True).first).to_be_visible()
    if not focused(page).count():
        into_the_table(page)
    page.keyboard.press("Control+Home")
    place = page.evaluate(
        """text => {
          const said = [...document.querySelectorAll("[data-grid] tbody td")];
          const found = said.find(each => each.textContent === text);
          return [found.parentElement.rowIndex - 1, found.cellIndex - 1];
        }""",
        text,
    )
    for _ in range(place[0]):
        page.keyboard.press("ArrowDown")
    for _ in range(place[1]):
        page.keyboard.press("ArrowRight")
    expect(focused(page)).to_have_text(text)


def paste(page: Page, text: str) -> None:
    """What the clipboard holds, as a spreadsheet gives it."""
    page.evaluate(
        """text => {
          const given = new DataTransfer();
          given.setData("text/plain", text);
          const event = new ClipboardEvent("paste",
            {clipboardData: given, bubbles: true, cancelable: true});
          document.activeElement.dispatchEvent(event);
        }""",
        text,
    )
