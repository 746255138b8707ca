"""What a look at the first rows of a file tells: kept beside it, for each way of opening it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Final
from uuid import uuid4

from pydantic import TypeAdapter, ValidationError

from concord.kernel.errors import Problem
from concord.records.importing.readers import Cell, FileOptions, Row, Table, format_of, open_table
from concord.records.importing.readers.encodings import SAMPLE, encoding_of
from concord.records.importing.readers.spreadsheet import Workbook
from concord.records.importing.values import text_of
from concord.records.look.above import from_above
from concord.records.look.opened import LONGEST, KeptCell, find_table
from concord.records.look.vocabulary import Role

VERSION: Final = 2
MOST_ROWS: Final = 20_000  # that are looked at; what is beyond is met by the dry run
MOST_COLUMNS: Final = 80  # whose values are counted
SAMPLED: Final = 200  # rows that are kept to be shown
FEW: Final = 40  # different values that are kept, each with how often it stands there
SHOWN: Final = 3
HEAD: Final = 12  # lines of a text file, to choose the header among


@dataclass(frozen=True, slots=True)
class Column:
    """`filled` of the rows have a value, `different` of these differ; `values` where they are few,
    `twice` are the first that stand there several times."""

    name: str
    filled: int = 0
    different: int = 0
    examples: tuple[str, ...] = ()
    values: tuple[tuple[str, int], ...] = ()
    twice: tuple[tuple[str, int], ...] = ()

    @property
    def is_unique(self) -> bool:
        return 0 < self.filled == self.different


@dataclass(frozen=True, slots=True)
class Broken:
    line: int
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Survey:
    """`file` is how it was opened, `recognised` what of it was told by Concord itself."""

    file: FileOptions
    encoding: str
    delimiter: str
    format: str
    sheets: tuple[str, ...]
    head: tuple[str, ...]
    columns: tuple[Column, ...]
    sample: Sequence[Sequence[KeptCell]]
    lines: tuple[int, ...]
    rows: int
    is_all: bool
    size: int | None
    broken: tuple[Broken, ...] = ()
    broken_by: Mapping[str, int] = field(default_factory=dict)

    @property
    def header(self) -> list[str]:
        return [column.name for column in self.columns]

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)

    def texts(self, place: int) -> list[str]:
        cells = (row[place] for row in self.sample if place < len(row))
        return [text for cell in cells if (text := text_of(cell))]


_KEPT: Final = TypeAdapter(Survey)


def survey(path: Path, file: FileOptions | None = None) -> Survey:
    """Look at a file as it is opened by `file`; by None, as Concord finds its table.

    Raises Problem where it cannot be read so.
    """
    place = path.parent / f"survey-{_name(file)}.json"
    try:
        return _KEPT.validate_json(place.read_bytes())
    except (FileNotFoundError, ValidationError):
        pass
    is_first = file is None
    if file is None:
        opened, table = find_table(path, tuple(Role))
        if opened.file.format == "csv" and opened.file.header > 1:
            _require_letters(path)
        file = replace(opened.file, encoding="") if opened.file.format == "csv" else opened.file
        file = replace(file, format="")
    else:
        table = open_table(path, file)
    found = _surveyed(path, file, table)
    if is_first and (above := from_above(found.header, found.sample)):
        file = replace(file, from_above=above)
        found = _surveyed(path, file, open_table(path, file))
    written = place.with_name(f"{place.name}.{uuid4().hex}")
    written.write_bytes(_KEPT.dump_json(found))
    written.replace(place)
    return found


def _require_letters(path: Path) -> None:
    """Raises Problem where the first line is no text as it was recognised: the header may be there,
    and no other line is taken for it because of that."""
    try:
        open_table(path, FileOptions(format="csv"))
    except Problem as problem:
        if problem.code == "encoding":
            raise


def _name(file: FileOptions | None) -> str:
    return sha256(f"{VERSION} {file}".encode()).hexdigest()[:24]


def _surveyed(path: Path, file: FileOptions, table: Table) -> Survey:
    counters: list[Counter[str]] = [Counter() for _ in table.columns[:MOST_COLUMNS]]
    sample: list[list[Cell]] = []
    lines: list[int] = []
    broken: list[Row] = []
    by: Counter[str] = Counter()
    rows = 0
    reader = table.rows()
    for row in islice(reader, MOST_ROWS):
        rows += 1
        if row.problem:
            by[row.problem] += 1
            broken += [row] if len(broken) < SHOWN else []
            continue
        if len(sample) < SAMPLED:
            sample.append([_short(cell) for cell in row.cells])
            lines.append(row.line)
        for counter, cell in zip(counters, row.cells, strict=False):
            if text := text_of(cell):
                counter[text[:LONGEST]] += 1
    is_all = rows < MOST_ROWS or next(reader, None) is None
    kind = format_of(path, file)
    return Survey(
        file=file,
        encoding=table.encoding or file.encoding,
        delimiter=table.delimiter,
        format=kind,
        sheets=_sheets(path, kind),
        head=_head(path, table.encoding) if kind == "csv" else (),
        columns=tuple(
            _column(name, counters[place] if place < len(counters) else Counter())
            for place, name in enumerate(table.columns)
        ),
        sample=sample,
        lines=tuple(lines),
        rows=rows,
        is_all=is_all,
        size=rows if is_all else table.size,
        broken=tuple(Broken(row.line, row.problem, row.text[:LONGEST]) for row in broken),
        broken_by=dict(by),
    )


def _column(name: str, counter: Counter[str]) -> Column:
    few = counter.most_common() if len(counter) <= FEW else []
    twice = [(text, times) for text, times in counter.most_common(SHOWN) if times > 1]
    return Column(
        name,
        counter.total(),
        len(counter),
        tuple(islice(counter, SHOWN)),
        tuple(few),
        tuple(twice),
    )


def _short(cell: Cell) -> Cell:
    return cell[:LONGEST] if isinstance(cell, str) else cell


def _sheets(path: Path, kind: str) -> tuple[str, ...]:
    return tuple(Workbook(path).sheets) if kind == "xlsx" else ()


def _head(path: Path, encoding: str) -> tuple[str, ...]:
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        return tuple(
            line.rstrip("\r\n")[:200]
            for line in islice(iter(lambda: file.readline(4096), ""), HEAD)
        )


def likely_encodings(path: Path) -> list[str]:
    """Those that a person may choose among, the recognised one first."""
    with path.open("rb") as file:
        told = encoding_of(file.read(SAMPLE))
    return list(dict.fromkeys([told, *ENCODINGS]))


ENCODINGS: Final = (
    "utf-8", "utf-16", "cp949", "big5", "gb18030", "cp932", "euc_jp",
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp874",
)  # fmt: skip
