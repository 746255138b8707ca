"""What a source says anew between the look of matching and the join: nobody is joined by what they
do not say any more."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from tests.customers.cast import a_profile, customer_of

from concord.customers.actions import matching
from concord.customers.actions.candidates import Announced, Batch, claim
from concord.customers.actions.joining import settle
from concord.customers.matching.compare import Comparison, compare
from concord.customers.models import Membership, Profile

pytestmark = pytest.mark.django_db
HANBIT: dict[str, Any] = {
    "name": "Hanbit Precision Co",
    "tax_id": "DE123456788",
    "phones": ["+49 30 1234567"],
    "emails": ["info@hanbit.example"],
    "street": "Elbweg 2",
    "postcode": "10115",
    "city": "Berlin",
    "country": "DE",
}
WEBER: dict[str, Any] = {
    "name": "Weber Transporte",
    "tax_id": "DE129273398",
    "phones": ["+49 89 7654321"],
    "city": "Munich",
    "country": "DE",
}


def looked_at(profile: UUID) -> tuple[Batch, dict[tuple[UUID, UUID], Comparison]]:
    """The first half of matching on line: all but the joining."""
    batch, pairs = claim(Announced([profile]))
    compared = {}
    for pair in pairs:
        left, right = (batch.features[one] for one in pair)
        compared[pair] = compare(left, right, batch.shared.between(left, right), batch.model)
    assert all(one.is_automatic for one in compared.values())
    return batch, compared


@pytest.mark.parametrize("corrected", [("1", "accounting"), ("2", "sales")])
def test_who_was_somebody_else_after_all_is_not_joined(corrected: tuple[str, str]) -> None:
    there = a_profile("1", **HANBIT)
    matching.match([there])
    newcomer = a_profile("2", "sales", **HANBIT)
    batch, compared = looked_at(newcomer)
    assert len(compared) == 1
    a_profile(*corrected, **WEBER)
    assert settle(batch, compared) == (0, 0)
    matching.match_pending()
    assert (customer_of(there).pk, customer_of(newcomer).pk) == (there, newcomer)
    assert not Profile.objects.filter(matched_at=None).exists()


def test_what_a_fellow_says_by_now_speaks_against_joining() -> None:
    there = [a_profile("1", **HANBIT), a_profile("3", "shop", **HANBIT)]
    matching.match(there)
    newcomer = a_profile("2", "sales", **HANBIT)
    batch, compared = looked_at(newcomer)
    assert len(compared) == 2
    a_profile("3", "shop", **WEBER)
    assert settle(batch, compared) == (0, 1)  # a person is asked whether it is the first one
    assert customer_of(newcomer).pk == newcomer


def test_what_is_said_anew_and_the_same_is_joined() -> None:
    there = a_profile("1", **HANBIT)
    matching.match([there])
    newcomer = a_profile("2", "sales", **HANBIT)
    batch, compared = looked_at(newcomer)
    a_profile("1", **HANBIT)
    assert settle(batch, compared) == (1, 0)
    assert Membership.objects.filter(known_to=None, customer_id=there).count() == 2
