"""Rows that somebody mended before and that come again, saying the very same: mended so again.

A night's export has the same mistake as that of the night before, until somebody mends it where it
was made. Each row that is taken up keeps how (`rejected.mended`), with a digest of what it said.
When an import of the same source ends, its rows that say the very same and are wrong for the same
reason are taken up with the same correction, batch by batch: each a transaction of its own, so that
one that was killed goes on with what is left.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import groupby
from typing import Final

from concord.customers.rows import fetch, run
from concord.kernel import deadlocks
from concord.kernel.errors import Problem
from concord.records.importing.amend import amended
from concord.records.importing.corrections import Correction
from concord.records.importing.counts import count
from concord.records.importing.rejected import MENDED
from concord.records.importing.replay import REPLAY_BATCH, Mended, TakeUp
from concord.records.models import Import, ImportState, Mending, Rejection
from concord.records.staging import lock_sources

# The latest row of the source that said the same and was mended; what an import said that has been
# undone does not count. Both conditions on `old` are those of an index.
_SAME: Final = """
    FROM records_rejection new
    JOIN {schema}records_rejection old
      ON old.detail #>> '{{mended,said}}' = md5(new.raw::text) AND old.resolution = 'replayed'
     AND old.detail #>> '{{mended,code}}' = new.code
    JOIN {schema}records_import before ON before.id = old.imported_id
    WHERE new.imported_id = %(import)s AND new.resolved_at IS NULL AND new.raw <> '{{}}'
      AND before.source_id = %(source)s AND before.id <> %(import)s
      AND before.state NOT IN ('undone', 'undoing')
"""


def mend_as_before(imported: Import) -> bool:
    """Take up what was mended before; False where the import was stopped meanwhile.

    To be called by whoever runs the import, at its end. Its customers wait to be matched.
    """
    run("DROP TABLE IF EXISTS pg_temp.mended_before")
    run(
        "CREATE TEMP TABLE mended_before AS SELECT DISTINCT ON (new.id) new.id, old.id AS old_id"
        + _SAME.format(schema="")
        + "ORDER BY new.id, old.id DESC",
        {"import": imported.pk, "source": imported.source_id},
    )
    after, take_ups = 0, _TakeUps(imported)
    while same := _following(after):
        if not _take_up(imported, same, take_ups):
            return False
        after = max(same)
    run("DROP TABLE pg_temp.mended_before")
    return True


def would_be_mended(imported: Import, schema: str) -> int:
    """Of a dry run over tables of its own: how many of its rows to fix the import would mend."""
    [(rows,)] = fetch(
        "SELECT count(DISTINCT new.id)" + _SAME.format(schema=f"{schema}."),
        {"import": imported.pk, "source": imported.source_id},
    )
    return int(rows)


def _following(after: int) -> dict[int, int]:
    rows = fetch(
        "SELECT id, old_id FROM pg_temp.mended_before WHERE id > %s ORDER BY id LIMIT %s",
        [after, REPLAY_BATCH],
    )
    return dict(rows)


@deadlocks.atomic
def _take_up(imported: Import, same: dict[int, int], take_ups: _TakeUps) -> bool:
    lock_sources([imported.source_id])
    running = Import.objects.select_for_update().filter(pk=imported.pk, state=ImportState.RUNNING)
    if not running.exists():
        return False
    rows = Rejection.objects.select_for_update().filter(pk__in=same, resolved_at=None)
    mended = 0
    for mending, found in _as_before(list(rows.order_by("id")), same):
        take_up = take_ups.of(mending, found[0])
        take_up.convert(found)
        good = [row for row in found if row.error is None]  # the others wait as they came
        take_up.take(good, mending)
        mended += sum(row.error is None for row in good)
    if mended:
        counted = Import.objects.get(pk=imported.pk)
        count(counted.counts, MENDED, "as_before", mended)
        counted.save(update_fields=["counts"])
    return True


def _as_before(
    rows: list[Rejection], same: dict[int, int]
) -> Iterator[tuple[Mending | None, list[Mended]]]:
    """The rows with their correction; together with the mending that taught a mapping a word."""
    old = Rejection.objects.select_related("mending").in_bulk([same[row.pk] for row in rows])

    def teaching(row: Rejection) -> int:
        mending = old[same[row.pk]].mending
        return mending.pk if mending and Correction.from_json(mending.correction).translates else 0

    for number, alike in groupby(sorted(rows, key=teaching), key=teaching):
        found = list(alike)
        how = [old[same[row.pk]] for row in found]
        yield (
            how[0].mending if number else None,
            [
                Mended(
                    row, was.detail[MENDED]["cells"], without=tuple(was.detail[MENDED]["without"])
                )
                for row, was in zip(found, how, strict=True)
            ],
        )


class _TakeUps:
    """Takes rows up with the import's mapping, or with that and a word that a mending taught it."""

    def __init__(self, imported: Import) -> None:
        self.imported = imported
        self.known: dict[int, TakeUp] = {}

    def of(self, mending: Mending | None, row: Mended) -> TakeUp:
        number = mending.pk if mending else 0
        if number not in self.known:
            self.known[number] = TakeUp(
                self.imported, self.imported.by, self._mapping(mending, row), by_itself=True
            )
        return self.known[number]

    def _mapping(self, mending: Mending | None, row: Mended) -> str:
        if mending:
            with suppress(Problem):  # the mapping has no place for it any more: the rows wait
                correction = Correction.from_json(mending.correction)
                found = row.rejection
                return amended(self.imported.mapping, found.code, found.column, correction)
        return self.imported.mapping
