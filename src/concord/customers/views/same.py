"""A merge by hand: "this is the same customer as …", seen before it is made; or left."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from concord.customers import access, questions
from concord.customers.actions.answers import Changed, Decided, answer
from concord.customers.models import Customer, Verdict
from concord.customers.preview import preview
from concord.customers.queries import Hit, current, likely_duplicates, search
from concord.customers.questions import Question
from concord.customers.survivorship import ATTRIBUTES
from concord.customers.views.review import by_hand
from concord.kernel.errors import Problem
from concord.ui import toasts
from concord.ui.http import Request

FOUND: Final = 8


@require_GET
def find(request: Request, customer_id: UUID) -> HttpResponse:
    """Whom they are the same as: found by name, number or e-mail; at first, who may be it."""
    access.require_judge(request.viewer)
    customer = _current(customer_id)
    if customer.pk != customer_id:
        return redirect("customers:same", customer.pk)
    text = request.GET.get("q", "").strip()[:200]
    hits = search(request.viewer, text, FOUND + 1) if text else _alike(customer)
    context = {
        "customer": customer,
        "text": text,
        "hits": [hit for hit in hits if hit.id != customer.pk][:FOUND],
    }
    partial = request.htmx and not request.htmx.boosted
    return render(
        request, "customers/_same_hits.html" if partial else "customers/same.html", context
    )


@require_http_methods(["GET", "POST"])
def join(request: Request, customer_id: UUID, other_id: UUID) -> HttpResponse:
    """Both side by side with what a merge changes; joined only as it was seen."""
    access.require_judge(request.viewer)
    one, other = _current(customer_id), _current(other_id)
    if one == other:
        toasts.tell(request, _("These are one customer already."))
        return redirect("pages:customer", one.pk)
    if (one.pk, other.pk) != (customer_id, other_id):
        return redirect("customers:same_as", one.pk, other.pk)
    question = questions.between(one.pk, other.pk) or by_hand(one.pk, other.pk)
    if request.method == "POST":
        try:
            return _join(request, question)
        except Decided as news:
            toasts.warn(request, news.message)
            return redirect("customers:same_as", one.pk, other.pk)
        except Changed as news:
            toasts.warn(request, news.message)
    context = {"customer": one, "other": other, "shown": preview(request.viewer, question)}
    return render(request, "customers/same_as.html", context | {"question": question})


def _join(request: Request, question: Question) -> HttpResponse:
    reason, seen = request.POST.get("reason", "")[:500], request.POST.get("seen", "")
    judgement = answer(question, Verdict.SAME, request.user, reason, seen)
    undo = reverse("customers:take_back", args=[judgement.pk])
    toasts.tell(request, _("One customer now."), undo=undo)
    return redirect("pages:customer", current(question.one).pk)


def _alike(customer: Customer) -> list[Hit]:
    """Who may be the same, by what is known of them."""
    known = {name: entry["value"] for name, entry in customer.golden.items() if name in ATTRIBUTES}
    return likely_duplicates(customer.kind, known, FOUND + 1)


def _current(customer_id: UUID) -> Customer:
    try:
        return current(customer_id)
    except Problem as problem:
        raise Http404 from problem
