"""Exceptions: granted by whoever the policy names, for a customer, a request and a time."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from concord.customers.models import Customer, Membership
from concord.customers.queries import current
from concord.kernel import audit, events, notify, time
from concord.kernel.errors import Problem
from concord.kernel.models import User
from concord.treatment import access, gather, policies, requests
from concord.treatment.actions import askings
from concord.treatment.actions.decide import find
from concord.treatment.answer import Answer
from concord.treatment.lifts import asked_for, ever_named, who_may_grant
from concord.treatment.models import AnswerLog, Lift
from concord.treatment.notices import EXCEPTION, EXCEPTION_ENDED
from concord.treatment.promise import Reader
from concord.treatment.requests import RequestKind
from concord.treatment.words import listed
from concord.ui import formats

LONGEST: Final = timedelta(days=366)
MOST: Final = 1000  # characters of a reason


@transaction.atomic
def grant(
    by: User,
    customer_id: UUID,
    request: str,
    ends_on: date,
    reason: str,
    starts_on: date | None = None,
    amount: Decimal | None = None,
) -> Lift:
    """An exception until `ends_on` (included), up to `amount` or, without one, for any amount; a
    double click grants one.

    Whoever said "it is a special case" of this or asked for it has their reply, and is told.
    Raises `Problem` where the policy names others for this amount and the customer's standing.
    """
    starts = starts_on or time.today()
    kind = requests.kind(request)
    _check_ever_named(by, kind.key, starts)
    _check(starts, ends_on, reason)
    askings.check_amount(kind, amount)
    customer = _treated(customer_id, starts)
    _check_named(by, kind, starts, amount, standing(customer, kind, amount))
    said = {
        "customer": customer,
        "request": kind.key,
        "starts_on": starts,
        "ends_on": ends_on,
        "amount": amount,
        "reason": reason.strip(),
        "granted_by": by,
    }
    already = Lift.objects.filter(**said, withdrawn_at=None).first()
    if already:
        return already
    lift = Lift.objects.create(**said, granted_at=time.now())
    audit.record(by, "treatment.grant_exception", "customer", customer.pk, request=kind.key)
    _reply_to_who_asked(lift, customer, kind)
    for asking in askings.covered_by(lift, customer):
        askings.close_granted(asking, lift, by)
    _changed(customer.pk)
    return lift


@transaction.atomic
def withdraw(by: User, lift_id: int) -> Lift:
    """End an exception now; by whoever could grant it. A second time changes nothing.

    Whoever was answered by it is told: they may have promised something.
    """
    lift = Lift.objects.select_for_update(of=("self",)).get(pk=lift_id)
    _check_ever_named(by, lift.request, time.today())
    if lift.withdrawn_at is None:
        lift.withdrawn_at, lift.withdrawn_by = time.now(), by
        lift.save(update_fields=["withdrawn_at", "withdrawn_by"])
        audit.record(by, "treatment.withdraw_exception", "customer", lift.customer_id)
        customer = current(lift.customer_id)
        _tell(User.objects.filter(pk__in=answered_by(lift)), EXCEPTION_ENDED, lift, customer, by)
        _changed(customer.pk)
    return lift


def answered_by(lift: Lift) -> set[int]:
    """The people who were given an answer while this exception was in force for it."""
    answers = AnswerLog.objects.filter(
        customer=lift.customer_id,
        request=lift.request,
        at__gte=lift.granted_at,
        inputs__exemption__id=lift.pk,
        asked_by__is_active=True,
        asked_by__is_system=False,
    )
    return set(answers.values_list("asked_by_id", flat=True))


def standing(customer: Customer, kind: RequestKind, amount: Decimal | None) -> str:
    """In which standing they are today, as the policy says; empty where nobody can say."""
    given = {} if amount is None else {"amount": amount}
    found = find(customer, kind.key, given)
    return "" if isinstance(found, Answer) else found.treatment.standing


def _check_ever_named(by: User, request: str, as_of: date) -> None:
    """Whether the policy names this person for some amount: to look again and to take back."""
    named = ever_named(policies.in_force(as_of).model, request)
    if not access.may_grant(by, named):
        raise not_named(named, as_of)


def _check_named(
    by: User, kind: RequestKind, as_of: date, amount: Decimal | None, standing: str
) -> None:
    named = who_may_grant(kind.key, as_of, amount, standing)
    if access.may_grant(by, named):
        return
    problem = not_named(named, as_of)
    if amount is None and kind.field("amount"):
        problem.place = "amount"
        problem.mend = _("%(mend)s Or say up to which amount it is.") % {"mend": problem.mend}
    raise problem


def not_named(named: Collection[str], as_of: date) -> Problem:
    reader = Reader(policies.in_force(as_of).model, get_language() or "en")
    who = listed(reader.who(each) for each in named) or _("nobody")
    return Problem(
        _("Our promise does not name you for exceptions of this kind."),
        mend=_("It names: %(who)s.") % {"who": who},
        code="forbidden",
    )


def _check(starts: date, ends_on: date, reason: str) -> None:
    today = time.today()
    if starts < today:
        raise Problem(
            _("An exception does not begin in the past."),
            place="starts_on",
            mend=_("Answers that were given stay as they were: let it begin today."),
        )
    if ends_on < starts:
        raise Problem(
            _("This exception would be over before it begins."),
            place="ends_on",
            mend=_("Choose a later day."),
        )
    if ends_on > starts + LONGEST:
        raise Problem(
            _("An exception lasts a year at most."),
            place="ends_on",
            mend=_("What shall hold for longer is a rule: the sponsor changes our promise."),
        )
    if not reason.strip() or len(reason) > MOST:
        raise Problem(
            _("An exception needs a reason."),
            place="reason",
            mend=_("Write why, in a sentence or two: everybody who asks reads it."),
        )


def _treated(customer_id: UUID, as_of: date) -> Customer:
    """Whom answers are about: for a person the organisation that they work at.

    Locked, so that two grants of one click come one after the other.
    """
    found = gather.treated(customer_id, as_of)
    if found.choices:
        raise Problem(
            _("This person works at several organisations."),
            mend=_("Grant the exception at the organisation for which they ask."),
        )
    rows = Customer.objects.select_for_update(of=("self",), no_key=True)
    return rows.get(pk=found.customer.pk)


def _reply_to_who_asked(lift: Lift, customer: Customer, kind: RequestKind) -> None:
    """It is the reply to everybody who said that this is a special case."""
    open_ = asked_for(customer.pk).filter(answer__request=kind.key)
    for concern in open_.select_for_update(of=("self",)):
        with translation.override(concern.raised_by.language):
            concern.reply = _("An exception was granted until %(day)s: %(reason)s") % {
                "day": formats.long_day(lift.ends_on),
                "reason": lift.reason,
            }
        concern.replied_by, concern.replied_at = lift.granted_by, lift.granted_at
        concern.save(update_fields=["reply", "replied_by", "replied_at"])
        _tell([concern.raised_by], EXCEPTION, lift, customer, lift.granted_by)


def _tell(people: Collection[User], notice: str, lift: Lift, customer: Customer, by: User) -> None:
    kind = requests.named(lift.request)
    for person in people:
        if person.pk == by.pk:
            continue
        notify.tell(
            person,
            notice,
            f"/customers/{customer.pk}/ask/{lift.request}/",
            by=str(by),
            customer=customer.name,
            request=dict(kind.words),
            until=lift.ends_on.isoformat(),
        )


def _changed(customer_id: UUID) -> None:
    members = Membership.objects.filter(customer_id=customer_id, known_to=None)
    events.records_changed(members.values_list("profile_id", flat=True))
