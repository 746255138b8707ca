"""What a piece of decision logic can see while it is compiled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from concord.dmn.feel import ast
from concord.dmn.feel.expression import Expression, free_nodes, parse
from concord.dmn.feel.names import Names, names_of
from concord.dmn.feel.runtime import Code, Env
from concord.dmn.feel.types import ANY, Type
from concord.dmn.feel.values import Value
from concord.dmn.itemtypes import Types
from concord.dmn.problems import FeelSyntaxError, Place, Problem, did_you_mean, quoted

_HINTED = 200  # problems among which unknown names are looked for


@dataclass(frozen=True, slots=True)
class Written:
    """An expression as it stood in the model, and the types that its names and value have there."""

    expression: Expression
    name_types: Mapping[str, Type]
    wanted: Type


@dataclass(frozen=True)
class Scope:
    """Names, properties and types in force; `problems` gathers what does not parse, `written` what
    does."""

    names: tuple[str, ...]
    fields: Names
    types: Types
    place: Place
    problems: list[Problem]
    tables: list[Any] = field(default_factory=list)  # the tables compiled so far
    name_types: Mapping[str, Type] = field(default_factory=dict)
    written: list[Written] = field(default_factory=list)

    def with_names(self, names: Iterable[str], types: Iterable[Type] = ()) -> Scope:
        """The same with more names, of these types or of any."""
        new = tuple(names)
        known = (
            dict(self.name_types) | dict.fromkeys(new, ANY) | dict(zip(new, types, strict=False))
        )
        return replace(self, names=(*self.names, *new), name_types=known)

    def in_filter(self) -> Scope:
        """Inside a filter any name may be an entry of the items."""
        return replace(self, names=(*self.names, "item"), name_types={})

    def at(self, *, table: str = "", rule: str = "", column: str = "") -> Scope:
        """The same at a nearer place."""
        here = self.place
        nearer = Place(here.decision, table or here.table, rule or here.rule, column or here.column)
        return replace(self, place=nearer)

    def expression(self, text: str, wanted: Type = ANY) -> Code:
        """The text's closure; a text that does not parse gives null and its problem. `wanted` is
        what the value is for: whether it can be that is a question for `typecheck`."""
        try:
            parsed = parse(
                text,
                names_of(self.names),
                fields=self.fields,
                types=self.types.named,
                place=self.place,
            )
        except FeelSyntaxError as error:
            return self.broken(error)
        self.know(parsed.tree, text)
        self.written.append(Written(parsed, self.name_types, wanted))
        return parsed._code  # type: ignore[return-value]

    def know(self, tree: ast.Node, text: str) -> None:
        """Note the names that are neither in scope nor may be properties."""
        known = names_of(self.names).all
        for node in free_nodes(tree, in_filters=False):
            if node.name not in known:
                place = replace(self.place, text=text, start=node.start, end=node.end)
                hint = did_you_mean(node.name, known) if len(self.problems) < _HINTED else ""
                message = f"{quoted(node.name)} is not known{hint}"
                self.problems.append(Problem("name.unknown", message, place))

    def broken(self, error: FeelSyntaxError) -> Code:
        self.problems.extend(error.problems)

        def code(env: Env) -> Value:
            for problem in error.problems:
                env.run.note(problem.code, problem.message, problem.place)
            return None

        return code

    def missing(self, what: str, code: str = "model.missing") -> Code:
        """Logic that is not there, or is none that can be run here."""
        problem = Problem(code, what, self.place)
        return self.broken(FeelSyntaxError([problem]))
