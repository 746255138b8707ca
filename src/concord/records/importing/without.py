"""A row taken without some of its cells: what we knew there before stays as it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Final

from concord.customers.said import ProfileSaid
from concord.customers.survivorship import LISTS
from concord.records.importing.convert import Statement
from concord.records.importing.expressions import Expression
from concord.records.importing.mapping import Mapping as FileMapping
from concord.records.importing.mapping import ProfileBlock, RecordBlock
from concord.records.said import RecordSaid

# What a record keeps (`RecordSaid.keeps`) where a key of the mapping says nothing.
_KEEPS: Final[Mapping[str, tuple[str, ...]]] = {
    "opened": ("opened_at",),
    "due": ("due_at",),
    "closed": ("closed_at",),
    "owner": ("owner_id",),
    "amount": ("amount", "currency"),
}


def said_without(
    mapping: FileMapping, said: Sequence[Statement], columns: Collection[str]
) -> list[Statement]:
    """The statements of a row, silent about what they would have read in `columns`."""
    return [_silent(mapping, one, columns) for one in said]


def _silent(mapping: FileMapping, said: Statement, columns: Collection[str]) -> Statement:
    match said:
        case RecordSaid():
            for block in mapping.blocks:
                if isinstance(block, RecordBlock) and block.type.key == said.type:
                    return _record(block, said, columns)
        case ProfileSaid():
            for block in mapping.blocks:
                if isinstance(block, ProfileBlock):
                    said = _profile(block, said, columns)
    return said


def _record(block: RecordBlock, said: RecordSaid, columns: Collection[str]) -> RecordSaid:
    named = [name for name, one in block.columns.items() if _reads(one, columns)]
    keeps = {kept for name in named for kept in _KEEPS.get(name, (name,))}
    keeps |= {name for name, one in block.values.items() if _reads(one, columns)}
    if block.unit and _reads(block.unit, columns):
        keeps.add("unit_id")
    return replace(said, keeps=said.keeps | keeps)


def _profile(block: ProfileBlock, said: ProfileSaid, columns: Collection[str]) -> ProfileSaid:
    """Partial from now on: what it does not name is kept, what it names empty has no value."""
    silent = {name for name, one in block.values.items() if _reads(one, columns)}
    if not silent:
        return said
    data = dict(said.data)
    for name in block.values:
        outer, _dot, inner = name.partition(".")
        if name in silent:
            if inner:
                data[outer] = {k: v for k, v in data.get(outer, {}).items() if k != inner}
            else:
                data.pop(name, None)
        elif not said.partial and not inner:
            data.setdefault(name, [] if name in LISTS else "")
    return replace(said, data=data, partial=True)


def _reads(one: Expression, columns: Collection[str]) -> bool:
    return any(name in columns for name in one.columns)
