"""What a source no longer tells of: kept up to date with each file, and proposed to a person.

Nothing is ever withdrawn here. A file that is not known to be complete proposes nothing.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db.models import Max
from django.urls import reverse

from concord.customers.rows import fetch, run
from concord.kernel import notify
from concord.kernel.models import Source
from concord.kernel.time import now
from concord.records.models import ImportShape, ImportState, Silence, SilenceState
from concord.records.notices import SILENCE

ABSENT: Final = "absent_now"  # the session's temporary table of what is in no row of the file
LEARNT_AFTER: Final = 3  # files in a row that told of nearly all: then they are complete
NEARLY_ALL: Final = 0.02  # so much may be missing in each of them
_ANSWERED: Final = (SilenceState.GONE, SilenceState.WRONG, SilenceState.ENDED)


def bring_up_to_date(shape: ImportShape, source: Source, complete: bool | None) -> None:
    """Compare what is absent now with what was; inside the caller's transaction, which has filled
    the temporary table."""
    _come_back(source, shape.series)
    types = [
        type
        for type in shape.coverage
        if complete or (complete is None and _is_learnt(shape, source, type))
    ]
    for type in types:
        shape.coverage[type]["complete"] = 1
    run(f"DELETE FROM pg_temp.{ABSENT} WHERE NOT type = ANY(%s)", [types])  # noqa: S608
    opened = Silence.objects.filter(source=source, series=shape.series, state=SilenceState.OPEN)
    silence = opened.select_for_update().first()
    is_new = silence is None
    if silence is None:
        if not _news(source):
            return
        silence = Silence.objects.create(
            source=source, series=shape.series, imported=shape.imported,
            since=_last_heard(shape, source), found_at=now(),
        )  # fmt: skip
    _add(silence)
    _count(silence, shape)
    if is_new and silence.state == SilenceState.OPEN and source.owner is not None:
        notify.tell(
            source.owner, SILENCE, reverse("records:silence", args=[silence.pk]),
            source=source.words, missing=silence.missing,
        )  # fmt: skip


def _is_learnt(shape: ImportShape, source: Source, type: str) -> bool:
    """The files before this one each told of nearly all that was known; once learnt it holds until
    a person says otherwise in the mapping."""
    earlier = ImportShape.objects.filter(
        imported__source=source,
        imported__state=ImportState.DONE,
        imported__lt=shape.imported_id,
        series=shape.series,
    ).order_by("-imported_id")[:LEARNT_AFTER]
    found = [one.coverage.get(type, {"known": 0, "missing": 0}) for one in earlier]
    if found and found[0].get("complete"):
        return True
    return len(found) == LEARNT_AFTER and all(
        one["known"] and one["missing"] <= NEARLY_ALL * one["known"] for one in found
    )


def _come_back(source: Source, series: str) -> None:
    """What the file has again is no absence, but where a person said to keep it for good. What was
    withdrawn stays noted: it may have to be brought back."""
    run(
        f"""
        DELETE FROM records_absence a USING records_silence s
        WHERE s.id = a.silence_id AND s.source_id = %(source)s AND s.series = %(series)s
          AND s.state = ANY(%(states)s) AND NOT s.for_good
          AND NOT EXISTS (
              SELECT FROM pg_temp.{ABSENT} n
              WHERE n.kind = a.kind AND n.profile_id IS NOT DISTINCT FROM a.profile_id
                AND n.row_id IS NOT DISTINCT FROM a.row_id
          )
        """,  # noqa: S608
        {
            "source": source.pk,
            "series": series,
            "states": [
                SilenceState.OPEN,
                SilenceState.KEPT,
                SilenceState.WRONG,
                SilenceState.ENDED,
            ],
        },
    )


def _news(source: Source) -> bool:
    """Whether anything is absent of which nobody has decided."""
    return bool(
        fetch(
            f"""
            SELECT 1 FROM pg_temp.{ABSENT} n
            LEFT JOIN records_absence a ON a.kind = n.kind
              AND (a.profile_id = n.profile_id OR a.row_id = n.row_id)
            LEFT JOIN records_silence s ON s.id = a.silence_id
            WHERE s.id IS NULL OR s.state = ANY(%s) LIMIT 1
            """,  # noqa: S608
            [list(_ANSWERED)],
        )
    )


def _add(silence: Silence) -> None:
    """What is absent and was not before, or was once and has been answered, comes to it."""
    for column, key in (("profile_id", "profile_id"), ("row_id", "kind, row_id")):
        run(
            f"""
            INSERT INTO records_absence (silence_id, kind, type, profile_id, row_id, done)
            SELECT %(silence)s, kind, type, profile_id, row_id, FALSE FROM pg_temp.{ABSENT}
            WHERE {column} IS NOT NULL
            ON CONFLICT ({key}) WHERE {column} IS NOT NULL
            DO UPDATE SET silence_id = EXCLUDED.silence_id, done = FALSE
            WHERE (SELECT s.state FROM records_silence s
                   WHERE s.id = records_absence.silence_id) = ANY(%(answered)s)
            """,  # noqa: S608
            {"silence": silence.pk, "answered": list(_ANSWERED)},
        )


def _count(silence: Silence, shape: ImportShape) -> None:
    """What it is about by now; where all have come back, it has ended."""
    counts = fetch(
        "SELECT type, count(*) FROM records_absence WHERE silence_id = %s GROUP BY type",
        [silence.pk],
    )
    silence.counts = dict(counts)
    silence.known = sum(one["known"] for one in shape.coverage.values())
    silence.imported = shape.imported
    if not counts:
        silence.state = SilenceState.ENDED
    silence.save(update_fields=["counts", "known", "imported", "state"])


def _last_heard(shape: ImportShape, source: Source) -> datetime:
    """When the last file before this one was read."""
    earlier = ImportShape.objects.filter(
        imported__source=source, series=shape.series, imported__lt=shape.imported_id
    ).aggregate(at=Max("imported__finished_at"))
    found: datetime = earlier["at"] or shape.imported.started_at
    return found
