"""Who would be treated differently: two policies over every customer at once, by name.

For few customers, while somebody waits. What is kept, goes on and can be stopped is
`concord.treatment.actions.simulations`; both tell customers apart in the same way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from concord.customers.models import Customer
from concord.customers.rows import fetch
from concord.dmn.model import Model
from concord.treatment.outcome import Outcome as Outcome
from concord.treatment.simulating.apart import SHOWN as FACTS_SHOWN
from concord.treatment.simulating.apart import grade_sql as grade_sql
from concord.treatment.simulating.judged import Judge, kinds

SHOWN: Final = 200  # customers named; all are counted


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

    Facts are those of the whole company. A field that a request may carry is tried at every value
    that either policy tells apart.
    """
    judge = Judge((old, new), kinds(), as_of)
    sql, parameters = judge.apart.select(as_of, None)
    changed: dict[UUID, tuple[Change, ...]] = {}
    found: dict[str, tuple[Change, ...]] = {}
    rows = fetch(sql, parameters)
    for customer_id, *told in rows:
        condition = told[len(FACTS_SHOWN) :]
        key = repr(condition)
        if key not in found:
            found[key] = tuple(
                Change(each.request, each.before, each.after)
                for each in judge.answered(condition)
                if each.differs
            )
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
    return [change.request, change.before.dump(), change.after.dump()]


def _load_change(said: Sequence[Any]) -> Change:
    request, before, after = said
    return Change(request, Outcome.load(before), Outcome.load(after))
