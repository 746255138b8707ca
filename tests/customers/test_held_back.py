"""Stored and not used: no list, board or page of sales and service shows a restricted customer;
who answers for the rights of persons finds them."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from tests.clock import stand_on
from tests.customers.cast import a_profile, a_source, customer_of
from tests.treatment.cast import TODAY, Cast, a_cast

from concord.customers import questions
from concord.customers.actions import matching, restrictions
from concord.customers.actions.merge import unmerge
from concord.customers.actions.relating import relate
from concord.customers.listing import listing as customers
from concord.customers.models import Customer, Kind
from concord.customers.queries import likely_duplicates
from concord.kernel import time
from concord.kernel.access import viewer_of
from concord.kernel.actions import api_keys
from concord.kernel.models import Role, User
from concord.pages.queries import find, today_of
from concord.records import types
from concord.records.actions.desk import open_record
from concord.records.queries import listing
from concord.treatment.actions.decide import decide
from concord.treatment.models import Watch
from concord.work.queries import board

pytestmark = pytest.mark.django_db
ADDRESS = {"street": "Elbweg 7", "city": "Dresden", "country": "DE"}


@pytest.fixture
def cast(db: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    stand_on(monkeypatch, TODAY)
    return a_cast()


def a_person(key: str, name: str) -> Customer:
    return customer_of(a_profile(key, kind="person", name=name, **ADDRESS))


@pytest.fixture
def anna(cast: Cast) -> Customer:
    """With whom Alice has a task and a deal, for whose answer she waits; and Bernd, her husband."""
    anna, bernd = a_person("A-1001", "Anna Weissenfeld"), a_person("B-1", "Bernd Weissenfeld")
    relate(anna.id, "household", bernd.id, cast.alice)
    for kind in ("task", "deal"):
        open_record(cast.alice, kind, anna.id, subject=f"{kind} of Anna", owner_id=cast.alice.pk)
    open_record(cast.bob, "note", anna.id, subject="Note of Anna")
    given = decide(anna.id, "proposal", {}, asked_by=cast.alice, channel="page")
    assert given.answer_id is not None
    Watch.objects.create(
        answer_id=given.answer_id, user=cast.alice, customer=anna, created_at=time.now()
    )
    return anna


def seen_by(user: User) -> set[str]:
    """Where this person comes across Anna or what is hers."""
    viewer, morning = viewer_of(user), today_of(viewer_of(user))
    cards = [row for lane in board(viewer, types.get("deal"), "all") for row in lane.rows]
    bernd = customers(viewer, text="Bernd").items[0]
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/customers/{bernd.id}/").content.decode()
    group = client.get(f"/customers/{bernd.id}/group/").content.decode()
    return {
        name
        for name, found in {
            "list": listing(viewer, "task").items,
            "board": cards,
            "today": [*morning.tasks, *morning.changes, *morning.colleagues],
            "waiting": morning.waiting,
            "customers": [row for row in customers(viewer).items if row.name.startswith("Anna")],
            "page": "Anna Weissenfeld" in page,
            "group": "Anna Weissenfeld" in group,
        }.items()
        if found
    }


def test_sales_and_service_come_across_them_nowhere_and_the_officer_does(
    cast: Cast, anna: Customer
) -> None:
    everywhere = {"list", "board", "today", "waiting", "customers", "page", "group"}
    assert seen_by(cast.alice) == everywhere
    restrictions.restrict(cast.olga, anna.id, "Disputed.")
    assert seen_by(cast.alice) == seen_by(cast.bob) == set()
    assert seen_by(cast.olga) == {"list", "board", "page", "group"}
    restrictions.lift(cast.olga, anna.id, "Settled.")
    assert seen_by(cast.alice) == everywhere


def test_they_are_not_found_by_the_number_of_their_record_nor_proposed(
    cast: Cast, anna: Customer
) -> None:
    from tests.records.builders import an_invoice

    from concord.records.actions.receive import receive

    receive(a_source(), [an_invoice("R-77001", profile="A-1001", opened_at=date(2026, 1, 1))])
    typed = {"name": "Anna Weissenfeld", **ADDRESS}
    assert find(viewer_of(cast.bob), "R-77001").records
    assert likely_duplicates(Kind.PERSON, typed)[0].id == anna.id
    restrictions.restrict(cast.olga, anna.id, "Disputed.")
    assert not find(viewer_of(cast.bob), "R-77001").records
    assert find(viewer_of(cast.olga), "R-77001").records
    assert anna.id not in {hit.id for hit in likely_duplicates(Kind.PERSON, typed)}


def test_a_question_that_waits_about_them_is_asked_no_more(cast: Cast) -> None:
    one = customer_of(a_profile("L1", "left", name="Lindqvist Mätteknik AB", city="Lund"))
    other = customer_of(a_profile("R1", "right", name="Lindqvist Mätteknik", city="Lund"))
    matching.match_pending()
    assert questions.between(one.id, other.id) is not None
    assert questions.waiting() == 1
    restrictions.restrict(cast.olga, other.id, "Disputed.")
    assert (questions.between(one.id, other.id), questions.listed(9)) == (None, [])
    assert questions.waiting() == 0
    restrictions.lift(cast.olga, other.id, "Settled.")
    assert questions.waiting() == 1


@pytest.mark.parametrize("side", [0, 1])
def test_of_what_was_joined_and_parted_again_neither_side_is_listed(cast: Cast, side: int) -> None:
    number = {"birth_date": "1971-03-04", "emails": ["anna@example.org"]}
    told = {"name": "Anna Weissenfeld", **number, **ADDRESS}
    profiles = [a_profile(key, key, kind="person", **told) for key in ("A-1", "B-1")]
    matching.match(profiles)
    assert {customer_of(each).pk for each in profiles} == {profiles[0]}
    unmerge(profiles[1], cast.olga)
    restrictions.restrict(cast.olga, customer_of(profiles[side]).pk, "disputed")
    manager = User.objects.create_user("mia@example.com", name="Mia", role=Role.MANAGER)
    listed = {}
    for person in (cast.olga, manager):
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        listed[person.name] = len(client.get("/review/joined/").context["page"].items)
    assert listed == {cast.olga.name: 1, "Mia": 0}


def test_a_key_of_the_api_gets_neither_name_nor_values(cast: Cast, anna: Customer) -> None:
    restrictions.restrict(cast.olga, anna.id, "Disputed.")
    for role, name in ((Role.MEMBER, ""), (Role.OFFICER, "Anna Weissenfeld")):
        shop = User.objects.create_user(
            f"{role}@shop.invalid", name="Shop", role=role, is_system=True
        )
        _key, secret = api_keys.create(cast.adam, shop, "Shop", ["customers:read"])
        headers = {"authorization": f"Bearer {secret}"}
        body = Client().get(f"/api/v1/customers/{anna.id}", headers=headers).json()
        assert (body["name"], body["restricted"], bool(body["values"])) == (name, True, bool(name))


def test_nothing_is_learnt_of_them_and_they_are_no_example(cast: Cast) -> None:
    from concord.customers import access
    from concord.customers.actions import golden_settings
    from concord.customers.actions.judgements import judge
    from concord.customers.training import sample

    one, other = (a_profile(f"L{n}", f"from-{n}", name="Lindqvist AB") for n in range(2))
    judge(one, other, "same", cast.olga)
    assert set(sample._features([one, other])) == {one, other}
    assert golden_settings.sample() == [customer_of(one).id]
    restrictions.restrict(cast.olga, customer_of(one).id, "Disputed.")
    assert sample._features([one, other]) == {}
    assert golden_settings.sample() == []
    assert set(access.held_profiles()) == {one, other}
