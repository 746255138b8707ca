"""Draft, proposed, in force, retired: who does what, and what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.kernel.application import as_application
from tests.treatment.cast import TODAY, Cast, a_customer, an_invoice
from tests.treatment.proposing import CONFLICT, GAP, LOWER, a_draft, a_proposal, changed, seen

from concord.kernel.errors import Problem
from concord.kernel.models import Notification
from concord.treatment import law, policies
from concord.treatment.actions import (
    briefings,
    checks,
    drafts,
    objections,
    proposals,
    publish,
)
from concord.treatment.actions.decide import decide
from concord.treatment.actions.replay import replay_all
from concord.treatment.models import (
    FindingAcceptance,
    PolicyCheck,
    PolicyInForce,
    PolicyProposal,
    PolicyVersion,
    ProposalEnd,
)
from concord.treatment.treat import SILENT


def test_a_manager_proposes_and_the_sponsor_publishes_for_tomorrow(cast: Cast) -> None:
    proposal = a_proposal(cast.bob)
    assert (proposal.version.number, proposal.version.created_by) == (2, cast.bob)
    assert [(row.user, row.kind) for row in Notification.objects.all()] == [
        (cast.sarah, "treatment.proposed")
    ]
    tomorrow = TODAY + timedelta(days=1)
    made = proposals.publish_proposal(cast.sarah, proposal.pk, tomorrow, "Agreed.", seen())
    assert (made.version.number, made.in_force_from) == (2, tomorrow)
    assert policies.in_force(TODAY).number == 1
    assert policies.in_force(tomorrow).number == 2
    end = ProposalEnd.objects.get()
    assert (end.kind, end.in_force, end.by) == ("published", made, cast.sarah)
    told = Notification.objects.get(user=cast.bob)
    assert told.url == f"/promise/proposals/{proposal.pk}/"
    with pytest.raises(Problem, match="not changed any more"):
        drafts.change(cast.bob, proposal.draft_id, [{"kind": "file", "xml": proposal.version.xml}])


def test_clicks_that_come_twice_do_it_once(cast: Cast) -> None:
    draft = a_draft(cast.bob)
    said = ("Less", "Losses.", TODAY)
    first = proposals.propose(cast.bob, draft.pk, *said)
    assert proposals.propose(cast.bob, draft.pk, *said) == first
    before = seen()
    one = proposals.publish_proposal(cast.sarah, first.pk, TODAY, "Yes.", before)
    assert proposals.publish_proposal(cast.sarah, first.pk, TODAY, "Yes.", before) == one
    assert PolicyInForce.objects.count() == 2


@pytest.mark.parametrize("name", ["alice", "charlie", "adam"])
def test_who_may_not_draft_proposes_nothing(cast: Cast, name: str) -> None:
    draft = a_draft(cast.olga)
    with pytest.raises(Problem) as refused:
        proposals.propose(getattr(cast, name), draft.pk, "Mine", "I want it.", TODAY)
    assert refused.value.code == "forbidden"
    assert not PolicyProposal.objects.exists()


@pytest.mark.parametrize("name", ["alice", "bob", "olga", "adam"])
def test_only_the_sponsor_publishes_sends_back_and_accepts(cast: Cast, name: str) -> None:
    proposal, person = a_proposal(cast.bob, GAP), getattr(cast, name)
    [gap] = law.identified(policies.model_of(proposal.version))
    for act in (
        lambda: proposals.publish_proposal(person, proposal.pk, TODAY, "Mine.", seen()),
        lambda: proposals.send_back(person, proposal.pk, "No."),
        lambda: checks.accept(person, proposal.version, {gap: "It never happens."}),
    ):
        with pytest.raises(Problem) as refused:
            act()
        assert refused.value.code == "forbidden"
    assert (PolicyInForce.objects.count(), FindingAcceptance.objects.count()) == (1, 0)


def test_a_draft_that_says_nothing_new_or_not_why_is_not_proposed(cast: Cast) -> None:
    same = drafts.begin(cast.bob, "The same")
    with pytest.raises(Problem, match="changes nothing"):
        proposals.propose(cast.bob, same.pk, "Nothing", "Why not.", TODAY)
    draft = a_draft(cast.bob)
    for what, why, place in (
        ("", "Losses.", "what"),
        ("Less", "  ", "why"),
        ("x" * 201, "y", "what"),
    ):
        with pytest.raises(Problem) as refused:
            proposals.propose(cast.bob, draft.pk, what, why, TODAY)
        assert refused.value.place == place
    with pytest.raises(Problem, match="since you opened it"):
        proposals.propose(cast.bob, draft.pk, "Less", "Losses.", TODAY, revision=0)
    assert PolicyVersion.objects.count() == 1


def test_a_proposal_is_what_it_was_however_the_draft_goes_on(cast: Cast) -> None:
    proposal = a_proposal(cast.bob)
    more = changed(
        {("watch_large", "amount.in"): "> 4000", ("watch_small", "amount.in"): "<= 4000"}
    )
    drafts.change(cast.olga, proposal.draft_id, [{"kind": "file", "xml": more.save().decode()}])
    with pytest.raises(Problem, match="proposed already"):
        proposals.propose(cast.olga, proposal.draft_id, "Still less", "Losses.", TODAY)
    with pytest.raises(Problem, match="Only who made"):
        proposals.withdraw(cast.olga, proposal.pk, "I know better.")
    proposals.withdraw(cast.bob, proposal.pk, "A better one comes.")
    again = proposals.propose(cast.olga, proposal.draft_id, "Still less", "Losses.", TODAY)
    assert again.version.number == 3
    with pytest.raises(Problem, match="has ended"):
        proposals.publish_proposal(cast.sarah, proposal.pk, TODAY, "Yes.", seen())


def test_what_came_in_force_meanwhile_is_not_overwritten_unseen(cast: Cast) -> None:
    looked, proposal = seen(), a_proposal(cast.bob)
    other = a_proposal(cast.olga, {("key", "value.in"): '"key"', **LOWER}, what="Another")
    proposals.publish_proposal(cast.sarah, other.pk, TODAY, "Yes.", looked)
    with pytest.raises(Problem) as refused:
        proposals.publish_proposal(cast.sarah, proposal.pk, TODAY, "Yes.", looked)
    assert refused.value.code == "conflict"
    assert PolicyInForce.objects.count() == 2


def test_sent_back_it_may_come_again(cast: Cast) -> None:
    proposal = a_proposal(cast.bob)
    with pytest.raises(Problem, match="Write why"):
        proposals.send_back(cast.sarah, proposal.pk, " ")
    proposals.send_back(cast.sarah, proposal.pk, "Not in the high season.")
    assert Notification.objects.filter(user=cast.bob, kind="treatment.proposal_ended").count() == 1
    again = proposals.propose(cast.bob, proposal.draft_id, "Less", "Now.", TODAY)
    assert again.version.digest == proposal.version.digest


@pytest.mark.parametrize(("cells", "kind"), [(GAP, "gap"), (CONFLICT, "conflict")])
def test_a_finding_stands_in_the_way_until_the_sponsor_accepts_it_in_writing(
    cast: Cast, cells: dict[tuple[str, str], str], kind: str
) -> None:
    proposal = a_proposal(cast.bob, cells)
    found = checks.findings(proposal.version)
    assert {each.finding.kind for each in found if each.is_open} >= {kind}
    with pytest.raises(Problem) as refused:
        proposals.publish_proposal(cast.sarah, proposal.pk, TODAY, "Anyway.", seen())
    assert refused.value.code.startswith("law-")
    with pytest.raises(Problem, match="for a reason"):
        checks.accept(cast.sarah, proposal.version, {found[0].id: " "})
    with pytest.raises(Problem, match="cannot be accepted"):
        checks.accept(cast.sarah, proposal.version, {"0" * 64: "Anything."})
    reasons = {each.id: "Accounts decides such a case by hand." for each in found}
    checks.accept(cast.sarah, proposal.version, reasons)
    checks.accept(cast.sarah, proposal.version, dict.fromkeys(reasons, "Another reason."))
    made = proposals.publish_proposal(cast.sarah, proposal.pk, TODAY, "Anyway.", seen())
    assert made.version == proposal.version
    kept = {row.reason for row in FindingAcceptance.objects.all()}
    assert kept == {"Accounts decides such a case by hand."}


def test_an_acceptance_covers_no_other_finding_and_no_other_version(cast: Cast) -> None:
    proposal = a_proposal(cast.bob, GAP)
    [gap] = checks.findings(proposal.version)
    checks.accept(cast.sarah, proposal.version, {gap.id: "Such orders never come."})
    wider = a_proposal(cast.bob, {("watch_large", "amount.in"): "> 30000"}, what="Wider")
    [other] = checks.findings(wider.version)
    assert other.id != gap.id
    also = a_proposal(cast.bob, {**GAP, ("key", "urgency.out"): '"today"'}, what="More")
    assert [each.is_open for each in checks.findings(also.version)] == [True]
    for each in (wider, also):
        with pytest.raises(Problem, match="No rule says"):
            publish.put_in_force(cast.sarah, each.version, TODAY, "By any other way.")


def test_what_makes_a_policy_unusable_is_not_accepted(cast: Cast) -> None:
    proposal = a_proposal(cast.bob, {("watch_large", "say.out"): '"whatever"'})
    [word] = checks.findings(proposal.version)
    assert (word.finding.kind, word.may_be_accepted) == ("word", False)
    with pytest.raises(Problem, match="cannot be accepted"):
        checks.accept(cast.sarah, proposal.version, {word.id: "Let us see."})


def test_where_an_accepted_gap_is_met_the_answer_says_that_no_rule_does(cast: Cast) -> None:
    proposal = a_proposal(cast.bob, GAP)
    for each in checks.findings(proposal.version):
        checks.accept(cast.sarah, proposal.version, {each.id: "By hand."})
    proposals.publish_proposal(cast.sarah, proposal.pk, TODAY, "Anyway.", seen())
    customer, profile = a_customer()
    an_invoice(profile, due="2026-11-10")  # watched
    answer = decide(
        customer.id, "place_order", {"amount": "15000"}, asked_by=cast.alice, channel="page"
    )
    assert (answer.act, answer.to, answer.standing) == ("pass_on", "sales", "watch")
    assert [each.id for each in answer.why.rules] == [SILENT]
    assert answer.why.rules[0].reason["en"].startswith("Our promise says nothing of this case")
    assert "Sales" in answer.say["en"]
    assert all(each.identical for each in replay_all())


def test_every_way_in_refuses_what_nobody_accepted(cast: Cast) -> None:
    version = publish.save_version(cast.bob, changed(GAP), "a gap")
    assert PolicyCheck.objects.filter(digest=version.digest).count() == 1
    with pytest.raises(Problem, match="No rule says"):
        publish.put_in_force(cast.sarah, version, TODAY, "Directly.")
    with pytest.raises(Problem, match="never in force"):
        publish.put_back(cast.sarah, version.number, TODAY, "As if it had been.")
    assert PolicyInForce.objects.count() == 1


def test_all_of_it_works_with_the_applications_rights(cast: Cast) -> None:
    with as_application():
        sent = a_proposal(cast.bob)
        proposals.send_back(cast.sarah, sent.pk, "Later.")
        drawn = proposals.propose(cast.bob, sent.draft_id, "Less", "Now.", TODAY)
        proposals.withdraw(cast.bob, drawn.pk, "Another one comes.")
        proposal = a_proposal(cast.bob, GAP, what="With a gap")
        [gap] = law.identified(policies.model_of(proposal.version))
        said = objections.object_to_rule(
            cast.alice, proposal.version, "place_order.watch_large", "No.", proposal=proposal
        )
        objections.answer(cast.sarah, said.pk, "kept", "Yes.")
        checks.accept(cast.sarah, proposal.version, {gap: "By hand."})
        made = proposals.publish_proposal(cast.sarah, proposal.pk, TODAY, "Agreed.", seen())
        [mine] = [b for b in briefings.write(made.pk) if b.department_id == cast.bob.department_id]
        briefings.acknowledge(cast.bob, mine)
        objections.set_terms(cast.sarah, 3, "falls", cast.olga)
    assert ProposalEnd.objects.count() == 3
