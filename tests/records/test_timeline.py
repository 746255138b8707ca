from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.records.builders import a_person, a_source, an_invoice, an_order, the

from concord.customers.actions.profiles import receive as receive_profiles
from concord.customers.models import Membership
from concord.customers.said import ProfileSaid
from concord.kernel.access import viewer_of
from concord.kernel.errors import Problem
from concord.kernel.models import Department, Unit
from concord.kernel.time import now
from concord.records.actions.receive import receive
from concord.records.queries import detail, listing, outstanding, timeline
from concord.records.said import AllocationSaid, LinkSaid, RecordSaid, Ref

pytestmark = pytest.mark.django_db


def a_merged_customer():
    """One customer whom two sources know."""
    one = receive_profiles(a_source("accounting"), [ProfileSaid("C1", "organisation", {})])[0]
    two = receive_profiles(a_source("shipping"), [ProfileSaid("D1", "organisation", {})])[0]
    Membership.objects.filter(profile_id=two.profile_id).update(customer_id=one.profile_id)
    return one.profile_id


def a_shipment(key, day, **more):
    return RecordSaid(type="shipment", key=key, profile="D1", opened_at=day, **more)


def keys(page):
    return [(item.type.key, item.opened and item.opened.day) for item in page.items]


def test_the_timeline_unites_all_profiles_the_latest_first_page_by_page():
    customer = a_merged_customer()
    days = [date(2026, 5, d) for d in range(1, 8)]
    receive(a_source("accounting"), [an_invoice(f"R{d}", opened_at=d) for d in days])
    receive(a_source("shipping"), [a_shipment(f"S{d}", d) for d in days[:3]])
    receive(a_source("shipping"), [a_shipment("undated", None)])
    viewer = viewer_of(a_person())

    pages, cursor = [], None
    while cursor != "":
        page = timeline(viewer, customer, cursor=cursor, limit=4)
        pages.append(keys(page))
        cursor = page.next

    assert [len(page) for page in pages] == [4, 4, 3]
    assert [line for page in pages for line in page] == [
        ("shipment", None),
        ("invoice", 7),
        ("invoice", 6),
        ("invoice", 5),
        ("invoice", 4),
        ("shipment", 3),
        ("invoice", 3),
        ("shipment", 2),
        ("invoice", 2),
        ("shipment", 1),
        ("invoice", 1),
    ]


def test_it_filters_by_type_and_by_department():
    customer = a_merged_customer()
    receive(a_source("accounting"), [an_invoice(), an_order()])
    receive(a_source("shipping"), [a_shipment("S1", date(2026, 5, 1))])
    viewer = viewer_of(a_person())

    def shown(**filters):
        return {item.type.key for item in timeline(viewer, customer, **filters).items}

    assert shown() == {"invoice", "order", "shipment"}
    assert shown(types=["order"]) == {"order"}
    assert shown(department="shipping") == {"shipment"}
    assert shown(department="shipping", types=["order"]) == set()


def test_units_and_amounts_are_redacted():
    customer = a_merged_customer()
    gauges, software = (Unit.objects.create(key=k, words={"en": k}) for k in ("g", "s"))
    support = Department.objects.create(key="support", sees_money=False)
    receive(
        a_source("accounting"),
        [
            an_invoice("R1", unit_id=gauges.pk),
            an_invoice("R2", unit_id=software.pk),
            an_order("A1", data={"net": "80.00", "reference": "PO 7"}),
        ],
    )
    viewer = viewer_of(a_person("Charlie", units=[software], department=support))

    items = {item.id: item for item in timeline(viewer, customer).items}

    assert set(items) == {the("R2").pk, the("A1", "order").pk}
    invoice, order = items[the("R2").pk], items[the("A1", "order").pk]
    assert (invoice.amount, invoice.amount_hidden) == (None, True)
    assert (order.data.get("reference"), "net" in order.data) == ("PO 7", False)
    assert detail(viewer, the("R1").pk) is None


def test_a_state_that_a_source_leaves_unsaid_follows_where_there_is_but_one():
    (profile,) = receive_profiles(
        a_source(), [ProfileSaid(key="C1", kind="organisation", data={"name": "Hanbit"})]
    )
    day = date(2026, 3, 1)
    told = {
        "running": {"type": "credit_hold"},
        "over": {"type": "credit_hold", "closed_at": day},
        "owed": {"type": "invoice"},
        "settled": {"type": "invoice", "closed_at": day},  # paid or written off: nobody said
        "kept": {"type": "note", "closed_at": day},  # a note is never in another state
        "own word": {"type": "credit_hold", "status": "frozen"},
    }
    receive(
        a_source(),
        [RecordSaid(key=key, subject=key, profile="C1", opened_at=day, **columns)
         for key, columns in told.items()],
    )  # fmt: skip
    viewer = viewer_of(a_person())
    customer = Membership.objects.get(profile_id=profile.profile_id, known_to=None).customer_id
    states = {
        item.subject: item.status_words.get("en", "") for item in timeline(viewer, customer).items
    }
    assert states == {
        "running": "In force",
        "over": "Lifted",
        "owed": "Open",
        "settled": "",
        "kept": "",
        "own word": "frozen",
    }


def test_a_forged_cursor_is_a_problem():
    with pytest.raises(Problem):
        timeline(viewer_of(a_person()), a_merged_customer(), cursor="nonsense")


@pytest.mark.parametrize("rows", [1, 20])
def test_a_page_takes_as_many_queries_for_one_row_as_for_twenty(rows):
    customer = a_merged_customer()
    receive(a_source("accounting"), [an_invoice(f"R{n}") for n in range(rows)])
    viewer = viewer_of(a_person())
    links = [LinkSaid(Ref("invoice", f"R{n}"), "for", Ref("invoice", "R0")) for n in range(1, rows)]
    receive(a_source("accounting"), links)

    def queries(run):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            run()
        return len(captured)

    assert queries(lambda: timeline(viewer, customer)) == 4
    assert queries(lambda: listing(viewer, "invoice")) == 1
    assert queries(lambda: detail(viewer, the("R0").pk)) == 9


def test_listings_filter_and_page():
    a_merged_customer()
    today = date(2026, 11, 21)
    receive(
        a_source(),
        [
            an_invoice("R1", due_at=today - timedelta(days=900)),
            an_invoice("R2", due_at=today + timedelta(days=9000)),
            an_invoice("R3", due_at=None),
            an_invoice("R4", closed_at=today, status="paid"),
        ],
    )
    viewer = viewer_of(a_person())

    def found(**filters):
        return [the_key(item) for item in listing(viewer, "invoice", **filters).items]

    def the_key(item):
        return {the(f"R{n}").pk: f"R{n}" for n in range(1, 5)}[item.id]

    assert found(open=True, order="due") == ["R1", "R2", "R3"]
    assert found(open=False) == ["R4"]
    assert found(late=True) == ["R1"]
    page = listing(viewer, "invoice", open=True, order="due", limit=2)
    rest = listing(viewer, "invoice", open=True, order="due", limit=2, cursor=page.next)
    assert [the_key(i) for i in page.items + rest.items] == ["R1", "R2", "R3"]
    assert rest.next == ""


def test_outstanding_is_the_amount_less_its_allocations_at_a_date_and_as_known():
    before = now()
    receive(a_source(), [an_invoice("R1", closed_at=date(2026, 6, 1))])
    receive(a_source(), [RecordSaid(type="payment", key="P1", profile="C1")])
    paid = AllocationSaid(
        "Z1", Ref("payment", "P1"), Ref("invoice", "R1"), Decimal("30.5"), date(2026, 3, 1)
    )
    between = now()
    receive(a_source(), [paid])
    invoice = the("R1").pk

    assert outstanding([invoice], date(2026, 1, 1)) == {invoice: 0}
    assert outstanding([invoice], date(2026, 2, 28)) == {invoice: 100}
    assert outstanding([invoice], date(2026, 3, 1)) == {invoice: Decimal("69.5")}
    assert outstanding([invoice], date(2026, 6, 1)) == {invoice: 0}
    assert outstanding([invoice], date(2026, 3, 1), known_at=between) == {invoice: 100}
    assert outstanding([invoice], date(2026, 3, 1), known_at=before) == {}


def test_the_detail_shows_what_hangs_on_a_record_and_what_changed():
    monday = datetime(2026, 3, 2, tzinfo=UTC)
    said = [an_order("A1"), an_invoice("R1", parent=Ref("order", "A1"))]
    receive(a_source(), said, at=monday)
    receive(a_source(), [LinkSaid(Ref("invoice", "R1"), "for", Ref("order", "A1"))], at=monday)
    receive(a_source(), [an_invoice("R1", parent=Ref("order", "A1"), amount=Decimal(90))])

    seen = detail(viewer_of(a_person()), the("R1").pk)

    assert seen is not None
    assert seen.parent is not None
    assert seen.parent.id == the("A1", "order").pk
    assert [(link.role, link.outward) for link in seen.linked] == [("for", True)]
    assert [change.fields for change in seen.changes] == [[("amount", Decimal(100), Decimal(90))]]
    assert (seen.outstanding, seen.may_change) == (90, False)
    assert seen.customer.name == "C1"
