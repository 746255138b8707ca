"""Today: what waits for me, what I was told, what changed with my customers."""

from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.pages import scene
from tests.treatment.cast import Cast

from concord.customers.models import Customer
from concord.kernel import notify
from concord.kernel.models import Notification, User
from concord.records.actions.desk import open_record
from concord.records.models import Record

SignIn = Callable[[User], Client]


def test_an_empty_day_says_what_fills_it(cast: Cast, sign_in: SignIn) -> None:
    shown = sign_in(cast.alice).get("/").content.decode()
    assert "Nothing waits for you" in shown
    assert "Find a customer" in shown


def test_my_tasks_stand_in_order_and_late_ones_say_so(
    cast: Cast, hanbit: Customer, sign_in: SignIn
) -> None:
    for subject, due in (("Later", scene.ago(-9)), ("Late", scene.ago(3)), ("Some day", None)):
        open_record(
            cast.alice, "task", hanbit.pk, subject=subject, due_at=due, owner_id=cast.alice.pk
        )
    open_record(cast.bob, "task", hanbit.pk, subject="Bob’s own", owner_id=cast.bob.pk)
    tasks = sign_in(cast.alice).get("/").context["today"].tasks
    assert [row.item.subject for row in tasks] == ["Late", "Later", "Some day"]
    assert [row.item.is_late for row in tasks] == [True, False, False]
    assert {row.customer.name for row in tasks} == {"한빛정밀"}


def test_ticking_off_and_back(cast: Cast, hanbit: Customer, sign_in: SignIn) -> None:
    client = sign_in(cast.alice)
    task = open_record(cast.alice, "task", hanbit.pk, subject="Call", owner_id=cast.alice.pk)
    done = client.post(f"/work/{task.pk}/closure/", headers={"HX-Request": "true"})
    assert f'action="/work/{task.pk}/closure/undo/"' in done.content.decode()
    assert Record.objects.get(pk=task.pk).closed_at == scene.today()
    assert client.get("/").context["today"].tasks == []
    client.post(f"/work/{task.pk}/closure/undo/")
    assert Record.objects.get(pk=task.pk).closed_at is None


def test_what_changed_with_my_customers_and_only_with_mine(
    cast: Cast, hanbit: Customer, sign_in: SignIn
) -> None:
    scene.crowd(1, cast)
    Record.objects.filter(owner=cast.alice).update(owner=cast.bob)
    client = sign_in(cast.alice)
    assert client.get("/").context["today"].changes == []
    open_record(cast.alice, "task", hanbit.pk, subject="Call", owner_id=cast.alice.pk)
    changes = client.get("/").context["today"].changes
    assert [row.item.subject for row in changes] == [
        "Asked when order 48211 ships",
        "Shipment S-90412",
        "Order 48211",
    ]


def test_what_i_was_told_is_read_by_following_it(cast: Cast, sign_in: SignIn) -> None:
    notify.register("test.told", lambda data: f"Told of {data['what']}.")
    told = notify.tell(cast.alice, "test.told", "/work/", what="gauges")
    client = sign_in(cast.alice)
    shown = client.get("/").content.decode()
    assert "Told of gauges." in shown
    assert '<span class="count">1</span>' in shown
    sign_in(cast.bob).get(f"/told/{told.pk}/")
    assert Notification.objects.get().read_at is None
    assert sign_in(cast.alice).get(f"/told/{told.pk}/")["Location"] == "/work/"
    assert Notification.objects.get().read_at is not None


def test_it_asks_as_often_for_twenty_as_for_one(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.alice)
    counts = []
    for count in (1, 20):
        scene.crowd(count, cast)
        client.get("/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 16


def test_tasks_of_colleagues_stand_by_customer_beside_what_changed(
    cast: Cast, hanbit: Customer, sign_in: SignIn
) -> None:
    open_record(cast.alice, "task", hanbit.pk, subject="Call", owner_id=cast.alice.pk)
    for number in range(12):
        open_record(cast.bob, "task", hanbit.pk, subject=f"Bob {number}", owner_id=cast.bob.pk)
    shown = sign_in(cast.alice).get("/").context["today"]
    assert [row.item.type.key for row in shown.changes] == ["case", "shipment", "order"]
    (group,) = shown.colleagues
    assert group.customer.name == "한빛정밀"
    assert [row.item.subject for row in group.tasks] == [f"Bob {n}" for n in range(11, -1, -1)]
    assert sign_in(cast.bob).get("/").context["today"].colleagues[0].tasks[0].subject == "Call"


def test_the_customer_is_named_once(cast: Cast, hanbit: Customer, sign_in: SignIn) -> None:
    for subject in ("Engineering question: 한빛정밀", "한빛정밀", "Ask 한빛정밀 again"):
        open_record(cast.alice, "task", hanbit.pk, subject=subject, owner_id=cast.alice.pk)
    tasks = sign_in(cast.alice).get("/").context["today"].tasks
    assert [row.subject for row in tasks] == [
        "Engineering question",
        "한빛정밀",
        "Ask 한빛정밀 again",
    ]


def test_what_was_typed_here_names_no_source_behind_the_customer(
    cast: Cast, hanbit: Customer, sign_in: SignIn
) -> None:
    open_record(cast.alice, "task", hanbit.pk, subject="Call", owner_id=cast.alice.pk)
    open_record(cast.bob, "note", hanbit.pk, subject="Bob’s note", owner_id=cast.bob.pk)
    shown = sign_in(cast.alice).get("/").content.decode()
    assert "Bob’s note" in shown
    assert "Typed here" not in shown
    assert '<span class="quiet">Shipping</span>' in shown
