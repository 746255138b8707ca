"""What matching has joined by itself, to look over: all of it, or what one looking again joined."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db.models import QuerySet

from concord.customers import access
from concord.customers.models import IdentityRun, Judgement, Membership, Task, Verdict
from concord.kernel.access import Viewer

EXAMPLES: Final = 10
MOST: Final = 1_000  # so many are counted, and no more
RUNS: Final = 20  # that can be chosen, the latest first


def joined(viewer: Viewer, run: IdentityRun | None = None) -> QuerySet[Judgement]:
    """The latest first, with the entries; of a run what was joined while it ran."""
    held = Membership.objects.filter(customer__in=access.held_back(viewer), known_to=None)
    rows = Judgement.objects.filter(by=None, verdict=Verdict.SAME).order_by("-pk")
    for side in ("left", "right"):  # they may have been taken apart again
        rows = rows.exclude(**{f"{side}__in": held.values("profile_id")})
    if run is not None:
        rows = rows.filter(pk__gt=run.judged_from or 0)
        if run.judged_to is not None:
            rows = rows.filter(pk__lte=run.judged_to)
    return rows.select_related("left__source", "right__source")


def count(viewer: Viewer, run: IdentityRun) -> int:
    return joined(viewer, run)[:MOST].count()


def examples(viewer: Viewer, run: IdentityRun) -> list[Judgement]:
    """Those that were least sure, of the latest: what is wrong is found among them."""
    latest = joined(viewer, run)[:MOST]
    return sorted(latest, key=lambda each: (each.score or 0.0, each.pk))[:EXAMPLES]


def runs() -> list[IdentityRun]:
    """Every looking again that began, the latest first."""
    began = IdentityRun.objects.filter(task=Task.LOOK_AGAIN, judged_from__isnull=False)
    return list(began.order_by("-id")[:RUNS])


def run_of(judgement: Judgement, runs: Iterable[IdentityRun]) -> IdentityRun | None:
    """The looking again that joined it; None where an import or a change did."""
    for run in runs:
        ended = run.judged_to if run.judged_to is not None else judgement.pk
        if (run.judged_from or 0) < judgement.pk <= ended:
            return run
    return None
