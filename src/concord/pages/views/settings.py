"""Settings: who works here, how the house is built, what may ask."""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from concord.kernel.actions import api_keys
from concord.kernel.models import ApiKey, Company, Department, ExchangeRate, Role, Unit, User
from concord.kernel.time import now, zone
from concord.pages import access
from concord.pages.actions import house, people
from concord.pages.forms.settings import (
    CompanyForm,
    DepartmentForm,
    KeyForm,
    OwnRequestForm,
    PersonForm,
    RateForm,
    RequestFieldForm,
    UnitForm,
)
from concord.records import types
from concord.treatment import requests
from concord.treatment.actions import own_requests
from concord.ui import toasts
from concord.ui.http import Request
from concord.ui.paging import Page, decode, encode

PEOPLE_A_PAGE = 50
RATES_A_PAGE = 20


@require_GET
def people_list(request: Request) -> HttpResponse:
    access.check_reads_settings(request.viewer)
    text = request.GET.get("q", "").strip()[:100]
    page = _people_page(text, request.GET.get("cursor", ""))
    context = {"page": page, "text": text, "roles": bool(access.roles_to_give(request.viewer))}
    return render(request, "pages/settings/people.html", _with(request, context))


def _people_page(text: str, cursor: str) -> Page[User]:
    found = User.objects.filter(is_system=False).select_related("department")
    found = found.prefetch_related("units").order_by("name", "id")
    if text:
        found = found.filter(name__icontains=text) | found.filter(email__icontains=text)
    if cursor:
        name, pk = decode(cursor, str, int)
        found = found.filter(name__gte=name).exclude(name=name, id__lte=pk)
    rows = list(found[: PEOPLE_A_PAGE + 1])
    if len(rows) <= PEOPLE_A_PAGE:
        return Page(rows)
    last = rows[PEOPLE_A_PAGE - 1]
    return Page(rows[:PEOPLE_A_PAGE], encode(last.name, last.pk))


@require_http_methods(["GET", "POST"])
def new_person(request: Request) -> HttpResponse:
    if not access.roles_to_give(request.viewer):
        raise PermissionDenied
    form = PersonForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        person = people.invite(request.user, email, form.said(), form.password())
        return _show_link(request, person, new=True)
    return render(request, "pages/settings/person.html", _with(request, {"form": form}))


@require_http_methods(["GET", "POST"])
def person(request: Request, pk: int) -> HttpResponse:
    access.check_reads_settings(request.viewer)
    found = get_object_or_404(User.objects.select_related("department"), pk=pk, is_system=False)
    form = PersonForm(request, request.POST or None, person=found)
    if request.method == "POST":
        access.check_changes_person(request.viewer, found)
        if form.is_valid():
            people.change(request.user, found, form.said(), form.password())
            toasts.tell(request, _("Saved."))
            return redirect("pages:person", pk=pk)
    context = {
        "form": form,
        "person": found,
        "may_change": access.may_change_person(request.viewer, found),
        "may_link": not (found.role == Role.SPONSOR and found.has_usable_password()),
        "may_close": found.pk != request.user.pk and found.role != Role.SPONSOR,
    }
    return render(request, "pages/settings/person.html", _with(request, context))


@require_POST
@never_cache
def person_link(request: Request, pk: int) -> HttpResponse:
    return _show_link(request, get_object_or_404(User, pk=pk, is_system=False))


def _show_link(request: Request, person: User, *, new: bool = False) -> HttpResponse:
    link = request.build_absolute_uri(people.password_link(request.user, person))
    context = {"person": person, "link": link, "new": new}
    return render(request, "pages/settings/link.html", _with(request, context))


@require_POST
def person_door(request: Request, pk: int, state: str) -> HttpResponse:
    found = get_object_or_404(User, pk=pk, is_system=False)
    if state == "closed":
        people.close_door(request.user, found)
        undo = request.path.replace("/closed/", "/open/")
        toasts.tell(request, _("%(name)s cannot sign in any more.") % {"name": found}, undo=undo)
    else:
        people.open_door(request.user, found)
        toasts.tell(request, _("%(name)s can sign in again.") % {"name": found})
    return redirect("pages:person", pk=pk)


@require_GET
def departments(request: Request) -> HttpResponse:
    access.check_reads_settings(request.viewer)
    context = {
        "departments": Department.objects.order_by("key"),
        "units": Unit.objects.order_by("key"),
    }
    return render(request, "pages/settings/departments.html", _with(request, context))


@require_http_methods(["GET", "POST"])
def department(request: Request, key: str = "") -> HttpResponse:
    access.check_changes_settings(request.viewer)
    found = get_object_or_404(Department, key=key) if key else None
    form = DepartmentForm(request.POST or None, of=found)
    if request.method == "POST" and form.is_valid():
        sees_money = form.cleaned_data["sees_money"]
        house.save_department(request.user, found, form.key_said, form.words(), sees_money)
        toasts.tell(request, _("Saved."))
        return redirect("pages:departments")
    context = {"form": form, "of": found, "what": _("Department")}
    return render(request, "pages/settings/named.html", _with(request, context))


@require_http_methods(["GET", "POST"])
def unit(request: Request, key: str = "") -> HttpResponse:
    access.check_changes_settings(request.viewer)
    found = get_object_or_404(Unit, key=key) if key else None
    form = UnitForm(request.POST or None, of=found)
    if request.method == "POST" and form.is_valid():
        house.save_unit(request.user, found, form.key_said, form.words())
        toasts.tell(request, _("Saved."))
        return redirect("pages:departments")
    context = {"form": form, "of": found, "what": _("Business unit")}
    return render(request, "pages/settings/named.html", _with(request, context))


@require_GET
def request_list(request: Request) -> HttpResponse:
    access.check_reads_settings(request.viewer)
    words = {each.key: each.words for each in Department.objects.all()}
    built_in = {kind.key for kind in requests.BUILT_IN}
    kinds = [
        {
            "kind": kind,
            "about": types.get(kind.about).words if kind.about else None,
            "department": words.get(kind.department),
            "own": kind.key not in built_in,
        }
        for kind in requests.all_kinds()
    ]
    return render(request, "pages/settings/requests.html", _with(request, {"kinds": kinds}))


@require_http_methods(["GET", "POST"])
def new_request(request: Request) -> HttpResponse:
    access.check_changes_settings(request.viewer)
    form = OwnRequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        own_requests.make(
            request.user, data["key"], form.words(), data["department"].key, data["about"] or None
        )
        toasts.tell(request, _("Saved."))
        return redirect("pages:requests")
    return render(request, "pages/settings/request_new.html", _with(request, {"form": form}))


@require_http_methods(["GET", "POST"])
def own_request(request: Request, key: str) -> HttpResponse:
    """What is asked for a company's own request: add to it, take from it."""
    access.check_changes_settings(request.viewer)
    kind = requests.kind(key)
    form = RequestFieldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        own_requests.add_field(request.user, key, form.field())
        toasts.tell(request, _("Saved."))
        return redirect("pages:request", key)
    return render(
        request, "pages/settings/request.html", _with(request, {"form": form, "kind": kind})
    )


@require_POST
def remove_field(request: Request, key: str, field: str) -> HttpResponse:
    own_requests.remove_field(request.user, key, field)
    toasts.tell(request, _("Saved."))
    return redirect("pages:request", key)


@require_POST
def retire_request(request: Request, key: str) -> HttpResponse:
    own_requests.retire(request.user, key)
    toasts.tell(request, _("Retired: %(name)s") % {"name": key})
    return redirect("pages:requests")


@require_GET
def keys(request: Request) -> HttpResponse:
    access.check_reads_settings(request.viewer)
    found = ApiKey.objects.select_related("principal", "created_by").order_by("-created_at")
    return render(request, "pages/settings/keys.html", _with(request, {"keys": found[:200]}))


@require_http_methods(["GET", "POST"])
@never_cache
def new_key(request: Request) -> HttpResponse:
    access.check_changes_settings(request.viewer)
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        principal = data["system"] or house.make_system(
            request.user, data["name"], data["department"]
        )
        expires_at = now() + timedelta(days=data["days"]) if data["days"] else None
        key, text = api_keys.create(
            request.user, principal, data["name"], data["scopes"], expires_at
        )
        context = {"key": key, "text": text, "origin": request.build_absolute_uri("/")}
        return render(request, "pages/settings/key_made.html", _with(request, context))
    return render(request, "pages/settings/key_new.html", _with(request, {"form": form}))


@require_POST
def revoke_key(request: Request, pk: int) -> HttpResponse:
    access.check_changes_settings(request.viewer)
    key = get_object_or_404(ApiKey, pk=pk)
    api_keys.revoke(request.user, key)
    toasts.tell(request, _("The key “%(name)s” opens nothing any more.") % {"name": key.name})
    return redirect("pages:keys")


@require_http_methods(["GET", "POST"])
def company(request: Request) -> HttpResponse:
    access.check_reads_settings(request.viewer)
    found = Company.load()
    initial = {
        "name": found.name,
        "currency": found.currency,
        "time_zone": found.time_zone,
        "answers_kept": found.answers_kept,
    }
    form = CompanyForm(request.POST or None, initial=initial)
    if request.method == "POST":
        access.check_changes_settings(request.viewer)
        if form.is_valid():
            house.save_company(request.user, **form.said())
            toasts.tell(request, _("Saved."))
            return redirect("pages:company")
    context = {
        "form": form,
        "zone": zone().key.replace("_", " "),
        "own": found.currency,
        "rates": _rates_page(request.GET.get("cursor", "")),
    }
    return render(request, "pages/settings/company.html", _with(request, context))


def _rates_page(cursor: str) -> Page[ExchangeRate]:
    """The latest first, by currency within a day."""
    found = ExchangeRate.objects.order_by("-on", "currency")
    if cursor:
        on, currency = decode(cursor, date, str)
        found = found.filter(Q(on__lt=on) | Q(on=on, currency__gt=currency))
    rows = list(found[: RATES_A_PAGE + 1])
    if len(rows) <= RATES_A_PAGE:
        return Page(rows)
    last = rows[RATES_A_PAGE - 1]
    return Page(rows[:RATES_A_PAGE], encode(last.on.isoformat(), last.currency))


@require_http_methods(["GET", "POST"])
def rate(request: Request, pk: int | None = None) -> HttpResponse:
    """A new exchange rate, or another word for the day of one."""
    access.check_changes_settings(request.viewer)
    found = get_object_or_404(ExchangeRate, pk=pk) if pk else None
    own = Company.load().currency
    form = RateForm(request.POST or None, own=own, of=found)
    if request.method == "POST" and form.is_valid():
        house.save_rate(request.user, **form.cleaned_data)
        toasts.tell(request, _("Saved."))
        return redirect("pages:company")
    context = {"form": form, "rate": found, "own": own}
    return render(request, "pages/settings/rate.html", _with(request, context))


@require_POST
def remove_rate(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(ExchangeRate, pk=pk)
    house.remove_rate(request.user, found)
    toasts.tell(request, _("Taken back: %(what)s") % {"what": f"{found.currency} {found.on}"})
    return redirect("pages:company")


def _with(request: Request, context: dict[str, Any]) -> dict[str, Any]:
    return context | {"changes": access.may_change_settings(request.viewer)}
