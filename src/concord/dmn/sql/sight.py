"""What a piece of decision logic sees while it is compiled to SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from concord.dmn.feel.types import ANY, Type
from concord.dmn.model import Model
from concord.dmn.problems import Place
from concord.dmn.requirements import Node as Element
from concord.dmn.sql.terms import Node, Term

Outputs = dict[str, Term]  # by name, those of a context within by dotted ones; a single one by ""


@dataclass(frozen=True)
class Sight:
    """`terms` are values by dotted name, `functions` the knowledge models; `names` are all that the
    logic may use. `home` is the model that the logic stands in, `type` what is made of its value.
    Where `when` does not hold the logic is not asked; `calls` are the knowledge models that are
    being put in place."""

    place: Place
    home: Model
    names: tuple[str, ...] = ()
    terms: Mapping[str, Term] = field(default_factory=dict)
    functions: Mapping[str, Element] = field(default_factory=dict)
    type: Type = ANY
    when: Node | None = None
    calls: tuple[str, ...] = ()

    def with_values(self, name: str, outputs: Outputs) -> Sight:
        """The same with one more name."""
        hidden = {each for each in self.terms if each == name or each.startswith(f"{name}.")}
        terms = {each: term for each, term in self.terms.items() if each not in hidden}
        functions = {each: node for each, node in self.functions.items() if each != name}
        return replace(
            self,
            names=(*self.names, name),
            terms=terms | named(name, outputs),
            functions=functions,
        )


def named(name: str, outputs: Outputs) -> dict[str, Term]:
    """The outputs as values of that name."""
    return {f"{name}.{own}" if own else name: term for own, term in outputs.items()}
