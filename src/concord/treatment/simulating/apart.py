# ruff: noqa: S608 - only names and constants of our own are put together; values are bound
"""What tells customers apart under two policies, as columns of SQL over a relation of facts.

A column is what a decision that rests on facts alone comes to (standing, value), or a fact that a
request's own rules look at: a number only by where it lies between the limits that the rules name.
Customers with the same values are treated the same, whatever they come with.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import chain, pairwise
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from concord import dmn
from concord.customers.restrictions import CUSTOMERS as RESTRICTED
from concord.dmn.feel import ast
from concord.dmn.model import DecisionTable, Model
from concord.facts.compiled import inlined
from concord.facts.derive import relation
from concord.facts.own import all_facts, refresh
from concord.kernel.errors import Problem
from concord.treatment.inputs import ELSEWHERE
from concord.treatment.treat import needs, resting_on_facts

# Told of each customer beside the condition, whatever the policies read.
REVENUE: Final = "revenue_12_months"
SHOWN: Final = (REVENUE, "overdue_undisputed", "oldest_undisputed_overdue_days")
# The whole company has no elsewhere: no trouble there, as far as it is known here.
NO_TROUBLE: Final = {"hold_elsewhere": "false", "overdue_elsewhere": "0"}
_CONSTANT: Final = (
    ast.UnaryTests, ast.Operator, ast.Literal, ast.Comparison, ast.Negation, ast.RangeLiteral,
    ast.Name, ast.Between,
)  # fmt: skip
# A person who works somewhere is treated as the organisation is, and not counted beside it.
EMPLOYED: Final = """
    SELECT m.customer_id FROM customers_relationship e
    JOIN customers_membership m ON m.profile_id = e.from_profile_id AND m.known_to IS NULL
    JOIN customers_membership o ON o.profile_id = e.to_profile_id AND o.known_to IS NULL
    JOIN customers_customer p ON p.id = m.customer_id AND p.kind = 'person'
    WHERE e.kind = 'works_at' AND e.known_to IS NULL AND o.customer_id <> m.customer_id
      AND (e.valid_from IS NULL OR e.valid_from <= %(as_of)s)
      AND (e.valid_to IS NULL OR e.valid_to > %(as_of)s)
"""
# The exceptions of a customer as `{request: up to which amount, or null}`.
LIFTS: Final = """
    SELECT customer, jsonb_object_agg(request, CASE WHEN NOT is_whole THEN up_to::text END) AS lifts
    FROM (SELECT coalesce(c.merged_into_id, c.id) AS customer, l.request, max(l.amount) AS up_to,
                 bool_or(l.amount IS NULL) AS is_whole
          FROM treatment_lift l JOIN customers_customer c ON c.id = l.customer_id
          WHERE %(as_of)s BETWEEN l.starts_on AND l.ends_on AND l.withdrawn_at IS NULL
          GROUP BY 1, 2) l
    GROUP BY customer
"""


@dataclass(frozen=True, slots=True)
class Grade:
    """A decision that rests on facts alone, of one of the policies (0 is the old one)."""

    of: int
    decision: str
    outputs: tuple[str, ...] = ("value",)


@dataclass(frozen=True, slots=True)
class Own:
    """A fact that the rules of requests look at themselves, by its FEEL name. `limits`, where it is
    a number that they only compare with these."""

    name: str
    limits: tuple[Decimal, ...] | None


class Apart:
    """The columns of two policies; `old` and `new` answer the decisions of the same requests."""

    def __init__(self, models: tuple[Model, Model], decisions: Sequence[tuple[str, str]]) -> None:
        self.models = models
        refresh()
        grades: dict[Grade, None] = {}
        own: dict[str, None] = {}
        for at, model in enumerate(models):
            for decision in dict.fromkeys(pair[at] for pair in decisions):
                for name, is_grade in _looked_at(model, decision):
                    if is_grade:
                        grades[Grade(at, name, _outputs(model, name))] = None
                    else:
                        own[name] = None
        self.grades = tuple(grades)
        self.own = tuple(Own(name, _limits(models, name)) for name in sorted(own))
        self._selects: dict[tuple[date, bool], tuple[str, dict[str, Any]]] = {}

    def facts(self) -> tuple[str, ...]:
        """The keys of all facts that are needed."""
        named = {each.name for model in self.models for each in model.inputs}
        keys = {name.replace(" ", "_") for name in named if is_of_customer(name)}
        keys |= {of for key, of in ELSEWHERE.items() if key.replace("_", " ") in named}
        return tuple(key for key in all_facts() if key in keys or key in SHOWN)

    def columns(self) -> list[str]:
        """The SQL of the condition, in the order in which `Judge` reads it."""
        found = [
            f'g{at}."{output}"' for at, each in enumerate(self.grades) for output in each.outputs
        ]
        return [*found, *(_own_sql(each) for each in self.own), "x.lifts"]

    def select(self, as_of: date, span: tuple[UUID, UUID] | None) -> tuple[str, dict[str, Any]]:
        """`customer`, the facts of `SHOWN` and the condition as `k0`, `k1`, … of all customers, or
        of a span of them. Raises `Problem` where a policy does not compile to SQL."""
        key = (as_of, span is not None)
        if key not in self._selects:
            self._selects[key] = self._select(as_of, span)
        sql, parameters = self._selects[key]
        return sql, parameters | ({"first": span[0], "last": span[1]} if span else {})

    def _select(self, as_of: date, span: tuple[UUID, UUID] | None) -> tuple[str, dict[str, Any]]:
        facts, parameters = relation(keys=self.facts(), as_of=as_of, span=span)
        shown = [f'f."{all_facts()[key].name}" AS {key}' for key in SHOWN]
        keys = [f"{sql} AS k{at}" for at, sql in enumerate(self.columns())]
        grades = "".join(
            f" CROSS JOIN LATERAL ({grade_sql(self.models[each.of], each.decision)}) g{at}"
            for at, each in enumerate(self.grades)
        )
        sql = (
            f"WITH f AS MATERIALIZED ({facts})"
            f" SELECT {', '.join(['f.customer', *shown, *keys])} FROM f{grades}"
            f" LEFT JOIN ({LIFTS}) x ON x.customer = f.customer"
            f" WHERE f.customer NOT IN ({RESTRICTED})"
            f" AND NOT EXISTS (SELECT FROM ({EMPLOYED}) e WHERE e.customer_id = f.customer)"
        )
        return sql, parameters


def is_of_customer(name: str) -> bool:
    """Whether an input, by its FEEL name, is a fact of the catalogue."""
    return name.replace(" ", "_") in all_facts()


def grade_sql(model: Model, decision: str) -> str:
    """A decision over the row `f` of facts; what is no fact of the whole company is null."""
    columns = {name: _input_sql(name) for name in (each.name for each in model.inputs)}
    try:
        compiled = model.sql(decision, source="(SELECT f.*)", columns=columns)
    except dmn.SqlRefusedError as error:
        raise Problem(
            _("Who would be treated differently cannot be worked out: %(why)s") % {"why": error},
            place=decision,
        ) from error
    return inlined(compiled.text, compiled.params)


def _input_sql(name: str) -> str:
    if is_of_customer(name):
        return f'i."{name}"'
    key = name.replace(" ", "_")
    return _elsewhere_sql(key, "i") if key in ELSEWHERE else "NULL"


def _elsewhere_sql(key: str, of: str) -> str:
    name = all_facts()[ELSEWHERE[key]].name
    return f'CASE WHEN {of}."{name}" IS NOT NULL THEN {NO_TROUBLE[key]} END'


def _looked_at(model: Model, decision: str) -> Iterator[tuple[str, bool]]:
    """What the decision looks at that rests on facts alone: decisions (True) and facts (False)."""
    requires, graded = needs(model), resting_on_facts(model)
    for name in requires.get(decision, ()):
        if name in requires:
            if name in graded:
                yield name, True
            else:
                yield from _looked_at(model, name)
        elif is_of_customer(name) or name.replace(" ", "_") in ELSEWHERE:
            yield name, False


def _outputs(model: Model, decision: str) -> tuple[str, ...]:
    """The columns that the decision compiles to."""
    table = model.tables.get(decision)
    if table is None or len(table.outputs) == 1:
        return ("value",)
    return tuple(each.name for each in table.outputs)


# Numbers by where they lie between limits


def _limits(models: Sequence[Model], name: str) -> tuple[Decimal, ...] | None:
    """The limits that a number is compared with; None where the rules do more with it than that."""
    found: set[Decimal] = set()
    for model in models:
        if any(each.name == name and each.type != "number" for each in model.inputs):
            return None
        for decision in model.decisions:
            if name not in needs(model)[decision.name]:
                continue
            if decision.name in resting_on_facts(model) and not _is_asked(model, decision.name):
                continue
            limits = _limits_in(model.tables.get(decision.name), name)
            if limits is None:
                return None
            found |= limits
    return tuple(sorted(found))


def _is_asked(model: Model, decision: str) -> bool:
    """Whether a decision on facts is itself what a request asks: nothing rests on it."""
    return not any(decision in each for each in needs(model).values())


def _limits_in(table: DecisionTable | None, name: str) -> set[Decimal] | None:
    if table is None:
        return None
    mine = [at for at, column in enumerate(table.inputs) if column.expression == name]
    others = chain(
        (column.expression for column in table.inputs if column.expression != name),
        (cell for rule in table.rules for cell in (*rule.inputs, *rule.outputs)),
    )
    if any(name in each for each in others):
        return None
    cells = [rule.inputs[at] for rule in table.rules for at in mine]
    cells += [table.inputs[at].allowed for at in mine]
    found: set[Decimal] = set()
    for cell in cells:
        if cell.strip() not in ("", "-"):
            limits = _constants(cell)
            if limits is None:
                return None
            found |= limits
    return found


def _constants(cell: str) -> set[Decimal] | None:
    """The numbers of a cell that only compares; None for any other."""
    found: set[Decimal] = set()
    for node in ast.walk(dmn.parse_unary(cell).tree):
        if not isinstance(node, _CONSTANT) or (isinstance(node, ast.Name) and node.name != "?"):
            return None
        if isinstance(node, ast.Literal) and isinstance(node.value, int | Decimal):
            found |= {Decimal(node.value), -Decimal(node.value)}  # a minus stands before it
    return found


def _own_sql(own: Own) -> str:
    key = own.name.replace(" ", "_")
    value = _elsewhere_sql(key, "f") if key in ELSEWHERE else f'f."{own.name}"'
    if own.limits is None:
        return value
    cases = [f"WHEN {value} IS NULL THEN NULL"]
    if own.limits:
        cases.append(f"WHEN {value} < {own.limits[0]:f} THEN {own.limits[0] - 1:f}")
        for low, high in pairwise(own.limits):
            cases.append(f"WHEN {value} = {low:f} THEN {low:f}")
            cases.append(f"WHEN {value} < {high:f} THEN {(low + high) / 2:f}")
        cases.append(f"WHEN {value} = {own.limits[-1]:f} THEN {own.limits[-1]:f}")
    above = own.limits[-1] + 1 if own.limits else 0
    return f"CASE {' '.join(cases)} ELSE {above:f} END"
