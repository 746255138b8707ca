"""One customer who comes in on line: received, matched and written at once."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.customers.cast import a_source, customer_of, said

from concord.customers.actions import (
    arrivals,
    departures,
    golden,
    matching,
    membership,
    profiles,
)
from concord.customers.actions.arrivals import arrive
from concord.customers.actions.identity_models import change, put_in_force
from concord.customers.actions.profiles import receive
from concord.customers.matching import blocking, model, normal_form
from concord.customers.matching.clusters import Clusters
from concord.customers.matching.features import made
from concord.customers.matching.model import shipped
from concord.customers.models import (
    BlockKey,
    Customer,
    Judgement,
    Membership,
    NormalForm,
    Pair,
    Profile,
)
from concord.customers.rows import Found
from concord.kernel.time import now

ALDER: dict[str, Any] = {
    "name": "Alder Optics GmbH",
    "street": "Mill Road 12",
    "city": "Jena",
    "postcode": "07743",
    "country": "DE",
    "emails": ["info@alder-optics.example"],
    "tax_id": "DE129273398",
}

PLACE = {name: ALDER[name] for name in ("name", "city", "country")}
TOLD = {
    "number": PLACE | {"tax_id": ALDER["tax_id"]},
    "mailbox": PLACE | {name: ALDER[name] for name in ("emails", "street", "postcode")},
}
COMPANIES = [
    {
        "name": f"{name} GmbH",
        "city": city,
        "country": "DE",
        "emails": [f"info@{name.split()[0].lower()}.example"],
        "tax_id": f"DE{129_273_398 + 7_919 * number}",
    }
    for number, (name, city) in enumerate(
        [("Alder Optics", "Jena"), ("Birch Foundry", "Gera"), ("Cedar Pumps", "Ulm"),
         ("Dogwood Textiles", "Kiel"), ("Elm Bearings", "Hof"), ("Fir Castings", "Suhl")]
    )
]  # fmt: skip


def queries(source: str, key: str, **data: Any) -> int:
    system = a_source(source)
    with CaptureQueriesContext(connection) as asked:
        arrive(system, said(key, **data))
    return len(asked)


@pytest.mark.django_db
def test_who_is_known_elsewhere_is_joined_at_once() -> None:
    first = arrive(a_source("one"), said("1", **ALDER))
    second = arrive(a_source("two"), said("2", **{**ALDER, "street": "Mill Rd 12"}))
    assert (first.outcome, second.outcome) == ("created", "created")
    assert customer_of(second.profile_id).pk == first.profile_id
    assert customer_of(first.profile_id).profile_count == 2
    assert Customer.objects.get(pk=second.profile_id).merged_into_id == first.profile_id
    assert Judgement.objects.count() == 1
    assert not Profile.objects.filter(matched_at=None).exists()


@pytest.mark.django_db
def test_a_second_word_is_matched_again_and_the_same_word_not() -> None:
    first = arrive(a_source("one"), said("1", **ALDER))
    other = arrive(a_source("two"), said("2", name="Birch Foundry AG", city="Gera"))
    again = arrive(a_source("two"), said("2", **ALDER))
    assert (again.profile_id, again.outcome) == (other.profile_id, "changed")
    assert customer_of(other.profile_id).pk == first.profile_id
    assert arrive(a_source("two"), said("2", **ALDER)).outcome == "unchanged"
    assert not Profile.objects.filter(matched_at=None).exists()


@pytest.mark.django_db
def test_as_many_queries_among_many_candidates_as_among_few() -> None:
    arrive(a_source("one"), said("0", **ALDER))
    alone = queries("two", "1", name="Cedar Pumps GmbH", city="Ulm", country="DE")
    street = {"street": "Harbour Street 7", "city": "Kiel", "postcode": "24103", "country": "DE"}
    names = ("Dogwood Pumps", "Elm Bearings", "Fir Textiles", "Ginkgo Foundry", "Hazel Works")
    few = queries("two", "2", name="Linden Tools GmbH", **street)
    matching.match(
        receipt.profile_id
        for receipt in receive(
            a_source("one"),
            [said(f"n{n}", name=f"{names[n % 5]} {n} AG", **street) for n in range(40)],
        )
    )
    many = queries("two", "3", name="Maple Springs GmbH", **street)
    assert alone <= few <= many <= 4  # begun and ended in two of them
    assert queries("two", "4", **{**ALDER, "street": "Mill Rd 12"}) <= 6  # joined


@pytest.mark.django_db
def test_what_is_made_of_one_who_comes_is_what_would_be_made_of_their_row() -> None:
    numbers = {
        f"{'x' * (12 - at)}{at}": f"{at}-{at}" for at in range(12)
    }  # more than are looked at
    odd = {"ids": numbers | {"Ä": 7, "b": 1.50, "B": "2"}, "phones": ["030 1234567", "+49 30 99"],
           "name": "Ümläut & Söhne GmbH", "born": None, "x\u2028y": "z"}  # fmt: skip
    arrive(a_source("one"), said("1", **ALDER))
    arrive(a_source("two"), said("2", **{**ALDER, **odd}))
    for row in Profile.objects.all():
        form = NormalForm.objects.get(pk=row.pk)
        again = made(row.pk, row.kind, row.data, bytes(row.digest))
        assert (form.version, bytes(form.digest)) == (normal_form.version(), bytes(row.digest))
        assert normal_form.load(form.form) == normal_form.load(normal_form.dump(again))
        keys = BlockKey.objects.filter(profile_id=row.pk).values_list("key", flat=True)
        assert set(keys) == blocking.keys(again)


@pytest.mark.django_db
def test_the_customers_are_written_as_their_members_say(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether somebody comes alone, joins one or two, or is held back: see `golden.Founding`."""
    for number, data in enumerate(TOLD.values()):
        arrive(a_source("one"), said(str(number), **data))
    many = {f"{'n' * (25 - at)}": f"{at}-{at}" for at in range(25)}
    arrive(a_source("two"), said("both", **ALDER, ids=many, other={"bb": "2", "C": "1"}))
    require_as_their_members_say()
    pin = {**ALDER, "name": "Alder Optics", "city": "Gera", "phones": ["+49 3641 555"]}
    arrive(a_source("three"), said("pinned", pins=("city",), **pin))
    monkeypatch.setattr(Clusters, "join", lambda self, links, looked: ({}, dict(links)))
    arrive(a_source("four"), said("held back", **ALDER))
    assert sorted(Customer.objects.values_list("profile_count", flat=True)) == [1, 1, 1, 1, 4]
    assert Pair.objects.count() > 0
    found = {row["id"]: row for row in Customer.objects.values().order_by("id")}
    redirected = [row for row in found.values() if row["merged_into_id"]]
    assert [row["search_tokens"] for row in redirected] == [[]] * 3
    now_in = Membership.objects.filter(known_to=None).values_list("profile_id", "customer_id")
    assert {p: c for p, c in now_in if p != c} == {
        row["id"]: row["merged_into_id"] for row in redirected
    }
    require_as_their_members_say()
    arrive(a_source("five"), said("alone", name="Birch Foundry AG", city="Gera", ids=many))
    require_as_their_members_say()


def require_as_their_members_say() -> None:
    found = {row["id"]: row for row in Customer.objects.values()}
    golden.refresh_all(now())
    for row in Customer.objects.values():
        assert row | {"updated_at": None} == found[row["id"]] | {"updated_at": None}


@pytest.mark.django_db
def test_of_who_was_written_by_others_meanwhile_nothing_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source = a_source("one")
    first = arrive(source, said("1", **ALDER))
    monkeypatch.setattr(profiles, "_there", lambda *_: {})  # another import was faster
    again = arrive(source, said("1", **{**ALDER, "city": "Gera"}))
    assert (again.profile_id, again.outcome) == (first.profile_id, "changed")
    for table in (BlockKey, NormalForm, Membership):
        assert set(table.objects.values_list("profile_id", flat=True)) == {first.profile_id}
    assert Customer.objects.get().golden["city"]["value"] == "Gera"
    assert not Profile.objects.filter(matched_at=None).exists()


@pytest.mark.django_db
def test_a_model_that_this_process_has_not_read_yet_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    careful = change(shipped().version, None, thresholds={"organisation": (90.0, 4.5)})
    assert careful is not None
    put_in_force(careful.version, None)
    arrive(a_source("one"), said("1", **ALDER))
    monkeypatch.setattr(model, "_at_hand", {})
    arrive(a_source("two"), said("2", **ALDER))
    assert not Judgement.objects.exists()  # nothing is joined by it
    assert Pair.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_fails_in_the_middle_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(*args: object) -> None:
        raise RuntimeError("killed")

    monkeypatch.setattr(arrivals, "settle", dies)
    source = a_source("one")
    with pytest.raises(RuntimeError):
        arrive(source, said("1", **ALDER))
    assert not Profile.objects.exists()
    assert not Customer.objects.exists()


@pytest.mark.django_db
def test_who_is_the_same_as_two_customers_joins_both() -> None:
    """The customers of the first link are locked before the second link is known: given back, and
    all are locked in one order."""
    one = receive(a_source(), [said("1", **TOLD["number"])])[0].profile_id
    other = receive(a_source("shop"), [said("2", **TOLD["mailbox"])])[0].profile_id
    matching.match([one, other])
    assert customer_of(one) != customer_of(other)
    new = arrive(a_source("support"), said("3", **ALDER)).profile_id
    assert customer_of(new) == customer_of(one) == customer_of(other)
    assert customer_of(new).profile_count == 3
    assert not Pair.objects.exists()


@pytest.mark.django_db
def test_what_was_seen_behind_a_lock_that_was_given_back_counts_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = receive(a_source(), [said("1", **TOLD["number"])])[0].profile_id
    other = receive(a_source("shop"), [said("2", **TOLD["mailbox"])])[0].profile_id
    matching.match([one, other])
    give_back, given_back = membership.give_back, []

    def emptied_meanwhile() -> None:
        give_back()
        given_back.append(1)
        departures.withdraw([one, other], [one, other], now())

    monkeypatch.setattr(membership, "give_back", emptied_meanwhile)
    arrive(a_source("support"), said("3", **ALDER))
    assert given_back == [1]
    assert not Judgement.objects.exists()
    assert not Pair.objects.exists()


@pytest.mark.django_db
def test_who_moved_while_their_customers_were_locked_ahead_is_locked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = receive(a_source(), [said("1", **ALDER)])[0].profile_id
    matching.match([known])
    read, given_back = membership.locked, []

    def moved_at_first(found: Found) -> tuple[membership.Members, Found] | None:
        given_back.append(found)
        return None if len(given_back) == 1 else read(found)

    monkeypatch.setattr(membership, "locked", moved_at_first)
    new = arrive(a_source("shop"), said("2", **ALDER)).profile_id
    assert len(given_back) == 2
    assert customer_of(new) == customer_of(known)
    assert Judgement.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_the_later_sees_the_earlier() -> None:
    sources = [a_source(f"system {number}") for number in range(4)]
    failed: list[Exception] = []

    def come(number: int) -> None:
        try:
            for company in range(6):
                told = {
                    "name": f"{'ABCDEF'[company]}lder Optics GmbH",
                    "tax_id": f"DE12927339{company}",
                }
                arrive(sources[number], said(f"{company}", **{**ALDER, **told}))
        except Exception as error:  # noqa: BLE001 - told below
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=come, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert Membership.objects.filter(known_to=None).count() == 24
    assert not Profile.objects.filter(matched_at=None).exists()
    whole = Customer.objects.filter(merged_into=None)
    assert list(whole.values_list("profile_count", flat=True)) == [4] * 6
