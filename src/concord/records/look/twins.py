"""Customers that stand in a file twice, compared as the matching of customers compares them.

What is shown here is what matching joins, or what Review asks about, once the file is kept.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Any, Final
from uuid import UUID

from concord.customers.matching import blocking, weights
from concord.customers.matching.compare import compare
from concord.customers.matching.features import Features, made
from concord.customers.matching.model import in_force

REMEMBERED: Final = 5_000  # customers whose normal forms are kept while pairs are compared


@dataclass(frozen=True, slots=True)
class Twin:
    """Two names or keys of the file that are probably one customer."""

    left: str
    right: str
    left_name: str
    right_name: str
    score: float  # in bits, see `customers.matching.model`


def twins(said: Mapping[str, Mapping[str, Any]], most: int = 50) -> tuple[Twin, ...]:
    """Pairs of customers, by what the file says of them (attributes of a profile), by key."""
    customers = list(said)

    @lru_cache(REMEMBERED)
    def features(place: int) -> Features:
        return made(UUID(int=place), "organisation", said[customers[place]])

    blocks: dict[int, list[int]] = defaultdict(list)
    users: dict[str, set[str]] = defaultdict(set)  # the names with a phone, e-mail or domain
    for place in range(len(customers)):
        one = features(place)
        for key in blocking.keys(one):
            blocks[key].append(place)
        for contact in (*one.phones, *one.emails, *one.domains):
            users[contact].add(one.organisations[0].joined if one.organisations else "")
    shared = {contact for contact, names in users.items() if len(names) > weights.SHARED_BY}
    found, model = [], in_force()
    for left, right in sorted(set(_pairs(blocks))):
        compared = compare(features(left), features(right), shared, model)
        if compared.is_automatic or compared.is_for_review:
            keys = customers[left], customers[right]
            names = said[keys[0]]["name"], said[keys[1]]["name"]
            found.append(Twin(*keys, *names, compared.score))
    found.sort(key=lambda twin: (-twin.score, twin.left, twin.right))
    return tuple(found[:most])


def _pairs(blocks: Mapping[int, list[int]]) -> Iterator[tuple[int, int]]:
    for places in blocks.values():
        if len(places) <= weights.BLOCK_CAP:
            yield from combinations(places, 2)
