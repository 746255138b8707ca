"""Many profiles are matched in batches, two side by side; what one batch writes the other sees."""

from __future__ import annotations

import gc
import os
from typing import Any
from uuid import UUID

import pytest
from tests.customers.cast import a_source, said

from concord.customers.actions import matching
from concord.customers.actions.candidates import Announced, announce, claim
from concord.customers.actions.profiles import receive
from concord.customers.models import BlockKey, Customer, Judgement, Membership, Profile
from concord.customers.rows import array, fetch
from concord.kernel.beside import Beside
from concord.kernel.memory import uncollected

COMPANIES = 40
FIRST = ("Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Ginkgo", "Hazel")
SECOND = ("Optics", "Foundry", "Bearings", "Textiles", "Pumps")


def told_by(source: str) -> list[UUID]:
    """What one system says of all companies."""
    words = [
        said(
            f"{source}{n}",
            name=f"{FIRST[n % 8]} {SECOND[n // 8]} GmbH",
            tax_id=f"DE{129_273_398 + n * 7_919}",
            country="DE",
        )
        for n in range(COMPANIES)
    ]
    return [receipt.profile_id for receipt in receive(a_source(source), words)]


@pytest.mark.django_db(transaction=True)
def test_duplicates_in_batches_side_by_side_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "BATCH", 7)
    profiles = [profile for source in ("one", "two", "three") for profile in told_by(source)]
    calls = _watched(monkeypatch)
    matched = matching.match(profiles)
    assert calls
    assert matched == matching.Matched(3 * COMPANIES, 2 * COMPANIES, 0)
    assert Customer.objects.filter(merged_into=None).count() == COMPANIES
    assert set(
        Customer.objects.filter(merged_into=None).values_list("profile_count", flat=True)
    ) == {3}
    assert not Profile.objects.filter(matched_at=None).exists()
    assert Membership.objects.filter(known_to=None).count() == 3 * COMPANIES
    again = matching.match(profiles)
    assert (again.joined, again.to_review) == (0, 0)
    assert Judgement.objects.count() == 2 * COMPANIES


@pytest.mark.django_db(transaction=True)
def test_what_fails_is_said_and_what_is_left_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "BATCH", 7)
    profiles = told_by("one") + told_by("two")
    match_one = matching._match

    def fail(batch: Announced) -> matching.Matched:
        if profiles[8] in batch.profiles:
            raise RuntimeError("the database is gone")
        return match_one(batch)

    with monkeypatch.context() as broken:
        broken.setattr(matching, "_match", fail)
        with pytest.raises(RuntimeError, match="the database is gone"):
            matching.match(profiles)
    waiting = set(Profile.objects.filter(matched_at=None).values_list("id", flat=True))
    assert set(profiles[7:14]) <= waiting
    matching.match_pending()
    assert not Profile.objects.filter(matched_at=None).exists()
    assert Customer.objects.filter(merged_into=None).count() == COMPANIES


@pytest.mark.django_db(transaction=True)
def test_a_process_that_is_killed_leaves_its_batch_to_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(matching, "BATCH", 7)
    profiles = told_by("one") + told_by("two")
    call = Beside.call
    monkeypatch.setattr(Beside, "call", lambda self, *_: call(self, os._exit, 9))
    assert matching.match(profiles) == matching.Matched(2 * COMPANIES, COMPANIES, 0)
    assert not Profile.objects.filter(matched_at=None).exists()


@pytest.mark.django_db
def test_within_a_transaction_of_the_caller_nobody_else_matches(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another connection would not see what is not committed yet."""
    monkeypatch.setattr(matching, "BATCH", 7)
    profiles = told_by("one") + told_by("two")
    calls = _watched(monkeypatch)
    assert matching.match(profiles).joined == COMPANIES
    assert not calls


@pytest.mark.django_db
def test_keys_that_a_profile_does_not_have_any_more_are_gone() -> None:
    [profile] = [receive(a_source(), [said("1", name="Alder Optics GmbH")])[0].profile_id]
    matching.match([profile])
    before = set(BlockKey.objects.values_list("key", flat=True))
    receive(a_source(), [said("1", name="Birch Pumps Ltd")])
    matching.match([profile])
    after = set(BlockKey.objects.values_list("key", flat=True))
    assert before
    assert after
    assert not before & after


@pytest.mark.django_db
def test_who_changed_since_it_was_announced_is_found_by_what_it_says_now() -> None:
    one, other = told_by("one")[:2]
    announced = announce([one, other])
    before = {who: keys_of(who) for who in (one, other)}
    receive(a_source("one"), [said("one0", name="Hazel Turbines Ltd", country="GB")])
    batch, _ = claim(announced)
    assert batch.again == {one}
    assert before[one].isdisjoint(keys_of(one))
    assert before[other] == keys_of(other)


def keys_of(profile: UUID) -> set[int]:
    return set(BlockKey.objects.filter(profile_id=profile).values_list("key", flat=True))


@pytest.mark.django_db
def test_an_array_comes_back_as_it_was_whatever_stands_in_it() -> None:
    for texts in (
        [],
        ["a"],
        ["a", "b,c"],
        ["null", "NULL"],
        [""],
        ['q"', "\\", "{x}"],
        ["a b", "한"],
    ):
        assert fetch("SELECT %s::text[]", [array(texts)]) == [(texts,)]


def test_the_collector_goes_on_when_the_last_batch_is_through() -> None:
    with uncollected():
        with uncollected():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError), uncollected():
        1 / 0  # noqa: B018
    assert gc.isenabled()


def _watched(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was called in the second process."""
    calls: list[Any] = []
    call = Beside.call

    def watched(beside: Beside, *args: Any) -> Any:
        calls.append(args)
        return call(beside, *args)

    monkeypatch.setattr(Beside, "call", watched)
    return calls
