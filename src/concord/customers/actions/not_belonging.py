"""Who looks as if they belonged to a group or a household, and does not: not proposed again."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Q

from concord.customers.models import Customer, NotBelonging
from concord.kernel import audit
from concord.kernel.models import User
from concord.kernel.time import now


@transaction.atomic
def say(customer: Customer, other: Customer, by: User) -> None:
    """These two belong to no common group or household. Twice is once."""
    one, two = sorted((customer.pk, other.pk))
    _row, is_new = NotBelonging.objects.get_or_create(
        one=one, other=two, defaults={"by": by, "at": now()}
    )
    if is_new:
        audit.record(by, "customers.not_belonging", "customer", customer.pk, other=str(other.pk))


@transaction.atomic
def take_back(customer: Customer, other: Customer, by: User) -> None:
    """It is proposed again. Twice changes nothing."""
    one, two = sorted((customer.pk, other.pk))
    if NotBelonging.objects.filter(one=one, other=two).delete()[0]:
        audit.record(by, "customers.belonging_again", "customer", customer.pk, other=str(other.pk))


def said_of(customer: Customer) -> set[UUID]:
    """Of whom it was said. One query."""
    mine = Q(one=customer.pk) | Q(other=customer.pk)
    rows = NotBelonging.objects.filter(mine).values_list("one", "other")
    return {each for row in rows for each in row} - {customer.pk}
