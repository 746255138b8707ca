"""What is true in one receivables or order file, as of a date."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from concord.records.look.aging import Bucket
from concord.records.look.rows import Row, Table
from concord.records.look.twins import Twin, twins
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
    """Orders that we did not send in time, by customer; the longest wait counts from the promise.

    Where a file does not say what was promised, all that were not sent, from their own date on.
    """

    customer: str
    name: str
    waiting: int
    worst_waiting_days: int
    sent_late: int
    orders: int


@dataclass(frozen=True, slots=True)
class Best:
    """A customer who buys much and pays: revenue in the twelve months to the date.

    `average_days` is the fact `average_days_late`: the mean of days late (0 while in time) of the
    invoices settled in the twelve months, to a tenth; None when the file does not say of any.
    """

    customer: str
    name: str
    currency: str
    revenue: Decimal
    documents: int
    average_days: Decimal | None


@dataclass(frozen=True, slots=True)
class Aged:
    """A customer of an aging summary: what they owe in each of its columns, and how much is late.

    `oldest` is the title of the last column with an amount that is overdue, "" where none is.
    """

    customer: str
    name: str
    currency: str
    overdue: Decimal
    amounts: tuple[Decimal, ...]
    oldest: str


@dataclass(frozen=True, slots=True)
class Findings:
    """The answers. `paid_is_known` False: no column says what was paid, all rows count as open.
    So with `sent_is_known` for orders; without `promised_is_known` none of them can be late.

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
    promised_is_known: bool
    sent_is_known: bool
    unsent: int  # orders
    late_orders: tuple[LateOrder, ...]
    late_orders_count: int
    buckets: tuple[Bucket, ...]
    aged: tuple[Aged, ...]
    best: tuple[Best, ...]
    twins: tuple[Twin, ...]

    @property
    def only_disputed(self) -> int:
        """How many are late through disputed invoices alone."""
        return self.late_count - self.owing


def default_as_of(rows: Sequence[Row], today: date) -> date:
    """Today, or the day of the last document where that is long ago.

    Payments come in long after: on the day of the last payment nobody would be late. What was sent
    says that the file is at least of that day. Where something is open still, it is open today,
    unless the file is very old.
    """
    days = [row.issued or row.due for row in rows] + [row.shipped for row in rows if row.shipped]
    last = max((day for day in days if day and day <= today), default=today)
    is_done = all(row.settled or row.shipped for row in rows)
    return last if today - last > (STALE_AFTER if is_done else OPEN_STALE_AFTER) else today


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
    aged = _aged(by_customer, table.recognised.buckets) if kind == "aging" else []
    overdue = [customer for customer in aged if customer.overdue > 0]
    supplied = sorted(
        (customer for customer in late if customer.supplied_count),
        key=lambda c: (-c.supplied_amount, c.customer),
    )
    promised, sent = Role.DUE in has, Role.SHIPPED in has
    orders = rows if kind == "orders" and (promised or sent) else []
    late_orders = _late_orders(orders, day, promised)
    return Findings(
        kind=kind,
        as_of=day,
        first=min(dates, default=None),
        last=max(dates, default=None),
        customers=len({row.customer for row in table.rows}),
        documents=len(table.rows),
        paid_is_known=bool(has & {Role.SETTLED, Role.BALANCE}),
        late=tuple(late[:MOST_LISTED]),
        late_count=len({c.customer for c in late} | {c.customer for c in overdue}),
        owing=len(owing | {c.customer for c in overdue}),
        totals=_totals([(c.currency, c.amount) for c in late])
        | _totals([(c.currency, c.overdue) for c in overdue]),
        late_and_supplied=tuple(supplied[:MOST_LISTED]),
        supplied_count=len({customer.customer for customer in supplied}),
        promised_is_known=promised,
        sent_is_known=sent,
        unsent=sum(1 for row in orders if not _is_sent(row, day)),
        late_orders=tuple(late_orders[:MOST_LISTED]),
        late_orders_count=len(late_orders),
        buckets=table.recognised.buckets,
        aged=tuple(aged[:MOST_LISTED]),
        best=_best(by_customer, day, owing) if kind != "aging" else (),
        twins=twins(table.customers),
    )


def _aged(by_customer: dict[tuple[str, str], list[Row]], buckets: Sequence[Bucket]) -> list[Aged]:
    """All who owe something, those who are late with most first."""
    found = []
    for (customer, currency), rows in by_customer.items():
        amounts = tuple(_sum(row.aged[i] for row in rows) for i in range(len(buckets)))
        by_bucket = list(zip(buckets, amounts, strict=True))
        overdue = _sum(amount for bucket, amount in by_bucket if bucket.days)
        late = [bucket for bucket, amount in by_bucket if bucket.days and amount > 0]
        oldest = max(late, key=lambda bucket: bucket.days).title if late else ""
        if any(amounts):
            found.append(Aged(customer, rows[-1].name, currency, overdue, amounts, oldest))
    return sorted(found, key=lambda c: (-c.overdue, c.customer))


def _totals(amounts: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for currency, amount in amounts:
        sums[currency] += amount
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


def _is_sent(row: Row, day: date) -> bool:
    return row.shipped is not None and row.shipped <= day


def _waits(row: Row, day: date, promised: bool) -> int | None:
    """For how many days an order waits, from its promise or else from its date; None if not."""
    since = row.due if promised else row.issued
    if _is_sent(row, day) or (promised and (since is None or since >= day)):
        return None
    return (day - since).days if since else 0


def _late_orders(rows: Iterable[Row], day: date, promised: bool) -> list[LateOrder]:
    by_customer: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_customer[row.customer].append(row)
    found = []
    for customer, orders in by_customer.items():
        waiting = [days for row in orders if (days := _waits(row, day, promised)) is not None]
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
    year = _year_before(day)
    found = []
    for (customer, currency), rows in by_customer.items():
        recent = [r for r in rows if r.issued is None or r.issued > year]
        revenue = _sum(r.amount or Decimal(0) for r in recent)
        average = _average_days_late(rows, year, day)
        if customer in late or revenue <= 0 or (average is not None and average > 3):
            continue
        found.append(Best(customer, rows[-1].name, currency, revenue, len(recent), average))
    return tuple(sorted(found, key=lambda c: (-c.revenue, c.customer))[:most])


def _average_days_late(rows: Iterable[Row], after: date, day: date) -> Decimal | None:
    """As the fact of this name counts: a payment before its day is in time, not a credit."""
    late = [
        max(0, (row.settled - row.due).days)
        for row in rows
        if row.settled and row.due and after < row.settled <= day
    ]
    if not late:
        return None
    return (Decimal(sum(late)) / len(late)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # a 29th of February
        return day.replace(year=day.year - 1, day=28)


def _sum(values: Iterable[Decimal]) -> Decimal:
    return sum(values, Decimal(0))
