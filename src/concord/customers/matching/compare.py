"""Two profiles compared: attribute by attribute, each at a level that weighs something.

`compare(left, right, shared)` gives the score in bits, the evidence for it, and the vetoes: what
makes that a pair is not joined without a person, however high it scores.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from rapidfuzz import fuzz

from concord.customers.matching import weights
from concord.customers.matching.features import Features
from concord.customers.matching.names import organisations_level, people_level
from concord.customers.normal import dates, emails, ids
from concord.customers.normal.addresses import Address

IDENTIFIERS: Final = ("tax_id", "registration_id")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One comparison: what stands on both sides, how alike it is, what that weighs."""

    field: str
    left: str
    right: str
    level: str
    weight: float

    def as_dict(self) -> dict[str, Any]:
        return {
            "field": self.field,
            "left": self.left,
            "right": self.right,
            "level": self.level,
            "weight": self.weight,
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """`vetoes` hold a pair back for a person; `contradicts` forbids that they are in one cluster.

    `identified`: a number that only one customer has is the same on both sides.
    """

    score: float
    evidence: tuple[Evidence, ...]
    vetoes: tuple[str, ...]
    contradicts: bool
    identified: bool

    @property
    def is_automatic(self) -> bool:
        return self.score >= weights.AUTOMATIC and not self.vetoes

    @property
    def is_for_review(self) -> bool:
        return not self.is_automatic and self.score >= weights.REVIEW

    def as_dict(self) -> dict[str, Any]:
        return {
            "comparisons": [one.as_dict() for one in self.evidence],
            "vetoes": list(self.vetoes),
        }


def compare(left: Features, right: Features, shared: Collection[str] = ()) -> Comparison:
    """`shared` are phones, e-mails and domains that so many have that they are nobody's own."""
    both_people = left.is_person and right.is_person
    table = weights.PERSON if both_people else weights.ORGANISATION
    levels: list[tuple[str, str, str]] = []  # field, row of the table, level
    vetoes: list[str] = []
    contradicts = identified = False
    for scheme, level in _ids(left, right):
        levels.append((scheme, scheme if scheme in IDENTIFIERS else "id", level))
        identified |= level == "same"
        if level != "same":
            vetoes.append(f"{scheme} differs")
            contradicts |= level == "differs"
    name, objections = _name(left, right)
    if name:
        levels.append(("name", "name", name))
    if not (identified and both_people):
        vetoes += objections
    contradicts |= bool(objections) and objections != ["suffix on one side"] and not identified
    if left.birth_date and right.birth_date:
        level = _birth(left, right)
        levels.append(("birth_date", "birth_date", level))
        if level == "differs":
            vetoes.append("birth_date differs")
            contradicts = True
    levels += [(field, field, level) for field, level in _contacts(left, right, shared)]
    if left.kind != right.kind:
        vetoes.append("kind differs")
        contradicts |= not identified
    if not both_people and left.country and right.country and left.country != right.country:
        levels.append(("country", "country", "differs"))
        vetoes.append("country differs")
        contradicts |= not identified
    evidence = tuple(
        Evidence(
            field, left.shown.get(field, ""), right.shown.get(field, ""), level, table[row][level]
        )
        for field, row, level in levels
    )
    score = sum(one.weight for one in evidence)
    if left.kind != right.kind:
        score += weights.KINDS_DIFFER
    vetoes += _thin(both_people, levels, identified)
    return Comparison(round(score, 2), evidence, tuple(vetoes), contradicts, identified)


def _thin(both_people: bool, levels: list[tuple[str, str, str]], identified: bool) -> list[str]:
    """A name and what a household or a group shares does not make two profiles one customer."""
    if identified:
        return []
    at = {field: level for field, _, level in levels}
    if both_people:
        return []
    if at.get("name") in {"overlap", "different", "acronym", "other script"} or "name" not in at:
        return ["name is not the same"]
    return []


# Numbers


def _ids(left: Features, right: Features) -> list[tuple[str, str]]:
    found = []
    for scheme in sorted(left.ids.keys() & right.ids.keys()):
        a, b = left.ids[scheme], right.ids[scheme]
        if a == b:
            found.append((scheme, "same"))
        elif ids.near(a, b):
            found.append((scheme, "near"))
        elif ids.shape(a) == ids.shape(b) or scheme not in IDENTIFIERS:
            found.append((scheme, "differs"))
    return found


def _birth(left: Features, right: Features) -> str:
    assert left.birth_date is not None and right.birth_date is not None  # noqa: PT018
    if left.birth_date == right.birth_date:
        return "same"
    return "near" if dates.near(left.birth_date, right.birth_date) else "differs"


# Names


def _name(left: Features, right: Features) -> tuple[str, list[str]]:
    """The best level of any pair of their names, and what speaks against one entity."""
    if left.is_person and right.is_person:
        return people_level(left.people, right.people)
    return organisations_level(_as_organisations(left), _as_organisations(right), left, right)


def _as_organisations(of: Features) -> tuple[Any, ...]:
    from concord.customers.normal.names import organisation

    return of.organisations or tuple(organisation(" ".join(name.words)) for name in of.people)


# How to reach them


def _contacts(left: Features, right: Features, shared: Collection[str]) -> list[tuple[str, str]]:
    found = []
    both_people = left.is_person and right.is_person
    if left.emails and right.emails:
        found.append(("email", _email(left.emails & right.emails, shared, both_people)))
    if left.phones and right.phones:
        found.append(("phone", _phone(left.phones, right.phones, shared)))
    same_mail = ("email", "same") in found
    if not both_people and left.domains and right.domains and not same_mail:
        common = left.domains & right.domains
        level = "differs" if not common else "shared" if common <= set(shared) else "same"
        found.append(("domain", level))
    if left.address and right.address and (level := _address(left.address, right.address)):
        found.append(("address", level))
    return found


def _email(common: frozenset[str], shared: Collection[str], both_people: bool) -> str:
    if not common:
        return "differs"
    own = [m for m in common if m not in shared and not (both_people and emails.is_role(m))]
    return "same" if own else "shared"


def _phone(left: frozenset[str], right: frozenset[str], shared: Collection[str]) -> str:
    best = "differs"
    for a in left:
        for b in right:
            short, long = sorted((a, b), key=len)
            if not long.endswith(short):
                continue
            if a in shared or b in shared:
                best = "shared" if best == "differs" else best
            elif len(short) >= 8 or a == b:
                return "same"
            else:
                best = "near"
    return best


def _address(left: Address, right: Address) -> str:
    """`same`: house and street; `near`: one of them unsure; then the postcode, then the city."""
    same_code = bool(left.postcode) and left.postcode == right.postcode
    other_code = bool(left.postcode and right.postcode) and not same_code
    same_city = _city(left, right)
    numbers = left.numbers & right.numbers
    street = _street(left.words, right.words)
    if numbers and street and (same_code or same_city is not False) and not other_code:
        return "same"
    if numbers and street:
        return "near"
    if left.numbers and right.numbers and not numbers and (left.words or right.words):
        return "differs" if not same_code else "postcode"
    if same_code:
        return "postcode"
    if same_city:
        return "city"
    return "differs" if same_city is False or other_code else ""


def _city(left: Address, right: Address) -> bool | None:
    """None where one of them does not say, or says it within the street."""
    if not left.city or not right.city:
        return None
    if left.city == right.city:
        return True
    ratio = fuzz.ratio(left.city.replace(" ", ""), right.city.replace(" ", ""))
    return bool(ratio >= 80) or left.city in right.city or right.city in left.city


def _street(left: frozenset[str], right: frozenset[str]) -> bool:
    if not left or not right:
        return False
    if left & right:
        small = min(len(left), len(right))
        return len(left & right) * 2 >= small
    whole = fuzz.ratio("".join(sorted(left)), "".join(sorted(right)))
    if whole >= 80:
        return True
    return any(len(a) >= 4 and len(b) >= 4 and fuzz.ratio(a, b) >= 82 for a in left for b in right)
