"""What a person types into a field of a request, read as a value."""

from decimal import Decimal

import pytest

from concord.kernel.errors import Problem
from concord.treatment import requests

AMOUNT = next(f for f in requests.kind("place_order").fields if f.key == "amount")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("20000", Decimal(20000)),
        ("20,000", Decimal(20000)),
        ("1,234,567.50", Decimal("1234567.5")),
        ("20 000", Decimal(20000)),
        ("0", Decimal(0)),
        ("  ", None),
    ],
)
def test_an_amount_is_read_as_people_write_it(typed: str, read: Decimal | None) -> None:
    assert requests.read_field(AMOUNT, typed) == read


@pytest.mark.parametrize(
    "typed", ["12,5", "1,2345", ",500", "20.000,50", "30.000", "lots", "-1", "1e99"]
)
def test_what_may_mean_another_number_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(Problem) as refused:
        requests.read_field(AMOUNT, typed)
    assert refused.value.place == "amount"
