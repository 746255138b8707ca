"""One cell of a table is changed; all else stays as it was."""

from __future__ import annotations

import pytest
from tests.dmn.drawn import decision, drawing, one_table, table

from concord import dmn

RULES = [["< 5", "1", "why"], [">= 5", "2", "because"]]


def a_model(logic: str) -> dmn.Model:
    return dmn.load(drawing({"n": "number"}, decision("answer", logic, ["input n"], "number")))


def test_a_table_without_an_id_is_found_by_its_decision() -> None:
    logic = table({"n": "number"}, [["< 5", "1"]]).replace(' id="table"', "")
    model = a_model(logic)
    (own,) = model.tables.values()
    changed = model.with_cell(own.id, "r1", "in1", "< 7")
    assert changed.tables["answer"].rules[0].inputs == ("< 7",)
    assert changed.evaluate("answer", {"n": 6}).value == 1


def test_an_entry_that_was_left_out_is_added() -> None:
    logic = table({"n": "number"}, RULES, annotations=["reason"])
    bare = logic.replace("<annotationEntry><text>because</text></annotationEntry>", "")
    changed = a_model(bare).with_cell("table", "r2", "reason", "as agreed")
    assert [rule.annotations for rule in changed.tables["answer"].rules] == [
        ("why",),
        ("as agreed",),
    ]


def test_an_entry_without_a_text_gets_one() -> None:
    logic = table({"n": "number"}, [["<", "1"]])
    empty = logic.replace("<inputEntry><text>&lt;</text></inputEntry>", "<inputEntry/>")
    assert a_model(empty).with_cell("table", "r1", "in1", "3").tables["answer"].rules[0].inputs == (
        "3",
    )


@pytest.mark.parametrize("ids", [("x", "r1", "in1"), ("table", "x", "in1"), ("table", "r1", "x")])
def test_ids_that_are_not_there(ids: tuple[str, str, str]) -> None:
    with pytest.raises(KeyError):
        one_table({"n": "number"}, [["-", "1"]]).with_cell(*ids, "2")


def test_a_text_that_the_cell_cannot_hold() -> None:
    with pytest.raises(dmn.FeelSyntaxError):
        one_table({"n": "number"}, [["-", "1"]]).with_cell("table", "r1", "in1", "((")


def test_a_table_without_an_id_is_found_beside_another() -> None:
    first, second = (
        table({"n": "number"}, [["< 5", result]]).replace(' id="table"', "")
        for result in ("1", "2")
    )
    drawn = (decision("before", first, ["input n"]), decision("answer", second, ["input n"]))
    model = dmn.load(drawing({"n": "number"}, *drawn))
    changed = model.with_cell(model.tables["answer"].id, "r1", "in1", "< 7")
    assert [changed.evaluate(name, {"n": 6}).value for name in ("before", "answer")] == [None, 2]


def test_what_stands_within_a_text_gives_way() -> None:
    logic = table({"n": "number"}, [["7", "1"]])
    model = a_model(logic.replace("<text>7</text>", "<text>7<note/></text>"))
    changed = model.with_cell("table", "r1", "in1", "< 7")
    assert changed.evaluate("answer", {"n": 6}).value == 1
    assert b"note" not in changed.save()
