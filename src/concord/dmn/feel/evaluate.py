"""From syntax tree to Python closures, once; then a call an evaluation.

A closure takes an `Env` and gives a value. It raises nothing but `BudgetError`; whatever else goes
wrong is null with a problem noted in the run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from concord.dmn.feel import ast, operators
from concord.dmn.feel.builtins import BUILTINS, as_function, invoke
from concord.dmn.feel.iterate import combinations
from concord.dmn.feel.paths import property_of
from concord.dmn.feel.runtime import (
    CALL_STEPS,
    LONG,
    MAX_CALLS,
    BudgetError,
    Code,
    Env,
    Note,
    Run,
)
from concord.dmn.feel.types import ANY, MISFIT, Type, coerce, instance_of
from concord.dmn.feel.unary import compile_tests
from concord.dmn.feel.values import Function, Range, Value, is_number, kind
from concord.dmn.problems import Place

NODES = 10  # of a tree that are evaluated in one step
Spend = Callable[[int], None]
Comparing = Callable[[Value, Value, Spend], bool | None]


class Compiler:
    """Compiles the nodes of one text, whose place goes into the problems."""

    def __init__(self, place: Place) -> None:
        self.place = place

    def noter(self, node: ast.Node) -> Note:
        """How this node's closure notes a problem."""
        at = self.place
        here = Place(at.decision, at.table, at.rule, at.column, at.text, node.start, node.end)

        def note(run: Run, code: str, message: str) -> None:
            run.note(code, message, here)

        return note

    def code(self, node: ast.Node) -> Code:
        match node:
            case ast.Literal():
                return self._literal(node)
            case ast.Name():
                return self._name(node)
            case ast.Path():
                return self._path(node)
            case ast.Arithmetic():
                return self._arithmetic(node)
            case ast.Negation():
                return self._negation(node)
            case ast.Comparison():
                return self._comparison(node)
            case ast.And():
                return self._and(node)
            case ast.Or():
                return self._or(node)
            case ast.Between():
                return self._between(node)
            case ast.If():
                return self._if(node)
            case ast.Call():
                return self._call(node)
        return self._more(node)

    def _more(self, node: ast.Node) -> Code:
        match node:
            case ast.In():
                return self._in(node)
            case ast.InstanceOf():
                return self._instance(node)
            case ast.Filter():
                return self._filter(node)
            case ast.ListLiteral():
                return self._list(node)
            case ast.ContextLiteral():
                return self._context(node)
            case ast.RangeLiteral():
                return self._range(node)
            case ast.Operator():
                return self._operator(node)
            case ast.For():
                return self._for(node)
            case ast.Quantified():
                return self._quantified(node)
            case ast.FunctionDefinition():
                return self._function(node)
        raise AssertionError(f"no code for {type(node).__name__}")  # pragma: no cover

    # Leaves and paths -------------------------------------------------------------------------

    def _literal(self, node: ast.Literal) -> Code:
        value = node.value
        return lambda env: value

    def _name(self, node: ast.Name) -> Code:
        name, note = node.name, self.noter(node)
        standard = as_function(name) if name in BUILTINS else None

        def code(env: Env) -> Value:
            found: Env | None = env
            while found is not None:
                names = found.vars
                if name in names:
                    return names[name]
                found = found.parent
            if standard is not None:
                return standard
            known = (each for level in _levels(env) for each in level.vars)
            note(env.run, "name.unknown", f"'{name}' is not known{env.run.hint(name, known)}")
            return None

        return code

    def _path(self, node: ast.Path) -> Code:
        of, name, note = self.code(node.of), node.name, self.noter(node)

        def code(env: Env) -> Value:
            value = of(env)
            if value.__class__ is dict and name in value:
                return value[name]
            return property_of(value, name, env.run, note)

        return code

    # Operators --------------------------------------------------------------------------------

    def _arithmetic(self, node: ast.Arithmetic) -> Code:
        left, right, note = self.code(node.left), self.code(node.right), self.noter(node)
        operation = _ARITHMETIC[node.op]
        return lambda env: operation(left(env), right(env), env.run, note)

    def _negation(self, node: ast.Negation) -> Code:
        of, note = self.code(node.of), self.noter(node)
        return lambda env: operators.negate(of(env), env.run, note)

    def _comparison(self, node: ast.Comparison) -> Code:
        left, right, note = self.code(node.left), self.code(node.right), self.noter(node)
        if node.op in ("=", "!="):
            return self._equality(left, right, node.op == "=", note)
        test = COMPARISONS[node.op]

        def code(env: Env) -> bool | None:
            a, b = left(env), right(env)
            answer = test(a, b, env.run.spend)
            if answer is None and a is not None and b is not None:
                note(env.run, "type", f"{kind(a)} and {kind(b)} cannot be compared")
            return answer

        return code

    def _equality(self, left: Code, right: Code, wanted: bool, note: Note) -> Code:
        plain = operators.PLAIN

        def code(env: Env) -> bool | None:
            a, b = left(env), right(env)
            ca = a.__class__
            if ca is b.__class__ and ca in plain and (ca is not str or len(a) <= LONG):
                return (a == b) is wanted
            same = operators.equal(a, b, env.run.spend)
            if same is None:
                note(env.run, "type", f"{kind(a)} and {kind(b)} cannot be compared")
                return None
            return same is wanted

        return code

    def _and(self, node: ast.And) -> Code:
        left, right = self.code(node.left), self.code(node.right)
        note = self.noter(node)

        def code(env: Env) -> bool | None:
            a = left(env)
            if a is False:
                return False
            b = right(env)
            if b is False:
                return False
            if a is True and b is True:
                return True
            _no_truth("and", a, b, env.run, note)
            return None

        return code

    def _or(self, node: ast.Or) -> Code:
        left, right = self.code(node.left), self.code(node.right)
        note = self.noter(node)

        def code(env: Env) -> bool | None:
            a = left(env)
            if a is True:
                return True
            b = right(env)
            if b is True:
                return True
            if a is False and b is False:
                return False
            _no_truth("or", a, b, env.run, note)
            return None

        return code

    def _between(self, node: ast.Between) -> Code:
        of, low, high = self.code(node.of), self.code(node.low), self.code(node.high)
        note, at_least, at_most = self.noter(node), COMPARISONS[">="], COMPARISONS["<="]

        def code(env: Env) -> bool | None:
            value, a, b = of(env), low(env), high(env)
            spend = env.run.spend
            answers = (at_least(value, a, spend), at_most(value, b, spend))
            if None in answers:
                if None not in (value, a, b):
                    note(env.run, "type", f"{kind(value)} cannot be compared with the bounds")
                return False if False in answers else None
            return answers == (True, True)

        return code

    def _in(self, node: ast.In) -> Code:
        of, tests = self.code(node.of), compile_tests(self, node.tests, strict=True)
        return lambda env: tests(env, of(env))

    def _instance(self, node: ast.InstanceOf) -> Code:
        of, wanted = self.code(node.of), node.type

        def code(env: Env) -> bool:
            return instance_of(of(env), wanted, env.run)

        return code

    def _if(self, node: ast.If) -> Code:
        condition, then = self.code(node.condition), self.code(node.then)
        otherwise, note = self.code(node.otherwise), self.noter(node.condition)

        def code(env: Env) -> Value:
            answer = condition(env)
            if answer is True:
                return then(env)
            if answer is not False and answer is not None:
                note(env.run, "type", f"the condition is a {kind(answer)}, not true or false")
            return otherwise(env)

        return code

    # Lists, contexts, ranges ------------------------------------------------------------------

    def _list(self, node: ast.ListLiteral) -> Code:
        items = [self.code(item) for item in node.items]
        return lambda env: [item(env) for item in items]

    def _context(self, node: ast.ContextLiteral) -> Code:
        entries = [(entry.key, self.code(entry.value)) for entry in node.entries]

        def code(env: Env) -> dict[str, Value]:
            values: dict[str, Value] = {}
            inner = env.inner(values)
            for key, entry in entries:
                values[key] = entry(inner)
            return values

        return code

    def _range(self, node: ast.RangeLiteral) -> Code:
        low, high, note = self.code(node.low), self.code(node.high), self.noter(node)

        def code(env: Env) -> Range | None:
            a, b = low(env), high(env)
            if a is not None and b is not None:
                order = operators.compare(a, b, env.run.spend)
                if order is None:
                    note(env.run, "type", f"{kind(a)} and {kind(b)} make no range")
                    return None
                if order > 0:
                    note(env.run, "range", "the range ends before it begins")
                    return None
            return Range(a, b, node.low_closed, node.high_closed)

        return code

    def _operator(self, node: ast.Operator) -> Code:
        of = self.code(node.of)
        return lambda env: operator_range(node.op, of(env))

    def _filter(self, node: ast.Filter) -> Code:
        of, condition, note = self.code(node.of), self.code(node.condition), self.noter(node)
        constant = isinstance(node.condition, ast.Literal | ast.Negation)
        cost = weight(node.condition)

        def code(env: Env) -> Value:
            value = of(env)
            if value is None:
                return None
            items = value if value.__class__ is list else [value]
            if constant:
                index = condition(env)
                if is_number(index):
                    return element(items, index, env.run, note)
            return select(items, condition, env, note, cost)

        return code

    # Iteration --------------------------------------------------------------------------------

    def _domains(self, domains: tuple[ast.Domain, ...]) -> list[tuple[str, Code, Code | None]]:
        return [
            (each.name, self.code(each.low), None if each.high is None else self.code(each.high))
            for each in domains
        ]

    def _for(self, node: ast.For) -> Code:
        domains, body = self._domains(node.domains), self.code(node.body)
        note, cost, keeps = self.noter(node), weight(node.body), keeps_partial(node.body)

        def code(env: Env) -> Value:
            results: list[Value] = []
            scope = env.inner({"partial": results})
            rounds = combinations(domains, scope, note)
            if rounds is None:
                return None
            for inner in rounds:
                inner.run.spend(cost)
                if keeps:
                    so_far(scope, results)
                results.append(body(inner))
            return results

        return code

    def _quantified(self, node: ast.Quantified) -> Code:
        domains, body = self._domains(node.domains), self.code(node.body)
        note, settled, cost = self.noter(node), not node.every, weight(node.body)

        def code(env: Env) -> bool | None:
            rounds = combinations(domains, env, note)
            if rounds is None:
                return None
            answer: bool | None = not settled
            for inner in rounds:
                inner.run.spend(cost)
                each: object = body(inner)
                if each is settled:
                    return settled
                if each is not True and each is not False:
                    answer = None
            return answer

        return code

    # Functions --------------------------------------------------------------------------------

    def _function(self, node: ast.FunctionDefinition) -> Code:
        if node.external:
            note = self.noter(node)

            def refused(env: Env) -> None:
                note(env.run, "function.external", "Java and PMML functions are not run here")

            return refused
        body = self.code(node.body)
        params = tuple(param.name for param in node.params)
        types = tuple(param.type for param in node.params)
        note, charged = self.noter(node), charging(body, node.body)
        return lambda env: closure(params, types, charged, env, note)

    def _call(self, node: ast.Call) -> Code:
        args, names, note = [self.code(arg) for arg in node.args], node.names, self.noter(node)
        if isinstance(node.function, ast.Name) and node.function.builtin:
            builtin = BUILTINS[node.function.name]
            return lambda env: invoke(builtin, [arg(env) for arg in args], names, env.run, note)
        function = self.code(node.function)

        def code(env: Env) -> Value:
            called = function(env)
            if called.__class__ is not Function:
                if called is not None:
                    note(env.run, "type", f"a {kind(called)} cannot be called")
                return None
            return call(called, [arg(env) for arg in args], names, env.run, note)

        return code


def weight(node: ast.Node) -> int:
    """The steps that one evaluation of the node counts, loops and calls in it apart."""
    return 1 + sum(1 for _ in ast.walk(node)) // NODES


def keeps_partial(node: ast.Node) -> bool:
    """Whether the body of a `for` does more with `partial` than to take items of it: what it keeps
    must not grow with the results that follow."""
    names = sum(_is_partial(each) for each in ast.walk(node))
    taken = sum(isinstance(each, ast.Filter) and _is_partial(each.of) for each in ast.walk(node))
    return names > taken


def _is_partial(node: ast.Node) -> bool:
    return isinstance(node, ast.Name) and node.name == "partial"


def so_far(scope: Env, results: list[Value]) -> None:
    """`partial` as it is now."""
    scope.run.spend(len(results) // 100)
    scope.vars["partial"] = list(results)


def charging(code: Code, node: ast.Node) -> Code:
    """The code, with its weight spent where that is more than a step."""
    cost = weight(node) - 1
    if not cost:
        return code

    def charged(env: Env) -> Value:
        env.run.spend(cost)
        return code(env)

    return charged


def closure(
    params: tuple[str, ...],
    types: tuple[Type, ...],
    body: Code,
    env: Env | None,
    note: Note,
    result: Type = ANY,
) -> Function:
    """A function of the language: arguments are coerced to the parameters' types."""

    def run_body(run: Run, args: list[Value]) -> Value:
        names: dict[str, Value] = {}
        for name, wanted, arg in zip(params, types, args, strict=True):
            fitting = coerce(arg, wanted, run)
            if fitting is MISFIT:
                note(run, "type", f"'{name}' must be a {wanted}, not a {kind(arg)}")
                return None
            names[name] = fitting
        value = coerce(body(Env(run, names, env)), result, run)
        if value is MISFIT:
            note(run, "type", f"the result is no {result}")
            return None
        return value

    return Function(params, run_body, types, result)


def call(
    function: Function, args: list[Value], names: tuple[str, ...], run: Run, note: Note
) -> Value:
    """Call a function value, within the budget."""
    if names:
        if set(names) != set(function.params) or len(names) != len(function.params):
            note(run, "arguments", f"the parameters are {', '.join(function.params) or 'none'}")
            return None
        given = dict(zip(names, args, strict=True))
        args = [given[name] for name in function.params]
    elif len(args) != len(function.params) and function.params != ("...",):
        note(run, "arguments", f"{len(function.params)} arguments are wanted, not {len(args)}")
        return None
    run.spend(CALL_STEPS)
    run.calls += 1
    if run.calls > MAX_CALLS:
        raise BudgetError("the evaluation was stopped: functions call each other too deep")
    try:
        return function.call(run, args)
    finally:
        run.calls -= 1


def _no_truth(word: str, a: Value, b: Value, run: Run, note: Note) -> None:
    """Tells of a side that is neither true, false nor null."""
    for side in (a, b):
        if side is not None and side.__class__ is not bool:
            note(run, "type", f"a side of '{word}' is a {kind(side)}, not true or false")
            return


def _levels(env: Env) -> Iterator[Env]:
    level: Env | None = env
    while level is not None:
        yield level
        level = level.parent


def select(items: list[Value], condition: Code, env: Env, note: Note, cost: int = 1) -> Value:
    """The items for which the condition is true, or the one at the place that it gives."""
    run = env.run
    if not items:
        return _place_in_nothing(condition, env, note)
    chosen: list[Value] = []
    for item in items:
        run.spend(cost)
        inner = env.inner({"item": item})
        if item.__class__ is dict:
            inner = inner.inner(item)
        answer = condition(inner)
        if answer is True:
            chosen.append(item)
        elif answer is not False and answer is not None:
            if is_number(answer):
                return element(items, answer, run, note)
            note(run, "type", f"the filter is a {kind(answer)}, not true or false")
            return None
    return chosen


def _place_in_nothing(condition: Code, env: Env, note: Note) -> Value:
    """An empty list has no item at any place; a condition gives an empty list. What is unknown
    without an item is no problem."""
    probe = env.run.inner()
    index = condition(Env(probe, {"item": None}, env))
    env.run.steps = probe.steps
    return element([], index, env.run, note) if is_number(index) else []


def element(items: list[Value], index: Value, run: Run, note: Note) -> Value:
    """The item at a position from 1, or from -1 at the end; null where there is none."""
    place = int(index)
    if place != index or not 1 <= abs(place) <= len(items):
        note(run, "index", f"there is no item {index} in a list of {len(items)}")
        return None
    return items[place - 1 if place > 0 else place]


def operator_range(op: str, value: Value) -> Range | None:
    """`< 10` as a value."""
    match op:
        case "<" | "<=":
            return Range(None, value, False, op == "<=", op)
        case ">" | ">=":
            return Range(value, None, op == ">=", False, op)
    return Range(value, value, True, True, op)


def _not_equal(a: Value, b: Value, spend: Spend) -> bool | None:
    same = operators.equal(a, b, spend)
    return None if same is None else not same


def _ordered(test: Callable[[int], bool]) -> Comparing:
    compare = operators.compare

    def ordered(a: Value, b: Value, spend: Spend) -> bool | None:
        order = compare(a, b, spend)
        return None if order is None else test(order)

    return ordered


COMPARISONS: dict[str, Comparing] = {
    "=": operators.equal,
    "!=": _not_equal,
    "<": _ordered(lambda order: order < 0),
    "<=": _ordered(lambda order: order <= 0),
    ">": _ordered(lambda order: order > 0),
    ">=": _ordered(lambda order: order >= 0),
}
_ARITHMETIC: dict[str, Callable[[Value, Value, Run, Note], Any]] = {
    "+": operators.add,
    "-": operators.subtract,
    "*": operators.multiply,
    "/": operators.divide,
    "**": operators.power,
}
