"""The log of answers: narrowed by all it has, explained, taken out, decided again, and ended."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from tests.kernel.application import as_application
from tests.treatment.cast import Cast, a_best_customer, a_customer, a_hold, an_invoice
from tests.treatment.test_proposal_pages import client_of

from concord.customers.actions.restrictions import lift, restrict
from concord.customers.models import RightsRequest
from concord.kernel import chain
from concord.kernel.access import viewer_of
from concord.kernel.lost import AGAIN
from concord.kernel.models import AuditEntry, Company, Notification, Seal, User
from concord.treatment import explain, jobs, log, months, queries, sealed
from concord.treatment.actions import answer_months, concerns, objections, replay_runs, watches
from concord.treatment.actions.decide import decide
from concord.treatment.models import AnswerLog, AnswerMonth, Concern, ReplayRun, Watch


def given(by: User, customer: Any, request: str, channel: str = "page", **fields: str) -> AnswerLog:
    answer = decide(customer.id, request, fields, asked_by=by, channel=channel)
    return AnswerLog.objects.get(pk=answer.answer_id)


def born(entry: AnswerLog, at: datetime) -> AnswerLog:
    """The same answer as if it had been given then: its id begins with the moment."""
    old = UUID(bytes=entry.pk.bytes)
    entry.pk = UUID(int=months.first_id(at).int | (entry.pk.int & ((1 << 80) - 1)))
    entry.at = at
    entry.save(force_insert=True)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM treatment_answerlog WHERE id = %s", [old])
    return entry


@pytest.fixture
def entries(cast: Cast) -> dict[str, AnswerLog]:
    held, profile = a_customer("Held")
    a_hold(profile)
    best, _ = a_best_customer()
    found = {
        "held": given(cast.alice, held, "proposal"),
        "api": given(cast.adam, held, "ship_order", "api"),
        "best": given(cast.charlie, best, "proposal"),
        "asks": given(cast.charlie, best, "discount"),
    }
    found["old"] = born(given(cast.alice, best, "proposal"), datetime(2026, 3, 31, 23, tzinfo=UTC))
    return found


NARROWED: list[tuple[dict[str, str], str]] = [
    ({}, "asks best api held old"),
    ({"request": "proposal"}, "best held old"),
    ({"act": "asks"}, "asks"),
    ({"act": "pass_on"}, "api held"),
    ({"department": "accounts"}, "api held"),
    ({"rule": "proposal.on_hold"}, "held"),
    ({"channel": "api"}, "api"),
    ({"version": "1"}, "asks best api held old"),
    ({"version": "2"}, ""),
    ({"until": "2026-03-31"}, "old"),
    ({"since": "2026-03-31", "until": "2026-03-31"}, "old"),
    ({"since": "2026-04-01"}, "asks best api held"),
    ({"until": "2026-03-30"}, ""),
    ({"request": "proposal", "act": "pass_on"}, "held"),
    ({"since": "no day", "version": "x", "customer": "?"}, "asks best api held old"),
    ({"since": "0001-01-01", "until": "9999-12-31"}, "asks best api held old"),
]


def test_the_log_is_narrowed(cast: Cast, entries: dict[str, AnswerLog]) -> None:
    called = {entry.pk: name for name, entry in entries.items()}
    for wanted, names in NARROWED:
        page = log.log(viewer_of(cast.bob), log.chosen(wanted))
        assert " ".join(called[each.pk] for each in page.items) == names, wanted


def test_others_read_their_own_answers_in_the_list_and_in_the_file(
    cast: Cast, entries: dict[str, AnswerLog], client: Client
) -> None:
    entries["held"].customer.name = "=cmd|' /C calc'!A1"
    entries["held"].customer.save()
    client.force_login(cast.alice)
    raw = b"".join(client.get("/answers/list.csv?request=proposal"))  # type: ignore[call-overload]
    head, *rows = csv.reader(io.StringIO(raw.decode().removeprefix("\ufeff")))
    assert head[:4] == ["When", "Customer", "Request", "Answer"]
    assert [(row[1], row[3]) for row in rows] == [
        ("'=cmd|' /C calc'!A1", "Pass on"), ("Best GmbH", "Go ahead")
    ]  # fmt: skip


def test_the_path_names_rules_facts_and_sources_and_hides_what_one_may_not_see(
    cast: Cast, client: Client
) -> None:
    customer, profile = a_customer()
    an_invoice(profile, due="2026-09-01", amount="5000")
    entry = given(cast.charlie, customer, "place_order", amount="900")
    [table] = explain.path(viewer_of(cast.bob), entry, queries.restore(entry), "en")
    assert (table.title, table.rule) == ("Place an order", "place_order.on_hold")
    [standing] = table.below
    assert (standing.title, standing.rule) == ("Standing", "standing.overdue")
    facts = {row.label: row.text for row in standing.facts}
    assert facts["Overdue, disputed amounts aside"] == "5,000 EUR"
    assert any("Books" in row.source for row in standing.facts)
    client.force_login(cast.charlie)  # who sees no money
    page = client.get(f"/answers/{entry.pk}/").content.decode()
    assert "How it came about" in page
    assert "5,000" not in page
    assert "The same answer, to the letter." in page


def test_an_update_that_would_alter_an_answer_is_told(
    cast: Cast, entries: dict[str, AnswerLog], client: Client
) -> None:
    assert replay_runs.is_due()
    first = replay_runs.work()
    assert (first.answers, first.differences.count(), replay_runs.is_due()) == (5, 0, False)
    assert not Notification.objects.filter(kind="treatment.replay").exists()
    ReplayRun.objects.update(engine="0.0 before")  # another version runs now
    AnswerLog.objects.filter(pk=entries["held"].pk).update(
        treatment=entries["held"].treatment | {"act": "go_ahead"}
    )
    run = replay_runs.work()
    assert (run.answers, replay_runs.differing(run, 9)) == (5, [(entries["held"].pk, ["act"])])
    told = Notification.objects.filter(kind="treatment.replay")
    assert {each.user for each in told} == {cast.sarah, cast.adam}
    assert replay_runs.work().answers == 5  # twice is once
    assert told.count() == 2
    client.force_login(cast.adam)
    page = client.get(f"/answers/replays/{run.pk}/").content.decode()
    assert "what to do" in page
    assert "would be others" in client.get("/answers/").content.decode()
    shown = client.get(f"/answers/{entries['held'].pk}/").content.decode()
    restrict(cast.olga, entries["held"].customer_id, "They asked for it.")
    for each in (
        f"/answers/replays/{run.pk}/",
        f"/answers/?customer={entries['held'].customer_id}",
    ):
        assert ">Held<" in client.get(each).content.decode()  # who handles rights
    client.force_login(cast.bob)
    for each in (
        f"/answers/replays/{run.pk}/",
        f"/answers/?customer={entries['held'].customer_id}",
    ):
        assert "Held" not in client.get(each).content.decode()
    assert re.search(r"what to do</th><td>Go ahead</td><td class=\"differs\">Pass on</td>", shown)


def test_a_run_that_was_stopped_goes_on_where_it_was(
    cast: Cast, entries: dict[str, AnswerLog], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay_runs, "BATCH", 2)
    run = replay_runs.work(seconds=0)
    assert (run.answers, run.finished_at) == (2, None)
    done = replay_runs.work()
    assert (done.answers, done.finished_at is not None) == (5, True)


# Months ----------------------------------------------------------------------------------------


def parts() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits "
            "WHERE inhparent = 'treatment_answerlog'::regclass"
        )
        return {name for (name,) in cursor.fetchall()}


def part_of(answer_id: UUID) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tableoid::regclass::text FROM treatment_answerlog WHERE id = %s", [answer_id]
        )
        return str(cursor.fetchone()[0])


def test_an_answer_lies_in_the_part_of_its_month_which_is_made_ahead(cast: Cast) -> None:
    customer, _ = a_customer()
    entry = given(cast.alice, customer, "proposal")
    now = datetime.now(UTC)
    assert part_of(entry.pk) == f"treatment_answerlog_{now:%Y%m}"
    ahead = {f"treatment_answerlog_{months.later(now.date(), n):%Y%m}" for n in range(4)}
    assert ahead <= parts()
    with as_application():
        assert answer_months.make_ahead() == 0
    assert months.month_of(months.born(entry.pk)) == now.date().replace(day=1)


def test_the_application_changes_no_answer_in_any_part(cast: Cast) -> None:
    customer, _ = a_customer()
    part = part_of(given(cast.alice, customer, "proposal").pk)
    for table in ("treatment_answerlog", part, "treatment_answerlog_rest"):
        for said in ("DELETE FROM {}", "UPDATE {} SET act = ''", "DROP TABLE {}"):
            with (
                as_application(),
                pytest.raises(DatabaseError, match=r"permission denied|must be owner"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(said.format(table))


def a_month_long_ago(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> list[AnswerLog]:
    """Three answers of May 2024, in a part of their own."""
    with connection.cursor() as cursor:
        low, high = (months.first_id(datetime(2024, m, 1, tzinfo=UTC)) for m in (5, 6))
        cursor.execute(
            "CREATE TABLE treatment_answerlog_202405 PARTITION OF treatment_answerlog "
            f"FOR VALUES FROM ('{low}') TO ('{high}')"
        )
    customer, profile = a_customer("Held")
    a_hold(profile)
    return [
        born(given(cast.alice, customer, "proposal"), datetime(2024, 5, day, tzinfo=UTC))
        for day in (1, 15, 31)
    ]


def test_a_month_that_is_over_goes_as_a_whole_and_leaves_its_digest(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = a_month_long_ago(cast, monkeypatch)
    done = watches.watch(cast.alice, old[1].pk)
    Watch.objects.filter(pk=done.pk).update(ended_at=datetime.now(UTC))
    with as_application():
        assert answer_months.end_what_is_over() == []  # kept for good, as nobody said otherwise
        Company.objects.update(answers_kept=12)
        assert answer_months.end_what_is_over() == [answer_months.Ended(date(2024, 5, 1), 0)]
        assert answer_months.end_what_is_over() == []
    assert "treatment_answerlog_202405" not in parts()
    assert not AnswerLog.objects.filter(pk__in=[each.pk for each in old]).exists()
    gone = AnswerMonth.objects.get()
    assert (gone.month, gone.answers, len(gone.digest)) == (date(2024, 5, 1), 3, 64)
    entry = AuditEntry.objects.get(action="treatment.end_answer_month")
    assert entry.data == {"answers": 3, "digest": gone.digest}
    assert not Watch.objects.exists()


def test_what_something_open_points_at_is_kept_until_it_is_done(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = a_month_long_ago(cast, monkeypatch)
    concern = concerns.object_to(cast.alice, old[1].pk, "special", "An old friend.")
    Company.objects.update(answers_kept=12)
    assert answer_months.end_what_is_over() == [answer_months.Ended(date(2024, 5, 1), 1)]
    assert list(AnswerLog.objects.filter(pk__in=[each.pk for each in old])) == [old[1]]
    Concern.objects.filter(pk=concern.pk).update(replied_at=datetime.now(UTC))
    assert answer_months.end_what_is_over() == [answer_months.Ended(date(2024, 5, 1), 0)]
    assert AnswerMonth.objects.get().answers == 3  # of the first time
    assert "treatment_answerlog_202405" not in parts()


def test_answers_of_who_is_stored_for_a_claim_are_kept(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = a_month_long_ago(cast, monkeypatch)
    concern = concerns.object_to(cast.alice, old[0].pk, "special", "An old friend.")
    Concern.objects.filter(pk=concern.pk).update(replied_at=datetime.now(UTC))
    Company.objects.update(answers_kept=12)
    restrict(cast.olga, old[0].customer_id, "They dispute an answer.")
    kept = answer_months.Ended(date(2024, 5, 1), 3)
    with as_application():
        assert answer_months.end_what_is_over() == [kept]
    assert Concern.objects.filter(pk=concern.pk, answer=old[0]).exists()
    lift(cast.olga, old[0].customer_id, "It is settled.")
    copy = RightsRequest.objects.create(
        customer=old[0].customer, right="access", received_on=date(2026, 11, 20),
        due_on=date(2026, 12, 20), taken_by=cast.olga, taken_at=datetime.now(UTC),
    )  # fmt: skip
    assert answer_months.end_what_is_over() == [kept]
    copy.closed_at = datetime.now(UTC)
    copy.save()
    assert answer_months.end_what_is_over() == [answer_months.Ended(date(2024, 5, 1), 0)]


def test_an_objection_outlives_the_answer_without_its_words(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = a_month_long_ago(cast, monkeypatch)
    said = concerns.object_to(cast.alice, old[1].pk, "rule", "Mr Han is too important.")
    Company.objects.update(answers_kept=12)
    assert answer_months.end_what_is_over() == [answer_months.Ended(date(2024, 5, 1), 1)]
    objections.answer(cast.sarah, said.pk, "kept", "Not even Mr Han.")
    assert answer_months.end_what_is_over() == [answer_months.Ended(date(2024, 5, 1), 0)]
    left = Concern.objects.get()
    assert (left.answer_id, left.rule, left.outcome) == (None, said.rule, "kept")
    assert (left.text, left.reply) == ("", "")
    page = client_of(cast.charlie).get("/promise/objections/").content.decode()
    assert f"At an answer, to the rule {said.rule}" in page


def test_who_answers_does_not_wait_for_months_that_are_made(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = parts()
    monkeypatch.setattr(answer_months, "AHEAD", answer_months.AHEAD + 1)
    with as_application():
        assert answer_months.make_ahead() == 1
    assert len(parts() - before) == 1
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('lock_timeout'), current_setting('statement_timeout')"
        )
        assert cursor.fetchone() == ("5s", "20s")
        cursor.execute(
            "SELECT array_agg(mode) FROM pg_locks WHERE pid = pg_backend_pid()"
            " AND relation = 'treatment_answerlog'::regclass"
        )
        [modes] = cursor.fetchone()
    assert "ShareUpdateExclusiveLock" in modes
    assert "AccessExclusiveLock" not in modes  # which who asks would wait for
    assert jobs.months_ahead.retry_strategy is AGAIN


def test_removed_answers_are_excused_only_by_a_month_that_ended(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = a_month_long_ago(cast, monkeypatch)
    young = given(cast.alice, old[0].customer, "proposal")
    Company.objects.update(answers_kept=12)
    answer_months.end_what_is_over()
    ids = [str(each.pk) for each in (*old, young)]
    assert sealed.ended(ids) == {str(each.pk) for each in old}
    assert Seal.objects.filter(log="treatment_answermonth").count() == 1
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO treatment_answermonth (month, answers, digest, ended_at)"
            " SELECT date_trunc('month', now())::date, answers, digest, ended_at"
            " FROM treatment_answermonth"
        )
        assert str(young.pk) not in sealed.ended(ids)  # forged: it is not over
        cursor.execute("UPDATE treatment_answermonth SET answers = 4")
    assert sealed.ended(ids) == set()  # the audit says otherwise
    every = {
        b.kind
        for each in chain.verify()
        if each.log == "treatment_answermonth"
        for b in each.breaks
    }
    assert every == {"changed"}


def test_nobody_ends_a_month_that_is_kept(cast: Cast) -> None:
    Company.objects.update(answers_kept=1)  # less than a year is a year
    recent = months.later(datetime.now(UTC).date().replace(day=1), -12)
    for month in (recent, date(2024, 5, 2)):
        with (
            as_application(),
            pytest.raises(DatabaseError, match="are kept"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("SELECT end_answer_month(%s)", [month])
    assert list(months.over(date(2025, 9, 1), 1, date(2026, 11, 22))) == [
        date(2025, 9, 1), date(2025, 10, 1)
    ]  # fmt: skip
    assert timedelta(0) <= datetime.now(UTC) - months.born(months.first_id(datetime.now(UTC)))
