"""The language of a person, and of a browser before anybody is signed in."""

from django.test import Client

from concord.kernel.models import User


def test_a_persons_language_is_kept_and_used(as_bob: Client, bob: User) -> None:
    as_bob.post("/account/language/", {"language": "ko", "next": "/account/2fa/"})
    bob.refresh_from_db()
    assert bob.language == "ko"
    response = as_bob.get("/nowhere/")
    assert 'lang="ko"' in response.content.decode()


def test_before_signing_in_the_browser_keeps_it(client: Client, db: None) -> None:
    client.post("/account/language/", {"language": "zh-hant", "next": "/account/login/"})
    shown = client.get("/account/login/").content.decode()
    assert '<html lang="zh-Hant"' in shown
    assert "登入" in shown


def test_an_unknown_language_changes_nothing(as_bob: Client, bob: User) -> None:
    as_bob.post("/account/language/", {"language": "xx"})
    bob.refresh_from_db()
    assert bob.language == "en"
    assert "django_language" not in as_bob.cookies
