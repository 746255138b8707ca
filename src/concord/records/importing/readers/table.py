"""What every reader gives: a header, and rows with the line they stand on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final, NamedTuple

from django.utils.translation import gettext as _

from concord.kernel.errors import Problem

MOST_COLUMNS: Final = 2_000
LAST_HEADER: Final = 1_000  # no header stands further down

# CSV gives text only; spreadsheets and JSON know numbers, dates and truth values.
Cell = str | Decimal | date | datetime | bool | list[str] | None


@dataclass(frozen=True)
class FileOptions:
    """What a mapping says of the file; what is empty is recognised. `header` is its line, 0
    where there is none: columns are then called "column 1", "column 2" …
    `from_above` are columns that a row leaves blank where it belongs to the one above."""

    format: str = ""
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header: int = 1
    from_above: tuple[str, ...] = ()


class Row(NamedTuple):
    """One row. A row that cannot be read has a `problem` (a code), and its `text` or its cells."""

    line: int
    cells: list[Cell]
    problem: str = ""
    text: str = ""


@dataclass(frozen=True)
class Table:
    """`rows()` reads from the start, each time it is called; `size` guesses how many there are."""

    columns: list[str]
    rows: Callable[[], Iterator[Row]]
    size: int | None = None
    encoding: str = ""
    delimiter: str = ""
    own: int | None = None  # how many of the columns are the file's, before those of joins


def unique_names(header: list[str]) -> list[str]:
    """Column names: without spaces around, "column 3" for an empty one, "Name (2)" for a second."""
    check_width(len(header))
    names: dict[str, None] = {}
    following: dict[str, int] = {}
    for place, raw in enumerate(header, start=1):
        name = " ".join(raw.replace("\ufeff", "").split()) or f"column {place}"
        candidate = name
        while candidate in names:
            number = following.get(name, 2)
            candidate, following[name] = f"{name} ({number})", number + 1
        names[candidate] = None
    return list(names)


def check_width(columns: int) -> None:
    if columns > MOST_COLUMNS:
        raise Problem(
            _("The file has %(columns)s columns; more than %(most)s are not read.")
            % {"columns": f"{columns:,}", "most": f"{MOST_COLUMNS:,}"},
            place=_("header"),
            mend=_("Is this the right delimiter, and the right file? Export fewer columns."),
        )
