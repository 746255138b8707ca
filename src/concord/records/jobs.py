"""What the worker does for the records: imports begun on a page, looks at large files."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import translation
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from concord.kernel.errors import Problem
from concord.kernel.lost import AGAIN
from concord.records import jobs_retention  # noqa: F401 - declares its own
from concord.records.actions.silences import carry_out
from concord.records.drafts.trial import run_trial
from concord.records.importing import health, kept
from concord.records.importing.mending import finish
from concord.records.importing.run import run_import
from concord.records.importing.undo import undo_import
from concord.records.look import answers
from concord.records.look import upload as uploads
from concord.records.models import Import, ImportState, Mending, Silence, Trial
from concord.records.queries.imports import count_joined


@app.task(
    name="records.import_file",
    queue="imports",
    retry=AGAIN,
)
def import_file(import_id: int) -> None:
    """Run (or, after a kill, resume) an import that `importing.background.start_import` began.

    What is wrong with the file stands in the Import, where its page shows it. The file goes when
    it is done; of one that was stopped or failed it stays for some days (`importing.kept`).
    """
    imported = Import.objects.select_related("source", "by").get(pk=import_id)
    try:
        if imported.state == ImportState.RUNNING:  # nobody has stopped or undone it meanwhile
            run_import(
                kept.path_of(imported.kept), imported.source, imported.mapping,
                by=imported.by, file_name=imported.file_name,
            )  # fmt: skip
    except Problem as problem:
        if problem.code == "running":
            raise  # another worker has it, or had it and is not yet missed: later again
    imported.refresh_from_db()
    if imported.state in {ImportState.DONE, ImportState.UNDOING, ImportState.UNDONE}:
        kept.forget(imported.kept)
        Import.objects.filter(pk=import_id).update(kept="")
    if imported.state == ImportState.DONE:
        count_joined(imported)


@app.task(
    name="records.undo_import",
    queue="imports",
    retry=AGAIN,
)
def undo(import_id: int) -> None:
    """Take an import back, or what a killed worker left of that."""
    imported = Import.objects.select_related("source", "undone_by").get(pk=import_id)
    undo_import(imported, imported.undone_by)


@app.task(
    name="records.mend",
    queue="imports",
    retry=AGAIN,
)
def mend(mending_id: int) -> None:
    """Mend many rows to fix, or what a killed worker left of them."""
    finish(Mending.objects.select_related("imported__source").get(pk=mending_id))


@app.task(name="records.try_draft", queue="looks")
def try_draft(trial_id: int) -> None:
    """Say what an import would do; after a kill, from the beginning."""
    trial = Trial.objects.select_related("draft__source", "by").filter(pk=trial_id).first()
    if trial is not None:
        run_trial(trial)


@app.task(name="records.carry_out_silence", queue="imports", retry=AGAIN)
def carry_out_silence(silence_id: int) -> None:
    """Withdraw what a source no longer tells of, or bring it back, as a person decided."""
    carry_out(Silence.objects.get(pk=silence_id))


@app.task(name="records.look", queue="looks")
def look(upload_id: str, said: dict[str, Any], language: str) -> None:
    """Answer a file that somebody looks at; nothing to do where another did or does it."""
    upload = uploads.find(UUID(upload_id))
    if upload is not None:
        with translation.override(language):
            answers.compute(upload, answers.SAID.validate_python(said))


def ask_for_look(upload_id: UUID, said: dict[str, Any]) -> None:
    """Hand it to the worker, unless it waits there already."""
    waits = f"look {upload_id} {sorted(said.items())}"
    if ProcrastinateJob.objects.filter(queueing_lock=waits, status="todo").exists():
        return
    try:
        with transaction.atomic():
            look.configure(queueing_lock=waits).defer(
                upload_id=str(upload_id), said=said, language=translation.get_language() or "en"
            )
    except AlreadyEnqueued:
        pass  # by another tab, this moment


@app.periodic(cron="7 * * * *")
@app.task(name="records.find_late_sources", queueing_lock="records.find_late_sources")
def find_late_sources(timestamp: int) -> None:
    """Sources that have broken their promise: whoever answers for them is told once."""
    health.find_late()


@app.periodic(cron="17 * * * *")
@app.task(name="records.forget_looks", queueing_lock="records.forget_looks")
def forget_looks(timestamp: int) -> None:
    """Files that were looked at are not kept beyond their day, nor drafts beyond their week."""
    uploads.forget_old()
    kept.forget_old()
