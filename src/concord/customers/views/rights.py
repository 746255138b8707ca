"""The rights of one customer: what they ask for, what was done, and the log of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from concord.customers import access, restrictions
from concord.customers.actions import erasures, person_files, rights, rights_settings
from concord.customers.actions import restrictions as restricting
from concord.customers.actions.rights_log import log
from concord.customers.forms.rights import (
    CloseForm,
    ErasureForm,
    ReasonForm,
    RequestForm,
    RestrictForm,
    SettingsForm,
)
from concord.customers.models import Erasure, ErasurePlan, PersonFile, Right, RightsRequest
from concord.customers.queries import current
from concord.customers.rights import files, keys, lists
from concord.customers.rights.correction import values_of
from concord.customers.rights.lists import erasure_of, log_of, open_requests
from concord.kernel.errors import Problem
from concord.kernel.models import Source
from concord.kernel.time import now, today
from concord.ui import formats, toasts
from concord.ui.http import Request

MEDIA = {"html": (files.HTML, "text/html"), "json": (files.JSON, "application/json")}


@require_GET
def index(request: Request) -> HttpResponse:
    """The requests that wait, the first due at the top; who is restricted; what is being erased."""
    access.require_handle_rights(request.viewer)
    return _index(request, SettingsForm(keys.settings()))


def _index(request: Request, settings: SettingsForm, status: int = 200) -> HttpResponse:
    context = {
        "page": open_requests(request.GET.get("cursor", "")),
        "today": today(),
        "settings": settings,
        "off_proposed_by": keys.settings().off_proposed_by,
        "plans": lists.plans(),
        "restricted": lists.restricted(),
        "erasures": lists.latest_erasures(),
    }
    return render(request, "customers/rights_list.html", context, status=status)


@require_POST
def settings(request: Request) -> HttpResponse:
    access.require_handle_rights(request.viewer)
    form = SettingsForm(keys.settings(), request.POST)
    if form.is_valid():
        saved = rights_settings.save(request.user, **form.cleaned_data)
        waits = saved.off_proposed_by is not None
        toasts.tell(request, _("Proposed: a second person has to agree.") if waits else _("Saved."))
        return redirect("customers:rights_list")
    return _index(request, form, 422)


@require_GET
def overview(request: Request, customer_id: UUID) -> HttpResponse:
    """Everything about the rights of one customer on a page; who was erased has a tombstone."""
    customer = current(customer_id)
    if erasure := erasure_of(customer.pk):
        return redirect("customers:erasure", erasure.pk)
    return _overview(request, customer_id)


def _overview(
    request: Request,
    customer_id: UUID,
    status: int = 200,
    answering: Mapping[int, CloseForm] | None = None,
    **more: Any,
) -> HttpResponse:
    """`answering`: what was typed of a request, to be mended."""
    customer = current(customer_id)
    handles = access.may_handle_rights(request.viewer)
    open_ = RightsRequest.objects.filter(customer=customer, closed_at=None).order_by("due_on", "id")
    context: dict[str, Any] = {
        "customer": customer,
        "handles": handles,
        "requests": [(each, (answering or {}).get(each.pk, CloseForm())) for each in open_],
        "asked": {each.right for each in open_},
        "take_down": RequestForm(initial={"received_on": today()}),
        "restriction": restrictions.of_customer(customer.pk),
        "today": today(),
    }
    if handles:
        kept = PersonFile.objects.filter(customer=customer, forgotten_at=None).order_by("-made_at")
        context |= {
            "files": list(kept[:10]),
            "log": log_of(customer.pk),
            "plan": ErasurePlan.objects.filter(customer=customer).select_related("by").first(),
            "restrict": RestrictForm(),
            "lift": ReasonForm(),
            "days": keys.settings().file_days,
        }
    return render(request, "customers/rights.html", context | more, status=status)


@require_POST
def take_down(request: Request, customer_id: UUID) -> HttpResponse:
    """Whoever meets the person takes down what they ask for."""
    form = RequestForm(request.POST)
    if not form.is_valid():
        return _overview(request, customer_id, 422, take_down=form)
    made = rights.take_down(request.user, customer_id, **form.cleaned_data)
    said = _("Taken down: to be answered by %(day)s.") % {"day": formats.day(made.due_on)}
    toasts.tell(request, said)
    return redirect("customers:rights", made.customer_id)


@require_POST
def close(request: Request, customer_id: UUID, request_id: int) -> HttpResponse:
    asked = _request_of(request, customer_id, request_id)
    form = CloseForm(request.POST)
    if not form.is_valid():
        return _overview(request, customer_id, 422, answering={asked.pk: form})
    rights.close(request.user, asked, form.cleaned_data["how"], form.cleaned_data["note"])
    toasts.tell(request, _("Answered; it stands in the log."))
    return redirect("customers:rights", asked.customer_id)


@require_POST
def extend(request: Request, customer_id: UUID, request_id: int) -> HttpResponse:
    asked = _request_of(request, customer_id, request_id)
    found = rights.extend(request.user, asked, request.POST.get("reason", ""))
    toasts.tell(request, _("To be answered by %(day)s.") % {"day": formats.day(found.due_on)})
    return redirect("customers:rights", found.customer_id)


# A copy


@require_POST
def make_file(request: Request, customer_id: UUID) -> HttpResponse:
    access.require_handle_rights(request.viewer)
    customer = current(customer_id)
    asked = RightsRequest.objects.filter(customer=customer, right=Right.ACCESS, closed_at=None)
    language = request.POST.get("language", "")
    made = person_files.make(request.user, customer.pk, language, asked.first())
    return redirect("customers:person_file", customer.pk, made.pk)


@require_GET
def person_file(request: Request, customer_id: UUID, file_id: UUID) -> HttpResponse:
    """How far a file is; one that is not ready asks for itself again."""
    made = _file_of(request, customer_id, file_id)
    template = "_rights_file.html" if request.htmx else "rights_file_page.html"
    context = {"file": made, "customer": made.customer}
    return render(request, f"customers/{template}", context)


@require_GET
@never_cache
def download(request: Request, customer_id: UUID, file_id: UUID, kind: str) -> HttpResponse:
    """Taken as a file, never shown here: it holds what others typed."""
    made = _file_of(request, customer_id, file_id)
    name, media = MEDIA.get(kind, MEDIA["json"])
    path = made.folder / name
    if not made.finished_at or made.forget_at <= now() or not path.is_file():
        raise Http404
    person_files.taken(request.user, made)
    called = f"{made.made_at:%Y-%m-%d}-{made.customer_id}.{kind}"
    return FileResponse(path.open("rb"), as_attachment=True, filename=called, content_type=media)  # type: ignore[return-value]


@require_POST
def forget_file(request: Request, customer_id: UUID, file_id: UUID) -> HttpResponse:
    made = _file_of(request, customer_id, file_id)
    person_files.forget(request.user, made)
    toasts.tell(request, _("The file was deleted."))
    return redirect("customers:rights", customer_id)


# A correction


@require_GET
def correction(request: Request, customer_id: UUID) -> HttpResponse:
    """Their values, each leading to where it is corrected; and whom to tell beside."""
    customer = current(customer_id)
    context = {
        "customer": customer,
        "rows": values_of(request.viewer, customer),
        "handles": access.may_handle_rights(request.viewer),
    }
    return render(request, "customers/rights_correction.html", context)


@require_POST
def corrected(request: Request, customer_id: UUID) -> HttpResponse:
    """The values were gone through because the person asked for it: written in the log."""
    access.require_handle_rights(request.viewer)
    customer = current(customer_id)
    asked = RightsRequest.objects.filter(customer=customer, right=Right.CORRECTION, closed_at=None)
    found = asked.first()
    log(customer.pk, "to_correct", request.user, request=found)
    if found:
        rights.close(request.user, found, "done", "")
    toasts.tell(request, _("Written in the log."))
    return redirect("customers:rights", customer.pk)


# A restriction


@require_POST
def restrict(request: Request, customer_id: UUID) -> HttpResponse:
    access.require_handle_rights(request.viewer)
    form = RestrictForm(request.POST)
    if not form.is_valid():
        return _overview(request, customer_id, 422, restrict=form)
    asked = RightsRequest.objects.filter(
        customer=current(customer_id), right=Right.RESTRICTION, closed_at=None
    ).first()
    said = form.cleaned_data
    restricting.restrict(request.user, customer_id, said["reason"], said["until"], asked)
    toasts.tell(request, _("Restricted: stored, and not used until you lift it."))
    return redirect("customers:rights", customer_id)


@require_POST
def lift(request: Request, customer_id: UUID) -> HttpResponse:
    access.require_handle_rights(request.viewer)
    restricting.lift(request.user, customer_id, request.POST.get("reason", ""))
    toasts.tell(request, _("Lifted: they are found, matched and treated again."))
    return redirect("customers:rights", customer_id)


# An erasure


@require_http_methods(["GET", "POST"])
def erase(request: Request, customer_id: UUID) -> HttpResponse:
    """See what goes and what stays (GET); begin it (POST)."""
    access.require_handle_rights(request.viewer)
    customer = current(customer_id)
    if done := erasure_of(customer.pk):
        return redirect("customers:erasure", done.pk)
    preview = erasures.preview(request.user, customer.pk)
    form = ErasureForm(preview, request.POST or None)
    problem = None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        asked = RightsRequest.objects.filter(
            customer=customer, right=Right.ERASURE, closed_at=None
        ).first()
        try:
            begun = erasures.confirm(
                request.user, customer.pk, said["name"], despite=said.get("despite", ""),
                also=said.get("also", ()), request=asked,
            )  # fmt: skip
        except Problem as error:
            problem = error
        else:
            if not begun:
                toasts.tell(request, _("Proposed: a second person has to agree."))
                return redirect("customers:rights", customer.pk)
            return redirect("customers:erasure", begun[0].pk)
    context = {
        "customer": customer, "preview": preview, "form": form, "problem": problem,
        "plan": ErasurePlan.objects.filter(customer=customer).select_related("by").first(),
        "two": keys.settings().two_persons,
    }  # fmt: skip
    status = 422 if problem or form.errors else 200
    return render(request, "customers/rights_erase.html", context, status=status)


@require_POST
def not_erase(request: Request, customer_id: UUID) -> HttpResponse:
    access.require_handle_rights(request.viewer)
    erasures.take_back_plan(request.user, customer_id)
    toasts.tell(request, _("Not erased."))
    return redirect("customers:rights", customer_id)


@require_GET
def erasure(request: Request, erasure_id: int) -> HttpResponse:
    """The tombstone: that somebody was erased, when, and how far it is."""
    found = get_object_or_404(Erasure.objects.select_related("run", "by", "second"), pk=erasure_id)
    handles = access.may_handle_rights(request.viewer)
    guarded = found.keys.filter(let_in_at=None).values_list("source_id", flat=True)
    context = {
        "erasure": found, "run": found.run, "handles": handles, "lift": ReasonForm(),
        "sources": list(Source.objects.filter(pk__in=guarded)),
        "log": log_of(found.customer_id) if handles else [],
    }  # fmt: skip
    template = "_erasure.html" if request.htmx else "erasure.html"
    return render(request, f"customers/{template}", context)


@require_POST
def let_in(request: Request, erasure_id: int) -> HttpResponse:
    access.require_handle_rights(request.viewer)
    found = get_object_or_404(Erasure, pk=erasure_id)
    erasures.let_in(request.user, found, request.POST.get("reason", ""))
    toasts.tell(request, _("What the systems send of them is taken again."))
    return redirect("customers:erasure", found.pk)


def _request_of(request: Request, customer_id: UUID, request_id: int) -> RightsRequest:
    access.require_handle_rights(request.viewer)
    return get_object_or_404(RightsRequest, pk=request_id, customer_id=current(customer_id).pk)


def _file_of(request: Request, customer_id: UUID, file_id: UUID) -> PersonFile:
    access.require_handle_rights(request.viewer)
    found = PersonFile.objects.select_related("customer", "request")
    return get_object_or_404(found, pk=file_id, customer_id=customer_id, forgotten_at=None)
