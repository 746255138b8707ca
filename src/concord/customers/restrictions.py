"""Who is stored and not used: asked on every path that uses what is kept of a customer."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from concord.customers.models import Customer, Erasure, Restriction
from concord.customers.rows import together
from concord.kernel.errors import Problem
from concord.kernel.prepared import Asked, Prepared

# The profiles of restricted customers: few, by an index of those that are in force.
PROFILES: Final = """
    SELECT m.profile_id FROM customers_restriction x
    JOIN customers_membership m ON m.customer_id = x.customer_id AND m.known_to IS NULL
    WHERE x.lifted_at IS NULL
"""
CUSTOMERS: Final = "SELECT customer_id FROM customers_restriction WHERE lifted_at IS NULL"
# Whether the customer `c.id` is one.
IS_RESTRICTED: Final = """
    EXISTS (SELECT FROM customers_restriction x
            WHERE x.customer_id = c.id AND x.lifted_at IS NULL)
"""


def of_customer(customer_id: UUID) -> Restriction | None:
    """The restriction in force. One query."""
    found = Restriction.objects.select_related("by").filter(customer_id=customer_id, lifted_at=None)
    return found.first()


def holds(customer: Customer) -> bool:
    """Whether one is in force; nothing is asked where the customer was read with it."""
    if customer.is_restricted is not None:
        return customer.is_restricted
    return of_customer(customer.pk) is not None


def unused_among(*pairs: Iterable[tuple[UUID, UUID]]) -> set[UUID]:
    """The profiles in these pairs whose customers are restricted, and those that were taken back
    or erased. One query, none without pairs."""
    asked = {profile for some in pairs for pair in some for profile in pair}
    if not asked:
        return set()
    [rows] = together(unused(asked))
    return asked & {row[0] for row in rows}


def unused(profiles: Collection[UUID]) -> Asked:
    """The same of these profiles, and the restricted ones, as one of several statements."""
    return _UNUSED, {"profiles": list(profiles)}


_UNUSED: Final = Prepared(
    f"""
    SELECT id FROM customers_profile WHERE id = ANY(%(profiles)s) AND withdrawn_at IS NOT NULL
    UNION ALL {PROFILES}
    """,  # noqa: S608 - our own
    {"profiles": "uuid[]"},
)


def refuse(customer_ids: Collection[UUID]) -> None:
    """Raises Problem where one of them is restricted or erased: they are neither joined nor
    parted."""
    refuse_erased(customer_ids)
    restricted = Restriction.objects.filter(customer_id__in=customer_ids, lifted_at=None)
    if name := Customer.objects.filter(id__in=restricted.values("customer_id")).first():
        raise Problem(
            _("What is kept of this customer is restricted: it is stored and not used."),
            place=str(name),
            mend=_("The customer officer lifts the restriction, or waits."),
            code="restricted",
        )


def refuse_erased(customer_ids: Collection[UUID]) -> None:
    """Raises Problem where one of them (as they are today) was erased: nothing is said of them."""
    if erasure := Erasure.objects.filter(customer_id__in=customer_ids).first():
        raise Problem(
            _("This customer was erased on request."),
            place=str(erasure.customer_id),
            mend=_("Nothing can be said of them any more, nor taken back."),
            code="erased",
        )
