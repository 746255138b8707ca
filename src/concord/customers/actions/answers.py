"""Answer a question of the queue: the one act behind every key, button and link of Review."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from concord.customers import questions
from concord.customers.actions import claims, membership, opinions
from concord.customers.actions.judgements import judge, keep
from concord.customers.actions.merge import part
from concord.customers.models import Judgement, Verdict
from concord.customers.questions import Question
from concord.customers.sides import seen as seen_now
from concord.kernel import audit, deadlocks
from concord.kernel.errors import Problem
from concord.kernel.models import AuditEntry, User

ANSWERED: Final = "customers.answer"


class Meanwhile(Problem):
    """The question is not, or not any more, as this person had it before them."""


class Decided(Meanwhile):
    """Nobody asks it any more: somebody was first, or the same person clicked twice."""

    def __init__(self) -> None:
        super().__init__(_("This pair was decided meanwhile."), code="decided")


class Changed(Meanwhile):
    """It is asked of something else by now."""

    def __init__(self) -> None:
        message = _("Something changed meanwhile. Look again before you decide.")
        super().__init__(message, code="changed")


@deadlocks.atomic
def answer(
    question: Question, verdict: str, by: User, reason: str = "", seen: str | None = None
) -> Judgement:
    """Say that both are the same or different; who asked for a second opinion on it is told.

    Of a doubt, that the entry (of a weak bridge: all beyond it) stays or goes. What this returns is
    what `judgements.take_back` undoes. Of two who answer at once the first is heard: the question
    is read again once nobody else can answer it. Raises Decided; and Changed where it is not what
    the page showed (`seen`) any more.
    """
    question = _as_it_stands(question)
    if seen is not None and seen != seen_now(question):
        raise Changed
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


def _as_it_stands(question: Question) -> Question:
    """The question with its customers locked; of two whom nobody asked about, as it was given."""
    members = membership.lock({question.one, question.other})
    asked = questions.between(question.one, question.other)
    if asked is None:
        sides = (question.one, question.other)
        by_hand = not question.is_doubt and not question.pairs
        if by_hand and all(members.get(side) == side for side in sides):
            return question
        raise Decided
    if (asked.is_doubt, asked.beyond) != (question.is_doubt, question.beyond):
        raise Changed
    return asked


def _judge(question: Question, verdict: Verdict, by: User, reason: str) -> Judgement:
    if not question.is_doubt:
        pair = question.pairs[0] if question.pairs else None
        left, right = (pair.left_id, pair.right_id) if pair else (question.one, question.other)
        return judge(left, right, verdict, by, reason)
    if verdict == Verdict.SAME:
        return keep(question.other, by, reason)
    return part(question.beyond, by, reason)


def _name(one: UUID, other: UUID) -> str:
    return one.hex + other.hex
