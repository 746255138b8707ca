"""The systems that say something: how they are, and what their imports did."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from concord.customers import words as customer_words
from concord.kernel.errors import Problem
from concord.kernel.models import Department, Source, User
from concord.kernel.time import now
from concord.records import access
from concord.records.actions.drafts import begin_trial, bring
from concord.records.actions.sources import change_source, create_source
from concord.records.importing import kept
from concord.records.importing.alike import warnings_of
from concord.records.importing.background import resume_import, start_kept, start_undo
from concord.records.importing.kinds import mapping_of_file
from concord.records.importing.mapping import parse
from concord.records.importing.replay import DISMISSED
from concord.records.importing.run import judge, stop_import
from concord.records.models import Draft, Import, ImportState
from concord.records.queries.drafts import open_drafts
from concord.records.queries.health import history, warned_of
from concord.records.queries.imports import Pace, next_steps, what_would_go
from concord.records.queries.sources import promise_of, rows_to_fix, source_health
from concord.ui import toasts
from concord.ui.http import Request
from concord.ui.uploads import most_megabytes

SHOWN = 30
TAKEN_BACK = frozenset({ImportState.UNDOING, ImportState.UNDONE})
# What an import gave, by the names that its counts have for it.
KINDS = {
    "profiles": _("Profiles"),
    "records": _("Records"),
    "lines": _("Lines"),
    "links": _("Links"),
    "allocations": _("Allocated payments"),
    "relationships": _("Relationships"),
}
OUTCOMES = {
    "created": pgettext_lazy("outcome", "new"),
    "changed": pgettext_lazy("outcome", "changed"),
    "unchanged": pgettext_lazy("outcome", "unchanged"),
    "waiting": _("waiting for their record"),
    "over": _("not kept any more"),
}


class SourceForm(forms.Form):
    """What people decide about a source; its data comes from its files."""

    name = forms.CharField(label=_("Name"), max_length=50)
    department = forms.ModelChoiceField(
        Department.objects.order_by("key"),
        label=_("Department"),
        required=False,
        empty_label=_("None"),
    )
    owner = forms.ModelChoiceField(
        User.objects.filter(is_active=True, is_system=False).order_by("name"),
        label=_("Who answers for it"),
        required=False,
        empty_label=_("Nobody"),
    )
    fresh_hours = forms.IntegerField(
        label=_("Speaks at least every … hours"),
        min_value=1,
        max_value=24 * 366,
        required=False,
        help_text=_("Answers that rest on it say so when it is older than this."),
    )
    mapping = forms.CharField(
        label=_("How its files are read"),
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "false", "class": "code"}),
        required=False,
        help_text=_("The mapping of its columns; the guide to importing explains it."),
    )

    def clean_mapping(self) -> str:
        text: str = self.cleaned_data["mapping"]
        if text.strip():
            try:
                parse(text)
            except Problem as problem:
                raise forms.ValidationError(str(problem)) from problem
        return text

    @property
    def fresh_within(self) -> timedelta | None:
        hours = self.cleaned_data["fresh_hours"]
        return timedelta(hours=hours) if hours else None


@require_GET
def listing(request: Request) -> HttpResponse:
    """Every source with its health; the way to look into a file."""
    if not access.may_see_sources(request.viewer):
        raise PermissionDenied
    context = {
        "sources": source_health(),
        "to_fix": rows_to_fix(request.viewer),
        "may_import": access.may_import(request.viewer),
        "drafts": open_drafts(request.viewer, request.GET.get("cursor", "")),
    }
    return render(request, "records/sources.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    """A source by hand: its name, who answers for it, how its files are read."""
    _only_importers(request)
    form = SourceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        source = create_source(
            request.user,
            name=said["name"],
            department=said["department"],
            owner=said["owner"],
            fresh_within=form.fresh_within,
            mapping=said["mapping"],
        )
        return redirect("records:source", source.key)
    return render(request, "records/source_form.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: Request, key: str) -> HttpResponse:
    """One source: its promise, its imports; drop its next export here."""
    if not access.may_see_sources(request.viewer):
        raise PermissionDenied
    source = get_object_or_404(Source.objects.select_related("department", "owner"), key=key)
    problem = None
    if request.method == "POST":
        _require_tends(request, source)
        try:
            if request.POST.get("first"):
                draft = _look_first(request, source)
                return redirect(reverse("records:draft", args=[draft.pk]) + "#trial")
            return redirect(_take(request, source))
        except Problem as found:
            problem = found
    context = {
        "source": source,
        "promise": promise_of(source.last_spoke_at, source.fresh_within, now()),
        "health": history(source),
        "imports": source.imports.select_related("by")[:SHOWN],
        "masters": [customer_words.attribute(name) for name in source.masters],
        "may_import": access.tends(request.viewer, source),
        "problem": problem,
        "megabytes": most_megabytes(),
    }
    return render(request, "records/source.html", context, status=422 if problem else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: Request, key: str) -> HttpResponse:
    """Change what people decided about a source."""
    source = get_object_or_404(Source.objects.exclude(key=Source.DESK), key=key)
    _require_tends(request, source)
    within = source.fresh_within
    initial = {
        "name": str(source),
        "department": source.department,
        "owner": source.owner,
        "fresh_hours": int(within.total_seconds() // 3600) if within else None,
        "mapping": source.mapping,
    }
    form = SourceForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        change_source(
            request.user,
            source,
            name=said["name"],
            department=said["department"],
            owner=said["owner"],
            fresh_within=form.fresh_within,
            mapping=said["mapping"],
        )
        toasts.tell(request, _("Saved."))
        return redirect("records:source", source.key)
    return render(request, "records/source_form.html", {"form": form, "source": source})


@require_GET
def show_import(request: Request, import_id: int) -> HttpResponse:
    """How far an import is, or what became of it; the running one refreshes itself."""
    if not access.may_see_sources(request.viewer):
        raise PermissionDenied
    imported = get_object_or_404(
        Import.objects.select_related("source", "by", "undone_by"), pk=import_id
    )
    template = "records/_import.html" if request.htmx else "records/import.html"
    pace = Pace.of(imported, request.GET)
    return render(request, template, _import_context(request, imported) | {"pace": pace})


@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: Request, import_id: int) -> HttpResponse:
    """What would go with an import (within its page, or as one); POST undoes it as a whole."""
    imported = get_object_or_404(Import.objects.select_related("source"), pk=import_id)
    _require_tends(request, imported.source)
    if request.method == "POST":
        if start_undo(imported, request.user):
            told = _("What it said counts no more. What others said later stays.")
            toasts.tell(request, told)
    elif imported.state not in TAKEN_BACK:
        template = "records/_undoing.html" if request.htmx else "records/undoing.html"
        context = {"imported": imported, "goes": what_would_go(imported)}
        return render(request, template, context)
    return redirect("records:import", imported.pk)


@require_POST
def stop(request: Request, import_id: int) -> HttpResponse:
    """Stop a running import after its present batch."""
    imported = get_object_or_404(Import.objects.select_related("source"), pk=import_id)
    _require_tends(request, imported.source)
    if stop_import(imported, request.user):
        toasts.tell(request, _("Stopped. It can go on from there."))
    return redirect("records:import", imported.pk)


@require_POST
def resume(request: Request, import_id: int) -> HttpResponse:
    """Go on with an import that was stopped or broke off, with the file that is kept."""
    imported = get_object_or_404(Import.objects.select_related("source"), pk=import_id)
    _require_tends(request, imported.source)
    return redirect("records:import", resume_import(imported, request.user).pk)


def _import_context(request: Request, imported: Import) -> dict[str, Any]:
    total, done = imported.rows_total, imported.rows_done
    counts = imported.counts.get("rows", {})
    return {
        "imported": imported,
        "is_running": imported.state == ImportState.RUNNING,
        "percent": _percent(done, total),
        "undo_percent": _percent(imported.undo_done, imported.undo_total),
        "rows": counts,
        "kinds": {
            words: _in_words(imported.counts[kind])
            for kind, words in KINDS.items()
            if kind in imported.counts
        },
        "warnings": warnings_of(imported),
        "warned": warned_of(imported),
        "to_fix": imported.rejections.filter(resolved_at=None).count(),
        "may_import": access.tends(request.viewer, imported.source),
        "may_resume": imported.state in {ImportState.STOPPED, ImportState.FAILED}
        and kept.is_there(imported.kept),
        "draft": imported.draft_set.first(),
        "next": next_steps(imported),
        "is_taken_back": imported.state in TAKEN_BACK,
        "taken_back": {
            words: imported.undo_counts[kind]
            for kind, words in KINDS.items()
            if any(imported.undo_counts.get(kind, {}).values())
        },
        "customers": imported.counts.get("customers"),
        "put_aside": imported.rejections.filter(resolution=DISMISSED).count(),
        "mended": imported.counts.get("mended", {}).get("as_before", 0),
    }


def _percent(done: int, total: int | None) -> int | None:
    return min(100, round(100 * done / total)) if total else None


def _in_words(counts: Mapping[str, int]) -> dict[str, int]:
    return {str(words): counts[name] for name, words in OUTCOMES.items() if name in counts}


def _take(request: Request, source: Source) -> str:
    """The page of its next export: of its import, or where its columns are not as they were, of
    what they mean now."""
    file = request.FILES.get("file")
    if file is None or isinstance(file, list):
        raise Problem(str(_("No file was chosen.")), mend=str(_("Choose the export to read.")))
    if not source.mapping.strip():
        raise Problem(
            str(_("Nobody has said yet how the files of this source are read.")),
            place=str(source),
            mend=str(_("Write its mapping first, or look into the file and keep it.")),
        )
    called = file.name or "file"
    name = kept.keep(file.chunks(), called)
    mapping = mapping_of_file(source, kept.path_of(name))
    try:
        judge(kept.path_of(name), mapping)
    except Problem:
        kept.forget(name)
        draft = bring(file, called, by=request.user, source=source)
        toasts.tell(request, _("Its columns are not as they were: say what they mean now."))
        return reverse("records:draft", args=[draft.pk])
    imported = start_kept(name, source, mapping, file_name=called, by=request.user)
    return reverse("records:import", args=[imported.pk])


def _look_first(request: Request, source: Source) -> Draft:
    """Its next export, to be seen before anything happens: what would happen is being tried."""
    file = request.FILES.get("file")
    if file is None or isinstance(file, list):
        raise Problem(str(_("No file was chosen.")), mend=str(_("Choose the export to read.")))
    draft = bring(file, file.name or "file", by=request.user, source=source)
    with suppress(Problem):  # what is wrong with its columns stands on its page
        begin_trial(draft, request.user)
    return draft


def _only_importers(request: Request) -> None:
    if not access.may_import(request.viewer):
        raise PermissionDenied


def _require_tends(request: Request, source: Source) -> None:
    if not access.tends(request.viewer, source):
        raise PermissionDenied
