"""Tell me when it clears: by a payment, by an exception, by another version of our promise."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.clock import stand_on
from tests.facts import builders as facts
from tests.treatment.cast import TODAY, Cast, a_customer, a_hold, an_invoice
from tests.treatment.test_publish_policy import limit

from concord.customers.models import Customer
from concord.kernel import notify
from concord.kernel.models import Notification, User
from concord.treatment.actions import lifts, watches
from concord.treatment.actions.decide import decide
from concord.treatment.actions.limits import move_limit
from concord.treatment.models import Watch

FRIDAY = date(2026, 11, 27)
TOLD = "You may go ahead now: Late, Place an order."


def wait(by: User, customer: Customer, request: str = "place_order", **fields: str) -> Watch:
    answer = decide(customer.id, request, fields, asked_by=by, channel="page")
    assert answer.answer_id is not None
    assert answer.act != "go_ahead"
    return watches.watch(by, answer.answer_id)


def told(person: User) -> list[str]:
    rows = Notification.objects.filter(user=person, kind="treatment.cleared")
    return [notify.sentence(each) for each in rows]


def late(amount: str = "500") -> tuple[Customer, facts.Record]:
    customer, profile = a_customer("Late")
    return customer, an_invoice(profile, due="2026-09-01", amount=amount)


def test_by_a_payment(cast: Cast) -> None:
    customer, invoice = late()
    wait(cast.alice, customer, amount="50")
    assert watches.clear() == 0
    facts.change(invoice, facts.noon("2026-11-20"), closed_at=date(2026, 11, 20))
    assert (watches.clear(), watches.clear()) == (1, 0)
    assert told(cast.alice) == [TOLD]


def test_by_an_exception_for_its_amount(cast: Cast) -> None:
    customer, _invoice = late()
    wait(cast.alice, customer, amount="50")
    wait(cast.charlie, customer, amount="900")
    lifts.grant(cast.bob, customer.id, "place_order", FRIDAY, "A word.", amount=Decimal(100))
    assert watches.clear() == 1
    assert (told(cast.alice), told(cast.charlie)) == ([TOLD], [])


def watched() -> Customer:
    customer, profile = a_customer("Late")
    an_invoice(profile, due="2026-11-10")
    return customer


def jobs() -> list[datetime | None]:
    found = ProcrastinateJob.objects.filter(task_name="treatment.look_at_all").order_by("id")
    return list(found.values_list("scheduled_at", flat=True))


def test_by_a_version_in_force_at_once(cast: Cast) -> None:
    wait(cast.alice, watched(), amount="15000")
    before = len(jobs())
    move_limit(cast.sarah, limit(), "20000", TODAY, "We know them by now.", seen=1)
    assert len(jobs()) == before + 1
    assert watches.clear() == 1
    assert told(cast.alice) == [TOLD]


def test_by_a_version_on_its_day_and_no_sooner(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    wait(cast.alice, watched(), amount="15000")
    day = datetime.now(UTC).date() + timedelta(days=9)  # the job goes by the real clock
    move_limit(cast.sarah, limit(), "20000", day, "From then on.", seen=1)
    assert jobs()[-1] == datetime(day.year, day.month, day.day, tzinfo=UTC)
    stand_on(monkeypatch, day - timedelta(days=1))
    assert (watches.clear(), told(cast.alice)) == (0, [])
    stand_on(monkeypatch, day)
    assert (watches.clear(), told(cast.alice)) == (1, [TOLD])


def test_who_has_left_is_told_nothing(cast: Cast) -> None:
    customer, profile = a_customer("Late")
    hold = a_hold(profile)
    watch = wait(cast.alice, customer)
    User.objects.filter(pk=cast.alice.pk).update(is_active=False)
    facts.change(hold, facts.noon("2026-11-20"), closed_at=date(2026, 11, 20))
    assert (watches.clear(), told(cast.alice)) == (0, [])
    watch.refresh_from_db()
    assert (watch.cleared_at, watch.ended_at is not None) == (None, True)
