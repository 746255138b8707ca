"""Did we keep our word: in numbers, act by act with the evidence, and where customers were not
treated alike."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from concord.kernel.models import User
from concord.kernel.time import today
from concord.kernel.words import say
from concord.records.export import csv_safe
from concord.treatment import access, requests
from concord.treatment.actions import verdict_steps, verdicts
from concord.treatment.actions.concerns import MOST
from concord.treatment.keeping import charts, due, listing, unequal
from concord.treatment.keeping.acts import DEEDS
from concord.treatment.keeping.evidence import evidence
from concord.treatment.keeping.listing import KINDS, Kind, Row
from concord.treatment.keeping.overview import Chosen, judged_at_all, overview, units
from concord.treatment.models import ActVerdict
from concord.treatment.workdays import working_days_after
from concord.ui import formats, toasts
from concord.ui.http import Request

PERIODS: Final = {
    "30": gettext_lazy("the last 30 days"),
    "90": gettext_lazy("the last 90 days"),
    "365": gettext_lazy("the last 12 months"),
    "all": gettext_lazy("as long as it is known"),
}
USUAL: Final = "365"
FIRST: Final = 8  # acts on the page of the numbers
TASK_DAYS: Final = 5


class TaskForm(forms.Form):
    """Who finds out how it came to this, and until when."""

    to = forms.ModelChoiceField(
        label=gettext_lazy("For whom"),
        queryset=User.objects.none(),
        empty_label=gettext_lazy("Choose a person"),
    )
    until = forms.DateField(
        label=gettext_lazy("Until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=MOST,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(is_active=True, is_system=False).order_by("name", "pk")
        choice = self.fields["to"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = people


class SourceForm(forms.Form):
    """What the source told and was not so."""

    text = forms.CharField(
        label=gettext_lazy("What is wrong"),
        help_text=gettext_lazy("The source's owner reads it, and replies."),
        max_length=MOST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@require_GET
def kept(request: Request) -> HttpResponse:
    """The numbers, and the latest acts that were not kept."""
    chosen = _chosen(request)
    found = overview(request.viewer, chosen)
    lines = found.requests if found.departments is None else found.departments
    context = {
        "found": found,
        "trend": charts.trend(found.months),
        "bars": {line.key: charts.bar(line.tally) for line in (*found.requests, *lines)},
        "page": listing.listing(request.viewer, chosen, "deviated", limit=FIRST),
        "apart": unequal.apart(request.viewer, chosen, limit=FIRST),
        "waited": unequal.waited(request.viewer, chosen, limit=FIRST),
        "reasons": listing.reasons(request.viewer, chosen),
        "judging": verdicts.progress_of_first_look(),
        "due": due.waiting(),
        "ever": bool(found.total.acts) or judged_at_all(),
        "deeds": [(each.type, requests.named(each.request).words) for each in DEEDS],
        **_filters(request, chosen),
    }
    template = "treatment/_kept_progress.html" if request.htmx else "treatment/kept.html"
    return render(request, template, context)


@require_GET
def acts(request: Request) -> HttpResponse:
    """Act by act: not kept, nobody can say, by exception, mended since."""
    chosen, kind, rule = _chosen(request), _kind(request), _rule(request)
    cursor = request.GET.get("cursor", "")
    reasons = listing.reasons(request.viewer, chosen) if rule else []
    context = {
        "page": listing.listing(request.viewer, chosen, kind, cursor, rule=rule),
        "kind": kind,
        "rule": rule,
        "reason": next((each.text for each in reasons if each.rule == rule), rule),
        "kinds": KINDS,
        **_filters(request, chosen),
    }
    return render(request, "treatment/kept_acts.html", context)


@require_GET
def file(request: Request) -> StreamingHttpResponse:
    """The same as a file that a spreadsheet opens without harm."""
    chosen, kind = _chosen(request), _kind(request)
    rows = _lines(listing.every(request.viewer, chosen, kind, _rule(request)))
    response = StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{kind}-{chosen.until}.csv"'
    return response


@require_GET
def act(request: Request, verdict_id: int) -> HttpResponse:
    """One act with all that speaks for its verdict."""
    return _act(request, _find(request, verdict_id))


@require_POST
def task(request: Request, verdict_id: int) -> HttpResponse:
    verdict = _find(request, verdict_id)
    form = TaskForm(request.POST)
    if not form.is_valid():
        return _act(request, verdict, task_form=form, status=422)
    said = form.cleaned_data
    step = verdict_steps.make_task(
        request.user, verdict.pk, said["to"], said["until"], said["note"]
    )
    assert step.task is not None
    toasts.tell(request, _("A task for %(name)s.") % {"name": step.task.owner})
    return redirect("treatment:kept_act", verdict.pk)


@require_POST
def source(request: Request, verdict_id: int) -> HttpResponse:
    verdict = _find(request, verdict_id)
    form = SourceForm(request.POST)
    if not form.is_valid():
        return _act(request, verdict, source_form=form, status=422)
    step = verdict_steps.source_was_wrong(request.user, verdict.pk, form.cleaned_data["text"])
    assert step.concern is not None
    text = _("%(name)s was asked, and replies by %(day)s.")
    said = {"name": step.concern.owner, "day": formats.day(step.concern.deadline)}
    toasts.tell(request, text % said)
    return redirect("treatment:kept_act", verdict.pk)


@require_GET
def customers(request: Request) -> HttpResponse:
    """Customers whom two departments treated differently."""
    chosen = _chosen(request)
    page = unequal.apart(request.viewer, chosen, request.GET.get("cursor", ""))
    context = {"page": page, **_filters(request, chosen)}
    return render(request, "treatment/kept_customers.html", context)


@require_GET
def waits(request: Request) -> HttpResponse:
    """Customers in good standing who waited longer than one on hold."""
    chosen = _chosen(request)
    page = unequal.waited(request.viewer, chosen, request.GET.get("cursor", ""))
    context = {"page": page, **_filters(request, chosen)}
    return render(request, "treatment/kept_waits.html", context)


def _act(
    request: Request,
    verdict: ActVerdict,
    task_form: TaskForm | None = None,
    source_form: SourceForm | None = None,
    status: int = 200,
) -> HttpResponse:
    found = evidence(request.viewer, verdict)
    usual = {"until": working_days_after(today(), TASK_DAYS)}
    context = {
        "found": found,
        "row": found.row,
        "done": {step.kind: step for step in found.steps},
        "task_form": task_form or TaskForm(initial=usual),
        "source_form": source_form or SourceForm(),
        "open": "task" if task_form else "source" if source_form else "",
    }
    return render(request, "treatment/kept_act.html", context, status=status)


def _find(request: Request, verdict_id: int) -> ActVerdict:
    try:
        return access.find_verdict(request.viewer, verdict_id)
    except ActVerdict.DoesNotExist:
        raise Http404 from None


# What is looked at ----------------------------------------------------------------------------


def _chosen(request: Request) -> Chosen:
    """From the address. A department is no filter where its people are few."""
    if not access.may_see_kept(request.viewer):
        raise PermissionDenied
    period = _period(request)
    since, until = date(1900, 1, 1), today()
    if period != "all":
        since = until - timedelta(days=int(period))
    if month := _month(request.GET.get("month", "")):
        since = month
        until = min(until, (month + timedelta(days=32)).replace(day=1) - timedelta(days=1))
    department = request.GET.get("department", "")
    asked = {name: request.GET.get(name, "") for name in ("request", "unit")}
    if any("\x00" in each for each in (department, *asked.values())):
        raise Http404
    chosen = Chosen(since, until, **asked)
    if not department or overview(request.viewer, chosen).departments is None:
        return chosen
    return Chosen(since, until, department=department, **asked)


def _filters(request: Request, chosen: Chosen) -> dict[str, Any]:
    every = overview(request.viewer, Chosen(chosen.since, chosen.until))
    return {
        "chosen": chosen,
        "period": _period(request),
        "periods": PERIODS,
        "month": _month(request.GET.get("month", "")),
        "kinds_of_request": every.requests,
        "departments": every.departments,
        "units": units(),
        "where": _where(request),
    }


def _where(request: Request) -> str:
    """The filters as they go along from page to page."""
    said = request.GET.copy()
    for name in ("cursor", "kind"):
        said.pop(name, None)
    return said.urlencode()


def _period(request: Request) -> str:
    given = request.GET.get("period", USUAL)
    return given if given in PERIODS else USUAL


def _month(text: str) -> date | None:
    if not text:
        return None
    try:
        first = date.fromisoformat(f"{text}-01")
        return min(first, today().replace(day=1))
    except ValueError:
        raise Http404 from None


def _kind(request: Request) -> Kind:
    given = request.GET.get("kind", "deviated")
    return next((each for each in KINDS if each == given), "deviated")


def _rule(request: Request) -> str:
    given = request.GET.get("rule", "")
    if "\x00" in given:
        raise Http404
    return given


class _Echo:
    def write(self, text: str) -> str:
        return text


def _lines(rows: Iterator[Row]) -> Iterator[str]:
    write = csv.writer(_Echo()).writerow
    yield "\ufeff" + write(
        [
            _("Day"),
            _("Customer"),
            _("Request"),
            _("What was done"),
            _("Record"),
            _("Our promise said"),
            _("Why"),
            _("Verdict"),
            _("At first"),
        ]
    )
    for row in rows:
        each = row.verdict
        cells = (each.day, each.customer.name, say(row.request), say(row.type), each.record.key,
                 row.said, row.reason, row.told, row.first)  # fmt: skip
        yield write([csv_safe(cell) for cell in cells])
