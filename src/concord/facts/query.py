# ruff: noqa: S608 - only names and constants of our own are put together; values are bound
"""From facts to one SQL statement: aggregates over one scan of the rows, and what joins them.

Compiled once for a set of facts and a scope, then kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Literal

from psycopg import sql as quoting

from concord.facts.compiled import Compiled
from concord.facts.expression import read
from concord.facts.fact import Fact
from concord.facts.rows import FIRM, Rows, Scope, members
from concord.kernel.prepared import Prepared

TOLD = "array_agg(DISTINCT r.type || ' ' || r.source_id) FILTER (WHERE r.id IS NOT NULL) AS told"
SOURCES = (
    "(SELECT json_agg(json_build_array("
    "k.id, k.key, k.last_spoke_at, extract(epoch FROM k.fresh_within))) FROM kernel_source k"
    " WHERE k.id IN (SELECT p.source_id FROM members m JOIN customers_profile p"
    " ON p.id = m.profile_id AND (p.withdrawn_at IS NULL OR p.withdrawn_at > %(known_at)s)"
    " UNION SELECT split_part(t, ' ', 2)::bigint FROM unnest(agg.told) t))"
)
UNITS = (
    "SELECT DISTINCT CASE WHEN k.key IN (SELECT r.unit FROM rows r) THEN k.key ELSE '' END AS key"
    " FROM kernel_unit k"
)
# Sets of profiles as if each were a customer, by its number.
GIVEN = (
    "(SELECT n.id, n.golden::jsonb AS golden"
    " FROM unnest(%(numbers)s::int[], %(goldens)s::text[]) n(id, golden))"
)
TYPES = {
    "customer": "uuid",
    "as_of": "date",
    "today": "date",
    "day_over": "timestamptz",
    "known_at": "timestamptz",
    "unit": "text",
}

# Of which business units the unit facts count: of the whole company (all), of the one of the
# parameter `unit`, or of each that has records, in a line of its own, with one more line for any
# other unit. A record that belongs to no unit counts for each.
Units = Literal["all", "one", "each"]


@dataclass(frozen=True)
class Statement:
    """For all customers: the customer, then value and mask of each fact, in order. For one: value,
    mask and number of records of each, then `type source` pairs, the sources (id, key, last word,
    promise in seconds), of each attribute that is read whose word it is and since when, for each
    unit its key ("" for any other one; else null), and whom it was merged into."""

    sql: str
    keys: tuple[str, ...]

    @cached_property
    def prepared(self) -> Prepared:
        return Prepared(self.sql, TYPES)


def scope_for(
    facts: tuple[Fact, ...],
    *,
    one: bool,
    then: bool,
    back: bool,
    some: bool = False,
    span: bool = False,
) -> Scope:
    group = any(fact.scope == "group" for fact in facts)
    return Scope(one, group, then, back, some=some, span=span)


def scope_given(facts: tuple[Fact, ...], *, back: bool) -> Scope:
    """For sets of profiles. Of a group, a set that is no customer yet is no part."""
    if of_groups := [fact.key for fact in facts if fact.scope == "group"]:
        raise ValueError(f"facts of a group are derived of customers only: {of_groups}")
    return Scope(one=False, back=back, given=True)


@lru_cache(maxsize=256)
def statement(facts: tuple[Fact, ...], scope: Scope, units: Units) -> Statement:
    """The statement for these facts; each unit in a line of its own for one customer only."""
    keys = tuple(fact.key for fact in facts)
    if scope.one:
        return Statement(_for_one(_Part(scope, facts, units)), keys)
    parts = [_Part(each, of, units) for each, of in _by_scope(facts, scope)]
    return Statement(_for_all(parts, facts, scope), keys)


def relation_sql(of: Statement, facts: tuple[Fact, ...], doubts: bool = False) -> str:
    """The statement for all customers with named columns; unknown is null, nothing its empty. With
    `doubts`, `?name` says beside each fact whether it is unknown."""
    names, columns = ["customer"], ["f.customer"]
    for at, fact in enumerate(facts):
        names += [f"v{at}", f"m{at}"]
        empty = "NULL" if fact.empty is None else quoting.Literal(fact.empty).as_string()
        columns.append(
            f'CASE WHEN f.m{at} = 0 THEN coalesce(f.v{at}, {empty}) END AS "{fact.name}"'
        )
        if doubts:
            columns.append(f'f.m{at} <> 0 AS "?{fact.name}"')
    return f"SELECT {', '.join(columns)} FROM ({of.sql}) f ({', '.join(names)})"


def type_of(fact: Fact, *, one: bool) -> str:
    """Of which FEEL type the fact's expression is, when it is compiled. Nothing is kept of it."""
    scope = scope_for((fact,), one=one, then=False, back=True)
    return str(_Part(scope, (fact,), "all").compiled[fact.key].type)


@lru_cache(maxsize=256)
def evidence(fact: Fact, scope: Scope, units: Units) -> Prepared:
    """The ids of the records that the fact rests on."""
    part = _Part(scope, (fact,), units)
    picks = " OR ".join(f"({each})" for each in part.compiled[fact.key].picks) or "false"
    return Prepared(f"WITH RECURSIVE {part.ctes()} SELECT r.id FROM rows r WHERE {picks}", TYPES)


def _by_scope(facts: tuple[Fact, ...], scope: Scope) -> Iterator[tuple[Scope, tuple[Fact, ...]]]:
    for group in (False, True):
        of = tuple(fact for fact in facts if (fact.scope == "group") is group)
        if of:
            yield replace(scope, group=group), of


def _for_one(part: _Part) -> str:
    columns = []
    for compiled in part.compiled.values():
        picked = " OR ".join(f"({each})" for each in compiled.picks) or "false"
        count = part.name(f"count(*) FILTER (WHERE {picked})")
        columns += [compiled.value, compiled.mask, count]
    unit, of = "NULL::text AS unit", "rows r"
    if part.units == "each":
        unit, of = "n.key AS unit", f"({UNITS}) n LEFT JOIN rows r ON true GROUP BY n.key"
    return (
        f"WITH RECURSIVE {part.ctes()},"
        f" agg AS (SELECT {', '.join([*part.inner(), TOLD, unit])} FROM {of})"
        f" SELECT {', '.join(columns)}, agg.told, {SOURCES}, {part.attributes()}, agg.unit,"
        " c.merged_into_id"
        " FROM agg JOIN customers_customer c ON c.id = %(customer)s"
    )


def _for_all(parts: list[_Part], facts: tuple[Fact, ...], scope: Scope) -> str:
    columns, joins = ["c.id"], ""
    for fact in facts:
        found = next(part.compiled[fact.key] for part in parts if fact.key in part.compiled)
        columns += [found.value, found.mask]
    for part in parts:
        if part.inner():
            joins += (
                f" LEFT JOIN (WITH RECURSIVE {part.ctes()} SELECT r.customer,"
                f" {', '.join(part.inner())} FROM rows r GROUP BY r.customer) {part.alias}"
                f" ON {part.alias}.customer = c.id"
            )
    who, whose = "customers_customer", "c.merged_into_id IS NULL"
    if scope.given:
        who, whose = GIVEN, "true"
    if scope.then:
        whose = (
            "EXISTS (SELECT FROM customers_membership m WHERE m.customer_id = c.id"
            f" AND {scope.known('m')})"
        )
    if scope.some:
        whose += " AND c.id = ANY(%(customers)s)"
    if scope.span:
        whose += " AND c.id BETWEEN %(first)s AND %(last)s"
    return f"SELECT {', '.join(columns)} FROM {who} c{joins} WHERE {whose}"


class _Part:
    """Facts over one relation of rows, and the aggregates that they share."""

    def __init__(self, scope: Scope, facts: tuple[Fact, ...], units: Units) -> None:
        self.scope, self.units = scope, units
        self.alias = "grp" if scope.group and not scope.one else "agg"
        self.columns: dict[str, str] = {}  # the SQL of an aggregate → the name of its column
        aggregates = [each for fact in facts for each in read(fact.expression).aggregates]
        self.rows = Rows(
            scope,
            frozenset((each.list, field) for each in aggregates for field in each.fields),
            tuple(dict.fromkeys(each.list for each in aggregates)),
        )
        self.compiled = {
            fact.key: Compiled(fact, self.rows, self.only(fact), self.name) for fact in facts
        }

    def name(self, aggregate: str) -> str:
        """The column of an aggregate, the same for the same SQL."""
        name = self.columns.setdefault(aggregate, f"a{len(self.columns)}")
        return f"{self.alias}.{name}"

    def inner(self) -> list[str]:
        return [f"{sql} AS {name}" for sql, name in self.columns.items()]

    def ctes(self) -> str:
        once = "" if self.units == "each" else "NOT "  # several units read the same rows
        return f"{FIRM}, {members(self.scope)}, rows AS {once}MATERIALIZED ({self.rows.sql()})"

    def attributes(self) -> str:
        """Source and time of the golden attributes that the facts read; null for none."""
        read_ = {name for each in self.compiled.values() for name in each.reading.attributes}
        pairs = ", ".join(
            f"'{name}', json_build_array(c.golden #>> '{{{name},source}}',"
            f" c.golden #>> '{{{name},at}}')"
            for name in sorted(read_)
        )
        return f"json_build_object({pairs})" if pairs else "NULL"

    def only(self, fact: Fact) -> str:
        """The condition that a row counts for the fact at all: whose it is, and of which unit."""
        tests = []
        if self.scope.one and self.scope.group and fact.scope == "self":
            tests.append("r.own")
        if self.units != "all" and fact.unit:
            unit = "%(unit)s" if self.units == "one" else "n.key"
            tests.append(f"(r.unit IS NULL OR r.unit = {unit})")
        return " AND ".join(tests)
