"""Exchange rates of the demo company: a list price each year, a dated rate each month."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

# What one euro costs: the level around which the monthly rate moves, and how far.
LEVELS = {
    "KRW": (Decimal("1480"), Decimal("12")),
    "TWD": (Decimal("35.2"), Decimal("0.3")),
    "USD": (Decimal("1.09"), Decimal("0.01")),
}
_WAVE = (0, 1, 2, 1, 0, -1, -2, -1, 1, 2, 3, 1, -1, -3, -2, 0, 1, 1, 0, -2, -1, 1, 2, 0)


def in_currency(euros: Decimal, currency: str) -> Decimal:
    """A list price in that currency: whole won and Taiwan dollars, cents otherwise."""
    if currency == "EUR":
        return euros
    price = euros * LEVELS[currency][0]
    if currency == "KRW":
        return (price / 1000).quantize(Decimal(1)) * 1000
    return price.quantize(Decimal(1) if currency == "TWD" else Decimal("0.01"))


def monthly(today: date) -> Iterator[tuple[date, str, Decimal]]:
    """The first of each month for 26 months: (day, currency, units of it for one euro)."""
    year, month = today.year, today.month
    for back in range(25, -1, -1):
        index = year * 12 + month - 1 - back
        day = date(index // 12, index % 12 + 1, 1)
        for currency, (level, step) in LEVELS.items():
            yield day, currency, level + step * _WAVE[index % len(_WAVE)]


def in_euros(per_euro: Decimal) -> Decimal:
    """What one unit is worth in euros, from how many of them cost one euro."""
    return (1 / per_euro).quantize(Decimal("0.000000000001"))
