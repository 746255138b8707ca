"""Which of several systems' values is shown: the rules, what others would change, their history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from concord.customers import access, golden_rules, words
from concord.customers.actions import golden_settings
from concord.customers.models import GoldenRules
from concord.customers.profiles import said_text
from concord.customers.survivorship import SETTINGS, SHIPPED, SURVIVORSHIP, Rule, Rules, rules_for
from concord.customers.views.reason import reason_of
from concord.kernel.access import Viewer
from concord.kernel.errors import Problem
from concord.kernel.models import Source
from concord.kernel.words import say
from concord.ui import toasts
from concord.ui.http import Request

PLACES: Final = ("first", "second", "third")
WORDS: Final[Mapping[Rule, str | Promise]] = {
    Rule.BEST_WRITTEN: gettext_lazy("Best written"),
    Rule.MOST_RECENT: gettext_lazy("The newest"),
    Rule.MOST_FREQUENT: gettext_lazy("What most say"),
    Rule.LONGEST: gettext_lazy("The longest"),
    Rule.MOST_COMPLETE: gettext_lazy("The most complete"),
    Rule.ALL: gettext_lazy("All of them together"),
}


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the form; `places` are (name of the field, chosen source)."""

    attribute: str
    label: str
    rules: list[tuple[str, str, bool]]
    places: list[tuple[str, str]]
    empty_counts: bool
    is_changed: bool


@dataclass(frozen=True, slots=True)
class Example:
    """A value before and after, as this person may read it."""

    customer: Any
    name: str
    label: str
    before: str
    after: str


@require_http_methods(["GET", "POST"])
def index(request: Request) -> HttpResponse:
    """The rules in force, to be changed; what was in force before."""
    access.require_judge(request.viewer)
    problem, shown = None, golden_rules.in_force()
    if request.method == "POST":
        shown = _said(request, shown)
        try:
            made = golden_settings.make(shown, request.user)
        except Problem as error:
            problem = error
            if error.place in SURVIVORSHIP:
                problem.place = words.attribute(error.place)
        else:
            return redirect("customers:golden_look", made.pk)
    history = GoldenRules.objects.exclude(in_force_at=None).select_related("put_by")
    context = {
        "settings": _settings(shown),
        "sources": _sources(),
        "history": history.order_by("-in_force_at", "-pk")[:20],
        "holding": golden_settings.latest_in_force(),
        "is_shipped": shown.as_dict() == SHIPPED.as_dict(),
        "problem": problem,
    }
    return render(request, "customers/golden.html", context, status=422 if problem else 200)


@require_GET
def look(request: Request, rules_id: int) -> HttpResponse:
    """What these rules would change: a sample at once, all by a job; or how far a change came."""
    access.require_judge(request.viewer)
    row = get_object_or_404(GoldenRules.objects.select_related("put_by", "made_by"), pk=rules_id)
    rules, holding = Rules.from_dict(row.pk, row.rules), golden_rules.in_force()
    several = golden_settings.several()
    context = {
        "row": row,
        "several": several,
        "progress": _progress(row, several),
        "counts": [(words.attribute(name), n) for name, n in sorted(row.changes.items())],
    }
    if request.htmx and not request.htmx.boosted:
        return render(request, "customers/_golden_progress.html", context)
    looked = golden_settings.look(rules, golden_settings.sample()) if not row.in_force_at else None
    context |= {
        "looked": looked,
        "examples": [_example(request.viewer, each) for each in looked.examples] if looked else [],
        "differences": _differences(holding if not row.in_force_at else _before(row), rules),
    }
    return render(request, "customers/golden_look.html", context)


@require_POST
def count(request: Request, rules_id: int) -> HttpResponse:
    """Count it among all customers."""
    access.require_judge(request.viewer)
    golden_settings.ask_to_count(get_object_or_404(GoldenRules, pk=rules_id))
    return redirect("customers:golden_look", rules_id)


@require_POST
def force(request: Request, rules_id: int) -> HttpResponse:
    """They hold from now on."""
    access.require_judge(request.viewer)
    row = get_object_or_404(GoldenRules, pk=rules_id)
    put = golden_settings.put_in_force(row, request.user, reason_of(request))
    toasts.tell(request, _("In force. The values of all customers are chosen anew."))
    return redirect("customers:golden_look", put.pk)


@require_POST
def shipped(request: Request) -> HttpResponse:
    """What would change with the rules that Concord came with."""
    access.require_judge(request.viewer)
    if golden_rules.in_force().as_dict() == SHIPPED.as_dict():  # somebody was first
        return redirect("customers:golden")
    return redirect("customers:golden_look", golden_settings.make(SHIPPED, request.user).pk)


def _said(request: Request, before: Rules) -> Rules:
    """The rules as the form has them; what it does not name stays."""
    how = dict(before.how)
    for attribute in SETTINGS:
        given = request.POST.get(f"rule-{attribute}", "")
        rule = next((r for r in rules_for(attribute) if r.name == given), how[attribute].rule)
        fields = [f"{place}-{attribute}" for place in PLACES]
        sources = how[attribute].sources
        if any(field in request.POST for field in fields):
            sources = tuple(filter(None, (request.POST.get(field, "") for field in fields)))
        empty = request.POST.get(f"empty-{attribute}") == "on"
        said = replace(how[attribute], rule=rule, sources=sources, empty_counts=empty)
        for name, shipped_how in SURVIVORSHIP.items():
            if name == attribute or shipped_how.together == attribute:
                how[name] = replace(said, together=shipped_how.together)
    return Rules(before.version, how)


def _settings(rules: Rules) -> list[Setting]:
    return [
        Setting(
            attribute,
            words.attribute(attribute),
            [(rule.name, str(WORDS[rule]), rule is how.rule) for rule in rules_for(attribute)],
            [
                (f"{place}-{attribute}", how.sources[n] if n < len(how.sources) else "")
                for n, place in enumerate(PLACES)
            ],
            how.empty_counts,
            how != SURVIVORSHIP[attribute],
        )
        for attribute, how in ((name, rules.how[name]) for name in SETTINGS)
    ]


def _sources() -> list[tuple[str, str]]:
    found = [(source.key, say(source.words) or source.key) for source in Source.objects.all()]
    return sorted(found, key=lambda one: one[1])


def _before(row: GoldenRules) -> Rules:
    return Rules.from_dict(0, row.before.rules) if row.before else SHIPPED


def _differences(before: Rules, after: Rules) -> list[tuple[str, str, str]]:
    names = dict(_sources())
    return [
        (
            words.attribute(name),
            _in_words(before, name, names),
            _in_words(after, name, names),
        )
        for name in SETTINGS
        if before.how[name] != after.how[name]
    ]


def _in_words(rules: Rules, attribute: str, names: Mapping[str, str]) -> str:
    how = rules.how[attribute]
    parts = [names.get(source, source) for source in how.sources]
    if how.empty_counts:
        parts.append(_("also where it says nothing"))
    return ", ".join([*parts, str(WORDS[how.rule])])


def _example(viewer: Viewer, change: golden_settings.Change) -> Example:
    def text(entry: Mapping[str, Any] | None) -> str:
        return said_text(viewer, change.attribute, entry["value"] if entry else None)

    return Example(
        change.customer,
        change.name,
        words.attribute(change.attribute),
        text(change.before),
        text(change.after),
    )


def _progress(row: GoldenRules, several: int) -> int | None:
    """How far what goes on has come, of a hundred; None where nothing goes on."""
    done = row.refreshed if row.in_force_at else row.counted
    is_over = row.refreshed_at if row.in_force_at else (row.counted_at or not row.counting_since)
    if is_over:
        return None
    return min(99, 100 * done // max(several, 1))
