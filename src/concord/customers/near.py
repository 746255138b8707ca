"""Who may be meant by a name with a slip in it: `brener` for Brenner, Lindquist for Lindqvist.

A second step, for when nobody was found exactly. One slip leaves one half of a word whole, so a
customer is looked for by the tokens of either half (with how the other words begin), and what is
found is compared letter by letter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from rapidfuzz.distance import OSA

from concord.customers.normal.text import is_cjk, latin, plain
from concord.customers.rows import fetch

CANDIDATES: Final = 200  # names that are compared
MOST_WORDS: Final = 4
SHORTEST: Final = 5  # letters of a Latin word: in a shorter one a slip makes another word
SHORTEST_NATIVE: Final = 3
LONG: Final = 8  # from so many letters on two slips are forgiven
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"


def near(text: str, limit: int) -> list[UUID]:
    """The customers whose names are nearly that, the nearest first."""
    words = _words(text)
    ways = list(_ways(words))
    if not ways:
        return []
    tests = " OR ".join(
        "search_tokens @> %s::varchar[]" + (" AND search_tokens && %s::varchar[]" if start else "")
        for _, start in ways
    )
    rows = fetch(
        f"""
        SELECT id, name_norm, golden->'name_latin'->>'value', profile_count
        FROM customers_customer WHERE merged_into_id IS NULL AND ({tests}) LIMIT {CANDIDATES}
        """,  # noqa: S608 - tests of our own, values bound
        [sorted(each) for way in ways for each in way if each],
    )
    ranked = sorted((*slips, row[0]) for row in rows if (slips := _slips(words, row)) is not None)
    return [customer for *_, customer in ranked[:limit]]


def _words(text: str) -> list[str]:
    folded = plain(text[:100])
    words = folded.split() if is_cjk(folded) else latin(folded).split()
    return words[:MOST_WORDS]


def _ways(words: Sequence[str]) -> Iterator[tuple[set[str], set[str]]]:
    """Tokens that a customer has all of, and others of which they have one."""
    beginnings = [_tokens(word[: max(len(word) // 2, 3)]) for word in words]
    for at, word in enumerate(words):
        if len(word) < (SHORTEST_NATIVE if is_cjk(word) else SHORTEST):
            continue
        rest = {token for place, each in enumerate(beginnings) if place != at for token in each}
        half = len(word) // 2
        yield rest | _tokens(word[:half]), set()
        # Neighbours that were exchanged in the very middle are in neither half.
        if ending := _inside(word[half + 1 :]) or _inside(word[half:]):
            first = word[0]
            starts = {f"^{first}"} if is_cjk(word) else {f"^{first}{c}" for c in _LETTERS}
            yield rest | ending, starts


def _tokens(word: str) -> set[str]:
    """Of a word that a customer's word starts with."""
    if is_cjk(word):
        return {f"^{word[0]}"} | _inside(word)
    return {f"^{word[: min(len(word), 3)]}"} | _inside(word[1:])


def _inside(part: str) -> set[str]:
    size = 2 if is_cjk(part) else 3
    return {part[at : at + size] for at in range(len(part) - size + 1)}


def _slips(words: Sequence[str], row: Sequence[Any]) -> tuple[int, int, str] | None:
    """How many letters differ, fewer first; then who is known to more systems."""
    every = [_slips_in(words, name) for name in (row[1], row[2]) if name]
    found = [slips for slips in every if slips is not None]
    return (min(found), -row[3], row[1]) if found else None


def _slips_in(words: Sequence[str], name: str) -> int | None:
    named = _named(name)
    total = 0
    for word in words:
        allowed = 0 if len(word) < 3 else 1 if len(word) < LONG else 2
        least = min((_distance(word, each, allowed) for each in named), default=allowed + 1)
        if least > allowed:
            return None
        total += least
    return total


def _distance(word: str, other: str, allowed: int) -> int:
    """Letters that differ, exchanged neighbours as one; of a longer word its beginning counts."""
    whole = OSA.distance(word, other, score_cutoff=allowed)
    if whole <= allowed or len(other) <= len(word):
        return whole
    return OSA.distance(word, other[: len(word)], score_cutoff=allowed)


@lru_cache(16_384)
def _named(name: str) -> tuple[str, ...]:
    folded = plain(name)
    words = latin(folded).split()
    return (*words, *folded.split()) if is_cjk(folded) else tuple(words)
