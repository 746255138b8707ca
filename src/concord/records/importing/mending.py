"""Many rows to fix are mended by one act: begun by a person, done in batches, resumed after a kill.

Each batch is one transaction with the progress: whatever ends the process, no row is taken up
twice and none is left out. Rows that are still wrong stay, each with its new reason.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from concord.customers.actions import matching
from concord.kernel import audit
from concord.kernel.errors import Problem
from concord.kernel.models import Source, User
from concord.kernel.time import now
from concord.records.actions.sources import keep_mapping
from concord.records.importing import kept
from concord.records.importing.amend import amended
from concord.records.importing.corrections import Correction
from concord.records.importing.kinds import mapping_like
from concord.records.importing.mapping import parse
from concord.records.importing.replay import DISMISSED, REPLAY_BATCH, Mended, TakeUp, held
from concord.records.importing.sheet import Sheet, SheetRow
from concord.records.importing.turns import beside
from concord.records.importing.undo import refuse_undone
from concord.records.models import (
    Import,
    Mending,
    MendingKind,
    MendingState,
    Rejection,
    RowGroup,
)

AT_ONCE: Final = 300  # so many rows are mended before the page answers; more, by the worker
_DISMISSES: Final = (MendingKind.DISMISS, MendingKind.FIRST)
_AS_THEY_ARE: Final = (MendingKind.AGAIN, MendingKind.FILE)  # no word on which of two rows holds


def begin(
    by: User | None,
    groups: Sequence[RowGroup],
    correction: Correction,
    *,
    keep: bool = False,
    note: str = "",
) -> Mending:
    """Begin to mend the rows of these groups, which are of one import, reason and column.

    With `keep` the correction is written into the source's mapping too. Raises Problem where there
    is nothing to mend, the import has been undone, or the mapping has no place for it.
    """
    imported, first = groups[0].imported, groups[0]
    refuse_undone(imported)
    with transaction.atomic():
        mending = Mending(
            imported=imported,
            kind=correction.kind,
            groups=sorted(group.pk for group in groups),
            correction=correction.as_json(),
            note=note,
            by=by,
            started_at=now(),
            rows_total=_how_many(correction.kind, groups),
        )
        if not mending.rows_total:
            raise _nothing_to_mend()
        if correction.translates:  # in the mapping of this import, whether it is kept or not
            text = amended(imported.mapping, first.code, first.column, correction)
            Import.objects.filter(pk=imported.pk).update(mapping=text)
        if keep:
            _keep(by, imported.source, mending, first, correction)
        mending.save()
        audit.record(
            by, "records.mend_rows", "mending", mending.pk,
            kind=mending.kind, rows=mending.rows_total,
        )  # fmt: skip
        _hand_over(mending)
    return mending


def again(imported: Import, by: User | None, mapping: str = "") -> Mending:
    """Begin to take up every open row of an import as it is, with its mapping or a mended one."""
    refuse_undone(imported)
    if mapping:
        parse(mapping)
    with transaction.atomic():
        if mapping:
            Import.objects.filter(pk=imported.pk).update(mapping=mapping)
        waiting = sum(imported.row_groups.values_list("waiting", flat=True))
        mending = Mending.objects.create(
            imported=imported, kind=MendingKind.AGAIN, by=by, started_at=now(), rows_total=waiting
        )
        audit.record(by, "records.mend_rows", "mending", mending.pk, kind=mending.kind)
        _hand_over(mending)
    return mending


def from_sheet(by: User | None, imported: Import, file: str, rows: int) -> Mending:
    """Begin to take up the rows of a mended spreadsheet, a file that `kept` keeps meanwhile."""
    refuse_undone(imported)
    with transaction.atomic():
        mending = Mending.objects.create(
            imported=imported, kind=MendingKind.FILE, file=file, by=by,
            started_at=now(), rows_total=rows,
        )  # fmt: skip
        audit.record(by, "records.mend_rows", "mending", mending.pk, kind=mending.kind)
        _hand_over(mending)
    return mending


def set_going(mending: Mending) -> Mending:
    """A few rows at once, so that the page can say what became of them; many are left to the
    worker."""
    return finish(mending) if mending.rows_total <= AT_ONCE else mending


def _hand_over(mending: Mending) -> None:
    """To the worker, in the transaction that begins it: whatever ends the request, it is done."""
    from concord.records.jobs import mend

    mend.defer(mending_id=mending.pk)


def finish(mending: Mending, progress: Callable[[int, int], None] | None = None) -> Mending:
    """Do what is left of it, until it is done or somebody stops it."""
    imported, sheet = mending.imported, Sheet(kept.path_of(mending.file))
    try:
        with beside(imported):
            while _batch(mending.pk, sheet):
                if progress:
                    mending.refresh_from_db()
                    progress(mending.rows_done, mending.rows_total)
    except Problem as problem:
        if problem.code == "running":
            raise
        Mending.objects.filter(pk=mending.pk, state=MendingState.RUNNING).update(
            state=MendingState.FAILED, problem=str(problem), finished_at=now()
        )
    mending.refresh_from_db()
    if mending.state == MendingState.DONE:
        kept.forget(mending.file)
    return mending


@transaction.atomic
def stop(mending: Mending, by: User | None) -> bool:
    """Stop it after its present batch; what is mended by then stays so."""
    stopped = Mending.objects.filter(pk=mending.pk, state=MendingState.RUNNING).update(
        state=MendingState.STOPPED, finished_at=now()
    )
    if stopped:
        audit.record(by, "records.stop_mending", "mending", mending.pk)
    return bool(stopped)


def resume(mending: Mending, by: User | None) -> bool:
    """Go on with one that was stopped or failed."""
    with transaction.atomic():
        resumed = Mending.objects.filter(
            pk=mending.pk, state__in=[MendingState.STOPPED, MendingState.FAILED]
        ).update(state=MendingState.RUNNING, finished_at=None, problem="")
        if resumed:
            audit.record(by, "records.resume_mending", "mending", mending.pk)
            _hand_over(mending)
    mending.refresh_from_db()
    if resumed:
        set_going(mending)
    return bool(resumed)


@transaction.atomic
def put_back(mending: Mending, by: User) -> None:
    """The source's mapping is again what it was before this mending; its rows stay mended.

    Raises Problem where somebody has changed the mapping since.
    """
    source = Source.objects.select_for_update().get(pk=mending.imported.source_id)
    if not mending.mapping_after or source.mapping != mending.mapping_after:
        raise Problem(
            _("The mapping has been changed since."),
            place=str(source),
            mend=_("Change it by hand, on the page of the source."),
            code="changed",
        )
    keep_mapping(by, source, mending.mapping_before)
    Mending.objects.filter(pk=mending.pk).update(put_back_at=now())


def _keep(
    by: User | None, source: Source, mending: Mending, group: RowGroup, correction: Correction
) -> None:
    source = Source.objects.select_for_update().get(pk=source.pk)
    what = ""
    if group.code == "repeated":
        row = group.rows.order_by("id").first()
        what = row.detail.get("what", "") if row else ""
    mending.mapping_before = mapping_like(group.imported)
    mending.mapping_after = amended(
        mending.mapping_before, group.code, group.column, correction, what
    )
    keep_mapping(by, source, mending.mapping_after)


def _how_many(kind: str, groups: Sequence[RowGroup]) -> int:
    fresh = RowGroup.objects.filter(pk__in=[group.pk for group in groups])
    counted = "dismissed" if kind == MendingKind.REOPEN else "waiting"
    return sum(fresh.values_list(counted, flat=True))


def _nothing_to_mend() -> Problem:
    return Problem(
        _("These rows have been mended or dismissed already."),
        mend=_("Look at the list again."),
        code="settled",
    )


# One batch


def _batch(mending_id: int, sheet: Sheet) -> bool:
    """Mend the next rows; False where none are left, or it was stopped."""
    with transaction.atomic():
        imported = held(Mending.objects.values_list("imported_id", flat=True).get(pk=mending_id))
        mending = Mending.objects.select_for_update().get(pk=mending_id)
        if mending.state != MendingState.RUNNING:
            return False
        rows = _next_rows(mending, sheet)
        if not rows:
            _finished(mending)
            return False
        to_match = _do(mending, imported, rows)
        mending.save()
    if to_match:
        matching.match(to_match)
    return True


def _do(mending: Mending, imported: Import, rows: list[Mended]) -> set[UUID]:
    mending.rows_done += len(rows)
    if mending.kind in _DISMISSES or mending.kind == MendingKind.REOPEN:
        mending.taken_up += len(rows)
        _settle(mending, [row.rejection.pk for row in rows])
        return set()
    found = [row for row in rows if row.rejection.resolved_at is None]
    is_choice = mending.kind not in _AS_THEY_ARE
    to_match = TakeUp(imported, mending.by, is_choice=is_choice).take(found, mending)
    mending.taken_up += sum(row.error is None for row in found)
    return to_match


def _settle(mending: Mending, ids: list[int]) -> None:
    rows = Rejection.objects.filter(pk__in=ids)
    if mending.kind == MendingKind.REOPEN:
        rows.update(resolved_at=None, resolved_by=None, resolution="", mending=mending)
        return
    rows.update(
        resolved_at=now(),
        resolved_by=mending.by,
        resolution=DISMISSED,
        note=mending.note,
        mending=mending,
    )


def _finished(mending: Mending) -> None:
    mending.state, mending.finished_at = MendingState.DONE, now()
    mending.save(update_fields=["state", "finished_at"])


def _next_rows(mending: Mending, sheet: Sheet) -> list[Mended]:
    """The rows that come next, locked; where it is now is written on the mending."""
    if mending.kind == MendingKind.FILE:
        return _next_of_sheet(mending, sheet)
    correction = Correction.from_json(mending.correction)
    without = correction.columns if mending.kind == MendingKind.WITHOUT else ()
    return [
        Mended(row, correction.cells(row.raw), without=without) for row in _next_of_groups(mending)
    ]


def _next_of_groups(mending: Mending) -> list[Rejection]:
    """Group by group, in each in the order of the file; without groups, the whole import's."""
    # A row that was tried and fails for another reason may come into a group that is yet to come.
    waiting = Rejection.objects.exclude(mending=mending).select_for_update(of=("self",))
    if mending.kind == MendingKind.REOPEN:
        waiting = waiting.filter(resolution=DISMISSED)
    else:
        waiting = waiting.filter(resolved_at=None)
    if not mending.groups:
        waiting = waiting.filter(imported=mending.imported_id, pk__gt=mending.row_at)
        return _noted(mending, list(waiting.order_by("id")[:REPLAY_BATCH]))
    rows: list[Rejection] = []
    for group in mending.groups:
        if group < mending.group_at or len(rows) >= REPLAY_BATCH:
            continue
        if group > mending.group_at:
            mending.group_at, mending.row_at = group, 0
        found = waiting.filter(group=group, pk__gt=mending.row_at).order_by("id")
        rows += _noted(mending, list(found[: REPLAY_BATCH - len(rows)]))
    return rows


def _noted(mending: Mending, rows: list[Rejection]) -> list[Rejection]:
    if rows:
        mending.row_at = rows[-1].pk
    return rows


def _next_of_sheet(mending: Mending, sheet: Sheet) -> list[Mended]:
    """The next rows of the mended spreadsheet that are of this import; the last of two holds."""
    while said := {one.rejection_id: one for one in _taken(mending, sheet)}:
        rows = Rejection.objects.select_for_update(of=("self",)).filter(
            pk__in=said, imported=mending.imported_id
        )
        if found := [
            Mended(row, said[row.pk].corrected(row), said[row.pk].whole)
            for row in rows.order_by("id")
        ]:
            return found
    return []


def _taken(mending: Mending, sheet: Sheet) -> list[SheetRow]:
    said = sheet.after(mending.imported, mending.row_at, REPLAY_BATCH)
    mending.row_at += len(said)
    return said
