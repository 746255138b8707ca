# ruff: noqa: S608 - only names and constants of our own are put together; values are bound
"""What a simulation found: from what to what for each request, and who they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Sum

from concord.customers.restrictions import CUSTOMERS as RESTRICTED
from concord.customers.rows import fetch
from concord.facts import access
from concord.facts.catalogue import FACTS
from concord.kernel.access import Viewer
from concord.treatment.models import SimulatedCondition, Simulation
from concord.treatment.simulating import kept
from concord.treatment.simulating.apart import SHOWN
from concord.treatment.simulating.judged import Answered
from concord.ui import paging
from concord.ui.paging import Page

PAGE: Final = 50
SHOWN_AS: Final = dict(zip(("revenue", "overdue", "overdue_days"), SHOWN, strict=True))

LISTED: Final = f"""
SELECT t.customer_id, c.name, t.condition, t.weight, t.revenue, t.overdue, t.overdue_days
FROM unnest(%(conditions)s::bigint[]) k(condition)
CROSS JOIN LATERAL (
    SELECT s.* FROM treatment_simulatedcustomer s
    WHERE s.simulation_id = %(simulation)s AND s.condition = k.condition
      AND (%(weight)s::numeric IS NULL
           OR (s.weight, s.customer_id) < (%(weight)s::numeric, %(customer)s::uuid))
      AND s.customer_id NOT IN ({RESTRICTED})
    ORDER BY s.weight DESC, s.customer_id DESC LIMIT %(limit)s
) t
JOIN customers_customer c ON c.id = t.customer_id
ORDER BY t.weight DESC, t.customer_id DESC LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Move:
    """From what a request is answered to what it would be. Where both are one, what changes is the
    rest: to whom, how soon, with which extras, or what is said."""

    request: str
    before: str
    after: str

    @property
    def key(self) -> str:
        return f"{self.before}>{self.after}"


@dataclass(slots=True)
class Several:
    """Customers, and what they bought in the last twelve months; of `unknown` it is not known."""

    customers: int = 0
    money: Decimal = Decimal(0)
    unknown: int = 0

    def add(self, row: SimulatedCondition) -> None:
        self.customers += row.customers
        self.money += row.money
        self.unknown += row.unknown


@dataclass(slots=True)
class Matrix:
    """`moves` are those of customers who would notice, `stays` what stays as it is by the act.
    Every customer stands once in the one or the other of each request."""

    moves: dict[Move, Several] = field(default_factory=dict)
    stays: dict[Move, Several] = field(default_factory=dict)
    everybody: Several = field(default_factory=Several)
    touched: Several = field(default_factory=Several)


def matrix(simulation: Simulation) -> Matrix:
    """From what to what, for each request. One query, over conditions and not customers."""
    found = Matrix()
    for row in simulation.conditions.all():
        found.everybody.add(row)
        if row.differs:
            found.touched.add(row)
        for each in kept.load(row.answers):
            into = found.moves if each.differs else found.stays
            into.setdefault(_move(each), Several()).add(row)
    return found


def progress(simulation: Simulation) -> tuple[int, int]:
    """Customers that are done, and all."""
    rows = simulation.parts.order_by()
    done = rows.exclude(done_at=None).aggregate(n=Sum("customers"))["n"]
    return done or 0, rows.aggregate(n=Sum("customers"))["n"] or 0


@dataclass(frozen=True, slots=True)
class Line:
    """A customer who would be treated differently, with what changes of what was asked for, and
    the facts that the viewer may see (by the names of `SHOWN_AS`; None is not known)."""

    customer_id: UUID
    name: str
    condition: int
    changes: tuple[Answered, ...]
    facts: dict[str, Any]


def listing(
    viewer: Viewer,
    simulation: Simulation,
    request: str = "",
    move: str = "",
    cursor: str = "",
    limit: int = PAGE,
) -> Page[Line]:
    """Who they are, the largest first; of a request, and of one move of it. Two queries."""
    asked = {
        row.condition: changes
        for row in simulation.conditions.filter(differs=True)
        if (changes := tuple(_asked_for(row, request, move)))
    }
    weight, customer = paging.decode(cursor, str, UUID) if cursor else (None, None)
    said = {
        "simulation": simulation.pk, "conditions": list(asked), "limit": limit + 1,
        "weight": None if weight is None else Decimal(weight), "customer": customer,
    }  # fmt: skip
    rows = fetch(LISTED, said)
    seen = seen_by(viewer)
    lines = [_line(row, asked, seen) for row in rows[:limit]]
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(lines, paging.encode(str(last[3]), str(last[0])) if last else "")


def seen_by(viewer: Viewer) -> list[str]:
    """Which facts of a line this person may see, by the names of `SHOWN_AS`."""
    return [name for name, key in SHOWN_AS.items() if access.sees(viewer, FACTS[key])]


def of_condition(simulation: Simulation, condition: int) -> list[Answered]:
    """What changes for the customers of one condition."""
    row = simulation.conditions.filter(condition=condition).first()
    return [each for each in kept.load(row.answers) if each.differs] if row else []


def is_lost(simulation: Simulation) -> bool:
    """Whether a crash of the database has taken the list away, which is not written twice."""
    counted = simulation.conditions.filter(differs=True).aggregate(n=Count("id"))["n"]
    if not counted:
        return False
    [(there,)] = fetch(
        "SELECT EXISTS (SELECT FROM treatment_simulatedcustomer WHERE simulation_id = %s)",
        [simulation.pk],
    )
    return not there


def _asked_for(row: SimulatedCondition, request: str, move: str) -> Iterator[Answered]:
    for each in kept.load(row.answers):
        is_asked = not request or (each.request == request and move in ("", _move(each).key))
        if each.differs and is_asked:
            yield each


def _move(each: Answered) -> Move:
    return Move(each.request, each.before.act, each.after.act)


def _line(row: tuple[Any, ...], asked: dict[int, tuple[Answered, ...]], seen: list[str]) -> Line:
    customer_id, name, condition, _weight, *values = row
    facts = dict(zip(SHOWN_AS, values, strict=True))
    return Line(customer_id, name, condition, asked[condition], {key: facts[key] for key in seen})
