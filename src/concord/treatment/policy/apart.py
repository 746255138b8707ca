"""A table of the policy by itself: what other tables decide is given, as its reader takes it."""

from __future__ import annotations

import copy
import xml.etree.ElementTree as ET
from collections.abc import Iterator

from concord.dmn.edit import edited
from concord.dmn.model import DecisionTable, Model
from concord.dmn.problems import Problem
from concord.dmn.read.elements import id_of
from concord.dmn.xml import DMN, Document
from concord.treatment import policies

_NS = f"{{{DMN}}}"


def differences(old: Model, new: Model) -> Iterator[tuple[str, list[Problem]]]:
    """Table by table, by the name of its decision: the conditions in the table's own columns that
    get another answer. A table that one of the two has not got is left out; a column of results
    that one of the two has not got gives nothing there."""
    for decision in new.decisions:
        before, after = old.tables.get(decision.name), new.tables.get(decision.name)
        if before is None or after is None:
            continue
        said = [[(rule.inputs, rule.outputs) for rule in each.rules] for each in (before, after)]
        if said[0] != said[1]:
            one = _as_wide(apart(new, decision.id), before)
            other = _as_wide(apart(old, decision.id), after)
            changed = one.differences(other, decision.name)
            if changed:
                yield decision.name, list(changed)


def _as_wide(model: Model, like: DecisionTable) -> Model:
    """The model of one table, which gives nothing in columns of results that only `like` has."""
    [table] = model.tables.values()
    for output in like.outputs:
        if output.name not in {each.name for each in table.outputs} and len(table.outputs) > 1:
            said = {"kind": "add column", "table": table.id, "column": f"{output.id}.nothing",
                    "of": "output", "after": table.outputs[-1].id, "reads": output.name,
                    "type": output.type, "text": "null"}  # fmt: skip
            model, _back = edited(model, said)
            [table] = model.tables.values()
    return model


def act_alone(model: Model, decision: str) -> Model:
    """The model with the act as the only output of this decision's table: which rule holds, and
    what is done, stay the same, and a database has less to work out.

    The model itself where another output has a say in that, or there is no act.
    """
    table = model.tables.get(decision)
    if table is None or table.hit_policy not in ("F", "U") or len(table.outputs) < 2:
        return model
    names = [each.name for each in table.outputs]
    if "act" not in names:
        return model
    root = copy.deepcopy(model.document.root)
    mine = next(each for each in root.findall(f"{_NS}decision") if each.get("name") == decision)
    for variable in mine.findall(f"{_NS}variable"):
        variable.attrib.pop("typeRef", None)
    drawn = mine.find(f"{_NS}decisionTable")
    if drawn is None:
        return model
    for parent, tag in (
        (drawn, "output"),
        *((each, "outputEntry") for each in drawn.findall(f"{_NS}rule")),
    ):
        for name, each in zip(names, parent.findall(f"{_NS}{tag}"), strict=True):
            if name != "act":
                parent.remove(each)
    return policies.load(Document(root, model.document.prefixes).to_bytes())


def apart(model: Model, decision_id: str) -> Model:
    """The model with this decision alone; the decisions that it needs are inputs of their names."""
    root = copy.deepcopy(model.document.root)
    names = {each.id: each.name for each in model.decisions}
    mine = next(each for each in root.findall(f"{_NS}decision") if id_of(each) == decision_id)
    for other in root.findall(f"{_NS}decision"):
        if other is not mine:
            root.remove(other)
    for each in root.findall(f"{_NS}decisionService"):
        root.remove(each)
    for required in mine.iter(f"{_NS}requiredDecision"):
        required.tag = f"{_NS}requiredInput"
        key = required.get("href", "").removeprefix("#")
        root.insert(list(root).index(mine), _given(key, names.get(key, key)))
    return policies.load(Document(root, model.document.prefixes).to_bytes())


def _given(key: str, name: str) -> ET.Element:
    made = ET.Element(f"{_NS}inputData", {"id": key, "name": name})
    ET.SubElement(made, f"{_NS}variable", {"name": name, "typeRef": "string"})
    return made
