"""The customer page: one truth on one page, redacted to who looks, with few queries."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.pages import scene
from tests.treatment.cast import Cast

from concord.customers import queries
from concord.customers.actions.departures import withdraw_all
from concord.customers.actions.desk import correct, create_customer
from concord.customers.actions.profiles import receive
from concord.customers.models import Customer, Profile
from concord.customers.said import ProfileSaid
from concord.facts.catalogue import FACTS
from concord.kernel.errors import Problem
from concord.kernel.models import User
from concord.kernel.time import now
from concord.pages.customer import standing
from concord.records.models import Record
from concord.treatment.models import AnswerLog

SignIn = Callable[[User], Client]


def page_of(customer: Customer, rest: str = "") -> str:
    return f"/customers/{customer.pk}/{rest}"


def test_it_shows_what_every_system_knows(cast: Cast, hanbit: Customer, sign_in: SignIn) -> None:
    shown = sign_in(cast.alice).get(page_of(hanbit)).content.decode()
    assert '<h1><span lang="ko">한빛정밀</span></h1>' in shown
    for part in (
        "Hanbit Precision Co., Ltd.",
        "known to 4 systems",
        "on hold",
        "HANBIT PREC CO",
        "S-77",
        "Invoice 11-0417",
        "Shipment S-90412",
        "18,400 EUR",
        "40 gauges",
    ):
        assert part in shown, part


@pytest.mark.parametrize(
    ("hold", "said"), [(True, "on hold"), (None, "on hold"), (False, "on hold by our rule")]
)
def test_a_hold_that_accounts_have_not_set_is_our_rules(hold: bool | None, said: str) -> None:
    facts = [SimpleNamespace(key="hold_set_by_accounting", value=hold)]
    answer: Any = SimpleNamespace(
        standing="on hold", value="standard", why=SimpleNamespace(facts=facts)
    )
    assert standing([answer]) == [(said, "stop")]


def test_every_request_has_its_answer_and_nothing_is_logged_by_looking(
    cast: Cast, hanbit: Customer, sign_in: SignIn
) -> None:
    response = sign_in(cast.alice).get(page_of(hanbit))
    cells = {cell.request: (cell.short, cell.tone) for cell in response.context["grid"]}
    assert len(cells) == 9
    assert cells["ship_order"] == ("Pass on", "stop")
    assert cells["complaint"] == ("One question first", "none")
    assert not AnswerLog.objects.exists()


def test_the_first_answer_is_what_ones_department_takes(
    cast: Cast, hanbit: Customer, sign_in: SignIn
) -> None:
    assert sign_in(cast.charlie).get(page_of(hanbit)).context["answer"].request == "ship_order"
    assert sign_in(cast.sarah).get(page_of(hanbit)).context["answer"].request == "place_order"


def test_amounts_hide_from_who_sees_none_and_the_answer_stays(
    cast: Cast, hanbit: Customer, sign_in: SignIn
) -> None:
    seen = sign_in(cast.alice).get(page_of(hanbit, "?request=ship_order"))
    hidden = sign_in(cast.charlie).get(page_of(hanbit, "?request=ship_order"))
    assert seen.context["answer"].id == hidden.context["answer"].id
    assert seen.context["shown"].headline == hidden.context["shown"].headline
    text = hidden.content.decode()
    for amount in ("18,400", "52,000", "12,800.50"):
        assert amount in seen.content.decode()
        assert amount not in text
    assert "hidden" in text


def test_a_customer_that_was_merged_leads_to_who_they_are(
    cast: Cast, hanbit: Customer, sign_in: SignIn
) -> None:
    gone = Customer.objects.filter(merged_into=hanbit).first()
    assert gone is not None
    response = sign_in(cast.alice).get(page_of(gone))
    assert (response.status_code, response["Location"]) == (302, page_of(hanbit))
    assert sign_in(cast.alice).get(f"/customers/{uuid4()}/").status_code == 404


def test_the_timeline_is_filtered_and_goes_on(
    cast: Cast, hanbit: Customer, sign_in: SignIn
) -> None:
    client = sign_in(cast.alice)
    said = [
        {"type": "message", "key": f"m{n}", "subject": f"Mail {n:02}", "opened_at": scene.ago(100)}
        for n in range(25)
    ]
    scene.tell("support", "C-2001", said)
    htmx = {"HX-Request": "true"}
    mails = client.get(page_of(hanbit, "timeline/?kind=message"), headers=htmx)
    first = mails.content.decode()
    assert first.count("Mail ") == 20
    assert "Invoice" not in first.split("<ol")[1]
    cursor = mails.context["timeline"].next
    rest = client.get(page_of(hanbit, f"timeline/?kind=message&cursor={cursor}"), headers=htmx)
    assert rest.content.decode().count("Mail ") == 5
    assert "<ol" not in rest.content.decode()
    whole = client.get(page_of(hanbit, "timeline/?kind=message"))
    assert whole["Location"] == page_of(hanbit, "?kind=message")


def test_every_fact_says_who_tells_it(cast: Cast, hanbit: Customer, sign_in: SignIn) -> None:
    client = sign_in(cast.charlie)
    shown = client.get(page_of(hanbit, "facts/"), headers={"HX-Request": "true"}).content.decode()
    assert shown.count("<dt>") == len(FACTS)
    assert "nobody tells" in shown
    assert "18,400" not in shown
    assert "<h1>Facts</h1>" in client.get(page_of(hanbit, "facts/")).content.decode()


def test_a_value_leads_to_where_it_is_corrected(
    cast: Cast, hanbit: Customer, sign_in: SignIn
) -> None:
    shown = sign_in(cast.alice).get(page_of(hanbit)).content.decode()
    assert f'href="{page_of(hanbit, "values/city/")}"' in shown


def test_logging_a_contact_and_taking_it_back(
    cast: Cast, hanbit: Customer, sign_in: SignIn
) -> None:
    client = sign_in(cast.alice)
    said = {"kind": "call", "text": "Called about 48211\nThey pay on Friday.", "token": "t1"}
    response = client.post(page_of(hanbit, "contacts/"), said, follow=True)
    client.post(page_of(hanbit, "contacts/"), said)  # the double click
    record = Record.objects.get(type="call")
    assert record.subject == "Called about 48211"
    assert record.data["notes"] == "Called about 48211\nThey pay on Friday."
    undo = page_of(hanbit, f"contacts/{record.pk}/withdrawal/")
    assert f'action="{undo}"' in response.content.decode()
    client.post(undo)
    record.refresh_from_db()
    assert record.withdrawn_at is not None
    assert (
        "Called about 48211"
        not in client.get(page_of(hanbit))
        .content.decode()
        .split('id="timeline"')[1]
        .split("</section>")[0]
    )


def test_a_contact_without_words_comes_back_as_it_was_typed(
    cast: Cast, hanbit: Customer, sign_in: SignIn
) -> None:
    response = sign_in(cast.alice).post(page_of(hanbit, "contacts/"), {"kind": "task", "text": " "})
    assert response.status_code == 422
    assert "This field is required." in response.content.decode()
    assert not Record.objects.filter(type="task").exists()


def test_a_customer_of_whom_nothing_is_known(cast: Cast, sign_in: SignIn) -> None:
    customer = scene.crowd(1, cast)[0]
    Record.objects.all().update(withdrawn_at=scene.now())
    shown = sign_in(cast.alice).get(page_of(customer)).content.decode()
    assert "Nothing has happened yet" in shown
    assert "Nobody is known there yet." in shown


@pytest.mark.parametrize("asks", ["", "ask/ship_order/"])
def test_the_page_asks_the_database_as_often_for_much_as_for_little(
    cast: Cast, hanbit: Customer, sign_in: SignIn, asks: str
) -> None:
    client = sign_in(cast.alice)
    client.get(page_of(hanbit, asks))
    with CaptureQueriesContext(connection) as few:
        client.get(page_of(hanbit, asks))
    for source, number in (("accounts", "00417"), ("sales", "HBP"), ("support", "C-2001")):
        said = [
            {"type": kind, "key": f"{kind}{n}", "subject": f"{kind} {n}", "opened_at": scene.ago(n)}
            for n in range(20)
            for kind in ("order", "case", "deal")
        ]
        scene.tell(source, number, said)  # type: ignore[arg-type]
    with CaptureQueriesContext(connection) as many:
        client.get(page_of(hanbit, asks))
    assert len(many) == len(few), [q["sql"][:200] for q in many.captured_queries]
    assert len(many) <= MOST[asks], [q["sql"][:200] for q in many.captured_queries]


MOST = {"": 22, "ask/ship_order/": 34}


def test_a_phone_in_several_spellings_stands_once_with_who_writes_it_how(
    cast: Cast, hanbit: Customer, sign_in: SignIn
) -> None:
    numbers = {"accounts": "+82 (0)32 7182040", "support": "032-718-2040", "sales": "0327182040"}
    for key, number in numbers.items():
        of = scene.SPELLINGS[key]
        data = of[1] | {"tax_id": scene.TAX_ID, "country": "KR", "phones": [number]}
        receive(scene.a_source(key), [ProfileSaid(of[0], "organisation", data)])
    response = sign_in(cast.alice).get(page_of(hanbit))
    reached = {attribute: items for attribute, _name, items in response.context["reach"]}
    [phone] = reached["phones"]
    assert phone.text == "+82 (0)32 7182040"
    assert sorted(phone.sources.split(", ")) == ["Accounts", "Sales", "Support"]
    assert {(each.text, each.sources) for each in phone.also} == {
        ("+82 (0)32 7182040", "Accounts"),
        ("032-718-2040", "Support"),
        ("0327182040", "Sales"),
    }
    assert [each.text for each in reached["country"]] == ["South Korea"]


@pytest.mark.parametrize(
    ("language", "name"), [("en", "Germany"), ("ko", "독일"), ("zh-hant", "德國")]
)
@pytest.mark.parametrize("written", ["DE", "Deutschland", "germany", "DEU"])
def test_a_country_has_its_name_in_the_readers_language(
    cast: Cast, sign_in: SignIn, language: str, name: str, written: str
) -> None:
    User.objects.filter(pk=cast.alice.pk).update(language=language)
    data = {"name": "Brenner", "city": "Ulm", "country": written}
    said = [ProfileSaid("1", "organisation", data)]
    pid = receive(scene.a_source("sales"), said)[0].profile_id
    client = sign_in(cast.alice)
    for address in (f"/customers/{pid}/", f"/customers/{pid}/members/", "/customers/",
                    f"/customers/{pid}/values/country/", "/find?q=Brenner"):  # fmt: skip
        shown = client.get(address).content.decode()
        assert name in shown, address


def test_what_nobody_told_can_be_added_and_is_then_corrected(
    cast: Cast, hanbit: Customer, sign_in: SignIn
) -> None:
    client = sign_in(cast.alice)
    shown = client.get(page_of(hanbit))
    offered = [attribute for attribute, _name in shown.context["offered"]]
    assert offered == ["phones", "emails", "website", "street"]
    for attribute in offered:
        assert page_of(hanbit, f"values/{attribute}/") in shown.content.decode()
    empty = client.get(page_of(hanbit, "values/emails/")).content.decode()
    assert "Add it" in empty
    client.post(page_of(hanbit, "values/emails/"), {"value": "info@hanbit.example"})
    shown = client.get(page_of(hanbit))
    assert [attribute for attribute, _name in shown.context["offered"]] == [
        "phones",
        "website",
        "street",
    ]
    assert "info@hanbit.example" in shown.content.decode()
    assert "Correct it" in client.get(page_of(hanbit, "values/emails/")).content.decode()


def test_a_correction_by_hand_is_no_system(cast: Cast, hanbit: Customer, sign_in: SignIn) -> None:
    correct(hanbit.pk, "phones", "+82 32 1", cast.alice)
    client = sign_in(cast.alice)
    shown = client.get(page_of(hanbit)).content.decode()
    assert "known to 4 systems" in shown
    for rest in ("", "members/"):
        assert "fix-" not in client.get(page_of(hanbit, rest)).content.decode()
    made = create_customer(cast.alice, "organisation", {"name": "Neu & Co"})
    shown = client.get(page_of(made)).content.decode()
    assert "typed in here, known to no system yet" in shown
    assert "No other system has named them yet." in shown
    assert "new-" not in shown.replace("new-customer", "")


def test_every_fact_that_an_attribute_decides_names_who_told_it(
    cast: Cast, hanbit: Customer, sign_in: SignIn
) -> None:
    data = scene.SPELLINGS["sales"][1] | {"tax_id": scene.TAX_ID, "segment": "key"}
    receive(scene.a_source("sales"), [ProfileSaid("HBP", "organisation", data)])
    facts = sign_in(cast.alice).get(page_of(hanbit, "facts/")).context["facts"]
    [key] = [each for each in facts if each.fact.key == "key_account"]
    assert (key.shown, key.value.sources) == ("yes", ("sales",))
    assert key.value.oldest_word is not None


def test_what_was_taken_back_is_told_by_nobody(
    cast: Cast, hanbit: Customer, sign_in: SignIn
) -> None:
    taken_back = Profile.objects.get(key="S-77")
    named = f"S-77@{taken_back.source.key}"
    assert queries.by_reference(named) == hanbit
    withdraw_all([taken_back.pk], now())
    shown = sign_in(cast.alice).get(page_of(hanbit)).content.decode()
    assert "known to 3 systems" in shown
    assert "S-77" not in shown
    with pytest.raises(Problem, match="S-77"):
        queries.by_reference(named)
    Profile.objects.update(withdrawn_at=now())
    Customer.objects.filter(pk=hanbit.pk).update(profile_count=0)
    shown = sign_in(cast.alice).get(page_of(hanbit)).content.decode()
    assert "known to no system any more" in shown
