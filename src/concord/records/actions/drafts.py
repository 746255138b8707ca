"""A file is brought in: a draft is made, changed, tried and imported."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from concord.kernel import audit
from concord.kernel.access import viewer_of
from concord.kernel.errors import Problem
from concord.kernel.models import Source, User
from concord.kernel.time import now
from concord.records.actions.mappings import save_mapping
from concord.records.actions.sources import create_source, key_of
from concord.records.drafts.guess import guess
from concord.records.drafts.survey import survey
from concord.records.drafts.writing import write
from concord.records.importing import kept
from concord.records.importing.background import start_kept
from concord.records.importing.kinds import mapping_of_file
from concord.records.importing.run import judge
from concord.records.importing.steady import digest_of
from concord.records.importing.watched_names import require_free, without_date
from concord.records.models import Draft, Import, ImportState, Trial, TrialState, WatchedName
from concord.records.queries.series import before

LIVING = (ImportState.RUNNING, ImportState.DONE, ImportState.STOPPED)


def bring(
    content: UploadedFile[bytes] | Path,
    file_name: str,
    *,
    by: User | None,
    source: Source | None = None,
    watched_as: str = "",
) -> Draft:
    """Keep a file and guess how it is read; nothing of it is imported yet.

    Called as a file that came before, with its columns, it is read as that one was.

    Raises Problem where it is empty or is no table at all; then nothing is kept.
    """
    if isinstance(content, UploadedFile) and not content.size:
        raise Problem(_("The file is empty."), place=file_name, mend=_("Export it again."))
    chunks: Path | Iterable[bytes] = content if isinstance(content, Path) else content.chunks()
    name = kept.keep(chunks, file_name)
    path = kept.path_of(name)
    at = now()
    try:
        draft = Draft(
            file_name=file_name[:255],
            file_digest=digest_of(path),
            kept=name,
            watched_as=watched_as,
            by=by,
            created_at=at,
            changed_at=at,
        )
        with kept.called(name, file_name):
            _read_first(path, draft, source)
        draft.name = "" if draft.source else named_after(file_name)
        with transaction.atomic():
            draft.save(force_insert=True)
            audit.record(by, "records.bring_file", "draft", draft.pk, file=draft.file_name)
    except Exception:
        kept.forget(name)
        raise
    return draft


def _read_first(path: Path, draft: Draft, source: Source | None) -> None:
    """Whose it is and what it probably means. Somebody at the page can say in which letters it is
    written where that was not recognised: then nothing else is known yet."""
    try:
        draft.source = source or _its_source(path, draft)
        draft.mapping = first_mapping(path, draft)
    except Problem as problem:
        if draft.by is None or problem.code != "encoding":
            raise


def _its_source(path: Path, draft: Draft) -> Source | None:
    """The system whose files are called so and have these columns. What came through the watched
    folder has been looked up there, by its name."""
    if draft.by is None:
        return None
    came = before(viewer_of(draft.by), draft.file_name, survey(path).header)
    return came.source if came and came.is_sure else None


def first_mapping(path: Path, draft: Draft) -> str:
    """The mapping of its source, where the file fits it; else what the file probably means."""
    if draft.source and (kept_so := mapping_of_file(draft.source, path)).strip():
        try:
            judge(path, kept_so)
        except Problem:
            pass
        else:
            return kept_so
    found = survey(path)
    return write(replace(guess(found, draft.file_name).plan))


def change_draft(draft: Draft, mapping: str, *, name: str, source: Source | None) -> None:
    """Keep what somebody has said so far, whether it is a whole mapping already or not."""
    draft.mapping, draft.name, draft.source = mapping, name.strip()[:50], source
    draft.changed_at = now()
    draft.save(update_fields=["mapping", "name", "source", "changed_at"])


@transaction.atomic
def forget_draft(draft: Draft, by: User) -> None:
    """The file is not brought in after all: it goes."""
    audit.record(by, "records.forget_file", "draft", draft.pk, file=draft.file_name)
    is_running = draft.imported is not None and draft.imported.state in LIVING
    name = draft.kept
    draft.delete()
    if not is_running:
        transaction.on_commit(lambda: kept.forget(name))


@transaction.atomic
def begin_trial(draft: Draft, by: User) -> Trial:
    """Ask the worker what would happen; the same question that is being answered is not put twice.

    Raises Problem where the mapping does not fit the file.
    """
    from concord.records.jobs import try_draft

    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    require_file(draft)
    _judge(draft)
    for trial in draft.trials.filter(state=TrialState.RUNNING):
        if trial.mapping == draft.mapping:
            return trial
        stop_trial(trial)
    trial = Trial.objects.create(draft=draft, mapping=draft.mapping, by=by, started_at=now())
    try_draft.defer(trial_id=trial.pk)
    return trial


def stop_trial(trial: Trial) -> None:
    """It ends before its next batch."""
    Trial.objects.filter(pk=trial.pk, state=TrialState.RUNNING).update(
        state=TrialState.STOPPED, finished_at=now()
    )


@transaction.atomic
def begin_import(draft: Draft, by: User) -> Import:
    """Save the mapping with its source (a new one is made) and import the file; once.

    Raises Problem where something is still to be said.
    """
    draft = Draft.objects.select_for_update(of=("self",)).select_related("source").get(pk=draft.pk)
    if draft.imported is not None and draft.imported.state in LIVING:
        return draft.imported
    require_file(draft)
    _judge(draft)
    if draft.watched_as:
        require_free(draft.watched_as, by)  # somebody may have said meanwhile whose it is
    source = draft.source or _new_source(draft, by)
    save_mapping(source, draft.mapping, by)
    if draft.watched_as and draft.watched_as != source.key:
        WatchedName.objects.update_or_create(name=draft.watched_as, defaults={"source": source})
    for trial in draft.trials.filter(state=TrialState.RUNNING):
        stop_trial(trial)
    draft.imported = start_kept(draft.kept, source, draft.mapping, file_name=draft.file_name, by=by)
    draft.source, draft.changed_at = source, now()
    draft.save(update_fields=["imported", "source", "changed_at"])
    return draft.imported


def _judge(draft: Draft) -> None:
    with kept.called(draft.kept, draft.file_name):
        judge(kept.path_of(draft.kept), draft.mapping)


def require_file(draft: Draft) -> None:
    if not kept.is_there(draft.kept):
        raise Problem(
            _("This file is not kept any more."),
            place=draft.file_name,
            mend=_("Bring it again; what its columns mean is kept with its source."),
        )


def _new_source(draft: Draft, by: User) -> Source:
    if not draft.name.strip():
        raise Problem(
            _("The source needs a name."),
            place=draft.file_name,
            mend=_("Say which system the file is from."),
            code="name",
        )
    return create_source(by, name=draft.name, mapping=draft.mapping, department=by.department)


def source_of(draft: Draft) -> Source:
    """The source that the file is of; one that is not there yet is not made."""
    if draft.source:
        return draft.source
    name = draft.name or named_after(draft.file_name)
    return Source(key=key_of(name), words={"en": name})


def named_after(file_name: str) -> str:
    """What a source may be called whose file is called so: without its date and its ending."""
    stem = file_name.rsplit(".", 1)[0]
    return without_date(stem).replace("_", " ").replace("-", " ").strip()[:50] or stem[:50]
