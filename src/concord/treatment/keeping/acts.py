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
    [(has_orders,)] = fetch("SELECT EXISTS (SELECT FROM records_record WHERE type = 'order')")
    here = DEEDS if has_orders else (*DEEDS, INVOICED)
    return [deed for deed in here if not requests or deed.request in requests]


@dataclass(frozen=True, slots=True)
class Act:
    """What was done for a customer on a day; `unit` is the business unit that did it, or nothing.

    `fields` are those of the request that the record tells.
    """

    record_id: int
    customer_id: UUID
    request: str
    on: date
    unit: str | None
    fields: Mapping[str, FieldValue]


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
    whose = "" if customers is None else " AND m.customer_id = ANY(%(customers)s)"
    sql = f'{select(wanted, whose)} ORDER BY "on", id'
    kinds = {deed.request: named(deed.request) for deed in wanted}
    with connection.chunked_cursor() as cursor:
        given: dict[str, Any] = {"since": since, "until": until, "customers": list(customers or ())}
        cursor.execute(sql, given)
        while rows := cursor.fetchmany(CHUNK):
            for row in rows:
                yield _act(kinds[row[2]], *row)


def select(wanted: Sequence[Deed], whose: str = "") -> str:
    """The acts of these days (parameters `since` and `until`): their record's id, `customer_id`,
    `request`, `on`, `unit` and `amount`."""
    parts = " UNION ALL ".join(_of(deed) + whose for deed in wanted)
    return f"SELECT * FROM ({parts}) found"  # noqa: S608 - our own words


def _of(deed: Deed) -> str:
    """The acts of one type. A shipment has no amount of its own: its order's is meant."""
    never = ", ".join(f"'{each}'" for each in deed.never)
    return f"""
        SELECT r.id, m.customer_id, '{deed.request}' AS request, r.{deed.on} AS "on", u.key AS unit,
               CASE WHEN w.currency IN ('', firm.currency) THEN w.amount
                    ELSE round(w.amount * (
                        SELECT x.rate FROM kernel_exchangerate x
                        WHERE x.currency = w.currency AND x."on" <= w.opened_at
                        ORDER BY x."on" DESC LIMIT 1), 2) END AS amount
        FROM records_record r
        JOIN customers_membership m ON m.profile_id = r.profile_id AND m.known_to IS NULL
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
) -> Act:
    told: dict[str, FieldValue] = {"amount": amount, "unit": unit}
    fields = {field.key: told.get(field.key) for field in kind.fields}
    if kind.about:
        fields |= {kind.about: None, "on_its_way": False}  # before it was done, it was not done
    return Act(record_id, customer_id, request, on, unit, fields)
