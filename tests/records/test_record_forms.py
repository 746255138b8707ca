"""The forms that declarations make: every type that people open by hand, in every language."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.forms import DateTimeField
from django.urls import reverse
from django.utils import translation
from tests.records.builders import a_person, a_source, the

from concord.customers.actions.profiles import receive
from concord.customers.said import ProfileSaid
from concord.kernel.models import Department, Role
from concord.records import types
from concord.records.actions import desk
from concord.records.forms import RecordForm
from concord.records.models import Record, RecordVersion
from concord.records.types import FieldType

pytestmark = pytest.mark.django_db
BY_HAND = [declared.key for declared in types.built_in().values() if declared.by_hand]
VALUES = {
    FieldType.TEXT: "한빛 G200",
    FieldType.PRODUCT: "G200",
    FieldType.NUMBER: "12.5",
    FieldType.MONEY: "12.5",
    FieldType.DATE: "2026-12-01",
    FieldType.MOMENT: "2026-12-01T09:30",
    FieldType.BOOLEAN: "on",
}


@pytest.fixture
def customer():
    said = ProfileSaid("C1", "organisation", {"name": "한빛정밀"})
    return receive(a_source(), [said])[0].profile_id


def as_sent(page):
    """What the form of a page sends when nobody touches it: the attributes of its controls."""
    form = page.context["form"]
    sent = {}
    for bound in form:
        widget = bound.field.widget
        value = widget.format_value(bound.value()) if hasattr(widget, "format_value") else None
        if isinstance(value, list):
            value = value[0] if value else ""
        if widget.__class__.__name__ == "CheckboxInput":
            value = "on" if bound.value() else None
        if value is not None:
            sent[bound.html_name] = value
    return sent | {"token": page.context.get("token", ""), "seen": page.context.get("seen", "")}


@pytest.mark.parametrize("language", ["en", "ko", "zh-hant"])
@pytest.mark.parametrize("key", BY_HAND)
def test_every_type_is_opened_and_an_untouched_change_changes_nothing(
    client, customer, key, language
):
    client.force_login(a_person("Dora", role=Role.SPONSOR, language=language))
    declared = types.get(key)
    url = reverse("records:new", args=[customer, key])
    sent = as_sent(client.get(url)) | {"subject": "한빛"}
    for item in declared.fields:
        value = item.choices[0].key if item.type is FieldType.CHOICE else VALUES.get(item.type)
        sent[f"field-{item.key}"] = value
    response = client.post(url, sent)
    assert response.status_code == 302, response.context["form"].errors

    record = Record.objects.get()
    assert (record.type, record.subject, record.profile_id) == (key, "한빛", customer)
    assert record.data.keys() == {item.key for item in declared.fields}
    page = client.get(reverse("records:record", args=[record.pk])).content.decode()
    assert declared.words[language] in page

    url = reverse("records:change_record", args=[record.pk])
    untouched = as_sent(client.get(url))
    for name, value in untouched.items():
        if name.startswith("due") or name == "opened":
            assert value == "" or date.fromisoformat(value)  # as <input type="date"> wants it
    assert client.post(url, untouched).status_code == 302
    assert RecordVersion.objects.count() == 0


def test_what_nobody_ticked_is_not_said(client, customer):
    client.force_login(a_person())
    url = reverse("records:new", args=[customer, "case"])
    client.post(url, as_sent(client.get(url)) | {"subject": "Drift"})
    case = Record.objects.get()
    assert case.data == {}

    url = reverse("records:change_record", args=[case.pk])
    client.post(url, as_sent(client.get(url)) | {"field-safety": "on"})
    assert the(case.key, "case").data == {"safety": True}
    sent = as_sent(client.get(url))
    sent.pop("field-safety")
    client.post(url, sent)
    assert the(case.key, "case").data.get("safety") is not True
    assert RecordVersion.objects.count() == 2


def test_amounts_are_neither_shown_nor_lost_by_who_does_not_see_them(client, customer):
    boss = a_person("Dora", role=Role.SPONSOR)
    deal = desk.open_record(boss, "deal", customer, subject="G", amount=Decimal(987))
    support = Department.objects.create(key="support", sees_money=False)
    client.force_login(a_person("Charlie", department=support))

    assert "987" not in client.get(reverse("records:record", args=[deal.pk])).content.decode()
    url = reverse("records:change_record", args=[deal.pk])
    sent = as_sent(client.get(url))
    assert "amount" not in sent
    assert client.post(url, sent | {"subject": "Better"}).status_code == 302
    assert (the(deal.key, "deal").subject, the(deal.key, "deal").amount) == ("Better", 987)


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(client, customer):
    client.force_login(a_person())
    url = reverse("records:new", args=[customer, "deal"])
    response = client.post(url, as_sent(client.get(url)) | {"subject": "Gauges", "amount": "many"})
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"amount"}
    assert 'value="Gauges"' in response.content.decode()
    assert Record.objects.count() == 0


@pytest.mark.parametrize("language", ["en", "ko", "zh-hant"])
def test_a_date_stands_in_the_form_as_a_browser_reads_it(language: str) -> None:
    """Written otherwise its field shows empty there, and saving would take the date away."""
    with translation.override(language):
        form = RecordForm(types.get("task"), initial={"due": date(2026, 11, 27)})
        assert 'value="2026-11-27"' in str(form["due"])
        form = RecordForm(types.get("appointment"), initial={"opened": date(2026, 11, 27)})
        moments = [name for name, each in form.fields.items() if isinstance(each, DateTimeField)]
        form.initial |= dict.fromkeys(moments, datetime(2026, 11, 27, 16, 30))  # noqa: DTZ001 - local
        assert all('value="2026-11-27T16:30"' in str(form[name]) for name in moments)
