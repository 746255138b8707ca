"""The values of a table's columns that are worth trying: below, at and above each number, each
word, and unknown where that can be. A table tells no others apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from concord.dmn.model import DecisionTable, InputClause

NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")
STEP: Final = Decimal("0.01")


def tried(table: DecisionTable) -> list[list[Any]]:
    """By column."""
    return [
        _values(column, [rule.inputs[at] for rule in table.rules])
        for at, column in enumerate(table.inputs)
    ]


def _values(column: InputClause, cells: Sequence[str]) -> list[Any]:
    text = " ".join(cells)
    if column.type == "boolean":
        return [False, True, None] if column.expression != "exception" else [False, True]
    if column.type == "number":
        limits = sorted({Decimal(each) for each in NUMBER.findall(text)} or {Decimal(0)})
        near = {value + step for value in limits for step in (-STEP, 0, STEP)}
        return [*sorted(near), None]
    if column.allowed:
        words: list[Any] = list(re.findall(r'"([^"]*)"', column.allowed))
        return words if column.expression in ("standing", "value") else [*words, None]
    return [*dict.fromkeys(re.findall(r'"([^"]*)"', text)), "something else"]
