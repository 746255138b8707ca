"""What a change of a draft touches: whether two people's changes are about the same.

A place is a path, from the table to the cell: `(table, "rules", rule, column)`. Two changes meet
where the place of one is the other's or lies within it; a whole file is everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

Place = tuple[str, ...]
EVERYTHING: Final[Place] = ()
RULES: Final = "rules"


def touched(changes: Iterable[Mapping[str, Any]]) -> frozenset[Place]:
    """Where the changes write."""
    return frozenset(place for change in changes for place in _written(change))


def needed(changes: Iterable[Mapping[str, Any]]) -> frozenset[Place]:
    """Where they write, and the rules beside which they put others."""
    found = set(touched(changes))
    for change in changes:
        for key in ("after", "rule"):
            if change.get("kind") in ("insert", "move", "duplicate") and change.get(key):
                found.add((change["table"], RULES, change[key], "@place"))
    return frozenset(found)


def _written(change: Mapping[str, Any]) -> Iterable[Place]:
    match change:
        case {"kind": "cells", "table": table, "cells": cells}:
            return [(table, RULES, cell["rule"], cell["column"]) for cell in cells]
        case {"kind": "delete", "table": table, "rules": rules}:
            return [(table, RULES, rule) for rule in rules]
        case {"kind": "insert", "table": table, "rules": rules}:
            return [(table, RULES, str(rule.get("id", ""))) for rule in rules]
        case {"kind": "duplicate", "table": table, "id": rule}:
            return [(table, RULES, rule)]
        case {"kind": "move", "table": table, "rule": rule}:
            return [(table, RULES, rule, "@order")]
        case {"kind": "rename" | "values" as kind, "table": table, "column": column}:
            return [(table, kind, column)]
        case {"kind": "words", "of": of, "key": key}:
            return [("words", of, key)]
        case {"kind": "hit policy", "table": table}:
            return [(table, "hit policy")]
        case {"table": str(table)}:
            return [(table,)]
    return [EVERYTHING]


def meet(one: Place, other: Place) -> bool:
    """Whether one lies within the other."""
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def rules_of(places: Iterable[Place], table: str) -> set[str] | None:
    """The rules of a table that are touched, or None where it may be any."""
    found: set[str] = set()
    for place in places:
        if not meet(place, (table,)):
            continue
        if len(place) < 3 or place[1] != RULES:
            return None
        found.add(place[2])
    return found
