"""An answer to one customer: in process and over HTTP, beside its parts."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from bench.harness import Limits, Say, measured, shown
from bench.house import CUSTOMERS, DAY, RECORDS, open_house, some_customers, staff

ASKED = 400
WARM = 20
REQUESTS = ("place_order", "ship_order", "proposal", "discount", "appointment")
FIELDS = {"place_order": {"amount": "500"}, "ship_order": {"amount": "500"},
          "discount": {"percent": "2"}}  # fmt: skip
GOAL_MS = 10


def measure(say: Say) -> dict[str, Any]:
    found: dict[str, Any] = {"customers": CUSTOMERS, "records": RECORDS}
    limits = Limits(say)
    with open_house(say):
        user, key = staff()
        ids = some_customers(WARM + ASKED)

        def each(name: str, title: str, call: Callable[[int], object]) -> None:
            found[name] = measured(call, ASKED, WARM)
            say(f"{title}: {shown(found[name])}")

        each("in_process", "decide, logged", lambda at: ask(at, ids[at], user))
        one = found["in_process"]
        limits.at_most("decide in process, p95", one["p95_ms"], GOAL_MS, one["work_p95_ms"])
        each("all_nine", "all nine requests, not logged", lambda at: nine(ids[at]))
        each("derive", "of which: the facts", lambda at: derive_facts(ids[at]))
        each("judge", "of which: the policy", judge_only())
        found["who_would_change"] = compared(say)
        with server() as port:
            post = over_http(ids, key, port)
            found["over_http"] = measured(post, ASKED, WARM)
            for key in ("queries", "database_ms", "work_p95_ms"):  # they are the server's
                del found["over_http"][key]
            say(f"over HTTP, one connection: {shown(found['over_http'])} (of the caller)")
        found["replay"] = replayed(say)
    return found | {"limits": limits.kept}


def ask(at: int, customer: Any, user: Any) -> None:
    from concord.treatment.actions.decide import decide

    request = REQUESTS[at % len(REQUESTS)]
    decide(customer, request, FIELDS.get(request, {}), as_of=DAY, asked_by=user,
           channel="api")  # fmt: skip


def nine(customer: Any) -> None:
    from concord.treatment.actions.decide import all_requests

    if len(all_requests(customer, as_of=DAY)) != 9:
        raise AssertionError("not every request was answered")


def derive_facts(customer: Any) -> None:
    from concord.facts.derive import derive
    from concord.treatment import policies
    from concord.treatment.policy_facts import read_by

    derive(customer, as_of=DAY, keys=read_by(policies.default()))


def judge_only() -> Callable[[int], object]:
    from concord.treatment import policies
    from concord.treatment.inputs import load
    from concord.treatment.models import AnswerLog
    from concord.treatment.treat import judge

    model = policies.in_force(DAY).model
    inputs = [load(each.inputs) for each in AnswerLog.objects.order_by("id")[:ASKED]]
    return lambda at: judge(model, inputs[at % len(inputs)])


def compared(say: Say) -> dict[str, Any]:
    """What the sponsor waits for: a limit moved, over every customer."""
    from concord.treatment import policies
    from concord.treatment.promise import Reader, find_threshold, move
    from concord.treatment.simulate import compare

    old = policies.in_force(DAY).model
    key = "standing:standing.overdue_undisputed.in:100"
    limit = find_threshold(Reader(old, "en").sections(), key)
    begin = time.perf_counter()
    found = compare(old, move(old, limit, "500"), DAY)
    seconds = time.perf_counter() - begin
    say(f"a limit moved over {found.customers} customers: {seconds:.1f} s, {found.touched} differ")
    return {"seconds": round(seconds, 2), "customers": found.customers, "touched": found.touched}


def over_http(ids: list[Any], key: str, port: int) -> Callable[[int], object]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def post(at: int) -> None:
        request = REQUESTS[at % len(REQUESTS)]
        body = {"customer": str(ids[at]), "request": request,
                "fields": FIELDS.get(request, {}), "as_of": DAY.isoformat()}  # fmt: skip
        line.request("POST", "/api/v1/treatments", json.dumps(body), headers)
        response = line.getresponse()
        text = response.read()
        if response.status != 201:
            raise AssertionError(text.decode())

    return post


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
