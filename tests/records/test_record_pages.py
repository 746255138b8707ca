"""The pages of one record: opened, seen, changed, closed; what other systems say is theirs."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from concord.customers.actions.desk import create_customer
from concord.customers.models import Kind
from concord.kernel.models import Department, Role, User
from concord.records.actions.desk import change_record, open_record
from concord.records.models import Record

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> User:
    sales = Department.objects.create(key="sales", words={"en": "Sales"})
    return User.objects.create_user(
        "alice@company.example", name="Alice", department=sales, role=Role.MEMBER
    )


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def a_customer(by: User, name: str = "Hanbit Precision"):
    return create_customer(by, Kind.ORGANISATION, {"name": name})


def test_a_deal_is_opened_once_however_often_the_form_is_sent(
    alice: User, client_of: Callable[[User], Client]
) -> None:
    customer = a_customer(alice)
    url = reverse("records:new", args=[customer.pk, "deal"])
    client = client_of(alice)
    page = client.get(url)
    assert page.status_code == 200
    said = {
        "subject": "40 gauges", "amount": "52000", "status": "proposal",
        "token": page.context["token"],
    }  # fmt: skip
    first, second = client.post(url, said), client.post(url, said)
    deal = Record.objects.get(type="deal")
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"] == reverse("records:record", args=[deal.pk])
    assert (deal.subject, str(deal.amount), deal.currency, deal.status) == (
        "40 gauges", "52000.0000", "EUR", "proposal",
    )  # fmt: skip


def test_the_record_shows_what_changed(alice: User, client_of: Callable[[User], Client]) -> None:
    task = open_record(alice, "task", a_customer(alice).pk, subject="Call back")
    change_record(alice, task.pk, due_at=date(2026, 12, 1), subject="Call back on Tuesday")
    page = client_of(alice).get(reverse("records:record", args=[task.pk]))
    text = page.content.decode()
    assert "Call back on Tuesday" in text
    assert "1 Dec" in text
    assert page.context["changes"][0]["fields"][0]["before"] == "Call back"


def test_a_change_over_somebody_elses_is_refused(
    alice: User, client_of: Callable[[User], Client]
) -> None:
    task = open_record(alice, "task", a_customer(alice).pk, subject="Call back")
    client = client_of(alice)
    url = reverse("records:change_record", args=[task.pk])
    seen = client.get(url).context["seen"]
    change_record(alice, task.pk, subject="Somebody else's words")
    answer = client.post(url, {"subject": "Mine", "status": "open", "seen": seen})
    assert answer.status_code == 422
    task.refresh_from_db()
    assert task.subject == "Somebody else's words"


def test_closing_and_opening_again(alice: User, client_of: Callable[[User], Client]) -> None:
    task = open_record(alice, "task", a_customer(alice).pk, subject="Call back")
    client = client_of(alice)
    client.post(reverse("records:close_record", args=[task.pk]))
    task.refresh_from_db()
    assert task.closed_at is not None
    client.post(reverse("records:reopen_record", args=[task.pk]))
    task.refresh_from_db()
    assert task.closed_at is None


def test_a_record_of_another_system_cannot_be_changed_here(
    alice: User, client_of: Callable[[User], Client]
) -> None:
    customer = a_customer(alice)
    client = client_of(alice)
    assert client.get(reverse("records:new", args=[customer.pk, "invoice"])).status_code == 403
    assert client.get(reverse("records:new", args=[customer.pk, "no_such"])).status_code == 404
    assert client.get(reverse("records:record", args=[0])).status_code == 404


@pytest.mark.parametrize("changes", [1, 20])
def test_the_page_asks_as_often_for_a_long_history(
    changes: int,
    alice: User,
    client_of: Callable[[User], Client],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    task = open_record(alice, "task", a_customer(alice).pk, subject="0")
    for number in range(changes):
        change_record(alice, task.pk, subject=str(number + 1))
    client = client_of(alice)
    client.get(reverse("records:record", args=[task.pk]))
    with django_assert_max_num_queries(18):
        client.get(reverse("records:record", args=[task.pk]))


def test_a_change_of_owner_is_told_by_names(
    alice: User, client_of: Callable[[User], Client]
) -> None:
    bob = User.objects.create_user("bob@company.example", name="Bob", role=Role.MEMBER)
    task = open_record(alice, "task", a_customer(alice).pk, subject="Call", owner_id=alice.pk)
    change_record(alice, task.pk, owner_id=bob.pk)
    page = client_of(alice).get(reverse("records:record", args=[task.pk]))
    [change] = page.context["changes"]
    assert [(f["before"], f["after"]) for f in change["fields"]] == [("Alice", "Bob")]
