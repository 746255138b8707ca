"""Stored and not used: a restricted customer is not found, matched, joined or treated by a rule."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from tests.clock import stand_on
from tests.customers.cast import a_profile, a_source, customer_of, said
from tests.treatment.cast import TODAY, Cast, a_cast

from concord.customers import queries
from concord.customers.actions import matching, restrictions
from concord.customers.actions.judgements import judge
from concord.customers.actions.profiles import receive
from concord.customers.models import Customer, Pair, Restriction, RightsEvent
from concord.kernel import notify
from concord.kernel.access import viewer_of
from concord.kernel.errors import Problem
from concord.pages.queries import today_of, unread
from concord.records.actions.desk import open_record
from concord.treatment import simulate
from concord.treatment.actions import concerns
from concord.treatment.actions.decide import decide, overview
from concord.treatment.actions.replay import replay
from concord.treatment.models import AnswerLog, Concern
from concord.treatment.policies import in_force

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    stand_on(monkeypatch, TODAY)
    return a_cast()


@pytest.fixture
def anna(cast: Cast) -> Customer:
    return customer_of(
        a_profile("1", kind="person", name="Anna Weissenfeld", emails=["anna@w.example"])
    )


def test_they_are_not_found_and_nothing_is_lost(cast: Cast, anna: Customer) -> None:
    restrictions.restrict(cast.olga, anna.id, "She says that the address is wrong.")
    assert queries.search(viewer_of(cast.olga), "Anna") == []
    assert queries.search(viewer_of(cast.olga), "anna@w.example") == []
    receive(a_source(), [said("1", "person", name="Anna Weissenfeld", city="Dresden")])
    assert queries.search(viewer_of(cast.olga), "Anna") == []
    assert queries.current(anna.id).golden["city"]["value"] == "Dresden"
    restrictions.lift(cast.olga, anna.id, "It was right.")
    assert [hit.id for hit in queries.search(viewer_of(cast.alice), "Anna")] == [anna.id]


def test_they_are_neither_matched_nor_joined_until_it_is_lifted(cast: Cast, anna: Customer) -> None:
    matching.match_pending()
    restrictions.restrict(cast.olga, anna.id, "Disputed.")
    twin = a_profile("S1", "sales", "person", name="Anna Weissenfeld", emails=["anna@w.example"])
    matching.match_pending()
    assert customer_of(twin).id == twin
    assert not Pair.objects.exists()
    with pytest.raises(Problem, match="restricted"):
        judge(anna.id, twin, "same", cast.olga)
    restrictions.lift(cast.olga, anna.id, "Settled.")
    matching.match_pending()
    assert customer_of(twin).id == anna.id or Pair.objects.exists()


def test_whoever_asks_is_sent_to_the_customer_officer(cast: Cast, anna: Customer) -> None:
    free = decide(anna.id, "proposal", {}, asked_by=cast.alice, channel="page")
    assert free.to != "officer"
    restrictions.restrict(cast.olga, anna.id, "Disputed.")
    given = decide(anna.id, "proposal", {}, asked_by=cast.alice, channel="page")
    assert (given.act, given.to) == ("pass_on", "officer")
    assert given.person is not None
    assert given.person.name == "Olga"
    assert "Olga" in given.say["en"]
    assert [each.words["en"] for each in given.warnings] == [
        "What we keep of this customer is restricted: it is stored and not used."
    ]
    assert replay(AnswerLog.objects.get(pk=given.answer_id)).identical
    assert {each.to for each in overview(anna.id).answers} == {"officer"}


def test_what_one_was_told_of_them_waits_until_it_is_lifted(cast: Cast, anna: Customer) -> None:
    viewer = viewer_of(cast.bob)
    given = decide(anna.id, "proposal", {}, asked_by=cast.alice, channel="page").answer_id
    assert given is not None
    concerns.object_to(cast.alice, given, "rule", "She waits for long.")
    Concern.objects.update(owner=cast.bob)
    task = open_record(cast.alice, "task", anna.id, subject="Call Anna", owner_id=cast.bob.pk)
    for url in (f"/answers/{given}/", f"/customers/{anna.id}/ask/proposal/", "/promise/"):
        notify.tell(cast.bob, "records.assigned", url, type="task", subject="Anna", by="Alice")
    urls = {each.notification.url for each in today_of(viewer).told}
    assert {f"/records/{task.pk}/", f"/answers/{given}/", "/promise/"} < urls
    restrictions.restrict(cast.olga, anna.id, "Disputed.")
    found = today_of(viewer)
    assert [each.notification.url for each in found.told] == ["/promise/"]
    assert (unread(viewer), found.concerns) == (1, [])
    restrictions.lift(cast.olga, anna.id, "Settled.")
    assert {each.notification.url for each in today_of(viewer).told} == urls
    assert len(today_of(viewer).concerns) == 1


def test_they_are_in_no_simulation(cast: Cast, anna: Customer) -> None:
    model = in_force(TODAY).model
    before = simulate.compare(model, model, TODAY).customers
    restrictions.restrict(cast.olga, anna.id, "Disputed.")
    assert simulate.compare(model, model, TODAY).customers == before - 1


def test_twice_is_once_and_each_is_in_the_log(cast: Cast, anna: Customer) -> None:
    first = restrictions.restrict(cast.olga, anna.id, "Disputed.", TODAY + timedelta(days=9))
    assert restrictions.restrict(cast.adam, anna.id, "Again.") == first
    restrictions.lift(cast.olga, anna.id, "Settled.")
    restrictions.lift(cast.olga, anna.id, "Settled.")
    assert Restriction.objects.count() == 1
    logged = list(RightsEvent.objects.order_by("id").values_list("what", flat=True))
    assert logged == ["restricted", "lifted"]


def refuse(anna: Customer) -> list[Callable[[Cast], object]]:
    return [
        lambda cast: restrictions.restrict(cast.alice, anna.id, "Because."),
        lambda cast: restrictions.restrict(cast.bob, anna.id, "Because."),
        lambda cast: restrictions.lift(cast.charlie, anna.id, "Because."),
        lambda cast: restrictions.restrict(cast.olga, anna.id, "  "),
        lambda cast: restrictions.restrict(cast.olga, anna.id, "Late", date(2020, 1, 1)),
    ]


def test_who_may_not_and_what_lacks_a_reason_is_refused(cast: Cast, anna: Customer) -> None:
    for attempt in refuse(anna):
        with pytest.raises(Problem):
            attempt(cast)
    assert not Restriction.objects.exists()
