"""The history of a value: who said what through which import, what was shown then; and pins."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from tests.customers.cast import a_person, a_profile, a_source, customer_of, said

from concord.customers.actions import desk, golden_settings
from concord.customers.actions.judgements import judge, take_back
from concord.customers.actions.merge import unmerge, unmerge_all
from concord.customers.actions.profiles import receive
from concord.customers.apart import apart
from concord.customers.history import History, history_of
from concord.customers.models import Customer, Membership, Profile, Verdict
from concord.customers.profiles import members_of
from concord.customers.survivorship import SURVIVORSHIP, Rule, Rules
from concord.kernel import time
from concord.kernel.access import viewer_of
from concord.kernel.errors import Problem
from concord.kernel.models import Role, User
from concord.ui import toasts

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 1, tzinfo=UTC)


class Days:
    """The clock of every test: a day passes when it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at = START
        for module in (desk, golden_settings):
            for name in ("now",):
                if hasattr(module, name):
                    monkeypatch.setattr(module, name, lambda: self.at)
        from concord.customers.actions import judgements, membership, merge, profiles
        from concord.kernel import audit

        for part in (judgements, membership, merge, profiles, audit, time):
            if hasattr(part, "now"):
                monkeypatch.setattr(part, "now", lambda: self.at)

    def on(self, day: int) -> None:
        self.at = START + timedelta(days=day - 1)


@pytest.fixture
def days(monkeypatch: pytest.MonkeyPatch) -> Days:
    return Days(monkeypatch)


def steward(name: str = "Miriam") -> User:
    return User.objects.filter(name=name).first() or a_person(name, Role.OFFICER)


def says(key: str, source: str, website: str, import_id: int | None = None, **data: Any) -> UUID:
    word = said(key, name="Hanbit Precision", website=website, **data)
    return receive(a_source(source), [word], import_id=import_id)[0].profile_id


def history(customer: UUID, attribute: str = "website") -> History:
    return history_of(viewer_of(steward()), customer, attribute)


def told(of: History) -> list[tuple[str, str, int, int | None]]:
    """(source, value, first day, day after the last) in the order shown."""
    return [(one.source, one.value, _day(one.since) or 0, _day(one.until)) for one in of.told]


def shown(of: History) -> list[tuple[str, str, int]]:
    return [(one.value, one.source, _day(one.since) or 0) for one in of.shown]


def _day(at: datetime | None) -> int | None:
    return (at - START).days + 1 if at else None


def test_every_word_with_its_import_and_what_was_shown_by_it(days: Days) -> None:
    one = says("A1", "accounting", "old.example", import_id=7)
    days.on(3)
    says("A1", "accounting", "new.example", import_id=8)
    days.on(5)
    other = says("S1", "sales", "sales.example")
    days.on(6)
    judge(one, other, Verdict.SAME, steward())
    found = history(one)
    assert told(found) == [
        ("Sales", "sales.example", 5, None),
        ("Accounting", "new.example", 3, None),
        ("Accounting", "old.example", 1, 3),
    ]
    assert [each.import_id for each in found.told] == [None, 8, 7]
    assert [_day(each.came) for each in found.told] == [6, None, None]
    assert shown(found) == [
        ("sales.example", "Sales", 6),
        ("new.example", "Accounting", 3),
        ("old.example", "Accounting", 1),
    ]


def test_what_went_with_an_unmerge_is_told_and_shown_no_more(days: Days) -> None:
    one, other = says("A1", "accounting", "ours.example"), says("S1", "sales", "theirs.example")
    days.on(2)
    judge(one, other, Verdict.SAME, steward())
    days.on(4)
    unmerge(other, steward())
    days.on(9)
    says("S1", "sales", "later.example")  # of another customer by then
    found = history(one)
    assert [(each.value, _day(each.came), _day(each.left)) for each in found.told] == [
        ("ours.example", None, None),
        ("theirs.example", 2, 4),
    ]
    assert shown(found)[0][0] == "ours.example"
    assert shown(history(other))[0] == ("later.example", "Sales", 9)


def test_a_pin_is_told_with_who_and_taken_back_to_what_the_systems_say(days: Days) -> None:
    one = says("A1", "accounting", "old.example")
    days.on(2)
    desk.correct(one, "website", "right.example", steward("Han"))
    days.on(5)
    profile, version = desk.unpin(one, "website", steward())
    assert customer_of(one).golden["website"]["value"] == "old.example"
    found = history(one)
    assert shown(found) == [
        ("old.example", "Accounting", 5),
        ("right.example", "Typed here", 2),
        ("old.example", "Accounting", 1),
    ]
    assert [each.by for each in found.told] == ["", "Han"]
    assert (found.pinned, found.shown[1].pinned) == (None, True)
    desk.pin(one, "website", profile, steward(), version)  # the undo
    assert customer_of(one).golden["website"]["value"] == "right.example"
    with pytest.raises(Problem, match="none of the customer's"):
        desk.pin(one, "website", a_profile("other", website="other.example"), steward())


def test_an_entry_whose_last_pin_was_taken_back_is_shown_nowhere_and_parts_nobody() -> None:
    one = says("A1", "accounting", "old.example")
    other = says("S1", "sales", "old.example")
    judge(one, other, "same", steward("Han"))
    desk.correct(one, "website", "right.example", steward("Han"))
    typed, version = desk.unpin(one, "website", steward())
    viewer = viewer_of(steward())
    assert [each.id for each in members_of(viewer, one)] == [one, other]
    assert [each.id for each in apart(viewer, one)] == [one, other]
    assert customer_of(one).profile_count == 2
    judgement = unmerge_all(one, steward())
    assert [customer_of(each).id for each in (one, other, typed)] == [one, other, one]
    take_back(judgement, steward())
    assert {customer_of(each).id for each in (one, other, typed)} == {one}
    desk.pin(one, "website", typed, steward(), version)  # the undo of the unpin
    assert customer_of(one).golden["website"]["value"] == "right.example"


def test_what_a_person_typed_before_the_pin_comes_back_with_it(days: Days) -> None:
    made = desk.create_customer(steward(), "organisation", {"name": "Acme", "website": "a.example"})
    days.on(2)
    desk.correct(made.id, "website", "b.example", steward())
    desk.unpin(made.id, "website", steward())
    assert Customer.objects.get(pk=made.pk).golden["website"]["value"] == "a.example"
    with pytest.raises(Problem, match="Nothing is pinned"):
        desk.unpin(made.id, "website", steward())


def test_a_source_that_contradicts_a_pin_is_told_and_does_not_overwrite(days: Days) -> None:
    one = says("A1", "accounting", "old.example")
    days.on(2)
    desk.correct(one, "website", "right.example", steward())
    assert history(one).contradicted_by == []  # what it knew when it was pinned
    days.on(3)
    says("A1", "accounting", "newer.example")
    found = history(one)
    assert [each.value for each in found.contradicted_by] == ["newer.example"]
    assert customer_of(one).golden["website"]["value"] == "right.example"
    desk.pin(one, "website", one, steward("Han"))
    assert customer_of(one).golden["website"]["value"] == "newer.example"
    assert history(one).contradicted_by == []


def test_what_was_shown_goes_by_the_rules_of_that_time(days: Days) -> None:
    one = says("A1", "accounting", "a.example")
    days.on(2)
    judge(one, says("S1", "sales", "s.example"), Verdict.SAME, steward())
    days.on(4)
    how = dict(SURVIVORSHIP)
    how["website"] = type(how["website"])(Rule.MOST_RECENT, sources=("accounting",))
    made = golden_settings.make(Rules(1, how), steward())
    golden_settings.put_in_force(made, steward())
    days.on(8)
    golden_settings.refresh_customers(made.pk)
    values = [(value, since) for value, _source, since in shown(history(one))]
    assert values == [("a.example", 4), ("s.example", 2), ("a.example", 1)]


def test_a_merge_that_is_undone_leaves_the_others_history_alone(days: Days) -> None:
    one, other = says("A1", "accounting", "a.example"), says("S1", "sales", "b.example")
    days.on(2)
    judgement = judge(one, other, Verdict.SAME, steward())
    days.on(3)
    from concord.customers.actions.judgements import take_back

    take_back(judgement, steward())
    assert told(history(other)) == [("Sales", "b.example", 1, None)]
    assert Membership.objects.filter(known_to=None).count() == 2
    assert Profile.objects.count() == 2


# The page -------------------------------------------------------------------------------------


def undone_by(page: Any) -> str:
    """Where the toast of this page takes back what was done."""
    tags = [message.extra_tags for message in page.context["messages"]][-1]
    assert tags.startswith(toasts.UNDO)
    return str(tags.removeprefix(toasts.UNDO))


def test_the_undo_of_a_second_correction_brings_the_first_one_back() -> None:
    one = says("A1", "accounting", "a.example")
    client = Client()
    client.force_login(a_person("Alice"), backend="django.contrib.auth.backends.ModelBackend")
    url = f"/customers/{one}/values/website/"
    for word in ("first.example", "second.example", "second.example"):  # the last a double click
        page = client.post(url, {"value": word}, follow=True)
    assert customer_of(one).golden["website"]["value"] == "second.example"
    client.post(undone_by(page))
    assert customer_of(one).golden["website"]["value"] == "first.example"
    page = client.post(f"{url}pin/{one}/", follow=True)
    assert customer_of(one).golden["website"]["value"] == "a.example"
    client.post(undone_by(page))
    assert customer_of(one).golden["website"]["value"] == "first.example"
    client.post(f"{url}unpin/")
    assert customer_of(one).golden["website"]["value"] == "a.example"


def test_a_person_shows_the_word_of_a_system_and_takes_it_back() -> None:
    one, other = says("A1", "accounting", "a.example"), says("S1", "sales", "s.example")
    judge(one, other, Verdict.SAME, steward())
    client = Client()
    alice = a_person("Alice")
    client.force_login(alice, backend="django.contrib.auth.backends.ModelBackend")
    url = f"/customers/{one}/values/website/"
    assert "s.example" in client.get(url).content.decode()
    page = client.post(f"{url}pin/{one}/", follow=True).content.decode()
    assert customer_of(one).golden["website"]["value"] == "a.example"
    assert f"{url}unpin/" in page
    page = client.post(f"{url}unpin/", follow=True).content.decode()
    assert customer_of(one).golden["website"]["value"] == "s.example"
    undo = page.split("?version=")[0].rpartition('"')[2]
    version = page.split("?version=")[1].split('"')[0]
    client.post(f"{undo}?version={version}")
    assert customer_of(one).golden["website"]["value"] == "a.example"
