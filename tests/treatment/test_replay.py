"""Every logged answer replays to the identical result; what is shown is redacted, never changed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest
from django.test import Client
from tests.facts import builders as facts
from tests.treatment.cast import NOON, TODAY, Cast, a_best_customer, a_customer, a_hold, an_invoice
from tests.treatment.proposing import GAP, LOWER, changed
from tests.treatment.small_policy import broken, small
from tests.treatment.test_decide import GIVEN

from concord.customers.models import Customer
from concord.dmn.model import Model
from concord.kernel import time
from concord.kernel.access import viewer_of
from concord.kernel.models import Source
from concord.treatment import inputs, log, queries, requests, treat
from concord.treatment.actions import checks, lifts, publish
from concord.treatment.actions.decide import decide
from concord.treatment.actions.replay import replay, replay_all
from concord.treatment.models import AnswerLog, CustomRequest, Lift


def test_every_logged_answer_replays_identically(cast: Cast) -> None:
    """Whatever was asked, under whichever version, and whatever changed afterwards."""
    chance = Random(5)
    people = customers_of_all_kinds()
    CustomRequest.objects.create(
        key="tour", declaration={"words": {"en": "Tour"}, "department": "sales"},
        created_by=cast.adam, created_at=time.now(),
    )  # fmt: skip
    for model in (None, changed(LOWER), broken("gap"), changed(GAP), small()):
        if model is not None:
            put_in_force(cast, model)
        for _ in range(40):
            who, key = chance.choice(people), chance.choice([*GIVEN, "tour"])
            asker = chance.choice((cast.alice, cast.charlie, cast.bob))
            decide(who.id, key, some_fields(chance, key), asked_by=asker, channel="page")
            if chance.random() < 0.15:
                something_happens(chance, cast, who)
    # What answers rested on changes once more: people leave, words change.
    cast.bob.name = "Somebody else"
    cast.bob.save()
    CustomRequest.objects.update(retired_at=time.now())
    replayed = list(replay_all())
    assert len(replayed) == 200
    assert [each.differences for each in replayed if not each.identical] == []
    rows = AnswerLog.objects.all()
    assert set(rows.values_list("policy__number", flat=True)) == {1, 2, 3, 4, 5}
    acts = {row.treatment["act"] for row in rows}  # a question is none
    assert acts >= {"", "go_ahead", "not_yet", "pass_on"}


def customers_of_all_kinds() -> list[Customer]:
    held, profile = a_customer("Held")
    a_hold(profile, unit="gauges")
    late, profile = a_customer("Late")
    an_invoice(profile, due="2026-11-10")
    disputed, profile = a_customer("Disputed")
    an_invoice(profile, disputed=True)
    return [held, late, disputed, a_best_customer()[0]]


def put_in_force(cast: Cast, model: Model) -> None:
    """With whatever it says against the law accepted."""
    version = publish.save_version(cast.sarah, model, "Another one.")
    found = [each.id for each in checks.findings(version)]
    checks.accept(cast.sarah, version, dict.fromkeys(found, "By hand."))
    publish.put_in_force(cast.sarah, version, TODAY, "So.")


def some_fields(chance: Random, key: str) -> dict[str, str]:
    fields = chance.choice(({}, GIVEN.get(key, {}))).copy()
    if "amount" in fields:
        fields["amount"] = chance.choice(("0", "5000", "7000.50", "10000", "10 000.01", "1E6"))
    if key != "tour" and chance.random() < 0.3:
        fields["unit"] = chance.choice(("gauges", "sensors"))
    return fields


def something_happens(chance: Random, cast: Cast, who: Customer) -> None:
    invoice = facts.Record.objects.filter(type="invoice").order_by("pk")[chance.randrange(2)]
    match chance.randrange(3):
        case 0:
            facts.change(invoice, time.now(), amount=Decimal(chance.randrange(9000)))
        case 1:
            day = TODAY + timedelta(days=chance.randrange(9))
            lifts.grant(cast.sarah, who.id, chance.choice(list(GIVEN)), day, "A tender.")
        case _:
            for lift in Lift.objects.filter(withdrawn_at=None)[:1]:
                lifts.withdraw(cast.sarah, lift.pk)


def test_a_tampered_answer_is_found(cast: Cast) -> None:
    customer, profile = a_customer()
    a_hold(profile)
    decide(customer.id, "proposal", {}, asked_by=cast.alice, channel="page")
    AnswerLog.objects.update(treatment=AnswerLog.objects.get().treatment | {"act": "go_ahead"})
    assert replay(AnswerLog.objects.get()).differences == ("act",)
    entry = AnswerLog.objects.get()
    entry.inputs["facts"][0]["value"] = False
    entry.save()
    again = replay(AnswerLog.objects.get())
    assert (again.same_id, again.identical) == (False, False)


def test_inputs_and_treatments_survive_json(cast: Cast) -> None:
    customer, profile = a_customer()
    an_invoice(profile, due="2026-11-10")
    decide(customer.id, "place_order", {"amount": "10.50"}, asked_by=cast.alice, channel="page")
    entry = AnswerLog.objects.get()
    assert inputs.dump(inputs.load(entry.inputs)) == entry.inputs
    assert treat.load(entry.treatment).dump() == entry.treatment
    assert inputs.load(entry.inputs).fields["amount"] == Decimal("10.5")


@pytest.mark.parametrize(
    ("one", "other"), [("10", "10.00"), ("1000", "1 000"), ("0.5", "0.50"), ("1000", "1E3")]
)
def test_equal_amounts_are_one_treatment(cast: Cast, one: str, other: str) -> None:
    customer, _ = a_customer()
    ids = {
        decide(customer.id, "place_order", {"amount": text}, asked_by=cast.alice, channel="page").id
        for text in (one, other)
    }
    assert len(ids) == 1


def test_who_asks_is_no_input(cast: Cast) -> None:
    customer, profile = a_customer()
    an_invoice(profile, due="2026-11-10")
    answers = [
        decide(customer.id, "place_order", {"amount": "9"}, asked_by=user, channel=channel)
        for user in (cast.alice, cast.bob, cast.charlie, cast.sarah)
        for channel in ("page", "command", "api")
    ]
    assert len({answer.id for answer in answers}) == 1
    assert len({answer.answer_id for answer in answers}) == 12
    assert len({str(AnswerLog.objects.get(pk=a.answer_id).treatment) for a in answers}) == 1


def test_evidence_is_redacted_and_the_answer_is_not(cast: Cast) -> None:
    customer, profile = a_customer()
    an_invoice(profile, due="2026-11-10")
    answer = decide(
        customer.id, "place_order", {"amount": "9"}, asked_by=cast.charlie, channel="page"
    )
    seen = queries.evidence(viewer_of(cast.alice), answer)
    hidden = queries.evidence(viewer_of(cast.charlie), answer)
    assert seen == answer
    states = {fact.key: (fact.state, fact.value) for fact in hidden.why.facts}
    assert states["overdue_undisputed"] == ("hidden", None)
    assert states["hold_set_by_accounting"] == ("known", False)
    assert hidden.fields["amount"] is None
    assert (hidden.id, hidden.act, hidden.say) == (answer.id, answer.act, answer.say)
    shown = queries.present(viewer_of(cast.charlie), answer, "en")
    assert {row.label: row.text for row in shown.why}["Overdue, disputed amounts aside"] == "hidden"


def test_another_units_figures_are_hidden(cast: Cast) -> None:
    customer, profile = a_customer()
    a_hold(profile, unit="gauges")
    answer = decide(
        customer.id, "proposal", {"unit": "gauges"}, asked_by=cast.alice, channel="page"
    )
    cast.alice.units.set([cast.sensors])
    hidden = queries.evidence(viewer_of(cast.alice), answer)
    assert [(fact.key, fact.state) for fact in hidden.why.facts] == [
        ("hold_set_by_accounting", "hidden")
    ]
    cast.alice.units.set([cast.gauges])
    assert queries.evidence(viewer_of(cast.alice), answer) == answer


def test_a_stale_fact_is_said_first_with_whom_to_ask(cast: Cast) -> None:
    customer, profile = a_customer()
    an_invoice(profile, due="2026-11-10", disputed=False)
    Source.objects.update(last_spoke_at=NOON - timedelta(days=9))
    answer = decide(
        customer.id, "place_order", {"amount": "9"}, asked_by=cast.alice, channel="page"
    )
    (first,) = answer.warnings  # one for the source, however many facts it tells of
    assert first.facts == ("overdue_undisputed", "oldest_undisputed_overdue_days")
    assert (first.kind, first.source, first.ask and first.ask.name) == ("stale", "books", "Bob")
    shown = queries.present(viewer_of(cast.alice), answer, "en")
    assert shown.warnings == (
        "Books has not reported as it promised. This may be out of date: “Overdue, disputed "
        "amounts aside”, “Oldest overdue invoice, disputes aside”. Ask Bob.",
    )
    assert (
        queries.present(viewer_of(cast.alice), answer, "zh-hant")
        .warnings[0]
        .startswith(
            "Books未按承諾更新。以下可能不是最新資料：「逾期金額（不含爭議款項）」、「最久逾期天數"
        )
    )


def test_the_log_shows_own_answers_and_to_managers_all(cast: Cast, client: Client) -> None:
    customer, profile = a_customer()
    a_hold(profile)
    answer = decide(customer.id, "proposal", {}, asked_by=cast.alice, channel="page")
    address = f"/answers/{answer.answer_id}/"
    for user, seen in ((cast.alice, True), (cast.charlie, False), (cast.bob, True)):
        client.force_login(user)
        assert ("Hanbit Precision" in client.get("/answers/").content.decode()) is seen
        assert client.get(address).status_code == (200 if seen else 404)
    page = client.get(address).content.decode()
    assert "Not yet. Pass them to Accounts." in page
    assert page.count('href="/promise/?version=1#proposal.on_hold"') == 2  # reason and path
    assert "/promise/#" not in page  # which is of today
    assert "<dd>A page</dd>" in page
    again = client.post(f"{address}replay/", follow=True)
    assert "the same answer, to the letter" in again.content.decode()


@pytest.mark.parametrize("rows", [1, 20])
def test_the_log_takes_the_same_queries_for_any_number_of_rows(
    cast: Cast, rows: int, django_assert_max_num_queries: object
) -> None:
    customer, _ = a_customer()
    for _each in range(rows):
        decide(customer.id, "proposal", {}, asked_by=cast.alice, channel="page")
    with django_assert_max_num_queries(1):  # type: ignore[operator]
        page = log.log(viewer_of_bob(cast), log.Filter())
        assert {(each.customer.name, each.asked_by.name) for each in page.items} == {
            ("Hanbit Precision", "Alice")
        }
    assert len(page) == rows


def viewer_of_bob(cast: Cast) -> queries.Viewer:
    from concord.kernel.access import Viewer
    from concord.kernel.models import Role

    return Viewer(cast.bob.pk, Role.MANAGER, "accounts", None, True, "en")


def test_the_log_pages_by_cursor(cast: Cast) -> None:
    customer, _ = a_customer()
    given = [
        decide(customer.id, "proposal", {}, asked_by=cast.alice, channel="page").answer_id
        for _each in range(5)
    ]
    seen, cursor = [], ""
    while True:
        page = log.log(viewer_of_bob(cast), log.Filter(), cursor, limit=2)
        seen += [each.pk for each in page.items]
        cursor = page.next
        if not cursor:
            break
    assert seen == given[::-1]


def test_a_companys_own_request_is_answered_by_the_table_for_any_other(cast: Cast) -> None:
    field = {"key": "people", "type": "number", "words": {"en": "People"}, "asks": {"en": "How?"}}
    declared = {"words": {"en": "Tour"}, "department": "engineering", "fields": [field]}
    CustomRequest.objects.create(
        key="tour", declaration=declared, created_by=cast.adam, created_at=time.now()
    )
    customer, _ = a_customer()
    answer = decide(customer.id, "tour", {"people": "4"}, asked_by=cast.alice, channel="page")
    assert (answer.act, answer.to, answer.fields) == ("go_ahead", "engineering", {"people": 4})
    assert [kind.key for kind in requests.all_kinds()][-1] == "tour"


def test_the_log_shows_what_was_said_with_the_request(cast: Cast, client: Client) -> None:
    customer, _ = a_customer()
    said = {"amount": "1500", "unit": "gauges"}
    answer = decide(customer.id, "place_order", said, asked_by=cast.charlie, channel="page")
    for user, amount in ((cast.bob, "1,500 EUR"), (cast.charlie, "hidden")):
        client.force_login(user)
        page = client.get(f"/answers/{answer.answer_id}/").content.decode()
        assert f"<dd>{amount}</dd>" in page
        assert "<dd>gauges</dd>" in page
