"""Rows that would bring back who was erased: parked without what they say, for a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from concord.customers.rights.keys import erased, sources_of_erased
from concord.customers.said import ProfileSaid
from concord.kernel.models import Source
from concord.records.actions.relations import RelationSaid
from concord.records.importing.convert import Statement
from concord.records.importing.readers import Cell
from concord.records.importing.values import text_of
from concord.records.said import RecordSaid

ERASED: Final = "erased"


def rows_of_erased(
    source: Source,
    rows: Sequence[Iterable[Statement]],
    cells: Mapping[int, Sequence[Cell]] = {},
) -> set[int]:
    """Which of these rows speak of customers who were erased; `cells` are of rows that say nothing
    because something is wrong with them. One small query for most sources; to be asked in the
    transaction that receives them, behind the lock of the source."""
    spoke = sources_of_erased()
    if not spoke:
        return set()
    spoke |= {"": source.pk} if source.key in spoke else {}
    named = [
        (n, spoke[key], at)
        for n, row in enumerate(rows)
        for one in row
        for key, at in _keys(one)
        if key in spoke
    ]
    if "" in spoke:
        named += [
            (n, source.pk, text_of(cell)) for n, some in cells.items() for cell in some if cell
        ]
    called: dict[int, set[str]] = {}
    for _, whose, at in named:
        called.setdefault(whose, set()).add(at)
    gone = erased(called) if called else set()
    return {n for n, whose, at in named if (whose, at) in gone} if gone else set()


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
