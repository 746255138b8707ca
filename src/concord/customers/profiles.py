"""What profiles say, as pages show it: members of a customer, and who said what."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from concord.customers import access, words
from concord.customers.golden import names_said
from concord.customers.models import Judgement, Membership, Profile, Verdict
from concord.customers.survivorship import ATTRIBUTES
from concord.kernel.access import Viewer
from concord.kernel.models import Source
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
class Past:
    """A decision on entries of the customer: the first judgement of the act, and how many."""

    judgement: Judgement
    pairs: int
    is_taken_back: bool


def members_of(viewer: Viewer, customer_id: UUID) -> list[Member]:
    memberships = (
        Membership.objects.select_related("profile__source")
        .filter(customer_id=customer_id, known_to=None)
        .exclude(profile__source__key=Source.DESK, profile__data={})  # typed, and taken back
        .order_by("profile_id")
    )
    return [_member(viewer, each.profile) for each in memberships]


def history_of(customer_id: UUID, limit: int = 50) -> list[Past]:
    """What was decided of the customer's profiles, the newest first; one line an act."""
    mine = Membership.objects.filter(customer_id=customer_id, known_to=None)
    ids = list(mine.values_list("profile_id", flat=True))
    judgements = list(
        Judgement.objects.select_related("by", "left__source", "right__source")
        .filter(Q(left_id__in=ids) | Q(right_id__in=ids))
        .order_by("-id")[: limit * 4]
    )
    taken = {each.evidence.get("takes_back") for each in judgements}
    acts: dict[object, list[Judgement]] = defaultdict(list)
    for each in judgements:
        if each.verdict != Verdict.WITHDRAWN:
            acts[each.evidence.get("act", each.pk)].append(each)
    return [
        Past(act[-1], len(act), all(each.pk in taken for each in act))
        for act in list(acts.values())[:limit]
    ]


def said_text(viewer: Viewer, attribute: str, value: Any) -> str:
    """What somebody said of an attribute, as this person may read it in their language."""
    if value and attribute == "country":
        return words.country(str(value))
    if value and attribute == "segment":
        return words.segment(str(value))
    return as_text(access.readable(viewer, attribute, value))


def as_text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return ", ".join(
            f"{label}: {_('hidden') if item is None else item}" for label, item in value.items()
        )
    return "" if value is None else str(value)


def _member(viewer: Viewer, profile: Profile) -> Member:
    facts = [
        (words.attribute(attribute), text)
        for attribute in ATTRIBUTES
        if attribute != "name"
        and (text := said_text(viewer, attribute, profile.data.get(attribute)))
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
