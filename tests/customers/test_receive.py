"""What a source says is taken over once, versions are kept, and an import can be undone."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, connections
from tests.customers.cast import a_person, a_source, customer_of, said

from concord.customers import queries
from concord.customers.actions.profiles import receive, stubs
from concord.customers.actions.withdrawals import Counts, withdraw
from concord.customers.models import Customer, Membership, Profile, ProfileVersion
from concord.customers.said import ProfileSaid
from concord.kernel.errors import Problem
from concord.kernel.models import AuditEntry

pytestmark = pytest.mark.django_db


def test_a_new_key_becomes_a_profile_and_a_customer_of_the_same_id() -> None:
    [receipt] = receive(a_source(), [said("4711", name="Hanbit Precision Co., Ltd.")])
    assert receipt.outcome == "created"
    customer = Customer.objects.get()
    assert customer.id == receipt.profile_id
    assert customer.name == "Hanbit Precision Co., Ltd."
    assert customer.golden["name"]["source"] == "accounting"
    assert queries.by_key("accounting", "4711") == customer
    assert queries.member_ids(customer.id) == [receipt.profile_id]
    assert Profile.objects.get().matched_at is None


def test_the_same_again_changes_nothing() -> None:
    words = [said(str(n), name=f"Customer {n}", phones=["+49 30 1234567"]) for n in range(20)]
    receive(a_source(), words, import_id=1)
    before = list(Profile.objects.order_by("key").values())
    receipts = receive(a_source(), words, import_id=2)
    assert {receipt.outcome for receipt in receipts} == {"unchanged"}
    assert list(Profile.objects.order_by("key").values()) == before
    assert ProfileVersion.objects.count() == 0


def test_a_changed_value_leaves_a_version_and_is_matched_again() -> None:
    first, second = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    receive(a_source(), [said("1", name="Old name")], at=first, import_id=1)
    Profile.objects.update(matched_at=first)
    [receipt] = receive(a_source(), [said("1", name="New name")], at=second, import_id=2)
    assert receipt.outcome == "changed"
    version = ProfileVersion.objects.get()
    assert (version.data, version.known_from, version.known_to, version.import_id) == (
        {"name": "Old name"},
        first,
        second,
        1,
    )
    assert Profile.objects.get().matched_at is None
    assert Customer.objects.get().name == "New name"


def test_the_later_word_on_a_key_holds_within_a_batch() -> None:
    receipts = receive(a_source(), [said("1", name="First"), said("2"), said("1", name="Second")])
    assert [r.outcome for r in receipts] == ["unchanged", "created", "created"]
    assert receipts[0].profile_id == receipts[2].profile_id
    assert Profile.objects.get(key="1").data == {"name": "Second"}


def test_partial_keeps_what_is_not_said_and_empties_what_is_said_empty() -> None:
    receive(a_source(), [said("1", name="Acme", city="Bonn", phones=["1"], ids={"duns": "9"})])
    receive(
        a_source(),
        [ProfileSaid("1", "organisation", {"city": "", "ids": {"lei": "7"}}, partial=True)],
    )
    assert Profile.objects.get().data == {
        "name": "Acme",
        "phones": ["1"],
        "ids": {"duns": "9", "lei": "7"},
    }


def test_unknown_attributes_are_kept_under_other() -> None:
    receive(a_source(), [said("1", name="Acme", loyalty="gold", other={"Shoe size": "44"})])
    assert Profile.objects.get().data == {
        "name": "Acme",
        "other": {"loyalty": "gold", "Shoe size": "44"},
    }


def test_text_that_the_database_cannot_hold_is_cleaned() -> None:
    receive(a_source(), [said("1", name="A\x00cme \ud800 Ltd", notes="x" * 100_000)])
    assert Profile.objects.get().data["name"] == "Acme ? Ltd"
    assert len(Customer.objects.get().search_tokens) < 100


@pytest.mark.parametrize("key", ["", "k" * 256, "a\x00b"])
def test_a_key_that_cannot_be_one_is_refused_whole(key: str) -> None:
    with pytest.raises(Problem, match="key"):
        receive(a_source(), [said("1"), said(key)])
    assert not Profile.objects.exists()


def test_stubs_give_ids_and_wait_for_their_source() -> None:
    [known] = receive(a_source(), [said("1", name="Acme")])
    found = stubs(a_source(), ["1", "2", "2"], import_id=5)
    assert found.keys() == {"1", "2"}
    assert found["1"] == known.profile_id
    assert stubs(a_source(), ["2"], import_id=6) == {"2": found["2"]}
    stub = Profile.objects.get(key="2")
    assert (stub.is_stub, stub.data, stub.import_id) == (True, {}, 5)
    assert customer_of(stub.id).name == "2"
    [receipt] = receive(a_source(), [said("2", name="Late Inc")], import_id=7)
    assert (receipt.profile_id, receipt.outcome) == (stub.id, "created")
    assert customer_of(stub.id).name == "Late Inc"


def test_undo_takes_back_what_was_created_and_restores_what_was_changed() -> None:
    receive(a_source(), [said("old", name="Before")], import_id=1)
    receive(a_source(), [said("old", name="After"), said("new", name="New")], import_id=2)
    assert withdraw(2, a_person()) == Counts(withdrawn=1, restored=1, kept=0)
    assert Profile.objects.get(key="old").data == {"name": "Before"}
    assert Profile.objects.get(key="new").withdrawn_at is not None
    assert customer_of(Profile.objects.get(key="old").id).name == "Before"
    gone = customer_of(Profile.objects.get(key="new").id)
    assert (gone.profile_count, gone.search_tokens, gone.name_norm) == (0, [], "")
    assert AuditEntry.objects.get().action == "customers.withdraw"


def test_undo_leaves_what_another_import_changed_later() -> None:
    receive(a_source(), [said("1", name="One")], import_id=1)
    receive(a_source(), [said("1", name="Two")], import_id=2)
    assert withdraw(1, None) == Counts(withdrawn=0, restored=0, kept=1)
    assert Profile.objects.get().data == {"name": "Two"}


def test_undo_twice_and_import_again_gives_the_same_profile() -> None:
    [first] = receive(a_source(), [said("1", name="One")], import_id=1)
    withdraw(1, None)
    assert withdraw(1, None) == Counts(0, 0, 0)
    [again] = receive(a_source(), [said("1", name="One")], import_id=2)
    assert (again.profile_id, again.outcome) == (first.profile_id, "created")
    assert Customer.objects.get().profile_count == 1
    assert withdraw(2, None) == Counts(withdrawn=1)  # not back to what import 1 had said
    assert Customer.objects.get().profile_count == 0


def test_undo_leaves_a_stub_where_something_else_still_hangs() -> None:
    [receipt] = receive(a_source(), [said("1", name="One")], import_id=1)
    assert withdraw(1, None, needed=[receipt.profile_id]) == Counts(withdrawn=1)
    profile = Profile.objects.get()
    assert (profile.is_stub, profile.withdrawn_at, profile.data) == (True, None, {})
    assert stubs(a_source(), ["1"]) == {"1": receipt.profile_id}


def test_a_stub_revives_a_profile_that_was_taken_back() -> None:
    [receipt] = receive(a_source(), [said("1", name="One")], import_id=1)
    withdraw(1, None)
    assert stubs(a_source(), ["1"], import_id=2) == {"1": receipt.profile_id}
    profile = Profile.objects.get()
    assert (profile.is_stub, profile.withdrawn_at) == (True, None)


def test_a_batch_costs_the_same_number_of_queries_for_1_and_for_20(
    django_assert_num_queries: Any,
) -> None:
    source = a_source()
    receive(source, [said(str(n), name=f"C {n}") for n in range(21)])
    with django_assert_num_queries(13):
        receive(source, [said("0", name="D 0")])
    with django_assert_num_queries(13):
        receive(source, [said(str(n), name=f"E {n}") for n in range(1, 21)])


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_the_same_keys_at_once() -> None:
    source = a_source()
    receive(source, [said(f"k{n}", name="Old") for n in range(0, 60, 3)])
    start, failures = threading.Barrier(2), []

    def work(name: str, keys: list[str]) -> None:
        try:
            start.wait()
            for _ in range(3):
                receive(source, [said(key, name=name) for key in keys])
        except Exception as error:  # noqa: BLE001 - shown by the assertion below
            failures.append(error)
        finally:
            connections.close_all()

    keys = [f"k{n}" for n in range(60)]
    threads = [
        threading.Thread(target=work, args=("Left", keys)),
        threading.Thread(target=work, args=("Right", keys[::-1])),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert Profile.objects.count() == Customer.objects.count() == 60
    assert Membership.objects.filter(known_to=None).count() == 60
    for customer in Customer.objects.all():
        assert customer.name == Profile.objects.get(id=customer.id).data["name"]
    connection.close()
