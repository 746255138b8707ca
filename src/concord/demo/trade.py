"""Two years of orders, shipments, invoices and payments of one customer, day after day.

One rule of accounting holds throughout: an invoice that nobody disputes and that is `HOLD_AFTER`
days overdue puts the customer on hold until it is paid, and nothing is shipped meanwhile. What is
shipped all the same is planted, and listed as such.
"""

import heapq
import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from concord.demo.customers import Customer
from concord.demo.documents import (
    Allocation,
    Credit,
    Dispute,
    History,
    Hold,
    Invoice,
    Line,
    Order,
    Payment,
    Planted,
    Return,
    Shipment,
)
from concord.demo.numbers import Numbers
from concord.demo.products import CATALOGUE
from concord.demo.rates import in_currency
from concord.demo.settlement import settle
from concord.demo.staff import owner_for

DAYS = 730
HOLD_AFTER = 30
CARRIERS = ("Nordfracht", "Hanmaeum Express", "Blue Heron Freight", "Quickpost")
REASONS = ("Price differs from the offer", "Goods incomplete", "Wrong item", "Damaged on arrival")
RETURNS = ("Damaged on arrival", "Wrong item", "Out of tolerance", "Ordered too many")


@dataclass(slots=True)
class _Sale:
    """One thing bought, from the order on; `ready` is the day on which it could leave."""

    ordered: date
    ready: date
    promised: date
    unit: str
    lines: list[Line]


class Trade:
    """Plays one customer's two years; `history` holds what happened."""

    def __init__(
        self,
        customer: Customer,
        rng: random.Random,
        numbers: Numbers,
        today: date,
        *,
        density: float = 1.0,
        plant: bool = False,
    ) -> None:
        self.customer, self.rng, self.numbers, self.today = customer, rng, numbers, today
        self.density, self.plant = density, plant
        self.history = History()
        self.intervals: list[tuple[date, date | None, str, str]] = []
        self.to_plant: list[tuple[Shipment, date]] = []
        self.records_holds = plant or rng.random() < 0.9
        self.pays_on: dict[date, list[tuple[str, Decimal, str]]] = defaultdict(list)

    def play(self) -> History:
        """Everything up to today, in the order in which it happened."""
        queue = [(sale.ready, n, sale) for n, sale in enumerate(self._sales())]
        heapq.heapify(queue)
        while queue:
            day, n, sale = heapq.heappop(queue)
            held = self._held(day)
            if held is None or self._plants(day):
                self._deliver(sale, day, planted=held is not None)
            elif held[1] is None:
                self._wait(sale)
            else:
                heapq.heappush(queue, (held[1] + timedelta(days=1), n, sale))
        self._payments()
        self._holds()
        return self.history

    def _sales(self) -> list[_Sale]:
        customer, rng = self.customer, self.rng
        if customer.pattern == "prospect":
            return []
        wanted = 4.8 if customer.pattern == "buyer" else 3.4
        sales = []
        for _ in range(max(1, round(wanted * customer.size * self.density))):
            ordered = self.today - timedelta(days=rng.randrange(DAYS))
            lead = rng.randint(2, 20) if customer.pattern == "buyer" else 0
            promised = ordered + timedelta(days=lead + rng.randint(0, 4))
            late = rng.randint(1, 9) if rng.random() < 0.07 else 0
            ready = promised + timedelta(days=late) if late else ordered + timedelta(days=lead)
            unit = rng.choice(customer.units)
            sales.append(_Sale(ordered, ready, promised, unit, self._lines(unit)))
        return sales

    def _lines(self, unit: str) -> list[Line]:
        rng = self.rng
        several = (1, 2, 3, 5) if self.customer.pattern == "buyer" else (1, 1, 2)
        chosen = rng.sample(CATALOGUE[unit], rng.choice(several))
        most = 12 if self.customer.key_account else 5
        return [
            Line(
                10 * (n + 1),
                product.code,
                product.name,
                rng.randint(1, most),
                in_currency(product.price, self.customer.currency),
            )
            for n, product in enumerate(chosen)
        ]

    def _held(self, day: date) -> tuple[date, date | None, str, str] | None:
        for interval in self.intervals:
            if interval[0] <= day and (interval[1] is None or day < interval[1]):
                return interval
        return None

    def _plants(self, day: date) -> bool:
        return (
            self.plant
            and not self.to_plant
            and day <= self.today
            and self.customer.pattern == "buyer"
            and self.customer.known_to("shipping")
        )

    def _wait(self, sale: _Sale) -> None:
        """An order that stays where it is while the hold lasts."""
        if self.customer.pattern == "buyer":
            self._order(sale, "open", None)

    def _deliver(self, sale: _Sale, day: date, *, planted: bool) -> None:
        if self.customer.pattern != "buyer":
            if day <= self.today:
                self._invoice(sale, "", day)
            return
        if day > self.today:
            order = self._order(sale, "open", None)
            if self.customer.known_to("shipping") and (day - self.today).days < 6:
                self._ship(order, sale, day, None)
            return
        cancelled = not planted and self.rng.random() < 0.015
        order = self._order(sale, "cancelled" if cancelled else "shipped", day)
        if cancelled:
            return
        if self.customer.known_to("shipping"):
            shipment = self._ship(order, sale, day, day)
            if planted:
                self.to_plant.append((shipment, day))
        self._invoice(sale, order.number, day)

    def _order(self, sale: _Sale, status: str, closed: date | None) -> Order:
        order = Order(
            self.numbers.next("order"),
            sale.unit,
            sale.ordered,
            sale.promised,
            status,
            closed,
            sum((line.amount for line in sale.lines), Decimal(0)),
            self.customer.currency,
            sale.lines,
            owner_for(self.customer, "sales"),
        )
        self.history.orders.append(order)
        return order

    def _ship(self, order: Order, sale: _Sale, planned: date, sent: date | None) -> Shipment:
        rng = self.rng
        arrives = sent + timedelta(days=rng.randint(1, 9)) if sent else None
        shipment = Shipment(
            self.numbers.next("shipment"),
            order.number,
            sale.unit,
            max(sale.ordered, min(planned, self.today) - timedelta(days=2)),
            sale.promised,
            sent,
            arrives if arrives and arrives <= self.today else None,
            rng.randint(1, 12),
            rng.choice(CARRIERS),
        )
        self.history.shipments.append(shipment)
        if shipment.delivered and rng.random() < 0.035:
            self._return(shipment)
        return shipment

    def _return(self, shipment: Shipment) -> None:
        assert shipment.delivered is not None
        opened = shipment.delivered + timedelta(days=self.rng.randint(1, 25))
        closed = opened + timedelta(days=self.rng.randint(2, 30))
        if opened <= self.today:
            self.history.returns.append(
                Return(
                    self.numbers.next("return"),
                    shipment.number,
                    shipment.unit,
                    opened,
                    closed if closed <= self.today else None,
                    self.rng.choice(RETURNS),
                )
            )

    def _invoice(self, sale: _Sale, order: str, day: date) -> None:
        amount = sum((line.amount for line in sale.lines), Decimal(0))
        due = day + timedelta(days=self.customer.terms)
        number = self.numbers.next(f"invoice {sale.unit}")
        settlement = settle(self.customer, self.rng, self.today, day, due, amount)
        cleared = settlement.last(amount)
        currency = self.customer.currency
        self.history.invoices.append(
            Invoice(
                number,
                order,
                sale.unit,
                day,
                due,
                amount,
                currency,
                cleared,
                sale.lines[0].description if order else f"Calibration: {sale.lines[0].description}",
            )
        )
        for paid, part in settlement.paid:
            self.pays_on[paid].append((number, part, currency))
        if settlement.credited:
            self._credit(number, sale.unit, *settlement.credited)
        if settlement.disputed:
            outcome = "anerkannt" if settlement.credited else "abgelehnt"
            self._dispute(number, sale.unit, *settlement.disputed, outcome)
            return
        begins = due + timedelta(days=HOLD_AFTER)
        if begins <= self.today and (cleared is None or cleared > begins):
            self.intervals.append((begins, cleared, number, sale.unit))

    def _credit(self, invoice: str, unit: str, on: date, amount: Decimal) -> None:
        number = self.numbers.next("credit")
        self.history.credits.append(
            Credit(
                number, invoice, unit, on, amount, self.customer.currency, self.rng.choice(REASONS)
            )
        )
        self.history.allocations.append(Allocation(number, "credit", invoice, amount, on))

    def _dispute(
        self,
        invoice: str,
        unit: str,
        opened: date,
        closed: date | None,
        amount: Decimal,
        outcome: str,
    ) -> None:
        self.history.disputes.append(
            Dispute(
                self.numbers.next("dispute"),
                invoice,
                unit,
                amount,
                self.customer.currency,
                self.rng.choice(REASONS),
                opened,
                closed,
                owner_for(self.customer, "accounts"),
                outcome if closed else "",
            )
        )

    def _payments(self) -> None:
        """One payment a day: what was paid on one day for several invoices is one transfer."""
        for day in sorted(self.pays_on):
            parts = self.pays_on[day]
            number = self.numbers.next("payment")
            total = sum((amount for _, amount, _ in parts), Decimal(0))
            self.history.payments.append(Payment(number, day, total, parts[0][2]))
            for invoice, amount, _ in parts:
                self.history.allocations.append(Allocation(number, "payment", invoice, amount, day))

    def _holds(self) -> None:
        """The recorded holds: overlapping ones are one, from the first day to the last."""
        if not self.records_holds:
            return
        merged: list[tuple[date, date, str]] = []
        for begins, ends, invoice, _ in sorted(self.intervals, key=lambda i: (i[0], i[2])):
            if merged and begins <= merged[-1][1]:
                start, end, first = merged[-1]
                merged[-1] = (start, max(end, ends or date.max), first)
            else:
                merged.append((begins, ends or date.max, invoice))
        for begins, until, invoice in merged:
            closed = None if until == date.max else until
            self._hold(begins, closed, f"Invoice {invoice} overdue {HOLD_AFTER} days")

    def _hold(self, opened: date, closed: date | None, reason: str) -> None:
        hold = Hold(
            self.numbers.next("hold"),
            "",
            opened,
            closed,
            reason,
            owner_for(self.customer, "accounts"),
        )
        self.history.holds.append(hold)
        for shipment, sent in self.to_plant:
            if opened <= sent and (closed is None or sent < closed):
                self.history.planted.append(Planted(shipment.number, hold.number, sent))
