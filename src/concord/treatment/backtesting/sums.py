"""What a back-test comes to: acts by what each policy would have said and what became of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final, Literal

Said = Literal["go_ahead", "held", "cannot_judge"]
# What became of an act, by the invoice of it: sent back, overdue to this day, paid late, in time,
# open and not yet due; nobody knows where no invoice of it is there, or its day is not known.
Became = Literal["returned", "never_paid", "paid_late", "paid", "not_due", "nobody_knows"]
# A deciding fact is unknown; the record does not tell a field that the policy asks for; the policy
# has no rule for it; the customer has become a part of another one meanwhile.
Why = Literal["", "unknown fact", "asks", "no rule", "gone"]
Which = Literal["before", "after"]
SAID: Final[tuple[Said, ...]] = ("go_ahead", "held", "cannot_judge")
BECAME: Final[tuple[Became, ...]] = (
    "paid", "paid_late", "never_paid", "returned", "not_due", "nobody_knows",
)  # fmt: skip


@dataclass(slots=True)
class Sum:
    """How many, and their money in the company's currency; of `priceless` acts no amount is
    known."""

    acts: int = 0
    money: Decimal = Decimal(0)
    priceless: int = 0

    def add(self, other: Sum) -> None:
        self.acts += other.acts
        self.money += other.money
        self.priceless += other.priceless


@dataclass(frozen=True, slots=True)
class Counted:
    """Acts of a month that had the same request, answers and end. `why` says why the one policy or
    the other cannot be judged."""

    first: date
    request: str
    before: Said
    after: Said
    became: Became
    why: Why
    sum: Sum

    def said(self, which: Which) -> Said:
        return self.before if which == "before" else self.after


@dataclass(slots=True)
class Month:
    """The acts of a month by what each policy would have said, `before` and `after`; and what
    became of those of each pair."""

    first: date
    pairs: dict[tuple[Said, Said], dict[Became, Sum]] = field(default_factory=dict)

    def add(self, each: Counted) -> None:
        of_pair = self.pairs.setdefault((each.before, each.after), {})
        of_pair.setdefault(each.became, Sum()).add(each.sum)

    def by(self, which: Which) -> dict[Said, Sum]:
        """Of one of the two policies alone."""
        found = {said: Sum() for said in SAID}
        for pair, became in self.pairs.items():
            of = found[pair[0] if which == "before" else pair[1]]
            for each in became.values():
                of.add(each)
        return found


def months(counted: Iterable[Counted]) -> list[Month]:
    """In the order of time."""
    found: dict[date, Month] = {}
    for each in counted:
        found.setdefault(each.first, Month(each.first)).add(each)
    return [found[first] for first in sorted(found)]


@dataclass(slots=True)
class Cost:
    """What a policy's refusals would have come to: `held` acts by what became of them.

    Money held back: what was refused and never paid, paid late or sent back (`spared`). Revenue
    lost: what was refused and paid in time (`lost`). Of the rest nobody knows what became.
    """

    held: dict[Became, Sum]

    @property
    def spared(self) -> Sum:
        return _total(self.held, ("never_paid", "paid_late", "returned"))

    @property
    def lost(self) -> Sum:
        return self.held["paid"]

    @property
    def unknown(self) -> Sum:
        """What nobody knows, or not yet."""
        return _total(self.held, ("not_due", "nobody_knows"))

    @property
    def all(self) -> Sum:
        return _total(self.held, BECAME)


def cost(counted: Iterable[Counted], which: Which) -> Cost:
    held = {became: Sum() for became in BECAME}
    for each in counted:
        if each.said(which) == "held":
            held[each.became].add(each.sum)
    return Cost(held)


def _total(of: dict[Became, Sum], which: Iterable[Became]) -> Sum:
    total = Sum()
    for became in which:
        total.add(of[became])
    return total
