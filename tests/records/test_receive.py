from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from tests.records.builders import a_source, an_invoice, an_order, the

from concord.customers.models import Profile
from concord.kernel.errors import Problem
from concord.records.actions.receive import receive
from concord.records.models import (
    Allocation,
    Record,
    RecordLine,
    RecordLink,
    RecordVersion,
    WaitingPart,
)
from concord.records.said import AllocationSaid, LineSaid, LinkSaid, Ref

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)


def outcomes(*said, **more):
    return [receipt.outcome for receipt in receive(a_source(), said, **more)]


def test_a_new_record_hangs_on_a_stub_of_its_unknown_customer():
    assert outcomes(an_invoice()) == ["created"]

    record = the("R1")
    profile = Profile.objects.get()
    assert (profile.key, profile.is_stub, record.profile_id) == ("C1", True, profile.pk)
    assert (record.amount, record.due_at, record.currency) == (
        Decimal("100.0000"),
        date(2026, 2, 4),
        "EUR",
    )
    assert RecordVersion.objects.count() == 0


def test_the_same_statement_changes_nothing_and_a_changed_one_keeps_a_version():
    receive(a_source(), [an_invoice()], import_id=1, at=MONDAY)

    assert outcomes(an_invoice(amount=Decimal("100.0")), at=TUESDAY) == ["unchanged"]
    assert outcomes(an_invoice(amount=Decimal("90")), import_id=2, at=TUESDAY) == ["changed"]

    record, version = the("R1"), RecordVersion.objects.get()
    assert (record.amount, record.import_id, record.known_from) == (90, 2, TUESDAY)
    assert (version.amount, version.import_id) == (100, 1)
    assert (version.known_from, version.known_to) == (MONDAY, TUESDAY)


def test_two_changes_within_one_instant_leave_no_empty_version():
    for amount in (1, 2, 3):
        receive(a_source(), [an_invoice(amount=Decimal(amount))], at=MONDAY)

    periods = RecordVersion.objects.order_by("known_from").values_list("known_from", "known_to")
    instant = timedelta(microseconds=1)
    assert list(periods) == [(MONDAY, MONDAY + instant), (MONDAY + instant, MONDAY + 2 * instant)]
    assert the("R1").known_from == MONDAY + 2 * instant


def test_the_last_word_on_a_key_holds_within_one_call():
    said = [an_invoice(amount=Decimal(1)), an_invoice(amount=Decimal(2))]

    assert outcomes(*said) == ["unchanged", "created"]
    assert the("R1").amount == 2


def test_what_was_not_said_is_kept():
    receive(a_source(), [an_invoice(data={"terms": "30 days"}, subject="Gauges")])

    said = an_invoice(data={"disputed": True}, keeps=frozenset({"subject", "due_at", "terms"}))
    assert outcomes(said) == ["changed"]
    record = the("R1")
    assert (record.subject, record.data) == ("Gauges", {"disputed": True, "terms": "30 days"})


def test_children_find_a_parent_said_before_with_or_after_them():
    parent = Ref("order", "A1")
    assert outcomes(an_invoice("R1", parent=parent)) == ["created"]
    assert the("R1").parent_id is None

    assert outcomes(an_invoice("R2", parent=parent), an_order("A1")) == ["created", "created"]
    assert outcomes(an_invoice("R3", parent=parent)) == ["created"]

    order = the("A1", "order")
    assert set(Record.objects.filter(parent=order).values_list("key", flat=True)) == {
        "R1",
        "R2",
        "R3",
    }
    assert outcomes(an_invoice("R1", parent=parent)) == ["unchanged"]


def test_parts_wait_for_records_that_nobody_told_of():
    line = LineSaid(Ref("order", "A1"), "10", product="G200", quantity=Decimal(2))
    link = LinkSaid(Ref("invoice", "R1"), "for", Ref("order", "A1"))
    paid = AllocationSaid(
        "Z1", Ref("payment", "P1"), Ref("invoice", "R1"), Decimal(40), date(2026, 3, 1)
    )
    assert outcomes(line, link, paid) == ["waiting"] * 3
    assert outcomes(line, link, paid) == ["unchanged"] * 3
    assert WaitingPart.objects.count() == 3

    assert outcomes(an_invoice("R1")) == ["created"]
    assert (WaitingPart.objects.count(), RecordLink.objects.count()) == (3, 0)
    assert outcomes(an_order("A1")) == ["created"]
    assert (RecordLine.objects.get().product, RecordLink.objects.count()) == ("G200", 1)
    assert WaitingPart.objects.get().wants_key == "P1"
    receive(a_source(), [replace_type(an_invoice("P1"), "payment")])
    assert (Allocation.objects.get().amount, WaitingPart.objects.count()) == (40, 0)
    assert outcomes(line, link, paid) == ["unchanged"] * 3


def test_a_changed_line_ends_and_a_new_one_begins():
    order = Ref("order", "A1")
    receive(a_source(), [an_order(), LineSaid(order, "10", amount=Decimal(5))], at=MONDAY)

    line = LineSaid(order, "10", amount=Decimal(6))
    assert outcomes(line, import_id=7, at=TUESDAY) == ["changed"]

    old, new = RecordLine.objects.order_by("id")
    assert (old.amount, old.known_to) == (5, TUESDAY)
    assert (new.amount, new.known_from, new.import_id) == (6, TUESDAY, 7)


def test_another_source_may_name_our_customer_and_our_record():
    receive(a_source("sales"), [an_order("A1", profile="C9")])
    shipment = an_invoice(
        "S1", profile="C9", profile_source="sales", parent=Ref("order", "A1", "sales")
    )
    receive(a_source("shipping"), [replace_type(shipment, "shipment")])

    sent = the("S1", "shipment")
    assert sent.parent == the("A1", "order")
    assert (sent.source.key, sent.profile.source.key) == ("shipping", "sales")


def test_an_unknown_source_is_named():
    with pytest.raises(Problem, match="no source “nowhere”"):
        receive(a_source(), [an_invoice(profile_source="nowhere")])
    assert Record.objects.count() == 0


def replace_type(said, type):
    from dataclasses import replace

    return replace(said, type=type)
