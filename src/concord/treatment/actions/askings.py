"""An exception is asked for at an answer: whom the policy names is told, and has until a day.

What becomes of it is in `asking_answers` (granted, declined) and here (taken back, lapsed).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from concord.customers.models import Customer
from concord.customers.queries import current
from concord.kernel import audit, mail, notify, time
from concord.kernel.errors import Problem
from concord.kernel.models import User
from concord.treatment import access, lifts, policies, requests, treat
from concord.treatment.inputs import Exemption, load
from concord.treatment.models import AnswerLog, Asking, Lift, Verdict, Way
from concord.treatment.notices_asked import ASKED, ASKING_ENDED
from concord.treatment.workdays import working_days_after

WORKING_DAYS: Final = 2
LONGEST: Final = 366  # days
LARGEST: Final = Decimal(10) ** 15
MOST: Final = 1000  # characters of a reason


@transaction.atomic
def ask(
    by: User, answer_id: UUID, ends_on: date, reason: str, amount: Decimal | None = None
) -> Asking:
    """Ask for an exception until `ends_on`, for the answer's amount or, where it had none, up to
    `amount`. A double click is the same asking; with another amount, day or reason it takes the
    place of the one that is open (`asked_before`), and those who are named are told again.

    Raises `Problem` where an exception would change nothing, and where `by` may grant it alone.
    """
    answer = access.find_answer(by, answer_id)
    kind = requests.named(answer.request)
    customer = current(answer.customer_id)
    Customer.objects.select_for_update(of=("self",), no_key=True).get(pk=customer.pk)
    said = load(answer.inputs).fields.get("amount")
    wanted = Decimal(str(said)) if said is not None else amount
    before = _open(by, customer, kind.key)
    if before and _terms(before) == (wanted, ends_on, reason.strip()):
        return before
    _check_days(ends_on, reason)
    check_amount(kind, wanted)
    _check_worth_it(answer, ends_on)
    named = lifts.who_may_grant(kind.key, time.today(), wanted, answer.treatment["standing"])
    people = _whom(by, named)
    if before:
        end(before, Verdict.TAKEN_BACK, by)
    asking = Asking.objects.create(
        answer=answer,
        customer=customer,
        request=kind.key,
        amount=wanted,
        ends_on=ends_on,
        reason=reason.strip(),
        named=list(named),
        asked_by=by,
        asked_at=(before and before.answered_at) or time.now(),
        deadline=min(ends_on, working_days_after(time.today(), WORKING_DAYS)),
    )
    audit.record(by, "treatment.ask_exception", "customer", customer.pk, request=kind.key)
    for person in people:
        _tell(asking, person, ASKED, by)
    return asking


def asked_before(asking: Asking) -> Asking | None:
    """What the same person asked for, in whose place this one came."""
    rows = Asking.objects.filter(customer=asking.customer_id, request=asking.request,
                                 asked_by=asking.asked_by_id)  # fmt: skip
    return rows.filter(verdict=Verdict.TAKEN_BACK, answered_at=asking.asked_at).first()


def _open(by: User, customer: Customer, request: str) -> Asking | None:
    """What this person asks for already; the customer is locked."""
    rows = Asking.objects.filter(customer=customer, request=request, asked_by=by, verdict="")
    found = rows.first()
    if found is None or _lapse(found.pk):
        return None
    found = locked(found.pk)
    return None if found.verdict else found  # declined meanwhile


def _terms(asking: Asking) -> tuple[Decimal | None, date, str]:
    return asking.amount, asking.ends_on, asking.reason


def people_named(named: Collection[str]) -> list[User]:
    """Everybody who is one of those whom the policy names (`sponsor`, `manager of accounts`)."""
    wanted = Q(pk__in=())
    for each in named:
        role, _of, department = each.partition(" of ")
        wanted |= Q(role=role, department__key=department) if department else Q(role=role)
    people = User.objects.filter(wanted, is_active=True, is_system=False)
    return list(people.select_related("department").order_by("pk"))


@transaction.atomic
def take_back(by: User, asking_id: UUID) -> Asking:
    """No longer asked for; by who asked. What has been answered stays as it was."""
    asking = locked(asking_id)
    if asking.asked_by_id != by.pk:
        raise Problem(
            _("This is not yours to take back."),
            mend=_("%(name)s asked for it.") % {"name": asking.asked_by},
            code="forbidden",
        )
    if not asking.verdict:
        end(asking, Verdict.TAKEN_BACK, by)
    return asking


def lapse() -> int:
    """What nobody answered until its day: who asked is told. How many there were."""
    late = Asking.objects.filter(verdict="", deadline__lt=time.today())
    return sum(_lapse(pk) for pk in list(late.order_by("deadline").values_list("pk", flat=True)))


@transaction.atomic
def _lapse(asking_id: UUID) -> bool:
    asking = locked(asking_id)
    if asking.verdict or asking.deadline >= time.today():
        return False
    end(asking, Verdict.LAPSED, None)
    return True


def locked(asking_id: UUID) -> Asking:
    """Raises `Asking.DoesNotExist`. Of two who answer at once the second one sees the first."""
    rows = Asking.objects.select_for_update(of=("self",)).select_related("asked_by", "answered_by")
    return rows.get(pk=asking_id)


def lock_customer(asking_id: UUID) -> None:
    """Before an exception is granted: the customer first, then the asking, as everybody does."""
    asking = Asking.objects.get(pk=asking_id)
    customer = current(asking.customer_id)
    Customer.objects.select_for_update(of=("self",), no_key=True).get(pk=customer.pk)


def end(
    asking: Asking,
    verdict: Verdict,
    by: User | None,
    *,
    reply: str = "",
    way: Way | str = "",
    lift: Lift | None = None,
) -> None:
    """What became of it, inside the caller's transaction; who asked is told."""
    asking.verdict, asking.answered_by, asking.answered_at = verdict, by, time.now()
    asking.reply, asking.way, asking.lift = reply, way, lift
    asking.save(update_fields=["verdict", "answered_by", "answered_at", "reply", "way", "lift"])
    audit.record(by, f"treatment.exception_{verdict}", "customer", asking.customer_id,
                 request=asking.request)  # fmt: skip
    if by is None or by.pk != asking.asked_by_id:
        _tell(asking, asking.asked_by, ASKING_ENDED, by)


def covered_by(lift: Lift, customer: Customer) -> Iterator[Asking]:
    """Open askings that this exception answers: of its request, no larger and no longer than it,
    which is in force."""
    if lift.starts_on > time.today():
        return
    rows = Asking.objects.filter(
        Q(customer=customer) | Q(customer__merged_into=customer), request=lift.request, verdict="",
        ends_on__lte=lift.ends_on,
    )  # fmt: skip
    for asking in rows.select_for_update(of=("self",)).select_related("asked_by").order_by("pk"):
        if lift.amount is None or (asking.amount is not None and asking.amount <= lift.amount):
            yield asking


def close_granted(asking: Asking, lift: Lift, by: User, way: Way = Way.PAGE) -> None:
    end(asking, Verdict.GRANTED, by, way=way, lift=lift)


def _tell(asking: Asking, person: User, notice: str, by: User | None) -> None:
    """On the page and by mail; of one person once."""
    if not person.is_active or person.is_system:
        return
    notify.tell(
        person,
        notice,
        f"/promise/exceptions/asked/{asking.pk}/",
        by=str(by) if by else "",
        customer=current(asking.customer_id).name,
        request=dict(requests.named(asking.request).words),
        verdict=asking.verdict,
    )
    mail.send(person, notice, asking.pk.hex)


def _whom(by: User, named: Collection[str]) -> list[User]:
    people = people_named(named)
    if any(person.pk == by.pk for person in people):
        raise Problem(
            _("You may grant this exception yourself."),
            mend=_("Choose “Grant an exception”."),
            code="forbidden",
        )
    if not people:
        raise Problem(
            _("Nobody here may grant this exception."),
            mend=_("The sponsor says in our promise who may."),
        )
    return people


def _check_days(ends_on: date, reason: str) -> None:
    today = time.today()
    if ends_on < today:
        raise Problem(
            _("This day is over."), place="ends_on", mend=_("Choose today or a later day.")
        )
    if (ends_on - today).days > LONGEST:
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


def _check_worth_it(answer: AnswerLog, ends_on: date) -> None:
    """Raises `Problem` where an exception would not have changed this answer."""
    inputs = load(answer.inputs)
    model = policies.by_number(inputs.policy).model
    closed = answer.state == "answered" and answer.act not in lifts.CLEAR
    if closed and not inputs.restricted and inputs.exemption is None:
        then = treat.judge(model, replace(inputs, exemption=Exemption(0, ends_on, "", "")))
        if then.differs(treat.judge(model, inputs)):
            return
    raise Problem(
        _("An exception would change nothing here."),
        mend=_("It opens what our promise keeps closed; say “this is wrong” for all else."),
    )


def check_amount(kind: requests.RequestKind, amount: Decimal | None) -> None:
    """Raises `Problem` for an amount that is none, or of a request that has none."""
    if amount is None:
        return
    if kind.field("amount") is None:
        raise Problem(_("This request has no amount."), place="amount", mend=_("Leave it empty."))
    if not amount.is_finite() or not 0 < amount < LARGEST:
        raise Problem(
            _("This is no amount."),
            place="amount",
            mend=_("Write a number above zero, such as 5000."),
        )
