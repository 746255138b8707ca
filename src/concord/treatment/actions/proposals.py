"""From a draft to what is in force: propose, withdraw, send back, publish.

A proposal is a frozen version of a draft, put before the sponsor for a reason. It is made even
where it breaks the law of publishing, and then says what the law found; `publish.put_in_force`
refuses.
"""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from concord.kernel import audit, notify, time
from concord.kernel.errors import Problem
from concord.kernel.models import Role, User
from concord.treatment import access, policies, unreasoned
from concord.treatment.actions import drafts, objections, publish
from concord.treatment.models import (
    Concern,
    EndKind,
    Outcome,
    PolicyDraft,
    PolicyInForce,
    PolicyProposal,
    ProposalEnd,
    Unanswered,
)
from concord.treatment.notices import PROPOSED

LONGEST: Final = 200
MOST: Final = 4000


@transaction.atomic
def propose(
    by: User,
    draft_id: UUID,
    what: str,
    why: str,
    wanted_from: date,
    unanswered: str = "",
    revision: int | None = None,
) -> PolicyProposal:
    """Put a draft before the sponsor as it stands; a second click gives the first.

    `unanswered` is what becomes of objections past their deadline, by default the company's own
    terms; `revision` is the draft that was looked at. Raises `Problem` for who may not draft, for
    words that are missing (of a rule its reason, too), for a draft that changes nothing, has
    changed since it was looked at, or is proposed already.
    """
    access.check_drafter(by)
    draft = drafts.locked(draft_id)
    if revision is not None and revision != draft.revision:
        raise Problem(
            _("Somebody changed this draft since you opened it."),
            place="draft",
            mend=_("Open it again, look at what changed, then propose it."),
            code="conflict",
        )
    _check_words(what, why)
    unanswered = unanswered or objections.terms().unanswered
    if unanswered not in Unanswered.values:
        raise Problem(_("Say whether the rule stays or falls."), place="unanswered")
    model = drafts.model_of(draft)
    digest = policies.digest(model.save())
    if already := _already(draft, digest):
        return already
    now = policies.in_force(time.today())
    if digest == now.digest:
        raise Problem(
            _("This draft changes nothing."), place="draft", mend=_("Change a rule, then propose.")
        )
    unreasoned.refuse(model, now.model)
    proposal = PolicyProposal.objects.create(
        draft=draft,
        version=publish.save_version(by, model, what.strip()),
        what=what.strip(),
        why=why.strip(),
        wanted_from=wanted_from,
        unanswered=unanswered,
        made_by=by,
        made_at=time.now(),
    )
    audit.record(by, "treatment.propose", "proposal", proposal.pk)
    _tell_sponsors(proposal, by)
    return proposal


def _already(draft: PolicyDraft, digest: str) -> PolicyProposal | None:
    """The draft's open proposal, if it is of the same text. Raises `Problem` for another text."""
    found = draft.proposals.filter(end=None).select_related("version").first()
    if found is None or found.version.digest == digest:
        return found
    raise Problem(
        _("This draft is proposed already, as it was before."),
        place="draft",
        mend=_("Withdraw that proposal first."),
        code="conflict",
    )


def _tell_sponsors(proposal: PolicyProposal, by: User) -> None:
    """All but the one who proposes."""
    sponsors = User.objects.filter(role=Role.SPONSOR, is_active=True, is_system=False)
    page = f"/promise/proposals/{proposal.pk}/"
    for sponsor in sponsors.exclude(pk=by.pk):
        notify.tell(sponsor, PROPOSED, page, by=str(by), what=proposal.what)


@transaction.atomic
def withdraw(by: User, proposal_id: int, reason: str) -> ProposalEnd:
    """Whoever made it takes it back; the draft stays. A second click gives the first."""
    return _end(by, proposal_id, EndKind.WITHDRAWN, reason)


@transaction.atomic
def send_back(by: User, proposal_id: int, reason: str) -> ProposalEnd:
    """The sponsor sends it back, with what is to be changed. A second click gives the first."""
    return _end(by, proposal_id, EndKind.SENT_BACK, reason)


@transaction.atomic
def publish_proposal(
    by: User, proposal_id: int, from_date: date, reason: str, seen: int, password: str = ""
) -> PolicyInForce:
    """The sponsor puts a proposal in force from a day on; a second click gives the first.

    `seen` is the latest `PolicyInForce` when the sponsor looked at the differences. Raises
    `Problem` where something else has come in force since, where an objection has no answer yet or
    was accepted, and for all that `publish.put_in_force` refuses.
    """
    access.check_sponsor(by)
    objections.settle(time.today())
    proposal = locked(proposal_id)
    if ended := _ended(proposal):
        if ended.kind == EndKind.PUBLISHED and ended.in_force is not None:
            return ended.in_force
        raise _over()
    if PolicyInForce.objects.latest("id").pk != seen:
        raise Problem(
            _("Our promise has changed since you opened it."),
            place="proposal",
            mend=_("Open the proposal again and look at what it would change now."),
            code="conflict",
        )
    _every_objection_has_its_answer(proposal)
    made = publish.put_in_force(by, proposal.version, from_date, reason, password)
    objections.end(proposal, EndKind.PUBLISHED, reason.strip(), by, in_force_id=made.pk)
    proposal.draft.closed_at = time.now()
    proposal.draft.save(update_fields=["closed_at"])
    return made


def locked(proposal_id: int) -> PolicyProposal:
    """The proposal, while nobody else ends one: a lock by itself, since the application may not
    change the row, and so not lock it. Raises `Problem` where there is none."""
    publish.one_at_a_time()
    rows = PolicyProposal.objects.select_related("version", "draft", "made_by")
    found = rows.filter(pk=proposal_id).first()
    if found is None:
        raise Problem(_("There is no such proposal."), place="proposal", code="not-found")
    return found


def _end(by: User, proposal_id: int, kind: EndKind, reason: str) -> ProposalEnd:
    proposal = locked(proposal_id)
    if kind == EndKind.SENT_BACK:
        access.check_sponsor(by)
    elif proposal.made_by_id != by.pk:
        raise Problem(
            _("Only who made a proposal withdraws it."),
            mend=_("The sponsor can send it back."),
            code="forbidden",
        )
    if ended := _ended(proposal):
        if ended.kind == kind:
            return ended
        raise _over()
    if not reason.strip() or len(reason) > MOST:
        raise Problem(
            _("Write why, in a few sentences."), place="reason", mend=_("Everybody reads it.")
        )
    return objections.end(proposal, kind, reason.strip(), by)


def _ended(proposal: PolicyProposal) -> ProposalEnd | None:
    return ProposalEnd.objects.select_related("in_force").filter(proposal=proposal).first()


def _over() -> Problem:
    return Problem(_("This proposal has ended."), place="proposal", code="conflict")


def _every_objection_has_its_answer(proposal: PolicyProposal) -> None:
    if objections.open_of(proposal).exists():
        raise Problem(
            _("There are objections without an answer."),
            place="objections",
            mend=_("Answer each of them, or wait for its deadline."),
            code="conflict",
        )
    if Concern.objects.filter(proposal=proposal, outcome=Outcome.ACCEPTED).exists():
        raise Problem(
            _("An objection to this proposal was accepted, so its rule has to change first."),
            place="objections",
            mend=_("Send the proposal back."),
            code="conflict",
        )


def _check_words(what: str, why: str) -> None:
    if not what.strip() or len(what.strip()) > LONGEST:
        raise Problem(
            _("Say what changes, in at most %(most)d characters.") % {"most": LONGEST}, place="what"
        )
    if not why.strip() or len(why) > MOST:
        raise Problem(_("Say why it is to change."), place="why", mend=_("Everybody reads it."))
