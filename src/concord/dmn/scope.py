"""What a piece of decision logic can see while it is compiled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from concord.dmn.feel.expression import parse, parse_unary
from concord.dmn.feel.names import Names
from concord.dmn.feel.runtime import Code, Env
from concord.dmn.feel.values import Value
from concord.dmn.itemtypes import Types
from concord.dmn.problems import FeelSyntaxError, Place, Problem


@dataclass(frozen=True)
class Scope:
    """Names, properties and types in force; `problems` gathers what does not parse."""

    names: tuple[str, ...]
    fields: Names
    types: Types
    place: Place
    problems: list[Problem]

    def with_names(self, names: Iterable[str]) -> Scope:
        return replace(self, names=(*self.names, *names))

    def at(self, *, table: str = "", rule: str = "", column: str = "") -> Scope:
        """The same at a nearer place."""
        here = self.place
        nearer = Place(here.decision, table or here.table, rule or here.rule, column or here.column)
        return replace(self, place=nearer)

    def expression(self, text: str) -> Code:
        """The text's closure; a text that does not parse gives null and its problem."""
        try:
            parsed = parse(
                text,
                self.names,
                fields=self.fields,
                types=self.types.named,
                place=self.place,
            )
        except FeelSyntaxError as error:
            return self.broken(error)
        return parsed._code  # type: ignore[return-value]

    def tests(self, text: str) -> Code:
        """The same for unary tests; the value under test is `?`."""
        try:
            parsed = parse_unary(
                text or "-",
                self.names,
                fields=self.fields,
                types=self.types.named,
                place=self.place,
            )
        except FeelSyntaxError as error:
            return self.broken(error)
        return parsed._code  # type: ignore[return-value]

    def broken(self, error: FeelSyntaxError) -> Code:
        self.problems.extend(error.problems)

        def code(env: Env) -> Value:
            for problem in error.problems:
                env.run.note(problem.code, problem.message, problem.place)
            return None

        return code

    def missing(self, what: str) -> Code:
        """Logic that is not there."""
        problem = Problem("model.missing", what, self.place)
        return self.broken(FeelSyntaxError([problem]))
