"""Rows that would bring back who was erased: parked without what they say, for a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from concord.customers.rights.keys import erased
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
    named = [(n, key, at) for n, row in enumerate(rows) for one in row for key, at in _keys(one)]
    named += [(n, "", text_of(cell)) for n, some in cells.items() for cell in some if cell]
    sources = {"": source.pk, source.key: source.pk}
    if others := {key for _, key, _ in named} - sources.keys():
        sources |= dict(Source.objects.filter(key__in=others).values_list("key", "pk"))
    called: dict[int, set[str]] = {}
    for _, key, at in named:
        if key in sources:
            called.setdefault(sources[key], set()).add(at)
    gone = erased(called)
    return {n for n, key, at in named if (sources.get(key, 0), at) in gone} if gone else set()


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
