"""The first day of a company without the demo: two people are made, then everything by pages."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO

import pytest
from django.test import Client
from tests.pages import scene

from concord.config.password import set_password
from concord.kernel.errors import Problem
from concord.kernel.models import Department, Role, User
from concord.treatment.models import PolicyInForce

SignIn = Callable[[User], Client]


def made(monkeypatch: pytest.MonkeyPatch, email: str, name: str, role: str) -> User:
    monkeypatch.setattr("sys.stdin", StringIO("correct horse battery\n"))
    set_password(email, name, role, from_stdin=True)
    return User.objects.get(email=email)


@pytest.fixture
def adam(db: None, monkeypatch: pytest.MonkeyPatch) -> User:
    return made(monkeypatch, "adam@example.com", "Adam", "administrator")


@pytest.fixture
def sarah(db: None, monkeypatch: pytest.MonkeyPatch) -> User:
    return made(monkeypatch, "sarah@example.com", "Sarah", "sponsor")


def test_nothing_is_broken_before_the_first_policy(adam: User, sign_in: SignIn) -> None:
    customer = scene.hanbit()
    for page in ("/", "/customers/", "/work/", "/sources/", "/review/", "/answers/", "/settings/"):
        assert sign_in(adam).get(page).status_code == 200
    shown = sign_in(adam).get(f"/customers/{customer.pk}/")
    assert shown.status_code == 200
    assert "has not put our promise in force" in shown.content.decode()
    assert "Invoice 11-0417" in shown.content.decode()
    assert sign_in(adam).get(f"/customers/{customer.pk}/ask/proposal/").status_code == 422


def test_the_sponsor_puts_the_first_policy_in_force_once(
    adam: User, sarah: User, sign_in: SignIn
) -> None:
    customer = scene.hanbit()
    said = {"reason": "We begin with it."}
    assert sign_in(adam).post("/promise/beginning/", said).status_code == 422
    assert "Only the sponsor does that" in sign_in(adam).get("/promise/").content.decode()
    assert not PolicyInForce.objects.exists()
    assert "Put in force</button>" in sign_in(sarah).get("/promise/").content.decode()
    unproven = sign_in(sarah).post("/promise/beginning/", said)
    assert unproven.status_code == 422
    assert "This field is required." in unproven.content.decode()
    assert "We begin with it." in unproven.content.decode()  # nothing typed is lost
    said["password"] = "correct horse battery"
    for _click in range(2):
        assert sign_in(sarah).post("/promise/beginning/", said).status_code == 302
    assert PolicyInForce.objects.get().reason == "We begin with it."
    answered = sign_in(adam).get(f"/customers/{customer.pk}/?request=proposal").content.decode()
    assert "Pass them to Accounts" in answered


def test_the_first_people_find_the_departments_that_the_policy_names(adam: User) -> None:
    assert set(Department.objects.values_list("key", flat=True)) == {
        "accounts", "engineering", "sales", "scheduling", "shipping", "support",
    }  # fmt: skip


def test_nobody_gets_another_role_by_the_command(
    adam: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Problem, match="is here already: Administrator"):
        made(monkeypatch, "adam@example.com", "Adam", "sponsor")
    assert User.objects.get(pk=adam.pk).role == Role.ADMINISTRATOR
