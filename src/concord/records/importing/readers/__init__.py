"""Readers of files: each gives a header and then rows, one after the other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concord.kernel.errors import Problem
from concord.records.importing.readers.above import with_cells_above
from concord.records.importing.readers.delimited import read_csv
from concord.records.importing.readers.encodings import SAMPLE, encoding_of, require_encoding
from concord.records.importing.readers.json_lines import read_jsonl
from concord.records.importing.readers.spreadsheet import Workbook, read_xlsx
from concord.records.importing.readers.table import LAST_HEADER, Cell, FileOptions, Row, Table

__all__ = [
    "LAST_HEADER",
    "Cell",
    "FileOptions",
    "Row",
    "Table",
    "format_of",
    "open_table",
    "possible_tables",
]

_BY_ENDING = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
}

# What people take for a table because of its name, by what it begins with.
_OTHERS = {
    b"%pdf-": gettext_lazy("a PDF document"),
    b"\x1f\x8b": gettext_lazy("a packed file (gzip)"),
    b"rar!": gettext_lazy("a packed file (RAR)"),
    b"7z\xbc\xaf": gettext_lazy("a packed file (7z)"),
    b"<!doctype html": gettext_lazy("a web page"),
    b"<html": gettext_lazy("a web page"),
    b"<table": gettext_lazy("a web page"),
    b"<?xml": gettext_lazy("an XML document"),
    b"{\\rtf": gettext_lazy("a text document (RTF)"),
}

_JSON_DOCUMENT = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:\[\s*\{|\{\s*\n)")


def open_table(path: Path, options: FileOptions) -> Table:
    """The file as a table. Raises Problem where it cannot be read as what it is said to be."""
    if not path.is_file():
        raise Problem(
            _("There is no such file."), place=str(path), mend=_("Check its name and folder.")
        )
    if path.stat().st_size == 0:
        raise Problem(_("The file is empty."), place=path.name, mend=_("Export it again."))
    require_encoding(options.encoding)
    match format_of(path, options):
        case "xlsx":
            table = read_xlsx(path, options)
        case "jsonl":
            table = read_jsonl(path, options)
        case _:
            table = read_csv(path, options)
    return with_cells_above(table, options.from_above) if options.from_above else table


def possible_tables(path: Path, lines: int) -> Iterator[tuple[FileOptions, Table]]:
    """The file as a table for each place where its header may stand: the first `lines` of it.

    A workbook is opened once for all of them, sheet by sheet. Raises the Problem of the first place
    where there is none that can be read.
    """
    found = False
    first: Problem | None = None
    for options, opened in _openings(path, lines):
        try:
            table = opened()
        except Problem as problem:
            first = first or problem
            continue
        found = True
        yield options, table
    if not found and first:
        raise first


def _openings(path: Path, lines: int) -> Iterator[tuple[FileOptions, Callable[[], Table]]]:
    kind = format_of(path, FileOptions())
    if kind == "xlsx":
        book = Workbook(path)
        for sheet in book.sheets:
            for line in range(1, lines + 1):
                yield FileOptions(kind, sheet=sheet, header=line), partial(book.table, sheet, line)
        return
    encoding = ""  # of text, told once for all lines
    if kind == "csv":
        with path.open("rb") as file:
            encoding = encoding_of(file.read(SAMPLE))
    for line in range(1, lines + 1 if kind == "csv" else 2):
        options = FileOptions(kind, encoding, header=line)
        yield options, partial(open_table, path, options)


def format_of(path: Path, options: FileOptions) -> str:
    """csv, jsonl or xlsx: as said, else by what the file begins with, else by its name."""
    if options.format:
        return options.format
    with path.open("rb") as file:
        start = file.read(4096)
    if start.startswith(b"PK\x03\x04"):
        return "xlsx"
    for beginning, what in _OTHERS.items():
        if start.lstrip(b"\xef\xbb\xbf \t\r\n")[: len(beginning)].lower() == beginning:
            raise Problem(
                _("This is %(what)s, not a table.") % {"what": what},
                place=path.name,
                mend=_("Export the table as CSV or as an Excel workbook (.xlsx)."),
            )
    if _JSON_DOCUMENT.match(start):
        raise Problem(
            _("This is one JSON document, not JSON lines."),
            place=path.name,
            mend=_("Export it as JSON lines, one object a line, or as CSV."),
        )
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise Problem(
            _("This is a workbook in the old format (.xls) or one with a password."),
            place=path.name,
            mend=_("Save it as .xlsx without a password, or as CSV."),
        )
    if start.lstrip(b"\xef\xbb\xbf \r\n").startswith(b"{"):
        return "jsonl"
    return _BY_ENDING.get(path.suffix.lower(), "csv")
