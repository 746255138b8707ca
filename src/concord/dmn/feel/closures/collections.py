"""Lists, contexts and ranges, and what is taken out of them."""

from __future__ import annotations

from concord.dmn.feel import ast, operators
from concord.dmn.feel.closures.compiling import Compiling
from concord.dmn.feel.closures.weights import weight
from concord.dmn.feel.runtime import Code, Env, Note, Run
from concord.dmn.feel.values import Range, Value, is_number, kind


def list_literal(compiler: Compiling, node: ast.ListLiteral) -> Code:
    items = [compiler.code(item) for item in node.items]
    return lambda env: [item(env) for item in items]


def context_literal(compiler: Compiling, node: ast.ContextLiteral) -> Code:
    entries = [(entry.key, compiler.code(entry.value)) for entry in node.entries]

    def code(env: Env) -> dict[str, Value]:
        values: dict[str, Value] = {}
        inner = env.inner(values)
        for key, entry in entries:
            values[key] = entry(inner)
        return values

    return code


def range_literal(compiler: Compiling, node: ast.RangeLiteral) -> Code:
    low, high, note = compiler.code(node.low), compiler.code(node.high), compiler.noter(node)

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


def operator(compiler: Compiling, node: ast.Operator) -> Code:
    of = compiler.code(node.of)
    return lambda env: operator_range(node.op, of(env))


def operator_range(op: str, value: Value) -> Range | None:
    """`< 10` as a value."""
    match op:
        case "<" | "<=":
            return Range(None, value, False, op == "<=", op)
        case ">" | ">=":
            return Range(value, None, op == ">=", False, op)
    return Range(value, value, True, True, op)


def filter_(compiler: Compiling, node: ast.Filter) -> Code:
    of, condition, note = (
        compiler.code(node.of),
        compiler.code(node.condition),
        compiler.noter(node),
    )
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
