"""A person is erased: nothing personal is left in any column of any table, and they stay gone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.clock import stand_on
from tests.customers.rights_world import (
    BAD,
    KEY,
    NAME,
    OTHER,
    PERSONAL,
    ROW,
    STREET,
    World,
    a_world,
    an_import,
    where,
)
from tests.kernel.application import as_application
from tests.treatment.cast import TODAY, Cast, a_cast

from concord.customers import queries
from concord.customers.actions import erasures
from concord.customers.groups import household_of
from concord.customers.models import (
    Customer,
    ErasedKey,
    Erasure,
    ErasureRun,
    Profile,
    RightsEvent,
)
from concord.customers.rights import erase, keys, registry
from concord.kernel import notify
from concord.kernel.access import viewer_of
from concord.kernel.errors import Problem
from concord.kernel.models import Notification, User
from concord.records.models import Record, Rejection
from concord.treatment.actions.replay import replay
from concord.treatment.models import AnswerLog

pytestmark = pytest.mark.django_db

WHY = "Asked for by letter; the invoice is paid next week."


@pytest.fixture
def cast(db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Cast:
    stand_on(monkeypatch, TODAY)
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "files")
    return a_cast()


@pytest.fixture
def world(cast: Cast, tmp_path: Path) -> World:
    return a_world(cast, tmp_path)


def erased(cast: Cast, world: World) -> Erasure:
    [begun] = erasures.confirm(cast.olga, world.anna.id, NAME, despite=WHY)
    erase.carry_out(begun.pk)
    return begun


def test_nothing_personal_is_left_in_any_column_of_any_table(cast: Cast, world: World) -> None:
    before = where(PERSONAL)
    tables = {each.split(".")[0] for each in before}
    assert {
        "customers_profile", "customers_profileversion", "customers_customer",
        "customers_judgement",
        "customers_relationship", "records_record", "records_rejection", "kernel_auditentry",
        "treatment_answerlog", "treatment_lift", "treatment_concern", "connect_idempotentcall",
        "kernel_notification",
    } <= tables  # fmt: skip
    erased(cast, world)
    assert where(PERSONAL) == []


def test_a_tombstone_stays_and_the_books_keep_their_amounts(cast: Cast, world: World) -> None:
    done = erased(cast, world)
    tomb = Customer.objects.get(id=world.anna.id)
    assert (tomb.name, tomb.golden, tomb.search_tokens) == (f"erased-{done.pk}", {}, [])
    assert done.customers[0] == world.anna.id
    invoice = Record.objects.get(type="invoice", key="R-1")
    assert (str(invoice.amount), invoice.currency) == ("1240.0000", "EUR")
    assert str(invoice.opened_at) == "2026-03-01"
    assert (invoice.subject, invoice.withdrawn_at) == ("", None)
    notes = Record.objects.filter(type="note", profile_id__in=done.profiles)
    assert [(each.subject, each.data, bool(each.withdrawn_at)) for each in notes] == [
        ("", {}, True)
    ]
    theirs = Record.objects.filter(type="note", profile_id=world.bernd.id).order_by("id")
    assert [each.subject for each in theirs] == ["He came with ▒▒▒, ▒▒▒", "▒▒▒: see ▒▒▒"]
    assert [hit.id for hit in queries.search(viewer_of(cast.alice), "Bernd")] == [world.bernd.id]
    assert queries.search(viewer_of(cast.alice), "Weissenfeld") == []
    assert [each.id for each in household_of(world.bernd, TODAY)] == [world.bernd.id]
    assert RightsEvent.objects.filter(what="erased", customer_id=world.anna.id).count() == 1


def test_who_comes_again_in_the_next_export_is_parked_and_not_kept(
    cast: Cast, world: World, tmp_path: Path
) -> None:
    erased(cast, world)
    profiles = Profile.objects.count()
    again = an_import(tmp_path, ROW + " ", OTHER, BAD, name="morgen.csv")
    assert again.counts["rows"]["rejected"] == 2
    assert again.counts["rows"]["read"] == 3
    parked = list(Rejection.objects.filter(imported=again).order_by("line"))
    assert [(each.code, each.raw, each.value) for each in parked] == [("erased", {}, "")] * 2
    assert Profile.objects.count() == profiles
    assert where(PERSONAL) == []


def test_who_is_let_in_again_is_a_new_customer(cast: Cast, world: World, tmp_path: Path) -> None:
    done = erased(cast, world)
    erasures.let_in(cast.olga, done, "They bought again and agreed.")
    an_import(tmp_path, ROW, name="morgen.csv")
    back = queries.by_key("shop", KEY)
    assert back.name == NAME
    assert back.id not in done.customers


def test_an_erasure_that_is_killed_anywhere_goes_on_to_the_end(
    cast: Cast, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    [begun] = erasures.confirm(cast.olga, world.anna.id, NAME, despite=WHY)
    steps = registry.to_erase()
    for at in range(len(steps)):
        with monkeypatch.context() as patch:
            patch.setattr(registry, "to_erase", lambda at=at: killed(steps, at))
            with pytest.raises(KeyboardInterrupt):
                erase.carry_out(begun.pk)
        assert ErasureRun.objects.get(pk=begun.pk).step == at
    assert erase.unfinished() == [begun.pk]
    assert erase.carry_out(begun.pk)
    assert erase.unfinished() == []
    assert where(PERSONAL) == []


def test_a_step_done_again_counts_nothing_twice(
    cast: Cast, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    again: dict[str, int] = {}

    def twice(step: registry.Holding) -> registry.Holding:
        def erases(erasing: registry.Erasing) -> Iterator[int]:
            yield from step.erase(erasing)
            again[step.key] = sum(step.erase(erasing))

        return replace(step, erase=erases)

    steps = [twice(step) for step in registry.to_erase()]
    monkeypatch.setattr(registry, "to_erase", lambda: steps)
    erased(cast, world)
    assert len(again) == len(steps)
    assert {key: count for key, count in again.items() if count} == {}


def killed(steps: list[Any], at: int) -> list[Any]:
    """The steps, of which one does its work and is killed before anybody hears of it."""

    def dies(erasing: registry.Erasing) -> Iterator[int]:
        yield from steps[at].erase(erasing)
        raise KeyboardInterrupt

    return [*steps[:at], replace(steps[at], erase=dies), *steps[at + 1 :]]


def test_twice_is_once(cast: Cast, world: World) -> None:
    first = erased(cast, world)
    [second] = erasures.confirm(cast.olga, world.anna.id, NAME, despite=WHY)
    assert first == second
    assert erase.carry_out(first.pk)
    assert Erasure.objects.count() == 1
    assert RightsEvent.objects.filter(what="erased").count() == 1


def test_an_answer_that_was_touched_says_so_and_is_not_different(cast: Cast, world: World) -> None:
    done = erased(cast, world)
    entry = AnswerLog.objects.get(pk=world.answer)
    found = replay(entry)
    assert (found.erased, found.differences, found.identical) == (done.pk, (), False)
    assert (entry.request, entry.act) != ("", "")
    assert entry.inputs == {"erased": done.pk}


def test_what_is_open_objects(cast: Cast, world: World) -> None:
    with pytest.raises(Problem, match="still open"):
        erasures.confirm(cast.olga, world.anna.id, NAME)
    said = [each.text for each in erasures.preview(cast.olga, world.anna.id).objections]
    assert any("2,480 EUR" in text and text.startswith("Invoices") for text in said), said
    assert not Erasure.objects.exists()


def test_looking_at_it_first_walks_through_no_table(
    cast: Cast, world: World, client: Client
) -> None:
    """What is theirs by its id is counted; what has to be searched for is named."""
    client.force_login(cast.olga)
    with CaptureQueriesContext(connection) as asked:
        page = client.get(f"/customers/{world.anna.id}/rights/erasure/").content.decode()
    sql = " ".join(each["sql"] for each in asked)
    assert [each for each in ("FROM records_rejection", '"url"', "mentions") if each in sql] == []
    found = erasures.preview(cast.olga, world.anna.id)
    [records] = [each for each in found.goes if each.title == "What happened, and what is owed"]
    assert (records.count, records.worded) == (4, sum(each.count for each in found.kept))
    assert records.whole == 4 - records.worded > 0
    assert "and the words of" in page
    assert {"What colleagues were told", "Files"} <= set(found.searched)
    assert page.count("all are looked through when it is done") == len(found.searched) == 3


@pytest.mark.parametrize("typed", ["", "Anna", "Bernd Blau"])
def test_the_name_is_typed(cast: Cast, world: World, typed: str) -> None:
    with pytest.raises(Problem, match="not the customer"):
        erasures.confirm(cast.olga, world.anna.id, typed, despite=WHY)
    assert where((STREET,)) != []


def test_only_who_handles_rights_erases(cast: Cast, world: World) -> None:
    for person in (cast.alice, cast.bob, cast.charlie):
        with pytest.raises(Problem, match="Only the customer officer"):
            erasures.confirm(person, world.anna.id, NAME, despite=WHY)
        with pytest.raises(Problem, match="Only the customer officer"):
            erasures.preview(person, world.anna.id)
    assert not Erasure.objects.exists()


def why_of(what: str) -> list[str]:
    return list(RightsEvent.objects.filter(what=what).values_list("note", flat=True))


def test_the_reason_stays_in_the_log_without_the_name(cast: Cast, world: World) -> None:
    why = f"{NAME.upper()} asked by letter; {WHY}"
    [begun] = erasures.confirm(cast.olga, world.anna.id, NAME, despite=why)
    assert why_of("erasing") == [why]
    erase.carry_out(begun.pk)
    assert why_of("erasing") == [f"▒▒▒ asked by letter; {WHY}"]


def test_a_second_person_agrees_where_the_company_wants_it(cast: Cast, world: World) -> None:
    settings_ = keys.settings()
    settings_.two_persons = True
    settings_.save()
    assert erasures.confirm(cast.olga, world.anna.id, NAME, despite=WHY) == []
    assert erasures.confirm(cast.olga, world.anna.id, NAME, despite=WHY) == []  # not oneself
    [told] = Notification.objects.filter(kind="erasure-agreement", user=cast.adam)
    assert notify.sentence(told) == "Olga proposes an erasure: a second person is to agree."
    browser = Client()
    browser.force_login(cast.adam)
    assert b"Agree: erase them" in browser.get(told.url).content  # where it leads they decide
    [begun] = erasures.confirm(cast.adam, world.anna.id, NAME, despite="Seen the letter.")
    assert (begun.by_id, begun.second_id) == (cast.olga.pk, cast.adam.pk)
    assert why_of("to_erase") == why_of("erasing") == [WHY]
    [agreed] = RightsEvent.objects.filter(what="agreed")
    assert (agreed.by, agreed.customer_id) == (cast.adam, world.anna.id)
    assert agreed.note == "Seen the letter."  # each one's words are their own


def test_to_clear_it_takes_two_and_what_waits_goes_on_waiting(cast: Cast, world: World) -> None:
    def saved(by: User, two_persons: bool) -> bool:
        client = Client()
        client.force_login(by, backend="django.contrib.auth.backends.ModelBackend")
        given = {"file_days": "7"} | ({"two_persons": "on"} if two_persons else {})
        page = client.post("/rights/settings/", given, follow=True)
        first = keys.settings().off_proposed_by
        assert page.context["off_proposed_by"] == first
        assert ("proposes that one person be enough" in page.content.decode()) == bool(first)
        return keys.settings().two_persons

    assert saved(cast.olga, True)
    assert erasures.confirm(cast.olga, world.anna.id, NAME, despite=WHY) == []
    assert saved(cast.olga, False)
    assert saved(cast.olga, False)  # not oneself
    assert erasures.confirm(cast.olga, world.anna.id, NAME, despite=WHY) == []
    assert saved(cast.adam, True)  # keeps two
    assert saved(cast.adam, False)
    User.objects.filter(pk=cast.adam.pk).update(is_active=False)
    assert saved(cast.olga, False)  # who has left agrees to nothing
    User.objects.filter(pk=cast.adam.pk).update(is_active=True)
    assert not saved(cast.adam, False)
    assert erasures.confirm(cast.olga, world.anna.id, NAME, despite=WHY) == []  # it was planned
    [begun] = erasures.confirm(cast.adam, world.anna.id, NAME, despite=WHY)
    assert (begun.by_id, begun.second_id) == (cast.olga.pk, cast.adam.pk)


def test_a_value_that_another_customer_has_is_not_looked_for_elsewhere(
    cast: Cast, world: World, tmp_path: Path
) -> None:
    namesake = f"K9;{NAME};+49 40 1112223;other@x.example;Am Deich 4;;R-9;2026-03-02;7.00"
    an_import(tmp_path, namesake, name="namesake.csv")
    erased(cast, world)
    left = where((NAME,))
    assert queries.by_key("shop", "K9").name == NAME
    # Theirs; a colleague's note about Bernd; a file that was dropped in, which goes within a day.
    known = ("records_record.subject", "customers_profile.", "customers_customer.", "/looks/")
    assert [each for each in left if not any(part in each for part in known)] == []
    assert where((STREET, KEY, "anna.w@")) == []


# The database


def test_the_application_cannot_begin_one_by_itself_nor_change_a_log_with_it(
    cast: Cast, world: World
) -> None:
    anna = erasures.preview(cast.olga, world.anna.id).person
    ids, said = list(anna.customers), list(anna.profiles)
    with as_application():
        refused(
            "INSERT INTO customers_erasure (customer_id, customers, profiles, at, by_id) "
            "VALUES (%s, '{}', '{}', now(), %s)",
            [world.anna.id, cast.olga.pk],
        )
        refused(begin(cast.alice), [world.anna.id, ids, said])
        refused(begin(cast.olga), [world.anna.id, ids, [world.bernd.id]])
        with connection.cursor() as cursor:
            cursor.execute(begin(cast.olga), [world.anna.id, ids, said])
            number = cursor.fetchone()[0]
        ErasureRun.objects.create(erasure_id=number)
        refused("SELECT redact_mentions(%s, ARRAY['customers'], 0, 99999)", [number])
        refused("UPDATE kernel_auditentry SET data = '{}' WHERE true", [])
        assert erase.carry_out(number)
    assert where(PERSONAL) == []


def begin(by: User) -> str:
    return f"SELECT begin_erasure({by.pk}, NULL, %s, %s::uuid[], %s::uuid[], NULL)"


def refused(statement: str, values: list[Any]) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_the_keys_are_hashed_with_a_secret(cast: Cast, world: World) -> None:
    erased(cast, world)
    kept = {bytes(each) for each in ErasedKey.objects.values_list("digest", flat=True)}
    secret = bytes(keys.settings().secret)
    source = world.imported.source_id
    assert keys.digest(secret, source, KEY) in kept
    assert keys.digest(b"another", source, KEY) not in kept
