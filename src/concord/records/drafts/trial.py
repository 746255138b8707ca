"""A draft is tried: the whole import, which leaves nothing, and what it would have done."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import Any, Final

from django.db import transaction

from concord.kernel.errors import Problem
from concord.kernel.time import now
from concord.records.actions.drafts import source_of
from concord.records.importing import kept
from concord.records.importing.rehearsal import Rehearsed, rehearse
from concord.records.importing.run import open_mapped
from concord.records.importing.steady import Steady
from concord.records.models import Rejection, Trial, TrialState

SHOWN: Final = 3  # rows of each reason
TOLD_EVERY: Final = 0.5  # seconds


def run_trial(trial: Trial) -> None:
    """What the import would do, in `trial.report`; nothing to do for one that was stopped."""
    if trial.state != TrialState.RUNNING:
        return
    try:
        with kept.called(trial.draft.kept, trial.draft.file_name):
            found = _rehearsed(trial)
    except Problem as problem:
        _end(trial, TrialState.FAILED, problem=str(problem))
        return
    except Exception:
        _end(trial, TrialState.FAILED)
        raise
    if found.finished:
        _end(trial, TrialState.DONE, report=report_of(found))


def _rehearsed(trial: Trial) -> Rehearsed:
    draft = trial.draft
    path = kept.path_of(draft.kept)
    file = Steady.of(path)
    parsed, table = open_mapped(path, trial.mapping)
    told = 0.0

    def progress(done: int, total: int | None) -> None:
        nonlocal told
        if time.monotonic() - told > TOLD_EVERY:
            told = time.monotonic()
            total = None if total is None else max(done, total)
            Trial.objects.filter(pk=trial.pk).update(rows_done=done, rows_total=total)

    def go_on() -> bool:
        return Trial.objects.filter(pk=trial.pk, state=TrialState.RUNNING).exists()

    return rehearse(path, source_of(draft), parsed, table, trial.by, progress, go_on, file=file)


@transaction.atomic
def _end(trial: Trial, state: TrialState, **said: Any) -> None:
    Trial.objects.filter(pk=trial.pk, state=TrialState.RUNNING).update(
        state=state, finished_at=now(), **said
    )
    report = said.get("report")
    if report:
        read = report["counts"]["rows"]["read"]
        Trial.objects.filter(pk=trial.pk).update(rows_done=read, rows_total=read)


def report_of(found: Rehearsed) -> dict[str, Any]:
    """As JSON: `counts`, `reasons` (code, rows, examples), `new`, `changed`, `together` and how
    many of how many customers were compared.
    """
    return {
        "counts": found.counts,
        "reasons": [
            {"code": code, "rows": rows, "examples": _examples(found.rejected, code)}
            for code, rows in sorted(found.reasons.items(), key=lambda one: (-one[1], one[0]))
        ],
        "new": found.new,
        "changed": found.changed,
        "joined": found.joined,
        "asked": found.asked,
        "matched": found.matched,
        "to_match": found.to_match,
        "together": [
            asdict(one) | {"customer": str(one.customer) if one.customer else ""}
            for one in found.together
        ],
    }


def _examples(rejected: list[Rejection], code: str) -> list[dict[str, Any]]:
    alike = [row for row in rejected if row.code == code][:SHOWN]
    return [
        {"line": row.line, "column": row.column, "value": row.value[:200], "detail": row.detail}
        for row in alike
    ]
