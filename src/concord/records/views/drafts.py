"""A file on its way in: bring it, say what its columns mean, see what would happen, import it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from concord.kernel.errors import Problem
from concord.kernel.models import Source
from concord.records import access
from concord.records.actions import drafts
from concord.records.actions.sources import key_of
from concord.records.drafts import form, shown
from concord.records.drafts.examples import examples
from concord.records.drafts.form import Wrong
from concord.records.drafts.guess import guess, with_meanings
from concord.records.drafts.meanings import groups
from concord.records.drafts.plan import FILE, Plan, Use
from concord.records.drafts.reading import read
from concord.records.drafts.survey import Survey, likely_encodings, survey
from concord.records.drafts.toml import written
from concord.records.drafts.writing import write
from concord.records.importing import kept, reasons
from concord.records.importing.mapping import parse
from concord.records.importing.readers import FileOptions
from concord.records.models import Draft, ImportState, Trial, TrialState
from concord.records.queries.drafts import open_drafts
from concord.records.queries.series import Before, before
from concord.records.queries.whose_keys import kin_of
from concord.records.types import get as type_of
from concord.ui import toasts
from concord.ui.http import Request
from concord.ui.uploads import most_megabytes

MAPPING_BYTES = 1 << 20
DELIMITERS = ((";", ";"), (",", ","), ("tab", _("Tab")), ("|", "|"))


@require_http_methods(["GET", "HEAD", "POST"])
def bring(request: Request) -> HttpResponse:
    """The page that takes a file."""
    _require_import(request)
    problem = None
    if request.method == "POST":
        try:
            return redirect("records:draft", _brought(request).pk)
        except Problem as found:
            problem = found
    context = {
        "problem": problem,
        "megabytes": most_megabytes(),
        "drafts": open_drafts(request.viewer, request.GET.get("cursor", "")),
    }
    return render(request, "records/bring.html", context, status=422 if problem else 200)


def _brought(request: Request) -> Draft:
    file = request.FILES.get("file")
    if file is None or isinstance(file, list):
        raise Problem(gettext("No file was chosen."), mend=gettext("Choose a CSV or Excel file."))
    return drafts.bring(file, file.name or "file", by=request.user)


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: Request, draft_id: UUID) -> HttpResponse:
    """What the file is and what its columns mean; what is posted changes it at once."""
    draft = _draft(request, draft_id)
    if draft.imported and draft.imported.state in drafts.LIVING:
        return redirect("records:import", draft.imported.pk)
    if not kept.is_there(draft.kept):
        drafts.require_file(draft)
    if request.method == "POST":
        _change(request, draft)
        if not request.htmx:
            return redirect("records:draft", draft.pk)
    context = _context(request, draft)
    if not request.htmx:
        return render(request, "records/draft.html", context)
    part = "records/_draft_beside.html" if request.GET.get("part") else "records/_draft.html"
    return render(request, part, context)


def _change(request: Request, draft: Draft) -> None:
    """Take over what the form says. Where the file is opened otherwise, its meanings are new."""
    data = request.POST
    source = draft.source
    if (key := data.get("source")) is not None:
        source = Source.objects.filter(access.tended(request.viewer), key=key).first()
    name = data.get("name", draft.name)
    before = _plan(draft)
    file = form.file_of(data, before.file)
    if data.get("text") is not None:
        mapping = data["text"].replace("\r\n", "\n")
        parse(mapping)
    elif file != before.file:
        mapping = _reopened(draft, before, file)
    elif data.get("again"):
        mapping = write(replace(guess(_survey(draft, file), draft.file_name).plan, file=file))
    else:
        plan = form.posted(data, before, _survey(draft, file))
        if data.get("keep_rest"):
            plan = _with_rest(plan, _survey(draft, file))
        mapping = write(plan, draft.mapping)
        _say_what_was_taken(request, before, plan)
    drafts.change_draft(draft, mapping, name=name, source=source)


def _say_what_was_taken(request: Request, before: Plan, plan: Plan) -> None:
    """A column whose meaning went to another one, which nobody has touched."""
    meanings = {use.meaning for use in plan.uses.values()}
    for column, use in before.uses.items():
        if column not in plan.uses and use.meaning in meanings and plan.parts == before.parts:
            taken = _("“%(column)s” is left out now: another column has its meaning.")
            toasts.tell(request, taken % {"column": column})


def _reopened(draft: Draft, before: Plan, file: FileOptions) -> str:
    """Read in another way the columns may be others: what has kept its name keeps its meaning."""
    plan = replace(before, file=file)
    try:
        found = _survey(draft, file)
    except Problem:
        return write(plan, draft.mapping)
    if set(plan.uses) & set(found.header):
        uses = {name: use for name, use in plan.uses.items() if name in found.header}
        fresh = with_meanings(replace(plan, uses={}), found).uses
        taken = {use.meaning for use in uses.values()}
        uses |= {n: use for n, use in fresh.items() if n not in uses and use.meaning not in taken}
        return write(replace(plan, uses={n: uses[n] for n in found.header if n in uses}))
    return write(replace(guess(found, draft.file_name).plan, file=file))


def _with_rest(plan: Plan, found: Survey) -> Plan:
    """All columns that mean nothing yet become values under their own names."""
    rest = {name: Use("customer.other", name) for name in found.header if name not in plan.uses}
    return replace(plan, uses=dict(plan.uses) | rest)


@require_http_methods(["GET", "HEAD", "POST"])
def trial(request: Request, draft_id: UUID) -> HttpResponse:
    """Ask what would happen; how far that is, and what it is."""
    draft = _draft(request, draft_id)
    if request.method == "POST":
        if "form" in request.POST:
            _change(request, draft)
        try:
            drafts.begin_trial(draft, request.user)
        except Problem as problem:
            if not request.htmx:
                raise
            said = _context(request, draft).get("mapping_problem") or _renamed(problem, draft)
            context = _trial_context(request, draft) | {"untried": said}
            return render(request, "records/_draft_trial.html", context)
    return _trial(request, draft)


@require_POST
def stop_trial(request: Request, draft_id: UUID) -> HttpResponse:
    """The dry run ends before its next batch."""
    draft = _draft(request, draft_id)
    for running in draft.trials.filter(state=TrialState.RUNNING):
        drafts.stop_trial(running)
    return _trial(request, draft)


def _trial(request: Request, draft: Draft) -> HttpResponse:
    if not request.htmx:
        return redirect(reverse("records:draft", args=[draft.pk]) + "#trial")
    return render(request, "records/_draft_trial.html", _trial_context(request, draft))


@require_POST
def run(request: Request, draft_id: UUID) -> HttpResponse:
    """Import it: once, however often it is clicked."""
    draft = _draft(request, draft_id)
    if "form" in request.POST and draft.imported is None:
        _change(request, draft)  # what was typed last may not have been sent yet
    return redirect("records:import", drafts.begin_import(draft, request.user).pk)


@require_http_methods(["GET", "HEAD", "POST"])
def mapping(request: Request, draft_id: UUID) -> HttpResponse:
    """The mapping as a file, for `concord import`; or one that somebody has, for this file."""
    draft = _draft(request, draft_id)
    if request.method == "POST":
        file = request.FILES.get("mapping")
        if file is None or isinstance(file, list):
            raise Problem(gettext("No file was chosen."), mend=gettext("Choose a .toml file."))
        drafts.change_draft(draft, _text_of(file), name=draft.name, source=draft.source)
        return redirect("records:draft", draft.pk)
    source = drafts.source_of(draft)
    return as_file(draft.mapping, source)


def as_file(text: str, source: Source) -> HttpResponse:
    """A mapping to be kept as a file: it names its source, so that no command must."""
    raw = tomllib.loads(text)
    if not raw.get("source"):
        text = written({"source": source.key}) + "\n" + text
    response = HttpResponse(text.encode(), content_type="application/toml; charset=utf-8")
    name = quote(f"{slugify(source.key) or 'mapping'}.toml")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


def _text_of(file: Any) -> str:
    if file.size > MAPPING_BYTES:
        raise Problem(
            gettext("This is too large for a mapping."), mend=gettext("Choose a .toml file.")
        )
    try:
        text: str = file.read().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise Problem(
            gettext("A mapping is written in UTF-8."), mend=gettext("Save it as UTF-8.")
        ) from error
    parse(text, file.name or "")
    return text


@require_POST
def remove(request: Request, draft_id: UUID) -> HttpResponse:
    """The file is not brought in after all."""
    draft = _draft(request, draft_id)
    drafts.forget_draft(draft, request.user)
    toasts.tell(request, _("The file is gone; nothing of it was imported."))
    return redirect("records:sources")


# What the page shows


def _context(request: Request, draft: Draft) -> dict[str, Any]:
    plan = _plan(draft)
    context: dict[str, Any] = {
        "draft": draft,
        "plan": plan,
        "sources": _sources(request),
        "suggested": draft.name or drafts.named_after(draft.file_name),
        "delimiters": DELIMITERS,
        "delimiter": {"\t": "tab"}.get(plan.file.delimiter, plan.file.delimiter),
        "name_problem": _name_problem(draft),
    }
    try:
        found = _survey(draft, plan.file)
    except Problem as problem:
        return context | {"problem": _renamed(problem, draft), "encodings": form_encodings(draft)}
    guessed = guess(found, draft.file_name)
    wrong = form.wrongs(plan, found)
    head, rows = shown.preview(plan, found)
    came = before(request.viewer, draft.file_name, found.header)
    context |= {
        "survey": found,
        "before": came,
        "is_new_kind": _is_new_kind(draft, came),
        "kin": None if draft.source else kin_of(request.viewer, plan, found),
        "encodings": form_encodings(draft),
        "heads": [(n, line) for n, line in enumerate(found.head, start=1)],
        "head": head,
        "rows": rows,
        "broken": [
            {"why": reasons.name_of(code), "rows": count} for code, count in found.broken_by.items()
        ],
        "parts": shown.parts_of(plan),
        "types": shown.record_types(),
        "units": shown.units(),
        "groups": groups(plan),
        "columns": shown.shown_columns(plan, found, guessed, wrong),
        "more_columns": max(0, len(found.columns) - shown.MOST_SHOWN),
        "dates": form.BETWEEN.join(plan.dates),
        "date_options": shown.file_dates(plan, found),
        "number_options": shown.file_numbers(plan, found),
        "fixed": [*enumerate(plan.fixed), (len(plan.fixed), None)],
        "record_words": type_of(plan.record_type).words if plan.has("record") else None,
        "rest": written(dict(plan.rest)) if plan.rest else "",
        "wrong_parts": [one for one in wrong if one.field == "parts"],
        "wrong_columns": [one for one in wrong if one.field == "columns"],
        "only": shown.shown_only(plan, found),
        "wrong_only": [one for one in wrong if one.field == "only"],
        "wrong_fixed": {one.field: one for one in wrong if one.field.startswith("fixed")},
        "is_ready": not [one for one in wrong if not one.is_hint],
        "has_left": len(plan.uses) < len(found.columns),
    }
    return context | _examples(draft, found, wrong) | _trial_context(request, draft)


def _is_new_kind(draft: Draft, came: Before | None) -> bool:
    """Whether its source has sent files, and none with these columns."""
    if draft.source is None or (came and came.source == draft.source):
        return False
    return draft.source.imports.filter(state=ImportState.DONE).exists()


def _examples(draft: Draft, found: Survey, wrong: Iterable[Wrong]) -> dict[str, Any]:
    try:
        made = examples(draft.mapping, found, draft.source or Source(key="new", words={}))
    except Problem as problem:
        said = next(
            (one.problem for one in wrong if not one.is_hint), problem
        )  # in the form's words
        return {"examples": [], "mapping_problem": _renamed(said, draft)}
    return {"examples": made}


def _trial_context(request: Request, draft: Draft) -> dict[str, Any]:
    trial = draft.trials.first()
    if trial is None:
        return {"draft": draft, "trial": None}
    total, done = trial.rows_total, trial.rows_done
    return {
        "draft": draft,
        "trial": trial,
        "trial_is_running": trial.state == TrialState.RUNNING,
        "trial_is_old": trial.mapping != draft.mapping,
        "trial_percent": min(99, 100 * done // total) if total else None,
        "report": _in_words(trial) if trial.report else None,
    }


def _in_words(trial: Trial) -> dict[str, Any]:
    """The report, its reasons in the reader's language."""
    report = dict(trial.report)
    report["reasons"] = [
        {
            "name": reasons.name_of(one["code"]),
            "rows": one["rows"],
            "examples": [
                row
                | {
                    "why": reasons.reason(one["code"], row["detail"]),
                    "mend": reasons.mend(one["code"], row["detail"]),
                }
                for row in one["examples"]
            ],
        }
        for one in report["reasons"]
    ]
    report["sure"] = [one for one in report["together"] if one["is_sure"]]
    report["unsure"] = [one for one in report["together"] if not one["is_sure"]]
    report["is_sample"] = report["matched"] < report["to_match"]
    report["new"] = [one | {"words": _what(one["what"])} for one in report["new"]]
    report["changed"] = [one | {"words": _what(one["what"])} for one in report["changed"]]
    return report


def _what(key: str) -> str:
    from concord.customers.models import Kind
    from concord.kernel.words import say

    return str(Kind(key).label) if key in Kind.values else say(type_of(key).words)


def _name_problem(draft: Draft) -> str:
    taken = draft.name and Source.objects.filter(key=key_of(draft.name)).exists()
    if draft.source is None and taken:
        return gettext("There is a source of this name already: choose it, or another name.")
    return ""


def _sources(request: Request) -> list[Source]:
    tended = Source.objects.filter(access.tended(request.viewer)).exclude(key=Source.DESK)
    return sorted(tended, key=str)


def form_encodings(draft: Draft) -> list[str]:
    return likely_encodings(kept.path_of(draft.kept))


def _plan(draft: Draft) -> Plan:
    return read(draft.mapping) if draft.mapping.strip() else Plan()


def _survey(draft: Draft, file: FileOptions) -> Survey:
    return survey(kept.path_of(draft.kept), file if file != FILE else None)


def _renamed(problem: Problem, draft: Draft) -> Problem:
    """The place as the file's owner calls it."""
    problem.place = problem.place.replace(kept.path_of(draft.kept).name, draft.file_name)
    return problem


def _draft(request: Request, draft_id: UUID) -> Draft:
    _require_import(request)
    draft = get_object_or_404(Draft.objects.select_related("source", "by", "imported"), pk=draft_id)
    if not access.may_bring_in(request.viewer, draft):
        raise PermissionDenied
    return draft


def _require_import(request: Request) -> None:
    if not access.may_import(request.viewer):
        raise PermissionDenied
