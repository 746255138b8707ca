"""Work as a list: any type, mine or my department's or all, open, late or over, by cursor."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.pages import scene
from tests.treatment.cast import Cast

from concord.customers.models import Customer
from concord.kernel.models import User
from concord.records.actions.desk import close_record, open_record

SignIn = Callable[[User], Client]


def subjects(client: Client, query: str) -> list[str]:
    return [row.item.subject for row in client.get(f"/work/{query}").context["page"].items]


def test_mine_my_departments_and_everybodys(cast: Cast, hanbit: Customer, sign_in: SignIn) -> None:
    for owner in (cast.alice, cast.bob):
        open_record(owner, "task", hanbit.pk, subject=f"{owner}’s", owner_id=owner.pk)
    client = sign_in(cast.alice)
    assert subjects(client, "") == ["Alice’s"]
    assert subjects(client, "?who=department") == ["Alice’s"]
    assert sorted(subjects(client, "?who=all")) == ["Alice’s", "Bob’s"]
    assert subjects(client, "?who=everybody-else") == ["Alice’s"]


def test_open_late_and_over(cast: Cast, hanbit: Customer, sign_in: SignIn) -> None:
    for subject, due in (("Late", 2), ("Soon", -2), ("Done", 5)):
        made = open_record(
            cast.alice, "task", hanbit.pk, subject=subject, due_at=scene.ago(due),
            owner_id=cast.alice.pk,
        )  # fmt: skip
    close_record(cast.alice, made.pk)
    client = sign_in(cast.alice)
    assert subjects(client, "") == ["Late", "Soon"]
    assert subjects(client, "?state=late") == ["Late"]
    assert subjects(client, "?state=over") == ["Done"]


def test_any_type_is_a_list(cast: Cast, hanbit: Customer, sign_in: SignIn) -> None:
    client = sign_in(cast.alice)
    shown = client.get("/work/?type=invoice&who=all").content.decode()
    assert "Invoice 11-0417" in shown
    assert "18,400 EUR" in shown
    assert "18,400" not in sign_in(cast.charlie).get("/work/?type=invoice&who=all").content.decode()
    assert client.get("/work/?type=unheard-of").status_code == 422


@pytest.mark.parametrize("state", ["open", "late", "over"])
def test_an_empty_list_says_what_fills_it(cast: Cast, sign_in: SignIn, state: str) -> None:
    shown = sign_in(cast.alice).get(f"/work/?state={state}").content.decode()
    assert 'class="empty"' in shown


def test_a_long_list_goes_on_by_cursor(cast: Cast, hanbit: Customer, sign_in: SignIn) -> None:
    said = [
        {"type": "order", "key": f"L{n}", "subject": f"Long {n}", "opened_at": scene.ago(n)}
        for n in range(60)
    ]
    scene.tell("sales", "HBP", said)  # type: ignore[arg-type]
    client = sign_in(cast.alice)
    first = client.get("/work/?type=order&who=all").context["page"]
    rest = client.get(f"/work/?type=order&who=all&cursor={first.next}").context["page"]
    seen = [row.item.id for row in (*first.items, *rest.items)]
    assert (len(first.items), len(seen), len(set(seen)), rest.next) == (50, 61, 61, "")
    rows = client.get(
        f"/work/?type=order&who=all&cursor={first.next}", headers={"HX-Request": "true"}
    ).content.decode()
    assert rows.count("<tr>") == 11
    assert "<table" not in rows


def test_ticking_off_leads_back_to_where_one_was(
    cast: Cast, hanbit: Customer, sign_in: SignIn
) -> None:
    client = sign_in(cast.alice)
    for came_from, leads_to in (
        ("http://testserver/work/?who=all", "/work/?who=all"),
        ("https://evil.example/work/", "/work/"),
    ):
        task = open_record(cast.alice, "task", hanbit.pk, subject="Call", owner_id=cast.alice.pk)
        response = client.post(f"/work/{task.pk}/closure/", headers={"Referer": came_from})
        assert response["Location"] == leads_to


def test_it_asks_as_often_for_twenty_as_for_one(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.alice)
    counts = []
    for count in (1, 20):
        scene.crowd(count, cast)
        client.get("/work/?type=deal&who=all")
        with CaptureQueriesContext(connection) as asked:
            client.get("/work/?type=deal&who=all")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 8
