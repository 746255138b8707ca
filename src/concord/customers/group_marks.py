"""What stands beside the members of a group in its tree: said by the apps above, which register."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from concord.customers.models import Customer
from concord.kernel.access import Viewer


@dataclass(frozen=True, slots=True)
class Mark:
    """A few words, with a tone of `{% chip %}` ("" is plain text)."""

    text: str
    tone: str = ""


Marks = Callable[[Viewer, Sequence[UUID], date], dict[UUID, list[Mark]]]
Owed = Callable[[Viewer, Customer, date], str]
_marks: list[Marks] = []
_owed: list[Owed] = []


def register(of_members: Marks, of_group: Owed) -> None:
    """`of_members` says it of many customers in one query, `of_group` of the whole group that a
    customer belongs to ("" says nothing)."""
    if of_members not in _marks:
        _marks.append(of_members)
        _owed.append(of_group)


def marks(viewer: Viewer, customers: Sequence[UUID], day: date) -> dict[UUID, list[Mark]]:
    found: dict[UUID, list[Mark]] = {}
    for say in _marks:
        for customer, some in say(viewer, customers, day).items():
            found.setdefault(customer, []).extend(some)
    return found


def owed(viewer: Viewer, customer: Customer, day: date) -> list[str]:
    return [text for say in _owed if (text := say(viewer, customer, day))]
