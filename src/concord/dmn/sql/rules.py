"""Which rules of a decision table hold, as SQL.

Under First it is one CASE that gives the number of the rule, 0 for none; under the others an array
of the numbers of all that hold. Either is null where an input is none of its column's allowed
values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from concord.dmn.feel.types import ANY, Type
from concord.dmn.problems import Place, Problem, SqlRefusedError
from concord.dmn.sql.sight import Sight
from concord.dmn.sql.terms import (
    Node,
    Term,
    all_of,
    binary,
    call,
    case,
    integer,
)
from concord.dmn.tables import CompiledTable

if TYPE_CHECKING:
    from concord.dmn.sql.graph import Graph

RULES = "rules"  # the type of a column that tells rules: no FEEL type


def refused(place: Place, message: str) -> SqlRefusedError:
    return SqlRefusedError([Problem("sql.refused", message, place)])


class RulesSql:
    """The rules of one table. `held` is the column that tells which hold."""

    def __init__(self, graph: Graph, sight: Sight, compiled: CompiledTable) -> None:
        self.graph = graph
        self.sight = sight
        self.compiled = compiled
        self.table = compiled.table
        self.dialect = graph.dialect
        self.policy = compiled.table.hit_policy
        self._check_cells()
        self.inputs = [self._input(at) for at in range(len(self.table.inputs))]
        self.admits = self._admits()
        self.held = graph.layers.add(Term(self._rules(), RULES)).sql

    def refused(self, message: str, place: Place | None = None) -> Exception:
        return refused(place or self.place(), message)

    def place(self, rule: int | None = None, column: str = "") -> Place:
        of = self.compiled.place.decision
        return Place(of, self.table.name, "" if rule is None else str(rule + 1), column)

    def _check_cells(self) -> None:
        wanted = (len(self.table.inputs), len(self.table.outputs))
        for at, rule in enumerate(self.table.rules):
            if (len(rule.inputs), len(rule.outputs)) != wanted:
                message = "the rule has not as many cells as there are columns"
                raise self.refused(message, self.place(at))

    # Which rules hold -------------------------------------------------------------------------

    def _input(self, at: int) -> Term:
        clause, wanted = self.table.inputs[at], self.compiled.types[at]
        place = self.place(column=clause.title)
        term = self.graph.term(clause.expression, self.sight, place)
        if would_change(term, wanted):
            raise self.refused(f"a {term.type} would be converted to {wanted}", place)
        return self.graph.layers.add(term)

    def _rules(self) -> Node:
        tests = [self._rule(at) for at in range(len(self.table.rules))]
        if self.policy == "F":
            found = case(((test, integer(at)) for at, test in enumerate(tests, 1)), integer(0))
        else:
            numbers = [case([(test, integer(at))]) for at, test in enumerate(tests, 1)]
            found = self.dialect.numbers_held(numbers) if tests else self.dialect.rule_numbers([])
        return case([(self.admits, found)]) if self.admits is not None else found

    def _rule(self, rule: int) -> Node:
        """The condition of a rule; cells that let all pass leave nothing."""
        tests = []
        for at, term in enumerate(self.inputs):
            tree = self.compiled.trees[at][rule]
            place = self.place(rule, self.table.inputs[at].title)
            if tree is None:
                raise self.refused("the cell is no test", place)
            if not tree.any:
                text = self.table.rules[rule].inputs[at]
                tests.append(self.graph.test(tree, text, term, self.sight, place))
        return all_of(tests)

    def _admits(self) -> Node | None:
        """The condition that every input is allowed; null where all are."""
        tests = [
            self.graph.admitted(term, clause.allowed, self.sight, self.place(column=clause.title))
            for clause, term in zip(self.table.inputs, self.inputs, strict=True)
            if clause.allowed
        ]
        return all_of(tests) if tests else None

    def matched(self) -> Node:
        """The numbers of the rules that held, an empty array for none."""
        none = self.dialect.rule_numbers([])
        if self.policy == "F":
            some = binary(self.held, ">", integer(0))
            return case([(some, self.dialect.rule_numbers([self.held]))], none)
        return call("coalesce", self.held, none)


def would_change(term: Term, wanted: Type) -> bool:
    """Whether a value of the term might be converted: a date to a moment, one to a list of one, a
    list of one to it. What does not fit stays as it is."""
    if wanted is ANY or wanted.name == "Any" or term.type in (wanted.name, "null"):
        return False
    is_list = term.type.startswith("list<")
    return is_list or wanted.name == "list" or (wanted.name, term.type) == ("date and time", "date")
