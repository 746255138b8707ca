"""Our promise says of each rule why it is there: no rule comes into force without it."""

from __future__ import annotations

from datetime import timedelta
from functools import reduce

import pytest
from django.utils import translation
from tests.treatment.cast import TODAY, Cast, a_customer, an_invoice
from tests.treatment.proposing import CONFLICT, a_draft, a_proposal, changed, seen
from tests.treatment.test_proposal_pages import client_of

from concord import dmn
from concord.dmn.edit import annotated, edited
from concord.dmn.model import Model
from concord.kernel.access import viewer_of
from concord.kernel.models import User
from concord.treatment import law, policies, queries, unreasoned
from concord.treatment.actions import drafts, proposals, publish
from concord.treatment.actions.decide import decide
from concord.treatment.actions.publish import sentence_of
from concord.treatment.models import PolicyDraft, PolicyInForce, PolicyVersion
from concord.treatment.unreasoned import NoReasonError

pytestmark = pytest.mark.django_db
RULE = "place_order.watch_large"
LANGUAGES = ("en", "ko", "zh-hant")


def without_reason(model: Model, rule: str = RULE) -> Model:
    cells = [{"rule": rule, "column": key, "text": ""} for key in LANGUAGES]
    return edited(model, {"kind": "cells", "table": "place_order.table", "cells": cells})[0]


def a_draft_without(by: User) -> PolicyDraft:
    draft = a_draft(by)
    model = without_reason(drafts.model_of(draft))
    drafts.change(by, draft.pk, [{"kind": "file", "xml": model.save().decode()}])
    draft.refresh_from_db()
    return draft


def test_a_rule_without_a_reason_is_not_proposed_and_its_cell_is_a_link_away(cast: Cast) -> None:
    draft = a_draft_without(cast.bob)
    with pytest.raises(NoReasonError, match="Place an order, rule 4") as refused:
        proposals.propose(cast.bob, draft.pk, "Less", "Losses.", TODAY)
    assert [each.rule for each in refused.value.rules] == [RULE]
    page = f"/promise/drafts/{draft.pk}/proposal/"
    link = f"/promise/drafts/{draft.pk}/?table=place_order&amp;rule={RULE}&amp;column=why"
    client = client_of(cast.bob)
    assert link in client.get(page).content.decode()  # before anybody writes what changes
    said = {"what": "Less", "why": "Losses.", "wanted_from": str(TODAY), "unanswered": "stands"}
    answer = client.post(page, said | {"revision": draft.revision})
    assert (answer.status_code, link in answer.content.decode()) == (422, True)
    cell = {"rule": RULE, "column": "ko", "text": "손실이 컸습니다."}  # one language is enough
    drafts.change(
        cast.bob, draft.pk, [{"kind": "cells", "table": "place_order.table", "cells": [cell]}]
    )
    assert proposals.propose(cast.bob, draft.pk, "Less", "Losses.", TODAY)


def test_no_way_in_takes_a_rule_without_a_reason(cast: Cast) -> None:
    version = publish.save_version(cast.bob, without_reason(policies.default()), "No reason")
    with pytest.raises(NoReasonError):
        publish.put_in_force(cast.sarah, version, TODAY, "Directly.")
    proposal = a_proposal(cast.bob)  # with a reason: as it was when it was proposed
    PolicyVersion.objects.filter(pk=proposal.version_id).update(
        xml=without_reason(policies.model_of(proposal.version)).save().decode(), digest="0" * 64
    )
    form = {"from_date": str(TODAY), "reason": "Yes.", "seen": str(seen())}
    answer = client_of(cast.sarah).post(f"/promise/proposals/{proposal.pk}/publication/", form)
    assert answer.status_code == 422
    assert f"rule={RULE}" in answer.content.decode()
    assert PolicyInForce.objects.count() == 1


def test_what_stood_without_a_reason_before_stands_in_nobodys_way(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = without_reason(policies.default())
    version = publish.save_version(cast.sarah, old, "From before")
    with monkeypatch.context() as before:  # a version of the time when nobody asked for reasons
        before.setattr(unreasoned, "refuse", lambda *_models: None)
        publish.put_in_force(cast.sarah, version, TODAY, "As it was.")
    higher = {("key", "urgency.out"): '"today"'}
    assert list(unreasoned.rules(changed(higher, old), old)) == []  # another rule is changed
    column = {"kind": "add column", "table": "place_order.table", "column": "more.in",
              "of": "input", "after": "", "reads": "growth", "label": "", "type": "number",
              "values": ""}  # fmt: skip
    wider = reduce(lambda model, each: edited(model, each)[0], [column], old)
    assert list(unreasoned.rules(wider, old)) == []  # a column that asks nothing changes no rule
    other = old.save().replace(b"<text>amount</text>", b"<text>amount * 2</text>")
    assert 4 in [each.number for each in unreasoned.rules(dmn.load(other), old)]  # it asks else
    lower = {("watch_large", "amount.in"): "> 5000"}
    assert [each.number for each in unreasoned.rules(changed(lower, old), old)] == [4]
    # An answer by it has no empty line where its reason would be.
    customer, profile = a_customer()
    an_invoice(profile, due="2026-11-10")  # watched
    answer = decide(
        customer.pk, "place_order", {"amount": "15000"}, asked_by=cast.alice, channel="page"
    )
    assert (answer.why.rules[0].id, {*answer.why.rules[0].reason.values()}) == (RULE, {""})
    rows = queries.present(viewer_of(cast.alice), answer).why
    assert [row.url for row in rows if row.url] == [
        f"/promise/?version={version.number}#standing.a_little_overdue"
    ]
    assert all(row.text for row in rows)
    # What was in force before comes back as it was, from another day on.
    publish.put_back(cast.sarah, 1, TODAY, "Back.")
    made = publish.put_back(cast.sarah, version.number, TODAY + timedelta(days=1), "And again.")
    assert made.version == version


def test_where_only_what_is_said_differs_a_contradiction_says_it() -> None:
    same = {"act.out": '"go ahead"', "to.out": '"sales"', "priority.out": "4",
            "urgency.out": '"in turn"', "say.out": ""}  # fmt: skip
    model = changed({**CONFLICT, **{("watch_large", key): text for key, text in same.items()}})
    [conflict] = [each for each in law.check(model) if each.kind == "conflict"]
    said = {}
    for language in LANGUAGES:
        with translation.override(language):
            said[language] = sentence_of(conflict)
    assert said["en"].endswith(
        "the one says that what is said is nothing and the other that what is said is "
        "“Thank you for your order. … will take care of it ….”."
    )
    assert "고객에게 하는 말은 없음" in said["ko"]
    assert "對客戶說的話為無" in said["zh-hant"]


DRAWN = """<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="d" name="d"
 namespace="n"><decision id="t" name="t"><variable name="t"/><decisionTable id="tt">
 <input id="i"><inputExpression typeRef="number"><text>1</text></inputExpression></input>
 <output id="o" typeRef="number"/><rule id="r"><description>Since long.</description>
 <inputEntry><text>-</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>
 <rule id="s"><inputEntry><text>2</text></inputEntry><outputEntry><text>2</text></outputEntry>
 </rule></decisionTable></decision></definitions>"""


def test_a_table_drawn_without_notes_has_a_place_for_reasons() -> None:
    drawn = dmn.load(DRAWN.encode())
    model = annotated(drawn, LANGUAGES)
    table = model.tables["t"]
    assert table.annotations == LANGUAGES
    assert [rule.annotations for rule in table.rules] == [("Since long.", "", ""), ("", "", "")]
    assert [each.rule for each in unreasoned.rules(model, None)] == ["s"]
    assert [rule.outputs for rule in table.rules] == [r.outputs for r in drawn.tables["t"].rules]
    again = dmn.load(model.save())
    assert annotated(again, LANGUAGES) is again
