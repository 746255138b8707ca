"""The history of one value of a customer, by what we knew when.

`told` is every word on it: by which source, through which import, typed or pinned by whom, also of
entries that came with a merge and of those that have left. `shown` is what the customer's page
said: the golden value computed again for each moment at which something of it changed, by the rules
that were in force then. (Which source masters what is as it is today: of that no history is kept.)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Q

from concord.customers.golden import Said, golden, names_said
from concord.customers.models import GoldenRules, Membership, Profile, ProfileVersion
from concord.customers.profiles import said_text
from concord.customers.survivorship import SHIPPED, Rules
from concord.kernel.access import Viewer
from concord.kernel.models import AuditEntry, Source
from concord.kernel.words import say

MOST: Final = 200  # versions, and moments that are looked at: the latest
_NAMES: Final = frozenset({"name", "name_native", "name_latin"})
TYPED: Final = ("customers.correct", "customers.create", "customers.pin")


@dataclass(frozen=True, slots=True)
class Told:
    """A word on the attribute, known in `[since, until)` (None: still).

    `came` and `left`: when the entry that says so became one of this customer's, and stopped being
    one, where that is not all the time. `version` is the row of what was said before (0: the
    present one). `wins`: pinned by hand.
    """

    profile: UUID
    source: str
    key: str
    by: str
    value: str
    since: datetime
    until: datetime | None
    came: datetime | None
    left: datetime | None
    import_id: int | None
    wins: bool
    is_desk: bool
    version: int = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page showed in `[since, until)`, and by whose word ("" and None: nothing)."""

    value: str
    source: str
    pinned: bool
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class _Word:
    """A profile as it was in `[since, until)`."""

    of: Profile
    since: datetime
    until: datetime | None
    kind: str
    data: Mapping[str, Any]
    pins: frozenset[str]
    is_stub: bool
    import_id: int | None
    version: int

    def said(self) -> Said:
        source = self.of.source
        return Said(
            id=self.of.pk, source=source.key, key=self.of.key, kind=self.kind, data=self.data,
            at=self.since, pins=self.pins, masters=frozenset(source.masters), is_stub=self.is_stub,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class History:
    """All that is known of one attribute of one customer."""

    told: list[Told]
    shown: list[Shown]
    pinned: Told | None
    contradicted_by: list[Told]


def history_of(viewer: Viewer, customer_id: UUID, attribute: str) -> History:
    stays = list(Membership.objects.filter(customer=customer_id).order_by("known_from", "id"))
    words = _words({stay.profile_id for stay in stays})
    told = _told(viewer, attribute, stays, words)
    pinned = next((one for one in told if one.wins and one.until is None), None)
    return History(told, _shown(viewer, attribute, stays, words), pinned, _against(pinned, told))


def _words(profiles: Iterable[UUID]) -> dict[UUID, list[_Word]]:
    """What each profile said, the latest first."""
    found: dict[UUID, list[_Word]] = {}
    for each in Profile.objects.select_related("source").filter(pk__in=list(profiles)):
        found[each.pk] = [
            _Word(each, each.known_from, each.withdrawn_at, each.kind, each.data,
                  frozenset(each.pins), each.is_stub, each.import_id, 0)
        ]  # fmt: skip
    former = ProfileVersion.objects.filter(profile__in=found).order_by("-known_to", "-id")
    for version in former[:MOST]:
        of = found[version.profile_id][0].of
        found[of.pk].append(
            _Word(of, version.known_from, version.known_to, version.kind, version.data,
                  frozenset(version.pins), version.is_stub, version.import_id, version.pk)
        )  # fmt: skip
    return found


# Who said what


def _told(
    viewer: Viewer,
    attribute: str,
    stays: Sequence[Membership],
    words: Mapping[UUID, list[_Word]],
) -> list[Told]:
    typed = _typed(stays, attribute)
    found = [
        one
        for profile, of in words.items()
        for one in _of_profile(viewer, attribute, of, _stay(profile, stays), typed)
        if one.value
    ]
    return sorted(found, key=lambda one: (bool(one.until or one.left), -one.since.timestamp()))


def _of_profile(
    viewer: Viewer,
    attribute: str,
    words: Sequence[_Word],
    stay: tuple[datetime | None, datetime | None],
    typed: Sequence[tuple[datetime, str]],
) -> list[Told]:
    """A value that stayed the same is said once, from its start."""
    found: list[Told] = []
    for word in words:
        text = said_text(viewer, attribute, _value(word.data, attribute))
        if found and found[-1].value == text and found[-1].since == word.until:
            found[-1] = replace(found[-1], since=word.since, import_id=word.import_id)
            continue
        source = word.of.source
        found.append(
            Told(
                profile=word.of.pk, source=say(source.words) or source.key, key=word.of.key, by="",
                value=text, since=word.since, until=word.until, came=stay[0], left=stay[1],
                import_id=word.import_id, wins=attribute in word.pins and not word.version,
                is_desk=source.key == Source.DESK, version=word.version,
            )
        )  # fmt: skip
    return [
        _within(replace(one, by=_who(one, typed)), stay)
        for one in found
        if stay[1] is None or one.since < stay[1]  # else it is another customer's by then
    ]


def _within(one: Told, stay: tuple[datetime | None, datetime | None]) -> Told:
    """`came` and `left` are said of the words that they bound."""
    came = stay[0] if stay[0] and stay[0] > one.since else None
    left = stay[1] if stay[1] and (one.until is None or stay[1] < one.until) else None
    return replace(one, came=came, left=left)


def _stay(profile: UUID, stays: Sequence[Membership]) -> tuple[datetime | None, datetime | None]:
    """From when until when the profile has been one of this customer's; the last time."""
    mine = [stay for stay in stays if stay.profile_id == profile]
    return mine[-1].known_from, mine[-1].known_to


def _who(one: Told, typed: Sequence[tuple[datetime, str]]) -> str:
    if not one.is_desk:
        return ""
    return next((who for at, who in typed if at >= one.since), "")


def _typed(stays: Sequence[Membership], attribute: str) -> list[tuple[datetime, str]]:
    """When people typed that attribute of this customer, and who did."""
    whose = {str(stay.customer_id) for stay in stays} | {str(stay.profile_id) for stay in stays}
    entries = AuditEntry.objects.filter(
        Q(data__attribute=attribute) | Q(data__fields__contains=[attribute]),
        action__in=TYPED,
        subject_type="customer",
        subject_id__in=whose,
    )
    return list(entries.exclude(by=None).order_by("at").values_list("at", "by__name"))


def _value(data: Mapping[str, Any], attribute: str) -> Any:
    return names_said(data).get(attribute) if attribute in _NAMES else data.get(attribute)


def _against(pinned: Told | None, told: Sequence[Told]) -> list[Told]:
    """Who came to say something else after it was pinned."""
    if pinned is None:
        return []
    return [
        one
        for one in told
        if not (one.is_desk or one.until or one.left)
        and max(one.since, one.came or one.since) > pinned.since
        and one.value.casefold() != pinned.value.casefold()
    ]


# What was shown


def _shown(
    viewer: Viewer,
    attribute: str,
    stays: Sequence[Membership],
    words: Mapping[UUID, list[_Word]],
) -> list[Shown]:
    rules = _rules_in_time()
    names = {word[0].of.source.key: word[0].of.source for word in words.values()}
    found: list[Shown] = []
    for at in _moments(stays, words, [since for since, _ in rules]):
        members = [
            word.said()
            for stay in stays
            if _holds(stay.known_from, stay.known_to, at)
            for word in words.get(stay.profile_id, ())
            if _holds(word.since, word.until, at)
        ]
        by = next((each for since, each in reversed(rules) if since <= at), SHIPPED)
        entry = golden(members, by).get(attribute)
        text = said_text(viewer, attribute, entry["value"] if entry else None)
        source = names[entry["source"]] if entry else None
        pinned = any(
            m.name == (entry or {}).get("profile") and attribute in m.pins for m in members
        )
        one = Shown(text, (say(source.words) or source.key) if source else "", pinned, at, None)
        if found and found[-1].until is None:
            if (found[-1].value, found[-1].source) == (one.value, one.source):
                continue
            found[-1] = replace(found[-1], until=at)
        found.append(one)
    return [one for one in reversed(found) if one.value or one.since != found[0].since]


def _moments(
    stays: Sequence[Membership], words: Mapping[UUID, list[_Word]], rules: Sequence[datetime]
) -> list[datetime]:
    """When anything of it changed, in order; the latest, where that was very often."""
    first = stays[0].known_from if stays else None
    found = {at for stay in stays for at in (stay.known_from, stay.known_to) if at}
    found |= {at for of in words.values() for word in of for at in (word.since, word.until) if at}
    found |= set(rules)
    return sorted(at for at in found if first and at >= first)[-MOST:]


def _holds(since: datetime, until: datetime | None, at: datetime) -> bool:
    return since <= at and (until is None or at < until)


def _rules_in_time() -> list[tuple[datetime, Rules]]:
    rows = GoldenRules.objects.exclude(in_force_at=None).order_by("in_force_at", "id")
    return [
        (row.in_force_at, Rules.from_dict(row.pk, row.rules)) for row in rows if row.in_force_at
    ]
