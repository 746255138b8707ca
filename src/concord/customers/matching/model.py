"""The model in force: what levels weigh, how telling names are, from where on two are one.

`compare` gives levels, a model weighs them. Models are rows (`models.IdentityModel`) that never
change; which one is in force is asked of the database once a batch, a page or a question, and the
model itself is kept in the process. Where none was put in force, `shipped()` is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from math import exp2
from typing import Any, Final, Self
from uuid import UUID

from concord.customers.matching import weights
from concord.customers.matching.features import Features
from concord.customers.matching.terms import AGREEING, Terms
from concord.customers.rows import Rows, fetch, from_json, together
from concord.kernel.prepared import Prepared

PERSON: Final = "person"
ORGANISATION: Final = "organisation"
KINDS: Final = (PERSON, ORGANISATION)
AT_HAND: Final = 8  # models that a process keeps: of those before, somebody may still be comparing
Weights = Mapping[str, Mapping[str, float]]  # field, level: bits

# What is asked to know it, beside other things (see `rows.together`).
IN_FORCE: Final[tuple[Prepared, Mapping[str, Any]]] = (
    Prepared("SELECT model_id FROM customers_modelinforce ORDER BY id DESC LIMIT 1", {}),
    {},
)


@dataclass(frozen=True, slots=True)
class Scale:
    """How two profiles of one kind are weighed, in bits (log2 of how much likelier among true
    pairs).

    From `automatic` on they are one without a person, from `review` on a person looks. `odds` is
    log2 of how many candidates are one for each that is not, before anything is compared.
    """

    kind: str
    weights: Weights
    automatic: float
    review: float
    odds: float
    terms: Terms = field(default_factory=Terms)

    def weight(self, of_field: str, level: str, left: Features, right: Features) -> float:
        """What one comparison weighs; `of_field` as `compare` names it ("id passport")."""
        bits = self.bits(of_field, level)
        if of_field == "name" and level in AGREEING[self.kind]:
            bits += self.terms.telling(left, right, self.kind == PERSON)
        return bits

    def bits(self, of_field: str, level: str) -> float:
        return self.weights["id" if of_field.startswith("id ") else of_field][level]

    def sum(self, found: Iterable[tuple[str, str]]) -> float:
        """What levels weigh together, names as if all were equally telling."""
        return sum(self.bits(name, level) for name, level in found)

    def probability(self, score: float) -> float:
        """That two profiles of this score are one customer, from 0 to 1."""
        bits = max(-1_000.0, min(1_000.0, score + self.odds))
        return 1.0 / (1.0 + exp2(-bits))

    def as_dict(self) -> dict[str, Any]:
        return {
            "weights": self.weights,
            "automatic": self.automatic,
            "review": self.review,
            "odds": self.odds,
            "terms": self.terms.as_dict(),
        }

    @classmethod
    def from_dict(cls, kind: str, said: Mapping[str, Any]) -> Self:
        """A level that the model does not know (it is older than we) weighs as we ship it."""
        given = said["weights"]
        known = {
            name: levels | {at: given[name][at] for at in levels.keys() & given.get(name, {})}
            for name, levels in SHIPPED_WEIGHTS[kind].items()
        }
        return cls(
            kind=kind,
            weights=known,
            automatic=said["automatic"],
            review=said["review"],
            odds=said["odds"],
            terms=Terms.from_dict(said["terms"]),
        )


@dataclass(frozen=True, slots=True)
class Model:
    """`version` stands in every judgement that it makes. Persons and organisations are weighed
    each on a scale of their own."""

    version: str
    person: Scale
    organisation: Scale

    def of(self, kind: str) -> Scale:
        return self.person if kind == PERSON else self.organisation

    def with_thresholds(self, kind: str, automatic: float, review: float) -> Model:
        changed = replace(self.of(kind), automatic=automatic, review=review)
        return (
            replace(self, person=changed) if kind == PERSON else replace(self, organisation=changed)
        )

    def as_dict(self) -> dict[str, Any]:
        """All but the version, as JSON can keep it."""
        return {kind: self.of(kind).as_dict() for kind in KINDS}

    @classmethod
    def from_dict(cls, version: str, said: Mapping[str, Any]) -> Self:
        return cls(version, *(Scale.from_dict(kind, said[kind]) for kind in KINDS))


SHIPPED_WEIGHTS: Final[Mapping[str, Mapping[str, dict[str, float]]]] = {
    PERSON: weights.PERSON,
    ORGANISATION: weights.ORGANISATION,
}


@cache
def shipped() -> Model:
    """The weights that were set by hand: in force where none was trained."""
    scales = (
        Scale(kind, SHIPPED_WEIGHTS[kind], weights.AUTOMATIC, weights.REVIEW, weights.ODDS)
        for kind in KINDS
    )
    return Model(weights.MODEL, *scales)


def in_force() -> Model:
    """The model by which profiles are matched now, as the caller's transaction sees it.

    One short query; hold on to what it gives for a batch or a page, do not ask for each pair.
    """
    [rows] = together(IN_FORCE)
    return chosen(rows)


def chosen(rows: Rows) -> Model:
    """The model that the rows of `IN_FORCE` name."""
    return kept(rows[0][0]) if _is_named(rows) else shipped()


def is_at_hand(rows: Rows) -> bool:
    """Whether `chosen` asks nothing more of the database."""
    return not _is_named(rows) or rows[0][0] in _at_hand


def _is_named(rows: Rows) -> bool:
    return bool(rows) and rows[0][0] is not None


_at_hand: Final[dict[UUID, Model]] = {}


def kept(model_id: UUID) -> Model:
    """A model by the id of its row, which never changes."""
    found = _at_hand.get(model_id)
    if found is None:
        [(version, said)] = fetch(
            "SELECT version, content FROM customers_identitymodel WHERE id = %s", [model_id]
        )
        found = Model.from_dict(version, from_json(said))
        while len(_at_hand) >= AT_HAND:
            _at_hand.pop(next(iter(_at_hand)), None)
        _at_hand[model_id] = found
    return found
