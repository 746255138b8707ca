"""Rows to fix are mended and taken up again, or dismissed by a person who does not need them."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.db import DataError, transaction
from django.utils.translation import gettext as _

from concord.customers.actions import matching
from concord.customers.rows import as_json, copy_line, run
from concord.kernel import audit
from concord.kernel.deadlocks import despite_deadlocks
from concord.kernel.errors import Problem
from concord.kernel.models import User
from concord.kernel.time import now
from concord.records.importing import groups, reasons
from concord.records.importing.apply import Applied, apply
from concord.records.importing.convert import Converter, Statement
from concord.records.importing.counts import Counts, count, outcome_of_row
from concord.records.importing.erased import ERASED, rows_of_erased
from concord.records.importing.mapping import parse
from concord.records.importing.naming import Names, named
from concord.records.importing.readers import Cell, Table
from concord.records.importing.rejected import (
    MENDED,
    WHOLE,
    WITHOUT,
    cells_of,
    kept,
    layout_of,
    taken_apart,
)
from concord.records.importing.seen import called
from concord.records.importing.turns import beside
from concord.records.importing.undo import refuse_undone
from concord.records.importing.values import CellError
from concord.records.importing.without import said_without
from concord.records.models import Import, Mending, Rejection
from concord.records.staging import lock_sources, stage

REPLAYED, DISMISSED = "replayed", "dismissed"
REPLAY_BATCH: Final = 1_000


@dataclass
class Mended:
    """A row to fix as somebody mended it; after `TakeUp.take` what became of it.

    `corrected` are cells by column; `whole` is the row as text, where it could not be cut into
    cells before; `without` are columns whose cells are no part of it.
    """

    rejection: Rejection
    corrected: Mapping[str, str] = field(default_factory=dict)
    whole: str | None = None
    without: tuple[str, ...] = ()
    statements: list[Statement] = field(default_factory=list)
    outcome: str = ""
    error: CellError | None = None


class TakeUp:
    """Takes up rows of one import; `take` inside the caller's transaction, `convert` anywhere."""

    def __init__(
        self,
        imported: Import,
        by: User | None,
        mapping: str = "",
        *,
        by_itself: bool = False,
        is_choice: bool = True,
    ) -> None:
        self.imported = imported
        self.by = by
        self.by_itself = by_itself  # nobody mends them now: they are mended as they were before
        self.is_choice = is_choice  # False: of two rows on one key the first holds
        self.mapping = parse(mapping or imported.mapping)
        self.converters: dict[tuple[str, ...], Converter] = {}

    def convert(self, rows: Sequence[Mended]) -> None:
        """What each row says as it is mended, or why it is still wrong; nothing is written."""
        for row in rows:
            try:
                row.statements = self._statements(row)
                if not self.is_choice:
                    _require_own_key(row)
            except CellError as error:
                row.error = error

    def take(self, rows: Sequence[Mended], mending: Mending | None = None) -> set[UUID]:
        """Apply all that can be applied; the others stay, with the new reason and what was
        corrected. The profiles that are to be matched after the commit."""
        self.convert(rows)
        self._park_erased(rows)
        good = [row for row in rows if row.error is None]
        try:
            applied = self._apply(good)
        except (DataError, UnicodeError):
            # The database refuses a value that we took for good: find its row, keep the others.
            self._find_refused(good)
            good = [row for row in good if row.error is None]
            applied = self._apply(good)
        self._count(good, applied)
        _resolve(good, None if self.by_itself else self.by, mending)
        self._keep_wrong([row for row in rows if row.error], mending)
        return applied.to_match

    def _park_erased(self, rows: Sequence[Mended]) -> None:
        """Who was erased does not come back by a row that waited either, and the others go on."""
        said = [() if row.error else row.statements for row in rows]
        wrong = {n: partial(self._named, row) for n, row in enumerate(rows) if row.error}
        for n in rows_of_erased(self.imported.source, said, wrong).gone:
            rows[n].error, rows[n].corrected = CellError(ERASED), {}
            rows[n].rejection.raw = {}

    def _named(self, row: Mended, sources: Collection[str]) -> Names | None:
        raw = dict(cells_of(row.rejection)) | dict(row.corrected)
        text = raw.pop(WHOLE, "") or row.rejection.raw.get(WHOLE, "")
        converter = self._converter(tuple(raw))
        delimiter = row.rejection.detail.get("delimiter", "")
        return named(converter, list(raw.values()), text, delimiter, sources)

    def _statements(self, row: Mended) -> list[Statement]:
        rejection = row.rejection
        if row.whole is not None:
            row.corrected = {WHOLE: kept(row.whole)}
            row.corrected = taken_apart(rejection, kept(row.whole))
        raw = dict(cells_of(rejection)) | dict(row.corrected)
        if not raw:
            raise CellError(rejection.code)
        given = self._converter(tuple(raw)).convert(_Padded(raw.values()))
        left_out = {*json.loads(rejection.detail.get(WITHOUT, "[]")), *row.without}
        said = [one.statement for one in given]
        return said_without(self.mapping, said, left_out) if left_out else said

    def _converter(self, names: tuple[str, ...]) -> Converter:
        if names not in self.converters:
            named = {name for name, _place in self.mapping.columns()}
            columns = [*names, *sorted(named - set(names))]
            table = Table(columns, lambda: iter(()))
            self.converters[names] = Converter(self.mapping, table, self.imported.source)
        return self.converters[names]

    @transaction.atomic
    def _apply(self, rows: Sequence[Mended]) -> Applied:
        said = [row.statements for row in rows]
        return apply(self.imported.source, said, self.imported.pk, self.by)

    def _find_refused(self, rows: Sequence[Mended]) -> None:
        for row in rows:
            with transaction.atomic():
                try:
                    self._apply([row])
                except (DataError, UnicodeError) as error:
                    row.error = CellError("refused", why=str(error).splitlines()[0])
                transaction.set_rollback(True)

    def _count(self, rows: Sequence[Mended], applied: Applied) -> None:
        """A row that was rejected counts by its outcome now: the counts still add up."""
        imported = Import.objects.select_for_update().get(pk=self.imported.pk)
        counts: Counts = imported.counts
        for row, outcomes in zip(rows, applied.outcomes, strict=True):
            row.outcome = outcome_of_row(name for _kind, name in outcomes)
            for kind, name in outcomes:
                count(counts, kind, name)
            count(counts, "rows", "rejected", -1)
            count(counts, "rows", row.outcome)
        imported.save(update_fields=["counts"])

    def _keep_wrong(self, rows: Sequence[Mended], mending: Mending | None) -> None:
        for row in rows:
            assert row.error is not None
            how = _how(row)
            _describe(row.rejection, row.error, row.corrected, row.without)
            if row.error.code != ERASED:
                row.rejection.detail[MENDED] = how
            row.rejection.mending = mending
        wrong = [row.rejection for row in rows]
        if wrong:
            groups.assign(self.imported, wrong)
            _write(wrong)


# What is written of a row that is still wrong.
_DESCRIBED: Final = (
    "id bigint", "raw jsonb", "code text", '"column" text', "value text", "detail jsonb",
    "reason text", "mend text", "group_id bigint", "mending_id bigint",
)  # fmt: skip


def _write(rows: Sequence[Rejection]) -> None:
    """All of them in one statement: a row at a time took a hundred times as long."""
    lines = (
        copy_line(
            (row.pk, as_json(row.raw), row.code, row.column, row.value, as_json(row.detail),
             row.reason, row.mend, row.group_id, row.mending_id)
        )
        for row in rows
    )  # fmt: skip
    stage("still_wrong", _DESCRIBED, lines)
    names = [column.split()[0] for column in _DESCRIBED[1:] if not column.startswith("detail")]
    run(
        f"""
        UPDATE records_rejection r SET {", ".join(f"{name} = s.{name}" for name in names)},
            detail = CASE WHEN s.detail ? 'mended'
                THEN jsonb_set(s.detail, '{{mended,said}}', {_SAID}) ELSE s.detail END
        FROM pg_temp.still_wrong s WHERE s.id = r.id
        """  # noqa: S608 - our own names
    )


# A digest of what the row `r` said when it came, before anybody mended it.
_SAID: Final = "to_jsonb(coalesce(r.detail #>> '{mended,said}', md5(r.raw::text)))"


def _resolve(rows: Sequence[Mended], by: User | None, mending: Mending | None) -> None:
    """They are taken up; how they were mended is kept with them (`as_before`)."""
    if not rows:
        return
    lines = (copy_line((row.rejection.pk, as_json(_how(row)))) for row in rows)
    stage("taken_up", ("id bigint", "mended jsonb"), lines)
    run(
        f"""
        UPDATE records_rejection r
        SET resolved_at = %(at)s, resolved_by_id = %(by)s, resolution = %(replayed)s,
            mending_id = %(mending)s, detail = r.detail || jsonb_build_object('mended',
                s.mended || jsonb_build_object('said', {_SAID}))
        FROM pg_temp.taken_up s WHERE s.id = r.id
        """,  # noqa: S608
        {"at": now(), "by": by and by.pk, "replayed": REPLAYED, "mending": mending and mending.pk},
    )


def _how(row: Mended) -> dict[str, Any]:
    """What was corrected of it so far, and why it had been wrong at first."""
    before = row.rejection.detail.get(MENDED, {})
    cells = before.get("cells", {}) | dict(row.corrected)
    cells.pop(WHOLE, None)  # it has been cut into cells since
    without = {*json.loads(row.rejection.detail.get(WITHOUT, "[]")), *row.without}
    code = before.get("code", row.rejection.code)
    return {"code": code, "cells": cells, "without": sorted(without)}


def _require_own_key(row: Mended) -> None:
    """A row that says something else of what stood in its file before waits until somebody says
    which holds, unless it was corrected or is read as another's. Raises CellError."""
    what = row.rejection.detail.get("what", "")
    is_waiting = row.rejection.code == "repeated" and not row.corrected and row.whole is None
    if is_waiting and what in {kept(called(one)) for one in row.statements}:
        row.statements = []
        raise CellError("repeated", "", what, what=what)


class _Padded(list[Cell]):
    """Cells of a row; a column that the raw row lacks is empty."""

    def __getitem__(self, place: Any) -> Any:
        return list.__getitem__(self, place) if place < len(self) else None


def replay(
    rejection: Rejection,
    by: User | None,
    corrected: Mapping[str, str] = {},
    text: str | None = None,
) -> str:
    """Take a row up again with corrected cells (by column); what became of it, as of a row.

    `text` is the whole row as it was mended, where it could not be cut into cells before.

    Raises Problem where it is still wrong: then the row stays, with the new reason and with what
    was corrected. A row that has been resolved already changes nothing.
    """
    with beside(rejection.imported):
        taken = despite_deadlocks(partial(_take_up, rejection, by, corrected, text))
    if taken is None:
        return "unchanged"
    mended, to_match = taken
    rejection.refresh_from_db()
    if mended.error:
        raise _still_wrong(rejection, mended.error)
    if to_match:
        matching.match(to_match)
    return mended.outcome


@transaction.atomic
def _take_up(
    rejection: Rejection, by: User | None, corrected: Mapping[str, str], text: str | None
) -> tuple[Mended, set[UUID]] | None:
    """The row as it was mended, and who is to be matched; None where it has been resolved."""
    imported = held(rejection.imported_id)
    found = Rejection.objects.select_for_update().get(pk=rejection.pk)
    if found.resolved_at is not None:
        return None
    mended = Mended(found, corrected, text)
    to_match = TakeUp(imported, by).take([mended])
    if mended.error is None:
        audit.record(by, "records.replay_row", "rejection", found.pk, line=found.line)
    return mended, to_match


def held(import_id: int) -> Import:
    """The import whose rows are taken up, with its source held until the transaction ends."""
    imported = Import.objects.select_related("source").get(pk=import_id)
    lock_sources([imported.source_id])  # before any row, as imports and undos do
    imported.refresh_from_db(fields=["state", "mapping"])
    refuse_undone(imported)
    return imported


@transaction.atomic
def dismiss(rejection: Rejection, by: User | None, note: str = "") -> None:
    """Say that the row is not needed, and why; it stays to be read, and may be taken up again."""
    found = Rejection.objects.select_for_update().get(pk=rejection.pk)
    if found.resolved_at is None:
        found.resolved_at, found.resolved_by, found.resolution = now(), by, DISMISSED
        found.note = note
        found.save(update_fields=["resolved_at", "resolved_by", "resolution", "note"])
        audit.record(by, "records.dismiss_row", "rejection", found.pk, line=found.line)
    rejection.refresh_from_db()


@transaction.atomic
def reopen(rejection: Rejection, by: User | None) -> None:
    """A row that was dismissed waits again."""
    found = Rejection.objects.select_for_update().get(pk=rejection.pk)
    if found.resolution == DISMISSED:
        found.resolved_at, found.resolved_by, found.resolution = None, None, ""
        found.save(update_fields=["resolved_at", "resolved_by", "resolution"])
        audit.record(by, "records.reopen_row", "rejection", found.pk, line=found.line)
    rejection.refresh_from_db()


def replay_all(imported: Import, by: User | None, mapping: str = "") -> dict[str, int]:
    """Take up every open row of an import as it is, with its mapping or a mended one; all of them
    before this returns. `importing.mending` does the same in the background."""
    from concord.records.importing.mending import again, finish

    mending = finish(again(imported, by, mapping))
    return {REPLAYED: mending.taken_up, "still to fix": mending.still_wrong}


def _still_wrong(rejection: Rejection, error: CellError) -> Problem:
    return Problem(
        reasons.reason(error.code, error.detail),
        place=_("line %(line)s") % {"line": rejection.line},
        mend=reasons.mend(error.code, error.detail),
        code=error.code,
    )


def _describe(
    rejection: Rejection, error: CellError, corrected: Mapping[str, str], without: tuple[str, ...]
) -> None:
    """The row says why it is wrong now, and keeps what was corrected."""
    raw = rejection.raw | dict(corrected)
    if len(raw) > 1:
        raw.pop(WHOLE, None)  # it has been cut into cells since
    detail = {name: kept(str(value)) for name, value in error.detail.items()}
    detail |= layout_of(rejection)
    if without:
        left_out = {*json.loads(detail.get(WITHOUT, "[]")), *without}
        detail[WITHOUT] = json.dumps(sorted(left_out), ensure_ascii=False)
    rejection.raw, rejection.detail = raw, detail
    rejection.code, rejection.column = error.code, error.column[:255]
    rejection.value = error.value
    rejection.reason, rejection.mend = reasons.in_english(error.code, error.detail)
