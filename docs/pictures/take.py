"""Takes the pictures of the documentation from a demo that runs.

script/server &
.venv/bin/python docs/pictures/take.py http://127.0.0.1:8000
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).resolve().parent


def main(address: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"),
            args=["--disable-gpu", *(["--no-sandbox"] if os.geteuid() == 0 else [])],
        )
        page = browser.new_page(
            viewport={"width": 1440, "height": 860}, locale="en", color_scheme="light"
        )
        page.goto(address)
        page.get_by_role("button", name="Kim Ji-woo").click()
        answer(page, address)
        browser.close()


def answer(page: Page, address: str) -> None:
    """The scene of the README: support asks for an engineer's help for Hanbit Precision."""
    page.goto(f"{address}/find?q=한빛")
    page.get_by_role("link", name="Hanbit Precision").first.click()
    page.get_by_role("link", name="Engineering question").first.click()
    page.get_by_role("button", name="No").click()
    page.get_by_text("Pass them to Accounts").first.wait_for()
    page.evaluate("window.scrollTo(0, 0)")
    page.screenshot(path=FOLDER / "answer.png")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/") if len(sys.argv) > 1 else "http://127.0.0.1:8000")
