"""What is over is emptied after its time, when a person has seen and approved it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.clock import stand_on
from tests.customers.cast import a_profile, a_source, customer_of
from tests.records.builders import a_person, an_invoice, the

from concord.customers.actions import restrictions
from concord.customers.actions.matching import match
from concord.customers.models import NormalForm, Profile
from concord.kernel.errors import Problem
from concord.kernel.models import AuditEntry, Role, User
from concord.records.actions import retention
from concord.records.actions.receive import receive
from concord.records.importing.counts import adds_up
from concord.records.importing.run import run_import
from concord.records.models import Disposal, Record, RetentionRule, WaitingPart
from concord.records.said import RecordSaid

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga(db: None, monkeypatch: pytest.MonkeyPatch) -> User:
    stand_on(monkeypatch, date(2026, 11, 22))
    return a_person("Olga", Role.OFFICER)


def cases() -> None:
    """One closed long ago, one closed last year, one open since long ago."""
    closed: list[Any] = [("old", date(2015, 3, 1)), ("new", date(2025, 3, 1)), ("open", None)]
    receive(
        a_source(),
        [
            RecordSaid(type="case", key=key, profile="C1", subject=f"Case of Anna {key}",
                       opened_at=date(2015, 1, 1), closed_at=day,
                       status="closed" if day else "open")
            for key, day in closed
        ],
    )  # fmt: skip


def test_what_is_over_for_longer_is_proposed_and_nothing_goes_by_itself(olga: User) -> None:
    cases()
    retention.keep_for(olga, "case", 120, "Warranty", automatic=False)
    [due] = retention.propose()
    assert (due.type, due.before, due.found) == ("case", date(2016, 11, 22), 1)
    assert [each.key for each in retention.examples(due)] == ["old"]
    assert retention.carry_out(due.pk) == 0
    assert the("old", "case").subject == "Case of Anna old"


def test_what_was_approved_is_emptied_and_the_rest_stays(olga: User) -> None:
    cases()
    retention.keep_for(olga, "case", 120, "Warranty", automatic=False)
    [due] = retention.propose()
    gone = the("old", "case").pk
    retention.approve(olga, due, seen=1)
    retention.approve(olga, due, seen=1)  # the second click
    assert retention.carry_out(due.pk) == 1
    assert retention.carry_out(due.pk) == 0
    record = Record.objects.get(pk=gone)
    assert (record.subject, record.data, record.key) == ("", {}, f"erased-{gone}")
    assert record.withdrawn_at is not None
    assert [the(key, "case").subject for key in ("new", "open")] == [
        "Case of Anna new", "Case of Anna open"
    ]  # fmt: skip
    assert retention.propose() == []
    done = Disposal.objects.get()
    assert (done.done, done.approved_by) == (1, olga)
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"records.retention", "records.dispose", "records.disposed"} <= actions


def test_of_who_was_taken_back_long_ago_no_word_is_left_in_any_form(olga: User) -> None:
    gone = a_profile("C2", name="Anna Weissenfeld", kind="person", city="Bonn")
    match([gone])
    assert "weissenfeld" in NormalForm.objects.get().form
    # As a version before ours took it back, which left the normal form.
    Profile.objects.filter(pk=gone).update(withdrawn_at=datetime(2015, 1, 1, tzinfo=UTC))
    retention.keep_for(olga, RetentionRule.PROFILES, 120, "Warranty", automatic=False)
    [due] = retention.propose()
    retention.approve(olga, due, seen=1)
    assert retention.carry_out(due.pk) == 1
    assert Profile.objects.get(pk=gone).data == {}
    assert not NormalForm.objects.exists()


def test_what_is_restricted_is_kept_until_that_is_lifted(olga: User) -> None:
    """Also where it was restricted only after somebody had approved."""
    cases()
    gone = a_profile("C2", name="Anna Weissenfeld", kind="person", city="Bonn")
    Profile.objects.filter(pk=gone).update(withdrawn_at=datetime(2015, 1, 1, tzinfo=UTC))
    for type_ in ("case", RetentionRule.PROFILES):
        retention.keep_for(olga, type_, 120, "Warranty", automatic=False)
    due = retention.propose()
    assert [(each.type, each.found) for each in due] == [("case", 1), ("profiles", 1)]
    holds = [
        restrictions.restrict(olga, customer_of(each).pk, "needed for a claim")
        for each in (gone, the("old", "case").profile_id)
    ]
    for each in due:
        assert list(retention.examples(each)) == []
        retention.approve(olga, each, seen=1)
        assert retention.carry_out(each.pk) == 0
    assert retention.propose() == []
    assert the("old", "case").subject == "Case of Anna old"
    assert Profile.objects.get(pk=gone).data["name"] == "Anna Weissenfeld"
    for hold in holds:
        restrictions.lift(olga, hold.customer_id, "settled")
    assert [each.found for each in retention.propose()] == [1, 1]


def test_invoices_go_as_a_whole_when_their_time_is_over(olga: User) -> None:
    receive(a_source(), [an_invoice("R9", closed_at=date(2014, 1, 1), amount=Decimal(7))])
    retention.keep_for(olga, "invoice", 120, "Tax law", automatic=True)
    [due] = retention.propose()
    assert Disposal.objects.get().approved_at is not None
    assert retention.carry_out(due.pk) == 1
    assert Record.objects.get().amount is None


def test_an_interrupted_one_goes_on(olga: User, monkeypatch: pytest.MonkeyPatch) -> None:
    cases()
    retention.keep_for(olga, "case", 1, "None", automatic=True)
    [due] = retention.propose()

    def killed(*_: object, **__: object) -> Any:
        yield from ()
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(retention, "empty", killed)
        with pytest.raises(KeyboardInterrupt):
            retention.carry_out(due.pk)
    assert retention.carry_out(due.pk) == 2
    assert Disposal.objects.get().done == 2


def test_who_saw_another_number_looks_again(olga: User) -> None:
    cases()
    retention.keep_for(olga, "case", 120, "Warranty", automatic=False)
    [due] = retention.propose()
    with pytest.raises(Problem, match="not how many"):
        retention.approve(olga, due, seen=2)


@pytest.mark.parametrize(
    ("type_", "months", "basis"), [("nonsense", 1, "x"), ("case", -1, "x"), ("case", 12, " ")]
)
def test_a_rule_that_says_nothing_is_refused(
    olga: User, type_: str, months: int, basis: str
) -> None:
    with pytest.raises(Problem):
        retention.keep_for(olga, type_, months, basis, automatic=False)
    assert not RetentionRule.objects.exists()


def test_who_may_not_is_refused_everywhere(olga: User) -> None:
    cases()
    retention.keep_for(olga, "case", 120, "Warranty", automatic=False)
    [due] = retention.propose()
    alice, bob = a_person("Alice"), a_person("Bob", Role.MANAGER)
    for person in (alice, bob):
        with pytest.raises(Problem, match="Only the customer officer"):
            retention.keep_for(person, "case", 1, "x", automatic=True)
        with pytest.raises(Problem, match="Only the customer officer"):
            retention.approve(person, due, seen=1)
        client = Client()
        client.force_login(person, "django.contrib.auth.backends.ModelBackend")
        assert client.get("/rights/retention/").status_code == 403
        assert client.post(f"/rights/retention/{due.pk}/approval/").status_code == 403


def test_the_page_says_what_is_due_and_takes_a_rule(olga: User) -> None:
    cases()
    client = Client()
    client.force_login(olga, "django.contrib.auth.backends.ModelBackend")
    said = {"type": "case", "months": "120", "basis": "Warranty"}
    assert client.post("/rights/retention/", said).status_code == 302
    page = client.get("/rights/retention/").content.decode()
    assert "kept for" in page.partition(">Log<")[2]  # who set which rule
    assert "Case of Anna old" in page
    assert "Case of Anna new" not in page
    due = Disposal.objects.get()
    for typed in ("", "one", "2"):
        refused = client.post(f"/rights/retention/{due.pk}/approval/", {"seen": typed})
        assert "That is not how many they are" in refused.content.decode()
    assert Disposal.objects.get().approved_by is None
    client.post(f"/rights/retention/{due.pk}/approval/", {"seen": "1"})
    assert Disposal.objects.get().approved_by == olga
    retention.carry_out(due.pk)
    page = client.get("/rights/retention/").content.decode()
    assert "Nothing is over for longer than its rule says." in page
    assert "Say how long each kind is kept" not in page


ORDERS = """
[[profile]]
key = "Customer"
kind = "person"
[profile.set]
name = "Name"
[[record]]
type = "case"
key = "Case"
profile = "Customer"
subject = "About"
opened = "Opened"
closed = "Closed"
status = { value = "closed" }
[[line]]
record = { type = "case", column = "Case" }
key = "Case"
product = "About"
"""
FILE = "Customer;Name;Case;About;Opened;Closed\n" + "".join(
    f"C{n};Person {n};{n};Lost ring {n};2015-01-01;{2015 + n}-03-01\n" for n in range(3)
)


def test_the_same_file_does_not_bring_it_back(olga: User, tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    path.write_text(FILE)
    run_import(path, a_source(), ORDERS)
    retention.keep_for(olga, "case", 120, "Warranty", automatic=True)
    [due] = retention.propose()
    assert retention.carry_out(due.pk) == 2
    again = run_import(path, a_source(), ORDERS)
    assert again.state == "done"
    assert again.counts["records"] == {"over": 2, "unchanged": 1}
    assert again.counts["lines"] == {"over": 2, "unchanged": 1}
    assert (again.counts["rows"]["unchanged"], adds_up(again.counts)) == (3, True)
    assert not WaitingPart.objects.exists()
    left = Record.objects.filter(withdrawn_at=None).values_list("subject", flat=True)
    assert list(left) == ["Lost ring 2"]
    assert not Record.objects.filter(subject__in=["Lost ring 0", "Lost ring 1"]).exists()
    retention.keep_for(olga, "case", 0, "", automatic=False)
    assert run_import(path, a_source(), ORDERS).counts["records"] == {"created": 2, "unchanged": 1}
