"""What a DMN model is made of: frozen, plain data, as the standard names it.

`Model` is the only one with behaviour; it hands over to `compile`, `analysis`, `sql` and `xml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from concord.dmn.feel.runtime import STEPS, Clock
from concord.dmn.problems import Problem, unknown_name

if TYPE_CHECKING:
    from concord.dmn.analysis import Finding, Order
    from concord.dmn.compile import CompiledModel
    from concord.dmn.result import Result
    from concord.dmn.sql import Sql
    from concord.dmn.xml import Document


@dataclass(frozen=True, slots=True)
class Literal:
    """A literal expression."""

    text: str
    type: str = ""


@dataclass(frozen=True, slots=True)
class InputClause:
    """A column of conditions. `allowed` is a unary test, empty for anything."""

    id: str
    label: str
    expression: str
    type: str = ""
    allowed: str = ""

    @property
    def title(self) -> str:
        return self.label or self.expression


@dataclass(frozen=True, slots=True)
class OutputClause:
    """A column of results. `allowed` lists the values in order of priority."""

    id: str
    name: str
    label: str = ""
    type: str = ""
    allowed: str = ""
    default: str = ""

    @property
    def title(self) -> str:
        return self.label or self.name


@dataclass(frozen=True, slots=True)
class Rule:
    """A row; `index` counts from 1. `description` is what Camunda's tools have as annotation."""

    id: str
    index: int
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    annotations: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """`hit_policy` is one letter of U, A, P, F, R, O, C; `aggregation` one of SUM, COUNT, MIN,
    MAX or empty."""

    id: str
    name: str
    hit_policy: str
    aggregation: str
    inputs: tuple[InputClause, ...]
    outputs: tuple[OutputClause, ...]
    rules: tuple[Rule, ...]
    annotations: tuple[str, ...] = ()

    @property
    def result_titles(self) -> list[str]:
        """What each output is called; one without a name of its own as the table."""
        return [each.title or self.name for each in self.outputs]


@dataclass(frozen=True, slots=True)
class Entry:
    """A named or, as a context's last, nameless expression."""

    name: str
    value: Box
    type: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Invocation:
    called: Box
    bindings: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class FunctionBox:
    """`kind` is FEEL, Java or PMML; only FEEL is run."""

    params: tuple[tuple[str, str], ...]
    body: Box
    kind: str = "FEEL"
    type: str = ""


@dataclass(frozen=True, slots=True)
class Relation:
    columns: tuple[str, ...]
    rows: tuple[tuple[Box, ...], ...]


@dataclass(frozen=True, slots=True)
class ListBox:
    items: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Conditional:
    condition: Box
    then: Box
    otherwise: Box


@dataclass(frozen=True, slots=True)
class FilterBox:
    of: Box
    match: Box


@dataclass(frozen=True, slots=True)
class Iteration:
    """`kind` is for, some or every."""

    kind: str
    variable: str
    of: Box
    body: Box


@dataclass(frozen=True, slots=True)
class Missing:
    """Decision logic that is not there, or is none that can be run here."""

    reason: str = "there is no decision logic"


Box = (
    Literal
    | DecisionTable
    | Context
    | Invocation
    | FunctionBox
    | Relation
    | ListBox
    | Conditional
    | FilterBox
    | Iteration
    | Missing
)


@dataclass(frozen=True, slots=True)
class ItemDefinition:
    """A named type. `allowed` holds for the value, or for each item of a collection; `constraint`
    for the value, or for a collection as a whole. A function type has `params` and `result`."""

    name: str
    type: str = ""
    collection: bool = False
    components: tuple[ItemDefinition, ...] = ()
    allowed: str = ""
    params: tuple[tuple[str, str], ...] = ()
    result: str = ""
    function: bool = False
    constraint: str = ""


@dataclass(frozen=True, slots=True)
class InputData:
    id: str
    name: str
    type: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """`requires` and `knowledge` are references: `#id` here, `namespace#id` in an import."""

    id: str
    name: str
    type: str = ""
    requires: tuple[str, ...] = ()
    knowledge: tuple[str, ...] = ()
    logic: Box = field(default_factory=Missing)
    question: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class BusinessKnowledgeModel:
    id: str
    name: str
    knowledge: tuple[str, ...] = ()
    logic: FunctionBox | Missing = field(default_factory=Missing)
    type: str = ""


@dataclass(frozen=True, slots=True)
class DecisionService:
    id: str
    name: str
    outputs: tuple[str, ...] = ()
    encapsulated: tuple[str, ...] = ()
    input_decisions: tuple[str, ...] = ()
    input_data: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Import:
    name: str
    namespace: str
    location: str = ""


@dataclass(frozen=True, eq=False)
class Model:
    """A model as it was read. It never changes: `with_cell` gives a new one. Many threads may use
    one; what is pickled is its file, which is read again where it arrives."""

    name: str
    namespace: str
    inputs: tuple[InputData, ...]
    decisions: tuple[Decision, ...]
    knowledge: tuple[BusinessKnowledgeModel, ...]
    services: tuple[DecisionService, ...]
    types: tuple[ItemDefinition, ...]
    imports: tuple[Import, ...]
    document: Document = field(repr=False)
    imported: tuple[Model, ...] = field(default=(), repr=False)
    told: tuple[Problem, ...] = field(default=(), repr=False)

    def __reduce__(self) -> tuple[Any, ...]:
        from concord.dmn.loading import again

        return again, (self.document.to_bytes(), self.imported, self.told)

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong whatever is given: syntax, unknown names and types, requirements that lead
        nowhere, cells that always fail, values that never fit. A model without errors among them
        can be relied on to be run as it is written; `check` finds these and judges the rules."""
        from concord.dmn.typecheck import type_problems

        found = [*self.compiled.problems, *type_problems(self.compiled)]
        return tuple(dict.fromkeys(found))

    @cached_property
    def compiled(self) -> CompiledModel:
        """The model's closures, made at the first evaluation."""
        from concord.dmn.compile import CompiledModel

        return CompiledModel(self)

    @cached_property
    def tables(self) -> dict[str, DecisionTable]:
        """The decision tables that are a decision's whole logic, by the decision's name."""
        return {
            decision.name: decision.logic
            for decision in self.decisions
            if isinstance(decision.logic, DecisionTable)
        }

    def decision(self, name: str) -> Decision:
        """Raises `UnknownNameError` where there is none of the name."""
        for decision in self.decisions:
            if decision.name == name:
                return decision
        raise unknown_name("decision", name, [each.name for each in self.decisions])

    def evaluate(
        self,
        decision: str,
        inputs: Mapping[str, Any],
        clock: Clock = None,
        *,
        steps: int = STEPS,
    ) -> Result:
        """Evaluate a decision (or a decision service) by name. `inputs` are by name; a decision
        given as an input is not evaluated. `clock` is the moment, or gives it, for `now()` and
        `today()`. After `steps` iterations, calls and items looked at, the value is null with the
        problem `budget`. Raises `UnknownNameError` for an unknown decision, `ArgumentError` for a
        value that is none of FEEL's."""
        return self.compiled.evaluate(decision, inputs, clock, steps)

    def check(self, ranking: Mapping[str, str | Order] | None = None) -> list[Problem]:
        """All that can be found without input: syntax, unknown names, types that never fit, missing
        conditions, rules that contradict each other or never apply, outputs that are not allowed or
        never given, and, where `ranking` or the file says what is better, who is better and is
        treated worse. An order is written as in `concord.dmn.analysis.ranking`,
        `{"standing": '"bad" < "good"'}`."""
        from concord.dmn.analysis import check

        return [*self.problems, *check(self, ranking)]

    def differences(self, old: Model, decision: str = "") -> list[Finding]:
        """The conditions that get another answer than in the old version, of one decision or of
        all. Raises `UnknownNameError` where neither has the decision."""
        from concord.dmn.analysis import differences

        return differences(old, self, decision)

    def sql(self, decision: str, dialect: str = "postgres", **schema: Any) -> Sql:
        """The decision as SQL; see `concord.dmn.sql.graph`."""
        from concord.dmn.sql.graph import decision_sql

        return decision_sql(self, decision, dialect, **schema)

    def save(self) -> bytes:
        """The model as DMN 1.5 XML, with all that was read kept."""
        return self._file

    @cached_property
    def _file(self) -> bytes:
        return self.document.to_bytes()

    def with_cell(self, table_id: str, rule_id: str, column_id: str, text: str) -> Model:
        """A new model in which one cell of one table reads `text`. Raises `UnknownNameError` for
        ids that are not there, `FeelSyntaxError` where the text is none that the cell can hold."""
        from concord.dmn.edit import with_cell

        return with_cell(self, table_id, rule_id, column_id, text)
