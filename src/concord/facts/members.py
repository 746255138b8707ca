"""What the members of a group owe, each for itself, and all of them together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from concord.customers.as_one import AsOne
from concord.customers.group_marks import Mark
from concord.customers.models import Customer, Membership
from concord.facts import access
from concord.facts.catalogue import FACTS
from concord.facts.derive import derive, derive_given
from concord.facts.say import say_value
from concord.kernel.access import Viewer
from concord.kernel.models import Company
from concord.kernel.words import say

OPEN: Final = "outstanding_balance"
HELD: Final = "hold_set_by_accounting"
WHOLE: Final = "group_outstanding_balance"


def marks(viewer: Viewer, customers: Sequence[UUID], day: date) -> dict[UUID, list[Mark]]:
    """A hold, and what is open, of each on that day. Two queries."""
    profiles: dict[UUID, list[UUID]] = {customer: [] for customer in customers}
    for customer, profile in Membership.objects.filter(
        customer__in=customers, known_to=None
    ).values_list("customer_id", "profile_id"):
        profiles[customer].append(profile)
    given = [AsOne(c, "", "", tuple(ids), {}, (c,)) for c, ids in profiles.items() if ids]
    sees = access.sees(viewer, FACTS[OPEN])
    currency = Company.load().currency
    found: dict[UUID, list[Mark]] = {}
    for one, facts in zip(given, derive_given(given, keys=(OPEN, HELD), as_of=day), strict=True):
        said = []
        if facts[HELD] is True:
            said.append(Mark(_("on hold"), "stop"))
        if sees and isinstance(facts[OPEN], int | Decimal) and facts[OPEN]:
            text = say_value(FACTS[OPEN], facts[OPEN], None, currency)
            said.append(Mark(_("%(amount)s open") % {"amount": text}))
        found[one.id] = said
    return found


def owed(viewer: Viewer, customer: Customer, day: date) -> str:
    """What the whole group owes, in words."""
    fact = FACTS[WHOLE]
    if not access.sees(viewer, fact):
        return ""
    value = derive(customer.pk, as_of=day, keys=(WHOLE,))[WHOLE].value
    if not isinstance(value, int | Decimal) or not value:
        return ""
    return f"{say(fact.words)}: {say_value(fact, value, None, Company.load().currency)}"
