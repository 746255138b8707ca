"""A briefing: what a version that comes into force changes for a department."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from concord.customers import access as customers_access
from concord.customers.models import Customer
from concord.treatment import access, policies, requests, simulate
from concord.treatment.actions import briefings
from concord.treatment.models import Acknowledgement, Briefing
from concord.treatment.outcome import Outcome
from concord.treatment.simulating.told import Teller, act_words
from concord.treatment.vocabulary import speaker
from concord.ui import toasts
from concord.ui.http import Request


@require_GET
def briefing(request: Request, briefing_id: int) -> HttpResponse:
    found = _find(request, briefing_id)
    say = speaker(get_language() or "en")
    tables = [
        {
            "title": say(each["decision"], "decision") if each["decision"] else _("Our own words"),
            "whole": each["whole"],
            "sentences": _in_language(each["sentences"]),
        }
        for each in found.content["tables"]
    ]
    mine = Acknowledgement.objects.filter(briefing=found, user_id=request.user.pk).first()
    context = {
        "briefing": found,
        "tables": tables,
        "customers": _customers(request, found),
        "mine": mine,
        "may_acknowledge": mine is None and access.is_briefed(request.viewer, found),
    }
    return render(request, "treatment/briefing.html", context)


@require_POST
def acknowledge(request: Request, briefing_id: int) -> HttpResponse:
    found = _find(request, briefing_id)
    if not access.is_briefed(request.viewer, found):
        raise PermissionDenied
    briefings.acknowledge(request.user, found)
    toasts.tell(request, _("Noted: you have read it."))
    return redirect("treatment:briefing", found.pk)


def _find(request: Request, briefing_id: int) -> Briefing:
    rows = Briefing.objects.select_related("in_force__version", "department")
    found = rows.filter(pk=briefing_id).first()
    if found is None:
        raise Http404
    if not access.may_read_briefing(request.viewer, found):
        raise PermissionDenied
    return found


def _in_language(sentences: dict[str, list[str]]) -> list[str]:
    return sentences.get(get_language() or "en") or sentences["en"]


def _customers(request: Request, found: Briefing) -> list[dict[str, object]]:
    """A few whom this reader may see, with what would be answered differently."""
    kept = [key for key, _changes in found.content["customers"]]
    hidden = customers_access.held_back(request.viewer)
    seen = Customer.objects.filter(pk__in=kept).exclude(pk__in=hidden).values_list("pk", flat=True)
    allowed = {str(key) for key in seen}
    said = [each for each in found.content["customers"] if each[0] in allowed]
    known = simulate.load({"customers": 0, "touched": 0, "named": said[: briefings.EXAMPLES]})
    kinds = {kind.table: kind.words for kind in requests.BUILT_IN}
    kinds |= {kind.key: kind.words for kind in requests.all_kinds()}
    teller = Teller(requests.all_kinds(), policies.model_of(found.in_force.version))
    return [
        {
            "customer": each,
            "changes": [
                {
                    "words": kinds.get(change.request, {"en": _("Any other request")}),
                    "before": _said(teller, change.before, change.after),
                    "after": _said(teller, change.after, change.before),
                }
                for change in each.changes
            ],
        }
        for each in known.named
    ]


def _said(teller: Teller, one: Outcome, other: Outcome) -> str:
    """What to do; where that stays the same, all of it, so that the difference can be seen."""
    return teller.whole(one) if one.act == other.act else act_words(one.act)
