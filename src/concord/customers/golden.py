"""The golden record: a pure function of what the member profiles say, and of the rules.

`golden(profiles, rules)` maps an attribute to

    {"value", "profile", "source", "at", "others": [{"value", "profile", "source", "at"}, ...]}

`profile` (UUID text), `source` (its key) and `at` (ISO instant) say whose word won and since when;
`others` are the values that lost, each with its own. A value that was garbled on its way here
(mojibake) is shown repaired and marked: `"repaired": True, "original": …`. Lists (`phones`,
`emails`) and keyed values (`ids`, `other`) survive whole: `value` holds all, best first, and
`each` says of every item whose it is; only a list corrected by hand replaces those of the systems.
One phone number or mailbox in several spellings is one item: the best written one is shown, and
`"also": [{"value", "profile", "source", "at"}, …]` are the others, and who else says the same.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple
from uuid import UUID

from concord.customers.normal import phones
from concord.customers.normal.places import country
from concord.customers.normal.text import is_native, plain, repaired
from concord.customers.survivorship import (
    ADDRESS,
    KEYED,
    LISTS,
    SHIPPED,
    SURVIVORSHIP,
    Rule,
    Rules,
    Survivorship,
)

Golden = dict[str, dict[str, Any]]
_NAMES: Final = frozenset({"name", "name_native", "name_latin"})
_FIGURES: Final = re.compile(r"\d+")
_ADDRESS: Final = tuple(name for name, how in SURVIVORSHIP.items() if how.together == ADDRESS)


@dataclass(frozen=True, slots=True)
class Said:
    """What one profile says now: all that survivorship may look at."""

    id: UUID
    source: str
    key: str
    kind: str
    data: Mapping[str, Any]
    at: datetime
    pins: frozenset[str] = frozenset()
    masters: frozenset[str] = frozenset()
    is_stub: bool = False
    names: dict[str, str] = field(init=False, compare=False)  # see `names_said`
    name: str = field(init=False, compare=False)  # its id and its time, written once
    since: str = field(init=False, compare=False)
    moment: float = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", names_said(self.data))
        object.__setattr__(self, "name", str(self.id))
        object.__setattr__(self, "since", self.at.isoformat())
        object.__setattr__(self, "moment", self.at.timestamp())


class Candidate(NamedTuple):
    value: Any
    said: Said


def golden(profiles: Iterable[Said], rules: Rules = SHIPPED) -> Golden:
    """The golden values of the profiles of one customer, whatever order they come in.

    Whoever writes them, or shows what they would be, gives the rules in force
    (`golden_rules.in_force`).
    """
    members = sorted(profiles, key=lambda said: (-said.moment, said.name))
    if len(members) == 1:
        return _of_one(members[0])
    # One's word counts more.
    ranks = rules.version > 0 or any(said.masters or said.pins for said in members)
    present = set[str](_NAMES).union(*(said.data for said in members))
    whole = {said.name: _place(said) for said in members}
    places = _without_corrected(members, whole)
    result: Golden = {}
    owner: Said | None = None  # of the address
    for attribute, how in rules.how.items():
        if attribute not in present:
            continue
        candidates = _candidates(attribute, members)
        if not candidates or (how.empty_counts and _is_empty(attribute, how, members, candidates)):
            continue
        if how.together and owner is None:
            owner = _owner(attribute, how, [m for m in members if places[m.name]], whole)
        if how.together or ranks or _differ(candidates):
            ranked = _ranked(attribute, how, candidates, places, owner if how.together else None)
        else:
            ranked = candidates
        if attribute in KEYED or attribute in LISTS:
            result[attribute] = _several(attribute, how, ranked)
            continue
        if owner is not None and how.together:
            ranked = _of_owner(attribute, ranked, places, owner)
            if not ranked:
                continue
        result[attribute] = _single(ranked)
    return result


def _of_one(said: Said) -> Golden:
    """What one profile alone says: nothing to choose from."""
    result: Golden = {}
    for attribute, how in SURVIVORSHIP.items():
        value = said.names.get(attribute) if attribute in _NAMES else said.data.get(attribute)
        if not value:
            continue
        ranked = [Candidate(value, said)]
        if how.rule is Rule.ALL:
            result[attribute] = _several(attribute, how, ranked)
        else:
            result[attribute] = _single(ranked)
    return result


def _several(attribute: str, how: Survivorship, ranked: list[Candidate]) -> dict[str, Any]:
    """A value that has several parts; all of everybody's, or those of the best alone."""
    if attribute in KEYED:
        return _keyed(ranked)
    return _list(attribute, ranked, alone=how.rule is not Rule.ALL)


def _is_empty(
    attribute: str, how: Survivorship, members: list[Said], candidates: list[Candidate]
) -> bool:
    """Whether the first of the sources that win knows the customer and says nothing here, nor did
    a person."""
    knowing = {said.source for said in members if not said.is_stub}
    first = next((source for source in how.sources if source in knowing), None)
    pinned = any(attribute in candidate.said.pins for candidate in candidates)
    return first is not None and not pinned and first not in {c.said.source for c in candidates}


def display_name(values: Golden, profiles: Sequence[Said]) -> str:
    """The name that pages show; a customer of whom nothing is known is called by its key."""
    for attribute in ("name", "name_native", "name_latin"):
        if attribute in values:
            return str(values[attribute]["value"])[:400]
    if not profiles:
        return ""
    return min(profiles, key=lambda said: said.id).key[:400]


def kind_of(profiles: Sequence[Said]) -> str:
    """What most profiles that know something say the customer is."""
    if len(profiles) == 1:
        return profiles[0].kind
    voters = [said for said in profiles if not said.is_stub] or list(profiles)
    votes = Counter(said.kind for said in voters)
    return min(votes, key=lambda kind: (-votes[kind], kind))


def names_said(data: Mapping[str, Any]) -> dict[str, str]:
    """The names that a profile gives: `name`, and which of its names are native or Latin."""
    names = {
        key: text
        for key in ("name", "name_native", "name_latin")
        if (text := str(data.get(key) or "").strip())
    }
    if "name" not in names:
        whole = names.get("name_native") or names.get("name_latin") or person_name(data)
        if whole:
            names["name"] = whole
    if "name" in names:
        names.setdefault("name_native" if is_native(names["name"]) else "name_latin", names["name"])
    return names


def person_name(data: Mapping[str, Any]) -> str:
    """Given and family name in the order of their script."""
    given = str(data.get("given_name") or "").strip()
    family = str(data.get("family_name") or "").strip()
    if is_native(given + family):
        return family + given
    return f"{given} {family}".strip()


def _candidates(attribute: str, members: list[Said]) -> list[Candidate]:
    if attribute in _NAMES:
        return [Candidate(v, said) for said in members if (v := said.names.get(attribute))]
    return [Candidate(v, said) for said in members if (v := said.data.get(attribute))]


def _differ(candidates: list[Candidate]) -> bool:
    """Whether there is anything to choose: what all say alike stays in their order."""
    first = candidates[0].value
    return any(candidate.value != first for candidate in candidates)


def _ranked(
    attribute: str,
    how: Survivorship,
    candidates: list[Candidate],
    places: Mapping[str, dict[str, Any]],
    owner: Said | None,
) -> list[Candidate]:
    """The best first. They come newest first and each sort keeps what it does not part."""
    if len(candidates) == 1:
        return candidates
    ranked = _by_merit(how, candidates, places)
    if how.sources:
        order = {source: at for at, source in enumerate(how.sources)}
        ranked = sorted(ranked, key=lambda candidate: order.get(candidate.said.source, len(order)))
    elif any(attribute in said.masters for _, said in ranked):
        ranked = sorted(ranked, key=lambda candidate: attribute not in candidate.said.masters)
    if owner is not None:
        ranked = sorted(ranked, key=lambda candidate: candidate.said is not owner)
    pinned = [candidate for candidate in ranked if attribute in candidate.said.pins]
    if pinned:
        others = [candidate for candidate in ranked if attribute not in candidate.said.pins]
        ranked = sorted(pinned, key=lambda candidate: -candidate.said.moment) + others
    return ranked


def _by_merit(
    how: Survivorship, candidates: list[Candidate], places: Mapping[str, dict[str, Any]]
) -> list[Candidate]:
    if how.rule is Rule.BEST_WRITTEN:
        return sorted(candidates, key=lambda candidate: -_written(str(candidate.value)))
    if how.rule is Rule.MOST_COMPLETE:
        return sorted(candidates, key=lambda candidate: -_parts(places[candidate.said.name]))
    if how.rule is Rule.LONGEST:
        return sorted(candidates, key=lambda candidate: -len(str(candidate.value)))
    if how.rule is Rule.MOST_FREQUENT and len(candidates) > 2:
        count = Counter(_same(candidate.value) for candidate in candidates)
        return sorted(candidates, key=lambda candidate: -count[_same(candidate.value)])
    return candidates


def _owner(
    attribute: str, how: Survivorship, saying: list[Said], places: Mapping[str, dict[str, Any]]
) -> Said:
    """Whose address is the customer's: of all who say anything of one."""
    candidates = [Candidate(None, said) for said in saying]
    return _ranked(attribute, how, candidates, places, None)[0].said


def _of_owner(
    attribute: str, ranked: list[Candidate], places: Mapping[str, dict[str, Any]], owner: Said
) -> list[Candidate]:
    """An address survives as a whole: no city of one system under the street of another.

    What the owner does not say may come from whom nothing in their address contradicts it; a whole
    address in one line is another way to say the parts, which nobody can hold against them.
    """
    mine = places[owner.name]
    is_other_way = bool(mine) and (attribute == ADDRESS) != (ADDRESS in mine)
    for candidate in ranked:
        said = candidate.said
        fits = not is_other_way and _fits(mine, places[said.name])
        if (said is owner and attribute in mine) or attribute in said.pins or fits:
            return [candidate, *(other for other in ranked if other is not candidate)]
    return []


def _parts(place: Mapping[str, Any]) -> int:
    """How much of an address it is; a street, or a line that has it all, is more than a city."""
    return len(place) + (ADDRESS in place or "street" in place)


def _fits(mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> bool:
    return all(_same(mine[name]) == _same(theirs[name]) for name in mine.keys() & theirs.keys())


def _without_corrected(
    members: list[Said], whole: dict[str, dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    """What each says of the parts of an address that nobody corrected.

    A part corrected by hand is set by itself: those beside it are of one system as before, and no
    line that has it all stands against it.
    """
    by_hand = {name for said in members for name in said.pins if name in _ADDRESS}
    if not by_hand or ADDRESS in by_hand:
        return whole
    rest = {
        name: {part: value for part, value in place.items() if part not in {*by_hand, ADDRESS}}
        for name, place in whole.items()
    }
    return rest if any(rest.values()) else whole


def _place(said: Said) -> dict[str, Any]:
    return {name: value for name in _ADDRESS if (value := said.data.get(name))}


@lru_cache(65_536)
def _written(name: str) -> float:
    """How properly a name is written: higher is better."""
    letters = sum(map(str.isalpha, name))
    if not letters:
        return -10
    merit = min(letters, 40) / 40
    if name.islower() or (name.isupper() and sum(c.isupper() for c in name) > 3):
        merit -= 3
    if repaired(name) is not None or "�" in name or "?" in name:
        merit -= 5
    words = [word.strip(".,") for word in name.split()]
    merit -= 0.5 * sum(len(word) == 1 for word in words)  # initials and truncations
    if "," in name and len(words) == 2:
        merit -= 1  # "Smith, Robert"
    return merit


def _same(value: Any) -> str:
    return plain(str(value))


def _attributed(candidate: Candidate) -> dict[str, Any]:
    value, said = candidate
    entry = {"value": value, "profile": said.name, "source": said.source, "at": said.since}
    if isinstance(value, str) and not value.isascii() and (mended := repaired(value)) is not None:
        entry |= {"value": mended, "repaired": True, "original": value}
    return entry


def _single(ranked: list[Candidate]) -> dict[str, Any]:
    return {**_attributed(ranked[0]), "others": [_attributed(c) for c in ranked[1:]]}


def _list(attribute: str, ranked: list[Candidate], *, alone: bool = False) -> dict[str, Any]:
    """Everybody's items; but a list that a person gave is the whole list, the rest has lost, as
    where the best list counts `alone`."""
    pinned = attribute in ranked[0].said.pins
    alone = alone or pinned
    told = [
        (Candidate(str(text), said), alone and said is not ranked[0].said)
        for value, said in ranked
        for text in (value if isinstance(value, list) else [value])
    ]
    if len(told) == 1:
        entry = _attributed(told[0][0])
        return entry | {"value": [entry["value"]], "each": [entry], "others": []}
    items: dict[str, list[_Item]] = {}
    spelled = {(one.value, one.said.data.get("country")) for one, _ in told}
    may_differ = attribute == "phones" and len(spelled) > 1  # reading a number takes its time
    for candidate, has_lost in told:
        _gather(items, candidate, has_lost, as_number=may_differ)
    every = [item for alike in items.values() for item in alike]
    each = [item.entry(as_typed=pinned) for item in every if not item.has_lost]
    return {
        **_attributed(ranked[0]),
        "value": [entry["value"] for entry in each],
        "each": each,
        "others": [item.entry(as_typed=False) for item in every if item.has_lost],
    }


@dataclass(slots=True)
class _Item:
    """One thing of a list, as everybody writes it; `where` is the country of a phone number."""

    where: str
    has_lost: bool
    entries: list[dict[str, Any]]

    def entry(self, *, as_typed: bool) -> dict[str, Any]:
        """The best written spelling (the first of equals), with the others."""
        if len(self.entries) == 1:
            return self.entries[0]
        entries = self.entries
        best = entries[0] if as_typed else max(entries, key=lambda one: _legible(one["value"]))
        return best | {"also": [one for one in entries if one is not best]}


def _gather(
    items: dict[str, list[_Item]], candidate: Candidate, has_lost: bool, *, as_number: bool
) -> None:
    """Put what one source says among what is known: to the same thing, or as another one."""
    text, said = candidate
    what, where = text.casefold(), ""
    if as_number:
        number, where = phones.identity(text, country(str(said.data.get("country") or "")))
        what = number or what
    alike = items.setdefault(what, [])
    entry = _attributed(candidate)
    for item in alike:
        if not where or item.where in ("", where):
            item.where = item.where or where
            item.entries.append(entry)
            return
    alike.append(_Item(where, has_lost, [entry]))


@lru_cache(16_384)
def _legible(text: str) -> float:
    """How properly an item of a list is written: `+82 32-718-2040` before `0327182040`."""
    merit = 2.0 * text.startswith("+") - ("(0)" in text) + text.islower()
    return merit + min(len(_FIGURES.findall(text)), 4) / 4


def _keyed(ranked: list[Candidate]) -> dict[str, Any]:
    each: dict[str, dict[str, Any]] = {}
    others = []
    for candidate in ranked:
        pairs = candidate.value.items() if isinstance(candidate.value, dict) else ()
        for label, item in pairs:
            entry = _attributed(Candidate(item, candidate.said)) | {"label": label}
            if label not in each:
                each[label] = entry
            elif _same(each[label]["value"]) != _same(item):
                others.append(entry)
    value = {label: entry["value"] for label, entry in each.items()}
    return {**_attributed(ranked[0]), "value": value, "each": [*each.values()], "others": others}
