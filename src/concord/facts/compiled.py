"""One fact over the relation of `rows`: its aggregates, its value, and when it is in doubt.

The expression is compiled by `concord.dmn`. What is added here is doubt: a row that is surely
counted makes the fact unknown by a value that it lacks; one that is not, but would be if what is
unknown of it were known, by what is unknown of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Literal

from psycopg import sql as quoting

from concord import dmn
from concord.customers.survivorship import SURVIVORSHIP
from concord.dmn.feel import ast
from concord.dmn.sql import Field, ListSource, SqlSchema
from concord.dmn.sql.compiler import SqlCompiler
from concord.facts import lists, reasons
from concord.facts.expression import Aggregate, read
from concord.facts.fact import Fact
from concord.facts.rows import Rows, untold
from concord.kernel.errors import Problem

How = Literal["plainly", "surely", "possibly"]
_PREFIX = "p"
_NAME = re.compile(rf"\b{_PREFIX}_a\d+\b")
_PARAMETER = re.compile(r"%\((\w+)\)s")
CUSTOMER = {
    f"{lists.CUSTOMER}.{name}": Field(f"(c.golden #>> '{{{name},value}}')", "string")
    for name in SURVIVORSHIP
}


class Compiled:
    """`value`, `mask` and `picks` are SQL over columns that `name(aggregate)` gives; `only` is the
    condition that a row counts for this fact at all. Raises Problem for what does not compile."""

    def __init__(self, fact: Fact, rows: Rows, only: str, name: Callable[[str], str]) -> None:
        self.fact, self.rows, self.only, self.name = fact, rows, only, name
        self.reading = read(fact.expression)
        sources = {each: self._source(each) for each in {a.list for a in self.reading.aggregates}}
        self.schema = SqlSchema(CUSTOMER, sources)
        try:
            self.compiler = SqlCompiler(
                self.reading.expression, self.schema, "postgres", _PREFIX, grouped=True
            )
            result = self.compiler.result()
            text = self.compiler.text(result.sql)
        except dmn.SqlRefusedError as error:
            raise Problem(str(error), place=fact.key) from error
        self.type = result.type
        columns = {each.name: name(self._inlined(each.text)) for each in self.compiler.aggregates}
        # Names first: a constant that looks like one stays a constant.
        self.value = self._inlined(_NAME.sub(lambda found: columns[found[0]], text))
        self.picks = [self._picks(each) for each in self.reading.aggregates if not each.decides]
        masks = [mask for each in self.reading.aggregates if (mask := self._mask(each))]
        if fact.everyday:
            masks.append(f"({untold(rows.scope, fact.types)})")
        self.mask = " | ".join(masks) or "0"

    def _source(self, name: str) -> ListSource:
        of = lists.record_list(name)
        types = ", ".join(f"'{each}'" for each in of.types)
        fields = {
            field.name: Field(self._column(name, field.name), field.type)
            for field in of.fields.values()
        }
        only = f"r.type IN ({types})" + (f" AND {self.only}" if self.only else "")
        return ListSource("r", "rows", fields, only=only)

    def _column(self, name: str, field: str) -> str:
        return f'r."{self.rows.column(name, field)}"'

    def _inlined(self, text: str) -> str:
        """With the expression's constants quoted in place: what is alike becomes one column."""
        return inlined(text, self.compiler.params)

    # Doubt ------------------------------------------------------------------------------------

    def _mask(self, aggregate: Aggregate) -> str:
        """The reasons why the aggregate is unknown, as a column; empty where it cannot be."""
        asked = sorted({f for each in aggregate.conditions for f in each.fields})
        doubt = self._unknown(aggregate, asked)
        lacks, troubles = "0", [f"{doubt} <> 0"] if doubt else []
        if aggregate.field:
            value = self._column(aggregate.list, aggregate.field)
            lacks = f"CASE WHEN {value} IS NULL THEN {reasons.MISSING} ELSE 0 END"
            troubles.append(f"{value} IS NULL")
            if unknown := self._unknown(aggregate, [aggregate.field]):
                lacks = f"CASE WHEN {unknown} <> 0 THEN {unknown} ELSE {lacks} END"
                troubles.append(f"{unknown} <> 0")
        if not troubles:
            return ""
        cases = f"WHEN {self._counts(aggregate, 'surely')} THEN {lacks}"
        if doubt:
            cases += f" WHEN {self._counts(aggregate, 'possibly')} THEN {doubt}"
        only = self.schema.lists[aggregate.list].only
        column = self.name(
            f"bit_or(CASE {cases} ELSE 0 END) FILTER (WHERE {only} AND ({' OR '.join(troubles)}))"
        )
        return f"coalesce({column}, 0)"

    def _picks(self, aggregate: Aggregate) -> str:
        """The condition that a row is counted."""
        only = self.schema.lists[aggregate.list].only
        return f"{only} AND {self._counts(aggregate, 'plainly')}"

    def _counts(self, aggregate: Aggregate, how: How) -> str:
        """The aggregate's conditions on a row of its list: `plainly` as they are; `surely`, where
        nothing unknown is asked; `possibly`, where all that is unknown speaks for it."""
        self.compiler.scopes.append(("", self.schema.lists[aggregate.list]))
        tests = [self._test(each.tree, aggregate, how) for each in aggregate.conditions]
        self.compiler.scopes.pop()
        return self._inlined(" AND ".join(tests) or "true")

    def _test(self, node: ast.Node, aggregate: Aggregate, how: How) -> str:
        match node:
            case ast.And(left=left, right=right) | ast.Or(left=left, right=right):
                word = "AND" if isinstance(node, ast.And) else "OR"
                sides = [self._test(side, aggregate, how) for side in (left, right)]
                return f"({sides[0]} {word} {sides[1]})"
        test = self.compiler.text(self.compiler.condition(node))
        names = {each.name for each in ast.walk(node) if isinstance(each, ast.Name)}
        doubt = self._unknown(aggregate, sorted(names))
        if how == "plainly" or not doubt:
            return test
        return f"({doubt} = 0 AND {test})" if how == "surely" else f"({doubt} <> 0 OR {test})"

    def _unknown(self, aggregate: Aggregate, fields: list[str]) -> str:
        """The reasons why any of the fields is unknown in a row; empty where none can be."""
        known = lists.record_list(aggregate.list).fields
        doubtful = [
            f'r."?{self.rows.column(aggregate.list, field)}"'
            for field in fields
            if field in known and self.rows.doubtful(aggregate.list, field)
        ]
        return f"({' | '.join(doubtful)})" if doubtful else ""


def inlined(text: str, values: Mapping[str, Any]) -> str:
    """The text with these parameters quoted in place; others stay parameters."""

    def quote(found: re.Match[str]) -> str:
        if found[1] not in values:
            return found[0]
        return quoting.Literal(values[found[1]]).as_string().replace("%", "%%")

    return _PARAMETER.sub(quote, text)
