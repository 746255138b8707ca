"""Values that tell nobody whose they are, and of which a policy says the same as of the real ones.

An example of the policy is read by many and kept for ever, so it has no amount to the cent and no
day on which somebody became a customer.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_UP, Decimal
from typing import Any, Final

DIGITS: Final = 2  # of an amount that are kept


def roughly(
    given: Mapping[str, Any], personal: Collection[str], said: Callable[[Mapping[str, Any]], Any]
) -> dict[str, Any] | None:
    """`given` with the values of `personal` rounded, such that `said` gives of them what it gave;
    None where nothing round does. Others are left as they are."""
    wanted, now = said(given), dict(given)
    for key in personal:
        if key not in given:
            continue
        for candidate in _round(given[key]):
            if said(now | {key: candidate}) == wanted:
                now[key] = candidate
                break
        else:
            return None
    return now


def _round(value: Any) -> Iterator[Any]:
    """What is near a value, the best first; a value that is no amount and no day, itself."""
    match value:
        case bool():
            yield value
        case int() | Decimal():
            yield from _amounts(Decimal(value))
        case date():
            yield from _days(value)
        case _:
            yield value


def _amounts(value: Decimal) -> Iterator[int | Decimal]:
    if not value:
        yield 0
        return
    last = Decimal(1).scaleb(value.adjusted() - DIGITS + 1)
    for way in (ROUND_HALF_EVEN, ROUND_UP, ROUND_DOWN):
        found = (value / last).quantize(Decimal(1), way) * last
        yield int(found) if found == found.to_integral_value() else Decimal(f"{found:f}")


def _days(value: date) -> Iterator[date]:
    """The beginnings of its year and of the next one, and of its month and the next one."""
    year, month = value.year, value.month
    yield date(year, 1, 1)
    yield date(min(year + 1, date.max.year), 1, 1)
    yield date(year, month, 1)
    yield date(year, month + 1, 1) if month < 12 else date(min(year + 1, date.max.year), 1, 1)
