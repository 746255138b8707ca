"""Who may see and change what of policy and answers. Nothing here has a say in an answer."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils.translation import gettext as _

from concord.customers.access import held_back
from concord.kernel.access import Viewer, viewer_of
from concord.kernel.errors import Problem
from concord.kernel.models import Role, User
from concord.treatment.models import (
    ActVerdict,
    AnswerLog,
    Briefing,
    Concern,
    ConcernKind,
    HandOver,
)


def may_change_policy(viewer: Viewer) -> bool:
    """The policy is the sponsor's alone; the database holds it too (`publish_policy`)."""
    return viewer.role == Role.SPONSOR


def check_sponsor(by: User) -> None:
    """Raises `Problem` for everybody but the sponsor."""
    if by.role != Role.SPONSOR or not by.is_active or by.is_system:
        raise Problem(
            _("Only the sponsor changes our promise."),
            mend=_("Say “this is wrong” at an answer: the sponsor reads it and replies."),
            code="forbidden",
        )


def may_draft(viewer: Viewer) -> bool:
    """Whether drafts of our promise are this person's to make and change: who runs the company.
    An administrator runs the machine, not the promise."""
    return viewer.runs_the_company and viewer.role != Role.ADMINISTRATOR


def may_read_examples(viewer: Viewer) -> bool:
    """Whether a person reads the examples of the policy: they have amounts, and were answers that
    somebody was given."""
    return may_draft(viewer) and viewer.sees_money


def check_drafter(by: User) -> None:
    """Raises `Problem` for everybody who may not draft."""
    if not may_draft(viewer_of(by)) or not by.is_active or by.is_system:
        raise Problem(
            _("Managers and the sponsor draft our promise."),
            mend=_("Say “this is wrong” at an answer: its owner reads it and replies."),
            code="forbidden",
        )


def answers(viewer: Viewer) -> Q:
    """The answers a person may read in the log: those who run the company, all of them; others
    their own, and those that they were given or have to reply to."""
    if viewer.runs_the_company:
        return Q()
    given = HandOver.objects.filter(to_id=viewer.user_id).values("answer_id")
    wrong = Concern.objects.filter(owner_id=viewer.user_id).values("answer_id")
    return Q(asked_by_id=viewer.user_id) | Q(pk__in=given) | Q(pk__in=wrong)


def may_read_replays(viewer: Viewer) -> bool:
    """Whether a person reads what an update would answer otherwise: who runs the company."""
    return viewer.runs_the_company


def check_reads_replays(viewer: Viewer) -> None:
    if not may_read_replays(viewer):
        raise PermissionDenied


def may_read_answer(viewer: Viewer, answer_id: UUID) -> bool:
    return AnswerLog.objects.filter(answers(viewer), pk=answer_id).exists()


def readable_words(viewer: Viewer, concerns: Collection[Concern]) -> set[int]:
    """Of which of these a person reads what was written: what was said at an answer may speak of
    its customer, so only who may read that answer does. One query, none without answers."""
    said_at = {each.answer_id for each in concerns if each.answer_id is not None}
    rows = AnswerLog.objects.filter(answers(viewer), pk__in=said_at)
    known = rows.exclude(customer__in=held_back(viewer)).values_list("pk", flat=True)
    readable: set[UUID | None] = {None, *known} if said_at else {None}
    return {each.pk for each in concerns if each.answer_id in readable}


def find_answer(by: User, answer_id: UUID) -> AnswerLog:
    """An answer that `by` may read. Raises `Problem` for any other, whether or not there is one."""
    found = AnswerLog.objects.filter(answers(viewer_of(by)), pk=answer_id).first()
    if found is None or found.is_erased:
        raise Problem(
            _("There is no such answer."),
            mend=_("Ask again, and go on from your own answer."),
            code="not-found",
        )
    return found


def may_reply(viewer: Viewer, concern: Concern) -> bool:
    if concern.kind == ConcernKind.RULE:
        return may_answer_objection(viewer, concern)
    return concern.owner_id == viewer.user_id or viewer.role in {Role.SPONSOR, Role.OFFICER}


def may_answer_objection(viewer: Viewer, objection: Concern) -> bool:
    """The sponsor always; else only who was asked to, so that a chair answers alone."""
    return viewer.role == Role.SPONSOR or objection.owner_id == viewer.user_id


def may_read_briefing(viewer: Viewer, briefing: Briefing) -> bool:
    """Who works in the department, and who runs the company."""
    return viewer.runs_the_company or is_briefed(viewer, briefing)


def is_briefed(viewer: Viewer, briefing: Briefing) -> bool:
    return viewer.department == briefing.department.key


def check_briefed(by: User, briefing: Briefing) -> None:
    """Raises `Problem` for who works elsewhere."""
    if by.department_id != briefing.department_id or not by.is_active or by.is_system:
        raise Problem(_("This was told to another department."), code="forbidden")


def may_grant(by: User, named: Collection[str]) -> bool:
    """Whether the policy names this person: `sponsor`, `officer` or `manager of DEPARTMENT`."""
    department = by.department.key if by.department else None
    return by.is_active and not by.is_system and _is_named(by.role, department, named)


def is_named(viewer: Viewer, named: Collection[str]) -> bool:
    """The same of somebody who is signed in: whether a page offers it. The action looks again."""
    return _is_named(viewer.role, viewer.department, named)


def _is_named(role: str, department: str | None, named: Collection[str]) -> bool:
    return role in named or f"{role} of {department or ''}" in named


def may_see_kept(viewer: Viewer) -> bool:
    """Whether a person may read where we kept our word and where not: who runs the company."""
    return viewer.runs_the_company


def kept(viewer: Viewer) -> Q:
    """The verdicts, and the counts of them, that a person may see: of their business units, and of
    none."""
    if viewer.unit_ids is None:
        return Q()
    return Q(unit=None) | Q(unit__in=viewer.unit_ids)


def find_verdict(viewer: Viewer, verdict_id: int) -> ActVerdict:
    """A verdict that the viewer may see, former ones too. Raises `ActVerdict.DoesNotExist`."""
    if not may_see_kept(viewer):
        raise ActVerdict.DoesNotExist
    rows = ActVerdict.objects.filter(kept(viewer)).exclude(customer__in=held_back(viewer))
    return rows.select_related("record__source", "customer", "unit", "lift").get(pk=verdict_id)
