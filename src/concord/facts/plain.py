"""Facts in plain Python: the same expressions over rows loaded one by one.

Slow and obvious on purpose. `derive_python` is what the SQL of `derive` is held against: it reads
the tables through the models, walks every version in Python, and lets `concord.dmn` evaluate.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from concord.customers.models import Customer, Membership, Relationship, RelationshipKind
from concord.dmn.feel import ast
from concord.dmn.feel.evaluate import Compiler
from concord.dmn.feel.runtime import Env, Run
from concord.dmn.problems import Place
from concord.facts import lists, reasons
from concord.facts.expression import Aggregate, Reading, read
from concord.facts.fact import UNKNOWN, Fact, Value
from concord.facts.lists import ListField
from concord.facts.own import all_facts
from concord.facts.times import When
from concord.kernel.models import Company, ExchangeRate
from concord.records import types
from concord.records.models import Allocation, Record, RecordLink, RecordVersion
from concord.records.types import Rule

CENT_OF_CENT = Decimal("0.0001")


@dataclass
class Row:
    """A record as a FEEL context, with the reasons why fields of it are unknown."""

    id: int
    type: str
    own: bool
    values: dict[str, Any] = field(default_factory=dict)
    unknown: dict[str, int] = field(default_factory=dict)


def derive_python(
    customer_id: UUID,
    *,
    as_of: date,
    known_at: datetime | None = None,
    unit: str | None = None,
    keys: Collection[str] | None = None,
) -> dict[str, Value]:
    """The value of each fact for one customer, as `derive` gives it."""
    when = When(as_of, known_at)
    loader = _Loader(customer_id, when)
    rows, told = loader.rows(), {record.type for record, _ in loader.records}
    golden = Customer.objects.get(id=customer_id).golden
    attributes = {name: entry["value"] for name, entry in golden.items()}
    return {
        fact.key: UNKNOWN
        if fact.everyday and told.isdisjoint(fact.types)
        else value_of(fact, rows, attributes, when, unit)
        for fact in all_facts().values()
        if (keys is None and not fact.retired) or fact.key in (keys or ())
    }


def value_of(
    fact: Fact, rows: list[Row], attributes: Mapping[str, Any], when: When, unit: str | None
) -> Value:
    reading = read(fact.expression)
    mine = [row for row in rows if (row.own or fact.scope == "group") and _of_unit(row, fact, unit)]
    run = Run(datetime.combine(when.as_of, time()))
    if any(_doubt(aggregate, mine, run) for aggregate in reading.aggregates):
        return UNKNOWN
    value = reading.expression.evaluate(
        _scope(reading, mine, attributes), clock=datetime.combine(when.as_of, time())
    )
    if value is None:
        return fact.empty
    return sorted(value) if isinstance(value, list) else value


def _of_unit(row: Row, fact: Fact, unit: str | None) -> bool:
    return unit is None or not fact.unit or row.values["unit"] in (None, unit)


def _scope(reading: Reading, rows: list[Row], attributes: Mapping[str, Any]) -> dict[str, Any]:
    scope: dict[str, Any] = {lists.CUSTOMER: dict.fromkeys(reading.attributes) | dict(attributes)}
    for name in {each.list for each in reading.aggregates}:
        of = lists.record_list(name)
        scope[name] = [
            {key: row.values[key] for key in of.fields} for row in rows if row.type in of.types
        ]
    return scope


# When a value is in doubt ---------------------------------------------------------------------


def _doubt(aggregate: Aggregate, rows: Iterable[Row], run: Run) -> int:
    of = lists.record_list(aggregate.list)
    doubt = 0
    for row in rows:
        if row.type in of.types:
            doubt |= _doubt_of(aggregate, row, run)
    return doubt


def _doubt_of(aggregate: Aggregate, row: Row, run: Run) -> int:
    answers = [_may(each.tree, row, run) for each in aggregate.conditions]
    if not all(possible for _, possible in answers):
        return 0
    if not all(sure for sure, _ in answers):
        doubt = 0
        for each in aggregate.conditions:
            for name in each.fields:
                doubt |= row.unknown.get(name, 0)
        return doubt
    if aggregate.field:
        if row.unknown.get(aggregate.field):
            return row.unknown[aggregate.field]
        if row.values[aggregate.field] is None:
            return reasons.MISSING
    return 0


def _may(node: ast.Node, row: Row, run: Run) -> tuple[bool, bool]:
    """Whether the condition surely holds for the row, and whether it possibly does."""
    match node:
        case ast.And():
            left, right = _may(node.left, row, run), _may(node.right, row, run)
            return left[0] and right[0], left[1] and right[1]
        case ast.Or():
            left, right = _may(node.left, row, run), _may(node.right, row, run)
            return left[0] or right[0], left[1] or right[1]
    names = {each.name for each in ast.walk(node) if isinstance(each, ast.Name)}
    if any(row.unknown.get(name) for name in names):
        return False, True
    holds = Compiler(Place()).code(node)(Env(run, row.values)) is True
    return holds, holds


# Loading --------------------------------------------------------------------------------------


class _Loader:
    def __init__(self, customer_id: UUID, when: When) -> None:
        self.customer_id = customer_id
        self.when = when
        self.currency = Company.load().currency
        self.records = list(self.seen_records())
        self.links = [
            (each.from_record_id, each.to_record_id)
            for each in RecordLink.objects.all()
            if when.knows(each.known_from, each.known_to)
        ]

    def rows(self) -> list[Row]:
        own = self.profiles(self.customer_id)
        group = {
            profile for member in self.group(self.customer_id) for profile in self.profiles(member)
        }
        states = [
            (record, state) for record, state in self.records if state.profile_id in own | group
        ]
        rows = [self.row(record, state, state.profile_id in own) for record, state in states]
        self.mark_latest(states, rows)
        return rows

    def profiles(self, customer_id: UUID) -> set[UUID]:
        return {
            each.profile_id
            for each in Membership.objects.filter(customer_id=customer_id)
            if self.when.knows(each.known_from, each.known_to)
        }

    def group(self, customer_id: UUID) -> set[UUID]:
        """All that is below the customer or below something that it is a part of."""
        edges = list(self.edges())
        above = _closure({customer_id}, edges)
        return _closure(above, [(parent, child) for child, parent in edges])

    def edges(self) -> Iterator[tuple[UUID, UUID]]:
        belongs = {
            each.profile_id: each.customer_id
            for each in Membership.objects.all()
            if self.when.knows(each.known_from, each.known_to)
        }
        for each in Relationship.objects.filter(kind=RelationshipKind.PART_OF):
            begun = each.valid_from is None or each.valid_from <= self.when.as_of
            over = each.valid_to is not None and each.valid_to <= self.when.as_of
            if begun and not over and self.when.knows(each.known_from, each.known_to):
                ends = belongs.get(each.from_profile_id), belongs.get(each.to_profile_id)
                if ends[0] and ends[1]:
                    yield ends[0], ends[1]

    def seen_records(self) -> Iterator[tuple[Record, Record | RecordVersion]]:
        """Every record that is there and open to be seen, in the state that was known."""
        found = Record.objects.select_related("unit").prefetch_related("versions__unit")
        for record in found.order_by("id"):
            state = self.known(record)
            if state is not None and (
                state.opened_at is None or state.opened_at <= self.when.as_of
            ):
                yield record, state

    def known(self, record: Record) -> Record | RecordVersion | None:
        if self.when.known_at is None:
            return record if record.withdrawn_at is None else None
        if record.withdrawn_at is None and record.known_from <= self.when.known_at:
            return record
        for version in record.versions.all():
            if version.known_from <= self.when.known_at < version.known_to:
                return version
        return None

    def row(self, record: Record, state: Record | RecordVersion, own: bool) -> Row:
        row = Row(record.id, record.type, own)
        declared = types.get(record.type)
        closed = state.closed_at if state.closed_at and state.closed_at <= self.when.as_of else None
        over = closed or self.when.as_of
        row.values = {
            "type": record.type,
            "opened": state.opened_at,
            "due": state.due_at,
            "closed": closed,
            "status": state.status or None,
            "currency": state.currency or self.currency,
            "unit": state.unit.key if state.unit else None,
            "age": (self.when.as_of - state.opened_at).days if state.opened_at else None,
            "days_open": (over - state.opened_at).days if state.opened_at else None,
            "latest": False,
        }
        self.money(row, "amount", state.amount, state.currency)
        self.outstanding(row, record, state)
        for each in declared.fields:
            listed = lists.record_list(record.type).fields.get(each.key)
            if listed and each.is_money:
                value = types.read(each, state.data.get(each.key))
                self.money(row, each.key, value, state.currency)
            elif listed:
                row.values[each.key] = types.read(each, state.data.get(each.key))
        for name, listed in lists.record_list(record.type).fields.items():
            if listed.rule is not Rule.FIXED:
                self.observe(row, record, state, name, listed)
        due, row.values["days_late"] = row.values["due"], None
        if due is not None:
            row.values["days_late"] = max(0, (over - due).days)
        if "due" in row.unknown:
            row.unknown["days_late"] = row.unknown["due"]
        if record.type == "invoice":
            self.disputes(row, record)
        return row

    def money(self, row: Row, name: str, amount: Decimal | None, currency: str) -> None:
        rate = self.rate(currency, row.values["opened"])
        if amount is not None and rate is None:
            row.unknown[name] = reasons.NO_RATE
        row.values[name] = None if amount is None or rate is None else converted(amount, rate)

    def outstanding(self, row: Row, record: Record, state: Record | RecordVersion) -> None:
        if row.values["closed"] is not None:
            row.values["outstanding"] = Decimal(0)
            return
        if state.amount is None:
            row.values["outstanding"] = None
            row.unknown["outstanding"] = reasons.MISSING
            return
        settled = sum(
            (
                each.amount
                for each in Allocation.objects.filter(invoice=record, at__lte=self.when.as_of)
                if self.when.knows(each.known_from, each.known_to) and self.known(each.payment)
            ),
            Decimal(0),
        )
        self.money(row, "outstanding", state.amount - settled, state.currency)

    def rate(self, currency: str, opened: date | None) -> Decimal | None:
        """The rate of the day on which the record was opened: what was invoiced stays so."""
        if currency in ("", self.currency):
            return Decimal(1)
        on = opened or self.when.as_of
        found = ExchangeRate.objects.filter(currency=currency, on__lte=on).order_by("-on")
        latest = found.first()
        return latest.rate if latest else None

    def observe(
        self,
        row: Row,
        record: Record,
        state: Record | RecordVersion,
        name: str,
        listed: ListField,
    ) -> None:
        """A current field has the value that was seen by the end of the day; else it is unknown."""
        if name == "status" and row.values["closed"] is not None:
            return  # the status that it was closed with
        if listed.rule is Rule.DATED:
            since = self.since(row, state, listed.dated_by)
            if since is not None:
                if since > self.when.as_of:
                    row.values[name] = None
                return
        if not self.when.looks_back or state.known_from < self.when.day_over:
            return
        seen = self.seen(record)
        if seen is not None:
            self.take(row, name, seen)
        elif row.values[name] is not None or row.unknown.get(name):
            row.values[name], row.unknown[name] = None, reasons.UNOBSERVED

    def since(self, row: Row, state: Record | RecordVersion, dated_by: str) -> date | None:
        columns = {"opened": state.opened_at, "due": state.due_at, "closed": state.closed_at}
        if dated_by in columns:
            return columns[dated_by]
        text = state.data.get(dated_by)
        return date.fromisoformat(text) if text else None

    def seen(self, record: Record) -> RecordVersion | None:
        for version in record.versions.all():
            if version.known_from < self.when.day_over <= version.known_to:
                return version
        return None

    def take(self, row: Row, name: str, seen: RecordVersion) -> None:
        columns: dict[str, Any] = {"status": seen.status or None, "due": seen.due_at}
        declared = types.get(row.type).field(name)
        row.unknown.pop(name, None)
        if declared is not None:
            value = types.read(declared, seen.data.get(name))
        else:
            value = (columns | {"amount": seen.amount})[name]
        if name == "amount" or (declared and declared.is_money):
            self.money(row, name, value, seen.currency)
        else:
            row.values[name] = value

    def disputes(self, row: Row, invoice: Record) -> None:
        row.values["disputed"] = bool(row.values.get("disputed")) or any(
            dispute.parent_id == invoice.id or self.linked(record, invoice)
            for record, dispute in self.records
            if record.type == "dispute" and self.still_open(dispute)
        )

    def still_open(self, state: Record | RecordVersion) -> bool:
        return state.closed_at is None or state.closed_at > self.when.as_of

    def linked(self, dispute: Record, invoice: Record) -> bool:
        ends = {(dispute.id, invoice.id), (invoice.id, dispute.id)}
        return not ends.isdisjoint(self.links)

    def mark_latest(
        self, states: list[tuple[Record, Record | RecordVersion]], rows: list[Row]
    ) -> None:
        newest: dict[tuple[Any, Any], tuple[date, int]] = {}
        for record, state in states:
            if record.type == "balance":
                place = (state.profile_id, state.unit_id)
                mark = (state.opened_at or date.min, record.id)
                newest[place] = max(newest.get(place, mark), mark)
        chosen = {record for _, record in newest.values()}
        for row in rows:
            row.values["latest"] = row.id in chosen


def converted(amount: Decimal, rate: Decimal) -> Decimal:
    """In the company's currency, to the hundredth of a cent."""
    return (amount * rate).quantize(CENT_OF_CENT, ROUND_HALF_UP)


def _closure(start: set[UUID], edges: list[tuple[UUID, UUID]]) -> set[UUID]:
    found = set(start)
    while True:
        further = {b for a, b in edges if a in found} - found
        if not further:
            return found
        found |= further
