"""A policy that is checked in a moment: a few rules in two tables, one rule in all others.

It keeps the law; `broken` makes of it one that does not, in a way that is named.
"""

from __future__ import annotations

from functools import cache

from concord.dmn import edit
from concord.dmn.model import DecisionTable, Model
from concord.treatment import policies

KEPT = {  # the rules that stay; of every other table the last one, for whatever there is
    "standing.table": ("standing.hold", "standing.overdue", "standing.good"),
    "place_order.table": ("place_order.on_hold", "place_order.exception", "place_order.in_turn"),
}
ANYTHING = {"place_order.in_turn": ("value",)}
BROKEN = {  # by the finding that it makes (later: none): a rule, its column, what that says then
    "gap": ("place_order.in_turn", "place_order.amount.in", "<= 5000"),
    "conflict": ("place_order.on_hold", "place_order.standing.in", '"on hold", "good"'),
    "later": ("place_order.in_turn", "place_order.urgency.out", '"within two days"'),
    "word": ("place_order.in_turn", "place_order.say.out", '"abracadabra"'),
}


@cache
def small() -> Model:
    model = policies.default()
    for table in model.tables.values():
        model = _cut(model, table)
    return policies.load(model.save())


@cache
def broken(*flaws: str) -> Model:
    """The small policy with these flaws; with none it says something else, and keeps the law."""
    model = small().with_cell(
        "place_order.table", "place_order.in_turn", "place_order.priority.out", "4"
    )
    for flaw in flaws:
        rule, column, text = BROKEN[flaw]
        model = model.with_cell("place_order.table", rule, column, text)
    return policies.load(model.save())


def _cut(model: Model, table: DecisionTable) -> Model:
    ids = [rule.id for rule in table.rules]
    kept = KEPT.get(table.id, (ids[-1],))
    gone = [each for each in ids if each not in kept]
    if gone:
        model = edit.edited(model, {"kind": "delete", "table": table.id, "rules": gone})[0]
    cells = [
        {"rule": rule, "column": column.id, "text": "-"}
        for rule in kept
        for column in table.inputs
        if table.id not in KEPT or column.expression in ANYTHING.get(rule, ())
    ]
    return edit.edited(model, {"kind": "cells", "table": table.id, "cells": cells})[0]
