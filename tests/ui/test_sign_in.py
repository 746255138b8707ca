"""The door: signed in by default, one click only in the demo on this machine."""

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db.models import F
from django.test import Client
from pytest_django import Settings

from concord.kernel.models import AuditEntry, Company, User


@pytest.fixture
def demo(settings: Settings, db: None, client: Client) -> None:
    settings.DEMO = True
    client.defaults["HTTP_HOST"] = "127.0.0.1:8000"
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
        {"HTTP_X_FORWARDED_HOST": "crm.example.com"},
        {"HTTP_X_FORWARDED_PROTO": "https"},
        {"HTTP_CF_CONNECTING_IP": "192.0.2.7"},
        {"HTTP_VIA": "1.1 proxy"},
        {"SERVER_PROTOCOL": "HTTP/1.0"},
        {"SERVER_PROTOCOL": "HTTP/1"},  # how granian calls it
        {"HTTP_HOST": "crm.example.com"},
    ],
)
def test_the_demo_door_is_shut_to_other_machines(
    client: Client, demo: None, bob: User, settings: Settings, stranger: dict[str, str]
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
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


def test_signing_in_begins_another_session(
    client: Client, demo: None, alice: User, bob: User
) -> None:
    """Whoever has planted a session's key knows nothing of the one that somebody signs in to."""
    bob.set_password("correct horse battery")
    bob.save()
    session = client.session
    session["planted"] = "x"
    session.save()
    keys = [session.session_key]
    client.cookies["sessionid"] = keys[0]
    said = {"login": "bob@example.com", "password": "correct horse battery"}
    assert client.post("/account/login/", said).status_code == 302
    keys.append(client.session.session_key)
    client.post("/account/demo/", {"person": alice.pk})
    keys.append(client.session.session_key)
    assert client.session["_auth_user_id"] == str(alice.pk)
    client.post("/account/logout/")
    assert len(set(keys)) == 3
    for key in keys:
        client.cookies["sessionid"] = key
        assert client.get("/").status_code == 302


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)",
     "https:evil.example", "http:///evil.example", "\x01//evil.example"],
)  # fmt: skip
def test_no_way_back_leads_to_another_site(
    client: Client, demo: None, bob: User, elsewhere: str
) -> None:
    bob.set_password("correct horse battery")
    bob.save()
    said = {"login": "bob@example.com", "password": "correct horse battery", "next": elsewhere}
    ways = [
        client.post("/account/login/", said),
        client.post("/account/demo/", {"person": bob.pk, "next": elsewhere}),
        client.post("/account/language/", {"language": "ko", "next": elsewhere}),
        client.post("/account/logout/", {"next": elsewhere}),
    ]
    assert {way.status_code for way in ways} == {302}
    for way in ways:
        assert way["Location"] in {"/", "/account/login/"}, way["Location"]


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
