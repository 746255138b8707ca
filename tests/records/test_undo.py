from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from tests.records.builders import a_person, the
from tests.records.files import GOOD, HEADER, INVOICES, a_csv, an_import, rows

from concord.customers import queries
from concord.customers.actions import erasures
from concord.customers.models import Customer, Profile, Relationship
from concord.customers.rights.erase import carry_out
from concord.kernel.errors import Problem
from concord.kernel.models import AuditEntry, Role
from concord.records import jobs
from concord.records.importing import undo
from concord.records.importing.replay import dismiss, replay, replay_all
from concord.records.importing.turns import running
from concord.records.importing.undo import begin_undo, refuse_undone, undo_import
from concord.records.models import (
    Import,
    Record,
    RecordLine,
    RecordVersion,
    Rejection,
    WaitingPart,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_an_import_created_is_withdrawn_and_can_come_again(tmp_path):
    path = a_csv(tmp_path, *GOOD)
    first = an_import(path)
    alice = a_person()

    undone = undo_import(first, alice)

    assert undone["records"] == {"withdrawn": 2, "restored": 0}
    assert undone["profiles"] == {"withdrawn": 1, "restored": 0}
    assert (first.state, first.undone_by) == ("undone", alice)
    assert Record.objects.filter(withdrawn_at=None).count() == 0
    assert undo_import(first, alice) == {}
    again = an_import(path)
    assert (again.pk != first.pk, rows(again)) == (True, {"read": 2, "created": 2})
    assert Record.objects.count() == 2  # the same rows came back
    assert Profile.objects.get().data == {"name": "Hanbit"}


def test_what_it_changed_is_as_before_and_later_changes_survive(tmp_path):
    an_import(a_csv(tmp_path, *GOOD))
    korean = [line.replace("Hanbit", "한빛").replace("10,00", "20,00") for line in GOOD]
    second = an_import(a_csv(tmp_path, *korean))
    third = an_import(a_csv(tmp_path, korean[0].replace("1.234", "9")))
    assert (the("R1").amount, the("R2").amount) == (Decimal("9.5"), 20)

    undone = undo_import(second, None)

    assert undone["records"] == {"withdrawn": 0, "restored": 1}
    assert (the("R1").amount, the("R2").amount) == (Decimal("9.5"), 10)
    assert Customer.objects.get().name == "Hanbit"
    undo_import(third, None)
    assert the("R1").amount == Decimal("1234.5")
    assert RecordVersion.objects.filter(record=the("R1")).count() == 2


def test_an_undone_import_is_not_what_a_later_undo_goes_back_to(tmp_path):
    first = an_import(a_csv(tmp_path, GOOD[0]))
    second = an_import(a_csv(tmp_path, GOOD[0].replace("1.234,50", "2,00").replace("Hanb", "B")))
    undo_import(first, None)
    assert the("R1").amount == 2

    undo_import(second, None)

    assert the("R1").withdrawn_at is not None
    assert Profile.objects.get().withdrawn_at is not None


@pytest.mark.parametrize("subject", ["", "Two pumps"])
def test_what_an_erasure_emptied_and_an_undo_gave_back_is_compared_by_what_it_says(
    tmp_path, subject
):
    """R1 stood under another who was erased; what it said before was emptied, and is given back."""
    mapping = INVOICES + ("" if not subject else 'subject = "What"\n')
    header = HEADER + ";What"
    rightly = f"{GOOD[0]};{subject}"
    an_import(a_csv(tmp_path, rightly, header=header), mapping)
    wrongly = rightly.replace("D1;Hanbit", "D2;Anna Weiss")
    moved = an_import(a_csv(tmp_path, wrongly, header=header), mapping)
    anna, olga = queries.by_key("accounting", "D2"), a_person("Olga", Role.OFFICER)
    [begun] = erasures.confirm(olga, anna.id, anna.name, despite="by letter")
    carry_out(begun.pk)
    undo_import(moved, None)
    assert (the("R1").profile.key, the("R1").subject, the("R1").digest) == ("D1", "", b"")

    again = an_import(a_csv(tmp_path, rightly, header=header), mapping)

    assert again.counts["records"].get("changed", 0) == bool(subject)
    assert the("R1").subject == subject
    assert RecordVersion.objects.filter(record=the("R1")).count() == 2 + bool(subject)


def test_a_customer_on_whom_others_hang_becomes_a_stub_that_waits(tmp_path):
    first = an_import(a_csv(tmp_path, GOOD[0]))
    records_only = INVOICES.replace('[[profile]]\nkey = "Debtor"\n[profile.set]\nname = "Name"', "")
    an_import(a_csv(tmp_path, GOOD[1]), records_only)

    undo_import(first, None)

    profile = Profile.objects.get()
    assert (profile.is_stub, profile.withdrawn_at, profile.data) == (True, None, {})
    assert [r.key for r in Record.objects.filter(withdrawn_at=None)] == ["R2"]


def test_a_record_that_goes_back_to_a_customer_who_was_taken_back_meanwhile_makes_them_wait(
    tmp_path,
):
    records_only = INVOICES.replace('[[profile]]\nkey = "Debtor"\n[profile.set]\nname = "Name"', "")
    first = an_import(a_csv(tmp_path, GOOD[1]))  # says who D1 is
    an_import(a_csv(tmp_path, GOOD[0]), records_only)
    moved = an_import(a_csv(tmp_path, "R1;D2;;01.03.2026;1.234,50"), records_only)
    undo_import(first, None)
    assert Profile.objects.get(key="D1").withdrawn_at is not None

    undo_import(moved, None)

    profile = Profile.objects.get(key="D1")
    assert the("R1").profile_id == profile.pk
    assert (profile.is_stub, profile.withdrawn_at, profile.data) == (True, None, {})


def test_nobody_waits_for_a_record_that_was_moved_and_then_undone(tmp_path):
    records_only = INVOICES.replace('[[profile]]\nkey = "Debtor"\n[profile.set]\nname = "Name"', "")
    named = an_import(a_csv(tmp_path, GOOD[1]))  # says who D1 is
    first = an_import(a_csv(tmp_path, GOOD[0]), records_only)
    undo_import(named, None)
    assert Profile.objects.get(key="D1").is_stub  # R1 still hangs on it
    moved = an_import(a_csv(tmp_path, "R1;D2;;01.03.2026;1.234,50"), records_only)
    undo_import(first, None)

    undo_import(moved, None)

    assert the("R1").withdrawn_at is not None
    assert Profile.objects.filter(withdrawn_at=None).count() == 0


def test_lines_waiting_parts_and_relationships_are_undone_too(tmp_path):
    mapping = (
        '[[line]]\nrecord = { type = "order", column = "Order" }\nkey = "Pos"\namount = "Sum"\n'
        '[[relationship]]\nfrom = "Who"\nkind = "works_at"\nto = "Firm"\ntitle = "Title"\n'
    )
    orders = '[[record]]\ntype = "order"\nkey = "Order"\nprofile = "Firm"\n'
    header = "Order;Pos;Sum;Who;Firm;Title"
    an_import(a_csv(tmp_path, "A1;;;;F1;", header=header), orders)
    one = an_import(a_csv(tmp_path, "A1;1;5;P1;F1;Buyer", "A9;1;7;;;", header=header), mapping)
    two = an_import(a_csv(tmp_path, "A1;1;6;P1;F1;Head", header=header), mapping)
    assert one.counts["lines"] == {"created": 1, "waiting": 1}
    assert two.counts["relationships"] == {"changed": 1}

    def now_said():
        lines = RecordLine.objects.filter(known_to=None).values_list("amount", flat=True)
        titles = Relationship.objects.filter(known_to=None).values_list("title", flat=True)
        return list(lines), list(titles), WaitingPart.objects.count()

    assert now_said() == ([6], ["Head"], 1)
    undo_import(two, None)
    assert now_said() == ([5], ["Buyer"], 1)
    undo_import(one, None)
    assert now_said() == ([], [], 0)


def test_a_running_import_cannot_be_undone(tmp_path):
    imported = an_import(a_csv(tmp_path, *GOOD))
    import threading

    from django.db import connection

    failed: list[Problem] = []

    def other():
        try:
            undo_import(Import.objects.get(), None)
        except Problem as problem:
            failed.append(problem)
        connection.close()

    with running(imported):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert [problem.code for problem in failed] == ["running"]
    assert Import.objects.get().state == "done"


BAD = "R3;D2;Daehan;31.02.2026;1,00"


def test_a_mended_row_is_replayed_into_its_import(tmp_path):
    imported = an_import(a_csv(tmp_path, *GOOD, BAD))
    alice = a_person()
    row = Rejection.objects.get()

    with pytest.raises(Problem, match="no date") as caught:
        replay(row, alice)
    assert caught.value.place == "line 4"
    with pytest.raises(Problem, match="“one” is no number"):
        replay(row, alice, {"Date": "28.02.2026", "Amount": "one"})
    row.refresh_from_db()
    assert (row.code, row.column, row.raw["Date"]) == ("number", "Amount", "28.02.2026")

    assert replay(row, alice, {"Amount": "1,00"}) == "created"

    imported.refresh_from_db()
    assert rows(imported) == {"read": 3, "created": 3}
    assert (the("R3").import_id, the("R3").amount) == (imported.pk, 1)
    assert (row.resolution, row.resolved_by) == ("replayed", alice)
    assert replay(row, alice) == "unchanged"
    assert Profile.objects.get(key="D2").matched_at is not None
    undo_import(imported, alice)
    assert Record.objects.filter(withdrawn_at=None).count() == 0


def test_a_row_that_was_never_cut_is_replayed_from_what_a_person_fills_in(tmp_path):
    an_import(a_csv(tmp_path, *GOOD, "R3;D2"))
    row = Rejection.objects.get()
    with pytest.raises(Problem, match="another number of columns"):
        replay(row, None)
    filled = {"No": "R3", "Debtor": "D2", "Name": "D", "Date": "01.03.2026", "Amount": "1"}
    assert replay(row, None, filled) == "created"


def test_a_dismissed_row_stays_to_be_read(tmp_path):
    imported = an_import(a_csv(tmp_path, *GOOD, BAD))
    row = Rejection.objects.get()
    dismiss(row, a_person())
    assert (row.resolution, row.resolved_at is not None) == ("dismissed", True)
    imported.refresh_from_db()
    assert rows(imported) == {"read": 3, "created": 2, "rejected": 1}


def test_a_mended_mapping_replays_all_rows(tmp_path):
    imported = an_import(a_csv(tmp_path, *GOOD, *(f"R{n};D2;D;2026-03-0{n};1,00" for n in (3, 4))))
    assert replay_all(imported, None) == {"replayed": 0, "still to fix": 2}

    mended = INVOICES.replace('date = "%d.%m.%Y"', 'date = ["%d.%m.%Y", "%Y-%m-%d"]')
    assert replay_all(imported, None, mended) == {"replayed": 2, "still to fix": 0}
    imported.refresh_from_db()
    assert rows(imported) == {"read": 4, "created": 4}


def test_rows_of_an_undone_import_are_not_replayed(tmp_path):
    imported = an_import(a_csv(tmp_path, *GOOD, BAD))
    row = Rejection.objects.get()
    undo_import(imported, None)
    row.refresh_from_db()
    assert row.resolution == "undone"
    with pytest.raises(Problem, match="has been undone"):
        replay(row, None, {"Date": "01.03.2026"})
    assert Record.objects.filter(withdrawn_at=None).count() == 0


def test_an_undo_goes_on_in_the_worker_and_its_page_says_how_far_it_is(tmp_path, monkeypatch):
    monkeypatch.setattr(undo, "SIZE", 1)
    imported = an_import(a_csv(tmp_path, *GOOD))
    deferred = []
    monkeypatch.setattr(type(jobs.undo), "defer", lambda _self, **said: deferred.append(said))
    client = Client()
    client.force_login(a_person(role=Role.SPONSOR), "django.contrib.auth.backends.ModelBackend")
    address = reverse("records:import", args=[imported.pk])

    client.post(reverse("records:undo_import", args=[imported.pk]))
    page = client.get(address).content.decode()

    assert "0 of 3 entries are taken back" in page
    assert "Undo this import" not in page
    with pytest.raises(Problem, match="has been undone"):
        refuse_undone(Import.objects.get())
    assert deferred == [{"import_id": imported.pk}]
    jobs.undo.func(**deferred[0])
    jobs.undo.func(**deferred[0])  # a worker that was killed after its last commit
    assert "Undone" in client.get(address).content.decode()
    assert AuditEntry.objects.filter(action="records.undone_import").count() == 1
    assert Record.objects.filter(withdrawn_at=None).count() == 0
    client.post(reverse("records:undo_import", args=[imported.pk]))
    assert len(deferred) == 1


def test_what_waits_does_not_arrive_once_its_import_is_being_undone(tmp_path):
    lines = '[[line]]\nrecord = { type = "order", column = "Order" }\nkey = "Pos"\namount = "Sum"\n'
    orders = '[[record]]\ntype = "order"\nkey = "Order"\nprofile = "Firm"\n'
    header = "Order;Pos;Sum;Firm"
    waiting = an_import(a_csv(tmp_path, "A1;1;5;", header=header), lines)
    assert begin_undo(waiting, None)

    an_import(a_csv(tmp_path, "A1;;;F1", header=header), orders)

    assert (RecordLine.objects.count(), WaitingPart.objects.count()) == (0, 0)
    assert undo_import(waiting, None)["waiting"] == {"withdrawn": 1}
