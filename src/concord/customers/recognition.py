"""What the pages about recognising customers show of models, in a person's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concord.customers import words
from concord.customers.entries import Entry, entry, living
from concord.customers.matching.model import KINDS, Model, shipped
from concord.customers.matching.soundness import Objection
from concord.customers.models import IdentityModel, ModelInForce

EXAMPLES: Final = 10  # of whom a learnt model would newly join
FULL: Final = 20.0  # bits at which a bar is at its full length
KIND: Final[Mapping[str, str | Promise]] = {
    "person": gettext_lazy("Persons"),
    "organisation": gettext_lazy("Companies"),
}
ZONE: Final[Mapping[str, str | Promise]] = {
    "joined": gettext_lazy("joined without a person"),
    "asked": gettext_lazy("put before a person"),
    "apart": gettext_lazy("kept apart"),
}
STEP: Final[Mapping[str, str | Promise]] = {
    "": gettext_lazy("Waits for its turn"),
    "sample": gettext_lazy("Compares your customers' entries"),
    "estimate": gettext_lazy("Counts how often entries of one customer agree"),
    "report": gettext_lazy("Compares with the weights in force"),
    "match": gettext_lazy("Matches all entries again"),
}


@dataclass(frozen=True, slots=True)
class Bar:
    """From the middle (nothing) to the right (speaks for one customer) or left; of 200."""

    x: float
    width: float
    tone: str


@dataclass(frozen=True, slots=True)
class Line:
    """One level on the page of a model; `name` is that of its field in the form, `text` what
    stands in it."""

    name: str
    text: str
    level: str
    bits: float
    was: float
    bar: Bar
    old: Bar
    seen: int | None
    by_hand: bool
    marked: str


@dataclass(frozen=True, slots=True)
class Group:
    label: str
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Side:
    """One kind on the page of a model."""

    label: str
    groups: list[Group]
    automatic: float
    review: float
    seen: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Version:
    """A model in the list; `row` is None for the one that we ship."""

    version: str
    row: IdentityModel | None
    is_in_force: bool


def versions(most: int = 50) -> list[Version]:
    """The newest first, the shipped one last."""
    holding = in_force()
    of_force = holding.version if holding else shipped().version
    rows = IdentityModel.objects.select_related("made_by").order_by("-made_at")[:most]
    found = [Version(row.version, row, row.version == of_force) for row in rows]
    ours = shipped().version
    return [*found, Version(ours, None, ours == of_force)]


def in_force() -> ModelInForce | None:
    return ModelInForce.objects.select_related("by", "model").order_by("-id").first()


def sides(
    model: Model,
    base: Model,
    row: IdentityModel | None,
    against: Sequence[Objection],
    typed: Mapping[str, Any],
) -> list[Side]:
    """`typed`: what stands in the fields where it could not be kept, to be mended."""
    seen = row.report.get("kinds", {}) if row else {}
    return [_side(kind, model, base, seen.get(kind), against, typed) for kind in KINDS]


def called(kind: str, field: str, level: str) -> str:
    """A level, as the page names it."""
    label = words.attribute("ids" if field == "id" else field)
    return f"{KIND.get(kind, kind)}: {label}, {words.level(level)}"


def _side(
    kind: str,
    model: Model,
    base: Model,
    seen: Mapping[str, Any] | None,
    against: Sequence[Objection],
    typed: Mapping[str, Any],
) -> Side:
    rows = {(one["field"], one["level"]): one for one in seen["levels"]} if seen else {}
    marked = {
        (one.field, one.level): objection(one) for one in reversed(against) if one.kind == kind
    }
    groups = []
    for name, levels in model.of(kind).weights.items():
        lines = []
        for level, bits in levels.items():
            was = base.of(kind).weights[name][level]
            row = rows.get((name, level))
            key = f"{kind}/{name}/{level}"
            lines.append(
                Line(
                    name=key,
                    text=str(typed.get(key, bits)),
                    level=words.level(level),
                    bits=bits,
                    was=was,
                    bar=_bar(bits),
                    old=_bar(was),
                    seen=row["pairs"] if row else None,
                    by_hand=row is None or row["by_hand"],
                    marked=marked.get((name, level), ""),
                )
            )
        groups.append(Group(words.attribute("ids" if name == "id" else name), lines))
    scale = model.of(kind)
    return Side(str(KIND[kind]), groups, scale.automatic, scale.review, seen)


def _bar(bits: float) -> Bar:
    width = round(min(abs(bits) / FULL, 1.0) * 100, 1)
    return Bar(100.0 if bits >= 0 else 100.0 - width, width, "go" if bits >= 0 else "stop")


def moves(report: Mapping[str, Any]) -> list[tuple[str, str, int]]:
    """(before, after, pairs) of those that would be treated in another way."""
    found = report.get("moved", {}).get("moves", {})
    split = ((*key.split(" "), pairs) for key, pairs in found.items())
    return [
        (str(ZONE[before]), str(ZONE[after]), pairs)
        for before, after, pairs in split
        if before != after
    ]


@dataclass(frozen=True, slots=True)
class Newly:
    """Two entries that a model would join and the one before did not; scores in bits."""

    left: Entry
    right: Entry
    was: float
    then: float


def newly_joined(report: Mapping[str, Any]) -> list[Newly]:
    """Examples of a report, as far as they may be shown today: of who are two customers, where
    there are such, else of who are one by other entries."""
    kept = [
        (UUID(left), UUID(right), was, then)
        for left, right, was, then in report.get("moved", {}).get("joined", ())
    ]
    if not kept:
        return []
    known = living({each for left, right, _, _ in kept for each in (left, right)})
    found = [
        Newly(entry(known[left]), entry(known[right]), was, then)
        for left, right, was, then in kept
        if left in known and right in known
    ]
    two = [each for each in found if each.left.customer != each.right.customer]
    return (two or found)[:EXAMPLES]


def agreement(report: Mapping[str, Any]) -> list[tuple[str, int, int]]:
    """(what it did with what people said, by the weights before, by these) in numbers of pairs."""
    judged = report.get("judged", {})
    said = {"same": _("People said: one customer"), "different": _("People said: two customers")}
    return [
        (
            f"{said[verdict]} – {ZONE[zone]}",
            judged["now"].get(f"{verdict} {zone}", 0),
            judged["then"].get(f"{verdict} {zone}", 0),
        )
        for verdict in said
        for zone in ZONE
        if judged.get("pairs")
    ]


def objection(one: Objection) -> str:
    match one.code:
        case "inverted":
            return _("Agreeing weighs no more than “%(other)s”.") % {
                "other": words.level(one.other)
            }
        case "against":
            return _("The same on both sides speaks against one customer.")
        case "for":
            return _("A difference speaks for one customer.")
        case "too strong":
            return _("Nothing is as sure as that.")
        case "thresholds":
            return _("A person would be asked about pairs that are joined without one.")
    return _("%(kind)s: learning came to no end; learn again when more is known.") % {
        "kind": KIND[one.kind]
    }
