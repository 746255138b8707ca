"""Somebody whom the policy names answers who asks for an exception: on the page or by mail."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from concord.customers import restrictions
from concord.customers.queries import current
from concord.kernel import time
from concord.kernel.errors import Problem
from concord.kernel.models import Role, User
from concord.treatment import access
from concord.treatment.actions import askings
from concord.treatment.actions.lifts import grant as grant_lift
from concord.treatment.actions.lifts import not_named
from concord.treatment.models import Asking, Verdict, Way


@transaction.atomic
def grant(
    by: User, asking_id: UUID, ends_on: date | None = None, way: Way = Way.PAGE, note: str = ""
) -> Asking:
    """Grant what was asked for, until the day that was asked for or an earlier one.

    The policy of today says again whether it is theirs; twice is once. Raises `Problem` for what
    somebody answered otherwise, or nobody asks for any more.
    """
    askings.lock_customer(asking_id)
    asking = askings.locked(asking_id)
    if asking.verdict == Verdict.GRANTED and asking.answered_by_id == by.pk:
        return asking
    _check_open(asking)
    until = min(ends_on or asking.ends_on, asking.ends_on)
    # It closes what it covers, this one among them; how it was answered is told after.
    lift = grant_lift(
        by, asking.customer_id, asking.request, until, asking.reason, amount=asking.amount
    )
    asking = askings.locked(asking_id)
    if not asking.verdict:  # the same exception was in force already
        askings.close_granted(asking, lift, by)
    asking.way, asking.reply = way, note.strip()[: askings.MOST]
    asking.save(update_fields=["way", "reply"])
    return asking


@transaction.atomic
def decline(by: User, asking_id: UUID, reason: str, way: Way = Way.PAGE) -> Asking:
    """No, for a reason, which who asked reads; twice is once."""
    asking = askings.locked(asking_id)
    if asking.verdict == Verdict.DECLINED and asking.answered_by_id == by.pk:
        return asking
    _check_open(asking)
    check_named(by, asking)
    if not reason.strip() or len(reason) > askings.MOST:
        raise Problem(
            _("A no needs a reason."),
            place="reason",
            mend=_("Write why, in a sentence or two: who asked reads it."),
        )
    askings.end(asking, Verdict.DECLINED, by, reply=reason.strip(), way=way)
    return asking


def check_named(by: User, asking: Asking) -> None:
    """Raises `Problem` for whom neither the policy of then nor that of today names."""
    if not may_answer(by, asking):
        raise not_named(asking.named, time.today())


def may_answer(by: User, asking: Asking) -> bool:
    """Whether this person is named for it, by the policy of when it was asked."""
    return access.may_grant(by, asking.named)


def opens_by_mail(by: User, asking: Asking) -> bool:
    """Whether a letter still opens for whom it was written: while it is open, is theirs to answer,
    and what is kept of the customer may be used."""
    customer = current(asking.customer_id)
    return is_open(asking) and may_answer(by, asking) and not restrictions.holds(customer)


def is_open(asking: Asking) -> bool:
    """Whether it waits for an answer: nobody gave one, and its time is not over."""
    return not asking.verdict and asking.deadline >= time.today()


def is_enough_by_mail(asking: Asking) -> bool:
    """Whether an answer by mail will do: not where it is for the sponsor alone, since mail proves a
    mailbox and no person."""
    return any(named != Role.SPONSOR for named in asking.named)


def _check_open(asking: Asking) -> None:
    if is_open(asking):
        return
    if not asking.verdict:
        raise Problem(
            _("The time to answer is over."),
            mend=_("Who still needs the exception asks again."),
            code="conflict",
        )
    raise Problem(
        _("This was answered before: %(verdict)s.") % {"verdict": asking.get_verdict_display()},
        mend=_("Read it on its page; it can be asked for again."),
        code="conflict",
    )
