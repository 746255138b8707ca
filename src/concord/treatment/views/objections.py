"""Objections to a rule: anyone objects, who was asked answers, and everybody reads."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from concord.kernel.errors import Problem
from concord.treatment import access, changes, policies
from concord.treatment.actions import drafts, objection_drafts, objections
from concord.treatment.forms import AnswerForm, ObjectForm, TermsForm
from concord.treatment.models import Concern, ConcernKind, PolicyProposal, PolicyVersion
from concord.ui import formats, toasts
from concord.ui.http import Request
from concord.ui.paging import Page, decode, encode

PAGE = 30


@require_GET
def listed(request: Request) -> HttpResponse:
    """All objections, the open ones first asked for; how they are answered here."""
    return _list(request)


@require_POST
def terms(request: Request) -> HttpResponse:
    """The sponsor says how objections are answered from now on."""
    if not access.may_change_policy(request.viewer):
        raise PermissionDenied
    form = TermsForm(request.POST)
    if not form.is_valid():
        return _list(request, {"form": form}, status=422)
    objections.set_terms(request.user, **form.cleaned_data)
    toasts.tell(request, _("From now on objections are answered like this."))
    return redirect("treatment:objections")


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Object to a rule of the version in force, or of a proposal."""
    sent = request.POST if request.method == "POST" else request.GET
    proposal = _proposal(sent.get("proposal", ""))
    rule = sent.get("rule", "")
    version = (
        objections.standing_in(proposal, rule) if proposal else _version(sent.get("version", ""))
    )
    words = changes.rule_in_words(policies.model_of(version), rule, get_language() or "en")
    if words is None:
        raise Http404
    context: dict[str, Any] = {
        "proposal": proposal, "version": version, "title": words[0], "rule": words[1],
        "goes": proposal is not None and version != proposal.version,
        "terms": objections.terms(),
    }  # fmt: skip
    form = ObjectForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        try:
            made = objections.object_to_rule(request.user, version, rule, text, proposal=proposal)
        except Problem as problem:
            context["problem"] = problem
        else:
            toasts.tell(
                request,
                _("Said. %(owner)s answers by %(day)s, and you are told.")
                % {"owner": made.owner.name, "day": formats.day(made.deadline)},
            )
            return redirect("treatment:objection", made.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "treatment/object.html", context | {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
def objection(request: Request, objection_id: int) -> HttpResponse:
    """An objection with its rule (GET); the answer to it (POST)."""
    rows = Concern.objects.filter(pk=objection_id, kind=ConcernKind.RULE)
    found = rows.select_related("raised_by", "owner", "replied_by", "proposal", "version").first()
    if found is None:
        raise Http404
    context = _shown(request, found)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not access.may_answer_objection(request.viewer, found):
            raise PermissionDenied
        if form.is_valid():
            objections.answer(request.user, found.pk, **form.cleaned_data)
            toasts.tell(request, _("Answered; who objected is told."))
            return redirect("treatment:objection", found.pk)
        return render(request, "treatment/objection.html", context | {"form": form}, status=422)
    return render(request, "treatment/objection.html", context | {"form": form})


@require_POST
def begin(request: Request, objection_id: int) -> HttpResponse:
    """A draft in which the rule is changed, opened at it."""
    if not access.may_draft(request.viewer):
        raise PermissionDenied
    found = Concern.objects.filter(pk=objection_id, kind=ConcernKind.RULE).first()
    if found is None:
        raise Http404
    draft = objection_drafts.begin_draft(request.user, found.pk)
    table = objection_drafts.decision_of(drafts.model_of(draft), found.rule)
    said = urlencode({"table": table or "", "rule": found.rule})
    return redirect(f"{reverse('treatment:draft', args=[draft.pk])}?{said}")


def _shown(request: Request, found: Concern) -> dict[str, Any]:
    may_read_words = bool(access.readable_words(request.viewer, [found]))
    words = None
    if found.version is not None:
        model = policies.model_of(found.version)
        words = changes.rule_in_words(model, found.rule, get_language() or "en")
    return {
        "objection": found,
        "title": words[0] if words else found.rule,
        "rule": words[1] if words else None,
        "goes": found.proposal is not None and found.version_id != found.proposal.version_id,
        "may_begin": access.may_draft(request.viewer) and objection_drafts.may_be_changed(found),
        "may_answer": found.replied_at is None
        and access.may_answer_objection(request.viewer, found),
        "may_read_words": may_read_words,
        "may_read_answer": found.answer_id is not None and may_read_words,
    }


def _list(request: Request, more: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    rows = Concern.objects.filter(kind=ConcernKind.RULE).exclude(version=None)
    rows = rows.select_related("raised_by", "owner", "proposal").order_by("-pk")
    if request.GET.get("open"):
        rows = rows.filter(objections.OPEN)
    if cursor := request.GET.get("cursor", ""):
        rows = rows.filter(pk__lt=decode(cursor, int)[0])
    found = list(rows[: PAGE + 1])
    now = objections.terms()
    said = {"days": now.days, "unanswered": now.unanswered, "chair": now.chair_id}
    context: dict[str, Any] = {
        "readable": access.readable_words(request.viewer, found),
        "page": Page(found[:PAGE], encode(found[PAGE - 1].pk) if len(found) > PAGE else ""),
        "only_open": bool(request.GET.get("open")),
        "terms": now,
        "may_set": access.may_change_policy(request.viewer),
        "form": TermsForm(initial=said),
    }
    return render(request, "treatment/objections.html", context | (more or {}), status=status)


def _proposal(text: str) -> PolicyProposal | None:
    if not text.isdecimal():
        return None
    rows = PolicyProposal.objects.select_related("version", "made_by").filter(pk=text)
    found = rows.first()
    if found is None:
        raise Http404
    return found


def _version(text: str) -> PolicyVersion:
    found = PolicyVersion.objects.filter(number=text).first() if text.isdecimal() else None
    if found is None or not found.in_force.exists():
        raise Http404
    return found
