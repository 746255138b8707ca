"""Two sources that speak of each other at the same time: nobody waits for what is there."""

import threading
from decimal import Decimal

import pytest
from django.db import connection
from tests.records.builders import a_source, an_order

from concord.customers.models import Profile
from concord.records.actions.receive import receive
from concord.records.models import Record, RecordLink, WaitingPart
from concord.records.said import LinkSaid, RecordSaid, Ref

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*jobs):
    errors = []

    def work(job):
        try:
            job()
        except Exception as error:  # noqa: BLE001 - shown by the test itself
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []


def test_children_links_and_customers_of_another_source_are_found_whoever_comes_first():
    sales, shipping = a_source("sales"), a_source("shipping")

    def orders():
        for n in range(40):
            receive(sales, [an_order(f"A{n}")])

    def shipments():
        for n in range(40):
            order = Ref("order", f"A{n}", "sales")
            receive(
                shipping,
                [
                    RecordSaid("shipment", f"S{n}", "C1", profile_source="sales", parent=order),
                    LinkSaid(Ref("shipment", f"S{n}"), "of", order),
                ],
            )

    at_once(orders, shipments)

    assert Record.objects.filter(type="shipment", parent=None).count() == 0
    assert (RecordLink.objects.count(), WaitingPart.objects.count()) == (40, 0)
    assert Profile.objects.count() == 1


def test_two_workers_on_the_same_keys_make_each_once_and_keep_every_word():
    source = a_source()

    def say(amount):
        for n in range(30):
            receive(source, [RecordSaid("invoice", f"R{n % 10}", "C1", amount=Decimal(amount + n))])

    at_once(lambda: say(100), lambda: say(200))

    assert Record.objects.count() == 10
    for record in Record.objects.all():
        states = [*record.versions.order_by("known_from"), record]
        assert len(states) == 6
        assert len({state.amount for state in states}) == 6
