"""Examples of the policy: in its file, run before it comes into force, exported as kit cases."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from tests.treatment.cast import TODAY, Cast, a_best_customer, a_customer, an_invoice
from tests.treatment.proposing import LOWER, a_draft, changed, seen
from tests.treatment.test_proposal_pages import client_of

from concord.customers.actions.restrictions import restrict
from concord.dmn import tck
from concord.kernel.errors import Problem
from concord.treatment import examples, law, policies
from concord.treatment.actions import drafts, proposals
from concord.treatment.actions import examples as keeping
from concord.treatment.actions.decide import decide
from concord.treatment.examples import Example
from concord.treatment.models import PolicyDraft
from concord.treatment.rough import roughly

ON_WATCH = Example(
    "watched", "Who is watched orders for 8,000", "place_order", TODAY,
    {"hold set by accounting": "false", "overdue undisputed": "5000", "amount": "8000",
     "oldest undisputed overdue days": "10", "exception": "false", "hold elsewhere": "false",
     "overdue elsewhere": "0", "key account": "false"},
    {"act": '"go ahead"'},
)  # fmt: skip


def test_an_example_is_part_of_the_file_and_of_its_digest() -> None:
    before = policies.default()
    after = examples.with_example(before, ON_WATCH)
    assert examples.of(policies.load(after.save())) == (ON_WATCH,)
    assert policies.digest(after.save()) != policies.digest(before.save())
    assert examples.without(after, "watched").tables == before.tables
    assert examples.of(examples.without(after, "watched")) == ()
    assert [each.passed for each in examples.ran(after)] == [True]
    assert law.check(after) == []


def test_one_that_fails_says_expected_and_found_and_stands_in_the_way(cast: Cast) -> None:
    draft = a_draft(cast.bob)
    xml = examples.with_example(changed(LOWER), ON_WATCH).save().decode()
    drafts.change(cast.bob, draft.pk, [{"kind": "file", "xml": xml}])
    proposal = proposals.propose(cast.bob, draft.pk, "Less", "Losses.", TODAY)
    [ran] = examples.ran(policies.model_of(proposal.version))
    assert ran.differs == [("act", '"go ahead"', '"not yet"')]
    with pytest.raises(Problem) as refused:
        proposals.publish_proposal(cast.sarah, proposal.pk, TODAY, "Yes.", seen())
    assert refused.value.code == "law-example"
    assert "expected go ahead, found not yet" in refused.value.message


def test_a_logged_answer_is_kept_without_whom_it_was(cast: Cast) -> None:
    customer, profile = a_customer("Secretive GmbH")
    an_invoice(profile, due="2026-11-10", amount="5213.55")
    answer = decide(
        customer.id, "place_order", {"amount": "8123.45"}, asked_by=cast.bob, channel="page"
    )
    draft = a_draft(cast.bob)
    assert answer.answer_id is not None
    for told in ("An order of Secretive GmbH", "SECRETIVE again"):
        with pytest.raises(Problem, match="nothing of the customer"):
            keeping.keep_answer(cast.bob, draft.pk, answer.answer_id, told)
    kept = keeping.keep_answer(cast.bob, draft.pk, answer.answer_id, "A small order on watch")
    again = keeping.keep_answer(cast.bob, draft.pk, answer.answer_id, "A small order on watch")
    assert again == kept
    draft = PolicyDraft.objects.get(pk=draft.pk)
    assert "Secretive" not in draft.xml
    given = kept.given
    assert (given["amount"], given["overdue undisputed"]) == ("8100", "5200")
    assert "5213.55" not in draft.xml
    assert str(customer.id) not in draft.xml
    [ran] = examples.ran(drafts.model_of(draft))
    assert (ran.example.expect["act"], ran.passed) == ('"go ahead"', False)  # the draft is stricter
    keeping.remove(cast.bob, draft.pk, kept.id)
    assert examples.of(drafts.model_of(PolicyDraft.objects.get(pk=draft.pk))) == ()
    with pytest.raises(Problem):
        keeping.keep_answer(cast.alice, draft.pk, answer.answer_id, "Mine")
    restrict(cast.olga, customer.pk, "They asked for it.")
    with pytest.raises(Problem, match="Only an answer that a rule gave"):
        keeping.keep_answer(cast.bob, draft.pk, answer.answer_id, "A small order on watch")


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("48213.55", 48000),
        ("9999.99", 9900),  # 10,000 would be the other rule
        ("10000.5", 10000),
        ("0.004567", Decimal("0.0046")),
        ("-1234.5", -1200),
        ("0", 0),
    ],
)
def test_an_amount_is_rounded_so_that_the_same_rule_answers(
    value: str, told: int | Decimal
) -> None:
    found = roughly({"amount": Decimal(value)}, ["amount"], lambda given: given["amount"] >= 10000)
    assert found == {"amount": told}


def test_what_hangs_on_the_cent_is_not_rounded_and_a_day_is_a_year() -> None:
    exact = Decimal("48213.55")
    assert roughly({"a": exact}, ["a"], lambda given: given["a"] == exact) is None
    since = {"since": date(2019, 5, 7), "open": Decimal(7)}
    later = roughly(since, ["since"], lambda given: given["since"] > date(2019, 4, 1))
    assert later == {"since": date(2020, 1, 1), "open": Decimal(7)}


def test_one_by_hand_names_what_the_policy_has(cast: Cast) -> None:
    draft = a_draft(cast.bob)
    given = {"hold set by accounting": True, "exception": False}
    made = keeping.write(cast.bob, draft.pk, "A hold", "proposal", given, {"act": "pass on"})
    assert made.expect == {"act": '"pass on"'}
    [ran] = examples.ran(drafts.model_of(PolicyDraft.objects.get(pk=draft.pk)))
    assert ran.passed
    for wrong in ({}, {"colour": "red"}):
        with pytest.raises(Problem, match="what is expected"):
            keeping.write(cast.bob, draft.pk, "A hold", "proposal", given, wrong)


def test_as_kit_cases_they_are_run_by_the_kits_runner_on_any_day(
    cast: Cast, tmp_path: Path
) -> None:
    model = examples.with_example(policies.default(), ON_WATCH)
    customer, _profile = a_best_customer()
    answer = decide(customer.id, "discount", {"percent": "5"}, asked_by=cast.bob, channel="page")
    draft = drafts.begin(cast.bob, "With examples")
    drafts.change(cast.bob, draft.pk, [{"kind": "file", "xml": model.save().decode()}])
    assert answer.answer_id is not None
    keeping.keep_answer(cast.bob, draft.pk, answer.answer_id, "A discount")
    model = drafts.model_of(PolicyDraft.objects.get(pk=draft.pk))
    home = tmp_path / "compliance-level-2" / "policy"
    home.mkdir(parents=True)
    (home / "policy.dmn").write_bytes(model.save())
    (home / "policy-test-01.xml").write_bytes(examples.as_kit(model, "policy.dmn"))
    cases = list(tck.run(tmp_path))
    assert [(each.case == "watched", each.passed, each.remark) for each in cases] == [
        (True, True, cases[0].remark), (False, True, cases[1].remark),
    ]  # fmt: skip


def test_the_pages_of_examples(cast: Cast) -> None:
    draft, client = a_draft(cast.bob), client_of(cast.bob)
    address = f"/promise/drafts/{draft.pk}/examples/"
    said = {"name": "A hold", "table": "proposal", "act": "go ahead", "to": "",
            "given.hold set by accounting": "true", "given.exception": "false"}  # fmt: skip
    assert client.post(address, said | {"name": ""}).status_code == 422
    assert client.post(address, said | {"given.reason": "whatever"}).status_code == 422
    form = client.get(address).content.decode()
    assert '<option value="ask">Ask first</option>' in form
    assert '<select name="given.reason"' in form
    assert client.post(address, said).status_code == 302
    page = client.get(address).content.decode()
    assert "expected go ahead, found pass on" in page
    [kept] = examples.of(drafts.model_of(PolicyDraft.objects.get(pk=draft.pk)))
    proposal = proposals.propose(cast.bob, draft.pk, "Less", "Losses.", TODAY)
    version = f"/promise/versions/{proposal.version.number}"
    pages = f"/promise/proposals/{proposal.pk}/", f"{version}/examples/", f"{version}/dmn/"
    page, cases, file = (client.get(each).content.decode() for each in pages)
    assert "expected go ahead, found pass on" in page
    assert "A hold" in cases
    assert "A hold" in file
    page, cases, file = (client_of(cast.alice).get(each) for each in pages)
    assert "An example of our promise fails." in page.content.decode()
    assert [b"A hold" in each.content for each in (page, cases, file)] == [False] * 3
    assert (cases.status_code, examples.of(policies.load(file.content))) == (403, ())
    assert client.post(f"{address}{kept.id}/removal/").status_code == 302
    assert "A hold" not in client.get(address).content.decode()


def test_an_answer_is_kept_on_its_page(cast: Cast) -> None:
    customer, _profile = a_customer()
    answer = decide(customer.id, "proposal", {}, asked_by=cast.bob, channel="page")
    client, address = client_of(cast.bob), f"/answers/{answer.answer_id}/example/"
    assert address in client.get(f"/answers/{answer.answer_id}/").content.decode()
    assert client.post(address, {"name": "A proposal", "draft": "x"}).status_code == 422
    done = client.post(address, {"name": "A proposal", "draft": "new"})
    assert "A proposal" in client.get(done["Location"]).content.decode()
    assert client_of(cast.alice).get(address).status_code == 403
