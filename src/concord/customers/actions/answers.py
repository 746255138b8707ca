"""Answer a question of the queue: the one act behind every key, button and link of Review."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db import transaction

from concord.customers.actions import claims, opinions
from concord.customers.actions.judgements import judge, keep
from concord.customers.actions.merge import part
from concord.customers.models import Judgement, Verdict
from concord.customers.questions import Question
from concord.kernel import audit
from concord.kernel.models import AuditEntry, User

ANSWERED: Final = "customers.answer"


@transaction.atomic
def answer(question: Question, verdict: str, by: User, reason: str = "") -> Judgement:
    """Say that both are the same or different; who asked for a second opinion on it is told.

    Of a doubt, that the entry (of a weak bridge: all beyond it) stays or goes. What this returns is
    what `judgements.take_back` undoes.
    """
    wanted = opinions.of_question(question)
    judgement = _judge(question, Verdict(verdict), by, reason)
    opinions.settle(wanted, question, verdict, by, reason)
    claims.forget(question)
    name = _name(question.one, question.other)
    audit.record(by, ANSWERED, "question", name, verdict=verdict)
    return judgement


def who_answered(one: UUID, other: UUID) -> AuditEntry | None:
    """Who answered the question about these two last, for whom it went away meanwhile."""
    names = [_name(one, other), _name(other, one)]
    return (
        AuditEntry.objects.select_related("by")
        .filter(action=ANSWERED, subject_type="question", subject_id__in=names)
        .order_by("-id")
        .first()
    )


def _judge(question: Question, verdict: Verdict, by: User, reason: str) -> Judgement:
    if not question.is_doubt:
        strongest = question.pairs[0]
        return judge(strongest.left_id, strongest.right_id, verdict, by, reason)
    if verdict == Verdict.SAME:
        return keep(question.other, by, reason)
    return part(question.beyond, by, reason)


def _name(one: UUID, other: UUID) -> str:
    return one.hex + other.hex
