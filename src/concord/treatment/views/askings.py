"""An exception that is asked for: read, granted, declined, taken back; on the page or by the link
in a letter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from concord.customers.queries import current
from concord.kernel.access import Viewer, viewer_of
from concord.kernel.errors import Problem
from concord.kernel.models import Company, User
from concord.treatment import asking_token, requests, words
from concord.treatment.actions import asking_answers, askings
from concord.treatment.lifts import outlook
from concord.treatment.models import Asking, Way
from concord.ui import toasts
from concord.ui.http import Request


class GrantForm(forms.Form):
    """Yes, until the day that was asked for or an earlier one."""

    ends_on = forms.DateField(
        label=gettext_lazy("Until"),
        help_text=gettext_lazy("That day included; an earlier one is fine."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class DeclineForm(forms.Form):
    """No, and why."""

    reason = forms.CharField(
        label=gettext_lazy("Why not"),
        help_text=gettext_lazy("Who asked reads it."),
        max_length=askings.MOST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@require_GET
def asking(request: Request, asking_id: UUID) -> HttpResponse:
    return _page(request, _found(asking_id))


@require_POST
def grant(request: Request, asking_id: UUID) -> HttpResponse:
    form = GrantForm(request.POST)
    if not form.is_valid():
        return _page(request, _found(asking_id), grant=form, status=422)

    def act() -> Asking:
        _found(asking_id)
        return asking_answers.grant(request.user, asking_id, form.cleaned_data["ends_on"])

    return _done(request, asking_id, form, act, _("Granted: who asked is told."))


@require_POST
def decline(request: Request, asking_id: UUID) -> HttpResponse:
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return _page(request, _found(asking_id), decline=form, status=422)

    def act() -> Asking:
        _found(asking_id)
        return asking_answers.decline(request.user, asking_id, form.cleaned_data["reason"])

    return _done(request, asking_id, form, act, _("Declined: who asked is told."))


@require_POST
def take_back(request: Request, asking_id: UUID) -> HttpResponse:
    _found(asking_id)
    askings.take_back(request.user, asking_id)
    toasts.tell(request, _("No longer asked for."))
    return redirect("treatment:asking", asking_id)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def by_mail(request: Request, token: str) -> HttpResponse:
    """The link in a letter. Opening it changes nothing (mail scanners open links); a click does,
    and says in whose name. What is the sponsor's alone takes a sign-in."""
    named = asking_token.read(token)
    person = named and User.objects.filter(pk=named[1], is_active=True).first()
    if named is None or person is None:
        raise Http404
    asking = _found(named[0])
    if request.user.is_authenticated and request.user.pk == person.pk:
        return redirect("treatment:asking", asking.pk)
    if not asking_answers.is_enough_by_mail(asking):
        return redirect("treatment:asking", asking.pk)  # which asks to sign in
    if not asking_answers.opens_by_mail(person, asking):
        return _closed(request, asking)
    if request.method == "GET":
        return _letter(request, asking, person, token)
    return _answered(request, asking, person, token)


def _answered(request: Request, asking: Asking, person: User, token: str) -> HttpResponse:
    reason = request.POST.get("reason", "")
    try:
        if request.POST.get("answer") == "yes":
            asking_answers.grant(person, asking.pk, way=Way.LINK)
        else:
            asking_answers.decline(person, asking.pk, reason, way=Way.LINK)
    except Problem as problem:
        asking = _found(asking.pk)
        if not asking_answers.opens_by_mail(person, asking):  # another was quicker
            return _closed(request, asking)
        return _letter(request, asking, person, token, problem, status=422)
    return redirect("treatment:asking_by_mail", token)


def _closed(request: Request, asking: Asking) -> HttpResponse:
    """Whoever has the letter now, no name and no reason: those take a sign-in."""
    if asking.verdict:
        said = _("This was answered. Sign in to read how.")
    elif not asking_answers.is_open(asking):
        said = _("The time to answer is over.")
    else:
        said = _("This letter opens nothing any more. Sign in to read what it is about.")
    context = {"asking_id": asking.pk, "said": said}
    return render(request, "treatment/asking_closed.html", context)


def _letter(
    request: Request,
    asking: Asking,
    person: User,
    token: str,
    problem: Problem | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        **_context(asking, viewer_of(person)),
        "person": person,
        "token": token,
        "problem": problem,
    }
    return render(request, "treatment/asking_by_mail.html", context, status=status)


def _done(
    request: Request,
    asking_id: UUID,
    form: forms.Form,
    act: Callable[[], Asking],
    text: str,
) -> HttpResponse:
    try:
        act()
    except Problem as problem:
        form.add_error(None, " ".join(each for each in (problem.message, problem.mend) if each))
        key = "grant" if isinstance(form, GrantForm) else "decline"
        return _page(request, _found(asking_id), status=422, **{key: form})
    toasts.tell(request, text)
    return redirect("treatment:asking", asking_id)


def _page(
    request: Request,
    asking: Asking,
    grant: forms.Form | None = None,
    decline: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    open_ = asking_answers.is_open(asking)
    context = {
        **_context(asking, request.viewer),
        "over": not asking.verdict and not open_,
        "may_answer": open_ and asking_answers.may_answer(request.user, asking),
        "is_mine": asking.asked_by_id == request.user.pk,
        "grant": grant or GrantForm(initial={"ends_on": asking.ends_on}, auto_id="grant-%s"),
        "decline": decline or DeclineForm(auto_id="decline-%s"),
    }
    return render(request, "treatment/asking.html", context, status=status)


def _context(asking: Asking, viewer: Viewer) -> dict[str, Any]:
    customer = current(asking.customer_id)
    kind = requests.named(asking.request)
    given = {} if asking.amount is None or not kind.field("amount") else {"amount": asking.amount}
    looked = None
    if not asking.verdict:
        looked = outlook(customer, kind, asking.asked_by, asking.ends_on, given)
    return {
        "asking": asking,
        "before": askings.asked_before(asking),
        "customer": customer,
        "kind": kind,
        "outlook": looked,
        "lines": [(words.headline(each), words.tone(each)) for each in (looked.now, looked.then)]
        if looked
        else [],
        "sees_amount": viewer.sees_money,
        "currency": Company.load().currency,
        "people": askings.people_named(asking.named),
    }


def _found(asking_id: UUID) -> Asking:
    rows = Asking.objects.select_related("asked_by", "answered_by", "lift", "answer")
    found = rows.defer("answer__inputs", "answer__treatment").filter(pk=asking_id).first()
    if found is None:
        raise Http404
    return found
