"""Excel workbooks: values only, bounded when unpacked. Formulas give the value last computed."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import openpyxl
from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from concord.kernel.errors import Problem
from concord.records.importing.readers.table import Cell, FileOptions, Row, Table, unique_names
from concord.records.importing.readers.unpacked import look_through

LOSES_DIGITS: Final = 10**15
ERRORS: Final = {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"}


class Workbook:
    """A workbook, opened once: its sheets as tables, by the line of their header."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._shows_errors = look_through(path)
        try:
            self._book = CalamineWorkbook.from_path(str(path))
        except (CalamineError, OSError) as error:
            raise Problem(
                _("This workbook cannot be opened: %(why)s.") % {"why": error},
                place=path.name,
                mend=_("Open it in Excel, save it as .xlsx without a password, and try again."),
            )
        self.sheets: list[str] = self._book.sheet_names
        self.hidden = [
            sheet.name
            for sheet in self._book.sheets_metadata
            if sheet.visible != SheetVisibleEnum.Visible
        ]
        self.shown = [name for name in self.sheets if name not in self.hidden]
        self._last: tuple[str, list[list[Any]]] = ("", [])

    def grid(self, sheet: str) -> list[list[Any]]:
        """All cells of a sheet; the last one asked for is remembered."""
        if sheet not in self.sheets:
            return []
        if self._last[0] != sheet or not self._last[1]:
            self._last = ("", [])  # one at a time in memory
            self._last = (sheet, self._read(sheet))
        return self._last[1]

    def _read(self, sheet: str) -> list[list[Any]]:
        if self._shows_errors:
            return _with_errors(self.path, sheet)
        grid: list[list[Any]] = self._book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
        return grid

    def table(self, sheet: str, header: int) -> Table:
        grid = self.grid(sheet)
        if not header:
            width = max(map(len, grid), default=0)
            return Table(unique_names([""] * width), lambda: _body(grid, 1, []), len(grid))
        names = grid[header - 1] if len(grid) >= header else []
        if not any(str(name).strip() for name in names if name is not None):
            raise Problem(
                _("There is no header with names of columns."),
                place=_("%(file)s, row %(row)s") % {"file": self.path.name, "row": header},
                mend=_("Say in which row it stands: header = 3 under [file]."),
            )
        header_again = [_cell(cell) for cell in names]
        columns = unique_names([_name(cell) for cell in names])
        body = grid[header:]
        return Table(columns, lambda: _body(body, header + 1, header_again), len(body))


def _body(grid: list[list[Any]], start: int, header_again: list[Cell]) -> Iterator[Row]:
    for line, cells in enumerate(grid, start=start):
        row = _row(line, cells, header_again)
        if any(cell not in {None, ""} for cell in row.cells) or row.problem:
            yield row


def read_xlsx(path: Path, options: FileOptions) -> Table:
    """A sheet as a table; the first one that is shown and has content, where the mapping names
    none."""
    book = Workbook(path)
    if options.sheet and options.sheet not in book.sheets:
        raise Problem(
            _("There is no sheet “%(sheet)s”.") % {"sheet": options.sheet},
            place=path.name,
            mend=_("Its sheets are: %(names)s.") % {"names": ", ".join(book.sheets)},
        )
    wanted = [options.sheet] if options.sheet else [*book.shown, *book.hidden]
    reaching = (name for name in wanted if len(book.grid(name)) >= max(1, options.header))
    return book.table(next(reaching, wanted[-1] if wanted else ""), options.header)


def _with_errors(path: Path, name: str) -> list[list[Any]]:
    """The slow reader, which gives error values as they are shown."""
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        sheet = book[name]
        sheet.reset_dimensions()  # what a sheet says of its own size is not believed
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of single cells: they come as errors
            grid = [list(row) for row in sheet.iter_rows(values_only=True)]
    finally:
        book.close()
    width = max(map(len, grid), default=0)
    return [row + [None] * (width - len(row)) for row in grid]


def _row(line: int, cells: list[Any], header: list[Cell]) -> Row:
    values = [_cell(cell) for cell in cells]
    if values == header and len(header) > 1:
        return Row(line, values, "header")
    for value in values:
        if isinstance(value, str) and value in ERRORS:
            return Row(line, values, "formula")
        if isinstance(value, str) and "\x00" in value:
            return Row(line, values, "nul", " ".join(str(v) for v in values).replace("\x00", "␀"))
    return Row(line, values)


def _cell(cell: Any) -> Cell:
    match cell:
        case bool() | datetime() | date() | str():
            return cell
        case int() | float():
            # Fifteen digits are what a spreadsheet itself keeps; what had more has lost them, and
            # says so as the spreadsheet shows it.
            rounded = f"{cell:.15g}"
            return Decimal(rounded) if abs(cell) < LOSES_DIGITS else rounded.upper()
        case time() | timedelta():
            return str(cell)
        case _:
            return None


def _name(cell: Any) -> str:
    value = _cell(cell)
    return "" if value is None else str(value)
