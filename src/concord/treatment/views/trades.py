"""Policies of four trades: to be read as sentences, and to begin a draft from."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods

from concord.kernel.words import say
from concord.treatment.actions import draft_files
from concord.treatment.models import PolicyInForce
from concord.treatment.policy.trades import TRADES
from concord.treatment.promise import Reader
from concord.treatment.views.drafts import only_drafters
from concord.ui.http import Request


@require_GET
def listed(request: Request) -> HttpResponse:
    only_drafters(request)
    return render(request, "treatment/trades.html", {"trades": TRADES.values()})


@require_http_methods(["GET", "POST"])
def trade(request: Request, key: str) -> HttpResponse:
    """The policy of a trade in plain sentences (GET); a draft that says the same (POST)."""
    only_drafters(request)
    if key not in TRADES:
        raise Http404
    found, language = TRADES[key], get_language() or "en"
    if request.method == "POST":
        name = request.POST.get("name", "").strip() or say(found.words)
        draft = draft_files.begin_from_trade(request.user, name, found)
        return redirect("treatment:draft", draft.pk)
    context = {
        "trade": found,
        "trades": TRADES.values(),
        "sections": Reader(found.model, language).sections(),
        "has_policy": PolicyInForce.objects.exists(),
    }
    return render(request, "treatment/trade.html", context)
