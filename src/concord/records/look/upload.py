"""Files that people drop in to look at: kept for a day, apart from everything, under random names.

An upload is distrusted: its own name is only shown, never used as a path, and nothing serves it.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from concord.kernel.errors import Problem
from concord.records.importing.readers import FileOptions, open_table
from concord.records.look.columns import Recognised, recognise
from concord.records.look.rows import Table, read_rows
from concord.records.look.shapes import Cell
from concord.records.look.vocabulary import Role

MOST_BYTES = 50 * 1024 * 1024
KEPT_FOR = timedelta(days=1)
SAMPLE = 500
HEADER_LINES = 10  # exports put a title, a company and a date above the header


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that `owner` (a user's id) dropped in; `name` is what they call it."""

    id: UUID
    name: str
    owner: int

    @property
    def path(self) -> Path:
        return _folder(self.id) / "content"


@dataclass(frozen=True, slots=True)
class Opened:
    """A file as far as its columns are understood; `header_line` is where the header stands."""

    recognised: Recognised
    header_line: int
    sample: Sequence[Sequence[Cell]]


def save(file: UploadedFile[bytes], owner: int) -> Upload:
    """Keep an uploaded file for a day. Raises Problem for one that is empty or too large."""
    _forget_old()
    name = Path(file.name or "file").name[:200]
    if not file.size:
        raise Problem(_("The file is empty."), place=name, mend=_("Export it again."))
    if file.size > MOST_BYTES:
        raise Problem(
            _("The file is larger than 50 MB."),
            place=name,
            mend=_("Import it with a mapping instead: that has no limit."),
        )
    upload = Upload(uuid4(), name, owner)
    folder = _folder(upload.id)
    folder.mkdir(parents=True, mode=0o700)
    with upload.path.open("wb") as target:
        for chunk in file.chunks():
            target.write(chunk)
    (folder / "about.json").write_text(json.dumps({"name": name, "owner": owner}))
    return upload


def load(upload_id: UUID, viewer_id: int) -> Upload | None:
    """The upload, for the person who made it alone; None when it is gone or another's."""
    try:
        about = json.loads((_folder(upload_id) / "about.json").read_text())
    except FileNotFoundError:
        return None
    return Upload(upload_id, about["name"], about["owner"]) if about["owner"] == viewer_id else None


def open_upload(
    upload: Upload,
    corrections: Mapping[Role, int | None] | None = None,
    date_formats: Mapping[Role, str] | None = None,
) -> Opened:
    """Recognise the columns; the header is the first of the first lines that makes sense of them.

    Raises Problem, naming the file as its owner calls it, when it cannot be read.
    """
    best: Opened | None = None
    for line in range(1, HEADER_LINES + 1):
        try:
            table = open_table(upload.path, FileOptions(header=line))
            rows = [list(row.cells) for row in islice(table.rows(), SAMPLE) if not row.problem]
        except Problem as problem:
            if best is not None:
                break  # the file has fewer lines than that
            raise Problem(problem.message, place=upload.name, mend=problem.mend) from problem
        known = recognise(table.columns, rows, corrections, date_formats)
        found = Opened(known, line, rows[:8])
        if best is None or len(known.columns) > len(best.recognised.columns) + 1:
            best = found
        if best.recognised.kind != "unknown" and len(best.recognised.columns) >= 4:
            break
    if best is None:
        raise Problem(_("No table was found in the file."), place=upload.name)
    return best


def read_upload(upload: Upload, opened: Opened, currency: str) -> Table:
    """All rows of the file as values."""
    table = open_table(upload.path, FileOptions(header=opened.header_line))
    rows: Iterable[tuple[int, list[Cell]]] = (
        (row.line, list(row.cells)) for row in table.rows() if not row.problem
    )
    return read_rows(opened.recognised, rows, currency)


def _folder(upload_id: UUID) -> Path:
    return Path(settings.MEDIA_ROOT) / "looks" / str(upload_id)


def _forget_old() -> None:
    limit = (datetime.now(UTC) - KEPT_FOR).timestamp()
    looks = Path(settings.MEDIA_ROOT) / "looks"
    for folder in looks.iterdir() if looks.is_dir() else ():
        if folder.stat().st_mtime < limit:
            shutil.rmtree(folder, ignore_errors=True)  # another request may be at it as well
