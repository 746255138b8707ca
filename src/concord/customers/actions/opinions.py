"""A second opinion: whoever is not sure asks a colleague, or anybody, to decide with both notes.

The question leaves the asker's queue and comes to the other's; whoever decides it, the asker is
told. It is about customers, not about colleagues: nobody's share of the work is counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from urllib.parse import urlencode

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from concord.customers.actions import claims
from concord.customers.models import Customer, SecondOpinion
from concord.customers.questions import Question
from concord.kernel import audit, notify
from concord.kernel.access import viewer_of
from concord.kernel.errors import Problem
from concord.kernel.models import User
from concord.kernel.time import now

WANTED: Final = "customers.opinion_wanted"
GIVEN: Final = "customers.opinion_given"
LONGEST: Final = 2_000  # letters of a note


@transaction.atomic
def ask(question: Question, by: User, of: User | None = None, note: str = "") -> SecondOpinion:
    """Hand the question to `of`, or to whoever comes next; a second time changes whom and what.

    Raises Problem for a colleague who may not decide, and for oneself.
    """
    if of is not None and (of == by or not of.is_active or not viewer_of(of).runs_the_company):
        raise Problem(
            _("%(name)s cannot give this second opinion.") % {"name": of.name},
            place="of",
            mend=_("Choose another colleague who decides such questions."),
        )
    wanted = of_question(question)
    mine = next((each for each in wanted if each.asked_by_id == by.pk), None)
    opinion = mine or SecondOpinion(
        left_id=question.one, right_id=question.other, of_entry=question.is_doubt, asked_by=by
    )
    opinion.of, opinion.note, opinion.asked_at = of, note.strip()[:LONGEST], now()
    opinion.save()
    claims.forget(question)
    if of is not None:
        _tell(of, WANTED, question, by=by.name)
    audit.record(by, "customers.ask_second_opinion", "secondopinion", opinion.pk)
    return opinion


@transaction.atomic
def withdraw(opinion: SecondOpinion, by: User) -> None:
    """The asker decides after all."""
    changed = SecondOpinion.objects.filter(pk=opinion.pk, asked_by=by, answered_at=None).update(
        answered_at=now(), answered_by=by
    )
    if changed:
        audit.record(by, "customers.withdraw_second_opinion", "secondopinion", opinion.pk)


def of_question(question: Question) -> list[SecondOpinion]:
    """The second opinions that are wanted on it, the first asked first, whatever profiles of the
    two they were asked with."""
    left = Q(left__memberships__customer_id=question.one, left__memberships__known_to=None)
    if question.is_doubt:
        where = left & Q(right_id=question.other, of_entry=True)
    else:
        right = {"right__memberships__known_to": None}
        where = left & Q(right__memberships__customer_id=question.other, **right)
        turned = Q(left__memberships__customer_id=question.other, left__memberships__known_to=None)
        where |= turned & Q(right__memberships__customer_id=question.one, **right)
        where &= Q(of_entry=False)
    return list(
        SecondOpinion.objects.select_related("asked_by", "of")
        .filter(where, answered_at=None)
        .order_by("id")
    )


def settle(
    wanted: Iterable[SecondOpinion], question: Question, verdict: str, by: User, answer: str
) -> None:
    """The question is decided: whoever asked for another's opinion on it is told."""
    at = now()
    for each in wanted:
        each.verdict, each.answer, each.answered_by, each.answered_at = verdict, answer, by, at
        each.save(update_fields=["verdict", "answer", "answered_by", "answered_at"])
        if each.asked_by_id != by.pk:
            said = {"verdict": verdict, "of_entry": each.of_entry, "answer": answer[:200]}
            _tell(each.asked_by, GIVEN, question, by=by.name, **said)


def _tell(whom: User, kind: str, question: Question, **data: object) -> None:
    if kind == WANTED:
        query = urlencode({"one": question.one, "other": question.other})
        url = f"{reverse('customers:review')}?{query}"
    else:
        url = reverse("customers:members", args=[question.one])
    notify.tell(whom, kind, url, customer=_name(question), **data)


def _name(question: Question) -> str:
    return str(Customer.objects.get(pk=question.one))
