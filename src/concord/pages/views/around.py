"""Around an answer: hand over, tell me when it clears, this is wrong; and logging a contact."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from concord.customers.queries import current
from concord.kernel.errors import Problem
from concord.kernel.models import Company
from concord.pages.forms.contact import ContactForm
from concord.pages.forms.exceptions import ExceptionForm
from concord.pages.views.customer import fields_of, find_customer
from concord.records.actions import desk
from concord.treatment import requests
from concord.treatment.actions import acting, askings, concerns, hand_over, watches
from concord.treatment.actions.decide import ask_on_page
from concord.treatment.models import AnswerLog, Asking
from concord.ui import formats, toasts
from concord.ui.http import Request


@require_POST
def pass_on(request: Request, customer_id: UUID, key: str) -> HttpResponse:
    """The question, the facts and the words go as a task to whom the answer names."""
    answer_id = _answer(request, customer_id, key)
    made = hand_over.hand_over(request.user, answer_id, note=request.POST.get("note", ""))
    toasts.tell(request, _("%(name)s has it now, as a task.") % {"name": made.to})
    return _done(request, customer_id)


@require_POST
def wait(request: Request, customer_id: UUID, key: str) -> HttpResponse:
    """Tell me when it clears."""
    made = watches.watch(request.user, _answer(request, customer_id, key))
    undo = reverse("pages:stop_waiting", args=[made.pk])
    toasts.tell(request, _("You will be told as soon as it clears."), undo=undo)
    if request.htmx:
        return render(request, "pages/waits.html", {"waits": made})
    return _done(request, customer_id)


@require_POST
def stop_waiting(request: Request, pk: int) -> HttpResponse:
    ended = watches.end(request.user, pk)
    toasts.tell(request, _("You will not be told."))
    return redirect("pages:customer", ended.customer_id) if ended else redirect("pages:today")


@require_POST
def object_to(request: Request, customer_id: UUID, key: str) -> HttpResponse:
    """This is wrong: it gets an owner and a deadline."""
    said = concerns.object_to(
        request.user,
        _answer(request, customer_id, key),
        request.POST.get("kind", ""),
        request.POST.get("text", ""),
    )
    owner = {"name": said.owner, "day": formats.day(said.deadline)}
    toasts.tell(request, _("%(name)s looks into it and replies by %(day)s.") % owner)
    return _done(request, customer_id)


@require_POST
def ask_exception(request: Request, customer_id: UUID, key: str) -> HttpResponse:
    """Ask for an exception: whom our promise names is told, on the page and by mail."""
    form = ExceptionForm(request.POST)
    form.check_or_raise()
    made = askings.ask(
        request.user,
        _answer(request, customer_id, key),
        form.cleaned_data["ends_on"],
        form.cleaned_data["reason"],
        requests.read_amount(form.cleaned_data["amount"]),
    )
    names = ", ".join(str(each) for each in askings.people_named(made.named))
    told = {"names": names, "day": formats.day(made.deadline)}
    undo = reverse("treatment:take_back_asking", args=[made.pk])
    text = _("Asked: %(names)s. You are told by %(day)s.") % told
    if before := askings.asked_before(made):
        was_and_is = {"before": _terms(before), "now": _terms(made)}
        text += " " + _("You asked before: %(before)s. Now: %(now)s.") % was_and_is
    toasts.tell(request, text, undo=undo)
    return _done(request, customer_id)


def _terms(asking: Asking) -> str:
    until = {"day": formats.day(asking.ends_on)}
    if asking.amount is None:
        return _("until %(day)s") % until
    amount = formats.money(asking.amount, Company.load().currency)
    return _("up to %(amount)s until %(day)s") % (until | {"amount": amount})


@require_POST
def act_otherwise(request: Request, customer_id: UUID, key: str) -> HttpResponse:
    """I did otherwise, and why; the answer stays what it is."""
    reason = request.POST.get("reason", "")
    acting.act_otherwise(request.user, _answer(request, customer_id, key), reason)
    toasts.tell(request, _("Written down. The answer stays the same for whoever asks next."))
    return _done(request, customer_id)


@require_POST
def log_contact(request: Request, customer_id: UUID) -> HttpResponse:
    customer = find_customer(customer_id)
    form = ContactForm(request.POST)
    if not form.is_valid():
        return render(
            request, "pages/contact_page.html", {"contact": form, "customer": customer}, status=422
        )
    record = desk.open_record(
        request.user,
        form.cleaned_data["kind"],
        customer.pk,
        token=form.cleaned_data["token"],
        **form.columns(request.user.pk),
    )
    undo = reverse("pages:take_back", args=[customer.pk, record.pk])
    toasts.tell(request, _("Kept: %(what)s") % {"what": record.subject}, undo=undo)
    return redirect("pages:customer", customer_id=customer.pk)


@require_POST
def take_back(request: Request, customer_id: UUID, record_id: int) -> HttpResponse:
    record = desk.withdraw_record(request.user, record_id)
    toasts.tell(request, _("Taken back: %(what)s") % {"what": record.subject})
    return redirect("pages:customer", customer_id=customer_id)


def _answer(request: Request, customer_id: UUID, key: str) -> UUID:
    """The answer that the page showed; one that was only shown is given now."""
    given = request.POST.get("answer", "")
    if given:
        return _logged(given).pk
    fields = fields_of(request.POST, requests.kind(key))
    made = ask_on_page(customer_id, key, fields, request.user)
    if made.answer_id is None:
        raise Problem(_("First answer the question."), mend=_("Then hand it over."))
    return made.answer_id


def _logged(answer_id: str) -> AnswerLog:
    try:
        return get_object_or_404(AnswerLog, pk=UUID(answer_id))
    except ValueError as wrong:
        raise Http404 from wrong


def _done(request: Request, customer_id: UUID) -> HttpResponse:
    if request.htmx:
        return HttpResponse("", content_type="text/html")
    return redirect("pages:customer", customer_id=current(customer_id).pk)
