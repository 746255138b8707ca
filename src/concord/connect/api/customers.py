"""Customers as other systems call them: KEY@SOURCE."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from ninja import Router

from concord.connect.api.auth import Call, check_scope
from concord.customers.models import Customer, Membership
from concord.customers.queries import by_key, current
from concord.kernel.errors import Problem

router = Router(tags=["customers"])


@router.get("/{path:reference}", summary="A customer by KEY@SOURCE or by id")
def get_customer(request: Call, reference: str) -> dict[str, Any]:
    """Who they are: one customer, whatever the systems call them."""
    check_scope(request, "customers:read")
    customer = resolve(reference)
    members = (
        Membership.objects.filter(customer=customer, known_to=None)
        .exclude(profile__withdrawn_at__isnull=False)
        .values_list("profile__source__key", "profile__key")
        .order_by("profile__source__key", "profile__key")
    )
    return {
        "id": str(customer.id),
        "kind": customer.kind,
        "name": customer.name,
        "values": {
            key: {"value": said.get("value"), "source": said.get("source"), "at": said.get("at")}
            for key, said in customer.golden.items()
        },
        "called": [{"source": source, "key": key} for source, key in members],
    }


def resolve(reference: str) -> Customer:
    """The customer of `KEY@SOURCE` or of an id, merges followed. Raises `Problem` (404)."""
    key, at, source = reference.rpartition("@")
    try:
        return by_key(source, key) if at else current(UUID(reference))
    except ValueError:
        raise Problem(
            f"“{reference[:80]}” names no customer.",
            place="customer",
            mend="Write KEY@SOURCE, the customer's key in one of the systems, or the id.",
            code="not-found",
        ) from None
    except Problem as problem:
        problem.code = "not-found"
        raise
