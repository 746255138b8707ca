"""All questions that wait, in the order in which they are worth deciding; and what was joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from concord.customers import access, questions, reasons, stakes
from concord.customers import joined as looked_over
from concord.customers.models import Claim, Customer, IdentityRun, Judgement, Kind
from concord.customers.questions import Question
from concord.customers.stakes import Stake
from concord.customers.views.review import address_of
from concord.customers.wanted import (
    STAKE_WORDS,
    WHICH_WORDS,
    place_of,
    place_text,
    read_wanted,
    wanted_query,
)
from concord.kernel.models import Company, Source
from concord.kernel.time import now
from concord.ui.http import Request
from concord.ui.paging import Page, decode, encode

PAGE: Final = 30


@dataclass(frozen=True, slots=True)
class Row:
    """A question in the list; `open_with` has it open now, `reason` says why it is asked of two
    who agree enough."""

    question: Question
    url: str
    left: str
    right: str
    stakes: list[str]
    open_with: str
    reason: str


@dataclass(frozen=True, slots=True)
class Joined:
    """Two entries that were joined by themselves, and the looking again in which they were."""

    judgement: Judgement
    run: IdentityRun | None


@require_GET
def index(request: Request) -> HttpResponse:
    access.require_judge(request.viewer)
    wanted = read_wanted(request.GET, request.user, also_open=True)
    found = questions.listed(PAGE + 1, place_of(request.GET.get("cursor", "")), wanted)
    narrowed = wanted_query(wanted)
    following = place_text(found[PAGE - 1].place) if len(found) > PAGE else ""
    context = {
        "page": Page(_rows(request, found[:PAGE], narrowed), following),
        "given": narrowed,
        "query": urlencode(narrowed),
        "which": WHICH_WORDS.items(),
        "stakes": STAKE_WORDS.items(),
        "kinds": Kind.choices,
    }
    if request.htmx and not request.htmx.boosted:
        return render(request, "customers/_questions.html", context)
    return render(
        request, "customers/questions.html", context | {"systems": Source.objects.order_by("key")}
    )


def _rows(request: Request, found: Sequence[Question], narrowed: dict[str, str]) -> list[Row]:
    """Three queries, however many rows."""
    names = dict(
        Customer.objects.filter(
            pk__in={each for one in found for each in (one.one, one.other)}
        ).values_list("pk", "name")
    )
    claimed = _claimed(request, found)
    currency = Company.load().currency
    return [
        Row(
            one,
            address_of(one, narrowed),
            names.get(one.one, ""),
            _other_name(one, names),
            stakes.say(request.viewer, Stake.load(one.pairs[0].at_stake), currency),
            claimed.get((one.one, one.other), ""),
            reasons.short(one),
        )
        for one in found
    ]


def _other_name(question: Question, names: dict[UUID, str]) -> str:
    """Of a doubt, what the entry is called where it comes from."""
    if not question.is_doubt:
        return names.get(question.other, "")
    pair = question.pairs[0]
    return str(pair.left if pair.left_id == question.other else pair.right)


def _claimed(request: Request, found: Sequence[Question]) -> dict[tuple[UUID, UUID], str]:
    claims = Claim.objects.filter(one__in={each.one for each in found}, until__gt=now())
    others = claims.exclude(by=request.user).values_list("one", "other", "by__name")
    return {(one, other): name for one, other, name in others}


@require_GET
def joined(request: Request) -> HttpResponse:
    """What matching has joined by itself, the latest first: to look over, and to take apart."""
    access.require_judge(request.viewer)
    runs = looked_over.runs()
    chosen = next((run for run in runs if str(run.pk) == request.GET.get("run", "")), None)
    rows = looked_over.joined(request.viewer, chosen)
    if cursor := request.GET.get("cursor", ""):
        rows = rows.filter(pk__lt=decode(cursor, int)[0])
    found = list(rows[: PAGE + 1])
    following = encode(found[PAGE - 1].pk) if len(found) > PAGE else ""
    joins = [Joined(each, looked_over.run_of(each, runs)) for each in found[:PAGE]]
    context = {"page": Page(joins, following), "runs": runs, "chosen": chosen}
    return render(request, "customers/joined.html", context)
