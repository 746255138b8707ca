"""Review: one question at a time, side by side with what would come of it, and the person decides.

Of two customers: are they one? Of an entry that changed, or that a weak link alone holds: does it
still belong to its customer? A question that somebody has open is not handed to another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.core.cache import caches
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from concord.customers import access, questions, stakes, words
from concord.customers.actions import claims, opinions
from concord.customers.actions.answers import Changed, Decided, answer, who_answered
from concord.customers.consequences import consequences as told_by_all
from concord.customers.models import Claim, Customer, Membership, SecondOpinion, Verdict
from concord.customers.preview import preview
from concord.customers.questions import Question, Wanted
from concord.customers.sides import view
from concord.customers.stakes import Stake
from concord.customers.wanted import place_of, place_text, read_wanted, wanted_query
from concord.kernel.errors import Problem
from concord.kernel.models import Company, User
from concord.ui import toasts
from concord.ui.http import Request

UNDOABLE: Final = 50  # decisions of a session that `U` takes back, the latest first
_NEWS: Final = {
    (False, Verdict.SAME): gettext_lazy("One customer now."),
    (False, Verdict.DIFFERENT): gettext_lazy("Two customers, for good."),
    (True, Verdict.SAME): gettext_lazy("Kept together."),
    (True, Verdict.DIFFERENT): gettext_lazy("This is a customer of its own now."),
}


@dataclass(frozen=True, slots=True)
class Opened:
    """A question as this person has it before them; `ticket` where nobody else has it open."""

    question: Question
    ticket: UUID | None
    claim: Claim | None


@require_GET
def review(request: Request) -> HttpResponse:
    access.require_judge(request.viewer)
    wanted = read_wanted(request.GET, request.user)
    opened = _opened(request, wanted)
    judged = request.session.get("judged", [])
    context = _context(request, wanted, opened) | {
        "last": judged[-1] if judged else None,
        "most": questions.MOST,
    }
    if opened is None:
        context["aside"] = bool(questions.listed(1, wanted=Wanted(request.user.pk, "aside")))
    return render(request, "customers/review.html", context)


@require_GET
def ahead(request: Request) -> HttpResponse:
    """The question after the one that this person has before them, held for them alone: the page
    shows it at once when that is decided. Nothing (204) where no other follows."""
    access.require_judge(request.viewer)
    wanted = read_wanted(request.GET, request.user)
    opened = _next(request, wanted, ahead=True)
    if opened is None:
        return HttpResponse(status=204)
    return render(request, "customers/_question.html", _context(request, wanted, opened))


def _context(request: Request, wanted: Wanted, opened: Opened | None) -> dict[str, object]:
    """What a question needs to be shown, whether now or ahead."""
    narrowed = wanted_query(wanted)
    context: dict[str, object] = {"narrowed": narrowed, "query": urlencode(narrowed)}
    if opened is None:
        return context
    question = opened.question
    stake, after = Stake.load(question.pairs[0].at_stake), place_text(question.place)
    named = {"one": question.one, "other": question.other}
    return context | {
        "shown": preview(request.viewer, question),
        "opened": opened,
        "after": after,
        "ahead": urlencode({**narrowed, **named, "after": after}),
        "stakes": stakes.say(request.viewer, stake, _currency() if stake.money else ""),
        "opinions": opinions.of_question(question) if question.has_opinion else [],
        "colleagues": access.colleagues(request.viewer),
    }


def _currency() -> str:
    """The company's, remembered for a minute in each process: it does not change from one question
    to the next."""
    key = "customers.review.currency"
    return str(caches["process"].get_or_set(key, lambda: Company.load().currency, 60))


def _opened(request: Request, wanted: Wanted) -> Opened | None:
    """The question that was named, whoever has it; else the next that nobody has."""
    named = _named(request.GET)
    if named is not None:
        ticket = claims.claim(named, request.user)
        return Opened(
            named, ticket, claims.others_claim(named, request.user) if not ticket else None
        )
    return _next(request, wanted)


def _next(request: Request, wanted: Wanted, *, ahead: bool = False) -> Opened | None:
    """The next question that nobody has; `ahead`, another than the one that is named."""
    place = place_of(request.GET.get("after", ""))
    here = {request.GET.get("one", ""), request.GET.get("other", "")} if ahead else set()
    for _again in range(5):  # somebody else may open the same one at the same time
        question = questions.following(place, wanted)
        if question is None or {str(question.one), str(question.other)} == here:
            return None
        if ticket := claims.claim(question, request.user, ahead=ahead):
            return Opened(question, ticket, None)
        place = question.place
    return None


def _named(given: QueryDict) -> Question | None:
    try:
        return questions.between(UUID(given.get("one", "")), UUID(given.get("other", "")))
    except ValueError:
        return None


def address_of(question: Question | None, narrowed: Mapping[str, str] | None = None) -> str:
    """Where a question is asked, or the next one if it is none any more, among those wanted."""
    named = {"one": question.one, "other": question.other} if question else {}
    return _with(reverse("customers:review"), {**named, **(narrowed or {})})


def narrowed_of(given: QueryDict, me: User) -> dict[str, str]:
    """Which questions are wanted, for the next address."""
    return wanted_query(read_wanted(given, me))


def _with(address: str, query: Mapping[str, object]) -> str:
    return f"{address}?{urlencode(query)}" if query else address


@require_POST
def verdict(request: Request, left: UUID, right: UUID) -> HttpResponse:
    """Same or different; the second of two people, or of two clicks, is told, not obeyed."""
    access.require_judge(request.viewer)
    narrowed = narrowed_of(request.POST, request.user)
    said = request.POST.get("verdict", "")
    if said not in {Verdict.SAME, Verdict.DIFFERENT}:
        raise Problem(_("Say whether they are the same or different."), place="verdict")
    question = questions.between(left, right)
    if question is None:
        toasts.warn(request, _decided_meanwhile(left, right, request.user))
        return redirect(_further(request))
    claim = claims.others_claim(question, request.user)
    if claim is not None and request.POST.get("knows") != str(claim.by_id):
        toasts.warn(request, _("%(name)s has this open just now.") % {"name": claim.by.name})
        return redirect(address_of(question, narrowed))
    reason, seen = request.POST.get("reason", ""), request.POST.get("seen") or None
    try:
        judgement = answer(question, said, request.user, reason, seen)
    except Changed as news:
        toasts.warn(request, news.message)
        return redirect(address_of(question, narrowed))
    except Decided:
        toasts.warn(request, _decided_meanwhile(left, right, request.user))
        return redirect(_further(request))
    request.session["judged"] = [*request.session.get("judged", []), judgement.pk][-UNDOABLE:]
    undo = _with(reverse("customers:take_back", args=[judgement.pk]), narrowed)
    toasts.tell(request, _NEWS[question.is_doubt, Verdict(said)], undo=undo)
    return redirect(_further(request))


def _decided_meanwhile(one: UUID, other: UUID, me: User) -> str:
    entry = who_answered(one, other)
    if entry is None or entry.by is None or entry.by == me:
        return _("This pair was decided meanwhile.")
    said = {"name": entry.by.name, "verdict": words.verdict(entry.data["verdict"])}
    return _("%(name)s has decided this meanwhile: %(verdict)s.") % said


@require_POST
def later(request: Request, left: UUID, right: UUID) -> HttpResponse:
    """Not now: I am asked again tomorrow, others as before."""
    access.require_judge(request.viewer)
    question = questions.between(left, right)
    if question is not None:
        claims.set_aside(question, request.user)
        back = reverse("customers:sooner", args=[question.one, question.other])
        undo = _with(back, narrowed_of(request.POST, request.user))
        toasts.tell(request, _("You are asked again tomorrow."), undo=undo)
    return redirect(_further(request))


@require_POST
def sooner(request: Request, left: UUID, right: UUID) -> HttpResponse:
    """Today after all."""
    access.require_judge(request.viewer)
    claims.take_up(left, right, request.user)
    narrowed = narrowed_of(request.GET, request.user)
    return redirect(address_of(questions.between(left, right), narrowed))


@require_POST
def opinion(request: Request, left: UUID, right: UUID) -> HttpResponse:
    """I am not sure: let somebody else decide, a colleague or whoever comes next."""
    access.require_judge(request.viewer)
    question = questions.between(left, right)
    if question is None:
        toasts.warn(request, _decided_meanwhile(left, right, request.user))
        return redirect(_further(request))
    of = None
    if request.POST.get("of"):
        of = get_object_or_404(access.colleagues(request.viewer), pk=_number(request.POST["of"]))
    asked = opinions.ask(question, request.user, of, request.POST.get("note", ""))
    told = (
        _("%(name)s decides this.") % {"name": of.name} if of else _("Somebody else decides this.")
    )
    back = reverse("customers:withdraw_opinion", args=[asked.pk])
    undo = _with(back, narrowed_of(request.POST, request.user))
    toasts.tell(request, told, undo=undo)
    return redirect(_further(request))


@require_POST
def withdraw_opinion(request: Request, opinion_id: int) -> HttpResponse:
    """I decide it after all."""
    access.require_judge(request.viewer)
    asked = get_object_or_404(SecondOpinion, pk=opinion_id, asked_by=request.user)
    opinions.withdraw(asked, request.user)
    toasts.tell(request, _("It is yours again."))
    one = Membership.objects.get(profile=asked.left_id, known_to=None).customer_id
    other = asked.right_id
    if not asked.of_entry:
        other = Membership.objects.get(profile=asked.right_id, known_to=None).customer_id
    narrowed = narrowed_of(request.GET, request.user)
    return redirect(address_of(questions.between(one, other), narrowed))


@require_POST
def release(request: Request, ticket: UUID) -> HttpResponse:
    """The page was left: whoever comes next may have the question."""
    access.require_judge(request.viewer)
    claims.release(ticket, request.user)
    return HttpResponse(status=204)


@require_GET
def consequences(request: Request, left: UUID, right: UUID) -> HttpResponse:
    """What a decision changes beyond the values: loaded beside the page, which does not wait."""
    access.require_judge(request.viewer)
    found = view(request.viewer, questions.between(left, right) or by_hand(left, right))
    lines = told_by_all(found) if found else []
    context = {
        "changing": [line for line in lines if line.changes],
        "staying": [line for line in lines if not line.changes],
        "found": found,
    }
    return render(request, "customers/_consequences.html", context)


def by_hand(one: UUID, other: UUID) -> Question:
    """A question that nobody asked: two customers, or a customer and one of its entries."""
    if Membership.objects.filter(profile=other, customer=one, known_to=None).exists():
        return Question(one, other, True, ())
    here = Customer.objects.filter(pk__in=[one, other], merged_into=None)
    if one == other or here.count() != 2:
        raise Http404
    return Question(one, other, False, ())


def _further(request: Request) -> str:
    """The next question after this one, among those that are wanted."""
    after = {"after": request.POST.get("after", "")}
    return address_of(None, narrowed_of(request.POST, request.user) | after)


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise Http404 from None
