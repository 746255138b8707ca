"""Review: one pair at a time, side by side, and the person says what they are."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from concord.customers import access
from concord.customers.actions.judgements import judge
from concord.customers.models import Judgement, Pair, Verdict
from concord.customers.profiles import Side, compared, objections, side_of
from concord.kernel.errors import Problem
from concord.ui import toasts
from concord.ui.http import Request, row_id


@require_GET
def review(request: Request) -> HttpResponse:
    access.require_judge(request.viewer)
    pair = _next(request.GET.get("after", ""))
    last = request.session.get("judged")
    context: dict[str, object] = {"left": Pair.objects.count(), "pair": pair, "last": last}
    if pair is not None:
        sides: tuple[Side, Side] = side_of(pair.left_id), side_of(pair.right_id)
        context |= {
            "sides": sides,
            "rows": compared(pair, *sides),
            "objections": objections(pair),
        }
    return render(request, "customers/review.html", context)


def _next(after: str) -> Pair | None:
    """The surest pair first; after the one with that id, the next surest."""
    pairs = Pair.objects.order_by("-score", "id")
    seen = Pair.objects.filter(pk=row_id(after)).first()
    if seen is not None:
        later = pairs.filter(score=seen.score, id__gt=seen.pk) | pairs.filter(score__lt=seen.score)
        return later.first() or pairs.first()
    return pairs.first()


@require_POST
def verdict(request: Request, left: UUID, right: UUID) -> HttpResponse:
    """Same or different; the second of two people, or of two clicks, is told, not obeyed."""
    access.require_judge(request.viewer)
    said = request.POST.get("verdict", "")
    if said not in {Verdict.SAME, Verdict.DIFFERENT}:
        raise Problem(str(_("Say whether they are the same or different.")), place="verdict")
    if not Pair.objects.filter(left_id=left, right_id=right).exists():
        toasts.warn(request, _("This pair was decided meanwhile."))
        return redirect("customers:review")
    judgement: Judgement = judge(left, right, said, request.user, request.POST.get("reason", ""))
    request.session["judged"] = judgement.pk
    undo = reverse("customers:take_back", args=[judgement.pk])
    news = _("One customer now.") if said == Verdict.SAME else _("Two customers, for good.")
    toasts.tell(request, news, undo=undo)
    return redirect("customers:review")
