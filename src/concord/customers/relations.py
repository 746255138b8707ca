# ruff: noqa: S608 - only constants of our own are put together; values are bound
"""Who belongs to whom, at a date: people of an organisation, whose account a person is, groups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from concord.customers.models import Customer, RelationshipKind
from concord.customers.restrictions import IS_RESTRICTED
from concord.customers.rows import fetch
from concord.kernel.prepared import Prepared

# Relationships hang on profiles; here they are between customers of today, seen from one of them.
_SEEN: Final = f"""
    SELECT c.id, c.kind, c.name, r.kind AS relation, r.title, r.valid_from, r.valid_to,
           r.id AS row, r.outward, c.name_norm, {IS_RESTRICTED} AS is_restricted,
           r.by_id IS NOT NULL AS is_by_hand
    FROM (SELECT r.*, true AS outward, r.to_profile_id AS other_id
          FROM customers_membership m
          JOIN customers_relationship r ON r.from_profile_id = m.profile_id
          WHERE m.customer_id = %(customer)s AND m.known_to IS NULL AND r.known_to IS NULL
          UNION ALL
          SELECT r.*, false, r.from_profile_id
          FROM customers_membership m
          JOIN customers_relationship r ON r.to_profile_id = m.profile_id
          WHERE m.customer_id = %(customer)s AND m.known_to IS NULL AND r.known_to IS NULL) r
    JOIN customers_membership o ON o.profile_id = r.other_id AND o.known_to IS NULL
    JOIN customers_customer c ON c.id = o.customer_id
    WHERE c.id <> %(customer)s
"""
MOST: Final = 200  # relationships of one customer on a page
DEEPEST: Final = 20  # levels of a group: more is a mistake in the data

_EVER: Final = f"""
SELECT id, kind, name, relation, title, valid_from, valid_to, row, outward, is_restricted,
       is_by_hand
FROM (
    SELECT DISTINCT ON (id, relation, outward, valid_from, valid_to) * FROM ({_SEEN}) seen
    ORDER BY id, relation, outward, valid_from, valid_to, title DESC, row) found
ORDER BY valid_to DESC NULLS FIRST, name_norm, id, row
LIMIT {MOST}
"""
_ON_A_DAY: Final = Prepared(
    f"""
SELECT id, kind, name, relation, title, valid_from, valid_to, row, outward, is_restricted,
       is_by_hand
FROM (
    SELECT DISTINCT ON (id, relation, outward OR relation = 'household') * FROM ({_SEEN}
        AND (r.valid_from IS NULL OR r.valid_from <= %(on)s)
        AND (r.valid_to IS NULL OR r.valid_to > %(on)s)) seen
    ORDER BY id, relation, outward OR relation = 'household', title DESC, row) found
ORDER BY relation = 'works_at' AND NOT outward, name_norm, id, row
LIMIT {MOST}
""",
    {"customer": "uuid", "on": "date"},
)


@dataclass(frozen=True, slots=True)
class Related:
    """A customer that stands to another; `since` and `until` are business dates, None is open.

    `outward`: the one asked for works there, is part of it; else it is the other way round.
    """

    id: UUID
    kind: str
    name: str
    relation: str
    title: str
    since: date | None
    until: date | None
    relationship_id: int
    outward: bool
    is_restricted: bool = False
    is_by_hand: bool = False

    @property
    def how(self) -> str:
        """What they are to the one asked for: `works_at`, `people`, `part_of`, `parts` or
        `household`."""
        if self.relation == RelationshipKind.HOUSEHOLD or self.outward:
            return self.relation
        return "people" if self.relation == RelationshipKind.WORKS_AT else "parts"


@dataclass(frozen=True, slots=True)
class AccountOf:
    """Whose account a person's request is: the organisation, or the choices where it is unclear.

    A person who works nowhere has neither: they are treated as themselves.
    """

    customer: Customer | None = None
    choices: tuple[Customer, ...] = ()

    @property
    def is_ambiguous(self) -> bool:
        return self.customer is None and bool(self.choices)


def all_of(customer_id: UUID) -> list[Related]:
    """Every relationship as we know it now: those that hold, are to come and have ended."""
    return [Related(*row) for row in fetch(_EVER, {"customer": customer_id})]


def related_on(customer_id: UUID, day: date) -> list[Related]:
    """Those that hold on a day, its people after all else, each by name; each customer once for
    how they are related."""
    return [Related(*row) for row in _ON_A_DAY.fetch({"customer": customer_id, "on": day})]


def account_of(person_id: UUID, as_of: date) -> AccountOf:
    """The organisation that is treated when this person comes with something."""
    ids = [each.id for each in related_on(person_id, as_of) if each.how == "works_at"]
    customers = Customer.objects.in_bulk(ids)
    choices = tuple(customers[each] for each in ids)
    return AccountOf(choices[0]) if len(choices) == 1 else AccountOf(None, choices)


# From one customer to the next, whatever the number of all: by the index of its own profiles.
_NEXT: Final = """
    CROSS JOIN LATERAL (
        SELECT o.customer_id AS id
        FROM customers_membership mine
        JOIN customers_relationship r ON r.{here}_profile_id = mine.profile_id
         AND r.kind = 'part_of' AND r.known_to IS NULL
         AND (r.valid_from IS NULL OR r.valid_from <= %(as_of)s)
         AND (r.valid_to IS NULL OR r.valid_to > %(as_of)s)
        JOIN customers_membership o ON o.profile_id = r.{there}_profile_id AND o.known_to IS NULL
        WHERE mine.customer_id = {of}.id AND mine.known_to IS NULL
        OFFSET 0
    ) next
"""


def group_of(customer_id: UUID, as_of: date) -> list[UUID]:
    """All customers of the group: up to the top, and down to every part; itself included.

    Circles in the data end where they began.
    """
    rows = fetch(
        f"""
        WITH RECURSIVE
        up(id) AS (
            SELECT %(id)s::uuid
            UNION
            SELECT next.id FROM up {_NEXT.format(of="up", here="from", there="to")}
        ),
        down(id) AS (
            SELECT id FROM up
            UNION
            SELECT next.id FROM down {_NEXT.format(of="down", here="to", there="from")}
        )
        SELECT id FROM down ORDER BY id
        """,
        {"id": customer_id, "as_of": as_of},
    )
    return [row[0] for row in rows]
