"""The sign-in page of a Concord where nobody has an account: how the first people are made."""

import pytest
from django.test import Client
from pytest_django import Settings

from concord.kernel.models import Company, User

COMMAND = "/srv/concord --data '/srv/our data'"


@pytest.fixture
def shown(client: Client, db: None, settings: Settings) -> str:
    settings.COMMAND = COMMAND
    return client.get("/account/login/").content.decode()


def test_it_names_the_two_commands_and_offers_no_form(shown: str) -> None:
    here = COMMAND.replace("'", "&#x27;")
    assert f'{here} password you@example.com --administrator "Your Name"' in shown
    assert f'{here} password head@example.com --sponsor "Their Name"' in shown
    assert 'name="password"' not in shown


@pytest.mark.parametrize("active", [True, False])
def test_from_the_first_person_on_it_says_nothing_of_who_is_here(
    client: Client, settings: Settings, alice: User, active: bool
) -> None:
    settings.COMMAND = COMMAND
    User.objects.filter(pk=alice.pk).update(is_active=active)
    shown = client.get("/account/login/").content.decode()
    assert "/srv/concord" not in shown
    assert 'name="password"' in shown


def test_a_system_is_nobody_who_signs_in(client: Client, settings: Settings, db: None) -> None:
    settings.COMMAND = COMMAND
    User.objects.create_user("desk@system.invalid", None, name="Desk", is_system=True)
    assert "/srv/concord" in client.get("/account/login/").content.decode()


def test_the_language_is_chosen_at_the_door(client: Client, db: None, settings: Settings) -> None:
    settings.COMMAND = COMMAND
    client.post("/account/language/", {"language": "ko", "next": "/account/login/"})
    shown = client.get("/account/login/").content.decode()
    assert "아직 아무도 없습니다" in shown
    assert 'value="ko" lang="ko" aria-current="true"' in shown


def test_the_demo_names_the_language_of_each_of_its_people(
    client: Client, settings: Settings, bob: User
) -> None:
    settings.DEMO = True
    Company.objects.update_or_create(id=1, defaults={"is_demo": True})
    User.objects.filter(pk=bob.pk).update(language="zh-hant")
    shown = client.get("/account/login/", HTTP_HOST="127.0.0.1:8000").content.decode()
    assert '<span lang="zh-hant">繁體中文</span>' in shown
