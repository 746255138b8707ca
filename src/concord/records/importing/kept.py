"""Files that people bring: kept under one folder until they are imported, and then gone.

Each lies in a folder of its own, `MEDIA_ROOT/imports/<random>/content.csv`, and goes by the last
two (`Draft.kept`, `Import.kept`): what people call it may name somebody, and stands in one column
(`file_name`) alone. What nobody takes up again is not kept beyond `KEPT_FOR`.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import uuid4

from django.conf import settings
from django.db.models import Q

from concord.kernel.errors import Problem
from concord.kernel.time import now
from concord.records.models import Draft, Import, ImportState

KEPT_FOR: Final = timedelta(days=7)
ENDINGS: Final = frozenset({".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".xlsx", ".xlsm"})
WAITS_FOR: Final = timedelta(days=30)  # what came through a watched folder, for somebody to map it


def keep(content: Path | Iterable[bytes], file_name: str) -> str:
    """Keep a file (copied, or as it comes in); by what it goes from now on."""
    ending = Path(file_name).suffix.lower()
    path = root() / uuid4().hex / f"content{ending if ending in ENDINGS else ''}"
    path.parent.mkdir(parents=True, mode=0o700)
    if isinstance(content, Path):
        shutil.copyfile(content, path)
    else:
        with path.open("wb") as target:
            for chunk in content:
                target.write(chunk)
    return str(path.relative_to(root()))


def path_of(kept: str) -> Path:
    return root() / kept


@contextmanager
def called(kept: str, file_name: str) -> Iterator[None]:
    """What is wrong with the file is said of it as its owner calls it."""
    try:
        yield
    except Problem as problem:
        problem.place = problem.place.replace(path_of(kept).name, file_name)
        raise


def is_there(kept: str) -> bool:
    return bool(kept) and path_of(kept).is_file()


def forget(kept: str) -> None:
    """Remove the file and what was found out about it."""
    if kept:
        shutil.rmtree(path_of(kept).parent, ignore_errors=True)


def forget_old() -> None:
    """Drafts that nobody goes on with, files of imports that nobody resumes, and stray ones."""
    at = now()
    old = Draft.objects.filter(
        Q(by=None, changed_at__lt=at - WAITS_FOR)
        | Q(by__isnull=False, changed_at__lt=at - KEPT_FOR)
    )
    used = _used()
    for draft in old:
        if draft.kept.split("/")[0] not in used:
            forget(draft.kept)
            draft.delete()
    used |= {kept.split("/")[0] for kept in Draft.objects.values_list("kept", flat=True)}
    for folder in root().iterdir() if root().is_dir() else ():
        made = datetime.fromtimestamp(folder.stat().st_mtime, UTC)
        if folder.name not in used and made < at - KEPT_FOR:
            shutil.rmtree(folder, ignore_errors=True)


def _used() -> set[str]:
    """The folders of imports that run, or that somebody may still resume."""
    found = Import.objects.exclude(kept="").filter(
        Q(state=ImportState.RUNNING)
        | Q(state__in=(ImportState.STOPPED, ImportState.FAILED), finished_at__gte=now() - KEPT_FOR)
    )
    return {kept.split("/")[0] for kept in found.values_list("kept", flat=True)}


def root() -> Path:
    return Path(settings.MEDIA_ROOT) / "imports"
