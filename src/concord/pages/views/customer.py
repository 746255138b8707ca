"""The customer page, its timeline, and asking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from concord.customers import queries as customers
from concord.customers.models import Customer, Kind
from concord.customers.rights.lists import erasure_of
from concord.facts.derive import derive
from concord.kernel.errors import Problem
from concord.kernel.ids import new_id
from concord.kernel.models import Company, Department
from concord.pages import customer as page
from concord.pages.forms.contact import ContactForm
from concord.pages.timeline import Line, with_happened
from concord.records import types
from concord.records.queries import items, timeline_ids
from concord.records.queries.items import TimelineItem
from concord.treatment import lifts, requests
from concord.treatment.actions import watches
from concord.treatment.actions.decide import Overview, ask_on_page, overview
from concord.treatment.answer import Answer
from concord.treatment.queries import present
from concord.treatment.requests import RequestKind
from concord.ui.http import Request
from concord.ui.paging import Page

TIMELINE = 20


@require_GET
def show(request: Request, customer_id: UUID) -> HttpResponse:
    """The whole page; the answer shown is the one that this person's department gives most."""
    customer = find_customer(customer_id)
    if customer.pk != customer_id:
        return redirect("pages:customer", customer_id=customer.pk)
    if not customer.profile_count and (erasure := erasure_of(customer.pk)):
        return redirect("customers:erasure", erasure.pk)
    try:
        found = overview(customer, beside=page.FIRST_FACTS)
    except Problem as problem:
        if problem.code != "no-policy":
            raise
        return _page(request, customer, None, Overview([], {}, customer.pk))  # a new company
    chosen = _chosen(request, [answer.request for answer in found.answers])
    answer = next(each for each in found.answers if each.request == chosen)
    return _page(request, customer, answer, found)


@require_GET
def answer(request: Request, customer_id: UUID, key: str) -> HttpResponse:
    """Ask: the answer is given and written down; the card alone for htmx, else in its page."""
    customer = find_customer(customer_id)
    kind = requests.kind(key)
    chosen = request.GET.get("customer", "")
    if chosen and customer.kind == Kind.PERSON:  # for which organisation they ask
        return redirect(reverse("pages:answer", args=[chosen, key]))
    fields = fields_of(request.GET, kind)
    given = ask_on_page(customer, key, fields, request.user)
    if request.htmx:
        called, currency = page.called(customer), Company.load().currency
        context = answer_context(request, customer, kind, given, called, currency)
        return render(request, "pages/answer.html", context)
    return _page(request, customer, given, overview(customer, beside=page.FIRST_FACTS))


@require_GET
def timeline(request: Request, customer_id: UUID) -> HttpResponse:
    """The records that match and the way to older ones: the list for a filter, rows for "older"."""
    customer = find_customer(customer_id)
    if not request.htmx:
        return redirect(
            f"{reverse('pages:customer', args=[customer.pk])}?{request.GET.urlencode()}"
        )
    members = customers.member_ids(customer.pk)
    context = {"customer": customer} | _records(request, customer, members, whole=False)
    rows = "pages/timeline_rows.html" if request.GET.get("cursor") else "pages/timeline.html"
    return render(request, rows, context)


@require_GET
def facts(request: Request, customer_id: UUID) -> HttpResponse:
    """Every fact with who tells it: opened in the page, or a page of its own."""
    customer = find_customer(customer_id)
    context = {"customer": customer, "facts": page.all_facts(request.viewer, customer.pk)}
    template = "pages/facts.html" if request.htmx else "pages/facts_page.html"
    return render(request, template, context)


def find_customer(customer_id: UUID) -> Customer:
    try:
        return customers.current(customer_id)
    except Problem as problem:
        raise Http404 from problem


def fields_of(given: Mapping[str, str], kind: RequestKind) -> dict[str, str]:
    """The request's own fields among what an address or a form gives."""
    known = {field.key for field in kind.fields} | ({kind.about} if kind.about else set())
    return {key: given[key] for key in known if given.get(key)}


def answer_context(
    request: Request,
    customer: Customer,
    kind: RequestKind,
    answer: Answer,
    called: Sequence[page.Called],
    currency: str,
) -> dict[str, Any]:
    """What the answer card needs; with the request's fields where it was asked, not just shown."""
    asked = answer.answer_id is not None or answer.state == "asks"
    profile_ids = [each.profile_id for each in called]
    sources = [each.source for each in called]
    return {
        "customer": customer,
        "kind": kind,
        "answer": answer,
        "shown": present(request.viewer, answer, currency=currency, sources=sources),
        "asked": asked,
        "waits": watches.taken(request.user, answer),
        "lift": lifts.at_answer(request.viewer, kind, answer),
        "given": fields_of(request.GET, kind),
        "fields": page.asked_fields(request.viewer, kind, answer, profile_ids) if asked else [],
    }


def _page(
    request: Request, customer: Customer, answer: Answer | None, found: Overview
) -> HttpResponse:
    called, currency = page.called(customer), Company.load().currency
    is_treated = found.facts and found.treated == customer.pk
    facts = found.facts if is_treated else derive(customer.pk, keys=page.FIRST_FACTS)
    profile_ids = [each.profile_id for each in called]
    context: dict[str, Any] = {
        "customer": customer,
        "names_beside": page.names_beside(customer),
        "city": page.value_of(customer, "city"),
        "called": called,
        "reach": page.reach(customer, called),
        "offered": page.offered(customer),
        "systems": len({each.source.pk for each in called if not each.is_desk}),
        "is_person": customer.kind == Kind.PERSON,
        "chips": page.standing(found.answers),
        "grid": page.grid(found.answers),
        "exceptions": page.exceptions(found.answers),
        "facts": page.first_facts(request.viewer, facts, currency),
        "related": page.relations(request.viewer, customer.pk),
        "opens": page.opens(request.viewer),
        "contact": ContactForm(initial={"token": new_id().hex}),
        **_records(request, customer, profile_ids),
    }
    if answer is not None:
        kind = requests.kind(answer.request)
        context |= answer_context(request, customer, kind, answer, called, currency)
    return render(request, "pages/customer.html", context)


def _records(
    request: Request, customer: Customer, members: Sequence[UUID], *, whole: bool = True
) -> dict[str, Any]:
    """The timeline and, for the whole page, what is open: loaded together."""
    known = types.all_types()
    chosen = request.GET.get("kind", "")
    department = request.GET.get("department", "")
    departments = list(Department.objects.order_by("key"))
    found = timeline_ids(
        request.viewer,
        customer.pk,
        types=[chosen] if chosen in known else None,
        department=department if department in {each.key for each in departments} else None,
        members=members,
        cursor=request.GET.get("cursor") or None,
        limit=TIMELINE,
    )
    work = page.open_work_ids(request.viewer, members) if whole else []
    loaded = items(request.viewer, {*found.items, *work})
    return {
        "timeline": _lines(
            request, customer, Page([loaded[each] for each in found.items], found.next)
        ),
        "work": page.open_work([loaded[each] for each in work]),
        "kinds": known.values(),
        "departments": departments,
        "kind_chosen": chosen,
        "department_chosen": department,
    }


def _lines(request: Request, customer: Customer, records: Page[TimelineItem]) -> Page[Line]:
    """What is no record stands in the whole timeline, and in none of one kind or department."""
    if request.GET.get("kind") or request.GET.get("department"):
        return Page(list(records.items), records.next)
    return with_happened(customer.pk, records, request.GET.get("cursor", ""))


def _chosen(request: Request, keys: list[str]) -> str:
    """What is shown first: what was asked for, else what this person's department takes."""
    wanted = request.GET.get("request", "")
    if wanted in keys:
        return wanted
    mine = (k.key for k in requests.BUILT_IN if k.department == request.viewer.department)
    return next((key for key in mine if key in keys), keys[0])
