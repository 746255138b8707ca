"""How long things are kept: the rules, what is due, and what was done."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from concord.kernel.errors import Problem
from concord.kernel.words import say
from concord.records import access, types
from concord.records.actions import retention
from concord.records.models import Disposal, RetentionRule
from concord.ui import toasts
from concord.ui.http import Request, row_id


@require_http_methods(["GET", "POST"])
def index(request: Request) -> HttpResponse:
    if not access.may_set_retention(request.viewer):
        raise PermissionDenied
    problem = None
    if request.method == "POST":
        said = request.POST
        try:
            retention.keep_for(
                request.user, said.get("type", ""), row_id(said.get("months", "")),
                said.get("basis", ""), automatic=said.get("automatic") == "on",
            )  # fmt: skip
        except Problem as error:
            problem = error
        else:
            retention.propose()
            toasts.tell(request, _("Saved."))
            return redirect("records:retention")
    context = {
        "problem": problem,
        "rules": [(each, name_of(each.type)) for each in RetentionRule.objects.order_by("type")],
        "types": [*((key, say(each.plural)) for key, each in types.all_types().items()),
                  (RetentionRule.PROFILES, name_of(RetentionRule.PROFILES))],
        "set": [(each, name_of(each.subject_id)) for each in retention.changes()],
        "said": request.POST if problem else {},
        "due": [(each, name_of(each.type), retention.examples(each))
                for each in Disposal.objects.filter(finished_at=None).order_by("type")],
        "past": [(each, name_of(each.type)) for each in Disposal.objects.exclude(
            finished_at=None).select_related("approved_by").order_by("-id")[:50]],
    }  # fmt: skip
    status = 422 if problem else 200
    return render(request, "records/retention.html", context, status=status)


@require_POST
def approve(request: Request, disposal_id: int) -> HttpResponse:
    if not access.may_set_retention(request.viewer):
        raise PermissionDenied
    found = get_object_or_404(Disposal, pk=disposal_id)
    retention.approve(request.user, found, _count(request.POST.get("seen", "")))
    toasts.tell(request, _("Approved: the worker empties them, batch by batch."))
    return redirect("records:retention")


def _count(typed: str) -> int:
    """How many somebody typed, with or without signs between the figures."""
    return row_id("".join(filter(str.isdecimal, typed)))


def name_of(type_: str) -> str:
    if type_ == RetentionRule.PROFILES:
        return _("What systems said of customers and took back")
    declared: Any = types.all_types().get(type_)
    return say(declared.plural) if declared else type_
