"""How an invoice is settled: in time, late, in parts, after a dispute, or not yet."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from concord.demo.customers import Customer


@dataclass(slots=True)
class Settlement:
    """How an invoice is settled: what is paid when, what is credited, what is disputed."""

    paid: list[tuple[date, Decimal]]
    credited: tuple[date, Decimal] | None = None
    disputed: tuple[date, date | None, Decimal] | None = None

    def last(self, amount: Decimal) -> date | None:
        """The day on which nothing is left to pay, or None."""
        parts = [*self.paid, *([self.credited] if self.credited else [])]
        if sum((part for _, part in parts), Decimal(0)) < amount:
            return None
        return max(day for day, _ in parts)


def settle(
    customer: Customer, rng: random.Random, today: date, issued: date, due: date, amount: Decimal
) -> Settlement:
    """What becomes of an invoice, by the customer's conduct; nothing of it lies after `today`."""
    chance = {"disputer": 0.3, "model": 0.0}.get(customer.conduct, 0.012)
    if rng.random() < chance:
        return _disputed(customer, rng, today, issued, due, amount)
    days = {
        "model": lambda: rng.randint(-14, -2),
        "prompt": lambda: rng.randint(-10, 0),
        "fair": lambda: rng.randint(-3, 8),
        "slow": lambda: rng.randint(4, 28),
        "bad": lambda: rng.randint(8, 29) if rng.random() < 0.6 else rng.randint(31, 120),
        "disputer": lambda: rng.randint(-4, 6),
    }[customer.conduct]()
    paid = max(issued, due + timedelta(days=days))
    if paid > today:
        return Settlement([])
    if rng.random() < 0.06 and (paid - issued).days > 12:
        first = amount // 2
        early = paid - timedelta(days=rng.randint(5, 10))
        return Settlement([(early, first), (paid, amount - first)])
    return Settlement([(paid, amount)])


def _disputed(
    customer: Customer, rng: random.Random, today: date, issued: date, due: date, amount: Decimal
) -> Settlement:
    """The undisputed part is paid when due, the rest when the dispute is settled."""
    opened = issued + timedelta(days=rng.randint(4, customer.terms))
    if opened > today:
        return Settlement([])
    closed = opened + timedelta(days=rng.randint(20, 150))
    disputed = amount if rng.random() < 0.7 else amount // 2
    paid = [(due, amount - disputed)] if disputed < amount and due <= today else []
    if closed > today:
        return Settlement(paid, None, (opened, None, disputed))
    granted = disputed // rng.choice((2, 3, 4)) if rng.random() < 0.5 else Decimal(0)
    if disputed < amount and due > today:
        return Settlement([], None, (opened, closed, disputed))
    return Settlement(
        [*paid, (closed, disputed - granted)],
        (closed, granted) if granted else None,
        (opened, closed, disputed),
    )
