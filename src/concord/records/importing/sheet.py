"""Rows to fix as a table for a spreadsheet, and the mended table read back.

The first columns say which row it is and what is wrong with it; the others are those of the file.
What a spreadsheet does to cells that nobody touched (it drops leading zeros, it turns dates into
its own) is no correction.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from itertools import islice
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _

from concord.kernel.errors import Problem
from concord.records.export import csv_safe
from concord.records.importing import reasons
from concord.records.importing.cells import name_of
from concord.records.importing.corrections import expressions_of, written_date
from concord.records.importing.mapping import parse
from concord.records.importing.readers import Cell, FileOptions, open_table
from concord.records.importing.readers.table import unique_names
from concord.records.importing.rejected import WHOLE, columns_of
from concord.records.importing.values import as_date, date_reader, text_of
from concord.records.models import Import, Rejection

ROW: Final = "Concord row"  # these four are written in English: by them the table is known again
OWN: Final = (ROW, "Line", "What is wrong", "Whole row")


def written(rows: Iterable[Rejection]) -> Iterator[str]:
    """The lines of a CSV, UTF-8 with the mark that spreadsheets look for; no cell is a formula."""
    names: list[str] | None = None
    for row in rows:
        if names is None:
            names = _columns(row)
            yield "\ufeff" + _line(unique_names([*OWN, *names]))
        yield _line([row.pk, row.line, _why(row), _text(row.raw.get(WHOLE, "")),
                     *(_text(row.raw.get(name, "")) for name in names)])  # fmt: skip
    if names is None:
        yield "\ufeff" + _line(list(OWN))


@dataclass(frozen=True)
class SheetRow:
    """A row of the mended table: which row to fix it is, and its cells as they came back."""

    rejection_id: int
    whole: str | None
    cells: Mapping[str, Cell]
    dates: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def corrected(self, row: Rejection) -> dict[str, str]:
        """The cells that a person changed, by column."""
        changed = {}
        for name, cell in self.cells.items():
            before = row.raw.get(name, "")
            if isinstance(before, list):
                continue
            after = _given_back(cell, _text(before), self.dates.get(name, ()))
            if after != _text(before):
                changed[name] = after
        return changed


def mended_rows(imported: Import, path: Path, skip: int = 0) -> Iterator[SheetRow]:
    """The rows of a mended table. Raises Problem where it is none that `written` wrote."""
    table = open_table(path, FileOptions())
    if ROW not in table.columns:
        raise Problem(
            _("This is not a list of rows to fix: it has no column “%(name)s”.") % {"name": ROW},
            place=path.name,
            mend=_("Download the rows to fix, mend that file and bring it back."),
            code="columns",
        )
    dates = _dates(imported)
    originals = _originals(imported)
    for n, row in enumerate(table.rows()):
        if n < skip:
            continue
        found = dict(zip(table.columns, row.cells, strict=False))
        number = text_of(found.get(ROW))
        whole = text_of(found.get("Whole row"))
        cells = {originals[name]: cell for name, cell in found.items() if name in originals}
        yield SheetRow(
            int(number) if number.isdecimal() and len(number) < 19 else 0,
            _unescaped(whole) if whole and not any(map(text_of, cells.values())) else None,
            cells if any(map(text_of, cells.values())) else {},
            dates,
        )


class Sheet:
    """A mended table that is read part by part: on from where the last part ended, so that the
    whole of it is read once; anew where somebody else has done some of it, or changed the mapping.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rest: Iterator[SheetRow] = iter(())
        self._stands: tuple[int, str] | None = None

    def after(self, imported: Import, at: int, most: int) -> list[SheetRow]:
        """The next rows after the first `at`."""
        if self._stands != (at, imported.mapping):
            self._rest = mended_rows(imported, self._path, skip=at)
        rows = list(islice(self._rest, most))
        self._stands = at + len(rows), imported.mapping
        return rows


def _originals(imported: Import) -> dict[str, str]:
    """The file's columns by what they are called in the table."""
    row = imported.rejections.order_by("id").first()
    names = _columns(row) if row else []
    shown = [csv_safe(name) for name in unique_names([*OWN, *names])]
    return dict(zip(shown[len(OWN) :], names, strict=True))


def _columns(row: Rejection) -> list[str]:
    return columns_of(row) or [name for name in row.raw if name != WHOLE]


def _dates(imported: Import) -> dict[str, tuple[str, ...]]:
    """How dates are written in each column that is read as one."""
    mapping = parse(imported.mapping)
    return {name_of(one): one.dates or mapping.dates for one in expressions_of(mapping)}


def _given_back(cell: Cell, before: str, formats: tuple[str, ...]) -> str:
    """What the cell says now, or `before` where only the spreadsheet has written it anew."""
    if isinstance(cell, datetime | date):
        day = as_date(cell)
        return before if _day(before, formats) == day else written_date(day, formats)
    after = _unescaped(text_of(cell))
    if after.strip() == before.strip() or _number(after) == _number(before) is not None:
        return before
    return after


def _day(text: str, formats: tuple[str, ...]) -> date | None:
    try:
        return as_date(date_reader(formats)(text))
    except (ValueError, OverflowError):
        return None


def _number(text: str) -> Decimal | None:
    """A plain number: 00417 and 417 are one, written by a person and by a spreadsheet."""
    try:
        return Decimal(text) if text.isascii() else None
    except InvalidOperation:
        return None


def _unescaped(text: str) -> str:
    """Without the apostrophe that `csv_safe` put before what looks like a formula."""
    return text[1:] if text[:1] == "'" and csv_safe(text[1:]) == text else text


def _why(row: Rejection) -> str:
    if row.code not in reasons.REASONS:
        return f"{row.reason} {row.mend}"
    return f"{reasons.reason(row.code, row.detail)} {reasons.mend(row.code, row.detail)}"


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return "" if value is None else str(value)


def _line(cells: Iterable[object]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([csv_safe(cell) for cell in cells])
    return out.getvalue()
