"""Columns of what a rule gives beside: add one to a draft's table, call it otherwise, take it
away."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from concord.dmn.model import Model
from concord.kernel.errors import Problem
from concord.kernel.words import LANGUAGES, Words
from concord.treatment import new_results, own_words
from concord.treatment.actions import drafts
from concord.treatment.actions import own_words as keeping
from concord.treatment.actions.own_facts import key_of
from concord.treatment.new_results import TYPES
from concord.treatment.own_words import OUTPUTS, RESULT
from concord.treatment.policy_facts import is_fact
from concord.treatment.promise import COLUMNS, FIELDS, Reader
from concord.treatment.views.drafts import find, only_drafters
from concord.ui import toasts
from concord.ui.http import Request

MOST_CHOICES = 30


@require_http_methods(["GET", "POST"])
def columns(request: Request, draft_id: UUID, table: str) -> HttpResponse:
    """What the rules of a table give beside what we do (GET); one more, other words, one less
    (POST)."""
    only_drafters(request)
    draft = find(draft_id)
    model = drafts.model_of(draft)
    there = new_results.there(model, table)
    problem = None
    if request.method == "POST":
        try:
            wanted, told = _wanted(request, model, table)
            drafts.change(request.user, draft.pk, wanted, seen=draft.revision)
        except Problem as refused:
            problem = refused
        else:
            toasts.tell(request, told)
            if request.POST.get("does") == "add":
                return redirect(f"{reverse('treatment:draft', args=[draft.pk])}?table={table}")
            return redirect("treatment:new_result", draft.pk, table)
    own = own_words.of(model)
    context = {
        "draft": draft,
        "table": table,
        "title": Reader(model, get_language() or "en").title(table)[0],
        "there": [_column(model, key, name) for key, name in there],
        "others": [(name, each.called) for name, each in own.results.items()
                   if name not in {called for _key, called in there}],
        "types": TYPES.items(),
        "words": _fields("called", _given(request, "called") if problem else {}),
        "choices": _fields("choices", _given(request, "choices") if problem else {}),
        "said": request.POST if problem else {},
        "problem": problem,
    }  # fmt: skip
    return render(request, "treatment/new_result.html", context, status=422 if problem else 200)


def _wanted(request: Request, model: Model, table: str) -> tuple[list[dict[str, Any]], str]:
    """The changes that were asked for, and what is told when they are done."""
    sent = request.POST
    match sent.get("does", ""):
        case "remove":
            return new_results.without(model, table, sent.get("column", "")), _(
                "The column is gone."
            )
        case "rename":
            called = keeping.words_of(_given(request, "called"), "called", keeping.LONGEST_NAME, ())
            name = sent.get("name", "")
            if name not in own_words.of(model).results:
                raise Problem(_("There is no such column."), mend=_("Load the page again."))
            return new_results.renamed(model, name, called), _("It is called so now.")
        case "same":  # as another table has it
            name = sent.get("name", "")
            known = own_words.entry(model, RESULT, name)
            if known is None:
                raise Problem(_("There is no such column."), mend=_("Load the page again."))
            return new_results.changes(model, table, name, known), _("The column stands.")
    return _added(request, model, table), _("The column stands. Fill its cells where it matters.")


def _added(request: Request, model: Model, table: str) -> list[dict[str, Any]]:
    sent = request.POST
    called = keeping.words_of(_given(request, "called"), "called", keeping.LONGEST_NAME, ())
    name = sent.get("name", "").strip() or key_of(called, 40)
    taken = {*OUTPUTS, *COLUMNS, *FIELDS, *(each.name for each in model.inputs),
             *(each.name for each in model.decisions)}  # fmt: skip
    keeping.check_key(name, taken | ({name} if is_fact(name.replace("_", " ")) else set()))
    kind = sent.get("type", "")
    if kind not in TYPES:
        raise Problem(_("Say what the column holds."), place="type")
    choices = _choices(request) if kind == "choice" else {}
    said = {
        "called": called,
        "type": kind,
        "choices": choices,
        "default": new_results.default(kind, choices, sent.get("default", "")),
    }
    return new_results.changes(model, table, name, said)


def _choices(request: Request) -> dict[str, dict[str, str]]:
    """A line each, the same line in every language; the key follows from the English one, or is
    the line itself."""
    lines = {code: text.split("\n") for code, text in _given(request, "choices").items()}
    found: dict[str, dict[str, str]] = {}
    for at in range(max(map(len, lines.values()), default=0)):
        words = {code: each[at].strip() for code, each in lines.items() if at < len(each)}
        words = {code: text for code, text in words.items() if text}
        if words:
            key = next(iter(words.values()))
            found[key] = keeping.words_of(words, "choices", keeping.LONGEST_NAME, ())
    if not 2 <= len(found) <= MOST_CHOICES or any('"' in key or "\\" in key for key in found):
        raise Problem(
            _("Write between two and %(most)d choices, each on a line, without quotes.")
            % {"most": MOST_CHOICES},
            place="choices",
        )
    return found


def _column(model: Model, key: str, name: str) -> dict[str, Any]:
    result = own_words.of(model).result(name)
    entry = own_words.entry(model, RESULT, name)
    return {
        "column": key,
        "name": name,
        "called": result.called,
        "type": TYPES.get(result.type, result.type),
        "choices": result.choices.values(),
        "words": _fields(f"called-{name}", entry["called"]) if entry else [],
    }


def _given(request: Request, tag: str) -> dict[str, str]:
    return {code: request.POST.get(f"{tag}-{code}", "") for code, _name in LANGUAGES}


def _fields(tag: str, words: Words) -> list[tuple[str, str, str]]:
    return [(code, name, words.get(code, "")) for code, name in LANGUAGES]
