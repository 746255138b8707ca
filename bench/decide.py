"""An answer to one customer: in process and over HTTP, beside its parts."""

from __future__ import annotations

import http.client
import json
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from bench import facts
from bench.database import scratch_database
from bench.harness import Say, spread

CUSTOMERS = int(os.environ.get("CONCORD_BENCH_CUSTOMERS", "20000"))
ASKED = 400
WARM = 20
REQUESTS = ("place_order", "ship_order", "proposal", "discount", "appointment")
FIELDS = {"place_order": {"amount": "500"}, "ship_order": {"amount": "500"},
          "discount": {"percent": "2"}}  # fmt: skip
GOAL_MS = 10


def measure(say: Say) -> dict[str, Any]:
    facts.CUSTOMERS, facts.RECORDS = CUSTOMERS, 10 * CUSTOMERS
    with scratch_database("concord_bench_decide"):
        facts.fill(say)
        user, key = company()
        ids = customers()
        found: dict[str, Any] = {"customers": CUSTOMERS, "records": 10 * CUSTOMERS}
        found["in_process"] = timed(say, "decide, logged", ids, lambda at, who: ask(at, who, user))
        found["all_nine"] = timed(say, "all nine requests, not logged", ids, overview)
        found["derive"] = timed(say, "of which: the facts", ids, derive_facts)
        found["judge"] = timed(say, "of which: the policy", ids, judge_only())
        found["who_would_change"] = compared(say)
        with server() as port:
            found["over_http"] = over_http(say, ids, key, port)
        found["replay"] = replayed(say)
        found["goal_p95_ms"] = GOAL_MS
        found["p95_against_goal"] = round(found["in_process"]["p95_ms"] / GOAL_MS, 2)
        return found


def company() -> tuple[Any, str]:
    """Departments with people, the policy in force, a key for the API."""
    from concord.kernel.actions import api_keys
    from concord.kernel.models import Company, Department, Role, User
    from concord.treatment.actions import publish

    Company.load()
    for name in ("accounts", "sales", "support", "shipping", "engineering", "scheduling"):
        department = Department.objects.create(key=name, words={"en": name.title()})
        for number in range(8):
            role = Role.MANAGER if number == 7 else Role.MEMBER
            User.objects.create(
                email=f"{name}{number}@example.com",
                name=f"{name} {number}",
                role=role,
                department=department,
            )
    sponsor = User.objects.create(email="s@example.com", name="Sponsor", role=Role.SPONSOR)
    admin = User.objects.create(email="a@example.com", name="Admin", role=Role.ADMINISTRATOR)
    publish.install_default(sponsor, facts.DAY, "To measure.")
    user = User.objects.get(email="support0@example.com")
    return user, api_keys.create(admin, user, "bench", ["treatments:write"])[1]


def customers() -> list[Any]:
    from concord.customers.models import Customer

    ids = list(Customer.objects.order_by("id").values_list("id", flat=True))
    return random.Random(3).sample(ids, ASKED)


def timed(
    say: Say, what: str, ids: list[Any], call: Callable[[int, Any], object]
) -> dict[str, float]:
    for at, customer in enumerate(ids[:WARM]):
        call(at, customer)
    seconds = []
    cpu = time.process_time()
    for at, customer in enumerate(ids):
        begin = time.perf_counter()
        call(at, customer)
        seconds.append(time.perf_counter() - begin)
    # The processor's time of this process says how much is work and how much was waiting.
    found = spread(seconds) | {"cpu_ms": round((time.process_time() - cpu) / len(ids) * 1000, 3)}
    times = f"median {found['median_ms']} ms, p95 {found['p95_ms']} ms, cpu {found['cpu_ms']} ms"
    say(f"{what}: {times}")
    return found


def ask(at: int, customer: Any, user: Any) -> None:
    from concord.treatment.actions.decide import decide

    request = REQUESTS[at % len(REQUESTS)]
    decide(customer, request, FIELDS.get(request, {}), as_of=facts.DAY, asked_by=user,
           channel="api")  # fmt: skip


def overview(at: int, customer: Any) -> None:
    from concord.treatment.actions.decide import all_requests

    if len(all_requests(customer, as_of=facts.DAY)) != 9:
        raise AssertionError("not every request was answered")


def derive_facts(at: int, customer: Any) -> None:
    from concord.facts.derive import derive
    from concord.treatment.inputs import POLICY_FACTS

    derive(customer, as_of=facts.DAY, keys=POLICY_FACTS)


def judge_only() -> Callable[[int, Any], object]:
    from concord.treatment import policies
    from concord.treatment.inputs import load
    from concord.treatment.models import AnswerLog
    from concord.treatment.treat import judge

    model = policies.in_force(facts.DAY).model
    inputs = [load(each.inputs) for each in AnswerLog.objects.order_by("id")[:ASKED]]
    return lambda at, customer: judge(model, inputs[at % len(inputs)])


def compared(say: Say) -> dict[str, Any]:
    """What the sponsor waits for: a limit moved, over every customer."""
    from concord.treatment import policies
    from concord.treatment.promise import Reader, find_threshold, move
    from concord.treatment.simulate import compare

    old = policies.in_force(facts.DAY).model
    limit = find_threshold(Reader(old, "en").sections(), "standing:standing.overdue_undisputed:100")
    begin = time.perf_counter()
    found = compare(old, move(old, limit, "500"), facts.DAY)
    seconds = time.perf_counter() - begin
    say(f"a limit moved over {found.customers} customers: {seconds:.1f} s, {found.touched} differ")
    return {"seconds": round(seconds, 2), "customers": found.customers, "touched": found.touched}


def over_http(say: Say, ids: list[Any], key: str, port: int) -> dict[str, float]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def post(at: int, customer: Any) -> None:
        request = REQUESTS[at % len(REQUESTS)]
        body = {"customer": str(customer), "request": request,
                "fields": FIELDS.get(request, {}), "as_of": facts.DAY.isoformat()}  # fmt: skip
        line.request("POST", "/api/v1/treatments", json.dumps(body), headers)
        response = line.getresponse()
        text = response.read()
        if response.status != 201:
            raise AssertionError(text.decode())

    return timed(say, "over HTTP, one connection", ids, post)


@contextmanager
def server() -> Iterator[int]:
    """Granian over the scratch database, as `script/server` runs it, on a free port."""
    from django.db import connection
    from psycopg.conninfo import make_conninfo

    given = connection.get_connection_params()
    known = {key: given[key] for key in ("host", "port", "user", "password", "dbname")
             if given.get(key)}  # fmt: skip
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1",
               "--port", str(port), "--no-access-log",
               "concord.config.wsgi:application"]  # fmt: skip
    child = subprocess.Popen(
        command, env=os.environ | {"DATABASE_URL": make_conninfo(**known)}, stdout=sys.stderr
    )
    try:
        _wait(port, child)
        yield port
    finally:
        child.terminate()
        child.wait(timeout=20)
        connection.close()


def _wait(port: int, child: subprocess.Popen[bytes]) -> None:
    for _each in range(300):
        if child.poll() is not None:
            raise AssertionError("the server did not start")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server does not answer")


def replayed(say: Say) -> dict[str, Any]:
    from concord.treatment.actions.replay import replay_all

    begin = time.perf_counter()
    results = [each.identical for each in replay_all()]
    seconds = time.perf_counter() - begin
    if not all(results):
        raise AssertionError(f"{results.count(False)} answers replay differently")
    say(f"replay: {len(results)} answers identical in {seconds:.1f} s")
    return {"answers": len(results), "per_second": round(len(results) / seconds)}
