"""Readers of files: each gives a header and then rows, one after the other."""

from __future__ import annotations

from pathlib import Path

from concord.kernel.errors import Problem
from concord.records.importing.readers.delimited import read_csv
from concord.records.importing.readers.json_lines import read_jsonl
from concord.records.importing.readers.spreadsheet import read_xlsx
from concord.records.importing.readers.table import Cell, FileOptions, Row, Table

__all__ = ["Cell", "FileOptions", "Row", "Table", "format_of", "open_table"]

_BY_ENDING = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
}


def open_table(path: Path, options: FileOptions) -> Table:
    """The file as a table. Raises Problem where it cannot be read as what it is said to be."""
    if not path.is_file():
        raise Problem("There is no such file.", place=str(path), mend="Check its name and folder.")
    if path.stat().st_size == 0:
        raise Problem("The file is empty.", place=path.name, mend="Export it again.")
    match format_of(path, options):
        case "xlsx":
            return read_xlsx(path, options)
        case "jsonl":
            return read_jsonl(path, options)
        case _:
            return read_csv(path, options)


def format_of(path: Path, options: FileOptions) -> str:
    """csv, jsonl or xlsx: as said, else by what the file begins with, else by its name."""
    if options.format:
        return options.format
    with path.open("rb") as file:
        start = file.read(4096)
    if start.startswith(b"PK\x03\x04"):
        return "xlsx"
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise Problem(
            "This is a workbook in the old format (.xls) or one with a password.",
            place=path.name,
            mend="Save it as .xlsx without a password, or as CSV.",
        )
    if start.lstrip(b"\xef\xbb\xbf \r\n").startswith(b"{"):
        return "jsonl"
    return _BY_ENDING.get(path.suffix.lower(), "csv")
