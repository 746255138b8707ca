"""Boxed expressions as closures (DMN 1.5, chapter 7.3 and 10.2)."""

from __future__ import annotations

from concord.dmn import model as m
from concord.dmn.feel.closures.collections import select
from concord.dmn.feel.closures.functions import call, closure
from concord.dmn.feel.closures.loops import keeps_partial, so_far
from concord.dmn.feel.iterate import combinations
from concord.dmn.feel.misfits import misfit
from concord.dmn.feel.runtime import Code, Env, Note, Run
from concord.dmn.feel.types import ANY, MISFIT, Type, coerce
from concord.dmn.feel.values import Function, Value, kind
from concord.dmn.problems import Problem
from concord.dmn.scope import Scope
from concord.dmn.tables import compile_table


def compile_box(box: m.Box, scope: Scope) -> Code:
    """The closure of any boxed expression."""
    match box:
        case m.Literal():
            if not box.text:
                return scope.missing("the expression is empty")
            wanted = scope.type(box.type)
            return typed(scope.expression(box.text, wanted), wanted, scope)
        case m.DecisionTable():
            return _table(box, scope)
        case m.Context():
            return _context(box, scope)
        case m.Invocation():
            return _invocation(box, scope)
        case m.FunctionBox():
            return compile_function(box, scope)
        case m.Relation():
            return _relation(box, scope)
        case m.ListBox():
            items = [compile_box(item, scope) for item in box.items]
            return lambda env: [item(env) for item in items]
        case m.Conditional():
            return _conditional(box, scope)
        case m.FilterBox():
            return _filter(box, scope)
        case m.Iteration():
            return _iteration(box, scope)
    return scope.missing(box.reason)


def _table(box: m.DecisionTable, scope: Scope) -> Code:
    names = {each.name or each.title for each in box.outputs}
    if not box.outputs:
        return scope.missing("the table has no column of results", "table.outputs")
    if len(names) < len(box.outputs):
        return scope.missing("two columns of results have the same name", "table.outputs")
    return compile_table(box, scope)


def noter(scope: Scope) -> Note:
    def note(run: Run, code: str, message: str) -> None:
        run.note(code, message, scope.place)

    return note


def typed(code: Code, wanted: Type, scope: Scope) -> Code:
    """The closure with its value converted to the type, or null where it does not fit."""
    if wanted is ANY:
        return code
    note = noter(scope)

    def converted(env: Env) -> Value:
        value = code(env)
        fitting = coerce(value, wanted, env.run)
        if fitting is MISFIT:
            note(env.run, "type", misfit(value, wanted))
            return None
        return fitting

    return converted


def _context(box: m.Context, scope: Scope) -> Code:
    inner = scope.with_names(())
    entries: list[tuple[str, Code]] = []
    for entry in box.entries:
        if entry.name and any(entry.name == name for name, _ in entries):
            problem = Problem("context.duplicate", f"'{entry.name}' stands twice", scope.place)
            scope.problems.append(problem)
        own, of = entry.name, scope.type(entry.type)
        code = compile_box(entry.value, inner.with_names([own]) if _is_function(entry) else inner)
        entries.append((own, typed(code, of, scope)))
        if own:
            inner = inner.with_entry(own, of)

    def context(env: Env) -> Value:
        values: dict[str, Value] = {}
        below = env.inner(values)
        for name, code in entries:
            if not name:
                return code(below)
            values[name] = code(below)
        return values

    return context


def _is_function(entry: m.Entry) -> bool:
    return isinstance(entry.value, m.FunctionBox) and bool(entry.name)


def _invocation(box: m.Invocation, scope: Scope) -> Code:
    called, note = compile_box(box.called, scope), noter(scope)
    names = tuple(binding.name for binding in box.bindings)
    args = [compile_box(binding.value, scope) for binding in box.bindings]

    def invocation(env: Env) -> Value:
        function = called(env)
        if function.__class__ is not Function:
            note(env.run, "type", f"a {kind(function)} cannot be called")
            return None
        return call(function, [arg(env) for arg in args], names, env.run, note)

    return invocation


def compile_function(box: m.FunctionBox, scope: Scope) -> Code:
    """A function definition; its value is a function that sees where it was defined."""
    if box.kind != "FEEL":
        return scope.missing(f"{box.kind} functions are not run here", "function.external")
    params = tuple(name for name, _ in box.params)
    types = tuple(scope.type(each) for _, each in box.params)
    body = compile_box(box.body, scope.with_names(params, types))
    result, note = scope.type(box.type), noter(scope)
    return lambda env: closure(params, types, body, env, note, result)


def _relation(box: m.Relation, scope: Scope) -> Code:
    rows = [[compile_box(cell, scope) for cell in row] for row in box.rows]
    if any(len(row) != len(box.columns) for row in rows):
        return scope.missing("a row of the relation has not as many cells as there are columns")
    columns = box.columns
    return lambda env: [
        {name: cell(env) for name, cell in zip(columns, row, strict=True)} for row in rows
    ]


def _conditional(box: m.Conditional, scope: Scope) -> Code:
    condition, then, otherwise = (
        compile_box(part, scope) for part in (box.condition, box.then, box.otherwise)
    )
    note = noter(scope)

    def conditional(env: Env) -> Value:
        answer = condition(env)
        if answer is not None and answer.__class__ is not bool:
            note(env.run, "type", f"the condition is a {kind(answer)}, not true or false")
            return None
        return then(env) if answer is True else otherwise(env)

    return conditional


def _filter(box: m.FilterBox, scope: Scope) -> Code:
    of, match = compile_box(box.of, scope), compile_box(box.match, scope.in_filter())
    note = noter(scope)

    def filtered(env: Env) -> Value:
        value = of(env)
        if value is None:
            return None
        return select(value if value.__class__ is list else [value], match, env, note)

    return filtered


def _iteration(box: m.Iteration, scope: Scope) -> Code:
    of = compile_box(box.of, scope)
    before = len(scope.written)
    body = compile_box(box.body, scope.with_names([box.variable, "partial"]))
    keeps = any(keeps_partial(each.expression.tree) for each in scope.written[before:])
    note, settled = noter(scope), box.kind == "some"
    domains = [(box.variable, of, None)]

    def each(env: Env) -> Value:
        results: list[Value] = []
        below = env.inner({"partial": results})
        rounds = combinations(domains, below, note)  # type: ignore[arg-type]
        if rounds is None:
            return None
        for inner in rounds:
            env.run.spend()
            if keeps:
                so_far(below, results)
            results.append(body(inner))
        return results

    def quantified(env: Env) -> Value:
        results = each(env)
        if results is None:
            return None
        if any(answer is not None and answer.__class__ is not bool for answer in results):
            return None
        if any(answer is settled for answer in results):
            return settled
        if None in results:
            return None
        return not settled

    return each if box.kind == "for" else quantified
