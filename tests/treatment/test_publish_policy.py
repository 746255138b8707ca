"""Nobody but the sponsor puts a policy in force: not by page, action, nor in the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError, ProgrammingError
from django.test import Client
from django.utils import translation
from tests.treatment.cast import TODAY, Cast, a_customer, a_hold, an_invoice

from concord.kernel.errors import Problem
from concord.kernel.models import AuditEntry
from concord.treatment import policies
from concord.treatment.actions import previews, publish
from concord.treatment.actions.decide import decide
from concord.treatment.actions.limits import move_limit
from concord.treatment.models import AnswerLog, PolicyInForce, PolicyVersion
from concord.treatment.promise import Reader, Threshold, find_threshold


def limit(key: str = "place_order:place_order.amount.in:10000") -> Threshold:
    return find_threshold(Reader(policies.in_force(TODAY).model, "en").sections(), key)


@contextmanager
def as_application() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE concord_app")
        try:
            yield
        finally:
            cursor.execute("RESET ROLE")


def test_the_sponsor_moves_a_limit_and_the_answer_changes(cast: Cast) -> None:
    customer, profile = a_customer()
    an_invoice(profile, due="2026-11-10")

    def order_of(amount: str) -> str:
        fields = {"amount": amount}
        return decide(customer.id, "place_order", fields, asked_by=cast.alice, channel="page").act

    assert order_of("9000") == "go_ahead"
    made = move_limit(cast.sarah, limit(), "5,000", TODAY, "Two large losses this year.", seen=1)
    assert (made.version.number, made.in_force_from, made.put_in_force_by) == (
        2,
        TODAY,
        cast.sarah,
    )
    assert order_of("9000") == "not_yet"
    assert order_of("5000") == "go_ahead"
    assert AuditEntry.objects.filter(action="treatment.put_in_force").count() == 2


def test_a_policy_for_tomorrow_does_not_answer_today(cast: Cast) -> None:
    move_limit(cast.sarah, limit(), "5000", date(2026, 11, 22), "From tomorrow.", seen=1)
    assert policies.in_force(TODAY).number == 1
    assert policies.in_force(date(2026, 11, 22)).number == 2


def test_before_the_first_policy_the_first_one_answers(cast: Cast) -> None:
    assert policies.in_force(date(2013, 6, 30)).number == 1


@pytest.mark.parametrize("name", ["alice", "bob", "olga", "adam"])
def test_nobody_else_changes_it(cast: Cast, name: str, client: Client) -> None:
    user = getattr(cast, name)
    for act in (
        lambda: previews.look(user, limit(), "5000"),
        lambda: move_limit(user, limit(), "5000", TODAY, "I want to.", seen=1),
        lambda: publish.put_in_force(user, PolicyVersion.objects.get(), TODAY, "I want to."),
    ):
        with pytest.raises(Problem) as refused:
            act()
        assert refused.value.code == "forbidden"
    client.force_login(user)
    address = "/promise/change/"
    said = {"limit": limit().key, "number": "5000", "seen": "1", "reason": "x",
            "from_date": "2026-11-21"}  # fmt: skip
    assert client.get(address, {"limit": limit().key}).status_code == 403
    assert client.post(address, said).status_code == 403
    assert PolicyInForce.objects.count() == 1


def test_the_database_refuses_who_is_not_the_sponsor(cast: Cast) -> None:
    with pytest.raises(Problem) as refused:
        publish._publish(cast.bob, PolicyVersion.objects.get(), TODAY, "I want to.")
    assert refused.value.code == "forbidden"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE treatment_policyversion SET xml = ''",
        "DELETE FROM treatment_policyversion",
        "INSERT INTO treatment_policyinforce (version_id, in_force_from, put_in_force_by_id,"
        " put_in_force_at, reason) SELECT version_id, now(), put_in_force_by_id, now(), 'x'"
        " FROM treatment_policyinforce",
        "UPDATE treatment_policyinforce SET in_force_from = '2000-01-01'",
        "DELETE FROM treatment_policyinforce",
        "TRUNCATE treatment_policyinforce",
        "UPDATE treatment_answerlog SET act = 'go_ahead'",
        "DELETE FROM treatment_answerlog",
    ],
)
def test_the_applications_role_cannot_rewrite(cast: Cast, statement: str) -> None:
    with (
        as_application(),
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_the_applications_role_decides_logs_and_publishes(cast: Cast) -> None:
    customer, profile = a_customer()
    a_hold(profile)
    with as_application():
        answer = decide(customer.id, "proposal", {}, asked_by=cast.alice, channel="page")
        move_limit(cast.sarah, limit(), "5000", TODAY, "We were too kind.", seen=1)
    assert AnswerLog.objects.get().treatment_id == answer.id
    assert policies.in_force(TODAY).number == 2


def test_the_past_is_not_rewritten(cast: Cast) -> None:
    with pytest.raises(Problem, match="for the past"):
        publish.put_in_force(cast.sarah, PolicyVersion.objects.get(), date(2026, 1, 1), "Rewrite.")
    with pytest.raises(DatabaseError, match="for the past"), transaction.atomic():
        publish._publish(cast.sarah, PolicyVersion.objects.get(), date(2026, 1, 1), "Rewrite.")


def test_a_limit_that_breaks_the_law_is_refused_with_its_case(cast: Cast) -> None:
    revenue = limit("value:value.revenue_12_months.in:100000")
    with pytest.raises(Problem) as refused:
        move_limit(cast.sarah, revenue, "20000", TODAY, "More key customers.", seen=1)
    assert refused.value.code == "law-dead"
    assert "value.growing" in refused.value.place
    assert PolicyVersion.objects.count() == 1


@pytest.mark.parametrize("number", ["", "many", "NaN", "1e400", "10000", "-5"])
def test_a_wrong_number_changes_nothing(cast: Cast, number: str) -> None:
    with pytest.raises(Problem):
        move_limit(cast.sarah, limit(), number, TODAY, "Try.", seen=1)
    assert PolicyVersion.objects.count() == 1


def test_two_tabs_of_the_sponsor_do_not_overwrite_each_other(cast: Cast) -> None:
    move_limit(cast.sarah, limit(), "5000", TODAY, "First tab.", seen=1)
    moved = limit("place_order:place_order.amount.in:5000")
    with pytest.raises(Problem) as refused:
        move_limit(cast.sarah, moved, "7000", TODAY, "Second tab.", seen=1)
    assert refused.value.code == "conflict"


def test_no_reason_no_policy(cast: Cast) -> None:
    with pytest.raises(Problem) as refused:
        move_limit(cast.sarah, limit(), "5000", TODAY, "  ", seen=1)
    assert refused.value.place == "reason"
    assert PolicyVersion.objects.count() == 1


def test_the_page_says_every_rule_and_lets_the_sponsor_move_a_limit(
    cast: Cast, client: Client
) -> None:
    _customer, profile = a_customer("Late Ltd")
    an_invoice(profile, due="2026-11-10")
    client.force_login(cast.sarah)
    page = client.get("/promise/").content.decode()
    for table in policies.default().tables.values():
        for rule in table.rules:
            assert f'id="{rule.id}"' in page
    looked = client.post("/promise/change/", {"limit": limit().key, "number": "5000"})["Location"]
    assert "Late Ltd" in client.get(looked).content.decode()
    said = {"reason": "Two large losses.", "from_date": "2026-11-21"}
    assert client.post(f"{looked}force/", said).status_code == 302
    assert "Two large losses." in client.get("/promise/").content.decode()


@pytest.mark.parametrize("language", ["en", "ko", "zh-hant"])
def test_members_read_it_in_their_language_and_cannot_move_anything(
    cast: Cast, client: Client, language: str
) -> None:
    cast.alice.language = language
    cast.alice.save()
    client.force_login(cast.alice)
    with translation.override("en"):  # what the request leaves active
        page = client.get("/promise/", headers={"accept-language": language}).content.decode()
    reason = policies.in_force(TODAY).reasons["standing.hold"][language]
    assert reason in page
    assert "/promise/change/" not in page
