"""Briefings: what changes for whom, who is told, and the share that has read it."""

from __future__ import annotations

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.treatment.cast import TODAY, Cast, a_customer, an_invoice
from tests.treatment.proposing import LOWER, changed
from tests.treatment.test_proposal_pages import client_of

from concord.kernel.errors import Problem
from concord.kernel.lost import AGAIN
from concord.kernel.models import Department, Notification, User
from concord.treatment import briefed, jobs, new_tables, requests
from concord.treatment.actions import briefings, drafts, own_requests, publish
from concord.treatment.briefed import Share
from concord.treatment.models import Acknowledgement, Briefing, PolicyInForce


def published(cast: Cast) -> PolicyInForce:
    version = publish.save_version(cast.sarah, changed(LOWER), "less")
    return publish.put_in_force(cast.sarah, version, TODAY, "Two large losses.")


def test_the_departments_that_it_concerns_are_told_once(cast: Cast) -> None:
    row = published(cast)
    made = briefings.write(row.pk)
    assert {each.department.key for each in made} == {"accounts", "sales"}
    assert briefings.write(row.pk) == []
    assert Briefing.objects.count() == 2
    told = Notification.objects.filter(kind="treatment.briefing")
    assert [each.user for each in told] == [cast.bob]  # nobody works in sales
    [table] = made[0].content["tables"]
    assert table["decision"] == "place order"
    assert set(table["sentences"]) == {"en", "ko", "zh-hant"}
    assert "5,000" in table["sentences"]["en"][0]


def test_the_first_policy_is_no_change(cast: Cast) -> None:
    assert briefings.write(PolicyInForce.objects.get().pk) == []


def test_a_reader_finds_the_change_with_customers_and_says_that_they_read_it(cast: Cast) -> None:
    _customer, profile = a_customer("Late Ltd")
    an_invoice(profile, due="2026-11-10")
    made = briefings.write(published(cast).pk)
    mine = next(each for each in made if each.department.key == "accounts")
    address, client = f"/promise/briefings/{mine.pk}/", client_of(cast.bob)
    assert address in client.get("/").content.decode()
    page = client.get(address).content.decode()
    assert "Late Ltd" in page
    assert "amount is over 5,000 and at most 10,000" in page
    assert "I have read it" in page
    for _click in range(2):
        assert client.post(f"{address}acknowledgement/").status_code == 302
    assert Acknowledgement.objects.get().user == cast.bob
    assert "I have read it" not in client.get(address).content.decode()
    assert address not in client.get("/").content.decode()


def test_others_neither_read_nor_acknowledge_it(cast: Cast) -> None:
    [mine] = [b for b in briefings.write(published(cast).pk) if b.department.key == "accounts"]
    address = f"/promise/briefings/{mine.pk}/"
    assert client_of(cast.alice).get(address).status_code == 403
    assert client_of(cast.olga).get(address).status_code == 200
    assert client_of(cast.olga).post(f"{address}acknowledgement/").status_code == 403
    with pytest.raises(Problem, match="another department"):
        briefings.acknowledge(cast.olga, mine)
    assert not Acknowledgement.objects.exists()


def test_a_share_is_of_ten_people_at_least_and_names_nobody(cast: Cast) -> None:
    made = briefings.write(published(cast).pk)
    mine = next(each for each in made if each.department.key == "accounts")
    briefings.acknowledge(cast.bob, mine)
    found = briefed.latest()
    assert found is not None
    assert (found.whole, found.departments) == (None, ())
    assert "share is not shown" in client_of(cast.sarah).get("/promise/").content.decode()
    for number in range(9):
        User.objects.create_user(
            f"a{number}@example.com", name=f"A{number}", department=mine.department
        )
    now = briefed.latest()
    assert now is not None
    assert now.whole is not None
    assert (now.whole.read, now.whole.people) == (1, 10)
    assert [(each.department, each.percent) for each in now.departments] == [(mine.department, 10)]
    page = client_of(cast.alice).get("/promise/").content.decode()
    assert "1 of 10 have read" in page
    assert "Bob</span>" not in page.partition("Who has read it")[2].partition("</section>")[0]


def test_who_moved_to_another_department_is_counted_in_neither(cast: Cast) -> None:
    made = briefings.write(published(cast).pk)
    mine = next(each for each in made if each.department.key == "accounts")
    for number in range(10):
        User.objects.create_user(
            f"a{number}@example.com", name=f"A{number}", department=mine.department
        )
    briefings.acknowledge(cast.bob, mine)
    User.objects.filter(pk=cast.bob.pk).update(department=Department.objects.get(key="sales"))
    found = briefed.latest()
    assert found is not None
    accounts = [each for each in found.departments if each.department == mine.department]
    assert [(each.read, each.people) for each in accounts] in ([(0, 10)], [])
    assert found.whole is not None
    assert (found.whole.read, found.whole.people) == (0, 11)


def test_what_nobody_was_told_of_is_found_at_night(cast: Cast) -> None:
    row = published(cast)
    assert briefings.forgotten() == [row.pk]
    jobs.brief_forgotten(0)
    queued = ProcrastinateJob.objects.filter(task_name="treatment.brief")
    assert [each.args["in_force_id"] for each in queued] == [row.pk] * 2  # one since it was put
    assert jobs.brief.retry_strategy is AGAIN
    briefings.write(row.pk)
    assert briefings.forgotten() == []


def test_a_companys_own_request_is_told_to_its_department(cast: Cast) -> None:
    words = {"en": "A tour", "ko": "견학", "zh-hant": "參觀"}
    own_requests.make(cast.adam, "tour", words, "scheduling", None)
    draft = drafts.begin(cast.bob, "Tours")
    kind = requests.kind("tour")
    drafts.change(cast.bob, draft.pk, new_tables.changes(drafts.model_of(draft), kind))
    draft.refresh_from_db()
    version = publish.save_version(cast.sarah, drafts.model_of(draft), "tours")
    row = publish.put_in_force(cast.sarah, version, TODAY, "Many come.")
    told = {each.department.key: each.content["tables"] for each in briefings.write(row.pk)}
    assert "tour" in {table["decision"] for table in told["scheduling"]}
    assert "shipping" not in told


def of(name: str, people: int) -> Share:
    return Share(Department(key=name), people, people // 2)


@pytest.mark.parametrize(
    ("sizes", "told"),
    [
        ([12, 30], [30, 12]),
        ([12, 30, 4], [30, 16]),  # the small one hides behind the smallest large one
        ([12, 6, 5], [12, 11]),
        ([3, 4], []),
        ([20, 0], [20]),
    ],
)
def test_a_small_department_cannot_be_worked_out(sizes: list[int], told: list[int]) -> None:
    shares = [of(str(at), size) for at, size in enumerate(sizes)]
    assert [each.people for each in briefed.shown(shares)] == told
