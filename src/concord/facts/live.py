"""What a fact comes to while it is written: for one customer, and for all of them or a sample.

Nothing is kept of it, neither the statement nor the value, and it takes a few seconds at most.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _
from psycopg.errors import QueryCanceled

from concord.customers.restrictions import CUSTOMERS as RESTRICTED
from concord.customers.rows import fetch
from concord.facts import query
from concord.facts.derive import settled
from concord.facts.fact import UNKNOWN, Fact, Value
from concord.facts.times import When
from concord.kernel.errors import Problem
from concord.kernel.time import today

SECONDS: Final = 5
ALL: Final = 5_000  # customers; of more, a sample of about as many is looked at
SAMPLE: Final = f"""
SELECT c.id, count(*) OVER () FROM customers_customer c {{sample}}
WHERE c.merged_into_id IS NULL AND c.id NOT IN ({RESTRICTED})
ORDER BY c.id LIMIT {ALL}
"""  # noqa: S608 - our own constants


@dataclass(frozen=True, slots=True)
class Live:
    """What it is for one customer; `records` are the ids of what it rests on."""

    value: Value
    records: Sequence[int]


@dataclass(frozen=True, slots=True)
class Spread:
    """What it comes to over `looked_at` customers: how many have it (another value than where there
    is nothing to reckon), of how many it is not known, and the values of those who have it."""

    looked_at: int
    is_sample: bool
    having: int
    unknown: int
    smallest: Value = None
    middle: Value = None
    largest: Value = None


def check(fact: Fact) -> str:
    """The type of what the expression comes to. Raises Problem, with its place, for what is no
    expression, and for what cannot be reckoned exactly for all customers."""
    found = {query.type_of(fact, one=one) for one in (True, False)}
    return found.pop()


def of_customer(fact: Fact, customer_id: UUID) -> Live:
    with _limited():
        [value] = _values(fact, [customer_id]) or [fact.empty]
        scope = query.scope_for((fact,), one=True, then=False, back=False)
        sql = query.evidence.__wrapped__(fact, scope, "all").sql
        found = fetch(sql, _parameters() | {"customer": customer_id})
    return Live(value, sorted({row[0] for row in found}))


def of_all(fact: Fact) -> Spread:
    with _limited():
        customers, is_sample = _sample()
        values = _values(fact, customers)
    nothing = (UNKNOWN, None, fact.empty)
    has = [each for each in values if each not in nothing]
    ordered = sorted(has) if fact.type in ("number", "date") else []  # type: ignore[type-var]
    return Spread(
        looked_at=len(values),
        is_sample=is_sample,
        having=len(has),
        unknown=sum(each is UNKNOWN for each in values),
        smallest=ordered[0] if ordered else None,
        middle=ordered[(len(ordered) - 1) // 2] if ordered else None,
        largest=ordered[-1] if ordered else None,
    )


def _sample() -> tuple[list[UUID], bool]:
    """Customers to look at: all, or about as many drawn from pages of the table; always the same,
    so that a value changes with the fact alone."""
    pages = fetch("SELECT reltuples FROM pg_class WHERE oid = 'customers_customer'::regclass")
    known = float(pages[0][0])
    if known > 4 * ALL:
        share = 100 * 1.2 * ALL / known
        drawn = fetch(SAMPLE.format(sample=f"TABLESAMPLE SYSTEM ({share:.6f}) REPEATABLE (7)"))
        if drawn:
            return [row[0] for row in drawn], True
    found = fetch(SAMPLE.format(sample=""))
    return [row[0] for row in found], bool(found) and found[0][1] > ALL


def _values(fact: Fact, customers: Sequence[UUID]) -> list[Value]:
    scope = query.scope_for((fact,), one=False, then=False, back=False, some=True)
    statement = query.statement.__wrapped__((fact,), scope, "all")
    rows = fetch(statement.sql, _parameters() | {"customers": list(customers)})
    return [UNKNOWN if mask else settled(fact, value) for _id, value, mask in rows]


def _parameters() -> dict[str, Any]:
    when = When(today())
    return {"as_of": when.as_of, "today": when.as_of, "day_over": when.day_over,
            "known_at": None, "unit": None, "customer": None}  # fmt: skip


@contextmanager
def _limited() -> Iterator[None]:
    """Whoever writes what takes too long is told so, and nobody waits for it."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            before = fetch("SELECT current_setting('statement_timeout')")[0][0]
            cursor.execute(f"SET LOCAL statement_timeout = {SECONDS * 1000:.0f}")
            yield
            # Within another transaction it would hold on.
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [before])
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise
        raise Problem(
            _("It takes longer than %(seconds)d seconds.") % {"seconds": SECONDS},
            mend=_("Narrow it down: fewer records, or a shorter time."),
        ) from error
