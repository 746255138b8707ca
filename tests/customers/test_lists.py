"""One phone number in several spellings is one; every item of a list says whose it is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from tests.customers.cast import a_profile

from concord.customers.actions.golden import refresh_all
from concord.customers.golden import Golden, Said, golden
from concord.customers.models import Customer
from concord.customers.normal import phones
from concord.kernel.time import now

AT = datetime(2026, 11, 20, tzinfo=UTC)


def said(number: int, source: str, pins: tuple[str, ...] = (), **data: Any) -> Said:
    key = f"{source}-{number}"
    return Said(UUID(int=number), source, key, "organisation", data, AT, frozenset(pins))


def shown(of: Golden, attribute: str) -> list[tuple[str, str, list[tuple[str, str]]]]:
    return [
        (one["value"], one["source"], [(a["value"], a["source"]) for a in one.get("also", ())])
        for one in of[attribute]["each"]
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("+82 32 718 2040", "032-718-2040"),
        ("+82 (0)32 7182040", "0082 32 718 2040"),
        ("(032) 718-2040", "0327182040"),
        ("+49 711 1234-56", "0711/123456"),
        ("+1 937 555 0123 ext. 5", "+1 (937) 555-0123 x5"),
    ],
)
def test_one_number(one: str, other: str) -> None:
    values = golden([said(1, "a", phones=[one]), said(2, "b", phones=[other])])
    assert len(values["phones"]["value"]) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("+82 30 123 4567", "+49 30 1234567"),  # the same in two countries
        ("+1 937 555 0123 ext. 5", "+1 937 555 0123"),
        ("032 718 2040", "032 718 2041"),
        ("call Mr Kim", "ask for Ms Lee"),
        ("123", "124"),
    ],
)
def test_two_numbers(one: str, other: str) -> None:
    values = golden([said(1, "a", phones=[one]), said(2, "b", phones=[other])])
    assert values["phones"]["value"] == [one, other]
    assert all("also" not in each for each in values["phones"]["each"])


def test_the_best_written_is_shown_and_all_who_say_it_are_named() -> None:
    values = golden(
        [
            said(1, "books", phones=["+82 (0)32 7182040"]),
            said(2, "help", phones=["032-718-2040", "010 1234 5678"]),
            said(3, "shop", phones=["+82-32-718-2040"], emails=["Info@hanbit.example"]),
            said(4, "ship", phones=["032-718-2040"], emails=["info@hanbit.example"]),
        ]
    )
    assert shown(values, "phones") == [
        (
            "+82-32-718-2040",
            "shop",
            [
                ("+82 (0)32 7182040", "books"),
                ("032-718-2040", "help"),
                ("032-718-2040", "ship"),
            ],
        ),
        ("010 1234 5678", "help", []),
    ]
    assert values["phones"]["value"] == ["+82-32-718-2040", "010 1234 5678"]
    assert shown(values, "emails") == [
        ("info@hanbit.example", "ship", [("Info@hanbit.example", "shop")])
    ]


def test_a_list_typed_by_hand_stands_as_typed() -> None:
    values = golden(
        [
            said(1, "desk", ("phones",), phones=["0327182040"]),
            said(2, "shop", phones=["+82 32 718 2040", "+82 32 718 9999"]),
        ]
    )
    assert shown(values, "phones") == [("0327182040", "desk", [("+82 32 718 2040", "shop")])]
    assert [each["value"] for each in values["phones"]["others"]] == ["+82 32 718 9999"]


@pytest.mark.django_db
def test_all_values_are_chosen_anew_by_the_rules_of_today() -> None:
    ids = [a_profile(str(number), name=f"Customer {number}") for number in range(5)]
    whole = {each.pk: (each.golden, each.name) for each in Customer.objects.all()}
    Customer.objects.update(golden={}, name="?")
    assert refresh_all(now(), batch=2) == len(ids) == 5
    assert {each.pk: (each.golden, each.name) for each in Customer.objects.all()} == whole


def test_what_a_number_shares_with_its_spellings() -> None:
    assert phones.identity("+82 (0)32 7182040") == ("327182040", "82")
    assert phones.identity("032-718-2040", "KR") == ("327182040", "")
    assert phones.identity("ask for Kim") == ("", "")
