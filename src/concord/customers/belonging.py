# ruff: noqa: S608 - only constants of our own are put together; values are bound
"""Who may belong to a group or a household, to be said by a person: proposed, never assumed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from concord.customers import groups
from concord.customers.actions import not_belonging
from concord.customers.matching import weights
from concord.customers.matching.features import Features, made
from concord.customers.models import Customer, Kind, Membership
from concord.customers.normal.text import plain
from concord.customers.restrictions import CUSTOMERS as RESTRICTED
from concord.customers.rows import fetch, from_json
from concord.kernel.access import Viewer

MOST: Final = 8
LOOKED_AT: Final = 200
_SAYS: Final = "id, kind, data"

# Profiles of other customers with which these share a blocking key that says something.
_NEAR: Final = f"""
    SELECT m.customer_id, c.name, p.id, p.kind, p.data
    FROM (SELECT DISTINCT near.profile_id
          FROM customers_blockkey b
          CROSS JOIN LATERAL (SELECT profile_id FROM customers_blockkey k
                              WHERE k.key = b.key ORDER BY profile_id LIMIT %(cap)s) near
          WHERE b.profile_id = ANY(%(mine)s) AND near.profile_id <> ALL(%(mine)s)
          LIMIT %(most)s) found
    JOIN customers_profile p ON p.id = found.profile_id AND p.withdrawn_at IS NULL
    JOIN customers_membership m ON m.profile_id = p.id AND m.known_to IS NULL
    JOIN customers_customer c ON c.id = m.customer_id
    WHERE m.customer_id <> ALL(%(known)s) AND m.customer_id <> ALL(ARRAY({RESTRICTED}))
    ORDER BY c.name_norm, m.customer_id, p.id
"""


@dataclass(frozen=True, slots=True)
class Proposal:
    """`is_whole`: the one asked for may be a part of it, not the other way round."""

    id: UUID
    name: str
    reason: str
    is_whole: bool = False


def proposals(viewer: Viewer, customer: Customer, day: date) -> list[Proposal]:
    """Organisations whose name goes on where this one's ends, or that share its domain and begin
    as it does; persons of the family's name at the same address."""
    ids = Membership.objects.filter(customer=customer, known_to=None)
    mine = list(ids.values_list("profile_id", flat=True))
    own = _features(fetch(f"SELECT {_SAYS} FROM customers_profile WHERE id = ANY(%s)", [mine]))
    parameters = {
        "mine": mine,
        "known": list(_known(customer, day) | not_belonging.said_of(customer)),
        "cap": weights.BLOCK_CAP,
        "most": LOOKED_AT,
    }
    found: dict[UUID, Proposal] = {}
    for other, name, *row in fetch(_NEAR, parameters):
        if other in found or len(found) == MOST:
            continue
        [theirs] = _features([row])
        proposal = next(filter(None, (_proposed(one, theirs, other, name) for one in own)), None)
        if proposal:
            found[other] = proposal
    return list(found.values())


def _known(customer: Customer, day: date) -> set[UUID]:
    """Who stands in the tree already."""
    if groups.is_group(customer):
        return {customer.pk, *(node.id for node in groups.tree_of(customer, day).nodes())}
    return {node.id for node in groups.household_of(customer, day)}


def _features(rows: Iterable[Collection[object]]) -> list[Features]:
    return [made(pid, kind, from_json(data)) for pid, kind, data in rows]  # type: ignore[arg-type]


def _proposed(one: Features, other: Features, who: UUID, name: str) -> Proposal | None:
    if one.kind != other.kind:
        return None
    if one.kind == Kind.PERSON:
        return _of_family(one, other, who, name)
    domain = min(one.domains & other.domains, default="")
    for mine in one.organisations:
        for theirs in other.organisations:
            short, long = sorted((mine.words, theirs.words), key=len)
            if not short or short[0] != long[0] or short == long:
                continue
            is_longer = long[: len(short)] == short and len(short) > 1
            if is_longer or domain:
                reason = (
                    _("Begins with the same name")
                    if is_longer
                    else _("Goes by the same name and %(domain)s") % {"domain": domain}
                )
                return Proposal(who, name, reason, is_whole=len(theirs.words) < len(mine.words))
    return None


def _of_family(one: Features, other: Features, who: UUID, name: str) -> Proposal | None:
    families = {plain(word) for person in one.people for word in person.families}
    theirs = {plain(word) for person in other.people for word in person.families}
    a, b = one.address, other.address
    if families.isdisjoint(theirs) or a is None or b is None or not (a.house and b.house):
        return None
    if a.house != b.house or not (a.words & b.words or (a.postcode and a.postcode == b.postcode)):
        return None
    return Proposal(who, name, _("The same family name at the same address"))
