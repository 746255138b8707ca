"""One file is imported: in batches, each a transaction of its own with its progress.

A killed import is resumed by importing the same file with the same mapping again; a file that has
been imported changes nothing when it comes again.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from django.db import connection, transaction

from concord.customers.actions import matching
from concord.customers.rows import run
from concord.kernel import audit
from concord.kernel.errors import Problem
from concord.kernel.lost import is_lost
from concord.kernel.models import Source, User
from concord.kernel.time import now
from concord.records.importing import health
from concord.records.importing.as_before import mend_as_before
from concord.records.importing.batches import Batches, Progress
from concord.records.importing.convert import require_columns
from concord.records.importing.counts import nothing
from concord.records.importing.joins import joined
from concord.records.importing.mapping import Mapping, parse
from concord.records.importing.readers import Table, open_table
from concord.records.importing.rehearsal import rehearse
from concord.records.importing.steady import ChangedError, Steady, digest_of
from concord.records.importing.turns import running
from concord.records.importing.undo import refuse_undone, undo_import
from concord.records.models import Import, ImportState

_BEGINNING: Final = 0x1908  # our class of advisory locks: an import of this source is being begun


def run_import(
    path: Path,
    source: Source,
    mapping: str,
    *,
    by: User | None = None,
    dry_run: bool = False,
    match: bool = True,
    progress: Progress | None = None,
    file_name: str = "",
) -> Import:
    """Import a file with a mapping (TOML text) and say what became of it.

    Customers that are new or changed are matched after the commit of each batch; with `match`
    False they wait for `matching.match_pending`, as those of a killed import do. `file_name` is
    what people call the file, where it lies under another name.

    Returns the Import in state done or stopped; raises Problem where the file as a whole cannot
    be imported, and leaves an Import in state failed that says so. A dry run reports the same
    counts and leaves nothing (its Import has no id; its first rejected rows are `dry_rows`).
    """
    if dry_run:
        return _dry_run(path, source, mapping, by, progress)
    imported = begin(path, source, mapping, by, file_name)
    with running(imported):
        imported.refresh_from_db()
        refuse_undone(imported)  # somebody was quicker
        try:
            file = Steady.of(path)
            if file.digest != imported.file_digest:
                raise ChangedError(path.name)
            parsed, table = open_mapped(path, mapping)
            batches = Batches(
                imported, parsed, table, source, by, progress,
                match=match, file=file, looks_on=True,
            )  # fmt: skip
            finished = batches.go() and _settle_as_before(imported)
        except ChangedError as error:
            _fail(imported, error, path)
            undo_import(imported, by)  # what came in of it is half of a file
            raise
        except Exception as error:
            if not is_lost(error):  # else it goes on where it was, as after a kill
                _fail(imported, error, path)
            raise
        if finished:
            _finish(imported, source)
    if finished and match:
        matching.match_pending()
    imported.refresh_from_db()
    return imported


def open_mapped(path: Path, mapping: str) -> tuple[Mapping, Table]:
    """The mapping, and the file as a table with the columns that joins add."""
    parsed = parse(mapping)
    return parsed, joined(open_table(path, parsed.file), parsed.joins, path.parent)


def judge(path: Path, mapping: str) -> None:
    """Raises the Problem of a file that cannot be read, or has not the columns it should have."""
    require_columns(*open_mapped(path, mapping))


@transaction.atomic
def stop_import(imported: Import, by: User | None) -> bool:
    """Ask a running import to stop after its present batch; importing the file again resumes it."""
    stopped = Import.objects.filter(pk=imported.pk, state=ImportState.RUNNING).update(
        state=ImportState.STOPPED, finished_at=now()
    )
    if stopped:
        audit.record(by, "records.stop_import", "import", imported.pk)
    return bool(stopped)


@transaction.atomic
def begin(path: Path, source: Source, mapping: str, by: User | None, file_name: str = "") -> Import:
    """The Import of this file: one that was interrupted, or has just begun, is taken up."""
    digest = digest_of(path)
    run("SELECT pg_advisory_xact_lock(%s, %s)", [_BEGINNING, source.pk])  # two clicks at once
    latest = (
        Import.objects.filter(source=source, file_digest=digest, mapping=mapping)
        .order_by("-id")
        .first()
    )
    if latest and latest.state == ImportState.RUNNING:
        return latest
    if latest and (
        latest.state == ImportState.STOPPED
        or (latest.state == ImportState.FAILED and latest.rows_done)
    ):
        latest.state, latest.problem, latest.finished_at = ImportState.RUNNING, "", None
        latest.save(update_fields=["state", "problem", "finished_at"])
        return latest
    return Import.objects.create(
        source=source,
        file_name=(file_name or path.name)[:255],
        file_digest=digest,
        mapping=mapping,
        counts=nothing(),
        by=by,
        started_at=now(),
    )


def _fail(imported: Import, error: Exception, path: Path) -> None:
    if isinstance(error, Problem):
        error.place = error.place.replace(path.name, imported.file_name)
    said = str(error) if isinstance(error, Problem) else f"{type(error).__name__}: {error}"
    if connection.connection is not None and not connection.connection.closed:
        Import.objects.filter(pk=imported.pk).update(
            state=ImportState.FAILED, problem=said.replace("\x00", "␀"), finished_at=now()
        )


@transaction.atomic
def _finish(imported: Import, source: Source) -> None:
    at = now()
    Import.objects.filter(pk=imported.pk).update(state=ImportState.DONE, finished_at=at)
    Source.objects.filter(pk=source.pk).update(last_spoke_at=at)
    audit.record(imported.by, "records.import", "import", imported.pk)
    _replace_older_rejections(imported)
    health.judge(imported)


def _settle_as_before(imported: Import) -> bool:
    """What came again as it was is put aside or mended as it was; False where it was stopped."""
    _put_aside_again(imported)
    return mend_as_before(imported)


def _put_aside_again(imported: Import) -> None:
    """What somebody said nobody needs is not asked again while it says the same."""
    run(
        """
        WITH fresh AS (
            SELECT id, code, md5(raw::text) AS said FROM records_rejection
            WHERE imported_id = %(import)s AND resolved_at IS NULL AND raw <> '{}'
        ), latest AS (
            SELECT DISTINCT ON (fresh.id) fresh.id, old.resolution, old.note
            FROM fresh
            JOIN records_rejection old ON old.code = fresh.code AND md5(old.raw::text) = fresh.said
            JOIN records_import before ON before.id = old.imported_id
            WHERE before.source_id = %(source)s AND before.id < %(import)s
            ORDER BY fresh.id, old.id DESC
        )
        UPDATE records_rejection new
        SET resolved_at = %(at)s, resolution = 'dismissed', note = latest.note
        FROM latest WHERE new.id = latest.id AND latest.resolution = 'dismissed'
        """,
        {"at": now(), "source": imported.source_id, "import": imported.pk},
    )


def _replace_older_rejections(imported: Import) -> None:
    """A bad row that comes again each night need not be fixed twice: the latest stands for it."""
    run(
        """
        UPDATE records_rejection old SET resolved_at = %(at)s, resolution = 'came again'
        FROM records_import before, records_rejection new
        WHERE old.imported_id = before.id AND before.source_id = %(source)s
          AND new.imported_id = %(import)s AND old.imported_id < %(import)s
          AND old.resolved_at IS NULL AND old.code = new.code
          AND md5(old.raw::text) = md5(new.raw::text)
        """,
        {"at": now(), "source": imported.source_id, "import": imported.pk},
    )


def _dry_run(
    path: Path, source: Source, mapping: str, by: User | None, progress: Progress | None
) -> Import:
    """The whole import over tables of its own: exactly what would happen."""
    file = Steady.of(path)
    parsed, table = open_mapped(path, mapping)
    found = rehearse(path, source, parsed, table, by, progress, file=file, match=False)
    state = ImportState.DONE if found.finished else ImportState.STOPPED
    imported = Import(source=source, file_name=path.name[:255], mapping=mapping, by=by, state=state)
    imported.counts, imported.started_at, imported.file_digest = found.counts, now(), file.digest
    imported.dry_rows = found.rejected  # type: ignore[attr-defined]
    return imported
