"""Relationships between customers as a source states them, received in bulk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from concord.customers.actions import profiles
from concord.customers.actions.relating import lock_groups
from concord.customers.models import Relationship, RelationshipKind
from concord.kernel.models import Source
from concord.kernel.time import now
from concord.records.actions.parts import Table, write
from concord.records.said import Receipt
from concord.records.staging import lock_sources

RELATIONS: Final = Table(
    "relationship",
    "customers_relationship",
    ("from_profile_id uuid", "kind text", "to_profile_id uuid", "source_id bigint"),
    ("title text", "valid_from date", "valid_to date"),
)


@dataclass(frozen=True, slots=True)
class RelationSaid:
    """`from_key` stands to `to_key` (keys of this source) in a kind of RelationshipKind."""

    from_key: str
    kind: str
    to_key: str
    title: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


@transaction.atomic
def receive(
    source: Source,
    said: Sequence[RelationSaid],
    *,
    import_id: int | None = None,
    at: datetime | None = None,
) -> list[Receipt]:
    """Unknown customers become stubs that wait for their source.

    What a system says is kept, also where it makes a circle of parts and wholes: no reader follows
    one twice, and the page of the group names it to whom can end it.
    """
    lock_sources([source.pk])
    if any(one.kind == RelationshipKind.PART_OF for one in said):
        lock_groups()  # who says by hand what is part of what must see what we say
    keys = {key for one in said for key in (one.from_key, one.to_key)}
    ids = profiles.stubs(source, keys, import_id=import_id)
    ended = _ended_by_hand(ids.values())
    rows = []
    for n, one in enumerate(said):
        between = (ids[one.from_key], one.kind, ids[one.to_key])
        until = _until(one, ended.get(between))
        rows.append((n, (*between, source.pk, one.title, one.valid_from, until)))
    outcomes = write(RELATIONS, rows, import_id, at or now()) if rows else {}
    return [Receipt(outcomes[n]) for n in range(len(said))]


def _ended_by_hand(profile_ids: Iterable[UUID]) -> dict[tuple[UUID, str, UUID], date]:
    """Which relationships of these profiles somebody has ended by hand, and when."""
    rows = Relationship.objects.filter(
        source__key=Source.DESK,
        known_to=None,
        valid_to__isnull=False,
        from_profile__in=list(profile_ids),
    )
    found = rows.values_list("from_profile_id", "kind", "to_profile_id", "valid_to")
    return {(one, kind, other): until for one, kind, other, until in found if until}


def _until(said: RelationSaid, by_hand: date | None) -> date | None:
    """A word by hand wins over a system that goes on saying what has ended."""
    if by_hand is None or (said.valid_from and said.valid_from >= by_hand):
        return said.valid_to  # or they began again
    return min(said.valid_to or by_hand, by_hand)
