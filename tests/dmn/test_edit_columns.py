"""Columns, inputs and tables are put in and taken away; what is taken back is as it was."""

from __future__ import annotations

from functools import reduce
from typing import Any

import pytest
from tests.dmn.drawn import decision, drawing, table

from concord import dmn
from concord.dmn.edit import edited
from concord.dmn.model import Model

RULES = [["< 5", "1", "why"], [">= 5", "2", "because"]]
LOGIC = table({"n": "number"}, RULES, annotations=["en"])


def a_model(logic: str = LOGIC) -> Model:
    return dmn.load(drawing({"n": "number"}, decision("answer", logic, ["input n"])))


def there_and_back(model: Model, *changes: dict[str, Any]) -> Model:
    """The model after the changes; taken back it is the same file."""
    after = model
    inverse: list[dict[str, Any]] = []
    for change in changes:
        after, back = edited(after, change)
        inverse = [*back, *inverse]
    before = reduce(lambda done, change: edited(done, change)[0], inverse, after)
    assert before.save() == model.save()
    return after


def test_an_input_comes_with_its_data_and_a_cell_in_every_rule() -> None:
    after = there_and_back(
        a_model(),
        {"kind": "add input", "id": "input m", "name": "m", "type": "boolean"},
        {"kind": "require", "decision": "answer", "needs": "input m"},
        {"kind": "add column", "table": "table", "column": "in2", "of": "input", "after": "in1",
         "reads": "m", "label": "Is it so", "type": "boolean", "values": "true, false"},
    )  # fmt: skip
    own = after.tables["answer"]
    assert [(c.id, c.title, c.type, c.allowed) for c in own.inputs] == [
        ("in1", "n", "", ""), ("in2", "Is it so", "boolean", "true, false"),
    ]  # fmt: skip
    assert [rule.inputs for rule in own.rules] == [("< 5", "-"), (">= 5", "-")]
    assert after.problems == ()
    after, _ = edited(
        after,
        {"kind": "cells", "table": "table",
         "cells": [{"rule": "r1", "column": "in2", "text": "true"}]},
    )  # fmt: skip
    assert after.evaluate("answer", {"n": 1, "m": True}).value == 1
    assert after.evaluate("answer", {"n": 1, "m": False}).value is None


def test_a_column_may_be_the_first_and_say_something_of_its_own() -> None:
    first = {"kind": "add column", "table": "table", "column": "in0", "of": "input",
             "reads": "n * 2", "text": "not(null)"}  # fmt: skip
    own = there_and_back(a_model(), first).tables["answer"]
    assert [column.expression for column in own.inputs] == ["n * 2", "n"]
    assert [rule.inputs for rule in own.rules] == [("not(null)", "< 5"), ("not(null)", ">= 5")]


def test_an_output_with_listed_values() -> None:
    new = {"kind": "add column", "table": "table", "column": "out2", "of": "output",
           "after": "out1", "reads": "colour", "type": "string", "values": '"red", "blue"',
           "text": '"red"'}  # fmt: skip
    after = there_and_back(a_model(), new)
    _one, other = after.tables["answer"].outputs
    assert (other.name, other.type, other.allowed) == ("colour", "string", '"red", "blue"')
    assert after.evaluate("answer", {"n": 7}).value == {"result": 2, "colour": "red"}
    gone = there_and_back(after, {"kind": "remove column", "table": "table", "column": "out1"})
    assert [each.name for each in gone.tables["answer"].outputs] == ["colour"]


def test_of_a_rule_that_lacks_entries_nothing_is_lost() -> None:
    assert LOGIC.count("<inputEntry>") == 2
    bare = LOGIC.replace("<inputEntry><text>&lt; 5</text></inputEntry>", "")
    new = {"kind": "add column", "table": "table", "column": "in2", "of": "input",
           "after": "in1", "reads": "n"}  # fmt: skip
    after = there_and_back(a_model(bare), new)
    assert [rule.inputs for rule in after.tables["answer"].rules] == [(), (">= 5", "-")]


def test_a_new_table_is_filled_by_changes() -> None:
    after = there_and_back(
        a_model(),
        {"kind": "add table", "id": "d2", "table": "t2", "name": "second", "policy": "FIRST",
         "output": {"column": "o2", "name": "act", "type": "string", "values": '"go"'},
         "annotations": ["en"]},
        {"kind": "require", "decision": "d2", "needs": "answer"},
        {"kind": "add column", "table": "t2", "column": "i2", "of": "input", "reads": "answer"},
        {"kind": "insert", "table": "t2", "after": "",
         "rules": [{"id": "r", "cells": {"i2": "1", "o2": '"go"', "en": "since"}}]},
    )  # fmt: skip
    assert after.evaluate("second", {"n": 1}).value == "go"
    assert after.tables["second"].hit_policy == "F"
    plain = {"kind": "add table", "id": "d3", "table": "t3", "name": "third",
             "output": {"column": "o3", "name": "x"}}  # fmt: skip
    assert there_and_back(after, plain).tables["third"].annotations == ()


def test_an_element_goes_and_comes_back_where_it_stood() -> None:
    after = there_and_back(a_model(), {"kind": "remove element", "id": "input n"})
    assert after.inputs == ()
    assert [problem.code for problem in after.problems if problem.severity == "error"] != []
    assert a_model().problems == ()


def test_what_is_so_already_changes_nothing() -> None:
    model = a_model()
    need = {"decision": "answer", "needs": "input n"}
    assert edited(model, {"kind": "require", **need}) == (model, [])
    without = there_and_back(model, {"kind": "unrequire", **need})
    assert without.decisions[0].requires == ()
    assert edited(without, {"kind": "unrequire", **need}) == (without, [])
    two = decision("other", LOGIC.replace('"table"', '"t2"'), ["answer", "input n"])
    model = dmn.load(drawing({"n": "number"}, decision("answer", LOGIC, ["input n"]), two))
    there_and_back(model, {"kind": "unrequire", "decision": "other", "needs": "input n"})


def test_the_first_input_stands_behind_the_types() -> None:
    types = '<itemDefinition name="t"><typeRef>string</typeRef></itemDefinition>'
    model = dmn.load(drawing({}, types=types))
    after = there_and_back(model, {"kind": "add input", "id": "i", "name": "i"})
    assert [str(each.tag).rpartition("}")[2] for each in after.document.root] == [
        "itemDefinition", "inputData",
    ]  # fmt: skip
    assert after.inputs[0].type == ""


COLUMN = {"kind": "add column", "table": "table", "column": "new", "of": "input", "reads": "n"}


@pytest.mark.parametrize(
    "change",
    [
        COLUMN | {"column": "in1"},
        COLUMN | {"of": "annotation"},
        COLUMN | {"after": "out1"},
        COLUMN | {"after": "nothing"},
        COLUMN | {"table": "nothing"},
        {"kind": "remove column", "table": "table", "column": "en"},
        {"kind": "remove column", "table": "table", "column": "out1"},
        {"kind": "remove column", "table": "table", "column": "nothing"},
        {"kind": "add input", "id": "input n", "name": "n"},
        {"kind": "add input", "id": "", "name": ""},
        {"kind": "remove element", "id": "nothing"},
        {"kind": "require", "decision": "answer", "needs": "nothing"},
    ],
)
def test_what_does_not_fit_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(dmn.DmnError):
        edited(a_model(), change)
