"""Customers are found by what a person types: two letters, a part of a number, a key."""

from __future__ import annotations

import pytest
from tests.customers.cast import a_person, a_profile
from tests.customers.test_judge import three_of_one

from concord.customers.actions.matching import match
from concord.customers.queries import search
from concord.kernel.access import Viewer, viewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def viewer() -> Viewer:
    return viewer_of(a_person())


def names(viewer: Viewer, text: str) -> list[str]:
    return [hit.name for hit in search(viewer, text)]


@pytest.fixture
def cast() -> None:
    a_profile("4711", name="Hanbit Precision", name_native="한빛정밀 주식회사",
              phones=["+82 32 718-2040"], emails=["info@hanbit-precision.example"])  # fmt: skip
    a_profile("4712", name="台灣精密量測股份有限公司", phones=["04-2973-5060"])
    a_profile("DE-9/1", name="Müller & Söhne GmbH", tax_id="DE129273398")
    a_profile("4713", kind="person", name="김민수", emails=["minsu.kim@gmail.com"])
    a_profile("4714", name="Grand Hanover Trading")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("한빛", ["Hanbit Precision"]),
        ("빛정", ["Hanbit Precision"]),
        ("정밀 한빛", ["Hanbit Precision"]),
        ("김", ["김민수"]),
        ("한", ["Hanbit Precision"]),
        ("민수", ["김민수"]),
        ("精密", ["台灣精密量測股份有限公司"]),
        ("台", ["台灣精密量測股份有限公司"]),
        ("taiwan", ["台灣精密量測股份有限公司"]),
        ("han", ["Hanbit Precision", "Grand Hanover Trading"]),
        ("ha", ["Hanbit Precision", "Grand Hanover Trading"]),
        ("hanbit prec", ["Hanbit Precision"]),
        ("PRECISION", ["Hanbit Precision"]),
        ("muller", ["Müller & Söhne GmbH"]),
        ("Müll", ["Müller & Söhne GmbH"]),
        ("7182", ["Hanbit Precision"]),
        ("032-718-2040", ["Hanbit Precision"]),
        ("+82 32 718 2040", ["Hanbit Precision"]),
        ("info@hanbit-precision.example", ["Hanbit Precision"]),
        ("minsu.kim@", ["김민수"]),
        ("info@hanbit-prec", ["Hanbit Precision"]),
        ("hanbit-precision.example", ["Hanbit Precision"]),
        ("hanbit-precision.ex", ["Hanbit Precision"]),
        ("4712", ["台灣精密量測股份有限公司"]),
        ("de-9/1", ["Müller & Söhne GmbH"]),
        ("DE129273398", ["Müller & Söhne GmbH"]),
        ("hanbit seoul", []),
        ("", []),
        ("   ", []),
        ("'; DROP TABLE", []),
        ("%", []),
        ("_", []),
        ("x" * 5000, []),
    ],
)
def test_found_by(cast: None, viewer: Viewer, text: str, found: list[str]) -> None:
    assert names(viewer, text) == found


def test_a_merged_customer_is_found_once_by_every_name(viewer: Viewer) -> None:
    first, *_ = three_of_one()
    for text in ("한빛", "HANBIT PREC", "C-1", "k-1", "4711"):
        assert [hit.id for hit in search(viewer, text)] == [first]


def test_a_garbled_name_is_found_as_it_was_meant_and_shown_marked(viewer: Viewer) -> None:
    from concord.customers.models import Customer

    a_profile("1", kind="person", name="Pablo S\u00c3\u00a1nchez")
    assert names(viewer, "sanchez") == ["Pablo Sánchez"]
    entry = Customer.objects.get().golden["name"]
    assert entry["repaired"] is True
    assert entry["original"] == "Pablo S\u00c3\u00a1nchez"


def test_garbled_and_whole_names_are_one_customer() -> None:
    from concord.customers.models import Membership

    left = a_profile("1", kind="person", name="Pablo S\u00c3\u00a1nchez", emails=["ps@x.example"])
    right = a_profile("2", "sales", kind="person", name="Pablo Sánchez", emails=["ps@x.example"])
    match([left, right])
    assert Membership.objects.filter(customer=left, known_to=None).count() == 2
