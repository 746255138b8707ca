"""Moving a limit: look who would be treated differently, then put in force what was seen."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from concord.kernel import time
from concord.kernel.errors import Problem
from concord.treatment import access, policies, queries, requests, simulate
from concord.treatment.actions import previews
from concord.treatment.forms import ForceForm, LimitForm
from concord.treatment.models import PolicyPreview
from concord.treatment.promise import Reader, find_threshold
from concord.treatment.simulate import Outcome, Touched
from concord.treatment.words import act_words
from concord.ui import toasts
from concord.ui.http import Request

KINDS = {kind.table: kind.words for kind in requests.BUILT_IN}


@require_http_methods(["GET", "POST"])
def change(request: Request) -> HttpResponse:
    """Choose another number for a limit (GET); look what it would do (POST). Nothing changes."""
    _only_sponsor(request)
    policy = policies.in_force(time.today())
    reader = Reader(policy.model, get_language() or "en")
    sent = request.POST if request.method == "POST" else request.GET
    limit = find_threshold(reader.sections(), sent.get("limit", ""))
    context: dict[str, Any] = {
        "limit": limit,
        "base": policy.number,
        "stands": reader.rules_with(limit),
    }
    if request.method == "GET":
        form = LimitForm(initial={"limit": limit.key, "number": limit.number})
        return render(request, "treatment/change.html", context | {"form": form})
    form = LimitForm(request.POST)
    if form.is_valid():
        try:
            made = previews.look(request.user, limit, form.cleaned_data["number"])
        except Problem as problem:
            context["problem"] = problem
        else:
            return redirect("treatment:preview", made.pk)
    return render(request, "treatment/change.html", context | {"form": form}, status=422)


@require_GET
def preview(request: Request, preview_id: UUID) -> HttpResponse:
    """What a moved limit would do; one that is not known yet asks for itself again."""
    _only_sponsor(request)
    found = _find(request, preview_id)
    previews.go_on(found)
    if found.finished_at is None:
        found.refresh_from_db()
    force = ForceForm(request, initial={"from_date": time.today()})
    template = "treatment/_preview.html" if request.htmx else "treatment/change.html"
    return render(request, template, _shown(found, force))


@require_POST
def force(request: Request, preview_id: UUID) -> HttpResponse:
    """Put in force what was looked at."""
    _only_sponsor(request)
    found = _find(request, preview_id)
    form = ForceForm(request, request.POST)
    context: dict[str, Any] = {}
    if form.is_valid():
        said = form.cleaned_data
        try:
            made = previews.put_in_force(
                request.user, found.pk, said["from_date"], said["reason"], form.password()
            )
        except Problem as problem:
            context["problem"] = problem
        else:
            number = made.version.number
            toasts.tell(
                request, _("In force: version %(number)d of our promise.") % {"number": number}
            )
            return redirect("treatment:promise")
    context = _shown(found, form) | context
    return render(request, "treatment/change.html", context, status=422)


def _only_sponsor(request: Request) -> None:
    if not access.may_change_policy(request.viewer):
        raise PermissionDenied


def _find(request: Request, preview_id: UUID) -> PolicyPreview:
    found = PolicyPreview.objects.select_related("base", "put_in_force__version").filter(
        pk=preview_id, by_id=request.user.pk
    )
    return found.first() or _gone()


def _gone() -> PolicyPreview:
    raise Http404


def _shown(preview: PolicyPreview, force: ForceForm) -> dict[str, Any]:
    limit = previews.limit_of(preview)
    reader = Reader(policies.model_of(preview.base), get_language() or "en")
    context: dict[str, Any] = {
        "preview": preview,
        "shown": reader.shown(limit, preview.number),
        "stands": reader.rules_with(limit),
        "limit": limit,
        "base": preview.base.number,
        "form": LimitForm(initial={"limit": limit.key, "number": preview.number}),
        "force": force,
        "old": previews.out_of_date(preview) if preview.put_in_force is None else "",
        "coming": queries.coming(),
    }
    if preview.result is not None:
        comparison = simulate.load(preview.result)
        rows = [_row(each, reader) for each in comparison.named]
        context |= {"comparison": comparison, "rows": rows}
    return context


def _row(touched: Touched, reader: Reader) -> dict[str, Any]:
    return {
        "customer": touched,
        "more": max(0, len(touched.changes) - 2),
        "changes": [
            {
                "words": KINDS.get(each.request, {"en": _("Any other request")}),
                "move": " → ".join(
                    _said(said, each.before.act == each.after.act, reader)
                    for said in (each.before, each.after)
                ),
            }
            for each in touched.changes
        ],
    }


def _said(outcome: Outcome, whole: bool, reader: Reader) -> str:
    """What to do; where that stays the same, all of it, so that the difference can be seen."""
    if whole:
        return reader.outcome(outcome.outputs())[0]
    return act_words("" if outcome.act == "ask" else outcome.act)
