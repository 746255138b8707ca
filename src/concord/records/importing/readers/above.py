"""Rows that leave blank what stands in the row above: the lines of an order below its first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from concord.records.importing.readers.table import Cell, Row, Table


def with_cells_above(table: Table, names: Sequence[str]) -> Table:
    """The table in which a row that has none of these columns has those of the row above.

    After a row that does not read nothing is taken over: whose the next ones are is not known.
    """
    places = [place for place, name in enumerate(table.columns) if name in names]

    def rows() -> Iterator[Row]:
        above: list[Cell] | None = None
        for row in table.rows():
            if row.problem:
                above = None
            elif any(map(_is_said, row.cells)):
                cells = [row.cells[place] for place in places]
                if any(map(_is_said, cells)):
                    above = cells
                elif above is not None:
                    row = row._replace(cells=_filled(row.cells, places, above))
            yield row

    return replace(table, rows=rows)


def _filled(cells: Sequence[Cell], places: Sequence[int], above: Sequence[Cell]) -> list[Cell]:
    filled = list(cells)
    for place, cell in zip(places, above, strict=True):
        filled[place] = cell
    return filled


def _is_said(cell: Cell) -> bool:
    return bool(cell.strip()) if isinstance(cell, str) else cell is not None
