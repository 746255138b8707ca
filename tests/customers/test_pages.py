"""The pages of customers: what stands on them, who may what, how many queries they cost."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.customers.cast import a_person, a_profile, customer_of
from tests.customers.test_judge import HANBIT, three_of_one

from concord.customers.actions.matching import match
from concord.customers.history import history_of
from concord.customers.models import Customer, Pair, Profile
from concord.kernel.access import viewer_of
from concord.kernel.models import Role, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(client: Client) -> Client:
    client.force_login(a_person("Alice"), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def officer() -> Client:
    client = Client()
    person = a_person("Olga", Role.OFFICER)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def a_pair() -> Pair:
    left = a_profile("1", name="Lindqvist Instrument AB", city="Lund", country="SE")
    right = a_profile("2", "sales", name="Lindqvist Instrument", city="Lund", country="SE")
    match([left, right])
    return Pair.objects.get()


def test_the_list_finds_filters_and_pages(alice: Client) -> None:
    for number in range(60):
        a_profile(f"{number:03}", name=f"Firm {number:03}", segment="key" if number < 2 else "")
    a_profile("p", kind="person", name="김민수")
    page = alice.get("/customers/").content.decode()
    assert "Firm 000" in page
    assert "Firm 049" in page
    assert "Firm 050" not in page
    cursor = page.partition("cursor=")[2].partition('"')[0]
    rest = alice.get("/customers/", {"cursor": cursor}).content.decode()
    assert "Firm 050" in rest
    assert "김민수" in rest
    assert "Firm 049" not in rest
    found = alice.get("/customers/", {"text": "민수"}).content.decode()
    assert "김민수" in found
    assert "Firm" not in found.partition("<tbody")[2]
    key = alice.get("/customers/", {"segment": "key"}, headers={"hx-request": "true"})
    assert key.content.decode().count("<tr>") == 3
    assert "<html" not in key.content.decode()
    assert alice.get("/customers/", {"cursor": "nonsense"}).status_code == 422


def queries_of(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_list_costs_the_same_for_1_and_20(alice: Client) -> None:
    a_profile("0", name="Firm 0")
    for_one = queries_of(alice, "/customers/")
    for number in range(1, 20):
        a_profile(str(number), name=f"Firm {number}")
    assert queries_of(alice, "/customers/") == for_one <= 9


def test_a_new_customer_with_likely_duplicates_while_typing(alice: Client) -> None:
    known = a_profile("1", **HANBIT)
    match([known])
    partial = alice.get("/customers/duplicates/", {"kind": "organisation", "name": "Hanb"})
    assert "Hanbit Precision" in partial.content.decode()
    likely = alice.get(
        "/customers/duplicates/",
        {"kind": "organisation", "name": "Hanbit Precision", "phones": "032-718-2040"},
    )
    assert "very likely" in likely.content.decode()
    assert "Nobody like this" in alice.get("/customers/duplicates/").content.decode()
    response = alice.post("/customers/new/", {"kind": "person", "name": "Bob <b>Miller</b>"})
    made = Customer.objects.get(kind="person")
    assert response.headers["location"] == reverse("pages:customer", args=[made.id])
    assert alice.post("/customers/new/", {"kind": "person", "name": ""}).status_code == 422


def test_a_value_shows_who_says_what_and_is_corrected(alice: Client) -> None:
    first, *_ = three_of_one()
    address = f"/customers/{first}/values/phones/"
    assert "+82 32 718 2040" in alice.get(address).content.decode()
    assert alice.post(address, {"value": "+82 32 9"}).status_code == 302
    page = alice.get(address).content.decode()
    assert "+82 32 9" in page
    assert "by hand" in page
    phones = customer_of(first).golden["phones"]
    assert phones["value"] == ["+82 32 9"]
    assert {each["value"] for each in phones["others"]} == {"+82 32 718 2040"}
    assert alice.post(address, {"value": ""}).status_code == 422
    assert alice.get(f"/customers/{first}/values/shoes/").status_code == 404
    told = alice.post(f"/customers/{first}/values/emails/", {"value": "a@b.example\nnonsense"})
    assert told.status_code == 422
    assert "“nonsense” is no e-mail address." in told.content.decode()
    assert "a@b.example\nnonsense</textarea>" in told.content.decode()  # to be mended
    told = alice.post(address, {"value": "+82 32 9\nask Kim"})
    assert "“ask Kim” is no phone number." in told.content.decode()
    assert "nonsense" not in str(customer_of(first).golden)
    assert customer_of(first).golden["phones"]["value"] == ["+82 32 9"]


def test_a_value_typed_twice_tells_whose_word_stood_when(alice: Client, officer: Client) -> None:
    first, *_ = three_of_one()
    said = {"alice": "+82 32 9", "olga": "+82 32 8"}
    alice.post(f"/customers/{first}/values/phones/", {"value": said["alice"]})
    officer.post(f"/customers/{first}/values/phones/", {"value": said["olga"]})
    officer.post(f"/customers/{first}/values/city/", {"value": "Incheon"})
    viewer = viewer_of(User.objects.get(name="Alice"))
    typed = [each for each in history_of(viewer, first, "phones").told if each.by]
    assert [(each.by, each.value, each.wins) for each in typed] == [
        ("Olga", said["olga"], True),
        ("Alice", said["alice"], False),
    ]
    assert typed[0].until is None
    assert typed[1].until == typed[0].since


def test_members_are_shown_and_one_is_taken_out_and_back(officer: Client) -> None:
    first, second, third = three_of_one()
    page = officer.get(f"/customers/{second}/members/", follow=True).content.decode()
    assert page.count("Not the same customer") == 3
    officer.post(f"/customers/{first}/members/{third}/apart/")
    assert customer_of(third).id == third
    page = officer.get(f"/customers/{first}/members/").content.decode()
    undo = page.partition("/review/judgements/")[2].partition("/")[0]
    officer.post(f"/review/judgements/{undo}/withdrawal/")
    assert customer_of(third).id == first


def test_who_does_not_run_the_company_sees_members_but_does_not_part_them(alice: Client) -> None:
    first, _, third = three_of_one()
    page = alice.get(f"/customers/{first}/members/").content.decode()
    assert "Not the same customer" not in page
    assert alice.post(f"/customers/{first}/members/{third}/apart/").status_code == 403
    assert alice.get("/review/").status_code == 403
    assert customer_of(third).id == first


def test_members_cost_the_same_for_2_and_20(officer: Client) -> None:
    profiles = [a_profile(str(n), f"source-{n}", **HANBIT) for n in range(2)]
    match(profiles)
    address = f"/customers/{profiles[0]}/members/"
    for_two = queries_of(officer, address)
    match([a_profile(str(n), f"source-{n}", **HANBIT) for n in range(2, 20)])
    assert customer_of(profiles[0]).profile_count == 20
    assert queries_of(officer, address) == for_two <= 13


def test_a_pair_is_judged_and_the_judgement_undone(officer: Client) -> None:
    pair = a_pair()
    page = officer.get("/review/").content.decode()
    assert "One question waits." in page
    assert "Lund" in page
    address = f"/review/{pair.left_id}/{pair.right_id}/verdict/"
    officer.post(address, {"verdict": "same"})
    assert customer_of(pair.right_id).id == pair.left_id
    page = officer.get("/review/").content.decode()
    assert "Nothing waits for you" in page
    judged = page.partition("/review/judgements/")[2].partition("/")[0]
    officer.post(address, {"verdict": "same"})  # the second click
    officer.post(f"/review/judgements/{judged}/withdrawal/")
    assert customer_of(pair.right_id).id == pair.right_id
    assert Pair.objects.count() == 1
    officer.post(address, {"verdict": "different"})
    match(Profile.objects.values_list("id", flat=True))
    assert not Pair.objects.exists()
    assert officer.post(address, {"verdict": "perhaps"}).status_code == 422
