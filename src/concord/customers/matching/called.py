"""SQL for the most that two names weigh: what parts of them may still agree."""

from __future__ import annotations

from concord.customers.matching.ranges import Ranges, common, in_common


def persons(of: Ranges, alone: str) -> str:
    """`a` and `b` are two rows of `sketch.NAMES`, or nothing where a person has no name.

    `alone` is how much less it is where the names differ for sure.
    """
    weight = of.scale.weights["name"]
    kin = f"a.family = b.family OR {in_common('kin')} OR {_alike('a.family', 'b.family')}"
    first = f"""
        a.first = b.first
        OR CASE WHEN length(a.first) = 1 OR length(b.first) = 1
                THEN a.first[1] = b.first[1] OR a.lines IS NOT NULL OR b.lines IS NOT NULL
                WHEN a.lines IS NOT NULL AND b.lines IS NOT NULL THEN {in_common("lines")}
                ELSE {_alike("a.first", "b.first")} END
    """
    middle = f"""
        a.middle IS NULL OR b.middle IS NULL OR a.middle = b.middle
        OR length(a.first) = 1 OR length(b.first) = 1
        OR CASE WHEN length(a.middle) = 1 OR length(b.middle) = 1 THEN a.middle[1] = b.middle[1]
                ELSE {_alike("a.middle", "b.middle")} END
    """
    own = f"a.given = b.given OR a.given_sound = b.given_sound OR (({first}) AND ({middle}))"
    crossed = f"({_crossed('a', 'b')}) OR ({_crossed('b', 'a')})"
    part = f"""
        a.words = b.words OR (a.more + b.more > 4 AND a.words_set & b.words_set > 0
                              AND a.words_set & b.words_set IN (a.words_set, b.words_set)
                              AND len({common("words")}) > 1)
    """
    return f"""
        CASE WHEN a.words IS NULL OR b.words IS NULL THEN 0
             WHEN a.is_unread <> b.is_unread THEN {of.name}
             WHEN a.native = b.native OR a.is_open OR b.is_open THEN {of.name}
             WHEN a.native IS NOT NULL AND b.native IS NOT NULL
             THEN {max(weight["given differs"], weight["different"])} - {alone}
             WHEN {kin} THEN CASE WHEN ({own}) OR {part} OR {crossed} THEN {of.name}
                                  ELSE {weight["given differs"]} - {alone} END
             WHEN {part} OR {crossed} THEN {of.name}
             WHEN {own} THEN {max(weight["family changed"], weight["different"])}
             ELSE {weight["different"]} - {alone} END
    """


def _crossed(one: str, other: str) -> str:
    """The family name of one is the other's given name, and the other way round."""
    return f"""
        (({one}.kin_set & {other}.given_bit > 0
          AND contains({one}.kin, concat(' ', {other}.given, ' ')))
         OR {_alike(f"{one}.family", f"{other}.given")})
        AND ({other}.is_double OR {one}.given_sound = {other}.family_sound
             OR {_alike(f"{one}.first", f"{other}.family")})
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


def companies(of: Ranges) -> str:
    """Over all pairs of a row of `sketch.WORDS` of each, `a` and `b`."""
    weight = of.scale.weights["name"]
    apart = "bit_count(xor(a.letters, b.letters))"
    is_alike = f"""
        (a.sound = b.sound OR {apart} <= greatest(2, 0.46 * greatest(a.size, b.size))
         OR (a.start = b.start AND (a.letters & b.letters = a.letters
                                    OR a.letters & b.letters = b.letters)))
    """
    of_a, of_b = (
        f"bit_or(CASE WHEN a.bit > 0 AND b.bit > 0 AND {is_alike} THEN {side}.bit ELSE 0 END)"
        for side in "ab"
    )
    acronym = max(weight["acronym"], weight["overlap"], weight["different"])
    is_whole = f"bool_or(a.bit = 0 AND b.bit = 0 AND {apart} <= 0.08 * (a.size + b.size))"
    all_a, all_b = (
        f"{bits} & any_value({side}.every) = any_value({side}.every)"
        for side, bits in (("a", of_a), ("b", of_b))
    )
    is_short = "least(any_value(a.every), any_value(b.every)) = 1"
    is_told = "bool_or(a.is_told OR b.is_told)"
    overlap, extended = (
        max(weight["overlap"], weight["different"]),
        max(weight["extended"], acronym),
    )
    return f"""
        CASE WHEN bool_or(a.is_open OR b.is_open) OR {is_whole} OR ({all_a} AND {all_b})
             THEN {of.name}
             WHEN {all_a} OR {all_b} THEN {extended}
             WHEN {of_a} > 0 AND {is_told} THEN {extended}
             WHEN {is_short} THEN {acronym}
             WHEN {of_a} > 0 OR {is_told} THEN {overlap}
             ELSE {weight["different"]} END
    """
