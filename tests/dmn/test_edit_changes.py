"""Every change of a table can be taken back: the file is then what it was, byte for byte."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Any

import pytest
from tests.dmn.drawn import decision, drawing, one_table, table

from concord import dmn
from concord.dmn.edit import edited, fresh, identified

POLICY = Path(dmn.__file__).parents[1] / "treatment" / "policy" / "default.dmn"
ODD = """<decisionTable id="table"><input id="in1" label="n"><inputExpression typeRef="number">
<text>n</text></inputExpression></input><output id="out1" name="say"/>
<annotation name="en"/><annotation name="ko"/>
<!-- first --><rule id="r1"><inputEntry id="e1"><text>&lt; 5<!-- why --></text></inputEntry>
<outputEntry><text> 1 </text></outputEntry></rule>
<!-- second --><?tool x?><rule id="r2"><description>d</description>
<outputEntry/></rule><rule id="r3"><inputEntry><text>-</text></inputEntry>
<outputEntry><text>2</text></outputEntry><annotationEntry><text>so</text></annotationEntry>
</rule></decisionTable>"""


def odd() -> dmn.Model:
    return dmn.load(drawing({"n": "number"}, decision("answer", ODD, ["input n"], "number")))


def taken_back(model: dmn.Model, change: dict[str, Any]) -> dmn.Model:
    """The model after a change, once it was seen that the way back leads back."""
    before = model.save()
    after, back = edited(model, change)
    assert model.save() == before
    there, again = run(after, back)
    assert there.save() == before
    redone, back = run(there, again)
    assert redone.tables == after.tables
    assert run(redone, back)[0].save() == before
    return after


def run(model: dmn.Model, changes: list[dict[str, Any]]) -> tuple[dmn.Model, list[dict[str, Any]]]:
    inverse: list[dict[str, Any]] = []
    for change in changes:
        model, back = edited(model, change)
        inverse = [*back, *inverse]
    return model, inverse


def a_change(rng: random.Random, model: dmn.Model) -> dict[str, Any]:
    logic = rng.choice(list(model.tables.values()))
    rules = [rule.id for rule in logic.rules]
    clauses = [*(each.id for each in logic.inputs), *(each.id for each in logic.outputs)]
    columns = [*clauses, *logic.annotations]
    of = {"table": logic.id}
    texts = ['"a"', None]
    rule, place = rng.choice(rules), rng.choice(["", *rules])
    cells = [
        {
            "rule": rng.choice(rules),
            "column": rng.choice(columns),
            "text": rng.choice(["", "x", "-"]),
        }
        for _ in range(rng.randrange(1, 4))
    ]
    return rng.choice(
        [
            of | {"kind": "cells", "cells": cells},
            of | {"kind": "insert", "after": place, "rules": [{"cells": {columns[0]: "<b>"}}, {}]},
            of | {"kind": "delete", "rules": rng.sample(rules, rng.randrange(1, len(rules) + 1))},
            of | {"kind": "move", "rule": rule, "after": place if place != rule else ""},
            of | {"kind": "duplicate", "rule": rule, "id": fresh()},
            of | {"kind": "rename", "column": rng.choice(["", *clauses]), "text": "called"},
            of | {"kind": "hit policy", "policy": rng.choice(["FIRST", "ANY", None])},
            of | {"kind": "values", "column": rng.choice(clauses), "values": rng.choice(texts)},
        ]
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_any_changes_one_after_the_other_lead_back(seed: int) -> None:
    rng = random.Random(seed)
    for first in (dmn.load(POLICY), odd()):
        model = first
        for _ in range(12):
            changed = taken_back(model, a_change(rng, model))
            if all(each.rules for each in changed.tables.values()):
                model = changed


def rules_of(model: dmn.Model) -> list[tuple[str, ...]]:
    return [(*rule.inputs, *rule.outputs) for rule in model.tables["answer"].rules]


def three() -> dmn.Model:
    return one_table({"n": "number"}, [["< 5", "1"], ["5", "2"], ["> 5", "3"]])


def test_several_cells_are_one_change() -> None:
    cells = [
        {"rule": "r1", "column": "in1", "text": "<= 4"},
        {"rule": "r3", "column": "out1", "text": "7"},
    ]
    after = taken_back(three(), {"kind": "cells", "table": "table", "cells": cells})
    assert rules_of(after) == [("<= 4", "1"), ("5", "2"), ("> 5", "7")]


def test_a_new_rule_has_an_id_of_its_own_and_stands_where_it_was_wanted() -> None:
    insert = {"kind": "insert", "table": "table", "after": "r1", "rules": [{"cells": {"in1": "4"}}]}
    after = taken_back(three(), insert)
    assert rules_of(after) == [("< 5", "1"), ("4", ""), ("5", "2"), ("> 5", "3")]
    twice, _ = edited(after, insert | {"after": ""})
    ids = [rule.id for rule in twice.tables["answer"].rules]
    assert len(set(ids)) == 5
    assert ids[1:2] + ids[3:] == ["r1", "r2", "r3"]


def test_a_rule_moves_to_the_top_and_behind_another() -> None:
    top = taken_back(three(), {"kind": "move", "table": "table", "rule": "r3", "after": ""})
    assert [each[0] for each in rules_of(top)] == ["> 5", "< 5", "5"]
    after = taken_back(top, {"kind": "move", "table": "table", "rule": "r3", "after": "r2"})
    assert rules_of(after) == rules_of(three())


def test_a_duplicate_keeps_no_id_of_the_first() -> None:
    after = taken_back(odd(), {"kind": "duplicate", "table": "table", "rule": "r1", "id": "r9"})
    assert [rule.id for rule in after.tables["answer"].rules] == ["r1", "r9", "r2", "r3"]
    assert after.save().count(b'id="e1"') == 1


def test_a_table_that_has_lost_all_rules_gets_one_again() -> None:
    empty = taken_back(three(), {"kind": "delete", "table": "table", "rules": ["r1", "r2", "r3"]})
    one = taken_back(
        empty, {"kind": "insert", "table": "table", "after": "", "rules": [{"id": "a"}]}
    )
    assert rules_of(one) == [("-", "")]


def test_titles_hit_policy_and_values() -> None:
    model = three()
    for change in (
        {"kind": "rename", "table": "table", "column": "in1", "text": "Days"},
        {"kind": "rename", "table": "table", "column": "", "text": "Who waits"},
        {"kind": "hit policy", "table": "table", "policy": "COLLECT", "aggregation": "SUM"},
        {"kind": "values", "table": "table", "column": "out1", "values": "1, 2, 3"},
        {"kind": "values", "table": "table", "column": "in1", "values": "[0..9]"},
    ):
        model = taken_back(model, change)
    logic = model.tables["answer"]
    assert (logic.name, logic.hit_policy, logic.aggregation) == ("Who waits", "C", "SUM")
    assert (logic.inputs[0].label, logic.inputs[0].allowed) == ("Days", "[0..9]")
    assert logic.outputs[0].allowed == "1, 2, 3"


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "shout"},
        {"kind": "cells", "table": "table", "cells": "none"},
        {"kind": "cells", "table": "x", "cells": []},
        {"kind": "delete", "table": "table", "rules": ["x"]},
        {"kind": "move", "table": "table", "rule": "r1", "after": "x"},
        {"kind": "move", "table": "table", "rule": "r1", "after": "r1"},
        {"kind": "insert", "table": "table", "after": "", "rules": [{"id": "r1"}]},
        {"kind": "insert", "table": "table", "after": "", "rules": [{"cells": {"x": "1"}}]},
        {"kind": "hit policy", "table": "table", "policy": "SOMETIMES"},
    ],
)
def test_what_is_no_change_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(dmn.DmnError):
        edited(three(), change)


def test_a_cell_that_is_not_there_is_taken_away_without_a_trace() -> None:
    gone = {
        "kind": "cells",
        "table": "table",
        "cells": [{"rule": "r1", "column": "ko", "text": None}],
    }
    assert taken_back(odd(), gone).save() == odd().save()


def test_ids_are_written_where_there_are_none_and_where_two_share_one() -> None:
    logic = table({"n": "number"}, [["< 5", "1"], ["5", "2"], ["> 5", "3"]])
    bare = logic.replace(' id="r2"', "").replace(' id="r3"', ' id="r1"').replace(' id="in1"', "")
    model = identified(dmn.load(drawing({"n": "number"}, decision("answer", bare, ["input n"]))))
    own = model.tables["answer"]
    assert [rule.id for rule in own.rules] == ["r1", "rule_1", "rule_2"]
    assert own.inputs[0].id == "input_1"
    assert identified(model) is model
    moved, _ = edited(model, {"kind": "move", "table": own.id, "rule": "rule_2", "after": ""})
    assert [rule.id for rule in moved.tables["answer"].rules] == ["rule_2", "r1", "rule_1"]


def test_a_change_costs_what_it_touches() -> None:
    """Beside what a whole file costs to be read: no operation copies or compiles it."""
    rows = [[f"[{at}..{at + 1})" if column == at % 8 else "-" for column in range(8)] + ["1"]
            for at in range(100)]  # fmt: skip
    data = one_table({f"x{at}": "number" for at in range(8)}, rows).save()
    model = dmn.load(data)

    def best(work: Any) -> float:
        times = []
        for _ in range(5):
            begun = time.perf_counter()
            work()
            times.append(time.perf_counter() - begun)
        return min(times)

    cell = {"rule": "r50", "column": "in1", "text": "> 7"}
    edit = best(lambda: edited(model, {"kind": "cells", "table": "table", "cells": [cell]}))
    assert edit < best(lambda: dmn.load(data).compiled)


def test_a_table_within_another_box_is_found_by_its_id() -> None:
    inner = table({"n": "number"}, [["< 5", "1"]]).replace('id="table"', 'id="inner"')
    entry = "<contextEntry><variable name='deep'/>{}</contextEntry>"
    logic = f"<context>{entry.format(inner)}</context>"
    model = dmn.load(drawing({"n": "number"}, decision("answer", logic, ["input n"])))
    cell = {"rule": "r1", "column": "in1", "text": "< 7"}
    after = taken_back(model, {"kind": "cells", "table": "inner", "cells": [cell]})
    assert after.evaluate("answer", {"n": 6}).value == {"deep": 1}
