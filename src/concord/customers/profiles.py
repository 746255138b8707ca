"""What profiles say, as pages show it: members of a customer, sides of a pair, who said what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from concord.customers import words
from concord.customers.golden import names_said
from concord.customers.models import Judgement, Membership, Pair, Profile, ProfileVersion
from concord.customers.survivorship import ATTRIBUTES
from concord.kernel.words import say


@dataclass(frozen=True, slots=True)
class Member:
    """A profile of a customer; `facts` are (label, text) of what it says."""

    id: UUID
    source: str
    key: str
    name: str
    since: datetime
    is_stub: bool
    is_withdrawn: bool
    is_desk: bool
    facts: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Side:
    member: Member
    customer_id: UUID
    customer_name: str
    profiles: int
    data: dict[str, Any]
    kind: str


@dataclass(frozen=True, slots=True)
class Compared:
    """One line of the review: what stands left and right, and how alike that is."""

    label: str
    left: str
    right: str
    level: str
    agrees: bool | None


@dataclass(frozen=True, slots=True)
class Saying:
    """What a source said of one attribute, from when until when (None: still)."""

    source: str
    value: str
    since: datetime
    until: datetime | None
    wins: bool


def members_of(customer_id: UUID) -> list[Member]:
    memberships = (
        Membership.objects.select_related("profile__source")
        .filter(customer_id=customer_id, known_to=None)
        .order_by("profile_id")
    )
    return [_member(each.profile) for each in memberships]


def history_of(customer_id: UUID, limit: int = 50) -> list[Judgement]:
    """What was judged of the customer's profiles, the newest first."""
    mine = Membership.objects.filter(customer_id=customer_id, known_to=None)
    ids = list(mine.values_list("profile_id", flat=True))
    return list(
        Judgement.objects.select_related("by", "left__source", "right__source")
        .filter(Q(left_id__in=ids) | Q(right_id__in=ids))
        .order_by("-id")[:limit]
    )


def side_of(profile_id: UUID) -> Side:
    membership = Membership.objects.select_related("profile__source", "customer").get(
        profile_id=profile_id, known_to=None
    )
    return Side(
        _member(membership.profile),
        membership.customer_id,
        membership.customer.name,
        membership.customer.profile_count,
        membership.profile.data,
        membership.profile.kind,
    )


def compared(pair: Pair, left: Side, right: Side) -> list[Compared]:
    """First what was compared, then what else the two sides say."""
    rows = []
    for one in pair.evidence.get("comparisons", []):
        agrees = one["weight"] > 0
        rows.append(
            Compared(
                words.attribute(one["field"]),
                one["left"] or "",
                one["right"] or "",
                words.level(one["level"]),
                agrees,
            )
        )
    shown = {"name", "name_native", "name_latin", "given_name", "family_name", "ids"}
    fields = {one["field"] for one in pair.evidence.get("comparisons", [])}
    shown |= {"phones"} if "phone" in fields else set()
    shown |= {"emails", "website"} if fields & {"email", "domain"} else set()
    if "address" in fields:
        shown |= {"street", "city", "postcode", "address"}
    for attribute in ATTRIBUTES:
        a, b = as_text(left.data.get(attribute)), as_text(right.data.get(attribute))
        if attribute not in shown | fields and (a or b):
            rows.append(Compared(words.attribute(attribute), a, b, "", None))
    return rows


def objections(pair: Pair) -> list[str]:
    return [words.objection(veto) for veto in pair.evidence.get("vetoes", [])]


def sayings(customer_id: UUID, attribute: str) -> list[Saying]:
    """Every system's word on the attribute, the present ones first, then what it was before."""
    profiles = list(
        Profile.objects.select_related("source")
        .filter(memberships__customer_id=customer_id, memberships__known_to=None)
        .order_by("-known_from")
    )
    source = {profile.pk: say(profile.source.words) for profile in profiles}
    present, past = [], []
    for profile in profiles:
        if text := as_text(_value(profile.data, attribute)):
            present.append(
                Saying(
                    source[profile.pk], text, profile.known_from, profile.withdrawn_at,
                    attribute in profile.pins,
                )
            )  # fmt: skip
    versions = ProfileVersion.objects.filter(profile_id__in=list(source)).order_by("-known_to")
    for version in versions[:200]:
        if text := as_text(_value(version.data, attribute)):
            past.append(
                Saying(
                    source[version.profile_id], text, version.known_from, version.known_to, False
                )
            )
    return present + past


def _value(data: dict[str, Any], attribute: str) -> Any:
    if attribute in {"name", "name_native", "name_latin"}:
        return names_said(data).get(attribute)
    return data.get(attribute)


def as_text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return ", ".join(f"{label}: {item}" for label, item in value.items())
    return "" if value is None else str(value)


def _member(profile: Profile) -> Member:
    facts = [
        (words.attribute(attribute), text)
        for attribute in ATTRIBUTES
        if attribute != "name" and (text := as_text(profile.data.get(attribute)))
    ]
    return Member(
        id=profile.pk,
        source=say(profile.source.words) or profile.source.key,
        key=profile.key,
        name=names_said(profile.data).get("name", ""),
        since=profile.known_from,
        is_stub=profile.is_stub,
        is_withdrawn=profile.withdrawn_at is not None,
        is_desk=profile.source.key == profile.source.DESK,
        facts=facts,
    )
