"""Proposals to change our promise: everybody reads them, who drafts makes them, the sponsor
decides."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from concord.kernel import time
from concord.kernel.errors import Problem
from concord.treatment import access, changes, policies, queries, unreasoned
from concord.treatment.actions import checks, drafts, objections, proposals
from concord.treatment.actions.publish import sentence_of
from concord.treatment.forms import AcceptForm, EndForm, ForceForm, ProposeForm
from concord.treatment.models import (
    Concern,
    EndKind,
    PolicyDraft,
    PolicyInForce,
    PolicyProposal,
)
from concord.treatment.unreasoned import NoReasonError, Unreasoned
from concord.treatment.views.examples import shown
from concord.ui import toasts
from concord.ui.http import Request
from concord.ui.paging import Page, decode, encode

PAGE = 30


@require_GET
def listed(request: Request) -> HttpResponse:
    """All proposals, the newest first."""
    rows = PolicyProposal.objects.select_related("version", "made_by", "end").order_by("-pk")
    if cursor := request.GET.get("cursor", ""):
        rows = rows.filter(pk__lt=decode(cursor, int)[0])
    found = list(rows.defer("version__xml")[: PAGE + 1])
    following = encode(found[PAGE - 1].pk) if len(found) > PAGE else ""
    page = Page(found[:PAGE], following)
    return render(request, "treatment/proposals.html", {"page": page})


@require_http_methods(["GET", "POST"])
def propose(request: Request, draft_id: UUID) -> HttpResponse:
    """Say what a draft changes and why (GET), and put it before the sponsor (POST)."""
    if not access.may_draft(request.viewer):
        raise PermissionDenied
    draft = PolicyDraft.objects.select_related("base").filter(pk=draft_id).first()
    if draft is None:
        raise Http404
    context: dict[str, Any] = {"draft": draft, "unreasoned": _unreasoned(draft)}
    if request.method == "GET":
        said = {
            "what": draft.name,
            "wanted_from": time.today(),
            "unanswered": objections.terms().unanswered,
            "revision": draft.revision,
        }
        form = ProposeForm(initial=said)
        return render(request, "treatment/propose.html", context | {"form": form})
    form = ProposeForm(request.POST)
    if form.is_valid():
        try:
            made = proposals.propose(request.user, draft_id, **form.cleaned_data)
        except NoReasonError as problem:
            context |= {"problem": problem, "unreasoned": problem.rules}
        except Problem as problem:
            context["problem"] = problem
        else:
            toasts.tell(request, _("Proposed: the sponsor is told."))
            return redirect("treatment:proposal", made.pk)
    return render(request, "treatment/propose.html", context | {"form": form}, status=422)


def _unreasoned(draft: PolicyDraft) -> list[Unreasoned]:
    """The rules that have to be given a reason first; none of a draft that cannot be read."""
    try:
        model = drafts.model_of(draft)
    except Problem:
        return []
    return list(unreasoned.rules(model, policies.in_force(time.today()).model))


@require_GET
def proposal(request: Request, proposal_id: int) -> HttpResponse:
    """What it changes, what the law finds, who objects; for the sponsor, putting it in force."""
    found = _find(proposal_id)
    return _page(request, found)


@require_POST
def publish(request: Request, proposal_id: int) -> HttpResponse:
    _only_sponsor(request)
    found = _find(proposal_id)
    form = ForceForm(request, request.POST)
    seen = request.POST.get("seen", "")
    if not form.is_valid() or not seen.isdecimal():
        return _page(request, found, {"force": form}, status=422)
    said = form.cleaned_data
    try:
        made = proposals.publish_proposal(
            request.user, found.pk, said["from_date"], said["reason"], int(seen), form.password()
        )
    except NoReasonError as problem:
        more = {"force": form, "problem": problem, "unreasoned": problem.rules}
        return _page(request, found, more, status=422)
    except Problem as problem:
        return _page(request, found, {"force": form, "problem": problem}, status=422)
    toasts.tell(
        request,
        _("In force: version %(number)d of our promise.") % {"number": made.version.number},
    )
    return redirect("treatment:proposal", found.pk)


@require_POST
def accept(request: Request, proposal_id: int) -> HttpResponse:
    """The sponsor accepts, in writing, the findings for which a reason was written."""
    _only_sponsor(request)
    found = _find(proposal_id)
    form = AcceptForm(request, request.POST)
    reasons = {
        key.removeprefix("reason."): str(text)
        for key, text in request.POST.items()
        if key.startswith("reason.") and str(text).strip()
    }
    if not form.is_valid() or not reasons:
        written = {} if reasons else {"problem": _nothing_written()}
        return _page(request, found, {"accept": form, "said": reasons, **written}, status=422)
    try:
        checks.accept(request.user, found.version, reasons, form.password())
    except Problem as problem:
        context = {"accept": form, "said": reasons, "problem": problem}
        return _page(request, found, context, status=422)
    toasts.tell(request, _("Accepted in writing."))
    return redirect("treatment:proposal", found.pk)


@require_POST
def withdraw(request: Request, proposal_id: int) -> HttpResponse:
    return _ended(request, proposal_id, EndKind.WITHDRAWN)


@require_POST
def send_back(request: Request, proposal_id: int) -> HttpResponse:
    _only_sponsor(request)
    return _ended(request, proposal_id, EndKind.SENT_BACK)


def _ended(request: Request, proposal_id: int, kind: EndKind) -> HttpResponse:
    found = _find(proposal_id)
    form = EndForm(request.POST)
    act = proposals.withdraw if kind == EndKind.WITHDRAWN else proposals.send_back
    try:
        act(request.user, found.pk, request.POST.get("reason", ""))
    except Problem as problem:
        if problem.code == "forbidden":
            raise PermissionDenied from problem
        return _page(request, found, {"end_form": form, "problem": problem}, status=422)
    toasts.tell(request, _("The proposal has ended."))
    return redirect("treatment:proposal", found.pk)


def _page(
    request: Request, found: PolicyProposal, more: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    end = getattr(found, "end", None)
    latest = PolicyInForce.objects.latest("id")
    language = get_language() or "en"
    old = policies.model_of(found.draft.base) if end else policies.in_force(time.today()).model
    new = policies.model_of(found.version)
    sponsor = access.may_change_policy(request.viewer)
    context: dict[str, Any] = {
        "proposal": found,
        "end": end,
        "is_published": bool(end and end.kind == EndKind.PUBLISHED),
        "seen": latest.pk,
        "behind": not end and found.draft.base_id != policies.in_force(time.today()).version_id,
        "findings": _findings(request, found),
        "rules": changes.rules(old, new, language),
        "examples": shown(new) if access.may_read_examples(request.viewer) else [],
        "objections": _objections(found),
        "coming": None if end else queries.coming(),
        "draft": found.draft if access.may_draft(request.viewer) else None,
        "may_publish": sponsor and not end,
        "may_withdraw": not end and found.made_by_id == request.user.pk,
        "force": ForceForm(
            request,
            initial={"from_date": max(found.wanted_from, time.today()), "reason": found.why},
        ),
        "accept": AcceptForm(request),
        "end_form": EndForm(),
        "panels": ["treatment/_simulation_panel.html", "treatment/_no_panel.html"],
        "said": {},
    }
    try:
        context["tables"] = changes.between(old, new, language)
    except Problem as problem:
        context["unread"] = problem
    return render(request, "treatment/proposal.html", context | (more or {}), status=status)


def _findings(request: Request, found: PolicyProposal) -> list[dict[str, Any]]:
    """What the law finds; of an example that fails, others than its readers are told just that."""
    reads, model = access.may_read_examples(request.viewer), policies.model_of(found.version)
    return [
        {
            "found": each,
            "sentence": sentence_of(each.finding, model)
            if reads or each.finding.example is None
            else _("An example of our promise fails."),
        }
        for each in checks.findings(found.version)
    ]


def _objections(found: PolicyProposal) -> list[Concern]:
    rows = Concern.objects.filter(proposal=found).select_related("raised_by", "owner", "replied_by")
    return list(rows.order_by("pk"))


def _find(proposal_id: int) -> PolicyProposal:
    rows = PolicyProposal.objects.select_related(
        "version", "draft__base", "made_by", "end__by", "end__in_force"
    )
    found = rows.filter(pk=proposal_id).first()
    if found is None:
        raise Http404
    return found


def _only_sponsor(request: Request) -> None:
    if not access.may_change_policy(request.viewer):
        raise PermissionDenied


def _nothing_written() -> Problem:
    return Problem(_("What is accepted is accepted for a reason."), mend=_("Write why."))
