"""Who would be treated differently: looked at by the worker where it takes long, put in force as
it was seen, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from threading import Thread

import pytest
from django.db import connection, connections
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.clock import stand_on
from tests.treatment.cast import TODAY, Cast, a_cast, a_customer, a_hold, an_invoice
from tests.treatment.test_publish_policy import limit

from concord.kernel.errors import Problem
from concord.kernel.models import Role, User
from concord.treatment import policies, simulate
from concord.treatment.actions import previews
from concord.treatment.actions.limits import move_limit
from concord.treatment.jobs import preview_policy
from concord.treatment.models import PolicyInForce, PolicyPreview, PolicyVersion

CHANGE = "/promise/change/"
SAID = {"reason": "Two large losses.", "from_date": "2026-11-21"}


@pytest.fixture
def late(cast: Cast) -> None:
    _customer, profile = a_customer("Late Ltd")
    an_invoice(profile, due="2026-11-10")
    a_customer("Punctual Ltd")


@pytest.fixture
def many(late: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """So many customers that the worker looks at them."""
    monkeypatch.setattr(previews, "AT_ONCE", 1)


def the_worker_comes() -> None:
    for job in ProcrastinateJob.objects.filter(task_name="treatment.preview_policy"):
        preview_policy(**job.args)


def test_where_nobody_would_notice_it_says_why(cast: Cast, client: Client) -> None:
    """Who lies between the limits is on hold anyway."""
    _customer, profile = a_customer("Late Ltd")
    an_invoice(profile, due="2026-10-01")
    a_hold(profile)
    client.force_login(cast.sarah)
    said = {"limit": "standing:standing.oldest_undisputed_overdue_days.in:30", "number": "60"}
    text = client.post(CHANGE, said, follow=True).content.decode()
    assert "s treatment would change today." in text
    assert "or another rule decides for those who do: a hold that accounts has set" in text


def test_it_says_by_name_who_would_be_treated_differently(cast: Cast, late: None) -> None:
    preview = previews.look(cast.sarah, limit(), "5,000")
    assert preview.result is not None
    seen = simulate.load(preview.result)
    assert (seen.customers, seen.touched) == (2, 1)
    assert [each.name for each in seen.named] == ["Late Ltd"]
    change = seen.named[0].changes[0]
    assert (change.request, change.before.act, change.after.act) == (
        "place_order", "go_ahead", "not_yet",
    )  # fmt: skip
    compared = simulate.compare(
        policies.model_of(preview.base),
        policies.model_of(move_limit(cast.sarah, limit(), "5000", TODAY, "Try.", 1).version),
        TODAY,
    )
    assert seen == compared
    assert "Late" not in str(preview.result)  # who is erased is not kept here


def test_many_are_looked_at_by_the_worker_and_the_page_shows_it_by_itself(
    cast: Cast, many: None, client: Client
) -> None:
    client.force_login(cast.sarah)
    looked = client.post(CHANGE, {"limit": limit().key, "number": "5000"})["Location"]
    client.post(CHANGE, {"limit": limit().key, "number": "5000.0"})  # the other click of two
    mine = ProcrastinateJob.objects.filter(task_name="treatment.preview_policy")
    assert (PolicyPreview.objects.count(), mine.count()) == (1, 1)
    waiting = client.get(looked).content.decode()
    assert f'hx-get="{looked}" hx-trigger="every 1s"' in waiting
    assert "Put in force" not in waiting
    assert client.post(f"{looked}force/", SAID).status_code == 422
    the_worker_comes()
    the_worker_comes()  # once more, as after a kill
    shown = client.get(looked, headers={"hx-request": "true"}).content.decode()
    assert "1 customer would be treated differently" in shown
    assert "every 1s" not in shown
    assert "<html" not in shown
    assert client.post(f"{looked}force/", SAID).status_code == 302
    assert policies.in_force(TODAY).number == 2


def test_a_preview_that_lost_its_worker_is_taken_up_again(cast: Cast, many: None) -> None:
    preview = previews.look(cast.sarah, limit(), "5000")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed'")
    previews.go_on(preview)
    previews.go_on(preview)
    mine = ProcrastinateJob.objects.filter(task_name="treatment.preview_policy")
    assert mine.filter(status="todo").count() == 1


def test_what_cannot_be_worked_out_says_so(
    cast: Cast, many: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_given: object) -> None:
        raise Problem("This policy compiles to nothing.")

    monkeypatch.setattr(simulate, "compare", refuse)
    client.force_login(cast.sarah)
    looked = client.post(CHANGE, {"limit": limit().key, "number": "5000"})["Location"]
    the_worker_comes()
    shown = client.get(looked).content.decode()
    assert "This policy compiles to nothing." in shown
    assert "every 1s" not in shown
    assert client.post(f"{looked}force/", SAID).status_code == 422
    assert PolicyVersion.objects.count() == 1


def test_a_double_click_puts_one_version_in_force(cast: Cast, late: None) -> None:
    preview = previews.look(cast.sarah, limit(), "5000")
    made = [
        previews.put_in_force(cast.sarah, preview.pk, TODAY, "Two large losses.")
        for _click in range(2)
    ]
    assert made[0] == made[1]
    assert PolicyVersion.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_sponsors_at_once_one_has_to_look_again(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_on(monkeypatch, TODAY)
    cast = a_cast()
    sue = User.objects.create_user("sue@example.com", name="Sue", role=Role.SPONSOR)
    looks = [
        (cast.sarah, previews.look(cast.sarah, limit(), "5000")),
        (sue, previews.look(sue, limit("discount:discount.percent.in:5"), "4")),
    ]
    found: list[str] = []

    def put(by: User, preview: PolicyPreview) -> None:
        try:
            previews.put_in_force(by, preview.pk, TODAY, "Try.")
            found.append("in force")
        except Problem as problem:
            found.append(problem.code)
        finally:
            connections.close_all()

    threads = [Thread(target=put, args=each) for each in looks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == ["conflict", "in force"]
    assert (PolicyVersion.objects.count(), PolicyInForce.objects.count()) == (2, 2)


def another_version(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    other = limit("discount:discount.percent.in:5")
    move_limit(cast.sarah, other, "4", date(2026, 12, 1), "From December.", seen=1)


def another_day(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_on(monkeypatch, TODAY + timedelta(days=1))


@pytest.mark.parametrize(
    ("happens", "said"),
    [(another_version, "Another version was put in force"), (another_day, "on another day")],
)
def test_an_old_preview_says_so_and_is_not_put_in_force(
    cast: Cast,
    late: None,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    happens: Callable[[Cast, pytest.MonkeyPatch], None],
    said: str,
) -> None:
    preview = previews.look(cast.sarah, limit(), "5000")
    happens(cast, monkeypatch)
    count = PolicyVersion.objects.count()
    client.force_login(cast.sarah)
    address = f"/promise/previews/{preview.pk}/"
    shown = client.get(address).content.decode()
    assert said in shown
    assert "Look again" in shown
    assert 'name="reason"' not in shown
    again = client.post(f"{address}force/", SAID)
    assert (again.status_code, said in again.content.decode()) == (422, True)
    assert PolicyVersion.objects.count() == count
    new = client.post(CHANGE, {"limit": limit().key, "number": "5000"})["Location"]
    assert new != address
    assert 'name="reason"' in client.get(new).content.decode()


def test_nobody_sees_or_uses_what_another_one_looked_at(
    cast: Cast, late: None, client: Client
) -> None:
    preview = previews.look(cast.sarah, limit(), "5000")
    address = f"/promise/previews/{preview.pk}/"
    sue = User.objects.create_user("sue@example.com", name="Sue", role=Role.SPONSOR)
    for user, status in ((cast.bob, 403), (cast.adam, 403), (sue, 404)):
        client.force_login(user)
        assert client.get(address).status_code == status
        assert client.post(f"{address}force/", SAID).status_code == status
    assert PolicyVersion.objects.count() == 1


def test_the_page_shows_the_rules_in_which_the_limit_stands(
    cast: Cast, late: None, client: Client
) -> None:
    client.force_login(cast.sarah)
    chosen = client.get(CHANGE, {"limit": limit().key}).content.decode()
    for rule in ("place_order.watch_large", "place_order.watch_small"):
        assert f'id="{rule}"' in chosen
    assert 'id="place_order.best"' not in chosen
    looked = client.post(CHANGE, {"limit": limit().key, "number": "5000"})["Location"]
    assert "with 5,000 EUR as the limit" in client.get(looked).content.decode()
