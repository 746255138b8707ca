from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from tests.records.builders import a_person, a_source, an_invoice, the

from concord.customers.actions.profiles import receive as receive_profiles
from concord.customers.said import ProfileSaid
from concord.kernel.errors import Problem
from concord.kernel.models import AuditEntry, Department, Notification, Role, Unit
from concord.kernel.notify import sentence
from concord.kernel.time import today
from concord.records.actions import desk
from concord.records.actions.receive import receive
from concord.records.models import Record, RecordVersion

pytestmark = pytest.mark.django_db


def a_customer(key: str = "C1") -> UUID:
    said = ProfileSaid(key, "organisation", {"name": "Hanbit Precision"})
    return receive_profiles(a_source(), [said])[0].profile_id


def test_a_note_hangs_on_the_customer_and_is_over_at_once():
    alice, customer = a_person(), a_customer()

    note = desk.open_record(alice, "note", customer, text="Wants a second gauge")

    assert (note.profile_id, note.source.key, note.status) == (customer, "desk", "kept")
    assert (note.opened_at, note.closed_at) == (today(), today())
    assert note.data == {"text": "Wants a second gauge"}
    assert AuditEntry.objects.get().action == "records.open"


def test_a_double_click_opens_one_record():
    alice, customer = a_person(), a_customer()

    first = desk.open_record(alice, "task", customer, token="t-1", subject="Call back")
    again = desk.open_record(alice, "task", customer, token="t-1", subject="Call back")

    assert (again.pk, Record.objects.count()) == (first.pk, 1)


def test_closing_and_reopening_leave_their_versions():
    alice, customer = a_person(), a_customer()
    task = desk.open_record(alice, "task", customer, subject="Call back")

    desk.close_record(alice, task.pk)
    assert (the(task.key, "task").status, the(task.key, "task").closed_at) == ("done", today())
    desk.reopen_record(alice, task.pk)
    assert (the(task.key, "task").status, the(task.key, "task").closed_at) == ("open", None)

    assert list(
        RecordVersion.objects.order_by("known_from").values_list("status", "closed_at")
    ) == [("open", None), ("done", today())]
    first, second = RecordVersion.objects.order_by("known_from")
    assert first.known_to == second.known_from
    assert second.known_to == the(task.key, "task").known_from


def test_closing_twice_changes_nothing():
    alice, customer = a_person(), a_customer()
    task = desk.open_record(alice, "task", customer, subject="Call back")
    desk.close_record(alice, task.pk)

    desk.close_record(alice, task.pk)

    assert RecordVersion.objects.count() == 1


def test_a_status_that_does_not_close_is_refused():
    alice, customer = a_person(), a_customer()
    deal = desk.open_record(alice, "deal", customer, subject="Gauges", amount=Decimal(900))

    with pytest.raises(Problem, match="“negotiation” does not close") as caught:
        desk.close_record(alice, deal.pk, status="negotiation")
    assert caught.value.mend == "Choose one of: won, lost."
    assert the(deal.key, "deal").currency == "EUR"


def test_the_second_of_two_editors_does_not_overwrite_the_first():
    alice, customer = a_person(), a_customer()
    task = desk.open_record(alice, "task", customer, subject="Call back")
    desk.change_record(a_person("Bob"), task.pk, seen=task.known_from, due_at=date(2026, 12, 1))

    with pytest.raises(Problem) as caught:
        desk.change_record(alice, task.pk, seen=task.known_from, subject="Write back")

    assert caught.value.code == "conflict"
    assert the(task.key, "task").subject == "Call back"


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"status": "sleeping"}, "status"),
        ({"severity": "terrible"}, "severity"),
        ({"colour": "red"}, "colour"),
        ({"closed_at": date(2020, 1, 1), "opened_at": date(2020, 1, 2)}, "closed_at"),
        ({"subject": "x" * 401}, "subject"),
    ],
)
def test_what_the_type_does_not_take_is_refused_by_name(given, place):
    with pytest.raises(Problem) as caught:
        desk.open_record(a_person(), "case", a_customer(), **given)
    assert caught.value.place == place
    assert Record.objects.count() == 0


def test_what_another_system_says_is_changed_there():
    receive(a_source(), [an_invoice()])
    with pytest.raises(Problem, match="kept in Accounting"):
        desk.change_record(a_person(), the("R1").pk, subject="Mine")


def test_only_accounts_or_who_runs_the_company_sets_a_hold():
    customer = a_customer()
    accounts = Department.objects.create(key="accounts", words={"en": "Accounts"})
    with pytest.raises(Problem) as caught:
        desk.open_record(a_person("Charlie"), "credit_hold", customer, reason="Unpaid")
    assert caught.value.code == "forbidden"

    alice = a_person("Alice", department=accounts)
    hold = desk.open_record(alice, "credit_hold", customer, reason="Unpaid")
    boss = a_person("Dora", role=Role.SPONSOR)
    assert desk.close_record(boss, hold.pk).status == "lifted"


def test_a_record_of_another_unit_is_not_there_for_an_outsider():
    gauges, software = (Unit.objects.create(key=k, words={"en": k}) for k in ("g", "s"))
    alice = a_person("Alice", units=[gauges])
    task = desk.open_record(alice, "task", a_customer(), subject="x", unit_id=gauges.pk)

    with pytest.raises(Problem) as caught:
        desk.close_record(a_person("Charlie", units=[software]), task.pk)
    assert caught.value.code == "not_found"


def test_who_is_given_a_task_is_told_and_who_takes_it_is_not():
    alice, bob = a_person("Alice"), a_person("Bob")
    task = desk.open_record(alice, "task", a_customer(), subject="Call back", owner_id=alice.pk)
    assert Notification.objects.count() == 0

    desk.change_record(alice, task.pk, owner_id=bob.pk)
    told = Notification.objects.get()
    assert (told.user, told.url) == (bob, f"/records/{task.pk}/")
    assert sentence(told) == "Alice gave you: Task “Call back”."


def test_a_withdrawn_record_is_gone_and_its_state_is_kept():
    alice = a_person()
    note = desk.open_record(alice, "note", a_customer(), text="Wrong customer")

    desk.withdraw_record(alice, note.pk)

    assert Record.objects.get().withdrawn_at is not None
    assert RecordVersion.objects.get().data == {"text": "Wrong customer"}
    with pytest.raises(Problem):
        desk.withdraw_record(alice, note.pk)


def test_a_closing_date_before_a_future_opening_is_moved():
    later = today() + timedelta(days=9)
    call = desk.open_record(a_person(), "call", a_customer(), opened_at=later)
    assert call.closed_at == later
