"""Who would be treated differently: two policies over every customer, by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from itertools import product
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from concord import dmn
from concord.customers.models import Customer
from concord.dmn.model import DecisionTable, Model, Rule
from concord.facts.derive import derive_all
from concord.facts.fact import UNKNOWN
from concord.treatment import law, requests
from concord.treatment.inputs import POLICY_FACTS

SHOWN = 200  # customers named; all are counted


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule gives: enough to say that a customer would notice."""

    rule: str
    act: str
    to: str
    priority: int | None
    benefits: tuple[str, ...]
    say: str
    urgency: str

    @property
    def noticed(self) -> tuple[Any, ...]:
        return (self.act, self.to, self.priority, self.benefits, self.say, self.urgency)


@dataclass(frozen=True, slots=True)
class Change:
    """One request of one customer that would be answered differently; `given` is a case of it."""

    request: str
    before: Outcome
    after: Outcome
    given: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Touched:
    customer_id: UUID
    name: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`customers` were looked at, `touched` of them would notice; the first are named."""

    customers: int
    touched: int
    named: tuple[Touched, ...]


@transaction.atomic
def compare(old: Model, new: Model, as_of: date) -> Comparison:
    """Both policies over all customers, from one query for the facts.

    Facts are those of the whole company and no exception is granted. A field that a request may
    carry is tried at every value that either policy tells apart.
    """
    clock = datetime.combine(as_of, time(12), ZoneInfo(settings.TIME_ZONE))
    tables = [_Pair(kind, *_tables(old, new, kind)) for kind in _request_tables(old)]
    changed: dict[UUID, tuple[Change, ...]] = {}
    seen = 0
    for customer_id, values in derive_all(as_of=as_of, keys=POLICY_FACTS):
        seen += 1
        facts = {key.replace("_", " "): _plain(value) for key, value in values.items()}
        facts |= {"hold elsewhere": False, "overdue elsewhere": 0}
        before, after = _graded(old, facts, clock), _graded(new, facts, clock)
        found = tuple(change for pair in tables for change in pair.changes(facts, before, after))
        if found:
            changed[customer_id] = found
    named = Customer.objects.filter(pk__in=changed).order_by("name_norm", "id")[:SHOWN]
    rows = tuple(Touched(row.pk, row.name, changed[row.pk]) for row in named)
    return Comparison(seen, len(changed), rows)


def _plain(value: Any) -> Any:
    return None if value is UNKNOWN else value


def _graded(model: Model, facts: Mapping[str, Any], clock: datetime) -> tuple[Any, Any]:
    return (
        model.evaluate("standing", facts, clock).value,
        model.evaluate("value", facts, clock).value,
    )


def _request_tables(model: Model) -> list[str]:
    known = {decision.id for decision in model.decisions}
    wanted = [*(kind.table for kind in requests.BUILT_IN), requests.ANY_OTHER]
    return [each for each in wanted if each in known]


def _tables(old: Model, new: Model, key: str) -> tuple[DecisionTable, DecisionTable]:
    name = {decision.id: decision.name for decision in old.decisions}[key]
    return old.tables[name], new.tables[name]


class _Pair:
    """A request's table before and after, over all fields that it may be given."""

    def __init__(self, request: str, old: DecisionTable, new: DecisionTable) -> None:
        self.request = request
        self.old, self.new = old, new
        self.fields = [
            (at, column.expression)
            for at, column in enumerate(old.inputs)
            if column.expression.replace(" ", "_") not in (*POLICY_FACTS, "standing", "value")
        ]
        self.tried = [self._tried(at) for at, _name in self.fields]
        self._known: dict[tuple[Any, ...], tuple[Change, ...]] = {}

    def changes(
        self, facts: Mapping[str, Any], before: tuple[Any, Any], after: tuple[Any, Any]
    ) -> tuple[Change, ...]:
        """The first case that would be answered differently, or none; remembered by condition."""
        own = tuple(facts.get(column.expression) for column in self.old.inputs)
        condition = (*before, *after, *own)
        if condition not in self._known:
            self._known[condition] = tuple(self._find(facts, before, after))
        return self._known[condition]

    def _find(
        self, facts: Mapping[str, Any], before: tuple[Any, Any], after: tuple[Any, Any]
    ) -> Iterator[Change]:
        for case in product(*self.tried):
            given = {name: value for (_at, name), value in zip(self.fields, case, strict=True)}
            one = _outcome(self.old, {**facts, **given, **_named(before)})
            other = _outcome(self.new, {**facts, **given, **_named(after)})
            if one and other and one.noticed != other.noticed:
                yield Change(self.request, one, other, given)
                return

    def _tried(self, at: int) -> list[Any]:
        if self.old.inputs[at].expression == "exception":
            return [False]
        both = [law.Grid(table).columns[at] for table in (self.old, self.new)]
        return list(dict.fromkeys([*both[0], *both[1]]))


def _named(graded: tuple[Any, Any]) -> dict[str, Any]:
    return {"standing": graded[0], "value": graded[1]}


def _outcome(table: DecisionTable, values: Mapping[str, Any]) -> Outcome | None:
    for rule in table.rules:
        cells = zip(table.inputs, rule.inputs, strict=True)
        if all(_passes(cell.strip(), values.get(column.expression)) for column, cell in cells):
            return _given(rule, tuple(output.name for output in table.outputs))
    return None


@lru_cache(maxsize=1024)
def _given(rule: Rule, names: tuple[str, ...]) -> Outcome:
    said = {
        name: dmn.parse(cell).evaluate() for name, cell in zip(names, rule.outputs, strict=True)
    }
    return Outcome(
        rule.id,
        str(said["act"]).replace(" ", "_"),
        str(said["to"] or ""),
        said["priority"],
        tuple(said["benefits"] or ()),
        str(said["say"]),
        str(said["urgency"]),
    )


def _passes(cell: str, value: Any) -> bool:
    return cell in ("", "-") or _test(cell).matches(value)


_test = lru_cache(maxsize=1024)(dmn.parse_unary)
