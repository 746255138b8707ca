"""A company's own facts: the list, and the page on which one is made with its values beside it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from concord.customers import queries as customers
from concord.customers.models import Customer
from concord.customers.search import search
from concord.facts import access as facts_access
from concord.facts import form, live, own
from concord.facts.fact import Fact
from concord.facts.models import OwnFact
from concord.facts.say import say_value
from concord.kernel import time
from concord.kernel.errors import Problem
from concord.kernel.models import Company
from concord.kernel.words import LANGUAGES
from concord.records.access import listed as listed_records
from concord.records.models import Record
from concord.treatment import policies
from concord.treatment.actions import own_facts
from concord.treatment.actions.own_facts import Said
from concord.treatment.models import PolicyInForce
from concord.treatment.views.drafts import only_drafters
from concord.ui import toasts
from concord.ui.http import Request

RECORDS_SHOWN = 6


@require_GET
def listed(request: Request) -> HttpResponse:
    """The company's own facts; those that are not offered any more stand last."""
    only_drafters(request)
    read = set()
    if PolicyInForce.objects.exists():
        read = {each.name for each in policies.in_force(time.today()).model.inputs}
    rows = OwnFact.objects.order_by("key", "-number").distinct("key")
    found = [(own.from_declaration(row.key, row.declaration), row.declaration) for row in rows]
    found.sort(key=lambda pair: (pair[0].retired, pair[0].key))
    context = {
        "facts": [
            (fact, form.told(form.read(said["form"])) if said["form"] else "", fact.name in read)
            for fact, said in found
        ]
    }
    return render(request, "treatment/own_facts.html", context)


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Make one; `from` begins with what another one says."""
    only_drafters(request)
    if request.method == "POST" and "save" in request.POST:
        said = _said(request)
        key = request.POST.get("key", "").strip() or own_facts.key_of(said.words)
        return _saved(request, lambda: own_facts.make(request.user, key, said), "")
    like = request.GET.get("from", "")
    given = _kept(own_facts.newest(like).declaration) if like else {}
    return _page(request, "", given)


@require_http_methods(["GET", "POST"])
def one(request: Request, key: str) -> HttpResponse:
    """Change one; what it comes to stands beside it."""
    only_drafters(request)
    last = own_facts.newest(key)
    if request.method == "POST" and "save" in request.POST:
        said = _said(request)
        seen = int(request.POST.get("seen") or 0) if request.POST.get("seen", "").isdigit() else 0
        return _saved(request, lambda: own_facts.change(request.user, key, said, seen=seen), key)
    return _page(request, key, _kept(last.declaration) | {"seen": last.number})


@require_POST
def retire(request: Request, key: str) -> HttpResponse:
    """Offer it no more, or again."""
    only_drafters(request)
    back = "back" in request.POST
    own_facts.retire(request.user, key, back=back)
    toasts.tell(request, _("It is offered again.") if back else _("It is not offered any more."))
    return redirect("treatment:own_facts")


def _saved(request: Request, save: Any, key: str) -> HttpResponse:
    try:
        save()
    except Problem as problem:
        return _page(request, key, {}, problem)
    toasts.tell(request, _("The fact stands. A draft’s table may look at it now."))
    return redirect("treatment:own_facts")


def _page(
    request: Request, key: str, given: dict[str, Any], problem: Problem | None = None
) -> HttpResponse:
    """The form with what was posted, or else with what is `given`; for htmx the parts that change:
    what it comes to alone, or all of it where another kind of record was chosen."""
    values = request.POST.dict() if request.method == "POST" else given
    as_formula = values.get("how") == "formula"
    chosen = form.read(values)
    context = {
        "key": key,
        "values": values,
        "words": [(code, name, values.get(f"words-{code}", "")) for code, name in LANGUAGES],
        "as_formula": as_formula,
        "form": chosen,
        "fields": form.fields_of(chosen.of),
        "rows": _rows(chosen),
        "offers": _offers(chosen),
        "versions": own_facts.looked_at_by(key) if key else [],
        "retired": bool(key) and own.refresh()[key].retired,
        "problem": problem,
        **_live(request, values),
    }
    part = request.htmx.target if request.htmx else ""
    template = {
        "live": "treatment/_own_fact_live.html",
        "fact": "treatment/_own_fact.html",
    }.get(part or "", "treatment/own_fact.html")
    return render(request, template, context, status=422 if problem and not part else 200)


def _rows(chosen: form.FactForm) -> list[dict[str, Any]]:
    """The conditions as they stand, and an empty one."""
    fields = form.fields_of(chosen.of)
    rows: list[dict[str, Any]] = [
        {
            "at": at,
            "where": each,
            "field": fields[each.field],
            "operators": [(key, form.IS[key]) for key in form.OPERATORS[fields[each.field].type]],
        }
        for at, each in enumerate(chosen.where)
    ]
    if len(rows) < form.MOST_CONDITIONS:
        rows.append({"at": len(rows), "where": None, "field": None, "operators": []})
    return rows


def _offers(chosen: form.FactForm) -> dict[str, Any]:
    wanted = form.OF_FIELD.get(chosen.what)
    fields = form.fields_of(chosen.of).values()
    return {
        "what": form.WHAT.items(),
        "of": sorted(form.record_types().items(), key=lambda pair: pair[1]),
        "reckoned": [each for each in fields if each.type == wanted] if wanted else [],
        "state": form.STATES.items(),
        "time": form.TIMES.items(),
        "per": form.PERIODS.items(),
        "shown": [
            ("count", _("a number")),
            ("money", _("an amount")),
            ("days", _("a number of days")),
            ("percent", _("a percentage")),
        ],
    }


def _live(request: Request, values: dict[str, Any]) -> dict[str, Any]:
    """What it comes to, for the customer who was named and for all; or why it cannot be said."""
    who = str(values.get("who", ""))[:100].strip()
    hits = search(request.viewer, who, 1) if who else []
    customer = customers.current(hits[0].id) if hits else None
    found: dict[str, Any] = {
        "formula": "",
        "customer": customer,
        "nobody": bool(who) and customer is None,
    }
    try:
        fact = own_facts.fact_of("this", _spoken(values))
        found["formula"] = fact.expression
        found |= _reckoned(request, fact, customer)
    except Problem as problem:
        found["wrong"] = problem
    return found


def _reckoned(request: Request, fact: Fact, customer: Customer | None) -> dict[str, Any]:
    currency = Company.load().currency
    sees = facts_access.sees(request.viewer, fact)

    def shown(value: Any) -> str:
        return say_value(fact, value, currency=currency) if sees else _("hidden")

    found: dict[str, Any] = {}
    if customer:
        one = live.of_customer(fact, customer.pk)
        rows = Record.objects.filter(listed_records(request.viewer), pk__in=one.records)
        found["value"] = shown(one.value)
        found["rests_on"] = len(one.records)
        found["records"] = list(rows.order_by("-opened_at", "-pk")[:RECORDS_SHOWN])
    spread = live.of_all(fact)
    found["spread"] = spread
    if spread.middle is not None:
        found["ends"] = [
            (_("Smallest") if fact.type == "number" else _("First"), shown(spread.smallest)),
            (_("In the middle"), shown(spread.middle)),
            (_("Largest") if fact.type == "number" else _("Last"), shown(spread.largest)),
        ]
    return found


def _said(request: Request) -> Said:
    return _spoken(request.POST.dict())


def _spoken(values: dict[str, Any]) -> Said:
    is_formula = values.get("how") == "formula"
    return Said(
        words={code: str(values.get(f"words-{code}", "")) for code, _name in LANGUAGES},
        form=None if is_formula else form.read(values),
        formula=str(values.get("formula", "")),
        shown=str(values.get("shown", "count")),
        zero=values.get("zero", "zero") == "zero",
        unit=bool(values.get("unit")),
        group=bool(values.get("group")),
    )


def _kept(said: dict[str, Any]) -> dict[str, Any]:
    """What a row says, as the form would post it."""
    return {
        **(said["form"] or {}),
        **{f"words-{code}": said["words"].get(code, "") for code, _name in LANGUAGES},
        "how": "form" if said["form"] else "formula",
        "formula": said["expression"],
        "shown": said["shown"],
        "zero": "zero" if said["empty"] == 0 else "none",
        "unit": "1" if said["unit"] else "",
        "group": "1" if said["scope"] == "group" else "",
    }
