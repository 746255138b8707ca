"""A decision and all that it needs as one SELECT: for every row of a table, the answer and the
rules that held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from concord.dmn.compile import Node as Element
from concord.dmn.feel import ast
from concord.dmn.feel.expression import Expression, parse, parse_unary
from concord.dmn.feel.types import ANY, Type
from concord.dmn.model import DecisionTable, Literal, Model
from concord.dmn.problems import FeelSyntaxError, Place, Problem, SqlRefusedError
from concord.dmn.sql import Sql, SqlSchema
from concord.dmn.sql.compiler import SqlCompiler
from concord.dmn.sql.conditions import one_of, test
from concord.dmn.sql.dialects import DIALECTS, KINDS
from concord.dmn.sql.layers import Layers
from concord.dmn.sql.terms import Node, Term, any_of, case, is_null, is_true, not_, true, verbatim

Outputs = dict[str, Term]  # by name; a single one is called ""


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
    held. Raises `SqlRefusedError`, `KeyError`."""
    element = model.compiled.by_name[decision]
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
    text = graph.dialect.text(graph.layers.select(source, wanted))
    return Sql(text, graph.params, "row", frozenset(graph.binds))


def refused(place: Place, message: str) -> SqlRefusedError:
    return SqlRefusedError([Problem("sql.refused", message, place)])


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
        match logic:
            case DecisionTable():
                from concord.dmn.sql.tables import TableSql

                compiled = next(each for each in home.compiled.tables if each.table is logic)
                table = TableSql(self, element, compiled)
                self.results[element.key] = table.outputs()
                self.matched[element.name] = table.matched()
            case Literal():
                term = self.term(logic.text, element, element.place)
                for wanted in (home.compiled.types.of(logic.type), element.type):
                    term = self.fitting(term, wanted, element)
                self.results[element.key] = {"": self.layers.add(term)}
            case _:
                raise refused(element.place, "only tables and literal expressions compile to SQL")

    def _home(self, element: Element) -> tuple[Model, object]:
        """The model that the decision stands in, and its logic."""
        namespace, _, id_ = element.key.rpartition("#")
        return next(
            (model, decision.logic)
            for model in _with_imports(self.model)
            for decision in model.decisions
            if (model.namespace, decision.id) == (namespace, id_)
        )

    def _input(self, element: Element) -> Term:
        """The input's column, converted to its type."""
        of = element.type.name
        if of not in KINDS:
            raise refused(element.place, f"the input must have a simple type, not {element.type}")
        if of not in self.dialect.types:
            raise refused(element.place, self.dialect.inexact[of])
        text = self.columns.get(element.name) or self.column(element.name)
        given = self.layers.given(self.dialect.given(verbatim(text), of), of)
        return self.layers.add(self.fitting(given, element.type, element))

    def column(self, name: str) -> str:
        """The source's column of that name."""
        return 'i."' + self.dialect.name_of(name.replace('"', '""')) + '"'

    def fitting(self, term: Term, wanted: Type, element: Element) -> Term:
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
            raise refused(element.place, f"a {wanted} is wanted, not a {term.type}")
        if wanted.allowed is None:
            return term
        tree = parse_tests(wanted.allowed_text, element.place)
        passes = self.test(tree, wanted.allowed_text, term, element, element.place)
        return replace(term, sql=case([(passes, term.sql)]), nullable=True, constant=False)

    # Terms ------------------------------------------------------------------------------------

    def visible(self, element: Element) -> dict[str, Term]:
        """What the element's logic sees, by dotted name."""
        return {
            ".".join((*path, output)) if output else ".".join(path): term
            for path, key in element.needs
            for output, term in self.results.get(key, {}).items()
        }

    def compiler(
        self, expression: Expression, element: Element, more: Mapping[str, Term]
    ) -> SqlCompiler:
        terms = self.visible(element) | dict(more)
        return SqlCompiler(
            expression, SqlSchema(), self.dialect.name, "p", params=self.params, terms=terms
        )

    def term(self, text: str, element: Element, place: Place) -> Term:
        at = Place(place.decision, place.table, place.rule, place.column, text)
        names = [path[0] for path, _ in element.needs]
        fields = [part for name in self.visible(element) for part in name.split(".")[1:]]
        try:
            expression = parse(text, names, fields=fields, place=at)
        except FeelSyntaxError as error:
            raise SqlRefusedError(error.problems) from error
        compiler = self.compiler(expression, element, {})
        term = compiler.result()
        self.binds |= compiler.binds
        return term

    def test(
        self, tree: ast.UnaryTests, text: str, of: Term, element: Element, place: Place
    ) -> Node:
        """An input cell over the term, as a condition of which only the truth counts."""
        if tree.any:
            return true()
        at = Place(place.decision, place.table, place.rule, place.column, text)
        compiler = self.compiler(Expression(text, tree, (), at), element, {"?": of})
        tests = list(tree.tests)
        each = one_of(compiler, tests, of)
        whole = each if each is not None else any_of([_one(compiler, t, of) for t in tests])
        self.binds |= compiler.binds
        return not_(is_true(whole)) if tree.negated else whole

    def admitted(self, of: Term, text: str, element: Element, place: Place) -> Node:
        """The condition that the value is one of its column's allowed values, or null."""
        passes = self.test(parse_tests(text, place), text, of, element, place)
        return any_of([is_null(of.sql), is_true(passes)])


def _one(compiler: SqlCompiler, node: ast.Node, of: Term) -> Node:
    if any(isinstance(each, ast.Name) and each.name == "?" for each in ast.walk(node)):
        return compiler.condition(node)
    return test(compiler, node, of, exact=False)


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
