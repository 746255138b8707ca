"""Our promise: read by everybody, changed by the sponsor."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from concord.dmn.model import Model
from concord.kernel import time
from concord.kernel.errors import Problem
from concord.kernel.words import say
from concord.treatment import access, policies, queries, requests
from concord.treatment.actions.limits import move_limit, preview
from concord.treatment.actions.publish import install_default
from concord.treatment.forms import BeginForm, ForceForm, LimitForm
from concord.treatment.models import PolicyInForce
from concord.treatment.policy.reasons import WHY
from concord.treatment.promise import Reader, Threshold, find_threshold
from concord.treatment.simulate import Outcome, Touched
from concord.treatment.words import act_words
from concord.ui import toasts
from concord.ui.http import Request

KINDS = {kind.table: kind.words for kind in requests.BUILT_IN}


@require_GET
def promise(request: Request) -> HttpResponse:
    """The policy in force, or an earlier version (`?version=`), as plain sentences."""
    number = request.GET.get("version", "")
    if not PolicyInForce.objects.exists():
        return _beginning(request)
    in_force = policies.in_force(time.today())
    shown = policies.by_number(int(number)) if number.isdecimal() and len(number) < 10 else in_force
    return render(
        request,
        "treatment/promise.html",
        {
            "policy": in_force,
            "shown": shown,
            "is_current": shown.number == in_force.number,
            "sections": _reader(shown.model).sections(),
            "versions": queries.versions(),
            "may_change": access.may_change_policy(request.viewer),
        },
    )


@require_POST
def begin(request: Request) -> HttpResponse:
    """Put the policy that Concord comes with in force: the sponsor of a new company, once."""
    form = BeginForm(request, request.POST)
    if PolicyInForce.objects.exists() or not form.is_valid():
        return redirect("treatment:promise")
    install_default(request.user, time.today(), form.cleaned_data["reason"], form.password())
    toasts.tell(request, _("Our promise is in force. Move its limits as you need them."))
    return redirect("treatment:promise")


def _beginning(request: Request) -> HttpResponse:
    """Before the first policy: what Concord comes with, to be read and put in force."""
    context = {
        "sections": _reader(policies.default()).sections(),
        "may_change": access.may_change_policy(request.viewer),
        "form": BeginForm(request, initial={"reason": say(WHY)}),
    }
    return render(request, "treatment/beginning.html", context)


@require_http_methods(["GET", "POST"])
def change(request: Request) -> HttpResponse:
    """Move one limit: look (GET with a number), then put in force (POST)."""
    if not access.may_change_policy(request.viewer):
        raise PermissionDenied
    policy = policies.in_force(time.today())
    data = request.POST if request.method == "POST" else request.GET
    limit = find_threshold(_reader(policy.model).sections(), data.get("limit", ""))
    context: dict[str, Any] = {"policy": policy, "limit": limit}
    if request.method == "POST":
        force = ForceForm(request, request.POST)
        if force.is_valid() and (done := _put_in_force(request, limit, force, context)):
            return done
        return _show(request, limit, force, context, status=422)
    return _show(request, limit, None, context)


def _put_in_force(
    request: Request, limit: Threshold, form: ForceForm, context: dict[str, Any]
) -> HttpResponse | None:
    said = form.cleaned_data
    try:
        made = move_limit(
            request.user,
            limit,
            said["number"],
            said["from_date"],
            said["reason"],
            said["seen"],
            form.password(),
        )
    except Problem as problem:
        context["problem"] = problem
        return None
    toasts.tell(
        request, _("In force: version %(number)d of our promise.") % {"number": made.version.number}
    )
    return redirect("treatment:promise")


def _show(
    request: Request,
    limit: Threshold,
    force: ForceForm | None,
    context: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    number = (request.POST if force else request.GET).get("number", "")
    context["form"] = LimitForm(initial={"limit": limit.key, "number": number or limit.number})
    if number:
        try:
            seen = preview(request.user, limit, number)
        except Problem as problem:
            context.setdefault("problem", problem)
            return render(request, "treatment/change.html", context, status=422)
        reader = _reader(seen.policy.model)
        context |= {
            "number": number,
            "comparison": seen.comparison,
            "rows": [_row(each, reader) for each in seen.comparison.named],
            "force": force
            or ForceForm(
                request,
                initial={
                    "limit": limit.key,
                    "number": number,
                    "seen": seen.policy.number,
                    "from_date": time.today(),
                },
            ),
        }
    return render(request, "treatment/change.html", context, status=status)


def _row(touched: Touched, reader: Reader) -> dict[str, Any]:
    return {
        "customer": touched,
        "more": max(0, len(touched.changes) - 2),
        "changes": [
            {
                "words": KINDS.get(each.request, {"en": _("Any other request")}),
                "before": _said(each.before, each.before.act == each.after.act, reader),
                "after": _said(each.after, each.before.act == each.after.act, reader),
            }
            for each in touched.changes
        ],
    }


def _said(outcome: Outcome, whole: bool, reader: Reader) -> str:
    """What to do; where that stays the same, all of it, so that the difference can be seen."""
    if whole:
        return reader.outcome(asdict(outcome) | {"benefits": [*outcome.benefits]})[0]
    return act_words("" if outcome.act == "ask" else outcome.act)


def _reader(model: Model) -> Reader:
    return Reader(model, get_language() or "en")
