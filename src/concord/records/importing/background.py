"""An import or an undo begun on a page goes on in the worker, whatever becomes of the page."""

import shutil
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db import transaction

from concord.kernel.models import Source, User
from concord.records.importing.run import begin
from concord.records.importing.undo import begin_undo
from concord.records.models import Import


def start_import(
    path: Path, source: Source, mapping: str, *, file_name: str, by: User | None
) -> Import:
    """Begin an import and hand it to the worker; its page shows how far it is.

    The file is copied (the caller's may be gone when its turn comes). Importing the same file with
    the same mapping again joins the import that is under way.
    """
    from concord.records.jobs import import_file

    kept = Path(settings.MEDIA_ROOT) / "imports" / uuid4().hex / _short(file_name)
    kept.parent.mkdir(parents=True, mode=0o700)
    shutil.copyfile(path, kept)
    with transaction.atomic():
        imported = begin(kept, source, mapping, by)
        import_file.defer(import_id=imported.pk, path=str(kept))
    return imported


@transaction.atomic
def start_undo(imported: Import, by: User | None) -> bool:
    """From now on the import's word counts no more; the worker takes its rows back. False where
    that has been done. Raises Problem while the import is being run."""
    from concord.records.jobs import undo

    undoing = begin_undo(imported, by)
    if undoing:
        undo.defer(import_id=imported.pk)
    return undoing


def _short(file_name: str) -> str:
    """The file's own name as far as a disk takes it: 255 bytes, 85 Korean characters."""
    name = Path(file_name).name
    stem = Path(name).stem.encode()[:200].decode(errors="ignore")
    return f"{stem}{Path(name).suffix[:20]}"
