"""All customers, and a new one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from concord.customers import access
from concord.customers.actions.desk import create_customer
from concord.customers.actions.matching import match
from concord.customers.listing import listing, segments
from concord.customers.models import Kind
from concord.customers.queries import likely_duplicates
from concord.kernel.models import Source
from concord.ui import toasts
from concord.ui.http import Request

FILTERS = ("text", "kind", "segment", "system")


@require_GET
def index(request: Request) -> HttpResponse:
    given = {name: request.GET.get(name, "")[:200] for name in FILTERS}
    page = listing(
        request.viewer,
        text=given["text"],
        kind=given["kind"],
        segment=given["segment"],
        system=given["system"],
        cursor=request.GET.get("cursor", ""),
    )
    context = {
        "page": page,
        "given": given,
        "kinds": Kind.choices,
        "may_correct": access.may_correct(request.viewer),
    }
    if request.htmx and not request.htmx.boosted:
        return render(request, "customers/_rows.html", context)
    context |= {"segments": segments(), "systems": Source.objects.order_by("key")}
    return render(request, "customers/list.html", context)


class NewCustomerForm(forms.Form):
    kind = forms.ChoiceField(label=_("This is"), choices=Kind.choices, initial=Kind.ORGANISATION)
    name = forms.CharField(label=_("Name"), max_length=200)
    name_native = forms.CharField(label=_("Name in its own script"), max_length=200, required=False)
    phones = forms.CharField(label=_("Phone"), max_length=60, required=False)
    emails = forms.EmailField(label=_("E-mail"), required=False)
    street = forms.CharField(label=_("Street"), max_length=200, required=False)
    postcode = forms.CharField(label=_("Postcode"), max_length=20, required=False)
    city = forms.CharField(label=_("City"), max_length=100, required=False)
    country = forms.CharField(
        label=_("Country"), max_length=60, required=False, help_text=_("Its name or two letters.")
    )
    tax_id = forms.CharField(label=_("Tax number"), max_length=40, required=False)

    def said(self) -> dict[str, Any]:
        return {
            name: value for name, value in self.cleaned_data.items() if value and name != "kind"
        }


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    access.require_correct(request.viewer)
    if request.method == "GET":
        given = {name: request.GET.get(name, "") for name in ("name", "kind")}
        form = NewCustomerForm(initial={name: value for name, value in given.items() if value})
        return render(request, "customers/new.html", {"form": form})
    form = NewCustomerForm(request.POST)
    if not form.is_valid():
        return render(request, "customers/new.html", {"form": form}, status=422)
    customer = create_customer(request.user, form.cleaned_data["kind"], form.said())
    match([customer.id])
    toasts.tell(request, _("The customer is in the books."))
    return redirect("pages:customer", customer.id)


@require_GET
def duplicates(request: Request) -> HttpResponse:
    """While a new customer is being typed: who that may already be."""
    kind = request.GET.get("kind", "")
    said = {
        name: text
        for name in NewCustomerForm.base_fields
        if name != "kind" and (text := request.GET.get(name, "").strip()[:200])
    }
    kind = kind if kind in Kind.values else Kind.ORGANISATION
    hits = likely_duplicates(kind, said) if said else []
    return render(request, "customers/_duplicates.html", {"hits": hits})
