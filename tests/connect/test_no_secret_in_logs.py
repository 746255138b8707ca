"""What people and systems prove themselves with stands in no log, however much it says."""

from __future__ import annotations

import logging

import pytest
from django.test import Client
from tests.treatment.cast import Cast, a_cast

from concord.kernel.actions import api_keys, passwords
from concord.kernel.models import AuditEntry, Notification, User
from concord.pages.actions import people

SECRET, OTHER, GUESS = "correct horse battery", "another long secret", "my guessed secret"


@pytest.fixture
def cast(db: None) -> Cast:
    return a_cast()


def test_no_password_no_key_and_no_link_is_logged(
    cast: Cast, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    passwords.choose(cast.sarah, SECRET)
    system = User.objects.create_user("s@system.invalid", name="S", is_system=True)
    key = api_keys.create(cast.adam, system, "Shop", ["treatments:write"])[1]
    link = people.password_link(cast.adam, cast.bob)
    client = Client()
    for password in (GUESS, SECRET):
        client.post("/account/login/", {"login": "sarah@example.com", "password": password})
    change = {"oldpassword": SECRET, "password1": OTHER, "password2": OTHER}
    assert client.post("/account/password/change/", change).status_code == 302
    said = {"name": "Bob", "role": "sponsor", "language": "en", "password": GUESS}
    assert client.post(f"/settings/people/{cast.bob.pk}/", said).status_code == 422
    Client().get(link, follow=True)
    for text in (key, key[:-1] + "x"):
        Client().post("/api/v1/treatments", {}, headers={"authorization": f"Bearer {text}"})
    shown = capsys.readouterr()
    everything = "\n".join(
        [
            caplog.text,
            shown.out,
            shown.err,
            *map(str, AuditEntry.objects.values_list("data", flat=True)),
            *map(str, Notification.objects.values_list("data", flat=True)),
        ]
    )
    assert "django.request" in everything
    for secret in (SECRET, OTHER, GUESS, key, key[:-1], link.split("/")[-2]):
        assert secret not in everything
