"""Rows that would bring back who was erased: parked without what they say, for a person."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from concord.customers.rights.keys import erased, sources_of_erased
from concord.customers.said import ProfileSaid
from concord.kernel.models import Source
from concord.records.actions.relations import RelationSaid
from concord.records.importing.convert import Statement
from concord.records.importing.naming import Names
from concord.records.said import RecordSaid

ERASED: Final = "erased"
# Whom of these sources a wrong row names, asked only where somebody of them was erased.
Wrong = Callable[[Collection[str]], Names | None]


@dataclass(frozen=True, slots=True)
class Found:
    """Places of rows: `gone` speak of customers who were erased, of `untold` nobody can tell."""

    gone: frozenset[int] = frozenset()
    untold: frozenset[int] = frozenset()


def rows_of_erased(
    source: Source,
    rows: Sequence[Iterable[Statement]],
    wrong: Mapping[int, Wrong] = {},
) -> Found:
    """Which of these rows speak of customers who were erased; `wrong` are those that say nothing
    because something is wrong with them. One small query for most sources; to be asked in the
    transaction that receives them, behind the lock of the source."""
    spoke = sources_of_erased()
    if not spoke:
        return Found()
    spoke |= {"": source.pk} if source.key in spoke else {}
    named = [
        (n, spoke[key], at)
        for n, row in enumerate(rows)
        for one in row
        for key, at in _keys(one)
        if key in spoke
    ]
    untold = set()
    for n, names_of in wrong.items():
        names = names_of(spoke)
        if names is None:
            untold.add(n)
        named += [(n, spoke[key], at) for key, at in names or ()]
    called: dict[int, set[str]] = {}
    for _, whose, at in named:
        called.setdefault(whose, set()).add(at)
    known = erased(called) if called else set()
    gone = frozenset(n for n, whose, at in named if (whose, at) in known)
    return Found(gone, frozenset(untold - gone))


def _keys(one: Statement) -> Iterator[tuple[str, str]]:
    """The customers that a statement names: the source's key ("": its own) and theirs."""
    match one:
        case ProfileSaid():
            yield "", one.key
        case RecordSaid():
            yield one.profile_source, one.profile
        case RelationSaid():
            yield "", one.from_key
            yield "", one.to_key
