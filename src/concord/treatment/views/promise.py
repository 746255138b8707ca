"""Our promise: read by everybody, changed by the sponsor."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from concord.dmn.model import Model
from concord.kernel import time
from concord.kernel.words import say
from concord.treatment import access, briefed, policies, queries
from concord.treatment.actions import objections
from concord.treatment.actions.publish import install_default
from concord.treatment.forms import BeginForm
from concord.treatment.keeping.overview import this_month
from concord.treatment.models import PolicyInForce, PolicyProposal
from concord.treatment.policy.reasons import WHY
from concord.treatment.policy.trades import TRADES
from concord.treatment.promise import Reader
from concord.ui import toasts
from concord.ui.http import Request


@require_GET
def promise(request: Request) -> HttpResponse:
    """The policy in force, or an earlier version (`?version=`), as plain sentences."""
    number = request.GET.get("version", "")
    if not PolicyInForce.objects.exists():
        return _beginning(request)
    in_force = policies.in_force(time.today())
    shown = policies.by_number(int(number)) if number.isdecimal() and len(number) < 10 else in_force
    sections, versions = _reader(shown.model).sections(), queries.versions()
    return render(
        request,
        "treatment/promise.html",
        {
            "policy": in_force,
            "shown": shown,
            "is_current": shown.number == in_force.number,
            "sections": sections,
            "versions": versions,
            "states": queries.states(versions, time.today()),
            "proposed": PolicyProposal.objects.filter(end=None).count(),
            "shares": briefed.latest(),
            "kept": this_month(request.viewer) if access.may_see_kept(request.viewer) else None,
            "objectable": shown.number if shown.number == in_force.number else None,
            "objections": objections.open_at(
                [rule.id for section in sections for rule in section.rules]
            ),
            "may_change": access.may_change_policy(request.viewer),
            "may_draft": access.may_draft(request.viewer),
        },
    )


@require_POST
def begin(request: Request) -> HttpResponse:
    """Put the policy that Concord comes with in force: the sponsor of a new company, once."""
    form = BeginForm(request, request.POST)
    if PolicyInForce.objects.exists():
        return redirect("treatment:promise")
    if not form.is_valid():
        return _beginning(request, form, status=422)
    said = form.cleaned_data
    trade = request.POST.get("trade", "")
    install_default(request.user, time.today(), said["reason"], form.password(), trade)
    toasts.tell(request, _("Our promise is in force. Move its limits as you need them."))
    return redirect("treatment:promise")


def _beginning(request: Request, form: BeginForm | None = None, status: int = 200) -> HttpResponse:
    """Before the first policy: what Concord comes with, by trade, to be read and put in force."""
    asked = request.POST.get("trade") or request.GET.get("trade") or ""
    trade = TRADES.get(asked) or next(iter(TRADES.values()))
    context = {
        "trades": TRADES.values(),
        "trade": trade,
        "sections": _reader(trade.model).sections(),
        "may_change": access.may_change_policy(request.viewer),
        "form": form or BeginForm(request, initial={"reason": say(WHY)}),
    }
    return render(request, "treatment/beginning.html", context, status=status)


def _reader(model: Model) -> Reader:
    return Reader(model, get_language() or "en")
