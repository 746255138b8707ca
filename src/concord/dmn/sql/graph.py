"""A decision and all that it needs as one SELECT: for every row of a table, the answer and the
rules that held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from sqlglot import exp

from concord.dmn.feel import ast
from concord.dmn.feel.expression import Expression, parse, parse_unary
from concord.dmn.feel.types import ANY, Type
from concord.dmn.feel.values import Value
from concord.dmn.model import Model
from concord.dmn.problems import (
    FeelSyntaxError,
    Place,
    SqlRefusedError,
    unknown_name,
    wrong_argument,
)
from concord.dmn.requirements import Node as Element
from concord.dmn.sql import Sql, SqlSchema
from concord.dmn.sql.boxes import box, called, fits
from concord.dmn.sql.compiler import SqlCompiler
from concord.dmn.sql.conditions import cell, one_of
from concord.dmn.sql.dialects import DIALECTS, KINDS
from concord.dmn.sql.layers import Layers
from concord.dmn.sql.rules import refused
from concord.dmn.sql.sight import Outputs, Sight, named
from concord.dmn.sql.terms import Node, Term, any_of, case, is_null, is_true, not_, true, verbatim


def decision_sql(
    model: Model,
    decision: str,
    dialect: str = "postgres",
    *,
    source: str = "inputs",
    columns: Mapping[str, str] | None = None,
    keep: Sequence[str] = (),
) -> Sql:
    """`SELECT <keep>, <outputs>, <matched> FROM source i`. Each input is the source's column of its
    own name unless `columns` says its SQL, over the alias `i`; its type is the input's. `keep`
    names columns of the source to be passed on. The outputs are called `value`, or by their names
    where there are several; a hit policy that gives a list of several outputs gives a list of each.
    For each table of the graph `matched <decision>` is the array of the numbers of the rules that
    held. Raises `SqlRefusedError`, `UnknownNameError`, `ArgumentError`."""
    element = model.compiled.by_name.get(decision)
    if element is None:
        raise unknown_name("decision", decision, model.compiled.by_name)
    if isinstance(keep, str):
        raise wrong_argument(f"`keep` is a list of names, as in [{keep!r}]")
    for name in columns or {}:
        if name not in model.compiled.known:
            raise unknown_name("input", name, [each.name for each in model.inputs])
    graph = Graph(model, dialect, columns or {})
    kept = [(name, graph.layers.given(verbatim(graph.column(name)), "Any").sql) for name in keep]
    for each in model.compiled.order(element):
        graph.add(each)
    if element.key not in graph.results:
        raise refused(element.place, "only decisions compile to SQL")
    outputs = [(name or "value", term.sql) for name, term in graph.results[element.key].items()]
    matched = [(f"matched {name}", node) for name, node in graph.matched.items()]
    of_dialect = graph.dialect.name_of
    wanted = [(of_dialect(name), node) for name, node in (*kept, *outputs, *matched)]
    select = graph.layers.select(source, wanted)
    used = {each.name for each in select.find_all(exp.Placeholder)}
    params = {name: value for name, value in graph.params.items() if name in used}
    return Sql(graph.dialect.text(select), params, "row", frozenset(graph.binds & used))


class Graph:
    """The decisions compiled so far. `results` has the columns of each by its key."""

    def __init__(self, model: Model, dialect: str, columns: Mapping[str, str]) -> None:
        if dialect not in DIALECTS:
            raise refused(Place(), f"'{dialect}' is no dialect that is compiled to")
        self.model = model
        self.dialect = DIALECTS[dialect]
        self.columns = columns
        self.params: dict[str, Any] = {}
        self.binds: set[str] = set()
        self.layers = Layers(self.dialect)
        self.results: dict[str, Outputs] = {}
        self.matched: dict[str, Node] = {}

    def add(self, element: Element) -> None:
        if element.function is not None:
            return
        if element.code is None:
            self.results[element.key] = {"": self._input(element)}
            return
        home, logic = self._home(element)
        sight = self.seeing(element, Sight(element.place, home, type=element.type))
        self.results[element.key] = fits(self, box(self, logic, sight), element.type, sight)

    def told(self, name: str, matched: Node, sight: Sight) -> None:
        """The rules that held in a table of the decision or knowledge model."""
        if sight.when is not None:
            matched = case([(sight.when, matched)], self.dialect.rule_numbers([]))
        before = self.matched.get(name)
        self.matched[name] = matched if before is None else self.dialect.joined(before, matched)

    def _home(self, element: Element) -> tuple[Model, object]:
        """The model that the decision stands in, and its logic."""
        namespace, _, id_ = element.key.rpartition("#")
        return next(
            (model, decision.logic)
            for model in self.models()
            for decision in model.decisions
            if (model.namespace, decision.id) == (namespace, id_)
        )

    def models(self) -> list[Model]:
        """The model and all that it imports."""
        return _with_imports(self.model)

    def seeing(self, element: Element, sight: Sight) -> Sight:
        """The sight with what the element requires."""
        terms: dict[str, Term] = {}
        functions = {}
        for path, key in element.needs:
            terms |= named(".".join(path), self.results.get(key, {}))
            if self.model.compiled.nodes[key].function is not None:
                functions[".".join(path)] = self.model.compiled.nodes[key]
        names = tuple(path[0] for path, _ in element.needs)
        return replace(sight, names=names, terms=terms, functions=functions)

    def _input(self, element: Element) -> Term:
        """The input's column, converted to its type."""
        of = element.type.name
        if of not in KINDS:
            raise refused(element.place, f"the input must have a simple type, not {element.type}")
        if of not in self.dialect.types:
            raise refused(element.place, self.dialect.inexact[of])
        text = self.columns.get(element.name) or self.column(element.name)
        given = self.layers.given(self.dialect.given(verbatim(text), of), of)
        return self.layers.add(self.fitting(given, element.type, element.place))

    def column(self, name: str) -> str:
        """The source's column of that name."""
        return 'i."' + self.dialect.name_of(name.replace('"', '""')) + '"'

    def fitting(self, term: Term, wanted: Type, place: Place) -> Term:
        """The term where the type lets it pass, else null; a type that would change it is none that
        compiles."""
        if wanted is ANY:
            return term
        inner = wanted.of if wanted.name == "list" else None
        if inner is not None and inner.allowed is None:
            names = KINDS if inner is ANY else (inner.name,)
            fits = term.type in {f"list<{name}>" for name in names} | {"null"}
        else:
            fits = term.type in (wanted.name, "null") or wanted.name == "Any"
        if not fits:
            raise refused(place, f"a {wanted} is wanted, not a {term.type}")
        if wanted.allowed is None:
            return term
        tree = parse_tests(wanted.allowed_text, place)
        passes = self.test(tree, wanted.allowed_text, term, Sight(place, self.model), place)
        return replace(term, sql=case([(passes, term.sql)]), nullable=True, constant=False)

    # Terms ------------------------------------------------------------------------------------

    def compiler(
        self, expression: Expression, sight: Sight, more: Mapping[str, Term]
    ) -> SqlCompiler:
        return SqlCompiler(
            expression,
            SqlSchema(),
            self.dialect.name,
            "p",
            params=self.params,
            terms={**sight.terms, **more},
            functions={name: partial(called, self, sight, name) for name in sight.functions},
        )

    def term(self, text: str, sight: Sight, place: Place) -> Term:
        at = Place(place.decision, place.table, place.rule, place.column, text)
        fields = [part for name in sight.terms for part in name.split(".")[1:]]
        try:
            expression = parse(text, sight.names, fields=fields, place=at)
        except FeelSyntaxError as error:
            raise SqlRefusedError(error.problems) from error
        compiler = self.compiler(expression, sight, {})
        term = compiler.result()
        self.binds |= compiler.binds
        return term

    def constant(self, value: Value, place: Place) -> Term:
        """A constant, bound."""
        node = ast.Literal(value, start=0, end=0)
        whole = Expression("", node, (), place)
        return self.compiler(whole, Sight(place, self.model), {}).literal(node, value)

    def test(self, tree: ast.UnaryTests, text: str, of: Term, sight: Sight, place: Place) -> Node:
        """An input cell over the term, as a condition of which only the truth counts."""
        if tree.any:
            return true()
        at = Place(place.decision, place.table, place.rule, place.column, text)
        compiler = self.compiler(Expression(text, tree, (), at), sight, {"?": of})
        tests = list(tree.tests)
        found = one_of(compiler, tests, of)
        whole = found if found is not None else any_of([cell(compiler, each, of) for each in tests])
        self.binds |= compiler.binds
        return not_(is_true(whole)) if tree.negated else whole

    def admitted(self, of: Term, text: str, sight: Sight, place: Place) -> Node:
        """The condition that the value is one of its column's allowed values, or null."""
        passes = self.test(parse_tests(text, place), text, of, sight, place)
        return any_of([is_null(of.sql), is_true(passes)])


def parse_tests(text: str, place: Place) -> ast.UnaryTests:
    at = Place(place.decision, place.table, place.rule, place.column, text)
    try:
        return parse_unary(text, place=at).tree
    except FeelSyntaxError as error:
        raise SqlRefusedError(error.problems) from error


def _with_imports(model: Model) -> list[Model]:
    found = [model]
    for each in model.imported:
        found += _with_imports(each)
    return found
