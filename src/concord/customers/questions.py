# ruff: noqa: S608 - only constants of our own are put together; values are bound
"""What a person is asked: one question for each two customers, and one for each entry in doubt.

Matching asks about pairs of profiles; a person decides about customers. All pairs between the same
two are one question, which goes away once the customers are one, or somebody said that they are
different. First comes what a decision would change most (`customers.stakes`), then doubts, then the
strongest evidence.

The questions are no table of their own: they are read from the pairs in their order, as far as a
page needs, so that a hundred thousand of them cost a page no more than ten. What is asked of whom
(claims, second opinions, what somebody set aside) is left out on the way.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.core.cache import caches

from concord.customers.models import Pair
from concord.customers.restrictions import CUSTOMERS as RESTRICTED
from concord.customers.rows import fetch
from concord.customers.stakes import TREATED
from concord.kernel.time import now

MOST: Final = 1_000  # so many are counted, and no more: nobody does them in a week
Place = tuple[float, int, float, int]

# Whether somebody said of any two profiles of the customers that they are different, and did not
# take it back.
_IS_APART: Final = """
    (SELECT 1
     FROM customers_membership fl
     JOIN customers_membership fr ON fr.customer_id = r.customer_id AND fr.known_to IS NULL
     JOIN customers_judgement j ON j.left_id = least(fl.profile_id, fr.profile_id)
                               AND j.right_id = greatest(fl.profile_id, fr.profile_id)
     WHERE fl.customer_id = l.customer_id AND fl.known_to IS NULL
       AND j.verdict = 'different' AND NOT EXISTS (
        SELECT FROM customers_judgement later
        WHERE later.left_id = j.left_id AND later.right_id = j.right_id AND later.id > j.id
          AND (later.verdict = 'withdrawn' AND (later.evidence->>'takes_back')::bigint = j.id
               OR later.verdict = 'same' AND later.by_id IS NOT NULL AND NOT EXISTS (
                   SELECT FROM customers_judgement back
                   WHERE back.left_id = j.left_id AND back.right_id = j.right_id
                     AND back.id > later.id AND back.verdict = 'withdrawn'
                     AND (back.evidence->>'takes_back')::bigint = later.id)))
     LIMIT 1)
"""
# Whether another pair of the same question comes before this one: that one stands for it.
_IS_BEHIND: Final = """
    CASE WHEN p.doubted_id IS NULL THEN
        (SELECT 1
         FROM customers_membership fl
         JOIN customers_membership fr ON fr.customer_id = r.customer_id AND fr.known_to IS NULL
         JOIN customers_pair q ON q.left_id = least(fl.profile_id, fr.profile_id)
                              AND q.right_id = greatest(fl.profile_id, fr.profile_id)
         WHERE fl.customer_id = l.customer_id AND fl.known_to IS NULL AND q.doubted_id IS NULL
           AND (q.stake, q.score, q.id) > (p.stake, p.score, p.id)
         LIMIT 1)
    ELSE
        (SELECT 1 FROM customers_pair q
         WHERE q.doubted_id = p.doubted_id AND (q.stake, q.score, q.id) > (p.stake, p.score, p.id)
         LIMIT 1)
    END
"""
_RANK: Final = "CASE WHEN p.doubted_id IS NOT NULL THEN 1 ELSE 0 END"
_ORDER: Final = f"(p.stake, {_RANK}, p.score, p.id)"
_WALK: Final = f"""
    SELECT n.one, n.other, p.doubted_id IS NOT NULL AS is_doubt,
           p.stake, {_RANK} AS rank, p.score, p.id
    FROM customers_pair p
    CROSS JOIN LATERAL (SELECT customer_id FROM customers_membership
                        WHERE profile_id = p.left_id AND known_to IS NULL LIMIT 1) l
    CROSS JOIN LATERAL (SELECT customer_id FROM customers_membership
                        WHERE profile_id = p.right_id AND known_to IS NULL LIMIT 1) r
    CROSS JOIN LATERAL (SELECT
        CASE WHEN p.doubted_id IS NULL THEN least(l.customer_id, r.customer_id)
             ELSE l.customer_id END AS one,
        CASE WHEN p.doubted_id IS NULL THEN greatest(l.customer_id, r.customer_id)
             ELSE p.doubted_id END AS other OFFSET 0) n
    WHERE (l.customer_id = r.customer_id) = (p.doubted_id IS NOT NULL)
      AND l.customer_id <> ALL(ARRAY({RESTRICTED})) AND r.customer_id <> ALL(ARRAY({RESTRICTED}))
      AND {{where}}
      AND ({_IS_BEHIND}) IS NULL
      AND (p.doubted_id IS NOT NULL OR {_IS_APART} IS NULL)
    ORDER BY p.stake DESC, {_RANK} DESC, p.score DESC, p.id DESC
    LIMIT %(limit)s
"""

# Each question with whether a second opinion on it is wanted, and all pairs between the two.
_WHOLE: Final = """
    SELECT w.one, w.other, w.is_doubt,
           EXISTS (SELECT FROM opinion o WHERE o.one = w.one AND o.other = w.other),
           CASE WHEN w.is_doubt THEN
               (SELECT array_agg(q.id ORDER BY q.is_bridge, q.score DESC, q.id)
                FROM customers_pair q WHERE q.doubted_id = w.other)
           ELSE
               (SELECT array_agg(q.id ORDER BY q.score DESC, q.id)
                FROM customers_membership a
                JOIN customers_membership b ON b.customer_id = w.other AND b.known_to IS NULL
                JOIN customers_pair q ON q.left_id = least(a.profile_id, b.profile_id)
                                     AND q.right_id = greatest(a.profile_id, b.profile_id)
                WHERE a.customer_id = w.one AND a.known_to IS NULL AND q.doubted_id IS NULL)
           END, w.stake, w.rank, w.score, w.id
    FROM ({walk}) w ORDER BY w.stake DESC, w.rank DESC, w.score DESC, w.id DESC
"""

# The second opinions that are wanted, by the question that they are about now.
_OPINIONS: Final = """
    WITH opinion AS MATERIALIZED (
        SELECT one, other, asked_by_id, of_id,
               id = max(id) OVER question AS is_last,
               array_agg(asked_by_id) OVER question AS askers
        FROM (SELECT o.id,
                     CASE WHEN o.of_entry THEN r.customer_id
                          ELSE least(l.customer_id, r.customer_id) END AS one,
                     CASE WHEN o.of_entry THEN o.right_id
                          ELSE greatest(l.customer_id, r.customer_id) END AS other,
                     o.asked_by_id, CASE WHEN u.is_active THEN o.of_id END AS of_id
              FROM customers_secondopinion o
              JOIN customers_membership l ON l.profile_id = o.left_id AND l.known_to IS NULL
              JOIN customers_membership r ON r.profile_id = o.right_id AND r.known_to IS NULL
              LEFT JOIN kernel_user u ON u.id = o.of_id
              WHERE o.answered_at IS NULL) wanted
        WINDOW question AS (PARTITION BY one, other))
"""
# The one that was asked last says whose it is: a colleague may have passed it on.
_MINE: Final = "is_last AND coalesce(of_id = %(me)s, %(me)s <> ALL(askers))"
_NOT_MINE: Final = "is_last AND NOT coalesce(of_id = %(me)s, %(me)s <> ALL(askers))"
_HERE: Final = "one = n.one AND other = n.other"

# Nobody asks, decides or moves a profile without a trace in one of these.
_STATE: Final = f"""
    SELECT (SELECT count(*) FROM (SELECT FROM customers_pair LIMIT {4 * MOST}) few),
           (SELECT max(id) FROM customers_pair), (SELECT max(id) FROM customers_membership),
           judged.id, judged.at,
           (SELECT max(since) FROM customers_restriction WHERE lifted_at IS NULL),
           (SELECT count(*) FROM customers_restriction WHERE lifted_at IS NULL),
           (SELECT count(*) FROM customers_rightsrequest WHERE closed_at IS NULL)
    FROM (SELECT 1) always
    LEFT JOIN (SELECT id, at FROM customers_judgement ORDER BY id DESC LIMIT 1) judged ON TRUE
"""
_CACHE: Final = "customers.questions.waiting"
RIGHTS: Final = "customers.rights.waiting"  # what the room beside says on the same page
_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class Question:
    """`pairs` are all that lies between the two, the strongest first; `place` where it stands.

    Of a doubt, `one` is the customer and `other` the profile that may not belong to them any more;
    otherwise both are customers. Of a weak bridge (also a doubt), what lies beyond it goes with
    that profile.
    """

    one: UUID
    other: UUID
    is_doubt: bool
    pairs: tuple[Pair, ...]
    place: Place = (0.0, 0, 0.0, 0)
    has_opinion: bool = False  # a second one is wanted

    @property
    def is_bridge(self) -> bool:
        return bool(self.pairs) and all(pair.is_bridge for pair in self.pairs)

    @property
    def beyond(self) -> frozenset[UUID]:
        """The profiles that are in question: of a doubt the entry, of a bridge its far side."""
        if not self.is_bridge:
            return frozenset({self.other})
        return frozenset(UUID(each) for each in self.pairs[0].evidence.get("beyond", ()))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of the questions; without `me`, all of them.

    With `me`, those that this person (an id) is handed: not what another one has open, nor what
    they set aside, nor what another one was asked for a second opinion on. `which` is one of
    WHICH, `stake` of STAKES, `about` a kind of customer, `source` the id of a source.
    """

    me: int | None = None
    which: str = ""
    stake: str = ""
    about: str = ""
    source: int | None = None
    also_open: bool = False  # with what another one has open, which a list says

    @property
    def is_narrow(self) -> bool:
        return bool(self.which or self.stake or self.about or self.source)


# The pairs of customers whom few rows name: looked up, where walking past all others would be long.
_NEAR_FEW: Final = """p.id = ANY(ARRAY(
    SELECT q.id FROM {few} few
    JOIN customers_membership m ON m.customer_id = few.one AND m.known_to IS NULL
    CROSS JOIN LATERAL (SELECT id FROM customers_pair WHERE left_id = m.profile_id
                        UNION ALL SELECT id FROM customers_pair WHERE right_id = m.profile_id) q))
"""
_MY_ASIDES: Final = "(SELECT one FROM customers_setaside WHERE by_id = %(me)s AND until > %(now)s)"
WHICH: Final[Mapping[str, str]] = {
    "pairs": "p.doubted_id IS NULL",
    "doubts": "p.doubted_id IS NOT NULL AND NOT p.is_bridge",
    "bridges": "p.is_bridge",
    "opinions": (
        f"{_NEAR_FEW.format(few='opinion')}"
        f" AND (SELECT 1 FROM opinion WHERE {_HERE} AND {_MINE} LIMIT 1) IS NOT NULL"
    ),
    "asked": (
        f"{_NEAR_FEW.format(few='opinion')}"
        f" AND (SELECT 1 FROM opinion WHERE {_HERE} AND asked_by_id = %(me)s LIMIT 1) IS NOT NULL"
    ),
    "aside": (
        f"{_NEAR_FEW.format(few=_MY_ASIDES)}"
        f" AND (SELECT 1 FROM customers_setaside WHERE {_HERE} AND by_id = %(me)s"
        " AND until > %(now)s LIMIT 1) IS NOT NULL"
    ),
}
STAKES: Final[Mapping[str, str]] = {
    "treatment": f"p.stake >= {TREATED}",
    "money": f"p.stake < {TREATED} AND p.stake >= 1",
    "little": "p.stake < 1",
}
EVERY: Final = Wanted()


def waiting() -> int:
    """How many questions wait for a person, counted up to MOST.

    Every page of who may judge says it: so it is counted anew only where something has changed
    that a question rests on, and while there are too many to count, once a minute.
    """
    [(*state, requests)] = fetch(_STATE)
    caches["process"].set(RIGHTS, requests, _SECONDS)
    known = caches["process"].get(_CACHE)
    if known is None or (known[0] != state and known[1] < MOST):
        known = state, len(_rows(*_walk(EVERY, None), MOST))
        caches["process"].set(_CACHE, known, _SECONDS)
    return int(known[1])


def following(place: Place | None = None, wanted: Wanted = EVERY) -> Question | None:
    """The first question, or the next after a place; after the last one the first again."""
    if place is not None and (found := listed(1, place, wanted)):
        return found[0]
    return next(iter(listed(1, wanted=wanted)), None)


def listed(limit: int, place: Place | None = None, wanted: Wanted = EVERY) -> list[Question]:
    """The first questions, or the next after a place, in order."""
    return _asked(*_walk(wanted, place), limit)


def between(one: UUID, other: UUID) -> Question | None:
    """The question about these two, in any order; None when it is asked no more."""
    where = f"({_HERE_IS} OR p.doubted_id IS NULL AND n.one = %(b)s AND n.other = %(a)s)"
    near = f"(p.doubted_id = %(b)s OR p.id IN ({_NEAR_BOTH}))"
    return next(iter(_asked(f"{near} AND {where}", {"a": one, "b": other}, 1)), None)


def of_customer(customer: UUID, limit: int = 20) -> list[Question]:
    """What is asked about one customer."""
    return _asked(f"p.id IN ({_NEAR})", {"a": customer}, limit)


_HERE_IS: Final = "n.one = %(a)s AND n.other = %(b)s"
_NEAR: Final = """
    SELECT q.id FROM customers_membership m JOIN customers_pair q ON q.left_id = m.profile_id
    WHERE m.customer_id = %(a)s AND m.known_to IS NULL
    UNION ALL
    SELECT q.id FROM customers_membership m JOIN customers_pair q ON q.right_id = m.profile_id
    WHERE m.customer_id = %(a)s AND m.known_to IS NULL
"""
_NEAR_BOTH: Final = """
    SELECT q.id
    FROM customers_membership ma
    JOIN customers_membership mb ON mb.customer_id = %(b)s AND mb.known_to IS NULL
    JOIN customers_pair q ON q.left_id = least(ma.profile_id, mb.profile_id)
                         AND q.right_id = greatest(ma.profile_id, mb.profile_id)
    WHERE ma.customer_id = %(a)s AND ma.known_to IS NULL
"""


# Reading the pairs in order


def _walk(wanted: Wanted, place: Place | None) -> tuple[str, dict[str, Any]]:
    """Which pairs are walked past, as SQL with its values."""
    where = []
    given: dict[str, Any] = {"me": wanted.me, "now": now()}
    if place is not None:
        where.append(f"{_ORDER} < (%(stake)s, %(rank)s, %(score)s, %(pair)s)")
        given |= dict(zip(("stake", "rank", "score", "pair"), place, strict=True))
    if wanted.stake in STAKES:
        where.append(STAKES[wanted.stake])
    if wanted.about:
        where.append("p.about = %(about)s")
        given["about"] = wanted.about
    if wanted.source is not None:
        where.append("p.sources @> ARRAY[%(source)s]::bigint[]")
        given["source"] = wanted.source
    if wanted.which in WHICH:
        where.append(WHICH[wanted.which])
    if wanted.me is not None:
        where += _for_me(wanted)
    return " AND ".join(where) or "true", given


def _for_me(wanted: Wanted) -> list[str]:
    """What keeps a question away from this person, each with how it is seen."""
    where = []
    if not wanted.also_open:
        where.append(
            f"(SELECT 1 FROM customers_claim WHERE {_HERE} AND by_id <> %(me)s"
            " AND until > %(now)s LIMIT 1) IS NULL"
        )
    if wanted.which != "aside":
        where.append(
            f"(SELECT 1 FROM customers_setaside WHERE {_HERE} AND by_id = %(me)s"
            " AND until > %(now)s LIMIT 1) IS NULL"
        )
    if wanted.which != "asked":
        where.append(f"(SELECT 1 FROM opinion WHERE {_HERE} AND {_NOT_MINE} LIMIT 1) IS NULL")
    return where


def _rows(where: str, given: Mapping[str, Any], limit: int) -> list[tuple[Any, ...]]:
    return fetch(f"{_OPINIONS} {_WALK.format(where=where)}", {**given, "limit": limit})


def _asked(where: str, given: Mapping[str, Any], limit: int) -> list[Question]:
    """The questions with all pairs of each. Two queries."""
    walk = _WALK.format(where=where)
    found = fetch(f"{_OPINIONS} {_WHOLE.format(walk=walk)}", {**given, "limit": limit})
    pairs = _pairs([pk for row in found for pk in row[4] or ()])
    return [
        Question(
            one,
            other,
            is_doubt,
            tuple(pairs[pk] for pk in ids or () if pk in pairs),
            tuple(place),
            has_opinion,
        )
        for one, other, is_doubt, has_opinion, ids, *place in found
    ]


def _pairs(ids: Collection[int]) -> dict[int, Pair]:
    return Pair.objects.select_related("left__source", "right__source").in_bulk(list(ids))
