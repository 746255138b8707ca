"""A bare FEEL expression or unary test: parsed once, evaluated many times."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from concord.dmn.feel import ast
from concord.dmn.feel.builtins import BUILTINS
from concord.dmn.feel.closures.weights import charging
from concord.dmn.feel.evaluate import Compiler
from concord.dmn.feel.infer import infer
from concord.dmn.feel.names import Names
from concord.dmn.feel.parser import Parser
from concord.dmn.feel.runtime import STEPS, BudgetError, Clock, Code, Env, Run
from concord.dmn.feel.size import bounded
from concord.dmn.feel.types import Type
from concord.dmn.feel.unary import compile_tests
from concord.dmn.feel.values import Value, given, given_as
from concord.dmn.problems import FeelSyntaxError, Place, Problem, did_you_mean, quoted

if TYPE_CHECKING:
    from concord.dmn.sql import Aggregates, Sql, SqlSchema

BUILTIN_NAMES = Names(BUILTINS)
SECRET_NAMES = frozenset({"item", "partial", "?"})
# Names, names of properties and types, as they were given to be parsed with.
_Scope = tuple[
    "Iterable[str | Names] | Names", "Names | Iterable[str] | None", "Mapping[str, Type] | None"
]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A value, and the problems that made it or a part of it null."""

    value: Value
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression. `names` are the free names that it uses, in order of appearance. What is
    pickled is its text; it is parsed again where it arrives."""

    text: str
    tree: ast.Node
    names: tuple[str, ...]
    place: Place = field(default_factory=Place)
    _code: Code | None = field(default=None, repr=False, compare=False)
    _scope: _Scope = field(default=((), None, None), repr=False, compare=False)

    def __reduce__(self) -> tuple[Any, ...]:
        return _parse, (self.text, self._scope, self.place)

    def evaluate(self, scope: Mapping[str, Any] | None = None, *, clock: Clock = None) -> Value:
        """The value in the scope; null where the language gives null. See `evaluate_full`."""
        return self.evaluate_full(scope, clock=clock).value

    def evaluate_full(
        self,
        scope: Mapping[str, Any] | None = None,
        *,
        clock: Clock = None,
        steps: int = STEPS,
    ) -> Evaluation:
        """The value with the problems that made it, or a part of it, null (DMN 1.5, 10.3.2). The
        scope holds plain Python by name: `str`, `bool`, `int`, `Decimal`, `date`, `time`,
        `datetime`, `timedelta`, `list`, `dict`, `None` and the types of `concord.dmn`; a `float` is
        taken as it is written. `clock` is the moment of `now()` and `today()`, or gives it; without
        one it is this machine's. After `steps` iterations, calls and items looked at, the value is
        null with the problem `budget`. Raises `ArgumentError` where the scope holds anything
        else."""
        names = {} if scope is None else given(scope)
        return guarded(self._code, names, clock, self.place, steps)  # type: ignore[arg-type]

    def check(self, types: Mapping[str, str | Type] | None = None) -> list[Problem]:
        """What can be known without values. `types` are those of the names in scope, as FEEL writes
        them (`list<number>`) or made; a name that is not among them is a problem, and so is an
        operation, a condition or a call that these types never allow (DMN 1.5, 10.3.2.13). Raises
        `FeelSyntaxError` for a type that is none."""
        made = {name: read_type(of) for name, of in (types or {}).items()}
        unknown = []
        if types is not None:
            for node in free_nodes(self.tree, in_filters=False):
                if node.name not in made:
                    here = replace(self.place, start=node.start, end=node.end)
                    message = f"{quoted(node.name)} is not known{did_you_mean(node.name, made)}"
                    unknown.append(Problem("name.unknown", message, here))
        return [*unknown, *infer(self.tree, made, self.place)[1]]

    def sql(self, schema: SqlSchema, dialect: str = "postgres", *, prefix: str = "p") -> Sql:
        """The expression in SQL, record lists as correlated subqueries; see `concord.dmn.sql`."""
        from concord.dmn.sql import expression_sql

        return expression_sql(self, schema, dialect, prefix=prefix)

    def aggregates(
        self, schema: SqlSchema, dialect: str = "postgres", *, prefix: str = "p"
    ) -> Aggregates:
        """The expression over one grouped scan of each list; see `concord.dmn.sql`."""
        from concord.dmn.sql import expression_aggregates

        return expression_aggregates(self, schema, dialect, prefix=prefix)


@dataclass(frozen=True, slots=True)
class UnaryTests:
    """A parsed input cell: `< 5`, `"a", "b"`, `not(…)`, `-`. Pickled as an `Expression` is."""

    text: str
    tree: ast.UnaryTests
    names: tuple[str, ...]
    place: Place = field(default_factory=Place)
    _code: Code | None = field(default=None, repr=False, compare=False)
    _scope: _Scope = field(default=((), None, None), repr=False, compare=False)

    def __reduce__(self) -> tuple[Any, ...]:
        return _parse_unary, (self.text, self._scope, self.place)

    def matches(
        self, value: Any, scope: Mapping[str, Any] | None = None, *, clock: Clock = None
    ) -> bool:
        """Whether the value passes; what is null does not. `scope` and `clock` as in
        `Expression.evaluate_full`, and what may be raised."""
        names = {} if scope is None else given(scope)
        names["?"] = given_as("?", value)
        return guarded(self._code, names, clock, self.place).value is True  # type: ignore[arg-type]


def read_type(of: str | Type) -> Type:
    """The type that the text names: `number`, `list<context<a: date>>`."""
    if isinstance(of, Type):
        return of
    parser = Parser(of)
    made = parser.type()
    parser.finish()
    return made


def guarded(
    code: Code, names: dict[str, Value], clock: Clock, place: Place, steps: int = STEPS
) -> Evaluation:
    """Run the code within its budget; what stops it is a problem, not an exception."""
    run = Run(clock, steps)
    try:
        value = bounded(code(Env(run, names)))
    except BudgetError as stop:
        run.problems.append(Problem("budget", stop.message, place))
        value = None
    except (RecursionError, MemoryError):
        run.problems.append(Problem("budget", "the evaluation was stopped: nested too deep", place))
        value = None
    return Evaluation(value, tuple(run.problems))


def parse(
    text: str,
    names: Iterable[str | Names] | Names = (),
    *,
    fields: Names | Iterable[str] | None = None,
    types: Mapping[str, Type] | None = None,
    place: Place | None = None,
    hints: bool = True,
) -> Expression:
    """Parse an expression (DMN 1.5, 10.3.1). `names` are the names in scope (they may hold spaces),
    `fields` names of properties that hold spaces, `types` the types that `instance of` and
    parameters may name beside the standard's. `place` is where the text stands, for problems;
    without `hints` nobody looks for what may be meant by an unknown name, which takes time. Raises
    `FeelSyntaxError` with the place and a caret."""
    return _parse(text, _scope_of(names, fields, types), place, hints)


def _parse(text: str, scope: _Scope, place: Place | None, hints: bool = True) -> Expression:
    parser = _parser(text, scope, place, hints)
    tree = _guard(parser, parser.whole_expression)
    code = _guard(parser, lambda: charging(Compiler(parser.place).code(tree), tree))
    return Expression(text, tree, free_names(tree), parser.place, code, scope)


def parse_unary(
    text: str,
    names: Iterable[str | Names] | Names = (),
    *,
    fields: Names | Iterable[str] | None = None,
    types: Mapping[str, Type] | None = None,
    place: Place | None = None,
    hints: bool = True,
) -> UnaryTests:
    """Parse a table's input cell (DMN 1.5, 10.3.1.2, rules 7 to 17). Raises `FeelSyntaxError`."""
    return _parse_unary(text, _scope_of(names, fields, types), place, hints)


def _parse_unary(text: str, scope: _Scope, place: Place | None, hints: bool = True) -> UnaryTests:
    parser = _parser(text, scope, place, hints)
    tree = _guard(parser, parser.whole_unary_tests)
    test = _guard(parser, lambda: compile_tests(Compiler(parser.place), tree))
    return UnaryTests(
        text, tree, free_names(tree), parser.place, lambda env: test(env, env.vars["?"]), scope
    )


def _scope_of(
    names: Iterable[str | Names] | Names,
    fields: Names | Iterable[str] | None,
    types: Mapping[str, Type] | None,
) -> _Scope:
    """What may be a generator, kept for good."""
    kept = names if isinstance(names, Names) else tuple(names)
    return kept, fields if isinstance(fields, Names) else Names(fields or ()), types


def _parser(text: str, scope: _Scope, place: Place | None, hints: bool) -> Parser:
    names, fields, types = scope
    return Parser(
        text,
        names=names,
        fields=fields if isinstance(fields, Names) else Names(fields or ()),
        builtins=BUILTIN_NAMES,
        types=types,
        place=place,
        hints=hints,
    )


def _guard(parser: Parser, step: Any) -> Any:
    try:
        return step()
    except RecursionError:
        problem = Problem("syntax.depth", "the expression is nested too deep", parser.place)
        raise FeelSyntaxError([problem]) from None


def free_names(tree: ast.Node) -> tuple[str, ...]:
    """The names that the expression takes from outside, or from the records that it filters."""
    return tuple(dict.fromkeys(node.name for node in free_nodes(tree)))


def free_nodes(tree: ast.Node, *, in_filters: bool = True) -> list[ast.Name]:
    """Where those names stand; without those in filters, which may be properties of the items."""
    found: list[ast.Name] = []
    _free(tree, frozenset(SECRET_NAMES), found, in_filters)
    return found


def _free(node: ast.Node, bound: frozenset[str], found: list[ast.Name], in_filters: bool) -> None:
    match node:
        case ast.Name():
            if node.name not in bound and not node.builtin:
                found.append(node)
        case ast.Filter() if not in_filters:
            _free(node.of, bound, found, in_filters)
        case ast.For() | ast.Quantified():
            for domain in node.domains:
                for end in (domain.low, *([domain.high] if domain.high else [])):
                    _free(end, bound, found, in_filters)
                bound = bound | {domain.name}
            _free(node.body, bound, found, in_filters)
        case ast.FunctionDefinition():
            if not node.external:
                inner = bound | {param.name for param in node.params}
                _free(node.body, inner, found, in_filters)
        case ast.ContextLiteral():
            for entry in node.entries:
                itself = isinstance(entry.value, ast.FunctionDefinition)
                own = bound | {entry.key} if itself else bound
                _free(entry.value, own, found, in_filters)
                bound = bound | {entry.key}
        case _:
            for child in node.children():
                _free(child, bound, found, in_filters)
