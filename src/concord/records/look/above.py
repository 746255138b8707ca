"""Lines that stand under their order without repeating it: what is blank is in the row above."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from concord.records.importing.readers import Cell
from concord.records.importing.values import text_of
from concord.records.look.columns import recognise
from concord.records.look.vocabulary import Role

_GOODS: Final = frozenset({Role.PRODUCT, Role.QUANTITY, Role.UNIT_PRICE, Role.LINE_NUMBER})


def from_above(header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> tuple[str, ...]:
    """The columns of what the lines belong to, where only the first line of each says them:
    its number stands there once, and below it goods alone. () where the file is no such."""
    known = recognise(list(header), rows, roles=tuple(Role)).columns
    number, goods = known.get(Role.NUMBER), [known[role] for role in _GOODS & known.keys()]
    if number is None or not goods or not rows or not text_of(rows[0][number]):
        return ()
    heads = [row for row in rows if text_of(row[number])]
    under = [
        row
        for row in rows
        if not text_of(row[number]) and any(text_of(row[place]) for place in goods)
    ]
    if not under or len({text_of(row[number]) for row in heads}) < len(heads):
        return ()
    return tuple(
        name
        for place, name in enumerate(header)
        if any(text_of(row[place]) for row in heads)
        and not any(text_of(row[place]) for row in under)
    )
