"""A company's own request: what it asks for, and a table of its own in the policy."""

from __future__ import annotations

from functools import reduce
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from tests.treatment.cast import TODAY, Cast, a_customer

from concord.dmn.edit import edited
from concord.kernel.errors import Problem
from concord.treatment import law, new_tables, policies, requests
from concord.treatment.actions import drafts, own_requests, publish
from concord.treatment.actions.decide import decide
from concord.treatment.actions.replay import replay
from concord.treatment.grid.sheet import Sheet, tables_of
from concord.treatment.models import AnswerLog
from concord.treatment.promise import Reader

WORDS = {"en": "A tour of the works", "ko": "공장 견학", "zh-hant": "參觀工廠"}
PEOPLE = {
    "key": "people",
    "words": {"en": "People", "ko": "인원", "zh-hant": "人數"},
    "type": "number",
    "asks": {"en": "How many will come?", "ko": "몇 명이 옵니까?", "zh-hant": "幾位要來？"},
}
GUESTS = {**PEOPLE, "key": "guests", "type": "choice",
          "choices": {"students": {"en": "Students"}, "buyers": {"en": "Buyers"}}}  # fmt: skip


@pytest.fixture
def tour(cast: Cast) -> Cast:
    own_requests.make(cast.adam, "tour", WORDS, "sales", None)
    own_requests.add_field(cast.adam, "tour", PEOPLE)
    return cast


def test_a_field_is_asked_for_as_it_was_declared(tour: Cast) -> None:
    own_requests.add_field(tour.adam, "tour", GUESTS)
    kind = requests.kind("tour")
    assert [(each.key, each.type) for each in kind.fields] == [
        ("people", "number"), ("guests", "choice"),
    ]  # fmt: skip
    assert requests.read_fields(kind, {"people": "12", "guests": "buyers"}) == {
        "people": 12, "guests": "buyers",
    }  # fmt: skip
    own_requests.remove_field(tour.adam, "tour", "guests")
    assert [each.key for each in requests.kind("tour").fields] == ["people"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"key": "People"}, "small letters"),
        ({"key": "people"}, "asks for this already"),
        ({"key": "standing"}, "means something else"),
        ({"key": "overdue_undisputed"}, "means something else"),
        ({"key": "amount", "type": "text"}, "means something else"),
        ({"key": "colour", "type": "choice"}, "to choose from"),
        ({"key": "colour", "type": "colour"}, "not declared properly"),
    ],
)
def test_what_would_mean_two_things_is_refused(
    tour: Cast, changed: dict[str, Any], said: str
) -> None:
    with pytest.raises(Problem, match=said):
        own_requests.add_field(tour.adam, "tour", {**PEOPLE, **changed})
    with pytest.raises(Problem, match="no request of this key"):
        own_requests.add_field(tour.adam, "nothing", PEOPLE)
    with pytest.raises(PermissionDenied):
        own_requests.add_field(tour.sarah, "tour", {**PEOPLE, "key": "size"})
    assert len(requests.kind("tour").fields) == 1


def test_its_own_table_begins_with_the_rules_for_any_other_and_changes_no_answer(
    tour: Cast,
) -> None:
    customer, _profile = a_customer()
    before = decide(customer.pk, "tour", {}, asked_by=tour.alice, channel="page")
    assert before.why.rules[0].id == "any_other.in_turn"
    draft = drafts.begin(tour.sarah, "Tours")
    model = drafts.model_of(draft)
    kind = requests.kind("tour")
    assert [each.key for each in new_tables.without_one(model)] == ["tour"]
    drafts.change(tour.sarah, draft.pk, new_tables.changes(model, kind))
    draft.refresh_from_db()
    made = drafts.model_of(draft)
    table = made.tables["tour"]
    assert [each.expression for each in table.inputs] == [
        "standing", "value", "exception", "people",
    ]  # fmt: skip
    assert {rule.inputs[3] for rule in table.rules} == {"-"}
    (title,) = [said for key, _name, said in tables_of(made, "en") if key == "tour"]
    cells = Sheet(made, "tour", "en").rows()[2].cells
    assert (title, cells[0].shown, cells[3].column.title) == (
        WORDS["en"],
        "to be watched",
        "People",
    )
    assert [each.name for each in table.outputs] == [
        "act", "to", "priority", "benefits", "say", "urgency",
    ]  # fmt: skip
    assert made.problems == ()
    assert law.check(made) == []
    with pytest.raises(Problem, match="has its table already"):
        new_tables.changes(made, kind)
    version = publish.save_version(tour.sarah, made, "Tours have rules")
    publish.put_in_force(tour.sarah, version, TODAY, "Tours have rules of their own.")
    after = decide(customer.pk, "tour", {}, asked_by=tour.alice, channel="page")
    assert after.why.rules[0].id == "tour.in_turn"
    assert (after.act, after.to, after.say) == (before.act, before.to, before.say)
    for each in AnswerLog.objects.all():
        assert replay(each).differences == ()


def test_a_rule_of_its_table_may_ask_for_its_field(tour: Cast) -> None:
    made = reduce(
        lambda model, change: edited(model, change)[0],
        new_tables.changes(policies.default(), requests.kind("tour")),
        policies.default(),
    )
    cells = {"standing": '"good"', "value": 'not("key")', "people": "null"}
    ids = {column.expression: column.id for column in made.tables["tour"].inputs}
    given = ['"ask"', "null", "null", "[]", '"people"', '"in turn"']
    outs = {each.id: cell for each, cell in zip(made.tables["tour"].outputs, given, strict=True)}
    changes = [
        {"kind": "cells", "table": "tour.table",
         "cells": [{"rule": "tour.in_turn", "column": ids["people"], "text": "not(null)"}]},
        {"kind": "insert", "table": "tour.table", "after": "tour.in_turn",
         "rules": [{"id": "tour.ask", "cells": {**{ids[k]: v for k, v in cells.items()}, **outs,
                                                "en": "We prepare by it."}}]},
        {"kind": "values", "table": "tour.table", "column": "tour.act.out",
         "values": '"go ahead", "pass on", "ask"'},
    ]  # fmt: skip
    asking = reduce(lambda model, change: edited(model, change)[0], changes, made)
    assert law.check(asking) == []
    version = publish.save_version(tour.sarah, asking, "Tours ask")
    publish.put_in_force(tour.sarah, version, TODAY, "We prepare by the number of people.")
    customer, _profile = a_customer()
    asked = decide(customer.pk, "tour", {}, asked_by=tour.alice, channel="page")
    assert asked.state == "asks"
    assert asked.question is not None
    assert asked.question.asks["ko"] == "몇 명이 옵니까?"
    told = decide(customer.pk, "tour", {"people": "12"}, asked_by=tour.alice, channel="page")
    assert (told.state, told.act) == ("answered", "go_ahead")
    with pytest.raises(Problem, match="Our promise looks at it"):
        own_requests.remove_field(tour.adam, "tour", "people")


def test_our_promise_says_it_in_its_own_words(tour: Cast) -> None:
    kind = requests.kind("tour")
    made = reduce(
        lambda model, change: edited(model, change)[0],
        new_tables.changes(policies.default(), kind),
        policies.default(),
    )
    column = next(each for each in made.tables["tour"].inputs if each.expression == "people")
    cell = {"rule": "tour.in_turn", "column": column.id, "text": "> 20"}
    made, _back = edited(made, {"kind": "cells", "table": "tour.table", "cells": [cell]})
    reader = Reader(made, "ko")
    section = next(each for each in reader.sections() if each.id == "tour")
    assert section.title == "공장 견학"
    assert [each.id for each in reader.sections()].index("tour") == len(requests.BUILT_IN)
    rule = next(each for each in section.rules if each.id == "tour.in_turn")
    assert "인원" in rule.condition
