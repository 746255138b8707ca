"""A table as boxes: its columns' values as classes, its rules as sets of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from concord.dmn.analysis.domain import Cells, Domain, domain_of
from concord.dmn.analysis.finding import Conditions, Finding, Results
from concord.dmn.analysis.sweep import Box, Relation, Sweep
from concord.dmn.analysis.words import spoken
from concord.dmn.columns import is_timeless
from concord.dmn.feel.expression import parse
from concord.dmn.feel.infer import infer
from concord.dmn.feel.operators import equal
from concord.dmn.feel.types import ANY, MISFIT, Type, coerce
from concord.dmn.feel.values import Value
from concord.dmn.problems import FeelSyntaxError, Place, Severity
from concord.dmn.tables import CompiledTable

Outputs = tuple[Value, ...]


@dataclass
class Sheet:
    """`domains` are the columns'; `related` are the columns that rest on one input by expressions
    that are not taken apart. `loose` is set where what the decisions before can give grew too large
    to be known, so that more is taken to arrive than does."""

    table: CompiledTable
    domains: list[Domain]
    relations: Sequence[Relation] = ()
    related: Sequence[frozenset[int]] = ()
    loose: bool = False
    boxes: list[Box] = field(init=False)
    computed: int = field(init=False)  # rules with a cell that is no constant test
    _said: dict[tuple[int, int], str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        count = len(self.table.table.rules)
        cells = [domain.cells(count) for domain in self.domains]
        self.boxes = list(zip(*cells, strict=True)) if cells else [()] * count
        self.computed = 0
        for domain in self.domains:
            self.computed |= domain.computed

    @cached_property
    def outputs(self) -> list[Outputs | None]:
        """Each rule's outputs where they are constants."""
        return [constant_outputs(self.table, at) for at in range(len(self.boxes))]

    @cached_property
    def nulls(self) -> Box:
        """By column the class of null, as bits."""
        return tuple(domain.nulls() for domain in self.domains)

    @property
    def policy(self) -> str:
        return self.table.table.hit_policy

    @property
    def aggregation(self) -> str:
        """Of hit policy Collect: SUM, COUNT, MIN, MAX or nothing."""
        return self.table.table.aggregation if self.policy == "C" else ""

    @property
    def none_is_empty(self) -> bool:
        """Whether no rule is an answer by itself: an empty list, or none counted."""
        return self.policy in "ROC" and self.aggregation in ("", "COUNT")

    @cached_property
    def near(self) -> list[int]:
        """For each rule, as bits, the rules that meet it somewhere, itself among them."""
        return self.sweep().neighbours()

    @cached_property
    def defaults(self) -> Outputs | None:
        """What is given where no rule holds, if that is said and constant."""
        clauses = self.table.table.outputs
        if self.table.defaults is None:
            return None
        return constant_row(self.table, [clause.default for clause in clauses], typed=False)

    @property
    def space(self) -> Box:
        return tuple(domain.all() for domain in self.domains)

    def sweep(self) -> Sweep:
        return Sweep(self.space, self.boxes, self.relations)

    def firm(self) -> list[int]:
        """The rules whose cells are all judged."""
        return [at for at in range(len(self.boxes)) if not self.computed >> at & 1]

    @property
    def exact(self) -> bool:
        return not self.computed and all(domain.exact for domain in self.domains)

    def agree(self, rules: Sequence[int]) -> bool:
        """Whether the rules surely say the same."""
        first = self.outputs[rules[0]]
        return first is not None and all(same(first, self.outputs[at]) for at in rules[1:])

    def known(self, rules: Sequence[int]) -> bool:
        """Whether what the rules say is constant."""
        return all(self.outputs[at] is not None for at in rules)

    def differ(self, rules: Sequence[int]) -> bool:
        """Whether two of the rules surely say different things."""
        known = [each for at in rules for each in [self.outputs[at]] if each is not None]
        return any(not same(known[0], each) for each in known[1:])

    # Words ------------------------------------------------------------------------------------

    def finding(
        self,
        code: str,
        message: str,
        severity: Severity = "error",
        *,
        rules: tuple[int, ...] = (),
        box: Box | None = None,
        column: str = "",
        conditions: Conditions = (),
        results: tuple[Results, ...] = (),
        other: Conditions = (),
        doubt: bool = False,
    ) -> Finding:
        numbers = ", ".join(str(rule) for rule in rules)
        place = Place(self.table.place.decision, self.table.table.name, numbers, column)
        if box is not None:
            conditions = self.conditions(box)
        return Finding(code, message, place, severity, rules, conditions, results, other, doubt)

    def conditions(self, box: Box) -> Conditions:
        """The columns that the box restricts, with the test that says how."""
        return tuple(
            (domain.title, self._test(at, classes))
            for at, (domain, classes) in enumerate(zip(self.domains, box, strict=True))
            if classes != domain.all()
        )

    def _test(self, at: int, classes: int) -> str:
        key = (at, classes)
        if key not in self._said:
            self._said[key] = self.domains[at].text(classes)
        return self._said[key]

    def doubtful(self, box: Box) -> bool:
        """Whether the box restricts columns whose values may never come together."""
        narrow = {at for at, classes in enumerate(box) if classes != self.domains[at].all()}
        return any(len(narrow & columns) > 1 for columns in self.related)

    def results(self, rule: int) -> Results:
        """What a rule (from 0) says, as far as it is known."""
        values = self.outputs[rule]
        titles = self.table.table.result_titles
        return () if values is None else tuple(zip(titles, values, strict=True))


def say(conditions: Conditions) -> str:
    """Conditions in the words of the table."""
    said = [f"{title} is {spoken(test)}" for title, test in conditions]
    return " and ".join(said) or "any condition"


def same(a: Outputs | None, b: Outputs | None) -> bool:
    """Whether both are known and equal."""
    if a is None or b is None:
        return False
    return all(equal(x, y) is True for x, y in zip(a, b, strict=True))


def column_domain(
    table: CompiledTable,
    at: int,
    only: Sequence[Value] | None = None,
    *,
    nullable: bool = True,
) -> Domain:
    """The values that one column of the table can be asked about."""
    clause = table.table.inputs[at]
    cells = Cells(table.trees[at], table.columns[at].codes, table.columns[at])
    wanted, texts = column_type(table, at)
    if only is not None:
        only = [fitted(value, table.types[at], keep=True) for value in only]
    return domain_of(clause.title, cells, wanted, texts, only, nullable=nullable)


def column_type(table: CompiledTable, at: int) -> tuple[Type, tuple[str, ...]]:
    """What kind of value arrives in the column, and the texts of what is allowed."""
    clause = table.table.inputs[at]
    declared = table.types[at]
    known = _inferred(table, clause.expression)
    wanted = known if declared is ANY or declared.name == "Any" else declared
    allowed = [clause.allowed, wanted.allowed_text, known.allowed_text]
    return wanted, tuple(dict.fromkeys(text for text in allowed if text))


def _inferred(table: CompiledTable, expression: str) -> Type:
    """What is known of the column's value by the types of the names in its expression."""
    names = table.scope.name_types
    if expression in names:
        return names[expression]
    try:
        tree = parse(expression, table.scope.names, fields=table.scope.fields).tree
    except FeelSyntaxError:
        return ANY
    return infer(tree, names, table.place)[0]


def fitted(value: Value, wanted: Type, *, keep: bool = False) -> Value:
    """The value as the type wants it; null, or with `keep` itself, where it does not fit."""
    if value is None or wanted is ANY:
        return value
    fitting = coerce(value, wanted)
    if fitting is MISFIT:
        return value if keep else None
    return fitting


def constant_outputs(table: CompiledTable, at: int) -> Outputs | None:
    """The rule's outputs where they are constants, else null."""
    return constant_row(table, table.table.rules[at].outputs)


def constant_row(
    table: CompiledTable, texts: Sequence[str], *, typed: bool = True
) -> Outputs | None:
    """The values of output entries where they are constants, else null; `typed` as the outputs
    want them."""
    values: list[Value] = []
    for text, clause in zip(texts, table.table.outputs, strict=False):
        if text in ("", "-"):
            values.append(None)
            continue
        try:
            parsed = parse(text, table.scope.names, fields=table.scope.fields)
        except FeelSyntaxError:
            return None
        if not is_timeless(parsed.tree):
            return None
        value = parsed.evaluate()
        fitting = coerce(value, table.scope.types.of(clause.type)) if typed else value
        values.append(value if fitting is MISFIT else fitting)
    return tuple(values)
