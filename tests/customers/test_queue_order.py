"""The queue: what a decision would change most comes first, said in words, filtered and paged."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.customers.cast import a_profile, a_source
from tests.customers.test_doubts import OTHER_NUMBER, says
from tests.customers.test_judge import three_of_one
from tests.customers.test_pages import queries_of
from tests.customers.test_review import FIRMS, LUND, two

from concord.customers import questions, stakes
from concord.customers.actions.matching import match
from concord.customers.actions.weighing import weigh_pending
from concord.customers.models import Pair
from concord.customers.questions import Wanted
from concord.customers.stakes import TREATED, Stake
from concord.kernel.access import Viewer, viewer_of
from concord.kernel.models import Company, Role, User
from concord.kernel.time import now
from concord.records.actions.receive import receive
from concord.records.said import RecordSaid
from concord.treatment.actions import publish

pytestmark = pytest.mark.django_db
SINCE = date(2026, 10, 1)


@pytest.fixture
def sarah() -> User:
    Company.objects.update_or_create(id=1, defaults={"name": "Maker", "currency": "EUR"})
    sarah = User.objects.create_user("sarah@example.com", name="Sarah", role=Role.SPONSOR)
    publish.install_default(sarah, date(2024, 1, 1), "We begin with it.")
    return sarah


@pytest.fixture
def client_of_sarah(sarah: User) -> Client:
    client = Client()
    client.force_login(sarah, backend="django.contrib.auth.backends.ModelBackend")
    return client


def tells(number: int, type: str, **fields: object) -> None:
    """The first system says that of the left side of a pair."""
    said = RecordSaid(type=type, key=f"{type}-{number}", profile=f"left-{number}", **fields)  # type: ignore[arg-type]
    receive(a_source("one"), [said])


def weighed() -> list[UUID]:
    assert weigh_pending(1_000) == Pair.objects.count()
    return [question.one for question in questions.listed(50)]


def four() -> list[UUID]:
    """Nothing at stake, an open record, money that is open, and a hold on one side."""
    made = [two(n)[0] for n in range(4)]
    tells(1, "case", opened_at=SINCE, status="open", subject="A leak")
    tells(2, "invoice", opened_at=SINCE, amount=Decimal(48_200), currency="EUR")
    tells(3, "credit_hold", opened_at=SINCE, status="in_force")
    return made


def said(question: questions.Question, viewer: Viewer) -> list[str]:
    return stakes.say(viewer, Stake.load(question.pairs[0].at_stake), "EUR")


def test_a_hold_comes_before_money_money_before_open_records(sarah: User) -> None:
    nothing, a_case, owing, held = four()
    assert weighed() == [held, owing, a_case, nothing]
    found = questions.listed(4)
    viewer = viewer_of(sarah)
    assert said(found[0], viewer) == ["they would be treated differently", "a hold on one side",
                                      "1 open record"]  # fmt: skip
    assert said(found[1], viewer) == ["48,200 EUR open", "1 open record"]
    assert said(found[2], viewer) == ["1 open record"]
    assert said(found[3], viewer) == []
    assert [question.place[0] >= TREATED for question in found] == [True, False, False, False]
    assert found[2].place[0] == 0.5


def test_amounts_are_said_to_who_sees_money_only(sarah: User) -> None:
    two(0)
    tells(0, "invoice", opened_at=SINCE, amount=Decimal(48_200), currency="EUR")
    weighed()
    blind = Viewer(user_id=1, role=Role.MANAGER, department="support", unit_ids=None,
                   sees_money=False, language="en")  # fmt: skip
    [question] = questions.listed(1)
    assert "money open" in said(question, blind)
    assert not any("48" in text for text in said(question, blind))


def test_without_a_policy_the_queue_is_by_money_and_holds() -> None:
    Company.objects.update_or_create(id=1, defaults={"name": "Maker", "currency": "EUR"})
    nothing, a_case, owing, held = four()
    assert weighed() == [held, owing, a_case, nothing]
    assert questions.listed(2)[1].place[0] == pytest.approx(48_200.5)


def test_a_record_that_changes_is_weighed_anew(
    sarah: User, django_capture_on_commit_callbacks: object
) -> None:
    first, second = two(0)[0], two(1)[0]
    weighed()
    assert not Pair.objects.filter(weighed_at=None).exists()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        tells(0, "invoice", opened_at=SINCE, amount=Decimal(10), currency="EUR")
    assert Pair.objects.filter(weighed_at=None).count() == 1
    assert weigh_pending(1_000) == 1
    assert [question.one for question in questions.listed(2)] == [first, second]


def test_each_is_weighed_again_once_a_day(sarah: User) -> None:
    two(0)
    assert weigh_pending(100) == 1
    assert weigh_pending(100) == 0
    Pair.objects.update(weighed_at=now() - timedelta(hours=25))
    assert weigh_pending(100) == 1
    assert weigh_pending(100) == 0


def test_a_doubt_weighs_what_would_part(sarah: User) -> None:
    three_of_one()
    says("K-1", "shipping", tax_id=OTHER_NUMBER)
    owed = RecordSaid(type="invoice", key="R-1", profile="K-1", opened_at=SINCE,
                      amount=Decimal(700), currency="EUR")  # fmt: skip
    receive(a_source("shipping"), [owed])
    assert weigh_pending(10) == 2
    [question] = questions.listed(5)
    assert Stake.load(question.pairs[0].at_stake).money == 700


def test_the_list_is_narrowed_and_paged(client_of_sarah: Client) -> None:
    nothing, a_case, owing, held = four()
    a_source("three")
    weighed()

    def shown(**given: str) -> list[UUID]:
        rows = client_of_sarah.get("/review/questions/", given).context["page"].items
        return [row.question.one for row in rows]

    assert shown() == [held, owing, a_case, nothing]
    assert shown(stake="treatment") == [held]
    assert shown(stake="money") == [owing]
    assert shown(stake="little") == [a_case, nothing]
    assert shown(about="person") == []
    assert shown(about="organisation", source=str(a_source("two").pk)) == shown()
    assert shown(source=str(a_source("three").pk)) == []
    assert shown(which="bridges") == []
    assert shown(which="nonsense", source="x", stake="y", about="z", cursor="?") == shown()
    page = client_of_sarah.get("/review/", {"stake": "little"})
    assert page.context["shown"].question.one == a_case
    given = {"verdict": "different", "stake": "little", "after": page.context["after"]}
    address = f"/review/{a_case}/{page.context['shown'].question.other}/verdict/"
    page = client_of_sarah.post(address, given, follow=True)
    assert page.context["shown"].question.one == nothing
    assert page.context["narrowed"] == {"stake": "little"}


def test_pages_of_the_list_have_every_question_once(sarah: User) -> None:
    made = [two(n)[0] for n in range(7)]
    for number in range(0, 7, 2):
        tells(number, "invoice", opened_at=SINCE, amount=Decimal(100), currency="EUR")
    weighed()
    found, place = [], None
    while page := questions.listed(2, place, Wanted(sarah.pk)):
        found += [question.one for question in page]
        place = page[-1].place
    assert sorted(found) == sorted(made)
    assert found == [question.one for question in questions.listed(50)]


def test_list_and_weighing_cost_the_same_for_1_and_20(client_of_sarah: Client) -> None:
    two(0)
    weigh_pending(1_000)  # the policy is read once a process
    Pair.objects.update(weighed_at=None)
    with CaptureQueriesContext(connection) as for_one:
        weigh_pending(1_000)
    list_of_one = queries_of(client_of_sarah, "/review/questions/")
    made = [two(n) for n in range(1, len(FIRMS))]  # and two more questions about one of them
    match([a_profile("more", "three", name=f"{FIRMS[3]} Mätteknik", **LUND), *made[3]])
    with CaptureQueriesContext(connection) as for_many:
        assert weigh_pending(1_000) >= 19
    assert len(for_many) == len(for_one) <= 22
    assert len(client_of_sarah.get("/review/questions/").context["page"].items) == 22
    assert queries_of(client_of_sarah, "/review/questions/") == list_of_one <= 17


def test_what_was_joined_and_who_may_be_the_same_cost_the_same_for_1_and_20(
    client_of_sarah: Client,
) -> None:
    same = {"name": "Arvika Mätteknik AB", "tax_id": "SE556703748501", **LUND}
    made = [a_profile(str(n), f"source-{n}", **same) for n in range(2)]
    match(made)
    addresses = ("/review/joined/", f"/customers/{made[0]}/same/?q=Arvika")
    for_one = [queries_of(client_of_sarah, each) for each in addresses]
    match([a_profile(str(n), f"source-{n}", **same) for n in range(2, 21)])
    for n in range(20):
        a_profile(f"a{n}", name=f"Arvika {FIRMS[n]}")
    assert len(client_of_sarah.get(addresses[0]).context["page"].items) == 20
    assert [queries_of(client_of_sarah, each) for each in addresses] == for_one
    assert max(for_one) <= 12
