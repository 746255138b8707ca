"""Hand over: the question, the facts and the words go as a task to whom the answer names."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from concord.customers.queries import current
from concord.kernel import audit, time
from concord.kernel.errors import Problem
from concord.kernel.models import User
from concord.kernel.words import say
from concord.records.actions.desk import open_record
from concord.treatment import access, requests
from concord.treatment.gather import directory, unit_of
from concord.treatment.inputs import load
from concord.treatment.models import AnswerLog, HandOver
from concord.treatment.words import labelled
from concord.treatment.workdays import working_days_after

DAYS: Final = {"at once": 0, "today": 0, "within two days": 2, "in turn": 5}
URGENT: Final = ("at once", "today")


@transaction.atomic
def hand_over(by: User, answer_id: UUID, to: User | None = None, note: str = "") -> HandOver:
    """A task for `to`, or for whom the answer names; a double click makes one, and so does the
    same answer handed over again without a word.

    The task itself carries the note alone: the question, the facts and the words are shown with it
    from the logged answer, redacted to whoever reads (`treatment.handed`).

    Raises `Problem` where the department has nobody, and for an answer that is a question.
    """
    answer = access.find_answer(by, answer_id)
    if answer.state != "answered":
        raise Problem(_("First answer the question."), mend=_("Then hand it over."))
    person = to or _named(answer)
    # The same answer asked once more is no other task while that one is open; a note is.
    again = Q(by=by, answer__treatment_id=answer.treatment_id, task__closed_at=None)
    same = Q(answer=answer) | again if not note.strip() else Q(answer=answer)
    already = HandOver.objects.filter(same, to=person).first()
    if already:
        return already
    customer = current(answer.customer_id)
    urgency = answer.treatment["urgency"]
    with translation.override(person.language):
        words = say(requests.named(answer.request).words)
        task = open_record(
            by,
            "task",
            customer.pk,
            token=f"hand-over-{answer.pk}-{person.pk}",
            subject=labelled(words, customer.name)[:400],
            owner_id=person.pk,
            due_at=working_days_after(time.today(), DAYS.get(urgency, 5)),
            priority="urgent" if urgency in URGENT else "normal",
            notes=note.strip(),
        )
    made = HandOver.objects.create(answer=answer, task=task, by=by, to=person, at=time.now())
    audit.record(by, "treatment.hand_over", "answer", answer.pk, to=person.pk)
    return made


def _named(answer: AnswerLog) -> User:
    """Whom the answer names; who has left since is replaced by whoever stands there now."""
    person = User.objects.filter(pk=answer.treatment["person"], is_active=True).first()
    if person:
        return person
    unit = unit_of(load(answer.inputs).fields)
    found = directory([answer.department], unit).people.get(answer.department)
    if found is None:
        raise Problem(
            _("There is nobody in this department to hand it over to."),
            place=answer.department,
            mend=_("Choose a person, or let an administrator name one."),
        )
    return User.objects.get(pk=found.id)
