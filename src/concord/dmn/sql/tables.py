"""What the hit policy of a decision table makes of the rules that hold, as SQL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from concord.dmn.feel.types import Type
from concord.dmn.feel.values import kind
from concord.dmn.hitpolicies import rank
from concord.dmn.sql.dialects import KINDS
from concord.dmn.sql.rules import RULES, RulesSql, would_change
from concord.dmn.sql.terms import (
    Node,
    Term,
    all_of,
    any_of,
    binary,
    call,
    case,
    integer,
    is_not_null,
    is_null,
    not_,
    null,
)

if TYPE_CHECKING:
    from concord.dmn.sql.sight import Outputs

AGGREGATED = {"SUM": ("number",), "MIN": ("number", "date", "string"),
              "MAX": ("number", "date", "string")}  # fmt: skip


BEYOND = 2**31 - 1  # all keys of rules


class TableSql(RulesSql):
    """One table with its outputs."""

    def outputs(self) -> Outputs:
        """The table's columns, by the names of the outputs; a single one has none."""
        names = self.compiled.names
        terms = [self.graph.layers.add(term) for term in self._answers()]
        return {"": terms[0]} if len(names) == 1 else dict(zip(names, terms, strict=True))

    def _answers(self) -> list[Term]:
        if self.policy == "C" and self.table.aggregation:
            return [self._aggregated()]
        of = self.policies[self.policy]
        return [of(at, self._kind(at)) for at in range(len(self.table.outputs))]

    @cached_property
    def policies(self) -> dict[str, Callable[[int, str], Term]]:
        return {
            "F": lambda at, of: self._chosen(at, of, self.held, none=integer(0)),
            "U": self._unique,
            "A": self._any,
            "P": self._priority,
            "R": lambda at, of: self._listed(at, of, self.held),
            "C": lambda at, of: self._listed(at, of, self.held),
            "O": lambda at, of: self._listed(at, of, self._by_rank.sql),
        }

    @cached_property
    def cells(self) -> list[list[Term]]:
        """The terms of each rule's outputs."""
        rows = []
        for at, rule in enumerate(self.table.rules):
            row = []
            for text, clause in zip(rule.outputs, self.table.outputs, strict=True):
                place = self.place(at, clause.title)
                term = Term(null(), "null", constant=True)
                if text not in ("", "-"):
                    term = self.graph.term(text, self.sight, place)
                if would_change(term, self._output_type(clause.type)):
                    raise self.refused(f"a {term.type} would be converted to {clause.type}", place)
                row.append(term)
            rows.append(row)
        return rows

    def _output_type(self, name: str) -> Type:
        return self.compiled.scope.types.of(name)

    def _kind(self, at: int, otherwise: str = "string") -> str:
        """The one type of an output column; `otherwise` where nothing tells."""
        types = {row[at].type for row in self.cells} - {"null"}
        default = self._default(at)
        if default is not None and not self._gives_list:
            types |= {default.type} - {"null"}
        elif default is not None and not self.cells:
            types.add(default.type.removeprefix("list<").removesuffix(">"))
        if len(types) > 1 or not all(self.dialect.knows(each) for each in types):
            raise self.refused(f"the outputs are of several types: {', '.join(sorted(types))}")
        if types:
            return types.pop()
        declared = self._output_type(self.table.outputs[at].type).name
        return declared if declared in self.dialect.types else otherwise

    @property
    def _gives_list(self) -> bool:
        return self.policy in "RO" or (self.policy == "C" and not self.table.aggregation)

    def _scale(self, at: int) -> int:
        """How many digits after the point the numbers of an output column may have."""
        default = self._default(at)
        terms = [row[at] for row in self.cells] + ([default] if default else [])
        return max((term.scale for term in terms), default=0)

    def _long(self, at: int) -> bool:
        """Whether a number of the output column may rest on a quotient."""
        default = self._default(at)
        return any(row[at].long for row in self.cells) or (default is not None and default.long)

    def _default(self, at: int) -> Term | None:
        """What the output is where no rule holds; null where the table has no defaults."""
        return self._defaults[at]

    @cached_property
    def _defaults(self) -> list[Term | None]:
        outputs = self.table.outputs
        if not any(clause.default for clause in outputs):
            return [None for _ in outputs]
        return [
            self.graph.term(clause.default, self.sight, self.place(column=clause.title))
            if clause.default
            else Term(null(), "null", constant=True)
            for clause in outputs
        ]

    def _chosen(self, at: int, of: str, number: Node, none: Node) -> Term:
        """The output of the rule of that number; the default where it is `none`."""
        column = [row[at] for row in self.cells]
        if column and of in KINDS and all(term.constant for term in column):
            picked = self.dialect.item(self.dialect.array([t.sql for t in column], of), number)
        else:
            picked = case(
                (
                    (binary(number, "=", integer(rule)), term.sql)
                    for rule, term in enumerate(column, 1)
                ),
                self.dialect.typed(null(), of),
            )
        default = self._default(at)
        if default is not None:
            picked = case([(binary(number, "=", none), default.sql)], picked)
        return Term(self.dialect.typed(picked, of), of, scale=self._scale(at), long=self._long(at))

    def _first_or_none(self) -> Node:
        """The first rule that holds; 0 for none, null where an input is not allowed."""
        first = call("coalesce", self.dialect.item(self.held, integer(1)), integer(0))
        if self.admits is None:
            return first
        return case([(is_not_null(self.held), first)])

    def _unique(self, at: int, of: str) -> Term:
        one = binary(self.dialect.count(self.held), "<=", integer(1))
        number = self.graph.layers.add(Term(case([(one, self._first_or_none())]), RULES)).sql
        return self._chosen(at, of, number, none=integer(0))

    def _any(self, at: int, of: str) -> Term:
        """The first rule's output, if every other that holds gives the same in every column."""
        found = self.graph.layers.add(self._chosen(at, of, self._first.sql, none=integer(0)))
        return replace(found, sql=case([(self._agreed.sql, found.sql)]))

    @cached_property
    def _first(self) -> Term:
        return self.graph.layers.add(Term(self._first_or_none(), RULES))

    @cached_property
    def _agreed(self) -> Term:
        """Whether all that hold give what the first gives."""
        alike = []
        for at in range(len(self.table.outputs)):
            of = self._kind(at)
            first = self._chosen(at, of, self._first.sql, none=integer(0))
            first = self.graph.layers.add(first)
            for rule, row in enumerate(self.cells, 1):
                same = binary(
                    self.dialect.typed(row[at].sql, of), "is not distinct from", first.sql
                )
                alike.append(any_of([not_(self.dialect.has(self.held, rule)), same]))
        none = binary(self.dialect.count(self.held), "=", integer(0))
        return self.graph.layers.add(Term(any_of([none, all_of(alike)]), "boolean"))

    def _priority(self, at: int, of: str) -> Term:
        return self._chosen(at, of, self._best.sql, none=integer(0))

    @cached_property
    def _best(self) -> Term:
        """The rule that holds with the highest priority, 0 for none."""
        fixed = self._ranked
        if fixed is not None:
            numbers = ((self.dialect.has(self.held, rule), integer(rule)) for rule in fixed)
            number = case(numbers, integer(0))
        else:
            least = self.dialect.extreme("min", [*self._keys, integer(BEYOND)])
            number = call("mod", least, integer(len(self.cells) + 1))
            none = binary(self.dialect.count(self.held), "=", integer(0))
            number = case([(none, integer(0))], number)
        if self.admits is not None:
            number = case([(is_not_null(self.held), number)])
        return self.graph.layers.add(Term(number, RULES))

    @cached_property
    def _ranked(self) -> list[int] | None:
        """The rules from 1, by the priority of their outputs; null where an output is computed."""
        if not all(term.constant for row in self.cells for term in row):
            return None
        ranked = []
        for at, row in enumerate(self.cells):
            values = [term.value for term in row]
            single = len(self.compiled.names) == 1
            result = values[0] if single else dict(zip(self.compiled.names, values, strict=True))
            ranked.append((rank(self.compiled, result), at + 1))
        return [number for _, number in sorted(ranked)]

    @cached_property
    def _keys(self) -> list[Node]:
        """For each rule that holds a number: its priority, then its place; null for the others."""
        keys = []
        for number, row in enumerate(self.cells, 1):
            key: Node = integer(0)
            for at, term in enumerate(row):
                if self.compiled.ranks[at]:
                    width = len(self.compiled.ranks[at]) + 1
                    own = self._rank_of(at, term, number)
                    key = binary(binary(key, "*", integer(width)), "+", own)
            key = binary(binary(key, "*", integer(len(self.cells) + 1)), "+", integer(number))
            held = case([(self.dialect.has(self.held, number), key)])
            keys.append(self.graph.layers.add(Term(held, RULES)).sql)
        return keys

    def _rank_of(self, at: int, term: Term, rule: int) -> Node:
        """Which of the listed values the output is, from 0; what is not listed comes last."""
        stored = self.graph.layers.add(term)
        place = self.place(rule - 1, self.table.outputs[at].title)
        whens = []
        for number, value in enumerate(self.compiled.ranks[at]):
            of = kind(value)
            if of not in (*KINDS, "null"):
                raise self.refused(f"results are not ranked by a {of} in SQL", place)
            if value is None:
                whens.append((is_null(stored.sql), integer(number)))
            elif of == stored.type:
                listed = self.graph.constant(value, place)
                same = binary(stored.sql, "is not distinct from", listed.sql)
                whens.append((same, integer(number)))
        return case(whens, integer(len(self.compiled.ranks[at])))

    # Lists and aggregates ---------------------------------------------------------------------

    @cached_property
    def _by_rank(self) -> Term:
        """The rules that hold, in the order of their outputs."""
        if not self.cells:
            return Term(self.held, RULES)
        if self._ranked is not None:
            numbers = [case([(self.dialect.has(self.held, rule), integer(rule))])
                       for rule in self._ranked]  # fmt: skip
            held = self.dialect.numbers_held(numbers)
        else:
            held = self.dialect.in_order(self._keys, len(self.cells) + 1)
        if self.admits is not None:
            held = case([(is_not_null(self.held), held)])
        return self.graph.layers.add(Term(held, RULES))

    def _listed(self, at: int, of: str, order: Node) -> Term:
        if of not in KINDS:
            raise self.refused("a list of lists has no exact counterpart in SQL")
        default = self._default(at)
        if default is not None and default.value == []:
            default = Term(self.dialect.array([], of), f"list<{of}>", False)
        if default is not None and (len(self._defaults) > 1 or default.type != f"list<{of}>"):
            raise self.refused("a default beside lists must be a list of the same type in SQL")
        if not self.cells:
            listed = self.dialect.array([], of)
        else:
            values = self.dialect.array([row[at].sql for row in self.cells], of)
            listed = self.dialect.typed(self.dialect.picked(order, values), f"list<{of}>")
        if default is not None:
            none = binary(self.dialect.count(self.held), "=", integer(0))
            listed = case([(none, default.sql)], listed)
        if self.admits is not None:
            listed = case([(is_not_null(self.held), listed)])
        return Term(listed, f"list<{of}>")

    def _aggregated(self) -> Term:
        if len(self.table.outputs) > 1:
            raise self.refused("several outputs cannot be aggregated")
        how, default = self.table.aggregation, self._default(0)
        count = self.dialect.count(self.held)
        of = "number" if how == "COUNT" else self._kind(0, "number" if how == "SUM" else "string")
        if how == "COUNT":
            found: Node = self.dialect.integral(count)
        elif of not in AGGREGATED[how] and self.cells:
            raise self.refused(f"{of}s cannot be aggregated by {how} in SQL")
        else:
            found = self._total(how, of)
        if default is not None:
            if default.type not in (of, "null"):
                raise self.refused(f"the default is no {of}")
            found = case([(binary(count, "=", integer(0)), default.sql)], found)
        if self.admits is not None:
            found = case([(is_not_null(self.held), found)])
        return Term(found, of, scale=self._scale(0), long=self._long(0) and how != "COUNT")

    def _total(self, how: str, of: str) -> Node:
        """The sum, least or greatest of the outputs of the rules that hold; null if one is."""
        nothing = self.dialect.typed(null(), of)
        if not self.cells:
            return nothing
        held = [
            (self.dialect.has(self.held, rule), row[0]) for rule, row in enumerate(self.cells, 1)
        ]
        lacks = [all_of([has, is_null(t.sql)]) for has, t in held if t.nullable]
        values = [case([(has, self.dialect.typed(t.sql, of))], nothing) for has, t in held]
        none = binary(self.dialect.count(self.held), "=", integer(0))
        if how == "SUM":
            whole = values[0] = call("coalesce", values[0], integer(0))
            for each in values[1:]:
                whole = binary(whole, "+", call("coalesce", each, integer(0)))
                whole = self.dialect.in_digits(whole) if self._long(0) else whole
        elif len(values) == 1:
            whole = values[0]
        else:
            ordered = [self.dialect.ordered(each, of) for each in values]
            whole = self.dialect.extreme(how.lower(), ordered)
        if of == "number":
            whole = self.dialect.settled(whole, self._scale(0))
        return case([(any_of([none, *lacks]), nothing)], whole)
