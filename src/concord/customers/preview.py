"""A question as a page shows it: both sides, both as one, and what speaks for and against it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from concord.customers import doubts, golden_rules, words
from concord.customers.evidence import Evidence, evidence, scale_of, signed, speaking
from concord.customers.golden import Golden, Said, display_name, golden, kind_of, names_said
from concord.customers.hanging import Hanging, hanging
from concord.customers.link_picture import Picture, picture
from concord.customers.matching import bridges
from concord.customers.matching import model as models
from concord.customers.matching.compare import Comparison
from concord.customers.matching.features import Features, made
from concord.customers.matching.model import Model
from concord.customers.models import Judgement, Kind, Pair, ProfileVersion, Verdict
from concord.customers.normal.text import plain
from concord.customers.profiles import as_text, said_text
from concord.customers.questions import Question
from concord.customers.reasons import Reason, reasons
from concord.customers.sides import alive, name_of
from concord.customers.survivorship import ADDRESS, ATTRIBUTES, KEYED, LISTS, SURVIVORSHIP
from concord.kernel.access import Viewer
from concord.kernel.models import Source
from concord.kernel.words import say

TIES: Final = 200  # judgements between an entry and the others that are looked at
LONGEST: Final = 240  # letters of one value that are shown
_FIELDS: Final = {"phones": "phone", "emails": "email", "website": "domain"}
_PLACE: Final = tuple(name for name, how in SURVIVORSHIP.items() if how.together == ADDRESS)
_PARTS: Final = frozenset({"given_name", "family_name"})  # of the name, which stands whole
_OWN_SCRIPT: Final = frozenset({"name_native", "name_latin"})


@dataclass(frozen=True, slots=True)
class Entry:
    """What one system calls the customer."""

    id: UUID
    source: str
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Party:
    """One side of a question: a customer, or the entries of one that are in question."""

    id: UUID
    name: str
    kind: str
    entries: dict[UUID, Entry]
    hanging: Hanging


@dataclass(frozen=True, slots=True)
class Line:
    """One attribute on both sides and of both together; `*_loses` is not shown any more then.

    `source` says whose value wins. `agrees` is None where nothing can be said.
    """

    label: str
    left: str
    right: str
    together: str
    source: str
    level: str
    agrees: bool | None
    contradicts: bool
    left_loses: bool
    right_loses: bool

    @property
    def is_known(self) -> bool:
        """Whether both together say no more than one side, and nothing is lost."""
        return self.together in (self.left, self.right) and not (
            self.left_loses or self.right_loses
        )


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two values of which one customer has only one, and who says them."""

    label: str
    left: str
    left_source: str
    right: str
    right_source: str


@dataclass(frozen=True, slots=True)
class Compared:
    """One pair of entries, with all that was compared of them."""

    left: Entry
    right: Entry
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Change:
    """What an entry said before, of an attribute that it says otherwise now."""

    label: str
    before: str
    now: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Preview:
    """`seen` names what was shown: a decision on anything else is not taken."""

    question: Question
    left: Party
    right: Party
    together: Party
    lines: list[Line]
    conflicts: list[Conflict]
    objections: list[str]
    reasons: list[Reason]  # why it is asked although they agree enough
    speaks_for: list[str]
    speaks_against: list[str]
    compared: list[Compared]
    changes: list[Change]
    seen: str
    picture: Picture | None = None  # of a weak bridge
    weak: str = ""  # why it is one
    tie: Judgement | None = None  # of an entry: what has joined it to the others


def preview(viewer: Viewer, question: Question) -> Preview:
    """Six queries, however many entries the two have; one more where others are named, and of an
    entry one for what joined it.

    Where nothing was asked (a merge by hand, an entry split off), what would be compared is.
    """
    sides = alive(question)
    everybody = sides[0] + sides[1]
    rules = golden_rules.in_force()
    values = golden(sides[0], rules), golden(sides[1], rules), golden(everybody, rules)
    named = {source.key: say(source.words) or source.key for source in Source.objects.all()}
    carried = hanging(viewer, [said.id for said in everybody])
    left, right, together = (
        Party(
            id=some[0].id if some else question.one,
            name=display_name(of, some),
            kind=str(Kind(kind_of(some)).label) if some else "",
            entries={said.id: _entry(said, named) for said in some},
            hanging=sum((carried[said.id] for said in some), Hanging()),
        )
        for of, some in zip(values, (*sides, everybody), strict=True)
    )
    model = models.in_force()
    every = doubts.compared(left.entries, right.entries, model, _by_systems(everybody))
    against = {pair: one for pair, one in every.items() if one.contradicts}
    conflicts, fields = _conflicts(against, left.entries, right.entries)
    compared = list(_compared(question.pairs, model, left.entries, right.entries))
    if not question.pairs:
        compared = list(_freshly(every, left.entries, right.entries))
    return Preview(
        question=question,
        left=left,
        right=right,
        together=together,
        lines=list(_lines(viewer, question.pairs, values, fields, named)),
        conflicts=conflicts,
        objections=_objections(question.pairs, against.values(), fields),
        reasons=reasons(viewer, question, model),
        speaks_for=speaking([each.evidence for each in compared], 1),
        speaks_against=speaking([each.evidence for each in compared], -1),
        compared=compared,
        changes=list(_changes(viewer, question.other)) if question.is_doubt else [],
        seen=name_of(*sides),
        picture=_drawn(question, left.entries, right.entries, model, everybody),
        weak=_weak(question, every, len(everybody)),
        tie=_tie(left.entries, right.entries) if question.is_doubt else None,
    )


def _tie(left: Mapping[UUID, Entry], right: Mapping[UUID, Entry]) -> Judgement | None:
    """The judgement that holds the two sides together: the latest of a person, else of a model."""
    sides = Q(left__in=left, right__in=right) | Q(left__in=right, right__in=left)
    said = Judgement.objects.filter(sides).select_related("by").order_by("-pk")
    every = list(said[:TIES])
    taken = {each.evidence.get("takes_back") for each in every}
    same = [each for each in every if each.verdict == Verdict.SAME and each.pk not in taken]
    return next((each for each in same if each.by), same[0] if same else None)


def _drawn(
    question: Question,
    left: Mapping[UUID, Entry],
    right: Mapping[UUID, Entry],
    model: Model,
    entries: Sequence[Said],
) -> Picture | None:
    """Of a weak bridge: all entries with what holds them together."""
    if not question.is_bridge:
        return None
    every = {**left, **right}
    compared = doubts.compared(every, every, model, _by_systems(entries))
    link = question.pairs[0]
    return picture(left, right, compared, (link.left_id, link.right_id))


def _weak(
    question: Question, compared: Mapping[tuple[UUID, UUID], Comparison], entries: int
) -> str:
    """Of a weak bridge: why the link is not enough."""
    if not question.is_bridge:
        return ""
    link = question.pairs[0]
    one = compared.get((link.left_id, link.right_id))
    needed = bridges.needed(one.scale, entries) if one else link.score
    if link.score >= needed:
        return _("Only one link holds these two sides together, and they contradict each other.")
    return _(
        "Only one link holds these two sides together. It weighs %(weight)s; to hold them by itself"
        " it would have to weigh %(needed)s. The link is set out below."
    ) % {"weight": signed(link.score), "needed": signed(needed)}


def _by_systems(entries: Iterable[Said]) -> dict[UUID, Features]:
    """What a person pinned is not held against the systems, and what only waits says nothing."""
    return {
        said.id: made(said.id, said.kind, said.data)
        for said in entries
        if not said.pins and not said.is_stub
    }


def _entry(said: Said, named: Mapping[str, str]) -> Entry:
    key = "" if said.source == Source.DESK else said.key
    name = names_said(said.data).get("name", "")
    return Entry(said.id, named.get(said.source, said.source), key, name or said.key)


# Line by line


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    source: str


_NOTHING: Final = _Cell("", "")


def _cells(viewer: Viewer, of: Golden) -> dict[str, _Cell]:
    """The golden values by what a line is about: the address whole, each number by its scheme."""
    cells = {}
    for attribute, entry in of.items():
        if attribute == "ids":
            for one in entry["each"]:
                cells[f"id {one['label']}".lower()] = _Cell(str(one["value"]), one["source"])
        elif attribute in _PLACE:
            parts = [as_text(of[name]["value"]) for name in _PLACE if name in of]
            cells[ADDRESS] = _Cell(", ".join(parts), entry["source"])
        elif attribute not in _PARTS:
            text = said_text(viewer, attribute, entry["value"])
            cells[attribute] = _Cell(text, entry["source"])
    return cells


def _lines(
    viewer: Viewer,
    pairs: Sequence[Pair],
    values: tuple[Golden, Golden, Golden],
    contradicted: set[str],
    named: Mapping[str, str],
) -> Iterator[Line]:
    left, right, together = (_cells(viewer, of) for of in values)
    levels = _levels(pairs)
    for key in sorted({*together, *left, *right}, key=_order):
        a, b, both = (cells.get(key, _NOTHING) for cells in (left, right, together))
        if key in _OWN_SCRIPT and all(
            cell.text in {"", cells.get("name", _NOTHING).text}
            for cell, cells in ((a, left), (b, right))
        ):
            continue
        field = _FIELDS.get(key, key)
        level, weight = levels.get(field, ("", 0.0)) if a.text and b.text else ("", 0.0)
        agrees: bool | None = weight > 0 if level else None
        if not level and a.text and plain(a.text) == plain(b.text):
            level, agrees = "same", True
        yield Line(
            label=words.attribute(key),
            left=_short(a.text),
            right=_short(b.text),
            together=_short(both.text),
            source=named.get(both.source, both.source),
            level=words.level(level) if level else "",
            agrees=agrees,
            contradicts=field in contradicted,
            left_loses=_loses(key, a.text, both.text),
            right_loses=_loses(key, b.text, both.text),
        )


def _levels(pairs: Sequence[Pair]) -> dict[str, tuple[str, float]]:
    """The best level of each compared field over all pairs."""
    best: dict[str, tuple[str, float]] = {}
    for pair in pairs:
        for one in pair.evidence.get("comparisons", ()):
            if one["field"] not in best or one["weight"] > best[one["field"]][1]:
                best[one["field"]] = one["level"], one["weight"]
    return best


def _loses(key: str, text: str, together: str) -> bool:
    if not text or key in LISTS or key in KEYED:
        return False
    is_part = key == ADDRESS and plain(text) in plain(together)
    return plain(text) != plain(together) and not is_part


def _order(key: str) -> tuple[int, str]:
    if key.startswith("id "):
        return ATTRIBUTES.index("ids"), key
    return ATTRIBUTES.index(key), ""


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


# What speaks against it


def _conflicts(
    against: Mapping[tuple[UUID, UUID], Comparison],
    left: Mapping[UUID, Entry],
    right: Mapping[UUID, Entry],
) -> tuple[list[Conflict], set[str]]:
    """Values of which a customer has only one, each once; and the fields that they are of."""
    found: dict[tuple[str, str, str], Conflict] = {}
    fields = set()
    for pair, comparison in against.items():
        is_turned = pair[0] in right
        a, b = (right[pair[0]], left[pair[1]]) if is_turned else (left[pair[0]], right[pair[1]])
        for one in doubts.contradicted(comparison.as_dict()):
            if one["field"] == "name":
                continue
            fields.add(one["field"])
            said = (one["left"], one["right"])
            if one["field"] == "country":
                said = (words.country(said[0]), words.country(said[1]))
            sides = (said[0], a.source), (said[1], b.source)
            (mine, mine_source), (other, other_source) = reversed(sides) if is_turned else sides
            found.setdefault(
                (one["field"], mine, other),
                Conflict(words.attribute(one["field"]), mine, mine_source, other, other_source),
            )
    return list(found.values()), fields


def _objections(
    pairs: Sequence[Pair], against: Iterable[Comparison], fields: set[str]
) -> list[str]:
    """What else is said against it; of what is set out as a conflict nothing again."""
    vetoes = [veto for pair in pairs for veto in pair.evidence.get("vetoes", ())]
    vetoes += [veto for comparison in against for veto in comparison.vetoes]
    vetoes = [veto for veto in vetoes if veto not in words.HELD]
    left = [veto for veto in vetoes if veto.removesuffix(" differs") not in fields]
    return list(dict.fromkeys(words.objection(veto) for veto in left))


def _compared(
    pairs: Sequence[Pair],
    model: Model,
    left: Mapping[UUID, Entry],
    right: Mapping[UUID, Entry],
) -> Iterator[Compared]:
    for pair in pairs:
        one, other = pair.left_id, pair.right_id
        turned = one in right
        if turned:
            one, other = other, one
        if one not in left or other not in right:
            continue  # its source took it back
        shown = evidence(pair.evidence, scale_of(pair, model), turned=turned)
        yield Compared(left[one], right[other], shown)


def _freshly(
    every: Mapping[tuple[UUID, UUID], Comparison],
    left: Mapping[UUID, Entry],
    right: Mapping[UUID, Entry],
) -> Iterator[Compared]:
    for (one, other), comparison in sorted(every.items(), key=lambda each: -each[1].score):
        turned = one in right
        a, b = (other, one) if turned else (one, other)
        shown = evidence(comparison.as_dict(), comparison.scale, turned=turned)
        yield Compared(left[a], right[b], shown)


def _changes(viewer: Viewer, profile: UUID) -> Iterator[Change]:
    """What the profile said before its last change."""
    version = (
        ProfileVersion.objects.filter(profile_id=profile, is_stub=False)
        .select_related("profile")
        .order_by("-known_from", "-id")
        .first()
    )
    if version is None:
        return
    now = version.profile
    for attribute in ATTRIBUTES:
        before, text = (
            said_text(viewer, attribute, said.data.get(attribute)) for said in (version, now)
        )
        if before != text:
            yield Change(words.attribute(attribute), _short(before), _short(text), now.known_from)
