"""A slip in a name, or one sure sign alone, leads to the customer all the same."""

from __future__ import annotations

import pytest
from tests.customers.cast import a_person, a_profile

from concord.customers.actions.matching import match
from concord.customers.queries import likely_duplicates, nearly, search
from concord.kernel.access import Viewer, viewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def viewer() -> Viewer:
    return viewer_of(a_person())


@pytest.fixture
def cast() -> None:
    hanbit = {"phones": ["032-718-2040"], "emails": ["info@hanbit-precision.example"]}
    profiles = [
        a_profile("1", name="Brenner Messtechnik GmbH", country="DE", tax_id="DE129273398"),
        a_profile("2", name="Lindqvist Instrument AB", website="https://www.lindqvist.example/en"),
        a_profile("3", name="한빛정밀", country="KR", tax_id="124-81-00998", **hanbit),
        a_profile("4", name="Mueller Werkzeugbau"),
        a_profile("5", kind="person", name="Park Seo-yeon", emails=["sy.park@gmail.com"]),
    ]
    match(profiles)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("brener", "Brenner Messtechnik GmbH"),  # a letter is missing
        ("brennner", "Brenner Messtechnik GmbH"),  # one too many
        ("bremner", "Brenner Messtechnik GmbH"),  # another one
        ("brnener mess", "Brenner Messtechnik GmbH"),  # exchanged
        ("Lindquist", "Lindqvist Instrument AB"),
        ("lindqvist instrumant", "Lindqvist Instrument AB"),
        ("meuller", "Mueller Werkzeugbau"),
        ("한빗정밀", "한빛정밀"),
        ("한빛정및", "한빛정밀"),
        ("messtehcnik", "Brenner Messtechnik GmbH"),  # within a later word
    ],
)
def test_a_slip_finds_the_customer(cast: None, viewer: Viewer, text: str, found: str) -> None:
    [hit] = search(viewer, text)
    assert (hit.name, str(hit.alike)) == (found, "spelt nearly so")
    assert search(viewer, text, nearly=False) == []
    assert nearly(viewer, text) == [hit]


@pytest.mark.parametrize(
    "text",
    ["brandt", "lundgren", "48211", "71820411", "no@body.example", "한국", "x" * 300,
     "brener lundgren", "", "'; DROP", "%%%%%"],
)  # fmt: skip
def test_what_is_not_near_is_not_found(cast: None, viewer: Viewer, text: str) -> None:
    assert search(viewer, text) == []


def test_who_is_found_exactly_is_said_without_doubt(cast: None, viewer: Viewer) -> None:
    [hit] = search(viewer, "brenner")
    assert (hit.name, hit.alike) == ("Brenner Messtechnik GmbH", "")


def test_the_nearest_comes_first(viewer: Viewer) -> None:
    a_profile("1", name="Brennermann Optik")
    a_profile("2", name="Brenmerman Optik")
    a_profile("3", name="Brennerman Optics")
    assert [hit.name for hit in search(viewer, "brenmermann optik")] == [
        "Brenmerman Optik",
        "Brennermann Optik",
    ]


@pytest.mark.parametrize(
    ("data", "found", "why"),
    [
        ({"emails": "Info@Hanbit-Precision.example"}, "한빛정밀", "the same e-mail"),
        ({"emails": "sy.park@gmail.com"}, "Park Seo-yeon", "the same e-mail"),
        ({"phones": "032 718 2040"}, "한빛정밀", "the same phone"),
        ({"phones": "+82 (0)32 7182040"}, "한빛정밀", "the same phone"),
        ({"website": "lindqvist.example"}, "Lindqvist Instrument AB",
         "the same website or mail domain"),
        ({"emails": "new@lindqvist.example"}, "Lindqvist Instrument AB",
         "the same website or mail domain"),
        ({"tax_id": "1248100998"}, "한빛정밀", "the same number"),
        ({"tax_id": "DE 129 273 398"}, "Brenner Messtechnik GmbH", "the same number"),
    ],
)  # fmt: skip
def test_one_sure_sign_is_enough_whatever_the_name(
    cast: None, data: dict[str, str], found: str, why: str
) -> None:
    for name in ({}, {"name": "Wholly Another Company"}):
        [hit] = likely_duplicates("organisation", {**name, **data})
        assert (hit.name, str(hit.alike)) == (found, why)


def test_the_domain_of_a_person_is_that_of_whom_they_work_for(cast: None) -> None:
    assert likely_duplicates("person", {"name": "Ida", "emails": "ida@lindqvist.example"}) == []


def test_a_slip_in_the_name_is_enough_and_the_legal_form_does_not_matter(cast: None) -> None:
    [hit] = likely_duplicates("organisation", {"name": "Lindquist Instruments Ltd"})
    assert (hit.name, str(hit.alike)) == ("Lindqvist Instrument AB", "spelt nearly so")


@pytest.mark.parametrize(
    "data",
    [
        {"emails": "else@gmail.com"},  # the mail of the many is nobody's domain
        {"phones": "718"},
        {"tax_id": "000000000"},
        {"name": "Nobody At All"},
        {},
    ],
)
def test_what_says_nothing_finds_nobody(cast: None, data: dict[str, str]) -> None:
    assert likely_duplicates("organisation", data) == []
