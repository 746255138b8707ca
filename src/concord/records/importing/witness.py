"""Who looks on while a file comes in: what it looks like, and what it no longer tells of.

Nothing is written while rows come in. At the end, what the source has told of before is read once,
in a stream, and looked up among the keys that the file had: neither the memory nor the time of a
batch grows with what is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import Any, Final

from django.db import connection, transaction

from concord.customers.rows import copy_line
from concord.kernel.models import Source
from concord.records.importing.absences import ABSENT, bring_up_to_date
from concord.records.importing.cells import Cells
from concord.records.importing.convert import Converter
from concord.records.importing.mapping import (
    LineBlock,
    Mapping,
    ProfileBlock,
    RecordBlock,
    RelationshipBlock,
)
from concord.records.importing.readers import Row, Table
from concord.records.importing.seen import (
    Seen,
    key_of_line,
    key_of_profile,
    key_of_record,
    key_of_relation,
)
from concord.records.importing.shape import SAME_COLUMNS, Portrait, series_of
from concord.records.importing.values import CellError
from concord.records.models import AbsentKind, Import, ImportShape
from concord.records.said import Ref
from concord.records.staging import lock_sources, stage

_COLUMNS: Final = ("kind text", "type text", "profile_id uuid", "row_id bigint")
_IN_MEMORY: Final = 4_000_000  # bytes of what is absent; more lies on the disk
_BATCH: Final = 10_000

_EARLIER: Final = """
    JOIN records_importshape s ON s.imported_id = t.import_id
    WHERE s.series = %(series)s AND t.import_id <> %(import)s
"""


@dataclass(frozen=True)
class Known:
    """One kind of thing that the mapping gives, and how to read all that was told of it before.

    `sql` gives its id first and then what `key` makes the key of a file of.
    """

    kind: str
    type: str
    sql: str
    values: dict[str, Any] = field(default_factory=dict)
    key: Callable[..., int] = key_of_profile


class Witness:
    """Sees all rows of a file, those included that were done before it was interrupted."""

    def __init__(
        self, imported: Import, mapping: Mapping, table: Table, converter: Converter
    ) -> None:
        self.imported = imported
        self.mapping = mapping
        self.source = imported.source
        self.portrait = Portrait(table.columns[: table.own])
        self.unreadable = 0
        self.keys = _keys_of(mapping, converter)

    def see(self, rows: Sequence[Row], wrong: Sequence[Row], seen: Seen) -> None:
        """One batch, and which of its rows are to be fixed: their keys are in the file too."""
        self.portrait.take(rows)
        named: list[int] = []
        for row in wrong:
            found = [key for read in self.keys if (key := _read(read, row)) is not None]
            self.unreadable += not found and bool(self.keys)
            named += found
        seen.name(named)

    def tell(self, seen: Seen) -> None:
        """Keep what the file looks like, and propose what to do about what it no longer has."""
        with transaction.atomic():
            lock_sources([self.source.pk])
            self.imported.refresh_from_db()
            series = _series(self.imported, self.portrait)
            shape = ImportShape(
                imported=self.imported,
                series=series,
                columns=self.portrait.as_json(),
                sampled=self.portrait.sampled,
                unreadable=self.unreadable,
            )
            with SpooledTemporaryFile(_IN_MEMORY, "w+", encoding="utf-8", newline="\n") as spool:
                for one in known_kinds(self.mapping, self.source):
                    shape.coverage[one.type] = self._absent(one, series, seen, spool)
                spool.seek(0)
                stage(ABSENT, _COLUMNS, (line.rstrip("\n") for line in spool))
            bring_up_to_date(shape, self.source, self.mapping.complete)
            ImportShape.objects.filter(imported=self.imported).delete()
            shape.save(force_insert=True)

    def _absent(
        self, one: Known, series: str, seen: Seen, spool: SpooledTemporaryFile[str]
    ) -> dict[str, int]:
        """Write down what of one kind is in no row; how many are known and how many missing.

        What this import has changed was in the file. Two cursors of a connection cannot work at
        once, so what is absent waits on the disk until all was read.
        """
        known = self.imported.counts.get(f"{one.kind}s", {}).get("changed", 0)
        missing = 0
        for rows in _streamed(one, series, self.imported.pk):
            keys = [one.key(*row[1:]) for row in rows]
            absent = seen.absent(keys)
            known += len(rows)
            missing += len(absent)
            if absent:
                for row, key in zip(rows, keys, strict=True):
                    if key in absent:
                        spool.write(_line(one, row[0]) + "\n")
        return {"known": known, "missing": missing}


def known_kinds(mapping: Mapping, source: Source) -> list[Known]:
    """What files read with this mapping may be complete in: not parts of customers."""
    kinds: dict[str, Known] = {}
    for block in mapping.blocks:
        match block:
            case RelationshipBlock():
                found = _relations(source, block.kind)
            case LineBlock() if not block.record.source:
                found = _lines(source, block.record.type)
            case RecordBlock():
                found = _records(source, block.type.key)
            case ProfileBlock() if not block.partial and mapping.empty_is_value:
                found = _profiles(source)
            case _:
                continue
        kinds[f"{found.kind} {found.type}"] = found
    return list(kinds.values())


def _profiles(source: Source) -> Known:
    sql = f"""
        SELECT t.id, t.key FROM customers_profile t {_EARLIER}
          AND t.source_id = %(source)s AND t.withdrawn_at IS NULL AND NOT t.is_stub
    """  # noqa: S608 - our own words
    return Known(AbsentKind.PROFILE, "profile", sql, {"source": source.pk}, key_of_profile)


def _records(source: Source, type: str) -> Known:
    sql = f"""
        SELECT t.id, t.type, t.key FROM records_record t {_EARLIER}
          AND t.source_id = %(source)s AND t.type = %(type)s AND t.withdrawn_at IS NULL
    """  # noqa: S608 - our own words
    values = {"source": source.pk, "type": type}
    return Known(AbsentKind.RECORD, type, sql, values, key_of_record)


def _lines(source: Source, type: str) -> Known:
    sql = f"""
        SELECT t.id, r.type, r.key, t.key FROM records_recordline t
        JOIN records_record r ON r.id = t.record_id AND r.withdrawn_at IS NULL {_EARLIER}
          AND t.known_to IS NULL AND r.source_id = %(source)s AND r.type = %(type)s
    """  # noqa: S608 - our own words
    values = {"source": source.pk, "type": type}
    return Known(
        AbsentKind.LINE, f"{type}.line", sql, values,
        lambda kind, record, key: key_of_line(Ref(kind, record), key),
    )  # fmt: skip


def _relations(source: Source, kind: str) -> Known:
    sql = f"""
        SELECT t.id, one.key, t.kind, other.key FROM customers_relationship t
        JOIN customers_profile one ON one.id = t.from_profile_id
        JOIN customers_profile other ON other.id = t.to_profile_id {_EARLIER}
          AND t.known_to IS NULL AND t.source_id = %(source)s AND t.kind = %(kind)s
    """  # noqa: S608 - our own words
    values = {"source": source.pk, "kind": kind}
    return Known(AbsentKind.RELATIONSHIP, kind, sql, values, key_of_relation)


def _streamed(one: Known, series: str, import_id: int) -> Iterator[list[tuple[Any, ...]]]:
    """What was told of before and not in this import, some at a time."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(one.sql, one.values | {"series": series, "import": import_id})
        while rows := cursor.fetchmany(_BATCH):
            yield rows


def _line(one: Known, found: Any) -> str:
    if one.kind == AbsentKind.PROFILE:
        return copy_line((one.kind, one.type, found, None))
    return copy_line((one.kind, one.type, None, found))


# Keys of rows that are to be fixed

Read = Callable[[Cells], int | None]


def _keys_of(mapping: Mapping, converter: Converter) -> list[Read]:
    """For each kind of thing what reads its key alone: the rest of the row may be wrong."""
    compiler = converter.compiler
    reads: list[Read] = []
    for block in mapping.blocks:
        holds = compiler.condition(block.when)
        key: Read
        match block:
            case ProfileBlock():
                text = compiler.text(block.key)
                key = lambda cells, text=text: key_of_profile(text(cells))  # type: ignore[misc]  # noqa: E731
            case RecordBlock():
                text, type = compiler.text(block.key), block.type.key
                key = lambda cells, text=text, type=type: key_of_record(type, text(cells))  # type: ignore[misc]  # noqa: E731
            case LineBlock():
                key = _line_key(
                    compiler.text(block.record.key), block.record.type, block.record.source,
                    compiler.text(block.key),
                )  # fmt: skip
            case RelationshipBlock():
                key = _relation_key(
                    compiler.text(block.from_key), block.kind, compiler.text(block.to_key)
                )
            case _:
                continue
        reads.append(_only(key, holds))
    return reads


def _line_key(
    record: Callable[[Cells], str], type: str, source: str, line: Callable[[Cells], str]
) -> Read:
    return lambda cells: key_of_line(Ref(type, record(cells), source), line(cells)[:64])


def _relation_key(one: Callable[[Cells], str], kind: str, other: Callable[[Cells], str]) -> Read:
    return lambda cells: key_of_relation(one(cells), kind, other(cells))


def _only(read: Read, holds: Callable[[Cells], bool] | None) -> Read:
    return lambda cells: None if holds and not holds(cells) else read(cells)


def _read(read: Read, row: Row) -> int | None:
    try:
        return read(row.cells) if row.cells else None
    except (CellError, IndexError):
        return None


def _series(imported: Import, portrait: Portrait) -> str:
    """By the file's name; a file of another name and the columns of a known series is of that."""
    name = series_of(imported.file_name)
    earlier = ImportShape.objects.filter(imported__source=imported.source_id)
    if earlier.filter(series=name).exists():
        return name
    own = set(portrait.names)
    latest = earlier.order_by("series", "-imported_id").distinct("series")[:50]
    for shape in latest:
        theirs = set(shape.columns)
        if own and len(own & theirs) >= SAME_COLUMNS * len(own | theirs):
            return shape.series
    return name
