"""SQL for what each field of two profiles weighs, at most and at least.

For each field it takes all levels that may still be, by what `levels` asks for: two with no phone
key in common have no phone in common. `Ranges(scale, max)` is never less than what `compare`
gives, `Ranges(scale, min)` never more; tests hold it over all pairs that they have. `a` and `b` are
two rows of `sketch.SIDES`, `p` says what keys they have in common (see `bound`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from concord.customers.matching.model import PERSON, Scale
from concord.customers.matching.terms import MOST

PHONE, EMAIL, DOMAIN = 1, 2, 4  # bits: which sorts of blocking keys two have in common
NOTHING: Final = ""  # no level: the field is not compared


class Ranges:
    def __init__(self, scale: Scale, pick: Callable[[Iterable[float]], float]) -> None:
        self.scale = scale
        self._pick = pick
        telling = MOST * scale.terms.trust if scale.terms.rare else 0.0
        self.named_alike = scale.weights["name"]["same"] + pick([telling, -telling])
        self.name = self._pick(scale.weights["name"].values()) + pick([telling, -telling])
        self.fields = {
            "birth": self._birth(),
            "email": self._email(),
            "phone": self._phone(),
            "ids": self._ids(),
            "house": self._house(),
            "place": self._place(),
        }
        if scale.kind != PERSON:
            self.fields |= {"domain": self._domain(), "country": self._country()}
        self.beside = " + ".join(self.fields.values())

    def of(self, field: str, *levels: str) -> float:
        """The most (or the least) of these levels, in bits."""
        return self._pick(self.scale.bits(field, at) if at else 0.0 for at in levels)

    def any_of(self, field: str) -> float:
        return self.of(field, *self.scale.weights[field], NOTHING)

    def _birth(self) -> str:
        return f"""
            CASE WHEN a.birth IS NULL OR b.birth IS NULL THEN 0
                 WHEN a.birth = b.birth THEN {self.of("birth_date", "same")}
                 WHEN {IS_NEAR_BIRTH} THEN {self.of("birth_date", "near", "differs")}
                 ELSE {self.of("birth_date", "differs")} END
        """

    def _email(self) -> str:
        return f"""
            CASE WHEN NOT (a.mail AND b.mail) THEN 0
                 WHEN p.bits & {EMAIL} > 0
                 THEN CASE WHEN {OWN_MAIL} THEN {self.of("email", "same")}
                           ELSE {self.of("email", "same", "shared")} END
                 WHEN p.crowded & {EMAIL} > 0 THEN {self.of("email", "shared", "differs")}
                 ELSE {self.of("email", "differs")} END
        """

    def _phone(self) -> str:
        return f"""
            CASE WHEN NOT (a.phone AND b.phone) THEN 0
                 WHEN {OWN_PHONE} THEN {self.of("phone", "same")}
                 WHEN p.bits & {PHONE} > 0 OR a.short OR b.short OR p.crowded & {PHONE} > 0
                 THEN {self.of("phone", "same", "near", "shared", "differs")}
                 ELSE {self.of("phone", "differs")} END
        """

    def _domain(self) -> str:
        """With one mailbox in common, it is not asked for a domain."""
        return f"""
            CASE WHEN NOT (a.domain AND b.domain) THEN 0
                 WHEN p.bits & {EMAIL} > 0
                 THEN CASE WHEN {OWN_MAIL} THEN 0
                           ELSE {self.of("domain", NOTHING, "same", "shared", "differs")} END
                 WHEN p.bits & {DOMAIN} > 0
                 THEN CASE WHEN {OWN} THEN {self.of("domain", "same")}
                           ELSE {self.of("domain", "same", "shared")} END
                 WHEN p.crowded & {DOMAIN} > 0 THEN {self.of("domain", "shared", "differs")}
                 ELSE {self.of("domain", "differs")} END
        """

    def _country(self) -> str:
        return f"CASE WHEN a.country <> b.country THEN {self.of('country', 'differs')} ELSE 0 END"

    def _house(self) -> str:
        other = ("alike", "differs")
        every = ("same", "partly", "street", "number", *other)
        return f"""
            CASE WHEN NOT (a.placed AND b.placed) THEN 0
                 WHEN {IS_ANOTHER_HOUSE}
                 THEN CASE WHEN {_COMMON_NUMBER} THEN {self.of("address", "number", *other)}
                           ELSE {self.of("address", *other)} END
                 WHEN a.words > 0 AND b.words > 0
                 THEN CASE WHEN NOT {_COMMON_NUMBER} THEN {self.of("address", "street", *other)}
                           WHEN a.street = b.street THEN {self.of("address", "same")}
                           ELSE {self.of("address", *every)} END
                 WHEN {_COMMON_NUMBER} THEN {self.of("address", "near", NOTHING)}
                 ELSE 0 END
        """

    def _place(self) -> str:
        return f"""
            CASE WHEN NOT (a.placed AND b.placed) THEN 0
                 WHEN a.postcode = b.postcode THEN {self.of("place", "postcode", "same")}
                 WHEN a.postcode IS NOT NULL AND b.postcode IS NOT NULL
                 THEN CASE WHEN a.city AND b.city
                           THEN {self.of("place", "near", "district", "differs")}
                           ELSE {self.of("place", "district", "differs")} END
                 WHEN a.city AND b.city THEN {self.of("place", "city", "differs")}
                 ELSE 0 END
        """

    def _ids(self) -> str:
        fields = [
            f"""
            CASE WHEN a.{column} IS NULL OR b.{column} IS NULL THEN 0
                 WHEN a.{column} = b.{column} THEN {self.of(field, "same")}
                 WHEN length(a.{column}) = length(b.{column})
                  AND CASE WHEN length(a.{column}) = length(b.{column})
                           THEN hamming(a.{column}, b.{column}) <= 2 END
                 THEN {self.of(field, "near", "differs", NOTHING)}
                 WHEN a.{column}_shape = b.{column}_shape THEN {self.of(field, "differs")}
                 ELSE {self.of(field, "differs", NOTHING)} END
            """
            for column, field in (("tax", "tax_id"), ("reg", "registration_id"))
        ]
        same, other = self.of("id", "same"), self.of("id", "near", "differs")
        others = f"""
            CASE WHEN a.schemes IS NULL OR b.schemes IS NULL THEN 0
                 ELSE len(list_intersect(a.ids, b.ids)) * {same}
                    + (len(list_intersect(a.schemes, b.schemes))
                       - len(list_intersect(a.ids, b.ids))) * {other}
                 END
        """
        return "(" + " + ".join([*fields, others]) + ")"


def common(field: str) -> str:
    """Of several texts (see `sketch`) those that both have."""
    both = (f"string_split(trim({side}.{field}), ' ')" for side in "ab")
    return f"list_intersect({', '.join(both)})"


def in_common(field: str) -> str:
    return f"""
        (a.{field}_set & b.{field}_set > 0
         AND CASE WHEN a.{field}_set & b.{field}_set > 0
                  THEN a.{field} = b.{field} OR len({common(field)}) > 0 END)
    """


# Figures of a date as half bytes of a number: at most two differ, or day and month are exchanged.
_WRONG: Final = "xor(a.birth, b.birth)"
IS_NEAR_BIRTH: Final = f"""
    (bit_count(({_WRONG} | ({_WRONG} >> 1) | ({_WRONG} >> 2) | ({_WRONG} >> 3)) & 286331153) <= 2
     OR (a.birth >> 16 = b.birth >> 16 AND a.birth & 255 = (b.birth >> 8) & 255
         AND (a.birth >> 8) & 255 = b.birth & 255))
"""
# Nobody else has what one of them has: what both have is their own.
OWN: Final = "NOT (a.public OR b.public)"
OWN_MAIL: Final = f"(p.bits & {EMAIL} > 0 AND NOT (a.role OR b.role) AND {OWN})"
OWN_PHONE: Final = f"(a.tel = b.tel AND {OWN})"
_COMMON_NUMBER: Final = in_common("numbers")
# Two words of which four fifths are alike have most of their letters in common.
_MAY_BE_ONE_STREET: Final = """
    (a.words > 1 OR b.words > 1
     OR bit_count(xor(a.street_set, b.street_set)) <= 0.2 * (length(a.street) + length(b.street)))
"""
IS_ANOTHER_HOUSE: Final = f"""
    (CASE WHEN a.words > 0 AND b.words > 0 THEN NOT {_MAY_BE_ONE_STREET}
          ELSE (a.words > 0 OR b.words > 0) AND a.numbers IS NOT NULL AND b.numbers IS NOT NULL
               AND NOT {_COMMON_NUMBER} END)
"""
SAME_HOUSE: Final = f"""
    (a.placed AND b.placed AND a.words > 0 AND b.words > 0 AND a.street = b.street
     AND {_COMMON_NUMBER})
"""
