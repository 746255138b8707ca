"""While somebody is erased nobody joins, asks or says anything of them; nobody else is touched."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.customers.cast import a_person, a_profile, a_source, customer_of, profile, said

from concord.customers.actions import desk, erasures
from concord.customers.actions.arrivals import arrive
from concord.customers.actions.candidates import Announced, claim
from concord.customers.actions.joining import settle
from concord.customers.actions.judgements import judge, take_back
from concord.customers.actions.matching import match
from concord.customers.actions.merge import unmerge
from concord.customers.actions.profiles import receive
from concord.customers.actions.weighing import weigh_pending
from concord.customers.actions.withdrawals import withdraw
from concord.customers.matching.compare import compare
from concord.customers.models import Erasure, Pair, Profile
from concord.customers.rights.erase import carry_out
from concord.kernel.errors import Problem
from concord.kernel.models import Role, User
from concord.records.importing.replay import replay_all
from concord.records.importing.run import run_import
from concord.records.importing.undo import begin_undo, undo_import
from concord.records.models import Record, Rejection

pytestmark = pytest.mark.django_db

ANNA = {"name": "Anna Weissenfeld", "emails": ["anna@weissenfeld.example"], "city": "Dresden"}


@pytest.fixture
def olga() -> User:
    return a_person("Olga", Role.OFFICER)


def a_person_called(key: str, source: str = "shop", **more: object) -> UUID:
    return a_profile(key, source, "person", **ANNA | more)


def begun(anna: UUID, olga: User) -> Erasure:
    [erasure] = erasures.confirm(olga, anna, "Anna Weissenfeld")
    return erasure


def test_who_comes_while_somebody_is_erased_is_not_joined_with_them(olga: User) -> None:
    erasure = begun(a_person_called("A-1"), olga)
    other = a_person_called("S-7", "sales")
    assert (match([other]).joined, match([other]).to_review) == (0, 0)
    carry_out(erasure.pk)
    found = customer_of(other)
    assert (found.id, found.name, found.profile_count) == (other, "Anna Weissenfeld", 1)
    assert found.search_tokens != []


@pytest.mark.parametrize("other", [{}, {"emails": []}])
def test_matching_under_way_neither_joins_nor_asks(olga: User, other: dict[str, object]) -> None:
    anna, newcomer = a_person_called("A-1"), a_person_called("S-7", "sales", **other)
    match([anna])
    batch, pairs = claim(Announced([newcomer]))
    compared = {}
    for pair in pairs:
        left, right = (batch.features[one] for one in pair)
        compared[pair] = compare(left, right, batch.shared.between(left, right), batch.model)
    assert [one.is_automatic or one.is_for_review for one in compared.values()] == [True]
    begun(anna, olga)
    assert settle(batch, compared) == (0, 0)
    assert customer_of(newcomer).id == newcomer
    assert not Pair.objects.exists()


def test_nothing_is_said_by_hand_of_who_is_erased(olga: User) -> None:
    anna, other = a_person_called("A-1"), a_person_called("S-7", "sales")
    third = a_person_called("T-3", "tickets")
    said_same = judge(anna, other, "same", olga)
    begun(anna, olga)
    for what in (
        lambda: judge(anna, third, "same", olga),
        lambda: unmerge(other, olga),
        lambda: take_back(said_same, olga),
        lambda: desk.correct(anna, "city", "Pirna", olga),
    ):
        with pytest.raises(Problem, match="erased on request"):
            what()
    assert customer_of(other).id == anna


def test_on_line_a_source_brings_nobody_back_and_others_come_in(olga: User) -> None:
    carry_out(begun(a_person_called("A-1"), olga).pk)
    with pytest.raises(Problem, match="erased on request"):
        arrive(a_source("shop"), said("A-1", "person", **ANNA))
    receipt = arrive(a_source("shop"), said("B-2", "person", name="Bernd Kalthoff"))
    assert receipt.outcome == "created"
    assert customer_of(receipt.profile_id).name == "Bernd Kalthoff"


def test_nobody_is_let_in_before_the_erasure_is_done(olga: User) -> None:
    erasure = begun(a_person_called("A-1"), olga)
    with pytest.raises(Problem, match="not done yet"):
        erasures.let_in(olga, erasure, "They bought again.")
    carry_out(erasure.pk)
    erasures.let_in(olga, erasure, "They bought again.")
    assert customer_of(a_person_called("A-1")).name == "Anna Weissenfeld"


def test_the_sources_are_held_before_the_customer_as_imports_do(olga: User) -> None:
    anna = a_person_called("A-1")
    with CaptureQueriesContext(connection) as asked:
        begun(anna, olga)
    sql = [each["sql"] for each in asked.captured_queries]
    sources = next(n for n, each in enumerate(sql) if "pg_advisory_xact_lock" in each)
    rows = [n for n, each in enumerate(sql) if "FOR NO KEY UPDATE" in each or "FOR UPDATE" in each]
    assert sources < min(rows)


def test_an_undo_that_an_erasure_met_is_done_in_the_end(olga: User, tmp_path: Path) -> None:
    path = tmp_path / "shop.csv"
    path.write_text("Id,Name\nA-1,Anna Weissenfeld\nB-2,Bernd Blau\n")
    mapping = '[[profile]]\nkey = "Id"\nkind = "person"\n[profile.set]\nname = "Name"\n'
    imported = run_import(path, a_source("shop"), mapping)
    begin_undo(imported, olga)
    carry_out(begun(Profile.objects.get(key="A-1").pk, olga).pk)
    undo_import(imported, olga)
    assert (imported.undo_done, imported.undo_total) == (1, 1)
    assert profile(Profile.objects.get(key="B-2").pk).withdrawn_at is not None


def test_a_row_that_waited_does_not_bring_them_back_and_the_others_are_taken(
    olga: User, tmp_path: Path
) -> None:
    mapping = """
        [[record]]
        type = "invoice"
        key = "No"
        profile = { template = "K-{Id}" }
        amount = "Sum"
    """
    a_person_called("K-1")
    path = tmp_path / "shop.csv"
    path.write_text("Id,No,Sum\n1,R-1,five\n2,R-2,six\n")
    imported = run_import(path, a_source("shop"), mapping)
    carry_out(begun(Profile.objects.get(key="K-1").pk, olga).pk)
    numbers = mapping.replace('"Sum"', '{ column = "Sum", values = { five = "5", six = "6" } }')
    assert replay_all(imported, olga, numbers) == {"replayed": 1, "still to fix": 1}
    row = Rejection.objects.get(resolved_at=None)
    assert (row.line, row.code, row.raw) == (2, "erased", {})
    assert [each.key for each in Record.objects.all()] == ["R-2"]


# What a source takes back


def asked() -> tuple[UUID, UUID]:
    """Two profiles that a person was asked about, and said to be the same."""
    one = a_person_called("A-1")
    [receipt] = receive(a_source("sales"), [said("S-7", "person", **ANNA)], import_id=7)
    return one, receipt.profile_id


def test_a_judgement_taken_back_asks_nothing_of_what_is_not_there(olga: User) -> None:
    one, other = asked()
    Pair.objects.create(left_id=one, right_id=other, score=0.7, found_at="2026-03-01T00:00Z")
    said_same = judge(one, other, "same", olga)
    withdraw(7, olga)
    take_back(said_same, olga)
    assert not Pair.objects.exists()


def test_what_was_asked_while_it_was_taken_back_goes_when_it_is_weighed(olga: User) -> None:
    one, other = asked()
    withdraw(7, olga)
    Pair.objects.create(left_id=one, right_id=other, score=0.7, found_at="2026-03-01T00:00Z")
    weigh_pending(10)
    assert not Pair.objects.exists()


def test_what_a_source_says_again_of_who_was_let_in_is_theirs(olga: User, tmp_path: Path) -> None:
    """An invoice without a word in it, too: it hung on the tombstone."""
    mapping = """
        [[profile]]
        key = "Id"
        kind = "person"
        [profile.set]
        name = "Name"
        [[record]]
        type = "invoice"
        key = "No"
        profile = "Id"
        amount = "Sum"
    """
    path = tmp_path / "shop.csv"
    path.write_text("Id,Name,No,Sum\nA-1,Anna Weissenfeld,R-1,5\n")
    run_import(path, a_source("shop"), mapping)
    [erasure] = erasures.confirm(
        olga, Profile.objects.get(key="A-1").pk, "Anna Weissenfeld", despite="They insist."
    )
    carry_out(erasure.pk)
    erasures.let_in(olga, erasure, "They bought again.")
    run_import(path, a_source("shop"), mapping)
    record = Record.objects.get(key="R-1")
    assert record.profile == Profile.objects.get(key="A-1")
    assert record.profile_id not in erasure.profiles
