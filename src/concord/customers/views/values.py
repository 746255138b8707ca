"""One value of a customer: who says what since when, and what is right by hand."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from concord.customers import access, words
from concord.customers.actions.desk import correct
from concord.customers.profiles import sayings
from concord.customers.queries import current
from concord.customers.survivorship import ATTRIBUTES, KEYED, LISTS
from concord.kernel.errors import Problem
from concord.ui import toasts
from concord.ui.http import Request


@require_http_methods(["GET", "POST"])
def value(request: Request, customer_id: UUID, attribute: str) -> HttpResponse:
    if attribute not in ATTRIBUTES:
        raise Http404
    customer = current(customer_id)
    problem = None
    if request.method == "POST":
        access.require_correct(request.viewer)
        try:
            correct(customer.id, attribute, request.POST.get("value", ""), request.user)
        except Problem as error:
            problem = error
            problem.place = words.attribute(attribute)
        else:
            was_known = attribute in customer.golden
            toasts.tell(
                request,
                _("Corrected. What the systems said stays readable here.")
                if was_known
                else _("Added."),
            )
            return redirect("customers:value", customer.id, attribute)
    entry = access.readable_entry(request.viewer, attribute, customer.golden.get(attribute, {}))
    now = entry.get("value") or ""
    context = {
        "customer": customer,
        "attribute": attribute,
        "label": words.attribute(attribute),
        "entry": entry,
        "sayings": sayings(request.viewer, customer.id, attribute),
        "text": _typed(request) if problem else "\n".join(now) if isinstance(now, list) else now,
        "is_list": attribute in LISTS,
        "can_correct": access.may_correct(request.viewer) and attribute not in KEYED,
        "problem": problem,
    }
    return render(request, "customers/value.html", context, status=422 if problem else 200)


def _typed(request: Request) -> str:
    """What was typed stays to be mended."""
    return str(request.POST.get("value", ""))
