"""A system that exports several kinds of files: each kind is read as it was read last.

A source keeps one mapping in force, and every one before it. Which of them is a file's own is told
by the imports: files with its columns were read by it, and files with other columns were not.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from pathlib import Path

from concord.kernel.errors import Problem
from concord.kernel.models import Source
from concord.records.importing.mapping import parse
from concord.records.importing.shape import SAME_COLUMNS
from concord.records.look.opened import find_table
from concord.records.look.vocabulary import Role
from concord.records.models import Import, ImportShape, ImportState

MOST_VERSIONS = 50


def mapping_for(source: Source, header: Callable[[], Collection[str]]) -> str:
    """How a file of `source` with these columns is read: by the mapping in force, unless that is
    one of another kind of its files. `header` is called only where there are several kinds."""
    came = _latest_of_each(source)
    if len(came) < 2 or not came.keys() - {source.mapping}:
        return source.mapping
    own = set(header())
    alike = [text for text, columns in came.items() if any(_is_alike(own, c) for c in columns)]
    if not alike:
        return source.mapping
    others = came.keys() - set(alike)
    fitting = (text for text in _texts(source) if text not in others and _fits(text, own))
    return next(fitting, alike[0])


def mapping_like(imported: Import) -> str:
    """How its source reads files like this one now."""
    shape = ImportShape.objects.filter(imported=imported).first()
    if shape is None:
        return imported.source.mapping
    return mapping_for(imported.source, lambda: shape.columns)


def mapping_of_file(source: Source, path: Path) -> str:
    """As `mapping_for`, of a file that is there; one that cannot be read is left to the import."""
    try:
        return mapping_for(source, lambda: find_table(path, tuple(Role))[0].header)
    except Problem:
        return source.mapping


def _latest_of_each(source: Source) -> dict[str, list[set[str]]]:
    """The mappings of the latest import of each kind, the last one first, with its columns."""
    latest = (
        ImportShape.objects.filter(imported__source=source, imported__state=ImportState.DONE)
        .order_by("series", "-imported_id")
        .distinct("series")
        .values_list("imported_id", "imported__mapping", "columns")
    )
    came: dict[str, list[set[str]]] = {}
    for _id, text, columns in sorted(latest, key=lambda one: -one[0]):
        came.setdefault(text, []).append(set(columns))
    return came


def _texts(source: Source) -> Iterable[str]:
    yield source.mapping
    yield from source.mapping_versions.values_list("text", flat=True)[:MOST_VERSIONS]


def _fits(text: str, columns: set[str]) -> bool:
    """Whether all columns that it names are there; those of other files are not looked for."""
    try:
        mapping = parse(text)
    except Problem:
        return False
    return bool(mapping.joins) or {name for name, _place in mapping.columns()} <= columns


def _is_alike(own: set[str], theirs: set[str]) -> bool:
    return bool(own) and len(own & theirs) >= SAME_COLUMNS * len(own | theirs)
