"""The board: money per stage, cards that move with a way back, and those kept elsewhere."""

from collections.abc import Callable
from decimal import Decimal

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.pages import scene
from tests.treatment.cast import Cast

from concord.customers.models import Customer
from concord.kernel.models import User
from concord.records.actions.desk import open_record
from concord.records.models import Record

SignIn = Callable[[User], Client]
HTMX = {"HX-Request": "true"}


def a_deal(cast: Cast, customer: Customer, **columns: object) -> Record:
    said = {"subject": "40 gauges", "amount": Decimal(52000), "currency": "EUR"} | columns
    return open_record(cast.alice, "deal", customer.pk, owner_id=cast.alice.pk, **said)


def lanes(client: Client, rest: str = "") -> dict[str, tuple[int, list[tuple[Decimal, str]]]]:
    shown = client.get(f"/work/board/{rest}").context["lanes"]
    return {lane.status.key: (lane.count, lane.sums) for lane in shown if lane.count}


def test_stages_stand_in_order_with_their_money(
    cast: Cast, hanbit: Customer, sign_in: SignIn
) -> None:
    a_deal(cast, hanbit)
    a_deal(cast, hanbit, amount=Decimal("8000.50"))
    a_deal(cast, hanbit, amount=Decimal(900), currency="KRW")
    client = sign_in(cast.alice)
    stages = [lane.status.key for lane in client.get("/work/board/").context["lanes"]]
    assert stages == ["prospecting", "engaging", "proposal", "negotiation", "won", "lost"]
    found = lanes(client)
    assert found["prospecting"][0] == 3
    assert sorted(found["prospecting"][1]) == [(Decimal(900), "KRW"), (Decimal("60000.50"), "EUR")]
    assert found["proposal"] == (1, [(Decimal(52000), "EUR")])
    assert lanes(client, "?who=mine") == {"prospecting": found["prospecting"]}
    assert lanes(client, "?who=department") == {"prospecting": found["prospecting"]}


def test_money_hides_from_who_sees_none(cast: Cast, hanbit: Customer, sign_in: SignIn) -> None:
    a_deal(cast, hanbit)
    client = sign_in(cast.charlie)
    assert lanes(client)["prospecting"] == (1, [])
    assert "52,000" not in client.get("/work/board/").content.decode()


def test_a_card_moves_and_back(cast: Cast, hanbit: Customer, sign_in: SignIn) -> None:
    deal = a_deal(cast, hanbit)
    client = sign_in(cast.alice)
    said = {"status": "won", "before": "prospecting", "who": "all"}
    moved = client.post(f"/work/board/{deal.pk}/stage/", said, headers=HTMX).content.decode()
    assert "<html" not in moved
    assert "“40 gauges” is now at Won." in moved
    undo = f"/work/board/{deal.pk}/stage/?status=prospecting"
    assert f'action="{undo}"' in moved
    deal.refresh_from_db()
    assert (deal.status, deal.closed_at) == ("won", scene.today())
    client.post(undo)
    deal.refresh_from_db()
    assert (deal.status, deal.closed_at) == ("prospecting", None)


def test_what_another_system_keeps_does_not_move(
    cast: Cast, hanbit: Customer, sign_in: SignIn
) -> None:
    deal = Record.objects.get(type="deal")
    client = sign_in(cast.alice)
    assert "What is kept in Sales moves there" in client.get("/work/board/").content.decode()
    refused = client.post(f"/work/board/{deal.pk}/stage/", {"status": "won"}, headers=HTMX)
    assert refused.status_code == 422
    assert "This record is kept in Sales." in refused.content.decode()
    deal.refresh_from_db()
    assert deal.status == "proposal"


def test_no_stage_that_does_not_exist(cast: Cast, hanbit: Customer, sign_in: SignIn) -> None:
    deal = a_deal(cast, hanbit)
    for status in ("", "nowhere"):
        response = sign_in(cast.alice).post(f"/work/board/{deal.pk}/stage/", {"status": status})
        assert response.status_code in {302, 422}
        deal.refresh_from_db()
        assert deal.status == "prospecting"
    assert sign_in(cast.alice).get("/work/board/?type=nothing").status_code == 422


def test_a_full_lane_says_how_many_more(cast: Cast, hanbit: Customer, sign_in: SignIn) -> None:
    for n in range(23):
        a_deal(cast, hanbit, subject=f"Deal {n}")
    client = sign_in(cast.alice)
    lane = client.get("/work/board/").context["lanes"][0]
    assert (lane.count, len(lane.rows), lane.hidden) == (23, 20, 3)


def test_it_asks_as_often_for_twenty_as_for_one(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.alice)
    counts = []
    for count in (1, 20):
        scene.crowd(count, cast)
        client.get("/work/board/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/work/board/")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 10
