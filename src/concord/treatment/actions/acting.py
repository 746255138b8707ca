"""A person does otherwise than the answer says, with a reason: it is written down, and stays one.

It is no exception: the answer stays as it is for the next who asks. Whoever judges later whether
the company kept its word finds the deviation with its reason.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from concord.customers.queries import current
from concord.kernel import audit, time
from concord.kernel.errors import Problem
from concord.kernel.models import User
from concord.records.models import Record
from concord.treatment import access, requests
from concord.treatment.inputs import load
from concord.treatment.models import ActedOtherwise, AnswerLog

MOST: Final = 1000


@transaction.atomic
def act_otherwise(by: User, answer_id: UUID, reason: str) -> ActedOtherwise:
    """Say that one did otherwise, and why. A double click, the same words again, is once."""
    answer = access.find_answer(by, answer_id)
    if answer.state != "answered":
        raise Problem(_("First answer the question."), mend=_("Then say what you did."))
    if not reason.strip() or len(reason) > MOST:
        raise Problem(
            _("Who does otherwise says why."),
            place="reason",
            mend=_("Write it in a sentence or two: everybody who asks reads it."),
        )
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=by.pk)  # one click, then two
    already = ActedOtherwise.objects.filter(answer=answer, by=by, reason=reason.strip()).first()
    if already:
        return already
    made = ActedOtherwise.objects.create(
        answer=answer,
        treatment_id=answer.treatment_id,
        customer=current(answer.customer_id),
        request=answer.request,
        record=_about(answer),
        reason=reason.strip(),
        by=by,
        at=time.now(),
    )
    audit.record(by, "treatment.act_otherwise", "answer", answer.pk)
    return made


def _about(answer: AnswerLog) -> Record | None:
    """The record that the request was about."""
    kind = requests.named(answer.request)
    said = load(answer.inputs).fields.get(kind.about) if kind.about else None
    return Record.objects.filter(pk=int(str(said))).first() if said else None
