"""Did we keep our word: the page, the acts with their evidence, and what follows from one."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.facts import builders as facts
from tests.treatment.cast import TODAY, Cast, a_best_customer, a_customer, a_hold
from tests.treatment.test_keeping import HELD, a_shipment

from concord.customers.models import Profile
from concord.kernel.access import viewer_of
from concord.kernel.models import Department, Role, User
from concord.kernel.time import now
from concord.records.models import Record
from concord.treatment.actions import verdict_steps
from concord.treatment.actions.decide import decide
from concord.treatment.actions.verdicts import judge_all
from concord.treatment.keeping import due, listing, unequal
from concord.treatment.keeping.evidence import evidence
from concord.treatment.keeping.overview import Chosen, overview
from concord.treatment.keeping.share import Tally, wilson
from concord.treatment.models import ActVerdict, AnswerLog, Concern, VerdictStep

YEAR = Chosen(TODAY.replace(year=2025), TODAY)


def a_held_customer(name: str = "Held Ltd") -> Profile:
    _, profile = a_best_customer(name)
    a_hold(profile, **HELD)
    return profile


def verdict_of(record: Record) -> ActVerdict:
    return ActVerdict.objects.get(record=record, request="ship_order", known_to=None)


def opened(client: Client, by: User, name: str, *args: Any, **query: str) -> str:
    client.force_login(by)
    response = client.get(reverse(f"treatment:{name}", args=args), query)
    assert response.status_code == 200
    return str(response.content.decode())


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(0, 0, 0, 1), (0, 10, 0, 0.2775), (10, 10, 0.7225, 1), (81, 263, 0.2553, 0.3662),
     (15, 148, 0.0624, 0.1605), (1, 29, 0.0061, 0.1718)],
)  # fmt: skip
def test_the_interval_is_wilsons(hits: int, of: int, low: float, high: float) -> None:
    """Those with 263, 148 and 29 are the examples of R. G. Newcombe (1998), method 3."""
    assert wilson(hits, of) == pytest.approx((low, high), abs=1e-4)


@pytest.mark.parametrize(
    ("kept", "deviated", "share", "between"),
    [
        (0, 0, "nothing to say yet", ""),
        (1, 0, "100 of 100", "between 21 and 100 of 100"),
        (19, 1, "95 of 100", "between 76 and 99 of 100"),
        (5650, 16, "99.7 of 100", "between 99.5 and 99.8 of 100"),
        (99_999, 1, "99.9 of 100", "between 99.9 and 99.9 of 100"),
    ],
)
def test_a_share_in_words(kept: int, deviated: int, share: str, between: str) -> None:
    tally = Tally(kept, deviated, exception=7, cannot_say=9)
    assert (tally.in_words, tally.between_in_words) == (share, between)


def test_what_nobody_can_say_and_exceptions_count_neither_way() -> None:
    assert Tally(kept=3, deviated=1, exception=50, cannot_say=50).share == 75


def test_the_numbers_by_request_and_month(cast: Cast) -> None:
    profile = a_held_customer()
    a_shipment(profile, "2026-10-05")
    a_shipment(profile, "2026-10-25")
    a_shipment(profile, "2026-08-25")
    judge_all()
    found = overview(viewer_of(cast.sarah), YEAR)
    [ship] = [line for line in found.requests if line.key == "ship_order"]
    assert (ship.tally.kept, ship.tally.deviated) == (2, 1)
    months = {month.first.isoformat()[:7]: month.tally.acts for month in found.months}
    assert [months[each] for each in ("2026-08", "2026-09", "2026-10")] == [1, 0, 2]
    assert found.departments is None  # nobody here has a department of five
    only = overview(viewer_of(cast.sarah), Chosen(YEAR.since, YEAR.until, unit="gauges"))
    assert only.total.acts == 0


def test_by_department_only_where_all_of_them_are_more_than_a_few(cast: Cast) -> None:
    support = Department.objects.get(key="support")
    cast.books.department = support
    cast.books.save()
    for n in range(4):
        User.objects.create_user(f"p{n}@example.com", name=f"P{n}", role=Role.MEMBER,
                                 department=support)  # fmt: skip
    a_shipment(a_held_customer(), "2026-10-05")
    judge_all()
    found = overview(viewer_of(cast.sarah), YEAR).departments
    assert found is not None
    assert [line.key for line in found] == ["support"]
    User.objects.filter(email="p0@example.com").update(is_active=False)
    assert overview(viewer_of(cast.sarah), YEAR).departments is None


def test_a_manager_of_a_unit_sees_its_acts_and_those_of_none(cast: Cast) -> None:
    profile = a_held_customer()
    mine = a_shipment(profile, "2026-10-05", unit="gauges")
    other = a_shipment(profile, "2026-10-06", unit="sensors")
    judge_all()
    cast.bob.units.set([cast.gauges])
    viewer = viewer_of(cast.bob)
    page = listing.listing(viewer, YEAR, "deviated")
    assert [row.verdict.record_id for row in page.items] == [mine.pk]
    assert overview(viewer, YEAR).total.deviated == 1
    with pytest.raises(ActVerdict.DoesNotExist):
        verdict_steps.make_task(cast.bob, verdict_of(other).pk, cast.bob, TODAY)


def test_the_page_and_the_evidence(cast: Cast, client: Client) -> None:
    profile = a_held_customer("=HYPERLINK Ltd")
    decide(profile.pk, "ship_order", {"amount": "900"}, as_of=TODAY.replace(month=10, day=2),
           asked_by=cast.alice, channel="page")  # fmt: skip
    sent = a_shipment(profile, "2026-10-05")
    a_shipment(profile, "2026-09-05")
    judge_all()
    page = opened(client, cast.sarah, "kept")
    assert "Not as we promised" in page
    assert sent.key in page
    assert "One friendly talk with Accounts" in page  # of the rule that answered, not the standing
    act = opened(client, cast.sarah, "kept_act", verdict_of(sent).pk)
    assert "Pass them to Accounts" in act
    assert "Hold set by accounts" in act
    assert "Books" in act  # who told it
    [asked] = AnswerLog.objects.all()
    assert reverse("treatment:logged", args=[asked.pk]) in act
    assert "kept, and how sure that is" in page.lower()
    client.force_login(cast.sarah)
    response = client.get(reverse("treatment:kept_file"))
    told = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    [head, row] = csv.reader(io.StringIO(told))
    assert head[:2] == ["Day", "Customer"]
    assert row[:2] == ["2026-10-05", "'=HYPERLINK Ltd"]


def test_with_nothing_known_the_page_teaches(cast: Cast, client: Client) -> None:
    page = opened(client, cast.sarah, "kept")
    assert "It is being looked at right now." in page
    judge_all()
    page = opened(client, cast.sarah, "kept")
    assert "A shipment that left" in page
    for name in ("kept_acts", "kept_customers", "kept_waits"):
        assert "ui-empty" in opened(client, cast.sarah, name) or "empty" in opened(
            client, cast.sarah, name
        )


def test_one_task_however_often_it_is_asked_for(cast: Cast, client: Client) -> None:
    sent = a_shipment(a_held_customer(), "2026-10-05")
    judge_all()
    pk = verdict_of(sent).pk
    one = verdict_steps.make_task(cast.sarah, pk, cast.bob, TODAY, "How did it leave?")
    again = verdict_steps.make_task(cast.olga, pk, cast.alice, TODAY)
    assert one == again
    assert one.task is not None
    assert (one.task.owner, one.task.due_at) == (cast.bob, TODAY)
    assert one.task.subject == "Not as we promised: Ship an order: Held Ltd"
    assert VerdictStep.objects.count() == 1
    client.force_login(cast.bob)
    page = client.get(reverse("records:record", args=[one.task.pk])).content.decode()
    assert sent.key in page
    assert reverse("treatment:kept_act", args=[pk]) in page


def test_a_source_that_was_wrong_is_asked_and_its_correction_mends(cast: Cast) -> None:
    profile = a_held_customer()
    hold = Record.objects.get(type="credit_hold")
    sent = a_shipment(profile, "2026-10-05")
    judge_all()
    step = verdict_steps.source_was_wrong(cast.sarah, verdict_of(sent).pk, "No hold was set.")
    assert step == verdict_steps.source_was_wrong(cast.sarah, verdict_of(sent).pk, "Again.")
    concern = Concern.objects.get()
    assert (concern.kind, concern.owner, concern.text) == ("data", cast.bob, "No hold was set.")
    viewer = viewer_of(cast.sarah)
    assert evidence(viewer, verdict_of(sent)).answers == []  # nobody had asked before
    assert unequal.apart(viewer, YEAR).items == []
    facts.withdraw(hold, now())
    due.mark({profile.pk})
    judge_all()
    assert listing.listing(viewer, YEAR, "deviated").items == []
    [row] = listing.listing(viewer, YEAR, "mended").items
    assert (row.verdict.record_id, row.told, row.first) == (sent.pk, "Kept", "Not kept")


def ships(cast: Cast) -> Profile:
    """Shipping's own system tells of what is shipped; the customer is on hold."""
    cast.books.department = Department.objects.get(key="shipping")
    cast.books.save()
    return a_held_customer()


def asked(cast: Cast, profile: Profile, request: str = "ship_order", **fields: str) -> UUID | None:
    """Alice of support asks while the hold holds, and is not told to go ahead."""
    said = decide(profile.pk, request, fields, as_of=TODAY.replace(month=10, day=7),
                  asked_by=cast.alice, channel="page")  # fmt: skip
    assert said.act != "go_ahead"
    return said.answer_id


def test_two_departments_that_did_not_do_the_same(cast: Cast) -> None:
    profile = ships(cast)
    answer = asked(cast, profile, amount="900")
    a_shipment(profile, "2026-10-05")
    other = a_held_customer("Alone Ltd")
    a_shipment(other, "2026-10-05")
    judge_all()
    [found] = unequal.apart(viewer_of(cast.sarah), YEAR).items
    assert found.done.verdict.customer.name == "Held Ltd"
    assert found.answer is not None
    assert found.answer.pk == answer
    assert (found.department, found.others) == (None, None)  # they are few


def test_who_asked_for_something_else_or_did_it_themselves_was_not_treated_otherwise(
    cast: Cast,
) -> None:
    profile = ships(cast)
    asked(cast, profile, "engineering_question", safety_concern="no")
    a_shipment(profile, "2026-10-05")
    judge_all()
    assert unequal.apart(viewer_of(cast.sarah), YEAR).items == []
    asked(cast, profile, amount="900")
    desk = facts.a_source("desk", department=Department.objects.get(key="support"))
    a_shipment(profile, "2026-10-09", source=desk)
    due.mark([profile.pk], due.ALL)
    judge_all()
    assert unequal.apart(viewer_of(cast.sarah), YEAR).items == []


def test_what_was_asked_before_a_merge_counts(cast: Cast) -> None:
    profile = ships(cast)
    former, theirs = a_customer("Former Ltd")
    a_hold(theirs, **HELD)
    answer = asked(cast, theirs, amount="900")
    type(former).objects.filter(pk=former.pk).update(merged_into=profile.pk)
    a_shipment(profile, "2026-10-05")
    judge_all()
    [found] = unequal.apart(viewer_of(cast.sarah), YEAR).items
    assert found.answer is not None
    assert found.answer.pk == answer


def test_a_manager_of_a_unit_is_shown_nothing_of_another_one_beside_its_acts(cast: Cast) -> None:
    profile = ships(cast)
    a_hold(profile, opened="2026-10-01", closed="2026-10-20", unit="gauges")
    Record.objects.filter(type="credit_hold", unit=None).delete()
    a_shipment(profile, "2026-10-05", unit="gauges")
    desk = facts.a_source("desk", department=Department.objects.get(key="support"))
    a_shipment(profile, "2026-10-06", unit="sensors", source=desk)
    judge_all()
    [found] = unequal.apart(viewer_of(cast.sarah), YEAR).items
    assert found.other is not None
    cast.bob.units.set([cast.gauges])
    assert unequal.apart(viewer_of(cast.bob), YEAR).items == []
    asked(cast, profile, amount="900", unit="gauges")
    [found] = unequal.apart(viewer_of(cast.bob), YEAR).items
    assert found.answer is not None
    cast.bob.units.set([cast.sensors])
    assert unequal.apart(viewer_of(cast.bob), YEAR).items == []


def test_who_pays_and_waited_longer(cast: Cast) -> None:
    held = a_shipment(a_held_customer(), "2026-10-05")
    _, best = a_best_customer("Best Ltd")
    order = facts.a_record(best, "order", opened="2025-11-01", amount=Decimal(900), currency="EUR")
    slow = facts.a_record(best, "shipment", opened="2025-11-01", closed="2026-10-09",
                          status="sent", parent=order)  # fmt: skip
    quick = facts.a_record(best, "shipment", opened="2026-10-08", closed="2026-10-09",
                           status="sent", parent=order)  # fmt: skip
    judge_all()
    [found] = unequal.waited(viewer_of(cast.sarah), YEAR).items
    assert (found.held.verdict.record_id, found.good.verdict.record_id) == (held.pk, slow.pk)
    assert found.good.verdict.waited == 342
    assert verdict_of(quick).waited == 1


def test_who_waited_is_found_by_an_index_however_many_acts_there_are(cast: Cast) -> None:
    said = unequal._asked(viewer_of(cast.sarah), YEAR, "", 30)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {unequal._WAITED}", said)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index Scan using verdicts_on_hold_waited" in plan
    assert "Seq Scan on treatment_actverdict" not in plan


def test_many_rows_cost_as_many_queries_as_one(cast: Cast, client: Client) -> None:
    def asked() -> list[str]:
        judge_all()
        client.force_login(cast.sarah)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("treatment:kept")).status_code == 200
            assert client.get(reverse("treatment:kept_acts")).status_code == 200
        return [each["sql"][:300] for each in queries if "treatment_" in each["sql"]]

    a_shipment(a_held_customer(), "2026-10-05")
    asked()
    one = asked()
    for n in range(20):
        profile = a_held_customer(f"Held {n} Ltd")
        due.mark([profile.pk])
        a_shipment(profile, "2026-10-05")
    many = asked()
    assert len(many) == len(one), set(many) - set(one)


def test_a_member_finds_no_page(cast: Cast, client: Client) -> None:
    a_customer()
    client.force_login(cast.alice)
    assert client.get(reverse("treatment:kept")).status_code == 403
