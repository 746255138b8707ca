"""The evidence on two entries as bars: to the right what speaks for one customer, to the left what
speaks against it, each as long as it weighs; and the sum beside the thresholds.

Numbers are in bits; places are in the units of the drawing (`WIDTH` wide, nothing at its middle).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from concord.customers import words
from concord.customers.matching.model import ORGANISATION, PERSON, Model, Scale
from concord.customers.models import Kind, Pair
from concord.ui import formats

WIDTH: Final = 200.0
MIDDLE: Final = WIDTH / 2
LEAST: Final = 10.0  # bits that the drawing spans on each side, or more where something weighs more
MOST_PLACES: Final = 3  # digits after the point of a weight, where fewer mislead


@dataclass(frozen=True, slots=True)
class Bar:
    """One comparison; `shown` is its weight with its sign, `tone` its colour (go, stop, none)."""

    label: str
    left: str
    right: str
    level: str
    weight: float
    x: float
    width: float

    @property
    def tone(self) -> str:
        return "go" if self.weight > 0 else "stop" if self.weight < 0 else "none"

    @property
    def shown(self) -> str:
        return signed(self.weight)


@dataclass(frozen=True, slots=True)
class Sum:
    """All together; `review` and `automatic` are the places of the thresholds, with their words."""

    weight: float
    shown: str
    x: float
    width: float
    review: float
    automatic: float
    review_from: str
    automatic_from: str
    verdict: str

    @property
    def tone(self) -> str:
        return "go" if self.weight > 0 else "stop"


@dataclass(frozen=True, slots=True)
class Evidence:
    """`objections` are what holds the two apart whatever all weighs together."""

    bars: tuple[Bar, ...]
    sum: Sum
    objections: tuple[str, ...]


def evidence(of: Mapping[str, Any], scale: Scale, *, turned: bool = False) -> Evidence:
    """The bars of what a pair keeps (`Comparison.as_dict`), the weightiest first.

    `turned`: the left entry stands at the right.
    """
    compared = sorted(of.get("comparisons", ()), key=lambda one: -abs(one["weight"]))
    total = round(sum(one["weight"] for one in compared), 2)
    reach = max([LEAST, *(abs(one["weight"]) for one in compared)])
    return Evidence(
        tuple(_bar(one, reach, turned) for one in compared),
        _sum(total, scale, bool(of.get("vetoes"))),
        tuple(dict.fromkeys(words.objection(veto) for veto in of.get("vetoes", ()))),
    )


def scale_of(pair: Pair, model: Model) -> Scale:
    """On whose scale a pair was weighed."""
    are_people = pair.left.kind == pair.right.kind == Kind.PERSON
    return model.of(PERSON if are_people else ORGANISATION)


def speaking(some: Sequence[Evidence], way: int, most: int = 4) -> list[str]:
    """What speaks for it (`way` 1) or against it (-1), strongest first.

    Each field once, by the strongest of all pairs: who has two mailboxes is not spoken against by
    the second one.
    """
    found: dict[str, Bar] = {}
    for bar in (bar for each in some for bar in each.bars):
        if bar.label not in found or abs(found[bar.label].weight) < abs(bar.weight):
            found[bar.label] = bar
    ranked = sorted(found.values(), key=lambda bar: -abs(bar.weight))
    ranked = [bar for bar in ranked if bar.weight * way > 0]
    return [
        _("%(label)s (%(level)s)") % {"label": bar.label, "level": bar.level}
        for bar in ranked[:most]
    ]


def signed(weight: float, places: int = 1) -> str:
    sign = "+" if weight > 0 else "−" if weight < 0 else ""
    return sign + formats.number(abs(weight), places)


def _bar(one: Mapping[str, Any], reach: float, turned: bool) -> Bar:
    left, right = _values(one["field"], one["left"], one["right"])
    if turned:
        left, right = right, left
    x, width = _drawn(one["weight"], reach)
    return Bar(
        words.attribute(one["field"]), left, right, words.level(one["level"]), one["weight"],
        x, width,
    )  # fmt: skip


def _values(field: str, *said: str) -> Iterable[str]:
    return [words.country(text) if field == "country" else text for text in said]


def _sum(total: float, scale: Scale, is_held: bool) -> Sum:
    reach = max(abs(total), scale.automatic + 2, LEAST)
    x, width = _drawn(total, reach)
    verdict = _("Hardly one customer by itself.")
    if total >= scale.automatic:
        verdict = _("Enough to be one customer, but something holds it back: you decide.")
        if not is_held:
            verdict = _("Enough to be one customer without a person.")
    elif total >= scale.review:
        verdict = _("Not enough to be one customer without a person.")
    places = _told_apart(total, scale)
    return Sum(
        weight=total,
        shown=signed(total, places),
        x=x,
        width=width,
        review=_place(scale.review, reach),
        automatic=_place(scale.automatic, reach),
        review_from=formats.number(scale.review, places),
        automatic_from=formats.number(scale.automatic, places),
        verdict=verdict,
    )


def _told_apart(total: float, scale: Scale) -> int:
    """Digits after the point with which a sum below a threshold does not read as one above."""
    for places in range(1, MOST_PLACES):
        shown = formats.number(total, places)
        if all(
            total >= threshold or shown != formats.number(threshold, places)
            for threshold in (scale.review, scale.automatic)
        ):
            return places
    return MOST_PLACES


def _drawn(weight: float, reach: float) -> tuple[float, float]:
    """Where a bar begins, and how long it is."""
    end = _place(weight, reach)
    return round(min(MIDDLE, end), 1), round(abs(end - MIDDLE), 1)


def _place(weight: float, reach: float) -> float:
    return round(MIDDLE + weight / reach * MIDDLE, 1)
