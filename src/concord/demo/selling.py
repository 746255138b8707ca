"""Two years of leads, deals, quotes, contracts and visits of one customer."""

import random
from datetime import date, timedelta
from decimal import Decimal

from concord.demo.customers import Customer
from concord.demo.documents import Activity, Contract, Deal, History, Lead, Quote
from concord.demo.numbers import Numbers
from concord.demo.products import CATALOGUE
from concord.demo.staff import owner_for

DAYS = 730
OPEN_STAGES = ("New", "Qualified", "Proposal", "Negotiation")
LEADS = ("Trade fair", "Web form", "Recommendation", "Call from the customer")
ACTIVITIES = {
    "meeting": ("Visit at the plant", "Annual review", "Demonstration of the new range"),
    "call": ("Called about the quote", "Asked for the delivery date"),
    "note": ("Prefers deliveries before ten", "Budget is decided in spring", "New line planned"),
}


def selling(
    customer: Customer,
    rng: random.Random,
    numbers: Numbers,
    today: date,
    history: History,
    density: float,
) -> None:
    """Add to `history` what sales had to do with the customer."""
    if not customer.known_to("sales"):
        return
    owner = owner_for(customer, "sales")
    prospect = customer.pattern == "prospect"
    if rng.random() < (0.7 if prospect else 0.12) * min(1.0, density):
        _lead(customer, rng, numbers, today, history, owner)
    mean = (0.7 if prospect else 1.0 + 0.4 * customer.size) * density
    for _ in range(int(rng.random() * 2 * mean + 0.5)):
        _deal(customer, rng, numbers, today, history, owner)
    if customer.key_account or (not prospect and rng.random() < 0.12 * density):
        _contract(customer, rng, numbers, today, history, owner)
    for _ in range(int(rng.random() * 2 * min(4.0, 1.2 * customer.size) * density + 0.5)):
        kind = rng.choice(tuple(ACTIVITIES))
        people = [c.keys["sales"] for c in customer.contacts if "sales" in c.keys]
        history.activities.append(
            Activity(
                numbers.next("activity"),
                kind,
                rng.choice(ACTIVITIES[kind]),
                today - timedelta(days=rng.randrange(DAYS)),
                owner,
                rng.choice(people) if people else "",
            )
        )


def _lead(
    customer: Customer,
    rng: random.Random,
    numbers: Numbers,
    today: date,
    history: History,
    owner: str,
) -> None:
    opened = today - timedelta(days=rng.randrange(DAYS))
    closed = opened + timedelta(days=rng.randint(3, 60))
    status = rng.choice(("qualified", "dropped"))
    if closed > today:
        closed_on, status = None, "new"
    else:
        closed_on = closed
    history.leads.append(
        Lead(
            numbers.next("lead"),
            rng.choice(LEADS),
            opened,
            closed_on,
            status,
            owner,
            rng.choice(customer.units),
        )
    )


def _deal(
    customer: Customer,
    rng: random.Random,
    numbers: Numbers,
    today: date,
    history: History,
    owner: str,
) -> None:
    unit = rng.choice(customer.units)
    product = rng.choice(CATALOGUE[unit])
    quantity = rng.choice((2, 4, 5, 10, 20, 40))
    opened = today - timedelta(days=rng.randrange(DAYS))
    closes = opened + timedelta(days=rng.randint(12, 150))
    closed = closes if closes <= today else None
    won = rng.random() < (0.15 if customer.pattern == "prospect" else 0.55)
    stage = ("Won" if won else "Lost") if closed else rng.choice(OPEN_STAGES)
    number = numbers.next("deal")
    subject = f"{quantity} × {product.name}"
    amount = (product.price * quantity * Decimal(rng.randint(85, 100)) / 100).quantize(
        Decimal("0.01")
    )
    history.deals.append(Deal(number, subject, stage, opened, closes, closed, amount, owner, unit))
    issued = opened + timedelta(days=rng.randint(2, 10))
    if stage in {"Proposal", "Negotiation", "Won", "Lost"} and issued <= (closed or today):
        valid = issued + timedelta(days=60)
        answered = {"Won": "accepted", "Lost": "declined"}.get(stage, "sent")
        ended = closed
        if answered == "sent" and valid < today:
            answered, ended = "expired", valid
        history.quotes.append(
            Quote(
                numbers.next("quote"),
                number,
                subject,
                issued,
                valid,
                answered,
                ended,
                amount,
                owner,
                unit,
            )
        )


def _contract(
    customer: Customer,
    rng: random.Random,
    numbers: Numbers,
    today: date,
    history: History,
    owner: str,
) -> None:
    begins = today - timedelta(days=rng.randint(30, 600))
    ends = begins + timedelta(days=365 * rng.choice((1, 2, 3)))
    if rng.random() < 0.5:  # one that has run from the first day on and is still in force
        begins, ends = customer.since, max(ends, today + timedelta(days=90))
    history.contracts.append(
        Contract(
            numbers.next("contract"),
            rng.choice(("Calibration contract", "Frame agreement", "Service contract")),
            begins,
            ends,
            ends if ends < today else None,
            Decimal(rng.randint(8, 90) * 500),
            rng.choice(customer.units),
            owner,
        )
    )
