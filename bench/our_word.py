"""Did we keep our word: judging what was done, and the page, over ten records a customer."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from bench.harness import Limits, Say, measured, server_seconds, shown
from bench.house import CUSTOMERS, DAY, RECORDS, open_house, some_customers

STEPS = 4  # of the first look
CHANGED = 500  # customers of whom something changed
LOOKS = 40
LIMITS = {"acts_a_second": 100, "page_ms": 400}


def measure(say: Say) -> dict[str, Any]:
    found: dict[str, Any] = {"customers": CUSTOMERS, "records": RECORDS}
    limits = Limits(say)
    with open_house(say):
        sponsor = _promised()
        found["first_look"] = _judged(STEPS, say, "the first look")
        _changed(say)
        found["due"] = _judged(2, say, "what is due")
        for what in ("first_look", "due"):
            rate = found[what]["acts_a_second"]
            limits.at_least(f"{what}, acts", rate, LIMITS["acts_a_second"])
        pages = {
            "page": "/kept/",
            "acts": "/kept/acts/",
            "customers": "/kept/customers/",
            "waits": "/kept/waits/",
            "file": "/kept/acts/file/?period=30",
        }
        client = _signed_in(sponsor)
        for name, address in pages.items():
            found[name] = measured(_opened(client, address), LOOKS, 3)
            say(f"{name}: {shown(found[name])}")
            p95, work = found[name]["p95_ms"], found[name]["work_p95_ms"]
            limits.at_most(f"{name}, p95", p95, LIMITS["page_ms"], work)
    return found | {"limits": limits.kept}


def _judged(steps: int, say: Say, what: str) -> dict[str, Any]:
    """How many acts a second, and how much of that time was the database's."""
    from concord.treatment.actions.verdicts import judge_some

    acts = written = 0
    begin, server = time.perf_counter(), server_seconds()
    for _ in range(steps):
        step = judge_some()
        if step is None:
            break
        acts, written = acts + step.acts, written + step.written
    took, in_database = time.perf_counter() - begin, server_seconds() - server
    found = {
        "acts": acts,
        "written": written,
        "seconds": round(took, 2),
        "acts_a_second": round(acts / took),
        "share_in_database": round(in_database / took, 3),
    }
    say(f"{what}: {found}")
    return found


def _changed(say: Say) -> None:
    from concord.customers.models import Membership
    from concord.treatment.keeping import due

    some = some_customers(CHANGED)
    members = Membership.objects.filter(customer__in=some, known_to=None)
    due.mark(set(members.values_list("profile_id", flat=True)), DAY - timedelta(days=90))


def _promised() -> Any:
    """A sponsor, whose policy is in force since the first record; the first look begins on the last
    day of the house."""
    from concord.kernel.models import Company, Role, User
    from concord.kernel.time import now
    from concord.treatment.actions import publish
    from concord.treatment.models import VerdictSweep

    Company.load()
    sponsor = User.objects.create_user("s@example.com", name="Sponsor", role=Role.SPONSOR)
    publish.install_default(sponsor, date(2024, 7, 1), "To measure.")
    VerdictSweep.objects.create(began_at=now(), back_to=DAY + timedelta(days=1))
    return sponsor


def _signed_in(user: Any) -> Any:
    from django.test import Client

    client = Client(raise_request_exception=True, SERVER_NAME="localhost")
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


def _opened(client: Any, address: str) -> Callable[[int], None]:
    def open_(at: int) -> None:
        response = client.get(address)
        if response.status_code != 200:
            raise AssertionError(f"{address}: {response.status_code}")
        if response.streaming:
            b"".join(response.streaming_content)

    return open_
