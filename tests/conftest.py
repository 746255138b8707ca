"""What all tests share: a private test database, the shared data, a browser.

The test cluster lies in `CONCORD_TEST_DATA` (default `.data/test` in the checkout) and is kept
between runs; it trades safety for speed, which only data that may be lost can bear. Nothing
starts it but a test that asks for the database. `DATABASE_URL` is used instead where given.
"""

from __future__ import annotations

import itertools
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pytest
from django.conf import settings
from django.core.files import locks
from django.db import connection
from django.utils import translation

from concord.config import database, translations
from concord.config.cluster import Cluster
from concord.config.roles import OWNER
from concord.facts import own, tellers

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
    from pytest_django import DjangoDbBlocker
    from pytest_django.live_server_helper import LiveServer

CHECKOUT = Path(__file__).resolve().parent.parent
SHARED = CHECKOUT.parent / "shared"
SLOT = pytest.StashKey[IO[str]]()
BUDGET_MINUTES = {"engine": 3, "database": 5, "browser": 5}
SPENT: Counter[str] = Counter()
IN_CI = os.environ.get("CI") == "true"

# The browser's sync interface runs an event loop in the test's thread; Django would refuse the
# database there, though nothing else runs on that loop.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def cluster_folder() -> Path:
    chosen = os.environ.get("CONCORD_TEST_DATA")
    return Path(chosen).resolve() if chosen else database.passable(CHECKOUT / ".data" / "test")


def pytest_configure(config: pytest.Config) -> None:
    """Point Django to the test cluster; nothing is started yet and nothing is connected."""
    folder = cluster_folder()
    os.environ["CONCORD_DATA"] = str(folder)  # commands called in tests join this one
    translations.compile_all()
    settings.PASSWORD_HASHERS = ["tests.quick_passwords.QuickPasswordHasher"]
    tellers.SECONDS = 3600.0  # so that no test that counts queries is in the middle of it
    settings.TIME_ZONE_GIVEN = True  # so that no date asks the database for the company's zone
    entry = settings.DATABASES["default"]
    if not os.environ.get("DATABASE_URL"):
        entry |= database.entry(dict(Cluster(folder).address(OWNER)))
    entry["OPTIONS"].pop("pool", None)  # each test's thread has its own connection, and ends it
    for name in ("STATIC_ROOT", "MEDIA_ROOT"):
        (folder / name.lower()).mkdir(parents=True, exist_ok=True)
        setattr(settings, name, folder / name.lower())
    if "PYTEST_XDIST_WORKER" not in os.environ:
        os.environ["CONCORD_TEST_SLOT"] = config.stash.setdefault(SLOT, claim_slot(folder)).name
    name = f"test_concord_{os.environ['CONCORD_TEST_SLOT'].rpartition('-')[2]}"
    entry.setdefault("TEST", {})["NAME"] = name


def pytest_runtest_setup() -> None:
    own.forget()  # what another test's company has defined
    translation.deactivate()  # the language of whoever asked last in this thread


def pytest_unconfigure(config: pytest.Config) -> None:
    if SLOT in config.stash:
        config.stash[SLOT].close()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    step = "database"
    if "browser" in report.keywords:
        step = "browser"
    elif report.nodeid.startswith("tests/dmn/"):
        step = "engine"
    SPENT[step] += report.duration


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """In CI, what each step took beside its budget; the processes share the work evenly."""
    if IN_CI:
        processes = terminalreporter.config.getoption("numprocesses", None) or 1
        for step, minutes in BUDGET_MINUTES.items():
            spent = SPENT[step] / processes
            terminalreporter.write_line(f"== {step}: {spent:.0f} s of {minutes * 60} s")


def claim_slot(folder: Path) -> IO[str]:
    """A number that no other test run in this checkout has: theirs must not drop our database."""
    for number in itertools.count():
        file = (folder / f"slot-{number}").open("a")
        if locks.lock(file, locks.LOCK_EX | locks.LOCK_NB):
            return file
        file.close()
    raise AssertionError


@pytest.fixture(scope="session")
def cluster() -> Iterator[None]:
    """The test cluster runs; the last of several test processes stops it."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    folder = cluster_folder()
    with database.running(folder, durable=False):
        with Cluster(folder).connect() as connection:
            connection.execute("SELECT pg_advisory_lock(1)")  # several processes start at once
            connection.execute(f"ALTER ROLE {OWNER} CREATEDB")
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    cluster: None, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """pytest-django asks for this before it makes the test database."""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """At the end nobody is connected any more: a server's thread may let go of its line a moment
    later than its test, and a database in use is not dropped.

    All pages are imported before the first test: one that was first imported while a test sets
    the clock (`time.today`) would keep that clock for good.
    """
    import_module(settings.ROOT_URLCONF)
    yield
    connection.close()  # the journeys, which copy this database, may have cut it off
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid <> "
            "pg_backend_pid() AND datname = current_database() AND usename = current_user"
        )


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared data beside the checkout: must be there in CI, may lack elsewhere."""
    if SHARED.is_dir():
        return SHARED
    reason = f"the shared data is not beside the checkout ({SHARED.name}/ is missing)"
    if IN_CI:
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, without its conversations with the world."""
    from playwright.sync_api import sync_playwright

    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if program is None:
        pytest.fail("No Chromium on this machine: install it (Debian: apt-get install chromium).")
    arguments = [
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--no-sandbox")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def browser_context(chromium: Browser) -> Iterator[BrowserContext]:
    """A fresh visitor: English, a desk's screen, light."""
    context = chromium.new_context(
        viewport={"width": 1440, "height": 900}, locale="en", color_scheme="light"
    )
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def page(browser_context: BrowserContext) -> Iterator[Page]:
    """A page that fails the test for an error of its scripts or of its security policy."""
    page = browser_context.new_page()
    errors: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        refused = message.text.startswith("Failed to load resource")  # a form that says no
        if message.type == "error" and (not refused or "/static/" in message.location["url"]):
            errors.append(message.text)

    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", listen)
    yield page
    assert errors == []


@pytest.fixture
def live(live_server: LiveServer) -> str:
    """The address of a running server over the test database."""
    return str(live_server.url)
