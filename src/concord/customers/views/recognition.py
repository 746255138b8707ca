"""How customers are recognised: the weights in force, those learnt, learning, putting in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from concord.customers import access, recognition, thresholds
from concord.customers import joined as looked_over
from concord.customers.actions import identity_models, identity_runs, score_samples
from concord.customers.matching.model import KINDS, in_force
from concord.customers.models import (
    IdentityModel,
    IdentityRun,
    Judgement,
    ModelInForce,
    Origin,
    Profile,
    Task,
)
from concord.customers.views.reason import reason_of
from concord.kernel.errors import Problem
from concord.ui import toasts
from concord.ui.http import Request

SHOWN = 20  # lines of what was in force before


@dataclass(frozen=True, slots=True)
class Ran:
    """A run; of looking again that has ended, how many pairs it joined, up to `most`, and some."""

    run: IdentityRun
    joined: int = 0
    examples: Sequence[Judgement] = ()
    most: int = looked_over.MOST


@require_GET
def index(request: Request) -> HttpResponse:
    access.require_judge(request.viewer)
    context = {
        "model": in_force(),
        "holding": recognition.in_force(),
        "versions": recognition.versions(),
        "runs": [_ran(request, run) for task in Task if (run := _latest(task))],
        "history": ModelInForce.objects.select_related("by").order_by("-id")[1 : SHOWN + 1],
    }
    return render(request, "customers/recognition.html", context)


@require_POST
def learn(request: Request) -> HttpResponse:
    """Begin to learn; a second click is the same run."""
    return _ask(request, Task.TRAIN)


@require_http_methods(["GET", "POST"])
def look_again(request: Request) -> HttpResponse:
    """Say what it does; then match all entries by the weights in force. A second click is the same
    run."""
    if request.method == "POST":
        return _ask(request, Task.LOOK_AGAIN)
    access.require_judge(request.viewer)
    last = next(iter(looked_over.runs()), None)
    context = {
        "model": in_force(),
        "entries": Profile.objects.filter(withdrawn_at=None, is_stub=False).count(),
        "outcome": _expected(),
        "last": _ran(request, last) if last and last.finished_at else None,
    }
    return render(request, "customers/recognition_again.html", context)


@require_GET
def run(request: Request, run_id: int) -> HttpResponse:
    """How far it is, for the live bar."""
    access.require_judge(request.viewer)
    found = get_object_or_404(IdentityRun.objects.select_related("model", "stopped_by"), pk=run_id)
    if not (request.htmx and not request.htmx.boosted):
        return redirect("customers:recognition")
    ran = _ran(request, _worded(found))
    context = {"run": found, "joined": ran.joined, "examples": ran.examples, "most": ran.most}
    response = render(request, "customers/_identity_run.html", context)
    if found.finished_at is not None:
        response["HX-Refresh"] = "true"  # its model stands in the list now
    return response


@require_POST
def stop(request: Request, run_id: int) -> HttpResponse:
    access.require_judge(request.viewer)
    identity_runs.stop(get_object_or_404(IdentityRun, pk=run_id), request.user)
    return redirect("customers:recognition")


@require_http_methods(["GET", "POST"])
def model(request: Request, version: str) -> HttpResponse:
    """What a version weighs beside what it was compared with; rare levels set by hand."""
    access.require_judge(request.viewer)
    problem = None
    if request.method == "POST":
        try:
            made = identity_models.change(version, request.user, weights=_said(request))
        except Problem as error:
            problem = error
        else:
            if made is None:
                toasts.tell(request, _("Nothing was changed."))
            return redirect("customers:recognition_model", made.version if made else version)
    shown = identity_models.find(version)
    row = IdentityModel.objects.select_related("made_by").filter(version=version).first()
    against = identity_models.what_speaks_against(version)
    base = identity_models.find(row.base_version) if row else shown
    # What training counted is of the weights that it made, not of what was changed by hand since.
    report = row.report if row and row.origin == Origin.TRAINED else {}
    context = {
        "model": shown,
        "row": row,
        "base": base.version,
        "is_in_force": identity_models.version_in_force() == version,
        "sides": recognition.sides(shown, base, row, against, request.POST if problem else {}),
        "against": [recognition.objection(one) for one in against if not one.field],
        "is_refused": bool(against),
        "moved": report.get("moved", {}),
        "moves": recognition.moves(report),
        "newly": recognition.newly_joined(report),
        "judged": report.get("judged", {}),
        "agreement": recognition.agreement(report),
        "problem": problem,
    }
    return render(
        request, "customers/recognition_model.html", context, status=422 if problem else 200
    )


@require_POST
def force(request: Request, version: str) -> HttpResponse:
    access.require_judge(request.viewer)
    made = identity_models.put_in_force(version, request.user, reason_of(request))
    said = _("In force from now on.") if made else _("It is in force already.")
    toasts.tell(request, said)
    return redirect("customers:recognition")


def _ask(request: Request, task: Task) -> HttpResponse:
    access.require_judge(request.viewer)
    identity_runs.ask(task, request.user)
    return redirect("customers:recognition")


def _said(request: Request) -> dict[str, dict[str, dict[str, float]]]:
    """The weights of the form: fields are named kind/field/level."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    for name, text in request.POST.items():
        if name.count("/") != 2 or not isinstance(text, str):
            continue
        kind, field, level = name.split("/")
        try:
            bits = float(text.replace(",", "."))
        except ValueError:
            raise Problem(
                _("“%(text)s” is no number.") % {"text": text[:20]},
                place=recognition.called(kind, field, level),
                mend=_("Write a number of bits, such as 4.5."),
            ) from None
        if not -30 <= bits <= 30:  # also what is no number at all
            raise Problem(
                _("“%(text)s” is more than any agreement can weigh.") % {"text": text[:20]},
                place=recognition.called(kind, field, level),
                mend=_("Write a number between -30 and 30."),
            )
        found.setdefault(kind, {}).setdefault(field, {})[level] = bits
    return found


def _latest(task: Task) -> IdentityRun | None:
    """The run of a task that goes on, or how the last one ended."""
    rows = IdentityRun.objects.select_related("model", "stopped_by").filter(task=task)
    found = rows.order_by("-id").first()
    return _worded(found) if found else None


def _ran(request: Request, found: IdentityRun) -> Ran:
    if found.finished_at is None or found.judged_from is None:
        return Ran(found)
    count = looked_over.count(request.viewer, found)
    return Ran(found, count, looked_over.examples(request.viewer, found))


def _expected() -> thresholds.Outcome | None:
    """What the pairs come to that were drawn last, if by these weights."""
    row, model = score_samples.latest(), in_force()
    if row is None or row.version != model.version:
        return None
    times = thresholds.scaled(row.profiles, row.of_profiles)
    found = [
        thresholds.outcome(
            thresholds.Sample.from_dict(row.content.get(kind, {})),
            scale, scale.automatic, scale.review, times,
        )
        for kind in KINDS if (scale := model.of(kind))
    ]  # fmt: skip
    return replace(
        found[0],
        joined=sum(each.joined for each in found),
        asked=sum(each.asked for each in found),
    )


def _worded(found: IdentityRun) -> IdentityRun:
    found.step = str(recognition.STEP.get(found.step, found.step))
    return found
