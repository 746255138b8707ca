"""This is wrong: said at an answer, it gets an owner, a deadline and a reply."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from concord.customers.queries import current
from concord.kernel import audit, notify, time
from concord.kernel.access import viewer_of
from concord.kernel.errors import Problem
from concord.kernel.models import Role, Source, User
from concord.treatment import access, policies, requests
from concord.treatment.actions import objections
from concord.treatment.inputs import load
from concord.treatment.lifts import ever_named
from concord.treatment.models import AnswerLog, Concern, ConcernKind, Outcome
from concord.treatment.notices import CONCERN, REPLY
from concord.treatment.workdays import working_days_after

WORKING_DAYS: Final = {ConcernKind.SPECIAL: 1, ConcernKind.DATA: 2}
MOST: Final = 4000


@transaction.atomic
def object_to(by: User, answer_id: UUID, kind: str, text: str) -> Concern:
    """Say that an answer is wrong; whoever can mend it is told and has until the deadline. That
    its rule is wrong is an objection to the rule."""
    if kind not in ConcernKind.values:
        raise Problem(_("Say what is wrong: the data, the rule, or a special case."), place="kind")
    if not text.strip() or len(text) > MOST:
        raise Problem(_("Write what is wrong, in a few sentences."), place="text")
    answer = access.find_answer(by, answer_id)
    if kind == ConcernKind.RULE:
        return objections.object_to_rule(by, answer.policy, answer.rule, text, answer=answer)
    already = Concern.objects.filter(
        answer=answer, raised_by=by, kind=kind, text=text.strip(), replied_at=None
    ).first()
    if already:
        return already
    today = time.today()
    concern = Concern.objects.create(
        answer=answer,
        kind=kind,
        text=text.strip(),
        raised_by=by,
        raised_at=time.now(),
        owner=_owner(answer, ConcernKind(kind)),
        deadline=working_days_after(today, WORKING_DAYS[ConcernKind(kind)]),
    )
    audit.record(by, "treatment.object", "answer", answer.pk, kind=kind)
    _tell(concern, concern.owner, CONCERN, by)
    return concern


@transaction.atomic
def reply(by: User, concern_id: int, text: str) -> Concern:
    """The owner's reply; the one who said it is told. Once: a reply is not rewritten. An objection
    that is replied to here, without a word on its rule, leaves the rule as it is."""
    concern = Concern.objects.select_for_update(of=("self",)).get(pk=concern_id)
    if concern.kind == ConcernKind.RULE:
        return objections.answer(by, concern_id, Outcome.KEPT, text)
    if not access.may_reply(viewer_of(by), concern):
        raise Problem(
            _("This is not yours to reply to."),
            mend=_("%(owner)s does.") % {"owner": concern.owner},
            code="forbidden",
        )
    if not text.strip() or len(text) > MOST:
        raise Problem(_("Write a reply, in a few sentences."), place="reply")
    if concern.replied_at is not None:
        raise Problem(
            _("There is a reply already."),
            mend=_("Read it first; a new concern can be raised at the answer."),
            code="conflict",
        )
    concern.reply, concern.replied_by, concern.replied_at = text.strip(), by, time.now()
    concern.save(update_fields=["reply", "replied_by", "replied_at"])
    audit.record(by, "treatment.reply", "concern", concern.pk)
    _tell(concern, concern.raised_by, REPLY, by)
    return concern


def _owner(answer: AnswerLog, kind: ConcernKind) -> User:
    """Who can mend it: the source's owner, or who may grant an exception."""
    people = User.objects.filter(is_active=True, is_system=False).order_by("id")
    found: User | None = None
    if kind == ConcernKind.DATA:
        found = _source_owner(answer)
    elif kind == ConcernKind.SPECIAL:
        model = policies.in_force(time.today()).model
        for named in reversed(ever_named(model, answer.request)):
            role, _of, department = named.partition(" of ")
            of = people.filter(role=role)
            found = found or (of.filter(department__key=department) if department else of).first()
    for role in (Role.OFFICER, Role.SPONSOR):
        found = found or people.filter(role=role).first()
    if found is None:
        raise Problem(
            _("Nobody here can be asked: there is no sponsor and no customer officer."),
            mend=_("An administrator names one in the settings."),
        )
    return found


def _source_owner(answer: AnswerLog) -> User | None:
    """The owner of the first source of the facts that decided, late ones first."""
    facts = load(answer.inputs).facts
    deciding = [name.replace(" ", "_") for name in answer.treatment["deciding"]]
    mine = [facts[key] for key in deciding if key in facts]
    keys = [key for fact in mine for key in fact.late_sources]
    keys += [key for fact in mine for key in fact.sources]
    rows = Source.objects.filter(key__in=keys, owner__is_active=True).select_related("owner")
    owners = {source.key: source.owner for source in rows}
    return next((owners[key] for key in keys if key in owners), None)


def _tell(concern: Concern, to: User, notice: str, by: User) -> None:
    if concern.answer is None:
        raise AssertionError("of no answer are objections alone")
    notify.tell(
        to,
        notice,
        f"/answers/{concern.answer_id}/",
        by=str(by),
        customer=current(concern.answer.customer_id).name,
        request=dict(requests.named(concern.answer.request).words),
    )
