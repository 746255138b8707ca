# ruff: noqa: S608 - names and numbers of our own in SQL, no input
"""Of two profiles that share a key, what is told without comparing them: who cannot reach a
question, and who surely joins.

SQL of DuckDB for the tens of millions of pairs of a first load. A bound, never an estimate:
whatever `compare` gives lies within it (tests hold it over all pairs that they have), so that only
those are compared of whom it leaves open what becomes of them. What is not plain (two kinds, many
scripts) it leaves open.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from concord.customers.matching import called, glance, weights
from concord.customers.matching.model import ORGANISATION, PERSON, Model, Scale
from concord.customers.matching.ranges import (
    DOMAIN,
    EMAIL,
    IS_ANOTHER_HOUSE,
    IS_NEAR_BIRTH,
    OWN_MAIL,
    OWN_PHONE,
    PHONE,
    SAME_HOUSE,
    Ranges,
    in_common,
)

SORTS: Final = {"phone": PHONE, "email": EMAIL, "domain": DOMAIN}
NEARLY: Final = 0.01  # scores are rounded to a hundredth


def statements(model: Model, ours: int) -> Iterator[str]:
    """Statements that make the tables `survivors` (l, r) of the pairs to compare, and `sure` (l, r)
    of those that join.

    There are `keys` and `held` (see `run`), `sides` and `names` (see `sketch`).
    """
    yield from _pairs(model, ours)
    yield """
        CREATE OR REPLACE TABLE weighed
        (l UINTEGER, r UINTEGER, sort VARCHAR, beside DOUBLE, is_hopeless BOOLEAN, alone DOUBLE,
         is_sure BOOLEAN)
    """
    yield _weighed(model.person)
    yield _weighed(model.organisation)
    yield from _survivors(model)
    yield "CREATE OR REPLACE TABLE sure AS SELECT l, r FROM weighed WHERE is_sure"


def _pairs(model: Model, ours: int) -> Iterator[str]:
    """Who shares a key and is not told apart at a glance.

    `bits` say what sorts of keys the two have in common, `crowded` of which sorts both have keys of
    so many that they were left out.
    """
    cap = weights.BLOCK_CAP
    yield f"CREATE OR REPLACE TABLE looks AS {glance.LOOKS}"
    yield f"""
        CREATE OR REPLACE TABLE crowded AS
        SELECT n, bit_or(keys.bit) AS bits FROM keys JOIN held USING (k)
        WHERE holders > {cap} AND held.bit > 0 GROUP BY n
    """
    yield f"""
        CREATE OR REPLACE TABLE near AS
        SELECT k, n, keys.bit FROM keys JOIN held USING (k) WHERE holders <= {cap}
    """
    yield f"CREATE OR REPLACE TABLE calls AS {glance.CALLS}"
    most, least = Ranges(model.person, max), _least_wanted(model.person)
    yield f"""
        CREATE OR REPLACE TABLE pairs AS
        WITH sharing AS MATERIALIZED (
            SELECT x.n AS l, y.n AS r, x.bit FROM near x JOIN near y ON x.k = y.k AND x.n < y.n
            WHERE x.n < {ours}
        ), looked AS MATERIALIZED (
            SELECT p.*, {_SORT} AS sort, {glance.beside(most)} AS beside
            FROM sharing p JOIN looks a ON a.n = p.l JOIN looks b ON b.n = p.r
            WHERE NOT (a.person AND b.person) OR {glance.beside(most)} + {most.name} >= {least}
        ), likely AS (
            SELECT l, r, bit, sort FROM looked WHERE sort <> '{PERSON}'
            UNION ALL
            SELECT l, r, bit, sort
            FROM looked p LEFT JOIN calls a ON a.n = p.l LEFT JOIN calls b ON b.n = p.r
            WHERE sort = '{PERSON}' AND beside + {glance.called(most)} >= {least}
        )
        SELECT l, r, pair.sort, pair.bits, coalesce(one.bits & other.bits, 0) AS crowded
        FROM (SELECT l, r, any_value(sort) AS sort, bit_or(bit) AS bits FROM likely
              GROUP BY l, r) pair
        LEFT JOIN crowded one ON one.n = l LEFT JOIN crowded other ON other.n = r
    """


_SORT: Final = f"""
    CASE WHEN a.person AND b.person THEN '{PERSON}'
         WHEN a.odd OR b.odd THEN 'odd'
         WHEN NOT (a.person OR b.person) THEN '{ORGANISATION}'
         WHEN a.people AND b.people THEN 'two {PERSON}' ELSE 'two {ORGANISATION}' END
"""


def _weighed(scale: Scale) -> str:
    """Of each pair that is weighed on this scale and may be asked about, or surely joins: the most
    that it weighs beside the name. One of two kinds is never sure."""
    most, least = Ranges(scale, max), Ranges(scale, min)
    two, apart = f"two {scale.kind}", scale.bits("kind", "differs")
    fields = ", ".join(f"{sql} AS {field}" for field, sql in most.fields.items())
    return f"""
        INSERT INTO weighed
        SELECT l, r, sort, beside, {_NOTHING if scale.kind == PERSON else "false"} AS is_hopeless,
               CASE WHEN {_NOTHING_OF_ONES_OWN} THEN {NEVER} ELSE 0 END AS alone,
               is_plain AND least >= {scale.automatic + NEARLY} AS is_sure
        FROM (
            SELECT *, {" + ".join(most.fields)}
                      + CASE WHEN sort = '{two}' THEN {apart} ELSE 0 END AS beside
            FROM (
                SELECT p.l, p.r, p.sort, {IS_ANOTHER_HOUSE} AS is_another_house,
                       a.postcode = b.postcode AS is_one_postcode,
                       (a.birth = b.birth OR {IS_NEAR_BIRTH}) IS NOT TRUE AS is_another_birth,
                       (p.bits | p.crowded) & {EMAIL} > 0 AS is_one_mail,
                       (a.birth IS NOT NULL AND b.birth IS NOT NULL) OR (a.mail AND b.mail)
                       OR (a.phone AND b.phone) AS is_known,
                       p.sort = '{scale.kind}' AND {_is_plain(scale)} AS is_plain,
                       CASE WHEN is_plain THEN {least.named_alike} + {least.beside} END AS least,
                       {fields}
                FROM pairs p JOIN sides a ON a.n = p.l JOIN sides b ON b.n = p.r
                WHERE p.sort IN ('{scale.kind}', '{two}')
            )
        )
        WHERE is_sure OR {_may_reach(scale, str(most.name))}
    """


_NOTHING: Final = """
    (is_known AND birth <= 0 AND email <= 0 AND phone <= 0 AND ids <= 0 AND house <= 0
     AND (place <= 0 OR (is_another_house AND is_one_postcode IS NOT TRUE)))
"""  # another house in one city is another address


# Nobody asks whether two are one whose names differ, unless something of a person's own agrees.
NEVER: Final = 1_000
_NOTHING_OF_ONES_OWN: Final = "is_another_birth AND NOT is_one_mail AND ids <= 0"


def _may_reach(scale: Scale, name: str) -> str:
    """Whether they may be asked about, or joined: of namesakes of whom all else that is known
    differs nobody asks."""
    total = f"(beside + {name})"
    return (
        f"({total} >= {_least_wanted(scale)}"
        f" AND (NOT is_hopeless OR {total} >= {scale.automatic - NEARLY}))"
    )


def _least_wanted(scale: Scale) -> float:
    return min(scale.review, scale.automatic) - NEARLY


def _is_plain(scale: Scale) -> str:
    """Whether one name of theirs agrees, something of their own does, and nothing could forbid that
    they are one."""
    is_person = scale.kind == PERSON
    same = ["tax", "reg", "birth"] if is_person else ["tax", "reg", "birth", "country", "forms"]
    differ = [f"coalesce(a.{field} <> b.{field}, false)" for field in same]
    own = [_OF_A_PERSON] if is_person else [f"({' OR '.join(_OF_A_FIRM)})", _ONE_SITE]
    return f"""
        ({in_common("alike")} AND NOT (a.odd OR b.odd)
         AND (a.schemes IS NULL OR b.schemes IS NULL)
         AND NOT ({" OR ".join(differ)}) AND {" AND ".join(own)})
    """


_HAVE_OTHER_MAIL: Final = f"(a.mail AND b.mail AND p.bits & {EMAIL} = 0)"
_SAME_NUMBER: Final = "coalesce(a.tax = b.tax OR a.reg = b.reg, false)"
_OF_A_PERSON: Final = f"""
    (coalesce(a.birth = b.birth, false) OR {OWN_MAIL} OR {_SAME_NUMBER}
     OR (coalesce({OWN_PHONE}, false) AND NOT {_HAVE_OTHER_MAIL}))
"""
_OF_A_FIRM: Final = (OWN_MAIL, f"coalesce({OWN_PHONE}, false)", SAME_HOUSE, _SAME_NUMBER)
# The stores of a chain have one name, and each its own line.
_ONE_SITE: Final = f"""
    (NOT (a.phone AND b.phone) OR coalesce({OWN_PHONE}, false) OR {SAME_HOUSE}
     OR (NOT (a.placed AND b.placed) AND {_SAME_NUMBER}))
"""


def _survivors(model: Model) -> Iterator[str]:
    """By their names, too: of persons any two of them, of companies all words together."""
    person, firm = Ranges(model.person, max), Ranges(model.organisation, max)
    yield f"""
        CREATE OR REPLACE TABLE survivors AS
        SELECT l, r FROM pairs WHERE sort = 'odd'
        UNION ALL
        SELECT DISTINCT l, r FROM (
            SELECT l, r, beside, is_hopeless, {called.persons(person, "p.alone")} AS called
            FROM weighed p LEFT JOIN names a ON a.n = p.l LEFT JOIN names b ON b.n = p.r
            WHERE sort IN ('{PERSON}', 'two {PERSON}') AND NOT is_sure
        ) WHERE {_may_reach(model.person, "called")}
        UNION ALL
        SELECT l, r FROM (
            SELECT l, r, any_value(beside) AS beside, false AS is_hopeless,
                   {called.companies(firm)} AS called
            FROM weighed p JOIN words a ON a.n = p.l JOIN words b ON b.n = p.r
            WHERE sort IN ('{ORGANISATION}', 'two {ORGANISATION}') AND NOT is_sure
            GROUP BY l, r
        ) WHERE {_may_reach(model.organisation, "called")}
    """
