"""Acts: records which show that a request was granted. A shipment that left answers "ship order".

Read in bulk for a span of days, with what the record says of the request's fields; an amount is in
the company's currency, as the request's own field is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import connection

from concord.customers.restrictions import CUSTOMERS as RESTRICTED
from concord.customers.rows import fetch
from concord.treatment.requests import FieldValue, RequestKind, named

CHUNK: Final = 5_000


@dataclass(frozen=True, slots=True)
class Deed:
    """Which request a record of the type answers, and which of its days is that of the act.

    `never` are the states in which nothing was done.
    """

    type: str
    request: str
    on: str
    never: tuple[str, ...] = ("cancelled",)


DEEDS: Final = (
    Deed("shipment", "ship_order", "closed_at"),
    Deed("order", "place_order", "opened_at"),
    Deed("quote", "proposal", "opened_at"),
    Deed("appointment", "appointment", "opened_at"),
)


# Where no system tells of orders, an invoice shows that one was taken.
INVOICED: Final = Deed("invoice", "place_order", "opened_at")


def deeds(requests: Sequence[str] = ()) -> list[Deed]:
    """What counts as an act here, of these requests or of all."""
    here = DEEDS if orders_are_told() else (*DEEDS, INVOICED)
    return [deed for deed in here if not requests or deed.request in requests]


def orders_are_told() -> bool:
    """Whether some system tells of orders."""
    [(told,)] = fetch(
        "SELECT EXISTS (SELECT FROM records_record WHERE type = 'order' AND withdrawn_at IS NULL)"
    )
    return bool(told)


def by_day(since: date, until: date) -> list[tuple[date, int]]:
    """How many acts there are on these days, about, the last day first; those that have some."""
    parts = " UNION ALL ".join(
        f"SELECT r.{deed.on} AS day FROM records_record r WHERE r.type = '{deed.type}'"  # noqa: S608
        f" AND r.withdrawn_at IS NULL AND r.{deed.on} BETWEEN %(since)s AND %(until)s"
        for deed in deeds()
    )
    rows = fetch(
        f"SELECT day, count(*) FROM ({parts}) found GROUP BY day ORDER BY day DESC",  # noqa: S608
        {"since": since, "until": until},
    )
    return [(day, int(count)) for day, count in rows]


@dataclass(frozen=True, slots=True)
class Act:
    """What was done for a customer on a day; `unit` is the business unit that did it, or nothing.

    What was done for a person who worked at an organisation on that day was done for it, as
    `decide` has it; `is_unclear` where they worked at several. `fields` are those of the request
    that the record tells.
    """

    record_id: int
    customer_id: UUID
    request: str
    on: date
    unit: str | None
    fields: Mapping[str, FieldValue]
    is_unclear: bool = False


def acts(
    since: date,
    until: date,
    requests: Sequence[str] = (),
    customers: Collection[UUID] | None = None,
) -> Iterator[Act]:
    """The acts of these days, both included, in their order; those of these requests, or all; of
    these customers, or of everybody.

    What is stored of a customer and not used is no act. Consume it inside one transaction.
    """
    wanted = deeds(requests)
    if not wanted:
        return
    whose, only = (
        ("", "") if customers is None else (_THEIRS, "AND found.customer_id = ANY(%(customers)s)")
    )
    sql = f'{select(wanted, whose)} {only} ORDER BY "on", id'
    kinds = {deed.request: named(deed.request) for deed in wanted}
    with connection.chunked_cursor() as cursor:
        given: dict[str, Any] = {"since": since, "until": until, "customers": list(customers or ())}
        cursor.execute(sql, given)
        while rows := cursor.fetchmany(CHUNK):
            for row in rows:
                yield _act(kinds[row[2]], *row)


def select(wanted: Sequence[Deed], whose: str = "") -> str:
    """The acts of these days (parameters `since` and `until`): their record's id, `customer_id`,
    `request`, `on`, `unit`, `amount` and `is_unclear`."""
    parts = " UNION ALL ".join(_of(deed) + whose for deed in wanted)
    return (
        f"SELECT * FROM ({parts}) found"  # noqa: S608 - our own words
        f" WHERE found.customer_id NOT IN ({RESTRICTED})"
    )


# Of some customers: what hangs on them, and on the people who work or worked there.
_THEIRS: Final = """ AND r.profile_id IN (
    SELECT profile_id FROM customers_membership
    WHERE customer_id = ANY(%(customers)s) AND known_to IS NULL
    UNION
    SELECT own.profile_id
    FROM customers_membership there
    JOIN customers_relationship e ON e.to_profile_id = there.profile_id AND e.kind = 'works_at'
     AND e.known_to IS NULL
    JOIN customers_membership one ON one.profile_id = e.from_profile_id AND one.known_to IS NULL
    JOIN customers_membership own ON own.customer_id = one.customer_id AND own.known_to IS NULL
    WHERE there.customer_id = ANY(%(customers)s) AND there.known_to IS NULL)
"""
# Where a person worked on the day of the act.
_EMPLOYERS: Final = """
    SELECT array_agg(DISTINCT there.customer_id) AS ids
    FROM customers_membership own
    JOIN customers_relationship e ON e.from_profile_id = own.profile_id AND e.kind = 'works_at'
     AND e.known_to IS NULL AND (e.valid_from IS NULL OR e.valid_from <= r.{on})
     AND (e.valid_to IS NULL OR e.valid_to > r.{on})
    JOIN customers_membership there ON there.profile_id = e.to_profile_id
     AND there.known_to IS NULL AND there.customer_id <> own.customer_id
    WHERE own.customer_id = c.id AND own.known_to IS NULL AND c.kind = 'person'
"""


def _of(deed: Deed) -> str:
    """The acts of one type. A shipment has no amount of its own: its order's is meant."""
    never = ", ".join(f"'{each}'" for each in deed.never)
    return f"""
        SELECT r.id, CASE WHEN cardinality(at.ids) = 1 THEN at.ids[1] ELSE m.customer_id END
                   AS customer_id, '{deed.request}' AS request, r.{deed.on} AS "on", u.key AS unit,
               CASE WHEN w.currency IN ('', firm.currency) THEN w.amount
                    ELSE round(w.amount * (
                        SELECT x.rate FROM kernel_exchangerate x
                        WHERE x.currency = w.currency AND x."on" <= w.opened_at
                        ORDER BY x."on" DESC LIMIT 1), 2) END AS amount,
               coalesce(cardinality(at.ids) > 1, false) AS is_unclear
        FROM records_record r
        JOIN customers_membership m ON m.profile_id = r.profile_id AND m.known_to IS NULL
        LEFT JOIN customers_customer c ON c.id = m.customer_id
        CROSS JOIN LATERAL ({_EMPLOYERS.format(on=deed.on)}) at
        LEFT JOIN records_record o ON o.id = r.parent_id AND o.withdrawn_at IS NULL
        LEFT JOIN kernel_unit u ON u.id = coalesce(r.unit_id, o.unit_id)
        CROSS JOIN (SELECT coalesce((SELECT currency FROM kernel_company WHERE id = 1), 'EUR')
                    AS currency) firm
        CROSS JOIN LATERAL (
            SELECT coalesce(r.amount, o.amount) AS amount,
                   CASE WHEN r.amount IS NULL THEN o.currency ELSE r.currency END AS currency,
                   coalesce(CASE WHEN r.amount IS NULL THEN o.opened_at ELSE r.opened_at END,
                            r.{deed.on}) AS opened_at
        ) w
        WHERE r.type = '{deed.type}' AND r.withdrawn_at IS NULL AND r.status NOT IN ({never})
          AND r.{deed.on} BETWEEN %(since)s AND %(until)s
          AND m.customer_id NOT IN ({RESTRICTED})
        """  # noqa: S608 - our own words; days are bound


def _act(
    kind: RequestKind,
    record_id: int,
    customer_id: UUID,
    request: str,
    on: date,
    unit: str | None,
    amount: Any,
    is_unclear: bool,
) -> Act:
    told: dict[str, FieldValue] = {"amount": amount, "unit": unit}
    fields = {field.key: told.get(field.key) for field in kind.fields}
    if kind.about:
        fields |= {kind.about: None, "on_its_way": False}  # before it was done, it was not done
    return Act(record_id, customer_id, request, on, unit, fields, is_unclear)
