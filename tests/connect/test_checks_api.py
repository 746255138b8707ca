"""A system asks before it acts: yes or no, why, and the id of the answer, in one call."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from tests.clock import stand_on
from tests.connect.test_treatments_api import a_key
from tests.facts import builders as facts
from tests.treatment.cast import TODAY, Cast, a_best_customer, a_cast, a_customer, a_hold

from concord.treatment.models import AnswerLog

ORDER = {"request": "ship_order", "about": "A-1@Best GmbH"}


@pytest.fixture
def cast(db: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    stand_on(monkeypatch, TODAY)
    return a_cast()


def check(client: Client, key: str, said: dict[str, Any], **headers: str) -> Any:
    return client.post(
        "/api/v1/checks",
        json.dumps(said),
        content_type="application/json",
        headers={"authorization": f"Bearer {key}"} | headers,
    )


def an_order(profile: Any, key: str = "A-1") -> str:
    order = facts.a_record(profile, "order", key=key, amount="900", currency="EUR", status="open")
    return f"{key}@{order.source.key}"


def test_may_i_ship_this_order(cast: Cast, client: Client) -> None:
    customer, profile = a_best_customer()
    about, key = an_order(profile), a_key(cast)
    said = check(client, key, {"request": "ship_order", "about": about})
    assert said.status_code == 201
    told = said.json()
    assert (told["allowed"], told["act"]) == (True, "go_ahead")
    assert told["customer"]["id"] == str(customer.pk)
    logged = AnswerLog.objects.get(pk=told["answer_id"])
    assert (str(logged.treatment_id), logged.channel) == (told["treatment"], "api")
    assert said["Location"] == f"/api/v1/treatments/{told['treatment']}"


def test_no_says_why_and_who_answers(cast: Cast, client: Client) -> None:
    _, profile = a_customer()
    a_hold(profile)
    told = check(client, a_key(cast), {"request": "ship_order", "about": an_order(profile)}).json()
    assert (told["allowed"], told["to"]["department"]) == (False, "accounts")
    assert told["why"]["rules"][-1]["reason"]["en"]
    assert told["why"]["facts"]
    assert told["say"]["en"]


def test_a_missing_field_is_neither_yes_nor_no(cast: Cast, client: Client) -> None:
    a_customer()
    said = {"request": "discount", "customer": "Hanbit Precision@books"}
    told = check(client, a_key(cast), said).json()
    assert told["allowed"] is None
    assert told["question"]["field"] == "percent"
    assert (
        check(client, a_key(cast), said | {"fields": {"percent": 2}}).json()["allowed"] is not None
    )


def test_a_repeat_gives_the_same_answer(cast: Cast, client: Client) -> None:
    _, profile = a_best_customer()
    about, key = an_order(profile), a_key(cast)
    said = {"request": "ship_order", "about": about}
    first = check(client, key, said, **{"idempotency-key": "k-1"})
    a_hold(profile)
    assert check(client, key, said, **{"idempotency-key": "k-1"}).json() == first.json()
    assert AnswerLog.objects.count() == 1
    other = check(client, key, said | {"about": "A-2@x"}, **{"idempotency-key": "k-1"})
    assert (other.status_code, AnswerLog.objects.count()) == (422, 1)
    assert check(client, key, said).json()["allowed"] is False


@pytest.mark.parametrize(
    ("said", "status", "place"),
    [
        ({"request": "ship_order", "about": "A-9@books"}, 404, "about"),
        ({"request": "place_order", "about": "A-1@books"}, 422, "about"),
        ({"request": "ship_order"}, 422, "about"),
        ({"request": "ship_order", "about": "A-1@books", "customer": "x@books"}, 422, "about"),
        ({"request": "ship_it", "about": "A-1@books"}, 404, "request"),
    ],
)
def test_what_cannot_be_asked_is_said_with_its_place(
    cast: Cast, client: Client, said: dict[str, Any], status: int, place: str
) -> None:
    refused = check(client, a_key(cast), said)
    assert (refused.status_code, refused.json()["place"]) == (status, place)
    assert not AnswerLog.objects.exists()


def test_a_key_that_may_only_read_asks_nothing(cast: Cast, client: Client) -> None:
    key = a_key(cast, scopes=["treatments:read"])
    assert check(client, key, ORDER).status_code == 403
    assert check(client, "concord_wrong", ORDER).status_code == 401
