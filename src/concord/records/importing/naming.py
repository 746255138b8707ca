"""Whom a row names that says nothing because something is wrong with it: read as far as it goes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import chain
from typing import Final

from concord.records.importing.convert import Converter
from concord.records.importing.expressions import HOLE, Expression
from concord.records.importing.mapping import ProfileBlock, RecordBlock, RelationshipBlock
from concord.records.importing.readers import Cell
from concord.records.importing.readers.mixed import is_unicode
from concord.records.importing.values import CellError, text_of

Names = set[tuple[str, str]]  # a source's key ("": the file's own), and what it calls a customer
MOST_PIECES: Final = 5_000  # of a row that cannot be cut into cells; of more, nobody can tell
_WORDS: Final = re.compile(r"[\s,;:|\"'{}\[\]]+")
_NUL: Final = str.maketrans("", "", "\x00␀")


def named(
    converter: Converter,
    cells: Sequence[Cell],
    text: str,
    delimiter: str,
    sources: Collection[str],
) -> Names | None:
    """The customers of these sources whom a row may name, by its cells or, where it could not be
    cut into any, by its text. None where nobody can tell."""
    keys = [each for each in _keys(converter) if each[0] in sources]
    if not keys:
        return set()
    if cells:
        return _by_cells(converter, keys, cells)
    return _by_text(converter, keys, text, delimiter)


def _keys(converter: Converter) -> Iterator[tuple[str, Expression]]:
    for block in converter.mapping.blocks:
        match block:
            case ProfileBlock():
                yield "", block.key
            case RecordBlock():
                yield block.profile_source, block.profile
            case RelationshipBlock():
                yield from (("", block.from_key), ("", block.to_key))


def _by_cells(
    converter: Converter, keys: Sequence[tuple[str, Expression]], cells: Sequence[Cell]
) -> Names | None:
    """What the mapping makes of the cells, and each cell as it stands."""
    columns = converter.table.columns
    clean = [cell.translate(_NUL) if isinstance(cell, str) else cell for cell in cells]
    whole = [*clean, *[None] * (len(columns) - len(clean))]
    found: Names = set()
    for source, key in keys:
        called = _read(converter, key, whole)
        if not is_unicode(called):
            return None
        found.add((source, called))
        several = chain.from_iterable(
            cell if isinstance(cell, list) else [text_of(cell)] for cell in clean
        )
        found |= {(source, one.strip()) for one in several if is_unicode(one)}
    return {each for each in found if each[1]}


def _by_text(
    converter: Converter, keys: Sequence[tuple[str, Expression]], text: str, delimiter: str
) -> Names | None:
    """What the mapping makes of each piece, wherever in the row it should have stood."""
    pieces = _pieces(text.translate(_NUL), delimiter)
    if len(pieces) > MOST_PIECES or "\\udc" in text:  # too much of it, or bytes that are no text
        return None
    found: Names = set()
    for source, key in keys:
        if len(key.columns) > 1 and (key.source != "first" or any(map(HOLE.search, key.choices))):
            return None  # put together of several cells
        for column in key.columns:
            place = converter.compiler.index[column]
            row: list[Cell] = [None] * len(converter.table.columns)
            for piece in pieces:
                row[place] = piece
                found.add((source, _read(converter, key, row)))
        found |= {(source, piece) for piece in pieces}
    return {each for each in found if each[1]}


def _pieces(text: str, delimiter: str) -> set[str]:
    """The parts of a row between delimiters, between quotation marks, and its single words."""
    between = re.split(f"[{re.escape(delimiter)}\r\n]", text) if len(delimiter) == 1 else [text]
    parts = (*between, *text.split('"'), *_WORDS.split(text))
    return {part.strip().strip("\"'").strip() for part in parts} - {""}


def _read(converter: Converter, key: Expression, cells: Sequence[Cell]) -> str:
    try:
        return converter.compiler.text(key)(cells)
    except CellError:
        return ""
