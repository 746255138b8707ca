"""Tell me when it clears: by the worker, once, and nobody is forgotten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from threading import Thread
from time import monotonic
from typing import Any

import pytest
from django.db import connection, connections, transaction
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.facts import builders as facts
from tests.treatment.cast import Cast, a_cast, a_customer, a_hold

from concord.customers.models import Customer
from concord.kernel import events, notify
from concord.kernel.models import Notification
from concord.treatment import notices
from concord.treatment.actions import concerns, own_requests, watches
from concord.treatment.actions.decide import decide
from concord.treatment.answer import Answer
from concord.treatment.jobs import look_again
from concord.treatment.models import AnswerLog, Watch


def ask(cast: Cast, customer: Customer, request: str = "proposal") -> Answer:
    return decide(customer.id, request, {}, asked_by=cast.alice, channel="page")


def waiting(cast: Cast, name: str = "Hanbit Precision") -> tuple[Watch, facts.Record, Customer]:
    """Alice waits for a customer with a hold."""
    customer, profile = a_customer(name)
    hold = a_hold(profile)
    answer = ask(cast, customer)
    assert answer.answer_id is not None
    return watches.watch(cast.alice, answer.answer_id), hold, customer


def lifted(hold: facts.Record) -> None:
    facts.change(hold, facts.noon("2026-11-20"), closed_at=date(2026, 11, 20))


@pytest.mark.django_db(transaction=True)
def test_who_waits_is_told_by_the_worker_when_it_clears() -> None:
    cast = a_cast()
    watch, hold, customer = waiting(cast)
    waiting(cast, "Somebody else")
    assert watches.watch(cast.alice, watch.answer_id).pk == watch.pk

    events.records_changed([customer.id])
    the_worker_comes()
    assert watches.waiting().count() == 2
    assert AnswerLog.objects.count() == 2  # looking again is not an answer

    lifted(hold)
    events.records_changed([customer.id])
    events.records_changed([customer.id])
    assert watches.waiting().count() == 2  # nothing is decided where the change is made
    assert the_worker_comes() == [{"watch_ids": [watch.pk]}] * 2
    done = Watch.objects.select_related("cleared_by").get(pk=watch.pk)
    assert done.cleared_by is not None
    assert (done.cleared_by.act, done.cleared_by.channel) == ("go_ahead", "watch")
    told = Notification.objects.get(user=cast.alice)
    assert told.kind == notices.CLEARED
    assert notify.sentence(told) == "You may go ahead now: Hanbit Precision, Proposal or RFP."
    assert watches.clear() == 0


@pytest.mark.django_db(transaction=True)
def test_a_change_that_another_worker_does_not_see_yet_is_not_lost() -> None:
    """It looks while another one has the watch in its hands: it waits, then looks itself."""
    cast = a_cast()
    watch, hold, _customer = waiting(cast)
    found: list[int] = []
    with transaction.atomic():
        Watch.objects.select_for_update().get(pk=watch.pk)  # one that still sees the hold
        second = in_a_thread(lambda: found.append(watches.clear([watch.pk])))
        until_somebody_waits()
        in_a_thread(lambda: lifted(hold)).join()
    second.join()
    assert found == [1]


@pytest.mark.django_db(transaction=True)
def test_two_workers_tell_once() -> None:
    cast = a_cast()
    watch, hold, _customer = waiting(cast)
    lifted(hold)
    found: list[int] = []
    with transaction.atomic():
        Watch.objects.select_for_update().get(pk=watch.pk)
        both = [in_a_thread(lambda: found.append(watches.clear([watch.pk]))) for _ in range(2)]
        until_somebody_waits(2)
    for each in both:
        each.join()
    assert sorted(found) == [0, 1]
    assert Notification.objects.count() == 1


def test_a_customer_who_was_joined_with_another_is_looked_at_for_both(
    cast: Cast, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    watch, _hold, customer = waiting(cast)
    other, profile = a_customer("Hanbit")
    customer.merged_into = other
    customer.save()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        events.records_changed([profile.id])
    job = ProcrastinateJob.objects.get(task_name="treatment.look_again")
    assert job.args == {"watch_ids": [watch.pk]}


def test_nobody_waits_nothing_is_left_to_do(
    cast: Cast,
    django_capture_on_commit_callbacks: Callable[..., object],
    django_assert_num_queries: Callable[..., object],
) -> None:
    customer, _profile = a_customer()
    before = set(ProcrastinateJob.objects.values_list("id", flat=True))
    with (
        django_assert_num_queries(1),  # type: ignore[attr-defined]
        django_capture_on_commit_callbacks(execute=True),  # type: ignore[attr-defined]
    ):
        events.records_changed([customer.id])
    assert set(ProcrastinateJob.objects.values_list("id", flat=True)) == before


def test_what_goes_wrong_with_one_keeps_no_other_waiting(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, _hold, _customer = waiting(cast, "Broken")
    other, hold, _customer = waiting(cast, "Other")
    lifted(hold)
    find = watches.find

    def stumble(customer_id: object, *rest: object) -> object:
        if customer_id == broken.customer_id:
            raise ZeroDivisionError
        return find(customer_id, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(watches, "find", stumble)
    with pytest.raises(ExceptionGroup) as wrong:
        watches.clear()
    assert [type(each) for each in wrong.value.exceptions] == [ZeroDivisionError]
    assert watches.waiting().get() == broken
    other.refresh_from_db()
    assert other.cleared_at is not None


def test_one_who_waits_for_what_is_gone_does_not_keep_others_waiting(cast: Cast) -> None:
    """A request is retired while somebody waits: the next watch is decided all the same."""
    own_requests.make(cast.adam, "tour", {"en": "A tour"}, "sales", None)
    customer, profile = a_customer()
    hold = a_hold(profile)
    gone, other = ask(cast, customer, "tour"), ask(cast, customer)
    for answer in (gone, other):
        assert answer.answer_id is not None
        watches.watch(cast.alice, answer.answer_id)
    own_requests.retire(cast.adam, "tour")
    facts.change(hold, facts.noon("2026-11-20"), closed_at=date(2026, 11, 20))
    assert watches.clear() == 1
    assert watches.waiting().get().answer_id == gone.answer_id
    assert gone.answer_id is not None
    said = concerns.object_to(cast.alice, gone.answer_id, "special", "They were promised a tour.")
    assert concerns.reply(said.owner, said.pk, "Then they get one.").reply == "Then they get one."


def the_worker_comes() -> list[dict[str, Any]]:
    """What waits is done (tests/journeys run the worker itself); what it was."""
    jobs = ProcrastinateJob.objects.filter(task_name="treatment.look_again").order_by("id")
    found = [job.args for job in jobs]
    for args in found:
        look_again(**args)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    return found


def in_a_thread(work: Callable[[], object]) -> Thread:
    """`work` with a connection of its own."""

    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    thread = Thread(target=run)
    thread.start()
    return thread


def until_somebody_waits(count: int = 1) -> None:
    """Until so many sessions of this database stand before a lock."""
    deadline = monotonic() + 30
    with connection.cursor() as cursor:
        while monotonic() < deadline:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0] >= count:
                return
    raise AssertionError("nobody waits")


@pytest.mark.django_db(transaction=True)
def test_that_nobody_waits_for_the_disk_holds_for_what_is_heard_alone() -> None:
    _customer, profile = a_customer()
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = on")
        events.records_changed([profile.id])
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == ("on",)
        cursor.execute("RESET synchronous_commit")
