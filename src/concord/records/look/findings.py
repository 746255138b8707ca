"""What is true in one receivables or order file, as of a date."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Final

from rapidfuzz import fuzz

from concord.customers.normal.names import organisation
from concord.records.look.rows import Row, Table
from concord.records.look.vocabulary import Role

MOST_LISTED: Final = 1_000
# A file that ends earlier than this is read as of its own end; one in which nothing was ever paid,
# a list of what is open, says longer who is late today.
STALE_AFTER: Final = timedelta(days=60)
OPEN_STALE_AFTER: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Late:
    """A customer with unpaid invoices past their due date, in one currency.

    `amount` leaves disputed invoices aside, `disputed` is theirs. `days` counts from the oldest
    undisputed one (0 when only disputed ones are late). `supplied_*`: what was invoiced to them
    after that oldest one had fallen due.
    """

    customer: str
    name: str
    currency: str
    amount: Decimal
    disputed: Decimal
    days: int
    invoices: int
    supplied_count: int
    supplied_amount: Decimal
    last_supplied: date | None


@dataclass(frozen=True, slots=True)
class LateOrder:
    """Orders that we promised and did not send in time, by customer."""

    customer: str
    name: str
    waiting: int
    worst_waiting_days: int
    sent_late: int
    orders: int


@dataclass(frozen=True, slots=True)
class Best:
    """A customer who buys much and pays: revenue in the twelve months to the date.

    `average_days` is the mean of days late over settled invoices (negative: early), None when the
    file does not say when anything was paid.
    """

    customer: str
    name: str
    currency: str
    revenue: Decimal
    documents: int
    average_days: float | None

    @property
    def days_early(self) -> int:
        return max(0, -round(self.average_days or 0))

    @property
    def days_late(self) -> int:
        return max(0, round(self.average_days or 0))


@dataclass(frozen=True, slots=True)
class Twin:
    """Two names or keys of the file that are probably one customer."""

    left: str
    right: str
    left_name: str
    right_name: str
    score: int  # 0 to 100


@dataclass(frozen=True, slots=True)
class Findings:
    """The answers. `paid_is_known` False: no column says what was paid, all rows count as open.

    Lists hold the first ones, most first; the counts beside them and `totals` are of all.
    """

    kind: str
    as_of: date
    first: date | None
    last: date | None
    customers: int
    documents: int
    paid_is_known: bool
    late: tuple[Late, ...]
    late_count: int  # customers
    owing: int  # of them, those who are late with something that they do not dispute
    totals: dict[str, Decimal]  # overdue by currency, disputes aside
    late_and_supplied: tuple[Late, ...]
    supplied_count: int
    late_orders: tuple[LateOrder, ...]
    late_orders_count: int
    best: tuple[Best, ...]
    twins: tuple[Twin, ...]

    @property
    def only_disputed(self) -> int:
        """How many are late through disputed invoices alone."""
        return self.late_count - self.owing


def default_as_of(rows: Sequence[Row], today: date) -> date:
    """Today, or the day of the last document where that is long ago.

    Payments come in long after: on the day of the last payment nobody would be late.
    """
    days = [row.issued or row.due for row in rows]
    last = max((day for day in days if day and day <= today), default=today)
    is_paid = any(row.settled or row.shipped for row in rows)
    return last if today - last > (STALE_AFTER if is_paid else OPEN_STALE_AFTER) else today


def look(table: Table, today: date, as_of: date | None = None) -> Findings:
    """Everything that the file can answer as of `as_of` (default: see `default_as_of`)."""
    day = as_of or default_as_of(table.rows, today)
    rows = [row for row in table.rows if row.issued is None or row.issued <= day]
    kind = table.recognised.kind
    has = table.recognised.columns.keys()
    dates = [row.issued for row in table.rows if row.issued]
    by_customer: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        by_customer[row.customer, row.currency].append(row)
    late = _late(by_customer, day) if kind == "receivables" else []
    owing = {customer.customer for customer in late if customer.amount}
    supplied = sorted(
        (customer for customer in late if customer.supplied_count),
        key=lambda c: (-c.supplied_amount, c.customer),
    )
    late_orders = _late_orders(rows, day) if kind == "orders" else []
    return Findings(
        kind=kind,
        as_of=day,
        first=min(dates, default=None),
        last=max(dates, default=None),
        customers=len({row.customer for row in table.rows}),
        documents=len(table.rows),
        paid_is_known=bool(has & {Role.SETTLED, Role.BALANCE}),
        late=tuple(late[:MOST_LISTED]),
        late_count=len({customer.customer for customer in late}),
        owing=len(owing),
        totals=_totals(late),
        late_and_supplied=tuple(supplied[:MOST_LISTED]),
        supplied_count=len({customer.customer for customer in supplied}),
        late_orders=tuple(late_orders[:MOST_LISTED]),
        late_orders_count=len(late_orders),
        best=_best(by_customer, day, owing),
        twins=twins({row.customer: row.name for row in table.rows}),
    )


def _totals(late: Sequence[Late]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for customer in late:
        sums[customer.currency] += customer.amount
    return {currency: total for currency, total in sums.items() if total}


def outstanding(row: Row, day: date) -> Decimal:
    """What is unpaid of an invoice on `day`: nothing once settled, else its balance or amount."""
    if row.settled is not None and row.settled <= day:
        return Decimal(0)
    if row.balance is not None:
        return row.balance
    return row.amount or Decimal(0)


def _late(by_customer: dict[tuple[str, str], list[Row]], day: date) -> list[Late]:
    found = []
    for (customer, currency), rows in by_customer.items():
        overdue = [r for r in rows if r.due and r.due < day and outstanding(r, day) > 0]
        if not overdue:
            continue
        plain = [r for r in overdue if not r.disputed]
        oldest = min((r.due for r in plain if r.due), default=None)
        since = [r for r in rows if oldest and r.issued and oldest < r.issued]
        found.append(
            Late(
                customer=customer,
                name=overdue[-1].name,
                currency=currency,
                amount=_sum(outstanding(r, day) for r in plain),
                disputed=_sum(outstanding(r, day) for r in overdue if r.disputed),
                days=(day - oldest).days if oldest else 0,
                invoices=len(overdue),
                supplied_count=len(since),
                supplied_amount=_sum(r.amount or Decimal(0) for r in since),
                last_supplied=max((r.issued for r in since if r.issued), default=None),
            )
        )
    return sorted(found, key=lambda c: (-c.amount, -c.disputed, c.customer))


def _late_orders(rows: Iterable[Row], day: date) -> list[LateOrder]:
    by_customer: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_customer[row.customer].append(row)
    found = []
    for customer, orders in by_customer.items():
        waiting = [
            (day - r.due).days
            for r in orders
            if r.due and r.due < day and (r.shipped is None or r.shipped > day)
        ]
        sent_late = sum(1 for r in orders if r.due and r.shipped and r.due < r.shipped <= day)
        if waiting or sent_late:
            worst = max(waiting, default=0)
            found.append(
                LateOrder(customer, orders[-1].name, len(waiting), worst, sent_late, len(orders))
            )
    return sorted(
        found, key=lambda c: (-c.waiting, -c.worst_waiting_days, -c.sent_late, c.customer)
    )


def _best(
    by_customer: dict[tuple[str, str], list[Row]], day: date, late: set[str], most: int = 20
) -> tuple[Best, ...]:
    """Those with the most revenue in twelve months who owe nothing late and pay about in time."""
    year = day - timedelta(days=365)
    found = []
    for (customer, currency), rows in by_customer.items():
        recent = [r for r in rows if r.issued is None or r.issued > year]
        revenue = _sum(r.amount or Decimal(0) for r in recent)
        paid = [(r.settled - r.due).days for r in rows if r.settled and r.due and r.settled <= day]
        average = sum(paid) / len(paid) if paid else None
        if customer in late or revenue <= 0 or (average is not None and average > 3):
            continue
        found.append(Best(customer, rows[-1].name, currency, revenue, len(recent), average))
    return tuple(sorted(found, key=lambda c: (-c.revenue, c.customer))[:most])


def twins(names: dict[str, str], most: int = 50) -> tuple[Twin, ...]:
    """Pairs of customers of one file whose names or keys are nearly the same.

    Names are compared in their normal form with their neighbours in sorted order, by beginning
    and by reversed words, which finds what a person would take for one without comparing all.
    """
    keyed = {customer: _normal(name) for customer, name in names.items()}
    orders = (
        sorted(keyed, key=lambda c: (keyed[c], c)),
        sorted(keyed, key=lambda c: (" ".join(reversed(keyed[c].split())), c)),
        sorted(keyed, key=lambda c: (_bare(c), c)),
    )
    found: dict[tuple[str, str], int] = {}
    for order in orders:
        for left, right in pairwise(order):
            same_key = _bare(left) == _bare(right)
            score = 100 if same_key else round(fuzz.token_sort_ratio(keyed[left], keyed[right]))
            if not same_key and _digits(keyed[left]) != _digits(keyed[right]):
                continue  # "Plant 1" and "Plant 2"
            is_name = names[left] != left or names[right] != right or not _is_code(left)
            if same_key or (score >= 88 and is_name):
                pair = (left, right) if left < right else (right, left)
                found[pair] = max(score, found.get(pair, 0))
    ranked = sorted(found.items(), key=lambda item: (-item[1], item[0]))[:most]
    return tuple(Twin(a, b, names[a], names[b], score) for (a, b), score in ranked)


def _normal(name: str) -> str:
    """A name without its legal form, in Latin letters where it has any; for comparison only."""
    parts = organisation(name)
    return " ".join(parts.words) or parts.native


def _bare(key: str) -> str:
    return "".join(c for c in key.casefold() if c.isalnum()).lstrip("0")


def _digits(name: str) -> str:
    return "".join(c for c in name if c.isdigit())


def _is_code(key: str) -> bool:
    return any(c.isdigit() for c in key)


def _sum(values: Iterable[Decimal]) -> Decimal:
    return sum(values, Decimal(0))
