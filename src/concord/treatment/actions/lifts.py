"""Exceptions: granted by whoever the policy names, for a customer, a request and a time."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from concord.customers.models import Membership
from concord.customers.queries import current
from concord.kernel import audit, events, time
from concord.kernel.errors import Problem
from concord.kernel.models import User
from concord.treatment import access, policies, requests
from concord.treatment.models import Lift


@transaction.atomic
def grant(
    by: User,
    customer_id: UUID,
    request: str,
    ends_on: date,
    reason: str,
    starts_on: date | None = None,
) -> Lift:
    """An exception until `ends_on` (included). Raises `Problem` where the policy names others."""
    starts = starts_on or time.today()
    kind = requests.kind(request)
    named = who_may_grant(kind.key, starts)
    if not access.may_grant(by, named):
        raise Problem(
            _("Our promise does not name you for exceptions of this kind."),
            mend=_("It names: %(who)s.") % {"who": ", ".join(named)},
            code="forbidden",
        )
    if ends_on < starts or ends_on < time.today():
        raise Problem(_("This exception would be over before it begins."), place="ends_on",
                      mend=_("Choose a later day."))  # fmt: skip
    if not reason.strip():
        raise Problem(_("An exception needs a reason."), place="reason", mend=_("Write why."))
    customer = current(customer_id)
    lift = Lift.objects.create(
        customer=customer,
        request=kind.key,
        starts_on=starts,
        ends_on=ends_on,
        reason=reason.strip(),
        granted_by=by,
        granted_at=time.now(),
    )
    audit.record(by, "treatment.grant_exception", "customer", customer.pk, request=kind.key)
    _changed(customer.pk)
    return lift


@transaction.atomic
def withdraw(by: User, lift_id: int) -> Lift:
    """End an exception now; by whoever could grant it. A second time changes nothing."""
    lift = Lift.objects.select_for_update(of=("self",)).get(pk=lift_id)
    if not access.may_grant(by, who_may_grant(lift.request, time.today())):
        raise Problem(_("Our promise does not name you for exceptions of this kind."),
                      mend=_("Ask whoever granted it."), code="forbidden")  # fmt: skip
    if lift.withdrawn_at is None:
        lift.withdrawn_at, lift.withdrawn_by = time.now(), by
        lift.save(update_fields=["withdrawn_at", "withdrawn_by"])
        audit.record(by, "treatment.withdraw_exception", "customer", lift.customer_id)
        _changed(lift.customer_id)
    return lift


def who_may_grant(request: str, as_of: date) -> list[str]:
    """Whom the policy in force names: `sponsor`, `officer`, `manager of accounts`."""
    model = policies.in_force(as_of).model
    named = model.evaluate("who may grant an exception", {"request": request}).value
    return [str(each) for each in named or ()]


def _changed(customer_id: UUID) -> None:
    members = Membership.objects.filter(customer_id=customer_id, known_to=None)
    events.records_changed(members.values_list("profile_id", flat=True))
