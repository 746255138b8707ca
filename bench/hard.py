"""A set that tempts, matched with truth: what is joined, asked, missed and wrong, by trap.

`script/bench hard [ENTRIES [SEED]]` tries others than the figure's.
"""

from __future__ import annotations

import sys
import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import combinations
from typing import Any

from bench.database import scratch_database
from bench.harness import Say

ENTRIES = 20_000
SEED = 7
BATCH = 2_000
Key = tuple[str, str]


def measure(say: Say, entries: int = ENTRIES, seed: int = SEED) -> dict[str, Any]:
    """In the order in which a company brings its systems, each matched before the next comes."""
    from concord.demo.hard import hard_set

    every = list(hard_set(seed, entries))
    with scratch_database("concord_hard"):
        begin = time.monotonic()
        _bring(say, every)
        seconds = round(time.monotonic() - begin, 1)
        found, wrong = _outcomes(every)
    total: Counter[str] = Counter()
    for trap, counts in found.items():
        total.update(counts)
        say(f"{trap}: {_shown(counts)}")
    say(f"all: {_shown(total)}, {seconds} s")
    for pair in wrong:
        say(f"wrong: {pair}")
    if total["wrong"]:
        raise AssertionError(f"{total['wrong']} pairs of two customers were joined by themselves.")
    return {
        "entries": len(every),
        "seconds": seconds,
        "traps": {trap: dict(counts) for trap, counts in found.items()},
        "all": dict(total),
        "joined or asked": _found(total),
    }


def _bring(say: Say, every: list[Any]) -> None:
    from concord.customers.actions.matching import match
    from concord.customers.actions.profiles import receive
    from concord.customers.said import ProfileSaid
    from concord.kernel.models import Source

    by_source = defaultdict(list)
    for each in every:
        by_source[each.source].append(ProfileSaid(each.key, each.kind, each.data))
    for key, said in by_source.items():
        source = Source.objects.create(key=key, words={"en": key.title()})
        for start in range(0, len(said), BATCH):
            receipts = receive(source, said[start : start + BATCH])
            match(receipt.profile_id for receipt in receipts)
        say(f"{key}: {len(said):,} entries")


def _outcomes(every: list[Any]) -> tuple[Mapping[str, Counter[str]], list[tuple[Key, Key]]]:
    """Pairs of entries: `true` ones (`joined`, `asked`, `missed`), and `wrong` ones, by trap; and
    which are wrong."""
    from concord.customers.models import Membership, Pair

    customer, profile = dict[Key, Any](), dict[Any, Key]()
    for source, key, pid, cid in Membership.objects.filter(known_to=None).values_list(
        "profile__source__key", "profile__key", "profile_id", "customer_id"
    ):
        customer[source, key], profile[pid] = cid, (source, key)
    asked = {
        frozenset((customer[profile[a]], customer[profile[b]]))
        for a, b in Pair.objects.filter(doubted=None).values_list("left_id", "right_id")
    }
    trap = {(each.source, each.key): each.trap for each in every}
    truth = {(each.source, each.key): each.entity for each in every}
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for one, other in _pairs(truth):
        is_one = customer[one] == customer[other]
        is_asked = frozenset((customer[one], customer[other])) in asked
        found[trap[one]]["true"] += 1
        found[trap[one]]["joined" if is_one else "asked" if is_asked else "missed"] += 1
    wrong = [pair for pair in _pairs(customer) if truth[pair[0]] != truth[pair[1]]]
    for one, _ in wrong:
        found[trap[one]]["wrong"] += 1
    return found, wrong


def _pairs(of: Mapping[Key, Any]) -> list[tuple[Key, Key]]:
    groups = defaultdict(list)
    for key, group in of.items():
        groups[group].append(key)
    return [pair for some in groups.values() for pair in combinations(sorted(some), 2)]


def _found(counts: Counter[str]) -> float:
    return round((counts["joined"] + counts["asked"]) / max(counts["true"], 1), 4)


def _shown(counts: Counter[str]) -> str:
    return ", ".join(
        f"{counts[name]:,} {name}" for name in ("true", "joined", "asked", "missed", "wrong")
    )


if __name__ == "__main__":
    measure(lambda text: print(text, file=sys.stderr), *map(int, sys.argv[1:]))
