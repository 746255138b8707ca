"""Objections: a deadline, an answer, a chair, and the sponsor's default past the deadline."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from tests.treatment.cast import TODAY, Cast, a_customer, a_hold
from tests.treatment.proposing import a_proposal, seen
from tests.treatment.test_proposal_pages import client_of

from concord.customers.actions.restrictions import restrict
from concord.kernel import notify
from concord.kernel.errors import Problem
from concord.kernel.models import Notification, User
from concord.treatment.actions import (
    concerns,
    drafts,
    objection_drafts,
    objections,
    proposals,
)
from concord.treatment.actions.decide import decide
from concord.treatment.models import Concern, PolicyDraft, PolicyInForce, ProposalEnd

RULE = "place_order.watch_large"
LATE = TODAY + timedelta(days=30)


def test_an_open_objection_stands_in_the_way_until_it_is_answered(cast: Cast) -> None:
    proposal = a_proposal(cast.olga)
    said = objections.object_to_rule(
        cast.bob, proposal.version, RULE, "Too low.", proposal=proposal
    )
    with pytest.raises(Problem, match="objections without an answer"):
        proposals.publish_proposal(cast.sarah, proposal.pk, TODAY, "Yes.", seen())
    objections.answer(cast.sarah, said.pk, "kept", "The losses were larger.")
    told = Notification.objects.get(user=cast.bob)
    assert (told.kind, told.data["outcome"]) == ("treatment.objection_ended", "kept")
    proposals.publish_proposal(cast.sarah, proposal.pk, TODAY, "Yes.", seen())
    with pytest.raises(Problem, match="reply already"):
        objections.answer(cast.sarah, said.pk, "accepted", "After all.")


def test_one_that_was_accepted_sends_the_proposal_back(cast: Cast) -> None:
    proposal = a_proposal(cast.olga)
    said = objections.object_to_rule(
        cast.bob, proposal.version, RULE, "Too low.", proposal=proposal
    )
    objections.answer(cast.sarah, said.pk, "accepted", "You are right.")
    with pytest.raises(Problem, match="was accepted"):
        proposals.publish_proposal(cast.sarah, proposal.pk, TODAY, "Yes.", seen())
    proposals.send_back(cast.sarah, proposal.pk, "8,000 rather.")
    assert PolicyInForce.objects.count() == 1


def test_past_the_deadline_the_rule_stands_where_that_is_the_default(cast: Cast) -> None:
    proposal = a_proposal(cast.olga, unanswered="stands")
    said = objections.object_to_rule(
        cast.bob, proposal.version, RULE, "Too low.", proposal=proposal
    )
    assert objections.settle(said.deadline) == 0
    assert (objections.settle(LATE), objections.settle(LATE)) == (1, 0)
    said.refresh_from_db()
    assert (said.outcome, said.replied_by) == ("stands", None)
    assert Notification.objects.get(user=cast.bob).data["outcome"] == "stands"
    proposals.publish_proposal(cast.sarah, proposal.pk, TODAY, "Yes.", seen())


def test_past_the_deadline_the_rule_falls_where_that_is_the_default(cast: Cast) -> None:
    proposal = a_proposal(cast.olga, unanswered="falls")
    objections.object_to_rule(cast.bob, proposal.version, RULE, "Too low.", proposal=proposal)
    other = objections.object_to_rule(
        cast.alice, proposal.version, "place_order.watch_small", "Too.", proposal=proposal
    )
    assert objections.settle(LATE) == 1
    end = ProposalEnd.objects.get()
    assert (end.kind, end.by) == ("sent_back", None)
    other.refresh_from_db()
    assert other.outcome == "moot"  # nothing is left to object to
    assert Notification.objects.filter(user=cast.olga, kind="treatment.proposal_ended").exists()
    with pytest.raises(Problem, match="has ended"):
        proposals.publish_proposal(cast.sarah, proposal.pk, TODAY, "Yes.", seen())


def test_the_end_of_a_proposal_is_the_end_of_its_objections(cast: Cast) -> None:
    proposal = a_proposal(cast.olga)
    said = objections.object_to_rule(cast.bob, proposal.version, RULE, "Low.", proposal=proposal)
    proposals.withdraw(cast.olga, proposal.pk, "Another one comes.")
    said.refresh_from_db()
    assert said.outcome == "moot"
    with pytest.raises(Problem, match="has ended"):
        objections.object_to_rule(cast.bob, proposal.version, RULE, "Still.", proposal=proposal)


def test_a_neutral_chair_answers_but_not_in_their_own_matter(cast: Cast) -> None:
    version = PolicyInForce.objects.get().version
    with pytest.raises(Problem, match="Only the sponsor"):
        objections.set_terms(cast.bob, 3, "falls", cast.bob)
    objections.set_terms(cast.sarah, 3, "falls", cast.bob)
    said = objections.object_to_rule(cast.alice, version, RULE, "Too strict.")
    assert (said.owner, said.unanswered) == (cast.bob, "falls")
    assert said.deadline == TODAY + timedelta(days=4)  # Wednesday; today is a Saturday
    with pytest.raises(Problem, match="not yours"):
        objections.answer(cast.olga, said.pk, "kept", "No.")
    objections.answer(cast.bob, said.pk, "kept", "We looked at it.")
    own = objections.object_to_rule(cast.bob, version, RULE, "Too mild.")
    assert own.owner == cast.sarah


def test_this_is_wrong_beside_an_answer_is_an_objection_to_its_rule(cast: Cast) -> None:
    customer, profile = a_customer()
    a_hold(profile)
    given = decide(customer.id, "place_order", {}, asked_by=cast.alice, channel="page")
    assert given.answer_id is not None
    said = concerns.object_to(cast.alice, given.answer_id, "rule", "They are too important.")
    assert (said.rule, said.version.number if said.version else 0) == ("place_order.on_hold", 1)
    assert objections.open_at(["place_order.on_hold"]) == {"place_order.on_hold": [said]}
    assert Concern.objects.get() == said


def test_who_objects_while_it_is_published_is_told_so(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else it would be in force with an objection that nobody answers: who objects waits for who
    publishes, and looks afterwards."""
    proposal = a_proposal(cast.olga)
    wait = objections.one_at_a_time

    def published_meanwhile() -> None:
        monkeypatch.setattr(objections, "one_at_a_time", wait)
        proposals.publish_proposal(cast.sarah, proposal.pk, TODAY, "Yes.", seen())

    monkeypatch.setattr(objections, "one_at_a_time", published_meanwhile)
    with pytest.raises(Problem, match="has ended"):
        objections.object_to_rule(cast.bob, proposal.version, RULE, "Low.", proposal=proposal)
    assert not Concern.objects.exists()


def test_two_clicks_at_once_are_one_objection(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    version, wait = PolicyInForce.objects.get().version, objections.one_at_a_time
    made = []

    def clicked_meanwhile() -> None:
        monkeypatch.setattr(objections, "one_at_a_time", wait)
        made.append(objections.object_to_rule(cast.bob, version, RULE, "Too low."))

    monkeypatch.setattr(objections, "one_at_a_time", clicked_meanwhile)
    assert [objections.object_to_rule(cast.bob, version, RULE, "Too low.")] == made
    with CaptureQueriesContext(connection) as asked:
        objections.object_to_rule(cast.bob, version, RULE, "Too high.")
    assert any("pg_advisory_xact_lock" in each["sql"] for each in asked)


def test_what_is_no_rule_is_not_objected_to(cast: Cast) -> None:
    version = PolicyInForce.objects.get().version
    for rule, text in (("place_order.nothing", "Wrong."), (RULE, " "), (RULE, "x" * 4001)):
        with pytest.raises(Problem):
            objections.object_to_rule(cast.alice, version, rule, text)
    assert not Concern.objects.exists()


def test_a_rule_that_a_proposal_takes_away_is_objected_to(cast: Cast) -> None:
    draft = drafts.begin(cast.olga, "Without exceptions")
    gone = {"kind": "delete", "table": "appointment.table", "rules": ["appointment.exception"]}
    drafts.change(cast.olga, draft.pk, [gone])
    proposal = proposals.propose(cast.olga, draft.pk, "No exceptions", "Too many.", TODAY)
    rule, client = "appointment.exception", client_of(cast.bob)
    address = f"/promise/objections/new/?proposal={proposal.pk}&amp;rule={rule}"
    assert address in client.get(f"/promise/proposals/{proposal.pk}/").content.decode()
    said = {"proposal": proposal.pk, "rule": rule, "text": "We need it."}
    sent = client.post("/promise/objections/new/", said)
    objection = Concern.objects.get()
    assert sent["Location"] == f"/promise/objections/{objection.pk}/"
    assert objection.version is not None
    assert (objection.version.number, objection.proposal) == (1, proposal)
    assert "takes this rule away" in client.get(sent["Location"]).content.decode()
    with pytest.raises(Problem, match="objections without an answer"):
        proposals.publish_proposal(cast.sarah, proposal.pk, TODAY, "Yes.", seen())
    with pytest.raises(Problem, match="no longer there"):  # it stands in the proposal itself
        objections.object_to_rule(cast.bob, objection.version, RULE, "Too low.", proposal=proposal)
    objections.answer(cast.sarah, objection.pk, "kept", "Few came.")
    told = Notification.objects.get(user=cast.bob)
    assert notify.sentence(told).startswith(
        "The objection to “Appointment: If the customer is on hold and an exception was granted”"
        " has ended"
    )
    with translation.override("ko"):
        assert "이의" in notify.sentence(told)
    told.data.pop("words")  # as it was told before notices named the rule
    assert notify.sentence(told).startswith("An objection to a rule has ended")


def test_one_to_a_rule_in_force_that_was_accepted_begins_a_draft_at_the_rule(cast: Cast) -> None:
    version = PolicyInForce.objects.get().version
    said = objections.object_to_rule(cast.bob, version, RULE, "Too low.")
    page = f"/promise/objections/{said.pk}/"
    sponsor = client_of(cast.sarah)
    assert f"{page}draft/" not in sponsor.get(page).content.decode()
    with pytest.raises(Problem, match="nothing to change"):
        objection_drafts.begin_draft(cast.sarah, said.pk)
    objections.answer(cast.sarah, said.pk, "accepted", "You are right.")
    assert f"{page}draft/" in sponsor.get(page).content.decode()
    assert f"{page}draft/" not in client_of(cast.alice).get(page).content.decode()
    assert client_of(cast.alice).post(f"{page}draft/").status_code == 403
    begun = [sponsor.post(f"{page}draft/")["Location"] for _click in range(2)]
    [draft] = PolicyDraft.objects.all()
    assert begun == [f"/promise/drafts/{draft.pk}/?table=place_order&rule={RULE}"] * 2
    assert (draft.made_by, draft.name) == (cast.sarah, f"Objection {said.pk}: Place an order")


def test_what_was_written_at_an_answer_is_read_by_who_may_read_the_answer(cast: Cast) -> None:
    customer, profile = a_customer()
    a_hold(profile)
    given = decide(customer.id, "place_order", {}, asked_by=cast.alice, channel="page")
    assert given.answer_id is not None
    said = concerns.object_to(cast.alice, given.answer_id, "rule", "Mr Han is too important.")
    objections.answer(cast.sarah, said.pk, "kept", "Not even Mr Han.")
    addresses = "/promise/objections/", f"/promise/objections/{said.pk}/"

    def read(by: User) -> list[int]:
        return [client_of(by).get(each).content.decode().count("Mr Han") for each in addresses]

    assert (read(cast.alice), read(cast.bob)) == ([1, 2], [1, 2])
    assert read(cast.charlie) == [0, 0]
    assert "place_order.on_hold" in client_of(cast.charlie).get(addresses[0]).content.decode()
    restrict(cast.olga, customer.pk, "They asked for it.")
    assert (read(cast.alice), read(cast.bob), read(cast.olga)) == ([0, 0], [0, 0], [1, 2])
