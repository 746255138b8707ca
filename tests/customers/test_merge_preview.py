"""What a merge or its undoing changes beyond the values is seen before, and is what comes true."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.customers.cast import a_person, a_profile, a_source, customer_of
from tests.customers.test_judge import HANBIT
from tests.treatment.cast import FIRST_DAY

from concord.customers import questions
from concord.customers.actions.desk import create_customer
from concord.customers.actions.judgements import judge
from concord.customers.actions.matching import match_pending
from concord.customers.actions.merge import unmerge
from concord.customers.actions.relating import relate
from concord.customers.consequences import Consequence, consequences
from concord.customers.models import Customer, Membership, RelationshipKind
from concord.customers.sides import view
from concord.customers.stakes import Sides, Stake
from concord.customers.views.review import by_hand
from concord.dmn.edit import edited
from concord.facts.catalogue import FACTS
from concord.facts.derive import derive
from concord.facts.say import say_value
from concord.facts.together import TOLD
from concord.kernel.access import Viewer, viewer_of
from concord.kernel.models import Company, Department, Role, Unit, User
from concord.kernel.time import today
from concord.records.actions.receive import receive
from concord.records.said import RecordSaid
from concord.treatment import new_columns, policies
from concord.treatment.actions import lifts, publish
from concord.treatment.actions.decide import all_requests
from concord.treatment.together import at_stake

pytestmark = pytest.mark.django_db
SINCE, DUE = date(2025, 8, 1), date(2025, 9, 1)


@pytest.fixture
def sarah() -> User:
    Company.objects.update_or_create(id=1, defaults={"name": "Maker", "currency": "EUR"})
    Department.objects.create(key="accounts", words={"en": "Accounts"})
    sarah = User.objects.create_user("sarah@example.com", name="Sarah", role=Role.SPONSOR)
    publish.install_default(sarah, FIRST_DAY, "We begin with it.")
    return sarah


@pytest.fixture
def client(sarah: User) -> Client:
    client = Client()
    client.force_login(sarah, backend="django.contrib.auth.backends.ModelBackend")
    return client


def owing_and_not() -> tuple[UUID, UUID]:
    """Hanbit as accounts know them, 12,400 overdue; and as sales do, who see nothing wrong."""
    here = a_profile("4711", "accounting", name="Hanbit Precision", city="Incheon", country="KR")
    there = a_profile("C-1", "sales", name="한빛정밀", city="Incheon", country="KR")
    owed = RecordSaid(type="invoice", key="R-1", profile="4711", opened_at=SINCE, due_at=DUE,
                      amount=Decimal(12_400), currency="EUR")  # fmt: skip
    receive(a_source("accounting"), [owed])
    bought = RecordSaid(type="order", key="O-1", profile="C-1", opened_at=SINCE,
                        amount=Decimal(900), currency="EUR")  # fmt: skip
    receive(a_source("sales"), [bought])
    return here, there


def lines(viewer: Viewer, one: UUID, other: UUID) -> dict[str, Consequence]:
    found = view(viewer, questions.between(one, other) or by_hand(one, other))
    assert found is not None
    return {line.label: line for line in consequences(found)}


def said(line: Consequence) -> tuple[str, str, str]:
    return line.left, line.right, line.together


def test_facts_standing_and_answers_of_each_and_of_both(sarah: User) -> None:
    found = lines(viewer_of(sarah), *owing_and_not())
    assert said(found["Overdue, disputed amounts included"]) == (
        "12,400 EUR",
        "0 EUR",
        "12,400 EUR",
    )
    assert said(found["Outstanding balance"]) == ("12,400 EUR", "0 EUR", "12,400 EUR")
    assert said(found["Standing"]) == ("on hold", "in good standing", "on hold")
    order = found["Place an order"]
    assert said(order) == ("Pass on → Accounts", "Go ahead", "Pass on → Accounts")
    assert order.tones == ("stop", "go", "stop")
    assert (order.left_changes, order.right_changes) == (False, True)
    groups = [line.group for line in found.values()]
    assert groups == sorted(groups, key=["standing", "answers", "facts"].index)


def test_what_was_seen_comes_true(sarah: User) -> None:
    here, there = owing_and_not()
    before = lines(viewer_of(sarah), here, there)
    judge(here, there, "same", sarah)
    known = derive(here, keys=TOLD)
    for key in TOLD:
        fact = FACTS[key]
        label = fact.words["en"]
        if label in before:
            assert before[label].together == say_value(fact, known[key].value, "en", "EUR"), key
    answers = {each.request_words["en"]: each for each in all_requests(here)}
    assert answers["Place an order"].act == "pass_on"
    assert answers["Place an order"].standing == before["Standing"].together
    for label, answer in answers.items():
        assert before[label].together.startswith(
            {"pass_on": "Pass on", "go_ahead": "Go ahead", "": "One question"}[answer.act]
        ), label


def test_unmerged_each_is_as_it_was(sarah: User) -> None:
    here, there = owing_and_not()
    before = lines(viewer_of(sarah), here, there)
    judge(here, there, "same", sarah)
    parted = lines(viewer_of(sarah), here, there)  # now: an entry of its customer
    assert {label: said(line) for label, line in parted.items()} == {
        label: said(line) for label, line in before.items()
    }
    unmerge(there, sarah)
    assert all_requests(there)[0].act == "go_ahead"


def test_a_hold_of_one_business_unit_asks_for_the_unit(sarah: User) -> None:
    for key in ("gauges", "sensors"):
        Unit.objects.create(key=key, words={"en": key.title()})
    here, there = owing_and_not()
    hold = RecordSaid(type="credit_hold", key="H", profile="C-1", opened_at=SINCE,
                      status="in_force", unit_id=Unit.objects.get(key="gauges").pk)  # fmt: skip
    receive(a_source("sales"), [hold])
    found = lines(viewer_of(sarah), here, there)
    assert found["Place an order"].right == "One question first"
    assert (
        found["Place an order"].right
        == {
            each.request: "One question first" if each.state == "asks" else each.act
            for each in all_requests(there)
        }["place_order"]
    )


def test_an_exception_of_one_side_counts_for_both(sarah: User) -> None:
    here, there = owing_and_not()
    lifts.grant(sarah, here, "place_order", today() + timedelta(days=5), "They pay on Friday.")
    order = lines(viewer_of(sarah), here, there)["Place an order"]
    assert said(order) == ("Go ahead", "Go ahead", "Go ahead")


def test_persons_who_work_somewhere_are_treated_as_that(sarah: User) -> None:
    firm = create_customer(sarah, "organisation", {"name": "Hanbit"})
    one = a_profile("p1", "one", "person", name="Kim Min-ji")
    other = a_profile("p2", "two", "person", name="김민지")
    relate(customer_of(one).pk, RelationshipKind.WORKS_AT, firm.pk, sarah)
    found = lines(viewer_of(sarah), one, other)
    assert said(found["Treated as"]) == ("Hanbit", "김민지", "Hanbit")
    assert "Place an order" not in found


def test_amounts_are_for_who_sees_money(sarah: User) -> None:
    here, there = owing_and_not()
    blind = Viewer(user_id=1, role=Role.MANAGER, department="support", unit_ids=None,
                   sees_money=False, language="en")  # fmt: skip
    found = lines(blind, here, there)
    assert "Outstanding balance" not in found
    assert said(found["Standing"])[2] == "on hold"
    assert not any("12" in text for line in found.values() for text in said(line))


def test_looking_writes_and_locks_nothing(sarah: User, client: Client) -> None:
    here, there = owing_and_not()
    with CaptureQueriesContext(connection) as captured:
        page = client.get(f"/review/{here}/{there}/consequences/")
    assert "Pass on → Accounts" in page.content.decode()
    written = [each["sql"] for each in captured if not each["sql"].lstrip(" \n(").startswith(
        ("SELECT", "WITH", "EXECUTE", "SAVEPOINT", "RELEASE"))]  # fmt: skip
    assert written == []
    assert not any("FOR UPDATE" in each["sql"] for each in captured)
    assert len(captured) <= 24


def test_joined_by_hand_as_it_was_seen_or_left(client: Client) -> None:
    here, there = owing_and_not()
    assert client.get(f"/customers/{here}/same/").status_code == 200
    page = client.get(f"/customers/{here}/same/", {"q": "한빛"})
    assert [hit.id for hit in page.context["hits"]] == [there]
    page = client.get(f"/customers/{here}/same/{there}/")
    assert "Nothing is changed yet." in page.content.decode()
    assert len(page.context["shown"].compared) == 1
    seen = page.context["shown"].seen
    a_profile("C-1", "sales", name="한빛정밀", city="Busan", country="KR")
    page = client.post(f"/customers/{here}/same/{there}/", {"seen": seen})
    assert "Something changed meanwhile" in page.content.decode()
    assert customer_of(there).id == there
    page = client.post(f"/customers/{here}/same/{there}/", {"seen": page.context["shown"].seen})
    assert page["Location"] == f"/customers/{here}/"
    assert customer_of(there).id == here
    page = client.get(f"/customers/{here}/same/{there}/", follow=True)
    assert "These are one customer already." in page.content.decode()


def test_an_entry_is_split_off_once_it_was_seen(client: Client) -> None:
    profiles = [a_profile(key, key, **HANBIT) for key in ("one", "two", "three")]
    match_pending()
    address = f"/customers/{profiles[0]}/members/{profiles[2]}/apart/"
    text = client.get(address).content.decode()
    assert "Split this entry off?" in text
    assert "Together, as today" in text
    assert customer_of(profiles[2]).id == profiles[0]
    client.post(address)
    assert customer_of(profiles[2]).id == profiles[2]
    assert client.get(address)["Location"] == f"/customers/{profiles[0]}/members/"
    page = client.post(address, follow=True)  # whoever had it open, too
    assert "Something changed meanwhile" in page.content.decode()
    other = a_profile("other", "other", name="Zenit Optik AB", country="SE")
    judge(profiles[2], other, "same", a_person("Han", Role.OFFICER))
    client.post(address)
    assert customer_of(other).id == customer_of(profiles[2]).id


def test_all_are_taken_apart_only_as_they_were_shown(client: Client) -> None:
    one, two = (a_profile(key, key, **HANBIT) for key in ("one", "two"))
    match_pending()
    address = f"/customers/{one}/members/apart/"
    shown = [str(each.id) for each in client.get(address).context["singles"]]
    three = a_profile("three", "three", **HANBIT)
    match_pending()
    page = client.post(address, {"entry": shown}, follow=True)
    assert "Something changed meanwhile" in page.content.decode()
    assert {customer_of(each).id for each in (one, two, three)} == {one}
    assert client.post(address, {"entry": ["x"]}).status_code == 404
    shown = [str(each.id) for each in client.get(address).context["singles"]]
    for _twice in range(2):
        page = client.post(address, {"entry": shown}, follow=True)
    assert "Something changed meanwhile" in page.content.decode()
    assert [customer_of(each).id for each in (one, two, three)] == [one, two, three]


def test_who_joined_an_entry_that_contradicts_is_said(client: Client) -> None:
    one = a_profile("one", "one", **HANBIT | {"tax_id": "101-81-98766"})
    other = a_profile("other", "other", **HANBIT | {"tax_id": "214-86-55123"})
    judge(one, other, "same", a_person("Han", Role.OFFICER), "They moved")
    text = client.get(f"/customers/{one}/members/{other}/apart/").content.decode()
    assert "<bdi>Han</bdi> said that this is one customer" in text
    assert "They moved" in text
    assert "The entry changed" not in text
    assert "One customer has only one of these:" in text


def test_the_preview_costs_the_same_for_1_and_20_entries(client: Client) -> None:
    here, there = owing_and_not()
    address = f"/review/{here}/{there}/consequences/"

    def queries() -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        return len(captured)

    for_one = queries()
    for n in range(20):
        more = a_profile(f"m{n}", f"source-{n}", name="Hanbit Precision")
        Membership.objects.filter(profile=more).update(customer=here)
        Customer.objects.filter(pk=more).update(merged_into=here)
    assert queries() == for_one


def test_what_a_policy_asks_of_a_whole_group_is_not_known_of_two_who_are_no_customer_yet(
    sarah: User,
) -> None:
    model = policies.default()
    for change in new_columns.changes(model, "side_note", "group overdue undisputed"):
        model, _ = edited(model, change)
    version = publish.save_version(sarah, model, "The group counts")
    publish.put_in_force(sarah, version, today(), "They pay together.")
    here, there = owing_and_not()
    assert said(lines(viewer_of(sarah), here, there)["Standing"]) == (
        "on hold",
        "in good standing",
        "on hold",
    )
    question = by_hand(here, there)
    assert question is not None
    found = view(viewer_of(sarah), question)
    assert found is not None
    assert at_stake([Sides(*found.sides)]) == [Stake()]  # by money alone
