"""The lines of a text file, one row of the table after the other, in bounded memory.

A row is one line, or several where a quoted value goes on. Where such a row turns out to be none
(a quotation mark that is never closed swallows whatever follows), its first line is the row to fix
and the lines after it are read again, each for itself.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from typing import IO, Final

LONGEST_FIELD: Final = 1_000_000  # characters
LONGEST_LINE: Final = 4_000_000
READ_AGAIN: Final = 64_000_000  # characters of a file that are read a second time, at most
_JUDGED: Final = 100  # lines that are looked at to tell rows from the rest of a value
_BAD: Final = 0.1


class TooLongError(csv.Error):
    """A line is longer than any table's."""


class Lines:
    """Given to `csv.reader`; `row` has the lines of the present row, `number` counts them."""

    def __init__(self, file: IO[str]) -> None:
        self.file = file
        self.number = 0
        self.row: list[str] = []
        self._again: deque[str] = deque()
        self._may_read_again = READ_AGAIN

    def __iter__(self) -> Iterator[str]:
        while line := self._again.popleft() if self._again else self.file.readline(LONGEST_LINE):
            self.number += 1
            line = line.removeprefix("\ufeff")  # files that were joined have one in their middle
            self.row.append(line)
            if len(line) >= LONGEST_LINE and line[-1] not in "\r\n":
                self._skip_line()
                raise TooLongError("field larger than any")
            yield line

    def _skip_line(self) -> None:
        while rest := self.file.readline(LONGEST_LINE):
            if rest[-1] in "\r\n":
                return

    def give_back(self, delimiter: str, width: int) -> bool:
        """The lines after the first of this row are read again, if they are rows of the table."""
        after = self.row[1:]
        size = sum(map(len, after))
        if not after or size > self._may_read_again or not _are_rows(after, delimiter, width):
            return False
        self._may_read_again -= size
        self._again.extendleft(reversed(after))
        self.number -= len(after)
        del self.row[1:]
        return True


def _are_rows(lines: list[str], delimiter: str, width: int) -> bool:
    """Whether nearly all of the first of them have the table's columns."""
    looked_at = [line for line in lines[:_JUDGED] if line.strip()]
    bad = sum(not _is_row(line, delimiter, width) for line in looked_at)
    return bool(looked_at) and bad <= _BAD * len(looked_at)


def _is_row(line: str, delimiter: str, width: int) -> bool:
    try:
        cells = next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return False
    return len(cells) == width
