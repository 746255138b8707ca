"""Whether a file is the next one of a system whose files came before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from concord.kernel.access import Viewer
from concord.kernel.models import Source
from concord.records import access
from concord.records.importing.shape import SAME_COLUMNS, series_of
from concord.records.models import Import, ImportShape, ImportState

MOST_SERIES = 500


@dataclass(frozen=True)
class Before:
    """The latest import with these columns. `is_sure`: of the same name, too, and of one source
    alone; then it is read as that source's files are until somebody says otherwise."""

    imported: Import
    is_sure: bool

    @property
    def source(self) -> Source:
        return self.imported.source


def before(viewer: Viewer, file_name: str, header: Sequence[str]) -> Before | None:
    """What came with the columns of this file from a source that the viewer tends, if anything."""
    shapes = (
        ImportShape.objects.filter(
            imported__source__in=Source.objects.filter(access.tended(viewer)),
            imported__state=ImportState.DONE,
        )
        .order_by("imported__source", "series", "-imported_id")
        .distinct("imported__source", "series")
        .select_related("imported__source")[:MOST_SERIES]
    )
    own, series = set(header), series_of(file_name)
    alike = [one for one in shapes if _is_alike(own, set(one.columns))]
    named = [one for one in alike if one.series == series]
    if not alike:
        return None
    latest = max(named or alike, key=lambda one: one.imported_id)
    is_sure = len({one.imported.source_id for one in named}) == 1
    return Before(latest.imported, is_sure)


def _is_alike(own: set[str], theirs: set[str]) -> bool:
    return bool(own) and len(own & theirs) >= SAME_COLUMNS * len(own | theirs)
