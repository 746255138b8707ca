"""Who would be treated differently: two policies over every customer, by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from itertools import product
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from concord import dmn
from concord.customers.models import Customer
from concord.customers.restrictions import CUSTOMERS as RESTRICTED
from concord.dmn.model import DecisionTable, Model, Rule
from concord.facts.catalogue import FACTS
from concord.facts.compiled import inlined
from concord.facts.derive import relation
from concord.kernel.errors import Problem
from concord.treatment import requests
from concord.treatment.inputs import POLICY_FACTS
from concord.treatment.tried import tried

SHOWN: Final = 200  # customers named; all are counted
NO_TROUBLE_ELSEWHERE: Final = {"hold elsewhere": "false", "overdue elsewhere": "0"}


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
    """One request of one customer that would be answered differently, in some case of it."""

    request: str
    before: Outcome
    after: Outcome


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


def compare(old: Model, new: Model, as_of: date) -> Comparison:
    """Both policies over all customers, from one query.

    Facts are those of the whole company and no exception is granted. A field that a request may
    carry is tried at every value that either policy tells apart.
    """
    tables = [_Pair(kind, *_tables(old, new, kind)) for kind in _request_tables(old)]
    own = sorted({name for pair in tables for name in pair.facts})
    changed: dict[UUID, tuple[Change, ...]] = {}
    found: dict[tuple[Any, ...], tuple[Change, ...]] = {}
    rows = _graded(old, new, own, as_of)
    for customer_id, *condition in rows:
        key = tuple(condition)
        if key not in found:
            facts = dict(zip(own, key[4:], strict=True))
            found[key] = tuple(c for pair in tables for c in pair.changes(facts, key[:2], key[2:4]))
        if found[key]:
            changed[customer_id] = found[key]
    named = Customer.objects.filter(pk__in=changed).order_by("name_norm", "id")[:SHOWN]
    touched = tuple(Touched(row.pk, row.name, changed[row.pk]) for row in named)
    return Comparison(len(rows), len(changed), touched)


def dump(comparison: Comparison) -> dict[str, Any]:
    """As JSON, without names: who is erased is not kept here."""
    return {
        "customers": comparison.customers,
        "touched": comparison.touched,
        "named": [
            [str(each.customer_id), [_dump_change(change) for change in each.changes]]
            for each in comparison.named
        ],
    }


def load(said: Mapping[str, Any]) -> Comparison:
    """What was dumped, with the names of today (one query)."""
    ids = [UUID(each) for each, _changes in said["named"]]
    names = dict(Customer.objects.filter(pk__in=ids).values_list("pk", "name"))
    named = (
        Touched(id_, names[id_], tuple(_load_change(change) for change in changes))
        for id_, (_text, changes) in zip(ids, said["named"], strict=True)
        if id_ in names
    )
    return Comparison(said["customers"], said["touched"], tuple(named))


def _dump_change(change: Change) -> list[Any]:
    return [change.request, asdict(change.before), asdict(change.after)]


def _load_change(said: Sequence[Any]) -> Change:
    request, before, after = said
    return Change(request, _outcome_of(before), _outcome_of(after))


def _outcome_of(said: Mapping[str, Any]) -> Outcome:
    return Outcome(**{**said, "benefits": tuple(said["benefits"])})


def _graded(old: Model, new: Model, own: Sequence[str], as_of: date) -> list[tuple[Any, ...]]:
    """Every customer with standing and value by the old policy, by the new one, and the facts that
    the requests themselves look at. Raises `Problem` where a policy does not compile to SQL."""
    facts, parameters = relation(keys=POLICY_FACTS, as_of=as_of)
    columns = ["f.customer"]
    joins = ""
    for at, (model, decision) in enumerate(product((old, new), ("standing", "value"))):
        columns.append(f"g{at}.value")
        joins += f" CROSS JOIN LATERAL ({grade_sql(model, decision)}) g{at}"
    columns += [f'f."{name}"' for name in own]
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH f AS MATERIALIZED ({facts}) SELECT {', '.join(columns)} FROM f{joins}"  # noqa: S608
            f" WHERE f.customer NOT IN ({RESTRICTED})",
            parameters,
        )
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def grade_sql(model: Model, decision: str) -> str:
    """A decision over the row `f` of facts; what is no fact of the whole company has no trouble."""
    known = {FACTS[key].name for key in POLICY_FACTS}
    columns = {each.name: "NULL" for each in model.inputs if each.name not in known}
    columns |= NO_TROUBLE_ELSEWHERE
    try:
        compiled = model.sql(decision, source="(SELECT f.*)", columns=columns)
    except dmn.SqlRefusedError as error:
        raise Problem(
            _("Who would be treated differently cannot be worked out: %(why)s") % {"why": error},
            place=decision,
        ) from error
    return inlined(compiled.text, compiled.params)


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
        names = [column.expression for column in old.inputs]
        told = {FACTS[key].name for key in POLICY_FACTS}
        self.facts = [name for name in names if name in told]
        self.fields = [
            (at, name)
            for at, name in enumerate(names)
            if name not in told and name not in ("standing", "value")
        ]
        self.tried = [self._tried(at) for at, _name in self.fields]
        self._known: dict[tuple[Any, ...], tuple[Change, ...]] = {}

    def changes(
        self, facts: Mapping[str, Any], before: tuple[Any, Any], after: tuple[Any, Any]
    ) -> tuple[Change, ...]:
        """The first case that would be answered differently, or none; remembered by condition."""
        condition = (*before, *after, *(facts[name] for name in self.facts))
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
                yield Change(self.request, one, other)
                return

    def _tried(self, at: int) -> list[Any]:
        if self.old.inputs[at].expression == "exception":
            return [False]
        both = [tried(table)[at] for table in (self.old, self.new)]
        values = list(dict.fromkeys([*both[0], *both[1]]))
        # What nobody said comes first: that is how the customer's page answers.
        return sorted(values, key=lambda value: value is not None)


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
        None if said["priority"] is None else int(said["priority"]),
        tuple(said["benefits"] or ()),
        str(said["say"]),
        str(said["urgency"]),
    )


def _passes(cell: str, value: Any) -> bool:
    return cell in ("", "-") or _test(cell).matches(value)


_test = lru_cache(maxsize=1024)(dmn.parse_unary)
