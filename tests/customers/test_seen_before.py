"""Seen before it is done: all apart, who may belong to a group, what is pinned, a weak bridge."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.customers.cast import a_person, a_profile, customer_of
from tests.customers.test_golden_settings import a_customer
from tests.customers.test_weak_bridges import found, two_pairs

from concord.customers import belonging
from concord.customers.actions import desk, not_belonging
from concord.customers.actions.matching import match
from concord.customers.apart import apart
from concord.customers.models import Customer, NotBelonging
from concord.customers.pins import pinned
from concord.customers.preview import preview
from concord.customers.queries import current
from concord.kernel.access import viewer_of
from concord.kernel.models import AuditEntry, Role, User
from concord.kernel.time import today

pytestmark = pytest.mark.django_db


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def olga() -> User:
    return a_person("Olga", Role.OFFICER)


def test_all_apart_is_shown_before_it_is_done(olga: User) -> None:
    hanbit = current(a_customer())
    before = Customer.objects.filter(merged_into=None).count()
    singles = apart(viewer_of(olga), hanbit.pk)
    assert [each.keeps_id for each in singles] == [True, *[False] * (len(singles) - 1)]
    assert {each.source for each in singles} >= {"Accounting", "Sales"}
    accounting = next(each for each in singles if each.source == "Accounting")
    assert accounting.name == "HANBIT PREC"
    assert dict(accounting.differs)["Name"] == "HANBIT PREC"
    page = client_of(olga).get(f"/customers/{hanbit.pk}/members/apart/")
    assert page.status_code == 200
    assert "HANBIT PREC" in page.content.decode()
    assert Customer.objects.filter(merged_into=None).count() == before
    client_of(olga).post(f"/customers/{hanbit.pk}/members/apart/")
    alone = Customer.objects.filter(merged_into=None, profile_count=1)
    assert {each.name for each in alone} >= {each.name for each in singles}


def test_who_does_not_belong_is_not_proposed_again_until_it_is_taken_back(olga: User) -> None:
    home = {"street": "Storgatan 12", "postcode": "222 22", "city": "Lund", "country": "SE"}
    karin, lars = (
        a_profile(name, kind="person", name=name, **home)
        for name in ("Karin Ekdahl", "Lars Ekdahl")
    )
    match([karin, lars])
    hers, his = customer_of(karin), customer_of(lars)
    client = client_of(olga)

    def proposed(of: Customer) -> list[str]:
        return [each.name for each in belonging.proposals(viewer_of(olga), of, today())]

    assert (proposed(hers), proposed(his)) == (["Lars Ekdahl"], ["Karin Ekdahl"])
    address = f"/customers/{hers.pk}/group/others/{his.pk}/"
    for _twice in range(2):
        said = client.post(address, follow=True).content.decode()
    assert "Lars Ekdahl is not proposed here again." in said
    assert (proposed(hers), proposed(his)) == ([], [])
    assert NotBelonging.objects.get().by == olga
    client.post(f"{address}withdrawal/")
    not_belonging.take_back(hers, his, olga)
    assert proposed(hers) == ["Lars Ekdahl"]
    actions = AuditEntry.objects.filter(action__contains="belonging").values_list(
        "action", flat=True
    )
    assert list(actions) == ["customers.not_belonging", "customers.belonging_again"]


def test_every_pinned_value_stands_with_who_said_it_and_is_unpinned_there(olga: User) -> None:
    hanbit = current(a_customer())
    sam = a_person("Sam", Role.MANAGER)
    desk.correct(hanbit.pk, "industry", "Gauges", olga)
    desk.correct(hanbit.pk, "city", "Incheon", sam)
    viewer = viewer_of(olga)
    page = pinned(viewer)
    assert [(each.attribute, each.value, each.by) for each in page.items] == [
        ("city", "Incheon", "Sam"), ("industry", "Gauges", "Olga")
    ]  # fmt: skip
    assert {each.customer for each in page.items} == {hanbit.pk}
    assert [each.label for each in pinned(viewer, "industry").items] == ["Industry"]
    client = client_of(olga)
    assert "Incheon" in client.get("/settings/golden/pinned/").content.decode()
    back = client.post(f"/customers/{hanbit.pk}/values/city/unpin/", {"back": "pins"})
    assert back.headers["Location"] == "/settings/golden/pinned/"
    assert [each.attribute for each in pinned(viewer).items] == ["industry"]
    again = client.post(f"/customers/{hanbit.pk}/values/city/unpin/", {"back": "pins"}, follow=True)
    assert "Somebody took it back meanwhile." in again.content.decode()
    assert "Pinned by hand" in again.content.decode()
    assert client_of(a_person("Al")).get("/settings/golden/pinned/").status_code == 403


def test_the_page_of_pins_asks_as_often_for_twenty_as_for_one(olga: User) -> None:
    counts = []
    for upto in (1, 20):
        for n in range(upto):
            pid = a_profile(f"P{upto}-{n}", name=f"Firm {upto} {n}")
            desk.correct(customer_of(pid).pk, "industry", "Gauges", olga)
        with CaptureQueriesContext(connection) as asked:
            found_ = pinned(viewer_of(olga))
        counts.append(len(asked))
    assert (len(found_.items), counts[0]) == (21, counts[1])


def test_a_weak_bridge_is_drawn_with_the_weak_link_in_the_middle(olga: User) -> None:
    two_pairs()
    [question] = found()
    drawn = preview(viewer_of(olga), question).picture
    assert drawn is not None
    assert [line.is_weak for line in drawn.lines] == [False, False, True]
    assert len({dot.x for dot in drawn.dots[:2]} | {dot.x for dot in drawn.dots[2:]}) == 2
    assert (len(drawn.dots), drawn.hidden) == (4, 0)
    page = client_of(olga).get(f"/review/?one={question.one}&other={question.other}")
    text = page.content.decode()
    assert '<path d="M250' in text
    assert "On the other:" in text
