"""Drafts of the policy: who may make them, and that a change is whole or not at all."""

from __future__ import annotations

import pytest
from tests.treatment.cast import Cast

from concord.kernel.errors import Problem
from concord.treatment import policies
from concord.treatment.actions import drafts
from concord.treatment.models import DraftEdit, PolicyDraft, PolicyInForce


def test_a_draft_begins_from_what_is_in_force_and_changes_nothing(cast: Cast) -> None:
    draft = drafts.begin(cast.olga, " Kinder to new customers ")
    assert (draft.name, draft.base.number, draft.revision) == ("Kinder to new customers", 1, 0)
    assert drafts.model_of(draft).save() == policies.default().save()
    assert PolicyInForce.objects.count() == 1


def test_a_whole_file_is_one_change_that_can_be_taken_back(cast: Cast) -> None:
    draft = drafts.begin(cast.sarah, "From a file")
    table = policies.default().tables["standing"]
    column, rule = table.inputs[1].id, table.rules[1].id
    after = policies.default().with_cell(table.id, rule, column, "> 250").save().decode()
    edit = drafts.change(cast.sarah, draft.pk, [{"kind": "file", "xml": after}])
    draft.refresh_from_db()
    assert (draft.xml, draft.revision, edit.revision) == (after, 1, 1)
    drafts.change(cast.sarah, draft.pk, edit.inverse)
    draft.refresh_from_db()
    assert (draft.xml, draft.revision) == (policies.default().save().decode(), 2)


def test_of_several_changes_all_or_none(cast: Cast) -> None:
    draft = drafts.begin(cast.sarah, "Half a file")
    whole = {"kind": "file", "xml": draft.xml}
    with pytest.raises(Problem, match="no element found"):
        drafts.change(cast.sarah, draft.pk, [whole, {"kind": "file", "xml": "<definitions>"}])
    with pytest.raises(Problem, match="no change of a policy"):
        drafts.change(cast.sarah, draft.pk, [whole, {"kind": "shout"}])
    draft.refresh_from_db()
    assert (draft.revision, DraftEdit.objects.count()) == (0, 0)


@pytest.mark.parametrize("name", ["adam", "alice", "charlie"])
def test_nobody_drafts_who_does_not_run_the_company(cast: Cast, name: str) -> None:
    with pytest.raises(Problem) as refused:
        drafts.begin(getattr(cast, name), "Mine")
    assert refused.value.code == "forbidden"
    assert not PolicyDraft.objects.exists()
