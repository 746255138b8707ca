"""The door: signed in by default, one click only in the demo on this machine."""

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db.models import F
from django.test import Client
from pytest_django import Settings

from concord.kernel.models import AuditEntry, Company, User


@pytest.fixture
def demo(settings: Settings, db: None) -> None:
    settings.DEMO = True
    Company.objects.update_or_create(id=1, defaults={"is_demo": True})


def test_a_stranger_is_led_to_the_door_and_back(client: Client, db: None) -> None:
    response = client.get("/settings/?q=x&y=1")
    assert (response.status_code, response["Location"]) == (
        302,
        "/account/login/?next=/settings/%3Fq%3Dx%26y%3D1",
    )


def test_every_page_but_the_door_needs_a_signed_in_person(client: Client, db: None) -> None:
    for path in ("/", "/find?q=x", "/ask/", "/settings/", "/work/"):
        response = client.get(path)
        assert response.status_code == 302, path
        assert response["Location"].startswith("/account/login/?next="), path


def test_a_partial_without_a_person_reloads_the_page(client: Client, db: None) -> None:
    response = client.get("/find?q=x", headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Refresh"]) == (204, "true")


def test_the_demo_lists_its_staff_and_lets_them_in(
    client: Client, demo: None, alice: User, bob: User
) -> None:
    shown = client.get("/account/login/").content.decode()
    assert shown.index("Alice") < shown.index("Bob")
    response = client.post("/account/demo/", {"person": bob.pk, "next": "/work/"})
    assert (response.status_code, response["Location"]) == (302, "/work/")
    assert client.session["_auth_user_id"] == str(bob.pk)
    assert AuditEntry.objects.get().action == "demo.entered"


@pytest.mark.parametrize(
    "stranger",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"REMOTE_ADDR": "not an address"},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
    ],
)
def test_the_demo_door_is_shut_to_other_machines(
    client: Client, demo: None, bob: User, stranger: dict[str, str]
) -> None:
    assert "Bob" not in client.get("/account/login/", **stranger).content.decode()
    assert client.post("/account/demo/", {"person": bob.pk}, **stranger).status_code == 403
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(("setting", "is_demo"), [(False, True), (True, False)])
def test_the_demo_door_is_shut_outside_the_demo(
    client: Client, settings: Settings, bob: User, setting: bool, is_demo: bool
) -> None:
    settings.DEMO = setting
    Company.objects.update_or_create(id=1, defaults={"is_demo": is_demo})
    assert "Bob" not in client.get("/account/login/").content.decode()
    assert client.post("/account/demo/", {"person": bob.pk}).status_code == 403


def test_the_demo_lets_in_nobody_who_left_and_no_system(
    client: Client, demo: None, bob: User
) -> None:
    User.objects.filter(pk=bob.pk).update(is_active=False)
    assert client.post("/account/demo/", {"person": bob.pk}).status_code == 404
    User.objects.filter(pk=bob.pk).update(is_active=True, is_system=True)
    assert client.post("/account/demo/", {"person": bob.pk}).status_code == 404
    assert client.post("/account/demo/", {"person": "1 OR 1"}).status_code == 404


def test_entering_leads_only_to_addresses_of_ours(client: Client, demo: None, bob: User) -> None:
    response = client.post("/account/demo/", {"person": bob.pk, "next": "https://evil.example/"})
    assert response["Location"] == "/"


def test_signing_out_needs_a_post(as_bob: Client) -> None:
    assert as_bob.get("/account/logout/").status_code == 200
    assert "_auth_user_id" in as_bob.session
    as_bob.post("/account/logout/")
    assert "_auth_user_id" not in as_bob.session


@pytest.mark.parametrize(
    "page", ["signup/", "email/", "confirm-email/", "confirm-email/x/", "password/reset/"]
)
def test_nobody_signs_up_or_changes_an_address_without_an_administrator(
    as_bob: Client, page: str
) -> None:
    said = {"email": "alice@example.com", "action_add": "", "password1": "correct horse battery"}
    for visitor in (as_bob, Client()):
        assert visitor.get(f"/account/{page}").status_code == 404
        assert visitor.post(f"/account/{page}", said).status_code == 404
    assert not EmailAddress.objects.exclude(user__email=F("email")).exists()
    assert mail.outbox == []
