"""Typeahead over many customers: `script/bench typeahead [CUSTOMERS]`.

Customers are made in bulk by the same action as imports; each question is asked as a person types
it, and timed in process: median, p95 and the number of queries.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections import defaultdict

from bench.database import scratch_database
from bench.people import FIRST, HANGUL, SECOND, TRADES, a_company

ROUNDS = 200


def main(arguments: list[str]) -> None:
    count = int(arguments[0]) if arguments else 100_000
    with scratch_database():
        fill(count)
        measure(count)


def fill(count: int) -> None:
    from django.db import connection

    from concord.customers.actions.profiles import ProfileSaid, receive
    from concord.kernel.models import Source

    source = Source.objects.create(key="bench", words={"en": "bench"})
    for start in range(0, count, 2_000):
        numbers = range(start, min(start + 2_000, count))
        companies = ((n, a_company(n, random.Random(n))) for n in numbers)
        receive(source, [ProfileSaid(f"K{n}", "organisation", data) for n, data in companies])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE customers_customer")


def measure(count: int) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from concord.customers.queries import search
    from concord.kernel.access import Viewer
    from concord.kernel.models import Role

    viewer = Viewer(1, Role.MEMBER, None, None, True, "en")
    spent: dict[str, list[float]] = defaultdict(list)
    queries: dict[str, int] = {}
    found: dict[str, int] = defaultdict(int)
    rng = random.Random(1)
    for _ in range(ROUNDS):
        for kind, text in questions(rng, count).items():
            start = time.perf_counter()
            hits = search(viewer, text)
            spent[kind].append((time.perf_counter() - start) * 1_000)
            found[kind] += bool(hits)
            if kind not in queries:
                with CaptureQueriesContext(connection) as captured:
                    search(viewer, text)
                queries[kind] = len(captured)
    print(f"{count:,} customers, {ROUNDS} questions a kind")
    print(f"{'':24}{'median':>9}{'p95':>9}{'queries':>9}{'found':>8}")
    for kind, times in spent.items():
        _print(kind, times, f"{queries[kind]:9}{found[kind] / ROUNDS:8.0%}")
    _print("all", [each for times in spent.values() for each in times])


def questions(rng: random.Random, count: int) -> dict[str, str]:
    number = rng.randrange(count)
    company = a_company(number, random.Random(number))
    stem = rng.choice(FIRST) + rng.choice(SECOND)
    phone = company["phones"][0]
    return {
        "one Latin letter": stem[:1],
        "two Latin letters": stem[:2],
        "three Latin letters": stem[:3],
        "a word": stem,
        "a frequent word": rng.choice(TRADES),
        "two words": f"{stem} {rng.choice(TRADES)[:4]}",
        "a whole name": company["name"],
        "one Korean letter": rng.choice(HANGUL),
        "two Korean letters": "".join(rng.sample(HANGUL, 2)),
        "four figures": phone[-4:],
        "a phone number": phone,
        "an e-mail": company["emails"][0],
        "a foreign key": f"K{number}",
    }


def _print(kind: str, times: list[float], rest: str = "") -> None:
    p95 = statistics.quantiles(times, n=20)[-1]
    print(f"{kind:24}{statistics.median(times):7.2f}ms{p95:7.2f}ms{rest}")


if __name__ == "__main__":
    main(sys.argv[1:])
