"""Drafts of our promise: the list, and the page on which their tables are changed as a grid."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from concord.kernel.errors import Problem
from concord.kernel.words import LANGUAGES
from concord.treatment import access
from concord.treatment.actions import draft_undo, drafts
from concord.treatment.grid import comparisons, words
from concord.treatment.grid.sheet import Sheet, tables_of
from concord.treatment.models import EndKind, PolicyDraft, PolicyInForce, ProposalEnd
from concord.ui import paging, toasts
from concord.ui.http import Request

SHOWN = 30
# What the grid's script says by itself.
WORDS = {
    "any": words.ANY, "unknown": words.UNKNOWN, "yes": words.YES, "no": words.NO,
    "none": words.NONE, "or": words.OR, "not": words.NOT,
    "oneOf": gettext_lazy("one of these"), "noneOf": gettext_lazy("none of these"),
    "exactly": gettext_lazy("exactly"), "above": gettext_lazy("above"),
    "from": gettext_lazy("from … on"), "below": gettext_lazy("below"),
    "upTo": gettext_lazy("up to"), "orUnknown": gettext_lazy("or unknown"),
    "and": gettext_lazy("and"),
    "asText": gettext_lazy("As text, or as a formula"),
    "formula": gettext_lazy("This is a formula: it is kept as it stands until you change it."),
    "filter": gettext_lazy("Type to narrow the list"),
    "suggested": gettext_lazy("suggested"),
    "done": gettext_lazy("Done"), "cancel": gettext_lazy("Cancel"), "edit": gettext_lazy("Edit"),
    "rule": gettext_lazy("Rule"), "open": gettext_lazy("choose…"),
    "saved": gettext_lazy("All changes are saved."), "saving": gettext_lazy("Saving…"),
    "lost": gettext_lazy("No connection. What you changed is kept here and sent again by itself."),
    "door": gettext_lazy(
        "You are signed out, or somebody else is signed in. Sign in again in another tab: what "
        "you changed is kept here and sent again by itself."
    ),
    "closed": gettext_lazy("This draft is not changed any more."),
    "fine": gettext_lazy("Nothing is missing in this table, and nothing contradicts."),
    "close": gettext_lazy("Close this gap"), "remove": gettext_lazy("Remove this rule"),
    "show": gettext_lazy("Show"), "asNear": gettext_lazy("Same answer as rule"),
    "nobody": gettext_lazy("Nobody has decided this."),
    "was": gettext_lazy("It was"), "now": gettext_lazy("now it is"),
    "yours": gettext_lazy("You wrote"), "keepMine": gettext_lazy("Keep mine"),
    "takeTheirs": gettext_lazy("Take theirs"),
    "changedBy": gettext_lazy("has changed the same in the meantime"),
    "pasteHint": gettext_lazy("Press Ctrl+V to paste here."),
    "noRules": gettext_lazy("This table has no rule yet."),
    "failed": gettext_lazy("That did not work. Load the page again; what is saved stays."),
}  # fmt: skip


@require_http_methods(["GET", "POST"])
def drafts_page(request: Request) -> HttpResponse:
    """All drafts, the one that was changed last first; begin another by its name."""
    only_drafters(request)
    problem = None
    if request.method == "POST":
        try:
            made = drafts.begin(request.user, request.POST.get("name", ""))
        except Problem as refused:
            problem = refused
        else:
            return redirect("treatment:draft", made.pk)
    context = {
        "page": _listed(request.GET.get("cursor", "")),
        "problem": problem,
        "name": request.POST.get("name", ""),
        "has_policy": PolicyInForce.objects.exists(),
    }
    return render(request, "treatment/drafts.html", context, status=422 if problem else 200)


def _listed(cursor: str) -> paging.Page[PolicyDraft]:
    ended = ProposalEnd.objects.filter(proposal__draft=OuterRef("pk"), kind=EndKind.PUBLISHED)
    rows = PolicyDraft.objects.defer("xml").select_related("base", "made_by")
    rows = rows.annotate(was_published=Exists(ended)).order_by("-id")
    if cursor:
        (last,) = paging.decode(cursor, UUID)
        rows = rows.filter(pk__lt=last)
    found: list[PolicyDraft] = [*rows[: SHOWN + 1]]
    more = paging.encode(str(found[SHOWN - 1].pk)) if len(found) > SHOWN else ""
    return paging.Page(found[:SHOWN], more)


@require_GET
def draft(request: Request, draft_id: UUID) -> HttpResponse:
    """One table of a draft as a grid, chosen at the left; on a phone as sentences."""
    only_drafters(request)
    found = find(draft_id)
    language = get_language() or "en"
    model = drafts.model_of(found)
    tables = tables_of(model, language)
    if not tables:
        raise Problem(
            _("There is no table in this draft."),
            place=found.name,
            mend=_("Bring a file with tables, or begin a new draft."),
        )
    wanted = request.GET.get("table", "")
    key, decision, title = next((each for each in tables if each[0] == wanted), tables[0])
    sheet = Sheet(model, decision, language)
    findings = sheet.findings()
    undo, redo = draft_undo.possible(found, request.user.pk)
    context: dict[str, Any] = {
        "draft": found,
        "tables": tables,
        "table": key,
        "title": title,
        "sheet": sheet,
        "rows": sheet.rows(),
        "findings": findings,
        "is_closed": found.closed_at is not None,
        "data": {
            "revision": found.revision,
            "table": key,
            "columns": [each.as_json() for each in sheet.columns],
            "sheet": sheet.as_json(),
            "findings": sheet.told_json(findings),
            "undo": undo,
            "redo": redo,
            "closed": found.closed_at is not None,
            "by": request.user.pk,
            "languages": dict(LANGUAGES),
            "words": {key: str(said) for key, said in WORDS.items()} | {"ranges": _ranges()},
        },
    }
    return render(request, "treatment/draft.html", context)


def _ranges() -> dict[str, dict[str, str]]:
    """What lies between two numbers or dates, as it is said and can be typed."""
    kinds = {"number": comparisons.NUMBERS, "date": comparisons.DATES}
    return {
        kind: {op: str(patterns[op]) for op in comparisons.RANGES}
        for kind, patterns in kinds.items()
    }


@require_POST
def call(request: Request, draft_id: UUID) -> HttpResponse:
    """Another name."""
    only_drafters(request)
    drafts.call(request.user, draft_id, request.POST.get("name", ""))
    return redirect("treatment:draft", draft_id)


@require_POST
def put_aside(request: Request, draft_id: UUID) -> HttpResponse:
    """Nobody changes it any more; the toast takes it up again."""
    only_drafters(request)
    made = drafts.put_aside(request.user, draft_id)
    undo = reverse("treatment:take_up_draft", args=[made.pk])
    toasts.tell(request, _("“%(name)s” was put aside.") % {"name": made.name}, undo=undo)
    return redirect("treatment:drafts")


@require_POST
def take_up(request: Request, draft_id: UUID) -> HttpResponse:
    """Go on with a draft that was put aside."""
    only_drafters(request)
    made = drafts.take_up(request.user, draft_id)
    return redirect("treatment:draft", made.pk)


def only_drafters(request: Request) -> None:
    if not access.may_draft(request.viewer):
        raise PermissionDenied


def find(draft_id: UUID) -> PolicyDraft:
    found = PolicyDraft.objects.select_related("base").filter(pk=draft_id).first()
    if found is None:
        raise Http404
    return found
