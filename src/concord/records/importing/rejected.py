"""What a row to fix keeps of its file: the order of its columns, and how to take it apart again."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from concord.records.importing.readers import Row, Table
from concord.records.importing.readers.json_lines import JSON, object_of
from concord.records.importing.readers.lines import LONGEST_FIELD
from concord.records.importing.values import CellError, text_of
from concord.records.models import Rejection

LONGEST_KEPT: Final = 20_000  # characters of a value that a rejection keeps
WHOLE: Final = ""  # the name under which a row stands that could not be cut into cells
WITHOUT: Final = "without"  # under it in its details: the columns that it is to be taken without

MENDED: Final = "mended"  # under it: how it was mended, for the same row of the next file


def layout(table: Table) -> dict[str, str]:
    """What is kept in the details of a row to fix, beside what its reason needs."""
    own = table.columns[: table.own]
    return {"columns": json.dumps(own, ensure_ascii=False), "delimiter": table.delimiter}


def layout_of(rejection: Rejection) -> dict[str, str]:
    return {name: rejection.detail[name] for name in _LAYOUT if name in rejection.detail}


_LAYOUT: Final = ("columns", "delimiter", WITHOUT)


def raw_of(table: Table, row: Row) -> dict[str, Any]:
    """The cells by column, or under "" the text of a row that could not be cut into cells."""
    if not row.cells:
        return {WHOLE: kept(row.text)}
    return {
        name: list(cell) if isinstance(cell, list) else kept(text_of(cell))
        for name, cell in zip(table.columns, row.cells, strict=False)
    }


def kept(text: str) -> str:
    """Text as PostgreSQL can keep it."""
    clean = text.replace("\x00", "␀").encode("utf-8", "backslashreplace").decode()
    return clean[:LONGEST_KEPT]


def columns_of(rejection: Rejection) -> list[str]:
    """The columns of its file, in order; none for a row that was kept before this was."""
    found: list[str] = json.loads(rejection.detail.get("columns", "[]"))
    return found


def cells_of(rejection: Rejection) -> list[tuple[str, Any]]:
    """Its cells in the order of the file; none where it could not be cut into cells."""
    order = {name: place for place, name in enumerate(columns_of(rejection))}
    named = [(name, value) for name, value in rejection.raw.items() if name != WHOLE]
    return sorted(named, key=lambda cell: order.get(cell[0], len(order)))


def taken_apart(rejection: Rejection, text: str) -> Mapping[str, Any]:
    """The cells of a row as a person mended it as a whole; raises CellError if it does not fit."""
    columns = columns_of(rejection)
    if rejection.detail.get("delimiter") == JSON:
        found = object_of(text.strip())
        if isinstance(found, str):
            raise CellError(found)
        return {
            name: cell if isinstance(cell, list) else text_of(cell) for name, cell in found.items()
        }
    cells = _cut(text, rejection.detail.get("delimiter") or ",")
    while len(cells) > len(columns) and not cells[-1].strip():
        cells.pop()
    if len(cells) != len(columns):
        raise CellError("ragged")
    return dict(zip(columns, cells, strict=True))


def _cut(text: str, delimiter: str) -> list[str]:
    csv.field_size_limit(LONGEST_FIELD)
    reader = csv.reader(
        io.StringIO(text.strip("\r\n"), newline=""), delimiter=delimiter, strict=True
    )
    try:
        rows: Sequence[list[str]] = list(reader)
    except csv.Error as error:
        raise CellError("open_quote" if "unexpected end" in str(error) else "quoting")
    if len(rows) != 1:
        raise CellError("ragged")
    return rows[0]
