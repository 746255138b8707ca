"""What the analysis tells: a problem with all that a sentence about it needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from concord.dmn.feel.values import Value, kind
from concord.dmn.problems import Problem

Conditions = tuple[tuple[str, str], ...]  # a column's title and a FEEL test
Results = tuple[tuple[str, Value], ...]  # an output's title and its value


@dataclass(frozen=True, slots=True)
class Finding(Problem):
    """`results` is what is said there: by each of the rules of a conflict, to the worse and to the
    better customer of an inversion, by the old and the new of a change. `other` are the better
    customer's conditions. With `doubt` the conditions may never be."""

    results: tuple[Results, ...] = ()
    other: Conditions = ()
    doubt: bool = False

    def as_json(self) -> dict[str, Any]:
        """The finding as plain data."""
        return {
            **problem_json(self),
            "rules": list(self.rules),
            "conditions": dict(self.conditions),
            "better": dict(self.other),
            "doubt": self.doubt,
            "results": [{name: _plain(value) for name, value in each} for each in self.results],
        }


def problem_json(problem: Problem) -> dict[str, Any]:
    """Any problem as plain data."""
    return {
        "code": problem.code,
        "severity": problem.severity,
        "message": problem.message,
        "place": str(problem.place),
        "decision": problem.place.decision,
    }


def _plain(value: Value) -> Any:
    """A value as JSON has it; what JSON lacks as FEEL writes it."""
    from concord.dmn.analysis.words import literal

    match kind(value):
        case "null" | "boolean" | "string":
            return value
        case "number":
            return int(value) if value == int(value) else float(value)
        case "list":
            return [_plain(each) for each in value]
        case "context":
            return {key: _plain(each) for key, each in value.items()}
    return literal(value)
