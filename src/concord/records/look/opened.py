"""Where the table stands in a file, and what a person said of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, PlainSerializer

from concord.records.importing.readers import (
    Cell,
    FileOptions,
    Row,
    Table,
    open_table,
    possible_tables,
)
from concord.records.look.columns import Recognised, recognise
from concord.records.look.currency import Currency, currency_of
from concord.records.look.header import how_named, is_without_header
from concord.records.look.upload import Upload
from concord.records.look.vocabulary import LOOKED, Role

SAMPLE: Final = 500
SHOWN: Final = 8
LONGEST: Final = 500  # characters of a cell that are looked at to tell what a column is
HEADER_LINES: Final = 10  # exports put a title, a company and a date above the header


def _plain(cell: Cell) -> Any:
    """A cell as JSON tells it apart from text."""
    match cell:
        case Decimal():
            return {"number": str(cell)}
        case datetime():
            return {"moment": cell.isoformat()}
        case date():
            return {"date": cell.isoformat()}
        case _:
            return cell


def _cell(kept: Any) -> Any:
    match kept:
        case {"number": text}:
            return Decimal(text)
        case {"moment": text}:
            return datetime.fromisoformat(text)
        case {"date": text}:
            return date.fromisoformat(text)
        case _:
            return kept


KeptCell = Annotated[Any, BeforeValidator(_cell), PlainSerializer(_plain, when_used="json")]


@dataclass(frozen=True, slots=True)
class Said:
    """What a person said of a file: columns by role (None for "there is none"), how dates that
    read in two ways are written, what amounts are in where no column says, as of when.

    `house` is the company's own currency, for where nobody says one.
    """

    columns: Mapping[Role, int | None] = field(default_factory=dict)
    formats: Mapping[Role, str] = field(default_factory=dict)
    currency: str = ""
    as_of: date | None = None
    house: str = ""

    def currency_of(self, known: Recognised) -> Currency:
        has_column = Role.CURRENCY in known.columns
        return currency_of(known.sign, self.currency, self.house, has_column)


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that was opened: where its table is, the names of its columns, its first rows."""

    file: FileOptions
    header: tuple[str, ...]
    sample: Sequence[Sequence[KeptCell]]
    size: int | None  # how many rows there are, about
    broken: Mapping[str, int] = field(default_factory=dict)  # first rows that do not read, by code

    @property
    def shown(self) -> Sequence[Sequence[Cell]]:
        return self.sample[:SHOWN]

    def understood(self, said: Said, roles: Sequence[Role] = LOOKED) -> Recognised:
        return recognise(self.header, self.sample, said.columns, said.formats, roles)


def open_upload(upload: Upload) -> tuple[Opened, Table]:
    """Find the table of an uploaded file. Raises Problem where the file cannot be read."""
    return find_table(upload.path)


def find_table(path: Path, roles: Sequence[Role] = LOOKED) -> tuple[Opened, Table]:
    """The header is the first of the first lines that names columns; a file may have none.

    Raises Problem where the file cannot be read.
    """
    best: tuple[FileOptions, Table] | None = None
    most = 0.0
    for options, table in possible_tables(path, HEADER_LINES):
        named = how_named(table.columns)
        if best is None or named > most + 1:
            best, most = (options, table), named
    assert best is not None  # else there was a Problem
    options, table = best
    if most <= 0 and options.header == 1 and options.format != "jsonl":
        bare = replace(options, header=0)
        without = open_table(path, bare)
        if is_without_header(table.columns, _cells(list(islice(without.rows(), SAMPLE)))):
            options, table = bare, without
    first = list(islice(table.rows(), SAMPLE))
    broken = Counter(row.problem for row in first if row.problem)
    return Opened(options, tuple(table.columns), _cells(first), table.size, broken), table


def _cells(rows: Sequence[Row]) -> list[list[Cell]]:
    return [
        [cell[:LONGEST] if isinstance(cell, str) else cell for cell in row.cells]
        for row in rows
        if not row.problem
    ]
