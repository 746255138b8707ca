"""On which inputs the expressions of a model rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from concord.dmn import model as m
from concord.dmn.feel.expression import parse
from concord.dmn.problems import FeelSyntaxError


class Bases:
    """The inputs that expressions of one model are made of."""

    def __init__(self, model: m.Model) -> None:
        self.model = model
        self._known: dict[str, frozenset[str]] = {}

    def related(self, one: Iterable[str], other: Iterable[str]) -> bool:
        """Whether two of the expressions are different ones of one input."""
        others = list(other)
        return any(a != b and self.of(a) & self.of(b) for a in one for b in others)

    def of(self, expression: str) -> frozenset[str]:
        """The inputs that the expression is made of; of a choice, those of its decision."""
        expression = expression.partition("\x00")[0]
        if expression not in self._known:
            self._known[expression] = frozenset()  # a circle ends here
            self._known[expression] = frozenset(self._names(expression))
        return self._known[expression]

    def is_decision(self, expression: str) -> bool:
        return any(each.name == expression for each in self.model.decisions)

    def _names(self, expression: str) -> Iterator[str]:
        model = self.model
        if any(each.name == expression for each in model.inputs):
            yield expression
            return
        decision = next((each for each in model.decisions if each.name == expression), None)
        if decision is not None:
            elements: list[m.InputData | m.Decision] = [*model.inputs, *model.decisions]
            for each in elements:
                if f"#{each.id}" in decision.requires:
                    yield from self.of(each.name)
            return
        names = [each.name for each in model.inputs]
        names += [each.name for each in model.decisions]
        try:
            found = parse(expression, names, fields=model.compiled.fields).names
        except FeelSyntaxError:
            return
        for name in found:
            yield from self.of(name)
