"""Files that people drop in to look at: kept for a day, apart from everything, under random names.

An upload is distrusted: its own name is only shown, never used as a path, and nothing serves it.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from concord.kernel.errors import Problem

KEPT_FOR: Final = timedelta(days=1)
MOST_EACH: Final = 10  # files of one person; the oldest goes for another


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that `owner` (a user's id) dropped in; `name` is what they call it."""

    id: UUID
    name: str
    owner: int

    @property
    def folder(self) -> Path:
        """Where the file lies, and what was found out about it; it all goes together."""
        return _folder(self.id)

    @property
    def path(self) -> Path:
        return self.folder / "content"


def save(file: UploadedFile[bytes], owner: int) -> Upload:
    """Keep an uploaded file for a day. Raises Problem for one that is empty."""
    name = Path(file.name or "file").name[:200]
    if not file.size:
        raise Problem(_("The file is empty."), place=name, mend=_("Export it again."))
    forget_old()
    upload = Upload(uuid4(), name, owner)
    upload.folder.mkdir(parents=True, mode=0o700)
    with upload.path.open("wb") as target:
        for chunk in file.chunks():
            target.write(chunk)
    about = {"name": name, "owner": owner}
    (upload.folder / "about.json").write_text(json.dumps(about), encoding="utf-8")
    _make_room(owner)
    return upload


def load(upload_id: UUID, viewer_id: int) -> Upload | None:
    """The upload, for the person who made it alone; None when it is gone or another's."""
    upload = find(upload_id)
    return upload if upload and upload.owner == viewer_id else None


def find(upload_id: UUID) -> Upload | None:
    """The upload, whoever made it: for the worker."""
    folder = _folder(upload_id)
    try:
        about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
        is_old = _made(folder) < datetime.now(UTC) - KEPT_FOR
    except FileNotFoundError:
        return None
    return None if is_old else Upload(upload_id, about["name"], about["owner"])


def forget_old() -> None:
    """Remove what was kept for longer than its day."""
    limit = datetime.now(UTC) - KEPT_FOR
    for folder in _all():
        if _made(folder) < limit:
            shutil.rmtree(folder, ignore_errors=True)  # another request may be at it as well


def _make_room(owner: int) -> None:
    theirs = [
        folder for folder in _all() if (found := find(UUID(folder.name))) and found.owner == owner
    ]
    for folder in sorted(theirs, key=_made)[:-MOST_EACH]:
        shutil.rmtree(folder, ignore_errors=True)


def _all() -> Iterator[Path]:
    looks = Path(settings.MEDIA_ROOT) / "looks"
    yield from looks.iterdir() if looks.is_dir() else ()


def _made(folder: Path) -> datetime:
    """When the file came; now for one that another request is just removing or writing."""
    try:
        return datetime.fromtimestamp((folder / "content").stat().st_mtime, UTC)
    except FileNotFoundError:
        try:
            return datetime.fromtimestamp(folder.stat().st_mtime, UTC)
        except FileNotFoundError:
            return datetime.now(UTC)


def _folder(upload_id: UUID) -> Path:
    return Path(settings.MEDIA_ROOT) / "looks" / str(upload_id)
