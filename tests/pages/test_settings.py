"""Settings: managers read, administrators change, and only a sponsor makes a sponsor."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.treatment.cast import Cast

from concord.kernel.actions.api_keys import find
from concord.kernel.models import ApiKey, AuditEntry, Company, Department, Role, Unit, User
from concord.treatment.models import CustomRequest

SignIn = Callable[[User], Client]
PAGES = ("", "departments/", "requests/", "keys/", "company/")
NEW = {"email": "Dora@Example.com", "name": "Dora", "role": "member", "language": "ko"}


def test_who_may_read_and_who_may_not(cast: Cast, sign_in: SignIn) -> None:
    for page in PAGES:
        assert sign_in(cast.alice).get(f"/settings/{page}").status_code == 403
        for reader in (cast.bob, cast.olga, cast.sarah, cast.adam):
            assert sign_in(reader).get(f"/settings/{page}").status_code == 200


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("people/new/", NEW),
        ("departments/new/", {"key": "law", "en": "Law"}),
        ("units/new/", {"key": "valves", "en": "Valves"}),
        ("requests/new/", {"key": "tour", "en": "A tour", "department": "1"}),
        ("keys/new/", {"name": "Shop", "scopes": ["treatments:write"], "days": "90"}),
        ("company/", {"name": "Other", "currency": "EUR"}),
    ],
)
def test_a_manager_changes_nothing(
    cast: Cast, sign_in: SignIn, page: str, said: dict[str, object]
) -> None:
    before = (User.objects.count(), Department.objects.count(), Unit.objects.count())
    assert sign_in(cast.bob).post(f"/settings/{page}", said).status_code == 403
    assert before == (User.objects.count(), Department.objects.count(), Unit.objects.count())
    assert not ApiKey.objects.exists()
    assert not CustomRequest.objects.exists()
    assert Company.load().name == "Maker"


def test_inviting_gives_a_link_that_sets_a_password_once(
    cast: Cast, sign_in: SignIn, client: Client
) -> None:
    response = sign_in(cast.adam).post("/settings/people/new/", NEW)
    shown = response.content.decode()
    dora = User.objects.get(email="dora@example.com")
    assert (dora.role, dora.language, dora.has_usable_password()) == (Role.MEMBER, "ko", False)
    link = re.search(r"http://testserver(/account/password/reset/key/[^<\s]+)", shown)
    assert link
    stranger = Client()
    form = stranger.get(link[1], follow=True)
    secret = {"password1": "a long enough secret", "password2": "a long enough secret"}
    done = stranger.post(form.redirect_chain[-1][0], secret)
    assert done.status_code == 302
    dora.refresh_from_db()
    assert dora.check_password("a long enough secret")
    again = Client().get(link[1], follow=True)
    assert "password1" not in again.content.decode()
    actions = list(AuditEntry.objects.filter(subject_type="user").values_list("action", flat=True))
    assert actions[-3:] == ["person.invited", "person.linked", "person.password"]


def test_an_address_is_invited_once(cast: Cast, sign_in: SignIn) -> None:
    response = sign_in(cast.adam).post("/settings/people/new/", NEW | {"email": "BOB@example.com"})
    assert response.status_code == 422
    assert "Somebody here has this address already." in response.content.decode()


def test_only_a_sponsor_makes_a_sponsor(cast: Cast, sign_in: SignIn) -> None:
    page, said = f"/settings/people/{cast.bob.pk}/", NEW | {"role": "sponsor"}
    sign_in(cast.adam).post(page, said)
    cast.bob.refresh_from_db()
    assert cast.bob.role == Role.MANAGER
    assert sign_in(cast.sarah).post(page, said).status_code == 302
    cast.bob.refresh_from_db()
    assert cast.bob.role == Role.SPONSOR


def test_an_administrator_gets_no_way_into_the_sponsors_place(cast: Cast, sign_in: SignIn) -> None:
    client, sarah = sign_in(cast.adam), f"/settings/people/{cast.sarah.pk}/"
    for path in ("", "link/", "door/closed/"):
        assert client.post(sarah + path, NEW).status_code == 403
    cast.sarah.refresh_from_db()
    assert (cast.sarah.role, cast.sarah.is_active) == (Role.SPONSOR, True)


def test_nobody_shuts_their_own_door(cast: Cast, sign_in: SignIn) -> None:
    client, adam = sign_in(cast.adam), f"/settings/people/{cast.adam.pk}/"
    assert client.post(adam + "door/closed/").status_code == 422
    assert client.post(adam, NEW | {"role": "member"}).status_code == 422
    cast.adam.refresh_from_db()
    assert (cast.adam.role, cast.adam.is_active) == (Role.ADMINISTRATOR, True)


def test_a_closed_door_ends_the_visit_and_opens_again(cast: Cast, sign_in: SignIn) -> None:
    visitor = Client()
    visitor.force_login(cast.alice, "django.contrib.auth.backends.ModelBackend")
    client, alice = sign_in(cast.adam), f"/settings/people/{cast.alice.pk}/"
    shown = client.post(alice + "door/closed/", follow=True).content.decode()
    assert f'action="{alice}door/open/"' in shown
    assert visitor.get("/").status_code == 302
    client.post(alice + "door/open/")
    assert visitor.get("/").status_code == 200


def test_departments_and_units(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.adam)
    client.post("/settings/departments/new/", {"key": "law", "en": "Law", "ko": "법무"})
    law = Department.objects.get(key="law")
    assert (law.words, law.sees_money) == ({"en": "Law", "ko": "법무"}, False)
    client.post("/settings/departments/law/", {"en": "Legal", "sees_money": "on", "key": "x"})
    law.refresh_from_db()
    assert (law.key, law.words, law.sees_money) == ("law", {"en": "Legal"}, True)
    taken = client.post("/settings/departments/new/", {"key": "law", "en": "Law"})
    assert "This key is taken already." in taken.content.decode()
    client.post("/settings/units/new/", {"key": "valves", "en": "Valves"})
    assert Unit.objects.get(key="valves").words == {"en": "Valves"}


def test_a_key_is_shown_once_and_revoked(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.adam)
    said = {"name": "Shop", "scopes": ["treatments:write"], "days": "90"}
    response = client.post("/settings/keys/new/", said)
    text = response.context["text"]
    found = find(text)
    assert found is not None
    assert (found.principal.is_system, found.principal.name) == (True, "Shop")
    assert "no-store" in response["Cache-Control"]
    assert text not in client.get("/settings/keys/").content.decode()
    client.post(f"/settings/keys/{found.pk}/revocation/")
    assert find(text) is None


def test_a_request_of_ones_own(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.adam)
    sales = Department.objects.get(key="sales")
    said = {"key": "factory-tour", "en": "A tour", "department": sales.pk, "about": ""}
    assert client.post("/settings/requests/new/", said).status_code == 302
    assert client.post("/settings/requests/new/", said).status_code == 422
    assert "A tour" in client.get("/settings/requests/").content.decode()
    client.post("/settings/requests/factory_tour/retirement/")
    assert "A tour" not in client.get("/settings/requests/").content.decode()
    assert sign_in(cast.bob).post("/settings/requests/x/retirement/").status_code == 403


def test_the_company(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.adam)
    assert client.post("/settings/company/", {"name": "New", "currency": "krw"}).status_code == 302
    assert (Company.load().name, Company.load().currency) == ("New", "KRW")
    wrong = client.post("/settings/company/", {"name": "New", "currency": "XXQ"})
    assert "No currency has this code." in wrong.content.decode()


def test_people_page_by_cursor_and_ask_as_often(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.adam)
    counts = []
    for count in (1, 60):
        for n in range(count):
            User.objects.create_user(f"p{count}-{n}@example.com", name="Same Name")
        with CaptureQueriesContext(connection) as asked:
            page = client.get("/settings/").context["page"]
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 8
    rest = client.get(f"/settings/?cursor={page.next}").context["page"]
    seen = [person.pk for person in (*page.items, *rest.items)]
    assert len(seen) == len(set(seen)) == User.objects.filter(is_system=False).count()
