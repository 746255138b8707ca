"""Review: one question at a time, side by side with what would come of it, and the person decides.

Of two customers: are they one? Of an entry that changed: does it still belong to its customer?
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from concord.customers import access, questions
from concord.customers.actions.judgements import judge, keep
from concord.customers.actions.merge import unmerge
from concord.customers.models import Judgement, Verdict
from concord.customers.preview import preview, seen
from concord.customers.questions import Question
from concord.kernel.errors import Problem
from concord.kernel.models import User
from concord.ui import toasts
from concord.ui.http import Request
from concord.ui.paging import decode, encode

UNDOABLE: Final = 50  # decisions of a session that `U` takes back, the latest first
_NEWS: Final = {
    (False, Verdict.SAME): _("One customer now."),
    (False, Verdict.DIFFERENT): _("Two customers, for good."),
    (True, Verdict.SAME): _("Kept together."),
    (True, Verdict.DIFFERENT): _("This is a customer of its own now."),
}


@require_GET
def review(request: Request) -> HttpResponse:
    access.require_judge(request.viewer)
    question = _chosen(request.GET)
    judged = request.session.get("judged", [])
    context: dict[str, object] = {
        "waiting": questions.waiting(),
        "last": judged[-1] if judged else None,
        "after": request.GET.get("after", ""),
    }
    if question is not None:
        context |= {
            "shown": preview(request.viewer, question),
            "next": encode(*question.place),
        }
    return render(request, "customers/review.html", context)


def _chosen(given: QueryDict) -> Question | None:
    """The question that was named, else the next after a place, else the first."""
    try:
        found = questions.between(UUID(given.get("one", "")), UUID(given.get("other", "")))
        if found is not None:
            return found
    except ValueError:
        pass
    try:
        rank, one, other = decode(given.get("after", ""), str, UUID, UUID)
        return questions.following((float(rank), one, other))
    except (Problem, ValueError):
        return questions.following()


def address_of(question: Question) -> str:
    query = urlencode({"one": question.one, "other": question.other})
    return f"{reverse('customers:review')}?{query}"


@require_POST
def verdict(request: Request, left: UUID, right: UUID) -> HttpResponse:
    """Same or different; the second of two people, or of two clicks, is told, not obeyed."""
    access.require_judge(request.viewer)
    said = request.POST.get("verdict", "")
    if said not in {Verdict.SAME, Verdict.DIFFERENT}:
        raise Problem(str(_("Say whether they are the same or different.")), place="verdict")
    question = questions.between(left, right)
    after = urlencode({"after": request.POST.get("after", "")})
    following = f"{reverse('customers:review')}?{after}"
    if question is None:
        toasts.warn(request, _("This pair was decided meanwhile."))
        return redirect(following)
    if (shown := request.POST.get("seen")) and shown != seen(question):
        toasts.warn(request, _("Something changed meanwhile. Look again before you decide."))
        return redirect(address_of(question))
    judgement = _decide(question, Verdict(said), request.user, request.POST.get("reason", ""))
    request.session["judged"] = [*request.session.get("judged", []), judgement.pk][-UNDOABLE:]
    undo = reverse("customers:take_back", args=[judgement.pk])
    toasts.tell(request, _NEWS[question.is_doubt, Verdict(said)], undo=undo)
    return redirect(following)


def _decide(question: Question, said: Verdict, by: User, reason: str) -> Judgement:
    if not question.is_doubt:
        strongest = question.pairs[0]
        return judge(strongest.left_id, strongest.right_id, said, by, reason)
    if said == Verdict.SAME:
        return keep(question.other, by, reason)
    return unmerge(question.other, by, reason)
