"""An address survives from one system as a whole, in whichever way it is written."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import count, permutations
from uuid import UUID

import pytest

from concord.customers.golden import Said, golden

NUMBERS = count(1)
PARTS = {"street": "Namdong-daero 217", "city": "Incheon", "postcode": "21634"}
LINE = {"address": "152 Teheran-ro, Gangnam-gu, Seoul"}


def said(day: int, **data: str) -> Said:
    moment = datetime(2026, 1, day, tzinfo=UTC)
    number = next(NUMBERS)
    return Said(
        UUID(int=number), f"s{number}", "1", "organisation", {"name": "Hanbit"} | data, moment
    )


def shown(*profiles: Said) -> dict[str, str]:
    [first, *others] = [
        {name: one["value"] for name, one in golden(order).items() if not name.startswith("name")}
        for order in permutations(profiles)
    ]
    assert all(other == first for other in others)
    return first


def test_an_address_in_one_line_is_not_added_to_another_ones_parts() -> None:
    assert shown(said(1, **PARTS), said(2, **LINE)) == PARTS


def test_parts_of_others_are_not_added_to_an_address_in_one_line() -> None:
    assert shown(said(2, **LINE), said(1, city="Incheon")) == LINE


@pytest.mark.parametrize("postcode", ["21634", ""])
def test_what_is_missing_comes_from_whom_nothing_contradicts(postcode: str) -> None:
    whole = said(1, street="Namdong-daero 217", city="Incheon")
    other = said(2, city="Incheon", **({"postcode": postcode} if postcode else {}))
    expected = {"street": "Namdong-daero 217", "city": "Incheon"}
    assert shown(whole, other) == expected | ({"postcode": postcode} if postcode else {})
    elsewhere = said(3, city="Seoul", postcode="06236")
    assert shown(whole, elsewhere) == expected


@pytest.mark.parametrize(
    "corrected", [{"street": "Namdong-daero 218"}, {"postcode": "21635"}, {"city": "Seoul"}]
)
def test_a_part_corrected_by_hand_takes_no_other_part_away(corrected: dict[str, str]) -> None:
    by_hand = replace(said(9, **corrected), pins=frozenset(corrected))
    two = said(1, **PARTS), said(2, city="Incheon")
    assert shown(by_hand, *two) == PARTS | corrected
    elsewhere = said(3, street="Hauptstr. 1", city="Ulm")
    assert shown(by_hand, *two, elsewhere) == PARTS | corrected  # still of one system alone
    assert shown(by_hand, said(1, **LINE)) == corrected  # which part of a line, nobody knows
