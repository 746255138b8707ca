"""The customer page, asking, and find on every page, in process: time and number of queries."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from bench import typeahead
from bench.harness import Limits, Say, measured, shown
from bench.house import CUSTOMERS, RECORDS, open_house, some_customers, staff

LOOKS = 200
WARM = 20
GOALS_MS = {"customer_page": 60, "find": 20}


def measure(say: Say) -> dict[str, Any]:
    found: dict[str, Any] = {"customers": CUSTOMERS, "records": RECORDS}
    limits = Limits(say)
    with open_house(say):
        staff()
        client = signed_in()
        ids = some_customers(WARM + LOOKS)
        texts = typed(WARM + LOOKS)
        pages: dict[str, Callable[[int], str]] = {
            "today": lambda at: "/",
            "customer_page": lambda at: f"/customers/{ids[at]}/",
            "ask": lambda at: f"/customers/{ids[at]}/ask/appointment/",
            "timeline": lambda at: f"/customers/{ids[at]}/timeline/",
            "find": lambda at: f"/find?q={quote(texts[at])}",
        }
        for name, address in pages.items():
            partial = name in ("find", "timeline")
            found[name] = measured(opened(client, address, partial), LOOKS, WARM)
            say(f"{name}: {shown(found[name])}")
            if name in GOALS_MS:
                each = found[name]
                limits.at_most(f"{name}, p95", each["p95_ms"], GOALS_MS[name], each["work_p95_ms"])
    return found | {"limits": limits.kept}


def typed(number: int) -> list[str]:
    """What people type to find somebody: every kind of question of the typeahead, in turn."""
    rng = random.Random(11)
    texts: list[str] = []
    while len(texts) < number:
        texts += typeahead.questions(rng, CUSTOMERS).values()
    return texts[:number]


def signed_in() -> Any:
    from django.test import Client

    from concord.kernel.models import User

    client = Client(raise_request_exception=True, SERVER_NAME="localhost")
    user = User.objects.get(email="support1@example.com")
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


def opened(client: Any, address: Callable[[int], str], partial: bool) -> Callable[[int], None]:
    headers = {"HX-Request": "true"} if partial else {}

    def open_(at: int) -> None:
        response = client.get(address(at), headers=headers)
        if response.status_code != 200:
            raise AssertionError(f"{address(at)}: {response.status_code}")

    return open_
