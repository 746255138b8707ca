"""Which elements go round in circles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence


def cyclic(below: Mapping[str, Sequence[str]]) -> set[str]:
    """The keys that are below themselves, in time that grows with the keys and what is below them:
    strongly connected components after Tarjan, without recursion."""
    return {
        key
        for group in _groups(below)
        if len(group) > 1 or group[0] in below[group[0]]
        for key in group
    }


def _groups(below: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    kept: dict[str, None] = {}  # met, and in no group yet; in the order of meeting
    for root in below:
        path = [] if root in number else [(root, iter(below[root]))]
        while path:
            key, rest = path[-1]
            if key not in number:
                number[key] = lowest[key] = len(number)
                kept[key] = None
            for each in rest:
                if each not in number:
                    path.append((each, iter(below[each])))
                    break
                if each in kept:
                    lowest[key] = min(lowest[key], lowest[each])
            else:
                path.pop()
                if path:
                    above = path[-1][0]
                    lowest[above] = min(lowest[above], lowest[key])
                if lowest[key] == number[key]:
                    yield _taken(kept, key)


def _taken(kept: dict[str, None], key: str) -> list[str]:
    """The last that were kept, down to the key."""
    group = []
    while key in kept:
        group.append(kept.popitem()[0])
    return group
