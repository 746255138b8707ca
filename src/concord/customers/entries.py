"""Entries as a page names them: what they are called, where, and the customer they belong to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from concord.customers import access
from concord.customers.golden import names_said
from concord.customers.models import Profile
from concord.kernel.models import Source
from concord.kernel.words import say


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry, and the customer that it belongs to."""

    customer: UUID
    name: str
    source: str
    key: str


def living(ids: Collection[UUID]) -> dict[UUID, Profile]:
    """Those that a page may show as examples: neither taken back nor of who is restricted."""
    rows = Profile.objects.filter(id__in=ids, withdrawn_at=None, is_stub=False)
    rows = rows.exclude(pk__in=access.held_profiles())
    return {row.id: row for row in rows.select_related("source").prefetch_related("memberships")}


def entry(profile: Profile) -> Entry:
    name = names_said(profile.data).get("name", "") or profile.key
    key = "" if profile.source.key == Source.DESK else profile.key
    customer = next(
        (each.customer_id for each in profile.memberships.all() if each.known_to is None),
        profile.id,
    )
    return Entry(customer, name, say(profile.source.words), key)
