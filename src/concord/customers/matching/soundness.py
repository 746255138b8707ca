"""What keeps a model from being put in force: weights that would join what differs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

from concord.customers.matching.model import KINDS, Model, Scale

DIFFERS: Final = frozenset({"differs", "different"})
# A part agrees and a part does not: chance has fewer of them than true pairs, or more.
UNSURE: Final = frozenset(
    {"overlap", "other script", "family changed", "given differs", "extended", "acronym", "sound"}
    | {"street", "alike", "number", "district", "city", "postcode", "shared", "partial", "initial"}
)
STRONGEST: Final = 30.0  # bits: nothing that two entries have in common is surer than that


@dataclass(frozen=True, slots=True)
class Objection:
    """`code`: `inverted` (`level` agrees and weighs no more than `other`, which differs),
    `against` (agreement that speaks against), `for` (a difference that speaks for), `too strong`,
    `thresholds` (a person would be asked above what is joined without one), `unsettled` (training
    came to no end)."""

    code: str
    kind: str
    field: str = ""
    level: str = ""
    other: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def objections(model: Model) -> list[Objection]:
    return [each for kind in KINDS for each in _of(model.of(kind))]


def _of(scale: Scale) -> Iterator[Objection]:
    if not scale.review <= scale.automatic:
        yield Objection("thresholds", scale.kind)
    for name, levels in scale.weights.items():
        differing = {level: bits for level, bits in levels.items() if level in DIFFERS}
        for level, bits in levels.items():
            if abs(bits) > STRONGEST:
                yield Objection("too strong", scale.kind, name, level)
            if level in UNSURE or (name, level) == ("place", "near"):
                continue
            if level in DIFFERS:
                if bits > 0:
                    yield Objection("for", scale.kind, name, level)
                continue
            if level == "same" and bits <= 0:
                yield Objection("against", scale.kind, name, level)
            other = max(differing, key=differing.__getitem__, default="")
            if other and bits <= differing[other]:
                yield Objection("inverted", scale.kind, name, level, other)
