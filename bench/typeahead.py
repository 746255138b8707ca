"""Typeahead in process, each question as a person types it: time and number of queries."""

from __future__ import annotations

import random
import statistics
from typing import Any

from bench.harness import Limits, Say, measured, shown
from bench.house import CUSTOMERS, RECORDS, open_house
from bench.people import FIRST, HANGUL, SECOND, TRADES, a_company

ROUNDS = 200
WARM = 5
GOAL_MS = 20


def measure(say: Say) -> dict[str, Any]:
    found: dict[str, Any] = {"customers": CUSTOMERS, "records": RECORDS}
    limits = Limits(say)
    with open_house(say):
        rng = random.Random(1)
        rounds = [questions(rng, CUSTOMERS) for _ in range(WARM + ROUNDS)]
        for kind in rounds[0]:
            found[kind] = asked(kind, rounds)
            say(f"{kind}: {shown(found[kind])}, {found[kind]['found']:.0%} found somebody")
        every = [questions(rng, CUSTOMERS) for _ in range(WARM + ROUNDS)]
        kinds = list(rounds[0])
        mixed = [{"": each[kinds[at % len(kinds)]]} for at, each in enumerate(every)]
        found["all kinds mixed"] = asked("", mixed)
        say(f"all kinds mixed: {shown(found['all kinds mixed'])}")
    worst = max(kinds, key=lambda kind: found[kind]["p95_ms"])
    for kind in ("all kinds mixed", worst):
        each = found[kind]
        limits.at_most(f"typeahead, {kind}, p95", each["p95_ms"], GOAL_MS, each["work_p95_ms"])
    return found | {"limits": limits.kept}


def asked(kind: str, rounds: list[dict[str, str]]) -> dict[str, Any]:
    from concord.customers.queries import search
    from concord.kernel.access import Viewer
    from concord.kernel.models import Role

    viewer = Viewer(1, Role.MEMBER, None, None, True, "en")
    hits: list[bool] = []
    times = measured(lambda at: hits.append(bool(search(viewer, rounds[at][kind]))), ROUNDS, WARM)
    return times | {"found": statistics.mean(hits[WARM:])}


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
        "a name with a slip": f"{company['name'][:3]}{company['name'][4:]}",
        "one Korean letter": rng.choice(HANGUL),
        "two Korean letters": "".join(rng.sample(HANGUL, 2)),
        "four figures": phone[-4:],
        "a phone number": phone,
        "an e-mail": company["emails"][0],
        "a foreign key": f"K{number}",
    }
