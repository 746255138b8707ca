"""Rows to fix that are alike stand in one group: a person mends them all at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from concord.customers.rows import as_json, copy
from concord.records.models import Import, Rejection, RowGroup

LONGEST_VALUE: Final = 200
MOST_VALUES: Final = 100  # of one column for one reason; the rows of further values stand together
ONE_OF_A_KIND: Final = frozenset({"repeated"})  # their value names a row, nothing that repeats

Alike = tuple[str, str, str | None]  # code, column, value


def keep(imported: Import, rejections: Sequence[Rejection]) -> None:
    """Keep rows to fix, each in its group; inside the caller's transaction."""
    if rejections:
        assign(imported, rejections)
        copy("records_rejection", _COLUMNS, map(_line, rejections))


_COLUMNS: Final = (
    "imported_id", "group_id", "line", '"column"', "value", "code", "reason", "mend", "detail",
    "raw", "found_at", "resolution", "note",
)  # fmt: skip


def _line(row: Rejection) -> tuple[object, ...]:
    return (
        row.imported_id, row.group_id, row.line, row.column, row.value, row.code, row.reason,
        row.mend, as_json(row.detail), as_json(row.raw), row.found_at, "", "",
    )  # fmt: skip


def assign(imported: Import, rejections: Iterable[Rejection]) -> None:
    """Say to which group each row belongs; groups that there are not yet are made."""
    rows = list(rejections)
    if not rows:
        return
    known = _known(imported, {(row.code, row.column) for row in rows})
    values: dict[tuple[str, str], int] = {}
    for code, column, value in known:
        values[code, column] = values.get((code, column), 0) + (value is not None)
    wanted: dict[Alike, None] = {}
    of_row: list[Alike] = []
    for row in rows:
        alike = _alike(row)
        if alike not in known and alike not in wanted and alike[2] is not None:
            place = row.code, row.column
            values[place] = values.get(place, 0) + 1
            if values[place] > MOST_VALUES:
                alike = (row.code, row.column, None)
        if alike not in known:
            wanted[alike] = None
        of_row.append(alike)
    known |= _made(imported, wanted)
    for row, alike in zip(rows, of_row, strict=True):
        row.group_id = known[alike]


def _alike(row: Rejection) -> Alike:
    tells = len(row.value) <= LONGEST_VALUE and row.code not in ONE_OF_A_KIND
    return row.code, row.column, row.value if tells else None


def _known(imported: Import, places: set[tuple[str, str]]) -> dict[Alike, int]:
    groups = RowGroup.objects.filter(
        imported=imported, code__in={code for code, _ in places}
    ).values_list("code", "column", "value", "id")
    return {
        (code, column, value): pk
        for code, column, value, pk in groups
        if (code, column) in places
    }  # fmt: skip


def _made(imported: Import, wanted: Iterable[Alike]) -> dict[Alike, int]:
    """Two who make the same group at once get the same one."""
    groups = [
        RowGroup(imported=imported, code=code, column=column, value=value)
        for code, column, value in wanted
    ]
    if not groups:
        return {}
    RowGroup.objects.bulk_create(groups, ignore_conflicts=True)
    return _known(imported, {(group.code, group.column) for group in groups})
