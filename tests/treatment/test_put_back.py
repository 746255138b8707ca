"""An earlier version of our promise comes back in one action, by the sponsor alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from tests.treatment.cast import TODAY, Cast
from tests.treatment.test_publish_policy import limit

from concord.kernel.errors import Problem
from concord.kernel.models import User
from concord.treatment import policies
from concord.treatment.actions.limits import move_limit
from concord.treatment.actions.publish import put_back
from concord.treatment.models import PolicyInForce

PAGE = "/promise/versions/1/"


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def moved(cast: Cast) -> Cast:
    move_limit(cast.sarah, limit(), "5000", TODAY, "Two large losses.", seen=1)
    assert policies.in_force(TODAY).number == 2
    return cast


def test_the_sponsor_puts_an_earlier_version_back(moved: Cast) -> None:
    client = client_of(moved.sarah)
    page = client.get(PAGE).content.decode()
    assert "Place an order" in page
    assert "amount is over 5,000 and at most 10,000" in page
    assert 'href="/promise/versions/1/"' in client.get("/promise/?version=1").content.decode()
    said = {"from_date": TODAY.isoformat(), "reason": "It lost us orders."}
    assert client.post(PAGE, said).status_code == 302
    now = policies.in_force(TODAY)
    assert (now.number, PolicyInForce.objects.count()) == (1, 3)
    client.post(PAGE, said)  # the other click of a double one
    assert PolicyInForce.objects.count() == 3
    assert "in force today" in client.get(PAGE).content.decode()


def test_nobody_else_does(moved: Cast) -> None:
    said = {"from_date": TODAY.isoformat(), "reason": "I want it."}
    for person in (moved.adam, moved.olga, moved.bob, moved.alice):
        assert client_of(person).get(PAGE).status_code == 403
        assert client_of(person).post(PAGE, said).status_code == 403
        with pytest.raises(Problem, match="Only the sponsor"):
            put_back(person, 1, TODAY, "I want it.")
    assert PolicyInForce.objects.count() == 2


def test_what_is_in_force_anyway_is_refused_with_the_way_out(moved: Cast) -> None:
    with pytest.raises(Problem, match="in force on that day already"):
        put_back(moved.sarah, 2, TODAY + timedelta(days=3), "Again.")
    with pytest.raises(Problem, match="no version 9"):
        put_back(moved.sarah, 9, TODAY, "Again.")
    response = client_of(moved.sarah).post(PAGE, {"from_date": "2020-01-01", "reason": "Once."})
    assert response.status_code == 422
    assert "cannot be put in force for the past" in response.content.decode()
    assert PolicyInForce.objects.count() == 2
