"""Reads over several tables of customers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from concord.customers.likely import likely_duplicates
from concord.customers.models import Customer, Membership
from concord.customers.relations import (
    AccountOf,
    Related,
    account_of,
    all_of,
    group_of,
    related_on,
)
from concord.customers.restrictions import IS_RESTRICTED
from concord.customers.rows import from_json
from concord.customers.search import Hit, nearly, search
from concord.kernel.errors import Problem
from concord.kernel.prepared import Prepared

__all__ = [
    "AccountOf",
    "Hit",
    "Related",
    "account_of",
    "all_of",
    "by_key",
    "by_reference",
    "current",
    "group_of",
    "likely_duplicates",
    "member_ids",
    "nearly",
    "related_on",
    "search",
]


def current(customer_id: UUID) -> Customer:
    """The customer of that id, or who they are since a merge. One query."""
    row = next(iter(CURRENT.fetch({"id": customer_id})), None)
    if row is None:
        raise Problem(_("There is no such customer."), place=str(customer_id))
    return _customer(row)


READ: Final = ("id", "kind", "name", "golden", "profile_count", "merged_into_id", "updated_at")
CURRENT: Final = Prepared(
    f"SELECT {', '.join(f'c.{each}' for each in READ)}, {IS_RESTRICTED}"  # noqa: S608 - no input in it
    " FROM customers_customer asked"
    " JOIN customers_customer c ON c.id = coalesce(asked.merged_into_id, asked.id)"
    " WHERE asked.id = %(id)s",
    {"id": "uuid"},
)


def _customer(row: Sequence[Any]) -> Customer:
    """A customer from a row of READ: what only search reads is left in the database."""
    *known, is_restricted = row
    values = dict(zip(READ, known, strict=True))
    values["golden"] = from_json(values["golden"])
    customer = Customer.from_db(connection.alias, READ, list(values.values()))
    customer.is_restricted = is_restricted
    return customer


def by_key(source_key: str, key: str) -> Customer:
    """The customer whom that source calls `key`; who was taken back is nobody."""
    membership = (
        Membership.objects.select_related("customer")
        .filter(
            known_to=None,
            profile__source__key=source_key,
            profile__key=key,
            profile__withdrawn_at=None,
        )
        .first()
    )
    if membership is None:
        raise Problem(
            _("No customer is called %(key)s in %(source)s.") % {"key": key, "source": source_key},
            place=f"{key}@{source_key}",
            mend=_("Check the key and the source; a search by name may find the customer."),
        )
    return membership.customer


def by_reference(reference: str) -> Customer:
    """The customer of `KEY@SOURCE` or of an id, merges followed. Raises `Problem` (not-found)."""
    key, at, source = reference.rpartition("@")
    try:
        return by_key(source, key) if at else current(UUID(reference))
    except ValueError:
        raise Problem(
            _("“%(reference)s” names no customer.") % {"reference": reference[:80]},
            place="customer",
            mend=_("Write KEY@SOURCE, the customer's key in one of the systems, or the id."),
            code="not-found",
        ) from None
    except Problem as problem:
        problem.code = "not-found"
        raise


def member_ids(customer_id: UUID, known_at: datetime | None = None) -> list[UUID]:
    """The profiles of a customer (following redirects), or of whom the id named at `known_at`."""
    if known_at is None:
        customer_id = current(customer_id).id
        members = Membership.objects.filter(customer_id=customer_id, known_to=None)
    else:
        members = Membership.objects.filter(
            Q(known_to=None) | Q(known_to__gt=known_at),
            customer_id=customer_id,
            known_from__lte=known_at,
        )
    return sorted(members.values_list("profile_id", flat=True))
