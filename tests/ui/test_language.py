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


def test_what_answers_a_form_leads_back_to_its_page(as_bob: Client) -> None:
    """A page that says what is wrong with a form stands at an address that only takes forms."""
    page = as_bob.post("/nowhere/", headers={"Referer": "http://testserver/customers/?q=han"})
    assert 'name="next" value="/customers/?q=han"' in page.content.decode()
    page = as_bob.post("/nowhere/", headers={"Referer": "http://elsewhere.example/customers/"})
    assert 'name="next" value="/"' in page.content.decode()


def test_an_address_that_only_takes_forms_is_a_page_that_leads_on(as_bob: Client) -> None:
    response = as_bob.get("/account/language/")
    assert response.status_code == 405
    assert "There is nothing at this address" in response.content.decode()
