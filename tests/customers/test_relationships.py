"""Relationships by hand: said, ended, taken back; by whom; and that no import brings them back."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.customers.cast import a_person, a_profile, a_source, customer_of

from concord.customers import queries
from concord.customers.actions.relating import end_relation, relate, take_back_relation
from concord.customers.models import Customer, Relationship
from concord.kernel.errors import Problem
from concord.kernel.models import Role, User
from concord.kernel.time import today
from concord.records.actions.relations import RelationSaid
from concord.records.actions.relations import receive as receive_relations
from concord.ui import formats

pytestmark = pytest.mark.django_db

DAY = date(2026, 6, 1)
UNDO = "/withdrawal/"


@pytest.fixture
def firm() -> UUID:
    return a_profile("F1", name="Acme Tools")


@pytest.fixture
def karin() -> UUID:
    return a_profile("P1", kind="person", name="Karin Ekdahl")


def people(firm: UUID, day: date = DAY) -> list[tuple[str, str]]:
    return [(each.name, each.title) for each in related(firm, "people", day)]


def related(customer: UUID, how: str, day: date = DAY) -> list[queries.Related]:
    return [each for each in queries.related_on(customer, day) if each.how == how]


def said_by_accounting(since: date | None = None, until: date | None = None) -> str:
    said = RelationSaid("P1", "works_at", "F1", "Buyer", since, until)
    [receipt] = receive_relations(a_source(), [said])
    return receipt.outcome


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


# Actions --------------------------------------------------------------------------------------


def test_the_latest_word_by_hand_holds_and_the_same_word_changes_nothing(
    firm: UUID, karin: UUID
) -> None:
    alice = a_person()
    first = relate(karin, "works_at", firm, alice, title="Buyer")
    assert relate(karin, "works_at", firm, alice, title=" Buyer ") == first
    relate(karin, "works_at", firm, alice, title="Head of purchasing")
    assert people(firm) == [("Karin Ekdahl", "Head of purchasing")]
    first.refresh_from_db()
    assert first.known_to is not None
    assert Relationship.objects.count() == 2


def test_a_household_is_the_same_from_both_sides(karin: UUID) -> None:
    lars = a_profile("P2", kind="person", name="Lars Ekdahl")
    first = relate(karin, "household", lars, a_person())
    assert relate(lars, "household", karin, a_person("Bob")) == first
    assert [each.name for each in related(karin, "household")] == ["Lars Ekdahl"]
    assert [each.name for each in related(lars, "household")] == ["Karin Ekdahl"]


@pytest.mark.parametrize(
    ("kind", "one", "other", "says"),
    [
        ("works_at", "firm", "firm2", "Only a person works somewhere"),
        ("works_at", "karin", "lars", "works at an organisation"),
        ("part_of", "karin", "firm", "Only an organisation is part"),
        ("household", "karin", "firm", "A household is of persons"),
        ("works_at", "karin", "karin", "not related to itself"),
    ],
)
def test_what_cannot_be_is_refused(
    firm: UUID, karin: UUID, kind: str, one: str, other: str, says: str
) -> None:
    who = {"firm": firm, "karin": karin,
           "firm2": a_profile("F2", name="Bolt AG"),
           "lars": a_profile("P2", kind="person", name="Lars Ekdahl")}  # fmt: skip
    with pytest.raises(Problem, match=says):
        relate(who[one], kind, who[other], a_person())
    assert not Relationship.objects.exists()


def test_an_end_holds_against_every_source_and_the_next_import(firm: UUID, karin: UUID) -> None:
    alice, until = a_person(), date(2026, 5, 1)
    assert said_by_accounting() == "created"
    relate(karin, "works_at", firm, alice, title="Head of purchasing")
    row = Relationship.objects.get(source__key="accounting")
    end_relation(row, until, alice)
    assert people(firm) == []
    assert len(people(firm, date(2026, 4, 30))) == 1
    assert said_by_accounting() == "unchanged"
    assert people(firm) == []
    assert said_by_accounting(since=date(2026, 5, 15)) == "changed"  # they began again
    assert people(firm) == [("Karin Ekdahl", "Buyer")]


def test_an_end_by_hand_is_taken_back_as_it_was(firm: UUID, karin: UUID) -> None:
    alice, since = a_person(), date(2020, 1, 1)
    said_by_accounting(since=since)
    row = Relationship.objects.get()
    ended = end_relation(row, date(2026, 5, 1), alice)
    assert end_relation(row, date(2026, 5, 1), alice) == ended  # the second click
    take_back_relation(ended, alice)
    take_back_relation(ended, alice)
    assert people(firm) == [("Karin Ekdahl", "Buyer")]
    now = Relationship.objects.get(known_to=None)
    assert (now.source.key, now.valid_from, now.valid_to) == ("accounting", since, None)
    assert said_by_accounting(since=since) == "unchanged"


def test_a_new_relationship_is_taken_back_and_one_of_a_system_is_not(
    firm: UUID, karin: UUID
) -> None:
    alice = a_person()
    take_back_relation(relate(karin, "works_at", firm, alice), alice)
    assert people(firm) == []
    said_by_accounting()
    with pytest.raises(Problem, match="nobody by hand"):
        take_back_relation(Relationship.objects.get(known_to=None), alice)
    assert people(firm) == [("Karin Ekdahl", "Buyer")]


def test_an_end_before_the_beginning_names_who_says_when_it_began(firm: UUID, karin: UUID) -> None:
    said_by_accounting(since=date(2026, 3, 1))
    with pytest.raises(Problem) as refused:
        end_relation(Relationship.objects.get(), date(2026, 2, 1), a_person())
    assert refused.value.place == "valid_to"
    began = formats.on_day(date(2026, 3, 1))
    assert f"Accounting says that it began on {began}" in refused.value.mend


def test_a_person_comes_back(firm: UUID, karin: UUID) -> None:
    alice = a_person()
    end_relation(relate(karin, "works_at", firm, alice), date(2026, 5, 1), alice)
    relate(karin, "works_at", firm, alice, valid_from=date(2026, 5, 20))
    assert (len(people(firm)), people(firm, date(2026, 5, 10))) == (1, [])


# Pages ----------------------------------------------------------------------------------------


def test_a_relationship_is_added_ended_and_both_are_undone(firm: UUID, karin: UUID) -> None:
    client = client_of(a_person())
    found = client.get(f"/customers/{firm}/relations/find/", {"how": "people", "q": "karin"})
    assert f'value="{karin}" checked' in found.content.decode()
    none = client.get(f"/customers/{firm}/relations/find/", {"how": "people", "q": "acme"})
    assert "No person like this." in none.content.decode()
    assert f"at={firm}" in none.content.decode()
    said = {"how": "people", "other": karin, "title": "Buyer", "valid_from": "2020-01-01"}
    added = client.post(f"/customers/{firm}/relations/new/", said, follow=True)
    assert "Karin Ekdahl" in added.content.decode().split('id="related"')[1]
    undo = undo_in(added.content.decode())
    row = Relationship.objects.get(known_to=None)
    assert (row.title, row.valid_from) == ("Buyer", date(2020, 1, 1))
    ended = client.post(
        f"/customers/{firm}/relations/{row.pk}/end/", {"on": today().isoformat()}, follow=True
    )
    assert "Nobody is known there yet." in ended.content.decode()
    listed = client.get(f"/customers/{firm}/relations/").content.decode()
    assert "Karin Ekdahl" in listed.split("Earlier")[1]
    assert undo_in(ended.content.decode()) in listed.split("Earlier")[1]  # also without the toast
    client.post(undo_in(ended.content.decode()))
    assert people(firm, today()) == [("Karin Ekdahl", "Buyer")]
    assert undo != undo_in(ended.content.decode())


def undo_in(page: str) -> str:
    return page.split(UNDO)[0].rpartition('"')[2] + UNDO


def test_what_is_wrong_is_said_and_what_was_typed_stays(firm: UUID, karin: UUID) -> None:
    client = client_of(a_person())
    nobody = client.post(f"/customers/{firm}/relations/new/", {"how": "people", "q": "Kar"})
    assert nobody.status_code == 422
    assert "Find whom it is about, and choose them." in nobody.content.decode()
    assert 'value="Kar"' in nobody.content.decode()
    row = relate(karin, "works_at", firm, a_person("Bob"), valid_from=date(2026, 3, 1))
    early = client.post(f"/customers/{firm}/relations/{row.pk}/end/", {"on": "2026-02-01"})
    assert early.status_code == 422
    assert "choose a later day" in early.content.decode()
    assert 'value="2026-02-01"' in early.content.decode()
    assert client.post(f"/customers/{firm}/relations/{row.pk}/end/", {"on": ""}).status_code == 422
    assert people(firm) == [("Karin Ekdahl", "")]


def test_groups_are_said_by_who_runs_the_company_by_every_way(firm: UUID) -> None:
    parent = a_profile("F2", name="Bolt AG")
    alice, olga = a_person(), a_person("Olga", Role.OFFICER)
    asked = {"how": "part_of", "other": parent}
    new = f"/customers/{firm}/relations/new/"
    member, officer = client_of(alice), client_of(olga)
    assert "Their parent company" not in member.get(new).content.decode()
    assert member.post(new, asked).status_code == 422
    assert not Relationship.objects.exists()
    assert officer.post(new, asked).status_code == 302
    row = Relationship.objects.get()
    for way, said in (("end", {"on": "2026-06-01"}), ("withdrawal", {})):
        address = f"/customers/{firm}/relations/{row.pk}/{way}/"
        assert member.post(address, said).status_code == 403
        assert Relationship.objects.get(known_to=None).pk == row.pk
    assert "It has ended" not in member.get(f"/customers/{firm}/relations/").content.decode()
    assert queries.group_of(firm, today()) == sorted([firm, parent])
    assert officer.post(f"/customers/{firm}/relations/{row.pk}/withdrawal/").status_code == 302
    assert queries.group_of(firm, today()) == [firm]


def test_a_relationship_of_others_is_not_reached_through_a_customer(
    firm: UUID, karin: UUID
) -> None:
    stranger = a_profile("F2", name="Bolt AG")
    row = relate(karin, "works_at", firm, a_person())
    client = client_of(a_person("Bob"))
    for way in ("end", "withdrawal"):
        assert client.post(f"/customers/{stranger}/relations/{row.pk}/{way}/").status_code == 404
    assert client.post(f"/customers/{firm}/relations/999999/end/").status_code == 404
    assert client.get(f"/customers/{firm}/relations/find/?other=nonsense").status_code == 200


def test_a_person_is_made_where_they_work_and_who_it_may_be_is_offered(
    firm: UUID, karin: UUID
) -> None:
    client = client_of(a_person())
    form = client.get("/customers/new/", {"kind": "person", "at": firm}).content.decode()
    assert "Acme Tools" in form
    assert "Tax number" not in form
    alike = {"kind": "person", "at": firm, "name": "Karin Ekd"}
    shown = client.get("/customers/duplicates/", alike).content.decode()
    assert f"/customers/{firm}/relations/new/?how=people&amp;other={karin}" in shown
    chosen = client.get(f"/customers/{firm}/relations/new/", {"how": "people", "other": karin})
    assert f'value="{karin}" checked' in chosen.content.decode()
    said = {"kind": "person", "at": firm, "name": "Lars Holm", "title": "Plant manager"}
    made = client.post("/customers/new/", said, follow=True)
    assert "Lars Holm works at Acme Tools now." in made.content.decode()
    lars = Customer.objects.get(name="Lars Holm")
    assert (lars.kind, people(firm)) == ("person", [("Lars Holm", "Plant manager")])
    client.post(undo_in(made.content.decode()))
    assert people(firm) == []
    assert customer_of(lars.pk) == lars
    for wrong in ({"name": ""}, {"kind": "organisation"}):
        assert client.post("/customers/new/", said | wrong).status_code == 422
    assert client.get("/customers/new/", {"at": "nonsense"}).status_code == 404


def test_the_list_costs_the_same_for_1_and_20(firm: UUID, karin: UUID) -> None:
    alice = a_person()
    client, address = client_of(alice), f"/customers/{firm}/relations/"

    def queries_of() -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    relate(karin, "works_at", firm, alice)
    for_one = queries_of()
    for n in range(20):
        person = a_profile(f"N{n}", kind="person", name=f"Person {n:02}")
        relate(person, "works_at", firm, alice, valid_from=today() + timedelta(days=n - 10))
    assert queries_of() == for_one <= 7
    assert client.get(address).content.decode().count("It has ended") == 21
