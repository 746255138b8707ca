"""Who belongs to whom, at a date: people of an organisation, whose account a person is, groups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from concord.customers.models import Customer
from concord.customers.rows import fetch

# Relationships hang on profiles; here they are between the customers of today, at a date.
_EVER = """
    SELECT mf.customer_id AS from_id, r.kind, mt.customer_id AS to_id, r.title, r.valid_from,
           r.valid_to, r.id
    FROM customers_relationship r
    JOIN customers_membership mf ON mf.profile_id = r.from_profile_id AND mf.known_to IS NULL
    JOIN customers_membership mt ON mt.profile_id = r.to_profile_id AND mt.known_to IS NULL
    WHERE r.known_to IS NULL AND mf.customer_id <> mt.customer_id
"""
_BETWEEN = f"""{_EVER}
      AND (r.valid_from IS NULL OR r.valid_from <= %(as_of)s)
      AND (r.valid_to IS NULL OR r.valid_to > %(as_of)s)
"""
MOST = 200  # relationships of one customer on a page
DEEPEST = 20  # levels of a group: more is a mistake in the data


@dataclass(frozen=True, slots=True)
class Related:
    """A customer that stands to another; `since` and `until` are business dates, None is open."""

    id: UUID
    kind: str
    name: str
    relation: str
    title: str = ""
    since: date | None = None
    until: date | None = None
    relationship_id: int = 0
    email: str = ""
    phone: str = ""
    outward: bool = True  # the customer works there, is part of it; else the other way round


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


def people_of(customer_id: UUID, as_of: date) -> list[Related]:
    """Who works at the organisation at that date, by name."""
    return _related(customer_id, as_of, "works_at", at_the="to")


def employers_of(person_id: UUID, as_of: date) -> list[Related]:
    return _related(person_id, as_of, "works_at", at_the="from")


def parts_of(customer_id: UUID, as_of: date) -> list[Related]:
    """The organisations directly part of it."""
    return _related(customer_id, as_of, "part_of", at_the="to")


def wholes_of(customer_id: UUID, as_of: date) -> list[Related]:
    """The organisations of which it is directly a part."""
    return _related(customer_id, as_of, "part_of", at_the="from")


def household_of(customer_id: UUID, as_of: date) -> list[Related]:
    both = _related(customer_id, as_of, "household", at_the="to")
    return both + _related(customer_id, as_of, "household", at_the="from")


def all_of(customer_id: UUID) -> list[Related]:
    """Every relationship as we know it now: those that hold, are to come and have ended."""
    rows = fetch(
        f"""
        SELECT * FROM (
            SELECT DISTINCT ON (c.id, b.kind, b.from_id = %(id)s, b.valid_from, b.valid_to)
                   c.id, c.kind, c.name, b.kind AS relation, b.title, b.valid_from, b.valid_to,
                   b.id AS row, b.from_id = %(id)s AS outward, c.name_norm
            FROM ({_EVER} AND mf.customer_id = %(id)s
                  UNION ALL {_EVER} AND mt.customer_id = %(id)s) b
            JOIN customers_customer c ON c.id = CASE b.from_id WHEN %(id)s THEN b.to_id
                                                ELSE b.from_id END
            ORDER BY c.id, b.kind, b.from_id = %(id)s, b.valid_from, b.valid_to, b.title DESC, b.id
        ) found
        ORDER BY valid_to DESC NULLS FIRST, name_norm, id, row
        LIMIT {MOST}
        """,  # noqa: S608 - no input in it
        {"id": customer_id},
    )
    return [
        Related(
            id=row[0],
            kind=row[1],
            name=row[2],
            relation=row[3],
            title=row[4],
            since=row[5],
            until=row[6],
            relationship_id=row[7],
            outward=row[8],
        )
        for row in rows
    ]


def account_of(person_id: UUID, as_of: date) -> AccountOf:
    """The organisation that is treated when this person comes with something."""
    found = employers_of(person_id, as_of)
    ids = list(dict.fromkeys(each.id for each in found))
    customers = Customer.objects.in_bulk(ids)
    choices = tuple(customers[each] for each in ids)
    return AccountOf(choices[0]) if len(choices) == 1 else AccountOf(None, choices)


def group_of(customer_id: UUID, as_of: date) -> list[UUID]:
    """All customers of the group: up to the top, and down to every part; itself included.

    Circles in the data end where they began.
    """
    rows = fetch(
        f"""
        WITH RECURSIVE
        tie AS MATERIALIZED (SELECT from_id, to_id FROM ({_BETWEEN}) b WHERE kind = 'part_of'),
        up(id, depth) AS (
            SELECT %(id)s::uuid, 0
            UNION
            SELECT tie.to_id, up.depth + 1 FROM up JOIN tie ON tie.from_id = up.id
            WHERE up.depth < {DEEPEST}
        ),
        down(id, depth) AS (
            SELECT id, 0 FROM (SELECT DISTINCT id FROM up) top
            UNION
            SELECT tie.from_id, down.depth + 1 FROM down JOIN tie ON tie.to_id = down.id
            WHERE down.depth < {DEEPEST}
        )
        SELECT DISTINCT id FROM down ORDER BY id
        """,  # noqa: S608 - no input in it
        {"id": customer_id, "as_of": as_of},
    )
    return [row[0] for row in rows]


def _related(customer_id: UUID, as_of: date, kind: str, *, at_the: str) -> list[Related]:
    """The other ends of the relationships that have the customer at that end."""
    here, there = ("to_id", "from_id") if at_the == "to" else ("from_id", "to_id")
    rows = fetch(
        f"""
        SELECT DISTINCT ON (c.name_norm, c.id) c.id, c.kind, c.name, b.kind, b.title,
               b.valid_from, b.valid_to, b.id, c.golden->'emails'->'value'->>0,
               c.golden->'phones'->'value'->>0
        FROM ({_BETWEEN}) b JOIN customers_customer c ON c.id = b.{there}
        WHERE b.{here} = %(id)s AND b.kind = %(kind)s
        ORDER BY c.name_norm, c.id, b.title DESC, b.id
        """,  # noqa: S608 - no input in it
        {"id": customer_id, "as_of": as_of, "kind": kind},
    )
    return [
        Related(
            id=row[0],
            kind=row[1],
            name=row[2],
            relation=row[3],
            title=row[4],
            since=row[5],
            until=row[6],
            relationship_id=row[7],
            email=row[8] or "",
            phone=row[9] or "",
        )
        for row in rows
    ]
