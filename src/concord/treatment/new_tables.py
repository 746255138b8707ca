"""A table of its own for a company's own request: the changes of a draft that make it."""

from __future__ import annotations

from functools import reduce
from typing import Any

from django.utils.translation import gettext as _

from concord.dmn.edit import edited
from concord.dmn.model import DecisionTable, Model
from concord.kernel.errors import Problem
from concord.treatment import new_columns, requests
from concord.treatment.requests import RequestKind

Change = dict[str, Any]


def without_one(model: Model) -> list[RequestKind]:
    """The requests that the model answers by the rules for any other (one query)."""
    tables = {each.id for each in model.decisions}
    return [kind for kind in requests.all_kinds() if kind.table not in tables]


def changes(model: Model, kind: RequestKind) -> list[Change]:
    """The changes that give a request a table: with the rules for any other request to begin with,
    and a column for each field, which asks nothing yet. Nobody is answered otherwise by that.

    Raises `Problem` where it has one, or where the model has none for any other request.
    """
    if kind.table in {each.id for each in model.decisions}:
        raise Problem(_("This request has its table already."), place=kind.key)
    pattern = new_columns.find(model, requests.ANY_OTHER)
    name = _free_name(model, kind.key.replace("_", " "))
    first, *others = pattern.outputs
    made: list[Change] = [
        {"kind": "add table", "id": kind.table, "table": f"{kind.table}.table", "name": name,
         "policy": "UNIQUE", "annotations": list(pattern.annotations),
         "output": _output(kind, first.name, first.type, first.allowed)},
    ]  # fmt: skip
    after = f"{kind.table}.{first.name}.out"
    for output in others:
        said = _output(kind, output.name, output.type, output.allowed)
        made.append({"kind": "add column", "table": f"{kind.table}.table", "of": "output",
                     "after": after, "reads": said.pop("name"), **said})  # fmt: skip
        after = said["column"]
    done = reduce(lambda model, change: edited(model, change)[0], made, model)
    fields = [each.key.replace("_", " ") for each in kind.fields if each.type in new_columns.FEEL]
    for column in [*(each.expression for each in pattern.inputs), *fields]:
        more = new_columns.changes(done, kind.table, column)
        made += more
        done = reduce(lambda model, change: edited(model, change)[0], more, done)
    table = new_columns.find(done, kind.table)
    rules = [_rule(kind, pattern, table, at) for at in range(len(pattern.rules))]
    return [*made, {"kind": "insert", "table": table.id, "after": "", "rules": rules}]


def _output(kind: RequestKind, name: str, of: str, allowed: str) -> Change:
    column = f"{kind.table}.{name.replace(' ', '_')}.out"
    return {"column": column, "name": name, "type": of, "values": allowed}


def _rule(kind: RequestKind, pattern: DecisionTable, table: DecisionTable, at: int) -> Change:
    """A rule for any other request, in the columns of the new table."""
    rule = pattern.rules[at]
    cells = {
        column.expression: text for column, text in zip(pattern.inputs, rule.inputs, strict=True)
    }
    said = {each.id: cells.get(each.expression, "-") for each in table.inputs}
    said |= {each.id: text for each, text in zip(table.outputs, rule.outputs, strict=True)}
    said |= dict(zip(table.annotations, rule.annotations, strict=False))
    return {"id": f"{kind.table}.{rule.id.rpartition('.')[2]}", "cells": said}


def _free_name(model: Model, wanted: str) -> str:
    """A name that no input and no other decision has, since FEEL calls both by it."""
    taken = {each.name for each in model.inputs} | {each.name for each in model.decisions}
    return wanted if wanted not in taken else f"{wanted} request"
