"""The facts that there are: those that come with Concord, and the company's own.

Rows are only added, one writer at a time, so the newest id names what all of them say. Each process
keeps what it has read by that id, and looks again whenever it is told another one: the query for
the policy in force brings it along, so no answer rests on what a fact meant before.
"""

from __future__ import annotations

import json
import threading
from collections import ChainMap
from collections.abc import Iterator, Mapping
from typing import Any, Final

from concord.customers.rows import fetch
from concord.facts.catalogue import FACTS
from concord.facts.fact import Fact

# Of all rows; part of other queries, too.
VERSION: Final = "SELECT coalesce(max(id), 0) FROM facts_ownfact"
NEWEST: Final = """
SELECT DISTINCT ON (key) id, key, declaration FROM facts_ownfact
WHERE id <= %s ORDER BY key, number DESC
"""
KEPT: Final = 8  # catalogues in memory


class Catalogue(Mapping[str, Fact]):
    """Facts by key: those of Concord, then the company's own by key, retired ones with them (what
    is in force may look at them). The same object for the same `version`."""

    def __init__(self, version: int, own: dict[str, Fact]) -> None:
        self.version = version
        self.own = own
        self._all = ChainMap(own, FACTS)

    def __getitem__(self, key: str) -> Fact:
        return self._all[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    __hash__ = object.__hash__
    __eq__ = object.__eq__

    def offered(self) -> list[Fact]:
        """Those that are not retired."""
        return [fact for fact in self.values() if not fact.retired]


_here = threading.local()
_kept: dict[int, Catalogue] = {0: Catalogue(0, {})}
_facts: dict[int, Fact] = {}  # by row: an unchanged fact stays the same one, and so its SQL


def all_facts() -> Catalogue:
    """What this thread knows; read from the database where it knows nothing yet."""
    known: Catalogue | None = getattr(_here, "catalogue", None)
    return known if known is not None else refresh()


def refresh(version: int | None = None) -> Catalogue:
    """What is so now. One query where the newest row's id is not given, one more after a change."""
    if version is None:
        version = int(fetch(VERSION)[0][0])
    known: Catalogue | None = getattr(_here, "catalogue", None)
    if known is None or known.version != version:
        known = _here.catalogue = _kept.get(version) or _read(version)
    return known


def forget() -> None:
    """Until it looks again, this thread knows of nothing but what comes with Concord."""
    _here.catalogue = _kept[0]


def fact(key: str) -> Fact:
    """The fact of a key; one that this thread has not heard of is looked for. KeyError for none."""
    known = all_facts()
    return known[key] if key in known else refresh()[key]


def _read(version: int) -> Catalogue:
    own = {}
    for row, key, declaration in fetch(NEWEST, [version]):
        own[key] = _facts.setdefault(row, from_declaration(key, json.loads(declaration)))
    while len(_kept) >= KEPT:
        _kept.pop(next(each for each in list(_kept) if each), None)
    return _kept.setdefault(version, Catalogue(version, own))


def from_declaration(key: str, said: Mapping[str, Any]) -> Fact:
    """A fact from what its row says."""
    return Fact(
        key=key,
        words=said["words"],
        expression=said["expression"],
        type=said["type"],
        empty=said["empty"],
        scope=said["scope"],
        unit=said["unit"],
        department=said["department"],
        shown=said["shown"],
        own=True,
        retired=said["retired"],
    )
