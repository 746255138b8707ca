"""Which pairs are worth comparing: the most that two profiles can score, told in a few steps.

Most of those who share a blocking key with somebody share nothing else: a name, a house. Whoever
cannot reach a question, nor be joined, whatever their names are, is not compared. An upper bound,
never an estimate (tests hold it over all pairs that they have), as `bound` is for a first load;
what is not plain (two kinds, a firm that may be a person) is compared.
"""

from __future__ import annotations

from typing import Final

from concord.customers.matching.features import Features
from concord.customers.matching.model import PERSON, Model, Scale
from concord.customers.matching.names import organisations_level, people_level
from concord.customers.matching.terms import MOST
from concord.customers.normal import dates
from concord.customers.normal.addresses import Address

NEARLY: Final = 0.01  # scores are rounded to a hundredth


class Worth:
    """By a model, for as many pairs as one likes."""

    def __init__(self, model: Model) -> None:
        self._person, self._firm = _Most(model.person), _Most(model.organisation)

    def may_matter(self, left: Features, right: Features) -> bool:
        """Whether they might be joined or asked about."""
        if left.is_person:
            return not right.is_person or self._person.may_matter(left, right)
        if right.is_person or any(name.generation for of in (left, right) for name in of.people):
            return True
        return self._firm.may_matter(left, right)


_last: tuple[Model, Worth] | None = None


def worth_of(model: Model) -> Worth:
    """Made once for the model that one works with."""
    global _last
    found = _last
    if found is None or found[0] is not model:
        found = _last = model, Worth(model)
    return found[1]


class _Most:
    """The most that the fields of one scale weigh."""

    def __init__(self, scale: Scale) -> None:
        self._scale = scale
        self._name = max(scale.weights["name"].values()) + (MOST if scale.terms.rare else 0.0)
        self._asked = min(scale.review, scale.automatic) - NEARLY
        self._joined = scale.automatic - NEARLY
        self._is_person = scale.kind == PERSON
        self._mail = self._of("email", "same", "shared")
        self._other_mail = scale.bits("email", "differs")
        self._phone = self._of("phone", "same", "near", "shared")
        self._other_phone = scale.bits("phone", "differs")
        self._site = self._of("domain", "same", "shared") if "domain" in scale.weights else None
        self._here = max(0.0, *scale.weights["address"].values())
        self._elsewhere = max(0.0, self._of("address", "street", "alike", "differs"))
        self._code = self._of("place", "same", "postcode")
        self._other_code = self._of("place", "near", "district", "differs")
        self._city = max(0.0, *scale.weights["place"].values())

    def _of(self, field: str, *levels: str) -> float:
        return max(self._scale.bits(field, level) for level in levels)

    def may_matter(self, left: Features, right: Features) -> bool:
        beside = self._contacts(left, right)
        beside += self._own(left, right)
        # Of namesakes of whom all else that is known differs, nobody asks.
        is_namesake = self._is_person and bool(beside)
        if left.address and right.address:
            beside += self._places(left.address, right.address)
        is_namesake = is_namesake and max(beside) <= 0
        wanted = (self._joined if is_namesake else self._asked) - sum(beside)
        return self._name >= wanted and self._called(left, right) >= wanted

    def _called(self, left: Features, right: Features) -> float:
        """What their names weigh."""
        level, _ = (
            people_level(left.people, right.people)
            if self._is_person
            else organisations_level(left.organisations, right.organisations, left, right)
        )
        return self._scale.weight("name", level, left, right) if level else 0.0

    def _own(self, left: Features, right: Features) -> list[float]:
        found = []
        one, other = left.birth_date, right.birth_date
        if one and other:
            level = "same" if one == other else "near" if dates.near(one, other) else "differs"
            found.append(self._scale.bits("birth_date", level))
        if left.ids and right.ids:
            for scheme in left.ids.keys() & right.ids.keys():
                levels = ("same",) if left.ids[scheme] == right.ids[scheme] else ("near", "differs")
                most = max(self._scale.bits(scheme, level) for level in levels)
                found.append(max(0.0, most))
        if not self._is_person and left.country and right.country and left.country != right.country:
            found.append(self._scale.bits("country", "differs"))
        return found

    def _contacts(self, left: Features, right: Features) -> list[float]:
        found = []
        is_one_mail = not left.emails.isdisjoint(right.emails)
        if left.emails and right.emails:
            found.append(self._mail if is_one_mail else self._other_mail)
        if left.phones and right.phones:
            may_be_one = any(
                a.endswith(b) or b.endswith(a) for a in left.phones for b in right.phones
            )
            found.append(self._phone if may_be_one else self._other_phone)
        if self._site is not None and left.domains and right.domains:
            is_one = not left.domains.isdisjoint(right.domains)
            differs = self._scale.bits("domain", "differs")
            most = max(self._site, differs) if is_one else differs
            found.append(max(0.0, most) if is_one_mail else most)
        return found

    def _places(self, left: Address, right: Address) -> tuple[float, float]:
        house = self._elsewhere if left.numbers.isdisjoint(right.numbers) else self._here
        if left.postcode and right.postcode:
            return house, self._code if left.postcode == right.postcode else self._other_code
        return house, self._city
