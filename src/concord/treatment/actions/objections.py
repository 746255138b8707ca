"""Objections to a rule: anyone may object, with a reason; each has a deadline and an answer.

An objection is a `Concern` of kind `rule`, whether it was said at an answer, at a rule of our
promise or at a proposal. The sponsor answers, or the neutral chair whom the sponsor has named. Past
the deadline the sponsor's default takes effect (`settle`, a job): the rule stands, or falls.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from concord.kernel import audit, notify, time
from concord.kernel.access import viewer_of
from concord.kernel.errors import Problem
from concord.kernel.models import Role, User
from concord.kernel.words import LANGUAGES, Words
from concord.treatment import access, changes, policies
from concord.treatment.actions.publish import one_at_a_time
from concord.treatment.models import (
    AnswerLog,
    Concern,
    ConcernKind,
    EndKind,
    ObjectionTerms,
    Outcome,
    PolicyProposal,
    PolicyVersion,
    ProposalEnd,
    Unanswered,
)
from concord.treatment.notices import OBJECTION, OBJECTION_ENDED, PROPOSAL_ENDED
from concord.treatment.words import labelled
from concord.treatment.workdays import working_days_after

MOST: Final = 4000
MOST_DAYS: Final = 60
OPEN: Final = Q(kind=ConcernKind.RULE, replied_at=None)
SAID: Final = {Outcome.ACCEPTED, Outcome.KEPT}


def terms() -> ObjectionTerms:
    """How objections are answered here; until the sponsor has said it, five days and the rule
    stands."""
    return ObjectionTerms.objects.select_related("chair").order_by("id").last() or ObjectionTerms()


@transaction.atomic
def set_terms(by: User, days: int, unanswered: str, chair: User | None) -> ObjectionTerms:
    """The sponsor says how objections are answered from now on; open ones keep their terms."""
    access.check_sponsor(by)
    if not 1 <= days <= MOST_DAYS:
        raise Problem(
            _("Between one and %(most)d working days.") % {"most": MOST_DAYS}, place="days"
        )
    if unanswered not in Unanswered.values:
        raise Problem(_("Say whether the rule stays or falls."), place="unanswered")
    if chair is not None and (not chair.is_active or chair.is_system):
        raise Problem(_("Name somebody who works here."), place="chair")
    made = ObjectionTerms.objects.create(
        days=days, unanswered=unanswered, chair=chair, set_by=by, set_at=time.now()
    )
    audit.record(by, "treatment.objection_terms", "objections", made.pk, days=days)
    return made


@transaction.atomic
def object_to_rule(
    by: User,
    version: PolicyVersion,
    rule: str,
    text: str,
    *,
    proposal: PolicyProposal | None = None,
    answer: AnswerLog | None = None,
) -> Concern:
    """Object to a rule of a version, for a reason; whoever answers is told. A second click gives
    the first. Of a proposal, `version` is the one of `standing_in`. Raises `Problem` for a rule
    that is not there and a proposal that has ended."""
    if not text.strip() or len(text) > MOST:
        raise Problem(
            _("Write what is wrong, in a few sentences."), place="text", code="wrong-field"
        )
    if answer is None and rule not in rules_of(version):
        raise Problem(_("This rule is no longer there."), place="rule", code="not-found")
    if proposal is not None and version != standing_in(proposal, rule):
        raise Problem(_("This rule is no longer there."), place="rule", code="not-found")
    one_at_a_time()  # nobody publishes it meanwhile, nor objects by a second click
    if proposal is not None and ProposalEnd.objects.filter(proposal=proposal).exists():
        raise Problem(
            _("This proposal has ended."),
            place="proposal",
            mend=_("Object to the rule on “Our promise”."),
            code="conflict",
        )
    said = {"version": version, "rule": rule, "proposal": proposal, "answer": answer,
            "raised_by": by, "text": text.strip()}  # fmt: skip
    if already := Concern.objects.filter(OPEN, **said).first():
        return already
    how = terms()
    objection = Concern.objects.create(
        **said,
        kind=ConcernKind.RULE,
        raised_at=time.now(),
        owner=_who_answers(by, proposal, how),
        deadline=working_days_after(time.today(), how.days),
        unanswered=proposal.unanswered if proposal else how.unanswered,
    )
    audit.record(by, "treatment.object", "policy", version.number, rule=rule)
    _tell(objection.owner, OBJECTION, objection, by=str(by))
    return objection


@transaction.atomic
def answer(by: User, objection_id: int, outcome: str, text: str) -> Concern:
    """The answer to an objection: accepted, or kept as it is, in words. Once; the objector is told.

    Raises `Problem` for who may not answer, and where there is an answer already.
    """
    found = locked(objection_id)
    if not access.may_answer_objection(viewer_of(by), found):
        raise Problem(
            _("This is not yours to reply to."),
            mend=_("%(owner)s does.") % {"owner": found.owner},
            code="forbidden",
        )
    if outcome not in SAID:
        raise Problem(_("Say whether the rule is changed or stays."), place="outcome")
    if not text.strip() or len(text) > MOST:
        raise Problem(_("Write a reply, in a few sentences."), place="reply")
    if found.replied_at is not None:
        raise Problem(
            _("There is a reply already."),
            mend=_("Read it first; a new objection can be raised."),
            code="conflict",
        )
    return _end(found, outcome, text.strip(), by)


def settle(today: date) -> int:
    """Past their deadline, the sponsor's default takes effect; bears being run twice."""
    late = Concern.objects.filter(OPEN, deadline__lt=today)
    return sum(_settle_one(key, today) for key in late.values_list("pk", flat=True))


@transaction.atomic
def _settle_one(objection_id: int, today: date) -> bool:
    found = locked(objection_id)
    if found.replied_at is not None or found.deadline >= today:
        return False
    falls = found.unanswered == Unanswered.FALLS
    _end(found, Outcome.FALLS if falls else Outcome.STANDS, "", None)
    if falls and found.proposal is not None:
        _send_back(found.proposal)
    return True


def _send_back(proposal: PolicyProposal) -> None:
    """The proposal's default was that a rule falls which nobody defends in time."""
    if ProposalEnd.objects.filter(proposal=proposal).exists():
        return
    end(proposal, EndKind.SENT_BACK, _("An objection was not answered in time."), None)


def end(
    proposal: PolicyProposal, kind: str, reason: str, by: User | None, **more: int
) -> ProposalEnd:
    """The end of a proposal, in the caller's transaction: its open objections have nothing left to
    object to, and who made it is told."""
    made = ProposalEnd.objects.create(
        proposal=proposal, kind=kind, reason=reason, by=by, at=time.now(), **more
    )
    audit.record(by, f"treatment.{kind}_proposal", "proposal", proposal.pk)
    for left in Concern.objects.filter(OPEN, proposal=proposal).order_by("pk"):
        _end(left, Outcome.MOOT, "", by)
    if by is None or by.pk != proposal.made_by_id:
        notify.tell(
            proposal.made_by,
            PROPOSAL_ENDED,
            f"/promise/proposals/{proposal.pk}/",
            what=proposal.what,
            how=kind,
            by=str(by) if by else "",
        )
    return made


def standing_in(proposal: PolicyProposal, rule: str) -> PolicyVersion:
    """The version in which a rule that a proposal is about is read: its own, or, of one that it
    takes away, the one in force."""
    if rule in rules_of(proposal.version):
        return proposal.version
    return PolicyVersion.objects.get(pk=policies.in_force(time.today()).version_id)


def rule_words(found: Concern) -> Words:
    """The rule of an objection: its table and what it asks; nothing where no rule decided."""
    model = policies.model_of(found.version) if found.version else None
    said: dict[str, str] = {}
    for language, _name in LANGUAGES:
        with translation.override(language):
            words = changes.rule_in_words(model, found.rule, language) if model else None
            if words is not None:
                title, rule = words
                said[language] = labelled(title, rule.condition or _("In all other cases"))
    return said


def open_of(proposal: PolicyProposal) -> QuerySet[Concern]:
    return Concern.objects.filter(OPEN, proposal=proposal).order_by("deadline", "id")


def open_at(rules: Collection[str]) -> dict[str, list[Concern]]:
    """Open objections by the rule that they are to, of what is in force; one query."""
    found: dict[str, list[Concern]] = {}
    rows = Concern.objects.filter(OPEN, proposal=None, rule__in=rules)
    for each in rows.select_related("raised_by", "owner").order_by("deadline", "id"):
        found.setdefault(each.rule, []).append(each)
    return found


def rules_of(version: PolicyVersion) -> dict[str, str]:
    """The decision of each rule, by the rule's id."""
    model = policies.model_of(version)
    return {rule.id: decision for decision, table in model.tables.items() for rule in table.rules}


def locked(objection_id: int) -> Concern:
    """Raises `Problem` where there is no such objection."""
    rows = Concern.objects.select_for_update(of=("self",)).select_related(
        "proposal__made_by", "raised_by", "owner", "version"
    )
    found = rows.filter(pk=objection_id, kind=ConcernKind.RULE).first()
    if found is None:
        raise Problem(_("There is no such objection."), place="objection", code="not-found")
    return found


def _end(found: Concern, outcome: str, text: str, by: User | None) -> Concern:
    found.outcome, found.reply, found.replied_by, found.replied_at = outcome, text, by, time.now()
    found.save(update_fields=["outcome", "reply", "replied_by", "replied_at"])
    audit.record(by, "treatment.answer_objection", "objection", found.pk, outcome=outcome)
    if by is None or by.pk != found.raised_by_id:
        _tell(found.raised_by, OBJECTION_ENDED, found, outcome=outcome)
    if outcome == Outcome.FALLS:
        _tell(found.owner, OBJECTION_ENDED, found, outcome=outcome)
    return found


def _who_answers(by: User, proposal: PolicyProposal | None, how: ObjectionTerms) -> User:
    """The chair, unless it is their own matter; else the sponsor, or the customer officer."""
    theirs = {by.pk, proposal.made_by_id if proposal else None}
    if how.chair is not None and how.chair.is_active and how.chair.pk not in theirs:
        return how.chair
    people = User.objects.filter(is_active=True, is_system=False).order_by("id")
    for role in (Role.SPONSOR, Role.OFFICER):
        if found := people.filter(role=role).first():
            return found
    raise Problem(
        _("Nobody here can be asked: there is no sponsor and no customer officer."),
        mend=_("An administrator names one in the settings."),
    )


def _tell(to: User, kind: str, objection: Concern, **said: str) -> None:
    named = dict(rule_words(objection))
    page = f"/promise/objections/{objection.pk}/"
    notify.tell(to, kind, page, rule=objection.rule, words=named, **said)
