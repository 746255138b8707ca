"""What a draft would have meant for what was really done: asked for, its page, its numbers."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from concord.kernel import time
from concord.kernel.errors import Problem
from concord.kernel.models import Company
from concord.kernel.words import say
from concord.records.export import csv_safe
from concord.treatment import access, policies, requests
from concord.treatment.actions import backtests
from concord.treatment.backtesting import drawn
from concord.treatment.backtesting.sums import BECAME, Counted, Sum, cost, months
from concord.treatment.keeping.acts import deeds
from concord.treatment.models import Backtest
from concord.treatment.tried_policy import origin_of, tried_of
from concord.ui.http import Request

SAID_WORDS: Final = {
    "go_ahead": gettext_lazy("Go ahead"),
    "held": pgettext_lazy("promise", "Held back"),
    "cannot_judge": gettext_lazy("Cannot be judged"),
}
SAID_TONES: Final = {"go_ahead": "go", "held": "stop", "cannot_judge": "none"}
BECAME_WORDS: Final = {
    "paid": gettext_lazy("paid in time"),
    "paid_late": gettext_lazy("paid late"),
    "never_paid": gettext_lazy("not paid to this day"),
    "returned": gettext_lazy("sent back"),
    "not_due": gettext_lazy("not due yet"),
    "nobody_knows": gettext_lazy("nobody knows"),
}
WHY_WORDS: Final = {
    "unknown fact": gettext_lazy("It rests on a fact of which nobody knows what it was then"),
    "asks": gettext_lazy("The record does not tell what our promise asks for"),
    "no rule": gettext_lazy("No rule decides it"),
    "gone": gettext_lazy("The customer has become a part of another one since"),
}


@require_http_methods(["GET", "POST"])
def start(request: Request) -> HttpResponse:
    """Choose the period (GET), begin (POST); one that runs already is shown."""
    _only_drafters(request)
    sent = request.POST if request.method == "POST" else request.GET
    tried = tried_of(sent)
    first, last = _last_year()
    context: dict[str, Any] = {
        "tried": tried,
        "origin": origin_of(tried.draft, policies.digest(tried.xml.encode())),
        "what": "draft" if tried.draft else "version",
        "which": sent.get("draft") if tried.draft else sent.get("version"),
        "since": sent.get("since") or first.isoformat(),
        "until": sent.get("until") or last.isoformat(),
        "today": time.today().isoformat(),
        "kinds": _kinds(),
        "chosen": sent.getlist("request"),
    }
    if request.method == "POST":
        try:
            since, until = (_day(sent.get(name, ""), name) for name in ("since", "until"))
            known = {kind.key for kind in context["kinds"]}
            wanted = sorted(known & set(context["chosen"]))
            made = backtests.begin(
                request.user, tried, since, until, wanted if set(wanted) != known else ()
            )
            return redirect("treatment:backtest", made.pk)
        except Problem as problem:
            context["problem"] = problem
    status = 422 if "problem" in context else 200
    return render(request, "treatment/backtest_new.html", context, status=status)


@require_GET
def backtest(request: Request, backtest_id: UUID) -> HttpResponse:
    """How far it is, and what the months that are done came to."""
    shown = _find(request, backtest_id)
    backtests.go_on(shown)
    template = "treatment/_backtest.html" if request.htmx else "treatment/backtest.html"
    return render(request, template, _context(request, shown))


@require_POST
def stop(request: Request, backtest_id: UUID) -> HttpResponse:
    backtests.stop(request.user, _find(request, backtest_id))
    return redirect("treatment:backtest", backtest_id)


@require_POST
def resumption(request: Request, backtest_id: UUID) -> HttpResponse:
    shown = _find(request, backtest_id)
    backtests.resume(request.user, shown)
    backtests.go_on(shown)
    return redirect("treatment:backtest", backtest_id)


@require_GET
def listed(request: Request, backtest_id: UUID) -> HttpResponse:
    """The numbers as CSV: one line for each month, request, pair of answers and end."""
    shown = _find(request, backtest_id)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="back-test.csv"'
    out = csv.writer(response)
    for row in _csv(backtests.counted(shown), request.viewer.sees_money):
        out.writerow([csv_safe(cell) for cell in row])
    return response


def _csv(counted: list[Counted], sees_money: bool) -> Iterator[list[object]]:
    names = {kind.key: kind.words for kind in requests.all_kinds()}
    money = [_("Money"), _("Without an amount")] if sees_money else []
    yield [_("Month"), _("Request"), _("Today's promise"), _("The draft"),
           pgettext("promise", "What became of it"), _("Why it cannot be judged"), _("Acts"),
           *money]  # fmt: skip
    for each in counted:
        yield [
            f"{each.first:%Y-%m}", say(names.get(each.request, {"en": each.request})),
            SAID_WORDS[each.before], SAID_WORDS[each.after], BECAME_WORDS[each.became],
            WHY_WORDS.get(each.why, ""), each.sum.acts,
            *([each.sum.money, each.sum.priceless] if sees_money else []),
        ]  # fmt: skip


def _context(request: Request, shown: Backtest) -> dict[str, Any]:
    all_months = list(shown.months.order_by("first"))
    done = sum(1 for month in all_months if month.done_at)
    context: dict[str, Any] = {
        "backtest": shown,
        "origin": origin_of(shown.draft, shown.digest),
        "done": done,
        "total": len(all_months),
        "percent": done * 100 // max(1, len(all_months)),
        "works": shown.finished_at is None and shown.stopped_at is None,
        "kinds": [kind.words for kind in _kinds() if kind.key in shown.requests],
    }
    if not done:
        return context
    counted = backtests.counted(shown)
    in_money = request.viewer.sees_money
    costs = {which: cost(counted, which) for which in ("before", "after")}
    whole = drawn.larger(costs.values(), in_money)
    by_month = months(counted)
    return context | {
        "currency": Company.load().currency,
        "sees_money": in_money,
        "acts": sum(each.sum.acts for each in counted),
        "costs": costs,
        "sides": [
            (name, each, list(drawn.pieces(each, whole, in_money)))
            for name, each in ((_("Today's promise"), costs["before"]),
                               (_("The draft"), costs["after"]))
        ],
        "became": [(key, drawn.TONES[key], BECAME_WORDS[key]) for key in BECAME],
        "columns": drawn.columns(by_month, in_money),
        "by_month": [
            (month.first, month.by("before"), month.by("after")) for month in by_month
        ],
        "pairs": _pairs(counted),
        "doubts": _doubts(counted),
    }  # fmt: skip


def _pairs(counted: list[Counted]) -> list[dict[str, Any]]:
    """Request by request, what each pair of answers came to."""
    names = {kind.key: kind.words for kind in requests.all_kinds()}
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for each in counted:
        key = (each.request, each.before, each.after)
        row = found.setdefault(key, {
            "request": names.get(each.request, {"en": each.request}),
            "before": (SAID_WORDS[each.before], SAID_TONES[each.before]),
            "after": (SAID_WORDS[each.after], SAID_TONES[each.after]),
            "became": {became: Sum() for became in BECAME}, "all": Sum(),
        })  # fmt: skip
        row["became"][each.became].add(each.sum)
        row["all"].add(each.sum)
    ordered = sorted(found.items(), key=lambda row: (row[0][0], -row[1]["all"].acts))
    return [row for _key, row in ordered]


def _doubts(counted: list[Counted]) -> list[tuple[str, Sum]]:
    found: dict[str, Sum] = {}
    for each in counted:
        if each.why:
            found.setdefault(str(WHY_WORDS[each.why]), Sum()).add(each.sum)
    return sorted(found.items(), key=lambda row: -row[1].acts)


def _kinds() -> list[requests.RequestKind]:
    """The requests that records answer here."""
    keys = dict.fromkeys(deed.request for deed in deeds())
    return [requests.named(key) for key in keys]


def _last_year() -> tuple[date, date]:
    """The twelve months before this one."""
    last = time.today().replace(day=1) - timedelta(days=1)
    return (last - timedelta(days=350)).replace(day=1), last


def _day(text: str, place: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Problem(
            _("“%(text)s” is no day.") % {"text": text[:40]},
            place=place,
            mend=_("Write a date such as 2026-11-21."),
        ) from None


def _find(request: Request, backtest_id: UUID) -> Backtest:
    _only_drafters(request)
    shown = Backtest.objects.select_related("base", "draft", "by").filter(pk=backtest_id).first()
    if shown is None:
        raise Http404
    return shown


def _only_drafters(request: Request) -> None:
    if not access.may_draft(request.viewer):
        raise PermissionDenied
