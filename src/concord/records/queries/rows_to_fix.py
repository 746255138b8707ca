"""Rows to fix as people see them: in groups that are alike, each with a row as an example."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet, Sum

from concord.kernel.access import Viewer
from concord.kernel.models import Source
from concord.records import access
from concord.records.models import Rejection, RowGroup
from concord.ui import paging

SHOWN: Final = 30


@dataclass(frozen=True, slots=True)
class Alike:
    """A group that waits, the first of its rows, and how many wait of its reason and column."""

    group: RowGroup
    example: Rejection
    in_column: int


def rows_to_fix(viewer: Viewer) -> int:
    """How many rows wait that the viewer may fix."""
    return int(groups_to_fix(viewer).aggregate(n=Sum("waiting"))["n"] or 0)


def groups_to_fix(viewer: Viewer) -> QuerySet[RowGroup]:
    """The groups with rows to fix of the sources that the viewer tends."""
    return RowGroup.objects.filter(waiting__gt=0, imported__source__in=_tended(viewer))


def waiting_by_source() -> dict[int, int]:
    """How many rows of each source wait."""
    groups = RowGroup.objects.filter(waiting__gt=0)
    return dict(groups.values_list("imported__source").annotate(n=Sum("waiting")))


def page_of_groups(groups: QuerySet[RowGroup], cursor: str = "") -> paging.Page[Alike]:
    """The largest first (four queries)."""
    chosen = groups.select_related("imported__source").order_by("-waiting", "id")
    if cursor:
        waiting, pk = paging.decode(cursor, int, int)
        chosen = chosen.filter(Q(waiting__lt=waiting) | Q(waiting=waiting, id__gt=pk))
    found = list(chosen[: SHOWN + 1])
    last = found[SHOWN - 1] if len(found) > SHOWN else None
    examples = _examples(found[:SHOWN])
    like = in_columns(found[:SHOWN])
    shown = [
        Alike(group, examples[group.pk], like.get(_column_of(group), 0))
        for group in found[:SHOWN]
        if group.pk in examples
    ]
    for one in shown:
        one.example.imported = one.group.imported
    return paging.Page(shown, paging.encode(last.waiting, last.pk) if last else "")


def page_of_rows(groups: Sequence[RowGroup], cursor: str = "") -> paging.Page[Rejection]:
    """The rows that wait in these groups of one import, in the order of the file."""
    ids = [group.pk for group in groups]
    rows = Rejection.objects.filter(resolved_at=None, group__in=ids).order_by("id")
    return _page(rows, cursor)


def page_of_dismissed(viewer: Viewer, cursor: str = "") -> paging.Page[Rejection]:
    """What people said that nobody needs, the latest first."""
    rows = Rejection.objects.filter(
        resolution="dismissed", imported__source__in=_tended(viewer)
    ).select_related("imported__source", "resolved_by")
    return _page(rows.order_by("-id"), cursor, down=True)


def siblings(group: RowGroup) -> list[RowGroup]:
    """The groups that wait of the same import, reason and column, the largest first."""
    return list(
        RowGroup.objects.filter(
            imported=group.imported_id, code=group.code, column=group.column, waiting__gt=0
        ).order_by("-waiting", "id")
    )


def in_columns(groups: Sequence[RowGroup]) -> dict[tuple[int, str, str], int]:
    """How many rows wait of the import, reason and column of each group, whatever their value."""
    imports = {group.imported_id for group in groups}
    columns = {group.column for group in groups} - {""}
    like = RowGroup.objects.filter(imported__in=imports, column__in=columns, waiting__gt=0)
    counted = like.values_list("imported_id", "code", "column").annotate(n=Sum("waiting"))
    return {(imported, code, column): n for imported, code, column, n in counted}


def in_column(group: RowGroup) -> int:
    """How many rows wait of its import, reason and column."""
    return in_columns([group]).get(_column_of(group), 0)


def _column_of(group: RowGroup) -> tuple[int, str, str]:
    return group.imported_id, group.code, group.column


def _tended(viewer: Viewer) -> QuerySet[Source]:
    return Source.objects.filter(access.tended(viewer))


def _examples(groups: Sequence[RowGroup]) -> dict[int, Rejection]:
    """The first row that waits in each group: one look into an index for each."""
    rows = Rejection.objects.raw(
        """
        SELECT r.* FROM unnest(%s::bigint[]) AS g(id)
        CROSS JOIN LATERAL (
            SELECT * FROM records_rejection r
            WHERE r.group_id = g.id AND r.resolved_at IS NULL ORDER BY r.id LIMIT 1
        ) r
        """,
        [[group.pk for group in groups]],
    )
    return {row.group_id: row for row in rows}


def _page(rows: QuerySet[Rejection], cursor: str, *, down: bool = False) -> paging.Page[Rejection]:
    if cursor:
        (pk,) = paging.decode(cursor, int)
        rows = rows.filter(id__lt=pk) if down else rows.filter(id__gt=pk)
    found = list(rows[: SHOWN + 1])
    following = paging.encode(found[SHOWN - 1].pk) if len(found) > SHOWN else ""
    return paging.Page(found[:SHOWN], following)
