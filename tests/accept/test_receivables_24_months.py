"""Who was overdue on the last day of each of 24 months, from one customer and from all."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.facts import receivables

from concord.facts.derive import derive, derive_all

KEYS = ["overdue_amount", "overdue_undisputed"]
MONTHS = [(2012, month) for month in range(1, 13)] + [(2013, month) for month in range(1, 13)]


def last_day(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


@pytest.mark.django_db
def test_overdue_on_the_last_day_of_24_months(shared: Path) -> None:
    lines = receivables.read(shared)
    customers = receivables.receive_all(lines)
    assert len(customers) == 100
    for day in (last_day(*month) for month in MONTHS):
        counted = {
            "overdue_amount": receivables.overdue(lines, day, disputed=True),
            "overdue_undisputed": receivables.overdue(lines, day, disputed=False),
        }
        for_all = {customers[each]: of for each, of in derive_all(as_of=day, keys=KEYS)}
        for_one = {
            key: {name: of.value for name, of in derive(each, as_of=day, keys=KEYS).items()}
            for each, key in customers.items()
        }
        assert for_all == for_one
        for name, wanted in counted.items():
            assert {key: of[name] for key, of in for_one.items() if of[name]} == wanted
        print(
            f"{day}: overdue {len(counted['overdue_amount'])} customers,"
            f" {sum(counted['overdue_amount'].values())};"
            f" without disputes {len(counted['overdue_undisputed'])},"
            f" {sum(counted['overdue_undisputed'].values())}"
        )
