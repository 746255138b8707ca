"""Changes to a model: each gives a new one, and `save` writes it with all else kept.

`edited(model, change)` carries out one change and gives what takes it back. A change is a small
JSON object; tables, rules and columns are named by id, annotations by name:

    {"kind": "cells", "table", "cells": [{"rule", "column", "text"}]}
    {"kind": "insert", "table", "after": rule or "", "rules": [{"id", "cells": {column: text}}]}
    {"kind": "delete", "table", "rules": [rule]}
    {"kind": "move", "table", "rule", "after": rule or ""}
    {"kind": "duplicate", "table", "rule", "id"}
    {"kind": "rename", "table", "column": column or "", "text"}
    {"kind": "hit policy", "table", "policy", "aggregation"}
    {"kind": "values", "table", "column", "values"}
    {"kind": "add column", "table", "column", "of": "input"|"output", "after": column or "",
     "reads", "label", "type", "values", "text": of its cells}
    {"kind": "remove column", "table", "column"}
    {"kind": "add input", "id", "name", "type"}
    {"kind": "add table", "id", "table", "name", "policy", "output": {"column", "name", "type",
     "values"}, "annotations"}
    {"kind": "remove element", "id"}
    {"kind": "require" or "unrequire", "decision", "needs"}

What a cell says is not looked at: a text that does not parse is a problem of the model (`check`).
A new kind is a function in the module of its noun that gives the model and what takes it back, and
a line in `edited`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from concord.dmn.edit import columns, elements, rules, tables
from concord.dmn.edit.annotations import annotated as annotated
from concord.dmn.edit.ids import identified as identified
from concord.dmn.edit.rules import fresh as fresh
from concord.dmn.edit.tree import Change as Change
from concord.dmn.model import Model
from concord.dmn.problems import FeelSyntaxError, wrong_argument


def edited(model: Model, change: Mapping[str, Any]) -> tuple[Model, list[Change]]:
    """The model after a change, and the changes that take it back, in order. Raises
    `UnknownNameError` for ids that are not there, `ArgumentError` for what is no change,
    `ModelError` where the result would be no model."""
    match change:
        case {"kind": "cells", "table": str(table), "cells": [*cells]}:
            return rules.set_cells(model, table, cells)
        case {"kind": "insert", "table": str(table), "after": str(after), "rules": [*new]}:
            return rules.insert(model, table, after, new)
        case {"kind": "delete", "table": str(table), "rules": [*gone]}:
            return rules.delete(model, table, gone)
        case {"kind": "move", "table": str(table), "rule": str(rule), "after": str(after)}:
            return rules.move(model, table, rule, after, int(change.get("skip", 0)))
        case {"kind": "duplicate", "table": str(table), "rule": str(rule), "id": str(new_id)}:
            return rules.duplicate(model, table, rule, new_id)
        case {"kind": "rename", "table": str(table), "column": str(column), "text": text}:
            return tables.rename(model, table, column, text)
        case {"kind": "hit policy", "table": str(table), "policy": policy}:
            return tables.set_hit_policy(model, table, policy, change.get("aggregation"))
        case {"kind": "values", "table": str(table), "column": str(column), "values": values}:
            return tables.set_values(model, table, column, values)
        case {"kind": "add column", "table": str(table)}:
            return columns.add(model, table, change)
        case {"kind": "remove column", "table": str(table), "column": str(column)}:
            return columns.remove(model, table, column)
        case {"kind": "add input"}:
            return elements.add_input(model, change)
        case {"kind": "add table"}:
            return elements.add_table(model, change)
        case {"kind": "put element"}:
            return elements.put(model, change)
        case {"kind": "remove element", "id": str(key)}:
            return elements.remove(model, key)
        case {"kind": "require", "decision": str(decision), "needs": str(needs)}:
            return elements.require(model, decision, needs, change)
        case {"kind": "unrequire", "decision": str(decision), "needs": str(needs)}:
            return elements.unrequire(model, decision, needs)
    raise wrong_argument("this is no change of a table")


def with_cell(model: Model, table_id: str, rule_id: str, column_id: str, text: str) -> Model:
    """See `Model.with_cell`. Columns are those of inputs, outputs and, by name, annotations."""
    cell = {"rule": rule_id, "column": column_id, "text": text}
    changed, _ = rules.set_cells(model, table_id, [cell])
    _still_reads(changed, model, text)
    return changed


def _still_reads(changed: Model, before: Model, text: str) -> None:
    """Raises `FeelSyntaxError` for problems of the new text that the model did not have."""
    known = {(problem.code, problem.place) for problem in before.compiled.problems}
    new = [
        problem
        for problem in changed.compiled.problems
        if problem.code.startswith("syntax.")
        and problem.place.text.strip() == text.strip()
        and (problem.code, problem.place) not in known
    ]
    if new:
        raise FeelSyntaxError(new)
