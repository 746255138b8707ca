"""The grid's own addresses, in JSON: change, take back, hear of others, and what is found.

A change says the revision that its page had seen. The answer carries what the page needs to draw
itself anew: the rows that changed since then, whoever changed them, and what is found in the table.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse, RawPostDataException
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from concord.dmn.model import Model
from concord.kernel.errors import Problem
from concord.treatment import draft_places, law
from concord.treatment.actions import draft_undo, drafts
from concord.treatment.actions.drafts import OverlapError
from concord.treatment.grid import changes, found, news
from concord.treatment.grid.sheet import Sheet, tables_of
from concord.treatment.models import DraftEdit, PolicyDraft
from concord.treatment.views.drafts import find, only_drafters
from concord.ui.http import Request

View = Callable[..., HttpResponse]


def _in_json(view: View) -> View:
    """A `Problem` as the page beside which it is shown reads it; nothing typed is lost."""

    @wraps(view)
    def answer(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        only_drafters(request)
        try:
            return view(request, *args, **kwargs)
        except Problem as problem:
            said = {
                "problem": problem.message,
                "place": problem.place,
                "mend": problem.mend,
                "code": problem.code,
            }
            return JsonResponse(said, status=404 if problem.code == "not-found" else 422)

    return answer


@require_http_methods(["GET", "POST"])
@_in_json
def edits(request: Request, draft_id: UUID) -> HttpResponse:
    """Change a table (POST), or hear what others have changed since a revision (GET)."""
    if request.method == "GET":
        return _since(request, draft_id)
    asked = _asked(request)
    before = find(draft_id)
    sheet = _sheet(before, asked["table"])
    wanted = changes.read(sheet, asked["changes"])
    try:
        drafts.change(request.user, draft_id, wanted, seen=asked["seen"], client=asked["client"])
    except OverlapError as overlap:
        return _overlapping(request, draft_id, asked, overlap)
    return _changed(request, draft_id, asked["table"], asked["seen"])


@require_POST
@_in_json
def undoing(request: Request, draft_id: UUID) -> HttpResponse:
    """Take back my last edit."""
    return _undone(request, draft_id, draft_undo.undo)


@require_POST
@_in_json
def redoing(request: Request, draft_id: UUID) -> HttpResponse:
    """Do it again."""
    return _undone(request, draft_id, draft_undo.redo)


@require_GET
@_in_json
def findings(request: Request, draft_id: UUID) -> HttpResponse:
    """What is found through the whole graph, by table: how much, and the table that is open."""
    draft = find(draft_id)
    model = drafts.model_of(draft)
    language = get_language() or "en"
    sheet = _sheet(draft, request.GET.get("table", ""))
    whole = law.check(model)
    names = {each.id: name for name, each in model.tables.items()}
    counts = {key: 0 for key, _name, _title in tables_of(model, language)}
    keys = {decision.name: decision.id for decision in model.decisions}
    for each in whole:
        key = keys.get(names.get(each.table, ""), each.table)
        counts[key] = counts.get(key, 0) + 1
    own = [each for each in whole if each.table == sheet.table.id]
    told = list(found.told(own, sheet.table, language, sheet.known.speak))
    return JsonResponse(
        {
            "revision": draft.revision,
            "counts": counts,
            "findings": sheet.told_json(told),
        }
    )


def _asked(request: Request) -> dict[str, Any]:
    """What the page sent. Raises `Problem` for what no page of ours sends."""
    try:
        said = json.loads(request.body)
        if said.get("by", request.user.pk) != request.user.pk:
            raise PermissionDenied  # typed by somebody who is not signed in any more
        return {
            "table": str(said["table"]),
            "changes": list(said["changes"]),
            "seen": int(said["seen"]),
            "client": UUID(str(said["client"])),
        }
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, RawPostDataException):
        raise _no_page_of_ours() from None  # a form's post is none of ours either


def _no_page_of_ours() -> Problem:
    return Problem(_("This is no change of a policy."), place="change",
                   mend=_("Load the page again."), code="no-change")  # fmt: skip


def _sheet(draft: PolicyDraft, key: str) -> Sheet:
    """A table of a draft by its key."""
    model: Model = drafts.model_of(draft)
    decision = next((each.name for each in model.decisions if each.id == key), "")
    if decision not in model.tables:
        raise Problem(
            _("This table is not there any more."),
            place="table",
            mend=_("Load the page again."),
            code="not-found",
        )
    return Sheet(model, decision, get_language() or "en")


def _since(request: Request, draft_id: UUID) -> HttpResponse:
    since = request.GET.get("since", "")
    if not since.isdecimal() or len(since) > 9:
        raise _no_page_of_ours()
    newest = PolicyDraft.objects.filter(pk=draft_id).values_list("revision", "closed_at").first()
    if newest is None:
        raise Problem(_("There is no such draft."), place="draft", code="not-found")
    if newest == (int(since), None):
        return JsonResponse({"revision": newest[0]})
    return _changed(request, draft_id, request.GET.get("table", ""), int(since))


def _undone(
    request: Request, draft_id: UUID, act: Callable[[Any, UUID, UUID], DraftEdit]
) -> HttpResponse:
    asked = _asked(request)
    try:
        made = act(request.user, draft_id, asked["client"])
    except OverlapError as overlap:
        return _overlapping(request, draft_id, asked, overlap)
    return _changed(request, draft_id, asked["table"], asked["seen"], also=made)


def _changed(
    request: Request, draft_id: UUID, table: str, seen: int, also: DraftEdit | None = None
) -> HttpResponse:
    """The rows that changed since `seen`, with what is found in the table as it stands."""
    return JsonResponse(_answer(request, draft_id, table, seen, also))


def _answer(
    request: Request, draft_id: UUID, table: str, seen: int, also: DraftEdit | None = None
) -> dict[str, Any]:
    draft = find(draft_id)
    sheet = _sheet(draft, table)
    since = list(drafts.edits_since(draft, seen))
    places = frozenset(place for edit in since for place in draft_places.touched(edit.changes))
    undo, redo = draft_undo.possible(draft, request.user.pk)
    answer: dict[str, Any] = {
        "revision": draft.revision,
        "closed": draft.closed_at is not None,
        "sheet": sheet.as_json(draft_places.rules_of(places, sheet.table.id)),
        "columns": [each.as_json() for each in sheet.columns],
        "findings": sheet.told_json(sheet.findings()),
        "news": news.told(sheet, since, request.user.pk),
        "undo": undo,
        "redo": redo,
    }
    if also is not None:
        answer["place"] = _place(also, sheet)
    return answer


def _place(edit: DraftEdit, sheet: Sheet) -> list[str] | None:
    """Where what was taken back stands, for the cursor to go there."""
    touched = sorted(draft_places.touched(edit.changes))
    ids = {rule.id for rule in sheet.table.rules}
    for place in touched:
        if len(place) > 2 and place[0] == sheet.table.id and place[2] in ids:
            return [place[2], place[3] if len(place) > 3 else ""]
    return None


def _overlapping(
    request: Request, draft_id: UUID, asked: dict[str, Any], overlap: OverlapError
) -> HttpResponse:
    answer = _answer(request, draft_id, asked["table"], asked["seen"])
    sheet = _sheet(find(draft_id), asked["table"])
    said = {
        "problem": overlap.message,
        "mend": overlap.mend,
        "clashes": news.clashing(sheet, overlap.clashes),
    }
    return JsonResponse(answer | said, status=409)
