"""The rows of a file, batch by batch: converted, compared with what it said before, applied."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Final
from uuid import UUID

from django.db import DataError, transaction

from concord.customers.actions.matching import Matching
from concord.kernel.deadlocks import despite_deadlocks
from concord.kernel.memory import uncollected
from concord.kernel.models import Source, User
from concord.kernel.threads import in_turns
from concord.kernel.time import now
from concord.records.actions.parts import require_lines_of
from concord.records.importing import groups, reasons
from concord.records.importing.alike import Alike
from concord.records.importing.apply import Applied, apply
from concord.records.importing.convert import Converter, Given, Statement
from concord.records.importing.counts import Counts, count, nothing, outcome_of_row
from concord.records.importing.erased import ERASED, rows_of_erased
from concord.records.importing.mapping import LineBlock, Mapping
from concord.records.importing.naming import Names, named
from concord.records.importing.readers import Row, Table
from concord.records.importing.rejected import kept, layout, raw_of
from concord.records.importing.seen import Mark, Seen, called, marks_of
from concord.records.importing.steady import Steady
from concord.records.importing.values import CellError
from concord.records.importing.witness import Witness
from concord.records.models import Import, ImportState, Rejection
from concord.records.staging import lock_sources

SIZE: Final = 5_000
Progress = Callable[[int, int | None], None]


@dataclass
class Prepared:
    """One row of a batch: what it gives, or why it is to be fixed."""

    row: Row
    statements: list[Statement] = field(default_factory=list)
    repeats: bool = False
    error: CellError | None = None
    is_kept: bool = True  # as a row to fix, with what it says


class Batches:
    """Applies what has not been done yet of an import; its progress is saved with each batch."""

    def __init__(
        self,
        imported: Import,
        mapping: Mapping,
        table: Table,
        source: Source,
        by: User | None,
        progress: Progress | None,
        *,
        file: Steady,
        match: bool = True,
        looks_on: bool = False,
    ) -> None:
        imported.refresh_from_db()
        self.imported = imported
        self.table = table
        self.file = file
        self.source = source
        self.by = by
        self.progress = progress
        self.match = match
        if source.pk is not None:  # else it is made when the file is imported
            lines = [block for block in mapping.blocks if isinstance(block, LineBlock)]
            require_lines_of(source, (block.record.source for block in lines))
        self.converter = Converter(mapping, table, source)
        self.witness = Witness(imported, mapping, table, self.converter) if looks_on else None
        self.counts: Counts = imported.counts or nothing()
        self.rows_done = imported.rows_done

    def go(self) -> bool:
        """True at the end of the file; False where it was stopped."""
        with uncollected(), in_turns(), Matching() as matching:
            return self._go(matching)

    def _go(self, matching: Matching) -> bool:
        seen, self.alike = Seen(), Alike()
        rows = self.table.rows()
        try:
            for batch in _batches(rows, self.rows_done):
                self._prepare(batch, seen)  # what was done before it was interrupted
            for prepared in self._ahead(rows, seen):
                to_match = despite_deadlocks(partial(self._save, prepared))
                if to_match is None:
                    return False
                if to_match and self.match:
                    matching.add(to_match)
                gc.collect(0)  # the few cycles that the database's driver leaves
                if self.progress:
                    self.progress(self.rows_done, self.table.size)
            matching.finish()
            if self.witness:
                self.witness.tell(seen)
            Import.objects.filter(pk=self.imported.pk).update(warnings=self.alike.warnings())
        except KeyboardInterrupt:
            Import.objects.filter(pk=self.imported.pk).update(
                state=ImportState.STOPPED, finished_at=now()
            )
            return False
        finally:
            seen.close()
            self.alike.close()
        return True

    def _ahead(self, rows: Iterator[Row], seen: Seen) -> Iterator[list[Prepared]]:
        """Batches, each read and converted while the database still works on the one before."""
        batches = _batches(rows)

        def following() -> list[Prepared] | None:
            batch = next(batches, None)
            if batch is None:
                self.file.require_whole()
                return None
            self.file.require_same()
            return self._prepare(batch, seen)

        with ThreadPoolExecutor(max_workers=1) as reader:
            prepared = reader.submit(following).result()
            while prepared is not None:
                after = reader.submit(following)
                yield prepared
                prepared = after.result()

    def _prepare(self, batch: Sequence[Row], seen: Seen) -> list[Prepared]:
        converted: list[tuple[Row, list[tuple[Given, list[Mark]]], CellError | None]] = []
        for row in batch:
            try:
                given = convert(self.converter, row)
                converted.append((row, [(one, marks_of(one)) for one in given], None))
            except CellError as error:
                converted.append((row, [], error))
        self.alike.add(one.statement for _, given, _ in converted for one, _ in given)
        with seen.batch(m for _, given, _ in converted for _, marks in given for m in marks):
            prepared = [self._compared(row, given, error, seen) for row, given, error in converted]
        if self.witness:
            self.witness.see(batch, [one.row for one in prepared if one.error], seen)
        return prepared

    def _compared(
        self,
        row: Row,
        given: list[tuple[Given, list[Mark]]],
        error: CellError | None,
        seen: Seen,
    ) -> Prepared:
        """Leave out what the file said before; another word on the same key is to be fixed."""
        prepared = Prepared(row, error=error)
        for one, marks in given:
            if seen.differs(marks) and one.repeated == "problem":
                what = called(one.statement)
                return Prepared(row, error=CellError("repeated", "", what, what=what))
        for one, marks in given:
            if seen.knows(marks) or seen.differs(marks):
                prepared.repeats = True
            else:
                prepared.statements.append(one.statement)
            seen.add(marks)
        return prepared

    def _save(self, prepared: list[Prepared]) -> set[UUID] | None:
        """Apply a batch with its progress; None where somebody has stopped the import."""
        counts: Counts = {kind: dict(of_kind) for kind, of_kind in self.counts.items()}
        with transaction.atomic():
            self._park_erased(prepared)
            to_match = self._apply(prepared, counts)
            rejections = [rejection(self.imported, self.table, p) for p in prepared if p.error]
            groups.keep(self.imported, rejections)
            done = self.rows_done + len(prepared)
            running = Import.objects.filter(pk=self.imported.pk, state=ImportState.RUNNING).update(
                rows_done=done, rows_total=max(done, self.table.size or 0), counts=counts
            )
            if not running:
                transaction.set_rollback(True)
                return None
        self.rows_done, self.counts = done, counts
        return to_match

    def _park_erased(self, prepared: list[Prepared]) -> None:
        """Who was erased does not come back by a file; behind the lock of the source, so that an
        erasure that begins just now is seen."""
        lock_sources([self.source.pk])
        said = [() if one.error else one.statements for one in prepared]
        wrong = {n: partial(self._named, one.row) for n, one in enumerate(prepared) if one.error}
        found = rows_of_erased(self.source, said, wrong)
        for n in found.gone:
            prepared[n].error = CellError(ERASED)
        for n in found.untold:
            prepared[n].is_kept = False

    def _named(self, row: Row, sources: Collection[str]) -> Names | None:
        return named(self.converter, row.cells, row.text, self.table.delimiter, sources)

    def _apply(self, prepared: list[Prepared], counts: Counts) -> set[UUID]:
        try:
            applied = self._receive(prepared)
        except (DataError, UnicodeError):
            # The database refuses a value that we took for good: find its row, keep the others.
            self._find_refused(prepared)
            applied = self._receive(prepared)
        alike = Counter(
            (one.error is None, one.repeats, tuple(outcomes))
            for one, outcomes in zip(prepared, applied.outcomes, strict=True)
        )
        for (is_good, repeats, outcomes), rows in alike.items():
            for kind, outcome in said_of(is_good, repeats, outcomes):
                count(counts, kind, outcome, rows)
        return applied.to_match

    @transaction.atomic
    def _receive(self, prepared: list[Prepared]) -> Applied:
        rows = [() if one.error else one.statements for one in prepared]
        return apply(self.source, rows, self.imported.pk, self.by)

    def _find_refused(self, prepared: list[Prepared]) -> None:
        for one in prepared:
            if one.error:
                continue
            with transaction.atomic():
                try:
                    self._receive([one])
                except (DataError, UnicodeError) as error:
                    one.error = CellError("refused", why=str(error).splitlines()[0])
                transaction.set_rollback(True)


def _batches(rows: Iterator[Row], most: int | None = None) -> Iterator[list[Row]]:
    """The next rows in batches; all of them, or at most so many."""
    left = most
    while left is None or left > 0:
        batch = list(islice(rows, SIZE if left is None else min(SIZE, left)))
        if not batch:
            return
        if left is not None:
            left -= len(batch)
        yield batch


def convert(converter: Converter, row: Row) -> list[Given]:
    if row.problem:
        raise CellError(row.problem)
    return converter.convert(row.cells)


def said_of(
    is_good: bool, repeats: bool, outcomes: Sequence[tuple[str, str]]
) -> list[tuple[str, str]]:
    """What a row adds to the counts: itself, its outcome, and those of its statements."""
    if not is_good:
        return [("rows", "read"), ("rows", "rejected")]
    found = [outcome for _, outcome in outcomes]
    if repeats:
        found.append("unchanged")
    return [("rows", "read"), ("rows", outcome_of_row(found)), *outcomes]


def rejection(imported: Import, table: Table, prepared: Prepared) -> Rejection:
    """The row to fix: kept whole, with its place, the reason and the mend; of who was erased, and
    where nobody can tell whether it is of them, without what it says."""
    error, row = prepared.error, prepared.row
    assert error is not None
    is_kept = prepared.is_kept and error.code != ERASED
    reason, mend = reasons.in_english(error.code, error.detail)
    return Rejection(
        imported=imported,
        line=row.line,
        column=error.column[:255],
        value=kept(error.value) if is_kept else "",
        code=error.code,
        reason=reason,
        mend=mend,
        detail={name: kept(str(value)) for name, value in error.detail.items()} | layout(table),
        raw=raw_of(table, row) if is_kept else {},
        found_at=now(),
    )
