"""Back-test: what two policies would have had of what was really done, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from concord.customers.rows import fetch
from concord.dmn.model import Model
from concord.kernel.time import today
from concord.treatment.keeping.acts import Act, acts
from concord.treatment.keeping.judging import Judged, days
from concord.treatment.policies import Policy

Said = Literal["go_ahead", "held", "cannot_judge"]
# What became of an act, by the invoice of it: sent back, not paid to this day, paid late, in time;
# nobody knows where no invoice of it is there, or its day is not known.
Became = Literal["returned", "never_paid", "paid_late", "paid", "nobody_knows"]
SAID: Final[tuple[Said, ...]] = ("go_ahead", "held", "cannot_judge")


@dataclass(slots=True)
class Sum:
    """How many, and their money in the company's currency; acts without an amount count as 0."""

    acts: int = 0
    money: Decimal = Decimal(0)

    def add(self, amount: Decimal | None) -> None:
        self.acts += 1
        self.money += amount or Decimal(0)


@dataclass(slots=True)
class Month:
    """The acts of a month by what each policy would have said, `before` and `after`; and what
    became of those of each pair."""

    first: date
    pairs: dict[tuple[Said, Said], dict[Became, Sum]] = field(default_factory=dict)

    def add(self, before: Said, after: Said, became: Became, amount: Decimal | None) -> None:
        of_pair = self.pairs.setdefault((before, after), {})
        of_pair.setdefault(became, Sum()).add(amount)

    def by(self, which: Literal["before", "after"]) -> dict[Said, Sum]:
        """Of one of the two policies alone."""
        found = {said: Sum() for said in SAID}
        for pair, became in self.pairs.items():
            of = found[pair[0] if which == "before" else pair[1]]
            for each in became.values():
                of.acts += each.acts
                of.money += each.money
        return found


def backtest(
    before: Model, after: Model, since: date, until: date, requests: Sequence[str] = ()
) -> list[Month]:
    """Both policies over the acts of these days, month by month, with the facts of each day.

    What rests on a field whose past nobody knows is counted as `cannot_judge`, never guessed.
    Must be asked inside a transaction.
    """
    one, other = (Policy(0, 0, f"draft {n}", model) for n, model in enumerate((before, after)))
    months: dict[date, Month] = {}
    for day in days(acts(since, until, requests)):
        became = dict(_became(day.acts))
        first = day.on.replace(day=1)
        month = months.setdefault(first, Month(first))
        for a, b in zip(day.judged(one), day.judged(other), strict=True):
            amount = a.act.fields.get("amount")
            money = amount if isinstance(amount, Decimal) else None
            month.add(_said(a), _said(b), became[a.act.record_id], money)
    return list(months.values())


def _said(judged: Judged) -> Said:
    match judged.verdict:
        case "cannot_say":
            return "cannot_judge"
        case "deviated":
            return "held"
    return "go_ahead"


def _became(some: Sequence[Act]) -> Iterator[tuple[int, Became]]:
    """Of each act: its own invoice, or those of its order. The worst of several counts."""
    rows = fetch(
        """
        SELECT a.id,
               bool_or(g.id IS NOT NULL),
               bool_or(i.due_at IS NOT NULL),
               bool_or(i.due_at < %s AND i.closed_at IS NULL),
               bool_or(i.closed_at > i.due_at)
        FROM records_record a
        LEFT JOIN records_record i ON i.type = 'invoice' AND i.withdrawn_at IS NULL
             AND (i.id = a.id OR i.parent_id IN (a.id, a.parent_id))
        LEFT JOIN records_record g ON g.type = 'goods_return' AND g.withdrawn_at IS NULL
             AND g.parent_id IN (a.id, a.parent_id)
        WHERE a.id = ANY(%s)
        GROUP BY a.id
        """,
        [today(), [act.record_id for act in some]],
    )
    for record_id, is_returned, is_due, is_open, is_late in rows:
        if is_returned:
            yield record_id, "returned"
        elif not is_due:
            yield record_id, "nobody_knows"
        else:
            yield record_id, "never_paid" if is_open else "paid_late" if is_late else "paid"
