"""Profiles imported with matching, a second: `script/bench profiles [COUNT]`.

Into an empty database with the tables as migrations make them. Half of the profiles describe a
customer that another system has already told of.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from statistics import median
from typing import Any

from bench.database import scratch_database
from bench.harness import Limits, Say
from bench.people import a_company, retold

PROFILES = 20_000
GOAL = 1_500


def measure(say: Say, count: int = PROFILES) -> dict[str, Any]:
    with scratch_database():
        return _measure(say, count)


def _measure(say: Say, count: int) -> dict[str, Any]:
    from concord.customers.actions.matching import match
    from concord.customers.actions.profiles import receive
    from concord.customers.models import Customer, Pair
    from concord.kernel.models import Source

    sources = [
        Source.objects.create(key=key, words={"en": key}) for key in ("bench-one", "bench-two")
    ]
    spent = {"received": 0.0, "matched": 0.0}
    rates: tuple[list[float], list[float]] = ([], [])
    started = time.process_time()
    for place, source in enumerate(sources):
        for batch in _batches(count // 2, second=place == 1):
            start = time.perf_counter()
            receipts = receive(source, batch)
            middle = time.perf_counter()
            match(receipt.profile_id for receipt in receipts)
            end = time.perf_counter()
            spent["received"] += middle - start
            spent["matched"] += end - middle
            rates[place].append(len(batch) / (end - start))
    total = sum(spent.values())
    busy = time.process_time() - started
    customers = Customer.objects.filter(merged_into=None).count()
    found: dict[str, Any] = {
        "profiles": count,
        "a_second": round(count / total),
        "a_second_of_processor": round(count / busy),
        "received_a_second": round(count / spent["received"]),
        "matched_a_second": round(count / spent["matched"]),
    }
    say(f"{count:,} profiles in {total:.1f} s: {count / total:,.0f} a second with matching")
    say(f"{count / busy:,.0f} a second of this process's own time (the rest is waiting)")
    say(f"received {count / spent['received']:,.0f} a second, of one process")
    say(f"matched {count / spent['matched']:,.0f} a second")
    for what, each in zip(("new customers", "known customers"), rates, strict=True):
        say(f"a batch of {what}: best {max(each):,.0f}, median {median(each):,.0f} a second")
        found[f"{what}, a batch"] = {"best": round(max(each)), "median": round(median(each))}
    found |= {"customers": customers, "pairs_to_review": Pair.objects.count()}
    say(f"{customers:,} customers, {found['pairs_to_review']:,} pairs to review")
    limits = Limits(say)
    limits.at_least("profiles with matching", found["a_second"], GOAL)
    return found | {"limits": limits.kept}


def _batches(count: int, *, second: bool, size: int = 1_000) -> Iterator[list[object]]:
    from concord.customers.actions.profiles import ProfileSaid

    batch: list[object] = []
    for number in range(count):
        rng = random.Random(number)
        data = a_company(number, rng)
        if second:
            data = retold(data, random.Random(-number - 1))
        batch.append(ProfileSaid(f"K{number}", "organisation", data))
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def main(arguments: list[str]) -> None:
    measure(print, int(arguments[0]) if arguments else PROFILES)


if __name__ == "__main__":
    main(sys.argv[1:])
