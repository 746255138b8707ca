"""What each app keeps of a person: how it is told to them, and how it is erased.

An app registers its holdings in `AppConfig.ready`; customers knows none of the apps above. Every
column of every table that can hold words stands in one holding, or is said to be harmless and
why: tests/customers/test_every_column.py walks over the database and finds what was forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.functional import Promise

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Person:
    """A customer, person or organisation: the id of today, all ids that lead there, and what the
    sources say of them."""

    id: UUID
    customers: tuple[UUID, ...]
    profiles: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Erasing(Person):
    """An erasure under way. `said` are their values as the sources wrote them, to be taken away
    where something speaks of them; `words` those that are theirs alone, to be looked for
    everywhere; `keys` what each source (by its id) calls them."""

    number: int
    said: tuple[str, ...]
    words: tuple[str, ...]
    keys: Mapping[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Objection:
    """What speaks against erasing now: a person settles it first, or says why not."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """What the law keeps: how many, without the personal words; `holding` is what they are told in
    by its key."""

    count: int
    what: str
    why: str
    holding: str = ""


@dataclass(frozen=True, slots=True)
class Holding:
    """A kind of things that are kept of a person.

    `tell` gives them one by one as JSON (without ids that say nothing outside); `labels` are the
    words of its keys; those of `machine` are in the file for machines alone, the readable one says
    the same in words. `erase` is a generator: each step is one batch, committed, and says how
    many rows it touched; it may be begun again from the start at any time. `columns` are the
    "table.column" that it answers for. One that `is_searched` is tied to nobody: what is theirs is
    found by looking at every row, which is a job's work and no page's.
    """

    key: str
    title: str | Promise
    columns: frozenset[str]
    erase: Callable[[Erasing], Iterator[int]]
    tell: Callable[[Person], Iterable[Entry]] = field(default=lambda _person: ())
    labels: Mapping[str, str | Promise] = field(default_factory=dict)
    is_searched: bool = False
    machine: frozenset[str] = frozenset()


_holdings: dict[str, Holding] = {}
_harmless: dict[str, str] = {}
_objections: list[Callable[[Person], Iterable[Objection]]] = []
_kept: list[Callable[[Person], Iterable[Kept]]] = []


def register(*holdings: Holding) -> None:
    for each in holdings:
        _holdings[each.key] = each


def harmless(columns: Mapping[str, str]) -> None:
    """Columns (or whole tables, "table.*") that never hold what is personal of a customer: why."""
    _harmless.update(columns)


def register_objections(find: Callable[[Person], Iterable[Objection]]) -> None:
    if find not in _objections:
        _objections.append(find)


def register_kept(find: Callable[[Person], Iterable[Kept]]) -> None:
    if find not in _kept:
        _kept.append(find)


def holdings() -> list[Holding]:
    """In the order in which they are told: who they are first, what was done with it last."""
    return list(_holdings.values())


def to_erase() -> list[Holding]:
    """In the order in which they are erased: who they are goes last, for what hangs on it is
    found by it."""
    return list(reversed(_holdings.values()))


def objections(person: Person) -> list[Objection]:
    return [each for find in _objections for each in find(person)]


def kept(person: Person) -> list[Kept]:
    return [each for find in _kept for each in find(person) if each.count]


def covered() -> frozenset[str]:
    return frozenset().union(*(each.columns for each in _holdings.values()))


def harmless_columns() -> Mapping[str, str]:
    return _harmless
