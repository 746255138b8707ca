"""Who was overdue on the last day of each of 24 months, against counting the file by hand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from bench.database import scratch_database
from bench.harness import SHARED, Say

KEYS = ("overdue_amount", "overdue_undisputed")
MONTHS = [(year, month) for year in (2012, 2013) for month in range(1, 13)]


def measure(say: Say) -> dict[str, Any]:
    with scratch_database():
        from tests.facts import receivables

        lines = receivables.read(SHARED)
        customers = receivables.import_all(SHARED)
        say(f"{len(lines):,} invoices of {len(customers)} customers")
        months = {}
        for day in (last_day(*month) for month in MONTHS):
            counted = dict(
                zip(
                    KEYS,
                    (receivables.overdue(lines, day, disputed=each) for each in (True, False)),
                    strict=True,
                )
            )
            compare(day, counted, customers)
            months[day.isoformat()] = {
                name: {"customers": len(of), "amount": str(sum(of.values()))}
                for name, of in counted.items()
            }
            say(f"{day}: {months[day.isoformat()]}")
        return {"invoices": len(lines), "customers": len(customers), "months": months}


def compare(day: date, counted: dict[str, Any], customers: dict[Any, str]) -> None:
    """One by one, all at once and by hand: the same customers, the same amounts."""
    from concord.facts.derive import derive, derive_all

    for_all = {customers[each]: of for each, of in derive_all(as_of=day, keys=KEYS)}
    for_one = {
        key: {name: of.value for name, of in derive(each, as_of=day, keys=KEYS).items()}
        for each, key in customers.items()
    }
    if for_all != for_one:
        raise AssertionError(f"{day}: derive for one and for all differ")
    for name, wanted in counted.items():
        found = {key: of[name] for key, of in for_one.items() if of[name]}
        if found != wanted:
            raise AssertionError(f"{day}: {name} is {found}, counted by hand {wanted}")


def last_day(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
