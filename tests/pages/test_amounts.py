"""A department that sees no money: no page and no call of the API shows it an amount."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

from django.test import Client
from tests.pages import scene
from tests.pages.scene import a_source
from tests.treatment.cast import Cast

from concord.customers.actions.profiles import receive
from concord.customers.models import Customer, Membership
from concord.customers.said import ProfileSaid
from concord.customers.survivorship import ATTRIBUTES
from concord.kernel.actions import api_keys
from concord.kernel.models import Department, User
from concord.records.models import Record
from concord.treatment.models import AnswerLog
from concord.treatment.requests import BUILT_IN

SignIn = Callable[[User], Client]
LIMIT = "61.357,00"
# The limit, the invoice of 18,400 and what was asked for, however they may be written.
AMOUNTS = re.compile(r"61[.,\s]?357|18[.,\s]?400|52[.,\s]?111")


def a_debtor(hanbit: Customer) -> Customer:
    """Hanbit, of whom accounting says a limit in a column that no mapping declares."""
    data = {"name": "HANBIT PREC CO", "tax_id": scene.TAX_ID, "country": "KR", "city": "Incheon"}
    more = data | {"other": {"Kreditlimit": LIMIT, "Gruppe": "A"}}
    receive(a_source("accounts"), [ProfileSaid("00417", "organisation", more)])
    fields = {"credit_limit": "61357.00"}
    row = {"type": "balance", "opened_at": date(2026, 11, 1), "currency": "EUR", "data": fields}
    scene.tell("accounts", "00417", [row])
    return Customer.objects.get(pk=hanbit.pk)


def addresses(client: Client, customer: Customer) -> Iterator[str]:
    """All that a member may open of a customer, and where they may come up."""
    here = f"/customers/{customer.pk}/"
    yield from (here, f"{here}members/", f"{here}facts/", f"{here}timeline/", f"{here}relations/")
    yield from (f"{here}values/{attribute}/" for attribute in ATTRIBUTES)
    for kind in BUILT_IN:
        yield f"{here}ask/{kind.key}/?amount=52111&safety_concern=no"
    profiles = Membership.objects.filter(customer=customer, known_to=None).values("profile_id")
    for record in Record.objects.filter(profile_id__in=profiles):
        yield f"/records/{record.pk}/"
        yield f"/records/{record.pk}/change/"
    yield from (f"{here}records/new/{key}/" for key in ("task", "deal", "note"))
    yield from (f"{here}relations/new/", f"{here}exceptions/new/", "/promise/exceptions/")
    yield from (f"/customers/duplicates/?name=Hanbit&tax_id={scene.TAX_ID}", "/ask/?q=Hanbit")
    for text in ("Hanbit", "11-0417", "61357", LIMIT, "Hanbjt"):
        yield f"/find?q={text}"
    yield from ("/", "/customers/", "/customers/?text=Hanbit", "/work/", "/work/board/")
    yield from (f"/work/?type={key}" for key in ("deal", "task", "invoice", "balance"))
    yield "/answers/"
    for entry in AnswerLog.objects.all():
        yield f"/answers/{entry.pk}/"


def test_no_page_shows_an_amount(cast: Cast, hanbit: Customer, sign_in: SignIn) -> None:
    customer, client = a_debtor(hanbit), sign_in(cast.charlie)
    opened = 0
    for htmx in ({}, {"HX-Request": "true"}):
        for address in addresses(client, customer):
            response = client.get(address, headers=htmx, follow=True)
            assert response.status_code in (200, 403, 404), address
            text = response.content.decode().replace("amount=52111", "")
            text = text.replace(f"q={address.partition('q=')[2]}", "")
            if "/find" in address:
                text = text.replace(address.partition("q=")[2], "")
            found = AMOUNTS.search(text)
            assert found is None, (address, text[max(0, found.start() - 200) :][:300])
            opened += response.status_code == 200
    assert opened > 80


def test_who_sees_money_reads_them(cast: Cast, hanbit: Customer, sign_in: SignIn) -> None:
    customer, client = a_debtor(hanbit), sign_in(cast.sarah)
    for rest in ("members/", "values/other/"):
        assert LIMIT in client.get(f"/customers/{customer.pk}/{rest}").content.decode()


def test_a_key_of_the_department_reads_none(cast: Cast, hanbit: Customer, client: Client) -> None:
    customer = a_debtor(hanbit)
    for department, sees in (("shipping", False), ("accounts", True)):
        system = User.objects.create_user(
            f"{department}@system.invalid",
            name="Script",
            is_system=True,
            department=Department.objects.get(key=department),
        )
        key = api_keys.create(cast.adam, system, "Script", list(api_keys.SCOPES))[1]
        for reference in ("00417@accounts", str(customer.pk)):
            response = client.get(
                f"/api/v1/customers/{reference}", headers={"authorization": f"Bearer {key}"}
            )
            other = response.json()["values"]["other"]
            limit = LIMIT if sees else None
            assert other["value"] == {"Kreditlimit": limit, "Gruppe": "A"}
            assert (AMOUNTS.search(response.content.decode()) is None) is not sees
            [said] = [each for each in other["each"] if each["label"] == "Kreditlimit"]
            assert (said["value"], said.get("hidden", False)) == (limit, not sees)
            assert said["source"] == "accounts"
