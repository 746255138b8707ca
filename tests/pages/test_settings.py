"""Settings: managers read, administrators change, and only a sponsor makes a sponsor."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from tests.treatment.cast import Cast

from concord.kernel.actions.api_keys import find
from concord.kernel.models import (
    ApiKey,
    AuditEntry,
    Company,
    Department,
    ExchangeRate,
    Role,
    Unit,
    User,
)
from concord.kernel.time import forget_zone, zone
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
    said = {"name": "New", "currency": "krw", "time_zone": "UTC"}
    assert client.post("/settings/company/", said).status_code == 302
    assert (Company.load().name, Company.load().currency) == ("New", "KRW")
    wrong = client.post("/settings/company/", {"name": "New", "currency": "XXQ"})
    assert "No currency has this code." in wrong.content.decode()


@pytest.fixture
def own_zone(settings: Settings) -> Iterator[None]:
    """The company's own word counts: the installation sets no time zone."""
    settings.TIME_ZONE_GIVEN = False
    forget_zone()
    yield
    forget_zone()


def test_the_company_says_in_which_zone_its_days_begin(
    cast: Cast,
    sign_in: SignIn,
    own_zone: None,
    django_capture_on_commit_callbacks: Any,
) -> None:
    client = sign_in(cast.adam)
    assert zone().key == "UTC"
    said = {"name": "New", "currency": "EUR", "time_zone": "Asia/Seoul"}
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post("/settings/company/", said).status_code == 302
    assert (Company.load().time_zone, zone().key) == ("Asia/Seoul", "Asia/Seoul")
    assert AuditEntry.objects.get(action="company.changed").data["fields"] == ["name", "time_zone"]
    wrong = client.post("/settings/company/", said | {"time_zone": "Mars/Olympus"})
    assert "time_zone" in wrong.context["form"].errors
    assert "Asia/Seoul" in sign_in(cast.sarah).get("/settings/company/").content.decode()


def test_what_the_installation_sets_goes_before_the_companys_word(
    cast: Cast, sign_in: SignIn
) -> None:
    said = {"name": "New", "currency": "EUR", "time_zone": "Asia/Seoul"}
    assert sign_in(cast.adam).post("/settings/company/", said).status_code == 302
    assert (Company.load().time_zone, zone().key) == ("UTC", "UTC")
    assert "CONCORD_TIME_ZONE" in sign_in(cast.adam).get("/settings/company/").content.decode()


def test_exchange_rates_are_added_changed_and_taken_back(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.adam)
    said = {"currency": "krw", "on": "2026-11-01", "rate": "0.00067"}
    assert client.post("/settings/rates/new/", said).status_code == 302
    client.post("/settings/rates/new/", said | {"rate": "0.00068"})  # the same day: in its place
    rate = ExchangeRate.objects.get()
    assert (rate.currency, rate.on, rate.rate) == ("KRW", date(2026, 11, 1), Decimal("0.00068"))
    assert "0.00068" in client.get("/settings/company/").content.decode()
    changed = {"currency": "USD", "on": "2020-01-01", "rate": "0.0007"}  # of one, only the rate
    assert client.post(f"/settings/rates/{rate.pk}/", changed).status_code == 302
    rate.refresh_from_db()
    assert (rate.currency, rate.on, rate.rate) == ("KRW", date(2026, 11, 1), Decimal("0.0007"))
    said_of_all = {"name": "New", "currency": "KRW", "time_zone": "UTC"}
    refused = client.post("/settings/company/", said_of_all)
    assert "Exchange rates into EUR are kept." in refused.content.decode()
    assert Company.load().currency == "EUR"
    assert client.post(f"/settings/rates/{rate.pk}/removal/").status_code == 302
    assert not ExchangeRate.objects.exists()
    kept = AuditEntry.objects.filter(subject_type="exchange_rate").order_by("id")
    assert [each.action.partition(".")[2] for each in kept] == ["saved"] * 3 + ["removed"]
    assert kept[0].data == {"currency": "KRW", "on": "2026-11-01", "rate": "0.00067"}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"currency": "XXQ"}, "No currency has this code."),
        ({"currency": "EUR"}, "own currency."),
        ({"rate": "0"}, "A rate is more than nothing."),
        ({"rate": "-1"}, "A rate is more than nothing."),
        ({"rate": "1e30"}, "Ensure that there are no more than"),
        ({"on": "yesterday"}, "Enter a valid date."),
    ],
)
def test_a_rate_that_cannot_be_is_refused(
    cast: Cast, sign_in: SignIn, changed: dict[str, str], message: str
) -> None:
    said = {"currency": "KRW", "on": "2026-11-01", "rate": "0.00067"} | changed
    assert message in sign_in(cast.adam).post("/settings/rates/new/", said).content.decode()
    assert not ExchangeRate.objects.exists()


def test_rates_are_read_by_who_runs_the_company_page_by_page(cast: Cast, sign_in: SignIn) -> None:
    ExchangeRate.objects.bulk_create(
        ExchangeRate(currency=currency, on=date(2025, 1, 1) + timedelta(days=n), rate=Decimal(2))
        for n in range(15)
        for currency in ("KRW", "TWD")
    )
    client = sign_in(cast.sarah)
    first = client.get("/settings/company/").context["rates"]
    rest = client.get(f"/settings/company/?cursor={first.next}").context["rates"]
    keys = [(rate.on.day, rate.currency) for rate in [*first.items, *rest.items]]
    assert keys == [(n, currency) for n in range(15, 0, -1) for currency in ("KRW", "TWD")]
    assert client.post("/settings/rates/new/", {}).status_code == 403
    assert "/settings/rates/" not in client.get("/settings/company/").content.decode()


def test_people_page_by_cursor_and_ask_as_often(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.adam)
    counts = []
    for count in (1, 60):
        for n in range(count):
            User.objects.create_user(f"p{count}-{n}@example.com", name="Same Name")
        with CaptureQueriesContext(connection) as asked:
            page = client.get("/settings/").context["page"]
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 9
    rest = client.get(f"/settings/?cursor={page.next}").context["page"]
    seen = [person.pk for person in (*page.items, *rest.items)]
    assert len(seen) == len(set(seen)) == User.objects.filter(is_system=False).count()
