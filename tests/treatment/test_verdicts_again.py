"""Whatever happened in whichever order: what is kept of acts is what judging all of them now says,
and judging again what did not change writes nothing."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from tests.facts import builders as facts
from tests.treatment.cast import FIRST_DAY, NOON, TODAY, Cast, a_best_customer, a_customer, a_hold
from tests.treatment.proposing import LOWER, changed
from tests.treatment.small_policy import small
from tests.treatment.test_keeping import a_shipment
from tests.treatment.test_verdicts import counted, current

from concord.customers.models import Customer, Profile
from concord.kernel.time import now
from concord.records.models import Record
from concord.treatment.actions import lifts, publish
from concord.treatment.actions.verdicts import judge_all
from concord.treatment.keeping import due
from concord.treatment.keeping.acts import acts
from concord.treatment.keeping.judging import judge_acts
from concord.treatment.models import ActVerdict, PolicyInForce

Known = tuple[Customer, Profile]


def test_what_is_kept_is_what_judging_all_says_and_judging_again_writes_nothing(cast: Cast) -> None:
    chance = Random(3)
    known = [a_best_customer(), a_customer("Small GmbH"), a_customer("Late Ltd")]
    other_versions(cast)
    for _customer, profile in known:
        for _ in range(6):
            a_shipment(profile, some_day(chance))
    judge_all()
    for _ in range(9):
        who, profile = chance.choice(known)
        something_happens(chance, cast, who, profile)
        due.mark([profile.pk], due.ALL)
        judge_all()
        assert kept() == judged_anew()
    assert len({policy for _, policy, *_ in kept().values()}) == 3
    assert {verdict for verdict, *_ in kept().values()} >= {"kept", "deviated"}
    before = list(ActVerdict.objects.order_by("pk").values())
    for since in (due.ALL, date(2026, 10, 1), TODAY):
        due.mark([profile.pk for _customer, profile in known], since)
        judge_all()
    assert list(ActVerdict.objects.order_by("pk").values()) == before
    assert counted() == current()


def other_versions(cast: Cast) -> None:
    """Two more, in force from days that have passed."""
    for model, day in ((changed(LOWER), date(2026, 9, 1)), (small(), date(2026, 10, 10))):
        PolicyInForce.objects.create(
            version=publish.save_version(cast.sarah, model, "Another one."),
            in_force_from=day, reason="So.", put_in_force_by=cast.sarah,
            put_in_force_at=NOON - timedelta(days=200),
        )  # fmt: skip


def some_day(chance: Random) -> str:
    return (TODAY - timedelta(days=chance.randrange(120))).isoformat()


def something_happens(chance: Random, cast: Cast, who: Customer, profile: Profile) -> None:
    sent = list(Record.objects.filter(profile=profile, type="shipment", withdrawn_at=None))
    match chance.randrange(5):
        case 0:
            a_shipment(profile, some_day(chance))
        case 1:
            a_hold(profile, known_from=now(), opened=some_day(chance))
        case 2:
            facts.withdraw(chance.choice(sent), now())
        case 3:
            facts.change(chance.choice(sent), now(), closed_at=date.fromisoformat(some_day(chance)))
        case _:
            lifts.grant(cast.sarah, who.pk, "ship_order", TODAY, "They pay on Monday.")


def kept() -> dict[tuple[int, str], tuple[Any, ...]]:
    """By record and request: verdict, version, day, customer, what was to be done, exception."""
    rows = ActVerdict.objects.filter(known_to=None)
    return {
        (row.record_id, row.request): (
            row.verdict, row.policy, row.day, row.customer_id, row.act, row.lift_id
        )
        for row in rows
    }  # fmt: skip


def judged_anew() -> dict[tuple[int, str], tuple[Any, ...]]:
    return {
        (each.act.record_id, each.act.request): (
            each.verdict,
            each.policy,
            each.act.on,
            each.act.customer_id,
            each.judgement.act if each.judgement else "",
            each.exemption.id if each.exemption else None,
        )
        for each in judge_acts(acts(FIRST_DAY, TODAY))
    }
