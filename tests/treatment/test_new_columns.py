"""A table of the policy looks at one more fact: a column, its input, and the fact in answers."""

from __future__ import annotations

from datetime import date
from functools import reduce

import pytest
from django.test import Client
from tests.facts import builders as facts
from tests.treatment.cast import TODAY, Cast, a_customer

from concord.dmn.edit import edited
from concord.dmn.model import Model
from concord.kernel.access import viewer_of
from concord.kernel.errors import Problem
from concord.treatment import changes, law, new_columns, policies
from concord.treatment.actions import drafts, publish
from concord.treatment.actions.decide import decide
from concord.treatment.actions.replay import replay
from concord.treatment.models import AnswerLog
from concord.treatment.policy_facts import read_by

pytestmark = pytest.mark.django_db
LATE = "late shipments 90 days"


def with_column(model: Model, table: str, name: str) -> Model:
    changes = new_columns.changes(model, table, name)
    return reduce(lambda done, change: edited(done, change)[0], changes, model)


def test_a_column_that_asks_nothing_changes_no_answer() -> None:
    model = policies.default()
    after = with_column(model, "proposal", LATE)
    column = after.tables["proposal"].inputs[-1]
    assert (column.id, column.expression, column.type) == (
        "proposal.late_shipments_90_days.in", LATE, "number",
    )  # fmt: skip
    assert {rule.inputs[-1] for rule in after.tables["proposal"].rules} == {"-"}
    assert after.differences(model, "proposal") == []
    assert changes.between(model, after, "en") == []
    [told] = changes.rules(model, after, "en")
    assert (told.rules, told.gone) == ((), ())
    named = "“late shipments, promised in the last 90 days”"
    assert told.columns == (f"New column {named}: it asks nothing yet.",)
    [gone] = changes.rules(after, model, "en")
    assert gone.columns == (f"The column {named} is gone.",)
    assert law.check(after) == []
    assert set(read_by(after)) - set(read_by(model)) == {"late_shipments_90_days"}
    assert "orders_12_months" not in read_by(model)  # no table asks for it


def test_what_is_taken_away_leaves_no_line_behind() -> None:
    model = with_column(policies.default(), "proposal", LATE)
    gone = new_columns.without(model, "proposal", model.tables["proposal"].inputs[-1].id)
    assert [each["kind"] for each in gone] == ["remove column", "unrequire"]
    after = reduce(lambda done, change: edited(done, change)[0], gone, model)
    assert after.tables == policies.default().tables
    # What a cell of the table still reads stays needed.
    cell = {"rule": "value.key", "column": "value.revenue_12_months.in", "text": "> growth"}
    change = {"kind": "cells", "table": "value.table", "cells": [cell]}
    crossed, _ = edited(policies.default(), change)
    kept = new_columns.without(crossed, "value", "value.growth.in")
    assert [each["kind"] for each in kept] == ["remove column"]


def test_a_field_of_the_request_and_a_standing_may_be_asked_for() -> None:
    model = policies.default()
    after = with_column(model, "proposal", "amount")
    assert len(after.inputs) == len(model.inputs)  # it is there for other requests
    assert after.tables["proposal"].inputs[-1].type == "number"
    listed = with_column(model, "side_note", "standing").tables["side note"].inputs[-1]
    assert (listed.expression, listed.type) == ("standing", "string")


@pytest.mark.parametrize("name", ["standing", "the weather", "percent"])
def test_what_is_no_fact_of_this_table_is_refused(name: str) -> None:
    with pytest.raises(Problem):
        new_columns.changes(policies.default(), "proposal", name)
    with pytest.raises(Problem, match="no such table"):
        new_columns.changes(policies.default(), "nothing", name)
    with pytest.raises(Problem, match="no such column"):
        new_columns.without(policies.default(), "proposal", name)


def test_the_list_is_found_by_words_in_any_language_with_a_customers_values(cast: Cast) -> None:
    customer, profile = a_customer()
    facts.a_record(profile, "shipment", opened="2026-10-01", due="2026-11-01", closed=None)
    viewer = viewer_of(cast.sarah)
    found = new_columns.offers(policies.default(), "proposal", "지연 출하", viewer, customer)
    assert [(each.name, each.value) for each in found] == [(LATE, "1")]
    plain = new_columns.offers(policies.default(), "proposal", "", viewer, None)
    assert plain[0].name == "amount"  # the request's own fields first
    assert {each.value for each in plain} == {""}
    assert len(plain) > 40


def test_the_policy_in_force_decides_by_the_new_fact_and_its_answers_replay(cast: Cast) -> None:
    model = with_column(policies.default(), "side_note", LATE)
    cells = [{"rule": "side_note.dispute", "column": "side_note.disputed_amount.in", "text": "-"},
             {"rule": "side_note.dispute", "column": "side_note.late_shipments_90_days.in",
              "text": ">= 1"}]  # fmt: skip
    model, _ = edited(model, {"kind": "cells", "table": "side_note.table", "cells": cells})
    version = publish.save_version(cast.sarah, model, "Shipments count")
    publish.put_in_force(cast.sarah, version, TODAY, "They wait for their goods.")
    customer, profile = a_customer()
    before = decide(customer.pk, "appointment", {}, asked_by=cast.alice, channel="page")
    assert before.warnings == () or all(w.kind != "note" for w in before.warnings)
    facts.a_record(profile, "shipment", opened="2026-10-01", due=str(date(2026, 11, 1)))
    after = decide(customer.pk, "appointment", {}, asked_by=cast.alice, channel="page")
    assert [warning.kind for warning in after.warnings if warning.kind == "note"] == ["note"]
    for each in (before, after):
        logged = AnswerLog.objects.get(pk=each.answer_id)
        assert (replay(logged).same_id, replay(logged).differences) == (True, ())


def test_on_the_page_a_column_is_added_seen_and_taken_back(client: Client, cast: Cast) -> None:
    draft = drafts.begin(cast.bob, "Late shipments")
    page = f"/promise/drafts/{draft.pk}/columns/proposal/"
    client.force_login(cast.bob)
    found = client.get(page, {"q": "late shipments"}).content.decode()
    assert found.count('name="name"') == 1
    assert f'value="{LATE}"' in found
    assert client.get(page, {"who": "Nobody GmbH"}).status_code == 200
    added = client.post(page, {"name": LATE})
    assert added["Location"] == f"/promise/drafts/{draft.pk}/?table=proposal"
    assert client.post(page, {"name": LATE}).status_code == 422
    before = draft.xml
    draft.refresh_from_db()
    table = drafts.model_of(draft).tables["proposal"]
    assert table.inputs[-1].expression == LATE
    gone = client.post(page, {"gone": table.inputs[-1].id})
    assert gone.status_code == 302
    for edit in draft.edits.order_by("-revision"):
        drafts.change(cast.bob, draft.pk, edit.inverse)
    draft.refresh_from_db()
    assert draft.xml == before
    client.force_login(cast.alice)
    assert client.get(page).status_code == 403
