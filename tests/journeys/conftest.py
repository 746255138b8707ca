"""What a journey needs: the demo company, its people at their browsers, and its worker.

The demo company is loaded once, by its own loader, into a database that serves as a template: each
journey works in a copy of it, so none sees what another one did.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from concord.demo import load
from concord.demo.staff import DOMAIN
from concord.treatment.actions import verdicts

CUSTOMERS = 40
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}

# What htmx says of a request that was under way when the person went to another page.
LEFT_BEHIND = ("htmx:afterRequest", "htmx:sendError", "htmx:sendAbort")


@dataclass(frozen=True)
class World:
    """The loaded demo company: the database to copy, and the folder of its files."""

    database: str
    files: Path


@pytest.fixture(scope="session")
def world(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    files = tmp_path_factory.mktemp("demo")
    empty = str(connection.settings_dict["NAME"])
    name = f"{empty}_demo"
    with django_db_blocker.unblock():
        with _copied(empty, name), pytest.MonkeyPatch.context() as patch:
            patch.setattr(settings, "MEDIA_ROOT", files)
            load.load_demo(lambda _said: None, customers=CUSTOMERS)
            # Two years of acts, which each journey's worker would look at before anything else.
            verdicts.judge_all()
        yield World(name, files)
        _drop(name)


@pytest.fixture
def house(
    world: World,
    django_db_blocker: DjangoDbBlocker,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[str]:
    """The address of a server over a copy of the demo company of this journey alone."""
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path)
    monkeypatch.setattr(settings, "DEMO", True)  # one enters with one click
    cache.clear()
    name = f"{world.database}_copy"
    with django_db_blocker.unblock():
        with _copied(world.database, name):
            server = LiveServer("127.0.0.1")
            yield server.url
            server.stop()
        _drop(name)
    cache.clear()


@pytest.fixture
def scene(world: World) -> Path:
    """The folder with what accounting exports the next morning."""
    return world.files / "demo" / "scene"


@contextmanager
def _copied(template: str, name: str) -> Iterator[None]:
    """A copy of a database, which everybody in this process uses for a while."""
    before = connection.settings_dict["NAME"]
    _drop(name)
    _cut_off(template)  # a server of earlier tests may still hold a connection
    _run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


def _drop(name: str) -> None:
    _cut_off(name)  # FORCE would stumble over an autovacuum
    _run(f'DROP DATABASE IF EXISTS "{name}"')


def _cut_off(name: str) -> None:
    """Whoever of ours is still connected there."""
    _run(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        f" WHERE datname = '{name}' AND usename = current_user"
    )


def _run(statement: str) -> None:
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)


class Person:
    """One of the demo's staff at a browser of their own."""

    def __init__(self, browser: Browser, house: str, **context: Any) -> None:
        self.house = house
        self.context: BrowserContext = browser.new_context(
            base_url=house,
            **({"viewport": DESK, "locale": "en", "color_scheme": "light"} | context),
        )
        self.context.set_default_timeout(10_000)
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._listen)

    def enter(self, name: str) -> Page:
        """Through the door of the demo, with one click."""
        self.page.goto("/account/login/")
        self.page.get_by_role("button", name=name).click()
        self.page.wait_for_url("**/")
        return self.page

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type != "error" or message.text.startswith(LEFT_BEHIND):
            return
        refused = message.text.startswith("Failed to load resource")  # a form that says no
        if not refused or "/static/" in message.location["url"]:
            self.errors.append(message.text)


Enter = Callable[..., Page]


@pytest.fixture
def enter(chromium: Browser, house: str) -> Iterator[Enter]:
    """`enter("Kim Ji-woo")` gives their page; errors of its scripts fail the journey."""
    people: list[Person] = []

    def enter(name: str, **context: Any) -> Page:
        people.append(Person(chromium, house, **context))
        return people[-1].enter(name)

    yield enter
    for person in people:
        person.context.close()
    assert [error for person in people for error in person.errors] == []


def email(mailbox: str) -> str:
    return f"{mailbox}@{DOMAIN}"
