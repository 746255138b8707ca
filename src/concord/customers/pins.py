"""What people have pinned over what the systems say: every such value, by whom and since when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from concord.customers import access, words
from concord.customers.models import Membership, Profile
from concord.customers.profiles import said_text
from concord.customers.survivorship import ATTRIBUTES
from concord.kernel.access import Viewer
from concord.kernel.models import AuditEntry
from concord.ui.paging import Page, decode, encode

PAGE: Final = 50
_ACTS: Final = ("customers.correct", "customers.pin")


@dataclass(frozen=True, slots=True)
class Pinned:
    """A value of a customer that wins over all systems; `since` it was typed or chosen last."""

    customer: UUID
    name: str
    attribute: str
    label: str
    value: str
    by: str
    since: datetime


def pinned(viewer: Viewer, attribute: str = "", cursor: str = "") -> Page[Pinned]:
    """The latest first, by entry: one with several pinned values stands with all of them. Three
    queries, however many there are."""
    rows = Profile.objects.exclude(pins=[]).filter(withdrawn_at=None)
    held = Membership.objects.filter(customer__in=access.held_back(viewer), known_to=None)
    rows = rows.exclude(pk__in=held.values("profile"))
    if attribute:
        rows = rows.filter(pins__contains=[attribute])
    if cursor:
        at, last = decode(cursor, datetime, UUID)
        rows = rows.filter(known_from__lte=at).exclude(known_from=at, pk__lte=last)
    found = list(rows.order_by("-known_from", "pk")[: PAGE + 1])
    more = found[PAGE - 1] if len(found) > PAGE else None
    following = encode(more.known_from.isoformat(), str(more.pk)) if more else ""
    return Page(list(_told(viewer, found[:PAGE], attribute)), following)


def _told(viewer: Viewer, profiles: Sequence[Profile], only: str) -> list[Pinned]:
    members = Membership.objects.filter(profile__in=profiles, known_to=None)
    customers = {
        profile: (customer, name)
        for profile, customer, name in members.values_list(
            "profile_id", "customer_id", "customer__name"
        )
    }
    acts = _acts({customer for customer, _ in customers.values()})
    told = []
    for profile in profiles:
        customer, name = customers[profile.pk]
        for attribute in ATTRIBUTES:
            if attribute in profile.pins and only in ("", attribute):
                by, since = acts.get((str(customer), attribute), ("", profile.known_from))
                value = said_text(viewer, attribute, profile.data.get(attribute))
                label = words.attribute(attribute)
                told.append(Pinned(customer, name, attribute, label, value, by, since))
    return told


def _acts(customers: set[UUID]) -> dict[tuple[str, str], tuple[str, datetime]]:
    """Who said it last of each value: what was said before a merge stands under another id."""
    entries = AuditEntry.objects.filter(
        subject_type="customer", subject_id__in=map(str, customers), action__in=_ACTS
    ).order_by("id")
    rows = entries.values_list("subject_id", "data__attribute", "by__name", "at")
    return {(customer, attribute): (by or "", at) for customer, attribute, by, at in rows}
