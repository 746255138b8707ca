"""What a decision on a question would change: money, holds, open records, how they are treated.

`customers` knows no records: whoever does registers a weigher, which says it of many questions in a
few queries. A job (`actions.weighing`) asks them all and keeps the sum with the pairs, so that the
queue is in order before anybody opens it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any, Final, Self

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from concord.customers.as_one import AsOne
from concord.kernel.access import Viewer
from concord.ui import formats

TREATED: Final = 1e12  # ranks above any money: somebody would be treated otherwise


@dataclass(frozen=True, slots=True)
class Stake:
    """Of both sides of a question: `money` open (in the company's currency), how many of the two
    are `held` by accounts, records that still want something done (`open`), and how many of the
    two would be treated otherwise (`treated`), were the answer not what it is by now."""

    money: Decimal = Decimal(0)
    held: int = 0
    open: int = 0
    treated: int = 0

    def __add__(self, other: Stake) -> Stake:
        return Stake(
            self.money + other.money,
            self.held + other.held,
            self.open + other.open,
            self.treated + other.treated,
        )

    @property
    def rank(self) -> float:
        """Where it comes: treated otherwise (or a hold on one side alone) before any money, money
        before open records, which together count less than one of the currency."""
        differs = self.treated > 0 or self.held == 1
        return (TREATED if differs else 0) + float(self.money) + self.open / (self.open + 1)

    def dump(self) -> dict[str, Any]:
        return {
            "money": str(self.money), "held": self.held, "open": self.open, "treated": self.treated
        }  # fmt: skip

    @classmethod
    def load(cls, said: Mapping[str, Any] | None) -> Self:
        known = {each.name for each in fields(cls)}
        given = {name: value for name, value in (said or {}).items() if name in known}
        return cls(**given | {"money": Decimal(given.get("money", 0))})


@dataclass(frozen=True, slots=True)
class Sides:
    """A question as it is weighed: each side alone, and both as one customer."""

    left: AsOne
    right: AsOne
    together: AsOne


Weigher = Callable[[Sequence[Sides]], Sequence[Stake]]
_weighers: list[Weigher] = []


def register(weigher: Weigher) -> None:
    """`weigher` gives what it knows to be at stake in each of some questions, in their order."""
    if weigher not in _weighers:
        _weighers.append(weigher)


def weigh(questions: Sequence[Sides]) -> list[Stake]:
    """What is at stake in each of these questions, from all who know something of it."""
    found = [Stake()] * len(questions)
    for weigher in _weighers:
        found = [one + more for one, more in zip(found, weigher(questions), strict=True)]
    return found


def say(viewer: Viewer, stake: Stake, currency: str) -> list[str]:
    """Why a question comes where it comes; amounts only to who sees money."""
    said = []
    if stake.treated:
        said.append(_("they would be treated differently"))
    if round(stake.money):
        amount = formats.money(round(stake.money), currency)
        is_seen = viewer.sees_money
        said.append(_("%(amount)s open") % {"amount": amount} if is_seen else _("money open"))
    if stake.held:
        said.append(_("a hold on one side") if stake.held == 1 else _("a hold on both sides"))
    if stake.open:
        said.append(
            ngettext("%(n)s open record", "%(n)s open records", stake.open) % {"n": stake.open}
        )
    return said
