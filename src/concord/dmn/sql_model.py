"""A decision and all that it needs as one SELECT: for every row of a table, the answer and the
rules that held.

Each decision becomes a lateral subquery over those before it: its value (a column for each output)
and, for a table, `matched`, the numbers of the rules that held, as Python's `Result.matched` has
them. Tables with hit policy Unique, Any, First and Priority compile, as do decisions of one literal
expression; all else is refused with its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from concord.dmn.columns import constant_value, is_constant
from concord.dmn.compile import Node
from concord.dmn.feel import ast
from concord.dmn.feel.expression import Expression, parse, parse_unary
from concord.dmn.feel.types import Type
from concord.dmn.feel.values import Value
from concord.dmn.hitpolicies import rank
from concord.dmn.model import DecisionTable, Literal, Model
from concord.dmn.problems import Place, Problem, SqlRefusedError
from concord.dmn.sql import ARRAYS, TYPES, Sql, SqlSchema
from concord.dmn.sql_compile import SqlCompiler, Term
from concord.dmn.tables import CompiledTable

_ALL = TYPES | ARRAYS
Column = tuple[str, str]  # SQL text and FEEL type


def decision_sql(
    model: Model,
    decision: str,
    dialect: str = "postgres",
    *,
    source: str = "inputs",
    columns: Mapping[str, str] | None = None,
    keep: Sequence[str] = (),
) -> Sql:
    """`SELECT <keep>, <outputs>, matched FROM source i`. Each input is the column of its own name
    unless `columns` says its SQL, over the alias `i`; its type is the input's. `matched` is
    `{"decision": [1, 4]}` as `jsonb`, for each table of the graph. The outputs are called `value`,
    or by their names where there are several. Raises `SqlRefusedError`, `KeyError`."""
    node = model.compiled.by_name[decision]
    graph = Graph(model, dialect, columns or {})
    for each in model.compiled.order(node):
        graph.add(each)
    outputs = graph.results[node.name]
    matched = "".join(f", '{name}', {text}" for name, text in graph.matched.items())
    picked = [
        *keep,
        *(f"{text} AS {quoted(name or 'value')}" for name, (text, _) in outputs.items()),
        f"jsonb_build_object({matched[2:]}) AS matched",
    ]
    joins = "".join(f" CROSS JOIN LATERAL ({each}) {name}" for name, each in graph.joins.items())
    # Compiled terms, quoted names and the caller's own SQL; every literal is bound.
    text = f"SELECT {', '.join(picked)} FROM {source} i{joins}"  # noqa: S608
    return Sql(text, graph.params, "row", frozenset(graph.binds))


def quoted(name: str) -> str:
    """A name as an SQL identifier; a percent sign would be taken for a parameter."""
    return '"' + name.replace('"', '""').replace("%", "%%") + '"'


@dataclass
class Graph:
    """The subqueries so far. `results` has the columns of each node by output name."""

    model: Model
    dialect: str
    columns: Mapping[str, str]
    params: dict[str, Any] = field(default_factory=dict)
    binds: set[str] = field(default_factory=set)
    joins: dict[str, str] = field(default_factory=dict)
    results: dict[str, dict[str, Column]] = field(default_factory=dict)
    matched: dict[str, str] = field(default_factory=dict)

    def add(self, node: Node) -> None:
        if node.function is not None:
            return
        if node.code is None:
            self.results[node.name] = {"": self.input(node)}
            return
        logic = self.model.decision(node.name).logic
        match logic:
            case DecisionTable():
                self.table(node, self.compiled(node, logic))
            case Literal():
                term = self.term(logic.text, node.place, node.name)
                self.join(node, [("", self.fitting(term, node.type, node))])
            case _:
                raise refused(node.place, "only tables and literal expressions compile to SQL")

    def compiled(self, node: Node, logic: DecisionTable) -> CompiledTable:
        for each in self.model.compiled.tables:
            if each.table is logic:
                return each
        raise refused(node.place, "the table is not part of the model")  # pragma: no cover

    def input(self, node: Node) -> Column:
        """The input's column, converted to its type."""
        if node.type.name not in TYPES:
            raise refused(node.place, f"the input must have a simple type, not {node.type}")
        text = self.columns.get(node.name, f"i.{quoted(node.name)}")
        term = Term(f"({text})::{TYPES[node.type.name]}", node.type.name)
        fitting = self.fitting(term, node.type, node)
        name = f"n{len(self.joins)}"
        self.joins[name] = f"SELECT {fitting.sql} AS c0"
        return f"{name}.c0", node.type.name

    def fitting(self, term: Term, wanted: Type, node: Node) -> Term:
        """The term where the type's allowed values let it pass, else null."""
        known = wanted.name in TYPES
        if known and term.type not in (wanted.name, "null"):
            raise refused(node.place, f"a {wanted} is wanted, not a {term.type}")
        if wanted.allowed is None:
            return term
        test = self.test(wanted.allowed_text, term, node.place)
        return Term(f"(CASE WHEN {test} THEN {term.sql} END)", term.type)

    def join(self, node: Node, terms: list[tuple[str, Term]]) -> None:
        name = f"n{len(self.joins)}"
        columns = [f"{term.sql} AS c{at}" for at, (_, term) in enumerate(terms)]
        self.joins[name] = f"SELECT {', '.join(columns)} OFFSET 0"
        self.results[node.name] = {
            output: (f"{name}.c{at}", term.type) for at, (output, term) in enumerate(terms)
        }

    # Terms ------------------------------------------------------------------------------------

    @property
    def schema(self) -> SqlSchema:
        scalars = {
            f"{name}.{output}" if output else name: column
            for name, outputs in self.results.items()
            for output, column in outputs.items()
        }
        return SqlSchema(scalars=scalars)

    def compiler(self, expression: Expression) -> SqlCompiler:
        return SqlCompiler(expression, self.schema, self.dialect, "p", params=self.params)

    def term(self, text: str, place: Place, column: str) -> Term:
        at = Place(place.decision, place.table, place.rule, column or place.column, text)
        fields = [output for outputs in self.results.values() for output in outputs if output]
        expression = parse(text, self.results, fields=fields, place=at)
        compiler = self.compiler(expression)
        term = compiler.result()
        self.binds |= compiler.binds
        return term

    def test(self, text: str, of: Term, place: Place) -> str:
        """An input cell over the term, as a condition that is true or not."""
        at = Place(place.decision, place.table, place.rule, place.column, text)
        tests = parse_unary(text or "-", self.results, place=at)
        if tests.tree.any:
            return "TRUE"
        compiler = self.compiler(Expression(text, tests.tree, (), tests.place))
        each = [self.one_test(compiler, node, of) for node in tests.tree.tests]
        self.binds |= compiler.binds
        whole = f"(({' OR '.join(each)}) IS TRUE)"
        return f"(NOT {whole})" if tests.tree.negated else whole

    def one_test(self, compiler: SqlCompiler, node: ast.Node, of: Term) -> str:
        if any(isinstance(each, ast.Name) and each.name == "?" for each in ast.walk(node)):
            compiler.schema = SqlSchema(scalars={**self.schema.scalars, "?": (of.sql, of.type)})
            return compiler.condition(node)
        return compiler.test(node, of, exact=False)

    # Tables -----------------------------------------------------------------------------------

    def table(self, node: Node, compiled: CompiledTable) -> None:
        inputs = [
            self.term(clause.expression, compiled.place, clause.title)
            for clause in compiled.table.inputs
        ]
        name = f"n{len(self.joins)}"
        columns = ", ".join(f"{term.sql} AS c{at}" for at, term in enumerate(inputs))
        self.joins[name] = f"SELECT {columns or '1'} OFFSET 0"
        inputs = [Term(f"{name}.c{at}", term.type) for at, term in enumerate(inputs)]
        rules = self.matching(compiled, inputs)
        admitted = self.admitted(compiled, inputs)
        name = f"n{len(self.joins)}"
        self.joins[name] = f"SELECT {rules_held(compiled, rules, admitted)} AS held OFFSET 0"
        held = f"{name}.held"
        self.matched[node.name] = f"to_jsonb({held})"
        outputs = self.outputs(compiled)
        single = len(compiled.names) == 1
        terms = [
            ("" if single else output, self.answer(compiled, held, admitted, outputs, at))
            for at, output in enumerate(compiled.names)
        ]
        if len(terms) == 1:
            terms = [("", self.fitting(terms[0][1], node.type, node))]
        self.join(node, terms)

    def matching(self, compiled: CompiledTable, inputs: list[Term]) -> list[str]:
        """The condition of each rule."""
        rules = []
        for rule in compiled.table.rules:
            tests = []
            for cell, term, clause in zip(rule.inputs, inputs, compiled.table.inputs, strict=True):
                decision, table = compiled.place.decision, compiled.table.name
                place = Place(decision, table, str(rule.index), clause.title)
                tests.append(self.test(cell, term, place))
            rules.append(" AND ".join(test for test in tests if test != "TRUE") or "TRUE")
        return rules

    def admitted(self, compiled: CompiledTable, inputs: list[Term]) -> str:
        """The condition that every input is one of its column's allowed values, or null."""
        tests = [
            f"({term.sql} IS NULL OR {self.test(clause.allowed, term, compiled.place)})"
            for clause, term in zip(compiled.table.inputs, inputs, strict=True)
            if clause.allowed
        ]
        return " AND ".join(tests)

    def outputs(self, compiled: CompiledTable) -> list[list[Term]]:
        """The terms of each rule's outputs."""
        rows = []
        for rule in compiled.table.rules:
            place = Place(compiled.place.decision, compiled.table.name, str(rule.index))
            rows.append(
                [
                    Term("NULL", "null", constant=True)
                    if text in ("", "-")
                    else self.term(text, place, clause.title)
                    for text, clause in zip(rule.outputs, compiled.table.outputs, strict=True)
                ]
            )
        return rows

    def answer(
        self, compiled: CompiledTable, held: str, admitted: str, outputs: list[list[Term]], at: int
    ) -> Term:
        """One output of the table as a CASE over the rules that held."""
        column = [row[at] for row in outputs]
        of = _one_type(compiled, column)
        cases = [
            f"WHEN {condition} THEN {column[rule].sql}"
            for condition, rule in winners(compiled, held, outputs)
        ]
        default = self.default(compiled, at, of)
        otherwise = f" WHEN {held} = '{{}}' THEN {default}" if default else ""
        if not cases and not otherwise:
            return Term(f"NULL::{_ALL[of]}", of)
        whole = f"CASE {' '.join(cases)}{otherwise} END"
        if admitted:
            whole = f"CASE WHEN {admitted} THEN {whole} END"
        return Term(f"({whole})::{_ALL[of]}", of)

    def default(self, compiled: CompiledTable, at: int, of: str) -> str:
        clause = compiled.table.outputs[at]
        if not clause.default:
            return ""
        term = self.term(clause.default, compiled.place, clause.title)
        if term.type not in (of, "null"):
            raise refused(compiled.place, f"the default of '{clause.title}' has another type")
        return term.sql


def rules_held(compiled: CompiledTable, rules: list[str], admitted: str) -> str:
    """The numbers of the rules that hold, as an array; for First only the first."""
    if compiled.table.hit_policy == "F":
        cases = " ".join(f"WHEN {test} THEN ARRAY[{at}]" for at, test in enumerate(rules, 1))
        text = f"CASE {cases} ELSE '{{}}'::int[] END" if cases else "'{}'::int[]"
    else:
        cases = ", ".join(f"CASE WHEN {test} THEN {at} END" for at, test in enumerate(rules, 1))
        text = f"array_remove(ARRAY[{cases}]::int[], NULL)"
    return f"CASE WHEN {admitted} THEN {text} ELSE '{{}}'::int[] END" if admitted else text


def winners(
    compiled: CompiledTable, held: str, outputs: list[list[Term]]
) -> Iterator[tuple[str, int]]:
    """Which rule answers, with the condition over the rules that held."""
    count = len(outputs)
    match compiled.table.hit_policy:
        case "F":
            for rule in range(count):
                yield f"{held}[1] = {rule + 1}", rule
        case "U":
            for rule in range(count):
                yield f"{held} = ARRAY[{rule + 1}]", rule
        case "A":
            yield from _any(compiled, held)
        case "P":
            for rule in _by_priority(compiled):
                yield f"{rule + 1} = ANY({held})", rule
        case policy:
            raise refused(compiled.place, f"the hit policy {policy} does not compile to SQL")


def _any(compiled: CompiledTable, held: str) -> Iterator[tuple[str, int]]:
    """Rules with equal outputs answer together, if no other held."""
    groups: list[tuple[tuple[Value, ...], list[int]]] = []
    for rule, values in enumerate(_constants(compiled)):
        own = next((rules for known, rules in groups if _same(known, values)), None)
        if own is None:
            groups.append((values, [rule]))
        else:
            own.append(rule)
    for _, rules in groups:
        numbers = ", ".join(str(rule + 1) for rule in rules)
        yield f"{held} <> '{{}}' AND {held} <@ ARRAY[{numbers}]", rules[0]


def _same(a: tuple[Value, ...], b: tuple[Value, ...]) -> bool:
    from concord.dmn.feel.operators import equal

    return all(equal(x, y) is True for x, y in zip(a, b, strict=True))


def _by_priority(compiled: CompiledTable) -> list[int]:
    ranked = []
    for rule, values in enumerate(_constants(compiled)):
        single = len(compiled.names) == 1
        result = values[0] if single else dict(zip(compiled.names, values, strict=True))
        ranked.append((rank(compiled, result), rule))
    return [rule for _, rule in sorted(ranked)]


def _constants(compiled: CompiledTable) -> list[tuple[Value, ...]]:
    rows: list[tuple[Value, ...]] = []
    for rule in compiled.table.rules:
        place = Place(compiled.place.decision, compiled.table.name, str(rule.index))
        values: list[Value] = []
        for text in rule.outputs:
            tree = parse(text if text not in ("", "-") else "null", place=place).tree
            if not is_constant(tree):
                raise refused(place, "only constant outputs compile to SQL under this hit policy")
            values.append(constant_value(tree))
        rows.append(tuple(values))
    return rows


def _one_type(compiled: CompiledTable, column: Sequence[Term]) -> str:
    types = {term.type for term in column} - {"null"}
    if len(types) > 1 or not types <= set(_ALL):
        raise refused(compiled.place, f"the outputs are of several types: {', '.join(types)}")
    return types.pop() if types else "string"


def refused(place: Place, message: str) -> SqlRefusedError:
    return SqlRefusedError([Problem("sql.refused", message, place)])
