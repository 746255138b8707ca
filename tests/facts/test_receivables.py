"""A file in which everything is settled today still tells who was overdue on a day in the past."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from tests.facts import receivables

from concord.facts.derive import derive, derive_all

DAY = date(2013, 6, 30)
KEYS = ["overdue_amount", "overdue_undisputed", "oldest_undisputed_overdue_days"]


@pytest.fixture
def customers(db: None, shared: Path) -> dict[UUID, str]:
    return receivables.receive_all(receivables.read(shared))


def test_exactly_the_twelve_customers_are_overdue_with_equal_amounts(
    customers: dict[UUID, str], shared: Path
) -> None:
    lines = receivables.read(shared)
    counted = receivables.overdue(lines, DAY, disputed=True)
    assert len(counted) == 12
    for_all = {
        customers[each]: values["overdue_amount"]
        for each, values in derive_all(as_of=DAY, keys=KEYS)
        if values["overdue_amount"]
    }
    for_one = {
        key: value
        for each, key in customers.items()
        if (value := derive(each, as_of=DAY, keys=KEYS)["overdue_amount"].value)
    }
    assert for_all == counted
    assert for_one == counted


def test_eight_of_them_are_overdue_only_through_disputes_and_these_count_for_no_hold(
    customers: dict[UUID, str], shared: Path
) -> None:
    lines = receivables.read(shared)
    counted = receivables.overdue(lines, DAY, disputed=False)
    assert len(counted) == 4
    values = {customers[each]: of for each, of in derive_all(as_of=DAY, keys=KEYS)}
    assert {
        key: of["overdue_undisputed"] for key, of in values.items() if of["overdue_undisputed"]
    } == counted
    held = {key for key, of in values.items() if of["oldest_undisputed_overdue_days"]}
    assert held == counted.keys()


def test_today_nobody_is_overdue(customers: dict[UUID, str]) -> None:
    assert {of["overdue_amount"] for _, of in derive_all(keys=KEYS)} == {0}
