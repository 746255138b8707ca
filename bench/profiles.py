"""Profiles imported with matching, a second: `script/bench profiles [COUNT]`.

Into a schema of its own in the database at hand, with the tables as migrations make them; dropped
at the end. Half of the profiles describe a customer that another system has already told of.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from statistics import median

from bench.database import scratch_database
from bench.people import a_company, retold


def main(arguments: list[str]) -> None:
    count = int(arguments[0]) if arguments else 20_000
    with scratch_database():
        measure(count)


def measure(count: int) -> None:
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
    print(f"{count:,} profiles in {total:.1f} s: {count / total:,.0f} a second with matching")
    print(f"  {count / busy:,.0f} a second of this process's own time (the rest is waiting)")
    print(f"  received {count / spent['received']:,.0f} a second, of one process")
    print(f"  matched  {count / spent['matched']:,.0f} a second")
    for what, each in zip(("new customers", "known customers"), rates, strict=True):
        print(f"  a batch of {what}: best {max(each):,.0f}, median {median(each):,.0f} a second")
    print(f"  {customers:,} customers, {Pair.objects.count():,} pairs to review")


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


if __name__ == "__main__":
    main(sys.argv[1:])
