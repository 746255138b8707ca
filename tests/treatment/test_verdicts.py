"""Verdicts of what was done: stored, judged anew when something changed, the first never lost."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.facts import builders as facts
from tests.kernel.application import as_application
from tests.treatment.cast import TODAY, Cast, a_best_customer, a_customer, a_hold, an_invoice
from tests.treatment.test_keeping import HELD, a_shipment, works_at

from concord.customers.actions.restrictions import restrict
from concord.customers.models import Customer, Membership, Relationship, Restriction
from concord.customers.rights.registry import Erasing, Person
from concord.kernel.access import viewer_of
from concord.kernel.time import now
from concord.pages.actions.house import remove_rate, save_rate
from concord.records.models import Import, ImportState, Record
from concord.treatment import policies
from concord.treatment.actions import lifts, publish, verdicts
from concord.treatment.actions.verdicts import judge_all, judge_for, judge_some, look_for_forgotten
from concord.treatment.jobs import rate_changed
from concord.treatment.keeping import due, personal
from concord.treatment.keeping.evidence import evidence
from concord.treatment.models import (
    ActVerdict,
    DueProfile,
    Lift,
    PolicyInForce,
    PolicyVersion,
    VerdictCount,
    VerdictSweep,
)

Told = tuple[str, str, str]


def told(record: Record) -> list[Told]:
    """All verdicts of an act in their order: the verdict, the first one, whether it holds."""
    rows = ActVerdict.objects.filter(record=record).order_by("pk")
    return [(row.verdict, row.first, "now" if row.known_to is None else "was") for row in rows]


def counted() -> dict[tuple[str, str], int]:
    """By request and verdict."""
    found: dict[tuple[str, str], int] = {}
    for row in VerdictCount.objects.exclude(acts=0):
        found[row.request, row.verdict] = found.get((row.request, row.verdict), 0) + row.acts
    return found


def current() -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for row in ActVerdict.objects.filter(known_to=None):
        found[row.request, row.verdict] = found.get((row.request, row.verdict), 0) + 1
    return found


def test_all_acts_are_judged_and_judging_again_changes_nothing(cast: Cast) -> None:
    _, profile = a_best_customer()
    a_hold(profile, **HELD)
    held = a_shipment(profile, "2026-10-05")
    sent = a_shipment(profile, "2026-09-05")
    judge_all()
    assert told(held) == [("deviated", "deviated", "now")]
    assert told(sent) == [("kept", "kept", "now")]
    row = ActVerdict.objects.get(record=held)
    assert (row.act, row.standing) == ("pass_on", "on hold")
    assert row.rules == ["ship_order.on_hold", "standing.hold"]
    assert (row.policy, row.month, row.waited) == (1, date(2026, 10, 1), 246)
    assert counted() == current()
    before = list(ActVerdict.objects.order_by("pk").values())
    due.mark([profile.pk], due.ALL)
    assert judge_all() == len(before)
    assert list(ActVerdict.objects.order_by("pk").values()) == before
    assert judge_all() == 0


def test_a_hold_that_is_told_late_and_one_that_was_wrong(cast: Cast) -> None:
    _, profile = a_best_customer()
    sent = a_shipment(profile, "2026-10-05")
    judge_all()
    hold = a_hold(profile, known_from=now(), **HELD)
    due.mark({profile.pk})
    judge_all()
    assert told(sent) == [("kept", "kept", "was"), ("deviated", "kept", "now")]
    facts.withdraw(hold, now())
    due.mark({profile.pk})
    judge_all()
    assert told(sent)[1:] == [("deviated", "kept", "was"), ("kept", "kept", "now")]
    assert counted() == current()


def test_only_acts_from_the_day_of_the_change_on_are_looked_at(cast: Cast) -> None:
    _, profile = a_best_customer()
    for day in ("2026-08-01", "2026-10-04", "2026-10-05"):
        a_shipment(profile, day)
    judge_all()
    a_hold(profile, known_from=now(), opened="2026-10-05")
    due.mark({profile.pk})
    assert judge_all() == 1
    due.mark({profile.pk})
    due.mark([profile.pk], date(2026, 10, 4))
    assert judge_all() == ActVerdict.objects.filter(known_to=None).count()  # both: the whole


def test_what_is_no_act_any_more_has_no_verdict(cast: Cast) -> None:
    customer, profile = a_best_customer()
    sent, other = a_shipment(profile, "2026-10-05"), a_shipment(profile, "2026-10-06")
    judge_all()
    facts.withdraw(sent, now())
    due.mark({profile.pk})
    judge_all()
    assert told(sent) == [("kept", "kept", "was")]
    assert told(other) == [("kept", "kept", "now")]
    restrict(cast.olga, customer.pk, "They asked for it.")
    due.mark([profile.pk])
    judge_all()
    assert current() == {} == counted()


def test_a_merge_judges_the_acts_of_both(cast: Cast) -> None:
    held, theirs = a_customer("Held Ltd")
    a_hold(theirs, **HELD)
    best, profile = a_best_customer()
    sent = a_shipment(profile, "2026-10-05")
    judge_all()
    assert told(sent) == [("kept", "kept", "now")]
    at = now()
    Membership.objects.filter(profile=theirs).update(known_to=at)
    Membership.objects.create(profile=theirs, customer=best, known_from=at)
    type(held).objects.filter(pk=held.pk).update(merged_into=best)
    due.mark([theirs.pk])
    judge_all()
    assert told(sent) == [("kept", "kept", "was"), ("deviated", "kept", "now")]
    assert ActVerdict.objects.get(record=sent, known_to=None).customer_id == best.pk


def test_an_exception_is_kept_with_its_act(cast: Cast) -> None:
    customer, profile = a_best_customer()
    a_hold(profile, opened=TODAY.isoformat())
    sent = a_shipment(profile, TODAY.isoformat())
    judge_all()
    lift = lifts.grant(cast.sarah, customer.pk, "ship_order", TODAY, "They pay on Monday.")
    due.mark({profile.pk})
    judge_all()
    assert told(sent) == [("deviated", "deviated", "was"), ("exception", "deviated", "now")]
    assert ActVerdict.objects.get(record=sent, known_to=None).lift_id == lift.pk


def test_a_kill_in_the_middle_loses_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    _, profile = a_best_customer()
    sent = a_shipment(profile, "2026-10-05")
    judge_all()
    a_hold(profile, known_from=now(), **HELD)
    due.mark({profile.pk})

    def killed(*args: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(verdicts, "_count", killed)
        with pytest.raises(KeyboardInterrupt):
            judge_all()
    assert told(sent) == [("kept", "kept", "now")]
    assert DueProfile.objects.count() == 1
    judge_all()
    assert told(sent)[-1] == ("deviated", "kept", "now")
    assert counted() == current()


def test_the_database_holds_a_verdict(cast: Cast) -> None:
    a_shipment(a_best_customer()[1], "2026-10-05")
    judge_all()
    for statement in ("UPDATE treatment_actverdict SET verdict = 'kept'",
                      "DELETE FROM treatment_actverdict"):  # fmt: skip
        with (
            as_application(),
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_who_asks_is_told_and_who_is_erased_has_no_verdict(cast: Cast) -> None:
    customer, profile = a_best_customer()
    a_hold(profile, **HELD)
    sent = a_shipment(profile, "2026-10-05")
    judge_all()
    person = Person(customer.pk, (customer.pk,), (profile.pk,))
    [told_of] = [each for each in personal.verdicts(person) if each["record"] == sent.key]
    assert (told_of["verdict"], told_of["act"]) == ("Not kept", "Pass on")
    erasing = Erasing(customer.pk, (customer.pk,), (profile.pk,), 1, (), (), {})
    assert sum(personal.erase(erasing)) == ActVerdict.objects.count()
    assert current() == {} == counted()
    assert sum(personal.erase(erasing)) == 0


def test_a_policy_that_comes_into_force_judges_from_its_day_on(cast: Cast) -> None:
    _, profile = a_best_customer()
    sent, today = a_shipment(profile, "2026-10-05"), a_shipment(profile, TODAY.isoformat())
    judge_all()
    version = PolicyVersion.objects.get()
    publish.put_in_force(cast.sarah, version, TODAY, "Once more.")
    judge_all()
    assert told(sent) == told(today) == [("kept", "kept", "now")]
    assert due.mark_from(TODAY) == 1  # today's act alone would be looked at again


def test_nothing_is_judged_in_the_middle_of_a_file(cast: Cast) -> None:
    sent = a_shipment(a_best_customer()[1], "2026-10-05")
    running = Import.objects.create(
        source=cast.books, file_name="a.csv", mapping="", started_at=now()
    )
    assert judge_for(600) is False
    assert told(sent) == []
    Import.objects.filter(pk=running.pk).update(state=ImportState.DONE)
    assert judge_for(600) is False
    assert told(sent) == [("kept", "kept", "now")]


def test_files_that_come_in_back_to_back_hold_nobody_up(cast: Cast) -> None:
    (_, busy), (_, free) = a_best_customer("Busy AG"), a_best_customer("Free AG")
    judge_all()
    running = Import.objects.create(
        source=cast.books, file_name="b.csv", mapping="", started_at=now()
    )
    theirs, other = a_shipment(busy, "2026-10-05"), a_shipment(free, "2026-10-05")
    Record.objects.filter(profile=busy).update(import_id=running.pk)
    due.mark([busy.pk, free.pk], due.ALL)
    assert judge_for(600) is False
    assert (told(theirs), told(other)) == ([], [("kept", "kept", "now")])
    DueProfile.objects.update(marked_at=now() - due.LONGEST)
    assert judge_for(600) is False
    assert told(theirs) == [("kept", "kept", "now")]


def test_the_first_look_waits_for_a_file_but_not_for_ever(cast: Cast) -> None:
    sent = a_shipment(a_best_customer()[1], "2026-11-21")
    Import.objects.create(source=cast.books, file_name="b.csv", mapping="", started_at=now())
    assert judge_for(600) is False
    assert told(sent) == []
    VerdictSweep.objects.update(began_at=now() - due.LONGEST)
    assert judge_for(600) is False
    assert told(sent) == [("kept", "kept", "now")]
    assert VerdictSweep.objects.get().finished_at is None  # one step


def test_a_quiet_week_makes_no_step_of_months(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before it much was done: a step ends with the days that have not more than SPAN acts."""
    monkeypatch.setattr(verdicts, "SPAN", 2)
    _, profile = a_best_customer()
    facts.a_record(profile, "appointment", opened="2026-11-20")
    for day in ("2026-10-01", "2026-10-02", "2026-10-02", "2026-10-03", "2026-10-03", "2026-10-03"):
        facts.a_record(profile, "appointment", opened=day)
    steps = []
    while step := judge_some():
        steps.append(step.acts)
    assert max(steps) == 3  # the one day that has more
    assert sum(steps) == ActVerdict.objects.count() == 10


def test_what_an_event_that_was_lost_did_not_tell_of_is_found_at_night(cast: Cast) -> None:
    _, profile = a_best_customer()
    early = a_shipment(profile, "2026-10-04")
    gone = a_shipment(profile, "2026-10-06")
    judge_all()
    later = a_shipment(profile, "2026-10-05")  # nobody told of it
    a_hold(profile, known_from=now(), opened="2026-10-05")
    facts.withdraw(gone, now())
    assert judge_all() == 0
    assert look_for_forgotten() > 0
    judge_all()
    assert told(early) == [("kept", "kept", "now")]
    assert told(later) == [("deviated", "deviated", "now")]
    assert told(gone) == [("kept", "kept", "was")]
    assert counted() == current()


def test_where_a_policy_looks_at_groups_their_acts_are_due_with_each_other(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, whole = a_best_customer("Whole AG")
    _, part = a_best_customer("Part GmbH")
    facts.part_of(part, whole)
    a_shipment(whole, "2026-10-05")
    a_shipment(part, "2026-10-06")
    judge_all()
    due.mark([part.pk], date(2026, 10, 5))
    assert judge_all() == 1
    monkeypatch.setattr(due, "_reads_groups", lambda: True)
    due.mark([part.pk], date(2026, 10, 5))
    taken = due.take(10)
    assert taken is not None
    assert taken.since.keys() == {whole.pk, part.pk}


def test_a_change_of_an_organisation_or_of_where_somebody_works_judges_what_was_done_for_them(
    cast: Cast,
) -> None:
    held, theirs = a_best_customer("Held GmbH")
    jan, profile = a_best_customer("Jan")
    Customer.objects.filter(pk=jan.pk).update(kind="person")
    works_at(profile, theirs)
    sent = a_shipment(profile, "2026-10-05")
    judge_all()
    assert ActVerdict.objects.get(record=sent).customer_id == held.pk
    assert look_for_forgotten() == 0  # at night it is nothing that nobody told of
    assert told(sent) == [("kept", "kept", "now")]
    a_hold(theirs, known_from=now(), **HELD)
    due.mark({theirs.pk})
    judge_all()
    assert told(sent)[-1] == ("deviated", "kept", "now")
    Relationship.objects.update(known_to=now())
    due.mark({theirs.pk})
    judge_all()
    assert told(sent)[-1] == ("kept", "kept", "now")
    assert ActVerdict.objects.get(record=sent, known_to=None).customer_id == jan.pk
    assert counted() == current()


def test_what_is_done_for_somebody_who_works_somewhere_goes_when_they_are_erased(
    cast: Cast,
) -> None:
    _, theirs = a_best_customer("Held GmbH")
    jan, profile = a_best_customer("Jan")
    Customer.objects.filter(pk=jan.pk).update(kind="person")
    works_at(profile, theirs)
    sent = a_shipment(profile, "2026-10-05")
    judge_all()
    person = Person(jan.pk, (jan.pk,), (profile.pk,))
    assert sent.key in {each["record"] for each in personal.verdicts(person)}
    assert sum(personal.erase(Erasing(jan.pk, (jan.pk,), (profile.pk,), 1, (), (), {}))) > 0
    left = ActVerdict.objects.filter(known_to=None)
    assert set(left.values_list("record__profile_id", flat=True)) == {theirs.pk}
    assert counted() == current()


def test_one_order_that_comes_in_makes_invoices_acts_no_more(cast: Cast) -> None:
    _, profile = a_customer()
    invoice = an_invoice(profile)
    judge_all()
    assert told(invoice) == [("kept", "kept", "now")]
    order = facts.a_record(profile, "order", opened="2026-09-01", amount="900", currency="EUR")
    judge_all()
    assert [told(each)[-1][2] for each in (invoice, order)] == ["was", "now"]
    facts.withdraw(order, now())
    judge_all()
    assert [told(each)[-1][2] for each in (invoice, order)] == ["now", "was"]
    assert counted() == current()
    assert judge_all() == 0


def test_a_parent_that_was_told_by_the_way_is_not_lost_behind_a_record(cast: Cast) -> None:
    """Both within a day: the record speaks of its own day, the parent of any."""
    _, whole = a_best_customer("Whole AG")
    _, part = a_best_customer("Part GmbH")
    early = a_shipment(part, "2026-03-05")
    judge_all()
    facts.part_of(part, whole, known_from=now())
    a_hold(part, known_from=now(), opened="2026-11-01")
    due.mark({part.pk})
    taken = due.take(10)
    assert taken is not None
    assert taken.since[part.pk] == due.ALL
    assert told(early)


def test_an_exception_and_a_restriction_that_nobody_told_of_are_found_at_night(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer, profile = a_best_customer()
    a_hold(profile, opened=TODAY.isoformat())
    sent = a_shipment(profile, TODAY.isoformat())
    stored, theirs = a_best_customer("Stored GmbH")
    kept = a_shipment(theirs, TODAY.isoformat())
    judge_all()
    VerdictSweep.objects.update(began_at=now() + timedelta(days=2))  # what is above is old
    lifts.grant(cast.sarah, customer.pk, "ship_order", TODAY, "They pay on Monday.")
    restrict(cast.olga, stored.pk, "They asked for it.")
    later = now() + timedelta(days=1, minutes=1)
    Lift.objects.update(granted_at=later)
    Restriction.objects.update(since=later)
    DueProfile.objects.all().delete()
    assert look_for_forgotten() == 2
    DueProfile.objects.update(since=due.ALL)
    judge_all()
    assert told(sent)[-1] == ("exception", "deviated", "now")
    assert told(kept)[-1][2] == "was"


def test_a_rate_that_is_saved_or_taken_away_judges_anew_what_is_in_that_currency(
    cast: Cast,
) -> None:
    _, profile = a_best_customer()
    judge_all()
    order = facts.a_record(profile, "order", opened="2026-10-05", amount="9", currency="USD")
    for day, theirs in (("2026-10-06", 0), ("2026-10-05", 1)):
        rate = save_rate(cast.adam, "USD", date.fromisoformat(day), Decimal("0.9"))
        rate_changed(currency="USD", on=day)
        assert DueProfile.objects.count() == theirs
    assert ProcrastinateJob.objects.filter(task_name="treatment.rate_changed").count() == 2
    assert judge_all() == 1
    assert told(order)[-1][2] == "now"
    remove_rate(cast.adam, rate)
    job = ProcrastinateJob.objects.filter(task_name="treatment.rate_changed").latest("id")
    assert job.args == {"currency": "USD", "on": "2026-10-05"}


def test_on_the_day_of_a_stricter_policy_what_was_done_in_the_morning_is_held_against_the_milder(
    cast: Cast,
) -> None:
    _, profile = a_best_customer()
    sent = a_shipment(profile, TODAY.isoformat())
    judge_all()
    strict = policies.default()
    for rule in ("best", "pays_on_time", "key", "in_turn"):
        strict = strict.with_cell("ship_order.table", f"ship_order.{rule}", "ship_order.act.out",
                                  '"not yet"')  # fmt: skip
    version = publish.save_version(cast.sarah, strict, "Nothing leaves.")
    evening = datetime.combine(TODAY, time(17), UTC)
    made = PolicyInForce.objects.create(version=version, in_force_from=TODAY, reason="At once.",
                                        put_in_force_by=cast.sarah,
                                        put_in_force_at=evening)  # fmt: skip
    due.mark_from(TODAY)
    assert judge_all() == 1
    assert told(sent) == [("kept", "kept", "now")]
    assert evidence(viewer_of(cast.sarah), ActVerdict.objects.get(record=sent)).promise is not None
    PolicyInForce.objects.filter(pk=made.pk).update(put_in_force_at=evening - timedelta(days=1))
    due.mark_from(TODAY)
    judge_all()
    assert told(sent)[-1] == ("deviated", "kept", "now")  # it was known in the morning
