"""From an act in which we did not keep our word: make it a task, or say that the source was wrong.

That the rule is wrong is an objection to the rule (`actions.objections`).
"""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from concord.customers import restrictions
from concord.customers.queries import current
from concord.kernel import audit, time
from concord.kernel.access import viewer_of
from concord.kernel.errors import Problem
from concord.kernel.models import User
from concord.kernel.words import say
from concord.records.actions.desk import open_record
from concord.treatment import access, requests
from concord.treatment.actions import concerns
from concord.treatment.actions.decide import decide
from concord.treatment.keeping.acts import acts
from concord.treatment.models import ActVerdict, ConcernKind, StepKind, VerdictStep
from concord.treatment.words import labelled


@transaction.atomic
def make_task(by: User, verdict_id: int, to: User, until: date, note: str = "") -> VerdictStep:
    """A task for `to`: to find out how it came to this. A double click makes one, and so do two
    people: the second one finds the first one's."""
    verdict = _find(by, verdict_id)
    if already := _already(verdict, StepKind.TASK):
        return already
    if not to.is_active or to.is_system:
        raise Problem(_("This person does not work here any more."), place="to")
    customer = current(verdict.customer_id)
    with translation.override(to.language):
        what = say(requests.named(verdict.request).words)
        subject = _("Not as we promised: %(what)s") % {"what": labelled(what, customer.name)}
    task = open_record(
        by,
        "task",
        customer.pk,
        token=f"verdict-{verdict.record_id}-{verdict.request}",
        subject=subject[:400],
        owner_id=to.pk,
        due_at=until,
        notes=note.strip(),
    )
    return _step(by, verdict, StepKind.TASK, task_id=task.pk)


@transaction.atomic
def source_was_wrong(by: User, verdict_id: int, text: str) -> VerdictStep:
    """Say that what a source told was wrong: its owner is asked and has until the deadline. When
    the correction arrives, the act is judged anew, and the verdict that it got first stays.

    It is said of an answer, so the question is asked as of that day, and logged.
    """
    verdict = _find(by, verdict_id)
    if already := _already(verdict, StepKind.SOURCE):
        return already
    answer = decide(
        verdict.customer_id,
        verdict.request,
        _fields(verdict),
        as_of=verdict.day,
        asked_by=by,
        channel="kept",
    )
    if answer.answer_id is None:
        raise Problem(
            _("Nobody can say whom this was for."),
            mend=_("Say it at the record, or make it a task."),
        )
    concern = concerns.object_to(by, answer.answer_id, ConcernKind.DATA, text)
    return _step(by, verdict, StepKind.SOURCE, concern_id=concern.pk)


def _find(by: User, verdict_id: int) -> ActVerdict:
    verdict = access.find_verdict(viewer_of(by), verdict_id)
    restrictions.refuse([verdict.customer_id])
    # Two clicks at once: the second one waits here until the first one's step is there.
    type(verdict.record).objects.select_for_update().get(pk=verdict.record_id)
    return verdict


def _already(verdict: ActVerdict, kind: StepKind) -> VerdictStep | None:
    steps = VerdictStep.objects.filter(record=verdict.record_id, request=verdict.request)
    return steps.filter(kind=kind).first()


def _step(by: User, verdict: ActVerdict, kind: StepKind, **what: int) -> VerdictStep:
    made = VerdictStep.objects.create(
        record_id=verdict.record_id,
        request=verdict.request,
        kind=kind,
        by=by,
        at=time.now(),
        **what,
    )
    audit.record(by, f"treatment.verdict_{kind.name.lower()}", "record", verdict.record_id)
    return made


def _fields(verdict: ActVerdict) -> dict[str, object]:
    """Of the request, what the record tells."""
    found = acts(verdict.day, verdict.day, [verdict.request], [verdict.customer_id])
    act = next((each for each in found if each.record_id == verdict.record_id), None)
    if act is None:
        raise Problem(_("It is no act of this customer any more."), code="conflict")
    keys = {field.key for field in requests.named(act.request).fields}
    return {key: value for key, value in act.fields.items() if key in keys and value is not None}
