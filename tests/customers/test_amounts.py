"""Who sees no money reads no amount of a profile, whichever way it would come."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from tests.customers.cast import a_person, a_profile, a_source, customer_of, said

from concord.customers import access, questions
from concord.customers.actions.matching import match
from concord.customers.actions.profiles import receive
from concord.customers.history import history_of
from concord.customers.models import Customer
from concord.customers.preview import preview
from concord.customers.profiles import members_of
from concord.customers.queries import search
from concord.customers.survivorship import is_amount
from concord.kernel.access import Viewer, viewer_of

pytestmark = pytest.mark.django_db

LIMIT = "61.357,00"


@pytest.fixture
def grace() -> Viewer:
    viewer = viewer_of(a_person("Grace", department="shipping"))
    return Viewer(**{**{f: getattr(viewer, f) for f in viewer.__slots__}, "sees_money": False})


@pytest.fixture
def bob() -> Viewer:
    return viewer_of(a_person("Bob"))


def a_debtor() -> Customer:
    first = a_profile("00417", name="Hanbit", other={"Kreditlimit": LIMIT, "Gruppe": "A"})
    return customer_of(first)


@pytest.mark.parametrize(
    ("value", "counts"),
    [
        ("60.000,00", True),
        ("EUR 60k", True),
        (60000, True),
        ("육만 6", True),
        ("六萬元", True),
        ("٦٠٠٠٠", True),
        (["60000"], True),
        ("2026-11-21", False),
        ("21.11.2026", False),
        ("3/9/2026", False),
        ("21.11.20260", True),
        ("1.234.2026", True),
        ("12.50", True),
        ("2026-11-21 60000", True),
        ("Prokurist", False),
        (True, False),
        ("", False),
        (None, False),
    ],
)
def test_of_what_nobody_declared_whatever_has_a_figure_is_an_amount(
    value: object, counts: bool
) -> None:
    assert is_amount("other", value) is counts
    for declared in ("phones", "ids", "tax_id", "street", "birth_date"):
        assert not is_amount(declared, value)


def test_the_golden_value_stays_but_for_the_amount(grace: Viewer, bob: Viewer) -> None:
    entry = a_debtor().golden["other"]
    assert access.readable_entry(bob, "other", entry) == entry
    shown = access.readable_entry(grace, "other", entry)
    assert shown["value"] == {"Kreditlimit": None, "Gruppe": "A"}
    assert [(each["label"], each["value"], each.get("hidden")) for each in shown["each"]] == [
        ("Gruppe", "A", None),
        ("Kreditlimit", None, True),
    ]
    assert LIMIT not in str(shown)


def test_values_that_lost_are_hidden_too(grace: Viewer) -> None:
    lost = {"label": "Kreditlimit", "value": "62.000", "original": "62.000"}
    other = {"value": {"Kreditlimit": LIMIT}, "others": [lost | {"also": [{"value": "63"}]}]}
    shown = access.readable_entry(grace, "other", other)
    assert shown["others"] == [
        {"label": "Kreditlimit", "value": None, "hidden": True,
         "also": [{"value": None, "hidden": True}]}
    ]  # fmt: skip


def test_members_and_sayings_say_that_something_is_hidden(grace: Viewer, bob: Viewer) -> None:
    customer = a_debtor()
    assert dict(members_of(grace, customer.id)[0].facts)["What else the systems say"] == (
        "Gruppe: A, Kreditlimit: hidden"
    )
    assert dict(members_of(bob, customer.id)[0].facts)["What else the systems say"] == (
        f"Gruppe: A, Kreditlimit: {LIMIT}"
    )
    assert [each.value for each in history_of(grace, customer.id, "other").told] == [
        "Gruppe: A, Kreditlimit: hidden"
    ]


def test_a_change_of_the_amount_does_not_show_either(grace: Viewer, bob: Viewer) -> None:
    customer = a_debtor()
    changed = said("00417", name="Hanbit", other={"Kreditlimit": "70.000,00", "Gruppe": "A"})
    receive(a_source(), [changed])
    assert len(history_of(bob, customer.id, "other").told) == 2
    assert len(history_of(grace, customer.id, "other").told) == 1


def test_a_question_of_the_review_hides_it(grace: Viewer, bob: Viewer) -> None:
    same = {"city": "Lund", "country": "SE"}
    left = a_profile("1", name="Lindqvist Instrument AB", other={"Kreditlimit": LIMIT}, **same)
    right = a_profile("2", "sales", name="Lindqvist Instrument", **same)
    match([left, right])
    question = questions.following()
    assert question is not None
    assert LIMIT in str(asdict(preview(bob, question)))
    assert LIMIT not in str(asdict(preview(grace, question)))


def test_no_search_leads_from_an_amount_to_its_customer(grace: Viewer) -> None:
    a_debtor()
    assert search(grace, LIMIT) == search(grace, "61357") == search(grace, "61.357") == []
