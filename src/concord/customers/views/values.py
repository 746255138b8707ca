"""One value of a customer: who says what since when, what was shown, and what is right by hand."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from concord.customers import access, words
from concord.customers.actions import desk
from concord.customers.history import history_of
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
            desk.correct(customer.id, attribute, request.POST.get("value", ""), request.user)
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
                undo=_undo(customer.id, attribute),
            )
            return redirect("customers:value", customer.id, attribute)
    entry = access.readable_entry(request.viewer, attribute, customer.golden.get(attribute, {}))
    now = entry.get("value") or ""
    can_correct = access.may_correct(request.viewer) and attribute not in KEYED
    context = {
        "customer": customer,
        "attribute": attribute,
        "label": words.attribute(attribute),
        "entry": entry,
        "history": history_of(request.viewer, customer.id, attribute),
        "text": _typed(request) if problem else "\n".join(now) if isinstance(now, list) else now,
        "is_list": attribute in LISTS,
        "can_correct": can_correct,
        "may_see_imports": access.may_judge(request.viewer),
        "problem": problem,
    }
    return render(request, "customers/value.html", context, status=422 if problem else 200)


@require_POST
def pin(request: Request, customer_id: UUID, attribute: str, profile_id: UUID) -> HttpResponse:
    """Show from now on what this entry says."""
    if attribute not in ATTRIBUTES:
        raise Http404
    access.require_correct(request.viewer)
    version = request.GET.get("version", "") or request.POST.get("version", "")
    number = int(version) if version.isdecimal() else 0
    desk.pin(customer_id, attribute, profile_id, request.user, number)
    undo = _undo(customer_id, attribute)
    toasts.tell(request, _("Shown from now on, whatever the systems say."), undo=undo)
    return redirect("customers:value", customer_id, attribute)


@require_POST
def unpin(request: Request, customer_id: UUID, attribute: str) -> HttpResponse:
    """Show again what the systems say."""
    if attribute not in ATTRIBUTES:
        raise Http404
    access.require_correct(request.viewer)
    try:
        profile, version = desk.unpin(customer_id, attribute, request.user)
    except Problem as problem:
        if problem.code != "conflict":
            raise
        toasts.warn(request, f"{problem.message} {problem.mend}")
    else:
        undo = reverse("customers:pin", args=[customer_id, attribute, profile])
        toasts.tell(
            request, _("What the systems say is shown again."), undo=f"{undo}?version={version}"
        )
    if request.POST.get("back") == "pins":
        return redirect("customers:pins")
    return redirect("customers:value", customer_id, attribute)


def _undo(customer_id: UUID, attribute: str) -> str:
    """Back to what was there before the last word by hand: another one, or the systems'."""
    before = desk.pinned_before(customer_id, attribute)
    if before is None:
        return reverse("customers:unpin", args=[customer_id, attribute])
    profile, version = before
    return f"{reverse('customers:pin', args=[customer_id, attribute, profile])}?version={version}"


def _typed(request: Request) -> str:
    """What was typed stays to be mended."""
    return str(request.POST.get("value", ""))
