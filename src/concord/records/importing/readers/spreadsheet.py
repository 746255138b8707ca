"""Excel workbooks: values only, bounded when unpacked. Formulas give the value last computed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import openpyxl
from python_calamine import CalamineError, CalamineWorkbook

from concord.kernel.errors import Problem
from concord.records.importing.readers.table import Cell, FileOptions, Row, Table, unique_names
from concord.records.importing.readers.unpacked import look_through

ERRORS: Final = {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"}


def read_xlsx(path: Path, options: FileOptions) -> Table:
    """A sheet as a table; the first one with content where the mapping names none."""
    shows_errors = look_through(path)
    try:
        book = CalamineWorkbook.from_path(str(path))
    except (CalamineError, OSError) as error:
        raise Problem(
            f"This workbook cannot be opened: {error}.",
            place=path.name,
            mend="Open it in Excel, save it as .xlsx without a password, and try again.",
        )
    names = book.sheet_names
    if options.sheet and options.sheet not in names:
        raise Problem(
            f"There is no sheet “{options.sheet}”.",
            place=path.name,
            mend=f"Its sheets are: {', '.join(names)}.",
        )
    wanted = [options.sheet] if options.sheet else names
    grid: list[list[Any]] = []
    for name in wanted:
        grid = (
            _with_errors(path, name)
            if shows_errors
            else book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        )
        if len(grid) >= options.header:
            break
    header = grid[options.header - 1] if len(grid) >= options.header else []
    if not any(str(name).strip() for name in header):
        raise Problem(
            "There is no header with names of columns.",
            place=f"{path.name}, row {options.header}",
            mend="Say in which row it stands: header = 3 under [file].",
        )
    columns = unique_names([_name(cell) for cell in header])
    body = grid[options.header :]

    def rows() -> Iterator[Row]:
        for line, cells in enumerate(body, start=options.header + 1):
            row = _row(line, cells)
            if any(cell not in {None, ""} for cell in row.cells) or row.problem:
                yield row

    return Table(columns, rows, len(body))


def _with_errors(path: Path, name: str) -> list[list[Any]]:
    """The slow reader, which gives error values as they are shown."""
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        return [list(row) for row in book[name].iter_rows(values_only=True)]
    finally:
        book.close()


def _row(line: int, cells: list[Any]) -> Row:
    values = [_cell(cell) for cell in cells]
    for value in values:
        if isinstance(value, str) and value in ERRORS:
            return Row(line, values, "formula")
        if isinstance(value, str) and "\x00" in value:
            return Row(line, [], "nul", " ".join(str(v) for v in values).replace("\x00", "␀"))
    return Row(line, values)


def _cell(cell: Any) -> Cell:
    match cell:
        case bool() | datetime() | date() | str():
            return cell
        case int():
            return Decimal(cell)
        case float():
            # Fifteen digits are what a spreadsheet itself shows and computes with.
            return Decimal(f"{cell:.15g}")
        case time() | timedelta():
            return str(cell)
        case _:
            return None


def _name(cell: Any) -> str:
    value = _cell(cell)
    return "" if value is None else str(value)
