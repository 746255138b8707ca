"""Two profiles compared: attribute by attribute, each at a level that weighs something.

`levels(left, right, shared)` says how alike they are and what forbids that they are one; it knows
no weights. `compare(left, right, shared, model)` weighs that: the score in bits, the evidence for
it, and the vetoes: what makes that a pair is not joined without a person, however high it scores.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from concord.customers.matching.features import Features
from concord.customers.matching.model import ORGANISATION, PERSON, Model, Scale
from concord.customers.matching.names import organisations_level, people_level
from concord.customers.normal import dates, emails, ids
from concord.customers.normal.addresses import Address
from concord.customers.normal.names import OrganisationName, organisation
from concord.kernel.values import value

IDENTIFIERS: Final = ("tax_id", "registration_id")


@value
class Evidence:
    """One comparison: what stands on both sides, how alike it is, what that weighs."""

    field: str
    level: str
    weight: float
    between: tuple[Features, Features] = dataclasses.field(repr=False, compare=False)

    @property
    def left(self) -> str:
        """What is written there, looked up where it is shown: of most pairs nobody sees it."""
        return self.between[0].shown(self.field)

    @property
    def right(self) -> str:
        return self.between[1].shown(self.field)

    def as_dict(self) -> dict[str, Any]:
        return {
            "field": self.field,
            "left": self.left,
            "right": self.right,
            "level": self.level,
            "weight": self.weight,
        }


@value
class Levels:
    """How alike two profiles are, field by field ("id passport", "same"), before it is weighed.

    `vetoes` hold a pair back for a person; `contradicts` forbids that they are in one cluster.
    `identified`: a number that only one customer has is the same on both sides. What stands here
    holds whatever the weights are.
    """

    kind: str  # on whose scale it is weighed
    found: tuple[tuple[str, str], ...]
    vetoes: tuple[str, ...]
    contradicts: bool
    identified: bool

    @property
    def is_backed(self) -> bool:
        """Whether something beside a name agrees that two customers seldom share: however rare a
        name is, it joins nobody alone."""
        backing = _BACKING[self.kind]
        return self.identified or any(level in backing.get(name, ()) for name, level in self.found)


@value
class Comparison:
    """Levels, weighed.

    The thresholds of the scale put it into one of three zones: one without a person, before a
    person, neither. `vetoes` are those of the levels, and what joining adds; `others` are the
    entries because of which it joins nobody, where it is so.
    """

    score: float
    alike: Levels
    weights: tuple[float, ...]  # of each of `alike.found`
    vetoes: tuple[str, ...]
    scale: Scale = dataclasses.field(repr=False, compare=False)
    between: tuple[Features, Features] = dataclasses.field(repr=False, compare=False)
    others: tuple[UUID, ...] = ()

    @property
    def evidence(self) -> list[Evidence]:
        """Made where somebody looks: of most pairs nobody does."""
        found = zip(self.alike.found, self.weights, strict=True)
        return [Evidence(name, level, weight, self.between) for (name, level), weight in found]

    @property
    def contradicts(self) -> bool:
        return self.alike.contradicts

    @property
    def identified(self) -> bool:
        return self.alike.identified

    @property
    def is_backed(self) -> bool:
        return self.alike.is_backed

    @property
    def answerable(self) -> bool:
        """Whether a person could say more than that two people have one name."""
        alike = self.alike
        return alike.identified or alike.kind != PERSON or _is_answerable(alike, self.weights)

    def has(self, field: str, levels: Collection[str]) -> bool:
        """Whether that field is alike in one of these ways."""
        return any(name == field and level in levels for name, level in self.alike.found)

    @property
    def is_automatic(self) -> bool:
        return self.score >= self.scale.automatic and not self.vetoes and self.is_backed

    @property
    def is_for_review(self) -> bool:
        return self.agrees and not self.is_automatic and self.answerable

    @property
    def agrees(self) -> bool:
        """Whether a person would be asked, were they not held apart by anything else."""
        return self.score >= self.scale.review

    @property
    def _unbacked(self) -> list[str]:
        """What holds it back where it weighs enough and has no veto."""
        is_alone = self.score >= self.scale.automatic and not self.vetoes and not self.is_backed
        return ["nothing but the name"] if is_alone else []

    @property
    def probability(self) -> float:
        return self.scale.probability(self.score)

    def as_dict(self) -> dict[str, Any]:
        kept: dict[str, Any] = {
            "comparisons": [one.as_dict() for one in self.evidence],
            "vetoes": [*self.vetoes, *self._unbacked],
        }
        return kept | {"others": list(map(str, self.others))} if self.others else kept


def compare(left: Features, right: Features, shared: Collection[str], model: Model) -> Comparison:
    """`shared` are phones, e-mails and domains that so many have that they are nobody's own."""
    return weighed(left, right, levels(left, right, shared), model)


def weighed(left: Features, right: Features, alike: Levels, model: Model) -> Comparison:
    scale = model.of(alike.kind)
    weights = tuple([scale.weight(name, level, left, right) for name, level in alike.found])
    score = round(sum(weights), 2)
    return Comparison(score, alike, weights, alike.vetoes, scale, (left, right))


def levels(left: Features, right: Features, shared: Collection[str] = ()) -> Levels:
    """How alike two profiles are and what forbids that they are one; nothing is weighed yet."""
    as_people = _as_people(left, right)
    numbers = _ids(left, right)
    found = [*numbers]
    identified = any(level == "same" for _, level in found)
    vetoes = [f"{name} differs" for name, level in found if level != "same"]
    contradicts = any(level == "differs" for _, level in found)
    name, objections = _name(left, right, as_people)
    if name:
        found.append(("name", name))
    is_born = bool(left.birth_date) and left.birth_date == right.birth_date
    vetoes += _standing(objections, as_people, identified, is_born)
    contradicts |= bool(set(objections) - _PERHAPS) and not identified
    if left.birth_date and right.birth_date:
        found.append(("birth_date", _birth(left.birth_date, right.birth_date)))
        if found[-1][1] == "differs":
            vetoes.append("birth_date differs")
            contradicts = True
    found += _contacts(left, right, shared, as_people)
    if not as_people and left.country and right.country and left.country != right.country:
        found.append(("country", "differs"))
        vetoes.append("country differs")
        contradicts |= not identified
    if left.kind != right.kind:
        found.append(("kind", "differs"))
        if not as_people or name not in _WHOLE_NAME:
            vetoes.append("kind differs")
    is_weak = name in (_NOT_A_PERSON if as_people else _NOT_ENOUGH)
    # Husband and wife have one tax number, and may have one initial.
    is_one = any(level == "same" and not (as_people and at == "tax_id") for at, level in numbers)
    if is_weak and not is_one and not (as_people and ("birth_date", "same") in found):
        vetoes.append("name is not the same")
    if as_people and name in _SURE_NAME and ("birth_date", "same") in found:
        slips = {f"{scheme} differs" for scheme, level in found if level == "near"}
        vetoes = [veto for veto in vetoes if veto not in slips]  # a figure of the number is wrong
    vetoes += _apart(dict(found), identified, as_people)
    kind = PERSON if as_people else ORGANISATION
    return Levels(kind, tuple(found), tuple(vetoes), contradicts, identified)


_BACKING: Final[Mapping[str, Mapping[str, Collection[str]]]] = {
    PERSON: {
        "birth_date": ("same", "near"),
        "email": ("same",),
        "phone": ("same", "near"),
        "address": ("same", "partly", "near"),
    },
    ORGANISATION: {
        "birth_date": ("same",),
        "email": ("same", "shared"),
        "domain": ("same", "shared"),
        "phone": ("same", "near", "shared"),
        "address": ("same", "partly", "near", "street"),
        "place": ("same", "postcode", "near"),
    },
}
# A person knows more of it; it does not contradict.
_PERHAPS: Final = {"suffix on one side", "name is cut", "two in one name", "names of two"}
_WHOLE_NAME: Final = {"same", "swapped", "misspelt", "variant"}
_NOT_ENOUGH: Final = {"", "overlap", "different", "other script"}
# What a household shares (address, line, mailbox) and such names do not make one person.
_NOT_A_PERSON: Final = {"", "alike", "initial", "other script", "family changed"}


def _as_people(left: Features, right: Features) -> bool:
    """Whether they are compared as persons: where a system does not know, a name may tell."""
    if left.is_person and right.is_person:
        return True
    if left.is_person != right.is_person:
        return bool(left.people and right.people)
    generations = any(name.generation for of in (left, right) for name in of.people)
    return generations and bool(left.people and right.people)


_SURE_NAME: Final = {"same", "swapped", "misspelt"}
_HERE: Final = {"same", "partly", "near"}  # of an address
_ELSEWHERE: Final = {"differs", "district"}  # of a place


def _apart(found: Mapping[str, str], identified: bool, as_people: bool) -> list[str]:
    """What a name and a number do not explain: father and son of one name have one house, the
    stores of a chain one number in the register."""
    phone, email, address = (found.get(name) for name in ("phone", "email", "address"))
    differs = "differs" in {phone, email}
    if as_people:
        own = identified or email == "same" or (phone in {"same", "near"} and email != "differs")
        own = own or found.get("birth_date") == "same"
        own = own or (found.get("birth_date") == "near" and phone != "differs")
        is_short = found.get("name") in {"variant", "partial"} and address == "partly"
        return [] if own or not (differs or is_short) else ["nothing of their own agrees"]
    if phone != "differs" or address in _HERE:
        return []
    if address or found.get("place") in _ELSEWHERE:
        return ["another site"]
    return [] if identified else ["nothing of their own agrees"]


_ONES_OWN: Final = {"birth_date": {"same", "near"}, "email": {"same"}}


def _is_answerable(alike: Levels, weights: Sequence[float]) -> bool:
    """Whether two people of like names are worth a question.

    A name that both have while all else that is known of both differs is a namesake's, as far as
    anybody could tell from what stands there; senior and junior are two by their own word. Two of
    one household have all in common but what is a person's own.
    """
    if "generation differs" in alike.vetoes:
        return False
    found = dict(alike.found)
    is_another = found.get("name") in {"given differs", "different"}
    if is_another and not any(found.get(name) in at for name, at in _ONES_OWN.items()):
        return False
    aside = {"name", "kind"}
    if found.get("address") == "differs" and found.get("place") not in {"same", "postcode"}:
        aside.add("place")  # another house in one city is another address
    fields = [(name, weight) for (name, _), weight in zip(alike.found, weights, strict=True)]
    beside = [(name, weight) for name, weight in fields if name not in {"name", "kind"}]
    return not beside or any(weight > 0 for name, weight in beside if name not in aside)


def _standing(objections: list[str], as_people: bool, identified: bool, is_born: bool) -> list[str]:
    """What a number of their own does not explain away: groups share tax numbers, and husband and
    wife, who were not born on one day."""
    if not identified:
        return objections
    if as_people and is_born:
        return []
    explained = {"suffix on one side"} if as_people else {"legal form differs"}
    return [one for one in objections if one not in explained]


# Numbers


def _ids(left: Features, right: Features) -> list[tuple[str, str]]:
    found = []
    for scheme in sorted(left.ids.keys() & right.ids.keys()):
        a, b = left.ids[scheme], right.ids[scheme]
        if a == b:
            found.append((scheme, "same"))
        elif ids.near(a, b):
            found.append((scheme, "near"))
        elif scheme not in IDENTIFIERS or _are_of_one_register(a, b, left, right):
            found.append((scheme, "differs"))
    return found


def _are_of_one_register(a: str, b: str, left: Features, right: Features) -> bool:
    """A Chinese number ends in a figure or in a letter: of one country, its length tells."""
    is_one_country = bool(left.country) and left.country == right.country
    return ids.shape(a) == ids.shape(b) or (is_one_country and len(a) == len(b))


def _birth(left: date, right: date) -> str:
    if left == right:
        return "same"
    return "near" if dates.near(left, right) else "differs"


# Names


def name_level(left: Features, right: Features) -> str:
    """The level of their names alone, as `levels` finds it: "" where one of them has none."""
    if _as_people(left, right):
        return people_level(left.people, right.people)[0]
    return _name(left, right, as_people=False)[0]


def _name(left: Features, right: Features, as_people: bool) -> tuple[str, list[str]]:
    """The best level of any pair of their names, and what speaks against one entity."""
    if as_people:
        level, objections = people_level(left.people, right.people)
        return level, [*objections]
    return organisations_level(_as_organisations(left), _as_organisations(right), left, right)


def _as_organisations(of: Features) -> tuple[OrganisationName, ...]:
    return of.organisations or tuple(organisation(" ".join(name.words)) for name in of.people)


# How to reach them


def _contacts(
    left: Features, right: Features, shared: Collection[str], both_people: bool
) -> list[tuple[str, str]]:
    found = []
    if left.emails and right.emails:
        found.append(("email", _email(left.emails & right.emails, shared, both_people)))
    if left.phones and right.phones:
        found.append(("phone", _phone(left.phones, right.phones, shared)))
    same_mail = ("email", "same") in found
    if not both_people and left.domains and right.domains and not same_mail:
        common = left.domains & right.domains
        level = "differs" if not common else "shared" if common <= set(shared) else "same"
        found.append(("domain", level))
    if left.address and right.address:
        found += _addresses(left.address, right.address, both_people)
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
            short, long = (a, b) if len(a) <= len(b) else (b, a)
            if not long.endswith(short):
                continue
            if a in shared or b in shared:
                best = "shared" if best == "differs" else best
            elif len(short) >= 8 or a == b:
                return "same"
            else:
                best = "near"
    return best


def _addresses(left: Address, right: Address, both_people: bool) -> list[tuple[str, str]]:
    found = [
        ("address", _house(left, right, both_people)),
        ("place", _place(left, right, both_people)),
    ]
    return [(name, level) for name, level in found if level]


def _house(left: Address, right: Address, both_people: bool) -> str:
    """`same`: number and street; `partly`: a word of the street is another or missing, as a number
    has it; `street`: of the number nobody is sure; `alike`: letter by letter, where no word is.

    Of persons, house and street may both be numbers: No 321, Street 128.
    """
    numbers = left.numbers & right.numbers
    if _street(left, right):
        is_whole = numbers and fuzz.ratio(left.street, right.street) >= 88
        return "same" if is_whole else "partly" if numbers else "street"
    are_words = bool(left.words and right.words)
    if both_people and left.numbers == right.numbers and len(numbers) > 1 and not are_words:
        return "near"
    if are_words and fuzz.ratio(left.street, right.street) >= 65:
        return "alike"
    if are_words and numbers:
        return "number"
    other_number = bool(left.numbers and right.numbers) and not numbers
    return "differs" if are_words or (other_number and (left.words or right.words)) else ""


def _place(left: Address, right: Address, both_people: bool) -> str:
    """Postcode and city; `near`: a slip in the postcode of one city; `district`: another one, or,
    of persons, such a slip beside another city: who moves from suburb to suburb."""
    same_city = _city(left, right)
    if left.postcode and left.postcode == right.postcode:
        return "postcode" if same_city is False else "same"
    other_code = bool(left.postcode and right.postcode)
    is_slip = other_code and OSA.distance(left.postcode, right.postcode, score_cutoff=1) == 1
    if same_city and other_code:
        return "near" if is_slip else "district"
    if is_slip and both_people:
        return "district"
    if same_city:
        return "city"
    return "differs" if other_code or same_city is False else ""


def _city(left: Address, right: Address) -> bool | None:
    """None where one of them does not say, or says it within the street."""
    if not left.city or not right.city:
        return None
    if left.city == right.city:
        return True
    ratio = fuzz.ratio(left.city.replace(" ", ""), right.city.replace(" ", ""))
    return bool(ratio >= 80) or left.city in right.city or right.city in left.city


def _street(left: Address, right: Address) -> bool:
    if not left.words or not right.words:
        return False
    common = left.words & right.words
    if common and len(common) * 2 >= min(len(left.words), len(right.words)):
        return True
    if fuzz.ratio(left.street, right.street) >= 80:
        return True
    return any(
        len(a) >= 4 and len(b) >= 4 and fuzz.ratio(a, b) >= 82
        for a in left.words
        for b in right.words
    )
