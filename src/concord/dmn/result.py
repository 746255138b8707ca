"""What an evaluation gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from concord.dmn.problems import Problem


@dataclass(frozen=True, slots=True)
class MatchedRule:
    """A rule that held. `index` counts from 1; `annotations` are the rule's texts by column."""

    decision: str
    table: str
    rule_id: str
    index: int
    annotations: Mapping[str, str] = field(default_factory=dict)

    @property
    def annotation(self) -> str:
        """The first annotation."""
        return next(iter(self.annotations.values()), "")


@dataclass(frozen=True, slots=True)
class Step:
    """One decision of the graph: what its table looked at, which rules held, what came out."""

    decision: str
    inputs: Mapping[str, Any]
    matched: tuple[MatchedRule, ...]
    output: Any


@dataclass(frozen=True, slots=True)
class Result:
    """`matched` and `explanation` are in the order of evaluation; `decisions` has the value of each
    decision that was needed."""

    value: Any
    matched: tuple[MatchedRule, ...] = ()
    problems: tuple[Problem, ...] = ()
    explanation: tuple[Step, ...] = ()
    decisions: Mapping[str, Any] = field(default_factory=dict)
