"""The policy as a file: taken out of a version or a draft, brought into a draft."""

from __future__ import annotations

import json
import re
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from concord.dmn.layout import with_layout
from concord.dmn.model import Model
from concord.dmn.older import as_1_3
from concord.kernel.errors import Problem
from concord.treatment import access, brought, examples, policies
from concord.treatment.actions import draft_files, drafts
from concord.treatment.models import PolicyDraft
from concord.treatment.vocabulary import speaker
from concord.treatment.workbook.talk import Talk
from concord.treatment.workbook.write import workbook
from concord.ui import toasts
from concord.ui.http import Request

XML: Final = "application/xml"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OLD: Final = "1.3"


@require_GET
def version_dmn(request: Request, number: int) -> HttpResponse:
    """A version as DMN 1.5, or as 1.3 (`?as=1.3`) for dmn-js; its examples only for who drafts."""
    model = policies.by_number(number).model
    if not access.may_read_examples(request.viewer):
        model = examples.without_any(model)
    return _dmn(request, model, f"promise-{number}")


@require_GET
def version_workbook(request: Request, number: int) -> HttpResponse:
    model, mark = policies.by_number(number).model, draft_files.version_mark(number)
    return _workbook(model, f"promise-{number}", mark)


@require_GET
def draft_dmn(request: Request, draft_id: UUID) -> HttpResponse:
    draft = _draft(request, draft_id)
    return _dmn(request, drafts.model_of(draft), _called(draft))


@require_GET
def draft_workbook(request: Request, draft_id: UUID) -> HttpResponse:
    draft = _draft(request, draft_id)
    return _workbook(drafts.model_of(draft), _called(draft), draft_files.mark(draft))


@require_http_methods(["GET", "POST"])
def draft_file(request: Request, draft_id: UUID) -> HttpResponse:
    """Bring a file into a draft: first what it would change is shown, then it is taken."""
    draft = _draft(request, draft_id)
    context: dict[str, Any] = {"draft": draft}
    if request.method == "GET":
        return _page(request, context)
    try:
        model = drafts.model_of(draft)
        if "changes" in request.POST:
            return _take(request, draft, model, context)
        name, data = _file(request)
        found = draft_files.changes_of(draft, name, data)
        return _page(request, context | {"name": name} | _shown(draft, model, found))
    except Problem as problem:
        return _page(request, context | {"problem": problem}, 422)


@require_http_methods(["GET", "POST"])
def new_draft_file(request: Request) -> HttpResponse:
    """A new draft out of a file, beside what is in force."""
    if not access.may_draft(request.viewer):
        raise PermissionDenied
    if request.method == "GET":
        return _page(request, {})
    said = request.POST.get("name", "")
    try:
        name, data = _file(request)
        called = said.strip() or name.rpartition(".")[0] or name
        draft = draft_files.begin(request.user, called, name, data)
    except Problem as problem:
        return _page(request, {"problem": problem, "said": said}, 422)
    toasts.tell(request, _("The draft stands. Nothing else has changed."))
    return redirect("treatment:draft", draft.pk)


def _take(
    request: Request, draft: PolicyDraft, model: Model, context: dict[str, Any]
) -> HttpResponse:
    """Carry out what was shown; where the draft became another since, it is shown anew."""
    found = _changes(request.POST["changes"])
    name = request.POST.get("name", "")[:200]
    if request.POST.get("revision") != str(draft.revision):
        problem = Problem(
            _("Somebody changed this draft meanwhile."),
            mend=_("Below is what the file would change now."),
        )
        shown = _shown(draft, model, found)
        return _page(request, context | {"name": name, "problem": problem} | shown, 409)
    drafts.change(request.user, draft.pk, found, seen=draft.revision)
    toasts.tell(request, _("The draft is what the file says."))
    return redirect("treatment:draft", draft.pk)


def _changes(text: str) -> list[brought.Change]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise Problem(_("This is no change of a policy."), place="changes", mend=_("Try again."))
    return found


def _shown(draft: PolicyDraft, model: Model, found: list[brought.Change]) -> dict[str, Any]:
    then = brought.after(model, found)
    return {
        "outlook": brought.outlook(model, then, get_language() or "en"),
        "changes": json.dumps(found, ensure_ascii=False),
        "revision": draft.revision,
    }


def _draft(request: Request, draft_id: UUID) -> PolicyDraft:
    if not access.may_draft(request.viewer):
        raise PermissionDenied
    draft = PolicyDraft.objects.filter(pk=draft_id).first()
    if draft is None:
        raise Problem(_("There is no such draft."), place="draft", code="not-found")
    return draft


def _file(request: Request) -> tuple[str, bytes]:
    file = request.FILES.get("file")
    if file is None or isinstance(file, list):
        raise Problem(_("No file was chosen."), mend=_("Choose a DMN or Excel file."))
    if (file.size or 0) > brought.LARGEST:
        return file.name or "file", bytes(brought.LARGEST + 1)  # which is refused by its length
    return file.name or "file", file.read()


def _dmn(request: Request, model: Model, called: str) -> HttpResponse:
    drawn = with_layout(model)
    is_old = request.GET.get("as") == OLD
    data = as_1_3(drawn) if is_old else drawn.save()
    return _download(data, XML, f"{called}{'-1.3' if is_old else ''}.dmn")


def _workbook(model: Model, called: str, mark: str) -> HttpResponse:
    language = get_language() or "en"
    data = workbook(model, speaker(language), mark, Talk(model, language))
    return _download(data, XLSX, f"{called}.xlsx")


def _download(data: bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _called(draft: PolicyDraft) -> str:
    """A file name of letters that every system has."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", draft.name).strip("-").lower()
    return f"{plain or 'draft'}-{draft.revision}"


def _page(request: Request, context: dict[str, Any], status: int = 200) -> HttpResponse:
    context |= {"megabytes": brought.LARGEST >> 20}
    return render(request, "treatment/draft_file.html", context, status=status)
