# ruff: noqa: S608 - only constants of our own are put together; values are bound
"""Groups of companies and households as they are on a day, drawn as a tree.

A tree is read level by level, each part's own parts by name: so many of one parent (`CHILDREN`)
and so many in all (`MEMBERS`), the rest a page at a time. What the data says in a circle (systems
may: by hand it is refused) ends where it began, and is told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from concord.customers.models import Customer, Kind, Relationship
from concord.customers.relations import DEEPEST, related_on
from concord.customers.rows import fetch
from concord.kernel.words import say

CHILDREN: Final = 50
MEMBERS: Final = 300

# Parts and wholes between customers of today: `{here}` is the end we come from.
_TIE: Final = """
    JOIN customers_membership mine ON mine.customer_id = {of} AND mine.known_to IS NULL
    JOIN customers_relationship r ON r.{here}_profile_id = mine.profile_id
     AND r.kind = 'part_of' AND r.known_to IS NULL
    JOIN customers_membership o ON o.profile_id = r.{there}_profile_id AND o.known_to IS NULL
     AND o.customer_id <> mine.customer_id
"""
_ON: Final = """
    (r.valid_from IS NULL OR r.valid_from <= %(on)s) AND (r.valid_to IS NULL OR r.valid_to > %(on)s)
"""
_PARTS: Final = f"""
    SELECT p.id, part.*
    FROM unnest(%(of)s::uuid[]) AS p(id)
    CROSS JOIN LATERAL (
        SELECT c.id, c.name, c.name_norm, t.row, t.valid_from, t.valid_to, t.source_id
        FROM (SELECT DISTINCT ON (o.customer_id) o.customer_id, r.id AS row, r.valid_from,
                     r.valid_to, r.source_id
              FROM (SELECT p.id) whole {_TIE.format(of="whole.id", here="to", there="from")}
              WHERE {_ON} ORDER BY o.customer_id, r.known_from, r.id) t
        JOIN customers_customer c ON c.id = t.customer_id
        WHERE (c.name_norm, c.id) > (%(name)s, %(after)s::uuid)
        ORDER BY c.name_norm, c.id LIMIT %(most)s
    ) part
"""
_WHOLES: Final = f"""
    SELECT mine.customer_id, o.customer_id, max(c.name)
    FROM unnest(%(of)s::uuid[]) AS p(id) {_TIE.format(of="p.id", here="from", there="to")}
    JOIN customers_customer c ON c.id = o.customer_id
    WHERE {_ON} GROUP BY 1, 2 ORDER BY 1, max(c.name_norm), 2
"""
NOWHERE: Final = UUID(int=0)


@dataclass(slots=True)
class Node:
    """A customer in the tree; `relationship` ties it to the node above (0 at the top).

    `has_more`: parts that are not shown here, to be asked for after `last`. `again`: it stands in
    the tree already, or is what it is a part of (`circle`); its parts are not drawn twice.
    `beside`: whom of a household they live with, where that is not the one asked for.
    """

    id: UUID
    name: str
    depth: int = 0
    relationship: int = 0
    since: date | None = None
    until: date | None = None
    source: int = 0
    beside: str = ""
    parts: list[Node] = field(default_factory=list)
    has_more: bool = False
    again: bool = False
    circle: bool = False
    name_norm: str = ""

    def walk(self) -> Iterator[Node]:
        yield self
        for part in self.parts:
            yield from part.walk()

    @property
    def last(self) -> str:
        """After whom the parts that are not shown come; "" from the first on."""
        return f"{self.parts[-1].id}" if self.parts else ""


@dataclass(frozen=True, slots=True)
class Tree:
    """`tops` are those that are part of nothing; a joint venture stands under each of its parents.

    `circles`: what is part of itself, as the systems have it: names in order.
    """

    tops: Sequence[Node]
    circles: Sequence[Sequence[str]]
    is_whole: bool

    def nodes(self) -> list[Node]:
        return [node for top in self.tops for node in top.walk()]


def tree_of(customer: Customer, day: date) -> Tree:
    """The group that the customer belonged to on that day, as we know it now."""
    tops = [Node(each.pk, each.name) for each in _tops(customer, day)]
    seen = {top.id for top in tops}
    level, left = list(tops), MEMBERS
    circles: list[list[str]] = []
    trail: dict[UUID, tuple[UUID, ...]] = {top.id: (top.id,) for top in tops}
    for depth in range(1, DEEPEST + 1):
        if not level or left <= 0:
            break
        found = parts_of([node.id for node in level], day)
        deeper: list[Node] = []
        for node in level:
            under = found.get(node.id, [])
            node.has_more = len(under) > CHILDREN
            for part in under[:CHILDREN]:
                part.depth = depth
                part.again = part.id in seen
                part.circle = part.id in trail[node.id]
                if part.circle:
                    circles.append(_circle(tops, trail[node.id], part.id))
                elif not part.again:
                    seen.add(part.id)
                    trail[part.id] = (*trail[node.id], part.id)
                    deeper.append(part)
                node.parts.append(part)
        left -= sum(len(node.parts) for node in level)
        level = deeper
    for node in level:  # nobody has looked below them
        node.has_more = True
    return Tree(tops, circles, is_whole=not level)


def parts_of(
    wholes: Collection[UUID], day: date, after: Customer | None = None
) -> dict[UUID, list[Node]]:
    """The parts of each by name, at most one more than `CHILDREN`; `after` goes on from there."""
    rows = fetch(
        _PARTS,
        {
            "of": list(wholes),
            "on": day,
            "most": CHILDREN + 1,
            "name": after.name_norm if after else "",
            "after": after.pk if after else NOWHERE,
        },
    )
    found: dict[UUID, list[Node]] = {}
    for whole, pid, name, norm, row, since, until, source in rows:
        node = Node(pid, name, 0, row, since, until, source, name_norm=norm)
        found.setdefault(whole, []).append(node)
    return found


def household_of(customer: Customer, day: date, *, unused: bool = True) -> list[Node]:
    """All who live with the customer, and with those: the customer first, the others by name.

    `unused`: also those whose data is restricted.
    """
    found = {customer.pk: Node(customer.pk, customer.name)}
    waiting = [customer.pk]
    while waiting and len(found) < CHILDREN:
        here = found[waiting.pop(0)]
        for each in related_on(here.id, day):
            if each.is_restricted and not unused:
                continue
            if each.how == "household" and each.id not in found:
                found[each.id] = Node(
                    each.id, each.name, 1, each.relationship_id, each.since, each.until,
                    beside="" if here.id == customer.pk else here.name,
                )  # fmt: skip
                waiting.append(each.id)
    nodes = list(found.values())
    rows = Relationship.objects.filter(pk__in=[node.relationship for node in nodes])
    sources = dict(rows.values_list("pk", "source_id"))
    for node in nodes:
        node.source = sources.get(node.relationship, 0)
    return nodes


def _tops(customer: Customer, day: date) -> list[Customer]:
    """Who is part of nothing above the customer; the customer, where that goes in a circle."""
    level, seen, tops = [customer.pk], {customer.pk}, set[UUID]()
    for _ in range(DEEPEST):
        if not level:
            break
        rows = fetch(_WHOLES, {"of": level, "on": day})
        tops |= set(level) - {row[0] for row in rows}
        level = list(dict.fromkeys(row[1] for row in rows if row[1] not in seen))
        seen.update(level)
    found = Customer.objects.filter(pk__in=tops or {customer.pk})
    return sorted(found, key=lambda each: (each.name_norm, each.pk))


def _circle(tops: Sequence[Node], trail: Sequence[UUID], back: UUID) -> list[str]:
    names = {node.id: node.name for top in tops for node in top.walk()}
    way = trail[trail.index(back) :]
    return [names.get(each, "") for each in (*way, back)]


def circle_closed_by(
    part: UUID, whole: UUID, since: date | None, until: date | None
) -> list[str] | None:
    """The names from the whole up to the part, if the whole is a part of the part already on any
    day of `[since, until)`: then the part cannot be a part of the whole."""
    if part == whole:
        return []
    rows = fetch(
        f"""
        WITH RECURSIVE up(id, since, until, way) AS (
            SELECT %(whole)s::uuid, %(since)s::date, %(until)s::date, ARRAY[%(whole)s::uuid]
            UNION ALL
            SELECT o.customer_id, greatest(up.since, r.valid_from), least(up.until, r.valid_to),
                   up.way || o.customer_id
            FROM up {_TIE.format(of="up.id", here="from", there="to")}
            WHERE up.id <> %(part)s AND o.customer_id <> ALL(up.way)
              AND coalesce(greatest(up.since, r.valid_from), '-infinity')
                < coalesce(least(up.until, r.valid_to), 'infinity')
        )
        SELECT way FROM up WHERE id = %(part)s LIMIT 1
        """,
        {"part": part, "whole": whole, "since": since, "until": until},
    )
    if not rows:
        return None
    names = dict(Customer.objects.filter(pk__in=rows[0][0]).values_list("pk", "name"))
    return [names[each] for each in rows[0][0]]


def said_by(nodes: Collection[Node]) -> dict[int, str]:
    """What the sources that said these are called."""
    from concord.kernel.models import Source

    ids = {node.source for node in nodes if node.source}
    return {source.pk: say(source.words) for source in Source.objects.filter(pk__in=ids)}


def is_group(customer: Customer) -> bool:
    return customer.kind == Kind.ORGANISATION
