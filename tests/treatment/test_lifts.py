"""Exceptions reach people: who may grant one by every way in, who is told, what the lists show."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.treatment.cast import TODAY, Cast, a_best_customer, a_customer, a_hold

from concord.customers.actions.desk import create_customer
from concord.customers.actions.judgements import judge
from concord.customers.actions.relating import relate
from concord.customers.models import Customer
from concord.kernel import notify
from concord.kernel.access import viewer_of
from concord.kernel.errors import Problem
from concord.kernel.models import Notification, User
from concord.treatment import lifts as reads
from concord.treatment import notices, policies, requests
from concord.treatment.actions import concerns, lifts
from concord.treatment.actions.decide import decide
from concord.treatment.answer import Answer
from concord.treatment.commands import COMMANDS
from concord.treatment.models import AnswerLog, Concern, Lift

FRIDAY = date(2026, 11, 27)


def on_hold(name: str = "Hanbit Precision") -> Customer:
    customer, profile = a_customer(name)
    a_hold(profile)
    return customer


def ask(by: User, customer: Customer, request: str = "proposal") -> Answer:
    return decide(customer.id, request, {}, asked_by=by, channel="page")


def special(by: User, customer: Customer, request: str = "proposal") -> Concern:
    answer = ask(by, customer, request)
    assert answer.answer_id is not None
    return concerns.object_to(by, answer.answer_id, "special", "The tender closes on Friday.")


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def new(customer: Customer) -> str:
    return f"/customers/{customer.pk}/exceptions/new/"


def form(**said: str) -> dict[str, str]:
    return {"ends_on": FRIDAY.isoformat(), "reason": "Paid today.", "request": "proposal"} | said


# Whom the default policy names.
MAY = {
    "proposal": {"sarah", "olga"},
    "ship_order": {"sarah", "olga", "bob"},
    "discount": {"sarah"},
}
AMOUNT = {"proposal": "", "ship_order": "5,000", "discount": ""}
PEOPLE = ("alice", "bob", "charlie", "sarah", "olga", "adam")


@pytest.mark.parametrize("request_", list(MAY))
def test_only_whom_the_policy_names_grants_and_takes_back_by_any_way(
    cast: Cast, request_: str
) -> None:
    customer = on_hold()
    held = lifts.grant(cast.sarah, customer.id, request_, FRIDAY, "A word given.")
    for name in PEOPLE:
        person: User = getattr(cast, name)
        client, may = client_of(person), name in MAY[request_]
        some = any(name in named for named in MAY.values())
        assert client.get(new(customer)).status_code == (200 if some else 403), name
        said = form(request=request_, reason=f"Asked by {name}.", amount=AMOUNT[request_])
        answered = client.post(new(customer), said)
        assert answered.status_code == (302 if may else 422 if some else 403), name
        assert Lift.objects.filter(reason=f"Asked by {name}.").exists() == may, name
        back = f"/promise/exceptions/{held.pk}/withdrawal/"
        assert client.post(back).status_code == (302 if may else 422), name
        held.refresh_from_db()
        assert (held.withdrawn_at is not None) == may, name
        Lift.objects.filter(pk=held.pk).update(withdrawn_at=None, withdrawn_by=None)
        if not may:
            for act in (
                lambda person=person: lifts.grant(person, customer.id, request_, FRIDAY, "Why not"),
                lambda person=person: lifts.withdraw(person, held.pk),
            ):
                with pytest.raises(Problem, match="does not name you"):
                    act()
    assert Lift.objects.count() == 1 + len(MAY[request_])


def test_nobody_who_left_and_no_system_grants(cast: Cast) -> None:
    customer = on_hold()
    for state in ({"is_active": False}, {"is_active": True, "is_system": True}):
        User.objects.filter(pk=cast.olga.pk).update(**state)
        cast.olga.refresh_from_db()
        with pytest.raises(Problem) as refused:
            lifts.grant(cast.olga, customer.id, "ship_order", FRIDAY, "A word given.")
        assert refused.value.mend == (
            "It names: the sponsor, the customer officer, the manager (Accounts)."
        )
    assert not Lift.objects.exists()


def test_the_button_stands_where_an_exception_could_help_for_whom_may(cast: Cast) -> None:
    customer, (best, _) = on_hold(), a_best_customer()
    kinds = {kind.key: kind for kind in requests.all_kinds()}

    def offered(person: User, whose: Customer, request: str) -> bool:
        answer = ask(cast.alice, whose, request)
        return reads.at_answer(viewer_of(person), kinds[request], answer).offered

    assert offered(cast.olga, customer, "proposal")
    assert not offered(cast.bob, customer, "proposal")
    assert offered(cast.bob, customer, "ship_order")
    assert not offered(cast.olga, best, "proposal")  # they go ahead already
    assert not offered(cast.olga, customer, "complaint")  # a question comes first
    lifts.grant(cast.olga, customer.id, "proposal", FRIDAY, "A tender.")
    assert not offered(cast.olga, customer, "proposal")  # there is one already


def test_an_answer_says_whether_it_needed_the_exception(cast: Cast) -> None:
    kind = next(each for each in requests.all_kinds() if each.key == "proposal")
    for customer, decided in ((on_hold(), True), (a_best_customer()[0], False)):
        lifts.grant(cast.olga, customer.id, "proposal", FRIDAY, "A tender.")
        answer = ask(cast.alice, customer)
        at = reads.at_answer(viewer_of(cast.alice), kind, answer)
        assert answer.exemption is not None
        assert (answer.act, at.decided) == ("go_ahead", decided)
        entry = AnswerLog.objects.get(pk=answer.answer_id)
        shown = client_of(cast.alice).get(f"/answers/{entry.pk}/").content.decode()
        assert "Granted by" in shown
        assert ("This answer does not need it" in shown) is not decided


def test_what_an_exception_would_change_is_known_before(cast: Cast) -> None:
    kind = next(each for each in requests.all_kinds() if each.key == "proposal")
    found = reads.outlook(on_hold(), kind, cast.olga, FRIDAY)
    assert found is not None
    assert (found.now.act, found.then.act, found.changes) == ("pass_on", "go_ahead", True)
    found = reads.outlook(a_best_customer()[0], kind, cast.olga, FRIDAY)
    assert found is not None
    assert not found.changes
    assert not AnswerLog.objects.exists()


def test_it_is_the_reply_to_who_said_that_it_is_a_special_case(cast: Cast) -> None:
    customer, other = on_hold(), on_hold("Other AG")
    mine, theirs = special(cast.alice, customer), special(cast.alice, other)
    elsewhere = special(cast.charlie, customer, "ship_order")
    Notification.objects.all().delete()
    lift = lifts.grant(cast.olga, customer.id, "proposal", FRIDAY, "A tender until Friday.")
    for concern in (mine, theirs, elsewhere):
        concern.refresh_from_db()
    assert mine.reply == "An exception was granted until 27 November 2026: A tender until Friday."
    assert (mine.replied_by, mine.replied_at) == (cast.olga, lift.granted_at)
    assert (theirs.reply, elsewhere.reply) == ("", "")
    told = Notification.objects.get()
    assert (told.user, told.kind) == (cast.alice, notices.EXCEPTION)
    assert notify.sentence(told) == (
        "Olga grants an exception until 27 Nov: Hanbit Precision, Proposal or RFP."
    )
    assert client_of(cast.alice).get(told.url).status_code == 200
    assert reads.told_of(lift) == [cast.alice]


def test_whoever_was_answered_by_it_is_told_when_it_is_taken_back(cast: Cast) -> None:
    customer = on_hold()
    ask(cast.charlie, customer)  # before it: nothing was promised
    lift = lifts.grant(cast.olga, customer.id, "proposal", FRIDAY, "A tender.")
    ask(cast.alice, customer)
    ask(cast.alice, customer)
    ask(cast.olga, customer)  # takes it back herself
    ask(cast.charlie, customer, "appointment")
    lifts.withdraw(cast.olga, lift.pk)
    lifts.withdraw(cast.sarah, lift.pk)  # the second click
    told = Notification.objects.get()
    assert (told.user, told.kind) == (cast.alice, notices.EXCEPTION_ENDED)
    assert "ask again first: Hanbit Precision" in notify.sentence(told)
    lift.refresh_from_db()
    assert lift.withdrawn_by == cast.olga


def test_a_double_click_grants_once(cast: Cast) -> None:
    customer = on_hold()
    first = lifts.grant(cast.olga, customer.id, "proposal", FRIDAY, "A tender.")
    assert lifts.grant(cast.olga, customer.id, "proposal", FRIDAY, " A tender. ") == first
    assert Lift.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({"ends_on": "2026-11-20"}, "ends_on"),
        ({"ends_on": "2027-11-23"}, "ends_on"),
        ({"starts_on": "2026-11-20"}, "starts_on"),
        ({"starts_on": "2026-11-30"}, "ends_on"),
        ({"reason": "  "}, "reason"),
        ({"ends_on": "soon"}, "ends_on"),
        ({"request": "a_present"}, "request"),
    ],
)
def test_what_is_wrong_is_said_at_its_place_and_what_was_typed_stays(
    cast: Cast, said: dict[str, str], place: str
) -> None:
    typed = {"reason": "Their bank confirms it."} | said
    response = client_of(cast.sarah).post(new(on_hold()), form(**typed))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [place]
    assert typed["reason"] in response.content.decode()
    assert not Lift.objects.exists()


def test_the_day_that_is_proposed_is_read_by_a_browser_in_every_language(cast: Cast) -> None:
    customer = on_hold()
    for language in ("en", "ko", "zh-hant"):
        User.objects.filter(pk=cast.olga.pk).update(language=language)
        page = client_of(cast.olga).get(new(customer)).content.decode()
        assert 'name="ends_on" value="2026-11-28"' in page, language


def test_an_exception_stays_with_who_the_customer_is_after_a_merge(cast: Cast) -> None:
    one, other = on_hold(), on_hold("Hanbit Prec")
    kept, gone = sorted((one, other), key=lambda each: each.id)
    lifts.grant(cast.olga, gone.id, "proposal", FRIDAY, "A tender.")
    judge(kept.id, gone.id, "same", cast.olga)
    assert ask(cast.alice, kept).act == "go_ahead"
    assert [row.customer.pk for row in listed(cast.alice, kept)] == [kept.pk]


def test_for_a_person_it_is_granted_to_where_they_work(cast: Cast) -> None:
    firm, other = on_hold(), on_hold("Other AG")
    person = create_customer(cast.alice, "person", {"name": "Karin Ekdahl"})
    relate(person.id, "works_at", firm.id, cast.alice)
    response = client_of(cast.olga).get(new(person))
    assert response["Location"] == new(firm)
    lift = lifts.grant(cast.olga, person.id, "proposal", FRIDAY, "A tender.")
    assert lift.customer == firm
    assert ask(cast.alice, person).act == "go_ahead"
    relate(person.id, "works_at", other.id, cast.alice)
    with pytest.raises(Problem, match="several organisations"):
        lifts.grant(cast.olga, person.id, "proposal", FRIDAY, "Another one.")


def listed(by: User, customer: Customer | None = None, past: bool = False) -> list[reads.ShownLift]:
    of = customer.pk if customer else None
    return reads.listing(viewer_of(by), customer_id=of, past=past).items


def test_the_lists_say_who_why_and_until_when(cast: Cast) -> None:
    one, other = on_hold(), on_hold("Other AG")
    lifts.grant(cast.olga, one.id, "proposal", FRIDAY, "A tender.")
    lifts.grant(cast.bob, other.id, "ship_order", TODAY, "Paid by cheque.", amount=Decimal(500))
    later = TODAY + timedelta(days=3)
    lifts.grant(cast.sarah, one.id, "discount", FRIDAY, "A frame.", starts_on=later)
    back = lifts.grant(cast.olga, one.id, "appointment", FRIDAY, "A mistake.")
    lifts.withdraw(cast.sarah, back.pk)
    over = lifts.grant(cast.olga, other.id, "appointment", TODAY, "For a day.")
    Lift.objects.filter(pk=over.pk).update(starts_on=date(2026, 1, 1), ends_on=date(2026, 1, 2))
    rows = listed(cast.bob)
    assert [(row.lift.request, row.state, row.may_take_back) for row in rows] == [
        ("ship_order", "in_force", True),
        ("proposal", "in_force", False),
        ("discount", "to_come", False),
    ]
    assert [row.state for row in listed(cast.bob, past=True)] == ["ended", "taken_back"]
    assert [row.lift.request for row in listed(cast.bob, other)] == ["ship_order"]
    page = client_of(cast.bob).get("/promise/exceptions/").content.decode()
    for part in ("Hanbit Precision", "A tender.", "Olga", "27 Nov", "Paid by cheque."):
        assert part in page, part
    assert page.count("Take it back now") == 1
    past = client_of(cast.alice).get(f"/promise/exceptions/?past=1&customer={one.pk}")
    assert "taken back by Sarah" in past.content.decode()


def test_the_customer_page_shows_what_is_in_force(cast: Cast) -> None:
    customer = on_hold()
    address = f"/customers/{customer.pk}/?request=proposal"
    assert "Grant an exception" not in client_of(cast.alice).get(address).content.decode()
    assert "Grant an exception" in client_of(cast.olga).get(address).content.decode()
    granted = client_of(cast.olga).post(new(customer), form(), follow=True).content.decode()
    assert f'action="/promise/exceptions/{Lift.objects.get().pk}/withdrawal/"' in granted  # undo
    page = client_of(cast.alice).get(address).content.decode()
    assert "Granted by" in page
    assert "Paid today." in page.split("<h2>Exceptions</h2>")[1].split("</section>")[0]


def test_the_list_pages_and_costs_the_same_for_1_and_40(cast: Cast) -> None:
    customer = on_hold()
    lifts.grant(cast.olga, customer.id, "proposal", FRIDAY, "The first.")

    def queries(client: Client, address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    client = client_of(cast.alice)
    for_one = queries(client, "/promise/exceptions/")
    Lift.objects.bulk_create(
        Lift(customer=customer, request="proposal", starts_on=TODAY, ends_on=FRIDAY,
             reason=f"Number {n}", granted_by=cast.olga, granted_at=Lift.objects.get(
                 reason="The first.").granted_at) for n in range(39)
    )  # fmt: skip
    assert queries(client, "/promise/exceptions/") == for_one
    first = reads.listing(viewer_of(cast.alice))
    rest = reads.listing(viewer_of(cast.alice), cursor=first.next)
    ids = [row.lift.pk for row in (*first.items, *rest.items)]
    assert (len(first), len(rest), rest.next, len(set(ids))) == (30, 10, "", 40)
    assert client.get("/promise/exceptions/?cursor=nonsense").status_code == 422
    assert client.get("/promise/exceptions/?customer=nonsense").status_code == 404


def test_what_a_policy_says_of_exceptions_is_read_from_its_tables(cast: Cast) -> None:
    model = policies.in_force(TODAY).model
    heeds = {kind.key: reads.rules_by_exception(model, kind.table) for kind in requests.BUILT_IN}
    assert {
        key: sorted(rule.partition(".")[2] for rule in rules or ()) for key, rules in heeds.items()
    } == {
        "place_order": ["exception"],
        "ship_order": ["exception"],
        "proposal": ["exception"],
        "engineering_question": ["exception"],
        "replacement_part": ["exception"],
        "goods_return": ["exception", "mind_exception"],
        "complaint": ["exception"],
        "discount": ["exception"],
        "appointment": ["exception"],
    }
    assert reads.rules_by_exception(model, "a_request_of_our_own") == {"any_other.exception"}
    silent = replace(model, decisions=())
    assert reads.named_by(silent, "discount") == ()
    assert reads.rules_by_exception(silent, "discount") is None


def test_the_command_lists_them(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    from argparse import ArgumentParser

    lifts.grant(cast.olga, on_hold().id, "proposal", FRIDAY, "A tender.")
    command = next(each for each in COMMANDS if each.name == "exceptions")
    parser = ArgumentParser()
    assert command.configure is not None
    command.configure(parser)
    assert command.run(parser.parse_args([])) == 0
    assert capsys.readouterr().out == (
        "2026-11-27  Hanbit Precision · Proposal or RFP · in force\n            Olga: A tender.\n"
    )
