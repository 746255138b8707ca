"""An earlier version of our promise: what would change with it, and putting it in force again."""

from __future__ import annotations

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from concord.dmn.sentences import Language, finding_sentence
from concord.kernel import time
from concord.kernel.errors import Problem
from concord.treatment import access, policies, queries
from concord.treatment.actions.publish import put_back
from concord.treatment.forms import ForceForm
from concord.treatment.models import PolicyProposal
from concord.treatment.policies import Policy
from concord.treatment.policy.apart import differences
from concord.treatment.vocabulary import speaker
from concord.ui import toasts
from concord.ui.http import Request


@require_http_methods(["GET", "POST"])
def version(request: Request, number: int) -> HttpResponse:
    """What would change with the version (GET); put it in force again (POST)."""
    if not access.may_change_policy(request.viewer):
        raise PermissionDenied
    if proposed := PolicyProposal.objects.filter(version__number=number, end=None).first():
        return redirect("treatment:proposal", proposed.pk)
    found, now = policies.by_number(number), policies.in_force(time.today())
    context: dict[str, Any] = {"shown": found, "policy": now, "coming": queries.coming()}
    if request.method == "GET":
        form = ForceForm(request, initial={"from_date": time.today()})
        return _page(request, found, now, context | {"form": form})
    form = ForceForm(request, request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            put_back(request.user, number, said["from_date"], said["reason"], form.password())
        except Problem as problem:
            context["problem"] = problem
        else:
            toasts.tell(
                request, _("In force: version %(number)d of our promise.") % {"number": number}
            )
            return redirect("treatment:promise")
    return _page(request, found, now, context | {"form": form}, status=422)


def _page(
    request: Request, found: Policy, now: Policy, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    language = cast(Language, get_language() or "en")
    say = speaker(language, found.model, now.model)
    tables = [
        (say(decision, "decision"), [finding_sentence(each, language, say) for each in changes])
        for decision, changes in differences(now.model, found.model)
    ]
    context |= {"tables": tables}
    return render(request, "treatment/version.html", context, status=status)
