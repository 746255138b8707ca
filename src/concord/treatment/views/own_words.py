"""Sentences and extras of our own: those of a draft, made, changed and taken away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from concord.dmn.model import Model
from concord.kernel.errors import Problem
from concord.kernel.words import LANGUAGES, Words, say
from concord.treatment import own_words
from concord.treatment.actions import drafts
from concord.treatment.actions import own_words as keeping
from concord.treatment.actions.own_facts import key_of
from concord.treatment.own_words import BENEFIT, SENTENCE
from concord.treatment.views.drafts import find, only_drafters
from concord.ui import toasts
from concord.ui.http import Request


@require_http_methods(["GET", "POST"])
def words(request: Request, draft_id: UUID) -> HttpResponse:
    """What the draft says in words of our own (GET); one more, or one said otherwise (POST)."""
    only_drafters(request)
    draft = find(draft_id)
    model = drafts.model_of(draft)
    sent = request.POST if request.method == "POST" else request.GET
    kind = BENEFIT if sent.get("of") == BENEFIT else SENTENCE
    changes = sent.get("changes", "")[:100]
    if request.method == "GET" and own_words.entry(model, kind, changes) is None:
        changes = ""  # somebody has taken it away
    context: dict[str, Any] = {"draft": draft, "of": kind, "changes": changes}
    values = own_words.entry(model, kind, changes) or {}
    status = 200
    if request.method == "POST":
        said, called = (_given(request, tag) for tag in ("said", "called"))
        values, seen = {"said": said, "called": called}, request.POST.get("seen", "")
        key = changes or request.POST.get("key", "").strip() or _key(called, said)
        new, revision = not changes, int(seen) if seen.isdecimal() and len(seen) < 10 else None
        by = request.user
        try:
            if kind == SENTENCE:
                keeping.keep_sentence(by, draft.pk, key, said, is_new=new, seen=revision)
            else:
                keeping.keep_benefit(by, draft.pk, key, called, said, is_new=new, seen=revision)
        except Problem as problem:
            context |= {"problem": problem, "key": request.POST.get("key", "")}
            status = 422
        else:
            toasts.tell(request, _("Kept. Rules of this draft can say it now."))
            return redirect("treatment:own_words", draft.pk)
    context |= {
        "sentences": list(_shown(model, SENTENCE)),
        "benefits": list(_shown(model, BENEFIT)),
        "said": _fields("said", values.get("said", {})),
        "called": _fields("called", values.get("called", {})),
    }
    return render(request, "treatment/own_words.html", context, status=status)


@require_POST
def remove(request: Request, draft_id: UUID) -> HttpResponse:
    """Take one away; refused, with the rules, while rules use it."""
    only_drafters(request)
    draft = find(draft_id)
    kind, key = request.POST.get("of", ""), request.POST.get("key", "")
    try:
        keeping.remove(request.user, draft.pk, kind, key)
    except Problem as problem:
        model = drafts.model_of(draft)
        context = {
            "draft": draft, "of": SENTENCE, "changes": "", "problem": problem,
            "sentences": list(_shown(model, SENTENCE)), "benefits": list(_shown(model, BENEFIT)),
            "said": _fields("said", {}), "called": _fields("called", {}),
        }  # fmt: skip
        return render(request, "treatment/own_words.html", context, status=422)
    toasts.tell(request, _("Taken away."))
    return redirect("treatment:own_words", draft.pk)


def _shown(model: Model, kind: str) -> Iterator[dict[str, Any]]:
    """Each of a kind with the languages it is said in and the rules that use it."""
    for key, each in own_words.entries(model, kind):
        rules = list(own_words.used_by(model, kind, key))
        yield {
            "key": key,
            "title": say(each.get("called") or each["said"]),
            "said": say(each["said"]) if "called" in each else "",
            "lacks": [name for code, name in LANGUAGES if code not in each["said"]],
            "rules": list(zip(rules, keeping.rule_names(model, rules), strict=True))
            if rules
            else [],
        }


def _key(called: Words, said: Words) -> str:
    """What it is called where nobody says it: its first English words."""
    return key_of(called if any(called.values()) else said, 40)


def _given(request: Request, tag: str) -> dict[str, str]:
    return {code: request.POST.get(f"{tag}-{code}", "") for code, _name in LANGUAGES}


def _fields(tag: str, words: Words) -> list[tuple[str, str, str]]:
    return [(code, name, words.get(code, "")) for code, name in LANGUAGES]
