"""From where on two entries are one customer, or a question: chosen by looking at real pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from concord.customers import access, recognition, thresholds
from concord.customers.actions import candidates, identity_models, score_samples
from concord.customers.entries import Entry, entry, living
from concord.customers.evidence import Evidence, evidence
from concord.customers.matching.compare import compare
from concord.customers.matching.features import made
from concord.customers.matching.model import KINDS, PERSON, Model, Scale, in_force
from concord.customers.models import ScoreSample
from concord.customers.views.reason import reason_of
from concord.kernel.errors import Problem
from concord.ui import formats, toasts
from concord.ui.http import Request

LEAST, MOST = -20.0, 60.0


@dataclass(frozen=True, slots=True)
class Shown:
    """A real pair with what was compared of it today."""

    left: Entry
    right: Entry
    evidence: Evidence


@require_GET
def index(request: Request) -> HttpResponse:
    access.require_judge(request.viewer)
    if "waiting" in request.GET and request.htmx:
        return _still_waiting(request)
    model, row = in_force(), score_samples.latest()
    kind = request.GET.get("kind", PERSON)
    kind = kind if kind in KINDS else PERSON
    context: dict[str, Any] = {
        "kind": kind,
        "kinds": [(each, recognition.KIND[each]) for each in KINDS],
        "row": row,
        "is_waiting": score_samples.is_waiting(),
        "is_other": row is not None and row.version != model.version,
    }
    if row is not None:
        context |= _drawn(request, row, kind, model)
    is_part = row is not None and request.htmx and not request.htmx.boosted
    template = "customers/_thresholds.html" if is_part else "customers/thresholds.html"
    return render(request, template, context, status=422 if context.get("problem") else 200)


def _still_waiting(request: Request) -> HttpResponse:
    if score_samples.is_waiting():
        return render(request, "customers/_thresholds_waiting.html")
    return HttpResponse(headers={"HX-Refresh": "true"})


@require_POST
def sample(request: Request) -> HttpResponse:
    """Have entries drawn and scored; a second click is the same."""
    access.require_judge(request.viewer)
    score_samples.ask(request.user)
    return redirect("customers:thresholds")


@require_POST
def force(request: Request) -> HttpResponse:
    """A version with these thresholds, in force from now on."""
    access.require_judge(request.viewer)
    kind = request.POST.get("kind", "")
    if kind not in KINDS:
        raise Problem(_("There is no such kind of customer."), place=kind[:20])
    base = in_force()
    if request.POST.get("version") != base.version:
        raise Problem(
            _("Meanwhile other weights were put in force."),
            place=base.version,
            mend=_("Look at what the thresholds mean by these, and decide again."),
        )
    reason, limits = reason_of(request), _limits(request.POST, base.of(kind))
    made_row = identity_models.change(base.version, request.user, thresholds={kind: limits})
    if made_row is None:
        toasts.tell(request, _("Nothing was changed."))
    else:
        identity_models.put_in_force(made_row.version, request.user, reason)
        toasts.tell(request, _("In force from now on."))
    return redirect("customers:recognition")


def _drawn(request: Request, row: ScoreSample, kind: str, model: Model) -> dict[str, Any]:
    """The sample by the thresholds in force, and by those that are tried."""
    scale, sample = model.of(kind), thresholds.Sample.from_dict(row.content.get(kind, {}))
    times = thresholds.scaled(row.profiles, row.of_profiles)
    problem = None
    try:
        automatic, review = _limits(request.GET, scale)
    except Problem as error:
        problem, (automatic, review) = error, (scale.automatic, scale.review)
    at = _step(request.GET.get("at", ""), automatic)
    now = thresholds.outcome(sample, scale, scale.automatic, scale.review, times)
    then = thresholds.outcome(sample, scale, automatic, review, times)
    return {
        "problem": problem,
        "total": sample.total,
        "version": model.version,
        "scale": scale,
        "automatic": automatic,
        "review": review,
        "is_tried": (automatic, review) != (scale.automatic, scale.review),
        "lines": _lines(now, then),
        "columns": thresholds.columns(sample, scale, automatic, review),
        "marks": [
            (name, thresholds.place(sample, automatic, review, at), formats.number(at), anchor)
            for name, at, anchor in (("mark", review, "end"), ("mark strong", automatic, "start"))
        ],
        "ticks": [
            (tick.x, formats.number(tick.score), thresholds.share(tick.probability))
            for tick in thresholds.ticks(sample, scale, automatic, review)
        ],
        "levels": [(y, formats.number(pairs)) for pairs, y in thresholds.levels(sample)],
        "at": at,
        "shown": _pairs(sample.some.get(at, []), model),
    }  # fmt: skip


def _lines(now: thresholds.Outcome, then: thresholds.Outcome) -> list[tuple[str, str, str, str]]:
    """What is told of both: label, in force, tried, and what it means."""
    return [
        (
            _("Joined without a person"), formats.number(now.joined), formats.number(then.joined),
            _("pairs, were all entries matched anew"),
        ),
        (
            _("Of these one customer"), thresholds.share(now.precision),
            thresholds.share(then.precision), _("as the weights expect it"),
        ),
        (
            _("As people judged such pairs"), _agreed(now), _agreed(then),
            _("the same, of so many that they judged"),
        ),
        (
            _("Questions for people"), formats.number(now.asked), formats.number(then.asked),
            _("pairs to decide, were all entries matched anew"),
        ),
        (
            _("Found without a person"), thresholds.share(now.found), thresholds.share(then.found),
            _("of all pairs of one customer among those that were compared"),
        ),
        (
            _("Found with the questions"), thresholds.share(now.found_with_people),
            thresholds.share(then.found_with_people), _("if people answer them all"),
        ),
    ]  # fmt: skip


def _agreed(of: thresholds.Outcome) -> str:
    if not of.judged:
        return _("nobody judged any")
    return _("%(same)s of %(judged)s") % {
        "same": formats.number(of.agreed),
        "judged": formats.number(of.judged),
    }


def _limits(said: Any, scale: Scale) -> tuple[float, float]:
    """Automatic and review, as they were given, else as they are."""
    automatic = _number(said.get("automatic"), scale.automatic)
    review = _number(said.get("review"), scale.review)
    if review > automatic:
        raise Problem(
            _("A person would be asked about pairs that are joined without one."),
            mend=_("Let the limit for asking be the lower one."),
        )
    return automatic, review


def _number(text: str | None, usual: float) -> float:
    if text is None or not text.strip():
        return usual
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = MOST + 1
    if not LEAST <= value <= MOST:  # also what is no number at all
        raise Problem(
            _("“%(text)s” is no threshold.") % {"text": text[:20]},
            mend=_("Write a number between -20 and 60."),
        )
    return round(value, 2)


def _step(text: str, usual: float) -> float:
    try:
        return thresholds.step(float(text.replace(",", ".")))
    except (ValueError, OverflowError):
        return thresholds.step(usual)


def _pairs(some: list[tuple[str, str]], model: Model) -> list[Shown]:
    """These pairs as they stand today; those of whom one was taken back or restricted are left
    out."""
    known = living({UUID(profile) for pair in some for profile in pair})
    features = {row.id: made(row.id, row.kind, row.data) for row in known.values()}
    shared = candidates.shared_among(features)
    found = []
    for pair in some:
        left, right = map(UUID, pair)
        if left not in known or right not in known:
            continue
        one, other = features[left], features[right]
        compared = compare(one, other, shared.between(one, other), model)
        found.append(
            Shown(
                entry(known[left]),
                entry(known[right]),
                evidence(compared.as_dict(), compared.scale),
            )
        )
    return found
