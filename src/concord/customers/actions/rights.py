"""What a person asks for: taken down, answered in a month, and written in the log."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from concord.customers import access
from concord.customers.actions.rights_log import log
from concord.customers.models import Right, RightsRequest
from concord.customers.queries import current
from concord.kernel import audit, notify
from concord.kernel.errors import Problem
from concord.kernel.models import Role, User
from concord.kernel.time import now, today

ASKED: Final = "rights-asked"  # the notification of those who answer
MOST_NOTE: Final = 2_000
CLOSED_AS: Final = ("done", "refused", "taken_back")


@transaction.atomic
def take_down(
    by: User, customer_id: UUID, right: str, received_on: date | None = None, note: str = ""
) -> RightsRequest:
    """The same right asked for again while it is open is one request. Those who answer are told."""
    customer, day = current(customer_id), received_on or today()
    if day > today():
        raise Problem(_("The day has not come yet."), place=_("Received on"))
    type(customer).objects.select_for_update().get(pk=customer.pk)  # the second click waits
    open_ = RightsRequest.objects.filter(customer=customer, right=Right(right), closed_at=None)
    if found := open_.first():
        return found
    made = RightsRequest.objects.create(
        customer=customer, right=Right(right), received_on=day, due_on=months_after(day, 1),
        taken_by=by, taken_at=now(), note=note.strip()[:MOST_NOTE],
    )  # fmt: skip
    log(customer.pk, "asked", by, request=made, right=right)
    audit.record(by, "customers.rights_asked", "customer", customer.pk, right=right)
    for officer in User.objects.filter(role=Role.OFFICER, is_active=True).exclude(pk=by.pk):
        notify.tell(officer, ASKED, f"/customers/{customer.pk}/rights/", right=right)
    return made


@transaction.atomic
def extend(by: User, request: RightsRequest, why: str) -> RightsRequest:
    """Two more months, where it is much or difficult; the person is told why within the first."""
    access.check_handles_rights(by)
    found = _open(request)
    if found.events.filter(what="extended").exists():
        raise Problem(_("This was extended before: once is all that there is."))
    found.due_on = months_after(found.received_on, 3)
    found.save(update_fields=["due_on"])
    log(found.customer_id, "extended", by, request=found, note=_reason(why))
    return found


@transaction.atomic
def close(by: User, request: RightsRequest, how: str, note: str) -> RightsRequest:
    """Answered, refused or taken back by the person; how it was said to them stands in the note."""
    access.check_handles_rights(by)
    found = _open(request)
    if how not in CLOSED_AS:
        raise Problem(_("Say how it was answered."))
    if how == "refused":
        _reason(note)
    found.closed_at = now()
    found.save(update_fields=["closed_at"])
    log(found.customer_id, how, by, request=found, note=note.strip()[:MOST_NOTE])
    audit.record(by, f"customers.rights_{how}", "customer", found.customer_id, right=found.right)
    return found


def _open(request: RightsRequest) -> RightsRequest:
    found = RightsRequest.objects.select_for_update().get(pk=request.pk)
    if found.closed_at is not None:
        raise Problem(_("Somebody has answered this request meanwhile."))
    return found


def _reason(text: str) -> str:
    if not text.strip():
        raise Problem(_("A reason is needed."), mend=_("Write in a sentence why."))
    return text.strip()[:MOST_NOTE]


def months_after(day: date, months: int) -> date:
    """The same day of a later month; its last one where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError
