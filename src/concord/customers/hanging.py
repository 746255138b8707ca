"""What hangs on profiles in the apps above: they register who counts it, customers knows none."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from uuid import UUID

from concord.kernel.access import Viewer


@dataclass(frozen=True, slots=True)
class Hanging:
    """How many records a viewer sees, and how many of them still want something done."""

    records: int = 0
    open: int = 0

    def __add__(self, other: Hanging) -> Hanging:
        return Hanging(self.records + other.records, self.open + other.open)


Count = Callable[[Viewer, Collection[UUID]], dict[UUID, Hanging]]
_counts: list[Count] = []


def register(count: Count) -> None:
    """`count` says in one query what hangs on each of some profiles."""
    if count not in _counts:
        _counts.append(count)


def hanging(viewer: Viewer, profiles: Collection[UUID]) -> dict[UUID, Hanging]:
    """What hangs on each of these profiles."""
    found = dict.fromkeys(profiles, Hanging())
    for count in _counts:
        for profile, some in count(viewer, profiles).items():
            found[profile] += some
    return found
