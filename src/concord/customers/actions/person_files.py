"""A file with everything about a customer: made by the worker, taken by who answers for it."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import get_language

from concord.customers import access
from concord.customers.actions.rights_log import log
from concord.customers.models import Customer, PersonFile, RightsRequest
from concord.customers.queries import current
from concord.customers.rights import files, keys
from concord.kernel import audit
from concord.kernel.models import User
from concord.kernel.time import now


@transaction.atomic
def make(
    by: User, customer_id: UUID, language: str = "", request: RightsRequest | None = None
) -> PersonFile:
    """One that is being made is not begun twice."""
    from concord.customers.rights.jobs import person_file

    access.check_handles_rights(by)
    customer = current(customer_id)
    Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    chosen = language or get_language() or "en"
    going = PersonFile.objects.filter(
        customer=customer, language=chosen, finished_at=None, forgotten_at=None
    )
    if found := going.first():
        return found
    made = PersonFile.objects.create(
        customer=customer, request=request, language=chosen, by=by, made_at=now(),
        forget_at=files.until(keys.settings().file_days),
    )  # fmt: skip
    log(customer.pk, "file_asked", by, request=request)
    audit.record(by, "customers.person_file", "customer", customer.pk)
    person_file.defer(file_id=str(made.pk))
    return made


@transaction.atomic
def taken(by: User, made: PersonFile) -> None:
    """That somebody downloads it stands in the log before they have it."""
    access.check_handles_rights(by)
    log(made.customer_id, "downloaded", by, request=made.request)
    audit.record(by, "customers.person_file_taken", "customer", made.customer_id)


@transaction.atomic
def forget(by: User, made: PersonFile) -> None:
    access.check_handles_rights(by)
    if made.forgotten_at is None:
        log(made.customer_id, "forgotten", by, request=made.request)
        transaction.on_commit(lambda: files.forget(made))
