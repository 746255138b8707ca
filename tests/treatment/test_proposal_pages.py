"""The pages of proposals and objections: who sees what, and what each button does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from tests.treatment.cast import TODAY, Cast
from tests.treatment.proposing import GAP, a_draft, a_proposal, seen

from concord.kernel.models import User
from concord.treatment import law, policies
from concord.treatment.actions import objections, proposals
from concord.treatment.models import Concern, PolicyInForce, PolicyProposal

RULE = "place_order.watch_large"


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_manager_proposes_on_the_page(cast: Cast) -> None:
    client, draft = client_of(cast.bob), a_draft(cast.bob)
    address = f"/promise/drafts/{draft.pk}/proposal/"
    assert "Smaller orders wait, too" in client.get(address).content.decode()
    said = {"what": "Less", "why": "Losses.", "wanted_from": "2026-12-01", "unanswered": "stands",
            "revision": "1"}  # fmt: skip
    assert client.post(address, said | {"why": ""}).status_code == 422
    old = client.post(address, said | {"revision": "0"})
    assert (old.status_code, "since you opened it" in old.content.decode()) == (422, True)
    done = client.post(address, said)
    made = PolicyProposal.objects.get()
    assert done["Location"] == f"/promise/proposals/{made.pk}/"
    assert made.wanted_from.isoformat() == "2026-12-01"
    assert client_of(cast.alice).get(address).status_code == 403
    assert client_of(cast.bob).get("/promise/proposals/").content.decode().count("Less") == 1


@pytest.mark.parametrize("name", ["alice", "bob", "sarah"])
def test_everybody_reads_what_would_change_and_the_sponsor_alone_decides(
    cast: Cast, name: str
) -> None:
    proposal = a_proposal(cast.bob)
    page = client_of(getattr(cast, name)).get(f"/promise/proposals/{proposal.pk}/").content.decode()
    assert "amount is over 5,000 and at most 10,000" in page
    assert "Two large losses this year." in page
    assert ("publication/" in page) is (name == "sarah")
    assert ("withdrawal/" in page) is (name == "bob")


def test_the_sponsor_accepts_in_writing_and_publishes_on_the_page(cast: Cast) -> None:
    proposal = a_proposal(cast.bob, GAP)
    address, client = f"/promise/proposals/{proposal.pk}/", client_of(cast.sarah)
    [gap] = law.identified(policies.model_of(proposal.version))
    assert f"reason.{gap}" in client.get(address).content.decode()
    force = {"from_date": "2026-11-21", "reason": "Agreed.", "seen": str(seen())}
    refused = client.post(f"{address}publication/", force)
    browser = {"Accept": "text/html,*/*;q=0.8"}
    again = client.get(f"{address}publication/", headers=browser)  # who loads it anew
    assert (again.status_code, again["Location"]) == (302, address)
    assert client.get("/account/language/", headers=browser).status_code == 405  # nothing above
    assert (refused.status_code, PolicyInForce.objects.count()) == (422, 1)
    assert "No rule says what to do" in refused.content.decode()
    assert client.post(f"{address}acceptances/", {f"reason.{gap}": " "}).status_code == 422
    assert client.post(f"{address}acceptances/", {f"reason.{gap}": "By hand."}).status_code == 302
    assert "By hand." in client_of(cast.alice).get(address).content.decode()
    assert client.post(f"{address}publication/", force).status_code == 302
    assert policies.in_force(TODAY).number == 2
    assert "put it in force" in client.get(address).content.decode()


def test_sent_back_and_withdrawn_with_a_reason(cast: Cast) -> None:
    proposal = a_proposal(cast.bob)
    address = f"/promise/proposals/{proposal.pk}/"
    assert client_of(cast.bob).post(f"{address}return/", {"reason": "x"}).status_code == 403
    assert client_of(cast.olga).post(f"{address}withdrawal/", {"reason": "x"}).status_code == 403
    assert client_of(cast.sarah).post(f"{address}return/", {"reason": ""}).status_code == 422
    assert client_of(cast.sarah).post(f"{address}return/", {"reason": "Later."}).status_code == 302
    page = client_of(cast.alice).get(address).content.decode()
    assert "Sent back by" in page
    assert "Later." in page
    late = client_of(cast.sarah).post(
        f"{address}publication/", {"from_date": "2026-11-21", "reason": "x", "seen": str(seen())}
    )
    assert (late.status_code, "has ended" in late.content.decode()) == (422, True)


def test_bob_objects_and_the_sponsor_answers(cast: Cast) -> None:
    proposal = a_proposal(cast.olga)
    address = f"/promise/objections/new/?proposal={proposal.pk}&rule={RULE}"
    client = client_of(cast.bob)
    assert "above" in client.get(address).content.decode()
    said = {"proposal": proposal.pk, "rule": RULE, "text": "Half of our orders would wait."}
    assert client.post(address, said | {"text": ""}).status_code == 422
    made = client.post(address, said)["Location"]
    assert client.post(address, said)["Location"] == made  # a double click
    objection = Concern.objects.get()
    assert (objection.owner, objection.deadline) == (cast.sarah, TODAY + timedelta(days=6))
    assert (
        "Half of our orders"
        in client_of(cast.alice).get(f"/promise/proposals/{proposal.pk}/").content.decode()
    )
    today = client_of(cast.sarah).get("/").content.decode()
    assert made in today
    answer = {"outcome": "kept", "text": "The losses were larger."}
    assert client_of(cast.alice).post(made, answer).status_code == 403
    assert client_of(cast.sarah).post(made, {"outcome": "kept", "text": ""}).status_code == 422
    assert client_of(cast.sarah).post(made, answer).status_code == 302
    assert "The losses were larger." in client.get(made).content.decode()


def test_the_sponsor_says_how_objections_are_answered(cast: Cast) -> None:
    client = client_of(cast.sarah)
    said = {"days": "3", "unanswered": "falls", "chair": str(cast.olga.pk)}
    assert client.post("/promise/objections/terms/", said | {"days": "0"}).status_code == 422
    assert client.post("/promise/objections/terms/", said).status_code == 302
    now = objections.terms()
    assert (now.days, now.unanswered, now.chair) == (3, "falls", cast.olga)
    assert client_of(cast.bob).post("/promise/objections/terms/", said).status_code == 403
    assert "Olga" in client_of(cast.bob).get("/promise/objections/").content.decode()


@pytest.mark.parametrize("many", [1, 20])
def test_lists_ask_as_often_for_twenty_as_for_one(
    cast: Cast, many: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    version = policies.in_force(TODAY)
    row = PolicyInForce.objects.get().version
    for number in range(many):
        objections.object_to_rule(cast.bob, row, RULE, f"Wrong {number}.")
    assert version.number == 1
    client = client_of(cast.alice)
    client.get("/promise/objections/")
    with django_assert_max_num_queries(10):
        page = client.get("/promise/objections/").content.decode()
    assert page.count("Wrong ") == many


def test_the_list_of_drafts_says_which_came_into_force(cast: Cast) -> None:
    client, proposal = client_of(cast.sarah), a_proposal(cast.bob)
    assert "put in force" not in client.get("/promise/drafts/").content.decode()
    proposals.publish_proposal(cast.sarah, proposal.pk, TODAY, "It pays.", seen())
    page = client.get("/promise/drafts/").content.decode()
    assert "put in force" in page
    assert "put aside" not in page
