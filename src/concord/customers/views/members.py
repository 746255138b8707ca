"""What a customer is called in other systems, and: this is not the same customer."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from concord.customers import access, questions
from concord.customers.actions import judgements, merge
from concord.customers.apart import apart
from concord.customers.models import Judgement
from concord.customers.preview import preview
from concord.customers.profiles import history_of, members_of
from concord.customers.queries import current
from concord.customers.views.review import address_of, by_hand, narrowed_of
from concord.kernel.errors import Problem
from concord.ui import toasts
from concord.ui.http import Request


@require_GET
def members(request: Request, customer_id: UUID) -> HttpResponse:
    customer = current(customer_id)
    if customer.id != customer_id:
        return redirect("customers:members", customer.id)
    may_judge = access.may_judge(request.viewer)
    context = {
        "customer": customer,
        "members": members_of(request.viewer, customer.id),
        "history": history_of(customer.id),
        "may_judge": may_judge,
        "questions": questions.of_customer(customer.id) if may_judge else [],
    }
    return render(request, "customers/members.html", context)


@require_http_methods(["GET", "POST"])
def part(request: Request, customer_id: UUID, profile_id: UUID) -> HttpResponse:
    """One profile is another customer: what that changes, and then it is."""
    access.require_judge(request.viewer)
    if request.method == "GET":
        customer = current(customer_id)
        question = by_hand(customer.pk, profile_id)
        if not question.is_doubt or customer.profile_count < 2:
            return redirect("customers:members", customer.pk)
        context = {
            "customer": customer,
            "question": question,
            "shown": preview(request.viewer, question),
        }
        return render(request, "customers/part.html", context)
    try:
        judgement = merge.unmerge(profile_id, request.user, of=customer_id)
    except Problem as problem:
        return _look_again(request, customer_id, problem)
    undo = reverse("customers:take_back", args=[judgement.pk])
    toasts.tell(request, _("This is a customer of its own now."), undo=undo)
    return redirect("customers:members", customer_id)


@require_http_methods(["GET", "POST"])
def part_all(request: Request, customer_id: UUID) -> HttpResponse:
    """Each entry is a customer of its own: what they would be, and then they are."""
    access.require_judge(request.viewer)
    if request.method == "GET":
        customer = current(customer_id)
        singles = apart(request.viewer, customer.pk)
        if len(singles) < 2:
            return redirect("customers:members", customer.pk)
        context = {"customer": customer, "singles": singles}
        return render(request, "customers/part_all.html", context)
    try:
        judgement = merge.unmerge_all(customer_id, request.user, seen=_entries(request))
    except Problem as problem:
        return _look_again(request, customer_id, problem)
    undo = reverse("customers:take_back", args=[judgement.pk])
    toasts.tell(request, _("Each of them is a customer of its own now."), undo=undo)
    return redirect("customers:members", customer_id)


def _entries(request: Request) -> list[UUID]:
    """Those that the page showed."""
    try:
        return [UUID(each) for each in request.POST.getlist("entry")]
    except ValueError:
        raise Http404 from None


def _look_again(request: Request, customer_id: UUID, problem: Problem) -> HttpResponse:
    """Somebody was first, or an import: told where the entries stand as they are now."""
    if problem.code != "conflict":
        raise problem
    toasts.warn(request, _("Something changed meanwhile. Look again before you decide."))
    return redirect("customers:members", current(customer_id).id)


@require_POST
def take_back(request: Request, judgement_id: int) -> HttpResponse:
    """Undo, from a toast, from the review page or from the history."""
    access.require_judge(request.viewer)
    judgement = get_object_or_404(Judgement, pk=judgement_id)
    judgements.take_back(judgement, request.user)
    toasts.tell(request, _("Taken back."))
    judged = request.session.get("judged", [])
    if judgement_id not in judged:
        return redirect("customers:members", current(judgement.left_id).id)
    request.session["judged"] = [pk for pk in judged if pk != judgement_id]
    doubted = judgements.doubted_by(judgement)
    one, other = current(judgement.left_id).id, current(judgement.right_id).id
    question = questions.between(one, UUID(doubted) if doubted else other)
    return redirect(address_of(question, narrowed_of(request.GET, request.user)))
