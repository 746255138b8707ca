"""What a workbook holds before anything reads it: how much, how far its cells reach.

The sizes that a zip says of itself are not believed, and the fast reader makes room for every cell
up to the last one: two stray cells of a small file could ask for more memory than there is.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

from concord.kernel.errors import Problem

LARGEST: Final = 256 << 20  # bytes, of all parts together
MOST_CELLS: Final = 10_000_000  # of a sheet, empty ones between the first and the last included
_CHUNK: Final = 1 << 20
# No workbook declares what its XML means: such a part means to grow, or to read other files.
_DECLARES: Final = re.compile(rb"<\0?!\0?(?:D\0?O\0?C\0?T\0?Y\0?P\0?E|E\0?N\0?T\0?I\0?T\0?Y)")
_LONGEST_ROW: Final = 8 << 20
# As programs write it, and as they might.
_PLAIN_COLUMN: Final = re.compile(rb'<c r="([A-Za-z]+)')
_PLAIN_LINE: Final = re.compile(rb' r="[A-Za-z]*([0-9]+)"')
_PREFIXED: Final = re.compile(rb"<\w+:(?:c|row)[\s/>]")
_COLUMN: Final = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]+)""")
_LINE: Final = re.compile(rb"""\sr\s*=\s*["'][A-Za-z]*([0-9]+)""")
_CELL: Final = re.compile(rb"<(?:\w+:)?c[\s/>]")
_ROW: Final = re.compile(rb"<(?:\w+:)?row[\s/>]")


def look_through(path: Path) -> bool:
    """Whether any cell of the workbook shows an error. Raises Problem for one too large to read."""
    shows_errors = False
    unpacked = 0
    try:
        with zipfile.ZipFile(path) as packed:
            if not any(name.startswith("xl/") for name in packed.namelist()):
                raise _no_workbook(path)
            for entry in packed.infolist():
                extent = _Extent()  # of every part: a sheet may have any name
                before = b""
                for chunk in _chunks(packed, entry):
                    unpacked += len(chunk)
                    if _DECLARES.search(before + chunk):
                        raise _declares(path)
                    before = chunk[-32:]
                    if unpacked > LARGEST:
                        raise _too_large(path)
                    extent.take(chunk)
                extent.end()
                shows_errors |= extent.shows_errors
                if extent.cells > MOST_CELLS:
                    raise _reaches_too_far(path, extent)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise Problem(
            _("This is no Excel workbook, or one that is damaged or has a password."),
            place=path.name,
            mend=_("Save it as .xlsx without a password, or as CSV."),
        ) from error
    return shows_errors


def _chunks(packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    entry.file_size = LARGEST + 2 * _CHUNK  # else no more is read than the file says there is
    with packed.open(entry) as file:
        while chunk := file.read(_CHUNK):
            yield chunk


class _Extent:
    """How far the cells of a sheet reach: by their names, or by counting those without one."""

    def __init__(self) -> None:
        self.shows_errors = False
        self.rows = self.columns = 0
        self._counted = 0
        self._rest = b""

    @property
    def cells(self) -> int:
        return max(self.rows, self._counted) * self.columns

    def take(self, chunk: bytes) -> None:
        """Whole rows are looked at; the last one waits for its end."""
        text = self._rest + chunk
        cut = max(text.rfind(b"<row"), text.rfind(b":row"), 0)
        if len(text) - cut > _LONGEST_ROW:
            cut = len(text)
        self._rest = text[cut:]
        self._look(text[:cut])

    def end(self) -> None:
        self._look(self._rest)

    def _look(self, text: bytes) -> None:
        self.shows_errors |= b't="e"' in text
        if _is_plain(text):
            self._note(set(_PLAIN_COLUMN.findall(text)), set(_PLAIN_LINE.findall(text)))
            return
        names = _COLUMN.findall(text)
        self._note(set(names), set(_LINE.findall(text)))
        starts = [found.start() for found in _ROW.finditer(text)]
        self._counted += len(starts)
        if len(names) < len(_CELL.findall(text)):  # some cells say by their order where they stand
            for start, end in zip([0, *starts], [*starts, len(text)], strict=True):
                self.columns = max(self.columns, len(_CELL.findall(text, start, end)))

    def _note(self, names: set[bytes], lines: set[bytes]) -> None:
        self.columns = max(self.columns, *map(_number, names), 0)
        self.rows = max(self.rows, *(int(line[:9]) for line in lines), 0)


def _is_plain(text: bytes) -> bool:
    """Whether all rows and cells are written as usual, for which there is a quick way."""
    return all(
        text.count(b"<%s" % name) == text.count(b'<%s r="' % name) + beside
        for name, beside in ((b"row", text.count(b"<rowB")), (b"c", text.count(b"<co")))
    ) and not _PREFIXED.search(text)


def _number(name: bytes) -> int:
    """The number of the column that letters name: A is 1, XFD 16,384."""
    number = 0
    for letter in name.upper()[:8]:
        number = number * 26 + letter - 64
    return number


def _no_workbook(path: Path) -> Problem:
    return Problem(
        _("This is a packed folder (zip), no Excel workbook."),
        place=path.name,
        mend=_("Unpack it, and bring the files that are in it one by one."),
    )


def _declares(path: Path) -> Problem:
    return Problem(
        _("This workbook has declarations in its XML, which no spreadsheet writes."),
        place=path.name,
        mend=_("Open it in a spreadsheet and save it anew, or ask where it comes from."),
    )


def _too_large(path: Path) -> Problem:
    return Problem(
        _("Unpacked, this workbook has more than %(megabytes)s MB, which are not read.")
        % {"megabytes": LARGEST >> 20},
        place=path.name,
        mend=_("Save the sheet as CSV, or split the workbook."),
    )


def _reaches_too_far(path: Path, extent: _Extent) -> Problem:
    return Problem(
        _(
            "The cells of a sheet reach to row %(row)s and column %(column)s; more than %(most)s "
            "cells are not read."
        )
        % {
            "row": f"{max(extent.rows, 1):,}",
            "column": f"{extent.columns:,}",
            "most": f"{MOST_CELLS:,}",
        },
        place=path.name,
        mend=_("Delete the rows and columns behind the table, or save the sheet as CSV."),
    )
