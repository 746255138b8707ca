"""Examples of the policy: of a draft, from an answer, and as kit cases to take out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from concord.dmn.model import Model
from concord.kernel.errors import Problem
from concord.treatment import access, examples, policies
from concord.treatment.actions import drafts
from concord.treatment.actions import examples as keeping
from concord.treatment.actions.publish import example_in_words
from concord.treatment.example_form import ExampleForm
from concord.treatment.models import PolicyDraft
from concord.ui import toasts
from concord.ui.http import Request


@require_http_methods(["GET", "POST"])
def draft_examples(request: Request, draft_id: UUID) -> HttpResponse:
    """The examples of a draft with what became of each (GET); one more by hand (POST)."""
    draft = _draft(request, draft_id)
    model = drafts.model_of(draft)
    context: dict[str, Any] = {"draft": draft, "ran": shown(model)}
    if request.method == "GET":
        form = ExampleForm(model)
        return render(request, "treatment/examples.html", context | {"form": form})
    form = ExampleForm(model, request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            keeping.write(
                request.user, draft.pk, said["name"], said["table"], form.given(), form.expect()
            )
        except Problem as problem:
            context["problem"] = problem
        else:
            toasts.tell(request, _("Kept as an example."))
            return redirect("treatment:draft_examples", draft.pk)
    return render(request, "treatment/examples.html", context | {"form": form}, status=422)


@require_POST
def remove(request: Request, draft_id: UUID, example: str) -> HttpResponse:
    draft = _draft(request, draft_id)
    keeping.remove(request.user, draft.pk, example)
    return redirect("treatment:draft_examples", draft.pk)


@require_http_methods(["GET", "POST"])
def from_answer(request: Request, answer_id: UUID) -> HttpResponse:
    """Keep what an answer rested on, and said, as an example in a draft."""
    if not access.may_draft(request.viewer):
        raise PermissionDenied
    if not access.may_read_answer(request.viewer, answer_id):
        raise Http404
    entry = access.find_answer(request.user, answer_id)
    open_ = PolicyDraft.objects.filter(closed_at=None).defer("xml").order_by("-changed_at")[:50]
    context: dict[str, Any] = {"entry": entry, "drafts": list(open_)}
    if request.method == "GET":
        return render(request, "treatment/example_new.html", context)
    name = request.POST.get("name", "")
    try:
        chosen = _chosen(request)
        keeping.keep_answer(request.user, chosen, answer_id, name)
    except Problem as problem:
        context |= {"problem": problem, "name": name}
        return render(request, "treatment/example_new.html", context, status=422)
    toasts.tell(request, _("Kept as an example."))
    return redirect("treatment:draft_examples", chosen)


@require_GET
def kit(request: Request, number: int) -> HttpResponse:
    """The examples of a version as the kit's test cases of its DMN file."""
    if not access.may_read_examples(request.viewer):
        raise PermissionDenied
    file = f"promise-{number}.dmn"
    cases = examples.as_kit(policies.by_number(number).model, file)
    response = HttpResponse(cases, content_type="application/xml")
    response["Content-Disposition"] = f'attachment; filename="promise-{number}-test-01.xml"'
    return response


def shown(model: Model) -> list[dict[str, Any]]:
    """Every example, and in words where it fails."""
    return [
        {"ran": each, "words": "" if each.passed else example_in_words(each, model)}
        for each in examples.ran(model)
    ]


def _chosen(request: Request) -> UUID:
    said = request.POST.get("draft", "")
    if said == "new":
        return drafts.begin(request.user, pgettext("promise", "Examples")).pk
    try:
        return UUID(said)
    except ValueError:
        raise Problem(_("Choose a draft."), place="draft") from None


def _draft(request: Request, draft_id: UUID) -> PolicyDraft:
    if not access.may_draft(request.viewer):
        raise PermissionDenied
    found = PolicyDraft.objects.filter(pk=draft_id).first()
    if found is None:
        raise Http404
    return found
