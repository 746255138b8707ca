"""CSV in the encodings and dialects that systems export."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from django.utils.translation import gettext as _

from concord.kernel.errors import Problem
from concord.records.importing.readers.encodings import SAMPLE, encoding_of
from concord.records.importing.readers.table import FileOptions, Row, Table, unique_names

LONGEST_FIELD: Final = 1_000_000
DELIMITERS: Final = (",", ";", "\t", "|")


def read_csv(path: Path, options: FileOptions) -> Table:
    with path.open("rb") as file:
        sample = file.read(SAMPLE)
    encoding = options.encoding or encoding_of(sample)
    _require_encoding(encoding)
    _require_text(path, sample, encoding)
    delimiter = options.delimiter or _delimiter_of(sample, encoding, options.header)
    csv.field_size_limit(LONGEST_FIELD)
    header = _header(path, encoding, delimiter, options.header)
    columns = unique_names(header)

    def rows() -> Iterator[Row]:
        return _rows(path, encoding, delimiter, options.header, len(columns))

    average = max(1, len(sample) // max(1, sample.count(b"\n")))
    size = max(0, path.stat().st_size // average - options.header)
    return Table(columns, rows, size, encoding, delimiter)


class _Lines:
    """The lines of a text file, remembering those of the present row and how many went by."""

    def __init__(self, file: IO[str]) -> None:
        self.file = file
        self.number = 0
        self.row: list[str] = []

    def __iter__(self) -> Iterator[str]:
        for line in self.file:
            self.number += 1
            self.row.append(line)
            yield line


def _open(path: Path, encoding: str) -> IO[str]:
    """Bytes that do not decode become lone surrogates: the row they stand in is one to fix."""
    return path.open(encoding=encoding, errors="surrogateescape", newline="")


def _require_encoding(encoding: str) -> None:
    try:
        codecs.lookup(encoding)
    except LookupError:
        raise Problem(
            _("“%(encoding)s” is no encoding.") % {"encoding": encoding},
            place="file.encoding",
            mend=_("Usual are utf-8, cp1252, cp949 and big5; left out, it is recognised."),
        )


def _require_text(path: Path, sample: bytes, encoding: str) -> None:
    start = sample[:8192].decode(encoding, errors="replace")
    strange = sum(c == "\ufffd" or (c < " " and c not in "\t\n\r\f\v\x1a") for c in start)
    if strange > len(start) // 20:
        raise Problem(
            _("This is neither text nor a workbook."),
            place=path.name,
            mend=_("Export the table as CSV or as an Excel workbook (.xlsx)."),
        )


def _header(path: Path, encoding: str, delimiter: str, line: int) -> list[str]:
    with _open(path, encoding) as file:
        try:
            for _line in range(line - 1):
                file.readline()
            header = next(csv.reader(file, delimiter=delimiter, strict=True), None)
        except (csv.Error, UnicodeError) as error:
            raise Problem(
                _("The header cannot be read: %(why)s.") % {"why": error},
                place=_("%(file)s, line %(line)s") % {"file": path.name, "line": line},
                mend=_("Check that this is a CSV file and that `header` names its line."),
            )
    if not header or not any(name.strip() for name in header):
        raise Problem(
            _("There is no header with names of columns."),
            place=_("%(file)s, line %(line)s") % {"file": path.name, "line": line},
            mend=_("Say on which line it stands: header = 3 under [file]."),
        )
    if not all(name.isascii() or _is_unicode(name) for name in header):
        raise Problem(
            _("The header has bytes that are no text in this file's encoding (%(encoding)s).")
            % {"encoding": encoding},
            place=_("%(file)s, line %(line)s") % {"file": path.name, "line": line},
            mend=_("Save the file as UTF-8, or say its encoding under [file] in the mapping."),
        )
    return header


def _is_unicode(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _rows(path: Path, encoding: str, delimiter: str, header: int, width: int) -> Iterator[Row]:
    with _open(path, encoding) as file:
        lines = _Lines(file)
        source = iter(lines)
        reader = csv.reader(source, delimiter=delimiter, strict=True)
        for _line in range(header - 1):
            next(source, None)
        next(reader, None)
        while True:
            lines.row.clear()
            start = lines.number + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield Row(start, [], _code(error), _text(lines.row))
                continue
            except UnicodeError:
                # An encoding of two bytes a character whose stream breaks off: nothing follows.
                yield Row(start, [], "encoding", _text(lines.row))
                return
            if not cells or (len(cells) == 1 and not cells[0].strip()):
                continue
            problem = _problem(cells, width, lines.row)
            if problem == "ragged":
                yield Row(start, [], problem, _text(lines.row))
            elif problem:
                yield Row(start, cells[:width], problem, _text(lines.row))  # type: ignore[arg-type]
            else:
                yield Row(start, cells[:width])  # type: ignore[arg-type]


def _problem(cells: list[str], width: int, lines: list[str]) -> str:
    if len(cells) < width or any(cell.strip() for cell in cells[width:]):
        return "ragged"
    for line in lines:
        if "\x00" in line:
            return "nul"
        if not line.isascii() and not _is_unicode(line):
            return "encoding"
    return ""


def _code(error: csv.Error) -> str:
    text = str(error)
    if "field larger" in text:
        return "too_long"
    return "open_quote" if "unexpected end" in text else "quoting"


def _text(lines: list[str]) -> str:
    """The row as it stands in the file, with what PostgreSQL cannot keep made visible."""
    text = "".join(lines).rstrip("\r\n").replace("\x00", "␀")
    return text.encode("utf-8", "backslashreplace").decode()[:LONGEST_FIELD]


def _delimiter_of(sample: bytes, encoding: str, header: int) -> str:
    """The one that cuts the first rows into the same number of columns, and into the most."""
    text = sample.decode(encoding, errors="replace")
    whole = text[: text.rfind("\n") + 1] or text
    lines = io.StringIO(whole, newline="").readlines()[header - 1 : header + 50]
    best, best_score = ",", (0, 0)
    for delimiter in DELIMITERS:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
        except csv.Error:
            continue
        if not widths or widths[0] < 2:
            continue
        alike = sum(width == widths[0] for width in widths)
        score = (round(10 * alike / len(widths)), widths[0])
        if score > best_score:
            best, best_score = delimiter, score
    return best
