"""Did we keep our word: acts held against what our promise said on their day."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.facts import builders as facts
from tests.treatment.cast import FIRST_DAY, TODAY, Cast, a_best_customer, a_customer, a_hold

from concord.customers.actions.restrictions import restrict
from concord.customers.models import Customer, Profile, Relationship
from concord.kernel.time import now
from concord.records.models import Record
from concord.treatment.actions import lifts
from concord.treatment.actions.decide import decide
from concord.treatment.commands import COMMANDS
from concord.treatment.keeping.acts import acts
from concord.treatment.keeping.judging import Judged, judge_acts
from concord.treatment.models import Lift

HELD = {"opened": "2026-10-01", "closed": "2026-10-20"}


def a_shipment(profile: Profile, sent: str | None, **said: Any) -> Record:
    order = facts.a_record(
        profile, "order", opened="2026-02-01", amount="900", currency="EUR", **said
    )
    status = "sent" if sent else "planned"
    return facts.a_record(
        profile, "shipment", opened="2026-02-01", closed=sent, status=status, parent=order, **said
    )


def judged(request: str = "ship_order", since: date = FIRST_DAY) -> list[Judged]:
    return list(judge_acts(acts(since, TODAY, [request])))


def verdicts(request: str = "ship_order") -> dict[str, str]:
    """By the day of the act."""
    return {each.act.on.isoformat(): each.verdict for each in judged(request)}


def test_a_shipment_that_left_during_a_hold_is_told_with_its_rule(cast: Cast) -> None:
    _, profile = a_best_customer()
    a_hold(profile, **HELD)
    for day in ("2026-09-30", "2026-10-01", "2026-10-19", "2026-10-20"):
        a_shipment(profile, day)
    assert verdicts() == {
        "2026-09-30": "kept",
        "2026-10-01": "deviated",
        "2026-10-19": "deviated",
        "2026-10-20": "kept",  # the hold ended
    }
    [first, _] = [each for each in judged() if each.verdict == "deviated"]
    assert first.judgement is not None
    assert (first.judgement.act, first.judgement.standing) == ("pass_on", "on hold")
    assert first.judgement.rules == ("ship_order.on_hold", "standing.hold")


def test_what_was_not_done_is_no_act(cast: Cast) -> None:
    _, profile = a_best_customer()
    a_shipment(profile, None)
    facts.a_record(
        profile, "shipment", opened="2026-02-01", closed="2026-03-01", status="cancelled"
    )
    a_shipment(profile, (FIRST_DAY - timedelta(days=1)).isoformat())
    gone = a_shipment(profile, "2026-03-02")
    facts.withdraw(gone, now())
    stored, theirs = a_customer("Stored GmbH")
    a_shipment(theirs, "2026-03-04")
    restrict(cast.olga, stored.pk, "They asked for it.")
    a_shipment(profile, "2026-03-03")
    assert [each.act.on.isoformat() for each in judged(since=date(2020, 1, 1))] == ["2026-03-03"]


def test_an_exception_explains_while_it_holds(cast: Cast) -> None:
    customer, profile = a_best_customer()
    a_hold(profile, opened=TODAY.isoformat())
    a_shipment(profile, TODAY.isoformat())
    assert verdicts() == {TODAY.isoformat(): "deviated"}
    lift = lifts.grant(cast.sarah, customer.pk, "ship_order", TODAY, "They pay on Monday.")
    assert verdicts() == {TODAY.isoformat(): "exception"}
    [found] = judged()
    assert found.judgement is not None
    assert found.without is not None
    assert (found.judgement.act, found.without.act) == ("go_ahead", "pass_on")
    lifts.withdraw(cast.sarah, lift.pk)
    evening = datetime.combine(TODAY, time(17), UTC)
    Lift.objects.update(withdrawn_at=evening)
    assert verdicts() == {TODAY.isoformat(): "exception"}  # it held in the morning
    Lift.objects.update(withdrawn_at=evening - timedelta(days=1))
    assert verdicts() == {TODAY.isoformat(): "deviated"}


def test_what_the_record_does_not_tell_nobody_can_say(cast: Cast) -> None:
    _, profile = a_best_customer()
    facts.a_record(profile, "order", opened="2026-05-01")  # no amount
    found = {each.act.on.isoformat(): (each.verdict, each.why) for each in judged("place_order")}
    assert found["2026-05-01"] in {("kept", ""), ("cannot_say", "asks")}


def test_a_hold_of_another_unit_is_no_hold_here(cast: Cast) -> None:
    _, profile = a_best_customer()
    a_hold(profile, **HELD, unit="gauges")
    a_shipment(profile, "2026-10-05", unit="sensors")
    a_shipment(profile, "2026-10-06", unit="gauges")
    found = {each.act.unit: each for each in judged()}
    assert found["gauges"].verdict == "deviated"
    assert found["gauges"].judgement.standing == "on hold"  # type: ignore[union-attr]
    assert found["sensors"].judgement.standing != "on hold"  # type: ignore[union-attr]


def test_an_act_is_judged_as_who_asked_on_that_day_was_answered(cast: Cast) -> None:
    """One engine: the answer that was given and the verdict afterwards rest on the same."""
    for n, day in enumerate(("2026-09-30", "2026-10-10", "2026-11-21")):
        customer, profile = a_best_customer(f"Best {n} GmbH")
        a_hold(profile, **HELD, unit="sensors")
        for unit in ("gauges", "sensors"):
            a_shipment(profile, day, unit=unit)
        for each in judged():
            if each.act.customer_id != customer.pk:
                continue
            said = decide(
                customer.pk, "ship_order", {"unit": each.act.unit, "amount": "900"},
                as_of=each.act.on, asked_by=cast.alice, channel="page",
            )  # fmt: skip
            assert each.judgement is not None
            assert (each.judgement.act, each.judgement.to) == (said.act, said.to or "")


def works_at(person: Profile, organisation: Profile, **said: Any) -> Relationship:
    return Relationship.objects.create(
        from_profile=person, to_profile=organisation, kind="works_at", source=person.source,
        known_from=facts.LONG_AGO, **said,
    )  # fmt: skip


def test_what_is_done_for_somebody_is_done_for_where_they_worked_on_that_day(cast: Cast) -> None:
    held, theirs = a_customer("Held GmbH")
    a_hold(theirs, opened="2026-10-01")
    jan, profile = a_best_customer("Jan")
    Customer.objects.filter(pk=jan.pk).update(kind="person")
    works_at(profile, theirs, valid_from=date(2026, 10, 10), valid_to=date(2026, 10, 20))
    for day in ("2026-10-09", "2026-10-10", "2026-10-19", "2026-10-20"):
        a_shipment(profile, day)
    found = {each.act.on.day: (each.act.customer_id, each.verdict) for each in judged()}
    assert found == {
        9: (jan.pk, "kept"), 10: (held.pk, "deviated"), 19: (held.pk, "deviated"),
        20: (jan.pk, "kept"),
    }  # fmt: skip
    said = decide(jan.pk, "ship_order", {"amount": "900"}, as_of=date(2026, 10, 19),
                  asked_by=cast.alice, channel="page")  # fmt: skip
    assert said.act == "pass_on"
    some = acts(FIRST_DAY, TODAY, ["ship_order"], [held.pk])
    assert [each.on.day for each in some] == [10, 19]
    some = acts(FIRST_DAY, TODAY, ["ship_order"], [jan.pk])
    assert [each.on.day for each in some] == [9, 20]
    _, second = a_customer("Second GmbH")
    works_at(profile, second, valid_from=date(2026, 10, 19))
    [unclear] = [each for each in judged() if each.act.on.day == 19]
    assert (unclear.act.customer_id, unclear.verdict, unclear.why) == (jan.pk, "cannot_say", "gone")
    restrict(cast.olga, held.pk, "They asked for it.")
    assert 10 not in {each.act.on.day for each in judged()}


def test_many_of_a_day_cost_as_many_queries_as_one(cast: Cast) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            judged()
        return len(asked)

    a_shipment(a_best_customer()[1], "2026-10-05", unit="gauges")
    one = count()
    for n in range(20):
        a_shipment(a_customer(f"Maker {n}")[1], "2026-10-05", unit="gauges")
    assert count() == one


def test_the_command_tells_the_counts_and_names_what_was_not_kept(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    _, profile = a_best_customer()
    a_hold(profile, **HELD)
    kept, not_kept = a_shipment(profile, "2026-09-30"), a_shipment(profile, "2026-10-02")
    [command] = [each for each in COMMANDS if each.name == "kept"]
    parser = ArgumentParser()
    command.configure(parser)
    assert command.run(parser.parse_args(["--since", "2026-09-01", "--list"])) == 0
    told = capsys.readouterr().out
    assert "Ship an order: 2 acts, 1 kept, 1 not kept, 0 by exception, 0 nobody can say" in told
    assert f"2026-10-02  Best GmbH · {not_kept.key}" in told
    assert kept.key not in told
