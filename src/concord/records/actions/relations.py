"""Relationships between customers as a source states them, received in bulk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction

from concord.customers.actions import profiles
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
    """Unknown customers become stubs that wait for their source."""
    lock_sources([source.pk])
    keys = {key for one in said for key in (one.from_key, one.to_key)}
    ids = profiles.stubs(source, keys, import_id=import_id)
    rows = [
        (
            n,
            (
                ids[one.from_key],
                one.kind,
                ids[one.to_key],
                source.pk,
                one.title,
                one.valid_from,
                one.valid_to,
            ),
        )
        for n, one in enumerate(said)
    ]
    outcomes = write(RELATIONS, rows, import_id, at or now()) if rows else {}
    return [Receipt(outcomes[n]) for n in range(len(said))]
