"""Exceptions: one is granted, all are listed, one is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from concord.customers.models import Customer
from concord.customers.queries import current
from concord.kernel import time
from concord.kernel.errors import Problem
from concord.kernel.models import Company
from concord.kernel.words import say
from concord.treatment import requests, words
from concord.treatment.actions.lifts import MOST, grant
from concord.treatment.actions.lifts import withdraw as withdraw_lift
from concord.treatment.gather import treated
from concord.treatment.lifts import (
    Outlook,
    asked_for,
    asked_listing,
    listing,
    may_be_granted,
    outlook,
    told_of,
)
from concord.treatment.models import Lift
from concord.treatment.requests import RequestKind
from concord.ui import formats, toasts
from concord.ui.http import Request

USUAL: Final = timedelta(days=7)
OF_ONE_CUSTOMER: Final = 5  # exceptions shown beside the form


class LiftForm(forms.Form):
    """An exception: for which request, from when until when, and why."""

    request = forms.ChoiceField(label=gettext_lazy("For which request"))
    ends_on = forms.DateField(
        label=gettext_lazy("Until"),
        help_text=gettext_lazy("That day included; then our promise holds again by itself."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("Everybody who asks reads it, with your name."),
        max_length=MOST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    amount = forms.CharField(
        label=gettext_lazy("Up to which amount"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("Empty: whatever the amount. Who may grant it depends on it."),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    starts_on = forms.DateField(
        label=pgettext_lazy("exception", "From"),
        required=False,
        help_text=gettext_lazy("Empty: from today on."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, kinds: Sequence[RequestKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["request"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(kind.key, say(kind.words)) for kind in kinds]
        for name in ("ends_on", "starts_on"):
            self.fields[name].widget.attrs["min"] = time.today().isoformat()


@require_GET
def lifts(request: Request) -> HttpResponse:
    """Those in force and to come, or (`?past=1`) those that were; of all or of one customer."""
    past, asked = request.GET.get("past") == "1", request.GET.get("asked") == "1"
    customer = _customer(request.GET.get("customer", ""))
    if asked:
        return _asked(request, customer)
    page = listing(
        request.viewer,
        customer_id=customer.pk if customer else None,
        past=past,
        cursor=request.GET.get("cursor", ""),
    )
    currency = Company.load().currency
    context = {"page": page, "past": past, "customer": customer, "currency": currency}
    return render(request, "treatment/lifts.html", context)


def _asked(request: Request, customer: Customer | None) -> HttpResponse:
    """Those that are asked for: the open ones first."""
    page = asked_listing(
        request.viewer, customer.pk if customer else None, request.GET.get("cursor", "")
    )
    kinds = {kind.key: kind.words for kind in requests.all_kinds()}
    rows = [(each, kinds.get(each.request, {"en": each.request})) for each in page.items]
    context = {"page": page, "rows": rows, "asked": True, "customer": customer}
    return render(request, "treatment/lifts.html", context)


@require_http_methods(["GET", "POST"])
def new(request: Request, customer_id: UUID) -> HttpResponse:
    """Grant an exception; for htmx only what it would change."""
    customer = treated(_found(customer_id), time.today()).customer
    if customer.pk != customer_id:  # a person's account, or who they are since they were joined
        return redirect("treatment:new_lift", customer.pk)
    kinds = may_be_granted(request.viewer)
    if not kinds:
        raise PermissionDenied
    chosen = _chosen(request, customer, kinds)
    if request.htmx and request.method == "GET":
        return render(request, "treatment/_outlook.html", _outlook(request, customer, chosen))
    if request.method == "GET":
        usual = {"request": chosen.key, "ends_on": time.today() + USUAL}
        return _page(request, customer, chosen, LiftForm(initial=usual, kinds=kinds))
    form = LiftForm(request.POST, kinds=kinds)
    if not form.is_valid() or not _grant(request, customer, form):
        return _page(request, customer, chosen, form, status=422)
    return redirect(_at_customer(customer.pk, chosen.key))


@require_POST
def withdraw(request: Request, lift_id: int) -> HttpResponse:
    try:
        lift = withdraw_lift(request.user, lift_id)
    except Lift.DoesNotExist:
        raise Http404 from None
    toasts.tell(request, _("Taken back: our promise holds again for them."))
    if request.POST.get("back") == "list":
        return redirect(f"{reverse('treatment:lifts')}?past=1")
    return redirect(_at_customer(current(lift.customer_id).pk, lift.request))


def _grant(request: Request, customer: Customer, form: LiftForm) -> bool:
    """Whether it was granted; what is wrong is said at its place in the form."""
    said = form.cleaned_data
    try:
        lift = grant(
            request.user,
            customer.pk,
            said["request"],
            said["ends_on"],
            said["reason"],
            said["starts_on"],
            requests.read_amount(said["amount"]),
        )
    except Problem as problem:
        place = problem.place if problem.place in form.fields else None
        form.add_error(place, " ".join(each for each in (problem.message, problem.mend) if each))
        return False
    text = _("An exception until %(day)s.") % {"day": formats.day(lift.ends_on)}
    if told := told_of(lift):
        names = ", ".join(str(person) for person in told)
        text = _("%(text)s Told of it: %(names)s.") % {"text": text, "names": names}
    toasts.tell(request, text, undo=reverse("treatment:withdraw_lift", args=[lift.pk]))
    return True


def _page(
    request: Request, customer: Customer, chosen: RequestKind, form: LiftForm, status: int = 200
) -> HttpResponse:
    form.fields["request"].widget.attrs |= {
        "hx-get": reverse("treatment:new_lift", args=[customer.pk]),
        "hx-target": "#outlook",
        "hx-swap": "outerHTML",
    }
    context = {
        "form": form,
        "asked": [(each, requests.named(each.request).words) for each in asked_for(customer.pk)],
        "held": listing(request.viewer, customer_id=customer.pk, limit=OF_ONE_CUSTOMER),
        **_outlook(request, customer, chosen),
    }
    return render(request, "treatment/lift_new.html", context, status=status)


def _outlook(request: Request, customer: Customer, chosen: RequestKind) -> dict[str, Any]:
    found = outlook(customer, chosen, request.user, time.today() + USUAL)
    return {"customer": customer, "kind": chosen, "outlook": found, "lines": _lines(found)}


def _lines(found: Outlook | None) -> list[tuple[str, str]]:
    """What is answered now and what would be: the words and their colour."""
    if found is None:
        return []
    return [(words.headline(each), words.tone(each)) for each in (found.now, found.then)]


def _chosen(request: Request, customer: Customer, kinds: list[RequestKind]) -> RequestKind:
    """The request that was named, else the one that somebody asks an exception for."""
    given = request.POST.get("request") or request.GET.get("request") or ""
    known = {kind.key: kind for kind in kinds}
    if given not in known:
        asked = (each.request for each in asked_for(customer.pk))
        given = next((key for key in asked if key in known), kinds[0].key)
    return known[given]


def _at_customer(customer_id: UUID, key: str) -> str:
    at = reverse("pages:customer", args=[customer_id])
    return f"{at}?{urlencode({'request': key})}#answer"


def _found(customer_id: UUID) -> Customer:
    try:
        return current(customer_id)
    except Problem as problem:
        raise Http404 from problem


def _customer(text: str) -> Customer | None:
    try:
        return _found(UUID(text)) if text else None
    except ValueError:
        raise Http404 from None
