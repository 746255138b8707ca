"""Facts of customers that are not one yet: what is at stake in a question, what a merge changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from concord.customers.consequences import Consequence, View
from concord.customers.stakes import Sides, Stake
from concord.facts import access
from concord.facts.catalogue import FACTS
from concord.facts.derive import derive_given
from concord.facts.fact import Fact, Value
from concord.facts.say import say_value
from concord.kernel.models import Company
from concord.kernel.words import say

OPEN: Final = "outstanding_balance"
HELD: Final = "hold_set_by_accounting"
# Those that tell most of a customer, in the order in which they are shown.
TOLD: Final = (
    "outstanding_balance",
    "overdue_amount",
    "oldest_undisputed_overdue_days",
    "disputed_amount",
    "hold_set_by_accounting",
    "average_days_late",
    "revenue_12_months",
    "purchases_12_months",
    "open_orders_amount",
    "open_deals_amount",
    "open_cases",
    "open_critical_cases",
    "late_shipments_90_days",
    "customer_since",
    "key_account",
)


def at_stake(questions: Sequence[Sides]) -> list[Stake]:
    """What is owed by either side of each question, and which are held. One query."""
    sides = [side for each in questions for side in (each.left, each.right)]
    found = derive_given(sides, keys=(OPEN, HELD))
    both = zip(found[::2], found[1::2], strict=True)
    return [
        Stake(
            money=sum((_money(side[OPEN]) for side in pair), Decimal(0)),
            held=sum(side[HELD] is True for side in pair),
        )
        for pair in both
    ]


def _money(value: Value) -> Decimal:
    return Decimal(value) if isinstance(value, int | Decimal) else Decimal(0)


def consequences(view: View) -> Iterator[Consequence]:
    """The facts that either side has, and what they would be together. One query."""
    left, right, together = derive_given(view.sides, keys=TOLD)
    currency = Company.load().currency
    for key in TOLD:
        fact = FACTS[key]
        said = [each[key] for each in (left, right, together)]
        if not access.sees(view.viewer, fact) or all(_is_nothing(fact, each) for each in said):
            continue
        one, other, both = (say_value(fact, each, None, currency) for each in said)
        yield Consequence("facts", say(fact.words), one, other, both)


def _is_nothing(fact: Fact, value: Value) -> bool:
    return value is None or value == fact.empty
