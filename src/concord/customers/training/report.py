"""What a learnt model would change, and whether people agree with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from concord.customers.matching.compare import Comparison, weighed
from concord.customers.matching.model import Model
from concord.customers.training.estimate import Estimate
from concord.customers.training.learn import Row
from concord.customers.training.sample import Sample, Tried

JOINED, ASKED, APART = "joined", "asked", "apart"
EXAMPLES: Final = 50
ZONES: Final = (JOINED, ASKED, APART)


def zone(found: Comparison) -> str:
    return JOINED if found.is_automatic else ASKED if found.is_for_review else APART


def moved(tried: Iterable[Tried], now: Model, then: Model) -> dict[str, Any]:
    """How many pairs are in which zone by both: `{"pairs": n, "moves": {"asked joined": n}}`; and
    of those that would be newly joined the weakest, to be looked at: `"joined": [[left, right,
    score before, score then]]`."""
    counted: Counter[str] = Counter()
    newly: list[tuple[float, float, UUID, UUID]] = []
    for one in tried:
        was, is_now = (weighed(one.left, one.right, one.levels, model) for model in (now, then))
        before, after = zone(was), zone(is_now)
        counted[f"{before} {after}"] += 1
        if after == JOINED != before:
            newly.append((is_now.score, was.score, one.left.id, one.right.id))
            newly = sorted(newly)[:EXAMPLES]
    return {
        "pairs": counted.total(),
        "moves": dict(sorted(counted.items())),
        "joined": [[str(left), str(right), was, then] for then, was, left, right in newly],
    }


def agreement(judged: Iterable[tuple[Tried, str]], now: Model, then: Model) -> dict[str, Any]:
    """Of the pairs that people judged, how many each model joins, asks about and keeps apart:
    `{"pairs": n, "now": {"same joined": n, …}, "then": {…}}`."""
    counted: dict[str, Counter[str]] = {"now": Counter(), "then": Counter()}
    pairs = 0
    for one, verdict in judged:
        pairs += 1
        for name, model in (("now", now), ("then", then)):
            found = weighed(one.left, one.right, one.levels, model)
            counted[name][f"{verdict} {zone(found)}"] += 1
    return {
        "pairs": pairs,
        **{name: dict(each) | quality(each) for name, each in counted.items()},
    }


def quality(counted: Counter[str]) -> dict[str, float | None]:
    """Precision of what is joined, recall of it, and recall with what is asked."""
    joined = counted["same joined"] + counted["different joined"]
    same = sum(counted[f"same {each}"] for each in ZONES)
    found = counted["same joined"]
    return {
        "precision": round(found / joined, 4) if joined else None,
        "recall": round(found / same, 4) if same else None,
        "recall_asked": round((found + counted["same asked"]) / same, 4) if same else None,
    }


def of_kind(sample: Sample, found: Estimate, rows: Iterable[Row]) -> dict[str, Any]:
    return {
        "all": sample.all,
        "profiles": sample.profiles,
        "pairs": found.pairs,
        "random": found.random,
        "sessions": [
            {
                "fields": list(each.fields),
                "pairs": each.pairs,
                "share": round(each.share, 4),
                "rounds": each.rounds,
                "settled": each.settled,
            }
            for each in found.sessions
        ],
        "levels": [row.as_dict() for row in rows],
    }
