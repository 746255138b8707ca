"""Customers as other systems call them: KEY@SOURCE."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ninja import Router

from concord.connect.api.auth import Call, check_scope, viewer
from concord.customers import access
from concord.customers.models import Membership
from concord.customers.queries import by_reference
from concord.customers.restrictions import holds
from concord.kernel.models import Source

_OF_VALUE: Final = ("label", "value", "hidden", "source", "at")

router = Router(tags=["customers"])


@router.get("/{path:reference}", summary="A customer by KEY@SOURCE or by id")
def get_customer(request: Call, reference: str) -> dict[str, Any]:
    """Who they are: one customer, whatever the systems call them.

    Of who is `restricted` (stored and not used), nothing but that and what the systems call them.
    """
    check_scope(request, "customers:read")
    customer, seen_by = by_reference(reference), viewer(request)
    restricted = holds(customer)
    held = access.is_held_back(seen_by, restricted)
    members = (
        Membership.objects.filter(customer=customer, known_to=None)
        .exclude(profile__withdrawn_at__isnull=False)
        .exclude(profile__source__key=Source.DESK)  # what people corrected is no system's name
        .values_list("profile__source__key", "profile__key")
        .order_by("profile__source__key", "profile__key")
    )
    return {
        "id": str(customer.id),
        "kind": customer.kind,
        "name": "" if held else customer.name,
        "restricted": restricted,
        "values": {
            key: _value(access.readable_entry(seen_by, key, said))
            for key, said in (() if held else customer.golden.items())
        },
        "called": [{"source": source, "key": key} for source, key in members],
    }


def _value(said: Mapping[str, Any]) -> dict[str, Any]:
    """A golden value with whose word it is; of several values, of each."""
    shown = {name: said[name] for name in _OF_VALUE if name in said}
    for name in ("each", "also"):
        if name in said:
            shown[name] = [_value(one) for one in said[name]]
    return shown
