"""Columns from other files beside the one that is imported: `[[join]]` of a mapping.

An export in the shape of a database (order → customer number → person) is read without preparing
it by hand. A joined file is held in memory, so it is bounded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

from concord.kernel.errors import Problem
from concord.records.importing.expressions import meant, near
from concord.records.importing.mapping import Join
from concord.records.importing.readers import Cell, Row, Table, open_table
from concord.records.importing.values import text_of

MOST_ROWS: Final = 500_000


def joined(table: Table, joins: Sequence[Join], folder: Path) -> Table:
    """The table with, for each join in turn, the other file's columns as `name.column`.

    A row that finds nothing gets empty cells; a later join may go on from an earlier one's column.
    """
    for join in joins:
        table = _join(table, join, folder)
    return table


def _join(table: Table, join: Join, folder: Path) -> Table:
    other = open_table(folder / join.file, join.options)
    on = _place(table, join.on, f"join.{join.name}.on")
    key = _place(other, join.key, f"join.{join.name}.key")
    found = _by_key(other, key, join)
    nothing: list[Cell] = [None] * len(other.columns)

    def rows() -> Iterator[Row]:
        for row in table.rows():
            if row.problem:
                yield row
                continue
            cells = row.cells + [None] * (len(table.columns) - len(row.cells))
            yield Row(row.line, cells + found.get(text_of(cells[on]), nothing))

    own = table.own or len(table.columns)
    columns = table.columns + [f"{join.name}.{name}" for name in other.columns]
    return Table(columns, rows, table.size, table.encoding, table.delimiter, own)


def _by_key(other: Table, key: int, join: Join) -> dict[str, list[Cell]]:
    """The first row of each key; rows that cannot be read are left out."""
    found: dict[str, list[Cell]] = {}
    for row in other.rows():
        if row.problem:
            continue
        if len(found) >= MOST_ROWS:
            raise Problem(
                _("%(file)s has more than %(most)s rows, too many to join.")
                % {"file": join.file, "most": f"{MOST_ROWS:,}"},
                place=f"join.{join.name}",
                mend=_("Import it as a source of its own."),
                code="mapping",
            )
        found.setdefault(text_of(row.cells[key]), row.cells)
    found.pop("", None)
    return found


def _place(table: Table, column: str, place: str) -> int:
    if column not in table.columns:
        hint = near(column, table.columns)
        raise Problem(
            _("There is no column “%(column)s”, which %(place)s names.")
            % {"column": column, "place": place},
            place=_("mapping"),
            mend=meant(hint) or _("There are: %(names)s.") % {"names": ", ".join(table.columns)},
            code="columns",
        )
    return table.columns.index(column)
