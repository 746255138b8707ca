"""One profile received and matched on line, against a million: `script/bench online [PROFILES]`.

Half of those who come in are known in another spelling, half are new. Each is received, matched and
written, as the REST API or a page does it; told are the clock, our processor's time and the
database's, and the queries. `CONCORD_BENCH_CROWD` chooses another number of profiles.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from typing import Any

from bench.crowd import Told, told_of
from bench.harness import Limits, Say, measured, server_seconds, shown
from bench.house import crowded_house

CROWD = int(os.environ.get("CONCORD_BENCH_CROWD", "1000000"))
CALLS = 400
WITHIN = 10.0  # milliseconds, of 99 in a hundred


def measure(say: Say, profiles: int = CROWD) -> dict[str, Any]:
    with crowded_house(say, profiles, matched=True):
        return measure_here(say, profiles)


def measure_here(say: Say, profiles: int) -> dict[str, Any]:
    """In the house that Django is set up over."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from concord.customers.actions import normal_forms
    from concord.customers.actions.arrivals import arrive
    from concord.customers.actions.matching import match
    from concord.customers.models import BlockKey, Judgement, Profile
    from concord.customers.said import ProfileSaid
    from concord.kernel.models import Source

    say("normal forms that are missing, as a job writes them")
    normal_forms.write_all_missing(os.cpu_count() or 1)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) customers_normalform")
    source = Source.objects.create(key=f"online-{os.getpid()}", words={"en": "On line"})
    coming = _coming(profiles, 2 * CALLS + 40)
    received: list[Any] = []

    def come(at: int) -> None:
        told = coming[at]
        received.append(arrive(source, ProfileSaid(told.key, told.kind, told.data)).profile_id)

    with CaptureQueriesContext(connection) as asked:
        come(0)
    both = measured(come, CALLS, warm=20)
    p99, alone = _matched_alone(come, received, match, range(CALLS + 40, len(coming)))
    keys = BlockKey.objects.filter(profile_id__in=received).count() / len(received)
    joined = Judgement.objects.filter(left_id__in=received).count()
    joined += Judgement.objects.filter(right_id__in=received).count()
    say(f"received and matched against {Profile.objects.count():,}: {shown(both)}")
    limits = Limits(say)
    limits.at_most("99 of 100 received and matched", p99, WITHIN, work=both["work_p95_ms"])
    return {
        "profiles": profiles,
        "received_and_matched": both | {"p99_ms": p99},
        "matched_alone": alone,
        "queries_of_the_first": len(asked),
        "keys_a_profile": round(keys, 1),
        "joined": joined,
        "limits": limits.kept,
    }


def _coming(profiles: int, calls: int) -> list[Told]:
    """Every second one another spelling of somebody who is there."""
    known = (last for who in range(profiles) if len(told := told_of(who)) > 1 for last in told[-1:])
    new = (told_of(10**9 + who)[0] for who in range(calls))
    found = []
    for at in range(calls):
        one = next(known) if at % 2 else next(new)
        found.append(Told(one.who, f"on-line-{at}", one.kind, one.data))
    return found


def _matched_alone(
    come: Any, received: list[Any], match: Any, calls: range
) -> tuple[float, dict[str, float]]:
    """p99 of both, and how long matching takes of it: matched again, what was just matched."""
    whole, again, database = [], [], server_seconds()
    for at in calls:
        begin = time.perf_counter()
        come(at)
        whole.append(time.perf_counter() - begin)
        begin = time.perf_counter()
        match([received[-1]])
        again.append(time.perf_counter() - begin)
    spent = (server_seconds() - database) / len(calls) * 1000
    return _p(whole, 99), {
        "median_ms": round(statistics.median(again) * 1000, 2),
        "p99_ms": _p(again, 99),
        "database_ms": round(spent, 2),
    }


def _p(seconds: list[float], percent: int) -> float:
    ordered = sorted(seconds)
    return round(ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] * 1000, 2)


def main(arguments: list[str]) -> None:
    measure(print, int(arguments[0]) if arguments else CROWD)


if __name__ == "__main__":
    main(sys.argv[1:])
