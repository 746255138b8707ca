"""CSV in the encodings and dialects that systems export."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final

from django.utils.translation import gettext as _

from concord.kernel.errors import Problem
from concord.records.importing.readers.encodings import SAMPLE, encoding_of
from concord.records.importing.readers.lines import LONGEST_FIELD, Lines
from concord.records.importing.readers.mixed import Foreign, is_unicode
from concord.records.importing.readers.table import FileOptions, Row, Table, unique_names

DELIMITERS: Final = (",", ";", "\t", "|")
_SEPARATOR: Final = re.compile(r"sep=(.)[\r\n]", re.IGNORECASE)


def read_csv(path: Path, options: FileOptions) -> Table:
    with path.open("rb") as file:
        sample = file.read(SAMPLE)
    encoding = options.encoding or encoding_of(sample)
    _require_text(path, sample, encoding)
    said, line = _said_first(sample, encoding, options.header)
    delimiter = options.delimiter or said or _delimiter_of(sample, encoding, line)
    csv.field_size_limit(LONGEST_FIELD)
    header = _header(path, encoding, delimiter, line)
    columns = unique_names(header)

    def rows() -> Iterator[Row]:
        return _rows(path, encoding, delimiter, line, header)

    average = max(1, len(sample) // max(1, sample.count(b"\n")))
    size = max(0, path.stat().st_size // average - line)
    return Table(columns, rows, size, encoding, delimiter)


def _open(path: Path, encoding: str) -> IO[str]:
    """Bytes that do not decode become lone surrogates: the row they stand in is one to fix."""
    return path.open(encoding=encoding, errors="surrogateescape", newline="")


def _require_text(path: Path, sample: bytes, encoding: str) -> None:
    start = sample[:8192].decode(encoding, errors="replace")
    strange = sum(c < " " and c not in "\t\n\r\f\v\x1a" for c in start)
    unread = start.count("\ufffd")  # more of these are borne: lines in another encoding
    if strange > max(20, len(start) // 20) or unread > max(20, len(start) // 2):
        raise Problem(
            _("This is neither text nor a workbook."),
            place=path.name,
            mend=_("Export the table as CSV or as an Excel workbook (.xlsx)."),
        )


def _said_first(sample: bytes, encoding: str, header: int) -> tuple[str, int]:
    """Excel's own first line, `sep=;`, says the delimiter; the header stands on the next line."""
    first = sample[:16].decode(encoding, errors="replace").removeprefix("\ufeff")
    found = _SEPARATOR.match(first)
    return (found[1], header + 1) if found and header == 1 else ("", header)


def _header(path: Path, encoding: str, delimiter: str, line: int) -> list[str]:
    with _open(path, encoding) as file:
        try:
            lines = iter(Lines(file))
            _pass_over(lines, line - 1)
            if not line:
                return [""] * _width(csv.reader(lines, delimiter=delimiter))
            header = next(csv.reader(lines, delimiter=delimiter, strict=True), None)
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
    if not all(name.isascii() or is_unicode(name) for name in header):
        raise Problem(
            _("The header has bytes that are no text in this file's encoding (%(encoding)s).")
            % {"encoding": encoding},
            place=_("%(file)s, line %(line)s") % {"file": path.name, "line": line},
            mend=_(
                "Save the file as UTF-8, choose other letters on its page, or say its encoding "
                "under [file] in the mapping."
            ),
            code="encoding",
        )
    return header


def _pass_over(lines: Iterator[str], many: int) -> None:
    """So many lines, or those that there are."""
    for _line in zip(range(many), lines, strict=False):
        pass


def _width(rows: Iterator[list[str]]) -> int:
    """How many columns a file without a header has: those of its first row."""
    return len(next((row for row in rows if any(cell.strip() for cell in row)), [""]))


def _rows(
    path: Path, encoding: str, delimiter: str, header: int, names: list[str]
) -> Iterator[Row]:
    width, foreign = len(names), Foreign(encoding)
    with _open(path, encoding) as file:
        lines = Lines(file)
        source = iter(lines)
        reader = csv.reader(source, delimiter=delimiter, strict=True)
        _pass_over(source, header - 1)
        if header:
            next(reader, None)
        while True:
            lines.row.clear()
            start = lines.number + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                swallowed = len(lines.row) > 1 and lines.give_back(delimiter, width)
                yield Row(start, [], "open_quote" if swallowed else _code(error), _text(lines.row))
                source, reader = _anew(lines, delimiter)
                continue
            except UnicodeError:
                # An encoding of two bytes a character whose stream breaks off: nothing follows.
                yield Row(start, [], "encoding", _text(lines.row))
                return
            if not cells or (len(cells) == 1 and not cells[0].strip()):
                continue
            yield _row(start, cells, lines, names, foreign, delimiter)


def _anew(lines: Lines, delimiter: str) -> tuple[Iterator[str], Any]:
    """After an error the lines go on with a reader that remembers nothing of it."""
    source = iter(lines)
    return source, csv.reader(source, delimiter=delimiter, strict=True)


def _row(
    start: int, cells: list[str], lines: Lines, names: list[str], foreign: Foreign, delimiter: str
) -> Row:
    width = len(names)
    if len(cells) < width or any(cell.strip() for cell in cells[width:]):
        is_cut = not lines.row[-1].endswith(("\n", "\r"))
        return Row(start, [], "cut" if is_cut else "ragged", _text(lines.row))
    if len(cells) > width:
        cells = cells[:width]
    if cells == names and width > 1:
        return Row(start, cells, "header", _text(lines.row))  # type: ignore[arg-type]
    for line in lines.row:
        if "\x00" in line:
            return Row(start, cells, "nul", _text(lines.row))  # type: ignore[arg-type]
        if not line.isascii() and (problem := foreign.problem(line)):
            whole = "".join(lines.row)
            own = foreign.read(whole, is_text=is_unicode(whole))
            found = _cut(own, delimiter, width) or cells
            return Row(start, found, problem, _text(lines.row))  # type: ignore[arg-type]
    return Row(start, cells)  # type: ignore[arg-type]


def _cut(text: str | None, delimiter: str, width: int) -> list[str]:
    """The cells of a row that was decoded anew."""
    if text is None:
        return []
    try:
        cells = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except (csv.Error, StopIteration):
        return []
    return cells[:width] if len(cells) >= width else []


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
    lines = io.StringIO(whole, newline="").readlines()[max(0, header - 1) : header + 50]
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
