"""What speaks for a verdict: what was done, what our promise said on that day and why, who had
asked before, what has followed, and every verdict that the act has had."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from concord.customers.access import is_held_back
from concord.customers.restrictions import holds
from concord.kernel.access import Viewer
from concord.kernel.time import now
from concord.treatment import access, gather, policies, queries, requests, words
from concord.treatment.answer import Answer
from concord.treatment.gather import Situation
from concord.treatment.inputs import Exemption
from concord.treatment.keeping.acts import acts
from concord.treatment.keeping.listing import Row, shown
from concord.treatment.models import ActedOtherwise, ActVerdict, AnswerLog, VerdictStep
from concord.treatment.present import answer_of
from concord.treatment.queries import Presented
from concord.treatment.treat import compose

BEFORE: Final = timedelta(days=30)  # answers that were given so long before the act
ANSWERS: Final = 10


@dataclass(frozen=True, slots=True)
class Given:
    """An answer that was given, with what it said."""

    entry: AnswerLog
    act: str
    tone: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """`row` is the verdict that holds now, `history` those that it had before it, the first first.
    `promise` is what our promise says of that day with what we know by now; None where the act is
    none any more, or nothing is said. `answers` were given before it was done."""

    row: Row
    history: Sequence[Row]
    promise: Presented | None
    answers: Sequence[Given]
    otherwise: Sequence[ActedOtherwise]
    steps: Sequence[VerdictStep]

    @property
    def holds(self) -> bool:
        return self.row.verdict.known_to is None


def evidence(viewer: Viewer, verdict: ActVerdict) -> Evidence:
    """Of the act that the verdict, now or formerly, is of."""
    rows = ActVerdict.objects.filter(record=verdict.record_id, request=verdict.request)
    all_ = shown(
        list(rows.select_related("customer", "record__source", "unit", "lift").order_by("pk"))
    )
    row = all_[-1]
    return Evidence(
        row,
        _changes(all_),
        _promise(viewer, row.verdict),
        _answers(viewer, row.verdict),
        list(_otherwise(row.verdict)),
        list(_steps(row.verdict)),
    )


def _changes(rows: Sequence[Row]) -> list[Row]:
    """Those at which the verdict became another one, without the last."""
    found: list[Row] = []
    for each in rows[:-1]:
        if not found or found[-1].verdict.verdict != each.verdict.verdict:
            found.append(each)
    return found


def _promise(viewer: Viewer, verdict: ActVerdict) -> Presented | None:
    """As somebody who asks today about that day is answered, with the exception that held."""
    if verdict.known_to is not None or is_held_back(viewer, holds(verdict.customer)):
        return None
    found = acts(verdict.day, verdict.day, [verdict.request], [verdict.customer_id])
    act = next((each for each in found if each.record_id == verdict.record_id), None)
    if act is None or verdict.why in {"no rule", "gone"}:
        return None
    kind, policy, at = requests.named(act.request), policies.in_force(act.on), now()
    if policy.number != verdict.policy:  # the milder one, of the morning of that day
        policy = policies.by_number(verdict.policy)
    situation = Situation(verdict.customer, act.on, [policy.model])
    facts = situation.facts(act.unit)
    inputs = gather.assemble(situation, kind, act.fields, facts, _exemption(verdict), policy, at)
    judged = situation.judge(policy, inputs)
    known = gather.directory(gather.wanted(inputs, judged), act.unit)
    inputs = gather.with_people(inputs, judged, situation, known)
    answer: Answer = answer_of(
        verdict.customer, kind, inputs, compose(inputs, judged), policy, at, None
    )
    return queries.present(viewer, answer)


def _exemption(verdict: ActVerdict) -> Exemption | None:
    lift = verdict.lift
    if lift is None:
        return None
    return Exemption(lift.pk, lift.ends_on, str(lift.granted_by), lift.reason)


def _answers(viewer: Viewer, verdict: ActVerdict) -> list[Given]:
    """What was answered before it was done, whoever asked (but from here, afterwards): the newest
    first."""
    rows = AnswerLog.objects.filter(
        access.answers(viewer),
        customer=verdict.customer_id,
        as_of__range=(verdict.day - BEFORE, verdict.day),
        request=verdict.request,
    ).exclude(channel="kept")
    return [
        Given(each, words.act_words(each.act), words.TONES.get(each.act, "none"))
        for each in rows.defer("inputs", "treatment").order_by("-id")[:ANSWERS]
    ]


def _otherwise(verdict: ActVerdict) -> Sequence[ActedOtherwise]:
    """Who said why they would not do what the answer said, around that day."""
    rows = ActedOtherwise.objects.filter(customer=verdict.customer_id, request=verdict.request)
    around = (verdict.day - BEFORE, verdict.day + timedelta(days=1))
    return list(rows.filter(at__date__range=around).order_by("-at")[:ANSWERS])


def _steps(verdict: ActVerdict) -> Sequence[VerdictStep]:
    rows = VerdictStep.objects.filter(record=verdict.record_id, request=verdict.request)
    return list(rows.select_related("by", "task", "concern__owner").order_by("pk"))
