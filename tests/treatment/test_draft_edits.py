"""Several people change one draft: nothing is lost, each takes back their own."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from tests.treatment.cast import Cast

from concord.kernel.errors import Problem
from concord.treatment import brought, policies
from concord.treatment.actions import draft_undo, drafts
from concord.treatment.actions.drafts import OverlapError
from concord.treatment.models import DraftEdit, PolicyDraft

TABLE, COLUMN = "place_order.table", "place_order.amount.in"
HOLD = "place_order.on_hold"


@pytest.fixture
def draft(cast: Cast) -> PolicyDraft:
    return drafts.begin(cast.sarah, "Kinder")


def cells(*said: tuple[str, str, str]) -> list[dict[str, Any]]:
    listed = [{"rule": rule, "column": column, "text": text} for rule, column, text in said]
    return [{"kind": "cells", "table": TABLE, "cells": listed}]


def rules(draft: PolicyDraft) -> list[str]:
    draft.refresh_from_db()
    return [rule.id for rule in drafts.model_of(draft).tables["place order"].rules]


def text(draft: PolicyDraft, rule: str, column: str = COLUMN) -> str:
    draft.refresh_from_db()
    table = drafts.model_of(draft).tables["place order"]
    at = [each.id for each in table.inputs].index(column)
    return next(each.inputs[at] for each in table.rules if each.id == rule)


def test_two_people_change_different_cells_and_both_stay(cast: Cast, draft: PolicyDraft) -> None:
    first, second = rules(draft)[:2]
    drafts.change(cast.sarah, draft.pk, cells((first, COLUMN, "> 1")), seen=0)
    drafts.change(cast.bob, draft.pk, cells((second, COLUMN, "> 2")), seen=0)
    assert (text(draft, first), text(draft, second), draft.revision) == ("> 1", "> 2", 2)


def test_the_same_cell_is_refused_with_who_and_what(cast: Cast, draft: PolicyDraft) -> None:
    first = rules(draft)[0]
    stood = text(draft, first)
    drafts.change(cast.bob, draft.pk, cells((first, COLUMN, "> 1")), seen=0)
    drafts.change(cast.bob, draft.pk, cells((first, COLUMN, "> 3")), seen=1)
    with pytest.raises(OverlapError) as refused:
        drafts.change(cast.sarah, draft.pk, cells((first, COLUMN, "> 2")), seen=0)
    (clash,) = refused.value.clashes
    assert (clash.edit.by.name, clash.was) == ("Bob", stood)
    assert (text(draft, first), draft.revision) == ("> 3", 2)
    drafts.change(cast.sarah, draft.pk, cells((first, COLUMN, "> 2")), seen=2)  # keep mine
    assert text(draft, first) == "> 2"


def test_a_rule_that_is_gone_or_was_changed_meets_too(cast: Cast, draft: PolicyDraft) -> None:
    first, second, third = rules(draft)[:3]
    gone = [{"kind": "delete", "table": TABLE, "rules": [first]}]
    drafts.change(cast.bob, draft.pk, gone, seen=0)
    with pytest.raises(OverlapError):
        drafts.change(cast.sarah, draft.pk, cells((first, COLUMN, "> 2")), seen=0)
    below = [{"kind": "insert", "table": TABLE, "after": first, "rules": [{}]}]
    with pytest.raises(OverlapError):
        drafts.change(cast.sarah, draft.pk, below, seen=0)
    drafts.change(cast.bob, draft.pk, cells((second, COLUMN, "> 2")), seen=1)
    with pytest.raises(OverlapError):
        drafts.change(
            cast.sarah, draft.pk, [{"kind": "delete", "table": TABLE, "rules": [second]}], seen=1
        )
    drafts.change(
        cast.sarah, draft.pk, [{"kind": "duplicate", "table": TABLE, "rule": third}], seen=0
    )
    assert len(rules(draft)) == 10


def test_what_is_sent_twice_is_one_edit(cast: Cast, draft: PolicyDraft) -> None:
    sent, insert = uuid4(), [{"kind": "insert", "table": TABLE, "after": "", "rules": [{}]}]
    first = drafts.change(cast.sarah, draft.pk, insert, seen=0, client=sent)
    assert drafts.change(cast.sarah, draft.pk, insert, seen=0, client=sent) == first
    back = uuid4()
    undone = draft_undo.undo(cast.sarah, draft.pk, back)
    assert draft_undo.undo(cast.sarah, draft.pk, back) == undone
    assert (len(rules(draft)), DraftEdit.objects.count()) == (10, 2)


def test_each_takes_back_their_own_last_edit_and_does_it_again(
    cast: Cast, draft: PolicyDraft
) -> None:
    first, second = rules(draft)[:2]
    before = draft.xml
    drafts.change(cast.sarah, draft.pk, cells((first, COLUMN, "> 1")))
    drafts.change(cast.sarah, draft.pk, [{"kind": "delete", "table": TABLE, "rules": [second]}])
    drafts.change(cast.bob, draft.pk, cells((first, "place_order.value.in", '"key"')))
    draft_undo.undo(cast.sarah, draft.pk)
    assert second in rules(draft)
    draft_undo.undo(cast.sarah, draft.pk)
    assert text(draft, first) != "> 1"
    assert draft_undo.possible(draft, cast.sarah.pk) == (False, True)
    draft_undo.redo(cast.sarah, draft.pk)
    draft_undo.redo(cast.sarah, draft.pk)
    assert (text(draft, first), second in rules(draft)) == ("> 1", False)
    for _ in range(2):
        draft_undo.undo(cast.sarah, draft.pk)
    draft_undo.undo(cast.bob, draft.pk)
    draft.refresh_from_db()
    assert draft.xml == before
    with pytest.raises(Problem, match="nothing to take back"):
        draft_undo.undo(cast.sarah, draft.pk)


def test_after_something_new_nothing_is_done_again(cast: Cast, draft: PolicyDraft) -> None:
    first = rules(draft)[0]
    drafts.change(cast.sarah, draft.pk, cells((first, COLUMN, "> 1")))
    draft_undo.undo(cast.sarah, draft.pk)
    drafts.change(cast.sarah, draft.pk, cells((first, COLUMN, "> 2")))
    assert draft_undo.possible(draft, cast.sarah.pk) == (True, False)
    with pytest.raises(Problem, match="nothing to do again"):
        draft_undo.redo(cast.sarah, draft.pk)


def test_what_another_has_changed_since_is_not_taken_back(cast: Cast, draft: PolicyDraft) -> None:
    first = rules(draft)[0]
    drafts.change(cast.sarah, draft.pk, cells((first, COLUMN, "> 1")))
    drafts.change(cast.bob, draft.pk, cells((first, COLUMN, "> 2")))
    with pytest.raises(OverlapError, match="Bob"):
        draft_undo.undo(cast.sarah, draft.pk)
    draft_undo.undo(cast.bob, draft.pk)  # then it is Sarah's again
    draft_undo.undo(cast.sarah, draft.pk)
    draft_undo.redo(cast.sarah, draft.pk)
    draft_undo.redo(cast.bob, draft.pk)
    with pytest.raises(OverlapError):
        draft_undo.undo(cast.sarah, draft.pk)
    assert text(draft, first) == "> 2"


def gone(*ids: str) -> list[dict[str, Any]]:
    return [{"kind": "delete", "table": TABLE, "rules": list(ids)}]


def test_what_stood_beside_a_rule_that_is_gone_comes_back_to_the_nearest_place(
    cast: Cast, draft: PolicyDraft
) -> None:
    first, second, third, fourth, *rest = rules(draft)
    drafts.change(cast.sarah, draft.pk, cells((fourth, COLUMN, "> 1")))
    drafts.change(cast.sarah, draft.pk, gone(third))
    drafts.change(cast.bob, draft.pk, gone(second))
    drafts.change(cast.bob, draft.pk, gone(first))
    draft_undo.undo(cast.sarah, draft.pk)
    assert rules(draft) == [third, fourth, *rest]
    draft_undo.undo(cast.bob, draft.pk)
    draft_undo.undo(cast.bob, draft.pk)
    assert rules(draft) == [first, second, third, fourth, *rest]
    draft_undo.redo(cast.sarah, draft.pk)
    draft_undo.undo(cast.sarah, draft.pk)
    draft_undo.undo(cast.sarah, draft.pk)  # what lies below is reached
    assert text(draft, fourth) != "> 1"


def test_my_rules_stay_where_their_neighbour_is_gone(cast: Cast, draft: PolicyDraft) -> None:
    first, second, third, *rest = rules(draft)
    drafts.change(cast.bob, draft.pk, gone(second), seen=0)
    pasted = [{"kind": "insert", "table": TABLE, "after": second, "rules": [{"id": "a"}]}]
    with pytest.raises(OverlapError):
        drafts.change(cast.sarah, draft.pk, pasted, seen=0)
    drafts.change(cast.sarah, draft.pk, pasted, seen=1)  # keep mine
    move = [{"kind": "move", "table": TABLE, "rule": third, "after": second}]
    drafts.change(cast.sarah, draft.pk, move, seen=2)
    assert rules(draft) == [first, third, "a", *rest]
    move = [{"kind": "move", "table": TABLE, "rule": first, "after": second}]
    drafts.change(cast.sarah, draft.pk, move)  # it stands there already
    assert rules(draft) == [first, third, "a", *rest]
    drafts.change(cast.sarah, draft.pk, [{**pasted[0], "after": "x", "rules": [{"id": "b"}]}])
    assert rules(draft) == [first, third, "a", *rest, "b"]


def test_a_result_that_the_table_did_not_list_is_listed(cast: Cast, draft: PolicyDraft) -> None:
    first = rules(draft)[0]
    drafts.change(cast.sarah, draft.pk, cells((first, "place_order.act.out", '"decline"')))
    draft.refresh_from_db()
    listed = drafts.model_of(draft).tables["place order"].outputs[0].allowed
    assert listed == '"go ahead", "not yet", "pass on", "ask", "decline"'


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "shout"},
        {"kind": "cells", "table": TABLE, "cells": [1]},
        {"kind": "cells", "table": TABLE, "cells": [{"rule": "x", "column": "y", "text": ""}]},
        {"kind": "insert", "table": TABLE, "after": "", "rules": ["x"]},
        {"kind": "insert", "table": TABLE, "after": "gone", "rules": ["x"]},
        {"kind": "insert", "table": TABLE, "after": "", "rules": [{"cells": [1]}]},
        {"kind": "cells", "table": TABLE,
         "cells": [{"rule": HOLD, "column": COLUMN, "text": "x" * 2001}]},
        {"kind": "cells", "table": TABLE,
         "cells": [{"rule": HOLD, "column": COLUMN, "text": "\x01"}]},
        {"kind": "file", "xml": "<definitions"},
    ],
)  # fmt: skip
def test_what_is_no_change_leaves_the_draft(
    cast: Cast, draft: PolicyDraft, change: dict[str, Any]
) -> None:
    with pytest.raises(Problem):
        drafts.change(cast.sarah, draft.pk, [change])
    before = draft.xml
    draft.refresh_from_db()
    assert (draft.xml, draft.revision) == (before, 0)


def test_a_draft_is_put_aside_taken_up_and_called_otherwise(cast: Cast, draft: PolicyDraft) -> None:
    for _ in range(2):
        drafts.put_aside(cast.olga, draft.pk)
    with pytest.raises(Problem, match="not changed any more"):
        drafts.change(cast.sarah, draft.pk, cells((HOLD, COLUMN, "> 1")))
    with pytest.raises(Problem, match="not changed any more"):
        drafts.call(cast.sarah, draft.pk, "New")
    drafts.take_up(cast.olga, draft.pk)
    assert drafts.call(cast.sarah, draft.pk, "  Kinder  to all ").name == "Kinder to all"
    with pytest.raises(Problem, match="has a name"):
        drafts.call(cast.sarah, draft.pk, " ")
    for forbidden in (drafts.put_aside, drafts.take_up):
        with pytest.raises(Problem) as refused:
            forbidden(cast.alice, draft.pk)
        assert refused.value.code == "forbidden"


def test_what_is_in_force_stays_as_it_is(cast: Cast, draft: PolicyDraft) -> None:
    drafts.change(cast.sarah, draft.pk, cells((rules(draft)[0], COLUMN, "> 1")))
    assert policies.by_number(1).model.save() == policies.default().save()


FORGED: list[dict[str, Any]] = [
    {"kind": "file"},
    {"kind": "cells", "table": TABLE, "cells": [{"rule": HOLD, "text": "-"}]},
    {"kind": "cells", "table": TABLE, "cells": [{"column": COLUMN, "text": "-"}]},
    {"kind": "cells", "table": TABLE, "cells": [{"rule": [], "column": COLUMN, "text": "-"}]},
    {"kind": "cells", "table": TABLE, "cells": None},
    {"kind": "move", "table": TABLE, "rule": HOLD, "after": "", "skip": 1e400},
    {"kind": "insert", "after": "x", "rules": [{}]},
]


def test_what_no_page_sends_is_refused_and_nothing_is_done(cast: Cast, draft: PolicyDraft) -> None:
    for forged in FORGED:
        for seen in (None, 0):
            with pytest.raises(Problem, match="no change of a policy"):
                drafts.change(cast.sarah, draft.pk, [forged], seen=seen)
        with pytest.raises(Problem):
            brought.after(drafts.model_of(draft), [forged])
    for text in ("a\ud800", "\x00"):
        for forged in (cells((HOLD, COLUMN, text))[0], {"kind": "file", "xml": text}):
            with pytest.raises(Problem, match="half a character"):
                drafts.change(cast.sarah, draft.pk, [forged])
    draft.refresh_from_db()
    assert draft.revision == 0


def test_a_rule_with_a_cell_too_few_is_refused(cast: Cast, draft: PolicyDraft) -> None:
    short = re.sub(r"<inputEntry.*?</inputEntry>", "", draft.xml, count=1, flags=re.DOTALL)
    assert short != draft.xml
    with pytest.raises(Problem, match="one cell for each column"):
        drafts.change(cast.sarah, draft.pk, [{"kind": "file", "xml": short}])
