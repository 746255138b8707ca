"""Store and do not use: a restriction of what is kept of a customer. See docs/adr/0010."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from concord.customers import access
from concord.customers.actions import golden
from concord.customers.actions.rights_log import log
from concord.customers.models import Customer, Membership, Profile, Restriction, RightsRequest
from concord.customers.queries import current
from concord.kernel import audit, deadlocks, events
from concord.kernel.errors import Problem
from concord.kernel.models import User
from concord.kernel.time import now, today


@transaction.atomic
def restrict(
    by: User,
    customer_id: UUID,
    reason: str,
    until: date | None = None,
    request: RightsRequest | None = None,
) -> Restriction:
    """From now on; a second click finds the first one's. Nobody finds them by search any more."""
    access.check_handles_rights(by)
    if not reason.strip():
        raise Problem(_("A reason is needed."), mend=_("Write in a sentence why."))
    if until and until <= today():
        raise Problem(_("The day has passed."), place=_("Until"), mend=_("Choose a later day."))
    customer = current(customer_id)
    golden.lock_customers([customer.pk])
    if found := Restriction.objects.filter(customer=customer, lifted_at=None).first():
        return found
    made = Restriction.objects.create(
        customer=customer, since=now(), until=until, reason=reason.strip()[:2_000], by=by
    )
    golden.refresh([customer.pk], now())
    events.records_changed(_profiles(customer))
    log(customer.pk, "restricted", by, request=request)
    audit.record(by, "customers.restrict", "customer", customer.pk)
    return made


@deadlocks.atomic
def lift(by: User, customer_id: UUID, because: str) -> None:
    """It is used again: found, matched, treated. The person is told before (article 18.3)."""
    access.check_handles_rights(by)
    if not because.strip():
        raise Problem(_("A reason is needed."), mend=_("Write in a sentence why."))
    customer = current(customer_id)
    golden.lock_customers([customer.pk])
    lifted = Restriction.objects.filter(customer=customer, lifted_at=None).update(
        lifted_at=now(), lifted_by=by, lifted_because=because.strip()[:2_000]
    )
    if not lifted:
        return
    golden.refresh([customer.pk], now())
    members = Membership.objects.filter(customer=customer, known_to=None)
    waiting = Profile.objects.filter(id__in=members.values("profile_id"), is_stub=False)
    waiting.update(matched_at=None)
    events.records_changed(_profiles(customer))
    log(customer.pk, "lifted", by)
    audit.record(by, "customers.lift_restriction", "customer", customer.pk)


def _profiles(customer: Customer) -> list[UUID]:
    members = Membership.objects.filter(customer=customer, known_to=None)
    return list(members.values_list("profile_id", flat=True))
