"""All customers, and a new one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from concord.customers import access, words
from concord.customers.actions.desk import create_customer, create_person_at
from concord.customers.actions.matching import match
from concord.customers.listing import listing, segments
from concord.customers.models import Customer, Kind, RelationshipKind
from concord.customers.queries import current, likely_duplicates
from concord.kernel.errors import Problem
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
    context |= {
        "segments": [(value, words.segment(value)) for value in segments()],
        "systems": Source.objects.order_by("key"),
    }
    return render(request, "customers/list.html", context)


class NewCustomerForm(forms.Form):
    kind = forms.ChoiceField(label=_("This is"), choices=Kind.choices, initial=Kind.ORGANISATION)
    name = forms.CharField(label=_("Name"), max_length=200)
    name_native = forms.CharField(label=_("Name in its own script"), max_length=200, required=False)
    phones = forms.CharField(label=_("Phone"), max_length=60, required=False)
    emails = forms.EmailField(label=_("E-mail"), required=False)
    website = forms.CharField(label=_("Website"), max_length=200, required=False)
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


class PersonAtForm(NewCustomerForm):
    """A person made from the page of the organisation where they work."""

    kind = forms.ChoiceField(
        choices=[(Kind.PERSON.value, Kind.PERSON.label)],
        initial=Kind.PERSON.value,
        widget=forms.HiddenInput,
    )
    at = forms.UUIDField(widget=forms.HiddenInput)
    title = forms.CharField(label=_("Position"), max_length=200, required=False)
    valid_from = forms.DateField(
        label=_("Works there since"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    field_order = ("kind", "at", "name", "name_native", "title", "phones", "emails", "valid_from")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organisations = ("website", "street", "postcode", "city", "country", "tax_id")
        for name in organisations:
            del self.fields[name]

    def said(self) -> dict[str, Any]:
        own = ("at", "title", "valid_from")
        return {name: value for name, value in super().said().items() if name not in own}


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    access.require_correct(request.viewer)
    organisation = _organisation(request)
    kind_of_form = PersonAtForm if organisation else NewCustomerForm
    if request.method == "GET":
        given = {name: request.GET.get(name, "") for name in ("name", "kind", "at")}
        form = kind_of_form(initial={name: value for name, value in given.items() if value})
        return render(request, "customers/new.html", {"form": form, "organisation": organisation})
    form = kind_of_form(request.POST)
    if not form.is_valid():
        context = {"form": form, "organisation": organisation}
        return render(request, "customers/new.html", context, status=422)
    if organisation:
        return _new_person_at(request, organisation, form)
    customer = create_customer(request.user, form.cleaned_data["kind"], form.said())
    match([customer.id])
    toasts.tell(request, _("The customer is in the books."))
    return redirect("pages:customer", customer.id)


def _new_person_at(request: Request, organisation: Customer, form: NewCustomerForm) -> HttpResponse:
    access.require_relate(request.viewer, RelationshipKind.WORKS_AT)
    made = create_person_at(
        request.user,
        organisation.pk,
        form.said(),
        title=form.cleaned_data["title"],
        valid_from=form.cleaned_data["valid_from"],
    )
    match([made.from_profile_id])
    undo = reverse("customers:take_back_relation", args=[organisation.pk, made.pk])
    said = {"name": form.cleaned_data["name"], "organisation": organisation.name}
    toasts.tell(request, gettext("%(name)s works at %(organisation)s now.") % said, undo=undo)
    return redirect("pages:customer", organisation.pk)


def _organisation(request: Request) -> Customer | None:
    """Where the new person works; None where a customer is made on its own."""
    given = request.POST.get("at") or request.GET.get("at") or ""
    try:
        found = current(UUID(given)) if given else None
    except (ValueError, Problem):
        raise Http404 from None
    return found if found and found.kind == Kind.ORGANISATION else None


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
    organisation = _organisation(request)
    context = {"hits": hits, "at": organisation.pk if organisation else None}
    return render(request, "customers/_duplicates.html", context)
