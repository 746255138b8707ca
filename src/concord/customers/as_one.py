"""Some profiles taken as one customer, whether they are one by now or not.

What is derived from a customer (facts, treatments) can be derived from this, too: so a merge is
seen before it is made, and without locking or writing anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from concord.customers.golden import Golden, Said, display_name, golden, kind_of
from concord.customers.rows import columns, fetch
from concord.customers.survivorship import Rules


@dataclass(frozen=True, slots=True)
class AsOne:
    """`id` is the one that the customer has or would have; `customers` are those of today that
    any of the profiles belongs to, whose exceptions and the like count here."""

    id: UUID
    kind: str
    name: str
    profiles: tuple[UUID, ...]
    golden: Golden
    customers: tuple[UUID, ...]


def as_one(members: Sequence[tuple[Said, bool]], customers: Sequence[UUID], rules: Rules) -> AsOne:
    """What these profiles would be by the rules of survivorship; at least one is needed.

    Each is given with whether its source took it back: then it tells nothing any more, but its
    records may still hang there.
    """
    profiles = sorted(said.id for said, _ in members)
    alive = [said for said, is_gone in members if not is_gone] or [said for said, _ in members]
    values = golden(alive, rules)
    return AsOne(
        profiles[0],
        kind_of(alive),
        display_name(values, alive),
        tuple(profiles),
        values,
        tuple(customers),
    )


def employers(sides: Sequence[AsOne], on: date) -> list[dict[UUID, str]]:
    """Where each of them works on that day: organisations by id, with their names. One query."""
    whose = [(number, pid) for number, side in enumerate(sides) for pid in side.profiles]
    rows = fetch(
        """
        SELECT DISTINCT n.side, c.id, c.name
        FROM unnest(%s::int[], %s::uuid[]) AS n(side, profile)
        JOIN customers_relationship r ON r.from_profile_id = n.profile AND r.known_to IS NULL
        JOIN customers_membership m ON m.profile_id = r.to_profile_id AND m.known_to IS NULL
        JOIN customers_customer c ON c.id = m.customer_id
        WHERE r.kind = 'works_at' AND (r.valid_from IS NULL OR r.valid_from <= %s)
          AND (r.valid_to IS NULL OR r.valid_to > %s)
        ORDER BY c.name, c.id
        """,
        [*columns(whose, 2), on, on],
    )
    found: list[dict[UUID, str]] = [{} for _ in sides]
    for number, customer, name in rows:
        found[number][customer] = name
    return found
