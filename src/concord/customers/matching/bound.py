# ruff: noqa: S608 - names and numbers of our own in SQL, no input
"""The most that two profiles can score, told from what is cheap to look up: who cannot reach a
question is not compared.

An upper bound, never an estimate: whatever `compare` gives is at most that (tests hold it over all
pairs that they have). For each field it takes the best level that may still be, by what `levels`
asks for: two with no phone key in common have no phone in common. It is SQL of DuckDB, for the
millions of pairs of a first load; what is not plain (two kinds, many scripts) it lets through.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from concord.customers.matching.model import Model, Scale
from concord.customers.matching.terms import MOST

PHONE, EMAIL, DOMAIN = 1, 2, 4  # bits: which sorts of blocking keys two have in common
SORTS: Final = {"phone": PHONE, "email": EMAIL, "domain": DOMAIN}
NEARLY: Final = 0.01  # scores are rounded to a hundredth


def survivors(pairs: str, model: Model) -> list[str]:
    """Statements that make of the table `pairs` the table `survivors` (l, r).

    Of each pair (l, r) `bits` say what sorts of keys it has in common, `crowded` of which sorts
    both have keys of so many that they were left out. `sides` and `names` (see `sketch`) are there.
    """
    person, firm = _Most(model.person), _Most(model.organisation)
    return [
        f"""
        CREATE OR REPLACE TABLE beside AS
        SELECT l, r, CASE WHEN NOT is_sure THEN 'unsure' WHEN NOT as_people THEN 'firms'
                          WHEN is_single THEN 'single' ELSE 'several' END AS sort,
               CASE WHEN as_people THEN {person.beside} ELSE {firm.beside} END AS beside,
               as_people AND is_known AND {_NOTHING} AS is_hopeless
        FROM (
            SELECT p.l, p.r, a.person AS as_people, a.called = 1 AND b.called = 1 AS is_single,
                   a.person = b.person AND NOT a.odd AND NOT b.odd AS is_sure,
                   {_IS_ANOTHER_HOUSE} AS is_another_house,
                   a.postcode = b.postcode AS is_one_postcode,
                   (a.birth IS NOT NULL AND b.birth IS NOT NULL) OR (a.mail AND b.mail)
                   OR (a.phone AND b.phone) AS is_known,
                   {_either(person.fields, firm.fields)}
            FROM {pairs} p JOIN sides a ON a.n = p.l JOIN sides b ON b.n = p.r
        )
        WHERE NOT is_sure
           OR CASE WHEN as_people THEN {person.may_reach(person.name)}
                   ELSE {firm.may_reach(firm.name)} END
        """,
        f"""
        CREATE OR REPLACE TABLE survivors AS
        SELECT l, r FROM beside WHERE sort IN ('unsure', 'firms')
        UNION ALL
        SELECT l, r FROM (
            SELECT l, r, beside, is_hopeless, {person.called()} AS called
            FROM beside p JOIN names a ON a.n = p.l JOIN names b ON b.n = p.r
            WHERE sort = 'single'
        ) WHERE {person.may_reach("called")}
        UNION ALL
        SELECT l, r FROM (
            SELECT l, r, any_value(beside) AS beside, any_value(is_hopeless) AS is_hopeless,
                   coalesce(max(CASE WHEN a.n IS NULL OR b.n IS NULL THEN NULL
                                     ELSE {person.called()} END), 0) AS called
            FROM beside p LEFT JOIN names a ON a.n = p.l LEFT JOIN names b ON b.n = p.r
            WHERE sort = 'several' GROUP BY l, r
        ) WHERE {person.may_reach("called")}
        """,
    ]


def _either(person: Mapping[str, str], firm: Mapping[str, str]) -> str:
    """Each field on the scale of persons, or of organisations."""
    return ", ".join(
        f"CASE WHEN a.person THEN {person.get(field, '0')} ELSE {firm[field]} END AS {field}"
        for field in firm
    )


_NOTHING: Final = """
    (birth <= 0 AND email <= 0 AND phone <= 0 AND ids <= 0 AND house <= 0
     AND (place <= 0 OR (is_another_house AND is_one_postcode IS NOT TRUE)))
"""  # another house in one city is another address


class _Most:
    """SQL for the most that each field can weigh on one scale; `a` and `b` are the two."""

    def __init__(self, scale: Scale) -> None:
        self._scale = scale
        self.name = max(scale.weights["name"].values()) + (MOST if scale.terms.rare else 0.0)
        self.fields = {
            "birth": self._birth(),
            "email": self._email(),
            "phone": self._phone(),
            "ids": self._ids(),
            "house": self._house(),
            "place": self._place(),
        }
        if "domain" in scale.weights:
            self.fields |= {"domain": self._domain(), "country": self._country()}
        self.beside = " + ".join(self.fields)

    def may_reach(self, name: object) -> str:
        """Whether they may be asked about, or joined: of namesakes of whom all else that is known
        differs nobody asks."""
        total = f"(beside + {name})"
        return (
            f"({total} >= {min(self._scale.review, self._scale.automatic) - NEARLY}"
            f" AND (NOT is_hopeless OR {total} >= {self._scale.automatic - NEARLY}))"
        )

    def _of(self, field: str, *levels: str) -> float:
        return max(self._scale.bits(field, level) for level in levels)

    def _birth(self) -> str:
        near = """
            hamming(a.birth, b.birth) <= 2 OR (a.birth[:4] = b.birth[:4]
            AND a.birth[5:6] = b.birth[7:8] AND a.birth[7:8] = b.birth[5:6])
        """
        return f"""
            CASE WHEN a.birth IS NULL OR b.birth IS NULL THEN 0
                 WHEN a.birth = b.birth THEN {self._of("birth_date", "same")}
                 WHEN {near} THEN {self._of("birth_date", "near", "differs")}
                 ELSE {self._of("birth_date", "differs")} END
        """

    def _email(self) -> str:
        return f"""
            CASE WHEN NOT (a.mail AND b.mail) THEN 0
                 WHEN p.bits & {EMAIL} > 0 THEN {self._of("email", "same", "shared")}
                 WHEN p.crowded & {EMAIL} > 0 THEN {self._of("email", "shared", "differs")}
                 ELSE {self._of("email", "differs")} END
        """

    def _phone(self) -> str:
        return f"""
            CASE WHEN NOT (a.phone AND b.phone) THEN 0
                 WHEN p.bits & {PHONE} > 0 OR a.short OR b.short OR p.crowded & {PHONE} > 0
                 THEN {self._of("phone", "same", "near", "shared", "differs")}
                 ELSE {self._of("phone", "differs")} END
        """

    def _domain(self) -> str:
        """With one mailbox in common, it is not asked for a domain."""
        return f"""
            CASE WHEN NOT (a.domain AND b.domain) THEN 0
                 WHEN p.bits & {EMAIL} > 0 THEN
                    {max(0.0, self._of("domain", "same", "shared", "differs"))}
                 WHEN p.bits & {DOMAIN} > 0 THEN {self._of("domain", "same", "shared")}
                 WHEN p.crowded & {DOMAIN} > 0 THEN {self._of("domain", "shared", "differs")}
                 ELSE {self._of("domain", "differs")} END
        """

    def _country(self) -> str:
        return f"CASE WHEN a.country <> b.country THEN {self._of('country', 'differs')} ELSE 0 END"

    def _house(self) -> str:
        near = max(0.0, self._of("address", "near"))
        other = ("alike", "differs")
        same = ("same", "partly", "street", "number", *other)
        return f"""
            CASE WHEN NOT (a.placed AND b.placed) THEN 0
                 WHEN {_IS_ANOTHER_HOUSE}
                 THEN CASE WHEN {_COMMON_NUMBER} THEN {self._of("address", "number", *other)}
                           ELSE {self._of("address", *other)} END
                 WHEN a.words > 0 AND b.words > 0
                 THEN CASE WHEN {_COMMON_NUMBER} THEN {self._of("address", *same)}
                           ELSE {self._of("address", "street", *other)} END
                 WHEN {_COMMON_NUMBER} THEN {near}
                 ELSE 0 END
        """

    def _place(self) -> str:
        return f"""
            CASE WHEN NOT (a.placed AND b.placed) THEN 0
                 WHEN a.postcode = b.postcode THEN {self._of("place", "postcode", "same")}
                 WHEN a.postcode IS NOT NULL AND b.postcode IS NOT NULL
                 THEN CASE WHEN a.city AND b.city
                           THEN {self._of("place", "near", "district", "differs")}
                           ELSE {self._of("place", "district", "differs")} END
                 WHEN a.city AND b.city THEN {self._of("place", "city", "differs")}
                 ELSE 0 END
        """

    def _ids(self) -> str:
        fields = [
            f"""
            CASE WHEN a.{column} IS NULL OR b.{column} IS NULL THEN 0
                 WHEN a.{column} = b.{column} THEN {self._of(field, "same")}
                 WHEN length(a.{column}) = length(b.{column})
                  AND CASE WHEN length(a.{column}) = length(b.{column})
                           THEN hamming(a.{column}, b.{column}) <= 2 END
                 THEN {max(0.0, self._of(field, "near", "differs"))}
                 WHEN a.{column}_shape = b.{column}_shape THEN {self._of(field, "differs")}
                 ELSE 0 END
            """
            for column, field in (("tax", "tax_id"), ("reg", "registration_id"))
        ]
        others = f"""
            CASE WHEN a.schemes IS NULL OR b.schemes IS NULL THEN 0
                 ELSE len(list_intersect(a.ids, b.ids)) * {self._of("id", "same")}
                    + (len(list_intersect(a.schemes, b.schemes))
                       - len(list_intersect(a.ids, b.ids))) * {self._of("id", "near", "differs")}
                 END
        """
        return "(" + " + ".join([*fields, others]) + ")"

    def called(self) -> str:
        """The most that one name of each weighs: what parts of them may still agree."""
        weight = self._scale.weights["name"]
        kin = f"a.family = b.family OR {_in_common('kin')} OR {_alike('a.family', 'b.family')}"
        own = f"""
            a.given = b.given OR a.first = b.first OR a.given_sound = b.given_sound
            OR CASE WHEN length(a.first) = 1 OR length(b.first) = 1
                    THEN a.first[1] = b.first[1] OR a.lines IS NOT NULL OR b.lines IS NOT NULL
                    WHEN a.lines IS NOT NULL AND b.lines IS NOT NULL THEN {_in_common("lines")}
                    ELSE {_alike("a.first", "b.first")} END
        """
        crossed = " OR ".join(
            f"({one}.kin_set & {other}.given_bit > 0 AND "
            f"contains({one}.kin, concat(' ', {other}.given, ' '))) OR "
            + _alike(f"{one}.family", f"{other}.given")
            for one, other in (("a", "b"), ("b", "a"))
        )
        part = f"""
            a.words = b.words OR (a.more + b.more > 4 AND a.words_set & b.words_set > 0
                                  AND len({_common("words")}) > 1)
        """
        return f"""
            CASE WHEN a.is_unread <> b.is_unread THEN {self.name}
                 WHEN a.native = b.native OR a.is_open OR b.is_open THEN {self.name}
                 WHEN a.native IS NOT NULL AND b.native IS NOT NULL
                 THEN {max(weight["given differs"], weight["different"])}
                 WHEN {kin} THEN CASE WHEN ({own}) OR {part} OR {crossed} THEN {self.name}
                                      ELSE {weight["given differs"]} END
                 WHEN {part} OR {crossed} THEN {self.name}
                 WHEN {own} THEN {max(weight["family changed"], weight["different"])}
                 ELSE {weight["different"]} END
        """


def _common(field: str) -> str:
    """Of several texts (see `_several`) those that both have."""
    both = (f"string_split(trim({side}.{field}), ' ')" for side in "ab")
    return f"list_intersect({', '.join(both)})"


def _in_common(field: str) -> str:
    return f"""
        (a.{field}_set & b.{field}_set > 0
         AND CASE WHEN a.{field}_set & b.{field}_set > 0
                  THEN a.{field} = b.{field} OR len({_common(field)}) > 0 END)
    """


_COMMON_NUMBER: Final = _in_common("numbers")
# Two words of which four fifths are alike have most of their letters in common.
_MAY_BE_ONE_STREET: Final = """
    (a.words > 1 OR b.words > 1
     OR bit_count(xor(a.street_set, b.street_set)) <= 0.2 * (length(a.street) + length(b.street)))
"""
_IS_ANOTHER_HOUSE: Final = f"""
    (CASE WHEN a.words > 0 AND b.words > 0 THEN NOT {_MAY_BE_ONE_STREET}
          ELSE (a.words > 0 OR b.words > 0) AND a.numbers IS NOT NULL AND b.numbers IS NOT NULL
               AND NOT {_COMMON_NUMBER} END)
"""


def _alike(left: str, right: str) -> str:
    """Of one sound, or so alike that it may be a slip of the pen: two letters wrong, or of a
    Jaro-Winkler similarity that leaves three letters in ten without a partner."""
    return f"""
        ({left}_sound = {right}_sound
         OR (least(length({left}), length({right})) >= 4
             AND bit_count(xor({left}_set, {right}_set))
                 <= greatest(4, 0.3 * (length({left}) + length({right})))
             AND (jaro_winkler_similarity({left}, {right}) >= 0.909
                  OR (abs(length({left}) - length({right})) <= 2
                      AND damerau_levenshtein({left}, {right}) <= 2))))
    """
