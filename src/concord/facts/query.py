"""From facts to one SQL statement: aggregates over the rows, and what joins them.

For each fact the statement gives its value and a mask of reasons why it would be unknown; for one
customer also how many records it rests on. Compiled once for a set of facts and a scope.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from concord.dmn.feel import ast
from concord.facts import lists, reasons
from concord.facts.expression import Aggregate, Reading, read
from concord.facts.fact import Fact
from concord.facts.rows import FIRM, NULLS, Rows, Scope, members
from concord.facts.sql import Scalar, Sql

_FUNCTIONS = {
    "count": "count(*)",
    "sum": "sum({0})",
    "min": "min({0})",
    "max": "max({0})",
    "mean": "avg({0}::numeric)",
    "distinct values": "array_agg(DISTINCT {0})",
}


@dataclass(frozen=True)
class Statement:
    """`sql` gives, for each fact in order: value, mask and, for one customer, records. For one,
    two columns follow: what sources say of which types, and the sources; for all, the customer
    stands first."""

    sql: str
    keys: tuple[str, ...]


@lru_cache(maxsize=256)
def statement(facts: tuple[Fact, ...], scope: Scope, by_unit: bool) -> Statement:
    """The statement for these facts. `by_unit` restricts unit facts to the parameter `unit`."""
    parts = [_Part(scope, facts, by_unit)]
    if not scope.one:
        parts = [_Part(each, of, by_unit) for each, of in _by_scope(facts, scope)]
    columns: list[str] = []
    for fact in facts:
        part = next(each for each in parts if fact in each.facts)
        columns += part.outer(fact)
    keys = tuple(fact.key for fact in facts)
    if scope.one:
        return Statement(_for_one(parts[0], columns), keys)
    return Statement(_for_all(parts, columns, scope), keys)


def scope_for(facts: tuple[Fact, ...], *, one: bool, then: bool, back: bool) -> Scope:
    return Scope(one, any(fact.scope == "group" for fact in facts), then, back)


def evidence_sql(fact: Fact, scope: Scope, by_unit: bool) -> str:
    """The records that the fact rests on, or would rest on if it knew enough: id and list."""
    part = _Part(scope, (fact,), by_unit)
    picked = " UNION ALL ".join(
        f"SELECT r.id, '{each.list}' AS list FROM rows r WHERE {where}"
        for each in part.reading(fact).aggregates
        for where in [part.picks(fact, each)]
    )
    return f"WITH RECURSIVE {part.ctes()} {picked or 'SELECT NULL::bigint, NULL WHERE false'}"


def _by_scope(facts: tuple[Fact, ...], scope: Scope) -> Iterator[tuple[Scope, tuple[Fact, ...]]]:
    own = tuple(fact for fact in facts if fact.scope == "self")
    group = tuple(fact for fact in facts if fact.scope == "group")
    if own:
        yield Scope(False, False, scope.then, scope.back), own
    if group:
        yield Scope(False, True, scope.then, scope.back), group


def _for_one(part: _Part, columns: list[str]) -> str:
    told = "array_agg(DISTINCT r.type || ' ' || r.source_id) AS told"
    return (
        f"WITH RECURSIVE {part.ctes()},"
        f" agg AS (SELECT {', '.join([*part.inner(), told])} FROM rows r)"
        f" SELECT {', '.join([*columns, 'agg.told'])}, (SELECT json_agg(json_build_array("
        "k.id, k.key, k.last_spoke_at, extract(epoch FROM k.fresh_within))) FROM kernel_source k"
        " WHERE k.id IN (SELECT p.source_id FROM members m JOIN customers_profile p"
        " ON p.id = m.profile_id UNION SELECT split_part(t, ' ', 2)::bigint FROM unnest(agg.told) t"
        ")), c.merged_into_id FROM agg JOIN customers_customer c ON c.id = %(customer)s"
    )


def _for_all(parts: list[_Part], columns: list[str], scope: Scope) -> str:
    joins = ""
    for part in parts:
        inner = part.inner()
        if inner:
            joins += (
                f" LEFT JOIN (WITH RECURSIVE {part.ctes()} SELECT r.customer,"
                f" {', '.join(inner)} FROM rows r GROUP BY r.customer) {part.alias}"
                f" ON {part.alias}.customer = c.id"
            )
    whose = "c.merged_into_id IS NULL"
    if scope.then:
        whose = (
            "EXISTS (SELECT FROM customers_membership m WHERE m.customer_id = c.id"
            f" AND {scope.known('m')})"
        )
    return f"SELECT c.id, {', '.join(columns)} FROM customers_customer c{joins} WHERE {whose}"


class _Part:
    """The facts of one scope, and the aggregates that they share."""

    def __init__(self, scope: Scope, facts: tuple[Fact, ...], by_unit: bool) -> None:
        self.scope, self.facts, self.by_unit = scope, facts, by_unit
        used: set[tuple[str, str]] = set()
        names: dict[str, None] = {}
        for fact in facts:
            for each in self.reading(fact).aggregates:
                names[each.list] = None
                used |= {(each.list, field) for field in each.fields}
        self.rows = Rows(scope, frozenset(used), tuple(names))
        self.aggregates: dict[str, str] = {}  # SQL → column name
        self._outer = {fact.key: self._compile(fact) for fact in facts}

    @property
    def alias(self) -> str:
        return "agg" if self.scope.one or not self.scope.group else "grp"

    def reading(self, fact: Fact) -> Reading:
        return read(fact.expression)

    def ctes(self) -> str:
        fence = f"rows AS NOT MATERIALIZED ({self.rows.sql()})"
        return f"{FIRM}, {members(self.scope)}, {fence}"

    def inner(self) -> list[str]:
        return [f'{sql} AS "{name}"' for sql, name in self.aggregates.items()]

    def outer(self, fact: Fact) -> list[str]:
        return self._outer[fact.key]

    def _compile(self, fact: Fact) -> list[str]:
        reading = self.reading(fact)
        columns = {
            (each.start, each.end): self.value(fact, each) for each in reading.aggregates
        }
        masks = [mask for each in reading.aggregates if (mask := self.mask(fact, each))]

        def leaf(node: ast.Node) -> Sql | None:
            match node:
                case ast.Path(of=ast.Name(name=lists.CUSTOMER), name="kind"):
                    return Sql("c.kind", "string")
                case ast.Path(of=ast.Name(name=lists.CUSTOMER), name=name):
                    return Sql(f"(c.golden #>> '{{{name},value}}')", "string")
                case ast.Call():
                    return columns.get((node.start, node.end))
            return None

        value = Scalar(fact.expression, leaf).sql(reading.expression.tree)
        mask = " | ".join(masks) or "0"
        result = [value.text, mask]
        if self.scope.one:
            picks = [f"({self.picks(fact, each)})" for each in reading.aggregates]
            counted = f"count(*) FILTER (WHERE {' OR '.join(picks)})" if picks else ""
            result.append(f'agg."{self._named(counted)}"' if counted else "0")
        return result

    def value(self, fact: Fact, aggregate: Aggregate) -> Sql:
        """The aggregate as a column of the inner query, and its type."""
        argument, kind = "", "number"
        if aggregate.field:
            argument = self._field(aggregate, aggregate.field)
            kind = lists.field_of(aggregate.list, aggregate.field).type
        function = _FUNCTIONS[aggregate.function].format(argument)
        name = self._named(f"{function} FILTER (WHERE {self.picks(fact, aggregate)})")
        column = f'{self.alias}."{name}"'
        if aggregate.function == "count":
            return Sql(f"coalesce({column}, 0)", "number")
        if aggregate.function == "distinct values":
            return Sql(f"coalesce({column}, '{{}}'::{NULLS[kind]}[])", f"list<{kind}>")
        return Sql(column, kind)

    def mask(self, fact: Fact, aggregate: Aggregate) -> str:
        """The reasons why the aggregate is unknown, as a column; empty where it cannot be.

        A row that is surely counted makes it unknown by the value that it lacks; one that is not,
        but would be if what is unknown of it were known, by what is unknown of it.
        """
        doubtful = {f for f in aggregate.fields if self.rows.doubtful(aggregate.list, f)}
        asked = sorted(doubtful & {f for each in aggregate.conditions for f in each.fields})
        doubt = " | ".join(self._unknown(aggregate, f) for f in asked)
        lacks, troubles = "0", [f"({doubt}) <> 0"] if doubt else []
        if aggregate.field:
            value = self._field(aggregate, aggregate.field)
            lacks = f"CASE WHEN {value} IS NULL THEN {reasons.MISSING} ELSE 0 END"
            troubles.append(f"{value} IS NULL")
            if aggregate.field in doubtful:
                unknown = self._unknown(aggregate, aggregate.field)
                lacks = f"CASE WHEN {unknown} <> 0 THEN {unknown} ELSE {lacks} END"
                troubles.append(f"{unknown} <> 0")
        if not troubles:
            return ""
        surely, possibly = self.counts(fact, aggregate, "surely"), "false"
        if doubt:
            possibly = self.counts(fact, aggregate, "possibly")
        name = self._named(
            f"bit_or(CASE WHEN {surely} THEN {lacks} WHEN {possibly} THEN {doubt or 0} ELSE 0 END)"
            f" FILTER (WHERE {self._within(fact, aggregate)} AND ({' OR '.join(troubles)}))"
        )
        return f'coalesce({self.alias}."{name}", 0)'

    def picks(self, fact: Fact, aggregate: Aggregate) -> str:
        """The condition that a row is counted."""
        return f"{self._within(fact, aggregate)} AND {self.counts(fact, aggregate, 'plainly')}"

    def counts(self, fact: Fact, aggregate: Aggregate, how: str) -> str:
        """The aggregate's conditions on a row of its list: `plainly` as they are; `surely`, where
        nothing unknown is asked; `possibly`, where all that is unknown speaks for it."""
        scalar = self._scalar(fact, aggregate)
        tests = [self._test(each.tree, aggregate, scalar, how) for each in aggregate.conditions]
        return " AND ".join(tests) or "true"

    def _test(self, node: ast.Node, aggregate: Aggregate, scalar: Scalar, how: str) -> str:
        match node:
            case (ast.And(left=left, right=right) | ast.Or(left=left, right=right)) if (
                how != "plainly"
            ):
                word = "AND" if isinstance(node, ast.And) else "OR"
                sides = [self._test(side, aggregate, scalar, how) for side in (left, right)]
                return f"({sides[0]} {word} {sides[1]})"
        test, doubt = scalar.sql(node).text, self._doubt(node, aggregate)
        if how == "plainly" or not doubt:
            return test
        return f"({doubt} = 0 AND {test})" if how == "surely" else f"({doubt} <> 0 OR {test})"

    def _doubt(self, node: ast.Node, aggregate: Aggregate) -> str:
        """What is unknown of the fields that the node asks for, as a sum of reasons."""
        names = {
            each.name for each in ast.walk(node) if isinstance(each, ast.Name) and not each.builtin
        }
        doubtful = sorted(f for f in names if self.rows.doubtful(aggregate.list, f))
        return f"({' | '.join(self._unknown(aggregate, f) for f in doubtful)})" if doubtful else ""

    def _within(self, fact: Fact, aggregate: Aggregate) -> str:
        """Whose rows, and of which types and unit."""
        of = lists.record_list(aggregate.list).types
        among = ", ".join(f"'{each}'" for each in of)
        tests = [f"r.type IN ({among})" if len(of) > 1 else f"r.type = {among}"]
        if self.scope.one and self.scope.group and fact.scope == "self":
            tests.append("r.own")
        if self.by_unit and fact.unit:
            tests.append("(r.unit IS NULL OR r.unit = %(unit)s)")
        return " AND ".join(tests)

    def _scalar(self, fact: Fact, aggregate: Aggregate) -> Scalar:
        def leaf(node: ast.Node) -> Sql | None:
            if isinstance(node, ast.Name) and not node.builtin:
                kind = lists.field_of(aggregate.list, node.name).type
                return Sql(self._field(aggregate, node.name), kind)
            return None

        return Scalar(fact.expression, leaf)

    def _field(self, aggregate: Aggregate, field: str) -> str:
        return f'r."{self.rows.column(aggregate.list, field)}"'

    def _unknown(self, aggregate: Aggregate, field: str) -> str:
        return f'r."?{self.rows.column(aggregate.list, field)}"'

    def _named(self, sql: str) -> str:
        return self.aggregates.setdefault(sql, f"a{len(self.aggregates)}")
