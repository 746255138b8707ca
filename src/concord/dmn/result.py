"""What an evaluation gives back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from concord.dmn.feel.values import from_python
from concord.dmn.problems import Problem

if TYPE_CHECKING:
    from concord.dmn.tables import CompiledTable

# What a table tells: itself, the values of its columns, the rules that held (from 0), the output.
Told = tuple["CompiledTable | Asked", Sequence[Any], Sequence[int], Any]


@dataclass(frozen=True, slots=True)
class MatchedRule:
    """A rule that held. `index` counts from 1; `annotations` are the rule's texts by column, and
    its description, which is what Camunda's tools have as annotation."""

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
class Asked:
    """Of a table what its answer rests on, to be kept without the table."""

    decision: str
    titles: tuple[str, ...]
    matches: Mapping[int, MatchedRule]


class Result:
    """The `value`, and the `problems` that made it or a part of it null. What explains it is put
    together when it is asked for: most answers are never explained."""

    __slots__ = ("_decided", "_names", "_told", "problems", "value")

    def __init__(
        self,
        value: Any,
        problems: tuple[Problem, ...],
        told: Sequence[Told],
        decided: Mapping[str, Any],
        names: Mapping[str, str],
    ) -> None:
        """`told` is in the order of evaluation; `decided` has values by the keys of `names`."""
        self.value = value
        self.problems = problems
        self._told = told
        self._decided = decided
        self._names = names

    def __reduce__(self) -> tuple[Any, ...]:
        """What is pickled is the answer with what explains it, without the model."""
        told = [
            (Asked(table.decision, tuple(table.titles), {at: table.matches[at] for at in rules}),
             tuple(values), tuple(rules), output)
            for table, values, rules, output in self._told
        ]  # fmt: skip
        decided = {key: self._decided[key] for key in self._names if key in self._decided}
        return Result, (self.value, self.problems, told, decided, self._names)

    def __repr__(self) -> str:
        return f"Result(value={self.value!r}, problems={self.problems!r})"

    @property
    def matched(self) -> tuple[MatchedRule, ...]:
        """The rules that held, in the order of evaluation."""
        return tuple(table.matches[at] for table, _, rules, _ in self._told for at in rules)

    @property
    def explanation(self) -> tuple[Step, ...]:
        """A step for each table that was asked, in the order of evaluation."""
        return tuple(_step(*each) for each in self._told)

    @property
    def decisions(self) -> Mapping[str, Any]:
        """The value of each decision that was needed, by its name."""
        values = self._decided
        return {name: values[key] for key, name in self._names.items() if key in values}


def _step(
    table: CompiledTable | Asked, values: Sequence[Any], rules: Sequence[int], output: Any
) -> Step:
    inputs = {title: from_python(value) for title, value in zip(table.titles, values, strict=False)}
    return Step(table.decision, inputs, tuple(table.matches[at] for at in rules), output)
