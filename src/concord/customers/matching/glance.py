# ruff: noqa: S608 - names and numbers of our own in SQL, no input
"""A glance at two profiles: most of those that share a key are told apart by a few numbers.

An upper bound like `Ranges`, a rougher one: it is asked of tens of millions of pairs, before those
that share several keys are counted once. `a` and `b` are two rows of `looks`, one for each name.
"""

from __future__ import annotations

from typing import Final

from concord.customers.matching.ranges import IS_NEAR_BIRTH, NOTHING, Ranges

# Letters in which two words may differ that are a slip apart, or of a Jaro-Winkler similarity of
# nine tenths: at least two (one wrong), of nine letters four (two wrong), of more 0.46 of them.
_SLACK: Final = "CASE WHEN length({0}) >= 4 THEN greatest(2, floor(0.46 * length({0}))) END"

LOOKS: Final = """
    SELECT n, person, people, odd, birth, contacts, short, placed, numbers_set AS numbers,
           tax IS NOT NULL AS tax, reg IS NOT NULL AS reg, schemes IS NOT NULL AS others
    FROM sides
"""
CALLS: Final = f"""
    SELECT names.n, coalesce(is_unread OR is_open, false) AS open,
           CASE WHEN native IS NOT NULL THEN hash(native) END AS native,
           kin_set AS kin, given_bit, is_double, words_set AS words, more, lines_set AS lines,
           length(first) = 1 AS initial,
           family_set AS family, {_SLACK.format("family")}::TINYINT AS family_slack,
           hash(family_sound) AS family_sound,
           given_set AS given, {_SLACK.format("given")}::TINYINT AS given_slack,
           hash(given_sound) AS given_sound,
           first_set AS first, {_SLACK.format("first")}::TINYINT AS first_slack,
           hash(first_sound) AS first_sound
    FROM names JOIN sides ON names.n = sides.n AND person
"""


def beside(most: Ranges) -> str:
    """The most that two persons, rows of LOOKS, weigh beside their names."""
    return f"({_birth(most)} + {_contacts(most)} + {_place(most)})"


def _birth(most: Ranges) -> str:
    return f"""
        CASE WHEN a.birth IS NULL OR b.birth IS NULL THEN 0
             WHEN a.birth = b.birth THEN {most.of("birth_date", "same")}
             WHEN {IS_NEAR_BIRTH} THEN {most.of("birth_date", "near", "differs")}
             ELSE {most.of("birth_date", "differs")} END
    """


def _contacts(most: Ranges) -> str:
    reached = most.any_of("email") + most.any_of("phone")
    apart = sum(most.of(field, "differs", NOTHING) for field in ("email", "phone"))
    return f"""
        CASE WHEN a.contacts & b.contacts > 0 OR a.short OR b.short THEN {reached} ELSE {apart} END
        + CASE WHEN a.tax AND b.tax THEN {most.any_of("tax_id")} ELSE 0 END
        + CASE WHEN a.reg AND b.reg THEN {most.any_of("registration_id")} ELSE 0 END
        + CASE WHEN a.others AND b.others THEN 1000 ELSE 0 END
    """


def _place(most: Ranges) -> str:
    another = most.of("address", "street", "alike", "differs", NOTHING) + most.any_of("place")
    return f"""
        CASE WHEN NOT (a.placed AND b.placed) THEN 0
             WHEN a.numbers & b.numbers > 0 THEN {most.any_of("address") + most.any_of("place")}
             ELSE {another} END
    """


def called(most: Ranges) -> str:
    """The most that one name of each weighs, rows of CALLS, or nothing where there is no name."""
    weight = most.scale.weights["name"]
    kin = f"a.kin & b.kin > 0 OR {_near('family', 'family')}"
    own = f"""
        a.initial OR b.initial OR a.lines & b.lines > 0 OR a.given_sound = b.given_sound
        OR {_near("first", "first")}
    """
    whole = f"""
        a.open OR b.open OR a.native = b.native OR a.words = b.words
        OR (a.more + b.more > 4 AND (a.words & b.words = a.words OR a.words & b.words = b.words))
        OR ({_crossed("a", "b")}) OR ({_crossed("b", "a")})
    """
    return f"""
        CASE WHEN a.n IS NULL OR b.n IS NULL THEN 0
             WHEN a.native <> b.native AND NOT (a.open OR b.open)
             THEN {max(weight["given differs"], weight["different"])}
             WHEN {kin} THEN CASE WHEN {own} THEN {most.name} WHEN {whole} THEN {most.name}
                                  ELSE {weight["given differs"]} END
             WHEN {whole} THEN {most.name}
             WHEN {own} THEN {max(weight["family changed"], weight["different"])}
             ELSE {weight["different"]} END
    """


def _crossed(one: str, other: str) -> str:
    """The family name of one is the other's given name, and the other way round."""
    return f"""
        ({one}.kin & {other}.given_bit > 0 OR {_near("family", "given", one, other)})
        AND ({other}.is_double OR {other}.kin & {one}.given_bit > 0
             OR {one}.given_sound = {other}.family_sound
             OR {_near("first", "family", one, other)})
    """


def _near(of_one: str, of_other: str, one: str = "a", other: str = "b") -> str:
    apart = f"bit_count(xor({one}.{of_one}, {other}.{of_other}))"
    return f"""
        {one}.{of_one}_sound = {other}.{of_other}_sound
        OR {apart} <= {one}.{of_one}_slack OR {apart} <= {other}.{of_other}_slack
    """
