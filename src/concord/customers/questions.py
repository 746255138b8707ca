"""What a person is asked: one question for each two customers, and one for each entry in doubt.

Matching asks about pairs of profiles; a person decides about customers. All pairs between the same
two are one question, which goes away once the customers are one, or somebody said that they are
different. Doubts come first, then the strongest evidence.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.core.cache import caches

from concord.customers.models import Pair
from concord.customers.rows import fetch

DOUBT: Final = 1_000.0  # ranks above every score

# Customers of whom somebody said that they are different, and did not take it back.
_APART: Final = """
    SELECT DISTINCT least(ml.customer_id, mr.customer_id) AS one,
           greatest(ml.customer_id, mr.customer_id) AS other
    FROM customers_judgement j
    JOIN customers_membership ml ON ml.profile_id = j.left_id AND ml.known_to IS NULL
    JOIN customers_membership mr ON mr.profile_id = j.right_id AND mr.known_to IS NULL
    WHERE j.verdict = 'different' AND NOT EXISTS (
        SELECT FROM customers_judgement later
        WHERE later.left_id = j.left_id AND later.right_id = j.right_id AND later.id > j.id
          AND (later.verdict = 'withdrawn' AND (later.evidence->>'takes_back')::bigint = j.id
               OR later.verdict = 'same' AND later.by_id IS NOT NULL AND NOT EXISTS (
                   SELECT FROM customers_judgement back
                   WHERE back.left_id = j.left_id AND back.right_id = j.right_id
                     AND back.id > later.id AND back.verdict = 'withdrawn'
                     AND (back.evidence->>'takes_back')::bigint = later.id)))
"""
_OPEN: Final = f"""
    WITH apart AS MATERIALIZED ({_APART}),
    asked AS (
        SELECT CASE WHEN p.doubted_id IS NULL THEN least(l.customer_id, r.customer_id)
                    ELSE l.customer_id END AS one,
               CASE WHEN p.doubted_id IS NULL THEN greatest(l.customer_id, r.customer_id)
                    ELSE p.doubted_id END AS other,
               p.doubted_id IS NOT NULL AS is_doubt, p.score, p.id
        FROM customers_pair p
        JOIN customers_membership l ON l.profile_id = p.left_id AND l.known_to IS NULL
        JOIN customers_membership r ON r.profile_id = p.right_id AND r.known_to IS NULL
    ),
    question AS (
        SELECT one, other, is_doubt, CASE WHEN is_doubt THEN {DOUBT} ELSE max(score) END AS rank,
               array_agg(id ORDER BY score DESC, id) AS pairs
        FROM asked
        WHERE is_doubt OR NOT EXISTS (
            SELECT FROM apart WHERE apart.one = asked.one AND apart.other = asked.other)
        GROUP BY one, other, is_doubt
    )
"""  # noqa: S608 - no input in it

# Nobody asks, decides or moves a profile without a trace in one of these.
_STATE: Final = """
    SELECT (SELECT count(*) FROM customers_pair), (SELECT max(id) FROM customers_pair),
           (SELECT max(id) FROM customers_membership), judged.id, judged.at
    FROM (SELECT 1) always
    LEFT JOIN (SELECT id, at FROM customers_judgement ORDER BY id DESC LIMIT 1) judged ON TRUE
"""
_CACHE: Final = "customers.questions.waiting"
_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class Question:
    """`pairs` are all that lies between the two, the strongest first.

    Of a doubt, `one` is the customer and `other` the profile that may not belong to them any more;
    otherwise both are customers.
    """

    one: UUID
    other: UUID
    is_doubt: bool
    rank: float
    pairs: tuple[Pair, ...]

    @property
    def place(self) -> tuple[str, str, str]:
        """Where it stands in the order, for a cursor."""
        return str(self.rank), str(self.one), str(self.other)


def waiting() -> int:
    """How many questions wait for a person.

    Every page of who may judge says it, and counting ten thousand pairs takes a tenth of a second:
    so it is counted anew only where something has changed that a question rests on.
    """
    [state] = fetch(_STATE)
    known = caches["process"].get(_CACHE)
    if known is None or known[0] != state:
        known = state, int(fetch(f"{_OPEN} SELECT count(*) FROM question")[0][0])  # noqa: S608
        caches["process"].set(_CACHE, known, _SECONDS)
    return int(known[1])


def following(place: tuple[float, UUID, UUID] | None = None) -> Question | None:
    """The first question, or the next after a place; after the last one the first again."""
    if place is not None:
        found = _questions(
            "WHERE (rank, other, one) < (%(rank)s, %(other)s, %(one)s)",
            {"rank": place[0], "one": place[1], "other": place[2]},
        )
        if found:
            return found[0]
    return next(iter(_questions()), None)


def between(one: UUID, other: UUID) -> Question | None:
    """The question about these two, in any order; None when it is asked no more."""
    found = _questions(
        "WHERE one = %(a)s AND other = %(b)s OR one = %(b)s AND other = %(a)s AND NOT is_doubt",
        {"a": one, "b": other},
    )
    return next(iter(found), None)


def of_customer(customer: UUID, limit: int = 20) -> list[Question]:
    """What is asked about one customer."""
    where = "WHERE one = %(c)s OR other = %(c)s AND NOT is_doubt"
    return _questions(where, {"c": customer}, limit)


def listed(limit: int) -> list[Question]:
    """The first questions, in order."""
    return _questions(limit=limit)


def _questions(where: str = "", given: Any = None, limit: int = 1) -> list[Question]:
    rows = fetch(
        f"""
        {_OPEN} SELECT one, other, is_doubt, rank, pairs FROM question {where}
        ORDER BY rank DESC, other DESC, one DESC LIMIT %(limit)s
        """,  # noqa: S608 - our own words
        {**(given or {}), "limit": limit},
    )
    pairs = _pairs([pk for row in rows for pk in row[4]])
    return [
        Question(one, other, is_doubt, rank, tuple(pairs[pk] for pk in ids if pk in pairs))
        for one, other, is_doubt, rank, ids in rows
    ]


def _pairs(ids: Collection[int]) -> dict[int, Pair]:
    return Pair.objects.select_related("left__source", "right__source").in_bulk(list(ids))
