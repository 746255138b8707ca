"""Who would be treated differently: begun from a draft or a version, its pages, its list."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from concord.customers import queries as customers
from concord.customers import restrictions
from concord.facts.catalogue import FACTS
from concord.facts.fact import UNKNOWN
from concord.facts.say import say_value
from concord.kernel.access import Viewer
from concord.kernel.errors import Problem
from concord.kernel.models import Company
from concord.kernel.words import say
from concord.records.export import csv_safe
from concord.treatment import access, queries
from concord.treatment.actions import simulations
from concord.treatment.models import Simulation
from concord.treatment.simulating import beside, found, parts
from concord.treatment.simulating.found import SHOWN_AS, Line, Matrix, Several
from concord.treatment.simulating.judged import Answered, kinds
from concord.treatment.simulating.starts import Start, starts
from concord.treatment.simulating.told import Teller, move_words, tone
from concord.treatment.tried_policy import origin_of, tried_of
from concord.ui.http import Request

CSV_PAGE: Final = 1_000


@require_POST
def start(request: Request) -> HttpResponse:
    """Begin with the draft or the version that was sent; one that runs already is shown."""
    _only_drafters(request)
    tried = tried_of(request.POST)
    made = simulations.begin(request.user, tried.name, tried.base, tried.xml, tried.draft)
    return redirect("treatment:simulation", made.pk)


@require_GET
def simulation(request: Request, simulation_id: UUID) -> HttpResponse:
    """How far it is, or what it found; one that is not done asks for itself again."""
    shown = _find(request, simulation_id)
    simulations.go_on(shown)
    if shown.finished_at is None:
        shown.refresh_from_db()
    template = "treatment/_simulation.html" if request.htmx else "treatment/simulation.html"
    return render(request, template, _context(request, shown))


@require_POST
def stop(request: Request, simulation_id: UUID) -> HttpResponse:
    simulations.stop(request.user, _find(request, simulation_id))
    return redirect("treatment:simulation", simulation_id)


@require_POST
def resumption(request: Request, simulation_id: UUID) -> HttpResponse:
    shown = _find(request, simulation_id)
    simulations.resume(request.user, shown)
    simulations.go_on(shown)
    return redirect("treatment:simulation", simulation_id)


@require_GET
def customer(request: Request, simulation_id: UUID, customer_id: UUID) -> HttpResponse:
    """Both answers to a request beside each other, with rules, reasons and facts."""
    shown = _find(request, simulation_id)
    whom = customers.current(customer_id)
    known = {kind.key: kind for kind in kinds()}
    if restrictions.holds(whom):
        raise Http404
    changes = found.of_condition(shown, _number(request.GET.get("condition", "")))
    chosen = request.GET.get("request") or next((each.request for each in changes), "")
    change = next((each for each in changes if each.request == chosen), None)
    if change is None or chosen not in known:
        raise Http404
    teller = Teller(list(known.values()), *parts.models(shown))
    context: dict[str, Any] = {
        "simulation": shown,
        "customer": whom,
        "changes": [(each.request, teller.change(each)) for each in changes],
        "condition": request.GET.get("condition", ""),
        "chosen": chosen,
        "change": teller.change(change),
    }
    try:
        answers = beside.both(shown, whom, known[chosen], change.given)
        context["sides"] = [queries.present(request.viewer, each) for each in answers]
    except Problem as problem:
        context["problem"] = problem
    return render(request, "treatment/simulated_customer.html", context)


@require_GET
def listed(request: Request, simulation_id: UUID) -> StreamingHttpResponse:
    """The list as CSV, of the request and the move that are chosen; formulas cannot live in it."""
    shown = _find(request, simulation_id)
    chosen = _chosen(request)
    rows = csv.writer(_Echo())
    lines = (rows.writerow([csv_safe(cell) for cell in row])
             for row in _csv(request.viewer, shown, *chosen))  # fmt: skip
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="treated-differently.csv"'
    return response


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _csv(viewer: Viewer, shown: Simulation, request: str, move: str) -> Iterator[list[object]]:
    teller = Teller(kinds(), *parts.models(shown))
    seen = list(found.seen_by(viewer))
    heads = [say(FACTS[SHOWN_AS[name]].words) for name in seen]
    yield [
        "\ufeff" + _("Customer"), _("Request"), _("If"), _("Today"), _("With the draft"), *heads,
        _("Address"),
    ]  # fmt: skip
    cursor = ""
    while True:
        page = found.listing(viewer, shown, request, move, cursor, CSV_PAGE)
        for line in page.items:
            for each in line.changes:
                told = teller.change(each)
                yield [line.name, say(told.request), told.given, told.before, told.after,
                       *(line.facts[name] for name in seen),
                       f"/customers/{line.customer_id}/"]  # fmt: skip
        cursor = page.next
        if not cursor:
            return


def _context(request: Request, shown: Simulation) -> dict[str, Any]:
    done, total = found.progress(shown)
    context: dict[str, Any] = {
        "simulation": shown,
        "origin": origin_of(shown.draft, shown.digest),
        "done": done,
        "total": total,
        "percent": min(99, done * 100 // total) if total else None,
        "works": shown.finished_at is None and shown.stopped_at is None,
    }
    if shown.problem or not done:
        return context
    chosen = _chosen(request)
    teller, whole = Teller(kinds(), *parts.models(shown)), found.matrix(shown)
    page = found.listing(request.viewer, shown, *chosen, request.GET.get("cursor", ""))
    return context | {
        "matrix": whole,
        "groups": list(_groups(whole, teller, chosen)),
        "table": _table(whole, teller),
        "starts": _starts(shown, whole, teller),
        "page": page,
        "rows": [_row(line, teller) for line in page.items],
        "seen": [FACTS[SHOWN_AS[name]].words for name in found.seen_by(request.viewer)],
        "sees_money": request.viewer.sees_money,
        "currency": Company.load().currency,
        "request_key": chosen[0],
        "move_key": chosen[1],
        "is_lost": not page.items and found.is_lost(shown),
    }


def _groups(whole: Matrix, teller: Teller, chosen: tuple[str, str]) -> Iterator[dict[str, Any]]:
    """Request by request, the moves with most customers first."""
    ordered = sorted(
        whole.moves.items(), key=lambda each: (_place(teller, each[0].request), -each[1].customers)
    )
    for key, moves in groupby(ordered, key=lambda each: each[0].request):
        yield {
            "key": key,
            "request": teller.request(key),
            "moves": [
                {
                    "move": move,
                    "before": move_words(move)[0],
                    "after": move_words(move)[1],
                    "tones": (tone(move.before), tone(move.after)),
                    "several": several,
                    "share": several.customers * 100 / max(1, whole.touched.customers),
                    "is_chosen": chosen == (move.request, move.key),
                }
                for move, several in moves
            ],
        }


def _starts(shown: Simulation, whole: Matrix, teller: Teller) -> dict[str, list[Start]]:
    """Of each request that changes, the rules that are others."""
    before, after = parts.models(shown)
    moved = {move.request for move in whole.moves} & teller.kinds.keys()
    language = get_language() or "en"
    return {key: starts(before, after, teller.kinds[key], language) for key in moved}


def _table(whole: Matrix, teller: Teller) -> list[tuple[Any, str, str, Several, bool]]:
    """Every request with every move, what stays too: all customers, once each."""
    every = [(move, several, True) for move, several in whole.moves.items()]
    every += [(move, several, False) for move, several in whole.stays.items()]
    every.sort(key=lambda each: (_place(teller, each[0].request), -each[1].customers))
    return [
        (teller.request(move.request), *(move_words(move) if changes else (
            move_words(move)[0], _("as today"))), several, changes)
        for move, several, changes in every
    ]  # fmt: skip


def _place(teller: Teller, request: str) -> int:
    return list(teller.kinds).index(request) if request in teller.kinds else len(teller.kinds)


def _row(line: Line, teller: Teller) -> dict[str, Any]:
    currency = Company.load().currency
    facts = []
    for name, value in line.facts.items():
        fact = FACTS[SHOWN_AS[name]]
        told = say_value(fact, UNKNOWN if value is None else value, currency=currency)
        facts.append((fact.words, told))
    changes = [_with_request(each, teller) for each in line.changes]
    return {"line": line, "changes": changes, "more": max(0, len(changes) - 2), "facts": facts}


def _with_request(each: Answered, teller: Teller) -> dict[str, Any]:
    return {"key": each.request, "told": teller.change(each)}


def _number(text: str) -> int:
    return int(text) if text.removeprefix("-").isdecimal() else 0


def _chosen(request: Request) -> tuple[str, str]:
    return request.GET.get("request", ""), request.GET.get("move", "")


def _find(request: Request, simulation_id: UUID) -> Simulation:
    _only_drafters(request)
    rows = Simulation.objects.select_related("base", "draft", "by")
    shown = rows.filter(pk=simulation_id).first()
    if shown is None:
        raise Http404
    return shown


def _only_drafters(request: Request) -> None:
    if not access.may_draft(request.viewer):
        raise PermissionDenied
