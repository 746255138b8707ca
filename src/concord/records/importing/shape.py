"""What a file looks like, in a few numbers of a sample: its columns, how full, of which kinds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from concord.records.importing.readers import Cell, Row

WHOLE: Final = 1_000  # so many rows at the beginning are all looked at,
EVERY: Final = 20  # and of those after them one of so many
MOST_COLUMNS: Final = 300
SAME_COLUMNS: Final = 0.8  # share of columns by which files of other names are of one series
MOST_DISTINCT: Final = 1_000
_NUMBER: Final = re.compile(r"[-+(]?[\d.,' ]*\d[\d.,']*[-)]?")
_DATE: Final = re.compile(
    r"\d{1,4}[-./年]\s?\d{1,2}[-./月]\s?\d{1,4}日?.*|\d{1,2}[- ][^\W\d]+[- ]\d+"
)


@dataclass
class Column:
    filled: int = 0
    kinds: dict[str, int] = field(default_factory=dict)
    values: set[int] = field(default_factory=set)

    def take(self, cell: Cell) -> None:
        kind = _kind(cell)
        if not kind:
            return
        self.filled += 1
        self.kinds[kind] = self.kinds.get(kind, 0) + 1
        if len(self.values) < MOST_DISTINCT:
            self.values.add(hash(str(cell)))


class Portrait:
    """Grows with the rows of a file; the same file gives the same one."""

    def __init__(self, columns: Sequence[str]) -> None:
        self.names = list(columns[:MOST_COLUMNS])
        self.columns = [Column() for _ in self.names]
        self.rows = 0
        self.sampled = 0

    def take(self, rows: Sequence[Row]) -> None:
        first = max(0, WHOLE - self.rows)
        later = self.rows + len(rows[:first])
        for row in (*rows[:first], *rows[first:][-later % EVERY :: EVERY]):
            if row.cells:
                self.sampled += 1
                for column, cell in zip(self.columns, row.cells, strict=False):
                    column.take(cell)
        self.rows += len(rows)

    def as_json(self) -> dict[str, Any]:
        return {
            name: {
                "place": place,
                "filled": round(column.filled / self.sampled, 4) if self.sampled else 0.0,
                "kinds": {
                    kind: round(n / column.filled, 4) for kind, n in sorted(column.kinds.items())
                },
                "distinct": len(column.values),
            }
            for place, (name, column) in enumerate(zip(self.names, self.columns, strict=True))
        }


def _kind(cell: Cell) -> str:
    """`date`, `number` or `text`; "" for an empty cell."""
    if cell is None or cell == "" or cell == []:
        return ""
    if isinstance(cell, Decimal):
        return "number"
    if isinstance(cell, date):
        return "date"
    if not isinstance(cell, str):
        return "text"
    text = cell.strip()
    if not text:
        return ""
    if _DATE.fullmatch(text):
        return "date"
    return "number" if _NUMBER.fullmatch(text) else "text"


def series_of(file_name: str) -> str:
    """`invoices` of `Invoices-2026-11-21 (2).csv`: the files of one export, one after the other."""
    stem = Path(file_name).stem.casefold()
    stem = re.sub(r"\s*\(\d+\)$", "", stem)
    return re.sub(r"[-_. ]*\d[\d\-_. t:]*$", "", stem)[:255] or stem[:255]
