"""The customer page, asking, and find on every page, in process: time and number of queries."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from typing import Any

from bench import decide, facts
from bench.database import scratch_database
from bench.harness import Say, spread

CUSTOMERS = int(os.environ.get("CONCORD_BENCH_CUSTOMERS", "100000"))
LOOKS = 200
WARM = 20
GOALS_MS = {"customer_page": 60, "find_two_letters": 20, "find_a_name": 20}
LATIN = ("Han", "Mir", "Nova", "Alto", "Brim", "Cald", "Dor", "Elm", "Fen", "Gar", "Kest", "Lin")
ENDS = ("tec", "gauge", "metrics", "werk", "son", "dal", "form", "stahl", "plast", "lux")
NATIVE = "한빛정밀대성우진동양태산미래신화세영남북강산하늘별솔"


def measure(say: Say) -> dict[str, Any]:
    facts.CUSTOMERS, facts.RECORDS = CUSTOMERS, 10 * CUSTOMERS
    with scratch_database("concord_bench_pages"):
        facts.fill(say)
        decide.company()
        name_customers(say)
        client = signed_in()
        decide.ASKED = LOOKS + WARM
        ids = decide.customers()
        texts = two_letters()
        names = whole_names(ids)
        pages: dict[str, Callable[[int], str]] = {
            "today": lambda at: "/",
            "customer_page": lambda at: f"/customers/{ids[at]}/",
            "ask": lambda at: f"/customers/{ids[at]}/ask/appointment/",
            "timeline": lambda at: f"/customers/{ids[at]}/timeline/",
            "find_two_letters": lambda at: f"/find?q={texts[at]}",
            "find_a_name": lambda at: f"/find?q={names[at]}",
        }
        found: dict[str, Any] = {"customers": CUSTOMERS, "records": 10 * CUSTOMERS}
        for name, address in pages.items():
            partial = name.startswith(("find", "timeline"))
            found[name] = timed(say, client, name, address, partial)
            if name in GOALS_MS:
                against = round(found[name]["p95_ms"] / GOALS_MS[name], 2)
                found[name] |= {"goal_p95_ms": GOALS_MS[name], "p95_against_goal": against}
        return found


def name_customers(say: Say) -> None:
    """Names of two scripts, so that two letters find thousands; indexes and statistics as live."""
    from django.db import connection

    from concord.customers.normal.text import plain
    from concord.customers.tokens import name_tokens

    say("naming the customers")
    pick = random.Random(7)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM customers_customer ORDER BY id")
        ids = [row[0] for row in cursor.fetchall()]
        for start in range(0, len(ids), 5000):
            rows = [(each, a_name(pick, n)) for n, each in enumerate(ids[start : start + 5000])]
            cursor.executemany(
                "UPDATE customers_customer SET name = %s, name_norm = %s, search_tokens = %s "
                "WHERE id = %s",
                [(name, plain(name), sorted(name_tokens(name)), each) for each, name in rows],
            )
        connection.ensure_connection()
        cursor.execute("ANALYZE")


def a_name(pick: random.Random, n: int) -> str:
    if n % 4 == 0:
        return "".join(pick.sample(NATIVE, 4)) + "(주)"
    return f"{pick.choice(LATIN)}{pick.choice(ENDS)} {pick.choice(LATIN)} {pick.randrange(10_000)}"


def two_letters() -> list[str]:
    pick = random.Random(11)
    return [
        "".join(pick.sample(NATIVE, 2)) if n % 2 else pick.choice(LATIN)[:2].lower()
        for n in range(LOOKS + WARM)
    ]


def whole_names(ids: list[Any]) -> list[str]:
    from concord.customers.models import Customer

    names = Customer.objects.in_bulk(ids)
    return [names[each].name.replace("(주)", "") for each in ids]


def signed_in() -> Any:
    from django.test import Client

    from concord.kernel.models import User

    client = Client(raise_request_exception=True)
    user = User.objects.get(email="support1@example.com")
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


def timed(
    say: Say, client: Any, name: str, address: Callable[[int], str], partial: bool
) -> dict[str, float]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    headers = {"HX-Request": "true"} if partial else {}
    seconds, most = [], 0
    cpu = 0.0
    for at in range(WARM + LOOKS):
        if at < WARM:
            with CaptureQueriesContext(connection) as asked:
                response = client.get(address(at), headers=headers)
            most = max(most, len(asked)) if at else 0  # the first one fills the caches
        else:
            begun, cpu_begun = time.perf_counter(), time.process_time()
            response = client.get(address(at), headers=headers)
            seconds.append(time.perf_counter() - begun)
            cpu += time.process_time() - cpu_begun
        if response.status_code != 200:
            raise AssertionError(f"{address(at)}: {response.status_code}")
    found = spread(seconds) | {"cpu_ms": round(cpu / LOOKS * 1000, 2), "queries": most}
    say(f"{name}: median {found['median_ms']} ms, p95 {found['p95_ms']} ms, cpu {found['cpu_ms']} "
        f"ms, {most} queries")  # fmt: skip
    return found
