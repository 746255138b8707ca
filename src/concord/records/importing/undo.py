"""An import is undone as a whole: what it said is withdrawn, what it changed is as it was before.

What another import or a person said later stays. Undone imports count as never said: undoing a
later one does not bring an earlier undone one back.

From the moment somebody asks for it (`begin_undo`) the import's word counts no more. Its rows are
taken back batch by batch, each a transaction of its own, so that it may be of any size; one that
was killed goes on where it was. Whoever says something meanwhile of a row that is still to be
taken back finds it taken back (`make_way`): the end is the same as if all had happened at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from concord.customers.rows import fetch
from concord.customers.said import ProfileSaid
from concord.kernel import audit
from concord.kernel.deadlocks import despite_deadlocks
from concord.kernel.errors import Problem
from concord.kernel.models import Source, User
from concord.kernel.time import now
from concord.records.actions.relations import RelationSaid
from concord.records.importing.convert import Statement
from concord.records.importing.taking_back import (
    ALLOCATIONS,
    KINDS,
    LINES,
    LINKS,
    PROFILES,
    RECORDS,
    RELATIONSHIPS,
    Ids,
    Kind,
    counted,
    nothing_yet,
)
from concord.records.importing.turns import running
from concord.records.models import (
    Import,
    ImportState,
    Rejection,
    Silence,
    SilenceState,
    WaitingPart,
)
from concord.records.said import AllocationSaid, LineSaid, LinkSaid, RecordSaid, Ref
from concord.records.staging import lock_sources

SIZE: Final = 2_000  # rows of a batch
Undone = dict[str, dict[str, int]]
Progress = Callable[[int, int | None], None]


def undo_import(imported: Import, by: User | None, progress: Progress | None = None) -> Undone:
    """How many of each kind were withdrawn and how many restored; once undone, nothing.

    Raises Problem while the import is being run, or undone by another process.
    """
    with running(imported):
        if not despite_deadlocks(partial(_begin, imported, by)):
            return {}
        _take_back(imported, progress)
        undone = _finish(imported.pk)
    imported.refresh_from_db()
    return undone


def begin_undo(imported: Import, by: User | None) -> bool:
    """Say that the import's word counts no more; `undo_import` does the rest. False: it is undone.

    Raises Problem while the import is being run, or undone already.
    """
    with running(imported):
        return despite_deadlocks(partial(_begin, imported, by))


def refuse_undone(imported: Import) -> None:
    if imported.state in {ImportState.UNDOING, ImportState.UNDONE}:
        raise Problem(
            _("This import has been undone."),
            place=imported.file_name,
            mend=_("Import the file again."),
        )


def make_way(source: Source, said: Iterable[Statement]) -> None:
    """Take back at once what an import that is being undone has said of the same.

    Inside the caller's transaction, which holds the lock on the source.
    """
    undoing = Import.objects.filter(source=source, state=ImportState.UNDOING)
    ids = list(undoing.values_list("pk", flat=True))
    if not ids:
        return
    statements = list(said)
    for kind, found in _of_the_same(source, statements):
        for import_id in ids:
            counts = kind.take_back(import_id, found)
            if any(counts.values()):
                counted(import_id, kind.name, counts)


@transaction.atomic
def _begin(imported: Import, by: User | None) -> bool:
    lock_sources([imported.source_id])
    fresh = Import.objects.select_for_update().get(pk=imported.pk)
    if fresh.state == ImportState.UNDONE:
        return False
    if fresh.state == ImportState.UNDOING:
        return True  # one that was killed: it goes on
    fresh.state, fresh.undone_by = ImportState.UNDOING, by
    fresh.undo_counts, fresh.undo_done = nothing_yet(), 0
    fresh.undo_total = sum(kind.size(fresh.pk) for kind in KINDS)
    # Nothing that waited may still arrive, and no row to fix of it be replayed.
    waiting = WaitingPart.objects.filter(import_id=fresh.pk).delete()[0]
    fresh.undo_counts["waiting"]["withdrawn"] = waiting
    Rejection.objects.filter(imported=fresh, resolved_at=None).update(
        resolved_at=now(), resolved_by=by, resolution="undone"
    )
    _forget_silence(fresh, by)
    fresh.save(update_fields=["state", "undone_by", "undo_counts", "undo_done", "undo_total"])
    audit.record(by, "records.undo_import", "import", fresh.pk)
    return True


def _forget_silence(imported: Import, by: User | None) -> None:
    """What is proposed because this file lacks it is proposed no more; the next file is asked anew.
    What a person has decided stays as decided."""
    for silence in Silence.objects.filter(imported=imported, state=SilenceState.OPEN):
        audit.record(
            by, "records.silence_undone", "silence", silence.pk, rows=silence.missing
        )  # fmt: skip
        silence.delete()


def _take_back(imported: Import, progress: Progress | None) -> None:
    for kind in KINDS:
        after = kind.lowest
        while True:
            batch = despite_deadlocks(partial(_take_back_of, kind, imported, after))
            if batch is None:
                break
            after, now_at = batch
            if progress:
                progress(now_at.undo_done, now_at.undo_total)


@transaction.atomic
def _take_back_of(kind: Kind, imported: Import, after: Any) -> tuple[Any, Import] | None:
    """The next batch: its last id, and the import as it is then; None at the end."""
    lock_sources([imported.source_id])
    ids = kind.following(imported.pk, after, SIZE)
    if not ids:
        return None
    return ids[-1], counted(imported.pk, kind.name, kind.take_back(imported.pk, ids))


@transaction.atomic
def _finish(import_id: int) -> Undone:
    fresh = Import.objects.select_for_update().get(pk=import_id)
    fresh.state, fresh.undone_at = ImportState.UNDONE, now()
    fresh.undo_total = fresh.undo_done  # what was erased meanwhile had not to be taken back
    fresh.save(update_fields=["state", "undone_at", "undo_total"])
    undone: Undone = fresh.undo_counts
    audit.record(fresh.undone_by, "records.undone_import", "import", import_id, counts=undone)
    return undone


# What a batch of statements speaks of


def _of_the_same(source: Source, said: Sequence[Statement]) -> Iterable[tuple[Kind, Ids]]:
    """The rows of which these statements speak, kind by kind, in the order of an undo."""
    of_records = [Ref(one.type, one.key) for one in said if isinstance(one, RecordSaid)]
    yield RECORDS, _record_ids(source, of_records)
    of_lines = [one.record for one in said if isinstance(one, LineSaid)]
    yield LINES, _part_ids(LINES, "record_id", _record_ids(source, of_lines))
    of_links = [one.from_record for one in said if isinstance(one, LinkSaid)]
    yield LINKS, _part_ids(LINKS, "from_record_id", _record_ids(source, of_links))
    keys = [one.key for one in said if isinstance(one, AllocationSaid)]
    yield ALLOCATIONS, _part_ids(ALLOCATIONS, "key", keys, f"source_id = {source.pk}")
    ends = _profile_ids(source, [one.from_key for one in said if isinstance(one, RelationSaid)])
    yield RELATIONSHIPS, _part_ids(RELATIONSHIPS, "from_profile_id", ends)
    yield PROFILES, _profile_ids(source, [one.key for one in said if isinstance(one, ProfileSaid)])


def _record_ids(source: Source, refs: Sequence[Ref]) -> Ids:
    rows = fetch(
        """
        SELECT DISTINCT r.id
        FROM unnest(%s::text[], %s::text[], %s::text[]) AS w(source, type, key)
        JOIN kernel_source s ON s.key = w.source
        JOIN records_record r ON r.source_id = s.id AND r.type = w.type AND r.key = w.key
        """,
        [
            [ref.source or source.key for ref in refs],
            [ref.type for ref in refs],
            [ref.key for ref in refs],
        ],
    )
    return [row[0] for row in rows]


def _part_ids(kind: Kind, column: str, values: Ids, of: str = "TRUE") -> Ids:
    rows = fetch(
        f"SELECT id FROM {kind.table} WHERE {of} AND {column} = ANY(%s) AND {kind.is_alive}",  # noqa: S608
        [values],
    )
    return [row[0] for row in rows]


def _profile_ids(source: Source, keys: Sequence[str]) -> Ids:
    rows = fetch(
        "SELECT id FROM customers_profile WHERE source_id = %s AND key = ANY(%s)",
        [source.pk, list(keys)],
    )
    return [row[0] for row in rows]
