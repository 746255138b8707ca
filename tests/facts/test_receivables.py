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


pytestmark = pytest.mark.django_db(transaction=True)


def test_exactly_the_twelve_customers_are_overdue_and_eight_only_through_disputes(
    shared: Path,
) -> None:
    customers = receivables.import_all(shared)
    assert len(customers) == 100
    twelve_are_overdue(customers, shared)
    eight_of_them_count_for_no_hold(customers, shared)
    assert {of["overdue_amount"] for _, of in derive_all(keys=KEYS)} == {0}  # all settled today


def twelve_are_overdue(customers: dict[UUID, str], shared: Path) -> None:
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


def eight_of_them_count_for_no_hold(customers: dict[UUID, str], shared: Path) -> None:
    lines = receivables.read(shared)
    counted = receivables.overdue(lines, DAY, disputed=False)
    assert len(counted) == 4
    values = {customers[each]: of for each, of in derive_all(as_of=DAY, keys=KEYS)}
    assert {
        key: of["overdue_undisputed"] for key, of in values.items() if of["overdue_undisputed"]
    } == counted
    held = {key for key, of in values.items() if of["oldest_undisputed_overdue_days"]}
    assert held == counted.keys()
