"""A customer's values to go through: what we go by, and who still says something else."""

from __future__ import annotations

from dataclasses import dataclass

from concord.customers import words
from concord.customers.models import Customer, Membership, Profile
from concord.customers.profiles import said_text
from concord.kernel.access import Viewer
from concord.kernel.models import Source


@dataclass(frozen=True, slots=True)
class Other:
    """A system that still says something else than what was corrected by hand."""

    source: str
    value: str


@dataclass(frozen=True, slots=True)
class Value:
    attribute: str
    label: str
    now: str
    pinned: bool
    tell: list[Other]


def values_of(viewer: Viewer, customer: Customer) -> list[Value]:
    """Two queries, however many values there are."""
    members = Membership.objects.filter(customer=customer, known_to=None).values("profile_id")
    profiles = list(
        Profile.objects.filter(id__in=members, withdrawn_at=None).select_related("source")
    )
    pinned = {each for profile in profiles for each in profile.pins}
    return [_value(viewer, customer, each, each in pinned, profiles) for each in customer.golden]


def _value(
    viewer: Viewer, customer: Customer, attribute: str, pinned: bool, profiles: list[Profile]
) -> Value:
    now = said_text(viewer, attribute, customer.golden[attribute].get("value"))
    others = [
        Other(str(profile.source), said)
        for profile in profiles
        if pinned and profile.source.key != Source.DESK and attribute in profile.data
        if (said := said_text(viewer, attribute, profile.data[attribute])) != now
    ]
    return Value(attribute, words.attribute(attribute), now, pinned, others)
