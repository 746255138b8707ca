"""An import or an undo begun on a page goes on in the worker, whatever becomes of the page."""

from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from concord.kernel.errors import Problem
from concord.kernel.models import Source, User
from concord.records.importing import kept
from concord.records.importing.run import begin
from concord.records.importing.undo import begin_undo
from concord.records.models import Import, ImportState


def start_import(
    path: Path, source: Source, mapping: str, *, file_name: str, by: User | None
) -> Import:
    """Begin an import and hand it to the worker; its page shows how far it is.

    The file is copied (the caller's may be gone when its turn comes). Importing the same file with
    the same mapping again joins the import that is under way.
    """
    return start_kept(kept.keep(path, file_name), source, mapping, file_name=file_name, by=by)


@transaction.atomic
def start_kept(
    name: str, source: Source, mapping: str, *, file_name: str, by: User | None
) -> Import:
    """As `start_import`, for a file that is kept already: it goes when the import is done."""
    from concord.records.jobs import import_file

    with kept.called(name, file_name):
        imported = begin(kept.path_of(name), source, mapping, by, file_name)
    Import.objects.filter(pk=imported.pk).update(kept=name)
    imported.kept = name
    import_file.defer(import_id=imported.pk)
    return imported


@transaction.atomic
def resume_import(imported: Import, by: User | None) -> Import:
    """Go on with an import that was stopped, or that broke off; one that runs is left to run.

    Raises Problem where its file is not kept any more.
    """
    fresh = Import.objects.select_for_update().select_related("source").get(pk=imported.pk)
    if fresh.state not in {ImportState.STOPPED, ImportState.FAILED}:
        return fresh
    if not kept.is_there(fresh.kept):
        raise Problem(
            _("The file of this import is not kept any more."),
            place=fresh.file_name,
            mend=_("Bring it again: the import goes on where it was."),
        )
    return start_kept(fresh.kept, fresh.source, fresh.mapping, file_name=fresh.file_name, by=by)


@transaction.atomic
def start_undo(imported: Import, by: User | None) -> bool:
    """From now on the import's word counts no more; the worker takes its rows back. False where
    that has been done. Raises Problem while the import is being run."""
    from concord.records.jobs import undo

    undoing = begin_undo(imported, by)
    if undoing:
        undo.defer(import_id=imported.pk)
    return undoing
